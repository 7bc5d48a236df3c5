//! The best set of pairs in which every line and every entry is used at most once.
//!
//! Shortest augmenting paths with potentials (Jonker and Volgenant's form of the Hungarian method) on a sparse graph, in
//! integers. Each line also has a place of its own where it stays open, at a score of zero, so that it is never forced
//! upon an entry. The result is the maximum, except that a line whose search takes more than [`limits::PATH_STEPS`] steps
//! only gets the best entry that is free in the end.

use crate::columns::{at, set};
use crate::limits;
use crate::pairs::{PairId, Pairs};
use crate::roll::Position;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which pair each line is in.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    of_line: Vec<Option<PairId>>,
    of_entry: Vec<Option<PairId>>,
}

impl Assignment {
    /// Finds the best assignment.
    pub(crate) fn new(pairs: &Pairs, entries: u32) -> Self {
        let lines = pairs.by_line.len();
        let cells = |length: u32| usize::try_from(length).unwrap_or(0);
        let mut search = Search {
            pairs,
            of_line: vec![None; cells(lines)],
            of_entry: vec![None; cells(entries)],
            prices: vec![0; cells(entries)],
            distance: vec![i64::MAX; cells(entries)],
            through: vec![0; cells(entries)],
            settled: vec![false; cells(entries)],
            touched: Vec::new(),
            queue: BinaryHeap::new(),
        };
        let given_up: Vec<Position> = (0..lines).filter(|line| !search.augment(*line)).collect();
        for line in given_up {
            search.take_free(line);
        }
        Self {
            of_line: search.of_line,
            of_entry: search.of_entry,
        }
    }

    /// The pair of a line.
    pub(crate) fn of_line(&self, line: Position) -> Option<PairId> {
        at(&self.of_line, line)
    }

    /// The pair of an entry.
    pub(crate) fn of_entry(&self, entry: Position) -> Option<PairId> {
        at(&self.of_entry, entry)
    }
}

struct Search<'a> {
    pairs: &'a Pairs,
    of_line: Vec<Option<PairId>>,
    of_entry: Vec<Option<PairId>>,
    /// Potentials of the entries, zero or less.
    prices: Vec<i64>,
    distance: Vec<i64>,
    /// The pair by which an entry was reached.
    through: Vec<PairId>,
    settled: Vec<bool>,
    touched: Vec<Position>,
    queue: BinaryHeap<Reverse<(i64, Position)>>,
}

/// Where a path ends.
enum End {
    /// At an entry that nobody has.
    Entry(Position),
    /// At the open place of a line.
    Open(Position),
}

impl Search<'_> {
    /// Brings one more line in; false if the search was given up.
    fn augment(&mut self, line: Position) -> bool {
        let (mut best, mut end) = (0, End::Open(line));
        self.relax(line, 0);
        let mut steps = 0;
        let mut settled = Vec::new();
        while let Some(Reverse((distance, entry))) = self.queue.pop() {
            if at(&self.settled, entry) || distance > at(&self.distance, entry) {
                continue;
            }
            if distance >= best {
                break;
            }
            let Some(pair) = at(&self.of_entry, entry) else {
                (best, end) = (distance, End::Entry(entry));
                break;
            };
            steps += 1;
            if steps > limits::PATH_STEPS {
                self.reset();
                return false;
            }
            set(&mut self.settled, entry, true);
            settled.push(entry);
            let (owner, _, score) = self.pairs.of(pair);
            // What the owner would lose by leaving this entry.
            let base = distance + i64::from(score) + at(&self.prices, entry);
            if base < best {
                (best, end) = (base, End::Open(owner));
            }
            self.relax(owner, base);
        }
        for entry in settled {
            let lower = at(&self.distance, entry) - best;
            if lower < 0 {
                let price = at(&self.prices, entry) + lower;
                set(&mut self.prices, entry, price);
            }
        }
        self.apply(line, &end);
        self.reset();
        true
    }

    /// The best entry that nobody has, for a line whose search was given up.
    fn take_free(&mut self, line: Position) {
        let free = |pair: &PairId| {
            let (_, entry, score) = self.pairs.of(*pair);
            score > 0 && at(&self.of_entry, entry).is_none()
        };
        let best = self
            .pairs
            .of_line(line)
            .filter(free)
            .max_by_key(|pair| (self.pairs.of(*pair).2, std::cmp::Reverse(*pair)));
        if let Some(pair) = best {
            set(&mut self.of_line, line, Some(pair));
            set(&mut self.of_entry, self.pairs.of(pair).1, Some(pair));
        }
    }

    /// Offers a line's pairs, `base` being the cost so far.
    fn relax(&mut self, line: Position, base: i64) {
        for pair in self.pairs.of_line(line) {
            if at(&self.of_line, line) == Some(pair) {
                continue;
            }
            let (_, entry, score) = self.pairs.of(pair);
            let distance = base - i64::from(score) - at(&self.prices, entry);
            if distance < at(&self.distance, entry) {
                if at(&self.distance, entry) == i64::MAX {
                    self.touched.push(entry);
                }
                set(&mut self.distance, entry, distance);
                set(&mut self.through, entry, pair);
                self.queue.push(Reverse((distance, entry)));
            }
        }
    }

    /// Gives each line on the path its new entry.
    fn apply(&mut self, line: Position, end: &End) {
        let mut entry = match *end {
            End::Entry(entry) => Some(entry),
            End::Open(owner) => self.leave(owner),
        };
        while let Some(taken) = entry {
            let pair = at(&self.through, taken);
            let owner = self.pairs.of(pair).0;
            let left = self.leave(owner);
            set(&mut self.of_line, owner, Some(pair));
            set(&mut self.of_entry, taken, Some(pair));
            entry = if owner == line { None } else { left };
        }
    }

    /// Takes a line's entry away from it.
    fn leave(&mut self, line: Position) -> Option<Position> {
        let entry = at(&self.of_line, line).map(|pair| self.pairs.of(pair).1);
        set(&mut self.of_line, line, None);
        entry
    }

    fn reset(&mut self) {
        self.queue.clear();
        for entry in self.touched.drain(..) {
            set(&mut self.distance, entry, i64::MAX);
            set(&mut self.settled, entry, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The best total over all ways to pair, by trying them.
    fn by_trying(scores: &[Vec<(u32, i32)>], line: usize, taken: &mut Vec<u32>) -> i64 {
        let Some(row) = scores.get(line) else {
            return 0;
        };
        let mut best = by_trying(scores, line + 1, taken);
        for (entry, score) in row {
            if !taken.contains(entry) {
                taken.push(*entry);
                best = best.max(i64::from(*score) + by_trying(scores, line + 1, taken));
                taken.pop();
            }
        }
        best
    }

    proptest! {
        #[test]
        fn the_assignment_is_the_best_there_is(
            rows in prop::collection::vec(prop::collection::btree_map(0_u32..6, -50_i32..100, 0..5), 0..7)
        ) {
            let rows: Vec<Vec<(u32, i32)>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            let pairs = Pairs::of_rows(&rows, 6);
            let assignment = Assignment::new(&pairs, 6);
            let mut total = 0;
            let mut taken = Vec::new();
            for line in 0..u32::try_from(rows.len()).unwrap() {
                if let Some(pair) = assignment.of_line(line) {
                    let (of, entry, score) = pairs.of(pair);
                    prop_assert_eq!(of, line);
                    prop_assert!(!taken.contains(&entry));
                    prop_assert_eq!(assignment.of_entry(entry), Some(pair));
                    taken.push(entry);
                    total += i64::from(score);
                }
            }
            prop_assert_eq!(total, by_trying(&rows, 0, &mut Vec::new()));
        }
    }
}

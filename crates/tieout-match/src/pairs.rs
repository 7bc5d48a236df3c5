//! The pairs that are worth considering, as a sparse graph of lines and entries.

use crate::arith::{Bits, count};
use crate::books::{Card, Sign};
use crate::columns::{Rows, at};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::index::{Candidates, Index, Width};
use crate::limits;
use crate::roll::Position;
use crate::settings::Progress;

/// Number of a pair.
pub(crate) type PairId = u32;

/// Pairs by line, each with its score.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pairs {
    /// Entry and score of each pair; one row per line.
    pub(crate) by_line: Rows<(Position, Bits)>,
    /// Line of each pair.
    pub(crate) lines: Vec<Position>,
    /// Pairs of each entry.
    pub(crate) by_entry: Rows<PairId>,
}

impl Pairs {
    /// Compares lines with their candidates, on so many threads; `known` says the pairs of those that need not be compared. Each takes a part of the lines, and the parts are
    /// put together in their order: the result does not depend on the number.
    pub(crate) fn new<'k>(
        judge: &Judge<'_>,
        (index, width): (&Index, Width),
        threads: u32,
        known: impl Fn(Position) -> Option<&'k [(Position, Bits)]> + Sync,
        progress: &mut dyn FnMut(Progress),
    ) -> Self {
        let lines = judge.books.lines.len();
        let threads = threads.clamp(1, lines.max(1));
        let bound = |part: u32| {
            let place = u64::from(lines) * u64::from(part) / u64::from(threads);
            u32::try_from(place).unwrap_or(lines)
        };
        let known = &known;
        let mut pairs = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads)
                .map(|part| {
                    let lines = bound(part)..bound(part + 1);
                    scope.spawn(move || Self::of_lines(judge, (index, width), lines, known, &mut |_| ()))
                })
                .collect();
            let mut pairs = Self::of_lines(judge, (index, width), 0..bound(1), known, progress);
            for other in others {
                let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                pairs.by_line.append(&other.by_line);
                pairs.lines.extend_from_slice(&other.lines);
            }
            pairs
        });
        pairs.index_entries(judge.books.entries.len());
        pairs
    }

    fn of_lines<'k>(
        judge: &Judge<'_>,
        (index, width): (&Index, Width),
        lines: std::ops::Range<Position>,
        known: impl Fn(Position) -> Option<&'k [(Position, Bits)]>,
        progress: &mut dyn FnMut(Progress),
    ) -> Self {
        let mut pairs = Self::default();
        let mut candidates = Candidates::default();
        let mut facing = Facing::default();
        let mut cards: Vec<Card> = Vec::new();
        let mut signs: Vec<Sign> = Vec::new();
        let mut row: Vec<(Position, Bits)> = Vec::new();
        let total = u64::from(lines.end);
        for line in lines {
            if line % 4096 == 0 {
                let done = u64::from(line);
                progress(Progress {
                    step: "pairing",
                    done,
                    total,
                });
            }
            row.clear();
            if let Some(known) = known(line) {
                pairs.lines.extend(known.iter().map(|_| line));
                pairs.by_line.push(known.iter().copied());
                continue;
            }
            judge.face(line, &mut facing);
            index.candidates(judge, &facing, width, &mut candidates);
            // Fetched together, they wait for memory together; one by one, each comparison would wait for its own.
            cards.clear();
            cards.extend(candidates.found.iter().map(|entry| judge.books.card(*entry)));
            signs.clear();
            signs.extend(cards.iter().map(|card| at(&judge.books.face_signs, card.face)));
            for ((entry, card), sign) in candidates.found.iter().zip(&cards).zip(&signs) {
                let weights = judge.weigh_card(&mut facing, *entry, card, *sign);
                let score = weights.map(|weights| weights.total());
                let kept = score.filter(|score| *score >= limits::LOWEST_SCORE);
                row.extend(kept.map(|score| (*entry, score)));
            }
            if row.len() > limits::CANDIDATES {
                row.sort_unstable_by_key(|(entry, score)| (-score, *entry));
                row.truncate(limits::CANDIDATES);
                row.sort_unstable_by_key(|(entry, _)| *entry);
            }
            pairs.lines.extend(row.iter().map(|_| line));
            pairs.by_line.push(row.iter().copied());
        }
        pairs
    }

    /// The pairs whose line and entry are both free.
    pub(crate) fn free(&self, line_taken: &[bool], entry_taken: &[bool]) -> Self {
        let mut pairs = Self::default();
        for line in 0..self.by_line.len() {
            let row = self.by_line.row(line).iter().copied();
            let free = row.filter(|(entry, _)| !at(line_taken, line) && !at(entry_taken, *entry));
            let before = pairs.by_line.values().len();
            pairs.by_line.push(free);
            let added = pairs.by_line.values().len() - before;
            pairs.lines.extend(std::iter::repeat_n(line, added));
        }
        pairs.index_entries(count(entry_taken.len()));
        pairs
    }

    /// Pairs of given rows of entry and score, in order of entries.
    #[cfg(test)]
    pub(crate) fn of_rows(rows: &[Vec<(Position, Bits)>], entries: u32) -> Self {
        let mut pairs = Self::default();
        for (row, line) in rows.iter().zip(0..) {
            pairs.by_line.push(row.iter().copied());
            pairs.lines.extend(row.iter().map(|_| line));
        }
        pairs.index_entries(entries);
        pairs
    }

    fn index_entries(&mut self, entries: u32) {
        self.by_entry = Rows::gathered(entries, || {
            self.by_line
                .values()
                .iter()
                .zip(0..)
                .map(|((entry, _), pair)| (*entry, pair))
        });
    }

    /// Line, entry and score of a pair.
    pub(crate) fn of(&self, pair: PairId) -> (Position, Position, Bits) {
        let (entry, score) = at(self.by_line.values(), pair);
        (at(&self.lines, pair), entry, score)
    }

    /// The pairs of a line.
    pub(crate) fn of_line(&self, line: Position) -> std::ops::Range<PairId> {
        let (from, to) = self.by_line.bounds(line);
        from..to
    }

    /// The pair of a line and an entry.
    pub(crate) fn find(&self, line: Position, entry: Position) -> Option<PairId> {
        let row = self.by_line.row(line);
        let place = row.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
        Some(self.by_line.bounds(line).0 + count(place))
    }
}

//! The pairs that are worth considering, as a sparse graph of lines and entries.

use crate::arith::{Bits, count};
use crate::columns::{Rows, at};
use crate::evidence::{Facing, Judge};
use crate::index::{Candidates, Index};
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
    /// Compares each line with its candidates.
    pub(crate) fn new(judge: &Judge<'_>, index: &Index<'_>, progress: &mut dyn FnMut(Progress)) -> Self {
        let books = judge.books;
        let mut pairs = Self::default();
        let mut candidates = Candidates::default();
        let mut facing = Facing::default();
        let mut row: Vec<(Position, Bits)> = Vec::new();
        for line in books.lines.positions() {
            if line % 4096 == 0 {
                let (done, total) = (u64::from(line), u64::from(books.lines.len()));
                progress(Progress {
                    step: "pairing",
                    done,
                    total,
                });
            }
            judge.face(line, &mut facing);
            index.candidates(line, &facing, &mut candidates);
            row.clear();
            for entry in &candidates.found {
                let weights = judge.weigh(&mut facing, *entry);
                let score = weights.map(|weights| weights.total());
                row.extend(
                    score
                        .filter(|score| *score >= limits::LOWEST_SCORE)
                        .map(|score| (*entry, score)),
                );
            }
            if row.len() > limits::CANDIDATES {
                row.sort_unstable_by_key(|(entry, score)| (-score, *entry));
                row.truncate(limits::CANDIDATES);
                row.sort_unstable_by_key(|(entry, _)| *entry);
            }
            pairs.lines.extend(row.iter().map(|_| line));
            pairs.by_line.push(row.iter().copied());
        }
        pairs.index_entries(books.entries.len());
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

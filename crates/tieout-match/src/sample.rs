//! Of large books, the part that a model is learnt from.
//!
//! Whether an item is in the sample follows from what it says and not from its place, so that the order of the input does
//! not matter. All items of one amount are taken or left together: lines that compete for entries of an amount are seen
//! with all their rivals. Amounts that come very often are taken by the month, or one of them might be the whole sample.

use crate::books::Books;
use crate::columns::at;
use crate::hashing::{join, mix};
use crate::roll::{Position, Roll};

/// Which items are in the sample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// How many of 2^16 hashes are.
    share: u64,
}

/// Every hash.
const ALL: u64 = 1 << 16;
/// Runs of equal amounts with more lines are taken by the month.
const LONG: usize = 200;

impl Sample {
    /// About as many lines as wanted; all if there are no more.
    pub(crate) fn new(books: &Books, wanted: u32) -> Self {
        let lines = u64::from(books.lines.len().max(1));
        Self {
            share: (u64::from(wanted) * ALL / lines).min(ALL),
        }
    }

    /// The line is in the sample.
    pub(crate) fn has_line(self, books: &Books, line: Position) -> bool {
        self.has(books, &books.lines, line)
    }

    /// The entry is in the sample, and all lines of its amount and time are.
    pub(crate) fn has_entry(self, books: &Books, entry: Position) -> bool {
        self.has(books, &books.entries, entry)
    }

    fn has(self, books: &Books, roll: &Roll, item: Position) -> bool {
        if self.share >= ALL {
            return true;
        }
        let (account, amount) = (at(&roll.accounts, item), roll.amount(item));
        let is_long = books.line_amounts.equal(account, amount).len() > LONG;
        let month = if is_long {
            (roll.day(item) >> 5).cast_unsigned()
        } else {
            0
        };
        let hash = mix(join(join(u64::from(account), amount.cast_unsigned()), u64::from(month)));
        hash % ALL < self.share
    }
}

//! The lines that name an entry: those that may be parts of it.

use super::sums::MOST_AMOUNTS;
use super::{Bench, among, between};
use crate::books::Books;
use crate::columns::at;
use crate::indistinct::key_of;
use crate::roll::Position;
use crate::vocabulary::TokenId;
use std::ops::Range;

/// Days before and after an entry in which its parts may be.
pub(super) const DAYS: (i32, i32) = (5, 75);
/// Lines of one name or number that are looked at for one entry. A contact may have a hundred thousand, nearly all of them
/// too large or of the other sign.
const MOST_LOOKED_AT: usize = 2_048;

/// Lines that an entry may be paid with.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// By day; one more than are searched says that there are more.
    pub(super) lines: Vec<Position>,
    /// Not all that might be were looked at.
    pub(super) cut_short: bool,
    /// Those that show a number of the entry.
    numbered: Vec<Position>,
    /// The entry has numbers that are too short to be looked for.
    has_short: bool,
}

impl Naming {
    /// These and more.
    pub(super) fn add(&mut self, more: Naming) {
        self.lines.extend(more.lines);
        self.cut_short |= more.cut_short;
        self.numbered.extend(more.numbered);
        self.has_short |= more.has_short;
    }

    /// Any of the lines may share a number with the entry.
    pub(super) fn may_share_number(&self) -> bool {
        self.has_short || !self.numbered.is_empty()
    }

    /// A line may share a number with the entry.
    pub(super) fn may_show(&self, line: Position) -> bool {
        self.has_short || self.numbered.contains(&line)
    }
}

/// Open lines of the entry's sign and days that show its name or number, or that are called like one that shows the
/// number, smaller than a bound; by day.
pub(super) fn lines_naming(bench: &mut Bench<'_>, entry: Position, below: u64) -> Naming {
    let books = bench.judge.books;
    let around = Around::new(books, entry, below);
    let mut by_number = Naming::default();
    let mut naming = Naming::default();
    for token in books.entries.numbers.row(entry) {
        around.add(bench.lines_of.row(*token), &mut by_number);
    }
    for token in books.contacts.names.row(entry) {
        if books.contacts.is_distinctive(*token) {
            around.add(bench.lines_of.row(*token), &mut naming);
        }
    }
    let contact = books.contacts.of(entry);
    if bench.index.indistinct.has(contact) {
        around.add(bench.lines_of.row(key_of(books, contact)), &mut naming);
    }
    // A name must fit as a whole: most contacts share one of their words with others.
    naming.lines.sort_unstable();
    naming.lines.dedup();
    let facing = &mut bench.proposals.facing;
    naming.lines.retain(|line| {
        bench.judge.face_names(*line, facing);
        bench.judge.name(facing, entry) > 100
    });
    // Whoever paid under the entry's number pays under the same name again.
    let payees = by_number.lines.iter().map(|line| books.payee(*line));
    let mut payees: Vec<u64> = payees.filter(|payee| *payee != 0).collect();
    payees.sort_unstable();
    payees.dedup();
    for payee in payees {
        around.add(bench.lines_of_payee.of(payee), &mut naming);
    }
    // And a number that the books do not have ties lines together all the same.
    for place in 0..naming.lines.len() {
        let line = naming.lines.get(place).copied();
        for number in line.map_or(&[][..], |line| books.lines.numbers.row(line)) {
            around.add(bench.lines_of_number.of(*number), &mut naming);
        }
    }
    // Short numbers lead nowhere, and yet what shows the same ones agrees.
    let is_short = |number: &TokenId| books.content(*number) < super::DOCUMENT;
    by_number.has_short = books.entries.numbers.row(entry).iter().any(is_short);
    by_number.numbered.clone_from(&by_number.lines);
    naming.add(by_number);
    naming.lines.sort_unstable();
    naming.lines.dedup();
    // One more than are searched says that there are more.
    naming.lines.truncate(MOST_AMOUNTS + 1);
    naming
}

/// Where the parts of an entry may be: its account, sign and days, below a bound.
struct Around<'a> {
    books: &'a Books,
    amount: i64,
    below: u64,
    /// The lines of these days.
    lines: Range<Position>,
}

impl<'a> Around<'a> {
    fn new(books: &'a Books, entry: Position, below: u64) -> Self {
        let (amount, day) = (books.entries.amount(entry), books.entries.day(entry));
        let days = (day.saturating_sub(DAYS.0), day.saturating_add(DAYS.1));
        let (first, number) = between(&books.lines, at(&books.entries.accounts, entry), days);
        Self {
            books,
            amount,
            below,
            lines: first..first.saturating_add(number),
        }
    }

    /// Adds those of a list of lines, which is in canonical order.
    fn add(&self, lines: &[Position], naming: &mut Naming) {
        let part = |line| self.books.lines.amount(line);
        let in_time = among(lines, self.lines.clone());
        naming.cut_short |= smaller(in_time, part, (self.amount, self.below), &mut naming.lines);
    }
}

/// Adds those of the first lines of a list that are of the sign of an amount and smaller than a bound: as many as are
/// searched, and one more. True if not all that might be were looked at.
fn smaller(
    lines: &[Position],
    part: impl Fn(Position) -> i64,
    (amount, below): (i64, u64),
    found: &mut Vec<Position>,
) -> bool {
    let before = found.len();
    let looked_at = lines.iter().take(MOST_LOOKED_AT).copied();
    let fits = |line: &Position| {
        let part = part(*line);
        (part < 0) == (amount < 0) && part.unsigned_abs() < below
    };
    found.extend(looked_at.filter(fits).take(MOST_AMOUNTS + 1));
    lines.len() > MOST_LOOKED_AT && found.len() - before <= MOST_AMOUNTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn of_a_hundred_thousand_lines_a_part_is_looked_at_and_that_is_said() {
        let looked_at = Cell::new(0_usize);
        let lines: Vec<Position> = (0..100_000).collect();
        let amount = |line: Position| {
            looked_at.set(looked_at.get() + 1);
            // All but three are too large, and those lie at the end.
            if line >= 99_997 { 10 } else { 5_000 }
        };
        let mut found = Vec::new();
        let cut_short = smaller(&lines, amount, (100, 100), &mut found);
        assert_eq!((looked_at.get(), found.len(), cut_short), (MOST_LOOKED_AT, 0, true));
        let cut_short = smaller(&lines[99_000..], amount, (100, 100), &mut found);
        assert_eq!((found.len(), cut_short), (3, false));
    }
}

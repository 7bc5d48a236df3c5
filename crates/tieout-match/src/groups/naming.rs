//! The lines that name an entry: those that may be parts of it.

use super::Bench;
use super::sums::MOST_AMOUNTS;
use crate::columns::at;
use crate::indistinct::key_of;
use crate::roll::Position;
use crate::vocabulary::TokenId;

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
    let mut by_number = Naming::default();
    let mut naming = Naming::default();
    for token in books.entries.numbers.row(entry) {
        by_number.add(near(bench, entry, bench.lines_of.row(*token), below));
    }
    for token in books.contacts.names.row(entry) {
        if books.contacts.is_distinctive(*token) {
            naming.add(near(bench, entry, bench.lines_of.row(*token), below));
        }
    }
    let contact = books.contacts.of(entry);
    if bench.index.indistinct.has(contact) {
        naming.add(near(bench, entry, bench.lines_of.row(key_of(books, contact)), below));
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
        naming.add(near(bench, entry, bench.lines_of_payee.of(payee), below));
    }
    // And a number that the books do not have ties lines together all the same.
    let numbers = naming.lines.iter().flat_map(|line| books.lines.numbers.row(*line));
    let with_number = numbers.map(|number| bench.lines_of_number.of(*number));
    let beside: Vec<Naming> = with_number.map(|lines| near(bench, entry, lines, below)).collect();
    // Short numbers lead nowhere, and yet what shows the same ones agrees.
    let is_short = |number: &TokenId| books.content(*number) < super::DOCUMENT;
    by_number.has_short = books.entries.numbers.row(entry).iter().any(is_short);
    by_number.numbered.clone_from(&by_number.lines);
    beside.into_iter().chain([by_number]).for_each(|more| naming.add(more));
    naming.lines.sort_unstable();
    naming.lines.dedup();
    // One more than are searched says that there are more.
    naming.lines.truncate(MOST_AMOUNTS + 1);
    naming
}

/// Lines of the entry's account, sign and days, smaller than a bound.
fn near(bench: &Bench<'_>, entry: Position, lines: &[Position], below: u64) -> Naming {
    let books = bench.judge.books;
    let (amount, day) = (books.entries.amount(entry), books.entries.day(entry));
    let account = at(&books.entries.accounts, entry);
    let days = (day.saturating_sub(DAYS.0), day.saturating_add(DAYS.1));
    let in_time = super::within(&books.lines, lines, account, days);
    smaller(in_time, |line| books.lines.amount(line), amount, below)
}

/// Of the first lines of a list, those of the sign of an amount that are smaller than a bound: as many as are searched, and
/// one more.
fn smaller(lines: &[Position], part: impl Fn(Position) -> i64, amount: i64, below: u64) -> Naming {
    let looked_at = lines.iter().take(MOST_LOOKED_AT).copied();
    let fits = |line: &Position| {
        let part = part(*line);
        (part < 0) == (amount < 0) && part.unsigned_abs() < below
    };
    let lines_of: Vec<Position> = looked_at.filter(fits).take(MOST_AMOUNTS + 1).collect();
    Naming {
        cut_short: lines.len() > MOST_LOOKED_AT && lines_of.len() <= MOST_AMOUNTS,
        lines: lines_of,
        ..Naming::default()
    }
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
        let found = smaller(&lines, amount, 100, 100);
        assert_eq!(
            (looked_at.get(), found.lines.len(), found.cut_short),
            (MOST_LOOKED_AT, 0, true)
        );
        let found = smaller(&lines[99_000..], amount, 100, 100);
        assert_eq!((found.lines.len(), found.cut_short), (3, false));
    }
}

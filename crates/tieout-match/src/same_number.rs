//! A line and an entry that are left, bear the same number and differ in their amounts for no reason that has a form.
//!
//! The number of a check is on one check only: bank or books have its amount wrong. An invoice may be paid in parts: who
//! pays less than it asks and names it has paid a part, and the rest stays open. Neither is ever more than a suggestion,
//! and neither is looked at while anything better explains the line or the entry.

use crate::columns::{at, set};
use crate::evidence::Judge;
use crate::found::Found;
use crate::hashing::Map;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;

/// How the two belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The same check; one side has the amount wrong.
    SameCheck,
    /// The line pays a part of the document that it names.
    PartPayment,
}

/// A line and an entry of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SameNumber {
    pub(crate) line: Position,
    pub(crate) entry: Position,
    pub(crate) number: TokenId,
    pub(crate) how: How,
}

impl SameNumber {
    /// The probability, before calibration.
    pub(crate) fn ppm(&self) -> u32 {
        match self.how {
            How::SameCheck => 900_000,
            How::PartPayment => 850_000,
        }
    }
}

/// Days before a line, and after it, in which its entry is dated.
const DAYS: (i32, i32) = (180, 30);
/// At or above this an item is taken to be matched, in parts per million.
const MATCHED: u32 = 500_000;

/// Lines and entries of one number among what no probable group holds.
pub(crate) fn same_numbers(judge: &Judge<'_>, found: &[Found]) -> Vec<SameNumber> {
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    let mut open_lines = vec![true; lines.original.len()];
    let mut open_entries = vec![true; entries.original.len()];
    for group in found.iter().filter(|group| group.ppm >= MATCHED) {
        group.lines.iter().for_each(|line| set(&mut open_lines, *line, false));
        group
            .entries
            .iter()
            .for_each(|entry| set(&mut open_entries, *entry, false));
    }
    let open = |roll: &Roll, open: &[bool]| -> Vec<Position> {
        let is_open = |item: &Position| at(open, *item) && roll.amount(*item) != 0;
        roll.positions().filter(is_open).collect()
    };
    let open_lines = open(lines, &open_lines);
    let left = open(entries, &open_entries);
    let of_checks = by_number(entries, &left, &entries.checks);
    let of_documents = by_number(entries, &left, &entries.documents);
    let only =
        |holders: &Map<(u16, TokenId), Holder>, account: u16, number: TokenId| match holders.get(&(account, number)) {
            Some(Holder::One(entry)) => Some(*entry),
            _ => None,
        };
    let mut same = Vec::new();
    let mut asked: Map<Position, i128> = Map::default();
    let mut used = vec![false; entries.original.len()];
    let checks = count_checks(lines, &open_lines);
    for line in &open_lines {
        let account = at(&lines.accounts, *line);
        let check = at(&lines.checks, *line);
        if check != 0
            && checks.get(&(account, check)) == Some(&1)
            && let Some(entry) = only(&of_checks, account, check)
            && fits(judge, *line, entry)
        {
            set(&mut used, entry, true);
            same.push(SameNumber {
                line: *line,
                entry,
                number: check,
                how: How::SameCheck,
            });
            continue;
        }
        let document = at(&lines.documents, *line);
        if document != 0
            && let Some(entry) = only(&of_documents, account, document)
            && fits(judge, *line, entry)
            && !at(&used, entry)
        {
            // All parts together pay no more than is asked for.
            let paid = asked.entry(entry).or_default();
            *paid += i128::from(lines.amount(*line).unsigned_abs());
            if *paid < i128::from(entries.amount(entry).unsigned_abs()) {
                same.push(SameNumber {
                    line: *line,
                    entry,
                    number: document,
                    how: How::PartPayment,
                });
            }
        }
    }
    same
}

/// The open entry that bears a number, if there is but one.
#[derive(Debug, Clone, Copy)]
enum Holder {
    One(Position),
    Several,
}

/// Numbers of one kind, of checks or of documents, and references that are one number and may be of either, by account.
fn by_number(entries: &Roll, open: &[Position], of_kind: &[TokenId]) -> Map<(u16, TokenId), Holder> {
    let mut holders: Map<(u16, TokenId), Holder> = Map::default();
    for entry in open {
        let numbers = [of_kind, &entries.references].map(|column| at(column, *entry));
        for number in numbers.into_iter().filter(|number| *number != 0) {
            let place = (at(&entries.accounts, *entry), number);
            let holder = holders.entry(place).or_insert(Holder::One(*entry));
            if !matches!(holder, Holder::One(known) if known == entry) {
                *holder = Holder::Several;
            }
        }
    }
    holders
}

/// How many open lines bear the number of a check: a correction bears it as well.
fn count_checks(lines: &Roll, open: &[Position]) -> Map<(u16, TokenId), u32> {
    let mut counts: Map<(u16, TokenId), u32> = Map::default();
    for line in open {
        let place = (at(&lines.accounts, *line), at(&lines.checks, *line));
        *counts.entry(place).or_default() += 1;
    }
    counts
}

/// One sign, other amounts, days that are not too far apart, and nobody ruled it out.
fn fits(judge: &Judge<'_>, line: Position, entry: Position) -> bool {
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    let (of_line, of_entry) = (lines.amount(line), entries.amount(entry));
    let days = lines.day(line).saturating_sub(entries.day(entry));
    (of_line < 0) == (of_entry < 0)
        && of_line != of_entry
        && (-DAYS.1..=DAYS.0).contains(&days)
        && !judge.is_forbidden(line, entry)
}

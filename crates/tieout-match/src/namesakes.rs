//! Entries that an open line may well be, wrongly entered: of its name or number, of its time, and of nearly its amount or
//! of one that a slip of the keyboard makes of it.
//!
//! That is too little for a match. But who records such a line while the entry stands has it twice, so that it must not be
//! called missing before a person has looked.

use crate::books::Books;
use crate::columns::{at, set};
use crate::groups::between;
use crate::remains::Remains;
use crate::residuals::{Relation, relation};
use crate::roll::Position;
use crate::settings::Settings;

/// Days before a line, and after it, in which its entry may stand; where there are too many entries, fewer.
const DAYS: [(i32, i32); 2] = [(45, 45), (7, 2)];
/// An entry that comes more days later must have the very amount.
const SOON: i32 = 10;
/// Most entries that are looked at for one line.
const MOST: u32 = 400;
/// A regular customer's name is in no more than this part of the entries: one in so many.
const USUAL_PART: u32 = 6;
/// How much more or less a person may have typed, in percent of the larger amount.
const NEARLY_PERCENT: u128 = 10;

/// An entry that the line may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Namesake {
    pub(crate) entry: Position,
    /// How the amounts relate; `None` if they are but near each other.
    pub(crate) relation: Option<Relation>,
}

/// Open items that may be one another, wrongly entered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mistakable {
    pub(crate) lines: Vec<bool>,
    pub(crate) entries: Vec<bool>,
}

impl Mistakable {
    /// Looks through what is left.
    pub(crate) fn new(books: &Books, settings: &Settings, remains: &Remains) -> Self {
        let (lines, entries) = (&books.lines, &books.entries);
        let mut mistakable = Self {
            lines: vec![false; lines.original.len()],
            entries: vec![false; entries.original.len()],
        };
        for line in lines.positions().filter(|line| remains.is_open_line(*line)) {
            for namesake in namesakes(books, settings, line, |entry| remains.is_open_entry(entry)) {
                set(&mut mistakable.lines, line, true);
                set(&mut mistakable.entries, namesake.entry, true);
            }
        }
        mistakable
    }
}

/// The open entries that an open line may be.
pub(crate) fn namesakes<'a>(
    books: &'a Books,
    settings: &'a Settings,
    line: Position,
    is_open: impl Fn(Position) -> bool + 'a,
) -> impl Iterator<Item = Namesake> + 'a {
    let (lines, entries) = (&books.lines, &books.entries);
    let (day, amount) = (lines.day(line), lines.amount(line));
    let window = |(before, after): (i32, i32)| {
        let days = (day.saturating_sub(before), day.saturating_add(after));
        between(entries, at(&lines.accounts, line), days)
    };
    let (from, number) = DAYS
        .into_iter()
        .map(window)
        .find(|(_, number)| *number <= MOST)
        .unwrap_or((0, 0));
    (from..from.saturating_add(number)).filter_map(move |entry| {
        let other = entries.amount(entry);
        if other == 0 || (other < 0) != (amount < 0) || !is_open(entry) {
            return None;
        }
        let relation = relation(amount, other, books.currencies_of(line, entry), settings);
        let is_soon = entries.day(entry) <= day.saturating_add(SOON);
        let fits = match relation {
            Some(Relation::Equal) => true,
            Some(_) => is_soon,
            None => is_soon && is_nearly(amount.unsigned_abs(), other.unsigned_abs()),
        };
        let usual = match relation {
            // The amount says much by itself, so that the name may be that of a regular customer.
            Some(Relation::Equal | Relation::Swapped | Relation::Moved) => entries.len() / USUAL_PART,
            _ => 0,
        };
        (fits && share_a_name_of(books, line, entry, usual)).then_some(Namesake { entry, relation })
    })
}

fn is_nearly(a: u64, b: u64) -> bool {
    u128::from(a.abs_diff(b)) * 100 <= u128::from(a.max(b)) * NEARLY_PERCENT
}

/// A line and an entry bear a word or a number that few entries bear.
pub(crate) fn share_a_name(books: &Books, line: Position, entry: Position) -> bool {
    share_a_name_of(books, line, entry, 0)
}

/// The same of a word or a number that so many entries bear, or few.
fn share_a_name_of(books: &Books, line: Position, entry: Position, usual: u32) -> bool {
    let (lines, entries) = (&books.lines, &books.entries);
    let rare = (entries.len() / 20).max(5).max(usual);
    let shares = |of_line: &[u32], of_entry: &[u32]| {
        let mut tokens = of_line
            .iter()
            .filter(|token| (1..=rare).contains(&entries.frequency(**token)));
        tokens.any(|token| of_entry.binary_search(token).is_ok())
    };
    shares(lines.words.row(line), entries.words.row(entry))
        || shares(lines.numbers.row(line), entries.numbers.row(entry))
}

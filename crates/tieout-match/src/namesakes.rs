//! Entries that an open line may well be, wrongly entered: of its name or number, of its time, and of nearly its amount or
//! of one that a slip of the keyboard makes of it.
//!
//! That is too little for a match. But who records such a line while the entry stands has it twice, so that it must not be
//! called missing before a person has looked.
//!
//! An entry of the very amount with the sign turned may be a refund as well, or what a refund gives back. It is taken for
//! the line only if the line has no other namesake, its side does not hold what would be given back, and no text speaks
//! of that.
//!
//! On the line's day, or one beside it, a slip of the keyboard in many digits needs no name.

use crate::amounts::Amounts;
use crate::books::Books;
use crate::columns::{at, set};
use crate::groups::{between, within};
use crate::remains::Remains;
use crate::residuals::{Currencies, Relation, mistyped, relation};
use crate::roll::{Position, Roll};
use crate::settings::Settings;

/// Days before a line, and after it, in which its entry may stand; where there are too many entries, fewer.
const DAYS: [(i32, i32); 2] = [(45, 45), (7, 2)];
/// An entry that comes more days later must have the very amount.
const SOON: i32 = 10;
/// Most entries that are looked at for one line.
const MOST: u32 = 400;
/// Most of one amount, with the other sign, that are.
const MOST_TURNED: usize = 8;
/// A regular customer's name is in no more than this part of the entries: one in so many.
const USUAL_PART: u32 = 6;
/// The same of one whose entry has the very amount, with the sign turned: it stands beside the line, in time and in size.
const TURNED_PART: u32 = 4;
/// Days within which what was paid is given back.
const REFUND_DAYS: i32 = 60;
/// How words begin that say that money goes the other way than usual.
const GIVES_BACK: &[&str] = &[
    "REFUND",
    "RETURN",
    "REVERS",
    "VOID",
    "CANCEL",
    "CREDITNOTE",
    "CHARGEBACK",
    "STORN",
    "ERSTATT",
    "RUCK",
    "REMBOURS",
    "RETOUR",
    "AVOIR",
    "ANNUL",
    "REEMBOLS",
    "DEVOL",
    "ESTORNO",
    "RIMBORS",
    "TERUG",
    "ZWROT",
    "KORREKT",
    "CORRECT",
    "ADJUST",
];
/// How much more or less a person may have typed, in percent of the larger amount.
const NEARLY_PERCENT: u128 = 10;

/// An entry that the line may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Namesake {
    pub(crate) entry: Position,
    /// How the amounts relate; `None` if they are but near each other.
    pub(crate) relation: Option<Relation>,
    /// They share a name or a number; else only their day.
    pub(crate) named: bool,
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

/// The open entries that an open line may be; if there are none, those whose sign only is not the line's; if there are none
/// of these either, the one of its day that a slip of the keyboard explains.
pub(crate) fn namesakes<'a>(
    books: &'a Books,
    settings: &'a Settings,
    line: Position,
    is_open: impl Fn(Position) -> bool + Copy + 'a,
) -> impl Iterator<Item = Namesake> + 'a {
    let mut near = alike(books, settings, line, is_open).peekable();
    let none = near.peek().is_none();
    let turned: Vec<Namesake> = none
        .then(|| turned(books, line, is_open))
        .into_iter()
        .flatten()
        .collect();
    let of_the_day = (none && turned.is_empty()).then(|| of_the_day(books, settings, line, is_open));
    near.chain(turned).chain(of_the_day.flatten())
}

/// Whether an amount has so many digits in front of its last zeros that another one does not have them by chance.
fn is_telling(amount: u64) -> bool {
    const FEWEST: u64 = 1000;
    let mut digits = amount;
    while digits != 0 && digits.is_multiple_of(10) {
        digits /= 10;
    }
    digits >= FEWEST
}

/// The only open entry of the line's day, or of a day before or after, whose amount a slip of the keyboard makes of the line's: two
/// digits exchanged, the point moved, the sign turned. No name is needed, as such amounts do not meet on a day by chance.
fn of_the_day(
    books: &Books,
    settings: &Settings,
    line: Position,
    is_open: impl Fn(Position) -> bool,
) -> Option<Namesake> {
    let (lines, entries) = (&books.lines, &books.entries);
    let (day, account, amount) = (lines.day(line), at(&lines.accounts, line), lines.amount(line));
    if !is_telling(amount.unsigned_abs()) {
        return None;
    }
    let days = (day.saturating_sub(1), day.saturating_add(1));
    let is_no_refund = |entry: Position| {
        entries.amount(entry).checked_neg() != Some(amount)
            || !(is_given_back((lines, &books.line_amounts), line) || is_given_back((entries, &books.amounts), entry))
    };
    let mut slips = mistyped(amount)
        .flat_map(|other| within(entries, books.amounts.equal(account, other), account, days))
        .copied()
        .filter(|entry| is_open(*entry) && is_no_refund(*entry))
        .filter(|entry| says_given_back(books, lines, line) == says_given_back(books, entries, *entry));
    let entry = slips.next()?;
    let is_only = slips.next().is_none();
    let relation = relation(amount, entries.amount(entry), Currencies::One, settings);
    is_only.then_some(Namesake {
        entry,
        relation,
        named: false,
    })
}

/// The open entries of the line's sign that it may be.
fn alike<'a>(
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
        (fits && share_a_name_of(books, line, entry, usual)).then_some(Namesake {
            entry,
            relation,
            named: true,
        })
    })
}

/// The open entries of some days before and after that would be the line's if their sign were turned.
fn turned<'a>(
    books: &'a Books,
    line: Position,
    is_open: impl Fn(Position) -> bool + 'a,
) -> impl Iterator<Item = Namesake> + 'a {
    let (lines, entries) = (&books.lines, &books.entries);
    let (day, account) = (lines.day(line), at(&lines.accounts, line));
    let days = (day.saturating_sub(SOON), day.saturating_add(SOON));
    let run = match lines.amount(line).checked_neg() {
        Some(opposite) if opposite != 0 => within(entries, books.amounts.equal(account, opposite), account, days),
        _ => &[],
    };
    // Among so many of one amount, a turned one is no wonder.
    let run = if run.len() > MOST_TURNED { &[] } else { run };
    let may_be = move |entry: Position| {
        is_open(entry)
            && share_a_name_of(books, line, entry, entries.len() / TURNED_PART)
            && !is_given_back((lines, &books.line_amounts), line)
            && !is_given_back((entries, &books.amounts), entry)
            && says_given_back(books, lines, line) == says_given_back(books, entries, entry)
    };
    let entries = run.iter().copied().filter(move |entry| may_be(*entry));
    entries.map(|entry| Namesake {
        entry,
        relation: Some(Relation::Sign),
        named: true,
    })
}

/// Some weeks before or after, an item of the same side moves the amount the other way: it may be what is given back.
fn is_given_back((roll, amounts): (&Roll, &Amounts), item: Position) -> bool {
    let (account, day) = (at(&roll.accounts, item), roll.day(item));
    let days = (day.saturating_sub(REFUND_DAYS), day.saturating_add(REFUND_DAYS));
    let opposite = roll.amount(item).checked_neg();
    opposite.is_some_and(|opposite| !within(roll, amounts.equal(account, opposite), account, days).is_empty())
}

/// A word of the item says that money goes the other way.
fn says_given_back(books: &Books, roll: &Roll, item: Position) -> bool {
    let mut words = roll.words.row(item).iter().map(|word| books.vocabulary.text(*word));
    words.any(|word| GIVES_BACK.iter().any(|begins| word.starts_with(begins)))
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

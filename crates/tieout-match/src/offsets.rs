//! Items of one side that cancel each other: a void and its original, a bank's error and its correction, a payment that
//! came back when the books have neither.

use crate::books::Books;
use crate::columns::{at, set};
use crate::groups::within;
use crate::lexicon::{Lexicon, Sense};
use crate::outcome::Side;
use crate::roll::{Position, Roll};

/// Days between the two.
const DAYS: i32 = 120;
/// Items of the opposite amount that are looked at.
const MOST: usize = 16;

/// Probability, before calibration, that a reversal undoes what it names.
const NAMED_PPM: u32 = 999_900;

/// Two items of one side with opposite amounts, the earlier first, and how sure it is that one undoes the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offset {
    pub(crate) side: Side,
    pub(crate) earlier: Position,
    pub(crate) later: Position,
    pub(crate) ppm: u32,
    /// The books say it themselves: the later entry calls itself a reversal and bears the number of the only entry that
    /// it can mean.
    pub(crate) is_named: bool,
}

/// Offsets among the open items of a side; each item is in one at most.
pub(crate) fn offsets(books: &Books, lexicon: &Lexicon, side: Side, open: &[bool]) -> Vec<Offset> {
    let roll = match side {
        Side::Line => &books.lines,
        Side::Entry => &books.entries,
    };
    let mut order: Vec<Position> = roll
        .positions()
        .filter(|item| at(open, *item) && roll.amount(*item) != 0)
        .collect();
    let key = |item: Position| (at(&roll.accounts, item), roll.amount(item));
    order.sort_by_key(|item| (key(*item), *item));
    let mut used = vec![false; open.len()];
    let mut found = Vec::new();
    for later in roll
        .positions()
        .filter(|item| at(open, *item) && roll.amount(*item) != 0)
    {
        let says_so = lexicon.has(roll, later, Sense::Undone) || lexicon.has(roll, later, Sense::Returned);
        let Some(opposite) = roll
            .amount(later)
            .checked_neg()
            .filter(|_| says_so && !at(&used, later))
        else {
            continue;
        };
        let wanted = (at(&roll.accounts, later), opposite);
        let from = order.partition_point(|item| key(*item) < wanted);
        let to = order.partition_point(|item| key(*item) <= wanted);
        let run = order.get(from..to).unwrap_or_default();
        let mut candidates: Vec<(u32, i32, Position)> = run
            .iter()
            .copied()
            .filter(|other| {
                let days = roll.day(later).saturating_sub(roll.day(*other));
                !at(&used, *other) && (0..=DAYS).contains(&days)
            })
            .take(MOST)
            .map(|other| (in_common(books, side, roll, later, other), roll.day(other), other))
            .filter(|(common, _, _)| *common > 0)
            .collect();
        candidates.sort_unstable();
        let rivals = candidates.iter().filter(|(common, _, _)| *common > 1).count();
        if let Some((common, _, earlier)) = candidates.pop() {
            set(&mut used, earlier, true);
            set(&mut used, later, true);
            // What a bank takes back may be a payment that the books lack twice; what books take back, they had.
            let is_named = side == Side::Entry && rivals == 1 && lexicon.has(roll, later, Sense::Undone);
            let ppm = match common {
                _ if is_named => NAMED_PPM,
                2.. => 950_000,
                _ => 800_000,
            };
            found.push(Offset {
                side,
                earlier,
                later,
                ppm,
                is_named,
            });
        }
    }
    found
}

/// The entries that an entry may undo: earlier ones of the opposite amount, with a number in common, or a name if it says
/// that it undoes something, no number and there is but one. Only a void has the number of a check and the opposite sign.
pub(crate) fn undone_by<'a>(
    books: &'a Books,
    lexicon: &Lexicon,
    entry: Position,
) -> impl Iterator<Item = Position> + 'a {
    let entries = &books.entries;
    let check = at(&entries.checks, entry);
    let says_so = lexicon.has(entries, entry, Sense::Undone);
    let account = at(&entries.accounts, entry);
    let day = entries.day(entry);
    let run: &[Position] = match entries.amount(entry).checked_neg() {
        Some(opposite) if says_so || check != 0 => books.amounts.equal(account, opposite),
        _ => &[],
    };
    let near = within(entries, run, account, (day.saturating_sub(DAYS), day));
    let needed = if near.len() == 1 && entries.numbers.row(entry).is_empty() {
        1
    } else {
        2
    };
    near.iter().rev().take(MOST).copied().filter(move |other| {
        let same_check = check != 0 && at(&entries.checks, *other) == check;
        same_check || (says_so && in_common(books, Side::Entry, entries, entry, *other) >= needed)
    })
}

/// How much two items share: a check or document number counts two, a contact or a telling word one.
fn in_common(books: &Books, side: Side, roll: &Roll, a: Position, b: Position) -> u32 {
    let same_check = at(&roll.checks, a) != 0 && at(&roll.checks, a) == at(&roll.checks, b);
    let shared = |left: &[u32], right: &[u32], telling: &dyn Fn(u32) -> bool| {
        left.iter()
            .any(|token| telling(*token) && right.binary_search(token).is_ok())
    };
    let numbers = shared(roll.numbers.row(a), roll.numbers.row(b), &|token| {
        roll.frequency(token) <= 4
    });
    let contact = side == Side::Entry && books.contacts.of(a) != 0 && books.contacts.of(a) == books.contacts.of(b);
    let limit = (roll.len() / 50).max(3);
    let words = shared(roll.words.row(a), roll.words.row(b), &|token| {
        roll.frequency(token) <= limit
    });
    u32::from(same_check || numbers) * 2 + u32::from(contact || words)
}

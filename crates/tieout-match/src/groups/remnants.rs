//! What is left of a few days, where so little is left that a person would simply add it up: two deposits for one entry,
//! an entry and another for one line, with no name and no number in common.
//!
//! All subsets of at most a handful of items are looked at, so that a sum by chance is known to be unlikely; that is
//! enough for a suggestion, never for more.

use super::bundle::{Draft, choices};
use super::sums::{Wanted, subsets};
use super::{Open, Proposals, between};
use crate::columns::at;
use crate::outcome::Reason;
use crate::roll::{Position, Roll};

/// Most open items of the other side in the window: among more of them, sums by chance are everywhere.
const MOST_NEAR: usize = 8;
/// Most items of the other side in the window, open or not, that are looked through for open ones.
const MOST_LOOKED_AT: u32 = 400;
/// Most members of the larger side.
const MOST_MEMBERS: usize = 4;
/// Days from the first entry to a line, and back.
const DAYS: (i32, i32) = (5, 2);
/// Steps for one search: every subset of the few items.
const STEPS: u64 = 1 << 10;

/// Proposes one line for several entries, and one entry for several lines.
pub(crate) fn propose(proposals: &mut Proposals<'_>, open: &Open) {
    let books = proposals.judge.books;
    let (lines, entries) = (&books.lines, &books.entries);
    for line in lines.positions().filter(|line| at(&open.lines, *line)) {
        let days = (lines.day(line) - DAYS.0, lines.day(line) + DAYS.1);
        if let Some(members) = sums(lines, line, (entries, &open.entries), days) {
            propose_one(proposals, vec![line], members.0, members.1);
        }
    }
    for entry in entries.positions().filter(|entry| at(&open.entries, *entry)) {
        let days = (entries.day(entry) - DAYS.1, entries.day(entry) + DAYS.0);
        if let Some(members) = sums(entries, entry, (lines, &open.lines), days) {
            propose_one(proposals, members.0, vec![entry], members.1);
        }
    }
}

/// The only set of open items of the other side that sums to an item, and how many items it was chosen from.
fn sums(
    roll: &Roll,
    item: Position,
    (others, open): (&Roll, &[bool]),
    days: (i32, i32),
) -> Option<(Vec<Position>, usize)> {
    let amount = roll.amount(item);
    let (from, number) = between(others, at(&roll.accounts, item), days);
    if amount == 0 || !(2..=MOST_LOOKED_AT).contains(&number) {
        return None;
    }
    let is_part = |other: &Position| {
        let part = others.amount(*other);
        at(open, *other) && part != 0 && (part < 0) == (amount < 0) && part.unsigned_abs() < amount.unsigned_abs()
    };
    let near: Vec<Position> = (from..from.saturating_add(number))
        .filter(is_part)
        .take(MOST_NEAR + 1)
        .collect();
    if !(2..=MOST_NEAR).contains(&near.len()) {
        return None;
    }
    let amounts: Vec<i64> = near.iter().map(|other| others.amount(*other)).collect();
    let wanted = Wanted {
        least: 2,
        most: MOST_MEMBERS,
        subsets: 1,
    };
    let found = subsets(&amounts, i128::from(amount), wanted, &mut STEPS.clone());
    let [only] = found.found.as_slice() else { return None };
    let members = only.iter().filter_map(|place| near.get(*place).copied()).collect();
    (!found.cut_short).then_some((members, near.len()))
}

fn propose_one(proposals: &mut Proposals<'_>, lines: Vec<Position>, entries: Vec<Position>, near: usize) {
    /// How unusual it is that several items are one, with nothing in common but their days.
    const PRIOR: i32 = -300;
    let members = lines.len().max(entries.len());
    let draft = Draft {
        lines,
        entries,
        prior: PRIOR,
        tries: choices(near, members),
        solutions: 1,
        unproven: true,
        ..Draft::default()
    };
    proposals.propose(draft, Reason::UniqueSum);
}

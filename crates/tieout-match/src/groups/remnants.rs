//! What is left of a few days, where so little is left that a person would simply add it up: two deposits for one entry,
//! an entry and another for one line, with no name and no number in common.
//!
//! So are a line and an entry of one name whose amounts are nearly the same, if each has no other.
//!
//! All subsets of at most a handful of items are looked at, so that a sum by chance is known to be unlikely; that is
//! enough for a suggestion, never for more.

use super::bundle::{Draft, choices};
use super::sums::{Wanted, subsets};
use super::{Open, Proposals, between};
use crate::arith::{Bits, count};
use crate::columns::at;
use crate::namesakes::{Namesake, namesakes, share_a_name};
use crate::outcome::{Reason, ResidualKind};
use crate::residuals::Relation;
use crate::roll::{Position, Roll};
use std::collections::BTreeMap;

/// Most open items of the other side in the window: among more of them, sums by chance are everywhere.
const MOST_NEAR: usize = 8;
/// Most items of the other side in the window, open or not, that are looked through for open ones.
const MOST_LOOKED_AT: u32 = 400;
/// Most members of the larger side.
const MOST_MEMBERS: usize = 4;
/// Of more sets that sum to an item, none is worth a look.
const MOST_SETS: usize = 3;
/// Steps for one search: every subset of the few items.
const STEPS: u64 = 1 << 10;

/// How the members are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Whatever is left of these few days.
    Days,
    /// What bears the name, of more days.
    Name,
}

impl By {
    /// Days from the first entry to a line, and back.
    fn days(self) -> (i32, i32) {
        match self {
            Self::Days => (5, 2),
            Self::Name => (45, 5),
        }
    }
}

/// Proposes one line for several entries, and one entry for several lines.
pub(crate) fn propose(proposals: &mut Proposals<'_>, open: &Open) {
    let books = proposals.judge.books;
    let (lines, entries) = (&books.lines, &books.entries);
    for by in [By::Name, By::Days] {
        let (before, after) = by.days();
        for line in lines.positions().filter(|line| at(&open.lines, *line)) {
            let days = (lines.day(line) - before, lines.day(line) + after);
            let may_be =
                |entry: Position| at(&open.entries, entry) && (by == By::Days || share_a_name(books, line, entry));
            let found = sums((lines, line), (entries, &may_be), days);
            for members in &found.sets {
                propose_one(proposals, (vec![line], members.clone()), &found, by);
            }
        }
        for entry in entries.positions().filter(|entry| at(&open.entries, *entry)) {
            let days = (entries.day(entry) - after, entries.day(entry) + before);
            let may_be = |line: Position| at(&open.lines, line) && (by == By::Days || share_a_name(books, line, entry));
            let found = sums((entries, entry), (lines, &may_be), days);
            for members in &found.sets {
                propose_one(proposals, (members.clone(), vec![entry]), &found, by);
            }
        }
    }
}

/// Sets of open items of the other side that sum to an item.
#[derive(Default)]
struct Sums {
    sets: Vec<Vec<Position>>,
    /// How many items they were chosen from.
    near: usize,
}

/// All sets that sum to an item, if there are but a few.
fn sums(
    (roll, item): (&Roll, Position),
    (others, may_be): (&Roll, &dyn Fn(Position) -> bool),
    days: (i32, i32),
) -> Sums {
    let amount = roll.amount(item);
    let (from, number) = between(others, at(&roll.accounts, item), days);
    if amount == 0 || !(2..=MOST_LOOKED_AT).contains(&number) {
        return Sums::default();
    }
    let is_part = |other: &Position| {
        let part = others.amount(*other);
        part != 0 && (part < 0) == (amount < 0) && part.unsigned_abs() < amount.unsigned_abs() && may_be(*other)
    };
    let near: Vec<Position> = (from..from.saturating_add(number))
        .filter(is_part)
        .take(MOST_NEAR + 1)
        .collect();
    if !(2..=MOST_NEAR).contains(&near.len()) {
        return Sums::default();
    }
    let amounts: Vec<i64> = near.iter().map(|other| others.amount(*other)).collect();
    let wanted = Wanted {
        least: 2,
        most: MOST_MEMBERS,
        subsets: MOST_SETS,
    };
    let mut steps = STEPS;
    let found = subsets(&amounts, i128::from(amount), wanted, &mut steps);
    if found.cut_short {
        return Sums::default();
    }
    let members = |set: &Vec<usize>| set.iter().filter_map(|place| near.get(*place).copied()).collect();
    Sums {
        sets: found.found.iter().map(members).collect(),
        near: near.len(),
    }
}

fn propose_one(proposals: &mut Proposals<'_>, (lines, entries): (Vec<Position>, Vec<Position>), sums: &Sums, by: By) {
    /// How unusual it is that several items are one, with nothing in common but their days, or their name.
    const PRIOR: Bits = -300;
    const PRIOR_OF_NAME: Bits = 200;
    let members = lines.len().max(entries.len());
    let draft = Draft {
        lines,
        entries,
        prior: if by == By::Name { PRIOR_OF_NAME } else { PRIOR },
        tries: choices(sums.near, members),
        by_name: by == By::Name,
        solutions: count(sums.sets.len()),
        unproven: true,
        ..Draft::default()
    };
    let reason = match (by, sums.sets.len()) {
        (By::Name, _) => Reason::SharedContact,
        (By::Days, 1) => Reason::UniqueSum,
        (By::Days, _) => Reason::AmbiguousSum,
    };
    proposals.propose(draft, reason);
}

/// Proposes a line and an entry of one name, if neither has another namesake and their amounts differ for a reason.
pub(crate) fn propose_pairs(proposals: &mut Proposals<'_>, open: &Open) {
    /// A person would look at nothing else first.
    const PRIOR: Bits = 0;
    let (books, settings) = (proposals.judge.books, proposals.judge.settings);
    let lines = books.lines.positions().filter(|line| at(&open.lines, *line));
    let mut pairs: Vec<(Position, Position, Relation, bool)> = Vec::new();
    let mut claims: BTreeMap<Position, u32> = BTreeMap::new();
    for line in lines {
        let mut near = namesakes(books, settings, line, |entry| at(&open.entries, entry));
        let (first, second) = (near.next(), near.next());
        for namesake in first.iter().chain(&second) {
            *claims.entry(namesake.entry).or_default() += 1;
        }
        if let (
            Some(Namesake {
                entry,
                relation: Some(relation),
                named,
            }),
            None,
        ) = (first, second)
        {
            pairs.push((line, entry, relation, named));
        }
    }
    for (line, entry, relation, named) in pairs.into_iter().filter(|pair| claims.get(&pair.1) == Some(&1)) {
        let corrected = |kind| (kind, (kind == ResidualKind::Correction).then_some(entry));
        let draft = Draft {
            lines: vec![line],
            entries: vec![entry],
            residual: relation.residual().map(corrected),
            prior: PRIOR,
            sum: Some(0),
            unproven: true,
            ..Draft::default()
        };
        let reason = if named {
            Reason::SharedContact
        } else {
            Reason::SharedDate
        };
        proposals.propose(draft, reason);
    }
}

//! All of one form within some days: deposits of checks without a slip number, a payroll paid from a journal entry.
//!
//! Neither number nor name ties the members together, only that the books write them alike and that the days fit. So
//! everything of the form in a run of whole days must sum to the other side, or all but one or two.

use super::Bench;
use super::bundle::Draft;
use crate::arith::{Bits, count, log2};
use crate::columns::{Rows, at};
use crate::outcome::{Reason, ResidualKind};
use crate::residuals::is_mistyped;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Days before and after the other side in which members may be.
const DAYS: (i32, i32) = (9, 5);
/// Days that a run may cover.
const RUN: i32 = 4;
/// Most members.
const MOST: usize = 150;
/// Forms with fewer members are no forms.
const FEWEST: usize = 4;
/// How unusual such groups are, with nothing but form and days in common.
const PRIOR: Bits = -300;
/// log2 of the runs of days and forms that are tried.
const RUNS_TRIED: Bits = 500;
/// Fits of one item that are kept.
const MOST_FITS: usize = 20;

/// Words and forms of entries that were paid in groups, as groups found so far show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grouped {
    tokens: BTreeSet<TokenId>,
}

impl Grouped {
    /// Learns from the entries of groups: a word is one of theirs if most entries with it are in groups.
    pub(crate) fn new(entries: &Roll, in_groups: &[bool]) -> Self {
        const FEWEST_SEEN: u32 = 6;
        let mut seen: BTreeMap<TokenId, u32> = BTreeMap::new();
        let members = entries.positions().filter(|entry| at(in_groups, *entry));
        for word in members.flat_map(|entry| entries.words.row(entry)) {
            *seen.entry(*word).or_default() += 1;
        }
        let limit = entries.len() / 100;
        let tokens = seen
            .into_iter()
            .filter(|(word, grouped)| {
                let all = entries.frequency(*word);
                *grouped >= FEWEST_SEEN
                    && all >= limit
                    && grouped.saturating_mul(5) >= all.saturating_mul(2)
            })
            .map(|(word, _)| word)
            .collect();
        Self { tokens }
    }

    fn has(&self, entries: &Roll, entry: Position) -> bool {
        entries
            .words
            .row(entry)
            .iter()
            .any(|word| self.tokens.contains(word))
    }
}

/// Proposes bundles of entries of one form for lines that name nobody.
pub(crate) fn propose_entries(bench: &mut Bench<'_>, grouped: &Grouped) {
    let (lines, entries) = (&bench.judge.books.lines, &bench.judge.books.entries);
    let alike = of_forms(entries, &bench.open.entries, |entry| {
        u64::from(grouped.has(entries, entry))
    });
    let forms = of_forms(entries, &bench.open.entries, |entry| {
        u64::from(at(&entries.forms, entry))
    });
    let mut facing = crate::evidence::Facing::default();
    for line in lines.positions() {
        if !at(&bench.open.lines, line) || lines.amount(line) == 0 {
            continue;
        }
        bench.judge.face(line, &mut facing);
        if facing.names_someone() {
            continue;
        }
        let (account, day) = (at(&lines.accounts, line), lines.day(line));
        let of_forms = runs_around(entries, &forms, account, (day - DAYS.0, day + 1));
        let of_groups = runs_around(entries, &alike, account, (day - DAYS.0, day + 1));
        for runs in of_forms.chain(of_groups).collect::<Vec<_>>() {
            for fit in fitting(entries, &runs, lines.amount(line)) {
                let draft = Draft {
                    lines: vec![line],
                    entries: fit.members,
                    residual: fit
                        .mistyped
                        .map(|entry| (ResidualKind::Correction, Some(entry))),
                    tries: fit.tries,
                    prior: PRIOR,
                    ..Draft::default()
                };
                bench.propose(draft, Reason::SharedDate);
            }
        }
    }
}

/// Proposes bundles of lines of one kind for entries that are left.
pub(crate) fn propose_lines(bench: &mut Bench<'_>) {
    let books = bench.judge.books;
    let (lines, entries) = (&books.lines, &books.entries);
    let forms = of_forms(lines, &bench.open.lines, |line| at(&books.line_kinds, line));
    for entry in entries.positions() {
        if !at(&bench.open.entries, entry) || entries.amount(entry) == 0 {
            continue;
        }
        let (account, day) = (at(&entries.accounts, entry), entries.day(entry));
        for runs in runs_around(lines, &forms, account, (day - 1, day + DAYS.1)) {
            // A mistyped amount is on the side of the books.
            for fit in fitting(lines, &runs, entries.amount(entry))
                .into_iter()
                .filter(|fit| fit.mistyped.is_none())
            {
                let draft = Draft {
                    lines: fit.members,
                    entries: vec![entry],
                    tries: fit.tries,
                    prior: PRIOR,
                    ..Draft::default()
                };
                bench.propose(draft, Reason::SharedDate);
            }
        }
    }
}

/// Open items by form and sign; forms of a few items are left out.
fn of_forms(roll: &Roll, open: &[bool], form: impl Fn(Position) -> u64) -> Rows<Position> {
    let mut by_form: BTreeMap<(u64, bool), Vec<Position>> = BTreeMap::new();
    for item in roll
        .positions()
        .filter(|item| at(open, *item) && roll.amount(*item) != 0)
    {
        by_form
            .entry((form(item), roll.amount(item) < 0))
            .or_default()
            .push(item);
    }
    let mut forms = Rows::default();
    for items in by_form.into_values().filter(|items| items.len() >= FEWEST) {
        forms.push(items);
    }
    forms
}

/// Of each form the members of each day around.
fn runs_around<'i>(
    roll: &'i Roll,
    forms: &'i Rows<Position>,
    account: u16,
    days: (i32, i32),
) -> impl Iterator<Item = Vec<&'i [Position]>> + 'i {
    (0..forms.len()).filter_map(move |form| {
        let near = super::within(roll, forms.row(form), account, days);
        (near.len() > 1).then(|| near.chunk_by(|a, b| roll.day(*a) == roll.day(*b)).collect())
    })
}

/// Members of a run that fit the other side.
struct Fit {
    members: Vec<Position>,
    /// log2 of what was tried to find them.
    tries: Bits,
    /// The member whose amount must have been mistyped.
    mistyped: Option<Position>,
}

/// Runs of days whose members sum to a target, with none, one or two of them left out, or one of them mistyped.
fn fitting(roll: &Roll, by_day: &[&[Position]], target: i64) -> Vec<Fit> {
    let mut found = Vec::new();
    for first in 0..by_day.len() {
        let mut members: Vec<Position> = Vec::new();
        let mut sum = 0_i128;
        let mut from = None;
        for of_day in by_day.iter().skip(first) {
            let day = of_day.first().map_or(0, |item| roll.day(*item));
            if day - *from.get_or_insert(day) >= RUN || members.len() + of_day.len() > MOST {
                break;
            }
            members.extend_from_slice(of_day);
            sum += of_day
                .iter()
                .map(|item| i128::from(roll.amount(*item)))
                .sum::<i128>();
            if members.len() > 1 && found.len() < MOST_FITS {
                fit(roll, &members, sum - i128::from(target), &mut found);
            }
        }
    }
    found
}

/// Brings a surplus to nothing, in the ways that cost least.
fn fit(roll: &Roll, members: &[Position], surplus: i128, found: &mut Vec<Fit>) {
    if surplus == 0 {
        found.push(Fit {
            members: members.to_vec(),
            tries: RUNS_TRIED,
            mistyped: None,
        });
    } else if members.len() >= FEWEST && !leave_one(roll, members, surplus, found) {
        leave_two(roll, members, surplus, found);
        correct_one(roll, members, surplus, found);
    }
}

/// Leaves out one member; a duplicate of another member, if there is one, and else whichever fits.
fn leave_one(roll: &Roll, members: &[Position], surplus: i128, found: &mut Vec<Fit>) -> bool {
    const MOST_CHOICES: usize = 3;
    let fitting: Vec<Position> = members
        .iter()
        .copied()
        .filter(|item| i128::from(roll.amount(*item)) == surplus)
        .collect();
    let is_duplicate = |item: Position| {
        members.iter().any(|other| {
            *other < item
                && roll.amount(*other) == roll.amount(item)
                && roll.numbers.row(*other) == roll.numbers.row(item)
                && !roll.numbers.row(item).is_empty()
        })
    };
    let duplicate = fitting.iter().copied().find(|item| is_duplicate(*item));
    let (chosen, tries) = match duplicate {
        Some(duplicate) => (vec![duplicate], RUNS_TRIED + 100),
        None => (fitting, RUNS_TRIED + size(members)),
    };
    for left_out in chosen.iter().take(MOST_CHOICES) {
        let others = members
            .iter()
            .copied()
            .filter(|item| item != left_out)
            .collect();
        found.push(Fit {
            members: others,
            tries,
            mistyped: None,
        });
    }
    !chosen.is_empty()
}

/// Leaves out two members: the smallest and the largest of those in order, moving inwards.
fn leave_two(roll: &Roll, members: &[Position], surplus: i128, found: &mut Vec<Fit>) {
    let amount = |item: Position| i128::from(roll.amount(item));
    let mut sorted: Vec<Position> = members.to_vec();
    sorted.sort_by_key(|item| (amount(*item), *item));
    let mut rest = sorted.as_slice();
    while let [low, middle @ .., high] = rest {
        match (amount(*low) + amount(*high)).cmp(&surplus) {
            Ordering::Less => rest = rest.get(1..).unwrap_or_default(),
            Ordering::Greater => rest = rest.get(..rest.len() - 1).unwrap_or_default(),
            Ordering::Equal => {
                let others = members
                    .iter()
                    .copied()
                    .filter(|item| item != low && item != high)
                    .collect();
                found.push(Fit {
                    members: others,
                    tries: RUNS_TRIED + 2 * size(members),
                    mistyped: None,
                });
                rest = middle;
            }
        }
        if found.len() >= MOST_FITS {
            return;
        }
    }
}

/// Takes one member for mistyped, if only one can be.
fn correct_one(roll: &Roll, members: &[Position], surplus: i128, found: &mut Vec<Fit>) {
    let mut candidates = members.iter().copied().filter(|item| {
        let meant = i128::from(roll.amount(*item)) - surplus;
        i64::try_from(meant).is_ok_and(|meant| is_mistyped(meant, roll.amount(*item)))
    });
    if let (Some(only), None) = (candidates.next(), candidates.next()) {
        let tries = RUNS_TRIED + size(members) + 400;
        found.push(Fit {
            members: members.to_vec(),
            tries,
            mistyped: Some(only),
        });
    }
}

fn size(members: &[Position]) -> Bits {
    log2(u64::from(count(members.len())))
}

//! All of one form within some days: deposits of checks without a slip number, a payroll paid from a journal entry.
//!
//! Neither number nor name ties the members together, only that the books write them alike and that the days fit. So
//! everything of the form in a run of whole days must sum to the other side, or all but one or two.

use super::Bench;
use super::bundle::Draft;
use crate::arith::{count, log2};
use crate::columns::{Rows, at};
use crate::outcome::Reason;
use crate::roll::{Position, Roll};
use std::collections::BTreeMap;

/// Days before and after the other side in which members may be.
const DAYS: (i32, i32) = (9, 5);
/// Days that a run may cover.
const RUN: i32 = 4;
/// Most members.
const MOST: usize = 150;
/// Forms with fewer members are no forms.
const FEWEST: usize = 4;

/// Proposes bundles of entries of one form for lines that name nobody.
pub(crate) fn propose_entries(bench: &mut Bench<'_>) {
    let (lines, entries) = (&bench.judge.books.lines, &bench.judge.books.entries);
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
        for runs in runs_around(entries, &forms, account, (day - DAYS.0, day + 1)) {
            for (members, cost) in fitting(entries, &runs, lines.amount(line)) {
                let draft = Draft {
                    lines: vec![line],
                    entries: members,
                    tries: cost,
                    prior: -300,
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
    let forms = of_forms(lines, &bench.open.lines, |line| books.line_kind(line));
    for entry in entries.positions() {
        if !at(&bench.open.entries, entry) || entries.amount(entry) == 0 {
            continue;
        }
        let (account, day) = (at(&entries.accounts, entry), entries.day(entry));
        for runs in runs_around(lines, &forms, account, (day - 1, day + DAYS.1)) {
            for (members, cost) in fitting(lines, &runs, entries.amount(entry)) {
                let draft = Draft {
                    lines: members,
                    entries: vec![entry],
                    tries: cost,
                    prior: -300,
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

/// Runs of days whose members sum to a target, with none, one or two of them left out, and what it cost to find them.
fn fitting(roll: &Roll, by_day: &[&[Position]], target: i64) -> Vec<(Vec<Position>, i32)> {
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
            // Runs of days, and forms, were tried as well.
            if members.len() > 1 {
                leave_out(roll, &members, sum - i128::from(target), 500, &mut found);
            }
        }
    }
    found
}

/// Leaves out up to two members so that `surplus` goes.
fn leave_out(
    roll: &Roll,
    members: &[Position],
    surplus: i128,
    cost: i32,
    found: &mut Vec<(Vec<Position>, i32)>,
) {
    let size = log2(u64::from(count(members.len())));
    if surplus == 0 {
        found.push((members.to_vec(), cost));
        return;
    }
    if members.len() < 4 {
        return;
    }
    let amount = |item: Position| i128::from(roll.amount(item));
    if let Some(one) = members.iter().find(|item| amount(**item) == surplus) {
        found.push((
            members.iter().copied().filter(|item| item != one).collect(),
            cost + size,
        ));
        return;
    }
    let mut sorted: Vec<Position> = members.to_vec();
    sorted.sort_by_key(|item| (amount(*item), *item));
    let mut rest = sorted.as_slice();
    while let [low, middle @ .., high] = rest {
        let sum = amount(*low) + amount(*high);
        match sum.cmp(&surplus) {
            std::cmp::Ordering::Less => rest = rest.get(1..).unwrap_or_default(),
            std::cmp::Ordering::Greater => rest = rest.get(..rest.len() - 1).unwrap_or_default(),
            std::cmp::Ordering::Equal => {
                let others = members
                    .iter()
                    .copied()
                    .filter(|item| item != low && item != high)
                    .collect();
                found.push((others, cost + 2 * size));
                rest = middle;
            }
        }
        if found.len() > 20 {
            return;
        }
    }
}

//! Sales that come with another payout than that of their day: sold after the processor's day had ended, or held for a while.
//!
//! Where that is rare, what one payout leaves out and another takes in speaks for both. Where it is common and prices are
//! round, a whole day of sales may fit a payout although one of them came with the next, and another sale of the same
//! price came in its place: then nothing but the order of days speaks for one of them.

use super::lessons::Learnt;
use super::payout::{Fit, Till, fits_of};
use super::{Bench, within};
use crate::columns::at;
use crate::roll::Position;
use std::collections::{BTreeMap, BTreeSet};

/// Enough payouts are paid out with sales that another passed on, next to those that are whole days.
pub(super) fn has_moves(
    bench: &Bench<'_>,
    learnt: &Learnt,
    (lines, sales): (&[Position], &[Position]),
    explained: &BTreeSet<Position>,
) -> bool {
    /// Payouts are mostly whole days: so many of so many.
    const MOSTLY: (usize, usize) = (3, 4);
    /// One of so many.
    const ONE_IN: usize = 2;
    let whole = explained.len();
    whole * MOSTLY.1 < lines.len() * MOSTLY.0 && moved(bench, learnt, lines, sales) * ONE_IN >= whole
}

/// How many of the lines are paid out with sales that another one passed on.
fn moved(bench: &Bench<'_>, learnt: &Learnt, lines: &[Position], sales: &[Position]) -> usize {
    let till = Till::new(&bench.judge.books.entries, learnt, sales);
    let mut steps = bench.payout_steps;
    let (fits, series) = fits_of(bench, &till, lines, &mut steps);
    let passed = Passed::new(&fits);
    let moved = fits
        .iter()
        .filter(|fit| passed.of(fit) != (false, false) && !(till.habits.in_order && series.is_stretch(&fit.members)));
    moved.map(|fit| fit.line).collect::<BTreeSet<Position>>().len()
}

/// What payouts leave out and take in, and which.
pub(super) struct Passed {
    left_out: BySet,
    taken_in: BySet,
}

impl Passed {
    pub(super) fn new(fits: &[Fit]) -> Self {
        Self {
            left_out: by_set(fits, |fit| &fit.out),
            taken_in: by_set(fits, |fit| &fit.taken),
        }
    }

    /// Another payout takes in what this one leaves out, and leaves out what this one takes in.
    pub(super) fn of(&self, fit: &Fit) -> (bool, bool) {
        let elsewhere = |sets: &BySet, set: &Vec<Position>| {
            let lines = sets.get(set);
            lines.is_some_and(|lines| lines.iter().any(|other| *other != fit.line))
        };
        (
            elsewhere(&self.taken_in, &fit.out),
            elsewhere(&self.left_out, &fit.taken),
        )
    }
}

/// Lines by the sales that they leave out or take in.
type BySet = BTreeMap<Vec<Position>, BTreeSet<Position>>;

fn by_set(fits: &[Fit], set: fn(&Fit) -> &Vec<Position>) -> BySet {
    let mut by_set = BySet::new();
    for fit in fits.iter().filter(|fit| !set(fit).is_empty()) {
        by_set.entry(set(fit).clone()).or_default().insert(fit.line);
    }
    by_set
}

/// Some of the sales were chosen, or one that is left out near them has the amount of one of them: who of them has paid,
/// the sum does not tell.
pub(super) fn may_be_another(bench: &Bench<'_>, till: &Till<'_>, fit: &Fit) -> bool {
    /// Days around the members in which others lie.
    const AROUND: i32 = 3;
    let entries = &bench.judge.books.entries;
    let days = || fit.members.iter().map(|entry| entries.day(*entry));
    let (Some(first), Some(last), Some(member)) = (days().min(), days().max(), fit.members.first()) else {
        return true;
    };
    let days = (first.saturating_sub(AROUND), last.saturating_add(AROUND));
    let chosen: BTreeSet<Position> = fit.members.iter().copied().collect();
    let amounts: BTreeSet<i64> = fit.members.iter().map(|entry| entries.amount(*entry)).collect();
    let others = within(entries, till.sales, at(&entries.accounts, *member), days).iter();
    let mut others = others.filter(|entry| !chosen.contains(entry));
    fit.changes > 0 || others.any(|entry| amounts.contains(&entries.amount(*entry)))
}

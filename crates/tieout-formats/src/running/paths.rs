//! Runs of lines joined by their balances: what one ends with is what another begins with, wherever both stand.
//!
//! The balances that no run takes up are the same whichever of two equal ones are joined, so a path's ends do not depend on the choice;
//! the nearest in time are taken, so that a path stays together. Runs that only lead back to themselves move nothing and
//! are in no path.

use super::DISORDER_DAYS;
use super::runs::Run;
use std::collections::BTreeSet;
use tieout_core::{Date, Decimal};

/// Runs that follow each other, by the numbers of the first and the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path {
    first: usize,
    last: usize,
    /// First and last day of its lines.
    days: (Date, Date),
}

impl Path {
    pub(super) fn oldest<'a>(&self, runs: &'a [Run]) -> Option<&'a Run> {
        runs.get(self.first)
    }

    pub(super) fn newest<'a>(&self, runs: &'a [Run]) -> Option<&'a Run> {
        runs.get(self.last)
    }
}

/// How many days two paths share at most, more than the day on which one ends and the other begins.
pub(super) fn overlap_days(paths: &[Path]) -> i32 {
    let mut last: Option<Date> = None;
    let mut most = 0;
    for path in paths {
        if let Some(last) = last {
            let shared = last.min(path.days.1);
            most = most.max((shared - path.days.0).get_days());
            if last > path.days.0 {
                most = most.max(1);
            }
        }
        last = last.max(Some(path.days.1));
    }
    most
}

/// The paths of runs that stand oldest first, in order of their days.
pub(super) fn join(runs: &[Run]) -> Vec<Path> {
    let before = befores(runs);
    let mut after = vec![None; runs.len()];
    for (run, older) in before.iter().enumerate() {
        if let Some(place) = older.and_then(|older| after.get_mut(older)) {
            *place = Some(run);
        }
    }
    let mut paths = Vec::new();
    for (first, (run, older)) in runs.iter().zip(&before).enumerate() {
        if older.is_some() {
            continue;
        }
        let mut path = Path {
            first,
            last: first,
            days: run.days,
        };
        while let Some((next, run)) = after
            .get(path.last)
            .copied()
            .flatten()
            .and_then(|next| Some((next, runs.get(next)?)))
        {
            path.last = next;
            path.days = (path.days.0.min(run.days.0), path.days.1.max(run.days.1));
        }
        paths.push(path);
    }
    paths.sort_by_key(|path| (path.days, path.first));
    paths
}

/// For each run the one that ends with what it begins with.
fn befores(runs: &[Run]) -> Vec<Option<usize>> {
    let sorted = |value: fn(&Run) -> (Decimal, Date)| {
        let mut all: Vec<(Decimal, Date, usize)> = (0..)
            .zip(runs)
            .map(|(number, run)| {
                let (balance, date) = value(run);
                (balance, date, number)
            })
            .collect();
        all.sort_unstable();
        all
    };
    let starts = sorted(|run| (run.start, run.oldest.date));
    let ends = sorted(|run| (run.newest.balance, run.newest.date));
    let mut before = vec![None; runs.len()];
    let mut rest = ends.iter().peekable();
    for equal in starts.chunk_by(|one, other| one.0 == other.0) {
        let Some((balance, ..)) = equal.first() else { continue };
        while rest.next_if(|(end, ..)| end < balance).is_some() {}
        let mut free = BTreeSet::new();
        while let Some((_, date, number)) = rest.next_if(|(end, ..)| end == balance) {
            free.insert((*date, *number));
        }
        for (_, date, number) in equal {
            let taken = nearest(&free, (*date, *number));
            if let Some(taken) = taken {
                free.remove(&taken);
                if let Some(place) = before.get_mut(*number) {
                    *place = Some(taken.1);
                }
            }
        }
    }
    before
}

/// The end nearest to a start: on its day, before it, or a few days after it, but not that of its own run.
fn nearest(free: &BTreeSet<(Date, usize)>, start: (Date, usize)) -> Option<(Date, usize)> {
    let (day, number) = start;
    let is_other = |end: &&(Date, usize)| end.1 != number;
    let older = || free.range(..start).rev().find(is_other).copied();
    let newer = || free.range(start..).find(is_other).copied();
    let within = |end: &(Date, usize), days: i32| (end.0 - day).get_days() <= days;
    older()
        .filter(|(date, _)| *date == day)
        .or_else(|| newer().filter(|end| within(end, 0)))
        .or_else(older)
        .or_else(|| newer().filter(|end| within(end, DISORDER_DAYS)))
}

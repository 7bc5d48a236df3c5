//! How many of each: of all that was read, and of what counts as of the day.

use crate::explain::Sides;
use crate::findings::Findings;
use crate::notes;
use crate::result::Counts;
use crate::scope::{Scope, Standing};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;
use tieout_match::{ExceptionClass, Group, ItemIndex, Items, ResidualKind, Tier};

/// Counts. An entry that only lines after the day clear is outstanding on it, not matched.
pub(crate) fn count(groups: &[Group], automatic: usize, findings: &Findings, sides: &Sides<'_>) -> Counts {
    let (standing, day) = (sides.standing, sides.period.last());
    let number = |items: &Items| whole(items.len());
    let of_day = |groups: &[Group]| {
        let to_day = groups
            .iter()
            .filter(|group| concerns(group, sides.lines, standing, day));
        whole(to_day.count())
    };
    let (matches, suggestions) = groups.split_at_checked(automatic).unwrap_or((groups, &[]));
    let mut counts = Counts {
        lines: number(sides.lines),
        entries: number(sides.entries),
        assumed_cleared: whole(notes::cleared_count(sides)),
        automatic,
        suggested: suggestions.len(),
        automatic_to_date: of_day(matches),
        suggested_to_date: of_day(suggestions),
        ..Counts::default()
    };
    for (line, open) in (0..).zip(&standing.open_lines) {
        if sides.lines.date(line) <= day {
            counts.lines_to_date += 1;
            counts.lines_matched += u64::from(*open == 0);
        }
    }
    let cleared_later = cleared_later(matches, standing);
    for (entry, open) in (0..).zip(&standing.open_entries) {
        if standing.scope(entry) == Scope::Current {
            counts.entries_in_scope += 1;
            counts.entries_matched += u64::from(*open == 0 && !cleared_later.contains(&entry));
        }
    }
    by_kind(groups, findings, &mut counts);
    counts
}

fn by_kind(groups: &[Group], findings: &Findings, counts: &mut Counts) {
    let mut shapes = BTreeMap::<_, u64>::new();
    let mut residuals = BTreeMap::<ResidualKind, (u64, i64)>::new();
    for group in groups {
        *shapes.entry((group.tier, group.shape)).or_default() += 1;
        for residual in group.residuals.iter().filter(|_| group.tier == Tier::Automatic) {
            let (number, sum) = residuals.entry(residual.kind).or_default();
            *number += 1;
            *sum = sum.saturating_add(residual.amount);
        }
    }
    counts.shapes = shapes.into_iter().collect();
    counts.residuals = residuals
        .into_iter()
        .map(|(kind, (number, sum))| (kind, number, sum))
        .collect();
    let mut classes = BTreeMap::<ExceptionClass, u64>::new();
    for exception in &findings.exceptions {
        *classes.entry(exception.class).or_default() += 1;
    }
    counts.classes = classes.into_iter().collect();
}

/// Whether a group says anything as of the day: it has a line booked to it, or entries alone that are in scope.
fn concerns(group: &Group, lines: &Items, standing: &Standing, day: Date) -> bool {
    if group.lines.is_empty() {
        let mut entries = group.entries.iter();
        return entries.any(|part| standing.scope(part.item) == Scope::Current);
    }
    group.lines.iter().any(|part| lines.date(part.item) <= day)
}

/// Entries of matches that lines after the day complete.
fn cleared_later(matches: &[Group], standing: &Standing) -> BTreeSet<ItemIndex> {
    let later = matches
        .iter()
        .zip(&standing.terms)
        .filter(|(_, term)| term.cleared_on.is_some());
    later
        .flat_map(|(group, _)| group.entries.iter().map(|part| part.item))
        .collect()
}

fn whole(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

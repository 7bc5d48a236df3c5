//! Counts: of lines, entries, matches, exceptions and differences.

use super::figures::is_in_scope;
use super::findings::cleared_on;
use super::matches::item;
use super::{Check, Holdings, number};
use crate::record::{Exact, Group, Record};
use std::collections::{BTreeMap, BTreeSet};
use tieout_reconcile::result::NoteCode;

pub(super) fn checks(record: &Record, holdings: &Holdings<'_>) -> Vec<Check> {
    vec![counts(record, holdings)]
}

fn counts(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check = Check::new("counts are those of the lists");
    let counts = &record.counts;
    let day = record.period.last;
    check.counted("lines", counts.lines, number(record.lines.len()));
    check.counted("entries", counts.entries, number(record.entries.len()));
    let to_day = || holdings.open_lines(record).filter(|(line, _)| line.date <= day);
    check.counted("lines to the day", counts.lines_to_date, number(to_day().count()));
    let matched = to_day().filter(|(_, open)| *open == Exact::ZERO).count();
    check.counted("lines matched", counts.lines_matched, number(matched));
    let in_scope = || holdings.open_entries(record).filter(|(entry, _)| is_in_scope(entry));
    check.counted("entries in scope", counts.entries_in_scope, number(in_scope().count()));
    let later = cleared_later(record, holdings);
    let matched = in_scope().filter(|(entry, open)| *open == Exact::ZERO && !later.contains(entry.id.as_str()));
    check.counted("entries matched", counts.entries_matched, number(matched.count()));
    for (tier, what, (told, told_to_date), by_shape) in [
        (
            "auto",
            "matches",
            (counts.automatic, counts.automatic_to_date),
            &counts.automatic_by_shape,
        ),
        (
            "suggested",
            "suggestions",
            (counts.suggested, counts.suggested_to_date),
            &counts.suggested_by_shape,
        ),
    ] {
        let of_tier = || record.groups.iter().filter(|group| group.tier == tier);
        check.counted(what, told, number(of_tier().count()));
        let to_date = of_tier().filter(|group| concerns_the_day(group, record, holdings));
        check.counted(&format!("{what} to the day"), told_to_date, number(to_date.count()));
        let mut shapes: BTreeMap<String, u64> = BTreeMap::new();
        for group in of_tier() {
            *shapes.entry(group.shape.clone()).or_default() += 1;
        }
        maps(&mut check, what, by_shape, &shapes);
    }
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    for exception in &record.exceptions {
        *classes.entry(exception.class.clone()).or_default() += 1;
    }
    maps(&mut check, "exceptions", &counts.exceptions, &classes);
    residuals(record, &mut check);
    assumed_cleared(record, &mut check);
    check
}

/// Entries to the day that are out of scope count as cleared before it, but for the one that stands for the opening balance.
fn assumed_cleared(record: &Record, check: &mut Check) {
    let told = record.counts.assumed_cleared;
    let day = record.period.last;
    let earlier = record
        .entries
        .iter()
        .filter(|entry| !is_in_scope(entry) && entry.date <= day);
    let opening = record.note(NoteCode::OpeningEntered).map_or(0, |_| 1);
    let earlier = number(earlier.count()).saturating_sub(opening);
    check.counted("entries assumed to be cleared", told, earlier);
    check.look();
    let note = record.note(NoteCode::AssumedCleared);
    let words = [format!("{told} entr"), format!("before {}", record.period.first)];
    let says_so = note.is_none_or(|note| words.iter().all(|words| note.text.contains(words)));
    if !says_so || (told > 0) != note.is_some() {
        check.find(format!(
            "{told} entries before {} are assumed to be cleared, but the notes say otherwise",
            record.period.first
        ));
    }
}

/// Whether a group has a line booked to the day, or entries in scope alone.
fn concerns_the_day(group: &Group, record: &Record, holdings: &Holdings<'_>) -> bool {
    let mut lines = group.lines.iter();
    let mut entries = group.entries.iter();
    if group.lines.is_empty() {
        return entries.any(|part| item(&holdings.entries, &record.entries, &part.id).is_some_and(is_in_scope));
    }
    let day = record.period.last;
    lines.any(|part| item(&holdings.lines, &record.lines, &part.id).is_some_and(|line| line.date <= day))
}

/// Entries of matches that lines after the day complete.
fn cleared_later<'a>(record: &'a Record, holdings: &Holdings<'_>) -> BTreeSet<&'a str> {
    let matches = record.groups.iter().filter(|group| group.tier == "auto");
    let later = matches.filter(|group| cleared_on(record, holdings, Some(group)).is_some());
    later
        .flat_map(|group| group.entries.iter().map(|part| part.id.as_str()))
        .collect()
}

fn maps(check: &mut Check, what: &str, told: &BTreeMap<String, u64>, counted: &BTreeMap<String, u64>) {
    let keys: BTreeSet<&String> = told.keys().chain(counted.keys()).collect();
    for key in keys {
        let of = |map: &BTreeMap<String, u64>| map.get(key).copied().unwrap_or(0);
        check.counted(&format!("{what}, {key}"), of(told), of(counted));
    }
}

fn residuals(record: &Record, check: &mut Check) {
    let mut found: BTreeMap<&str, (u64, Exact)> = BTreeMap::new();
    for group in record.groups.iter().filter(|group| group.tier == "auto") {
        for residual in &group.residuals {
            let (count, amount) = found.entry(&residual.kind).or_default();
            *count += 1;
            *amount = *amount + residual.amount;
        }
    }
    for told in &record.counts.residuals {
        let (count, amount) = found.remove(told.kind.as_str()).unwrap_or_default();
        check.counted(&format!("differences, {}", told.kind), told.count, count);
        check.same(
            record,
            &format!("the sum of differences, {}", told.kind),
            told.amount,
            amount,
        );
    }
    for (kind, (count, _)) in found {
        check.counted(&format!("differences, {kind}"), 0, count);
    }
}

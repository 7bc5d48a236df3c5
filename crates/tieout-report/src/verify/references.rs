//! Names: each once, and none that names nothing.

use super::{Check, Holdings};
use crate::record::{Record, Subject};
use std::collections::BTreeSet;

pub(super) fn checks(record: &Record, holdings: &Holdings<'_>) -> Vec<Check> {
    vec![
        unique(record),
        scale(record),
        referring(record, holdings),
        order(record),
    ]
}

fn unique(record: &Record) -> Check {
    let mut check = Check::new("every line, entry, match and statement has a name of its own");
    let lists: [(&str, Vec<&str>); 4] = [
        ("line", record.lines.iter().map(|item| item.id.as_str()).collect()),
        ("entry", record.entries.iter().map(|item| item.id.as_str()).collect()),
        ("match", record.groups.iter().map(|group| group.id.as_str()).collect()),
        (
            "statement",
            record
                .statements
                .iter()
                .map(|statement| statement.id.as_str())
                .collect(),
        ),
    ];
    for (what, ids) in lists {
        let mut seen = BTreeSet::new();
        for id in ids {
            check.look();
            if !seen.insert(id) {
                check.find(format!("two {what}s are called {id}"));
            }
        }
    }
    check
}

/// Amounts have no more digits than the currency.
fn scale(record: &Record) -> Check {
    let mut check = Check::new("amounts have no more digits than the currency");
    let digits = record.account.minor_digits;
    for item in record.lines.iter().chain(&record.entries) {
        check.look();
        if item.amount.minor(digits).is_none() {
            check.find(format!("{} of {}", item.id, item.amount.grouped(digits)));
        }
    }
    for group in &record.groups {
        for part in group.lines.iter().chain(&group.entries) {
            check.look();
            if part.amount.minor(digits).is_none() {
                check.find(format!(
                    "{}, part {} of {}",
                    group.id,
                    part.id,
                    part.amount.grouped(digits)
                ));
            }
        }
    }
    check
}

fn referring(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check = Check::new("what is referred to exists");
    let groups: BTreeSet<&str> = record.groups.iter().map(|group| group.id.as_str()).collect();
    let statements: BTreeSet<&str> = record
        .statements
        .iter()
        .map(|statement| statement.id.as_str())
        .collect();
    let breaks: BTreeSet<&str> = record.breaks.iter().map(|found| found.id.as_str()).collect();
    let mut refer = |from: &str, kind: &str, id: &str| {
        check.look();
        let exists = match kind {
            "line" | "statement-line" => holdings.lines.contains_key(id),
            "entry" => holdings.entries.contains_key(id),
            "group" => groups.contains(id),
            "statement" => statements.contains(id),
            "break" => breaks.contains(id),
            "opening" => id == "opening",
            _ => false,
        };
        if !exists {
            check.find(format!("{from} refers to the {kind} {id}, which does not exist"));
        }
    };
    for group in &record.groups {
        group.lines.iter().for_each(|part| refer(&group.id, "line", &part.id));
        group
            .entries
            .iter()
            .for_each(|part| refer(&group.id, "entry", &part.id));
    }
    for exception in &record.exceptions {
        let kind = if exception.side == "statement" { "line" } else { "entry" };
        refer(&format!("an exception ({})", exception.class), kind, &exception.id);
        if let Some(group) = &exception.group {
            refer(&format!("the exception of {}", exception.id), "group", group);
        }
    }
    for item in &record.outstanding {
        refer("the list of outstanding entries", "entry", &item.entry);
        if let Some(group) = &item.cleared_by {
            refer(&format!("outstanding {}", item.entry), "group", group);
        }
    }
    let subjects = subjects(record);
    for (from, subject) in subjects {
        refer(from, &subject.kind, &subject.id);
    }
    if let Some(statement) = &record.figures.basis.statement {
        refer("the statement balance", "statement", statement);
    }
    for found in &record.breaks {
        refer(&found.id, "statement", &found.before);
        refer(&found.id, "statement", &found.after);
    }
    exceptions_in_their_groups(record, &mut check);
    check
}

/// An exception that names a match is about one of its items.
fn exceptions_in_their_groups(record: &Record, check: &mut Check) {
    let groups: std::collections::BTreeMap<&str, &crate::record::Group> =
        record.groups.iter().map(|group| (group.id.as_str(), group)).collect();
    for exception in &record.exceptions {
        let Some(group) = exception.group.as_deref().and_then(|id| groups.get(id)) else {
            continue;
        };
        check.look();
        let parts = if exception.side == "statement" {
            &group.lines
        } else {
            &group.entries
        };
        if !parts.iter().any(|part| part.id == exception.id) {
            check.find(format!(
                "the exception of {} names {}, which does not hold it",
                exception.id, group.id
            ));
        }
    }
}

fn subjects(record: &Record) -> Vec<(&str, &Subject)> {
    let mut all = Vec::new();
    let sides = [&record.two_sided.bank, &record.two_sided.books];
    let sections = sides.into_iter().flat_map(|side| &side.sections);
    for component in record.explanation.iter().chain(sections) {
        all.extend(
            component
                .shares
                .iter()
                .map(|share| (component.kind.as_str(), &share.subject)),
        );
    }
    for day in &record.parting.days {
        all.extend(
            day.causes
                .iter()
                .map(|share| ("the day on which bank and books part", &share.subject)),
        );
    }
    all.extend(record.adjustments.iter().map(|one| ("an adjustment", &one.settles)));
    all.extend(record.rulings.iter().map(|one| ("a rule's decision", &one.subject)));
    all
}

/// Automatic matches `M1`, `M2` …, then suggestions `S1`, `S2` …
fn order(record: &Record) -> Check {
    let mut check = Check::new("matches come before suggestions and are numbered through");
    let automatic = record.groups.iter().filter(|group| group.tier == "auto").count();
    for (place, group) in record.groups.iter().enumerate() {
        check.look();
        let expected = match place.checked_sub(automatic) {
            None => format!("M{}", place + 1),
            Some(place) => format!("S{}", place + 1),
        };
        let first = place < automatic;
        if group.id != expected || (group.tier == "auto") != first {
            check.find(format!("{} ({}) stands where {expected} belongs", group.id, group.tier));
        }
    }
    check
}

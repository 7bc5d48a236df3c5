//! What rules say of lines, in plain words: which rule, its version, and what it does with the line.

use super::LONGEST;
use crate::record::{Adjustment, Group, Item, Record, Rule, Ruling};
use crate::text::short;
use std::fmt::Write as _;
use tieout_reconcile::result::RulingKind;

/// Whether a rule leaves the line out of the list of what is to be done.
pub(super) fn is_ignored(record: &Record, line: &str) -> bool {
    of_line(record, line).any(|ruling| ruling.kind == RulingKind::Ignored.code())
}

/// Tells what rules say of a line; nothing where they say nothing.
pub(super) fn tell(record: &Record, item: &Item, text: &mut String) {
    let told: Vec<String> = of_line(record, &item.id).map(|ruling| one(record, ruling)).collect();
    section(&told, text);
}

/// Tells what rules say of the lines of a match, beyond the match itself.
pub(super) fn tell_of_group(record: &Record, group: &Group, text: &mut String) {
    let of_part = |line: &str| -> Vec<String> {
        let rulings = of_line(record, line);
        rulings
            .map(|ruling| format!("of {line}: {}", one(record, ruling)))
            .collect()
    };
    let told: Vec<String> = group.lines.iter().flat_map(|part| of_part(&part.id)).collect();
    section(&told, text);
}

fn section(told: &[String], text: &mut String) {
    if told.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nWhat a rule says");
    for line in told {
        let _ = writeln!(text, "  \u{b7} {line}");
    }
}

fn of_line<'r>(record: &'r Record, line: &'r str) -> impl Iterator<Item = &'r Ruling> {
    let about = move |ruling: &&Ruling| ruling.subject.kind == "line" && ruling.subject.id == line;
    record.rulings.iter().filter(about)
}

/// `rule “phone” (version 649c…) splits it: 5.00 to Device, 40.00 to Phone`.
fn one(record: &Record, ruling: &Ruling) -> String {
    let reason = short(&ruling.reason, 200);
    let proposal = proposal(record, ruling);
    let booked = |otherwise: &str| match proposal {
        Some(found) => format!("{}, as the adjustments propose", parts(record, found)),
        None => format!("{otherwise}; this result does not propose it for booking"),
    };
    let kind = RulingKind::ALL.iter().find(|kind| kind.code() == ruling.kind);
    let done = match kind {
        Some(RulingKind::Coded) => format!("codes it to {}", booked(&reason)),
        Some(RulingKind::Split) => format!("splits it between accounts: {}", booked(&reason)),
        Some(RulingKind::Ignored) => format!(
            "leaves it out of the list of what is to be done, not out of the difference: \u{201c}{reason}\u{201d}"
        ),
        Some(RulingKind::Undecided) => format!("fits it and leaves it to a person: {reason}"),
        Some(RulingKind::Matched) | None => format!("says {}: {reason}", short(&ruling.kind, LONGEST)),
    };
    format!("{} {done}", named(&ruling.rule))
}

/// `rule “phone” (version 649ced3a6e939522)`.
pub(super) fn named(rule: &Rule) -> String {
    format!(
        "rule \u{201c}{}\u{201d} (version {})",
        short(&rule.id, LONGEST),
        short(&rule.version, LONGEST)
    )
}

/// What the rule proposes to book for its line.
fn proposal<'r>(record: &'r Record, ruling: &Ruling) -> Option<&'r Adjustment> {
    let mut adjustments = record.adjustments.iter();
    adjustments.find(|one| one.settles == ruling.subject && one.rule.as_ref() == Some(&ruling.rule))
}

/// The other sides of a booking, a share of the line each: `13.33 to Drawings, 26.67 to Phone (tax code V19)`.
fn parts(record: &Record, adjustment: &Adjustment) -> String {
    let others = adjustment.postings.iter().skip(1);
    let is_split = adjustment.postings.len() > 2;
    let told = others.map(|posting| {
        let tax = match posting.tax_code.as_str() {
            "" => String::new(),
            code => format!(" (tax code {})", short(code, LONGEST)),
        };
        let account = short(&posting.account, LONGEST);
        if is_split {
            format!("{} to {account}{tax}", record.amount(-posting.amount))
        } else {
            format!("{account}{tax}")
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

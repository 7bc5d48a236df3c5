//! A line or an entry that is in no match, in plain words: what it is taken for, what came nearest and what speaks against
//! that, and what to do.

use super::{LONGEST, rulings};
use crate::record::{Exact, Group, Item, Record};
use crate::text::short;
use crate::words::{FromCode as _, Word as _, counted};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use tieout_match::{Action, ExceptionClass, Side, fold};

/// Candidates that are shown.
const NEAREST: usize = 3;
/// Of equal amounts, and of amounts that are nearly equal or a name that agrees, days apart at most.
const DAYS: (i64, i64) = (370, 45);
/// Letters or digits of a word that may tell something.
const LEAST: usize = 3;

/// How much of the amounts agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    Equal,
    Opposite,
    /// Within a tenth.
    Near,
    /// Only the texts share something.
    Text,
}

/// An item of the other side that might have been meant.
struct Candidate<'r> {
    item: &'r Item,
    agreement: Agreement,
    /// Words and numbers that both say and few others.
    shared: Vec<String>,
    /// Those that many others say as well.
    usual: Vec<String>,
    /// From the line to the entry.
    days: i64,
}

/// Tells of an item that no match holds.
pub(super) fn tell(record: &Record, side: Side, item: &Item) -> String {
    let mut text = String::new();
    let what = match side {
        Side::Line => "a bank line",
        Side::Entry => "an entry",
    };
    let _ = writeln!(text, "{}: {what} in no match and no suggestion", item.id);
    let _ = writeln!(
        text,
        "\n  {:<10}  {}  {}  {}",
        side.label(),
        item.date,
        record.amount(item.amount),
        short(item.text(), LONGEST)
    );
    if side == Side::Line {
        rulings::tell(record, item, &mut text);
    }
    taken_for(record, side, item, &mut text);
    nearest(record, side, item, &mut text);
    text
}

/// Its class, and what to do.
fn taken_for(record: &Record, side: Side, item: &Item, text: &mut String) {
    let _ = writeln!(text, "\nWhat it is taken for");
    let of_item = record
        .exceptions
        .iter()
        .filter(|e| e.side == side.code() && e.id == item.id);
    let is_ignored = side == Side::Line && rulings::is_ignored(record, &item.id);
    let mut any = false;
    for exception in of_item {
        any = true;
        let class = ExceptionClass::ALL.iter().find(|class| class.code() == exception.class);
        let class = class.map_or(exception.class.as_str(), |class| record.class_label(exception, *class));
        let action = match Action::from_code(&exception.action) {
            _ if is_ignored => "nothing is to be done, as a rule leaves it out",
            action => action.map_or("", |action| action.label()),
        };
        let stale = if exception.stale { ", too old" } else { "" };
        let _ = writeln!(text, "  \u{b7} {class}{stale}: {action}");
    }
    if any {
        return;
    }
    let period = record.period;
    let why = match side {
        _ if item.date > period.last => format!("it is dated after {}, the day of the reconciliation", period.last),
        Side::Entry if item.in_scope == Some(false) => format!(
            "it is of the time before {}, the first day of the statements, and counts as cleared then; if the bank had not \
             booked it by then, list it with --open-items",
            period.first
        ),
        _ => "nothing is to be done about it".to_owned(),
    };
    let _ = writeln!(text, "  \u{b7} {why}");
}

/// What came nearest on the other side, and what speaks against it.
fn nearest(record: &Record, side: Side, item: &Item, text: &mut String) {
    let (others, of_others) = match side {
        Side::Line => (&record.entries, "entry"),
        Side::Entry => (&record.lines, "bank line"),
    };
    let own = OwnWords::of(item, record);
    let mut found: Vec<Candidate<'_>> = others
        .iter()
        .filter_map(|other| candidate(side, item, &own, other))
        .collect();
    found.sort_by_key(|one| (one.agreement, one.days.abs(), Reverse(one.shared.len())));
    let _ = writeln!(text, "\nWhat came nearest");
    if found.is_empty() {
        let _ = writeln!(
            text,
            "  \u{b7} nothing: no {of_others} has this amount, one within a tenth of it, or a word in common that few others have, some \
             weeks before or after"
        );
        return;
    }
    for one in found.iter().take(NEAREST) {
        let other = one.item;
        let _ = writeln!(
            text,
            "  \u{b7} {}  {}  {} [{}]",
            other.date,
            record.amount(other.amount),
            short(other.text(), LONGEST),
            other.id
        );
        for against in against(record, side, item, one) {
            let _ = writeln!(text, "      against it: {against}");
        }
        if !one.shared.is_empty() {
            let _ = writeln!(text, "      for it: both say {}", one.shared.join(", "));
        }
    }
    let _ = writeln!(
        text,
        "\nIf one of them is right, say so in a file of decisions, one row for the line and one for the entry, and run again with \
         --decisions (tieout decide --help)"
    );
}

fn candidate<'r>(side: Side, item: &Item, own: &OwnWords, other: &'r Item) -> Option<Candidate<'r>> {
    let apart = i64::from((other.date - item.date).get_days());
    let days = if side == Side::Line { apart } else { -apart };
    let (size, difference) = (item.amount.size(), (item.amount - other.amount).size());
    let agreement = if item.amount == other.amount {
        Agreement::Equal
    } else if item.amount == -other.amount {
        Agreement::Opposite
    } else if difference.saturating_mul(10) <= size {
        Agreement::Near
    } else {
        Agreement::Text
    };
    let most = if agreement <= Agreement::Opposite {
        DAYS.0
    } else {
        DAYS.1
    };
    if days.abs() > most {
        return None;
    }
    let of_other = words(other);
    let shared: Vec<String> = own.telling.intersection(&of_other).cloned().collect();
    let usual = own.usual.intersection(&of_other).cloned().collect();
    (agreement != Agreement::Text || !shared.is_empty()).then_some(Candidate {
        item: other,
        agreement,
        shared,
        usual,
        days,
    })
}

/// The words of the item that is told of.
struct OwnWords {
    /// Few others say them, on either side.
    telling: BTreeSet<String>,
    /// The rest.
    usual: BTreeSet<String>,
}

impl OwnWords {
    fn of(item: &Item, record: &Record) -> Self {
        let mut usual = words(item);
        let mut telling = usual.clone();
        for side in [&record.lines, &record.entries] {
            let mut counts: BTreeMap<&str, usize> = usual.iter().map(|word| (word.as_str(), 0)).collect();
            for other in side {
                for word in words(other) {
                    if let Some(count) = counts.get_mut(word.as_str()) {
                        *count += 1;
                    }
                }
            }
            let few = (side.len() / 50).max(3);
            telling.retain(|word| counts.get(word.as_str()).is_none_or(|count| *count <= few));
        }
        usual.retain(|word| !telling.contains(word));
        Self { telling, usual }
    }
}

/// Words of [`LEAST`] letters or digits and more, as the engine compares them: without case and accents.
fn words(item: &Item) -> BTreeSet<String> {
    let texts = [&item.counterparty, &item.description, &item.reference];
    let folded = texts.map(|text| fold(text));
    let words = folded.iter().flat_map(|text| text.split(' '));
    words.filter(|word| word.len() >= LEAST).map(str::to_owned).collect()
}

fn against(record: &Record, side: Side, item: &Item, one: &Candidate<'_>) -> Vec<String> {
    let mut against = Vec::new();
    let off = |a: Exact, b: Exact| record.amount(if (a - b).is_negative() { b - a } else { a - b });
    match one.agreement {
        Agreement::Equal => {}
        Agreement::Opposite => against.push("the sign is the opposite".to_owned()),
        Agreement::Near | Agreement::Text => {
            against.push(format!("the amount is off by {}", off(item.amount, one.item.amount)));
        }
    }
    let days = |days: i64| counted(days.unsigned_abs(), "day", "days");
    match one.days {
        ..-3 => against.push(format!("the entry is dated {} before the bank booked", days(one.days))),
        4.. => against.push(format!("the entry is dated {} after the bank booked", days(one.days))),
        _ => {}
    }
    if one.shared.is_empty() {
        against.push(match one.usual.as_slice() {
            [] => format!("no word or number of {LEAST} signs or more is in both texts"),
            usual => format!("both say {}, but so do many others", usual.join(", ")),
        });
    }
    let holds = |group: &&Group| {
        let parts = match side {
            Side::Line => &group.entries,
            Side::Entry => &group.lines,
        };
        parts.iter().any(|part| part.id == one.item.id)
    };
    if let Some(group) = record.groups.iter().find(holds) {
        let how = if group.tier == "auto" { "matched" } else { "suggested" };
        against.push(format!("it is {how} in {}", group.id));
    } else if one.item.in_scope == Some(false) && one.item.date < record.period.first {
        against.push("it counts as cleared before the statements begin".to_owned());
    }
    if against.is_empty() {
        against.push("all that is said together is not enough to be sure".to_owned());
    }
    against
}

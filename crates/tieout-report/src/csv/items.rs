//! Every line and every entry in a row of its own, and what became of it.

use super::{confidence, currency, guarded, nonzero};
use crate::report::{Report, at};
use crate::words::Word;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use tieout_match::{Action, ExceptionClass, Field, Group, ItemIndex, Part, Side, Tier};

/// Every bank line, each once, and what became of it.
pub fn lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let fates = Fates::of(report, Side::Line);
    let items = report.items(Side::Line);
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "line_id",
        "file",
        "file_line",
        "date",
        "value_date",
        "amount",
        "currency",
        "description",
        "counterparty",
        "reference",
        "check_number",
        "type",
        "state",
        "group_id",
        "confidence",
        "exception",
        "action",
    ])?;
    for line in items.indexes() {
        let text = |field| guarded(items.text(line, field));
        let fate = fates.of_item(report, line);
        let (file, number) = report.ids.source(Side::Line, line);
        table.write_record([
            guarded(&report.ids.item(Side::Line, line)).as_ref(),
            &guarded(file.unwrap_or_default()),
            &nonzero(number.unwrap_or(0)),
            &items.date(line).to_string(),
            &items.value_date(line).map_or_else(String::new, |date| date.to_string()),
            &report.decimal(items.amount(line)),
            currency(report),
            &text(Field::Description),
            &text(Field::Counterparty),
            &text(Field::Reference),
            &text(Field::CheckNumber),
            &text(Field::Kind),
            fate.state,
            &fate.group,
            &fate.confidence,
            fate.class,
            fate.action,
        ])?;
    }
    table.flush()
}

/// Every entry of the books, and what became of it.
pub fn entries(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let fates = Fates::of(report, Side::Entry);
    let items = report.items(Side::Entry);
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "entry_id",
        "file",
        "file_line",
        "date",
        "due_date",
        "amount",
        "currency",
        "description",
        "counterparty",
        "reference",
        "check_number",
        "other_account",
        "state",
        "group_id",
        "confidence",
        "exception",
        "action",
    ])?;
    for entry in items.indexes() {
        let text = |field| guarded(items.text(entry, field));
        let fate = fates.of_item(report, entry);
        let (file, number) = report.ids.source(Side::Entry, entry);
        table.write_record([
            guarded(&report.ids.item(Side::Entry, entry)).as_ref(),
            &guarded(file.unwrap_or_default()),
            &nonzero(number.unwrap_or(0)),
            &items.date(entry).to_string(),
            &items
                .value_date(entry)
                .map_or_else(String::new, |date| date.to_string()),
            &report.decimal(items.amount(entry)),
            currency(report),
            &text(Field::Description),
            &text(Field::Counterparty),
            &text(Field::Reference),
            &text(Field::CheckNumber),
            &text(Field::Kind),
            fate.state,
            &fate.group,
            &fate.confidence,
            fate.class,
            fate.action,
        ])?;
    }
    table.flush()
}

/// What became of the items of one side.
struct Fates {
    side: Side,
    /// First group of each item, automatic ones first, and how much of it automatic groups take.
    groups: BTreeMap<ItemIndex, (u32, i64)>,
    exceptions: BTreeMap<ItemIndex, (ExceptionClass, Action)>,
    outstanding: BTreeSet<ItemIndex>,
}

/// The last columns of a row.
struct Fate {
    /// `matched`, `partly_matched`, `suggested`, `outstanding`, `earlier` (before the period) or `open`.
    state: &'static str,
    group: String,
    confidence: String,
    class: &'static str,
    action: &'static str,
}

impl Fates {
    fn of(report: &Report<'_>, side: Side) -> Self {
        let result = report.result;
        let mut groups = BTreeMap::<ItemIndex, (u32, i64)>::new();
        for (group, position) in result.groups.iter().zip(0_u32..) {
            for part in parts(group, side) {
                let (_, matched) = groups.entry(part.item).or_insert((position, 0));
                if group.tier == Tier::Automatic {
                    *matched = matched.saturating_add(part.amount);
                }
            }
        }
        let mut exceptions = BTreeMap::new();
        for exception in result.exceptions.iter().filter(|exception| exception.side == side) {
            exceptions
                .entry(exception.item)
                .or_insert((exception.class, exception.action));
        }
        let outstanding = match side {
            Side::Line => BTreeSet::new(),
            Side::Entry => result.outstanding.iter().map(|outstanding| outstanding.entry).collect(),
        };
        Self {
            side,
            groups,
            exceptions,
            outstanding,
        }
    }

    fn of_item(&self, report: &Report<'_>, item: ItemIndex) -> Fate {
        let items = report.items(self.side);
        let group = self.groups.get(&item).copied();
        let state = match group {
            Some((_, matched)) if matched != 0 && matched == items.amount(item) => "matched",
            Some((_, matched)) if matched != 0 => "partly_matched",
            _ if self.outstanding.contains(&item) => "outstanding",
            Some(_) => "suggested",
            None if items.date(item) < report.result.identification.period.first() => "earlier",
            None => "open",
        };
        let ppm = group.and_then(|(group, _)| Some(at(&report.result.groups, group)?.confidence_ppm));
        let exception = self.exceptions.get(&item);
        Fate {
            state,
            group: group.map_or_else(String::new, |(group, _)| report.ids.group(group)),
            confidence: ppm.map_or_else(String::new, confidence),
            class: exception.map_or("", |(class, _)| class.code()),
            action: exception.map_or("", |(_, action)| action.code()),
        }
    }
}

fn parts(group: &Group, side: Side) -> &[Part] {
    match side {
        Side::Line => &group.lines,
        Side::Entry => &group.entries,
    }
}

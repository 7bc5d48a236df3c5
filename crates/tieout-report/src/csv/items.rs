//! Every line and every entry in a row of its own, and what became of it.

use super::currency;
use super::row::Rows;
use crate::report::{Report, at};
use crate::words::Word;
use std::io::{self, Write};
use tieout_match::{Action, ExceptionClass, Group, ItemIndex, Part, Side, Tier};

/// Every bank line, each once, and what became of it.
pub fn lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let fates = Fates::of(report, Side::Line);
    let items = report.items(Side::Line);
    let header = [
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
    ];
    let mut table = Rows::new(out, &header)?;
    for line in items.in_order() {
        let [_, description, counterparty, reference, check_number, kind] = items.texts(line);
        let (file, number) = report.ids.source(Side::Line, line);
        table.text(&report.ids.item(Side::Line, line));
        table.text(file.unwrap_or_default());
        table.nonzero(number.unwrap_or(0));
        table.date(Some(items.date(line)));
        table.date(items.value_date(line));
        table.amount(items.amount(line), report.digits());
        table.code(currency(report));
        for text in [description, counterparty, reference, check_number, kind] {
            table.text(text);
        }
        fates.write(report, line, &mut table);
        table.end()?;
    }
    table.finish()
}

/// Every entry of the books, and what became of it.
pub fn entries(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let fates = Fates::of(report, Side::Entry);
    let items = report.items(Side::Entry);
    let header = [
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
    ];
    let mut table = Rows::new(out, &header)?;
    for entry in items.in_order() {
        let [_, description, counterparty, reference, check_number, kind] = items.texts(entry);
        let (file, number) = report.ids.source(Side::Entry, entry);
        table.text(&report.ids.item(Side::Entry, entry));
        table.text(file.unwrap_or_default());
        table.nonzero(number.unwrap_or(0));
        table.date(Some(items.date(entry)));
        table.date(items.value_date(entry));
        table.amount(items.amount(entry), report.digits());
        table.code(currency(report));
        for text in [description, counterparty, reference, check_number, kind] {
            table.text(text);
        }
        fates.write(report, entry, &mut table);
        table.end()?;
    }
    table.finish()
}

/// What became of the items of one side.
struct Fates {
    side: Side,
    /// First group of each item, automatic ones first, and how much of it automatic groups take; `u32::MAX` if none.
    groups: Vec<(u32, i64)>,
    exceptions: Vec<Option<(ExceptionClass, Action)>>,
    outstanding: Vec<bool>,
}

impl Fates {
    fn of(report: &Report<'_>, side: Side) -> Self {
        let result = report.result;
        let length = report.items(side).len();
        let place = |item: ItemIndex| usize::try_from(item).unwrap_or(usize::MAX);
        let mut groups = vec![(u32::MAX, 0_i64); length];
        for (group, position) in result.groups.iter().zip(0_u32..) {
            for part in parts(group, side) {
                if let Some((first, matched)) = groups.get_mut(place(part.item)) {
                    *first = position.min(*first);
                    if group.tier == Tier::Automatic {
                        *matched = matched.saturating_add(part.amount);
                    }
                }
            }
        }
        let mut exceptions = vec![None; length];
        for exception in result.exceptions.iter().filter(|exception| exception.side == side) {
            if let Some(known) = exceptions.get_mut(place(exception.item)) {
                known.get_or_insert((exception.class, exception.action));
            }
        }
        let mut outstanding = vec![false; length];
        for found in result.outstanding.iter().filter(|_| side == Side::Entry) {
            if let Some(known) = outstanding.get_mut(place(found.entry)) {
                *known = true;
            }
        }
        Self {
            side,
            groups,
            exceptions,
            outstanding,
        }
    }

    /// The last cells of a row: state (`matched`, `partly_matched`, `suggested`, `outstanding`, `earlier` than the period,
    /// or `open`), group, confidence, exception, action.
    fn write(&self, report: &Report<'_>, item: ItemIndex, table: &mut Rows<'_>) {
        let items = report.items(self.side);
        let group = at(&self.groups, item).copied().filter(|(group, _)| *group != u32::MAX);
        table.code(match group {
            Some((_, matched)) if matched != 0 && matched == items.amount(item) => "matched",
            Some((_, matched)) if matched != 0 => "partly_matched",
            _ if at(&self.outstanding, item).copied().unwrap_or(false) => "outstanding",
            Some(_) => "suggested",
            None if items.date(item) < report.result.identification.period.first() => "earlier",
            None => "open",
        });
        table.code(&group.map_or_else(String::new, |(group, _)| report.ids.group(group)));
        table.confidence(group.and_then(|(group, _)| Some(at(&report.result.groups, group)?.confidence_ppm)));
        let exception = at(&self.exceptions, item).copied().flatten();
        table.code(exception.map_or("", |(class, _)| class.code()));
        table.code(exception.map_or("", |(_, action)| action.code()));
    }
}

fn parts(group: &Group, side: Side) -> &[Part] {
    match side {
        Side::Line => &group.lines,
        Side::Entry => &group.entries,
    }
}

//! Exceptions and outstanding entries: how old they are, what they are taken for, and that both say the same.

use super::matches::item;
use super::{Check, Holdings};
use crate::record::{Exact, Exception, Group, Item, Outstanding, Record};
use crate::words::{FromCode as _, Word as _};
use std::collections::BTreeMap;
use tieout_match::{Action, ExceptionClass, Side};

pub(super) fn checks(record: &Record, holdings: &Holdings<'_>) -> Vec<Check> {
    vec![outstanding(record, holdings), exceptions(record, holdings)]
}

fn outstanding(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check =
        Check::new("outstanding entries are open, as old as they are said to be, or cleared by a later line");
    let named = of_entries(record);
    for outstanding in &record.outstanding {
        check.look();
        let Some(entry) = item(&holdings.entries, &record.entries, &outstanding.entry) else {
            continue;
        };
        let age = i64::from((record.period.last - entry.date).get_days());
        if age != outstanding.age_days {
            check.find(format!("{} is {age} days old, not {}", entry.id, outstanding.age_days));
        }
        let class = class_of(outstanding, entry, &named);
        check.look();
        if class != Some((outstanding.class.as_str(), outstanding.state.as_str())) {
            check.find(format!(
                "{} is listed as {} ({}), which neither the entry nor its exception is",
                entry.id, outstanding.class, outstanding.state
            ));
        }
        match &outstanding.cleared_by {
            None => {
                let taken = holdings
                    .entries
                    .get(entry.id.as_str())
                    .and_then(|place| holdings.taken_entries.get(*place));
                let open = entry.amount - taken.copied().unwrap_or_default();
                check.same(
                    record,
                    &format!("outstanding of {}", entry.id),
                    outstanding.amount,
                    open,
                );
            }
            Some(group) => {
                let group = record.groups.iter().find(|found| found.id == *group);
                if cleared_on(record, holdings, group) != outstanding.cleared_on {
                    check.find(format!("{} was not cleared on the day that is named", entry.id));
                }
            }
        }
    }
    check
}

/// The first day after the last one on which a line of a match was booked.
pub(super) fn cleared_on(record: &Record, holdings: &Holdings<'_>, group: Option<&Group>) -> Option<tieout_core::Date> {
    let lines = group?
        .lines
        .iter()
        .filter_map(|part| item(&holdings.lines, &record.lines, &part.id));
    lines
        .map(|line| line.date)
        .filter(|date| *date > record.period.last)
        .min()
}

/// Exceptions of entries, by entry.
fn of_entries(record: &Record) -> BTreeMap<&str, Vec<&Exception>> {
    let mut named: BTreeMap<&str, Vec<&Exception>> = BTreeMap::new();
    let of_books = record
        .exceptions
        .iter()
        .filter(|exception| exception.side == Side::Entry.code());
    for exception in of_books {
        named.entry(&exception.id).or_default().push(exception);
    }
    named
}

/// What an outstanding entry is taken for, and its state: by itself where a later line cleared it, else as its
/// exception has it.
fn class_of<'a>(
    outstanding: &Outstanding,
    entry: &Item,
    named: &BTreeMap<&str, Vec<&'a Exception>>,
) -> Option<(&'a str, &'static str)> {
    if outstanding.cleared_by.is_some() {
        return Some((transit_class(entry, outstanding.amount).code(), "cleared_later"));
    }
    let mut of_entry = named.get(entry.id.as_str()).into_iter().flatten();
    let found = of_entry.find(|exception| limit(&exception.class).is_some())?;
    Some((&found.class, if found.stale { "stale" } else { "waiting" }))
}

/// What an entry that waits for the bank is by itself.
fn transit_class(entry: &Item, amount: Exact) -> ExceptionClass {
    if amount > Exact::ZERO {
        ExceptionClass::DepositInTransit
    } else if entry.check_number.is_empty() {
        ExceptionClass::PaymentInTransit
    } else {
        ExceptionClass::OutstandingCheck
    }
}

/// How a setting is read from the record.
type Days = fn(&Record) -> i64;

/// The limit of how long what waits for the bank may wait; nothing of other classes.
fn limit(class: &str) -> Option<Days> {
    let limits: [(ExceptionClass, Days); 3] = [
        (ExceptionClass::OutstandingCheck, |record| record.settings.check_days),
        (ExceptionClass::DepositInTransit, |record| record.settings.deposit_days),
        (ExceptionClass::PaymentInTransit, |record| record.settings.payment_days),
    ];
    let found = limits.into_iter().find(|(known, _)| known.code() == class);
    found.map(|(_, days)| days)
}

fn exceptions(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check =
        Check::new("exceptions are too old where the settings say so, and what waits for the bank is listed");
    for exception in &record.exceptions {
        check.look();
        if Action::from_code(&exception.action).is_none() {
            check.find(format!(
                "{}: \u{201c}{}\u{201d} is not known",
                exception.id, exception.action
            ));
        }
        let entry = if exception.side == Side::Entry.code() {
            item(&holdings.entries, &record.entries, &exception.id)
        } else {
            None
        };
        // What waits for the statement of its days is not too old.
        let waits = Action::from_code(&exception.action) != Some(Action::GiveStatement);
        let days = limit(&exception.class).filter(|_| waits).map(|days| days(record));
        let age = entry.map(|entry| i64::from((record.period.last - entry.date).get_days()));
        let is_stale = age.zip(days).is_some_and(|(age, days)| age > days);
        if exception.stale != is_stale {
            let what = if is_stale { "is" } else { "is not" };
            check.find(format!(
                "{} ({}) {what} too old by the settings",
                exception.id, exception.class
            ));
        }
    }
    check
}

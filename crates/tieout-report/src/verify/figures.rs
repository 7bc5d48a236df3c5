//! Figures: balances, the difference and its explanation, both sides, days, adjustments.

use super::matches::item;
use super::{Check, Holdings};
use crate::record::{Component, Exact, Item, Record, Share};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn checks(record: &Record, holdings: &Holdings<'_>) -> Vec<Check> {
    vec![
        balances(record),
        explanation(record),
        open(record, holdings),
        groups(record, holdings),
        two_sided(record),
        parting(record),
        adjustments(record),
    ]
}

pub(super) fn component<'a>(record: &'a Record, kind: &str) -> Option<&'a Component> {
    record.explanation.iter().find(|component| component.kind == kind)
}

pub(super) fn component_amount(record: &Record, kind: &str) -> Exact {
    component(record, kind).map_or(Exact::ZERO, |component| component.amount)
}

fn total(shares: &[Share]) -> Exact {
    shares.iter().map(|share| share.amount).sum()
}

pub(super) fn is_in_scope(entry: &Item) -> bool {
    entry.in_scope == Some(true)
}

fn balances(record: &Record) -> Check {
    let mut check = Check::new("balances follow from openings, lines and entries");
    let figures = &record.figures;
    let to_day = |item: &&Item| item.date <= record.period.last;
    let lines: Exact = record.lines.iter().filter(to_day).map(|line| line.amount).sum();
    let entries = record.entries.iter().filter(to_day).filter(|entry| is_in_scope(entry));
    let entries: Exact = entries.map(|entry| entry.amount).sum();
    check.same(record, "the sum of the lines", figures.line_total, lines);
    check.same(record, "the sum of the entries in scope", figures.entry_total, entries);
    let of_bank = figures.bank_opening
        + component_amount(record, "breaks")
        + figures.line_total
        + component_amount(record, "uncovered");
    check.same(record, "the statement balance", figures.statement_balance, of_bank);
    let of_books = figures.books_opening + figures.entry_total;
    check.same(record, "the balance of the books", figures.book_balance, of_books);
    let later = record.outstanding.iter().filter(|item| item.state == "cleared_later");
    let later: Exact = later.map(|item| item.amount).sum();
    check.same(
        record,
        "the ledger balance",
        figures.ledger_balance,
        figures.book_balance - later,
    );
    let difference = figures.statement_balance - figures.ledger_balance;
    check.same(record, "the difference", figures.difference, difference);
    if record.period.first > record.period.last {
        check.find(format!("the period begins on {}, after its end", record.period.first));
    }
    check
}

/// What shares are made of: the explanation's own, and what later lines clear, by what they are due to and their size.
fn known(record: &Record) -> BTreeSet<(&str, &str, u128)> {
    let shares = record.explanation.iter().flat_map(|component| &component.shares);
    let mut known: BTreeSet<(&str, &str, u128)> = shares.map(share_key).collect();
    for item in &record.outstanding {
        known.insert(("entry", &item.entry, item.amount.size()));
        if let Some(group) = &item.cleared_by {
            known.insert(("group", group, item.amount.size()));
        }
    }
    known
}

fn share_key(share: &Share) -> (&str, &str, u128) {
    (&share.subject.kind, &share.subject.id, share.amount.size())
}

/// Shares that are none of the explanation's.
fn strangers(record: &Record, check: &mut Check, what: &str, shares: &[Share], known: &BTreeSet<(&str, &str, u128)>) {
    for share in shares {
        check.look();
        if !known.contains(&share_key(share)) {
            let (kind, id) = (&share.subject.kind, &share.subject.id);
            check.find(format!(
                "{what}: {} due to the {kind} {id} is not in the explanation",
                record.amount(share.amount)
            ));
        }
    }
}

fn explanation(record: &Record) -> Check {
    let mut check = Check::new("the explanation sums to the difference");
    let all: Exact = record.explanation.iter().map(|component| component.amount).sum();
    check.same(record, "the difference", record.figures.difference, all);
    for component in &record.explanation {
        check.same(record, &component.kind, component.amount, total(&component.shares));
    }
    let drift = record.figures.bank_opening - record.figures.books_opening;
    check.same(
        record,
        "the difference before the period",
        component_amount(record, "drift"),
        drift,
    );
    check
}

/// What is open is in the explanation, to the cent.
fn open(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check = Check::new("every open line and entry is in the difference, and nothing else");
    let lines = holdings
        .open_lines(record)
        .filter(|(line, open)| line.date <= record.period.last && *open != Exact::ZERO)
        .map(|(line, open)| (line.id.as_str(), open));
    compare(record, &mut check, "open_lines", &lines.collect());
    let entries = holdings
        .open_entries(record)
        .filter(|(entry, open)| is_in_scope(entry) && *open != Exact::ZERO)
        .map(|(entry, open)| (entry.id.as_str(), -open));
    compare(record, &mut check, "open_entries", &entries.collect());
    check
}

fn compare(record: &Record, check: &mut Check, kind: &str, computed: &BTreeMap<&str, Exact>) {
    let mut told: BTreeMap<&str, Exact> = BTreeMap::new();
    for share in component(record, kind)
        .into_iter()
        .flat_map(|component| &component.shares)
    {
        let amount = told.entry(&share.subject.id).or_default();
        *amount = *amount + share.amount;
    }
    let ids: std::collections::BTreeSet<&str> = told.keys().chain(computed.keys()).copied().collect();
    for id in ids {
        let amount = |map: &BTreeMap<&str, Exact>| map.get(id).copied().unwrap_or_default();
        check.same(record, &format!("{kind}: {id}"), amount(&told), amount(computed));
    }
}

/// Line parts to the day less entry parts in scope, what later lines clear aside: what a match moves.
fn groups(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check = Check::new("every match moves the difference by what the explanation says of it");
    let mut told: BTreeMap<&str, Exact> = BTreeMap::new();
    for kind in ["adjustments_to_book", "recorded_later"] {
        for share in component(record, kind)
            .into_iter()
            .flat_map(|component| &component.shares)
        {
            let amount = told.entry(&share.subject.id).or_default();
            *amount = *amount + share.amount;
        }
    }
    let mut later: BTreeMap<&str, Exact> = BTreeMap::new();
    for item in &record.outstanding {
        if let Some(group) = &item.cleared_by {
            let amount = later.entry(group.as_str()).or_default();
            *amount = *amount + item.amount;
        }
    }
    let day = record.period.last;
    for group in record.groups.iter().filter(|group| group.tier == "auto") {
        let lines = group
            .lines
            .iter()
            .filter(|part| item(&holdings.lines, &record.lines, &part.id).is_some_and(|line| line.date <= day));
        let entries = group
            .entries
            .iter()
            .filter(|part| item(&holdings.entries, &record.entries, &part.id).is_some_and(is_in_scope));
        let lines: Exact = lines.map(|part| part.amount).sum();
        let entries: Exact = entries.map(|part| part.amount).sum();
        let of = |map: &BTreeMap<&str, Exact>| map.get(group.id.as_str()).copied().unwrap_or_default();
        let moved = lines - (entries - of(&later));
        check.same(record, &format!("what {} moves", group.id), of(&told), moved);
    }
    check
}

fn two_sided(record: &Record) -> Check {
    let mut check = Check::new("both sides of the statement add up");
    let sides = [
        (
            "balance per bank",
            &record.two_sided.bank,
            record.figures.statement_balance,
        ),
        (
            "balance per books",
            &record.two_sided.books,
            record.figures.book_balance,
        ),
    ];
    let known = known(record);
    for (what, side, balance) in sides {
        check.same(record, what, side.balance, balance);
        for section in &side.sections {
            check.same(record, &section.kind, section.amount, total(&section.shares));
            strangers(record, &mut check, &section.kind, &section.shares, &known);
        }
        let sections: Exact = side.sections.iter().map(|section| section.amount).sum();
        check.same(
            record,
            &format!("adjusted {what}"),
            side.adjusted,
            side.balance + sections,
        );
    }
    let remaining = record.two_sided.bank.adjusted - record.two_sided.books.adjusted;
    check.same(record, "what remains", record.two_sided.remaining, remaining);
    check
}

fn parting(record: &Record) -> Check {
    let mut check = Check::new("the days on which bank and books part add up");
    let mut off = Exact::ZERO;
    let known = known(record);
    for day in &record.parting.days {
        check.same(
            record,
            &format!("the change of {}", day.date),
            day.change,
            total(&day.causes),
        );
        strangers(record, &mut check, &day.date.to_string(), &day.causes, &known);
        off = off + day.change;
        check.same(record, &format!("the distance on {}", day.date), day.off, off);
    }
    let first = record
        .parting
        .days
        .iter()
        .find(|day| day.off != Exact::ZERO)
        .map(|day| day.date);
    check.look();
    if record.parting.first_parted != first {
        check.find("the first day on which they part is another one".into());
    }
    check
}

fn adjustments(record: &Record) -> Check {
    let mut check = Check::new("adjustments balance, and those of matches book their differences");
    let mut booked: BTreeMap<&str, Exact> = BTreeMap::new();
    for (number, adjustment) in (1..).zip(&record.adjustments) {
        let name = format!("adjustment {number} ({})", adjustment.description);
        let sum: Exact = adjustment.postings.iter().map(|posting| posting.amount).sum();
        check.same(record, &name, Exact::ZERO, sum);
        if adjustment.standing == "booked"
            && let Some(bank) = adjustment.postings.first()
        {
            let amount = booked.entry(&adjustment.settles.id).or_default();
            *amount = *amount + bank.amount;
        }
    }
    let to_book = component(record, "adjustments_to_book");
    for share in to_book.into_iter().flat_map(|component| &component.shares) {
        let amount = booked.remove(share.subject.id.as_str()).unwrap_or_default();
        check.same(
            record,
            &format!("what is booked for {}", share.subject.id),
            amount,
            share.amount,
        );
    }
    for (id, amount) in booked {
        check.same(record, &format!("what is booked for {id}"), amount, Exact::ZERO);
    }
    check
}

//! What goes wrong: slips of the bookkeeper, of the bank, of customers whose payments come back.

use super::bank::Voice;
use super::making::{Line, Making, NOBODY};
use jiff::ToSpan;

pub(super) fn spoil(making: &mut Making) {
    entry_errors(making);
    duplicates(making);
    bank_errors(making);
    returns(making);
    forgotten(making);
}

/// Amounts, signs and dates that were typed wrongly; one error an entry, and not on what differs already.
fn entry_errors(making: &mut Making) {
    let singles = alone(making);
    for place in 0..making.entries.len() {
        let entry = &making.entries[place];
        let Some(group) = entry.group else { continue };
        if !singles[group as usize] || making.dice.below(10_000) >= making.level.error * 3 {
            continue;
        }
        let amount = entry.amount;
        let (wrong, exception) = match making.dice.below(9) {
            0..=3 => (transposed(making, amount), "amount_transposed"),
            4 | 5 if amount % 10 == 0 && amount.abs() < 1_000_000 => (amount * 10, "amount_slip"),
            4 | 5 => (amount / 10, "amount_slip"),
            6 => (-amount, "sign_error"),
            _ => (amount, "wrong_date"),
        };
        if wrong == amount && exception != "wrong_date" || wrong == 0 {
            continue;
        }
        let days = making.dice.between(25, 120) * if making.dice.chance(700) { -1 } else { 1 };
        let entry = &mut making.entries[place];
        entry.amount = wrong;
        entry.exception = exception;
        if exception == "wrong_date" {
            entry.date = entry.date.saturating_add(days.days());
        }
    }
}

/// Which groups have one entry and one line of equal amounts.
fn alone(making: &Making) -> Vec<bool> {
    let mut counts = vec![(0_u32, 0_u32, 0_i64); making.groups.len()];
    for entry in &making.entries {
        if let Some(group) = entry.group {
            let of = &mut counts[group as usize];
            *of = (of.0 + 1, of.1, of.2 + entry.amount);
        }
    }
    for line in &making.lines {
        if let Some(group) = line.group {
            let of = &mut counts[group as usize];
            *of = (of.0, of.1 + 1, of.2 - line.amount);
        }
    }
    counts.into_iter().map(|counts| counts == (1, 1, 0)).collect()
}

/// Two neighbouring digits swapped.
fn transposed(making: &mut Making, amount: i64) -> i64 {
    let mut digits: Vec<u8> = amount.abs().to_string().into_bytes();
    let places: Vec<usize> = (1..digits.len())
        .filter(|place| digits[*place] != digits[*place - 1] && !(*place == 1 && digits[1] == b'0'))
        .collect();
    if places.is_empty() {
        return amount;
    }
    let place = *making.dice.pick(&places);
    digits.swap(place, place - 1);
    let wrong: i64 = String::from_utf8(digits)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(amount.abs());
    wrong * amount.signum()
}

/// Entries made a second time, on the same day or a few days later.
fn duplicates(making: &mut Making) {
    for place in 0..making.entries.len() {
        if making.dice.below(10_000) >= making.level.duplicate || !making.entries[place].exception.is_empty() {
            continue;
        }
        let mut again = making.entries[place].clone();
        let days = *making.dice.pick(&[0, 0, 1, 2, 5]);
        again.date = again.date.saturating_add(days.days());
        again.group = None;
        again.exception = "duplicate_entry";
        making.entries.push(again);
    }
}

/// The bank books something twice and takes it back.
fn bank_errors(making: &mut Making) {
    for place in 0..making.lines.len() {
        if making.dice.below(10_000) >= making.level.bank_error {
            continue;
        }
        let mut twice = making.lines[place].clone();
        twice.group = None;
        twice.exception = "duplicate_line";
        let (date, amount) = (twice.date, twice.amount);
        making.lines.push(twice);
        let later = date.saturating_add(making.dice.between(1, 6).days());
        making.group("bank_error");
        making.line(&Line {
            date: later,
            amount: -amount,
            voice: Voice::Correction,
            contact: NOBODY,
            name: "",
            document: "",
            foreign: "",
            day: date,
        });
        if let Some(line) = making.lines.last_mut() {
            line.group = None;
        }
    }
}

/// Receipts that come back, of which the books know nothing yet.
fn returns(making: &mut Making) {
    for place in 0..making.lines.len() {
        let line = &making.lines[place];
        let kinds = ["customer_payment", "rent", "subscription", "donation"];
        if !kinds.contains(&line.subtype) || !line.exception.is_empty() || !making.dice.chance(making.level.returned) {
            continue;
        }
        let (date, amount, contact) = (line.date, line.amount, line.contact);
        let later = date.saturating_add(making.dice.between(2, 9).days());
        making.group("returned_item");
        making.line(&Line {
            date: later,
            amount: -amount,
            voice: Voice::Returned,
            contact,
            name: "",
            document: "",
            foreign: "",
            day: date,
        });
        if let Some(line) = making.lines.last_mut() {
            line.group = None;
            line.exception = "returned_item";
        }
    }
}

/// Business that nobody entered.
fn forgotten(making: &mut Making) {
    let singles = alone(making);
    let kinds = [
        "card_purchase",
        "vendor_payment",
        "customer_payment",
        "rent",
        "subscription",
        "donation",
        "recurring_bill",
        "check",
    ];
    let mut gone = vec![false; making.groups.len()];
    for line in &mut making.lines {
        let Some(group) = line.group else { continue };
        if singles[group as usize] && kinds.contains(&line.subtype) && making.dice.chance(making.level.unrecorded) {
            gone[group as usize] = true;
            line.group = None;
            line.exception = "unrecorded";
        }
    }
    making
        .entries
        .retain(|entry| entry.group.is_none_or(|group| !gone[group as usize]));
}

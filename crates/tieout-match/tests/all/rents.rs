//! Rents: many equal amounts every month, told apart by flats and names, and now and then booked late.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use crate::items::push;
use jiff::ToSpan;
use jiff::civil::date;
use tieout_match::{Group, Input, Prior, Settings, Tier};

fn groups(input: &Input) -> Vec<Group> {
    let model = tieout_match::train(input, &Prior::default());
    let settings = Settings::new(date(2024, 6, 30));
    tieout_match::run(input, &model, &settings, &mut |_| ()).groups
}

/// The only entry of the best group that a line is in, and its tier.
fn entry_of(groups: &[Group], line: u32) -> Option<(u32, Tier)> {
    let of_line = |group: &&Group| matches!(group.lines.as_slice(), [part] if part.item == line);
    let best = groups.iter().find(of_line)?;
    let [entry] = best.entries.as_slice() else { return None };
    Some((entry.item, best.tier))
}

/// Eighty flats at one rent for two months; the bank shows nothing but the flat. Lines and their entries.
fn flats(written: impl Fn(u32) -> String) -> (Input, Vec<(u32, u32)>) {
    let mut input = Input::default();
    let mut pairs = Vec::new();
    for month in [2, 3] {
        for flat in 0..80_u32 {
            let due = date(2024, month, 1).saturating_add(i64::from(flat % 3).days());
            let paid = date(2024, month, 3).saturating_add(i64::from(flat * 7 % 10).days());
            let text = written(flat);
            let entry = push(&mut input.entries, due, 95_000, (&format!("Rent {text}"), "", &text));
            pairs.push((push(&mut input.lines, paid, 95_000, ("CREDIT", "", &text)), entry));
        }
    }
    (input, pairs)
}

#[test]
fn a_short_number_tells_one_flat_from_eighty_at_the_same_rent() {
    let (plain, short, with_zeros) = (
        |flat| format!("UNIT {}", 210 + flat),
        |flat| format!("UNIT {}", 10 + flat),
        |flat| format!("PT{:04}", 210 + flat),
    );
    for (input, pairs) in [flats(plain), flats(short), flats(with_zeros)] {
        let groups = groups(&input);
        for (line, entry) in pairs {
            assert_eq!(entry_of(&groups, line), Some((entry, Tier::Automatic)), "line {line}");
        }
    }
}

const TENANTS: [&str; 12] = [
    "Anna Berger",
    "Omar Hassan",
    "Lucy Brown",
    "Piet Jansen",
    "Rosa Keller",
    "Wei Chen",
    "Maya Patel",
    "Carla Ruiz",
    "Nina Wolf",
    "Ivan Petrov",
    "Sara Lind",
    "Hugo Blanc",
];

/// Twelve tenants who pay by name for five months, in twos at one rent.
fn tenants(is_booked_late: impl Fn(u32, usize) -> bool) -> (Input, Vec<(u32, u32)>) {
    let mut input = Input::default();
    let mut pairs = Vec::new();
    for month in 1..=5_u32 {
        for (number, name) in TENANTS.into_iter().enumerate() {
            let place = i64::try_from(number).unwrap();
            let due = date(2024, i8::try_from(month).unwrap(), 2);
            let paid = due.saturating_add((1 + place % 3).days());
            let late = if is_booked_late(month, number) { 14 } else { 0 };
            let amount = 90_000 + place / 2 * 1_500;
            let booked = due.saturating_add(late.days());
            let entry = push(&mut input.entries, booked, amount, ("Rent", name, ""));
            let text = format!("TRANSFER FROM {}", name.to_uppercase());
            pairs.push((push(&mut input.lines, paid, amount, (&text, "", "")), entry));
        }
    }
    (input, pairs)
}

#[test]
fn a_rent_that_was_booked_late_is_still_that_of_its_month() {
    let (input, pairs) = tenants(|month, number| month == 3 && number == 4);
    let groups = groups(&input);
    let late = pairs[2 * TENANTS.len() + 4];
    assert_eq!(entry_of(&groups, late.0).map(|found| found.0), Some(late.1));
}

/// Who has a name in the books pays under that name: what she pays is not taken for another's without a person.
#[test]
fn the_whole_name_of_a_contact_is_no_other_name_of_another() {
    let (mut input, _) = tenants(|_, _| false);
    let known = date(2024, 1, 9);
    push(&mut input.entries, known, 12_345, ("Deposit", "Clara Costa", ""));
    push(&mut input.lines, known, 12_345, ("TRANSFER FROM CLARA COSTA", "", ""));
    push(&mut input.entries, known, 4_711, ("Deposit", "Grete Dahl", ""));
    push(&mut input.lines, known, 4_711, ("TRANSFER FROM GRETE DAHL", "", ""));
    let mut months = Vec::new();
    for month in 1..=5 {
        // Two rents are due, one is paid.
        push(
            &mut input.entries,
            date(2024, month, 2),
            90_000,
            ("Rent", "Grete Dahl", ""),
        );
        let text = ("TRANSFER FROM CLARA COSTA", "", "");
        months.push(push(&mut input.lines, date(2024, month, 4), 90_000, text));
    }
    let groups = groups(&input);
    for line in months {
        let tier = entry_of(&groups, line).map(|found| found.1);
        assert_ne!(tier, Some(Tier::Automatic), "line {line}");
    }
}

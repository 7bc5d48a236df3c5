//! Entries that name nobody but bear the number of a contract: whose they are is written in other months.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use crate::items;
use jiff::civil::date;
use tieout_match::{Input, Items, Prior, Settings};

const TENANTS: [&str; 6] = [
    "Swantje Fuchs",
    "Heiko Roehrens",
    "Mirjam Thiessen",
    "Thilo Yildiz",
    "Beate Koenig",
    "Joerg Petersen",
];
const RENT: i64 = 170_699;

fn push(items: &mut Items, (month, day): (i8, i8), texts: [&str; 3]) -> u32 {
    items::push(items, date(2025, month, day), RENT, texts.into())
}

/// Three months of equal rents, in the second of which the books give numbers and no names; per tenant, the entry and the line of
/// that month. What is paid comes in another order each month.
fn rents(number_of: impl Fn(usize, i8) -> String) -> (Input, Vec<(u32, u32)>) {
    let (mut input, mut pairs) = (Input::default(), Vec::new());
    for month in 8..=10 {
        let entries = TENANTS.iter().enumerate().map(|(place, tenant)| {
            let name = if month == 9 { "" } else { *tenant };
            push(
                &mut input.entries,
                (month, 13),
                ["Rent", name, &number_of(place, month)],
            )
        });
        let entries: Vec<u32> = entries.collect();
        for turn in 0..TENANTS.len() {
            let place = (turn * 5 + usize::try_from(month).unwrap()) % TENANTS.len();
            let day = 15 + i8::try_from(turn).unwrap();
            let line = push(&mut input.lines, (month, day), ["CREDIT FROM", TENANTS[place], ""]);
            if month == 9 {
                pairs.push((entries[place], line));
            }
        }
    }
    (input, pairs)
}

fn found(input: &Input) -> Vec<(u32, u32)> {
    let model = tieout_match::train(input, &Prior::default());
    let settings = Settings::new(date(2025, 11, 1));
    let groups = tieout_match::run(input, &model, &settings, &mut |_| ()).groups;
    let pairs = groups
        .iter()
        .filter(|group| group.entries.len() == 1 && group.lines.len() == 1);
    pairs
        .map(|group| (group.entries[0].item, group.lines[0].item))
        .collect()
}

#[test]
fn the_number_of_a_contract_stands_for_the_name_that_other_months_give_with_it() {
    let (input, pairs) = rents(|place, _| format!("C9012{place}"));
    let found = found(&input);
    assert!(pairs.iter().all(|pair| found.contains(pair)), "{pairs:?} {found:?}");
}

#[test]
fn a_number_of_its_own_or_of_several_contacts_stands_for_nobody() {
    let own = |place, month| format!("C9{month:02}1{place}");
    let shared = |_, _| "C90125".to_owned();
    let numbers: [&dyn Fn(usize, i8) -> String; 2] = [&own, &shared];
    for number in numbers {
        let (input, pairs) = rents(number);
        let found = found(&input);
        assert!(!pairs.iter().all(|pair| found.contains(pair)), "{found:?}");
    }
}

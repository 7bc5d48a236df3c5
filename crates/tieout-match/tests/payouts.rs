//! Payouts of a processor: the fee is learnt from the payouts themselves, and has to come out to the cent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use jiff::ToSpan;
use jiff::civil::{Date, date};
use tieout_match::{Group, Input, Items, NewItem, Prior, Settings, Tier};

const DAYS: i64 = 14;

/// Amounts of the sales of a day; one of them is paid back.
fn sales(day: i64) -> Vec<i64> {
    (0..6 + day % 3)
        .map(|n| match n {
            5 => -(700 + day * 131),
            _ => 912 + (day * 7_919 + n * 3_571) % 24_700,
        })
        .collect()
}

fn fee(amount: i64) -> i64 {
    if amount < 0 {
        0
    } else {
        (amount * 140 + 5_000) / 10_000 + 9
    }
}

fn push(items: &mut Items, day: Date, amount: i64, texts: (&str, &str, &str)) {
    let (description, counterparty, reference) = texts;
    let item = NewItem {
        date: day,
        amount,
        description,
        counterparty,
        reference,
        ..NewItem::default()
    };
    items.push(&item).unwrap();
}

/// Two weeks of sales; the last one of the fifth day comes with the payout of the sixth, and one payout is short by `less`.
fn books(less: i64) -> (Input, Vec<Vec<u32>>) {
    let mut input = Input::default();
    let start = date(2024, 3, 4);
    let mut of_days = vec![Vec::new(); usize::try_from(DAYS).unwrap()];
    let mut nets = vec![0; of_days.len()];
    for day in 0..DAYS {
        let all = sales(day);
        for (n, amount) in (1..).zip(&all) {
            let number = format!("R-{}", 10_000 + day * 100 + n);
            let index = u32::try_from(input.entries.len()).unwrap();
            let late = day == 5 && n == i64::try_from(all.len()).unwrap();
            let payout = usize::try_from(day + i64::from(late)).unwrap();
            push(
                &mut input.entries,
                start.saturating_add(day.days()),
                *amount,
                ("Sale", "Paybox", &number),
            );
            of_days[payout].push(index);
            nets[payout] += amount - fee(*amount);
        }
    }
    nets[9] -= less;
    for (day, net) in (0..).zip(nets) {
        push(
            &mut input.lines,
            start.saturating_add((day + 1).days()),
            net,
            ("PAYBOX SETTLEMENT", "", ""),
        );
    }
    (input, of_days)
}

fn groups(input: &Input) -> Vec<Group> {
    let model = tieout_match::train(input, &Prior::default());
    let settings = Settings::new(date(2024, 4, 1));
    tieout_match::run(input, &model, &settings, &mut |_| ()).groups
}

fn entries(group: &Group) -> Vec<u32> {
    let mut all: Vec<u32> = group.entries.iter().map(|part| part.item).collect();
    all.sort_unstable();
    all
}

#[test]
fn payouts_are_matched_to_the_cent_also_when_a_sale_comes_a_day_later() {
    let (input, of_days) = books(0);
    let groups = groups(&input);
    for (line, expected) in (0_u32..).zip(&of_days) {
        let found = groups
            .iter()
            .find(|group| group.tier == Tier::Automatic && group.lines.iter().any(|part| part.item == line));
        assert_eq!(found.map(entries).as_ref(), Some(expected), "line {line}");
    }
}

#[test]
fn a_payout_that_is_a_cent_short_is_not_automatic() {
    let (input, _) = books(1);
    let automatic = groups(&input)
        .into_iter()
        .any(|group| group.tier == Tier::Automatic && group.lines.iter().any(|part| part.item == 9));
    assert!(!automatic);
}

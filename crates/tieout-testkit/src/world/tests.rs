//! What holds for every world.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

fn world(business: &'static str, difficulty: Difficulty, lines: usize, seed: u64) -> World {
    let configuration = Configuration {
        business,
        difficulty,
        lines,
        seed,
    };
    generate(&configuration).expect("a business of the list")
}

fn all() -> impl Iterator<Item = (&'static str, Difficulty)> {
    development()
        .chain(held_back())
        .flat_map(|business| Difficulty::ALL.map(|difficulty| (business, difficulty)))
}

#[test]
fn every_business_reaches_its_size_at_every_difficulty() {
    for (business, difficulty) in all() {
        let world = world(business, difficulty, 400, 3);
        assert!(
            (300..600).contains(&world.lines.len()),
            "{business} {difficulty:?} {}",
            world.lines.len()
        );
        assert!(
            world.entries.len() > 200,
            "{business} {difficulty:?} {}",
            world.entries.len()
        );
        assert!(world.lines.iter().all(|line| !line.text.is_empty()), "{business}");
    }
}

#[test]
fn groups_sum_up_but_for_what_their_exceptions_say() {
    for (business, difficulty) in all() {
        let world = world(business, difficulty, 500, 1);
        let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
        let mut excused = BTreeSet::new();
        let items = world.entries.iter().chain(&world.open_items).map(|item| (-1, item));
        for (sign, item) in items.chain(world.lines.iter().map(|item| (1, item))) {
            if let Some(group) = item.group {
                *sums.entry(group).or_default() += sign * item.amount;
                if !item.exception.is_empty() {
                    excused.insert(group);
                }
            }
        }
        for (group, sum) in sums {
            assert!(
                sum == 0 || excused.contains(&group),
                "{business} {difficulty:?} {group} {sum}"
            );
        }
    }
}

#[test]
fn every_group_has_both_sides() {
    for (business, difficulty) in all() {
        let world = world(business, difficulty, 500, 2);
        let of = |items: &[Item]| items.iter().filter_map(|item| item.group).collect::<BTreeSet<u32>>();
        let mut entries = of(&world.entries);
        entries.extend(of(&world.open_items));
        assert_eq!(entries, of(&world.lines), "{business} {difficulty:?}");
    }
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_seed_another() {
    let texts = |seed| {
        world("shop-gb", Difficulty::Typical, 300, seed)
            .lines
            .into_iter()
            .map(|line| line.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(5), texts(5));
    assert_ne!(texts(5), texts(6));
}

#[test]
fn held_back_words_are_words_of_their_own() {
    let words = |locale: &'static vocabulary::Locale| {
        [locale.first, locale.last, locale.heads, locale.trades, locale.merchants]
            .concat()
            .into_iter()
            .collect::<BTreeSet<&str>>()
    };
    let of = |list: &'static [business::Business]| {
        list.iter()
            .flat_map(|business| words(business.locale))
            .collect::<BTreeSet<&str>>()
    };
    let shared: Vec<_> = of(business::DEVELOPMENT)
        .intersection(&of(business::HELD_BACK))
        .copied()
        .collect();
    // Lorries are lorries in Warsaw and in Oslo.
    assert!(shared.iter().all(|word| *word == "Transport"), "{shared:?}");
}

#[test]
fn harder_books_have_more_that_nobody_could_tell() {
    let known = |difficulty| world("property-de", difficulty, 3_000, 1).oracle().recall_millionths();
    let [clean, typical, nasty] = Difficulty::ALL.map(known);
    assert!(clean >= typical && typical > nasty, "{clean} {typical} {nasty}");
    assert!(clean > 990_000);
}

#[test]
fn what_nobody_could_tell_is_shared_out_among_shapes() {
    let oracle = world("practice-us", Difficulty::Nasty, 2_000, 1).oracle();
    let shares = oracle.shapes_millionths();
    assert!(shares[0] < 1_000_000 && shares[1] < shares[0], "{shares:?}");
    assert_eq!(oracle.of_shapes.iter().sum::<u64>(), oracle.groups);
    let found: u64 = oracle
        .of_shapes
        .iter()
        .zip(shares)
        .map(|(groups, share)| groups * share)
        .sum();
    // Shares are rounded, a millionth of each group at most.
    assert!(
        (found / oracle.groups).abs_diff(oracle.recall_millionths()) <= 2,
        "{found} {oracle:?}"
    );
}

#[test]
fn every_exception_of_the_list_occurs() {
    let mut seen = BTreeSet::new();
    for business in development() {
        let world = world(business, Difficulty::Nasty, 2_000, 1);
        seen.extend(world.entries.iter().chain(&world.lines).map(|item| item.exception));
    }
    for class in [
        "outstanding_check",
        "deposit_in_transit",
        "payment_in_transit",
        "duplicate_entry",
        "amount_transposed",
        "amount_slip",
        "sign_error",
        "wrong_date",
        "bank_fee",
        "interest",
        "returned_item",
        "unrecorded",
        "processor_fee",
        "fx_difference",
        "short_payment",
        "duplicate_line",
    ] {
        assert!(seen.contains(class), "{class}");
    }
}

#[test]
fn the_two_ends_of_a_transfer_cancel_each_other_in_two_accounts() {
    for (business, difficulty) in all() {
        let configuration = Configuration {
            business,
            difficulty,
            lines: 400,
            seed: 5,
        };
        let household = household(&configuration).expect("a business of the list");
        assert!(household.transfers.len() >= 4, "{business} {difficulty:?}");
        for transfer in &household.transfers {
            assert_ne!(transfer.out.account, transfer.into.account);
            let amounts = |leg: &TrueLeg| {
                let line = leg.line.map(|place| &household.world.lines[place]);
                let items = line
                    .into_iter()
                    .chain(leg.entry.map(|place| &household.world.entries[place]));
                items.map(|item| (item.account, item.amount)).collect::<BTreeSet<_>>()
            };
            let (out, into) = (amounts(&transfer.out), amounts(&transfer.into));
            assert_eq!((out.len(), into.len()), (1, 1), "{business} {difficulty:?}");
            let sum: i64 = out.iter().chain(&into).map(|(_, amount)| amount).sum();
            assert_eq!(sum, 0);
        }
    }
}

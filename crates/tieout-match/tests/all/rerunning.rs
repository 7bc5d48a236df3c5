//! Batch after batch gives what one run over everything gives, to the byte.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use tieout_match::{Delta, Engine, Input, Items, Model, NewItem, Outcome, Prior, Settings, Side, State, Taken, rerun};
use tieout_testkit::world::{self, Configuration, Difficulty, World};

/// An item, owned.
#[derive(Debug, Clone)]
struct Made {
    account: u16,
    date: Date,
    amount: i64,
    open_item: bool,
    text: String,
    name: String,
    reference: String,
    check: String,
    kind: String,
}

impl Made {
    fn push(&self, items: &mut Items) {
        items
            .push(&NewItem {
                account: self.account,
                date: self.date,
                amount: self.amount,
                open_item: self.open_item,
                description: &self.text,
                counterparty: &self.name,
                reference: &self.reference,
                check_number: &self.check,
                kind: &self.kind,
                ..NewItem::default()
            })
            .unwrap();
    }

    fn of(item: &world::Item, open_item: bool) -> Self {
        Self {
            account: item.account,
            date: item.date,
            amount: item.amount,
            open_item,
            text: item.text.clone(),
            name: item.name.clone(),
            reference: item.reference.clone(),
            check: item.check.clone(),
            kind: item.kind.to_owned(),
        }
    }
}

/// What comes in one batch.
#[derive(Debug, Clone, Default)]
struct Batch {
    lines: Vec<Made>,
    entries: Vec<Made>,
    /// Of the items so far, by their share of all: one is taken, whole or by half.
    taken: Vec<(Side, usize, bool)>,
}

/// When the lines of a world come, and its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// All entries first, then the lines day by day.
    Daily,
    /// All entries first, then lines in any order.
    Shuffled,
    /// Both by their days.
    Together,
    /// Both in any order.
    Anyhow,
}

/// Cuts a side into batches: by days, or each item anywhere.
fn cut(items: &[Made], batches: usize, by_days: bool, seed: u64) -> Vec<Vec<Made>> {
    let mut sorted = items.to_vec();
    sorted.sort_by_key(|item| item.date);
    let mut all = vec![Vec::new(); batches];
    let (mut state, length) = (seed | 1, sorted.len().max(1));
    for (place, item) in sorted.into_iter().enumerate() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // The first batch has most, as the first run of books has.
        let share = if by_days {
            place * 100 / length
        } else {
            usize::try_from(state >> 33).unwrap() % 100
        };
        let batch = if share < 70 {
            0
        } else {
            1 + (share - 70) * (batches - 1) / 30
        };
        all[batch].push(item);
    }
    all
}

fn batches(lines: &[Made], entries: &[Made], order: Order, (number, seed): (usize, u64)) -> Vec<Batch> {
    let by_days = matches!(order, Order::Daily | Order::Together);
    let lines = cut(lines, number, by_days, seed);
    let entries = match order {
        Order::Daily | Order::Shuffled => {
            let mut all = vec![Vec::new(); number];
            all[0] = entries.to_vec();
            all
        }
        Order::Together | Order::Anyhow => cut(entries, number, by_days, seed ^ 0xABCD),
    };
    let both = lines.into_iter().zip(entries);
    both.map(|(lines, entries)| Batch {
        lines,
        entries,
        taken: Vec::new(),
    })
    .collect()
}

fn settings(lines: &Items) -> Settings {
    let days = lines.indexes().map(|line| lines.date(line));
    let mut settings = Settings::new(days.max().unwrap_or(date(2024, 3, 31)));
    settings.suggested_ppm = 100_000;
    settings
}

fn matched(input: &Input, model: &Model, threads: u32) -> Outcome {
    let engine = Engine::new(input).on_threads(threads);
    engine.run(model, &settings(&input.lines), &mut |_| ())
}

/// Runs batch after batch, and everything at once after each of them.
fn check(batches: &[Batch], threads: u32) {
    let mut whole = Input::default();
    for batch in batches {
        batch.lines.iter().for_each(|line| line.push(&mut whole.lines));
        batch.entries.iter().for_each(|entry| entry.push(&mut whole.entries));
    }
    let model = Engine::new(&whole).train(&Prior::default());
    let mut whole = Input::default();
    let mut state = State::new(Input::default()).on_threads(threads);
    for (number, batch) in batches.iter().enumerate() {
        let mut delta = Delta::default();
        for line in &batch.lines {
            line.push(&mut whole.lines);
            line.push(&mut delta.lines);
        }
        for entry in &batch.entries {
            entry.push(&mut whole.entries);
            entry.push(&mut delta.entries);
        }
        for (side, place, half) in &batch.taken {
            let items = match side {
                Side::Line => &mut whole.lines,
                Side::Entry => &mut whole.entries,
            };
            let Some(place) = place.checked_rem(items.len()) else {
                continue;
            };
            let item = u32::try_from(place).unwrap();
            let part = items.open_amount(item) / if *half { 2 } else { 1 };
            if items.take(item, part).is_ok() {
                delta.taken.push(Taken {
                    side: *side,
                    item,
                    part,
                });
            }
        }
        let now = settings(&whole.lines);
        let (outcome, next) = rerun(state, &delta, &model, &now, &mut |_| ()).unwrap();
        state = next;
        let expected = matched(&whole, &model, threads);
        // Not `assert_eq!`: of thousands of groups nobody wants to read all.
        let first = outcome
            .groups
            .iter()
            .zip(&expected.groups)
            .find(|(one, other)| one != other);
        assert!(first.is_none(), "batch {number}: {first:#?}");
        assert!(outcome == expected, "batch {number}");
    }
}

fn of_world(world: &World) -> (Vec<Made>, Vec<Made>) {
    let entries = world.entries.iter().map(|item| Made::of(item, false));
    let open = world.open_items.iter().map(|item| Made::of(item, true));
    let lines = world.lines.iter().map(|item| Made::of(item, false)).collect();
    (lines, entries.chain(open).collect())
}

fn orders() -> impl Strategy<Value = Order> {
    prop_oneof![
        4 => Just(Order::Daily),
        3 => Just(Order::Shuffled),
        1 => Just(Order::Together),
        1 => Just(Order::Anyhow),
    ]
}

fn taken() -> impl Strategy<Value = Vec<(Side, usize, bool)>> {
    let side = prop_oneof![Just(Side::Line), Just(Side::Entry)];
    let of_batch = prop::collection::vec((side, 0_usize..10_000, any::<bool>()), 1..6);
    prop_oneof![4 => Just(Vec::new()), 1 => of_batch]
}

/// Books in which nearly everything is equal to something else.
fn crowded() -> impl Strategy<Value = Vec<Made>> {
    const NAMES: [&str; 7] = [
        "Acme Works Ltd",
        "Brixton Garden",
        "Acme Wireless",
        "",
        "Müller & Sohn GmbH",
        "Depot 12",
        "Jane Doe",
    ];
    const WORDS: [&str; 10] = [
        "INV-1042",
        "INV-20431",
        "20432",
        "deposit 77120",
        "CREDIT",
        "fee",
        "EUR 12.00",
        "ACME WRKS",
        "",
        "PART 1 OF 2",
    ];
    let amount = prop_oneof![
        3 => prop::sample::select(vec![100, 1_000, -1_000, 2_500, 3_500, 12_000, -12_000, 9_700, 24_000]),
        1 => 1_000_i64..50_000,
    ];
    let made = (
        (0_u16..8, 0_i32..90, amount, any::<u8>()),
        prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..3),
        prop::sample::select(NAMES.to_vec()),
        prop::sample::select(WORDS.to_vec()),
    );
    let made = made.prop_map(|((account, day, amount, kind), words, name, reference)| Made {
        account: account / 7,
        date: date(2024, 1, 5).checked_add(day.days()).unwrap(),
        amount,
        open_item: kind % 16 == 0,
        text: format!("{} {name}", words.join(" ")),
        name: if kind % 3 == 0 { name.to_owned() } else { String::new() },
        reference: reference.to_owned(),
        check: if kind % 9 == 0 {
            "2001".to_owned()
        } else {
            String::new()
        },
        kind: ["", "CHK", "DEP"][usize::from(kind) % 3].to_owned(),
    });
    prop::collection::vec(made, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn batches_of_a_business_come_to_what_all_of_them_come_to(
        business in prop::sample::select(world::development().collect::<Vec<_>>()),
        difficulty in prop::sample::select(vec![Difficulty::Clean, Difficulty::Typical, Difficulty::Nasty]),
        (lines, seed) in (30_usize..140, any::<u64>()),
        order in orders(),
        threads in 1_u32..3,
        taken in prop::collection::vec(taken(), 4),
    ) {
        let configuration = Configuration { business, difficulty, lines, seed };
        let (lines, entries) = of_world(&world::generate(&configuration).unwrap());
        let mut batches = batches(&lines, &entries, order, (5, seed));
        for (batch, taken) in batches.iter_mut().skip(1).zip(taken) {
            batch.taken = taken;
        }
        check(&batches, threads);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn batches_of_crowded_books_come_to_what_all_of_them_come_to(
        lines in crowded(),
        entries in crowded(),
        seed in any::<u64>(),
        order in orders(),
        threads in 1_u32..3,
        taken in prop::collection::vec(taken(), 3),
    ) {
        let mut batches = batches(&lines, &entries, order, (4, seed));
        for (batch, taken) in batches.iter_mut().skip(1).zip(taken) {
            batch.taken = taken;
        }
        check(&batches, threads);
    }
}

/// With more lines a word comes to be among the bank's own, or is it no more, and then lines that were there before say something else.
#[test]
fn more_lines_change_which_words_name_others() {
    let configuration = Configuration {
        business: "charity-gb",
        difficulty: Difficulty::Nasty,
        lines: 106,
        seed: 10_458_041_695_910_080_513,
    };
    let (lines, entries) = of_world(&world::generate(&configuration).unwrap());
    check(&batches(&lines, &entries, Order::Shuffled, (5, configuration.seed)), 1);
}

#[test]
fn other_models_and_settings_are_as_if_nothing_had_been_run() {
    let configuration = Configuration {
        business: world::development().next().unwrap(),
        difficulty: Difficulty::Typical,
        lines: 200,
        seed: 5,
    };
    let (lines, entries) = of_world(&world::generate(&configuration).unwrap());
    let mut input = Input::default();
    for line in &lines {
        line.push(&mut input.lines);
    }
    for entry in &entries {
        entry.push(&mut input.entries);
    }
    let settings = settings(&input.lines);
    let learnt = Engine::new(&input).train(&Prior::default());
    let (_, mut state) = rerun(
        State::new(input.clone()),
        &Delta::default(),
        &learnt,
        &settings,
        &mut |_| (),
    )
    .unwrap();
    let unlearnt = Model::new(&Prior::default());
    let stricter = Settings {
        max_days_before: 2,
        ..settings.clone()
    };
    for (model, settings) in [(&unlearnt, &settings), (&unlearnt, &stricter), (&learnt, &settings)] {
        let (outcome, next) = rerun(state, &Delta::default(), model, settings, &mut |_| ()).unwrap();
        assert!(outcome == tieout_match::run(&input, model, settings, &mut |_| ()));
        state = next;
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let mut input = Input::default();
    let made = Made {
        account: 0,
        date: date(2024, 1, 5),
        amount: 100,
        open_item: false,
        text: String::new(),
        name: String::new(),
        reference: String::new(),
        check: String::new(),
        kind: String::new(),
    };
    made.push(&mut input.lines);
    let delta = Delta {
        taken: vec![Taken {
            side: Side::Line,
            item: 0,
            part: 101,
        }],
        ..Delta::default()
    };
    let (model, settings) = (Model::new(&Prior::default()), settings(&input.lines));
    let result = rerun(State::new(input), &delta, &model, &settings, &mut |_| ());
    assert_eq!(result.map(|_| ()).unwrap_err(), tieout_match::ItemsError::Taken);
}

//! What holds for any books: sums, no item used twice, the same result in any order, no panic at the edges.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tieout_match::{
    Engine, Explainer, Field, Group, Input, Items, NewItem, Outcome, Prior, Settings, Shape, Side, Tier, run, train,
};

#[derive(Debug, Clone)]
struct Made {
    account: u16,
    date: Date,
    amount: i64,
    description: String,
    counterparty: String,
    reference: String,
    check: String,
    kind: String,
}

const NAMES: [&str; 8] = [
    "Acme Works Ltd",
    "Brixton Garden",
    "B. Celik",
    "Müller & Sohn GmbH",
    "Acme Wireless",
    "",
    "Depot 12",
    "Jane Doe",
];
const WORDS: [&str; 12] = [
    "INV-1042",
    "1043",
    "deposit 77120",
    "CREDIT",
    "void",
    "returned",
    "fee",
    "EUR 12.00",
    "UNIT 5F",
    "ACME WRKS",
    "",
    "0001042",
];

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => prop::sample::select(vec![100, 1_000, -1_000, 2_500, 3_500, 12_000, -12_000, 9_700, 1_042]),
        2 => -5_000_i64..5_000,
        1 => prop::sample::select(vec![0, 1, i64::MAX, i64::MIN, i64::MAX - 1, -i64::MAX]),
    ]
}

fn dates() -> impl Strategy<Value = Date> {
    prop_oneof![
        12 => (0_i32..60).prop_map(|days| date(2024, 2, 1).checked_add(jiff::ToSpan::days(days)).unwrap()),
        1 => prop::sample::select(vec![Date::MIN, Date::MAX, date(2023, 2, 14)]),
    ]
}

prop_compose! {
    fn made()(
        account in prop_oneof![9 => Just(0_u16), 1 => Just(1_u16)],
        date in dates(),
        amount in amounts(),
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..3),
        name in prop::sample::select(NAMES.to_vec()),
        reference in prop::sample::select(WORDS.to_vec()),
        check in prop::sample::select(vec!["", "", "", "12", "2001"]),
        kind in prop::sample::select(vec!["", "CHK", "DEP"]),
    ) -> Made {
        Made {
            account,
            date,
            amount,
            description: format!("{} {name}", words.join(" ")),
            counterparty: name.to_owned(),
            reference: reference.to_owned(),
            check: check.to_owned(),
            kind: kind.to_owned(),
        }
    }
}

/// Items in an order; the id of each is its place in `made`.
fn items(made: &[Made], order: &[usize]) -> Items {
    let mut items = Items::default();
    for place in order {
        let item = &made[*place];
        items
            .push(&NewItem {
                account: item.account,
                date: item.date,
                amount: item.amount,
                id: &place.to_string(),
                description: &item.description,
                counterparty: &item.counterparty,
                reference: &item.reference,
                check_number: &item.check,
                kind: &item.kind,
                ..NewItem::default()
            })
            .unwrap();
    }
    items
}

fn settings() -> Settings {
    let mut settings = Settings::new(date(2024, 3, 31));
    settings.window_start = Some(date(2024, 2, 1));
    settings.automatic_ppm = 800_000;
    settings.suggested_ppm = 100_000;
    settings
}

/// What a run gives, with the evidence of every group.
fn matched(input: &Input) -> Outcome {
    let engine = Engine::new(input);
    let model = engine.train(&Prior::default());
    let settings = settings();
    let mut outcome = engine.run(&model, &settings, &mut |_| ());
    let mut explainer = Explainer::new(&engine, &model, &settings);
    for group in &mut outcome.groups {
        group.proof.evidence = explainer.evidence(group);
    }
    outcome
}

/// A group in terms of ids.
fn told(input: &Input, group: &Group) -> String {
    let ids = |items: &Items, parts: &[tieout_match::Part]| -> Vec<String> {
        parts
            .iter()
            .map(|part| format!("{}:{}", items.text(part.item, Field::Id), part.amount))
            .collect()
    };
    format!(
        "{:?} = {:?} {:?} {:?} {:?} {} {:?}",
        ids(&input.lines, &group.lines),
        ids(&input.entries, &group.entries),
        group.residuals,
        group.shape,
        group.tier,
        group.confidence_ppm,
        group.proof,
    )
}

fn told_all(input: &Input, outcome: &Outcome) -> Vec<String> {
    let groups = outcome.groups.iter().map(|group| told(input, group));
    let exceptions = outcome.exceptions.iter().map(|exception| {
        let items = if exception.side == Side::Line {
            &input.lines
        } else {
            &input.entries
        };
        let id = items.text(exception.item, Field::Id);
        format!(
            "{:?} {id} {:?} {} {:?}",
            exception.side, exception.class, exception.stale, exception.group
        )
    });
    groups.chain(exceptions).collect()
}

fn input_of(lines: &[Made], entries: &[Made]) -> Input {
    let order = |made: &[Made]| (0..made.len()).collect::<Vec<usize>>();
    Input {
        lines: items(lines, &order(lines)),
        entries: items(entries, &order(entries)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_group_adds_up(
        lines in prop::collection::vec(made(), 0..20),
        entries in prop::collection::vec(made(), 0..24),
    ) {
        let input = input_of(&lines, &entries);
        for group in matched(&input).groups {
            let sum = |parts: &[tieout_match::Part]| parts.iter().map(|part| i128::from(part.amount)).sum::<i128>();
            let residuals: i128 = group.residuals.iter().map(|residual| i128::from(residual.amount)).sum();
            prop_assert_eq!(sum(&group.lines) - sum(&group.entries) - residuals, 0);
            let shape = match (group.lines.len(), group.entries.len()) {
                (0, _) | (_, 0) => Shape::OneSided,
                (1, 1) => Shape::OneToOne,
                (1, _) => Shape::OneToMany,
                (_, 1) => Shape::ManyToOne,
                _ => Shape::ManyToMany,
            };
            prop_assert_eq!(group.shape, shape);
            let contributions: i64 = group.proof.evidence.iter().map(|piece| i64::from(piece.weight)).sum();
            prop_assert_eq!(contributions, i64::from(group.proof.score));
        }
    }

    #[test]
    fn no_item_is_taken_twice_without_a_person(
        lines in prop::collection::vec(made(), 0..20),
        entries in prop::collection::vec(made(), 0..24),
    ) {
        let input = input_of(&lines, &entries);
        let mut taken: BTreeMap<(Side, u32), i128> = BTreeMap::new();
        for group in matched(&input).groups.iter().filter(|group| group.tier == Tier::Automatic) {
            for (side, parts) in [(Side::Line, &group.lines), (Side::Entry, &group.entries)] {
                for part in parts {
                    *taken.entry((side, part.item)).or_default() += i128::from(part.amount);
                }
            }
        }
        for ((side, item), sum) in taken {
            let items = if side == Side::Line { &input.lines } else { &input.entries };
            prop_assert!(sum.abs() <= i128::from(items.amount(item)).abs());
        }
    }

    #[test]
    fn the_order_of_the_items_does_not_matter(
        lines in prop::collection::vec(made(), 0..20),
        entries in prop::collection::vec(made(), 0..24),
        seed in any::<u64>(),
    ) {
        let shuffled = |made: &[Made]| {
            let mut order: Vec<usize> = (0..made.len()).collect();
            order.sort_by_key(|place| (u64::try_from(*place).unwrap() + 1).wrapping_mul(seed | 1).rotate_left(17));
            items(made, &order)
        };
        let one = input_of(&lines, &entries);
        let other = Input { lines: shuffled(&lines), entries: shuffled(&entries) };
        prop_assert_eq!(told_all(&one, &matched(&one)), told_all(&other, &matched(&other)));
    }

    #[test]
    fn the_number_of_threads_does_not_matter(
        lines in prop::collection::vec(made(), 0..20),
        entries in prop::collection::vec(made(), 0..24),
        threads in 2_u32..5,
    ) {
        let input = input_of(&lines, &entries);
        let (one, many) = (Engine::new(&input), Engine::new(&input).on_threads(threads));
        let model = one.train(&Prior::default());
        prop_assert_eq!(&model, &many.train(&Prior::default()));
        let run = |engine: &Engine| engine.run(&model, &settings(), &mut |_| ());
        prop_assert_eq!(run(&one), run(&many));
    }

    #[test]
    fn accounts_do_not_mix(
        lines in prop::collection::vec(made(), 0..20),
        entries in prop::collection::vec(made(), 0..24),
    ) {
        let input = input_of(&lines, &entries);
        for group in matched(&input).groups {
            let mut accounts: Vec<u16> = group.lines.iter().map(|part| input.lines.account(part.item)).collect();
            accounts.extend(group.entries.iter().map(|part| input.entries.account(part.item)));
            accounts.dedup();
            prop_assert!(accounts.len() <= 1, "{:?}", accounts);
        }
    }
}

#[test]
fn nothing_comes_of_nothing() {
    let input = Input::default();
    assert_eq!(matched(&input), Outcome::default());
    let outcome = run(&input, &train(&input, &Prior::default()), &settings(), &mut |_| ());
    assert_eq!(outcome, Outcome::default());
}

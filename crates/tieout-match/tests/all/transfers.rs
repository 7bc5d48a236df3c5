//! Several accounts: each is matched as if it came alone, and transfers between them are seen for what they are.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use tieout_core::Currency;
use tieout_match::accounts::{AccountInput, by_account};
use tieout_match::transfers::{OwnAccount, Transfer, TransferKind, transfers};
use tieout_match::{
    Action, Engine, Field, HeldBack, Input, ItemIndex, Items, Model, NewItem, Outcome, Part, Prior, Settings, Side,
    Tier, train,
};

const CURRENT: u16 = 0;
const SAVINGS: u16 = 1;
const CARD: u16 = 2;

/// An item: account, day of March 2026, amount, text, what stands on the other side of an entry.
type Row<'a> = (u16, i8, i64, &'a str, &'a str);

fn items(rows: &[Row<'_>]) -> Items {
    let mut items = Items::default();
    for (account, day, amount, text, contra) in rows {
        items
            .push(&NewItem {
                account: *account,
                date: date(2026, 3, *day),
                amount: *amount,
                description: text,
                kind: contra,
                ..NewItem::default()
            })
            .unwrap();
    }
    items
}

fn settings() -> Settings {
    let mut settings = Settings::new(date(2026, 3, 31));
    settings.window_start = Some(date(2026, 3, 1));
    settings
}

/// What a year of a business leaves, so that names and amounts have a background: booked and matched in all accounts.
fn background() -> (Vec<Row<'static>>, Vec<Row<'static>>) {
    let names = [
        "Acme Works",
        "Brixton Garden",
        "Depot Twelve",
        "Muller Sohn",
        "Northern Grid",
        "Quayside Foods",
    ];
    let mut rows = Vec::new();
    for day in 1..=28_i8 {
        for (place, name) in (0_i64..).zip(names) {
            let amount = (i64::from(day) * 7_919 + place * 104_729) % 90_000 + 1_037;
            rows.push((
                CURRENT,
                day,
                if place == 0 { amount } else { -amount },
                name,
                "Expenses",
            ));
        }
        rows.push((
            CARD,
            day,
            -(i64::from(day) * 3_571 % 9_000) - 811,
            "Fuel station",
            "Expenses",
        ));
    }
    rows.push((SAVINGS, 28, 1_207, "Interest", "Income:Interest"));
    (rows.clone(), rows)
}

/// Reconciles the accounts of the background with more lines and entries.
fn found(lines: &[Row<'static>], entries: &[Row<'static>]) -> Vec<Transfer> {
    let (mut all_lines, mut all_entries) = background();
    all_lines.extend_from_slice(lines);
    all_entries.extend_from_slice(entries);
    found_in(&items(&all_lines), &items(&all_entries))
}

fn found_in(lines: &Items, entries: &Items) -> Vec<Transfer> {
    let whole = Input {
        lines: lines.clone(),
        entries: entries.clone(),
    };
    let currency: Currency = "EUR".parse().unwrap();
    told(&whole, &[currency; 3])
}

fn told(whole: &Input, currencies: &[Currency]) -> Vec<Transfer> {
    let model = train(whole, &Prior::default());
    let accounts = by_account(whole).unwrap();
    let names = [
        vec!["DE45500105175407324931".to_owned(), "Assets:Checking".to_owned()],
        vec!["DE88500105175407009977".to_owned(), "Assets:Savings".to_owned()],
        vec!["5500112233446789".to_owned(), "Liabilities:Visa".to_owned()],
    ];
    let settings = settings();
    let outcomes: Vec<Outcome> = accounts.iter().map(|own| own.run(&model, &settings)).collect();
    let own = |(own, outcome): (&'_ AccountInput, &'_ Outcome)| (own.account, outcome.clone(), own.input.clone());
    let parts: Vec<_> = accounts.iter().zip(&outcomes).map(own).collect();
    let accounts: Vec<OwnAccount<'_>> = parts
        .iter()
        .map(|(account, outcome, input)| OwnAccount {
            input,
            groups: &outcome.groups,
            settings: &settings,
            currency: currencies[usize::from(*account)],
            names: &names[usize::from(*account)],
        })
        .collect();
    transfers(&accounts)
}

/// Account, kind and tier of each transfer that somebody must do something about.
fn to_do(transfers: &[Transfer]) -> Vec<(u16, u16, TransferKind, Tier)> {
    let open = transfers
        .iter()
        .filter(|transfer| transfer.kind.action() != Action::Wait);
    open.map(|transfer| {
        (
            transfer.out.account,
            transfer.into.account,
            transfer.kind,
            transfer.tier,
        )
    })
    .collect()
}

#[test]
fn two_lines_that_the_books_lack_are_one_transfer_to_be_booked_once() {
    let lines = [
        (CURRENT, 10, -200_000, "TRANSFER TO SAVINGS", ""),
        (SAVINGS, 11, 200_000, "TRANSFER FROM CURRENT A/C", ""),
    ];
    let found = found(&lines, &[]);
    assert_eq!(
        to_do(&found),
        [(CURRENT, SAVINGS, TransferKind::Unrecorded, Tier::Automatic)]
    );
    let transfer = &found[0];
    assert_eq!((transfer.amount, transfer.alternatives), (200_000, 0));
    let sum: i32 = transfer.evidence.iter().map(|piece| piece.weight).sum();
    assert!(
        sum > 700 && transfer.evidence.iter().any(|piece| piece.text.contains("TRANSFER")),
        "{transfer:?}"
    );
}

#[test]
fn a_payment_of_the_card_is_a_transfer_to_it() {
    let lines = [
        (CURRENT, 20, -48_231, "VISA CARD PAYMENT 6789", ""),
        (CARD, 21, 48_231, "PAYMENT RECEIVED THANK YOU", ""),
    ];
    assert_eq!(
        to_do(&found(&lines, &[])),
        [(CURRENT, CARD, TransferKind::Unrecorded, Tier::Automatic)]
    );
}

#[test]
fn what_the_books_have_on_one_side_only_is_to_be_corrected() {
    let lines = [
        (CURRENT, 10, -200_000, "TRANSFER TO SAVINGS", ""),
        (SAVINGS, 11, 200_000, "TRANSFER FROM CURRENT A/C", ""),
    ];
    let entries = [(CURRENT, 10, -200_000, "Transfer to savings", "Expenses:Other")];
    let found = found(&lines, &entries);
    assert_eq!(
        to_do(&found),
        [(CURRENT, SAVINGS, TransferKind::BookedOnce, Tier::Automatic)]
    );
    assert!(found[0].out.entry.is_some() && found[0].into.entry.is_none());
}

#[test]
fn a_booked_transfer_whose_second_line_is_missing_is_on_its_way() {
    let lines = [(CURRENT, 30, -200_000, "TRANSFER TO SAVINGS", "")];
    let entries = [
        (CURRENT, 30, -200_000, "Transfer to savings", "Assets:Savings"),
        (SAVINGS, 30, 200_000, "Transfer to savings", "Assets:Checking"),
    ];
    let found = found(&lines, &entries);
    assert_eq!(to_do(&found), []);
    let kinds: Vec<_> = found
        .iter()
        .map(|transfer| (transfer.kind, transfer.kind.action()))
        .collect();
    assert_eq!(kinds, [(TransferKind::InTransit, Action::Wait)]);
}

#[test]
fn a_transfer_that_both_sides_have_is_nothing_to_do() {
    let lines = [
        (CURRENT, 10, -200_000, "TRANSFER TO SAVINGS", ""),
        (SAVINGS, 11, 200_000, "TRANSFER FROM CURRENT A/C", ""),
    ];
    let entries = [
        (CURRENT, 10, -200_000, "Transfer to savings", "Assets:Savings"),
        (SAVINGS, 10, 200_000, "Transfer to savings", "Assets:Checking"),
    ];
    let found = found(&lines, &entries);
    assert_eq!(
        found.iter().map(|transfer| transfer.kind).collect::<Vec<_>>(),
        [TransferKind::Complete]
    );
}

#[test]
fn of_two_equal_candidates_a_person_chooses() {
    let lines = [
        (CURRENT, 10, -200_000, "TRANSFER TO OWN ACCOUNT", ""),
        (SAVINGS, 10, 200_000, "TRANSFER RECEIVED MORNING", ""),
        (SAVINGS, 10, 200_000, "TRANSFER RECEIVED EVENING", ""),
    ];
    let found = found(&lines, &[]);
    assert_eq!(found.len(), 2);
    for transfer in &found {
        assert_eq!(
            (transfer.tier, transfer.held_back),
            (Tier::Suggested, Some(HeldBack::Ambiguous))
        );
        assert!(transfer.confidence_ppm <= 500_000 && transfer.alternatives == 1);
    }
}

#[test]
fn two_equal_transfers_of_one_day_are_two() {
    let one = [
        (CURRENT, 10, -200_000, "TRANSFER TO SAVINGS", ""),
        (SAVINGS, 10, 200_000, "TRANSFER FROM CURRENT A/C", ""),
    ];
    let lines = [one, one].concat();
    let found = found(&lines, &[]);
    assert_eq!(
        to_do(&found),
        [(CURRENT, SAVINGS, TransferKind::Unrecorded, Tier::Automatic); 2]
    );
    assert_ne!(found[0].into, found[1].into);
}

#[test]
fn equal_amounts_alone_are_never_automatic() {
    let lines = [
        (CURRENT, 10, -48_231, "SEPA 8812", ""),
        (SAVINGS, 10, 48_231, "GUTSCHRIFT", ""),
    ];
    let found = found(&lines, &[]);
    assert_eq!(
        to_do(&found),
        [(CURRENT, SAVINGS, TransferKind::Unrecorded, Tier::Suggested)]
    );
    assert_eq!(found[0].held_back, Some(HeldBack::Unproven));
}

#[test]
fn money_of_one_direction_of_other_days_or_of_another_currency_is_no_transfer() {
    let pair = |day, amount| {
        [
            (CURRENT, 10, -200_000, "TRANSFER TO SAVINGS", ""),
            (SAVINGS, day, amount, "TRANSFER FROM CURRENT A/C", ""),
        ]
    };
    assert_eq!(found(&pair(11, -200_000), &[]), []);
    assert_eq!(found(&pair(30, 200_000), &[]), []);
    assert_eq!(found(&pair(11, 200_100), &[]), []);
    let (mut lines, entries) = background();
    lines.extend(pair(11, 200_000));
    let whole = Input {
        lines: items(&lines),
        entries: items(&entries),
    };
    let [euro, dollar] = ["EUR", "USD"].map(|code| code.parse().unwrap());
    assert_eq!(told(&whole, &[euro, dollar, euro]), []);
    assert_eq!(told(&whole, &[euro, euro, dollar]).len(), 1);
}

const WORDS: [&str; 8] = [
    "Transfer",
    "to savings",
    "INV-1042",
    "9977",
    "6789",
    "rent",
    "",
    "Acme Works",
];

prop_compose! {
    fn made()(
        account in 0_u16..3,
        day in 1_i64..31,
        amount in prop::sample::select(vec![100_i64, 1_000, 5_000, 20_000, 48_231, i64::MAX]),
        out in any::<bool>(),
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..3),
        contra in prop::sample::select(vec!["", "Assets:Savings", "Expenses"]),
        open_item in prop::bool::weighted(0.1),
        taken in prop::bool::weighted(0.1),
    ) -> Made {
        Made { account, day, amount: if out { -amount } else { amount }, text: words.join(" "), contra, open_item, taken }
    }
}

#[derive(Debug, Clone)]
struct Made {
    account: u16,
    day: i64,
    amount: i64,
    text: String,
    contra: &'static str,
    open_item: bool,
    taken: bool,
}

/// The id of each item is its place.
fn made_items<'a>(made: impl Iterator<Item = (usize, &'a Made)>) -> Items {
    let mut items = Items::default();
    for (place, item) in made {
        let first: Date = date(2026, 3, 1);
        let index = items
            .push(&NewItem {
                account: item.account,
                date: first.checked_add(jiff::ToSpan::days(item.day - 1)).unwrap(),
                amount: item.amount,
                open_item: item.open_item,
                id: &place.to_string(),
                description: &item.text,
                kind: item.contra,
                ..NewItem::default()
            })
            .unwrap();
        if item.taken {
            items.take(index, item.amount / 2).unwrap();
        }
    }
    items
}

/// An outcome in the whole input's indexes.
fn in_whole(own: &AccountInput, mut outcome: Outcome) -> Outcome {
    for group in &mut outcome.groups {
        let turn = |side, parts: &mut [Part]| {
            for part in parts {
                part.item = own.in_whole(side, part.item);
            }
        };
        turn(Side::Line, &mut group.lines);
        turn(Side::Entry, &mut group.entries);
    }
    for exception in &mut outcome.exceptions {
        exception.item = own.in_whole(exception.side, exception.item);
    }
    outcome
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_account_is_matched_as_if_it_came_alone(
        lines in prop::collection::vec(made(), 0..24),
        entries in prop::collection::vec(made(), 0..24),
    ) {
        let whole = Input {
            lines: made_items(lines.iter().enumerate()),
            entries: made_items(entries.iter().enumerate()),
        };
        let model: Model = train(&whole, &Prior::default());
        for own in by_account(&whole).unwrap() {
            // The same items, given by themselves in the first place.
            let of = |made: &[Made]| {
                let own: Vec<(usize, Made)> = made.iter().cloned().enumerate().filter(|(_, item)| item.account == own.account).collect();
                let items = made_items(own.iter().map(|(place, item)| (*place, item)));
                (items, own.iter().map(|(place, _)| u32::try_from(*place).unwrap()).collect::<Vec<ItemIndex>>())
            };
            let ((own_lines, line_places), (own_entries, entry_places)) = (of(&lines), of(&entries));
            let alone = Input { lines: own_lines, entries: own_entries };
            let mut expected = Engine::new(&alone).run(&model, &settings(), &mut |_| ());
            let place = |places: &[ItemIndex], item: ItemIndex| places[usize::try_from(item).unwrap()];
            for group in &mut expected.groups {
                group.lines.iter_mut().for_each(|part| part.item = place(&line_places, part.item));
                group.entries.iter_mut().for_each(|part| part.item = place(&entry_places, part.item));
            }
            for exception in &mut expected.exceptions {
                let places = if exception.side == Side::Line { &line_places } else { &entry_places };
                exception.item = place(places, exception.item);
            }
            prop_assert_eq!(in_whole(&own, own.run(&model, &settings())), expected);
        }
    }

    #[test]
    fn transfers_hold_each_leg_once_sum_to_zero_and_do_not_hang_on_the_order_of_items(
        lines in prop::collection::vec(made(), 0..30),
        entries in prop::collection::vec(made(), 0..12),
        seed in any::<u64>(),
    ) {
        let shuffled = |made: &[Made]| {
            let mut order: Vec<usize> = (0..made.len()).collect();
            order.sort_by_key(|place| (u64::try_from(*place).unwrap() + 1).wrapping_mul(seed | 1).rotate_left(17));
            made_items(order.iter().map(|place| (*place, &made[*place])))
        };
        let straight = |made: &[Made]| made_items(made.iter().enumerate());
        let one = Input { lines: straight(&lines), entries: straight(&entries) };
        let other = Input { lines: shuffled(&lines), entries: shuffled(&entries) };
        let euro: Currency = "EUR".parse().unwrap();
        // Accounts without items are not among those given: name them by their items.
        let ids = |whole: &Input| -> Vec<String> {
            let accounts = by_account(whole).unwrap();
            let id = |side, account: u16, item: Option<ItemIndex>| item.map(|item| {
                let own = &accounts[usize::from(account)];
                let items = if side == Side::Line { &own.input.lines } else { &own.input.entries };
                items.text(item, Field::Id).to_owned()
            });
            told(whole, &[euro; 3]).iter().map(|transfer| {
                let leg = |leg: tieout_match::transfers::Leg| (id(Side::Line, leg.account, leg.line), id(Side::Entry, leg.account, leg.entry));
                format!("{:?} {:?} {:?} {} {:?}", leg(transfer.out), leg(transfer.into), transfer.kind, transfer.confidence_ppm, transfer.held_back)
            }).collect()
        };
        prop_assert_eq!(ids(&one), ids(&other));
        let accounts = by_account(&one).unwrap();
        let mut certain = Vec::new();
        for transfer in told(&one, &[euro; 3]) {
            prop_assert_ne!(transfer.out.account, transfer.into.account);
            for (leg, amount) in [(transfer.out, -transfer.amount), (transfer.into, transfer.amount)] {
                let own = &accounts[usize::from(leg.account)].input;
                let amounts = leg.line.map(|line| own.lines.amount(line)).into_iter().chain(leg.entry.map(|entry| own.entries.amount(entry)));
                prop_assert!(amounts.into_iter().all(|own| own == amount));
                if transfer.held_back.is_none() {
                    certain.push(leg);
                }
            }
        }
        let all = certain.len();
        certain.sort_unstable();
        certain.dedup();
        prop_assert_eq!(certain.len(), all);
    }
}

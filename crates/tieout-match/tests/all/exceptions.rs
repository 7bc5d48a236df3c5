//! What is left open is called only what the evidence supports.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use tieout_match::{ExceptionClass, Group, Input, Items, NewItem, Part, Prior, ResidualKind, Settings, Side, Tier};

fn item<'a>(on: Date, amount: i64, description: &'a str, counterparty: &'a str) -> NewItem<'a> {
    NewItem {
        date: on,
        amount,
        description,
        counterparty,
        ..NewItem::default()
    }
}

fn day(number: i64) -> Date {
    date(2025, 1, 6).saturating_add(number.days())
}

/// Purchases that reach the bank the next day, on ninety days.
fn usual() -> Input {
    let mut input = Input::default();
    for number in 0..90 {
        let amount = -1_000 - number * 37;
        let name = match number % 3 {
            0 => "Alder Stationery",
            1 => "Birch Telecom",
            _ => "Cedar Fuels",
        };
        input.entries.push(&item(day(number), amount, name, name)).unwrap();
        input
            .lines
            .push(&item(day(number + 1), amount, &format!("CARD {name}"), ""))
            .unwrap();
    }
    input
}

fn class(input: &Input, side: Side, index: u32) -> Option<ExceptionClass> {
    let last = input.lines.indexes().map(|line| input.lines.date(line)).max().unwrap();
    let mut settings = Settings::new(last);
    settings.window_start = Some(day(0));
    let model = tieout_match::train(input, &Prior::default());
    let outcome = tieout_match::run(input, &model, &settings, &mut |_| ());
    let found = outcome
        .exceptions
        .iter()
        .find(|exception| exception.side == side && exception.item == index);
    found.map(|exception| exception.class)
}

fn add(items: &mut Items, new: &NewItem<'_>) -> u32 {
    items.push(new).unwrap()
}

#[test]
fn what_was_entered_last_is_in_transit_and_what_waits_far_too_long_is_not() {
    let mut input = usual();
    let last = add(
        &mut input.entries,
        &item(day(90), -77_777, "Birch Telecom", "Birch Telecom"),
    );
    assert_eq!(class(&input, Side::Entry, last), Some(ExceptionClass::PaymentInTransit));
    let mut input = usual();
    let old = add(
        &mut input.entries,
        &item(day(20), -77_777, "Birch Telecom", "Birch Telecom"),
    );
    assert_eq!(class(&input, Side::Entry, old), Some(ExceptionClass::Undecided));
}

#[test]
fn books_that_are_behind_lack_entries_and_leave_nothing_to_decide() {
    let mut input = Input::default();
    for number in 0..10 {
        let amount = -1_110 - number * 3_701;
        let name = ["Tesco", "Shell", "Vodafone", "Amazon", "Staples"][usize::try_from(number % 5).unwrap()];
        let line = format!("{name} {}", 100 + number);
        add(&mut input.lines, &item(day(number), amount, &line, ""));
        if number < 4 {
            add(&mut input.entries, &item(day(number), amount, name, ""));
        }
    }
    for line in 4..10 {
        assert_eq!(
            class(&input, Side::Line, line),
            Some(ExceptionClass::Unrecorded),
            "{line}"
        );
    }
}

#[test]
fn an_unpaid_invoice_is_no_exception() {
    let mut input = usual();
    let unpaid = NewItem {
        open_item: true,
        ..item(day(90), 55_555, "Invoice 77", "Dale Works")
    };
    let unpaid = add(&mut input.entries, &unpaid);
    assert_eq!(class(&input, Side::Entry, unpaid), None);
}

#[test]
fn a_line_of_which_the_books_know_nothing_is_unrecorded() {
    let mut input = usual();
    let line = add(&mut input.lines, &item(day(40), -4_321, "CARD Alder Stationery", ""));
    assert_eq!(class(&input, Side::Line, line), Some(ExceptionClass::Unrecorded));
}

#[test]
fn what_the_bank_booked_twice_and_took_back_is_a_duplicate() {
    let mut input = usual();
    let amount = input.lines.amount(30);
    let text = input.lines.text(30, tieout_match::Field::Description).to_owned();
    let on = input.lines.date(30);
    let second = add(&mut input.lines, &item(on, amount, &text, ""));
    add(&mut input.lines, &item(day(34), -amount, "ADJUSTMENT", ""));
    let named = [30, second].map(|line| class(&input, Side::Line, line));
    assert!(named.contains(&Some(ExceptionClass::DuplicateLine)), "{named:?}");
}

#[test]
fn schools_and_agents_take_fees_too_and_not_everything_that_returns_came_back() {
    for (amount, text, expected) in [
        (-250_000, "SCHOOL FEES AUTUMN", ExceptionClass::Unrecorded),
        (-800, "MONTHLY ACCOUNT FEE", ExceptionClass::BankFee),
        (-24_000, "RETURN FLIGHT EASYJET", ExceptionClass::Unrecorded),
        (-24_000, "RETURNED CHEQUE 4433", ExceptionClass::ReturnedItem),
    ] {
        let mut input = usual();
        let line = add(&mut input.lines, &item(day(50), amount, text, ""));
        assert_eq!(class(&input, Side::Line, line), Some(expected), "{text}");
    }
    let mut input = usual();
    add(&mut input.lines, &item(day(48), 24_000, "DEPOSIT 17", ""));
    let line = add(&mut input.lines, &item(day(50), -24_000, "ITEM RETURN", ""));
    assert_eq!(class(&input, Side::Line, line), Some(ExceptionClass::ReturnedItem));
}

#[test]
fn the_only_sum_of_the_few_items_left_is_suggested() {
    let (whole, parts) = ((day(50), 50_050), [(day(51), 30_000), (day(52), 20_050)]);
    for turned in [false, true] {
        let mut input = usual();
        let (lines, entries) = (&mut input.lines, &mut input.entries);
        let (of_whole, of_parts) = if turned { (lines, entries) } else { (entries, lines) };
        // As a line, it comes behind the entries that it sums up.
        let on = if turned { day(52) } else { whole.0 };
        let whole = add(of_whole, &item(on, whole.1, "Hall hire", ""));
        let parts = parts.map(|(on, amount)| add(of_parts, &item(on, amount, "DEPOSIT", "")));
        let model = tieout_match::train(&input, &Prior::default());
        let outcome = tieout_match::run(&input, &model, &Settings::new(day(91)), &mut |_| ());
        let group = outcome.groups.iter().find(|group| {
            let (one, several) = if turned {
                (&group.lines, &group.entries)
            } else {
                (&group.entries, &group.lines)
            };
            let items = |parts: &[Part]| parts.iter().map(|part| part.item).collect::<Vec<_>>();
            items(one) == [whole] && items(several) == parts
        });
        assert_eq!(group.map(|group| group.tier), Some(Tier::Suggested), "turned: {turned}");
    }
}

/// The tier of the group of exactly this line and this entry.
fn tier(input: &Input, line: u32, entry: u32) -> Option<Tier> {
    let model = tieout_match::train(input, &Prior::default());
    let outcome = tieout_match::run(input, &model, &Settings::new(day(91)), &mut |_| ());
    let group = outcome.groups.iter().find(|group| {
        let items = |parts: &[Part]| parts.iter().map(|part| part.item).collect::<Vec<_>>();
        items(&group.lines) == [line] && items(&group.entries) == [entry]
    });
    group.map(|group| group.tier)
}

#[test]
fn who_names_another_document_is_never_matched_unseen() {
    for (on_line, in_books, expected) in [
        ("ALDER INV 8123", "Alder Stationery Inv 8123", Tier::Automatic),
        ("ALDER INV 8999", "Alder Stationery Inv 8123", Tier::Suggested),
        // Cut by the bank, or without the year.
        ("ALDER INV 81", "Alder Stationery Inv 8123", Tier::Automatic),
        ("ALDER INV 812", "Alder Stationery Inv 8123", Tier::Automatic),
        ("ALDER INV 002", "Alder Stationery Invoice 2025-002", Tier::Automatic),
        (
            "ALDER INV 2025-003",
            "Alder Stationery Invoice 2025-002",
            Tier::Suggested,
        ),
    ] {
        let mut input = usual();
        let line = add(&mut input.lines, &item(day(50), -85_319, on_line, ""));
        let entry = add(&mut input.entries, &item(day(49), -85_319, in_books, ""));
        assert_eq!(tier(&input, line, entry), Some(expected), "{on_line} | {in_books}");
    }
    for (number, expected) in [("7050", Tier::Automatic), ("7051", Tier::Suggested)] {
        let check = |on, text, number| NewItem {
            check_number: number,
            ..item(on, -85_319, text, "")
        };
        let mut input = usual();
        let line = add(&mut input.lines, &check(day(50), "CHECK", "7050"));
        let entry = add(&mut input.entries, &check(day(47), "Johnson Plumbing", number));
        assert_eq!(tier(&input, line, entry), Some(expected), "{number}");
    }
}

#[test]
fn an_amount_alone_is_not_enough_after_months() {
    let tier_after = |days: i64, others: i64| {
        let mut input = usual();
        for other in 0..others {
            let amount = -70_001 - other * 1_013;
            add(&mut input.lines, &item(day(11 + other), amount, "HARBOUR GOODS", ""));
            add(&mut input.entries, &item(day(10 + other), amount, "Shelf boards", ""));
        }
        let line = add(&mut input.lines, &item(day(60), -85_319, "GREENFIELD FOODS", ""));
        let entry = add(&mut input.entries, &item(day(60 - days), -85_319, "Office chairs", ""));
        tier(&input, line, entry)
    };
    // Where other texts have nothing in common either, it is enough the next day; where all others agree, it never is.
    assert_eq!(tier_after(1, 8), Some(Tier::Automatic));
    assert_ne!(tier_after(20, 8), Some(Tier::Automatic));
    assert_ne!(tier_after(1, 0), Some(Tier::Automatic));
}

#[test]
fn invoices_of_one_year_are_no_duplicates() {
    for (first, second, expected) in [
        ("2025-002", "2025-002", Some(ExceptionClass::DuplicateEntry)),
        ("2025-002", "2025-003", Some(ExceptionClass::Undecided)),
    ] {
        let mut input = usual();
        let entry = |number: &str| format!("Bergmann payment {number}");
        add(&mut input.entries, &item(day(40), 119_000, &entry(first), ""));
        let second = add(&mut input.entries, &item(day(40), 119_000, &entry(second), ""));
        assert_eq!(class(&input, Side::Entry, second), expected);
    }
}

#[test]
fn what_is_recorded_with_an_error_is_not_called_missing() {
    // Mistyped, short: the line has an entry of its name, and a person sees both.
    for (entered, amount, expected) in [
        (49, -27_370, ExceptionClass::AmountTransposed),
        (49, -27_000, ExceptionClass::Undecided),
    ] {
        let mut input = usual();
        let line = add(&mut input.lines, &item(day(50), -27_730, "TILE WORLD", ""));
        let entry = add(&mut input.entries, &item(day(entered), amount, "Tile World", ""));
        assert_ne!(
            class(&input, Side::Line, line),
            Some(ExceptionClass::Unrecorded),
            "{entered} {amount}"
        );
        assert_eq!(class(&input, Side::Entry, entry), Some(expected), "{entered} {amount}");
    }
    // Ten times too much, from one who comes every week.
    let mut input = usual();
    for week in 0..12 {
        let amount = 300_000 + week * 1_111;
        add(
            &mut input.entries,
            &item(day(7 * week), amount, "Quillan Law Group payment", ""),
        );
        add(
            &mut input.lines,
            &item(day(7 * week + 1), amount, "ACH CREDIT QUILLAN LAW GROUP", ""),
        );
    }
    let line = add(
        &mut input.lines,
        &item(day(45), 158_258, "ACH CREDIT QUILLAN LAW GROUP", ""),
    );
    add(
        &mut input.entries,
        &item(day(44), 1_582_580, "Quillan Law Group payment", ""),
    );
    assert_ne!(class(&input, Side::Line, line), Some(ExceptionClass::Unrecorded));
    let mut input = usual();
    let line = add(&mut input.lines, &item(day(50), -27_730, "TILE WORLD", ""));
    assert_eq!(class(&input, Side::Line, line), Some(ExceptionClass::Unrecorded));
    // Entered weeks too late.
    add(&mut input.entries, &item(day(88), -27_730, "Tile World", ""));
    assert_ne!(class(&input, Side::Line, line), Some(ExceptionClass::Unrecorded));
}

#[test]
fn instalments_of_one_name_are_suggested_as_one() {
    let mut input = usual();
    let whole = add(
        &mut input.entries,
        &item(day(40), -100_000, "Kramer Bros invoice 77", ""),
    );
    let parts = [(42, -60_000), (60, -40_000)]
        .map(|(on, amount)| add(&mut input.lines, &item(day(on), amount, "KRAMER BROS INSTALLMENT", "")));
    let model = tieout_match::train(&input, &Prior::default());
    let outcome = tieout_match::run(&input, &model, &Settings::new(day(91)), &mut |_| ());
    let items = |parts: &[Part]| parts.iter().map(|part| part.item).collect::<Vec<_>>();
    let group = outcome.groups.iter().find(|group| items(&group.entries) == [whole]);
    let group = group.map(|group| (group.tier, items(&group.lines)));
    assert_eq!(group, Some((Tier::Suggested, parts.to_vec())));
}

#[test]
fn a_cent_of_difference_in_one_currency_is_rounding_and_a_rate_needs_another_currency() {
    for (line, text, expected, named) in [
        (
            120_001,
            "FASTER PAYMENT ISLAY MALTINGS INV-3003",
            ResidualKind::Rounding,
            None,
        ),
        (
            119_999,
            "FASTER PAYMENT ISLAY MALTINGS INV-3003",
            ResidualKind::Rounding,
            None,
        ),
        (
            120_900,
            "FASTER PAYMENT ISLAY MALTINGS INV-3003",
            ResidualKind::Correction,
            Some(ExceptionClass::Undecided),
        ),
        (
            120_001,
            "ISLAY MALTINGS INV-3003 NOK 16400.00",
            ResidualKind::Exchange,
            Some(ExceptionClass::FxDifference),
        ),
    ] {
        let mut input = usual();
        let line = add(&mut input.lines, &item(day(50), line, text, ""));
        let entry = add(
            &mut input.entries,
            &item(day(49), 120_000, "Islay Maltings INV-3003", "Islay Maltings"),
        );
        let model = tieout_match::train(&input, &Prior::default());
        let outcome = tieout_match::run(&input, &model, &Settings::new(day(91)), &mut |_| ());
        let group = outcome
            .groups
            .iter()
            .find(|group| group.entries.iter().any(|part| part.item == entry));
        let kinds: Vec<_> = group.unwrap().residuals.iter().map(|residual| residual.kind).collect();
        assert_eq!(kinds, [expected], "{text}");
        assert_eq!(class(&input, Side::Line, line), named, "{text} {expected:?}");
    }
}

#[test]
fn what_was_entered_again_and_paid_again_is_no_duplicate() {
    let entry = |on: Date| NewItem {
        reference: "INV-3001",
        ..item(on, 100_000, "Corvid Design", "Corvid Design")
    };
    let payout = item(day(50), 96_850, "STRIPE PAYOUT CORVID DESIGN INV-3001", "");
    let wire = item(day(50), 98_500, "INTL WIRE CORVID DESIGN INV-3001 CHG 15.00", "");
    for (lines, expected) in [
        (vec![&payout, &wire], ExceptionClass::Undecided),
        (vec![&payout], ExceptionClass::DuplicateEntry),
    ] {
        let mut input = usual();
        for line in lines {
            add(&mut input.lines, line);
        }
        let both = [0, 1].map(|_| add(&mut input.entries, &entry(day(49))));
        let classes = both.map(|entry| class(&input, Side::Entry, entry));
        assert_eq!(classes[1], Some(expected), "{classes:?}");
    }
    // Of another customer, and of another day far away, nobody has said that it is the same.
    for (on, name) in [(day(90), "Dunmore Design"), (day(89), "Corvid Design")] {
        let mut input = usual();
        add(
            &mut input.lines,
            &item(day(50), 100_000, "FASTER PAYMENT CORVID DESIGN", ""),
        );
        add(
            &mut input.entries,
            &item(day(49), 100_000, "Corvid Design", "Corvid Design"),
        );
        let other = add(&mut input.entries, &item(on, 100_000, name, name));
        assert_ne!(
            class(&input, Side::Entry, other),
            Some(ExceptionClass::DuplicateEntry),
            "{name}"
        );
    }
}

/// Days, amounts and texts.
type Rows = &'static [(i64, i64, &'static str)];

/// Bills of five suppliers, whose numbers the bank cuts off, and the books note where they note those of checks.
fn bills(lines: Rows, entries: Rows) -> Input {
    let suppliers = [
        "Alder Stationery",
        "Birch Telecom",
        "Cedar Fuels",
        "Elm Insurance",
        "Fenwick Law",
    ];
    let mut input = Input::default();
    for number in 0..30_i64 {
        let supplier = suppliers[usize::try_from(number % 5).unwrap()];
        let (amount, bill) = (-13_409 - number * 1_117, (7_366 + number * 61).to_string());
        let bought = NewItem {
            check_number: &bill,
            ..item(day(number), amount, supplier, "")
        };
        add(&mut input.entries, &bought);
        let line = format!("DIRECT DEBIT {} {}", supplier.to_uppercase(), &bill[..2]);
        add(&mut input.lines, &item(day(number + 1), amount, &line, ""));
    }
    for (on, amount, text) in lines {
        add(&mut input.lines, &item(day(*on), *amount, text, ""));
    }
    for (on, amount, text) in entries {
        let bought = NewItem {
            check_number: "8032",
            ..item(day(*on), *amount, text, "")
        };
        add(&mut input.entries, &bought);
    }
    input
}

/// The classes of the first line and of the last entry beside the bills.
fn named(lines: Rows, entries: Rows) -> [Option<ExceptionClass>; 2] {
    let input = bills(lines, entries);
    let last = input.entries.indexes().last().unwrap();
    [(Side::Line, 30), (Side::Entry, last)].map(|(side, item)| class(&input, side, item))
}

#[test]
fn of_an_entry_made_twice_the_duplicate_is_the_one_that_no_line_is_suggested_for() {
    let mut input = bills(&[(19, -29_812, "JADE CONSULTING INV 3387")], &[]);
    for on in [17, 18] {
        add(
            &mut input.entries,
            &item(day(on), -29_812, "Payment INV 3387 Jade Consulting", ""),
        );
    }
    let of = |entry: u32| (tier(&input, 30, entry), class(&input, Side::Entry, entry));
    let all = [of(30), of(31)];
    let duplicates = all
        .iter()
        .filter(|(_, class)| *class == Some(ExceptionClass::DuplicateEntry));
    let suggested = all.iter().filter(|(tier, _)| tier.is_some());
    assert_eq!((duplicates.count(), suggested.count()), (1, 1), "{all:?}");
    assert!(
        all.iter()
            .all(|(tier, class)| tier.is_none() == (*class == Some(ExceptionClass::DuplicateEntry))),
        "{all:?}"
    );
}

#[test]
fn a_slip_of_the_keyboard_on_the_day_is_suggested_whatever_the_names_are() {
    const BILL: (i64, i64, &str) = (19, -31_011, "POWER CO BILL");
    for entry in [-30_111, -31_101, -310_110, 31_011] {
        let input = |on: i64, amount: i64| {
            let mut input = bills(&[BILL], &[]);
            add(&mut input.entries, &item(day(on), amount, "Strom", ""));
            input
        };
        let slipped = input(19, entry);
        assert_eq!(
            class(&slipped, Side::Line, 30),
            Some(ExceptionClass::Undecided),
            "{entry}"
        );
        assert_eq!(tier(&slipped, 30, 30), Some(Tier::Suggested), "{entry}");
        // Days away it is another payment.
        let away = input(15, entry);
        assert_eq!(
            class(&away, Side::Line, 30),
            Some(ExceptionClass::Unrecorded),
            "{entry}"
        );
    }
    // Round amounts meet by chance.
    let mut round = bills(&[(19, -52_000, "POWER CO BILL")], &[]);
    add(&mut round.entries, &item(day(19), -25_000, "Strom", ""));
    assert_eq!(class(&round, Side::Line, 30), Some(ExceptionClass::Unrecorded));
}

#[test]
fn a_line_whose_entry_has_its_sign_turned_is_not_called_missing() {
    let lines: Rows = &[(19, -29_812, "DIRECT DEBIT ALDER STATIONERY 80")];
    let entries: Rows = &[(18, 29_812, "Alder Stationery")];
    assert_eq!(
        named(lines, entries),
        [ExceptionClass::Undecided, ExceptionClass::SignError].map(Some)
    );
    // A person sees which entry it may be.
    assert_eq!(tier(&bills(lines, entries), 30, 30), Some(Tier::Suggested));
}

#[test]
fn a_refund_and_what_it_gives_back_are_not_taken_for_one_another() {
    const PURCHASE: (i64, i64, &str) = (19, -29_812, "DIRECT DEBIT ALDER STATIONERY 80");
    let cases: [(Rows, Rows, ExceptionClass, &str); 5] = [
        (
            &[(19, 29_812, "REFUND ALDER STATIONERY 80")],
            &[(18, -29_812, "Alder Stationery")],
            ExceptionClass::OutstandingCheck,
            "the line says that it gives back",
        ),
        (
            &[PURCHASE],
            &[(18, 29_812, "Alder Stationery refund")],
            ExceptionClass::DepositInTransit,
            "the entry says that it gives back",
        ),
        (
            &[PURCHASE, (3, -29_812, "DIRECT DEBIT ALDER STATIONERY 77")],
            &[(2, -29_812, "Alder Stationery"), (18, 29_812, "Alder Stationery")],
            ExceptionClass::VoidOfPaid,
            "the books hold what is given back",
        ),
        (
            &[
                (19, 29_812, "DIRECT CREDIT ALDER STATIONERY 80"),
                (10, -29_812, "DIRECT DEBIT ALDER STATIONERY 77"),
            ],
            &[(9, -29_812, "Alder Stationery"), (18, -29_812, "Alder Stationery")],
            ExceptionClass::DuplicateEntry,
            "the bank does",
        ),
        (
            &[PURCHASE],
            &[(1, 29_812, "Alder Stationery")],
            ExceptionClass::DepositInTransit,
            "weeks lie between",
        ),
    ];
    for (lines, entries, class, why) in cases {
        assert_eq!(
            named(lines, entries),
            [ExceptionClass::Unrecorded, class].map(Some),
            "{why}"
        );
    }
}

#[test]
fn of_equal_entries_none_is_a_duplicate_while_each_has_a_line() {
    let with = |parked: i64, entered: i64| {
        let mut input = usual();
        for number in 0..parked {
            let line = item(day(20 + number % 20), -350, "CARD PAYMENT CITY PARKING", "");
            add(&mut input.lines, &line);
        }
        let entries = (0..entered).map(|number| {
            let entry = item(day(20 + number % 20), -350, "Parking", "City Parking");
            add(&mut input.entries, &entry)
        });
        let entries: Vec<u32> = entries.collect();
        let is_second = |entry: &&u32| class(&input, Side::Entry, **entry) == Some(ExceptionClass::DuplicateEntry);
        entries.iter().filter(is_second).count()
    };
    assert_eq!(with(20, 20), 0);
    assert_eq!(with(60, 60), 0);
    assert!(with(20, 40) > 0);
    // What comes each day, but for the last two: it has not arrived yet.
    assert_eq!(with(18, 20), 0);
}

/// Whichever is paired with which, all of them are settled. Where half of the entries are missing, nobody knows which lines
/// are left.
#[test]
fn as_many_equal_lines_as_equal_entries_are_matched_together() {
    let automatic = |entered: i64| {
        let mut input = usual();
        for number in 0..20 {
            let line = item(day(20 + number), -350, "CARD PAYMENT CITY PARKING", "");
            add(&mut input.lines, &line);
            if number < entered {
                let entry = item(day(20 + number), -350, "Parking", "City Parking");
                add(&mut input.entries, &entry);
            }
        }
        let model = tieout_match::train(&input, &Prior::default());
        let outcome = tieout_match::run(&input, &model, &Settings::new(day(91)), &mut |_| ());
        let of_parkings = |group: &&Group| group.lines.iter().all(|part| part.amount == -350);
        let groups = outcome.groups.iter().filter(of_parkings);
        groups.filter(|group| group.tier == Tier::Automatic).count()
    };
    assert_eq!(automatic(20), 20);
    assert!(automatic(10) < 10, "which ten of the twenty?");
}

#[test]
fn what_somebody_gives_or_takes_again_and_again_is_not_called_the_banks() {
    let mut input = usual();
    let mut lines = Vec::new();
    for month in 0..3 {
        for (text, amount) in [("MARY RICH RENT FLAT 2", 1_200), ("JANE DOE / GARDENING", -450)] {
            lines.push(add(&mut input.lines, &item(day(10 + 30 * month), amount, text, "")));
        }
    }
    for line in lines {
        assert_eq!(class(&input, Side::Line, line), Some(ExceptionClass::Unrecorded));
    }
}

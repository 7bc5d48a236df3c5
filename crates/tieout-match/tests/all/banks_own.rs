//! What a bank takes or gives by itself is called so, in its customers' languages and by its type codes.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use tieout_match::{ExceptionClass, Input, NewItem, Prior, Settings, Side};

fn day(number: i64) -> Date {
    date(2025, 1, 6).saturating_add(number.days())
}

fn item<'a>(on: Date, amount: i64, description: &'a str, kind: &'a str) -> NewItem<'a> {
    NewItem {
        date: on,
        amount,
        description,
        kind,
        ..NewItem::default()
    }
}

/// What a line of a text and a type code is called, which comes three times among ninety purchases.
fn class(text: &str, kind: &str, amount: i64) -> Option<ExceptionClass> {
    let mut input = Input::default();
    for number in 0..90 {
        let amount = -11_000 - number * 37;
        let name = ["Alder Stationery", "Birch Telecom"][usize::from(number % 2 == 0)];
        let name = format!("{name} {}", 40_000 + number);
        input.entries.push(&item(day(number), amount, &name, "")).unwrap();
        input.lines.push(&item(day(number + 1), amount, &name, "CRD")).unwrap();
    }
    for month in 0..3 {
        let new = item(day(20 + 30 * month), amount + month, text, kind);
        input.lines.push(&new).unwrap();
    }
    let model = tieout_match::train(&input, &Prior::default());
    let mut settings = Settings::new(day(91));
    settings.window_start = Some(day(0));
    let outcome = tieout_match::run(&input, &model, &settings, &mut |_| ());
    let found = outcome
        .exceptions
        .iter()
        .find(|exception| (exception.side, exception.item) == (Side::Line, 90));
    found.map(|exception| exception.class)
}

#[test]
fn fees_and_interest_have_many_names() {
    for text in ["ÅRSAVGIFT", "BANKTJÄNSTER", "IOF", "SMS CHRG", "JAHRESGEBÜHR"] {
        assert_eq!(class(text, "", -450), Some(ExceptionClass::BankFee), "{text}");
    }
    for text in ["RENDIMENTOS", "HABENZINSEN"] {
        assert_eq!(class(text, "", 450), Some(ExceptionClass::Interest), "{text}");
    }
}

/// Rents, dues and levies end in the words for interest and fees.
#[test]
fn what_others_charge_is_not_the_banks() {
    for text in [
        "MIETZINS APRIL",
        "MÜLLGEBÜHR",
        "MEDLEMSAVGIFT",
        "ARBETSGIVARAVGIFTER",
        "PRIS AB FAKTURA",
    ] {
        assert_eq!(class(text, "", -450), Some(ExceptionClass::Unrecorded), "{text}");
    }
}

#[test]
fn a_type_code_that_never_matches_says_what_its_lines_are() {
    assert_eq!(class("INT.PD", "INT", 450), Some(ExceptionClass::Interest));
    assert_eq!(class("PAKET S", "NCHG", -450), Some(ExceptionClass::BankFee));
    assert_eq!(class("PAKET S", "SO", -450), Some(ExceptionClass::Unrecorded));
}

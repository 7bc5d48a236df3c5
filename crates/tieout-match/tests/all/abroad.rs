//! Payments in another currency, also where neither side names it.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use tieout_match::{ExceptionClass, Input, NewItem, Prior, Settings, Side};

fn day(number: i64) -> Date {
    date(2025, 1, 6).saturating_add(number.days())
}

/// Hundred payments at home, and twelve of the type code for payments abroad, of which every other names its currency; each
/// of these is some cents less than was entered. What all of them are called.
fn classes(code: &str) -> Vec<Option<ExceptionClass>> {
    let mut input = Input::default();
    for number in 0..112_i64 {
        let is_abroad = number >= 100;
        let entered = 50_000 + number * 977;
        let name = format!("Supplier{} Works {}", number % 9, 61_000 + number);
        let paid = if is_abroad { entered - 2 - number % 5 } else { entered };
        let text = match number % 2 {
            0 if is_abroad => format!("{name} USD 480.11"),
            _ => name.clone(),
        };
        let kind = if is_abroad { code } else { "DOM" };
        let entry = NewItem {
            date: day(number / 2),
            amount: -entered,
            description: &name,
            ..NewItem::default()
        };
        let line = NewItem {
            date: day(number / 2 + 1),
            amount: -paid,
            description: &text,
            kind,
            ..NewItem::default()
        };
        input.entries.push(&entry).unwrap();
        input.lines.push(&line).unwrap();
    }
    let model = tieout_match::train(&input, &Prior::default());
    let outcome = tieout_match::run(&input, &model, &Settings::new(day(60)), &mut |_| ());
    let of_line = |line: u32| {
        let mut of_lines = outcome
            .exceptions
            .iter()
            .filter(|exception| exception.side == Side::Line);
        of_lines
            .find(|exception| exception.item == line)
            .map(|exception| exception.class)
    };
    (100..112).map(of_line).collect()
}

#[test]
fn the_type_code_of_payments_abroad_stands_for_another_currency() {
    assert_eq!(classes("ABR"), vec![Some(ExceptionClass::FxDifference); 12]);
}

#[test]
fn a_type_code_that_most_lines_have_stands_for_none() {
    let is_named = |class: &Option<ExceptionClass>| *class == Some(ExceptionClass::FxDifference);
    assert!(classes("DOM").iter().skip(1).step_by(2).any(|class| !is_named(class)));
}

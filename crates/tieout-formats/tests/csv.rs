//! Delimited text: real exports of banks, read by sniffing alone.

mod common;

use common::{Dates, assert_all_as_expected, fixtures, import};
use std::fmt::Write as _;
use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{ReadOptions, read_all};
use tieout_tables::DateOrder;

/// Files that cannot tell day from month are read with the order that a person says; all others without any option.
#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("csv", Dates::Booking, |_, expected| ReadOptions {
        date_order: (expected["ambiguous_date"].as_bool() == Some(true)).then(|| order(expected)),
        ..ReadOptions::default()
    });
}

#[test]
fn files_that_cannot_tell_day_from_month_say_so() {
    for (path, expected) in fixtures("csv") {
        let reading = import(&path, &ReadOptions::default()).reading;
        let said = reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::DateAmbiguous);
        assert_eq!(
            said,
            expected["ambiguous_date"].as_bool() == Some(true),
            "{}",
            path.display()
        );
    }
}

fn order(expected: &serde_json::Value) -> DateOrder {
    match expected["mapping"]["date_format"].as_str() {
        Some("%m/%d/%Y") => DateOrder::MonthDayYear,
        _ => DateOrder::DayMonthYear,
    }
}

#[test]
fn rows_of_too_many_accounts_are_left_out_by_name() {
    let mut text = String::from("Account,Date,Amount,Description\n");
    for number in 0..300 {
        let _ = writeln!(text, "DE{number:08},2026-03-{:02},1.00,Coffee", number % 28 + 1);
    }
    let import = read_all(&mut Cursor::new(text), &ReadOptions::default()).unwrap();
    let codes: Vec<_> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&Code::TooLarge), "{codes:?}");
}

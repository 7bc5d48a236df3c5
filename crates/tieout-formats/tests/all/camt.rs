//! camt.052, .053 and .054: every fixture as expected.

// Shared by the tests of all formats; each uses part of it.

use crate::common::{Dates, assert_all_as_expected, fixtures, import};
use serde_json::Value;
use tieout_core::Decimal;
use tieout_formats::{Balance, ReadOptions, ReadStatement, Status};

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("camt", Dates::Booking, |_, _| ReadOptions::default());
}

#[test]
fn every_fixture_has_its_balances_transactions_pending_lines_and_reversals() {
    for (path, expected) in fixtures("camt") {
        let import = import(&path, &ReadOptions::default());
        let wanted = expected["statements"].as_array().expect("a list");
        for (got, want) in import.statements.iter().zip(wanted) {
            let file = path.display();
            assert_balances(got, &want["balances"], &format!("{file}"));
            assert_transactions(
                got,
                want["tx_details_count"].as_u64().expect("a count"),
                &format!("{file}"),
            );
            let count =
                |wanted: fn(&tieout_formats::Line) -> bool| got.lines.iter().filter(|line| wanted(line)).count();
            let pending = count(|line| line.status == Status::Pending);
            assert_eq!(pending, number(&want["pending"]), "{file}: pending");
            assert_eq!(
                count(|line| line.reversal),
                number(&want["reversals"]),
                "{file}: reversals"
            );
        }
    }
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap_or_default()).expect("small")
}

fn assert_balances(got: &ReadStatement, want: &Value, file: &str) {
    let statement = &got.statement;
    let chosen = [&statement.opening, &statement.closing, &statement.available];
    let all: Vec<&Balance> = chosen.into_iter().flatten().chain(&statement.other_balances).collect();
    let want = want.as_object().expect("balances by code");
    assert_eq!(all.len(), want.len(), "{file}: balances");
    for (code, amount) in want {
        let got = all
            .iter()
            .find(|balance| balance.source_code == *code)
            .map(|balance| balance.amount);
        let amount: Decimal = amount.as_str().expect("a text").parse().expect("a decimal");
        assert_eq!(got, Some(amount), "{file}: {code}");
    }
}

/// A line tells the number of its transactions only from two on: they are its children.
fn assert_transactions(got: &ReadStatement, want: u64, file: &str) {
    let children: usize = got.lines.iter().map(|line| line.children.len()).sum();
    let others = got.lines.iter().filter(|line| line.children.is_empty()).count();
    let want = usize::try_from(want).expect("small");
    assert!(
        (children..=children + others).contains(&want),
        "{file}: {children} children, {want} transactions"
    );
}

//! OFX, QFX and QBO against the fixtures.

// Each test file uses its part of what is common to all formats.
use crate::common;
use crate::common::Dates;
use serde_json::Value;
use std::collections::BTreeSet;
use tieout_core::Code;
use tieout_formats::{AccountKind, ReadOptions, ReadStatement};

#[test]
fn every_fixture_reads_as_expected() {
    common::assert_all_as_expected("ofx", Dates::Booking, |_, _| ReadOptions::default());
}

#[test]
fn every_fixture_has_the_expected_kind_period_ids_and_charset() {
    let mut wrong = Vec::new();
    for (path, expected) in common::fixtures("ofx") {
        let import = common::import(&path, &ReadOptions::default());
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        let found = import.reading.encoding.replace("windows-", "cp");
        if expected["encoding"] != found.as_str() {
            wrong.push(format!(
                "{file}: encoding is {found}, expected {}",
                expected["encoding"]
            ));
        }
        let bad_lines = import
            .reading
            .problems
            .iter()
            .filter(|p| p.code == Code::BadLine)
            .count();
        let statements = expected["statements"].as_array().map_or(&[][..], Vec::as_slice);
        let expected_bad: u64 = statements.iter().filter_map(|want| want["bad_lines"].as_u64()).sum();
        if u64::try_from(bad_lines) != Ok(expected_bad) {
            wrong.push(format!("{file}: {bad_lines} bad lines, expected {expected_bad}"));
        }
        for (got, want) in import.statements.iter().zip(statements) {
            wrong.extend(
                differences(got, want)
                    .iter()
                    .map(|difference| format!("{file}: {difference}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(got: &ReadStatement, want: &Value) -> Vec<String> {
    let statement = &got.statement;
    let kind = match statement.account.kind {
        AccountKind::Bank => "bank",
        AccountKind::Card => "card",
        AccountKind::Investment => "investment",
        AccountKind::Unknown => "unknown",
    };
    let ids: BTreeSet<&str> = got.lines.iter().map(|line| line.ids.bank_id.as_str()).collect();
    let period = [statement.period.0, statement.period.1].map(|day| day.map(|day| day.to_string()));
    let trades = want["investment_txn_count"].as_u64().unwrap_or(0);
    let mut found = Vec::new();
    let mut check = |what: &str, got: Value, want: &Value| {
        if got != *want {
            found.push(format!("{what} is {got}, expected {want}"));
        }
    };
    check("kind", Value::from(kind), &want["account"]["kind"]);
    check("number of ids", Value::from(ids.len()), &want["distinct_ids"]);
    check("period", Value::from(period.map(Value::from).to_vec()), &want["period"]);
    check(
        "number of trades",
        Value::from(statement.investment_lines),
        &Value::from(trades),
    );
    found
}

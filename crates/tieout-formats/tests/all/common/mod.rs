//! Reads every fixture of a kind and compares it with its `.expected.json` (the keys are explained in
//! `fixtures/statements/SOURCES.md`).

use serde_json::Value;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tieout_core::{Date, Decimal};
use tieout_formats::{Balance, Import, Outcome, ReadOptions, ReadStatement, read_all};

/// The folder of the fixtures of one kind.
pub(crate) fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/statements")
        .join(kind)
}

/// Every fixture of a kind with what is expected of it, in name order.
pub(crate) fn fixtures(kind: &str) -> Vec<(PathBuf, Value)> {
    expected_in(&folder(kind))
}

/// The fixtures of a kind, and its files in the folder that `TIEOUT_CORPUS` names, if it does.
pub(crate) fn fixtures_and_corpus(kind: &str) -> Vec<(PathBuf, Value)> {
    let mut all = fixtures(kind);
    let corpus = std::env::var_os("TIEOUT_CORPUS").map(|corpus| Path::new(&corpus).join(kind));
    if let Some(corpus) = corpus.filter(|corpus| corpus.is_dir()) {
        all.extend(expected_in(&corpus));
    }
    all
}

/// Every file of a folder with what is expected of it, in name order.
pub(crate) fn expected_in(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .expect("the fixtures are part of the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.to_string_lossy().ends_with(".expected.json"))
        .map(|path| {
            let expected = serde_json::from_str(&fs::read_to_string(&path).expect("readable")).expect("valid JSON");
            let data = path.to_string_lossy().replace(".expected.json", "");
            (PathBuf::from(data), expected)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!all.is_empty(), "no fixtures in {}", folder.display());
    all
}

/// Reads a file whole.
pub(crate) fn import(path: &Path, options: &ReadOptions) -> Import {
    let mut file = File::open(path).expect("the fixture is there");
    read_all(&mut file, options).expect("the fixture is readable")
}

/// Which dates the expected `first_date` and `last_date` are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    Booking,
    Value,
    Unchecked,
}

/// Everything in which the import differs from what is expected; empty if nothing.
pub(crate) fn differences(import: &Import, expected: &Value, dates: Dates) -> Vec<String> {
    let mut found = Vec::new();
    let outcome = expected["outcome"].as_str().expect("an outcome");
    let right = match outcome {
        "ok" | "empty" => matches!(import.reading.outcome, Outcome::Ok | Outcome::Empty),
        "partial" => import.reading.outcome == Outcome::Partial,
        "no-statement" => import.reading.outcome == Outcome::Refused,
        // Refused or reported.
        "error" => matches!(import.reading.outcome, Outcome::Refused | Outcome::Partial),
        other => panic!("unknown outcome {other}"),
    };
    let soft = expected["soft"].as_bool() == Some(true) && import.reading.outcome == Outcome::Partial;
    if !right && !soft {
        found.push(format!("outcome is {:?}, expected {outcome}", import.reading.outcome));
    }
    let statements = expected["statements"].as_array().map_or(&[][..], Vec::as_slice);
    let statements = if matches!(outcome, "no-statement" | "error") {
        &[][..]
    } else {
        statements
    };
    if statements.len() != import.statements.len() && outcome != "error" {
        found.push(format!(
            "{} statements, expected {}",
            import.statements.len(),
            statements.len()
        ));
    }
    for (index, (got, want)) in import.statements.iter().zip(statements).enumerate() {
        for difference in statement_differences(got, want, dates) {
            found.push(format!("statement {index}: {difference}"));
        }
    }
    found
}

fn statement_differences(got: &ReadStatement, want: &Value, dates: Dates) -> Vec<String> {
    let mut found = Vec::new();
    let statement = &got.statement;
    let totals = &statement.totals;
    let mut text = |what: &str, got: &str, want: &Value| {
        if let Some(want) = want.as_str()
            && got != want
        {
            found.push(format!("{what} is {got:?}, expected {want:?}"));
        }
        if want.is_null() && !got.is_empty() && what == "account.id" {
            found.push(format!("{what} is {got:?}, expected none"));
        }
    };
    // Expected as printed; an id has no blanks.
    let id = match &want["account"]["id"] {
        Value::String(printed) => Value::from(printed.replace(' ', "")),
        none => none.clone(),
    };
    text("account.id", &statement.account.id, &id);
    text(
        "account.bank_id",
        &statement.account.bank_id,
        &want["account"]["bank_id"],
    );
    text("account.type", &statement.account.type_word, &want["account"]["type"]);
    text("reference", &statement.reference, &want["statement_ref"]);
    text("message", &statement.message, &want["message"]);
    text("number", &statement.number, &want["statement_no"]);
    text(
        "currency",
        statement.currency.as_ref().map_or("", |c| c.code()),
        &want["currency"],
    );
    if want["currency"].is_null() && statement.currency.is_some() {
        found.push(format!("currency is {:?}, expected none", statement.currency));
    }
    balance(
        "opening",
        statement.opening.as_ref().filter(|b| !b.derived),
        &want["opening_balance"],
        &want["opening_date"],
        &mut found,
    );
    balance(
        "closing",
        statement.closing.as_ref().filter(|b| !b.derived),
        &want["closing_balance"],
        &want["closing_date"],
        &mut found,
    );
    if !want["available_balance"].is_null() {
        balance(
            "available",
            statement.available.as_ref(),
            &want["available_balance"],
            &Value::Null,
            &mut found,
        );
    }
    if let Some(count) = want["txn_count"].as_u64() {
        // Of BAI2 the expected counts leave out what moves nothing.
        let count = count + want["unsigned_lines"].as_u64().unwrap_or(0);
        // The expected counts take pending lines along; what is for information only is listed by `pending` files too.
        let lines = u64::try_from(got.lines.len()).expect("fits");
        if lines != count {
            found.push(format!("{lines} lines, expected {count}"));
        }
    }
    sums(got, want, &mut found);
    let range = match dates {
        Dates::Booking => range(got.lines.iter().filter_map(|line| line.booking_date)),
        Dates::Value => range(got.lines.iter().filter_map(|line| line.value_date)),
        Dates::Unchecked => None,
    };
    // A statement without lines may still have its day.
    if range.is_some() || (dates != Dates::Unchecked && want["txn_count"].as_u64() != Some(0)) {
        for (what, got, want) in [
            ("first date", range.map(|r| r.0), &want["first_date"]),
            ("last date", range.map(|r| r.1), &want["last_date"]),
        ] {
            if let Some(want) = want.as_str()
                && got.map(|d| d.to_string()).as_deref() != Some(want)
            {
                found.push(format!("{what} is {got:?}, expected {want}"));
            }
        }
    }
    if let Some(proved) = want["balance_proof"].as_bool() {
        let got = statement.proof == tieout_formats::Proof::Exact;
        if got != proved {
            found.push(format!("proof is {:?}, expected {proved}", statement.proof));
        }
    }
    let _ = totals;
    found
}

/// The expected sums are over all lines, pending ones included.
fn sums(got: &ReadStatement, want: &Value, found: &mut Vec<String>) {
    let (mut credits, mut debits) = (Decimal::ZERO, Decimal::ZERO);
    for line in &got.lines {
        let sum = if line.amount.is_negative() {
            &mut debits
        } else {
            &mut credits
        };
        *sum = sum.checked_add(line.amount).expect("fixtures have small amounts");
    }
    for (what, got, want) in [
        ("credits", credits, &want["sum_credits"]),
        ("debits", debits, &want["sum_debits"]),
    ] {
        if let Some(want) = want.as_str()
            && want.parse::<Decimal>().expect("a decimal") != got
        {
            found.push(format!("{what} sum to {got}, expected {want}"));
        }
    }
}

fn balance(what: &str, got: Option<&Balance>, amount: &Value, date: &Value, found: &mut Vec<String>) {
    let want = amount.as_str().map(|text| text.parse::<Decimal>().expect("a decimal"));
    if got.map(|b| b.amount) != want {
        found.push(format!(
            "{what} balance is {:?}, expected {want:?}",
            got.map(|b| b.amount)
        ));
    }
    if let (Some(got), Some(date)) = (got, date.as_str())
        && got.date.map(|d| d.to_string()).as_deref() != Some(date)
    {
        found.push(format!("{what} date is {:?}, expected {date}", got.date));
    }
}

fn range(dates: impl Iterator<Item = Date>) -> Option<(Date, Date)> {
    dates.fold(None, |range, date| match range {
        None => Some((date, date)),
        Some((first, last)) => Some((first.min(date), last.max(date))),
    })
}

/// Reads every fixture of a kind, and those of `TIEOUT_CORPUS`, and panics with all differences, file by file.
pub(crate) fn assert_all_as_expected(kind: &str, dates: Dates, options: impl Fn(&Path, &Value) -> ReadOptions) {
    let all = fixtures_and_corpus(kind);
    let mut report = String::new();
    let mut wrong = 0;
    for (path, expected) in &all {
        let import = import(path, &options(path, expected));
        let found = differences(&import, expected, dates);
        if !found.is_empty() {
            wrong += 1;
            let name = path.file_name().unwrap().to_string_lossy();
            let _ = writeln!(report, "\n{name}\n  {}", found.join("\n  "));
            for problem in import.reading.problems.iter().take(5) {
                let _ = writeln!(report, "    said: {problem}");
            }
        }
    }
    assert!(wrong == 0, "{wrong} of {} files differ:\n{report}", all.len());
}

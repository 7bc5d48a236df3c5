//! `tieout reconcile` on what it cannot use: exit code 2 and one sentence, or a verdict that says what was not read.

use crate::common::{Desk, JOURNAL, LINES, mt940};

#[test]
fn unusable_input_is_exit_code_2_with_one_sentence() {
    let desk = Desk::new("unusable");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL)
        .put("empty", "")
        .put("prose.txt", "Dear Sir\n");
    for (words, expected) in [
        ("reconcile --statement none.sta --ledger books.journal", "none.sta"),
        (
            "reconcile --statement prose.txt --ledger books.journal --account assets:bank",
            "E_",
        ),
        (
            "reconcile --statement empty --ledger books.journal --account assets:bank",
            "E_",
        ),
        ("reconcile --statement bank.sta --ledger prose.txt", "E_"),
        (
            "reconcile --statement books.journal --ledger bank.sta",
            "books.journal: these are books (hledger), not a bank statement; give them with --ledger",
        ),
        (
            "reconcile --statement bank.sta --ledger bank.sta",
            "bank.sta: this is a bank statement (mt940), not books; give it with --statement",
        ),
        (
            "reconcile --statement bank.sta --ledger books.journal --account nonsense",
            "E_ACCOUNT_NOT_FOUND",
        ),
        (
            "reconcile --statement bank.sta --ledger books.journal --account assets:bank --as-of 2020-01-01",
            "2020-01-01",
        ),
        (
            "reconcile --statement bank.sta --ledger books.journal --account assets:bank --currency XYZ",
            "XYZ",
        ),
    ] {
        let ended = desk.tieout(words);
        assert_eq!(ended.code, 2, "{words}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains(expected), "{words}: {}", ended.err);
        assert!(ended.out.is_empty(), "{words}: {}", ended.out);
    }
}

#[test]
fn different_currencies_are_refused_by_name() {
    let desk = Desk::new("currencies");
    desk.put("bank.sta", &mt940(1, 100_000, LINES)).put(
        "books.csv",
        "Date,Amount,Currency,Description\n2026-03-02,250.00,USD,Acme\n2026-03-05,-80.50,USD,Office\n",
    );
    let ended = desk.tieout("reconcile --statement bank.sta --ledger books.csv");
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("EUR") && ended.err.contains("USD"), "{}", ended.err);
}

const QIF: &str = "!Type:Bank\nD1/5'26\nT1,500.00\nPAcme Corp\n^\nD1/15'26\nT-12O.00\nPBroken\n^\n";

#[test]
fn what_could_not_be_read_is_not_tied_out() {
    let desk = Desk::new("unread");
    let whole = QIF.replace("12O", "120");
    let books = "Date,Payee,Amount\n2026-01-05,Acme Corp,1500.00\n";
    desk.put("cut.qif", QIF)
        .put("whole.qif", &whole)
        .put("books.csv", books);
    let line_lost = desk.tieout("reconcile --statement cut.qif --ledger books.csv --currency USD");
    assert_eq!(line_lost.code, 1, "{}", line_lost.out);
    assert!(
        line_lost
            .out
            .contains("cut.qif could not be read whole: lines may be missing"),
        "{}",
        line_lost.out
    );

    desk.put(
        "cut.csv",
        &format!("{books}2026-01-15,Broken,-120.00\n2026-01-16,Lost,-12O.00\n"),
    );
    let entry_lost = desk.tieout("reconcile --statement whole.qif --ledger cut.csv --currency USD");
    assert_eq!(entry_lost.code, 1, "{}", entry_lost.out);
    assert!(
        entry_lost
            .out
            .contains("cut.csv could not be read whole: entries may be missing"),
        "{}",
        entry_lost.out
    );
}

#[test]
fn a_statement_file_that_cannot_be_used_is_not_passed_over() {
    let desk = Desk::new("passed-over");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL)
        .put("letter.txt", "Dear customer\n");
    let words = "--ledger books.journal --account assets:bank";
    let ended = desk.tieout(&format!(
        "reconcile --statement bank.sta letter.txt {words} --json out.json --report out.html"
    ));
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let refused = "letter.txt could not be used: its lines are missing";
    assert!(
        ended.out.contains(refused) && ended.out.contains("letter.txt: E_UNKNOWN_FORMAT"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("3 of 3 bank lines"),
        "the good part stays: {}",
        ended.out
    );
    assert!(desk.read("out.html").contains(refused));
    let result: serde_json::Value = serde_json::from_str(&desk.read("out.json")).unwrap();
    assert_eq!(result["verdict"]["tied_out"], false);
    assert_eq!(result["verdict"]["reasons"][0]["text"], refused, "{result:#}");
    assert_eq!(result["files"][1]["completeness"], "refused", "{result:#}");
    assert_eq!(result["files"][0]["completeness"], "whole");

    let none = desk.tieout(&format!("reconcile --statement letter.txt {words}"));
    assert_eq!(none.code, 2, "{}{}", none.out, none.err);
    assert!(none.err.contains("letter.txt: E_UNKNOWN_FORMAT"), "{}", none.err);
}

#[test]
fn sums_that_do_not_fit_are_the_fault_of_the_input() {
    let desk = Desk::new("huge");
    let lines = "Date,Description,Amount\n2026-01-05,A,92233720368547758.07\n2026-01-06,B,92233720368547758.07\n";
    desk.put("bank.csv", lines).put("books.csv", &format!("{lines}\n"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv");
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(
        ended.err.contains("too large") && !ended.err.contains("bug"),
        "{}",
        ended.err
    );
}

#[test]
fn standard_streams_are_taken_once() {
    let desk = Desk::new("streams");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL);
    let input = desk.tieout("reconcile --statement - --ledger -");
    assert_eq!(
        (input.code, input.err.contains("standard input")),
        (2, true),
        "{}",
        input.err
    );
    let output = desk.tieout("reconcile --statement bank.sta --ledger books.journal --json - --report -");
    assert_eq!(
        (output.code, output.err.contains("standard output")),
        (2, true),
        "{}",
        output.err
    );
    assert!(output.out.is_empty());
}

#[test]
fn a_day_in_another_form_is_answered_with_the_form_expected() {
    let desk = Desk::new("day-form");
    for given in ["31/01/2026", "2026-02-30", "20260131", "tomorrow"] {
        let ended = desk.tieout(&format!("reconcile --statement a --ledger b --as-of {given}"));
        assert_eq!(ended.code, 2);
        assert!(
            ended.err.contains(given) && ended.err.contains("year-month-day (2026-01-31)"),
            "{}",
            ended.err
        );
    }
}

#[test]
fn what_is_cut_to_its_header_is_no_export_without_movements() {
    let desk = Desk::new("cut-header");
    desk.put(
        "cut.xls",
        "<html><body><table><tr><th>Date</th><th>Description</th><th>Amount</",
    )
    .put(
        "rest.json",
        "ion\": \"PAY 0\", \"amount\": \"-1.00\"}, {\"id\": \"t1\", \"date\": \"2026-01-02",
    )
    .put("header.csv", "Date,Description,Amount\n")
    .put(
        "unquoted.csv",
        "Date,Description,Amount\n2026-01-05,Rent,1,200.00\n2026-01-06,Rent,1,300.00\n",
    );
    for (file, code) in [("cut.xls", 2), ("rest.json", 2), ("unquoted.csv", 2), ("header.csv", 0)] {
        let checked = desk.tieout(&format!("statement check {file}"));
        assert_eq!(checked.code, code, "{file}: {}{}", checked.out, checked.err);
    }
}

#[test]
fn exports_that_hold_no_rows_are_told_so() {
    let desk = Desk::new("no-rows");
    let rows = "Date,Description,Amount\n2026-01-05,A,10.00\n";
    desk.put("header.csv", "Date,Description,Amount\n")
        .put("rows.csv", rows);
    let statement = desk.tieout("reconcile --statement header.csv --ledger rows.csv");
    assert_eq!(statement.code, 2, "{}", statement.out);
    assert!(
        statement.err.contains("E_NO_ROWS") && statement.err.contains("no rows follow"),
        "{}",
        statement.err
    );
    let books = desk.tieout("books show header.csv");
    assert_eq!(books.code, 2, "{}", books.out);
    assert!(books.err.contains("this csv file holds no entries"), "{}", books.err);
}

#[test]
fn an_account_that_the_books_cannot_name_is_told() {
    let desk = Desk::new("unnamed-account");
    let rows = "Date,Description,Amount\n2026-01-05,A,10.00\n";
    desk.put("bank.csv", rows).put("books.csv", &format!("{rows}\n"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --account savings");
    let out = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        out.contains("books.csv: W_NO_ACCOUNT: the table names no account: all its rows were read, whether or not they are of \"savings\""),
        "{out}"
    );
}

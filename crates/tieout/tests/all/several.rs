//! Several accounts in one run, and what moves between them.

use crate::common::{Desk, Ended};
use std::fmt::Write as _;

/// A statement in CSV: balances are proven by the columns themselves.
fn statement(opening: i64, lines: &[(&str, i64, &str)]) -> String {
    let decimal = |cents: i64| {
        let sign = if cents < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
    };
    let mut text = String::from("Date,Amount,Currency,Description,Balance\n");
    let mut balance = opening;
    for (date, cents, words) in lines {
        balance += cents;
        let (amount, balance) = (decimal(*cents), decimal(balance));
        let _ = writeln!(text, "{date},{amount},EUR,{words},{balance}");
    }
    text
}

const CURRENT: &[(&str, i64, &str)] = &[
    ("2026-03-03", 25_000, "ACME GMBH INV-1001"),
    ("2026-03-05", -8_050, "OFFICE SUPPLIES BILL 77"),
    ("2026-03-09", -60_000, "STANDING ORDER RENT MARCH"),
    ("2026-03-10", -200_000, "TRANSFER TO SAVINGS"),
    ("2026-03-12", 31_000, "BERG AG INV-1002"),
    ("2026-03-16", -12_345, "CITY POWER MARCH"),
    ("2026-03-23", -48_231, "TRANSFER VISA CARD"),
];

const SAVINGS: &[(&str, i64, &str)] = &[
    ("2026-03-02", 75, "INTEREST"),
    ("2026-03-10", 200_000, "TRANSFER FROM CURRENT ACCOUNT"),
];

const CARD: &[(&str, i64, &str)] = &[
    ("2026-03-04", -4_211, "FUEL STATION"),
    ("2026-03-24", 48_231, "TRANSFER RECEIVED THANK YOU"),
];

const JOURNAL: &str = "\
2026-03-01 opening balances
    assets:checking    5000.00 EUR
    assets:savings    10000.00 EUR
    liabilities:visa    -482.31 EUR
    equity:opening

2026-03-02 Interest
    assets:savings    0.75 EUR
    income:interest

2026-03-02 Acme GmbH | INV-1001
    assets:checking    250.00 EUR
    income:sales

2026-03-04 Fuel station
    liabilities:visa    -42.11 EUR
    expenses:fuel

2026-03-05 Office Supplies | bill 77
    assets:checking    -80.50 EUR
    expenses:office

2026-03-09 Rent March
    assets:checking    -600.00 EUR
    expenses:rent

2026-03-12 Berg AG | INV-1002
    assets:checking    310.00 EUR
    income:sales

2026-03-16 City Power March
    assets:checking    -123.45 EUR
    expenses:power
";

const PAIRS: &str =
    "--pair current.csv=assets:checking --pair savings.csv=assets:savings --pair card.csv=liabilities:visa";

fn desk(name: &str, journal: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("current.csv", &statement(500_000, CURRENT))
        .put("savings.csv", &statement(1_000_000, SAVINGS))
        .put("card.csv", &statement(-48_231, CARD))
        .put("books.journal", journal);
    desk
}

fn reconcile(desk: &Desk, more: &str) -> Ended {
    desk.tieout(&format!(
        "reconcile --statement current.csv savings.csv card.csv --ledger books.journal {PAIRS} {more}"
    ))
}

#[test]
fn transfers_that_the_books_lack_are_proposed_once() {
    let desk = desk("several_once", JOURNAL);
    let ended = reconcile(&desk, "--adjustments fix.journal --json result.json");
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(
        ended.out.contains("2 in the books on neither side: proposed once"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("book it once") && !ended.out.contains("record it"),
        "{}",
        ended.out
    );
    let read = |account: &str| desk.read(&format!("fix.{account}.journal"));
    let (checking, savings, visa) = (
        read("assets-checking"),
        read("assets-savings"),
        read("liabilities-visa"),
    );
    // On one day: one transaction, in the file of the account that the money left.
    assert!(
        checking.contains("assets:savings") && !savings.contains("assets:checking"),
        "{checking}\n{savings}"
    );
    assert!(!savings.contains("2000.00"), "{savings}");
    // A day apart: a half in each account, through cash in transit.
    for text in [&checking, &visa] {
        assert!(text.to_lowercase().contains("cash in transit"), "{text}");
    }
    let result = desk.read("result.assets-savings.json");
    assert!(
        result.contains("\"transfer\"") && result.contains("TRANSFER TO SAVINGS"),
        "{result}"
    );
}

#[test]
fn once_the_proposals_are_booked_all_accounts_tie_out() {
    let desk = desk("several_booked", JOURNAL);
    reconcile(&desk, "--adjustments fix.journal --quiet");
    let accounts = ["assets-checking", "assets-savings", "liabilities-visa"];
    let fixes: String = accounts
        .iter()
        .map(|account| desk.read(&format!("fix.{account}.journal")))
        .collect();
    desk.put("books.journal", &format!("{JOURNAL}\n{fixes}"));
    let ended = reconcile(&desk, "");
    assert_eq!(ended.code, 0, "{}\n{fixes}", ended.out);
    assert!(ended.out.contains("ALL ACCOUNTS: 3 of 3 tied out"), "{}", ended.out);
    assert!(ended.out.contains("booked and arrived"), "{}", ended.out);
}

#[test]
fn what_is_booked_against_the_wrong_account_is_said_and_taken_back() {
    let wrong = "\n2026-03-10 Transfer to savings\n    assets:checking    -2000.00 EUR\n    expenses:sundry\n";
    let desk = desk("several_wrong", &format!("{JOURNAL}{wrong}"));
    let ended = reconcile(&desk, "--adjustments fix.journal");
    assert!(ended.out.contains("1 booked on one side only"), "{}", ended.out);
    assert!(ended.out.contains("booked against expenses:sundry"), "{}", ended.out);
    assert!(ended.out.contains("correct that booking"), "{}", ended.out);
    let savings = desk.read("fix.assets-savings.journal");
    assert!(savings.contains("expenses:sundry"), "{savings}");
}

const LEDGER: &str = "\
Date,Account,Description,Debit,Credit
2026-03-01,1000 Checking,Opening,5000.00,
2026-03-01,3000 Equity,Opening,,5000.00
2026-03-01,1010 Savings,Opening,10000.00,
2026-03-01,3000 Equity,Opening,,10000.00
2026-03-02,1010 Savings,Interest,0.75,
2026-03-02,4100 Interest income,Interest,,0.75
2026-03-02,1000 Checking,Acme INV-1001,250.00,
2026-03-02,4000 Sales,Acme INV-1001,,250.00
2026-03-05,6000 Office,Office Supplies bill 77,80.50,
2026-03-05,1000 Checking,Office Supplies bill 77,,80.50
2026-03-09,6100 Rent,Rent March,600.00,
2026-03-09,1000 Checking,Rent March,,600.00
2026-03-12,1000 Checking,Berg AG INV-1002,310.00,
2026-03-12,4000 Sales,Berg AG INV-1002,,310.00
2026-03-16,6200 Power,City Power March,123.45,
2026-03-16,1000 Checking,City Power March,,123.45
";

#[test]
fn books_of_rows_get_a_half_for_each_account_against_cash_in_transit() {
    let desk = desk("several_rows", JOURNAL);
    desk.put("books.csv", LEDGER);
    let words = "reconcile --statement current.csv savings.csv --ledger books.csv --pair current.csv=1000 --pair savings.csv=1010";
    desk.tieout(&format!("{words} --adjustments fix.csv --quiet"));
    let fixes = desk.read("fix.1000.csv") + &desk.read("fix.1010.csv");
    assert_eq!(fixes.matches(",Cash in transit,").count(), 2, "{fixes}");
    desk.put("books.csv", &format!("{LEDGER}{fixes}"));
    let ended = desk.tieout(words);
    assert!(
        ended.code == 0 && ended.out.contains("2 of 2 tied out"),
        "{}\n{fixes}",
        ended.out
    );
}

#[test]
fn each_account_gives_what_it_gives_alone() {
    let desk = desk("several_alone", JOURNAL);
    reconcile(&desk, "--json together.json --csv together");
    desk.tieout("reconcile --statement savings.csv --ledger books.journal --account assets:savings --csv alone");
    for table in ["matches.csv", "exceptions.csv"] {
        let together = desk.read(&format!("together/assets-savings/{table}"));
        assert_eq!(together, desk.read(&format!("alone/{table}")), "{table}");
    }
}

#[test]
fn a_file_that_is_paired_by_its_name_is_of_that_account_alone() {
    let desk = desk("several_named", JOURNAL);
    let numbered = desk.read("current.csv").replace('\n', ",12345432\n");
    desk.put("numbered.csv", &numbered.replacen("12345432", "Account Number", 1));
    let words = "reconcile --statement numbered.csv card.csv --ledger books.journal";
    desk.tieout(&format!(
        "{words} --pair 5432=assets:checking --pair card.csv=liabilities:visa --csv pairs"
    ));
    let lines = desk.read("pairs/assets-checking/lines.csv");
    assert_eq!(lines.lines().count(), 1 + CURRENT.len(), "{lines}");
    let ended = desk.tieout(&format!(
        "{words} --pair numbered.csv=assets:checking --pair card.csv=liabilities:visa --pair 99=assets:savings"
    ));
    assert!(
        ended.code == 2 && ended.err.contains("no statement file is left for 99"),
        "{}",
        ended.err
    );
}

#[test]
fn a_pair_that_names_nothing_or_the_same_twice_is_refused() {
    let desk = desk("several_refused", JOURNAL);
    let tell = |words: &str| {
        let ended = desk.tieout(&format!(
            "reconcile --statement current.csv savings.csv --ledger books.journal {words}"
        ));
        (ended.code, ended.err)
    };
    for (words, said) in [
        (
            "--pair current.csv",
            "a pair is the bank account and its account in the books",
        ),
        (
            "--pair current.csv=assets:checking --pair savings.csv=checking",
            "one account of the books",
        ),
        ("--pair 99887=assets:checking", "no statement is of a bank account"),
        ("--pair current.csv=assets:checking --account x", "cannot be used with"),
        (
            "--pair current.csv=assets:checking --json -",
            "can take the files of one account only",
        ),
    ] {
        let (code, err) = tell(words);
        assert!(code == 2 && err.contains(said), "{words}: {code} {err}");
    }
}

#[test]
fn an_account_that_several_files_use_is_opened_in_one_of_them() {
    let books = "2020-01-01 open Assets:Checking EUR\n2020-01-01 open Assets:Savings EUR\n2020-01-01 open Equity:Opening\n\
        2026-03-01 * \"Opening balance\"\n  Assets:Checking  5000.00 EUR\n  Assets:Savings  10000.00 EUR\n  Equity:Opening\n";
    let desk = Desk::new("several_open_once");
    desk.put(
        "current.csv",
        &statement(500_000, &[("2026-03-11", -200_000, "TRANSFER TO SAVINGS")]),
    )
    .put(
        "savings.csv",
        &statement(1_000_000, &[("2026-03-12", 200_000, "TRANSFER FROM CURRENT ACCOUNT")]),
    )
    .put("books.beancount", books);
    let ended = desk.tieout(
        "reconcile --statement current.csv savings.csv --ledger books.beancount --pair current.csv=Assets:Checking \
         --pair savings.csv=Assets:Savings --adjustments fix.beancount",
    );
    let (checking, savings) = (
        desk.read("fix.assets-checking.beancount"),
        desk.read("fix.assets-savings.beancount"),
    );
    let opens = |text: &str| text.matches("open Assets:Cash-In-Transit").count();
    assert_eq!((opens(&checking), opens(&savings)), (1, 0), "{checking}\n{savings}");
    assert!(savings.contains("Assets:Cash-In-Transit"), "{savings}");
    assert!(
        ended.out.contains("fix.assets-checking.beancount opens it"),
        "{}",
        ended.out
    );
}

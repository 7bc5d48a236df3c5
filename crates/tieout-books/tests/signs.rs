//! Whose debit a register means: its running balance tells, and what is owed is the exception.

mod common;

use common::{read_text, read_with};
use tieout_books::{Books, BooksOptions, History, Layout, ProposedEntry, write_entries};
use tieout_core::{Code, Currency, Date};
use tieout_tables::Mapping;

const HEAD: &str = "Date,Payee,Reference,Debit,Credit,Balance\n";
/// As a bank prints it: debit is money out.
const ROWS: &str = "2026-09-02,Rent Co,R1,120.00,,4880.00\n2026-09-03,Client A,R2,,450.00,5330.00\n\
    2026-09-04,Telco,R3,33.00,,5297.00\n";
const OUT: [&str; 3] = ["-120.00", "450.00", "-33.00"];
const IN: [&str; 3] = ["120.00", "-450.00", "33.00"];
const PRINTED: Option<(&str, &str)> = Some(("5000.00", "5297.00"));
const TURNED: Option<(&str, &str)> = Some(("-5000.00", "-5297.00"));

fn register() -> String {
    format!("{HEAD}{ROWS}")
}

fn mapped(text: &str, mapping: &str) -> Books {
    let options = BooksOptions {
        mapping: Some(Mapping::parse(mapping).unwrap()),
        ..BooksOptions::default()
    };
    read_with(text, &options)
}

fn amounts(books: &Books) -> Vec<String> {
    books.entries.iter().map(|entry| entry.amount.to_string()).collect()
}

fn ends(books: &Books) -> Option<(String, String)> {
    let text = |balance: tieout_books::PrintedBalance| balance.amount.to_string();
    books.reading.opening.map(text).zip(books.reading.closing.map(text))
}

/// What was decided of the signs; empty if nothing.
fn said(books: &Books) -> String {
    let problems = books.reading.problems.iter();
    let decided = problems.filter(|problem| problem.code == Code::Decided && problem.message.contains("balance"));
    decided.map(|problem| problem.message.as_str()).collect()
}

#[track_caller]
fn assert_reads(books: &Books, expected: [&str; 3], balances: Option<(&str, &str)>, words: &str) {
    assert_eq!(amounts(books), expected);
    assert_eq!(ends(books), balances.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(words.is_empty(), said(books).is_empty(), "{}", said(books));
    assert!(said(books).contains(words), "{}", said(books));
    assert!(!common::codes(books).contains(&Code::BooksTotal));
}

#[test]
fn debit_is_money_out_where_only_so_the_running_balance_stands_as_printed() {
    let says = "is money out here, as the running balance shows";
    assert_reads(&read_text(&register(), None), OUT, PRINTED, says);
    let books = read_text(&register(), None);
    assert!(
        said(&books).contains("debit = \"Debit\" and credit = \"Credit\""),
        "{}",
        said(&books)
    );
    let words = "Date,Payee,Amount,D/C,Balance\n2026-09-02,A,120.00,D,4880.00\n2026-09-03,B,450.00,C,5330.00\n\
        2026-09-04,C,33.00,D,5297.00\n";
    assert_reads(&read_text(words, None), OUT, PRINTED, "debit_words = [\"D\"]");
    let signed = "Date,Payee,Amount,Balance\n2026-09-02,A,120.00,4880.00\n2026-09-03,B,-450.00,5330.00\n\
        2026-09-04,C,33.00,5297.00\n";
    assert_reads(&read_text(signed, None), OUT, PRINTED, "sign = \"as_printed\"");
}

#[test]
fn printed_balances_around_the_rows_stand_where_debit_is_money_out() {
    let around = "2026-09-01,Opening balance,,,,5000.00\n";
    let text = format!("{HEAD}{around}{ROWS}2026-09-05,Closing balance,,,,5297.00\n");
    assert_reads(&read_text(&text, None), OUT, PRINTED, "money out");
    let newest_first = ROWS.lines().rev().collect::<Vec<_>>().join("\n");
    let books = read_text(&format!("{HEAD}{newest_first}"), None);
    assert_eq!(amounts(&books), ["-33.00", "450.00", "-120.00"]);
    assert_eq!(ends(&books), PRINTED.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(books.reading.history, History::FromOpening);
}

#[test]
fn debit_is_money_in_where_the_running_balance_rises_with_it() {
    let rising = ROWS
        .replace("120.00,,4880.00", ",120.00,4880.00")
        .replace(",450.00,5330", "450.00,,5330");
    let rising = rising.replace("33.00,,5297.00", ",33.00,5297.00");
    let books = read_text(&format!("{HEAD}{rising}"), None);
    assert_reads(&books, OUT, PRINTED, "");
}

#[test]
fn an_account_of_what_is_owed_keeps_to_books_and_says_so() {
    let says = "the account is called one of what is owed";
    let told = |books: Books| assert_reads(&books, IN, TURNED, says);
    told(read_text(&register(), Some("Visa Business")));
    told(read_text(&format!("Car Loan 2026,,,,,\n,,,,,\n{}", register()), None));
    told(read_text(&format!("{HEAD}Accounts Payable,,,,,\n{ROWS}"), None));
    told(read_text(
        &format!("{HEAD}Liabilities,,,,,\nHarbour,,,,,\n{ROWS}Total Harbour,,,,,\nTotal Liabilities,,,,,\n"),
        None,
    ));
    told(read_with(
        &register(),
        &BooksOptions {
            owed: true,
            ..BooksOptions::default()
        },
    ));
    told(read_with(
        &register(),
        &BooksOptions {
            path: "books/card.csv".into(),
            ..BooksOptions::default()
        },
    ));
    let types = register()
        .replace("Reference", "Type")
        .replace(",R", ",Credit Card Charge R");
    told(read_text(&types, None));
    let books = read_text(&register(), Some("Visa Business"));
    assert!(
        said(&books).contains("debit = \"Credit\" and credit = \"Debit\""),
        "{}",
        said(&books)
    );
}

#[test]
fn a_balance_that_opens_what_is_owed_is_turned_like_the_others() {
    let text = format!("{HEAD}Visa Business,,,,,\nOpening balance,,,,,5000.00\n{ROWS}Closing balance,,,,,5297.00\n");
    assert_reads(&read_text(&text, None), IN, TURNED, "what is owed");
}

#[test]
fn a_mapping_says_which_way_the_money_goes() {
    let books = mapped(&register(), "debit = \"Debit\"\ncredit = \"Credit\"\n");
    assert_reads(&books, IN, TURNED, "the mapping says so");
    let books = mapped(&register(), "debit = \"Credit\"\ncredit = \"Debit\"\n");
    assert_reads(&books, OUT, PRINTED, "");
    let words = "Date,Payee,Amount,D/C,Balance\n2026-09-02,A,120.00,D,4880.00\n2026-09-03,B,450.00,C,5330.00\n\
        2026-09-04,C,33.00,D,5297.00\n";
    let side = |word| format!("amount = \"Amount\"\ndirection = \"D/C\"\ndebit_words = [\"{word}\"]\n");
    assert_reads(&mapped(words, &side("D")), IN, TURNED, "debit_words = [\"C\"]");
    assert_reads(&mapped(words, &side("C")), OUT, PRINTED, "");
    let signed = "Date,Payee,Amount,Balance\n2026-09-02,A,120.00,4880.00\n2026-09-03,B,-450.00,5330.00\n\
        2026-09-04,C,33.00,5297.00\n";
    assert_reads(
        &mapped(signed, "sign = \"as_printed\"\n"),
        IN,
        TURNED,
        "sign = \"inverted\"",
    );
    assert_reads(&mapped(signed, "sign = \"inverted\"\n"), OUT, PRINTED, "");
}

#[test]
fn headers_that_say_which_way_the_money_goes_are_believed() {
    let text = register().replace("Debit,Credit", "Deposit,Payment");
    assert_reads(&read_text(&text, None), IN, TURNED, "the table says itself");
}

#[test]
fn one_account_among_others_that_keep_books_does_not_turn() {
    let other = "Sparbuch,,,,,\n2026-09-02,X,R8,10.00,,10.00\n2026-09-03,Y,R9,5.00,,15.00\nTotal Sparbuch,,,,,\n";
    let text = format!("{HEAD}Harbour,,,,,\n{ROWS}Total Harbour,,,,,\n{other}");
    assert_reads(
        &read_text(&text, Some("Harbour")),
        IN,
        TURNED,
        "the other accounts of the table",
    );
}

#[test]
fn accounts_that_all_fall_with_debits_are_all_the_banks_point_of_view() {
    let second = "2026-09-02,X,R8,10.00,,90.00\n2026-09-03,Y,R9,5.00,,85.00\n2026-09-04,Z,R10,,1.00,86.00\n";
    let text = format!("{HEAD}Harbour,,,,,\n{ROWS}Total Harbour,,,,,\nSparbuch,,,,,\n{second}Total Sparbuch,,,,,\n");
    let books = read_text(&text, Some("Harbour"));
    assert_reads(&books, OUT, PRINTED, "money out here");
    let sums = books
        .reading
        .accounts
        .iter()
        .map(|account| account.balances[0].amount.to_string());
    assert_eq!(sums.collect::<Vec<_>>(), ["297.00", "-14.00"]);
}

#[test]
fn a_missing_row_is_told_and_turns_nothing_back() {
    let text = format!(
        "{}2026-09-05,Fuel Ltd,R4,81.50,,5200.00\n2026-09-08,Client B,R5,,990.00,6190.00\n",
        register()
    );
    let books = read_text(&text, None);
    assert_eq!(amounts(&books)[..3], OUT);
    assert!(common::codes(&books).contains(&Code::BooksTotal));
    assert_eq!(ends(&books), None);
}

#[test]
fn one_row_and_two_rows_never_turn() {
    for rows in [1, 2] {
        let text = register().lines().take(rows + 1).collect::<Vec<_>>().join("\n");
        let books = read_text(&text, None);
        assert_eq!(amounts(&books), IN[..rows]);
        assert_eq!(ends(&books), None);
        assert_eq!(said(&books).contains("so few rows prove nothing"), rows == 2);
    }
}

#[test]
fn corrections_of_a_turned_register_stand_on_its_own_sides() {
    let books = read_text(&register(), None);
    let Some(layout @ Layout::Table(_)) = &books.reading.layout else {
        panic!("{:?}", books.reading.layout)
    };
    let fee = ProposedEntry {
        date: Date::constant(2026, 9, 30),
        amount: "-9.00".parse().unwrap(),
        currency: Currency::try_new("USD").unwrap(),
        description: "Fee".into(),
        counterparty: "Bank".into(),
        document: String::new(),
        contra_account: "Bank fees".into(),
        reason: "only on the statement".into(),
        rows: Vec::new(),
    };
    let mut bytes = Vec::new();
    write_entries(layout, &[fee], &mut bytes).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "2026-09-30,Bank,Fee (tieout: only on the statement),9.00,,\n"
    );
}

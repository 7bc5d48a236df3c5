//! Whose debit a register means: debit is money in, and where the balance falls with it, both readings are said.

use crate::common;
use crate::common::{read_text, read_with};
use tieout_books::{Books, BooksOptions};
use tieout_core::Code;
use tieout_tables::Mapping;

const HEAD: &str = "Date,Payee,Reference,Debit,Credit,Balance\n";
/// As a bank prints it: debit is money out.
const ROWS: &str = "2026-09-02,Rent Co,R1,120.00,,4880.00\n2026-09-03,Client A,R2,,450.00,5330.00\n\
    2026-09-04,Telco,R3,33.00,,5297.00\n";
const OUT: [&str; 3] = ["-120.00", "450.00", "-33.00"];
const IN: [&str; 3] = ["120.00", "-450.00", "33.00"];
const PRINTED: Option<(&str, &str)> = Some(("5000.00", "5297.00"));
const READ_AS_BOOKS: &str = " was read as money in, as in books, and the printed balances with the sign that fits that";
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
fn where_the_balance_falls_with_debit_the_mapping_for_the_banks_point_of_view_is_said() {
    let says = "debit = \"Credit\" and credit = \"Debit\" says that";
    assert_reads(&read_text(&register(), None), IN, TURNED, says);
    let words = "Date,Payee,Amount,D/C,Balance\n2026-09-02,A,120.00,D,4880.00\n2026-09-03,B,450.00,C,5330.00\n\
        2026-09-04,C,33.00,D,5297.00\n";
    assert_reads(&read_text(words, None), IN, TURNED, "debit_words = [\"C\"]");
    let signed = "Date,Payee,Amount,Balance\n2026-09-02,A,120.00,4880.00\n2026-09-03,B,-450.00,5330.00\n\
        2026-09-04,C,33.00,5297.00\n";
    assert_reads(&read_text(signed, None), IN, TURNED, "sign = \"inverted\"");
}

#[test]
fn ordinary_books_that_print_the_side_of_their_balances_stay_as_they_are() {
    let text = format!(
        "{HEAD}2026-09-02,Client A,R1,120.00,,5120.00 Dr\n2026-09-03,Rent Co,R2,,450.00,4670.00 Dr\n\
         2026-09-04,Client B,R3,33.00,,4703.00 Dr\n"
    );
    let books = read_text(&text, None);
    assert_eq!(amounts(&books), IN);
    let ends_at = ends(&books).map(|(_, closing)| closing);
    assert_eq!(ends_at.as_deref(), Some("4703.00"));
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
fn a_balance_that_opens_what_is_owed_is_turned_like_the_others() {
    let text = format!("{HEAD}Visa Business,,,,,\nOpening balance,,,,,5000.00\n{ROWS}Closing balance,,,,,5297.00\n");
    assert_reads(&read_text(&text, None), IN, TURNED, READ_AS_BOOKS);
}

#[test]
fn a_mapping_says_which_way_the_money_goes() {
    let books = mapped(&register(), "debit = \"Debit\"\ncredit = \"Credit\"\n");
    assert_reads(&books, IN, TURNED, READ_AS_BOOKS);
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
fn neither_a_name_nor_a_header_turns_what_is_read() {
    let loan = format!("Car Loan 2026,,,,,\n,,,,,\n{}", register());
    let payment = register().replace("Debit,Credit", "Deposit,Payment");
    for (text, account) in [(register(), Some("Visa Business")), (loan, None), (payment, None)] {
        assert_reads(&read_text(&text, account), IN, TURNED, READ_AS_BOOKS);
    }
}

//! Which account of a table is read: by name, by number, by both, and what is said where the table names none.

use crate::common;
use crate::common::read_text;
use tieout_books::Books;

/// A general ledger whose accounts have a number and a name in columns of their own.
const LEDGER: &str = "\
Date,Account code,Account name,Description,Debit,Credit
2026-03-02,1200,Bank Current,Acme,250.00,
2026-03-02,4000,Sales,Acme,,250.00
2026-03-05,1200,Bank Current,Office,,80.50
2026-03-05,7500,Office Costs,Office,80.50,
2026-03-09,1210,Bank Savings,Transfer,10.00,
2026-03-09,1200,Bank Current,Transfer,,10.00
";

fn codes(books: &Books) -> Vec<&str> {
    books
        .reading
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .filter(|code| *code != "W_NO_CURRENCY")
        .collect()
}

#[test]
fn an_account_is_found_by_its_number_its_name_or_both() {
    for wanted in [
        "1200",
        "Bank Current",
        "1200 Bank Current",
        "1200 bank current",
        "current",
    ] {
        let books = read_text(LEDGER, Some(wanted));
        assert_eq!(books.reading.account.as_deref(), Some("Bank Current"), "{wanted}");
        assert_eq!(books.entries.len(), 3, "{wanted}");
    }
    let ambiguous = read_text(LEDGER, Some("bank"));
    assert!(ambiguous.entries.is_empty());
    let refusal = ambiguous.reading.refusal().unwrap().to_string();
    assert!(
        refusal.contains("1200 Bank Current (3 entries") && refusal.contains("1210 Bank Savings"),
        "{refusal}"
    );
}

#[test]
fn a_number_at_the_start_of_the_name_is_a_whole_word() {
    let ledger = LEDGER
        .replace("Account code,Account name", "Account")
        .replace("1200,Bank Current", "1200 Bank Current")
        .replace("4000,Sales", "11200 Sales")
        .replace("7500,Office Costs", "7500 Costs 1200")
        .replace("1210,Bank Savings", "1210 Bank Savings");
    let books = read_text(&ledger, Some("1200"));
    assert_eq!(books.reading.account.as_deref(), Some("1200 Bank Current"));
    assert_eq!(books.entries.len(), 3);
}

#[test]
fn accounts_of_one_name_are_told_apart_by_their_numbers() {
    let ledger = LEDGER.replace("Bank Savings", "Bank Current");
    assert_eq!(codes(&read_text(&ledger, Some("Bank Current"))), ["E_ACCOUNT_NEEDED"]);
    assert_eq!(read_text(&ledger, Some("1210")).entries.len(), 1);
}

#[test]
fn an_account_asked_of_a_table_that_names_none_is_told() {
    let plain = "Date,Amount,Description\n2026-03-02,250.00,Acme\n";
    let books = read_text(plain, Some("nonsense"));
    assert_eq!(books.entries.len(), 1);
    assert!(codes(&books).contains(&"W_NO_ACCOUNT"), "{:?}", books.reading.problems);
    assert!(!codes(&read_text(plain, None)).contains(&"W_NO_ACCOUNT"));
    let named = format!("Account: 1200 Bank Current\n\n{plain}");
    assert!(!codes(&read_text(&named, Some("1200"))).contains(&"W_NO_ACCOUNT"));
}

#[test]
fn a_header_without_rows_holds_no_entries() {
    let books = read_text("Date,Amount,Description\n", None);
    assert_eq!(codes(&books), ["E_EMPTY_BOOKS"]);
}

#[test]
fn a_quote_that_is_not_closed_is_reported_with_its_line() {
    let books = read_text(
        "Date,Amount,Description\n2026-03-02,250.00,\"Acme\n2026-03-03,25.00,Bolt\n",
        None,
    );
    let told = books
        .reading
        .problems
        .iter()
        .find(|problem| problem.place.line == Some(2));
    assert!(told.unwrap().message.contains("quote"), "{:?}", books.reading.problems);
    assert_eq!(books.entries.len(), 2);
}

#[test]
fn entries_without_a_currency_are_said_to_be_without_one() {
    let books = read_text("Date,Amount,Description\n2026-03-02,250.00,Acme\n", None);
    let told = books.reading.problems.iter().map(|problem| problem.message.as_str());
    assert_eq!(
        told.collect::<Vec<_>>(),
        ["no currency can be told of these entries: 1 without one"]
    );
}

#[test]
fn an_account_that_no_bank_keeps_is_told_where_the_books_know() {
    let journal = "2026-03-09 Rent March\n    expenses:rent    600.00 EUR\n    assets:bank\n\n\
                   2026-03-10 Card\n    expenses:food    6.00 EUR\n    liabilities:visa\n";
    let said = |wanted: &str| {
        let books = read_text(journal, Some(wanted));
        let problems = books.reading.problems.iter().map(ToString::to_string);
        problems
            .filter(|said| said.starts_with("W_NOT_A_BANK"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(
        said("rent"),
        "W_NOT_A_BANK_ACCOUNT: \"expenses:rent\" is an expense account in these books; of banks there are assets:bank (1 \
         entry, -600.00 EUR); nothing, if a bank keeps it; else name the bank account with --account"
    );
    assert_eq!((said("bank"), said("visa")), (String::new(), String::new()));
    assert!(codes(&read_text(LEDGER, Some("7500"))).contains(&"W_NOT_A_BANK_ACCOUNT"));
    assert!(!codes(&read_text(LEDGER, Some("1210"))).contains(&"W_NOT_A_BANK_ACCOUNT"));
}

/// Books of a card and of the bank account that pays it.
const CARD: &str = "\
2025-07-23 * \"Petrol\"
  Liabilities:Visa  -88.14 CAD
  Expenses:Car
2025-08-04 * \"Card paid\"
  Liabilities:Visa  88.14 CAD
  Assets:Bank
";

fn owed(text: &str) -> Books {
    let options = tieout_books::BooksOptions {
        owed: true,
        ..tieout_books::BooksOptions::default()
    };
    common::read_with(text, &options)
}

#[test]
fn the_statement_of_a_card_takes_the_only_account_of_a_card_and_that_of_a_bank_the_bank() {
    assert_eq!(read_text(CARD, None).reading.account.as_deref(), Some("Assets:Bank"));
    assert_eq!(owed(CARD).reading.account.as_deref(), Some("Liabilities:Visa"));
    let more = format!("{CARD}2025-08-05 * \"Tax\"\n  Liabilities:VAT  1.00 CAD\n  Liabilities:Payable  -1.00 CAD\n");
    assert_eq!(owed(&more).reading.account.as_deref(), Some("Liabilities:Visa"));
}

#[test]
fn the_statement_of_a_card_never_takes_the_bank_unasked() {
    for text in [
        CARD.replace("Liabilities:Visa", "Expenses:Cards"),
        format!("{CARD}{}", CARD.replace("Visa", "Amex")),
    ] {
        let books = owed(&text);
        assert_eq!(books.reading.account, None, "{text}");
        let refusal = books.reading.refusal().unwrap().to_string();
        assert!(
            refusal.contains("E_ACCOUNT_NEEDED") && refusal.contains("entr"),
            "{refusal}"
        );
    }
}

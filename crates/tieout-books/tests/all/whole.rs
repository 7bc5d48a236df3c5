//! Whole transactions of books, and charts of accounts as tables.

use std::io::Cursor;
use tieout_books::{AccountType, BooksOptions, WholeBooks, read_chart, read_whole};
use tieout_core::Decimal;

fn whole(text: &str, path: &str) -> WholeBooks {
    let options = BooksOptions {
        path: path.to_owned(),
        ..BooksOptions::default()
    };
    read_whole(&mut Cursor::new(text.as_bytes().to_vec()), &options).unwrap()
}

/// A decimal without zeros at its end.
fn plain(amount: Decimal) -> String {
    let text = amount.to_string();
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Account, amount and commodity, weight where it is another.
fn postings(books: &WholeBooks, transaction: usize) -> Vec<String> {
    let journal = &books.journal;
    journal.transactions[transaction]
        .postings
        .iter()
        .map(|posting| {
            let commodity = |at: usize| journal.commodities[at].as_str();
            let weight = posting.weight.map_or_else(String::new, |(weight, of)| {
                format!(" = {} {}", plain(weight), commodity(of))
            });
            let account = &journal.accounts[posting.account].name;
            format!(
                "{account} {} {}{weight}",
                plain(posting.amount),
                commodity(posting.commodity)
            )
        })
        .collect()
}

#[test]
fn every_posting_is_given_with_what_it_counts() {
    let books = whole(
        "2024-01-01 open Assets:Cash USD\n2024-01-01 open Assets:Unused\n\n\
         2024-01-05 * \"Broker\" \"buys\"\n  id: \"T1\"\n  Assets:Stock  2 ACME {50.00 USD}\n  Assets:Cash\n\n\
         2024-01-06 * \"changes\"\n  Assets:Euro  100.00 EUR @ 1.10 USD\n  Assets:Cash  -110.00 USD\n",
        "a.beancount",
    );
    assert_eq!(
        postings(&books, 0),
        ["Assets:Stock 2 ACME = 100 USD", "Assets:Cash -100 USD"]
    );
    assert_eq!(
        postings(&books, 1),
        ["Assets:Euro 100 EUR = 110 USD", "Assets:Cash -110 USD"]
    );
    let first = &books.journal.transactions[0];
    assert_eq!(
        (first.id.as_str(), first.counterparty.as_str(), first.line),
        ("T1", "Broker", 6)
    );
    assert!(
        books
            .journal
            .accounts
            .iter()
            .any(|account| account.name == "Assets:Unused")
    );
}

#[test]
fn hledger_prices_are_written_or_implied() {
    let books = whole(
        "2024-01-05 total\n    a:euro  20 EUR @@ 21.90 USD\n    a:bank\n\n\
         2024-01-06 implied\n    a:euro  -10 EUR\n    a:euro  -20 EUR\n    a:bank  33 USD\n    (budget)  5 USD\n",
        "a.journal",
    );
    assert_eq!(postings(&books, 0), ["a:euro 20 EUR = 21.9 USD", "a:bank -21.9 USD"]);
    assert_eq!(
        postings(&books, 1),
        ["a:euro -10 EUR = -11 USD", "a:euro -20 EUR = -22 USD", "a:bank 33 USD"]
    );
    assert_eq!(
        books.journal.transactions[1].left_out, 1,
        "virtual postings balance nothing"
    );
}

#[test]
fn types_are_declared_or_follow_from_the_branch() {
    let books = whole(
        "option \"name_assets\" \"Vermoegen\"\n2024-01-01 open Vermoegen:Bank\n2024-01-01 open Income:Sales\n",
        "a.beancount",
    );
    let types: Vec<_> = books
        .journal
        .accounts
        .iter()
        .map(|account| account.account_type)
        .collect();
    assert_eq!(types, [Some(AccountType::Asset), Some(AccountType::Revenue)]);
    let books = whole(
        "account odd:name  ; type:X\naccount Passiva:Karte\n\n2024-01-05 x\n    odd:name  1\n    Passiva:Karte\n",
        "a.journal",
    );
    let types: Vec<_> = books
        .journal
        .accounts
        .iter()
        .map(|account| account.account_type)
        .collect();
    assert_eq!(types, [Some(AccountType::Expense), Some(AccountType::Liability)]);
}

#[test]
fn a_table_gives_the_entries_of_its_account() {
    let books = whole(
        "Date,Description,Amount\n2024-01-05,Sale,10.00\n2024-01-06,Fee,-1.00\n",
        "a.csv",
    );
    assert!(books.journal.transactions.is_empty());
    let amounts: Vec<_> = books.entries.iter().map(|entry| entry.amount.to_string()).collect();
    assert_eq!(amounts, ["10.00", "-1.00"]);
}

#[test]
fn a_chart_is_read_by_its_header() {
    let text = "Konto;Bezeichnung;Kontoart;Währung\n1200;Bank;Aktiva;EUR\n\n8400;Erlöse;Ertrag;\n9;?;seltsam;\n";
    let (rows, problems) = read_chart(&mut Cursor::new(text.as_bytes().to_vec())).unwrap();
    let read: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.code.as_str(),
                row.name.as_str(),
                row.account_type,
                row.currency.as_str(),
                row.line,
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            ("1200", "Bank", Some(AccountType::Asset), "EUR", 2),
            ("8400", "Erlöse", Some(AccountType::Revenue), "", 4),
            ("9", "?", None, "", 5),
        ]
    );
    assert_eq!(problems.len(), 1, "{problems:?}");
    let (rows, problems) = read_chart(&mut Cursor::new(b"a,b\n1,2\n".to_vec())).unwrap();
    assert!(rows.is_empty() && !problems.is_empty());
}

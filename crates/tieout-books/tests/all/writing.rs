//! Proposed entries written into each kind of books: appended, they read back, and the formats' own tools take them.

use crate::common;
use crate::common::{fixtures, read_file, run_tool};
use proptest::prelude::*;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use tieout_books::{Books, BooksOptions, Layout, ProposedEntry, WriteError, read_all, write_entries};
use tieout_core::{Currency, Date, Decimal};

fn proposal(day: i8, amount: &str, currency: &str, contra: &str) -> ProposedEntry {
    ProposedEntry {
        date: Date::new(2024, 4, day).unwrap(),
        amount: amount.parse().unwrap(),
        currency: Currency::try_new(currency).unwrap(),
        description: "Kontoführung 03/24; \"Entgelt\"\n| siehe (Anlage)".into(),
        counterparty: "(Bank) \\ Söhne".into(),
        document: String::new(),
        contra_account: contra.into(),
        reason: "fee, only on the statement: line 12 [2024-04-02]".into(),
        rows: Vec::new(),
    }
}

fn written(layout: &Layout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_entries(layout, entries, &mut bytes).unwrap();
    bytes
}

/// A copy of a fixture in a folder of its own, with more text at its end.
struct Appended(PathBuf);

impl Appended {
    fn new(fixture: &str, name: &str, more: &[u8]) -> Self {
        let folder = std::env::temp_dir().join(format!("tieout-books-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let source = fixtures().join(fixture);
        let path = folder.join(source.file_name().unwrap());
        let mut bytes = fs::read(&source).unwrap();
        bytes.extend_from_slice(more);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Appended {
    fn drop(&mut self) {
        let folder = self.0.parent().expect("it is in its folder");
        let _ = fs::remove_dir_all(folder);
    }
}

fn layout(books: &Books) -> &Layout {
    books.reading.layout.as_ref().expect("books with entries have a layout")
}

fn new_entries(before: &Books, path: &Path, account: &str) -> Vec<String> {
    let after = read_file(path, Some(account));
    assert_eq!(after.reading.problems, before.reading.problems, "nothing new is wrong");
    let old: Vec<_> = before
        .entries
        .iter()
        .map(|entry| (entry.source_line, entry.amount))
        .collect();
    let added = after
        .entries
        .iter()
        .filter(|entry| !old.contains(&(entry.source_line, entry.amount)));
    added
        .map(|entry| {
            format!(
                "{} {} {} | {} | {}",
                entry.date,
                entry.amount,
                entry.currency.unwrap(),
                entry.contra,
                entry.description
            )
        })
        .collect()
}

#[test]
fn beancount_takes_the_written_entries() {
    let account = "Assets:Bank:Checking";
    let before = read_file(&fixtures().join("beancount/agency.beancount"), Some(account));
    let entries = [
        proposal(2, "-12.9", "EUR", "Expenses:Fees"),
        proposal(3, "0.31", "EUR", "Income:Bank-Interest"),
    ];
    let appended = Appended::new(
        "beancount/agency.beancount",
        "beancount",
        &written(layout(&before), &entries),
    );
    assert_eq!(
        new_entries(&before, &appended.0, account),
        [
            "2024-04-02 -12.90 EUR | Expenses:Fees | Kontoführung 03/24; \"Entgelt\" | siehe (Anlage)",
            "2024-04-03 0.31 EUR | Income:Bank-Interest | Kontoführung 03/24; \"Entgelt\" | siehe (Anlage)",
        ]
    );
    let path = appended.0.to_str().unwrap();
    // Anything that Beancount objects to comes before the result.
    let query = "SELECT sum(number) WHERE account = 'Assets:Bank:Checking'";
    let text = run_tool("TIEOUT_BEAN_QUERY", "bean-query", &["-f", "csv", path, query]);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(lines, ["sum(number)", "9517.00"]);
    let tagged = "SELECT count(*) WHERE 'tieout' IN tags";
    let text = run_tool("TIEOUT_BEAN_QUERY", "bean-query", &["-f", "csv", path, tagged]);
    assert_eq!(text.lines().last().map(str::trim), Some("4"));
}

#[test]
fn hledger_takes_the_written_entries() {
    let account = "assets:bank:checking";
    let before = read_file(&fixtures().join("hledger/shop.journal"), Some(account));
    let entries = [
        proposal(2, "-1234.5", "USD", "expenses:bank fees"),
        proposal(3, "7", "USD", "income:interest"),
    ];
    let appended = Appended::new("hledger/shop.journal", "hledger", &written(layout(&before), &entries));
    assert_eq!(
        new_entries(&before, &appended.0, account),
        [
            "2024-04-02 -1234.50 USD | expenses:bank fees | Kontoführung 03/24, \"Entgelt\" / siehe (Anlage)",
            "2024-04-03 7.00 USD | income:interest | Kontoführung 03/24, \"Entgelt\" / siehe (Anlage)",
        ]
    );
    let path = appended.0.to_str().unwrap();
    let text = run_tool(
        "TIEOUT_HLEDGER",
        "hledger",
        &["-f", path, "balance", "--no-total", "-O", "csv", account],
    );
    assert_eq!(text.lines().last(), Some("\"assets:bank:checking\",\"$4534.20\""));
    let tagged = run_tool("TIEOUT_HLEDGER", "hledger", &["-f", path, "print", "tag:tieout"]);
    assert_eq!(
        tagged.matches("* () (Bank) \\ Söhne | ").count() + tagged.matches("* (Bank) \\ Söhne | ").count(),
        2,
        "{tagged}"
    );
}

#[test]
fn a_name_that_is_all_the_text_is_written_once() {
    for (fixture, account, head) in [
        (
            "hledger/shop.journal",
            "assets:bank:checking",
            "2024-04-02 * MONTHLY ACCOUNT FEE\n",
        ),
        (
            "beancount/agency.beancount",
            "Assets:Bank:Checking",
            "2024-04-02 * \"MONTHLY ACCOUNT FEE\" #tieout\n",
        ),
    ] {
        let before = read_file(&fixtures().join(fixture), Some(account));
        let currency = before.reading.currency.unwrap();
        let alike = ProposedEntry {
            description: "MONTHLY ACCOUNT FEE".into(),
            counterparty: "MONTHLY ACCOUNT FEE".into(),
            ..proposal(2, "-12.90", currency.code(), "Expenses:Fees")
        };
        let text = String::from_utf8(written(layout(&before), &[alike])).unwrap();
        assert!(text.contains(head), "{text}");
    }
}

#[test]
fn the_decimal_mark_of_a_commodity_is_kept() {
    let before = read_file(&fixtures().join("hledger/hard.journal"), Some("assets:bank:eur"));
    let text = String::from_utf8(written(
        layout(&before),
        &[proposal(2, "-1234.5", "EUR", "expenses:fees")],
    ))
    .unwrap();
    assert!(text.contains("-1234,50 EUR") && text.contains(" 1234,50 EUR"), "{text}");
}

#[test]
fn accounts_that_the_format_cannot_name_are_refused() {
    let books = read_file(
        &fixtures().join("beancount/agency.beancount"),
        Some("Assets:Bank:Checking"),
    );
    for contra in ["Bank fees", "expenses:fees", "", "Expenses:Fees 1 EUR"] {
        let refused = write_entries(layout(&books), &[proposal(2, "1", "EUR", contra)], &mut Vec::new());
        assert!(matches!(refused, Err(WriteError::Account { .. })), "{contra}");
    }
    let books = read_file(&fixtures().join("hledger/shop.journal"), Some("assets:bank:checking"));
    for contra in ["", " ", "(virtual)", "a;b"] {
        let refused = write_entries(layout(&books), &[proposal(2, "1", "USD", contra)], &mut Vec::new());
        assert!(matches!(refused, Err(WriteError::Account { .. })), "{contra}");
    }
}

/// A table's fixture with its account, and what the two proposals look like in it, at its end.
#[test]
fn tables_take_rows_in_their_own_columns() {
    for (fixture, account, currency, text) in [
        (
            "csv/extract.csv",
            None,
            "USD",
            ",2024-04-02,-12.90,USD,\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\",(Bank) \\ Söhne,,\n\
             ,2024-04-03,0.31,USD,\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\",(Bank) \\ Söhne,,\n",
        ),
        (
            "csv/german-extract.csv",
            None,
            "EUR",
            "\n02.04.2024;;\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\";Fees;;12,90;\n\
             03.04.2024;;\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\";Fees;0,31;;\n",
        ),
        (
            "csv/ledger-with-accounts.csv",
            Some("Bank Checking"),
            "USD",
            "2024-04-02,,1000,Bank Checking,\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\",,12.90\n\
             2024-04-02,,,Fees,\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\",12.90,\n\
             2024-04-03,,1000,Bank Checking,\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\",0.31,\n\
             2024-04-03,,,Fees,\"Kontoführung 03/24; \"\"Entgelt\"\" | siehe (Anlage) (tieout: fee, only on the statement: line 12 [2024-04-02])\",,0.31\n",
        ),
    ] {
        let before = read_file(&fixtures().join(fixture), account);
        let entries = [
            proposal(2, "-12.9", currency, "Fees"),
            proposal(3, "0.31", currency, "Fees"),
        ];
        assert!(layout(&before).is_appended());
        let bytes = written(layout(&before), &entries);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let expected = text.replace('ü', if fixture.contains("german") { "\u{fffd}" } else { "ü" });
        assert_eq!(shown, expected, "{fixture}");
        let appended = Appended::new(fixture, &fixture.replace('/', "-"), &bytes);
        let after = read_file(&appended.0, account);
        assert_eq!(common::codes(&after), common::codes(&before), "{fixture}");
        let new = after.entries.get(before.entries.len()..).unwrap();
        let amounts: Vec<_> = new.iter().map(|entry| (entry.date, entry.amount)).collect();
        assert_eq!(
            amounts,
            entries.each_ref().map(|entry| (entry.date, entry.amount)),
            "{fixture}"
        );
        assert!(
            new[0]
                .description
                .starts_with("Kontoführung 03/24; \"Entgelt\" | siehe (Anlage) (tieout: fee"),
            "{}",
            new[0].description
        );
    }
}

/// A general ledger holds both sides of a transaction, so both are written; a list of two bank accounts holds one side, and an
/// account of fees would be made up there.
#[test]
fn the_contra_account_gets_a_row_where_the_rows_of_the_file_balance() {
    let ledger = "Date,Account Code,Account Name,Description,Amount\n\
        2024-01-02,1000,Bank Checking,Rent,-1450.00\n2024-01-02,5100,Rent,Rent,1450.00\n\
        2024-01-05,1000,Bank Checking,Takings,2118.75\n2024-01-05,4000,Sales,Takings,-2118.75\n";
    let before = common::read_text(ledger, Some("Bank Checking"));
    let bytes = written(layout(&before), &[proposal(2, "-12.9", "USD", "Rent")]);
    let after = common::read_text(&format!("{ledger}{}", String::from_utf8(bytes).unwrap()), Some("Rent"));
    let found = after
        .reading
        .accounts
        .iter()
        .find(|account| account.name == "Rent")
        .unwrap();
    assert_eq!((found.code.as_str(), found.entries), ("5100", 2));
    assert_eq!(after.entries.last().unwrap().amount, "12.90".parse().unwrap());

    let two_banks = "Date,Account Code,Account Name,Description,Amount\n\
        2024-01-02,1000,Bank Checking,Rent,-1450.00\n2024-01-03,1001,Bank Savings,Interest,3.10\n";
    let before = common::read_text(two_banks, Some("Bank Checking"));
    let bytes = written(layout(&before), &[proposal(2, "-12.9", "USD", "Rent")]);
    assert_eq!(String::from_utf8(bytes).unwrap().lines().count(), 1);
}

/// Rows of a report stand in groups with totals: new ones make a file of their own, which the same reader reads.
#[test]
fn reports_get_a_file_of_their_own() {
    for (fixture, account) in [
        ("csv/quickbooks-online-transaction-detail-by-account.csv", "Checking"),
        (
            "csv/quickbooks-online-transaction-detail-by-account.csv",
            "Visa Business",
        ),
        ("csv/quickbooks-desktop-general-ledger.csv", "Assets:Checking"),
        ("csv/xero-account-transactions.csv", "Business Bank Account"),
    ] {
        let before = read_file(&fixtures().join(fixture), Some(account));
        assert!(!layout(&before).is_appended());
        let entries = [proposal(2, "-12.9", "USD", "Fees"), proposal(13, "0.31", "USD", "Fees")];
        let text = String::from_utf8(written(layout(&before), &entries)).unwrap();
        let after = common::read_text(&text, None);
        assert_eq!(after.reading.account.as_deref(), Some(account), "{text}");
        let amounts: Vec<_> = after.entries.iter().map(|entry| (entry.date, entry.amount)).collect();
        let turned = account == "Visa Business";
        let expected = entries
            .each_ref()
            .map(|entry| (entry.date, if turned { -entry.amount } else { entry.amount }));
        assert_eq!(amounts, expected, "{fixture}\n{text}");
    }
}

#[test]
fn workbooks_get_a_workbook_of_their_own() {
    for (fixture, account) in [
        ("xlsx/extract.xlsx", None),
        (
            "xlsx/quickbooks-online-transaction-detail-by-account.xlsx",
            Some("Checking"),
        ),
        ("xlsx/quickbooks-desktop-general-ledger.xlsx", Some("Assets:Checking")),
        ("xlsx/xero-account-transactions.xlsx", Some("Business Bank Account")),
    ] {
        let before = read_file(&fixtures().join(fixture), account);
        assert!(!layout(&before).is_appended());
        let entries = [
            proposal(2, "-12.9", "USD", "Fees"),
            proposal(13, "1234567.31", "USD", "Fees"),
        ];
        let bytes = written(layout(&before), &entries);
        let after = read_all(&mut Cursor::new(bytes), &BooksOptions::default()).unwrap();
        assert_eq!(
            (after.reading.format, after.reading.account.as_deref()),
            ("xlsx", account),
            "{fixture}"
        );
        let amounts: Vec<_> = after.entries.iter().map(|entry| (entry.date, entry.amount)).collect();
        assert_eq!(
            amounts,
            entries.each_ref().map(|entry| (entry.date, entry.amount)),
            "{fixture}"
        );
    }
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_text() {
    let before = read_file(&fixtures().join("csv/extract.csv"), None);
    for start in ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1"] {
        let entry = ProposedEntry {
            description: start.into(),
            counterparty: start.into(),
            ..proposal(2, "1", "USD", start)
        };
        let text = String::from_utf8(written(layout(&before), &[entry])).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        for cell in [&record[4], &record[5]] {
            assert!(cell.starts_with('\''), "{cell}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// Whatever a bank writes into its texts, it stays text.
    #[test]
    fn texts_of_any_kind_stay_texts(description in ".{0,40}", counterparty in ".{0,20}", reason in ".{0,40}", minor in -10_000_000_i64..10_000_000) {
        for (fixture, account, currency, contra) in [
            ("beancount/agency.beancount", "Assets:Bank:Checking", "EUR", "Expenses:Fees"),
            ("hledger/shop.journal", "assets:bank:checking", "USD", "expenses:fees"),
            ("csv/ledger-with-accounts.csv", "Bank Checking", "USD", ""),
        ] {
            let before = read_file(&fixtures().join(fixture), Some(account));
            let entry = ProposedEntry {
                description: description.clone(),
                counterparty: counterparty.clone(),
                reason: reason.clone(),
                document: reason.clone(),
                amount: Decimal::from_minor(minor, 2),
                ..proposal(5, "0", currency, contra)
            };
            let mut text = fs::read(fixtures().join(fixture)).unwrap();
            text.extend(written(layout(&before), std::slice::from_ref(&entry)));
            let after = common::read_text(std::str::from_utf8(&text).unwrap(), Some(account));
            prop_assert_eq!(after.entries.len(), before.entries.len() + 1);
            prop_assert_eq!(common::codes(&after), common::codes(&before));
            let last = after.entries.last().unwrap();
            prop_assert_eq!((last.amount, last.contra.as_str()), (entry.amount, contra));
        }
    }
}

#[test]
fn proposals_keep_their_sign_in_columns_of_money_in_and_out() {
    for text in [
        "Date,Payee,Money Out,Money In\n2026-01-01,A,25.00,\n2026-01-02,B,,300.00\n",
        "Date,Payee,Amount,Af Bij\n2026-01-01,A,25.00,Af\n2026-01-02,B,300.00,Bij\n",
    ] {
        let read =
            |text: &str| read_all(&mut Cursor::new(text.to_owned().into_bytes()), &BooksOptions::default()).unwrap();
        let before = read(text);
        let more = written(
            layout(&before),
            &[
                proposal(3, "-9.90", "EUR", "Fees"),
                proposal(4, "3.12", "EUR", "Interest"),
            ],
        );
        let after = read(&format!("{text}{}", String::from_utf8(more).unwrap()));
        let amounts: Vec<_> = after.entries.iter().map(|entry| entry.amount.to_string()).collect();
        assert_eq!(amounts, ["-25.00", "300.00", "-9.90", "3.12"], "{text}");
    }
}

/// However a table says which way the money goes, rows written into it say it the same way.
#[test]
fn every_layout_of_amounts_reads_back() {
    let layouts = [
        "Date,Payee,Debit,Credit\n2026-01-01,A,,25.00\n2026-01-02,B,300.00,\n",
        "Date,Payee,Debit,Credit\n2026-01-01,A,,-25.00\n2026-01-02,B,300.00,\n",
        "Date,Payee,Credit,Debit\n2026-01-01,A,25.00,\n2026-01-02,B,,300.00\n",
        "Date,Payee,Withdrawal,Deposit\n2026-01-01,A,25.00,\n2026-01-02,B,,300.00\n",
        "Date,Payee,Amount\n2026-01-01,A,-25.00\n2026-01-02,B,300.00\n",
        "Date,Payee,Amount,D/C\n2026-01-01,A,25.00,C\n2026-01-02,B,300.00,D\n",
        "Datum;Omschrijving;Bedrag;Af Bij\n2026-01-01;A;25,00;Af\n2026-01-02;B;300,00;Bij\n",
        "Datum;Omschrijving;Bedrag;Af Bij\n2026-01-01;A;25,00;Af\n2026-01-02;B;300,00;Af\n",
    ];
    for text in layouts {
        let before = common::read_text(text, None);
        let entries = [proposal(2, "-12.90", "EUR", "Fees"), proposal(3, "0.31", "EUR", "Fees")];
        let whole = [text.as_bytes(), &written(layout(&before), &entries)].concat();
        let after = common::read_text(std::str::from_utf8(&whole).unwrap(), None);
        let amounts: Vec<_> = after.entries.iter().skip(2).map(|entry| entry.amount).collect();
        assert_eq!(
            amounts,
            entries.each_ref().map(|entry| entry.amount),
            "{}",
            String::from_utf8_lossy(&whole)
        );
    }
}

#[test]
fn the_document_of_what_is_corrected_is_read_back() {
    for (fixture, account, currency, contra) in [
        (
            "beancount/agency.beancount",
            "Assets:Bank:Checking",
            "EUR",
            "Expenses:Fees",
        ),
        ("hledger/shop.journal", "assets:bank:checking", "USD", "expenses:fees"),
    ] {
        let before = read_file(&fixtures().join(fixture), Some(account));
        let entry = ProposedEntry {
            document: "INV-4711".into(),
            ..proposal(28, "-12.00", currency, contra)
        };
        let mut text = fs::read(fixtures().join(fixture)).unwrap();
        text.extend(written(layout(&before), &[entry]));
        let after = common::read_text(std::str::from_utf8(&text).unwrap(), Some(account));
        let found = after.entries.iter().find(|entry| entry.document == "INV-4711");
        assert!(found.is_some_and(|entry| entry.check_number.is_empty()), "{fixture}");
    }
    let table = "Date,Description,Reference,Amount\n2024-04-01,Paper,BILL-1,-5.00\n";
    let before = common::read_text(table, None);
    let entry = ProposedEntry {
        document: "BILL-1".into(),
        ..proposal(2, "5", "EUR", "")
    };
    let mut text = table.as_bytes().to_vec();
    text.extend(written(layout(&before), &[entry]));
    let after = common::read_text(std::str::from_utf8(&text).unwrap(), None);
    assert_eq!(after.entries[1].document, "BILL-1");
}

#[test]
fn rows_of_a_french_journal_keep_journal_and_document_in_their_columns() {
    let text = "Date;Journal;Compte;Pièce;Libellé;Débit;Crédit;Solde\n01/03/2025;AN;512000;;A nouveau;100,00;;100,00\n\
        06/03/2025;BQ;512000;INV-1;Payment INV-1;;10,00;90,00\n07/03/2025;BQ;512000;INV-2;Payment INV-2;;20,00;70,00\n";
    let books = common::read_text(text, None);
    assert_eq!(books.entries[1].document, "INV-1");
    let layout = books.reading.layout.expect("a table is written");
    let reversal = tieout_books::ProposedEntry {
        date: tieout_core::Date::constant(2025, 3, 27),
        amount: "10.00".parse().unwrap(),
        currency: tieout_core::Currency::try_new("EUR").unwrap(),
        description: "Reversal".into(),
        counterparty: String::new(),
        document: "INV-1".into(),
        contra_account: "To be clarified".into(),
        reason: "twice".into(),
        rows: Vec::new(),
    };
    let mut bytes = Vec::new();
    tieout_books::write_entries(&layout, &[reversal], &mut bytes).unwrap();
    let row = String::from_utf8(bytes).unwrap();
    assert!(row.starts_with("27/03/2025;BQ;512000;INV-1;Reversal"), "{row}");
}

//! `GnuCash` files: one book as version 4.13 writes it (plain and packed XML) and as `SQLite`.

use crate::common::{codes, fixtures, read_file, run_tool};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use tieout_books::{Books, BooksOptions, Clearing, ProposedEntry, read_all, write_entries};
use tieout_core::{Code, Currency, Decimal};

const FILES: [&str; 3] = ["agency.gnucash", "agency-packed.gnucash", "agency.sqlite.gnucash"];

fn read(name: &str, account: &str) -> Books {
    read_file(&fixtures().join("gnucash").join(name), Some(account))
}

fn balances(books: &Books) -> BTreeMap<(String, String), Decimal> {
    let accounts = books.reading.accounts.iter();
    let all = accounts.flat_map(|account| {
        account
            .balances
            .iter()
            .map(|b| ((account.name.clone(), b.commodity.clone()), b.amount))
    });
    all.filter(|(_, amount)| !amount.is_zero()).collect()
}

#[test]
fn entries_of_an_account_are_read_with_all_that_is_said_of_them() {
    for name in FILES {
        let books = read(name, "Checking & Giro");
        assert_eq!(
            books.reading.account.as_deref(),
            Some("Assets:Current Assets:Checking & Giro"),
            "{name}"
        );
        assert_eq!(
            books.reading.currency,
            Some(Currency::try_new("EUR").unwrap()),
            "{name}"
        );
        assert_eq!(books.reading.refusal(), None, "{name}");
        let rent = books.entries.iter().find(|entry| entry.check_number == "1044").unwrap();
        assert_eq!(
            (
                rent.date.to_string().as_str(),
                rent.amount.to_string().as_str(),
                rent.clearing
            ),
            ("2026-01-15", "-800", Clearing::Cleared),
            "{name}"
        );
        assert_eq!(
            (rent.description.as_str(), rent.contra.as_str(), rent.memo.as_str()),
            ("Landlord <Immobilien>", "Expenses:Miete & Büro", "January \"rent\""),
            "{name}"
        );
        let split: Vec<_> = books
            .entries
            .iter()
            .filter(|e| e.document == "R-1002")
            .map(|e| e.amount.to_string())
            .collect();
        assert_eq!(split.len(), 2, "both splits of one transaction on the account");
    }
}

#[test]
fn accounts_in_another_currency_are_read_in_theirs() {
    for name in FILES {
        let books = read(name, "Dollar");
        let amounts: Vec<_> = books
            .entries
            .iter()
            .map(|e| (e.amount.to_string(), e.currency.unwrap().code().to_owned()))
            .collect();
        assert_eq!(
            amounts,
            [
                ("1000".to_owned(), "USD".to_owned()),
                ("100".to_owned(), "USD".to_owned())
            ],
            "{name}"
        );
    }
}

#[test]
fn every_balance_agrees_with_piecash() {
    let path = fixtures().join("gnucash").join("agency.sqlite.gnucash");
    let script = "import sys, piecash\n\
        book = piecash.open_book(sys.argv[1], readonly=True)\n\
        for a in book.accounts:\n\
        \x20   s = sum(split.quantity for split in a.splits)\n\
        \x20   if s: print(a.fullname, a.commodity.mnemonic, s, sep='\\t')\n";
    let text = run_tool(
        "TIEOUT_PYTHON",
        "python3",
        &["-W", "ignore", "-c", script, path.to_str().unwrap()],
    );
    let mut theirs = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        theirs.insert(
            (cells[0].to_owned(), cells[1].to_owned()),
            cells[2].parse::<Decimal>().unwrap(),
        );
    }
    assert!(theirs.len() == 8, "{theirs:?}");
    for name in FILES {
        assert_eq!(balances(&read(name, "Checking")), theirs, "{name}");
    }
}

#[test]
fn a_fraction_without_end_and_an_unbalanced_transaction_are_told() {
    let whole = fs::read_to_string(fixtures().join("gnucash").join("agency.gnucash")).unwrap();
    let thirds = whole.replacen("<split:quantity>-80000/100", "<split:quantity>-240001/300", 1);
    assert_ne!(thirds, whole);
    let off = whole.replacen("<split:value>-80000/100", "<split:value>-80001/100", 1);
    for (text, code) in [(thirds, Code::BadEntry), (off, Code::Unbalanced)] {
        let options = BooksOptions {
            account: Some("Checking".into()),
            ..BooksOptions::default()
        };
        let books = read_all(&mut Cursor::new(text), &options).unwrap();
        assert!(codes(&books).contains(&code), "{:?}", books.reading.problems);
    }
}

#[test]
fn damaged_files_are_refused_or_read_without_a_panic() {
    for name in FILES {
        let whole = fs::read(fixtures().join("gnucash").join(name)).unwrap();
        let read = |bytes: Vec<u8>| {
            let options = BooksOptions {
                format: Some("gnucash".into()),
                ..BooksOptions::default()
            };
            read_all(&mut Cursor::new(bytes), &options).unwrap()
        };
        let step = whole.len() / 400 + 1;
        for at in (0..whole.len()).step_by(step) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xFF;
            let _ = read(damaged);
            let cut = read(whole[..at].to_vec());
            assert!(
                cut.reading.refusal().is_some() || name.contains("sqlite"),
                "{name} cut at {at}"
            );
        }
    }
}

#[test]
fn corrections_are_written_as_the_program_exports_transactions() {
    let books = read("agency.gnucash", "Checking");
    let entries = [ProposedEntry {
        date: "2026-03-31".parse().unwrap(),
        amount: "-3.5".parse().unwrap(),
        currency: Currency::try_new("EUR").unwrap(),
        description: "=Fee, \"March\"".into(),
        counterparty: String::new(),
        document: String::new(),
        contra_account: "Expenses:Bank Fees".into(),
        reason: "fee not in the books".into(),
        rows: Vec::new(),
    }];
    let layout = books.reading.layout.unwrap();
    assert!(!layout.is_appended());
    let mut bytes = Vec::new();
    write_entries(&layout, &entries, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 2);
    for (row, (account, amount)) in rows.iter().zip([
        ("Assets:Current Assets:Checking & Giro", "-3.50"),
        ("Expenses:Bank Fees", "3.50"),
    ]) {
        assert_eq!(
            (&row[0], &row[1], &row[3]),
            ("2026-03-31", "tieout-1", "'=Fee, \"March\"")
        );
        assert_eq!((&row[8], &row[9]), (account, amount));
    }
}

#[test]
fn a_packed_file_that_unpacks_without_end_is_refused_before_it_is_held() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed
        .write_all(b"<?xml version=\"1.0\"?>\n<gnc-v2><gnc:book>")
        .unwrap();
    for _ in 0..32 {
        packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bytes = packed.finish().unwrap();
    let options = BooksOptions {
        format: Some("gnucash".into()),
        ..BooksOptions::default()
    };
    let books = read_all(&mut Cursor::new(bytes), &options).unwrap();
    let problem = &books.reading.problems[0];
    assert_eq!(problem.code, Code::TooLarge);
    assert!(problem.message.contains("16 MB"), "{problem:?}");
}

//! Whatever a file holds, reading it ends, without a panic, and says what was wrong.

use crate::common::{fixtures, read_with};
use proptest::prelude::*;
use std::fs;
use std::io::Cursor;
use tieout_books::{BooksOptions, read_all};

/// Reads bytes as one kind of books, for whatever account there is.
fn survives(format: Option<&str>, bytes: &[u8]) {
    for account in [None, Some("a")] {
        let options = BooksOptions {
            format: format.map(str::to_owned),
            account: account.map(str::to_owned),
            ..BooksOptions::default()
        };
        let books = read_all(&mut Cursor::new(bytes.to_vec()), &options).unwrap();
        let silent = books.entries.is_empty() && books.reading.accounts.is_empty();
        assert!(
            !silent || !books.reading.problems.is_empty(),
            "nothing was read and nothing was said"
        );
    }
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    [
        ("beancount", "beancount/hard.beancount"),
        ("beancount", "beancount/agency.beancount"),
        ("hledger", "hledger/hard.journal"),
        ("hledger", "hledger/shop.journal"),
        ("csv", "csv/quickbooks-online-transaction-detail-by-account.csv"),
        ("csv", "csv/quickbooks-desktop-general-ledger.csv"),
        ("csv", "csv/xero-account-transactions.csv"),
        ("csv", "csv/german-extract.csv"),
        ("csv", "csv/quickbooks-online-journal.csv"),
        ("csv", "csv/quickbooks-online-journal-by-number.csv"),
        ("csv", "csv/quickbooks-desktop-journal.csv"),
        ("csv", "csv/xero-journal-report.csv"),
        ("csv", "csv/xero-manual-journals.csv"),
        ("crane", "crane/studio.jsonl"),
        ("crane", "crane/studio.json"),
        ("iif", "iif/shop.iif"),
        ("sie5", "sie/akeri-5.sie"),
        ("jpk", "jpk/jpk_kr.xml"),
        ("jpk", "jpk/jpk_kr_pd.xml"),
        ("xlsx", "xlsx/extract.xlsx"),
        ("xlsx", "xlsx/quickbooks-desktop-general-ledger.xlsx"),
    ]
    .into_iter()
    .map(|(format, file)| (format, fs::read(fixtures().join(file)).unwrap()))
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(120) })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let formats = ["beancount", "hledger", "csv", "xlsx", "crane", "iif", "sie5", "jpk"];
        for format in formats.into_iter().map(Some).chain([None]) {
            survives(format, &bytes);
        }
    }

    /// Text made of the pieces that these languages are made of gets much further than bytes do.
    #[test]
    fn any_pieces(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        let text = pieces.concat();
        for format in ["beancount", "hledger"] {
            survives(Some(format), text.as_bytes());
        }
    }

    /// JSON made of members and values that such books have, nested anyhow.
    #[test]
    fn any_json(pieces in proptest::collection::vec(proptest::sample::select(JSON), 0..60)) {
        survives(Some("crane"), pieces.concat().as_bytes());
    }

    /// Rows of a general journal in any order, below the headers of several programs.
    #[test]
    fn any_journal(header in proptest::sample::select(JOURNAL_HEADERS), rows in proptest::collection::vec(proptest::sample::select(JOURNAL_ROWS), 0..40)) {
        let text = format!("{header}\n{}", rows.concat());
        survives(Some("csv"), text.as_bytes());
    }

    /// Rows of a table in any order, with any headings.
    #[test]
    fn any_rows(rows in proptest::collection::vec(proptest::sample::select(ROWS), 0..40)) {
        let text = format!("Date,Type,Num,Name,Memo,Split,Debit,Credit,Balance\n{}", rows.concat());
        survives(Some("csv"), text.as_bytes());
    }

    #[test]
    fn cut_and_flipped_files(which in any::<proptest::sample::Index>(), at in any::<proptest::sample::Index>(), flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..8)) {
        let samples = samples();
        let (format, mut bytes) = samples[which.index(samples.len())].clone();
        for (at, byte) in &flips {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        let cut = at.index(bytes.len());
        survives(Some(format), &bytes[..cut]);
        survives(Some(format), &bytes);
    }
}

const PIECES: &[&str] = &[
    "2024-01-01",
    " * ",
    "!",
    "\n",
    "\n  ",
    "\n    ",
    "  ",
    "\t",
    "Assets:Bank",
    "assets:bank",
    "Expenses:Food",
    "100",
    "-",
    "1.000",
    "1,000.00",
    " EUR",
    " USD",
    "$",
    " AAPL",
    "{",
    "}",
    "{{",
    "}}",
    "#",
    "{10 USD}",
    "{}",
    " @ ",
    " @@ ",
    "@",
    "=",
    "==",
    "=*",
    "\"",
    "\"text\"",
    ";",
    "; date:2024-02-30",
    "[",
    "]",
    "(",
    ")",
    "*",
    "/",
    "+",
    ",",
    "~",
    "open",
    "close",
    "pad",
    "balance",
    "option",
    "include",
    "\"x\"",
    "pushmeta a: 1",
    "alias /a/ = b",
    "alias a = b",
    "apply account x",
    "end apply account",
    "commodity 1.000,00 EUR",
    "D $1,000.00",
    "Y2024",
    "P",
    "comment\n",
    "end comment",
    "\u{fc}",
    "\u{2212}",
    "1e9",
    "999999999999999999999999999999999999",
    "0.000000000000000001",
    "key: ",
    "#tag",
    "^link",
    "|",
];

const ROWS: &[&str] = &[
    "01/02/2024,Check,1041,Harbor,rent,Rent,,5.00,1.00\n",
    "01/31/2024,Deposit,,,,Sales,9.00,,\n",
    "Checking,,,,,,,,\n",
    "Savings,,,,,,,,7.00\n",
    "Total Checking,,,,,,9.00,5.00,4.00\n",
    "Total for Savings,,,,,,,,\n",
    "TOTAL,,,,,,1.00,1.00,\n",
    "Opening Balance,,,,,,1.00,,1.00\n",
    "Closing Balance,,,,,,,,x\n",
    ",,,,,,,,\n",
    "\n",
    "\"",
    "Date,Type,Num,Name,Memo,Split,Debit,Credit,Balance\n",
    "32/13/2024,Check,,,,,1.00,,\n",
    "01/02/2024,Check,,,,,one,,\n",
    "01/02/2024,,,,Opening Balance,,,,5.00\n",
    "Net Movement,,,,,,1.00,,\n",
    "a,b,c,d\n",
    ",,,,,,1.00,,\n",
    "01/02/2024,Check,,,,,99999999999999999999999999999999999,,\n",
];

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "null",
    "{\"object\":\"transaction\",\"id\":\"t1\",\"transaction_date\":\"2024-01-31\",\"entries\":[",
    "{\"account_id\":\"a\",\"entry_type\":\"debit\",\"amount\":\"5.00\"}",
    "{\"account_id\":\"b\",\"entry_type\":\"credit\",\"amount\":5e0,\"transaction_id\":\"t1\"}",
    "{\"account_id\":\"a\",\"entry_type\":\"debit\",\"amount\":99999999999999999999999999999999999999}",
    "]}",
    "{\"object\":\"account\",\"id\":\"a\",\"code\":\"1\",\"name\":\"a:b\",\"account_type\":\"asset\"}",
    "{\"account_id\":\"a\",\"as_of\":\"2024-01-31\",\"amount\":\"5.00\"}",
    "{\"data\":[",
    "],\"total_count\":7}",
    "\"x\":",
];

const JOURNAL_HEADERS: &[&str] = &[
    ",Date,Transaction Type,Num,Name,Memo/Description,Account,Debit,Credit",
    ",Trans #,Date,Type,Num,Name,Account,Debit,Credit",
    "Source,Date,Description,Reference,Journal Number,Account Code,Account,Debit,Credit",
    "*JournalNo,*JournalDate,Name,Description,Class,Location,*AccountName,*Debits,*Credits",
];

const JOURNAL_ROWS: &[&str] = &[
    ",01/31/2024,Check,1,Harbor,rent,Checking,,5.00\n",
    "1,01/31/2024,Check,1,Harbor,rent,Checking,5.00,\n",
    ",,,,,,Rent,5.00,\n",
    ",,,,,,,5.00,5.00\n",
    ",,,,,,,5.00,\n",
    "TOTAL,,,,,,,10.00,10.00\n",
    "Total for 1,,,,,,,10.00,10.00\n",
    "211,,,,,,,,\n",
    ",,,,,,,,\n",
    ",32/01/2024,Check,,,,Checking,1.00,\n",
    ",01/31/2024,Check,,,,Checking,one,\n",
    ",01/31/2024,Check,,,,Checking,99999999999999999999999999999999999999,\n",
    "\"",
    "\n",
];

#[test]
fn deep_and_long_things_end() {
    let deep = format!(
        "2024-01-01 * \"x\"\n  Assets:Bank  {}1{} EUR\n  Equity:X\n",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    survives(Some("beancount"), deep.as_bytes());
    let minus = format!(
        "2024-01-01 * \"x\"\n  Assets:Bank  {}1 EUR\n  Equity:X\n",
        "-".repeat(100_000)
    );
    survives(Some("beancount"), minus.as_bytes());
    let account = format!(
        "2024-01-01 * \"x\"\n  Assets{}  1 EUR\n  Equity:X\n",
        ":A".repeat(200_000)
    );
    survives(Some("beancount"), account.as_bytes());
    survives(Some("hledger"), account.as_bytes());
    survives(Some("crane"), "[".repeat(300_000).as_bytes());
    survives(Some("crane"), "{\"data\":".repeat(100_000).as_bytes());
    let nested = format!("{}{{\"entry_type\":1}}{}", "[".repeat(100), "]".repeat(100));
    survives(Some("crane"), nested.as_bytes());
    survives(Some("sie5"), "<Journal>".repeat(100_000).as_bytes());
    let quotes = "\"".repeat(300_000);
    survives(Some("beancount"), quotes.as_bytes());
    let open_texts = "2024-01-01 * \"\n".repeat(3_000);
    survives(Some("beancount"), open_texts.as_bytes());
    let long = format!("2024-01-01 {}\n    a  1\n    b\n", "x".repeat(3_000_000));
    survives(Some("hledger"), long.as_bytes());
    let growing = format!(
        "{}2024-01-01 x\n    a  1\n    b\n",
        "alias /a/ = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n".repeat(500)
    );
    survives(Some("hledger"), growing.as_bytes());
}

/// A workbook that unpacks to far more than it is, and one that is no workbook inside.
#[test]
fn hostile_workbooks_are_refused() {
    use std::io::Write;
    for (name, part) in [
        ("xl/workbook.xml", vec![b' '; 1 << 20]),
        ("xl/worksheets/sheet1.xml", vec![b'<'; 1 << 20]),
        ("nothing", Vec::new()),
    ] {
        let mut zip = Vec::new();
        // One stored part, written by hand: local header, directory, end.
        let crc = crc32(&part);
        let length = u32::try_from(part.len()).unwrap();
        let mut local = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".to_vec();
        for number in [crc, length, length] {
            local.write_all(&number.to_le_bytes()).unwrap();
        }
        local
            .write_all(&u16::try_from(name.len()).unwrap().to_le_bytes())
            .unwrap();
        local.write_all(&[0, 0]).unwrap();
        local.write_all(name.as_bytes()).unwrap();
        zip.write_all(&local).unwrap();
        zip.write_all(&part).unwrap();
        survives(None, &zip);
        let books = read_all(&mut Cursor::new(zip), &BooksOptions::default()).unwrap();
        assert!(books.reading.refusal().is_some(), "{name}");
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    }) ^ !0
}

#[test]
fn problems_are_bounded_and_the_rest_counted() {
    let text = format!(
        "2024-01-01 x\n    assets:bank  1 EUR\n    equity:x\n{}",
        "2024-13-01 bad\n    a  1\n    b\n".repeat(5_000)
    );
    let books = read_with(&text, &BooksOptions::default());
    assert!(books.reading.problems.len() < 300);
    assert_eq!(
        books.reading.problems_more.first().map(|(_, count)| *count),
        Some(4_800)
    );
}

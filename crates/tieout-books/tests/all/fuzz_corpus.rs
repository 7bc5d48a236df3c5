//! Replays what fuzzing learnt: every input that reached new code once is read again, without a panic.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use tieout_books::{BooksOptions, read_all};
use tieout_testkit::corpus;

#[test]
fn every_kept_input_is_read_without_a_panic() {
    for target in [
        "books_beancount",
        "books_crane",
        "books_iif",
        "books_jpk",
        "books_sie5",
        "books_hledger",
        "books_csv",
        "books_xlsx",
        "books_datev",
        "books_fec",
        "books_gnucash",
        "books_qif",
        "books_saf_t",
        "books_sie",
    ] {
        let packed = packed(target);
        let inputs = corpus::unpack(&packed);
        assert!(inputs.len() > 50, "{target}: only {} inputs", inputs.len());
        for input in inputs {
            let format = target.strip_prefix("books_").map(|name| name.replace('_', "-"));
            let options = BooksOptions {
                format,
                ..BooksOptions::default()
            };
            let books = read_all(&mut Cursor::new(input), &options).expect("memory can be read");
            assert_eq!(u64::try_from(books.entries.len()), Ok(books.reading.entries));
        }
    }
}

#[test]
fn every_kept_general_journal_is_read_without_a_panic() {
    for rows in corpus::unpack(&packed("books_journal")) {
        for journal in corpus::general_journals(rows) {
            let options = BooksOptions {
                format: Some("csv".into()),
                ..BooksOptions::default()
            };
            let books = read_all(&mut Cursor::new(journal), &options).expect("memory can be read");
            assert_eq!(u64::try_from(books.entries.len()), Ok(books.reading.entries));
        }
    }
}

#[test]
fn every_kept_chart_is_read_without_a_panic() {
    for input in corpus::unpack(&packed("books_chart")) {
        let (rows, _) = tieout_books::read_chart(&mut Cursor::new(input)).expect("memory can be read");
        assert!(rows.is_sorted_by_key(|row| row.line), "{}", input.escape_ascii());
    }
}

fn packed(target: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let file = folder.join(format!("{target}.pack"));
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

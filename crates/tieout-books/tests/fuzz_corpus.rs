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
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz/corpus")
            .join(format!("{target}.pack"));
        let packed = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
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

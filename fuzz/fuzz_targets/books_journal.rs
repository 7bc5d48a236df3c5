//! Any rows below the headers of general journals: no panic, bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use tieout_books::{BooksOptions, read_all};
use tieout_testkit::corpus;

fuzz_target!(|bytes: &[u8]| {
    for journal in corpus::general_journals(bytes) {
        let options = BooksOptions { format: Some("csv".into()), ..BooksOptions::default() };
        let _ = read_all(&mut Cursor::new(journal), &options);
    }
});

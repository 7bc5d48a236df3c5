//! Any bytes read as jpk books: no panic, bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use tieout_books::{BooksOptions, read_all};

fuzz_target!(|bytes: &[u8]| {
    let options = BooksOptions { format: Some("jpk".into()), ..BooksOptions::default() };
    let _ = read_all(&mut Cursor::new(bytes), &options);
});

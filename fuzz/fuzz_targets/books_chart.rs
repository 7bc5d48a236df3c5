//! Any bytes read as a chart of accounts in delimited text: no panic, bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let _ = tieout_books::read_chart(&mut Cursor::new(bytes));
});

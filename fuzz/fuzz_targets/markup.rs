//! Any bytes within a web page or an XML spreadsheet, read as a statement: no panic, bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use tieout_formats::{ReadOptions, read_all};
use tieout_testkit::corpus;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { format: Some("csv".into()), ..ReadOptions::default() };
    let _ = read_all(&mut Cursor::new(corpus::markup(bytes)), &options);
});

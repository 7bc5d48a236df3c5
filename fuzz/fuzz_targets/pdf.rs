//! Any bytes read as a PDF statement: no panic, bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use tieout_formats::{ReadOptions, read_all};

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { format: Some("pdf".into()), ..ReadOptions::default() };
    let _ = read_all(&mut Cursor::new(bytes), &options);
});

//! Any rows below the headers of general journals: no panic, bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use tieout_books::{BooksOptions, read_all};

const HEADERS: [&str; 4] = [
    ",Date,Transaction Type,Num,Name,Memo/Description,Account,Debit,Credit\n",
    ",Trans #,Type,Date,Num,Adj,Name,Memo,Account,Debit,Credit\n",
    "Date,Source,Description,Reference,Journal Number,Account Code,Account,Debit,Credit\n",
    "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount\n",
];

fuzz_target!(|bytes: &[u8]| {
    for header in HEADERS {
        let whole = [header.as_bytes(), b"x,01/31/2024,1,1,1,1,1,1.00,1.00\n", bytes].concat();
        let options = BooksOptions { format: Some("csv".into()), ..BooksOptions::default() };
        let _ = read_all(&mut Cursor::new(whole), &options);
    }
});

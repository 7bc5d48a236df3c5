//! BAI2 and BTRS (its successor, version 3): the reports of American and other banks. Records of comma-separated fields.
//!
//! File (01), groups (02) of one day each, accounts (03) with balances and totals, transactions (16), continuations (88),
//! and trailers of each level (49, 98, 99) with a control total and counts. One account record is one statement. Begin
//! reading at [`pieces`] (what stands on a physical line), then [`reader`]. What single banks do differently is in
//! [`quirks`].

mod codes;
mod control;
mod fields;
mod pieces;
mod quirks;
mod reader;
mod statement;
mod summary;
mod transaction;

use crate::limits::{MAX_LINES, MAX_STATEMENTS};
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tieout_core::encoding::{self, Input};
use tieout_core::lines::Lines;
use tieout_core::problem::{Code, Place};

/// The reader of BAI2 and BTRS.
pub struct Bai2;

impl Format for Bai2 {
    fn name(&self) -> &'static str {
        "bai2"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let first = crate::fixed::first_line(head).trim_ascii_start();
        let record = first.split(|byte| *byte == b'/').next().unwrap_or_default();
        // The third field behind the code is the day on which the file was made.
        let made = record.split(|byte| *byte == b',').nth(3).unwrap_or_default();
        first.starts_with(b"01,")
            && memchr::memchr_iter(b',', record).count() >= 5
            && made.len() == 6
            && made.iter().all(u8::is_ascii_digit)
            && memchr::memmem::find(head, b"02,").is_some()
    }

    fn read(&self, input: &mut dyn Input, _options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let opened = encoding::open(input)?;
        let mut reader = reader::Reader::default();
        let mut lines = Lines::new(opened.reader);
        while let Some(line) = lines.next()? {
            if out.lines() >= MAX_LINES || out.statements() >= MAX_STATEMENTS {
                let message = "more lines or statements than one file may have; the rest was not read";
                out.report(Code::TooLarge, Place::line(line.number), message);
                break;
            }
            if line.cut {
                let message = "the line is too long; its end was dropped";
                out.report(Code::TooLarge, Place::line(line.number), message);
            }
            reader.line(&line, out);
        }
        reader.finish(out);
        out.encoding(opened.marked, reader.decoder());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_by_its_headers() {
        for head in [
            "01,0004,12345,060321,0829,001,80,1,2/\n02,12345,0004,1,060317,,CAD,/\n",
            "01,103100195,103100195,220919,2112,4,,,2/   02,103100195,103100195,1,220919,2400,USD,2/\n",
        ] {
            assert!(Bai2.recognise(head.as_bytes()), "{head}");
        }
        for head in [
            "",
            "01,02,2024,Rent,-500,EUR\n03,02,2024,Rent,-500,EUR\n",
            "01,a/\n02,b/\n",
            "0101,02,",
        ] {
            assert!(!Bai2.recognise(head.as_bytes()), "{head}");
        }
    }
}

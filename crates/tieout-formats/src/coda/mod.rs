//! CODA: the Belgian banks' coded account statements, version 1 and 2. Records of 128 columns.
//!
//! A file is a run of groups, each from a header (0) to a trailer (9); a group holds one statement, sometimes several: old
//! balance (1), movements (21, 22, 23) with what is known about them (31, 32, 33), new balance (8), free messages (4).
//! A movement whose detail number is not 0000 is a part of the one before it and moves no balance. Begin reading at
//! [`reader`]; the columns are in [`columns`], the coded communications in [`communication`].

mod columns;
mod communication;
mod group;
mod movement;
mod quirks;
mod reader;

use crate::fixed::{Layout, Next, read_records};
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tieout_core::encoding::{self, Input};

/// The reader of CODA.
pub struct Coda;

const LAYOUT: Layout = Layout { width: 128, is_record };

fn is_record(text: &[u8]) -> bool {
    match text {
        [b'0', b'0', b'0', b'0', b'0', ..] => true,
        [b'1', structure, digit, ..] => matches!(structure, b'0'..=b'3') && digit.is_ascii_digit(),
        [b'2' | b'3', article, digit, ..] => matches!(article, b'1'..=b'3') && digit.is_ascii_digit(),
        [b'8', digit, ..] => digit.is_ascii_digit(),
        [b'4' | b'9', b' ', ..] => true,
        _ => false,
    }
}

impl Format for Coda {
    fn name(&self) -> &'static str {
        "coda"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let line = crate::fixed::first_line(head);
        line.starts_with(b"00000")
            && line.get(5..11).is_some_and(|date| date.iter().all(u8::is_ascii_digit))
            && line.get(14..16) == Some(b"05")
    }

    fn read(&self, input: &mut dyn Input, _options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let mut opened = encoding::open(input)?;
        let mut reader = reader::Reader::default();
        read_records(&mut opened, &LAYOUT, out, &mut |record, out| {
            reader.record(record, out);
            Next::Go
        })?;
        reader.finish(out);
        out.encoding(opened.marked, reader.decoder());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_by_its_header() {
        assert!(Coda.recognise(b"0000011101772505        00265207  NAME                      KREDBEBB"));
        for head in [
            "",
            "00000",
            "0000011101772506        0026",
            "01,122099999,123456789,040621\n",
            "0,1,2\n",
        ] {
            assert!(!Coda.recognise(head.as_bytes()), "{head}");
        }
    }
}

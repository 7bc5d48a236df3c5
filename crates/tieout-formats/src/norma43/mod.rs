//! Norma 43 (AEB 43, CSB 43): the Spanish banks' account statements. Records of 80 columns.
//!
//! An account is a header (11), movements (22) with their concept texts (23) and amounts in another currency (24), and an
//! end (33); the file ends with 88. Begin reading at [`reader`]; the columns are in [`columns`].

mod columns;
mod quirks;
mod reader;

use crate::fixed::dos::{SPANISH, Told};
use crate::fixed::{Layout, Next, read_records};
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tieout_core::encoding::{self, Input};

/// The reader of Norma 43.
pub struct Norma43;

const LAYOUT: Layout = Layout { width: 80, is_record };

fn is_record(text: &[u8]) -> bool {
    let digits = |from: usize, to: usize| {
        text.get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    match text.get(..2) {
        Some(b"11" | b"33") => digits(2, 20),
        Some(b"22") => digits(10, 22),
        Some(b"23" | b"24") => digits(2, 4),
        Some(b"88") => text.starts_with(b"88999999"),
        Some(b"00") => digits(2, 6),
        _ => false,
    }
}

impl Format for Norma43 {
    fn name(&self) -> &'static str {
        "norma43"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let mut lines = head
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .filter(|line| !line.trim_ascii().is_empty());
        let mut line = lines.next().unwrap_or_default();
        if line.starts_with(b"00") {
            line = lines.next().unwrap_or_default();
        }
        // Account, period, sign, opening, currency: digits throughout.
        line.starts_with(b"11") && line.get(..50).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    }

    fn read(&self, input: &mut dyn Input, _options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        out.dialect("Norma 43");
        let charset = Told::of(input, SPANISH)?;
        let mut opened = encoding::open(input)?;
        let mut reader = reader::Reader::new(charset.decoder(&mut opened));
        read_records(&mut opened, &LAYOUT, out, &mut |record, out| {
            reader.record(record, out);
            Next::Go
        })?;
        reader.finish(out);
        charset.say(opened.marked, reader.decoder(), out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_by_its_account_header() {
        let account = "112081555512345678902401012412312000001000000009783GEN SL\n";
        for head in [
            account.to_owned(),
            format!("\r\n{account}"),
            format!("00208124010100\n{account}"),
        ] {
            assert!(Norma43.recognise(head.as_bytes()), "{head}");
        }
        for head in [
            "",
            "11",
            "11.01.2024;-5,00;Rent\n",
            "1120815555123456789024010124123120000010\n",
        ] {
            assert!(!Norma43.recognise(head.as_bytes()), "{head}");
        }
    }
}

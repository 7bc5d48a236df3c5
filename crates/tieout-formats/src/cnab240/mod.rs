//! CNAB: the Brazilian banks' files. Of CNAB 240 the batches of account statements (*extrato*, segment E) are read;
//! returns of collection and payments, all of CNAB 400 among them, are recognised and refused by name.
//!
//! A file has a header (0), batches from a header (1) over details (3) to a trailer (5), and a trailer (9); the kind of a
//! record is in column 8. Begin reading at [`reader`]; the columns are in [`columns`].

mod columns;
mod quirks;
mod reader;

use crate::fixed::dos::{PORTUGUESE, Told};
use crate::fixed::{Layout, Next, first_line, read_records};
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tieout_core::encoding::{self, Input};
use tieout_core::problem::{Code, Place};

/// The reader of CNAB 240, which also knows a CNAB 400 when it sees one.
pub struct Cnab240;

const LAYOUT: Layout = Layout { width: 240, is_record };

/// Bank, batch, kind of record.
fn is_record(text: &[u8]) -> bool {
    text.get(..7).is_some_and(|begin| begin.iter().all(u8::is_ascii_digit))
        && matches!(text.get(7), Some(b'0' | b'1' | b'3' | b'5' | b'9'))
        && text.len() >= 16
}

/// The file header of CNAB 240: batch 0000, record 0, nine blanks, type and number of the company.
fn is_header(line: &[u8]) -> bool {
    is_record(line)
        && line.get(3..8) == Some(b"00000")
        && line
            .get(8..17)
            .is_some_and(|blank| blank.iter().all(|byte| *byte == b' '))
        && line.get(17).is_some_and(u8::is_ascii_digit)
}

/// A batch or a movement of an extract, where the header of the file is missing: operation E, or segment E.
fn is_of_an_extract(line: &[u8]) -> bool {
    let kind = (line.get(7), line.get(8), line.get(13));
    is_record(line)
        && line.len() > 160
        && line.len() <= 240
        && match kind {
            (Some(b'1'), operation, _) => operation == Some(&b'E'),
            (Some(b'3'), _, segment) => segment == Some(&b'E'),
            _ => false,
        }
}

/// A detail of another service (segment T, U, A, J ...), where the header of the file is missing.
fn is_of_another_service(line: &[u8]) -> bool {
    is_record(line)
        && line.len() > 160
        && line.len() <= 240
        && line.get(7) == Some(&b'3')
        && line
            .get(8..13)
            .is_some_and(|number| number.iter().all(u8::is_ascii_digit))
        && line.get(13).is_some_and(u8::is_ascii_uppercase)
        && line.get(14) == Some(&b' ')
}

/// The header of CNAB 400 names itself.
fn is_cnab400(line: &[u8]) -> bool {
    line.starts_with(b"02RETORNO") || line.starts_with(b"01REMESSA")
}

impl Format for Cnab240 {
    fn name(&self) -> &'static str {
        "cnab240"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let line = first_line(head);
        is_header(line) || is_of_an_extract(line) || is_of_another_service(line) || is_cnab400(line)
    }

    fn read(&self, input: &mut dyn Input, _options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let charset = Told::of(input, PORTUGUESE)?;
        let mut opened = encoding::open(input)?;
        let first = first_line(&opened.head);
        if is_cnab400(first) {
            out.dialect("CNAB 400");
            let message = format!(
                "this is a CNAB 400 file of {}, which holds no account movements",
                quirks::kind_of_400(first)
            );
            out.report(Code::NotAStatement, Place::line(1), message);
            return Ok(());
        }
        out.dialect("CNAB 240");
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
    fn details_without_a_header_are_recognised_by_their_segment() {
        for (segment, recognised) in [
            ("E", true),
            ("T ", true),
            ("U ", true),
            ("A ", true),
            ("7 ", false),
            ("", false),
        ] {
            let line = format!("{:<200}x", format!("0010001300001{segment}"));
            assert_eq!(Cnab240.recognise(line.as_bytes()), recognised, "{segment}");
        }
    }

    #[test]
    fn files_are_recognised_by_their_header() {
        for head in [
            "00100000         2225634100001834980111053331579829200679900000272671109NAME",
            "02RETORNO01COBRANCA       011100123450        Teste de Retorno",
        ] {
            assert!(Cnab240.recognise(head.as_bytes()), "{head}");
        }
        assert!(Cnab240.recognise(b"02RETORNO01COBRAN\xC7A       00000000000001234567"));
        for head in ["", "00100000", "00100000,5,7\n", "0010000012345\n", "02.01.2024;1\n"] {
            assert!(!Cnab240.recognise(head.as_bytes()), "{head}");
        }
    }
}

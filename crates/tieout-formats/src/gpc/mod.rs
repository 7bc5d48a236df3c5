//! ABO, also called GPC: the Czech and Slovak banks' account statements. Records of 128 columns.
//!
//! A statement is a header with both balances and turnovers (074) and its items (075), some banks with texts behind them
//! (076, 078, 079). Begin reading at [`reader`]; the columns are in [`columns`].

mod columns;
mod quirks;
mod reader;

use crate::fixed::{Layout, Next, read_records};
use crate::looking_ahead;
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tieout_core::encoding::Input;

/// The reader of ABO and GPC.
pub struct Gpc;

const LAYOUT: Layout = Layout { width: 128, is_record };

fn is_record(text: &[u8]) -> bool {
    match text.get(..3) {
        Some(b"074" | b"075") => text
            .get(3..19)
            .is_some_and(|account| account.iter().all(u8::is_ascii_digit)),
        Some(b"076" | b"078" | b"079") => true,
        _ => false,
    }
}

impl Format for Gpc {
    fn name(&self) -> &'static str {
        "gpc"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let first = crate::fixed::first_line(head);
        (first.starts_with(b"074") || first.starts_with(b"075"))
            && head
                .split(|byte| matches!(byte, b'\n' | b'\r'))
                .any(|line| line.starts_with(b"074") && is_record(line))
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        out.dialect("ABO/GPC");
        let (mut opened, ahead) = looking_ahead::open(input)?;
        let mut reader = reader::Reader::new(ahead, options.currency);
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
        assert!(Gpc.recognise(b"0740000001234567890Name                310524"));
        for head in ["", "074", "074,1,2\n", "0740000001234\n", "0750000001234567890000\n"] {
            assert!(!Gpc.recognise(head.as_bytes()), "{head}");
        }
    }
}

//! CFONB 120: the French banks' account statements. Records of 120 columns.
//!
//! An account is an old balance (01), movements (04) with additional texts (05), and a new balance (07). Amounts carry
//! their sign in their last digit. Begin reading at [`reader`]; the columns are in [`columns`].

mod amount;
mod columns;
mod qualifiers;
mod quirks;
mod reader;

use crate::fixed::{Layout, Next, read_records};
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tieout_core::encoding::{self, Input};

/// The reader of CFONB 120.
pub struct Cfonb120;

const LAYOUT: Layout = Layout { width: 120, is_record };

/// Code, bank, branch, currency, account: what all records begin with.
fn is_record(text: &[u8]) -> bool {
    let all =
        |from: usize, to: usize, test: fn(&u8) -> bool| text.get(from..to).is_some_and(|part| part.iter().all(test));
    matches!(text.get(..2), Some(b"01" | b"04" | b"05" | b"07"))
        && all(2, 7, u8::is_ascii_alphanumeric)
        && all(11, 16, u8::is_ascii_alphanumeric)
        && all(16, 19, |byte| byte.is_ascii_alphabetic() || *byte == b' ')
        && all(19, 20, |byte| byte.is_ascii_digit() || *byte == b' ')
        && all(21, 32, |byte| byte.is_ascii_alphanumeric() || *byte == b' ')
}

impl Format for Cfonb120 {
    fn name(&self) -> &'static str {
        "cfonb120"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        is_record(crate::fixed::first_line(head))
    }

    fn read(&self, input: &mut dyn Input, _options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        out.dialect("CFONB 120");
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
    fn a_file_is_recognised_by_its_first_record() {
        for head in [
            "0130004    00123EUR2 00012345678  010124",
            "\r\n0415589916200000EUR2 98765432100B1160519",
            "0130004    00123     00012345678  010124",
        ] {
            assert!(Cfonb120.recognise(head.as_bytes()), "{head}");
        }
        for head in [
            "",
            "01",
            "01,122099999,123456789,040621,0200,1,65,,2/",
            "0130004;00123;EUR;2;00012345678;010124",
        ] {
            assert!(!Cfonb120.recognise(head.as_bytes()), "{head}");
        }
    }
}

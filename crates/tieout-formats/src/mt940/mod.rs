//! SWIFT customer statements: MT940 (end of day), MT942 (during the day), MT950 (between banks).
//!
//! A file is a run of messages, each from `:20:` to a dash alone; every message is one statement. Begin reading at
//! [`tags`] (what a physical line is), then [`reader`] (what follows from it), [`movement`] (`:61:`) and [`details`]
//! (`:86:` and its dialects). What single banks do differently is in [`quirks`].

mod account;
mod balance;
mod charset;
mod cut;
mod details;
mod figures;
mod join;
mod message;
mod movement;
mod nonswift;
mod numbered;
mod open;
mod quirks;
mod reader;
mod tags;

use crate::looking_ahead;
use crate::read::{Emitter, Format, ReadOptions};
use std::io;
use tags::{Piece, Tag};
use tieout_core::encoding::Input;
use tieout_core::lines::Lines;

/// The reader of MT940, MT942 and MT950.
pub struct Mt940;

impl Format for Mt940 {
    fn name(&self) -> &'static str {
        "mt940"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        head.split(|byte| matches!(byte, b'\n' | b'\r'))
            .any(|line| match tags::piece(line) {
                Piece::Field(tag, _) => matches!(
                    tag,
                    Tag::Reference | Tag::Account | Tag::Opening(_) | Tag::Movement | Tag::Closing(_) | Tag::Floor
                ),
                Piece::Block(block) => block.starts_with(b"{1:F01"),
                _ => false,
            })
    }

    fn read(&self, input: &mut dyn Input, _options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let (opened, ahead) = looking_ahead::open(input)?;
        let mut reader = reader::Reader::new(&opened.head, ahead, out);
        let mut lines = Lines::new(opened.reader);
        while let Some(line) = lines.next()? {
            if !reader.line(line) {
                break;
            }
        }
        reader.finish(opened.marked);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_recognised_by_their_tags() {
        for head in [
            ":20:STARTUMS\r\n:25:1/2\r\n",
            "ABNANL2A\n940\nABNANL2A\n:20:ABN\n",
            "{1:F01KNABNL2HAXXX0000000000}{2:I940KNABNL2HXXXXN3020}{4:\n",
            "ä4:\r:25:1\r",
            "\n  :20:ST170119CYC/1\n",
            ":61:110701CN50,00NZ10NONREF",
            ":34F:EURC12345,67\n:61:1409010902DR1,62NTRF\n",
        ] {
            assert!(Mt940.recognise(head.as_bytes()), "{head}");
        }
        for head in [
            "",
            "OFXHEADER:100\n",
            "Date,Amount\n",
            "!Type:Bank\n",
            "12:20:15 log line\n",
            "text :20: text\n",
        ] {
            assert!(!Mt940.recognise(head.as_bytes()), "{head}");
        }
    }
}

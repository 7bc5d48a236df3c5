//! Lines that replace or delete an earlier one (`CORRECTFITID` with `CORRECTACTION`).
//!
//! The earlier line mostly stands in a file of days ago, where only the importer can find it: such a correction is given
//! on with [`Ids::corrects`](crate::model::Ids::corrects) and a problem. Where it stands in the same file it has passed
//! before its correction is seen. So a file is searched for the word before it is read, which costs little; only a file
//! that has it is read twice, first for the ids that are corrected.

use super::element::Element;
use super::tags::Tags;
use super::values::Values;
use memchr::memmem;
use std::io::{self, Read};
use tieout_core::encoding::{self, Input};

/// How many corrections of one file are applied; the others are given on only.
const MAX_CORRECTIONS: usize = 100_000;
/// The longest `FITID` that the standard allows.
const MAX_ID_BYTES: usize = 255;

/// The ids of lines that later lines of the file replace or delete.
#[derive(Debug, Default)]
pub(super) struct Corrections {
    /// Number of the statement (ids are an account's own), corrected id, whether the line was met.
    corrected: Vec<(u64, String, bool)>,
}

impl Corrections {
    /// Collects the corrections of a file; reads it once, twice if it has any.
    ///
    /// # Errors
    /// Those of the input.
    pub(super) fn find(input: &mut dyn Input, newline: u8) -> io::Result<Self> {
        let mut found = Self::default();
        if !mentions_corrections(&mut encoding::open(input)?.reader)? {
            return Ok(found);
        }
        let mut tags = Tags::new(encoding::open(input)?.reader, 0, newline);
        let mut values = Values::default();
        let mut statement = 0;
        while tags.advance()? && found.corrected.len() < MAX_CORRECTIONS {
            let element = tags.element();
            statement += u64::from(!tags.closing() && element.is_statement());
            if element == Element::Corrects && !tags.closing() && (1..=MAX_ID_BYTES).contains(&tags.text().len()) {
                let mut id = String::new();
                values.text(&tags, &mut id);
                found.corrected.push((statement, id, false));
            }
        }
        found.corrected.sort_unstable();
        found.corrected.dedup();
        Ok(found)
    }

    /// Whether a later line of the file corrects the line with this id; notes that it was met.
    pub(super) fn applies_to(&mut self, statement: u64, id: &str) -> bool {
        match self.position(statement, id).and_then(|at| self.corrected.get_mut(at)) {
            Some((_, _, met)) => {
                *met = true;
                true
            }
            None => false,
        }
    }

    /// Whether the line with this id stood in the file.
    pub(super) fn was_met(&self, statement: u64, id: &str) -> bool {
        self.position(statement, id)
            .and_then(|at| self.corrected.get(at))
            .is_some_and(|(_, _, met)| *met)
    }

    fn position(&self, statement: u64, id: &str) -> Option<usize> {
        let order = |(number, known, _): &(u64, String, bool)| (*number, known.as_str()).cmp(&(statement, id));
        self.corrected.binary_search_by(order).ok()
    }
}

fn mentions_corrections(reader: &mut dyn Read) -> io::Result<bool> {
    const WORD: &[u8] = b"CORRECTFITID";
    let mut buffer = vec![0; 64 * 1024];
    let mut kept = 0;
    let finder = memmem::Finder::new(WORD);
    loop {
        let Some(free) = buffer.get_mut(kept..) else {
            return Ok(false);
        };
        let count = match reader.read(free) {
            Ok(0) => return Ok(false),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let held = kept + count;
        if finder.find(buffer.get(..held).unwrap_or_default()).is_some() {
            return Ok(true);
        }
        kept = held.min(WORD.len() - 1);
        buffer.copy_within(held - kept..held, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn the_word_is_found_across_reads() {
        struct Step<'a>(&'a [u8]);
        impl Read for Step<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.0.len().min(5).min(buffer.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        assert!(mentions_corrections(&mut Step(b"<FITID>1<CORRECTFITID>2")).unwrap());
        assert!(!mentions_corrections(&mut Step(b"<FITID>1<CORRECTFITI D>2")).unwrap());
        assert!(!mentions_corrections(&mut Step(b"")).unwrap());
    }

    #[test]
    fn ids_are_those_of_one_statement() {
        let body = b"<STMTRS><CORRECTFITID>a</STMTRS><STMTRS><CORRECTFITID>b".to_vec();
        let mut found = Corrections::find(&mut Cursor::new(body), b'\n').unwrap();
        assert!(found.applies_to(1, "a") && found.was_met(1, "a"));
        assert!(!found.applies_to(1, "b") && !found.applies_to(2, "a"));
        assert!(!found.was_met(2, "b") && found.applies_to(2, "b"));
    }
}

//! The lines of `:86:`, joined into one text.
//!
//! Banks cut the text every 65 characters, wherever that falls: a full line goes on without a blank, after a shorter one
//! a word ended. Structured text has its own marks (`?21`), which a cut may split and which no blank may precede.

use super::details;
use crate::limits::MAX_VALUE_BYTES;

/// The longest line the standard allows, in characters.
const FULL_LINE: usize = 65;

/// Collects the lines of `:86:` in one buffer that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Joined {
    text: Vec<u8>,
    separator: Option<u8>,
    full: bool,
    overflow: bool,
}

impl Joined {
    /// Forgets the text and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.separator = None;
        self.full = false;
        self.overflow = false;
    }

    /// The text so far.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether there was more than a value may have; the rest is not kept.
    pub(super) fn overflow(&self) -> bool {
        self.overflow
    }

    /// The first line of an `:86:`; several in a row make one text.
    pub(super) fn begin(&mut self, line: &[u8]) {
        self.full = false;
        self.push(line);
    }

    /// A line of blanks: nothing to keep, but the line before it has ended.
    pub(super) fn blank(&mut self) {
        self.full = false;
    }

    /// A further line.
    pub(super) fn push(&mut self, line: &[u8]) {
        if self.text.is_empty() {
            self.text.extend_from_slice(line.trim_ascii_start());
        } else {
            if !self.full && self.blank_belongs_before(line) {
                self.text.push(b' ');
            }
            self.text.extend_from_slice(line);
        }
        if self.separator.is_none() {
            self.separator = details::separator(&self.text);
        }
        if self.text.len() > MAX_VALUE_BYTES {
            let cut = (0..4)
                .map(|back| MAX_VALUE_BYTES - back)
                .find(|at| is_boundary(&self.text, *at));
            self.text.truncate(cut.unwrap_or(MAX_VALUE_BYTES));
            self.overflow = true;
        }
        self.full = is_full(line);
    }

    fn blank_belongs_before(&self, line: &[u8]) -> bool {
        let (Some(last), Some(first)) = (self.text.last(), line.first()) else {
            return false;
        };
        if *last == b' ' || *first == b' ' {
            return false;
        }
        let Some(separator) = self.separator else {
            // A posting code may stand alone on the first line.
            return !(self.text.len() == 3 && details::is_separator(*first));
        };
        // Not before a key, nor within one that the line end has cut.
        let cut_key = match self.text.as_slice() {
            [.., a, b, _] if *a == separator => b.is_ascii_digit(),
            [.., a, _] if *a == separator => true,
            [.., a] => *a == separator,
            [] => false,
        };
        *first != separator && !cut_key && *last != separator
    }
}

/// Whether no UTF-8 character goes on at this byte.
fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)
}

/// Characters, not bytes: a file may have been turned into UTF-8 after the bank cut its lines.
fn is_full(line: &[u8]) -> bool {
    line.len() >= FULL_LINE
        && (line.is_ascii()
            || std::str::from_utf8(line).map_or(line.len(), |text| text.chars().count())
                >= FULL_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> String {
        let mut joined = Joined::default();
        let (first, rest) = lines.split_first().unwrap();
        joined.begin(first.as_bytes());
        for line in rest {
            if line.trim().is_empty() {
                joined.blank();
            } else {
                joined.push(line.as_bytes());
            }
        }
        String::from_utf8(joined.text().to_vec()).unwrap()
    }

    #[test]
    fn full_lines_go_on_and_short_ones_end_a_word() {
        let full = "x".repeat(65);
        let umlauts = "ü".repeat(65);
        let short_umlauts = "ü".repeat(64);
        for (lines, expected) in [
            (vec!["one", "two"], "one two".to_owned()),
            (vec!["one ", "two"], "one two".to_owned()),
            (vec!["one", " two"], "one two".to_owned()),
            (vec!["one", "  ", "two"], "one two".to_owned()),
            (vec![&full, "two"], format!("{full}two")),
            (vec![&umlauts, "two"], format!("{umlauts}two")),
            (vec![&short_umlauts, "two"], format!("{short_umlauts} two")),
            (vec![" lead", "x"], "lead x".to_owned()),
        ] {
            assert_eq!(joined(&lines), expected);
        }
    }

    #[test]
    fn no_blank_gets_near_a_key() {
        for (lines, expected) in [
            (
                vec!["166?00GUTSCHRIFT", "?20EREF"],
                "166?00GUTSCHRIFT?20EREF",
            ),
            (
                vec!["166?00GUTSCHRIFT?", "20EREF"],
                "166?00GUTSCHRIFT?20EREF",
            ),
            (
                vec!["166?00GUTSCHRIFT?2", "0EREF"],
                "166?00GUTSCHRIFT?20EREF",
            ),
            (
                vec!["166?00GUTSCHRIFT?20", "EREF"],
                "166?00GUTSCHRIFT?20EREF",
            ),
            (
                vec!["051?20Gehalt", "er", "?21Firma", "GmbH?30"],
                "051?20Gehalt er?21Firma GmbH?30",
            ),
            (vec!["020", "~00BSA", "~20x"], "020~00BSA~20x"),
            (vec!["000>10055", ">20x"], "000>10055>20x"),
        ] {
            assert_eq!(joined(&lines), expected);
        }
    }

    #[test]
    fn an_endless_text_is_cut() {
        let mut joined = Joined::default();
        joined.begin(b"first");
        for _ in 0..100_000 {
            joined.push(b"and on and on");
        }
        assert!(joined.overflow() && joined.text().len() == MAX_VALUE_BYTES);
    }
}

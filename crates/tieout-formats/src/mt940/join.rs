//! The lines of `:86:`, joined into one text.
//!
//! Banks cut the text every 65 characters, wherever that falls: a full line goes on without a blank, after a shorter one
//! a word ended. Some banks count the tag `:86:` as part of the first line, some cut after 64, and some programs do not
//! cut at all; the beginning of the file shows which. Structured text has its own marks (`?21`), which a cut may split
//! and which no blank may precede.

use super::cut::Padded;
use super::details;
use super::tags::{self, Piece, Tag};
use crate::limits::MAX_VALUE_BYTES;
use tieout_core::block::BLOCK_BYTES;
use tieout_core::encoding::{ascii_text, is_ascii};

/// The longest line the standard allows, in characters.
const FULL_LINE: usize = 65;
/// A first line that is full with its tag.
const FULL_WITH_TAG: usize = 61;
/// Lines longer than this were not cut by a bank; a few more than 65 come from edits by hand.
const NEVER_CUT: usize = 75;

/// From how many characters on a line is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Width {
    first: usize,
    further: usize,
}

impl Default for Width {
    fn default() -> Self {
        Self {
            first: FULL_LINE,
            further: FULL_LINE,
        }
    }
}

impl Width {
    /// What the lines of `:86:` at the beginning of a file show.
    pub(super) fn of(head: &[u8]) -> Self {
        let (mut first, mut further, mut shortest) = (0, 0, usize::MAX);
        // The line before, if it belongs to `:86:`: its length, and whether it is the first.
        let mut before: Option<(usize, bool)> = None;
        for line in head.split(|byte| matches!(byte, b'\n' | b'\r')) {
            before = match tags::piece(line) {
                Piece::Field(Tag::Details, value) => Some((length(value), true)),
                Piece::Text(text) if before.is_some() => {
                    if let Some((length, is_first)) = before {
                        let longest = if is_first { &mut first } else { &mut further };
                        *longest = length.max(*longest);
                        shortest = length.min(shortest);
                    }
                    Some((length(text), false))
                }
                // The second half of a line end.
                Piece::Blank => before,
                _ => None,
            };
        }
        match first.max(further) {
            longest if longest > NEVER_CUT => Self {
                first: usize::MAX,
                further: usize::MAX,
            },
            // Lines of 65 whose last blank was taken off are 64 long too; but then others are shorter.
            64 if shortest == 64 => Self { first: 64, further: 64 },
            _ if first == FULL_WITH_TAG => Self {
                first,
                further: FULL_LINE,
            },
            _ => Self::default(),
        }
    }
}

/// Collects the lines of `:86:` in one buffer that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Joined {
    width: Width,
    text: Vec<u8>,
    separator: Option<u8>,
    full: bool,
    overflow: bool,
    /// Something is no ASCII.
    high: bool,
}

impl Joined {
    /// For a file whose full lines are so wide.
    pub(super) fn new(width: Width) -> Self {
        Self {
            width,
            ..Self::default()
        }
    }

    /// Forgets the text and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.separator = None;
        self.full = false;
        self.overflow = false;
        self.high = false;
    }

    /// The text so far.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// The text, which is ASCII, when it is complete: nothing may be added any more.
    pub(super) fn last_text(&mut self) -> Padded<'_> {
        let length = self.text.len();
        // Blanks behind it, so that even its last piece can be copied as a block.
        self.text.extend_from_slice(&[b' '; BLOCK_BYTES]);
        let all = ascii_text(&mut self.text).unwrap_or_default();
        Padded::new(all, length)
    }

    /// The separator, if the text is structured.
    pub(super) fn separator(&self) -> Option<u8> {
        self.separator
    }

    /// Whether there is nothing but ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        !self.high
    }

    /// Whether there was more than a value may have; the rest is not kept.
    pub(super) fn overflow(&self) -> bool {
        self.overflow
    }

    /// The first line of an `:86:`; several in a row make one text.
    pub(super) fn begin(&mut self, line: &[u8], ascii: bool) {
        self.full = false;
        let again = !self.text.is_empty() && self.separator.is_some() && details::separator(line) == self.separator;
        if again {
            // The posting code of a second structured `:86:` says nothing new.
            let code = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.add(line.get(code..).unwrap_or_default(), ascii);
        } else {
            self.add(line, ascii);
        }
        self.full = is_full(line, self.width.first, ascii);
    }

    /// A line of blanks: nothing to keep, but the line before it has ended.
    pub(super) fn blank(&mut self) {
        self.full = false;
    }

    /// A further line.
    #[inline]
    pub(super) fn push(&mut self, line: &[u8], ascii: bool) {
        self.add(line, ascii);
        self.full = is_full(line, self.width.further, ascii);
    }

    #[inline]
    fn add(&mut self, line: &[u8], ascii: bool) {
        self.high |= !ascii;
        let before = self.text.len();
        if self.text.is_empty() {
            extend(&mut self.text, line.trim_ascii_start());
        } else {
            if !self.full && self.blank_belongs_before(line) {
                self.text.push(b' ');
            }
            extend(&mut self.text, line);
        }
        if before < details::SEPARATOR_WITHIN && self.separator.is_none() {
            self.separator = details::separator(&self.text);
        }
        if self.text.len() > MAX_VALUE_BYTES {
            self.cut();
        }
    }

    #[cold]
    fn cut(&mut self) {
        let cut = (0..4)
            .map(|back| MAX_VALUE_BYTES - back)
            .find(|at| is_boundary(&self.text, *at));
        self.text.truncate(cut.unwrap_or(MAX_VALUE_BYTES));
        self.overflow = true;
    }

    fn blank_belongs_before(&self, line: &[u8]) -> bool {
        let (Some(last), Some(first)) = (self.text.last(), line.first()) else {
            return false;
        };
        // A colon at the start of a line stands within a time of day.
        if *last == b' ' || matches!(first, b' ' | b':') {
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

/// Adds a line. That of a usual full line is copied as two blocks of one length, which overlap.
#[inline]
fn extend(text: &mut Vec<u8>, line: &[u8]) {
    const MOST: usize = 64;
    const LAST: usize = 16;
    match (line.first_chunk::<MOST>(), line.last_chunk::<LAST>()) {
        (Some(most), Some(last)) if line.len() <= MOST + LAST => {
            let end = text.len() + line.len();
            text.extend_from_slice(most);
            text.truncate(end - LAST);
            text.extend_from_slice(last);
        }
        _ => text.extend_from_slice(line),
    }
}

/// Whether no UTF-8 character goes on at this byte.
fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)
}

#[inline]
fn is_full(line: &[u8], width: usize, ascii: bool) -> bool {
    line.len() >= width && (ascii || length(line) >= width)
}

/// Characters, not bytes: a file may have been turned into UTF-8 after the bank cut its lines.
fn length(line: &[u8]) -> usize {
    if is_ascii(line) {
        return line.len();
    }
    std::str::from_utf8(line).map_or(line.len(), |text| text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> String {
        let mut joined = Joined::default();
        let (first, rest) = lines.split_first().unwrap();
        joined.begin(first.as_bytes(), first.is_ascii());
        for line in rest {
            if line.trim_ascii().is_empty() {
                joined.blank();
            } else {
                joined.push(line.as_bytes(), line.is_ascii());
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
            (vec!["166?00GUTSCHRIFT", "?20EREF"], "166?00GUTSCHRIFT?20EREF"),
            (vec!["166?00GUTSCHRIFT?", "20EREF"], "166?00GUTSCHRIFT?20EREF"),
            (vec!["166?00GUTSCHRIFT?2", "0EREF"], "166?00GUTSCHRIFT?20EREF"),
            (vec!["166?00GUTSCHRIFT?20", "EREF"], "166?00GUTSCHRIFT?20EREF"),
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
    fn the_file_shows_what_a_full_line_is() {
        let of = |first: usize, further: usize| {
            let lines = format!(":86:{}\r\n{}\r\nend\r\n", "x".repeat(first), "y".repeat(further));
            let Width { first, further } = Width::of(lines.as_bytes());
            (first, further)
        };
        assert_eq!(of(65, 65), (65, 65));
        assert_eq!(of(61, 65), (61, 65));
        assert_eq!(of(64, 64), (64, 64));
        assert_eq!(of(30, 64), (65, 65));
        assert_eq!(of(65, 64), (65, 65));
        assert_eq!(of(30, 40), (65, 65));
        assert_eq!(of(66, 67), (65, 65));
        assert_eq!(of(90, 20), (usize::MAX, usize::MAX));
        assert_eq!(Width::of(b":86:x\n:61:y\nz\n"), Width::default());
    }

    #[test]
    fn a_repeated_field_goes_on() {
        let mut joined = Joined::default();
        joined.begin(b"166?20one", true);
        joined.begin(b"166?21two", true);
        assert_eq!(joined.text(), b"166?20one?21two");
        joined.clear();
        joined.begin(b"one", true);
        joined.begin(b"two", true);
        assert_eq!(joined.text(), b"one two");
    }

    #[test]
    fn an_endless_text_is_cut() {
        let mut joined = Joined::default();
        joined.begin(b"first", true);
        for _ in 0..100_000 {
            joined.push(b"and on and on", true);
        }
        assert!(joined.overflow() && joined.text().len() == MAX_VALUE_BYTES);
    }
}

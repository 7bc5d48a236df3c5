//! Cutting text at ASCII bytes. The standard library's searches are made for long texts and any pattern; the pieces of a
//! statement are short and there are dozens in each line.

use std::ops::Range;
use tieout_core::block::{BLOCK_BYTES, Block, each_block, take_lowest};

/// The text before and after the first `byte`, which is ASCII.
pub(super) fn at(text: &str, byte: u8) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(memchr::memchr(byte, text.as_bytes())?)?;
    Some((before, rest.get(1..)?))
}

/// The text before and after the first two bytes in a row that both are `byte`, which is ASCII.
pub(super) fn at_double(text: &str, byte: u8) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let start = memchr::memchr_iter(byte, bytes).find(|start| bytes.get(start + 1) == Some(&byte))?;
    let (before, rest) = text.split_at_checked(start)?;
    Some((before, rest.get(2..)?))
}

/// Adds what stands at a place of a text. Short pieces are copied as a block of one length, and what is too much is taken off:
/// a copy that must ask how long each piece is guesses wrong at nearly every one. At the end of a text this needs what is
/// behind it, see [`Padded`].
#[allow(clippy::inline_always)] // there are half a dozen pieces in each line
#[inline(always)]
pub(super) fn append(field: &mut String, text: &str, place: Range<usize>) {
    const BLOCK: usize = 32;
    let added = place.end.saturating_sub(place.start);
    match text.get(place.start..place.start + BLOCK) {
        Some(block) if added <= BLOCK => {
            let length = field.len() + added;
            field.push_str(block);
            field.truncate(length);
        }
        _ => field.push_str(text.get(place).unwrap_or_default()),
    }
}

/// A text, and what stands behind it in memory: blanks, if there is anything; nothing looks for these.
#[derive(Debug, Clone, Copy)]
pub(super) struct Padded<'a> {
    all: &'a str,
    length: usize,
}

impl<'a> Padded<'a> {
    /// The beginning of `all`; what is behind it may be copied along.
    pub(super) fn new(all: &'a str, length: usize) -> Self {
        Self { all, length }
    }

    /// The text alone.
    pub(super) fn text(self) -> &'a str {
        self.all.get(..self.length).unwrap_or(self.all)
    }

    /// The text, and what is behind it.
    pub(super) fn all(self) -> &'a str {
        self.all
    }

    /// What is behind so many bytes, if a character begins there.
    pub(super) fn behind(self, at: usize) -> Option<Self> {
        let length = self.length.checked_sub(at)?;
        let all = self.all.get(at..)?;
        Some(Self { all, length })
    }
}

impl<'a> From<&'a str> for Padded<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text, text.len())
    }
}

/// What one look at a text finds: where separators are, whether there may be words of the purpose and where, and whether
/// there are blanks to fold. Kept to be used again.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The separators in each block of the text.
    separators: Vec<u64>,
    /// There is a `+` or `:`, the marks of words.
    pub(super) has_marks: bool,
    /// There is one elsewhere than four letters behind a key.
    pub(super) has_stray_marks: bool,
    /// There are runs of blanks, or control characters.
    pub(super) needs_folding: bool,
}

/// From a separator to the mark of a word that begins its field: two digits, four letters.
const TO_MARK: usize = 7;

impl Survey {
    /// Looks at a text. If it is structured, the first of its keys stands at its beginning, without a separator.
    #[inline]
    pub(super) fn look(&mut self, separator: u8, text: &[u8]) {
        self.separators.clear();
        let (mut marks, mut stray) = (0, 0);
        let mut folding = Folding::default();
        let mut expected = 1 << (TO_MARK - 1);
        each_block(text, |block, passed| {
            folding.look(block, passed);
            let separators = block.any_of([separator]) >> passed;
            self.separators.push(separators);
            let found = block.any_of(*b"+:") >> passed;
            marks |= found;
            stray |= found & !(expected | separators << TO_MARK);
            expected = separators >> (BLOCK_BYTES - TO_MARK);
        });
        (self.has_marks, self.has_stray_marks) = (marks != 0, stray != 0);
        self.needs_folding = folding.found();
    }

    /// Where the separators are, in order.
    #[inline]
    pub(super) fn separators(&self) -> Places<'_> {
        Places {
            blocks: self.separators.iter(),
            next: 0,
            found: 0,
        }
    }
}

/// The places of bits that stand for bytes.
#[derive(Debug)]
pub(super) struct Places<'a> {
    blocks: std::slice::Iter<'a, u64>,
    /// Where the next block begins.
    next: usize,
    /// What was not given of the block before it.
    found: u64,
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        loop {
            if let Some(at) = take_lowest(&mut self.found) {
                return Some(self.next - BLOCK_BYTES + at);
            }
            self.found = *self.blocks.next()?;
            self.next += BLOCK_BYTES;
        }
    }
}

/// Runs of blanks, and control characters.
#[derive(Debug, Default)]
struct Folding {
    /// Blanks behind a blank.
    pairs: u64,
    /// There are control characters.
    controls: bool,
    /// The byte before this block is a blank.
    blank_before: u64,
}

impl Folding {
    #[inline]
    fn look(&mut self, block: Block, passed: usize) {
        let blanks = block.any_of(*b" ");
        // A block of which something is passed over begins within the one before.
        let before = if passed == 0 { self.blank_before } else { 0 };
        self.pairs |= blanks & (blanks << 1 | before);
        self.blank_before = blanks >> 63;
        self.controls |= block.has_at_most(b' ' - 1);
    }

    fn found(&self) -> bool {
        self.pairs != 0 || self.controls
    }
}

/// Whether a text has runs of blanks, or control characters.
pub(super) fn needs_folding(text: &[u8]) -> bool {
    let mut folding = Folding::default();
    each_block(text, |block, passed| folding.look(block, passed));
    folding.found()
}

/// The text without blanks around it.
#[inline]
pub(super) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        // Nearly every text begins and ends printed.
        [first, .., last] if *first > b' ' && *last > b' ' => text,
        _ => text.trim_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_is_found(text in proptest::collection::vec(prop_oneof![Just(b'?'), Just(b' '), Just(b'+'), Just(b':'), any::<u8>()], 0..200)) {
            let mut survey = Survey::default();
            survey.look(b'?', &text);
            prop_assert!(survey.separators().eq(memchr::memchr_iter(b'?', &text)));
            prop_assert_eq!(survey.has_marks, text.contains(&b'+') || text.contains(&b':'));
            let keyed = [b"?".as_slice(), &text].concat();
            let stray = memchr::memchr2_iter(b'+', b':', &keyed).any(|at| at < TO_MARK || keyed[at - TO_MARK] != b'?');
            prop_assert_eq!(survey.has_stray_marks, stray);
            let folds = text.iter().any(|byte| *byte < b' ') || text.windows(2).any(|two| two == b"  ");
            prop_assert_eq!((survey.needs_folding, needs_folding(&text)), (folds, folds));
        }

        #[test]
        fn nothing_to_fold_is_seen(text in "[a-c ]{0,2}([a-c]{1,4} ?){0,60}") {
            prop_assert_eq!(needs_folding(text.as_bytes()), text.contains("  "));
        }
    }

    proptest! {
        #[test]
        fn pieces_are_added_whole(before in "[aü]{0,3}", text in "[a-c ü]{0,80}", start: usize, end: usize) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (start, end) = (places[start % places.len()], places[end % places.len()]);
            let place = start.min(end)..start.max(end);
            let mut field = before.clone();
            append(&mut field, &text, place.clone());
            prop_assert_eq!(field, before + &text[place]);
        }
    }

    #[test]
    fn text_is_cut_at_the_first_place() {
        assert_eq!(at("a/b/c", b'/'), Some(("a", "b/c")));
        assert_eq!(at("ä/", b'/'), Some(("ä", "")));
        assert_eq!(at("abc", b'/'), None);
        assert_eq!(at_double("a/b//c///", b'/'), Some(("a/b", "c///")));
        assert_eq!(at_double("//", b'/'), Some(("", "")));
        assert_eq!(at_double("a/b/", b'/'), None);
    }
}

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
/// a copy that must ask how long each piece is guesses wrong at nearly every one.
#[inline]
pub(super) fn append(field: &mut String, text: &str, place: Range<usize>) {
    const BLOCK: usize = 32;
    match text.get(place.start..place.start + BLOCK) {
        Some(block) if place.len() <= BLOCK => {
            let length = field.len() + place.len();
            field.push_str(block);
            field.truncate(length);
        }
        _ => field.push_str(text.get(place).unwrap_or_default()),
    }
}

/// What one look at a text finds: where separators are, how many marks of words there are, and whether there are blanks to
/// fold. Kept to be used again.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The separators in each block of the text.
    separators: Vec<u64>,
    /// How many `+` and `:` there are.
    pub(super) marks: usize,
    /// There are runs of blanks, or control characters.
    pub(super) needs_folding: bool,
}

impl Survey {
    /// Looks at a text.
    pub(super) fn look(&mut self, separator: u8, text: &[u8]) {
        self.separators.clear();
        self.marks = 0;
        let mut folding = Folding::default();
        each_block(text, |block, passed| {
            folding.look(block, passed);
            self.separators.push(block.any_of([separator]) >> passed);
            let mut marks = block.any_of(*b"+:") >> passed;
            while take_lowest(&mut marks).is_some() {
                self.marks += 1;
            }
        });
        self.needs_folding = folding.found();
    }

    /// The separators, in order.
    #[inline]
    pub(super) fn separators(&self) -> Places<'_> {
        Places::of(&self.separators)
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

impl<'a> Places<'a> {
    fn of(blocks: &'a [u64]) -> Self {
        Self {
            blocks: blocks.iter(),
            next: 0,
            found: 0,
        }
    }
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
        fn everything_is_found(text in proptest::collection::vec(prop_oneof![Just(b'?'), Just(b' '), Just(b'+'), any::<u8>()], 0..200)) {
            let mut survey = Survey::default();
            survey.look(b'?', &text);
            prop_assert!(survey.separators().eq(memchr::memchr_iter(b'?', &text)));
            prop_assert_eq!(survey.marks, memchr::memchr2_iter(b'+', b':', &text).count());
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

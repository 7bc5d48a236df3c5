//! Finding delimiters, quotes and line ends, a block at a time: one bit for each byte, and then the cost is one step for
//! each mark found, however long the fields are.

use tieout_core::block::{BLOCK_BYTES, Block};

/// The places of three bytes in a text, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    bytes: [u8; 3],
    /// Where the next block begins.
    next: usize,
    /// Where the present block begins, and a bit for each mark in it that was not given yet.
    base: usize,
    found: u64,
}

impl Marks {
    /// The places of these bytes from the start of a text.
    pub(super) fn new(bytes: [u8; 3]) -> Self {
        Self {
            bytes,
            next: 0,
            base: 0,
            found: 0,
        }
    }

    /// Goes on at this place.
    pub(super) fn seek(&mut self, place: usize) {
        (self.next, self.found) = (place, 0);
    }

    /// The next place in `text`, which must be the same text every time, or grow at its end after a seek.
    #[inline]
    pub(super) fn next(&mut self, text: &[u8]) -> Option<usize> {
        if self.found == 0 && !self.next_block(text) {
            return None;
        }
        let bit = self.found.trailing_zeros();
        self.found &= self.found - 1;
        usize::try_from(bit).ok().map(|bit| self.base + bit)
    }

    /// Goes to the next block with a mark; false at the end of the text.
    fn next_block(&mut self, text: &[u8]) -> bool {
        while self.found == 0 {
            let rest = text.get(self.next..).unwrap_or_default();
            self.base = self.next;
            if let Some(block) = rest.first_chunk() {
                self.found = Block::new(block).any_of(self.bytes);
                self.next += BLOCK_BYTES;
            } else {
                if rest.is_empty() {
                    return false;
                }
                let short = rest.iter().zip(0..BLOCK_BYTES);
                let marks = short.filter(|(byte, _)| self.bytes.contains(byte));
                self.found = marks.fold(0, |found, (_, bit)| found | 1 << bit);
                self.next += rest.len();
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_place_is_found_once(text in "[a,\";\n\u{80}ÿ]{0,200}", from in 0_usize..20) {
            let text = text.as_bytes();
            let mut marks = Marks::new([b',', b'"', b'\n']);
            marks.seek(from);
            let found: Vec<usize> = std::iter::from_fn(|| marks.next(text)).collect();
            let expected: Vec<usize> = (from..text.len()).filter(|at| [b',', b'"', b'\n'].contains(&text[*at])).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

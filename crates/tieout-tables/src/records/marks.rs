//! Finding delimiters, quotes and line ends, sixty-four bytes at a time.
//!
//! The comparison of a block is written so that compilers make vector instructions of it; its result is one bit for each
//! byte, and then the cost is one step for each mark found, however long the fields are.

const BLOCK: usize = 64;

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
            if let Some(block) = rest.first_chunk::<BLOCK>() {
                self.found = self.in_block(block);
                self.next += BLOCK;
            } else {
                if rest.is_empty() {
                    return false;
                }
                let short = rest.iter().zip(0..BLOCK).filter(|(byte, _)| self.bytes.contains(byte));
                self.found = short.fold(0, |found, (_, bit)| found | 1 << bit);
                self.next += rest.len();
            }
        }
        true
    }

    /// A bit for each byte that is one of the three.
    #[inline]
    fn in_block(&self, block: &[u8; BLOCK]) -> u64 {
        let [a, b, c] = self.bytes;
        let hits = block.map(|byte| u8::from(byte == a) | u8::from(byte == b) | u8::from(byte == c));
        let (words, _) = hits.as_chunks::<8>();
        // A multiplication gathers the lowest bits of eight bytes in the highest byte.
        words.iter().rev().fold(0, |found, word| {
            found << 8 | u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56
        })
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

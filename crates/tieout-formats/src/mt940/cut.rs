//! Cutting text at ASCII bytes. The standard library's searches are made for long texts and any pattern; the pieces of a
//! statement are short and there are dozens in each line.

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

/// Every place of one byte in a text, found in eight bytes at a time: structured texts have one every 20 bytes or so, too
/// many for searches that begin anew at each.
#[derive(Debug)]
pub(super) struct Marks<'a> {
    /// The byte, eight times.
    pattern: u64,
    words: std::slice::Iter<'a, [u8; 8]>,
    /// What is left behind the last whole word.
    rest: &'a [u8],
    /// Where the next word begins.
    next: usize,
    /// The top bit of each byte of the word before that is such a byte, and was not given yet.
    found: u64,
}

impl<'a> Marks<'a> {
    /// The places of `byte`.
    pub(super) fn new(byte: u8, text: &'a [u8]) -> Self {
        let (words, rest) = text.as_chunks();
        Self {
            pattern: u64::from_le_bytes([byte; 8]),
            words: words.iter(),
            rest,
            next: 0,
            found: 0,
        }
    }

    /// The next eight bytes; behind the end of the text, bytes that are not looked for.
    #[inline]
    fn word(&mut self) -> Option<u64> {
        if let Some(word) = self.words.next() {
            return Some(u64::from_le_bytes(*word));
        }
        if self.rest.is_empty() {
            return None;
        }
        let mut word = (!self.pattern).to_le_bytes();
        for (to, from) in word.iter_mut().zip(std::mem::take(&mut self.rest)) {
            *to = *from;
        }
        Some(u64::from_le_bytes(word))
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        const LOW_BITS: u64 = 0x7F7F_7F7F_7F7F_7F7F;
        while self.found == 0 {
            let differs = self.word()? ^ self.pattern;
            // The sum carries into the top bit of every byte that has a low bit; no byte carries into its neighbour.
            self.found = !(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS);
            self.next += 8;
        }
        let at = self.next - 8 + usize::try_from(self.found.trailing_zeros() / 8).unwrap_or_default();
        self.found &= self.found - 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_mark_is_found(text in proptest::collection::vec(prop_oneof![Just(b'?'), any::<u8>()], 0..50)) {
            prop_assert!(Marks::new(b'?', &text).eq(memchr::memchr_iter(b'?', &text)));
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

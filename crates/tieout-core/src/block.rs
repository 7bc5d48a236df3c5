//! Sixty-four bytes looked at at once: which of them are a certain byte, as the bits of one number. Texts of statements
//! are cut at a mark every twenty bytes or so, too many for searches that begin anew at each.

use wide::u8x16;

/// How many bytes a block has.
pub const BLOCK_BYTES: usize = 64;

/// Bytes of a text; bit `n` of an answer stands for byte `n`.
#[derive(Debug, Clone, Copy)]
pub struct Block([u8x16; 4]);

impl Block {
    /// These bytes.
    #[inline]
    pub fn new(bytes: &[u8; BLOCK_BYTES]) -> Self {
        match bytes.as_chunks::<16>().0 {
            [a, b, c, d] => Self([u8x16::new(*a), u8x16::new(*b), u8x16::new(*c), u8x16::new(*d)]),
            _ => Self([u8x16::ZERO; 4]),
        }
    }

    /// The beginning of a text, filled up with this byte.
    #[inline]
    pub fn padded(bytes: &[u8], with: u8) -> Self {
        if let Some(whole) = bytes.first_chunk() {
            return Self::new(whole);
        }
        let mut padded = [with; BLOCK_BYTES];
        if let Some(to) = padded.get_mut(..bytes.len()) {
            to.copy_from_slice(bytes);
        }
        Self::new(&padded)
    }

    /// Where one of these bytes is.
    #[inline]
    pub fn any_of<const N: usize>(self, these: [u8; N]) -> u64 {
        self.bits(|part| {
            let mut any = u8x16::ZERO;
            for byte in &these {
                any |= part.cmp_eq(u8x16::splat(*byte));
            }
            any
        })
    }

    /// Where a byte is at most this one.
    #[inline]
    pub fn at_most(self, byte: u8) -> u64 {
        self.bits(|part| part.min(u8x16::splat(byte)).cmp_eq(part))
    }

    /// Where a byte is at least the first of these and at most the last.
    #[inline]
    pub fn between(self, first: u8, last: u8) -> u64 {
        self.bits(|part| {
            let (least, most) = (u8x16::splat(first), u8x16::splat(last));
            part.max(least).min(most).cmp_eq(part)
        })
    }

    /// Whether any byte is at most this one.
    #[inline]
    pub fn has_at_most(self, byte: u8) -> bool {
        let [a, b, c, d] = self.0;
        let least = a.min(b).min(c.min(d));
        least.min(u8x16::splat(byte)).cmp_eq(least).move_mask() != 0
    }

    /// Whether any byte is no ASCII.
    #[inline]
    pub fn has_high(self) -> bool {
        let [a, b, c, d] = self.0;
        (a | b | c | d).move_mask() != 0
    }

    /// Where a byte is no ASCII.
    #[inline]
    pub fn high(self) -> u64 {
        self.bits(|part| part)
    }

    /// The top bit of each byte.
    #[inline]
    fn bits(self, of: impl Fn(u8x16) -> u8x16) -> u64 {
        let [a, b, c, d] = self.0;
        let mask = |part| u64::from(of(part).move_mask().cast_unsigned());
        mask(a) | mask(b) << 16 | mask(c) << 32 | mask(d) << 48
    }
}

/// Looks at every block of a text. The last one may begin before the end of the one before it, so that it is whole: so
/// many of its lowest bits are to be passed over. A text that is shorter than a block is filled with what
/// nobody looks for.
#[inline]
pub fn each_block(text: &[u8], mut look: impl FnMut(Block, usize)) {
    let (blocks, rest) = text.as_chunks();
    for block in blocks {
        look(Block::new(block), 0);
    }
    match text.last_chunk() {
        _ if rest.is_empty() => {}
        Some(last) => look(Block::new(last), BLOCK_BYTES - rest.len()),
        None => look(Block::padded(rest, 0xFF), 0),
    }
}

/// The bits below bit `at`, all of them from 64 on.
#[inline]
pub fn bits_below(at: usize) -> u64 {
    match u32::try_from(at) {
        Ok(at) if at < 64 => (1 << at) - 1,
        _ => u64::MAX,
    }
}

/// The number of the lowest bit.
#[inline]
pub fn lowest(bits: u64) -> usize {
    usize::try_from(bits.trailing_zeros()).unwrap_or(BLOCK_BYTES)
}

/// Takes the lowest bit off and gives its number.
#[inline]
pub fn take_lowest(bits: &mut u64) -> Option<usize> {
    let lowest = lowest(*bits);
    *bits &= bits.checked_sub(1)?;
    Some(lowest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expected(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
        (0..64)
            .filter(|at| is(*bytes.get(*at).unwrap_or(&b'x')))
            .map(|at| 1 << at)
            .sum()
    }

    proptest! {
        #[test]
        fn every_byte_has_its_bit(bytes in proptest::collection::vec(any::<u8>(), 0..70), byte: u8, other: u8) {
            let block = Block::padded(&bytes, b'x');
            prop_assert_eq!(block.any_of([byte, b'?']), expected(&bytes, |b| b == byte || b == b'?'));
            prop_assert_eq!(block.at_most(byte), expected(&bytes, |b| b <= byte));
            let (low, high) = (byte.min(other), byte.max(other));
            prop_assert_eq!(block.between(low, high), expected(&bytes, |b| (low..=high).contains(&b)));
            prop_assert_eq!(block.has_at_most(byte), block.at_most(byte) != 0);
            prop_assert_eq!(block.high(), expected(&bytes, |b| b >= 0x80));
            prop_assert_eq!(block.has_high(), block.high() != 0);
        }
    }

    proptest! {
        #[test]
        fn blocks_cover_a_text(bytes in proptest::collection::vec(prop_oneof![Just(b'?'), any::<u8>()], 0..300)) {
            let mut found = Vec::new();
            let mut begin = 0;
            each_block(&bytes, |block, passed| {
                let mut bits = block.any_of([b'?']) >> passed;
                while let Some(at) = take_lowest(&mut bits) {
                    found.push(begin + at);
                }
                begin += BLOCK_BYTES;
            });
            prop_assert!(found.into_iter().eq(memchr::memchr_iter(b'?', &bytes)));
        }
    }

    #[test]
    fn bits_are_counted_from_the_lowest() {
        assert_eq!((bits_below(0), bits_below(3), bits_below(64)), (0, 7, u64::MAX));
        assert_eq!((lowest(8), lowest(0)), (3, 64));
        let mut bits = 5;
        assert_eq!(
            [take_lowest(&mut bits), take_lowest(&mut bits), take_lowest(&mut bits)],
            [Some(0), Some(2), None]
        );
    }
}

//! Hashing for look-ups: quick, and the same on every machine and in every run.
//!
//! Nothing here resists an enemy who picks his keys. That is no danger to results, which never depend on the order of a
//! map; keys that collide are told apart by comparing them.

use crate::columns::{at, set};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map that is looked up; whoever walks it sorts what comes out, for its order means nothing.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

/// An odd number without pattern: the golden ratio in 64 bits.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bits of a number over all of it.
pub(crate) fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 32)).wrapping_mul(ODD);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ (mixed >> 32)
}

/// Continues a hash by a number.
pub(crate) fn join(hash: u64, number: u64) -> u64 {
    (hash.rotate_left(23) ^ number).wrapping_mul(ODD)
}

/// Hash of some bytes, eight at a time.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    let mut rest = bytes;
    let mut hash = ODD;
    while let Some((eight, tail)) = rest.split_first_chunk::<8>() {
        hash = join(hash, u64::from_le_bytes(*eight));
        rest = tail;
    }
    let last = rest.iter().fold(1_u64, |last, byte| last << 8 | u64::from(*byte));
    mix(join(hash, last))
}

/// Hash of some tokens.
pub(crate) fn of_numbers(numbers: &[u32]) -> u64 {
    let hash = numbers.iter().fold(ODD, |hash, number| join(hash, u64::from(*number)));
    mix(hash)
}

/// The lower half of a hash.
pub(crate) fn low(hash: u64) -> u32 {
    u32::try_from(hash & u64::from(u32::MAX)).unwrap_or(0)
}

/// The hasher of [`Map`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = join(self.0, of_bytes(bytes));
    }

    fn write_u8(&mut self, number: u8) {
        self.0 = join(self.0, u64::from(number));
    }

    fn write_u16(&mut self, number: u16) {
        self.0 = join(self.0, u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = join(self.0, u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = join(self.0, number);
    }

    fn write_i64(&mut self, number: i64) {
        self.0 = join(self.0, number.cast_unsigned());
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = join(self.0, u64::try_from(number).unwrap_or(0));
    }
}

/// Numbers of things by their hashes: whoever asks knows the things and compares them.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    /// Hash and number plus one; a number of zero is a free slot.
    slots: Vec<(u32, u32)>,
    held: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            slots: vec![(0, 0); 64],
            held: 0,
        }
    }
}

impl Slots {
    /// The number that has this hash and is the right one.
    pub(crate) fn find(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.mask();
        let hash = low(hash);
        let mut slot = hash & mask;
        loop {
            let (tag, number) = at(&self.slots, slot);
            let number = number.checked_sub(1)?;
            if tag == hash && is_it(number) {
                return Some(number);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a number that is not there yet.
    pub(crate) fn add(&mut self, hash: u64, number: u32) {
        if u64::from(self.held) * 2 >= u64::from(self.mask()) {
            let longer = self.slots.len() * 2;
            let old = std::mem::replace(&mut self.slots, vec![(0, 0); longer]);
            for (tag, number) in old.into_iter().filter(|(_, number)| *number != 0) {
                self.put(tag, number);
            }
        }
        self.held += 1;
        self.put(low(hash), number + 1);
    }

    /// Gives the memory back; nothing is found any more.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn put(&mut self, tag: u32, number: u32) {
        let mask = self.mask();
        let mut slot = tag & mask;
        while at(&self.slots, slot).1 != 0 {
            slot = (slot + 1) & mask;
        }
        set(&mut self.slots, slot, (tag, number));
    }

    fn mask(&self) -> u32 {
        crate::arith::count(self.slots.len()).wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_what_they_stand_for() {
        let words: Vec<String> = (0..3_000).map(|number| format!("W{number}")).collect();
        let mut slots = Slots::default();
        for (word, number) in words.iter().zip(0..) {
            slots.add(of_bytes(word.as_bytes()), number);
        }
        let find = |word: &str| slots.find(of_bytes(word.as_bytes()), |number| words[number as usize] == word);
        assert_eq!((find("W0"), find("W2999"), find("W3000")), (Some(0), Some(2_999), None));
    }

    #[test]
    fn hashes_are_the_same_everywhere() {
        assert_eq!(of_bytes(b""), of_bytes(&[]));
        assert_ne!(of_bytes(b"\0"), of_bytes(b"\0\0"));
        assert_ne!(of_numbers(&[1, 2]), of_numbers(&[2, 1]));
    }
}

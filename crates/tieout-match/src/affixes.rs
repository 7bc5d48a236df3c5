//! Numbers and codes of the bank that are only the front or the end of one in the books, or the other way round.
//!
//! A bank that shows the last six digits of an invoice leads to every number that ends so. Two sorted lists of a million
//! numbers and some searches for each number of the bank would find them, and cost more than all the rest of the
//! engine. Instead the bank's numbers are hashed once, and the books' numbers are gone through once: hashes of all their
//! fronts and ends follow from one another by a multiplication each (a polynomial in the bytes), and a bitmap that says
//! "surely none" answers nearly all of them. What it lets through is looked up and compared.

use crate::columns::{at, set};
use crate::hashing::{Map, mix};
use crate::links::{Link, MOST_MEANINGS};
use crate::roll::Roll;
use crate::vocabulary::{TokenId, Vocabulary};

/// The base of the polynomial.
const BASE: u64 = 0x9FB2_1C65_1E98_DF25;
/// Its inverse among 64-bit numbers.
const UNDO: u64 = inverse(BASE);
/// Numbers and words that are shorter are not taken for others that have lost a digit or a letter.
const SHORTEST_LOSS: usize = 5;
/// How well a word agrees with one that has a letter more or less, in per mille.
const LOST_LETTER: u16 = 800;
/// Most numbers or words that one may be that has lost a digit, or has one too many.
const MOST_LOSSES: usize = 2;
/// Fronts and ends that are shorter say nothing.
const SHORTEST: usize = 4;
/// Of numbers that the books have, those up to this length may still be cut ones of others.
const LONGEST_KNOWN: usize = 5;

/// The inverse of an odd number among 64-bit numbers, by Newton's steps.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut step = 0;
    while step < 6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

/// A set of hashes that may say yes too often, never no.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    bits: Vec<u64>,
    mask: u64,
}

impl Filter {
    /// For so many hashes.
    pub(crate) fn new(hashes: usize) -> Self {
        let words = (hashes / 4).next_power_of_two().max(16);
        Self {
            mask: u64::try_from(words).unwrap_or(1) * 64 - 1,
            bits: vec![0; words],
        }
    }

    /// Adds one.
    pub(crate) fn add(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        let before = at(&self.bits, word);
        set(&mut self.bits, word, before | bit);
    }

    /// It may have been added.
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        at(&self.bits, word) & bit != 0
    }

    fn place(&self, hash: u64) -> (u32, u64) {
        let place = hash & self.mask;
        (u32::try_from(place >> 6).unwrap_or(0), 1 << (place & 63))
    }
}

/// The polynomial of some bytes.
fn polynomial(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |hash, byte| step(hash, *byte))
}

fn step(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte) + 1)
}

/// Hash of a token; see [`swaps`] and [`each_end`].
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    mix(polynomial(bytes))
}

/// The hashes of a text with two neighbours swapped, and the place of the first of them.
pub(crate) fn swaps(bytes: &[u8]) -> impl Iterator<Item = (usize, u64)> + '_ {
    let whole = polynomial(bytes);
    let mut power = 1_u64;
    // From the end: the powers of the base grow towards the front.
    (1..bytes.len()).rev().map(move |right| {
        let (low, high) = (
            bytes.get(right).copied().unwrap_or(0),
            bytes.get(right - 1).copied().unwrap_or(0),
        );
        let step = power.wrapping_mul(BASE).wrapping_sub(power);
        let swapped = whole.wrapping_add(step.wrapping_mul(u64::from(low).wrapping_sub(u64::from(high))));
        power = power.wrapping_mul(BASE);
        (right - 1, mix(swapped))
    })
}

/// The hashes of the ends of a text, the shortest first, and where each begins.
fn each_end(bytes: &[u8], mut found: impl FnMut(usize, u64)) {
    let mut hash = 0_u64;
    let mut power = 1_u64;
    for (start, byte) in bytes.iter().enumerate().rev() {
        hash = hash.wrapping_add(power.wrapping_mul(u64::from(*byte) + 1));
        power = power.wrapping_mul(BASE);
        found(start, mix(hash));
    }
}

/// The hashes of a text without one of its bytes, and the place of that byte, of equal neighbours the first.
fn each_loss(bytes: &[u8], mut found: impl FnMut(usize, u64)) {
    let mut power = 1_u64;
    let mut end = 0_u64;
    let mut front = polynomial(bytes);
    // `front` is that of what lies before the byte: a step is undone by the inverse of the base.
    for (place, byte) in bytes.iter().enumerate().rev() {
        front = front.wrapping_sub(u64::from(*byte) + 1).wrapping_mul(UNDO);
        if place == 0 || bytes.get(place - 1) != Some(byte) {
            found(place, mix(front.wrapping_mul(power).wrapping_add(end)));
        }
        end = end.wrapping_add(power.wrapping_mul(u64::from(*byte) + 1));
        power = power.wrapping_mul(BASE);
    }
}

/// A text is another one without the byte at a place.
fn is_without(text: &[u8], whole: &[u8], place: usize) -> bool {
    text.len() + 1 == whole.len()
        && text.get(..place) == whole.get(..place)
        && text.get(place..) == whole.get(place + 1..)
}

/// Which numbers and codes of the books those of the bank are parts of.
#[derive(Debug, Default)]
pub(crate) struct Affixes {
    /// Token of the bank, and what it may stand for; sorted.
    links: Vec<(TokenId, Link)>,
}

/// How one number is in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Front,
    End,
    /// All but one digit.
    Loss,
}

/// One that was found: of which token, how, and in what.
type Hit = (TokenId, Way, TokenId);

impl Affixes {
    /// Looks all of them up at once.
    pub(crate) fn new(vocabulary: &Vocabulary, lines: &Roll, entries: &Roll) -> Self {
        let asked: Vec<TokenId> = (1..vocabulary.len())
            .filter(|token| lines.frequency(*token) > 0 && is_asked(vocabulary, entries, *token))
            .collect();
        let mut filter = Filter::new(asked.len());
        let mut by_hash: Map<u64, TokenId> = Map::default();
        by_hash.reserve(asked.len());
        for token in asked {
            let hash = hash(vocabulary.bytes(token));
            filter.add(hash);
            by_hash.insert(hash, token);
        }
        let mut hits: Vec<Hit> = Vec::new();
        for token in (1..vocabulary.len()).filter(|token| entries.frequency(*token) > 0) {
            let bytes = vocabulary.bytes(token);
            if bytes.len() <= SHORTEST {
                continue;
            }
            let is_word = vocabulary.is_word(token);
            let is_number = vocabulary.is_number(token);
            let mut offer = |hash: u64, way: Way, is_it: &dyn Fn(&[u8]) -> bool| {
                if let Some(asked) = filter.may_have(hash).then(|| by_hash.get(&hash)).flatten()
                    && is_it(vocabulary.bytes(*asked))
                    && vocabulary.is_number(*asked) == is_number
                    && vocabulary.is_word(*asked) == is_word
                {
                    hits.push((*asked, way, token));
                }
            };
            if (is_number || is_word) && bytes.len() > SHORTEST_LOSS {
                each_loss(bytes, |place, hash| {
                    offer(hash, Way::Loss, &|of| is_without(of, bytes, place));
                });
            }
            if is_word {
                continue;
            }
            let mut front = 0;
            for (byte, length) in bytes.iter().zip(1..bytes.len()) {
                front = step(front, *byte);
                if length >= SHORTEST {
                    offer(mix(front), Way::Front, &|of| Some(of) == bytes.get(..length));
                }
            }
            each_end(bytes, |start, hash| {
                if start > 0 && bytes.len() - start >= SHORTEST {
                    offer(hash, Way::End, &|of| Some(of) == bytes.get(start..));
                }
            });
        }
        hits.sort_unstable();
        let mut links = Vec::new();
        for run in hits.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let most = match run.first() {
                Some((_, Way::Loss, _)) => MOST_LOSSES,
                _ => MOST_MEANINGS,
            };
            if run.len() <= most {
                links.extend(run.iter().map(|(asked, way, token)| {
                    let quality = match (*way, vocabulary.is_number(*token)) {
                        (Way::End, _) => 850,
                        (Way::Front, true) => 650,
                        (Way::Loss, _) if vocabulary.is_word(*token) => LOST_LETTER,
                        (Way::Front | Way::Loss, _) => 700,
                    };
                    (*asked, (*token, quality))
                }));
            }
        }
        Self { links }
    }

    /// What a token of the bank is a part of.
    pub(crate) fn of(&self, token: TokenId) -> impl Iterator<Item = Link> + '_ {
        let from = self.links.partition_point(|(asked, _)| *asked < token);
        let rest = self.links.get(from..).unwrap_or_default();
        rest.iter()
            .take_while(move |(asked, _)| *asked == token)
            .map(|(_, link)| *link)
    }
}

/// The token may be a part of others: a number or code of some length that does not stand in the books by itself, or is
/// so short that it may still be a coincidence.
fn is_asked(vocabulary: &Vocabulary, entries: &Roll, token: TokenId) -> bool {
    let bytes = vocabulary.bytes(token);
    if bytes.len() < SHORTEST {
        return false;
    }
    entries.frequency(token) == 0 || (bytes.len() <= LONGEST_KNOWN && vocabulary.is_number(token))
}

/// Tokens of the books that are the end of a longer number of the bank.
#[derive(Debug)]
pub(crate) struct Ends<'a> {
    vocabulary: &'a Vocabulary,
    entries: &'a Roll,
    filter: Filter,
}

impl<'a> Ends<'a> {
    /// Of all tokens of entries.
    pub(crate) fn new(vocabulary: &'a Vocabulary, entries: &'a Roll) -> Self {
        let tokens = || (1..vocabulary.len()).filter(|token| entries.frequency(*token) > 0);
        let mut filter = Filter::new(tokens().count());
        for token in tokens() {
            filter.add(hash(vocabulary.bytes(token)));
        }
        Self {
            vocabulary,
            entries,
            filter,
        }
    }

    /// The number that is the end of this one, at least five digits of it.
    pub(crate) fn of_number(&self, number: &[u8], found: &mut Vec<Link>) {
        const LEAST: usize = 5;
        each_end(number, |start, hash| {
            let end = number.get(start..).unwrap_or_default();
            if start > 0 && end.len() >= LEAST && end.first() != Some(&b'0') && self.filter.may_have(hash) {
                let token = self.vocabulary.get(end);
                if self.entries.frequency(token) > 0 {
                    found.push((token, 700));
                }
            }
        });
    }

    /// A digit or a letter too many.
    pub(crate) fn without_one(&self, number: &[u8], quality: u16, found: &mut Vec<Link>) {
        if number.len() <= SHORTEST_LOSS {
            return;
        }
        let before = found.len();
        let mut other = Vec::new();
        each_loss(number, |place, hash| {
            if !self.filter.may_have(hash) {
                return;
            }
            other.clear();
            other.extend_from_slice(number);
            other.remove(place);
            let token = self.vocabulary.get(&other);
            if self.entries.frequency(token) > 0 {
                found.push((token, quality));
            }
        });
        if found.len() > before + MOST_LOSSES {
            found.truncate(before);
        }
    }

    /// Two neighbours swapped.
    pub(crate) fn swapped(&self, bytes: &[u8], quality: u16, found: &mut Vec<Link>) {
        for (left, hash) in swaps(bytes) {
            // A zero that comes to the front goes away.
            let front = left == 0 && bytes.get(1) == Some(&b'0');
            if !front && !self.filter.may_have(hash) {
                continue;
            }
            let mut other = bytes.to_vec();
            other.swap(left, left + 1);
            let zeros = other.iter().take_while(|byte| **byte == b'0').count();
            let token = self.vocabulary.get(other.get(zeros..).unwrap_or_default());
            if self.entries.frequency(token) > 0 {
                found.push((token, quality));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hashes_of_swaps_and_ends_are_those_of_the_texts(text in "[0-9A-Z]{1,14}") {
            let bytes = text.as_bytes();
            for (left, swapped) in swaps(bytes) {
                let mut other = bytes.to_vec();
                other.swap(left, left + 1);
                prop_assert_eq!(swapped, hash(&other));
            }
            each_end(bytes, |start, end| assert_eq!(end, hash(&bytes[start..])));
            each_loss(bytes, |place, without| {
                let mut other = bytes.to_vec();
                other.remove(place);
                assert_eq!(without, hash(&other));
                assert!(is_without(&other, bytes, place));
            });
        }
    }

    #[test]
    fn a_filter_knows_what_was_added() {
        let mut filter = Filter::new(1_000);
        for number in 0..1_000_u64 {
            filter.add(mix(number));
        }
        assert!((0..1_000).all(|number| filter.may_have(mix(number))));
        let wrong = (1_000..11_000).filter(|number| filter.may_have(mix(*number))).count();
        assert!(wrong < 2_000, "{wrong}");
    }
}

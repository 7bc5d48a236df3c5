//! Which tokens of the books a token of the bank may stand for.
//!
//! Banks cut names, leave out vowels and blanks, drop the front or the end of a reference, and swap characters. All of
//! that is a property of two tokens and not of two items, so it is worked out once for each different token of the
//! bank; comparing two items is then a merge of sorted numbers.

use crate::affixes::{Affixes, Ends};
use crate::columns::{Rows, at, part, set};
use crate::normalise::skeleton;
use crate::roll::Roll;
use crate::vocabulary::{TokenId, Vocabulary};
use std::collections::BTreeMap;
use std::ops::Bound;

/// A token of the books and how well it agrees, in per mille.
pub(crate) type Link = (TokenId, u16);

/// Links of every token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    rows: Rows<Link>,
}

/// Most tokens of the books that one cut token may stand for; beyond that it says nothing.
pub(crate) const MOST_MEANINGS: usize = 10;

impl Links {
    /// Works out the links of all tokens that lines have.
    pub(crate) fn new(vocabulary: &Vocabulary, lines: &Roll, entries: &Roll) -> Self {
        let finder = Finder::new(vocabulary, lines, entries);
        let mut links = Self::default();
        let mut found = Vec::new();
        let in_names = in_names(vocabulary, entries);
        for token in 0..vocabulary.len() {
            found.clear();
            if token > 0 && lines.frequency(token) > 0 {
                finder.find(token, &mut found);
                let is_short = vocabulary.is_word(token) && vocabulary.bytes(token).len() <= LONGEST_OWN;
                if is_short && is_own((lines, entries), &in_names, token, &found) {
                    found.clear();
                }
            }
            links.rows.push(found.iter().copied());
        }
        links
    }

    /// What a token of the bank may stand for in the books.
    pub(crate) fn of(&self, token: TokenId) -> &[Link] {
        self.rows.row(token)
    }
}

struct Finder<'a> {
    vocabulary: &'a Vocabulary,
    entries: &'a Roll,
    /// Words of entries in order of their texts.
    words: Vec<TokenId>,
    skeletons: BTreeMap<String, Vec<TokenId>>,
    affixes: Affixes,
    ends: Ends<'a>,
}

impl<'a> Finder<'a> {
    fn new(vocabulary: &'a Vocabulary, lines: &Roll, entries: &'a Roll) -> Self {
        let mut words: Vec<TokenId> = (1..vocabulary.len())
            .filter(|token| entries.frequency(*token) > 0 && vocabulary.is_word(*token))
            .collect();
        words.sort_unstable_by_key(|token| vocabulary.bytes(*token));
        let mut skeletons: BTreeMap<String, Vec<TokenId>> = BTreeMap::new();
        let mut bones = String::new();
        for token in &words {
            skeleton(vocabulary.text(*token), &mut bones);
            if bones.len() >= 3 {
                skeletons.entry(bones.clone()).or_default().push(*token);
            }
        }
        Self {
            vocabulary,
            entries,
            words,
            skeletons,
            affixes: Affixes::new(vocabulary, lines, entries),
            ends: Ends::new(vocabulary, entries),
        }
    }

    fn find(&self, token: TokenId, found: &mut Vec<Link>) {
        const SHORTEST_SWAPPED: (usize, usize) = (4, 5);
        let bytes = self.vocabulary.bytes(token);
        let known = self.entries.frequency(token) > 0;
        if known {
            found.push((token, 1000));
        }
        if self.vocabulary.is_word(token) {
            if !known {
                let text = self.vocabulary.text(token);
                self.cut_word(text, found);
                self.skeleton(text, found);
                self.run_together(text, found);
                self.with_initial(text, found);
                if bytes.len() >= SHORTEST_SWAPPED.0 {
                    self.ends.swapped(bytes, 800, found);
                }
                if found.is_empty() {
                    found.extend(self.affixes.of(token));
                    self.ends.without_one(bytes, 800, found);
                }
            }
        } else {
            // The bank shows only the front or the end of a number or code, or digits in front of a number.
            found.extend(self.affixes.of(token));
            if !known && self.vocabulary.is_number(token) {
                self.ends.of_number(bytes, found);
                self.ends.without_one(bytes, 700, found);
            }
            if !known && bytes.len() >= SHORTEST_SWAPPED.1 {
                self.ends.swapped(bytes, 700, found);
            }
        }
        if found.len() > 1 {
            found.sort_unstable_by_key(|(token, quality)| (*token, u16::MAX - quality));
            found.dedup_by_key(|(token, _)| *token);
        }
    }

    /// The bank cut the end of a word.
    fn cut_word(&self, text: &str, found: &mut Vec<Link>) {
        if text.len() >= 3 {
            let quality = if text.len() >= 5 { 900 } else { 750 };
            self.beginning_with(text, quality, found);
        }
    }

    /// The bank left out the vowels, and perhaps cut the end of what was left.
    fn skeleton(&self, text: &str, found: &mut Vec<Link>) {
        /// Consonants of a word whose end is cut.
        const SHORTEST_CUT: usize = 4;
        let mut bones = String::new();
        skeleton(text, &mut bones);
        // Only when the bank's word has no more than a vowel or two itself is it an abbreviation.
        if bones.len() + 1 < text.len() {
            return;
        }
        if let Some(words) = self.skeletons.get(&bones) {
            if words.len() <= MOST_MEANINGS {
                found.extend(words.iter().map(|word| (*word, 750)));
            }
        } else if bones.len() >= SHORTEST_CUT && !has_vowel_behind(text) {
            let longer = self
                .skeletons
                .range::<str, _>((Bound::Excluded(bones.as_str()), Bound::Unbounded));
            let longer = longer.take_while(|(whole, _)| whole.starts_with(&bones));
            let before = found.len();
            let words = longer.flat_map(|(_, words)| words).take(MOST_MEANINGS + 1);
            found.extend(words.map(|word| (*word, 700)));
            if found.len() > before + MOST_MEANINGS {
                found.truncate(before);
            }
        }
    }

    /// The bank left out the blank between two words.
    fn run_together(&self, text: &str, found: &mut Vec<Link>) {
        let before = found.len();
        for middle in 4..text.len().saturating_sub(1) {
            let Some((first, second)) = text.split_at_checked(middle) else {
                continue;
            };
            let Some(first) = self.word(first) else { continue };
            let before = found.len();
            if let Some(whole) = self.word(second) {
                found.push((whole, 900));
            } else if second.len() >= 3 {
                self.beginning_with(second, 700, found);
            }
            if found.len() > before {
                found.push((first, 900));
            }
        }
        if found.len() == before {
            self.all_run_together(text, found);
        }
    }

    /// The bank left out all blanks of a name, perhaps cut its end, and what follows may be the first letters of a legal form.
    fn all_run_together(&self, text: &str, found: &mut Vec<Link>) {
        /// The shortest part that is a word, the shortest one that is told by its beginning, and letters that may be left.
        const SHORTEST: usize = 2;
        const SHORTEST_CUT: usize = 4;
        const LEFT: usize = 2;
        /// One of the words is no shorter.
        const LONGEST_AT_LEAST: usize = 5;
        /// Shorter and longer texts are no names without blanks.
        const LENGTHS: std::ops::RangeInclusive<usize> = 10..=40;
        if !LENGTHS.contains(&text.len()) {
            return;
        }
        // Per place: where the last word before it begins, of those splits that have the fewest words.
        let mut splits: Vec<Option<(usize, usize)>> = vec![None; text.len() + 1];
        if let Some(start) = splits.first_mut() {
            *start = Some((0, 0));
        }
        for end in SHORTEST..=text.len() {
            let ways = (0..=end - SHORTEST).filter_map(|from| {
                let (_, words) = splits.get(from).copied().flatten()?;
                self.word(text.get(from..end)?)?;
                Some((words + 1, from))
            });
            let best = ways.min().map(|(words, from)| (from, words));
            if let Some(split) = splits.get_mut(end) {
                *split = best;
            }
        }
        let words_before = |mut end: usize| {
            let mut words = Vec::new();
            while let Some((from, _)) = splits.get(end).copied().flatten().filter(|_| end > 0) {
                words.extend(text.get(from..end));
                end = from;
            }
            words
        };
        let mut ends = (1..=text.len())
            .rev()
            .filter(|end| splits.get(*end).copied().flatten().is_some());
        let mut split = |end: usize| {
            let words = words_before(end);
            let rest = text.get(end..).unwrap_or_default();
            let before = found.len();
            if rest.len() >= SHORTEST_CUT {
                self.beginning_with(rest, 700, found);
            }
            let is_explained = rest.len() <= LEFT || found.len() > before;
            let is_name = words.len() > 1 && words.iter().any(|word| word.len() >= LONGEST_AT_LEAST);
            if is_explained && is_name {
                let links = words.iter().filter_map(|word| self.word(word));
                found.extend(links.map(|word| (word, 850)));
                return true;
            }
            found.truncate(before);
            false
        };
        ends.any(&mut split);
    }

    /// A word of entries.
    fn word(&self, text: &str) -> Option<TokenId> {
        let word = self.vocabulary.get(text.as_bytes());
        (self.entries.frequency(word) > 0 && self.vocabulary.is_word(word)).then_some(word)
    }

    /// The bank wrote an initial to a name, before it or after it.
    fn with_initial(&self, text: &str, found: &mut Vec<Link>) {
        let parts = [
            text.split_at_checked(1).map(|(_, name)| name),
            text.split_at_checked(text.len() - 1).map(|(name, _)| name),
        ];
        for name in parts.into_iter().flatten().filter(|name| name.len() >= 4) {
            let token = self.vocabulary.get(name.as_bytes());
            if self.entries.frequency(token) > 0 {
                found.push((token, 700));
            }
        }
    }

    /// Longer words of entries that begin with a text, unless they are too many.
    fn beginning_with(&self, text: &str, quality: u16, found: &mut Vec<Link>) {
        let from = self.words.partition_point(|word| self.vocabulary.text(*word) <= text);
        let longer = part(
            &self.words,
            crate::arith::count(from),
            crate::arith::count(self.words.len()),
        );
        let meanings = longer
            .iter()
            .take_while(|word| self.vocabulary.text(**word).starts_with(text))
            .take(MOST_MEANINGS + 1)
            .count();
        if meanings <= MOST_MEANINGS {
            found.extend(longer.iter().take(meanings).map(|word| (*word, quality)));
        }
    }
}

/// A vowel is behind the first letter.
fn has_vowel_behind(word: &str) -> bool {
    word.bytes()
        .skip(1)
        .any(|letter| matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U'))
}

/// What is longer is the name that it is cut from, however many lines have it: books may lack what was paid.
const LONGEST_OWN: usize = 4;

/// Which words are in names of counterparties.
fn in_names(vocabulary: &Vocabulary, entries: &Roll) -> Vec<bool> {
    let mut in_names = vec![false; entries.frequency.len()];
    let classes = 0..entries.names.classes();
    for word in classes.flat_map(|class| entries.names.row_of(class)) {
        set(&mut in_names, *word, vocabulary.is_word(*word));
    }
    in_names
}

/// The word is the bank's own and none of the names that it resembles: lines have it far more often than entries have all of
/// them. (One entry of wages has many lines, but names nobody.)
fn is_own((lines, entries): (&Roll, &Roll), in_names: &[bool], word: TokenId, found: &[Link]) -> bool {
    /// So many times as often, and so many lines more: what is paid in parts has several lines.
    const MORE_OFTEN: u32 = 2;
    const MORE: u32 = 4;
    let is_name = |(token, _): &Link| *token != word && at(in_names, *token);
    let meant: u32 = found.iter().map(|(token, _)| entries.frequency(*token)).sum();
    found.iter().all(is_name) && lines.frequency(word) > meant.saturating_mul(MORE_OFTEN).saturating_add(MORE)
}

//! Which tokens of the books a token of the bank may stand for.
//!
//! Banks cut names, leave out vowels and blanks, drop the front or the end of a reference, and swap characters. All of
//! that is a property of two tokens and not of two items, so it is worked out once for each different token of the
//! bank; comparing two items is then a merge of sorted numbers.

use crate::columns::{Rows, part};
use crate::normalise::skeleton;
use crate::roll::Roll;
use crate::vocabulary::{TokenId, Vocabulary};
use std::collections::HashMap;

/// A token of the books and how well it agrees, in per mille.
pub(crate) type Link = (TokenId, u16);

/// Links of every token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    rows: Rows<Link>,
}

/// Most tokens of the books that one cut token may stand for; beyond that it says nothing.
const MOST_MEANINGS: usize = 10;

impl Links {
    /// Works out the links of all tokens that lines have.
    pub(crate) fn new(vocabulary: &Vocabulary, lines: &Roll, entries: &Roll) -> Self {
        let finder = Finder::new(vocabulary, entries);
        let mut links = Self::default();
        let mut found = Vec::new();
        for token in 0..vocabulary.len() {
            found.clear();
            if token > 0 && lines.frequency(token) > 0 {
                finder.find(token, &mut found);
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
    /// Tokens of entries in order of their texts.
    forward: Vec<TokenId>,
    /// Numbers and codes of entries in order of their texts read backwards.
    backward: Vec<TokenId>,
    skeletons: HashMap<String, Vec<TokenId>>,
}

impl<'a> Finder<'a> {
    fn new(vocabulary: &'a Vocabulary, entries: &'a Roll) -> Self {
        let mut forward: Vec<TokenId> = (1..vocabulary.len())
            .filter(|token| entries.frequency(*token) > 0)
            .collect();
        let mut backward: Vec<TokenId> = forward
            .iter()
            .copied()
            .filter(|token| !vocabulary.is_word(*token))
            .collect();
        forward.sort_unstable_by_key(|token| vocabulary.text(*token));
        backward.sort_unstable_by(|a, b| vocabulary.text(*a).bytes().rev().cmp(vocabulary.text(*b).bytes().rev()));
        let mut skeletons: HashMap<String, Vec<TokenId>> = HashMap::new();
        let mut bones = String::new();
        for token in forward.iter().copied().filter(|token| vocabulary.is_word(*token)) {
            skeleton(vocabulary.text(token), &mut bones);
            if bones.len() >= 3 {
                skeletons.entry(bones.clone()).or_default().push(token);
            }
        }
        Self {
            vocabulary,
            entries,
            forward,
            backward,
            skeletons,
        }
    }

    fn find(&self, token: TokenId, found: &mut Vec<Link>) {
        let text = self.vocabulary.text(token);
        let known = self.entries.frequency(token) > 0;
        if known {
            found.push((token, 1000));
        }
        if self.vocabulary.is_word(token) {
            if !known {
                self.cut_word(text, found);
                self.skeleton(text, found);
                self.run_together(text, found);
                self.with_initial(text, found);
                self.swapped(text, 4, 800, found);
            }
        } else {
            if self.vocabulary.is_number(token) {
                self.cut_number(text, found);
            } else if !known {
                self.cut_code(text, found);
            }
            if !known {
                self.swapped(text, 5, 700, found);
            }
        }
        found.sort_unstable_by_key(|(token, quality)| (*token, u16::MAX - quality));
        found.dedup_by_key(|(token, _)| *token);
    }

    /// The bank cut the end of a word.
    fn cut_word(&self, text: &str, found: &mut Vec<Link>) {
        if text.len() >= 3 {
            let quality = if text.len() >= 5 { 900 } else { 750 };
            self.beginning_with(text, |word| self.vocabulary.is_word(word), quality, found);
        }
    }

    /// The bank left out the vowels.
    fn skeleton(&self, text: &str, found: &mut Vec<Link>) {
        let mut bones = String::new();
        skeleton(text, &mut bones);
        // Only when the bank's word has no more than a vowel or two itself is it an abbreviation.
        if bones.len() + 1 >= text.len()
            && let Some(words) = self.skeletons.get(&bones)
            && words.len() <= MOST_MEANINGS
        {
            found.extend(words.iter().map(|word| (*word, 750)));
        }
    }

    /// The bank left out the blank between two words.
    fn run_together(&self, text: &str, found: &mut Vec<Link>) {
        for middle in 4..text.len().saturating_sub(1) {
            let Some((first, second)) = text.split_at_checked(middle) else {
                continue;
            };
            let first = self.vocabulary.get(first);
            if self.entries.frequency(first) == 0 || !self.vocabulary.is_word(first) {
                continue;
            }
            let whole = self.vocabulary.get(second);
            let before = found.len();
            if self.entries.frequency(whole) > 0 {
                found.push((whole, 900));
            } else if second.len() >= 3 {
                self.beginning_with(second, |word| self.vocabulary.is_word(word), 700, found);
            }
            if found.len() > before {
                found.push((first, 900));
            }
        }
    }

    /// The bank wrote an initial to a name, before it or after it.
    fn with_initial(&self, text: &str, found: &mut Vec<Link>) {
        let parts = [
            text.split_at_checked(1).map(|(_, name)| name),
            text.split_at_checked(text.len() - 1).map(|(name, _)| name),
        ];
        for name in parts.into_iter().flatten().filter(|name| name.len() >= 4) {
            let token = self.vocabulary.get(name);
            if self.entries.frequency(token) > 0 {
                found.push((token, 700));
            }
        }
    }

    /// The bank shows only the front or the end of a code.
    fn cut_code(&self, text: &str, found: &mut Vec<Link>) {
        if text.len() < 4 {
            return;
        }
        let is_code = |token| !self.vocabulary.is_number(token) && !self.vocabulary.is_word(token);
        self.beginning_with(text, is_code, 700, found);
        self.ending_with(text, is_code, 850, found);
    }

    /// Two neighbours swapped.
    fn swapped(&self, text: &str, shortest: usize, quality: u16, found: &mut Vec<Link>) {
        if text.len() < shortest {
            return;
        }
        let mut bytes = text.as_bytes().to_vec();
        for left in 0..bytes.len().saturating_sub(1) {
            bytes.swap(left, left + 1);
            if let Ok(swapped) = std::str::from_utf8(&bytes) {
                let token = self.vocabulary.get(swapped.trim_start_matches('0'));
                if self.entries.frequency(token) > 0 {
                    found.push((token, quality));
                }
            }
            bytes.swap(left, left + 1);
        }
    }

    /// The bank shows only the front or only the end of a number, or digits in front of it.
    fn cut_number(&self, text: &str, found: &mut Vec<Link>) {
        if text.len() < 4 {
            return;
        }
        self.beginning_with(text, |number| self.vocabulary.is_number(number), 650, found);
        self.ending_with(text, |number| self.vocabulary.is_number(number), 850, found);
        for start in 1..text.len().saturating_sub(4) {
            let token = text
                .get(start..)
                .map_or(0, |end| self.vocabulary.get(end.trim_start_matches('0')));
            if self.entries.frequency(token) > 0 && self.vocabulary.text(token).len() >= 5 {
                found.push((token, 700));
            }
        }
    }

    /// Longer tokens of entries that end with a text, unless they are too many.
    fn ending_with(&self, text: &str, wanted: impl Fn(TokenId) -> bool, quality: u16, found: &mut Vec<Link>) {
        let backwards = |token: &TokenId| self.vocabulary.text(*token).bytes().rev();
        let from = self
            .backward
            .partition_point(|token| backwards(token).le(text.bytes().rev()));
        let meanings: Vec<TokenId> = self
            .backward
            .iter()
            .skip(from)
            .copied()
            .take_while(|token| self.vocabulary.text(*token).ends_with(text))
            .filter(|token| wanted(*token))
            .take(MOST_MEANINGS + 1)
            .collect();
        if meanings.len() <= MOST_MEANINGS {
            found.extend(meanings.into_iter().map(|token| (token, quality)));
        }
    }

    /// Longer tokens of entries that begin with a text, unless they are too many.
    fn beginning_with(&self, text: &str, wanted: impl Fn(TokenId) -> bool, quality: u16, found: &mut Vec<Link>) {
        let from = self
            .forward
            .partition_point(|token| self.vocabulary.text(*token) <= text);
        let longer = part(
            &self.forward,
            crate::arith::count(from),
            crate::arith::count(self.forward.len()),
        );
        let meanings: Vec<TokenId> = longer
            .iter()
            .copied()
            .take_while(|token| self.vocabulary.text(*token).starts_with(text))
            .filter(|token| wanted(*token))
            .take(MOST_MEANINGS + 1)
            .collect();
        if meanings.len() <= MOST_MEANINGS {
            found.extend(meanings.into_iter().map(|token| (token, quality)));
        }
    }
}

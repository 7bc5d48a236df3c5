//! Tokens as numbers: each different token once, in one text.

use crate::arith::count;
use crate::columns::at;
use crate::hashing::{Slots, of_bytes};
use crate::normalise::one_spelling;
use std::collections::BTreeMap;

/// Number of a token; 0 is no token.
pub(crate) type TokenId = u32;

/// Every token of both sides.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    text: Vec<u8>,
    ends: Vec<u32>,
    slots: Slots,
    /// How words are written that are compared in another spelling; the first in order of letters, if there are several.
    spelled: BTreeMap<TokenId, Box<str>>,
    buffer: Vec<u8>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            text: Vec::new(),
            ends: vec![0],
            slots: Slots::default(),
            spelled: BTreeMap::new(),
            buffer: Vec::new(),
        }
    }
}

impl Vocabulary {
    /// Number of tokens and one, so that every id is below it.
    pub(crate) fn len(&self) -> u32 {
        count(self.ends.len())
    }

    /// The id of a token, a new one if it has none.
    pub(crate) fn intern(&mut self, token: &[u8]) -> TokenId {
        if token.is_empty() {
            return 0;
        }
        let hash = of_bytes(token);
        if let Some(id) = self.slots.find(hash, |id| self.bytes(id) == token) {
            return id;
        }
        self.text.extend_from_slice(token);
        self.ends.push(count(self.text.len()));
        let id = self.len() - 1;
        self.slots.add(hash, id);
        id
    }

    /// The id of a word in whichever spelling.
    pub(crate) fn intern_word(&mut self, word: &[u8]) -> TokenId {
        let mut buffer = std::mem::take(&mut self.buffer);
        let id = match one_spelling(word, &mut buffer) {
            Some(compared) => {
                let id = self.intern(compared);
                self.spell(id, std::str::from_utf8(word).unwrap_or_default());
                id
            }
            None => self.intern(word),
        };
        self.buffer = buffer;
        id
    }

    fn spell(&mut self, id: TokenId, word: &str) {
        let known = self.spelled.get(&id);
        if known.is_none_or(|known| word < known.as_ref()) {
            self.spelled.insert(id, word.into());
        }
    }

    /// The token as it is written, for people.
    pub(crate) fn spelled(&self, id: TokenId) -> &str {
        self.spelled.get(&id).map_or_else(|| self.text(id), AsRef::as_ref)
    }

    /// The id of a token, 0 if it has none.
    pub(crate) fn get(&self, token: &[u8]) -> TokenId {
        let found = self.slots.find(of_bytes(token), |id| self.bytes(id) == token);
        found.unwrap_or(0)
    }

    /// Takes in the tokens of another vocabulary, in its order; returns the id here of each id there. It is as if they had
    /// been interned here in the first place.
    pub(crate) fn absorb(&mut self, other: &Self) -> Vec<TokenId> {
        let ids: Vec<TokenId> = (0..other.len()).map(|id| self.intern(other.bytes(id))).collect();
        self.absorb_spelling(other, |id| at(&ids, id));
        ids
    }

    /// Takes in how the words of another vocabulary are written, all of whose tokens have an id here.
    pub(crate) fn absorb_spelling(&mut self, other: &Self, id_here: impl Fn(TokenId) -> TokenId) {
        for (id, word) in &other.spelled {
            self.spell(id_here(*id), word);
        }
    }

    /// The token, in bytes.
    pub(crate) fn bytes(&self, id: TokenId) -> &[u8] {
        let from = id.checked_sub(1).map_or(0, |before| at(&self.ends, before));
        crate::columns::part(&self.text, from, at(&self.ends, id))
    }

    /// The token.
    pub(crate) fn text(&self, id: TokenId) -> &str {
        std::str::from_utf8(self.bytes(id)).unwrap_or_default()
    }

    /// The token has digits only.
    pub(crate) fn is_number(&self, id: TokenId) -> bool {
        self.bytes(id).iter().all(u8::is_ascii_digit)
    }

    /// The token has letters only.
    pub(crate) fn is_word(&self, id: TokenId) -> bool {
        self.bytes(id).iter().all(u8::is_ascii_alphabetic)
    }

    /// Tokens are only read from now on: gives back the memory that looking them up takes.
    pub(crate) fn seal(&mut self) {
        self.slots.clear();
        self.buffer = Vec::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_one_id() {
        let mut vocabulary = Vocabulary::default();
        let words: Vec<String> = (0..5_000).map(|n| format!("T{n}")).collect();
        let ids: Vec<TokenId> = words.iter().map(|word| vocabulary.intern(word.as_bytes())).collect();
        for (word, id) in words.iter().zip(&ids) {
            assert_eq!(vocabulary.intern(word.as_bytes()), *id);
            assert_eq!(vocabulary.text(*id), word);
        }
        assert_eq!((vocabulary.get(b"none"), vocabulary.intern(b"")), (0, 0));
        assert_eq!(vocabulary.len(), 5_001);
    }

    #[test]
    fn a_word_has_one_id_in_all_spellings_and_is_shown_as_it_is_written() {
        let (mut one, mut other) = (Vocabulary::default(), Vocabulary::default());
        let id = one.intern_word(b"KONIG");
        assert_eq!(one.spelled(id), "KONIG");
        assert_eq!(one.intern_word(b"KOENIG"), id);
        assert_eq!((one.text(id), one.spelled(id)), ("KONIG", "KOENIG"));
        other.intern_word(b"BLUE");
        let moved = one.absorb(&other);
        assert_eq!(
            moved.iter().map(|id| one.spelled(*id)).collect::<Vec<_>>(),
            ["", "BLUE"]
        );
    }

    #[test]
    fn two_vocabularies_become_the_one_that_would_have_been() {
        let (first, second) = (["A", "B", "C"], ["C", "D", "A", "E"]);
        let of = |words: &[&str]| {
            let mut vocabulary = Vocabulary::default();
            for word in words {
                vocabulary.intern(word.as_bytes());
            }
            vocabulary
        };
        let mut joined = of(&first);
        assert_eq!(joined.absorb(&of(&second)), [0, 3, 4, 1, 5]);
        let one: Vec<&str> = first.into_iter().chain(second).collect();
        let texts = |vocabulary: &Vocabulary| {
            (0..vocabulary.len())
                .map(|id| vocabulary.text(id).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(&joined), texts(&of(&one)));
    }
}

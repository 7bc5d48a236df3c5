//! Tokens as numbers: each different token once, in one text.

use crate::arith::{FNV_START, count, fnv};
use crate::columns::{at, set};

/// Number of a token; 0 is no token.
pub(crate) type TokenId = u32;

/// Every token of both sides.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    text: String,
    ends: Vec<u32>,
    slots: Vec<TokenId>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            text: String::new(),
            ends: vec![0],
            slots: vec![0; 1024],
        }
    }
}

impl Vocabulary {
    /// Number of tokens and one, so that every id is below it.
    pub(crate) fn len(&self) -> u32 {
        count(self.ends.len())
    }

    /// The id of a token, a new one if it has none.
    pub(crate) fn intern(&mut self, token: &str) -> TokenId {
        if token.is_empty() {
            return 0;
        }
        let (id, slot) = self.find(token);
        if id != 0 {
            return id;
        }
        self.text.push_str(token);
        self.ends.push(count(self.text.len()));
        let id = self.len() - 1;
        set(&mut self.slots, slot, id);
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    /// The id of a token, 0 if it has none.
    pub(crate) fn get(&self, token: &str) -> TokenId {
        self.find(token).0
    }

    /// The token.
    pub(crate) fn text(&self, id: TokenId) -> &str {
        let from = id.checked_sub(1).map_or(0, |before| at(&self.ends, before));
        let range = usize::try_from(from).unwrap_or(0)..usize::try_from(at(&self.ends, id)).unwrap_or(0);
        self.text.get(range).unwrap_or_default()
    }

    /// The token has digits only.
    pub(crate) fn is_number(&self, id: TokenId) -> bool {
        self.text(id).bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The token has letters only.
    pub(crate) fn is_word(&self, id: TokenId) -> bool {
        self.text(id).bytes().all(|byte| byte.is_ascii_alphabetic())
    }

    /// The id and its slot, or 0 and the slot where it would be.
    fn find(&self, token: &str) -> (TokenId, u32) {
        let mask = count(self.slots.len()) - 1;
        let hash = fnv(FNV_START, token.as_bytes());
        let mut slot = u32::try_from((hash ^ (hash >> 32)) & u64::from(mask)).unwrap_or(0);
        loop {
            let id = at(&self.slots, slot);
            if id == 0 || self.text(id) == token {
                return (id, slot);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let length = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(length, 0);
        for id in 1..self.len() {
            let slot = self.find(self.text(id)).1;
            set(&mut self.slots, slot, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_one_id() {
        let mut vocabulary = Vocabulary::default();
        let words: Vec<String> = (0..5_000).map(|n| format!("T{n}")).collect();
        let ids: Vec<TokenId> = words.iter().map(|word| vocabulary.intern(word)).collect();
        for (word, id) in words.iter().zip(&ids) {
            assert_eq!(vocabulary.intern(word), *id);
            assert_eq!(vocabulary.text(*id), word);
        }
        assert_eq!((vocabulary.get("none"), vocabulary.intern("")), (0, 0));
        assert_eq!(vocabulary.len(), 5_001);
    }
}

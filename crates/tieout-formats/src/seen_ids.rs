//! Which bank ids a statement has already used, in bounded memory.

use std::collections::HashSet;
use std::hash::BuildHasher;

/// How many ids are remembered; each takes about 20 bytes.
const MAX_IDS: usize = 1_000_000;

/// The ids seen so far, as hashes of 64 bits: a false alarm in a million lines has odds of one to thirty million.
#[derive(Debug, Default)]
pub(crate) struct SeenIds {
    hashes: HashSet<u64>,
    forgotten: u64,
}

impl SeenIds {
    /// Notes an id; false if it was there before. Empty ids are all different.
    pub(crate) fn note(&mut self, id: &str) -> bool {
        if id.is_empty() {
            return true;
        }
        let hash = self.hashes.hasher().hash_one(id);
        if self.hashes.len() >= MAX_IDS {
            self.forgotten += 1;
            return !self.hashes.contains(&hash);
        }
        self.hashes.insert(hash)
    }

    /// How many ids were compared, but not remembered.
    pub(crate) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.hashes.clear();
        self.forgotten = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut ids = SeenIds::default();
        assert!(ids.note("a") && ids.note("b") && !ids.note("a"));
        assert!(ids.note("") && ids.note(""));
        ids.clear();
        assert!(ids.note("a"));
    }

    #[test]
    fn memory_is_bounded() {
        let mut ids = SeenIds::default();
        for id in 0..=MAX_IDS {
            assert!(ids.note(&id.to_string()));
        }
        assert_eq!((ids.hashes.len(), ids.forgotten()), (MAX_IDS, 1));
        assert!(!ids.note("0"));
    }
}

//! What entries that were paid in groups have in common, as groups found so far show.

use crate::books::Books;
use crate::columns::at;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;
use std::collections::{BTreeMap, BTreeSet};

/// Words and forms of entries that were paid in groups, as groups found so far show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grouped {
    tokens: BTreeSet<TokenId>,
}

impl Grouped {
    /// Learns from the entries of groups: a word is one of theirs if it is in no name, and many entries with it are in
    /// groups.
    pub(crate) fn new(books: &Books, in_groups: &[bool]) -> Self {
        const FEWEST_SEEN: u32 = 6;
        let entries = &books.entries;
        let mut seen: BTreeMap<TokenId, u32> = BTreeMap::new();
        let members = entries.positions().filter(|entry| at(in_groups, *entry));
        for word in members.flat_map(|entry| entries.words.row(entry)) {
            *seen.entry(*word).or_default() += 1;
        }
        let limit = entries.len() / 100;
        let tokens = seen
            .into_iter()
            .filter(|(word, grouped)| {
                let all = entries.frequency(*word);
                let is_name = at(&books.contacts.name_frequency, *word) > 0;
                !is_name && *grouped >= FEWEST_SEEN && all >= limit && grouped.saturating_mul(6) >= all
            })
            .map(|(word, _)| word)
            .collect();
        Self { tokens }
    }

    /// An entry is written like those.
    pub(super) fn has(&self, entries: &Roll, entry: Position) -> bool {
        entries.words.row(entry).iter().any(|word| self.tokens.contains(word))
    }
}

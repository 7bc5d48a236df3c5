//! Who the other side of each entry is: words of the name, and entries of the same contact.

use crate::arith::count;
use crate::columns::{Rows, at, set};
use crate::roll::Roll;
use crate::vocabulary::TokenId;
use std::collections::HashMap;

/// Number of a contact; 0 if unknown.
pub(crate) type ContactId = u32;

/// Names and contacts of the entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contacts {
    /// Words of the name of each entry: as written in the counterparty, or found in its description.
    pub(crate) names: Rows<TokenId>,
    /// Contact of each entry.
    pub(crate) of_entry: Vec<ContactId>,
    /// Entries of each contact.
    pub(crate) sizes: Vec<u32>,
    /// Per token: how many contacts have it in their name.
    pub(crate) name_frequency: Vec<u32>,
    distinctive_limit: u32,
}

impl Contacts {
    /// Reads the entries' names.
    pub(crate) fn new(entries: &Roll) -> Self {
        let sets = name_sets(entries);
        let mut contacts = Self {
            name_frequency: vec![0; entries.frequency.len()],
            ..Self::default()
        };
        let mut by_word: HashMap<TokenId, Vec<ContactId>> = HashMap::new();
        for (index, words) in sets.iter().enumerate() {
            for word in *words {
                let known = at(&contacts.name_frequency, *word);
                set(&mut contacts.name_frequency, *word, known + 1);
                by_word.entry(*word).or_default().push(count(index) + 1);
            }
        }
        contacts.distinctive_limit = (count(sets.len()) / 25).max(2);
        contacts.assign(entries, &sets, &by_word);
        contacts.sizes = vec![0; sets.len() + 1];
        for contact in &contacts.of_entry {
            let size = at(&contacts.sizes, *contact);
            set(&mut contacts.sizes, *contact, size + 1);
        }
        contacts
    }

    /// The word tells contacts apart: it is in the names of some, but not of many.
    pub(crate) fn is_distinctive(&self, word: TokenId) -> bool {
        (1..=self.distinctive_limit).contains(&at(&self.name_frequency, word))
    }

    /// The contact of an entry.
    pub(crate) fn of(&self, entry: u32) -> ContactId {
        at(&self.of_entry, entry)
    }

    fn assign(&mut self, entries: &Roll, sets: &[&[TokenId]], by_word: &HashMap<TokenId, Vec<ContactId>>) {
        let ids: HashMap<&[TokenId], ContactId> = sets.iter().zip(1..).map(|(words, id)| (*words, id)).collect();
        for entry in entries.positions() {
            let written = entries.names.row(entry);
            let contact = if written.is_empty() {
                let mut text: Vec<TokenId> = entries
                    .words
                    .row(entry)
                    .iter()
                    .chain(entries.numbers.row(entry))
                    .copied()
                    .collect();
                text.sort_unstable();
                contained(&text, sets, by_word)
            } else {
                ids.get(written).copied().unwrap_or(0)
            };
            self.of_entry.push(contact);
            let known = contact
                .checked_sub(1)
                .and_then(|set| usize::try_from(set).ok())
                .and_then(|set| sets.get(set));
            match known {
                Some(words) => self.names.push(words.iter().copied()),
                None => self.names.push(rare_words(entries, entry)),
            }
        }
    }
}

/// The different sets of words in counterparties, in order.
fn name_sets(entries: &Roll) -> Vec<&[TokenId]> {
    let mut sets: Vec<&[TokenId]> = entries
        .positions()
        .map(|entry| entries.names.row(entry))
        .filter(|names| !names.is_empty())
        .collect();
    sets.sort_unstable();
    sets.dedup();
    sets
}

/// The contact with the longest name all of whose words are in the text.
fn contained(text: &[TokenId], sets: &[&[TokenId]], by_word: &HashMap<TokenId, Vec<ContactId>>) -> ContactId {
    /// A word of more contacts than this says nothing by itself.
    const MOST: usize = 400;
    let mut best = (0_usize, 0);
    for word in text {
        for contact in by_word
            .get(word)
            .map(Vec::as_slice)
            .filter(|all| all.len() <= MOST)
            .unwrap_or_default()
        {
            let Some(words) = usize::try_from(*contact - 1).ok().and_then(|index| sets.get(index)) else {
                continue;
            };
            if words.len() > best.0 && words.iter().all(|word| text.binary_search(word).is_ok()) {
                best = (words.len(), *contact);
            }
        }
    }
    best.1
}

/// Without a known contact, the words of the text that few entries have stand for the name.
fn rare_words(entries: &Roll, entry: u32) -> Vec<TokenId> {
    let limit = (entries.len() / 20).max(3);
    entries
        .words
        .row(entry)
        .iter()
        .copied()
        .filter(|word| entries.frequency(*word) <= limit)
        .collect()
}

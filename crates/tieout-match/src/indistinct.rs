//! Contacts whose names are made of words that many others bear.
//!
//! Where vendors are called Tre Torri Trasporti, Tre Torri Marmi and Piave Trasporti, none of the words tells one of them, but
//! two of them do. A line that shows two words of such a name, or more of them than of any other, names that contact.

use crate::books::Books;
use crate::columns::{Rows, at, set};
use crate::hashing::Map;
use crate::index::is_name;
use crate::roll::Position;
use crate::vocabulary::TokenId;

/// Contacts none of whose words tells them from others, by two of their words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Indistinct {
    contacts: Vec<bool>,
    /// Those that each class of lines' words names.
    by_class: Rows<u32>,
}

/// Contacts by two of their words.
type ByWords = Map<(TokenId, TokenId), Vec<u32>>;

impl Indistinct {
    /// Words of a name, or of a line, that are looked at two by two.
    const WORDS: usize = 6;
    /// Contacts that one line may name.
    const CONTACTS: usize = 4;
    /// Contacts of two words, beyond which these say nothing either.
    const SHARED: usize = 64;

    /// Looks at all contacts, and at the words of all lines.
    pub(crate) fn new(books: &Books) -> Self {
        let mut by_words = ByWords::default();
        let mut indistinct = Self {
            contacts: vec![false; books.contacts.sizes.len()],
            ..Self::default()
        };
        for entry in books.entries.positions() {
            let (contact, names) = (books.contacts.of(entry), books.contacts.names.row(entry));
            let is_known = contact == 0 || indistinct.has(contact);
            if is_known || names.len() < 2 || names.iter().any(|name| is_name(books, *name)) {
                continue;
            }
            set(&mut indistinct.contacts, contact, true);
            for pair in pairs(names) {
                by_words.entry(pair).or_default().push(contact);
            }
        }
        by_words.retain(|_, contacts| contacts.len() <= Self::SHARED);
        if !by_words.is_empty() {
            let words = &books.lines.words;
            for class in 0..words.classes() {
                indistinct
                    .by_class
                    .push(named_by(books, words.row_of(class), &by_words));
            }
        }
        indistinct
    }

    /// The contact is one of them.
    pub(crate) fn has(&self, contact: u32) -> bool {
        at(&self.contacts, contact)
    }

    /// Those that a line names.
    pub(crate) fn of(&self, books: &Books, line: Position) -> &[u32] {
        self.by_class.row(books.lines.words.class(line))
    }
}

/// The contacts of which a line's words show the most.
fn named_by(books: &Books, of_line: &[TokenId], by_words: &ByWords) -> Vec<u32> {
    let linked = of_line.iter().flat_map(|word| books.links.of(*word));
    let mut words: Vec<TokenId> = linked
        .map(|(word, _)| *word)
        .filter(|word| at(&books.contacts.name_frequency, *word) > 0)
        .collect();
    words.sort_unstable();
    words.dedup();
    let mut votes: Vec<(u32, u32)> = Vec::new();
    for contact in pairs(&words).filter_map(|pair| by_words.get(&pair)).flatten() {
        match votes.iter_mut().find(|(_, of)| of == contact) {
            Some((votes, _)) => *votes += 1,
            None => votes.push((1, *contact)),
        }
    }
    votes.sort_unstable_by_key(|(votes, contact)| (std::cmp::Reverse(*votes), *contact));
    let most = votes.first().map_or(0, |(votes, _)| *votes);
    let best = votes.iter().take_while(|(votes, _)| *votes == most);
    best.take(Indistinct::CONTACTS).map(|(_, contact)| *contact).collect()
}

/// Two words each, of the first ones.
fn pairs(words: &[TokenId]) -> impl Iterator<Item = (TokenId, TokenId)> + '_ {
    let first = words.get(..words.len().min(Indistinct::WORDS)).unwrap_or_default();
    let with = move |(place, a): (usize, &TokenId)| {
        let a = *a;
        first.iter().skip(place + 1).map(move |b| (a, *b))
    };
    first.iter().enumerate().flat_map(with)
}

/// What stands for a contact among names.
pub(crate) fn key_of(books: &Books, contact: u32) -> TokenId {
    books.vocabulary.len().saturating_add(contact)
}

//! Who the other side of each entry is: words of the name, and entries of the same contact.

use crate::arith::count;
use crate::columns::{SharedRows, at, set};
use crate::contracts::Contracts;
use crate::hashing::Map;
use crate::roll::Roll;
use crate::vocabulary::{TokenId, Vocabulary};

/// Number of a contact; 0 if unknown.
pub(crate) type ContactId = u32;

/// A word that is in more names leads to none of them.
const MOST_WITH_WORD: usize = 32;

/// Names and contacts of the entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contacts {
    /// Words of the name of each entry: as written in the counterparty, or found in its description.
    pub(crate) names: SharedRows,
    /// Contact of each entry.
    pub(crate) of_entry: Vec<ContactId>,
    /// Entries of each contact.
    pub(crate) sizes: Vec<u32>,
    /// Per token: how many contacts have it in their name.
    pub(crate) name_frequency: Vec<u32>,
    distinctive_limit: u32,
    /// Per contact: the class of its written name.
    written: Vec<u32>,
    /// Contacts by each word of their written names, unless it is in too many of them.
    by_word: Map<TokenId, Vec<ContactId>>,
}

/// The names that counterparties write, in order of their words.
struct Known<'a> {
    rows: Vec<&'a [TokenId]>,
    by_word: Map<TokenId, Vec<ContactId>>,
}

impl Known<'_> {
    fn words(&self, contact: ContactId) -> &[TokenId] {
        let place = contact.checked_sub(1).and_then(|place| usize::try_from(place).ok());
        place
            .and_then(|place| self.rows.get(place))
            .copied()
            .unwrap_or_default()
    }
}

impl Contacts {
    /// Reads the entries' names.
    pub(crate) fn new(entries: &Roll, vocabulary: &Vocabulary) -> Self {
        let written = &entries.names;
        let sizes = written.sizes();
        let mut classes: Vec<u32> = (0..written.classes())
            .filter(|class| at(&sizes, *class) > 0 && !written.row_of(*class).is_empty())
            .collect();
        classes.sort_unstable_by_key(|class| written.row_of(*class));
        let mut contacts = Self {
            name_frequency: vec![0; entries.frequency.len()],
            distinctive_limit: (count(classes.len()) / 25).max(2),
            ..Self::default()
        };
        let mut known = Known {
            rows: Vec::with_capacity(classes.len()),
            by_word: Map::default(),
        };
        // Contact of each class of written names.
        let mut of_class = vec![0; sizes.len()];
        for (class, contact) in classes.iter().zip(1..) {
            set(&mut of_class, *class, contact);
            let words = written.row_of(*class);
            known.rows.push(words);
            for word in words {
                let frequency = at(&contacts.name_frequency, *word);
                set(&mut contacts.name_frequency, *word, frequency + 1);
                known.by_word.entry(*word).or_default().push(contact);
            }
        }
        contacts.assign(entries, &of_class, &known);
        contacts.by_contract(entries, vocabulary, &known);
        contacts.sizes = vec![0; known.rows.len() + 1];
        for contact in &contacts.of_entry {
            let size = at(&contacts.sizes, *contact);
            set(&mut contacts.sizes, *contact, size + 1);
        }
        contacts.written = vec![0];
        for words in &known.rows {
            let class = contacts.names.intern(words, 0);
            contacts.written.push(class);
        }
        contacts.names.seal();
        let mut by_word = known.by_word;
        by_word.retain(|_, with| with.len() <= MOST_WITH_WORD);
        contacts.by_word = by_word;
        contacts
    }

    /// The words of a contact's written name.
    pub(crate) fn words(&self, contact: ContactId) -> &[TokenId] {
        self.names.row_of(at(&self.written, contact))
    }

    /// The contacts that have a word in their written name; none if it is in too many of them.
    pub(crate) fn with_word(&self, word: TokenId) -> &[ContactId] {
        self.by_word.get(&word).map(Vec::as_slice).unwrap_or_default()
    }

    /// The word tells contacts apart: it is in the names of some, but not of many.
    pub(crate) fn is_distinctive(&self, word: TokenId) -> bool {
        (1..=self.distinctive_limit).contains(&at(&self.name_frequency, word))
    }

    /// The contact of an entry.
    pub(crate) fn of(&self, entry: u32) -> ContactId {
        at(&self.of_entry, entry)
    }

    fn assign(&mut self, entries: &Roll, of_class: &[ContactId], known: &Known<'_>) {
        self.names.intern(&[], 0);
        // What was found in words alone.
        let mut found_in: Map<u32, (ContactId, u32)> = Map::default();
        let mut text = Vec::new();
        for entry in entries.positions() {
            let written = at(of_class, entries.names.class(entry));
            let (contact, names) = if written == 0 {
                let class = entries.words.class(entry);
                text.clear();
                let numbers = entries.numbers.row(entry).iter().copied();
                text.extend(numbers.filter(|number| at(&self.name_frequency, *number) > 0));
                let words_alone = text.is_empty();
                let known_words = found_in.get(&class).copied().filter(|_| words_alone);
                known_words.unwrap_or_else(|| {
                    text.extend_from_slice(entries.words.row(entry));
                    text.sort_unstable();
                    let found = self.in_text(entries, entry, &text, known);
                    if words_alone {
                        found_in.insert(class, found);
                    }
                    found
                })
            } else {
                (written, self.names.intern(known.words(written), 0))
            };
            self.of_entry.push(contact);
            self.names.push(names);
        }
    }

    /// Entries that name nobody are of whom their contract's others are of.
    fn by_contract(&mut self, entries: &Roll, vocabulary: &Vocabulary, known: &Known<'_>) {
        let contracts = Contracts::new(entries, vocabulary, &self.of_entry);
        let nobodys = entries.positions().filter(|entry| self.of(*entry) == 0);
        let found = nobodys.filter_map(|entry| Some((entry, contracts.contact_of(entry)?)));
        let fits = |(entry, contact): &(u32, ContactId)| {
            let name = known.words(*contact);
            let mut written = rare_words(entries, *entry).into_iter();
            written.all(|word| at(&self.name_frequency, word) == 0 || name.contains(&word))
        };
        let found: Vec<_> = found.filter(fits).collect();
        for (entry, contact) in found {
            let names = self.names.intern(known.words(contact), 0);
            set(&mut self.of_entry, entry, contact);
            self.names.set(entry, names);
        }
    }

    /// The contact that a text names, and the class of the name; without one, of the rare words.
    fn in_text(&mut self, entries: &Roll, entry: u32, text: &[TokenId], known: &Known<'_>) -> (ContactId, u32) {
        let contact = contained(text, known);
        let names = if contact == 0 {
            self.names.intern(&rare_words(entries, entry), 0)
        } else {
            self.names.intern(known.words(contact), 0)
        };
        (contact, names)
    }
}

/// The contact with the longest name all of whose words are in the text.
fn contained(text: &[TokenId], known: &Known<'_>) -> ContactId {
    /// A word of more contacts than this says nothing by itself.
    const MOST: usize = 400;
    let mut best = (0_usize, 0);
    for word in text {
        let with = known.by_word.get(word).map(Vec::as_slice).unwrap_or_default();
        for contact in with.iter().filter(|_| with.len() <= MOST) {
            let words = known.words(*contact);
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

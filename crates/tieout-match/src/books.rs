//! Both sides of a run, ready to be compared: rolls, contacts, links between tokens, amounts.

use crate::Input;
use crate::amounts::Amounts;
use crate::arith::{Bits, FNV_START, count, fnv, log2_ratio};
use crate::columns::at;
use crate::contacts::Contacts;
use crate::links::Links;
use crate::residuals::Currencies;
use crate::roll::{Position, Roll};
use crate::vocabulary::{TokenId, Vocabulary};
use tieout_core::Currency;

/// Everything that is known of the items before they are compared.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    pub(crate) lines: Roll,
    pub(crate) entries: Roll,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) contacts: Contacts,
    pub(crate) links: Links,
    pub(crate) amounts: Amounts,
    /// Per token: the code of a currency that few items name.
    currencies: Vec<bool>,
}

impl Books {
    /// Prepares an input.
    pub(crate) fn new(input: &Input) -> Self {
        let mut vocabulary = Vocabulary::default();
        let mut lines = Roll::new(&input.lines, &mut vocabulary);
        let mut entries = Roll::new(&input.entries, &mut vocabulary);
        lines.count_tokens(&vocabulary);
        entries.count_tokens(&vocabulary);
        let contacts = Contacts::new(&entries);
        let links = Links::new(&vocabulary, &lines, &entries);
        let amounts = Amounts::new(&entries);
        let currencies = (0..vocabulary.len())
            .map(|token| {
                let text = vocabulary.text(token);
                let rare = lines.frequency(token) <= lines.len() / 4
                    && entries.frequency(token) <= entries.len() / 4;
                text.len() == 3
                    && rare
                    && at(&contacts.name_frequency, token) == 0
                    && Currency::try_new(text).is_ok()
            })
            .collect();
        Self {
            lines,
            entries,
            vocabulary,
            contacts,
            links,
            amounts,
            currencies,
        }
    }

    /// Whether the texts of an item of one side name a foreign currency.
    pub(crate) fn currencies_of(&self, roll: &Roll, position: Position) -> Currencies {
        if roll
            .words
            .row(position)
            .iter()
            .any(|word| at(&self.currencies, *word))
        {
            Currencies::Foreign
        } else {
            Currencies::One
        }
    }

    /// Days to the nearest other entry of the same contact and amount, duplicates not counted; `None` if there is none.
    pub(crate) fn interval_days(&self, entry: Position) -> Option<u32> {
        /// Equal amounts before and after that are looked at.
        const AROUND: usize = 48;
        /// What is nearer is no recurrence.
        const DUPLICATE_DAYS: u32 = 3;
        let contact = self.contacts.of(entry);
        if contact == 0 {
            return None;
        }
        let run = self
            .amounts
            .equal(
                at(&self.entries.accounts, entry),
                self.entries.amount(entry),
            )
            .1;
        let place = run.partition_point(|other| *other < entry);
        run.iter()
            .skip(place.saturating_sub(AROUND))
            .take(2 * AROUND)
            .filter(|other| self.contacts.of(**other) == contact)
            .map(|other| self.entries.day(*other).abs_diff(self.entries.day(entry)))
            .filter(|days| *days > DUPLICATE_DAYS)
            .min()
    }

    /// How much a token of the books tells: log2 of all entries by those that have it.
    pub(crate) fn rarity(&self, token: TokenId) -> Bits {
        log2_ratio(
            u64::from(self.entries.len()),
            u64::from(self.entries.frequency(token)),
        )
    }

    /// What a number or code can tell at most: a number of four digits meets any other once in ten thousand.
    pub(crate) fn content(&self, token: TokenId) -> Bits {
        let length = i32::try_from(count(self.vocabulary.text(token).len())).unwrap_or(0);
        length.saturating_mul(332)
    }

    /// Hash of the words of a line that may name someone; 0 if there are none. Words that many lines have, and no
    /// contact, are the bank's own.
    pub(crate) fn payee(&self, line: Position) -> u64 {
        let limit = (self.lines.len() / 50).max(3);
        self.hash_of(self.lines.words.row(line).iter().copied().filter(|word| {
            self.lines.frequency(*word) <= limit
                || self
                    .links
                    .of(*word)
                    .iter()
                    .any(|(token, _)| self.contacts.is_distinctive(*token))
        }))
    }

    /// Hash of the name of an entry's contact; 0 if it has none.
    pub(crate) fn contact_hash(&self, entry: Position) -> u64 {
        self.hash_of(self.contacts.names.row(entry).iter().copied())
    }

    /// What kind of business an entry is, as far as its texts say: the commonest of its words, and whether a check was
    /// written.
    pub(crate) fn business(&self, entry: Position) -> u64 {
        let head = commonest(&self.entries, self.entries.words.row(entry));
        let hash = fnv(FNV_START, self.vocabulary.text(head).as_bytes());
        if at(&self.entries.checks, entry) == 0 {
            hash
        } else {
            fnv(hash, b"#")
        }
    }

    /// What kind of line it is: the bank's type code, or the commonest of its words.
    pub(crate) fn line_kind(&self, line: Position) -> u64 {
        let kind = at(&self.lines.kinds, line);
        let kind = if kind == 0 {
            commonest(&self.lines, self.lines.words.row(line))
        } else {
            kind
        };
        fnv(FNV_START, self.vocabulary.text(kind).as_bytes())
    }

    /// A hash of words that does not depend on their order or numbers.
    fn hash_of(&self, words: impl Iterator<Item = TokenId>) -> u64 {
        words.fold(0_u64, |sum, word| {
            sum.wrapping_add(fnv(FNV_START, self.vocabulary.text(word).as_bytes()))
        })
    }
}

/// The word that most items of a side have, if at least one in fifty has it.
fn commonest(roll: &Roll, words: &[TokenId]) -> TokenId {
    let limit = (roll.len() / 50).max(2);
    words
        .iter()
        .copied()
        .map(|word| (roll.frequency(word), word))
        .filter(|(frequency, _)| *frequency >= limit)
        .max()
        .map_or(0, |(_, word)| word)
}

//! Both sides of a run, ready to be compared: rolls, contacts, links between tokens, amounts.

use crate::Input;
use crate::amounts::Amounts;
use crate::arith::{Bits, FNV_START, count, fnv, log2_ratio};
use crate::columns::{at, set};
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
    /// Working days from the first entry to the last.
    pub(crate) span: u32,
    /// Per line: hash of the words that may name someone; 0 if there are none. Words that many lines have, and no
    /// contact, are the bank's own.
    pub(crate) payees: Vec<u64>,
    /// Per line: hash of the words that name nobody, the bank's own.
    pub(crate) templates: Vec<u64>,
    /// Per line: the bank's type code, or the commonest of its words.
    pub(crate) line_kinds: Vec<u64>,
    /// Per entry: hash of the name of its contact; 0 if it has none.
    pub(crate) contact_hashes: Vec<u64>,
    /// Per entry: what kind of business it is, as far as its texts say: the commonest of its words, and whether a check
    /// was written.
    pub(crate) businesses: Vec<u64>,
    /// Per entry: log2 of how many have its amount by chance.
    pub(crate) chances: Vec<Bits>,
    /// Per line, then per entry: its texts name a foreign currency, or what goes with one.
    foreign_lines: Vec<bool>,
    foreign_entries: Vec<bool>,
    /// Per token: how much it tells, log2 of all entries by those that have it.
    rarities: Vec<Bits>,
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
        let currency = currencies(&vocabulary, &lines, &entries, &contacts);
        let foreign = |roll: &Roll| roll.positions().map(|item| roll.has_word(item, &currency)).collect();
        let mut books = Self {
            links: Links::new(&vocabulary, &lines, &entries),
            amounts: Amounts::new(&entries),
            span: u32::try_from(entries.span_days().saturating_mul(5) / 7).unwrap_or(u32::MAX),
            foreign_lines: foreign(&lines),
            foreign_entries: foreign(&entries),
            rarities: (0..vocabulary.len())
                .map(|token| log2_ratio(u64::from(entries.len()), u64::from(entries.frequency(token))))
                .collect(),
            payees: Vec::new(),
            templates: Vec::new(),
            line_kinds: Vec::new(),
            contact_hashes: Vec::new(),
            businesses: Vec::new(),
            chances: Vec::new(),
            lines,
            entries,
            vocabulary,
            contacts,
        };
        books.describe();
        books
    }

    /// Works out what is asked of every item again and again.
    fn describe(&mut self) {
        let hashes: Vec<u64> = (0..self.vocabulary.len())
            .map(|token| fnv(FNV_START, self.vocabulary.text(token).as_bytes()))
            .collect();
        let limit = (self.lines.len() / 50).max(3);
        let may_name = |word: &TokenId| {
            self.lines.frequency(*word) <= limit
                || self
                    .links
                    .of(*word)
                    .iter()
                    .any(|(token, _)| self.contacts.is_distinctive(*token))
        };
        // A sum does not depend on the order of the words.
        let sum = |words: &mut dyn Iterator<Item = TokenId>| {
            words.fold(0_u64, |sum, word| sum.wrapping_add(at(&hashes, word)))
        };
        let (lines, entries) = (&self.lines, &self.entries);
        let payees = lines
            .positions()
            .map(|line| sum(&mut lines.words.row(line).iter().copied().filter(may_name)));
        let templates = lines.positions().map(|line| {
            let own = sum(&mut lines.words.row(line).iter().copied().filter(|word| !may_name(word)));
            fnv(own, &at(&hashes, at(&lines.kinds, line)).to_le_bytes())
        });
        let line_kinds = lines.positions().map(|line| {
            let kind = at(&lines.kinds, line);
            at(
                &hashes,
                if kind == 0 {
                    commonest(lines, lines.words.row(line))
                } else {
                    kind
                },
            )
        });
        let contacts = entries
            .positions()
            .map(|entry| sum(&mut self.contacts.names.row(entry).iter().copied()));
        let businesses = entries.positions().map(|entry| {
            let hash = at(&hashes, commonest(entries, entries.words.row(entry)));
            if at(&entries.checks, entry) == 0 {
                hash
            } else {
                fnv(hash, b"#")
            }
        });
        let chances = entries
            .positions()
            .map(|entry| self.amounts.chance(at(&entries.accounts, entry), entries.amount(entry)));
        (self.payees, self.templates, self.line_kinds) = (payees.collect(), templates.collect(), line_kinds.collect());
        (self.contact_hashes, self.businesses, self.chances) =
            (contacts.collect(), businesses.collect(), chances.collect());
    }

    /// Whether a line or an entry names a foreign currency.
    pub(crate) fn currencies_of(&self, line: Position, entry: Position) -> Currencies {
        if at(&self.foreign_lines, line) || at(&self.foreign_entries, entry) {
            Currencies::Foreign
        } else {
            Currencies::One
        }
    }

    /// Days to the nearest other entry of the same contact and amount, duplicates not counted, at most a month; `None` if
    /// there is none.
    pub(crate) fn interval_days(&self, entry: Position) -> Option<u32> {
        /// Equal amounts before and after that are looked at.
        const AROUND: usize = 48;
        /// What is nearer is no recurrence.
        const DUPLICATE_DAYS: u32 = 3;
        const MONTH_DAYS: u32 = 31;
        let contact = self.contacts.of(entry);
        if contact == 0 {
            return None;
        }
        let run = self
            .amounts
            .equal(at(&self.entries.accounts, entry), self.entries.amount(entry))
            .1;
        let place = run.partition_point(|other| *other < entry);
        run.iter()
            .skip(place.saturating_sub(AROUND))
            .take(2 * AROUND)
            .filter(|other| self.contacts.of(**other) == contact)
            .map(|other| self.entries.day(*other).abs_diff(self.entries.day(entry)))
            .filter(|days| *days > DUPLICATE_DAYS)
            .min()
            // What comes again at all comes every month; a month that is missing is the very case to look out for.
            .map(|days| days.min(MONTH_DAYS))
    }

    /// How much a token of the books tells: log2 of all entries by those that have it.
    pub(crate) fn rarity(&self, token: TokenId) -> Bits {
        at(&self.rarities, token)
    }

    /// What a number or code can tell at most: a number of four digits meets any other once in ten thousand.
    pub(crate) fn content(&self, token: TokenId) -> Bits {
        let length = i32::try_from(count(self.vocabulary.text(token).len())).unwrap_or(0);
        length.saturating_mul(332)
    }
}

/// Per token: it names a foreign currency, or stands with one more often than not.
fn currencies(vocabulary: &Vocabulary, lines: &Roll, entries: &Roll, contacts: &Contacts) -> Vec<bool> {
    let mut names: Vec<bool> = (0..vocabulary.len())
        .map(|token| {
            let text = vocabulary.text(token);
            let rare = lines.frequency(token) <= lines.len() / 4 && entries.frequency(token) <= entries.len() / 4;
            let is_name = at(&contacts.name_frequency, token) > 0;
            text.len() == 3 && rare && !is_name && Currency::try_new(text).is_ok()
        })
        .collect();
    for roll in [lines, entries] {
        let mut with: Vec<u32> = vec![0; names.len()];
        for item in roll.positions().filter(|item| roll.has_word(*item, &names)) {
            for word in roll.words.row(item) {
                let seen = at(&with, *word);
                set(&mut with, *word, seen + 1);
            }
        }
        for word in 0..vocabulary.len() {
            let with = at(&with, word);
            if with >= 3 && with * 2 > roll.frequency(word) {
                set(&mut names, word, true);
            }
        }
    }
    names
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

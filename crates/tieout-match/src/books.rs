//! Both sides of a run, ready to be compared: rolls, contacts, links between tokens, amounts.

use crate::Input;
use crate::abroad::Foreign;
use crate::amounts::Amounts;
use crate::arith::{Bits, FNV_START, count, fnv, log2_ratio};
use crate::carried::{Carried, NewIds};
use crate::columns::{Joined, at, set};
use crate::contacts::{ContactId, Contacts};
use crate::contradictions::Numbering;
use crate::hashing::{Map, join, mix};
use crate::links::Links;
use crate::openings::Openings;
use crate::outcome::Side;
use crate::recurrence::{TWICE, intervals};
use crate::residuals::{Abroad, Currencies};
use crate::roll::{Position, Roll};
use crate::twins::{TWIN_DAYS, twins};
use crate::vocabulary::{TokenId, Vocabulary};

/// Everything that is known of the items before they are compared.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    pub(crate) lines: Roll,
    pub(crate) entries: Roll,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) contacts: Contacts,
    pub(crate) links: Links,
    /// Entries by amount, and lines.
    pub(crate) amounts: Amounts,
    pub(crate) line_amounts: Amounts,
    /// How texts begin, if both sides begin them alike.
    pub(crate) openings: Openings,
    /// Whether references of entries may be of the documents that lines name.
    pub(crate) numbering: Numbering,
    /// Items that cannot be told apart.
    pub(crate) line_twins: Joined,
    pub(crate) entry_twins: Joined,
    /// Working days from the first entry to the last.
    pub(crate) span: u32,
    /// Of lines: words that name nobody and the type code, the bank's own.
    pub(crate) templates: Classed,
    /// Of lines: the bank's type code, or the commonest of the words.
    pub(crate) line_kinds: Classed,
    /// Of entries: what kind of business it is, as far as the texts say: the commonest of the words, and whether a check
    /// was written.
    pub(crate) businesses: Classed,
    /// Of entries: what lines are compared with.
    cards: Vec<Card>,
    pub(crate) face_kinds: Vec<Face>,
    /// Per face: which tokens it may have, and the first letters of its words.
    pub(crate) face_signs: Vec<Sign>,
    pub(crate) face_letters: Vec<Letters>,
    /// Per class of words of lines: hash of those that may name someone; 0 if there are none. Words that many lines have,
    /// and no contact, are the bank's own.
    payees: Vec<u64>,
    /// Per class of words of lines: one of them tells contacts apart.
    telling: Vec<bool>,
    /// Per class of names: hash of its words; 0 if it has none.
    contact_hashes: Vec<u64>,
    foreign: Foreign,
    /// Per token: how much it tells, log2 of all entries by those that have it.
    rarities: Vec<Bits>,
}

/// Of one entry, all that comparing asks for, side by side: columns of a million are a million places in memory each, and
/// a comparison that goes to nine of them mostly waits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Card {
    /// What can be matched.
    pub(crate) amount: i64,
    /// Day since 1970.
    pub(crate) day: i32,
    /// Class of its business.
    pub(crate) business: u32,
    /// What a line's words are compared with, by place in [`Books::face_kinds`].
    pub(crate) face: u32,
    /// Check number, as a token; 0 if none.
    pub(crate) check: TokenId,
    /// log2 of how many entries have its amount by chance.
    pub(crate) chance: Bits,
    /// The caller's account number.
    pub(crate) account: u16,
    /// Days to the nearest other entry of the same contact and amount; 0 if there is none. See [`TWICE`].
    interval: u8,
    /// It names a foreign currency, or what goes with one.
    pub(crate) is_foreign: bool,
}

impl Card {
    /// Days to the nearest other entry of the same contact and amount, duplicates not counted, at most a month; `None` if
    /// there is none.
    pub(crate) fn interval_days(&self) -> Option<u32> {
        let days = self.interval & !TWICE;
        (days != 0).then_some(u32::from(days))
    }

    /// The books seem to have it twice: see [`TWICE`].
    pub(crate) fn is_twice(&self) -> bool {
        self.interval & TWICE != 0
    }
}

/// A property that many items share: a small number for each, and the hash behind it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Classed {
    of: Vec<u32>,
    /// Hash of each class, the same in any books.
    pub(crate) hashes: Vec<u64>,
}

impl Classed {
    fn new(hashes: impl Iterator<Item = u64>) -> Self {
        let mut classes = Self::default();
        let mut numbers: Map<u64, u32> = Map::default();
        for hash in hashes {
            let next = count(classes.hashes.len());
            let class = *numbers.entry(hash).or_insert(next);
            if class == next {
                classes.hashes.push(hash);
            }
            classes.of.push(class);
        }
        classes
    }

    /// The class of an item.
    pub(crate) fn class(&self, item: Position) -> u32 {
        at(&self.of, item)
    }

    /// The hash of an item's class.
    pub(crate) fn hash(&self, item: Position) -> u64 {
        at(&self.hashes, self.class(item))
    }
}

/// All of an entry that a line's words are compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Face {
    /// Class of its words.
    pub(crate) words: u32,
    /// Class of its name.
    pub(crate) names: u32,
    /// Its contact.
    pub(crate) contact: ContactId,
}

/// A bit for each token of a set, the same one for some: sets without a common bit have no common token.
pub(crate) type Sign = u128;

/// First letters of a name's words and letters that stand alone, a bit each; `None` if there is no name.
pub(crate) type Letters = Option<u32>;

/// The sign of a set of tokens.
pub(crate) fn sign_of(tokens: impl Iterator<Item = TokenId>) -> Sign {
    tokens.fold(0, |sign, token| sign | 1 << (mix(u64::from(token)) % 128))
}

impl Books {
    /// Prepares an input.
    pub(crate) fn new(input: &Input) -> Self {
        Self::of(input, rolls(input))
    }

    /// The same of an input that has all items of an earlier one, as they were, and perhaps more; and the numbers that the
    /// earlier tokens have now.
    pub(crate) fn carrying(earlier: &Self, input: &Input) -> (Self, NewIds) {
        let mut vocabulary = Vocabulary::default();
        let mut ids = NewIds::new(&earlier.vocabulary);
        let mut roll = |items, side, earlier_roll| {
            let mut carried = Carried::new(&earlier.vocabulary, earlier_roll);
            Roll::knowing(items, side, &mut vocabulary, |item, read, vocabulary| {
                carried.read(item, read, (&mut ids, vocabulary))
            })
        };
        let lines = roll(&input.lines, Side::Line, &earlier.lines);
        let entries = roll(&input.entries, Side::Entry, &earlier.entries);
        vocabulary.absorb_spelling(&earlier.vocabulary, |token| ids.of(token));
        (Self::of(input, (vocabulary, lines, entries)), ids)
    }

    fn of(input: &Input, (mut vocabulary, mut lines, mut entries): (Vocabulary, Roll, Roll)) -> Self {
        lines.count_tokens(&vocabulary);
        entries.count_tokens(&vocabulary);
        let contacts = Contacts::new(&entries, &vocabulary);
        let foreign = Foreign::new(&vocabulary, (&lines, &entries), &contacts);
        let links = Links::new(&vocabulary, &lines, &entries);
        vocabulary.seal();
        let (amounts, line_amounts) = (Amounts::new(&entries), Amounts::new(&lines));
        let mut books = Self {
            links,
            openings: Openings::new(input, &lines, &entries),
            numbering: Numbering::new(&lines, &entries),
            line_twins: twins(&lines, &line_amounts, TWIN_DAYS),
            entry_twins: twins(&entries, &amounts, TWIN_DAYS),
            amounts,
            line_amounts,
            span: u32::try_from(entries.span_days().saturating_mul(5) / 7).unwrap_or(u32::MAX),
            foreign,
            rarities: (0..vocabulary.len())
                .map(|token| log2_ratio(u64::from(entries.len()), u64::from(entries.frequency(token))))
                .collect(),
            payees: Vec::new(),
            telling: Vec::new(),
            contact_hashes: Vec::new(),
            templates: Classed::default(),
            line_kinds: Classed::default(),
            businesses: Classed::default(),
            cards: Vec::new(),
            face_kinds: Vec::new(),
            face_signs: Vec::new(),
            face_letters: Vec::new(),
            lines,
            entries,
            vocabulary,
            contacts,
        };
        books.describe();
        books
    }

    /// Works out what is asked of every item again and again: once for each different text.
    fn describe(&mut self) {
        let hash = |token: TokenId| fnv(FNV_START, self.vocabulary.bytes(token));
        let limit = (self.lines.len() / 50).max(5);
        let tells = |word: &TokenId| {
            let mut meanings = self.links.of(*word).iter();
            meanings.any(|(token, _)| self.contacts.is_distinctive(*token))
        };
        let may_name = |word: &TokenId| self.lines.frequency(*word) <= limit || tells(word);
        // A sum does not depend on the order of the words.
        let sum = |words: &[TokenId], wanted: &dyn Fn(&TokenId) -> bool| {
            let words = words.iter().filter(|word| wanted(word));
            words.fold(0_u64, |sum, word| sum.wrapping_add(hash(*word)))
        };
        // A word that is cut, or has lost its vowels, is the one it stands for.
        let meaning = |word: TokenId| {
            let links = self.links.of(word).iter();
            let best =
                links.max_by_key(|(token, quality)| (*quality, std::cmp::Reverse(self.vocabulary.bytes(*token))));
            best.map_or(word, |(token, _)| *token)
        };
        let payee = |words: &[TokenId]| {
            let mut meanings: Vec<TokenId> = words
                .iter()
                .filter(|word| may_name(word))
                .map(|word| meaning(*word))
                .collect();
            meanings.sort_unstable();
            meanings.dedup();
            meanings.iter().fold(0_u64, |sum, word| sum.wrapping_add(hash(*word)))
        };
        let (lines, entries) = (&self.lines, &self.entries);
        let of_lines = || (0..lines.words.classes()).map(|class| lines.words.row_of(class));
        let payees: Vec<u64> = of_lines().map(payee).collect();
        let telling: Vec<bool> = of_lines().map(|words| words.iter().any(tells)).collect();
        let names = &self.contacts.names;
        let contact_hashes = (0..names.classes()).map(|class| sum(names.row_of(class), &|_| true));
        let contact_hashes: Vec<u64> = contact_hashes.collect();
        let own: Vec<u64> = of_lines().map(|words| sum(words, &|word| !may_name(word))).collect();
        let common: Vec<u64> = of_lines().map(|words| hash(commonest(lines, words))).collect();
        let kind = |line: Position| at(&lines.kinds, line);
        let templates = lines
            .positions()
            .map(|line| join(at(&own, lines.words.class(line)), hash(kind(line))));
        let line_kinds = lines.positions().map(|line| match kind(line) {
            0 => at(&common, lines.words.class(line)),
            kind => hash(kind),
        });
        let common: Vec<u64> = (0..entries.words.classes())
            .map(|class| hash(commonest(entries, entries.words.row_of(class))))
            .collect();
        let businesses = entries.positions().map(|entry| {
            let hash = at(&common, entries.words.class(entry));
            if at(&entries.checks, entry) == 0 {
                hash
            } else {
                fnv(hash, b"#")
            }
        });
        let mut known: Map<Face, u32> = Map::default();
        let mut face_kinds = Vec::new();
        let faces = entries.positions().map(|entry| {
            let face = Face {
                words: entries.words.class(entry),
                names: self.contacts.names.class(entry),
                contact: self.contacts.of(entry),
            };
            *known.entry(face).or_insert_with(|| {
                face_kinds.push(face);
                count(face_kinds.len()) - 1
            })
        });
        let faces: Vec<u32> = faces.collect();
        (self.templates, self.line_kinds) = (Classed::new(templates), Classed::new(line_kinds));
        self.businesses = Classed::new(businesses);
        (self.payees, self.telling, self.contact_hashes) = (payees, telling, contact_hashes);
        self.face_kinds = face_kinds;
        self.cards = self.cards(&faces);
        (self.face_signs, self.face_letters) = self.face_kinds.iter().map(|face| self.look_of(*face)).unzip();
    }

    /// What of a face is asked for most.
    fn look_of(&self, face: Face) -> (Sign, Letters) {
        let names = self.contacts.names.row_of(face.names);
        let words = self.entries.words.row_of(face.words);
        let initials = self.entries.words.mark_of(face.words);
        let letters = names.iter().fold(initials, |letters, word| {
            let letter = self.vocabulary.bytes(*word).first().copied().unwrap_or(b'A');
            letters | 1_u32.checked_shl(u32::from(letter.saturating_sub(b'A'))).unwrap_or(0)
        });
        let letters = (!names.is_empty()).then_some(letters);
        (sign_of(words.iter().chain(names).copied()), letters)
    }

    fn cards(&self, faces: &[u32]) -> Vec<Card> {
        let entries = &self.entries;
        let chances = chances(entries, &self.amounts);
        let intervals = intervals(entries, &self.amounts, &self.contacts);
        let card = |entry: Position| Card {
            amount: entries.amount(entry),
            day: entries.day(entry),
            business: self.businesses.class(entry),
            face: at(faces, entry),
            check: at(&entries.checks, entry),
            chance: at(&chances, entry),
            account: at(&entries.accounts, entry),
            interval: at(&intervals, entry),
            is_foreign: self.foreign.is_named_by_entries(entries.words.class(entry)),
        };
        entries.positions().map(card).collect()
    }

    /// What comparing asks for of an entry.
    pub(crate) fn card(&self, entry: Position) -> Card {
        at(&self.cards, entry)
    }

    /// Hash of the words of a line that may name someone; 0 if there are none.
    pub(crate) fn payee(&self, line: Position) -> u64 {
        at(&self.payees, self.lines.words.class(line))
    }

    /// Hash of the words of a class of lines that may name someone, and whether one of them tells contacts apart.
    pub(crate) fn words_say(&self, class: u32) -> (u64, bool, bool) {
        (
            at(&self.payees, class),
            at(&self.telling, class),
            self.foreign.is_named_by_lines(class),
        )
    }

    /// A line shows words that tell contacts apart.
    pub(crate) fn names_someone(&self, line: Position) -> bool {
        at(&self.telling, self.lines.words.class(line))
    }

    /// Hash of the name of a contact; 0 if it has none.
    pub(crate) fn contact_hash(&self, names: u32) -> u64 {
        at(&self.contact_hashes, names)
    }

    /// Whether a line is in a foreign currency, or an entry names one.
    pub(crate) fn currencies_of(&self, line: Position, entry: Position) -> Currencies {
        let of_entry = self.entries.words.class(entry);
        if self.is_foreign(line) || self.foreign.is_named_by_entries(of_entry) {
            Currencies::Foreign
        } else {
            Currencies::One
        }
    }

    /// Whether the amounts of a line and an entry may differ by a rate.
    pub(crate) fn abroad(&self, line: Position, entry: Position) -> Abroad {
        match self.currencies_of(line, entry) {
            Currencies::Foreign => Abroad::Here,
            Currencies::One if self.foreign.any() => Abroad::Elsewhere,
            Currencies::One => Abroad::Never,
        }
    }

    /// Whether a line names a foreign currency, or is of a type code that stands for one.
    pub(crate) fn is_foreign(&self, line: Position) -> bool {
        self.foreign.is_named_by_lines(self.lines.words.class(line))
            || self.foreign.has_kind(at(&self.lines.kinds, line))
    }

    /// Whether a line or an entry names a foreign currency itself.
    pub(crate) fn names_currency(&self, line: Position, entry: Position) -> bool {
        let (of_line, of_entry) = (self.lines.words.class(line), self.entries.words.class(entry));
        self.foreign.is_named_by_lines(of_line) || self.foreign.is_named_by_entries(of_entry)
    }

    /// How much a token of the books tells: log2 of all entries by those that have it.
    pub(crate) fn rarity(&self, token: TokenId) -> Bits {
        at(&self.rarities, token)
    }

    /// What a number or code can tell at most: a number of four digits meets any other once in ten thousand.
    pub(crate) fn content(&self, token: TokenId) -> Bits {
        let length = i32::try_from(count(self.vocabulary.bytes(token).len())).unwrap_or(0);
        length.saturating_mul(332)
    }
}

/// Both sides in order, their texts split: each by a thread of its own, which is half of the time that preparing takes.
/// Tokens have the ids that they would have if the lines came first and then the entries.
fn rolls(input: &Input) -> (Vocabulary, Roll, Roll) {
    /// For fewer items a thread costs more than it gains.
    const FEWEST: usize = 2_000;
    let roll = |items, side| {
        let mut vocabulary = Vocabulary::default();
        let roll = Roll::new(items, side, &mut vocabulary);
        (vocabulary, roll)
    };
    let of_entries = || roll(&input.entries, Side::Entry);
    let ((mut vocabulary, lines), (others, mut entries)) = if input.lines.len().min(input.entries.len()) < FEWEST {
        (roll(&input.lines, Side::Line), of_entries())
    } else {
        std::thread::scope(|scope| {
            let of_entries = scope.spawn(of_entries);
            let of_lines = roll(&input.lines, Side::Line);
            (
                of_lines,
                of_entries
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        })
    };
    entries.renumber(&vocabulary.absorb(&others));
    (vocabulary, lines, entries)
}

/// Per entry: log2 of how many have its amount by chance.
fn chances(entries: &Roll, amounts: &Amounts) -> Vec<Bits> {
    let mut chances = vec![0; entries.original.len()];
    for run in 0..amounts.runs() {
        let chance = amounts.chance(run);
        for entry in amounts.members(run) {
            set(&mut chances, *entry, chance);
        }
    }
    chances
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

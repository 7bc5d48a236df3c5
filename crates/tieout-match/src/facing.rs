//! One line, looked at from all sides before it is compared with many entries.

use crate::aliases::Says;
use crate::arith::{Bits, log2};
use crate::books::{Books, Sign, sign_of};
use crate::columns::at;
use crate::contacts::{ContactId, Contacts};
use crate::evidence::Judge;
use crate::memo::Memo;
use crate::roll::Position;
use crate::vocabulary::TokenId;

/// The line has the whole name of another contact: some pay for others, and some entries are on the wrong contact.
pub(crate) const ANOTHER: Bits = -600;
/// Agreement from which on a word of a line stands for one of the books beyond doubt.
const PLAIN: u16 = 850;

/// What is needed of a line to compare it with many entries.
#[derive(Debug)]
pub(crate) struct Facing {
    pub(crate) line: Position,
    /// Its amount, day, account number and check number.
    pub(crate) amount: i64,
    /// See `amount`.
    pub(crate) day: i32,
    /// The day that its texts show.
    pub(crate) day_shown: Option<i32>,
    /// See `amount`.
    pub(crate) account: u16,
    /// See `amount`.
    pub(crate) check: TokenId,
    /// Class of the line's words.
    pub(crate) class: u32,
    /// Whose words are in `words` and `telling`.
    words_of: Option<u32>,
    /// Words of the books that words of the line stand for, with their weight.
    pub(crate) words: Vec<(TokenId, Bits)>,
    /// Which tokens are among them.
    pub(crate) sign: Sign,
    /// Contacts that pay or are paid under the words of the line, and how much that says; the letters that stand alone.
    pub(crate) aliased: Says,
    pub(crate) initials: u32,
    /// Ends of the runs of `telling`, one run for each word of the line that tells contacts apart.
    telling_ends: Vec<usize>,
    telling: Vec<TokenId>,
    /// The same of words that are in the names of many contacts.
    common_ends: Vec<usize>,
    common: Vec<TokenId>,
    /// Words of the books that the line's words stand for beyond doubt, and the contacts whose whole names are among them.
    plain: Vec<TokenId>,
    named: Vec<ContactId>,
    /// Numbers of the books that numbers of the line stand for, with their weight.
    pub(crate) numbers: Vec<(TokenId, Bits)>,
    /// The line shows a number that few entries have.
    pub(crate) owned: bool,
    pub(crate) kind: u32,
    /// It names a foreign currency.
    pub(crate) is_foreign: bool,
    /// How often lines like this one are matched.
    pub(crate) rate: Bits,
    /// log2 of the entries of its account.
    pub(crate) size: Bits,
    /// What names say, by class of words and face.
    pub(crate) names: Memo,
    /// What kinds say, by kind and business.
    pub(crate) kinds: Memo,
}

impl Default for Facing {
    fn default() -> Self {
        /// Names and kinds that are remembered, as powers of two.
        const REMEMBERED: (u32, u32) = (14, 10);
        Self {
            line: 0,
            amount: 0,
            day: 0,
            day_shown: None,
            account: 0,
            check: 0,
            class: 0,
            words_of: None,
            words: Vec::new(),
            sign: 0,
            aliased: Says::default(),
            initials: 0,
            telling_ends: Vec::new(),
            telling: Vec::new(),
            common_ends: Vec::new(),
            common: Vec::new(),
            plain: Vec::new(),
            named: Vec::new(),
            numbers: Vec::new(),
            owned: false,
            kind: 0,
            is_foreign: false,
            rate: 0,
            size: 0,
            names: Memo::new(REMEMBERED.0),
            kinds: Memo::new(REMEMBERED.1),
        }
    }
}

impl Judge<'_> {
    /// Looks at a line from all sides; the buffers of `facing` are used again, always with the same judge.
    pub(crate) fn face(&self, line: Position, facing: &mut Facing) {
        let books = self.books;
        facing.line = line;
        (facing.amount, facing.day) = (books.lines.amount(line), books.lines.day(line));
        (facing.account, facing.check) = (at(&books.lines.accounts, line), at(&books.lines.checks, line));
        facing.class = books.lines.words.class(line);
        facing.day_shown = self.day_shown(line);
        facing.numbers.clear();
        facing.owned = false;
        for number in books.lines.numbers.row(line) {
            let links = books.links.of(*number);
            if links.is_empty() {
                continue;
            }
            let content = books.content(*number);
            for (token, quality) in links {
                let bits = books.rarity(*token).min(content) * i32::from(*quality) / 1000;
                let cut = if *quality < 1000 { 150 } else { 50 };
                facing.numbers.push((*token, bits - cut));
                facing.owned |= *quality >= 850 && content >= 1300 && books.entries.frequency(*token) <= 4;
            }
        }
        if facing.numbers.len() > 1 {
            sort_out(&mut facing.numbers);
        }
        facing.kind = books.line_kinds.class(line);
        facing.is_foreign = books.is_foreign(line);
        facing.rate = at(&self.line_rates, books.templates.class(line));
        facing.size = log2(u64::from(books.amounts.of_account(facing.account)));
    }

    /// Works out what the words of the line stand for.
    pub(crate) fn face_words(&self, facing: &mut Facing) {
        if facing.words_of == Some(facing.class) {
            return;
        }
        facing.words_of = Some(facing.class);
        let books = self.books;
        facing.words.clear();
        facing.telling.clear();
        facing.telling_ends.clear();
        facing.common.clear();
        facing.common_ends.clear();
        facing.plain.clear();
        for word in books.lines.words.row_of(facing.class) {
            let before = facing.telling.len();
            for (token, quality) in books.links.of(*word) {
                facing
                    .words
                    .push((*token, books.rarity(*token) * i32::from(*quality) / 1000));
                if *quality >= PLAIN {
                    facing.plain.push(*token);
                }
                if books.contacts.is_distinctive(*token) {
                    facing.telling.push(*token);
                }
            }
            if facing.telling.len() > before {
                facing.telling_ends.push(facing.telling.len());
            } else if let names = books.names_of_many(*word)
                && names.clone().next().is_some()
            {
                facing.common.extend(names);
                facing.common_ends.push(facing.common.len());
            }
        }
        sort_out(&mut facing.words);
        self.face_contacts(facing);
        facing.sign = sign_of(facing.words.iter().map(|(token, _)| *token));
        facing.initials = books.lines.words.mark_of(facing.class);
        facing.aliased.contacts.clear();
        facing.aliased.is_sure = false;
        // The whole name of a contact is no other's.
        let aliases = self.model.aliases.of(books.payee(facing.line));
        if let Some(aliased) = aliases.filter(|_| !facing.names_someone()) {
            facing.aliased.contacts.extend_from_slice(&aliased.contacts);
            facing.aliased.is_sure = aliased.is_sure;
        }
    }

    /// Finds the contacts that the line names in full, by the words that tell most: those that the fewest contacts have.
    fn face_contacts(&self, facing: &mut Facing) {
        /// A name of one word is in those of many branches and persons.
        const FEWEST_WORDS: usize = 2;
        facing.named.clear();
        facing.plain.sort_unstable();
        let contacts = &self.books.contacts;
        let plain = &facing.plain;
        let with = || plain.iter().map(|token| contacts.with_word(*token));
        let fewest = with().map(<[_]>::len).filter(|contacts| *contacts > 0).min();
        let (Some(fewest), Some(first), Some(last)) = (fewest, plain.first(), plain.last()) else {
            return;
        };
        let is_named = |contact: &&ContactId| {
            let words = contacts.words(**contact);
            (FEWEST_WORDS..=plain.len()).contains(&words.len())
                && words.first() >= Some(first)
                && words.last() <= Some(last)
                && words.iter().all(|word| plain.binary_search(word).is_ok())
        };
        let of_fewest = with().filter(|contacts| contacts.len() == fewest);
        facing.named.extend(of_fewest.flatten().filter(is_named));
    }

    /// Looks at the names of a line alone.
    pub(crate) fn face_names(&self, line: Position, facing: &mut Facing) {
        facing.line = line;
        facing.class = self.books.lines.words.class(line);
        facing.numbers.clear();
        facing.owned = false;
    }
}

impl Books {
    /// Words of names, of many contacts perhaps, that a word of a line stands for, if it is not the bank's own.
    pub(crate) fn names_of_many(&self, word: TokenId) -> impl Iterator<Item = TokenId> + Clone + '_ {
        /// A word is the bank's own if lines have it so many times as often as entries.
        const MORE_OFTEN: u64 = 3;
        let (lines, entries) = (u64::from(self.lines.len()), u64::from(self.entries.len()));
        let of_lines = u64::from(self.lines.frequency(word)) * entries;
        let links = self.links.of(word).iter().filter(move |(_, quality)| *quality >= PLAIN);
        links.map(|(token, _)| *token).filter(move |token| {
            at(&self.contacts.name_frequency, *token) > 0
                && of_lines <= MORE_OFTEN * lines * u64::from(self.entries.frequency(*token))
        })
    }
}

impl Facing {
    /// The line has the whole name of a contact, of more than one word.
    pub(crate) fn names_someone(&self) -> bool {
        !self.named.is_empty()
    }

    /// What of a name is in the line is in the name of another contact, all of which is there. (One whose name is only shorter is
    /// the same one.)
    pub(crate) fn names_another(&self, contacts: &Contacts, names: &[TokenId]) -> bool {
        let is_shown = |word: &TokenId| self.words.binary_search_by_key(word, |(token, _)| *token).is_ok();
        !self.named.is_empty()
            && !names.iter().all(is_shown)
            && self.named.iter().any(|contact| {
                let other = contacts.words(*contact);
                let mut shown = names.iter().filter(|word| is_shown(word));
                shown.all(|word| other.binary_search(word).is_ok())
                    && other.iter().any(|word| names.binary_search(word).is_err())
            })
    }
}

/// What it costs that words of the line name other contacts than the entry's, beside those that name it or none at all.
pub(crate) fn names_others(facing: &Facing, words: &[TokenId], names: &[TokenId], is_named: bool) -> Bits {
    /// The line names others alone.
    const OTHERS: Bits = -350;
    /// It shows such a word beside the entry's name.
    const BESIDE: Bits = -100;
    /// A word that is in the names of many contacts, but not in that of the entry's.
    const OF_MANY: Bits = -250;
    /// Words that count.
    const MOST: Bits = 2;
    let has = |token: &TokenId| names.binary_search(token).is_ok() || words.binary_search(token).is_ok();
    let others = |ends: &[usize], meanings: &[TokenId]| {
        let mut from = 0;
        let mut others = 0;
        for to in ends {
            let of_word = meanings.get(from..*to).unwrap_or_default();
            from = *to;
            others += Bits::from(!of_word.iter().any(has));
        }
        others.min(MOST)
    };
    let telling = others(&facing.telling_ends, &facing.telling);
    let of_many = || others(&facing.common_ends, &facing.common);
    match telling {
        0 => OF_MANY * of_many(),
        _ if is_named => BESIDE * telling + OF_MANY * of_many().min(MOST - telling),
        _ => OTHERS,
    }
}

/// Each token once, with its largest weight.
fn sort_out(tokens: &mut Vec<(TokenId, Bits)>) {
    tokens.sort_unstable_by_key(|(token, bits)| (*token, -bits));
    tokens.dedup_by_key(|(token, _)| *token);
}

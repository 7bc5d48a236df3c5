//! One side in canonical order, as columns of comparable things.
//!
//! Everything after this module works on positions in canonical order, which depends on what the items say and not on
//! the order they came in; so does every tie that is broken by position. Items that are alike in everything, id
//! included, are the same item for any purpose.

use crate::arith::{count, day_number, working_day};
use crate::columns::{Rows, SharedRows, at};
use crate::documents::{bare, document, grouped};
use crate::hashing::{self, Map};
use crate::items::{Field, ItemIndex, Items};
use crate::normalise::{Token, Tokeniser};
use crate::outcome::Side;
use crate::vocabulary::{TokenId, Vocabulary};
use std::cmp::Ordering;

/// Digits of a number that is written in groups; fewer may be two numbers.
const FEWEST_GROUPED: usize = 4;

/// Position in canonical order.
pub(crate) type Position = u32;

/// One side, ready to be compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roll {
    /// Canonical position to the caller's index.
    pub(crate) original: Vec<ItemIndex>,
    /// What can be matched of each item.
    pub(crate) amounts: Vec<i64>,
    /// Days since 1970.
    pub(crate) days: Vec<i32>,
    /// The caller's account numbers.
    pub(crate) accounts: Vec<u16>,
    /// Type code or other account, as a token; 0 if none.
    pub(crate) kinds: Vec<TokenId>,
    /// Check number, as a token; 0 if none.
    pub(crate) checks: Vec<TokenId>,
    /// The document that the texts name, as a token; 0 if none, or several.
    pub(crate) documents: Vec<TokenId>,
    /// Of entries: the number that the reference consists of, as a token; 0 if it is not one number.
    pub(crate) references: Vec<TokenId>,
    /// The figures of all texts that are too short to be numbers, as a hash.
    pub(crate) figures: Vec<u32>,
    /// Of entries: the form of the reference (`INV-07` and `INV-1234` have one), as a hash; 0 if there is no reference.
    pub(crate) forms: Vec<u32>,
    /// Words of all texts, sorted, each once; marked with the letters that stand alone, a bit each.
    pub(crate) words: SharedRows,
    /// Of entries: words and numbers of the name of the other side, sorted, each once.
    pub(crate) names: SharedRows,
    /// Numbers and codes of all texts, sorted, each once.
    pub(crate) numbers: Rows<TokenId>,
    /// The parts that the bank prints of a line, in order of their amounts.
    pub(crate) itemised: Vec<(Position, Vec<i64>)>,
    /// Of entries: unpaid invoices and bills, up to the last of them.
    pub(crate) unpaid: Vec<bool>,
    /// How many items have a token.
    pub(crate) frequency: Vec<u32>,
    /// Where each day of each account begins, in order.
    pub(crate) day_starts: Vec<(u16, i32, Position)>,
    /// The same day by day, of accounts without long times between.
    pub(crate) calendars: Vec<Calendar>,
}

/// Where the days of an account begin.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    account: u16,
    /// Its first day.
    first: i32,
    /// Per day from the first on, the first position of that day or a later one; and one more for the end of the last.
    starts: Vec<Position>,
}

impl Calendar {
    /// Of the days of one account, which end at a position; `None` if most of the days between have nothing.
    fn new(of_account: &[(u16, i32, Position)], end: Position) -> Option<Self> {
        /// Days in all, for each that has something.
        const SPARSEST: usize = 16;
        let ((account, first, _), (_, last, _)) = (*of_account.first()?, *of_account.last()?);
        let days = usize::try_from(last.checked_sub(first)?).ok()?;
        if days / SPARSEST > of_account.len() {
            return None;
        }
        let mut starts = Vec::with_capacity(days + 2);
        for (_, day, start) in of_account {
            let place = usize::try_from(day.checked_sub(first)?).ok()?;
            starts.resize(place + 1, *start);
        }
        starts.push(end);
        Some(Self { account, first, starts })
    }

    /// The first position of a day or later.
    fn first_from(&self, day: i32) -> Option<Position> {
        let place = usize::try_from(day.saturating_sub(self.first)).unwrap_or(0);
        self.starts.get(place).or(self.starts.last()).copied()
    }
}

impl Roll {
    /// Orders the items and splits their texts.
    pub(crate) fn new(items: &Items, side: Side, vocabulary: &mut Vocabulary) -> Self {
        Self::knowing(items, side, vocabulary, |_, _, _| false)
    }

    /// The same where some texts need not be split: `known` fills in what they say, interning tokens as reading the texts
    /// would, or says that it does not know the item.
    pub(crate) fn knowing(
        items: &Items,
        side: Side,
        vocabulary: &mut Vocabulary,
        mut known: impl FnMut(ItemIndex, &mut Read, &mut Vocabulary) -> bool,
    ) -> Self {
        let original = in_order(items);
        let length = original.len();
        let mut roll = Self::default();
        roll.amounts.reserve_exact(length);
        roll.days.reserve_exact(length);
        roll.accounts.reserve_exact(length);
        roll.kinds.reserve_exact(length);
        roll.checks.reserve_exact(length);
        roll.documents.reserve_exact(length);
        roll.figures.reserve_exact(length);
        let mut reader = Reader::default();
        // An item that does not exist has the first row: an empty one.
        roll.words.intern(&[], 0);
        roll.names.intern(&[], 0);
        for index in &original {
            if !known(*index, &mut reader.read, vocabulary) {
                reader.read(&items.texts(*index), vocabulary);
                if side == Side::Entry {
                    let reference = items.text(*index, Field::Reference);
                    reader.read.form = form(reference);
                    bare(reference, &mut reader.text);
                    reader.read.reference = vocabulary.intern(&reader.text);
                }
            }
            roll.push(items, *index, side, &reader.read);
        }
        roll.original = original;
        roll.words.seal();
        roll.names.seal();
        roll.find_days();
        roll
    }

    fn push(&mut self, items: &Items, index: ItemIndex, side: Side, read: &Read) {
        let parts = items.parts(index);
        if !parts.is_empty() && items.open_amount(index) == items.amount(index) {
            let mut parts = parts.to_vec();
            parts.sort_unstable();
            self.itemised.push((count(self.amounts.len()), parts));
        }
        self.amounts.push(items.open_amount(index));
        self.days.push(day_number(items.date(index)));
        self.accounts.push(items.account(index));
        self.kinds.push(read.kind);
        self.checks.push(read.check);
        self.documents.push(read.document);
        self.figures.push(read.figures);
        let words = self.words.intern(&read.words, read.initials);
        self.words.push(words);
        self.numbers.push(read.numbers.iter().copied());
        if items.is_open_item(index) {
            self.unpaid.resize(self.amounts.len().saturating_sub(1), false);
            self.unpaid.push(true);
        }
        if side == Side::Entry {
            let names = self.names.intern(&read.names, 0);
            self.names.push(names);
            self.forms.push(read.form);
            self.references.push(read.reference);
        }
    }

    fn find_days(&mut self) {
        for position in self.positions() {
            let place = (at(&self.accounts, position), self.day(position));
            if self.day_starts.last().is_none_or(|last| (last.0, last.1) != place) {
                self.day_starts.push((place.0, place.1, position));
            }
        }
        let mut end = self.len();
        for of_account in self.day_starts.chunk_by(|a, b| a.0 == b.0).rev() {
            self.calendars.extend(Calendar::new(of_account, end));
            end = of_account.first().map_or(end, |first| first.2);
        }
    }

    /// The first position of an account on a day or later; canonical order is by account and day.
    pub(crate) fn first_from(&self, account: u16, day: i32) -> Position {
        let calendar = self.calendars.iter().find(|calendar| calendar.account == account);
        if let Some(first) = calendar.and_then(|calendar| calendar.first_from(day)) {
            return first;
        }
        let place = self
            .day_starts
            .partition_point(|start| (start.0, start.1) < (account, day));
        self.day_starts.get(place).map_or(self.len(), |start| start.2)
    }

    /// Tokens get new ids; none may have been counted.
    pub(crate) fn renumber(&mut self, new: &[TokenId]) {
        let (kinds, checks) = (self.kinds.iter_mut(), self.checks.iter_mut());
        for token in kinds
            .chain(checks)
            .chain(&mut self.documents)
            .chain(&mut self.references)
        {
            *token = at(new, *token);
        }
        self.words.renumber(new);
        self.names.renumber(new);
        self.numbers.change(|row| crate::columns::renumber(row, new));
    }

    /// Counts tokens, when the vocabulary is complete.
    pub(crate) fn count_tokens(&mut self, vocabulary: &Vocabulary) {
        self.frequency = vec![0; usize::try_from(vocabulary.len()).unwrap_or(0)];
        for id in self.numbers.values() {
            let known = at(&self.frequency, *id);
            crate::columns::set(&mut self.frequency, *id, known + 1);
        }
        for (size, class) in self.words.sizes().into_iter().zip(0..) {
            for word in self.words.row_of(class) {
                let known = at(&self.frequency, *word);
                crate::columns::set(&mut self.frequency, *word, known + size);
            }
        }
    }

    /// Number of items.
    pub(crate) fn len(&self) -> u32 {
        count(self.original.len())
    }

    /// Positions of all items.
    pub(crate) fn positions(&self) -> std::ops::Range<Position> {
        0..self.len()
    }

    /// The amount that can be matched; see the other columns likewise.
    pub(crate) fn amount(&self, position: Position) -> i64 {
        at(&self.amounts, position)
    }

    /// Day since 1970.
    pub(crate) fn day(&self, position: Position) -> i32 {
        at(&self.days, position)
    }

    /// Its number among working days.
    pub(crate) fn working_day(&self, position: Position) -> i32 {
        working_day(self.day(position))
    }

    /// For each class of words: one of them is marked.
    pub(crate) fn classes_with(&self, marked: &[bool]) -> Vec<bool> {
        (0..self.words.classes())
            .map(|class| self.words.row_of(class).iter().any(|word| at(marked, *word)))
            .collect()
    }

    /// See [`distribution`].
    pub(crate) fn distribution(&self, position: Position) -> usize {
        distribution(at(&self.checks, position), self.amount(position))
    }

    /// How many items have a token.
    pub(crate) fn frequency(&self, token: TokenId) -> u32 {
        at(&self.frequency, token)
    }

    /// First and last day, and the days between, at least 30.
    pub(crate) fn span_days(&self) -> i32 {
        let first = self.days.iter().min().copied().unwrap_or(0);
        let last = self.days.iter().max().copied().unwrap_or(0);
        last.saturating_sub(first).saturating_add(1).max(30)
    }
}

/// Which of four distributions of lags an entry follows: of payments in, payments out, checks in, checks out.
pub(crate) fn distribution(check: TokenId, amount: i64) -> usize {
    usize::from(check != 0) * 2 + usize::from(amount < 0)
}

/// What the texts of one item say; the buffers are kept from item to item. See the columns of [`Roll`].
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) words: Vec<TokenId>,
    pub(crate) names: Vec<TokenId>,
    pub(crate) numbers: Vec<TokenId>,
    pub(crate) check: TokenId,
    pub(crate) document: TokenId,
    pub(crate) figures: u32,
    pub(crate) initials: u32,
    pub(crate) kind: TokenId,
    /// Of entries only.
    pub(crate) form: u32,
    /// Of entries only.
    pub(crate) reference: TokenId,
}

/// Splits the texts of one item after the other.
#[derive(Default)]
struct Reader<'i> {
    tokeniser: Tokeniser,
    read: Read,
    text: Vec<u8>,
    /// Names and kinds come again and again: what they were split into.
    counterparties: Map<&'i str, u32>,
    split: Vec<Split>,
    kinds: Map<&'i str, TokenId>,
}

/// Tokens of one counterparty.
#[derive(Default)]
struct Split {
    words: Vec<TokenId>,
    numbers: Vec<TokenId>,
    initials: u32,
    figures: u32,
}

impl<'i> Reader<'i> {
    /// Different names that are remembered.
    const MOST_NAMES: usize = 1 << 16;

    /// Splits the texts of one item, in the order of [`Items::texts`].
    fn read(&mut self, texts: &[&'i str; 6], vocabulary: &mut Vocabulary) {
        let [_, description, counterparty, reference, check, kind] = *texts;
        let read = &mut self.read;
        read.words.clear();
        read.names.clear();
        read.numbers.clear();
        read.initials = 0;
        read.figures = 0;
        self.text(description, vocabulary);
        self.counterparty(counterparty, vocabulary);
        self.text(reference, vocabulary);
        grouped(reference, &mut self.text);
        if self.text.len() >= FEWEST_GROUPED {
            self.read.numbers.push(vocabulary.intern(&self.text));
        }
        self.text(check, vocabulary);
        let read = &mut self.read;
        for tokens in [&mut read.words, &mut read.names, &mut read.numbers] {
            tokens.sort_unstable();
            tokens.dedup();
        }
        self.text.clear();
        let digits = check.bytes().filter(u8::is_ascii_digit);
        self.text.extend(digits.skip_while(|digit| *digit == b'0'));
        read.check = vocabulary.intern(&self.text);
        document(description, &mut self.text);
        for other in [reference, counterparty] {
            if self.text.is_empty() {
                document(other, &mut self.text);
            }
        }
        read.document = vocabulary.intern(&self.text);
        let known = self.kinds.get(kind).copied();
        self.read.kind = known.unwrap_or_else(|| self.new_kind(kind, vocabulary));
    }

    fn text(&mut self, text: &str, vocabulary: &mut Vocabulary) {
        let Self { tokeniser, read, .. } = self;
        tokeniser.each(text, |token| match token {
            Token::Word(text) => read.words.push(vocabulary.intern_word(text)),
            Token::Initial(letter) => read.initials |= 1 << letter,
            Token::Number(text) | Token::Code(text) => read.numbers.push(vocabulary.intern(text)),
            Token::Figure(text) => read.figures |= figure(text),
        });
    }

    fn counterparty(&mut self, name: &'i str, vocabulary: &mut Vocabulary) {
        if name.is_empty() {
            return;
        }
        let known = self.counterparties.get(name).copied();
        let number = known.unwrap_or_else(|| {
            let mut split = Split::default();
            self.tokeniser.each(name, |token| match token {
                Token::Word(text) => split.words.push(vocabulary.intern_word(text)),
                Token::Initial(letter) => split.initials |= 1 << letter,
                Token::Number(text) | Token::Code(text) => split.numbers.push(vocabulary.intern(text)),
                Token::Figure(text) => split.figures |= figure(text),
            });
            if self.split.len() >= Self::MOST_NAMES {
                self.split.clear();
                self.counterparties.clear();
            }
            let number = count(self.split.len());
            self.split.push(split);
            self.counterparties.insert(name, number);
            number
        });
        let split = usize::try_from(number).ok().and_then(|number| self.split.get(number));
        if let Some(split) = split {
            let read = &mut self.read;
            read.words.extend_from_slice(&split.words);
            read.numbers.extend_from_slice(&split.numbers);
            read.names.extend_from_slice(&split.words);
            read.names.extend_from_slice(&split.numbers);
            read.initials |= split.initials;
            read.figures |= split.figures;
        }
    }

    fn new_kind(&mut self, text: &'i str, vocabulary: &mut Vocabulary) -> TokenId {
        const MOST_KINDS: usize = 4_096;
        self.text.clear();
        let kind = text.trim();
        // A colon keeps type codes apart from the words of texts.
        if !kind.is_empty() {
            self.text.push(b':');
            self.text.extend_from_slice(kind.as_bytes());
        }
        let id = vocabulary.intern(&self.text);
        if self.kinds.len() < MOST_KINDS {
            self.kinds.insert(text, id);
        }
        id
    }
}

/// One of some bits for a number of two digits at most: their order, and how often one stands there, say nothing.
fn figure(digits: &[u8]) -> u32 {
    let number = digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    1 << (number % 31)
}

/// Hash of a reference's form: runs of digits and of letters as one sign each.
fn form(reference: &str) -> u32 {
    let mut hash = 0_u64;
    let mut before = '\0';
    for sign in reference.trim().chars().take(24) {
        let sign = match sign {
            sign if sign.is_ascii_digit() => '9',
            sign if sign.is_alphabetic() => 'A',
            sign => sign,
        };
        if sign != before {
            hash = hashing::join(hash, u64::from(u32::from(sign)));
        }
        before = sign;
    }
    hashing::low(hashing::mix(hash))
}

/// What comes first in the order of items: account and day, amount.
type Key = (u64, i64, ItemIndex);

/// Items in the order of what they say, whatever order they came in.
fn in_order(items: &Items) -> Vec<ItemIndex> {
    let key = |index: ItemIndex| -> Key {
        // Days of this calendar fit into 23 bits on either side of 1970.
        let day = (day_number(items.date(index)) + (1 << 23)).cast_unsigned();
        let place = u64::from(items.account(index)) << 32 | u64::from(day);
        (place, items.open_amount(index), index)
    };
    let mut keys: Vec<Key> = items.indexes().map(key).collect();
    keys.sort_unstable_by(|a, b| {
        let first = (a.0, a.1).cmp(&(b.0, b.1));
        first.then_with(|| canonical(items, a.2, b.2)).then(a.2.cmp(&b.2))
    });
    keys.into_iter().map(|(_, _, index)| index).collect()
}

/// The order of two items of one account, day and open amount by everything else they say.
fn canonical(items: &Items, a: ItemIndex, b: ItemIndex) -> Ordering {
    let place = |index| (items.amount(index), items.value_date(index), items.is_open_item(index));
    place(a).cmp(&place(b)).then_with(|| items.compare_texts(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::NewItem;
    use jiff::civil::date;

    fn item<'a>(amount: i64, description: &'a str, counterparty: &'a str) -> NewItem<'a> {
        NewItem {
            date: date(2024, 1, 5),
            amount,
            description,
            counterparty,
            ..NewItem::default()
        }
    }

    #[test]
    fn the_first_position_of_a_day_is_the_same_with_and_without_a_calendar() {
        let days = [(1, 10), (1, 10), (1, 13), (3, -5), (3, 40_000), (4, 7)];
        let starts: Vec<(u16, i32, Position)> = vec![(1, 10, 0), (1, 13, 2), (3, -5, 3), (3, 40_000, 4), (4, 7, 5)];
        let roll = Roll {
            original: (0..6).collect(),
            accounts: days.iter().map(|of| of.0).collect(),
            days: days.iter().map(|of| of.1).collect(),
            ..Roll::default()
        };
        let (mut with, mut without) = (roll.clone(), roll);
        with.find_days();
        assert_eq!(with.day_starts, starts);
        let accounts: Vec<u16> = with.calendars.iter().map(|calendar| calendar.account).collect();
        assert_eq!(accounts, [4, 1], "the third has a century between two days");
        without.day_starts = starts;
        for account in 0..6 {
            for day in (-7..15).chain([i32::MIN, 39_999, 40_000, 40_001, i32::MAX]) {
                let place = (account, day);
                assert_eq!(
                    with.first_from(account, day),
                    without.first_from(account, day),
                    "{place:?}"
                );
            }
        }
    }

    #[test]
    fn order_does_not_depend_on_arrival() {
        let all = [item(5, "b", ""), item(5, "a", ""), item(-1, "z", "Name")];
        let mut forward = Items::default();
        let mut backward = Items::default();
        for (one, other) in all.iter().zip(all.iter().rev()) {
            forward.push(one).unwrap();
            backward.push(other).unwrap();
        }
        let mut vocabulary = Vocabulary::default();
        let a = Roll::new(&forward, Side::Entry, &mut vocabulary);
        let b = Roll::new(&backward, Side::Entry, &mut vocabulary);
        assert_eq!(a.amounts, [-1, 5, 5]);
        assert_eq!((&a.original, &b.original), (&vec![2, 1, 0], &vec![0, 1, 2]));
        assert_eq!(a.names.row(0), b.names.row(0));
        let words = |roll: &Roll| {
            roll.positions()
                .map(|item| roll.words.row(item).to_vec())
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&a), words(&b));
    }
}

//! One side in canonical order, as columns of comparable things.
//!
//! Everything after this module works on positions in canonical order, which depends on what the items say and not on
//! the order they came in; so does every tie that is broken by position. Items that are alike in everything, id
//! included, are the same item for any purpose.

use crate::arith::{count, day_number, working_day};
use crate::columns::{Rows, at};
use crate::items::{Field, ItemIndex, Items};
use crate::normalise::{Token, Tokeniser};
use crate::vocabulary::{TokenId, Vocabulary};
use std::cmp::Ordering;

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
    /// Working days.
    pub(crate) working_days: Vec<i32>,
    /// The caller's account numbers.
    pub(crate) accounts: Vec<u16>,
    /// Type code or other account, as a token; 0 if none.
    pub(crate) kinds: Vec<TokenId>,
    /// Check number, as a token; 0 if none.
    pub(crate) checks: Vec<TokenId>,
    /// The form of the reference (`INV-07` and `INV-1234` have one), as a token; 0 if there is no reference.
    pub(crate) forms: Vec<TokenId>,
    /// Words of all texts, sorted, each once.
    pub(crate) words: Rows<TokenId>,
    /// Words and numbers of the name of the other side, sorted, each once.
    pub(crate) names: Rows<TokenId>,
    /// Letters that stand alone, a bit each.
    pub(crate) initials: Vec<u32>,
    /// Numbers and codes of all texts, sorted, each once.
    pub(crate) numbers: Rows<TokenId>,
    /// How many items have a token.
    pub(crate) frequency: Vec<u32>,
}

impl Roll {
    /// Orders the items and splits their texts.
    pub(crate) fn new(items: &Items, vocabulary: &mut Vocabulary) -> Self {
        let mut original: Vec<ItemIndex> = items.indexes().collect();
        original.sort_by(|a, b| canonical(items, *a, *b).then(a.cmp(b)));
        let mut roll = Self {
            original,
            ..Self::default()
        };
        let mut reader = Reader::default();
        for index in &roll.original {
            let day = day_number(items.date(*index));
            roll.amounts.push(items.open_amount(*index));
            roll.days.push(day);
            roll.working_days.push(working_day(day));
            roll.accounts.push(items.account(*index));
            reader.read(items, *index, vocabulary);
            roll.kinds.push(reader.kind);
            roll.checks.push(reader.check);
            roll.forms.push(reader.form);
            roll.initials.push(reader.initials);
            roll.words.push(reader.words.iter().copied());
            roll.names.push(reader.names.iter().copied());
            roll.numbers.push(reader.numbers.iter().copied());
        }
        roll
    }

    /// Counts tokens, when the vocabulary is complete.
    pub(crate) fn count_tokens(&mut self, vocabulary: &Vocabulary) {
        self.frequency = vec![0; usize::try_from(vocabulary.len()).unwrap_or(0)];
        for id in self.words.values().iter().chain(self.numbers.values()) {
            if let Some(cell) = usize::try_from(*id).ok().and_then(|id| self.frequency.get_mut(id)) {
                *cell += 1;
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

    /// One of the item's words is marked.
    pub(crate) fn has_word(&self, position: Position, marked: &[bool]) -> bool {
        self.words.row(position).iter().any(|word| at(marked, *word))
    }

    /// Which of four distributions of lags an entry follows: of payments in, payments out, checks in, checks out.
    pub(crate) fn distribution(&self, position: Position) -> usize {
        usize::from(at(&self.checks, position) != 0) * 2 + usize::from(self.amount(position) < 0)
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

/// Tokens of one item; the buffers are kept from item to item.
#[derive(Default)]
struct Reader {
    tokeniser: Tokeniser,
    words: Vec<TokenId>,
    names: Vec<TokenId>,
    numbers: Vec<TokenId>,
    check: TokenId,
    form: TokenId,
    initials: u32,
    kind: TokenId,
    text: String,
}

impl Reader {
    fn read(&mut self, items: &Items, index: ItemIndex, vocabulary: &mut Vocabulary) {
        self.words.clear();
        self.names.clear();
        self.numbers.clear();
        self.initials = 0;
        for field in [
            Field::Description,
            Field::Counterparty,
            Field::Reference,
            Field::CheckNumber,
        ] {
            let Self {
                tokeniser,
                words,
                names,
                numbers,
                initials,
                ..
            } = self;
            tokeniser.each(items.text(index, field), |token| match token {
                Token::Word(text) => {
                    let id = vocabulary.intern(text);
                    words.push(id);
                    if field == Field::Counterparty {
                        names.push(id);
                    }
                }
                Token::Initial(letter) => *initials |= 1 << letter,
                Token::Number(text) | Token::Code(text) => {
                    let id = vocabulary.intern(text);
                    numbers.push(id);
                    if field == Field::Counterparty {
                        names.push(id);
                    }
                }
            });
        }
        for tokens in [&mut self.words, &mut self.names, &mut self.numbers] {
            tokens.sort_unstable();
            tokens.dedup();
        }
        let check = items.text(index, Field::CheckNumber);
        self.text.clear();
        self.text.extend(check.chars().filter(char::is_ascii_digit));
        self.check = vocabulary.intern(self.text.trim_start_matches('0'));
        self.text.clear();
        let kind = items.text(index, Field::Kind).trim();
        // A colon keeps type codes apart from the words of texts.
        if !kind.is_empty() {
            self.text.push(':');
            self.text.push_str(kind);
        }
        self.kind = vocabulary.intern(&self.text);
        form(items.text(index, Field::Reference), &mut self.text);
        self.form = vocabulary.intern(&self.text);
    }
}

/// Runs of digits and of letters as one sign each, behind an equals sign that keeps forms apart from other tokens.
fn form(reference: &str, into: &mut String) {
    into.clear();
    for sign in reference.trim().chars().take(24) {
        let sign = match sign {
            sign if sign.is_ascii_digit() => '9',
            sign if sign.is_alphabetic() => 'A',
            sign => sign,
        };
        if into.is_empty() {
            into.push('=');
        }
        if !into.ends_with(sign) {
            into.push(sign);
        }
    }
}

/// The order of two items by everything they say.
fn canonical(items: &Items, a: ItemIndex, b: ItemIndex) -> Ordering {
    let place = |index| {
        (
            items.account(index),
            items.date(index),
            items.open_amount(index),
            items.amount(index),
            items.value_date(index),
            items.is_open_item(index),
        )
    };
    place(a).cmp(&place(b)).then_with(|| {
        [
            Field::Description,
            Field::Counterparty,
            Field::Reference,
            Field::CheckNumber,
            Field::Kind,
            Field::Id,
        ]
        .into_iter()
        .map(|field| items.text(a, field).cmp(items.text(b, field)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::NewItem;
    use jiff::civil::date;

    fn item<'a>(amount: i64, description: &'a str, counterparty: &'a str) -> NewItem<'a> {
        NewItem {
            account: 0,
            date: date(2024, 1, 5),
            value_date: None,
            amount,
            open_item: false,
            id: "",
            description,
            counterparty,
            reference: "",
            check_number: "",
            kind: "",
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
        let a = Roll::new(&forward, &mut vocabulary);
        let b = Roll::new(&backward, &mut vocabulary);
        assert_eq!(a.amounts, [-1, 5, 5]);
        assert_eq!((a.original, b.original), (vec![2, 1, 0], vec![0, 1, 2]));
        assert_eq!(a.names.row(0), b.names.row(0));
        assert_eq!(a.words.values(), b.words.values());
    }
}

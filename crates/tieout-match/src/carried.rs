//! What an earlier roll says of its items: when more items come to a side, only theirs are split.
//!
//! Tokens are numbered in the order in which they first stand in the items. The order of the items that were there before is
//! the same among more of them, so that tokens which an item is the first to have were first in it before, and lower numbers
//! came first: interned in that order, tokens and rolls are those that reading all texts again would give. (Where the place
//! of an item has changed, that is not so, and nothing may be carried.)

use crate::columns::{at, set};
use crate::items::ItemIndex;
use crate::roll::{Position, Read, Roll};
use crate::vocabulary::{TokenId, Vocabulary};

/// New numbers of the tokens of an earlier vocabulary; 0 for those that have none yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewIds(Vec<TokenId>);

impl NewIds {
    /// None of the tokens has one.
    pub(crate) fn new(earlier: &Vocabulary) -> Self {
        Self(vec![0; usize::try_from(earlier.len()).unwrap_or(0)])
    }

    /// The new number of a token.
    pub(crate) fn of(&self, token: TokenId) -> TokenId {
        at(&self.0, token)
    }

    /// The new numbers of a set of tokens, sorted.
    pub(crate) fn of_row(&self, row: &[TokenId], new: &mut Vec<TokenId>) {
        new.clear();
        new.extend(row.iter().map(|token| self.of(*token)));
        new.sort_unstable();
    }

    /// Per token: it has come before one that it came after. What new items are the first to say moves forwards, and nothing
    /// moves backwards.
    pub(crate) fn moved(&self) -> Vec<bool> {
        let mut last = 0;
        let moved = self.0.iter().map(|new| {
            let is_earlier = *new < last;
            last = last.max(*new);
            is_earlier
        });
        moved.collect()
    }
}

/// The earlier roll of a side.
pub(crate) struct Carried<'p> {
    vocabulary: &'p Vocabulary,
    roll: &'p Roll,
    /// By item, one more than its place.
    places: Vec<Position>,
    unknown: Vec<TokenId>,
}

impl<'p> Carried<'p> {
    /// Looks up where each item was.
    pub(crate) fn new(vocabulary: &'p Vocabulary, roll: &'p Roll) -> Self {
        let mut places = vec![0; roll.original.len()];
        for (item, place) in roll.original.iter().zip(1..) {
            set(&mut places, *item, place);
        }
        Self {
            vocabulary,
            roll,
            places,
            unknown: Vec::new(),
        }
    }

    /// Says what is known of an item, with the numbers that its tokens have now; false if it is a new one.
    pub(crate) fn read(
        &mut self,
        item: ItemIndex,
        read: &mut Read,
        (ids, vocabulary): (&mut NewIds, &mut Vocabulary),
    ) -> bool {
        let roll = self.roll;
        let Some(place) = at(&self.places, item).checked_sub(1) else {
            return false;
        };
        let class = roll.words.class(place);
        let rows = [roll.words.row(place), roll.numbers.row(place)];
        let single = [&roll.checks, &roll.documents, &roll.kinds, &roll.references].map(|column| at(column, place));
        self.unknown.clear();
        let all = rows.into_iter().flatten().chain(&single);
        self.unknown
            .extend(all.filter(|token| **token != 0 && ids.of(**token) == 0));
        self.unknown.sort_unstable();
        for token in &self.unknown {
            let new = vocabulary.intern(self.vocabulary.bytes(*token));
            set(&mut ids.0, *token, new);
        }
        ids.of_row(roll.words.row(place), &mut read.words);
        ids.of_row(roll.numbers.row(place), &mut read.numbers);
        ids.of_row(roll.names.row(place), &mut read.names);
        [read.check, read.document, read.kind, read.reference] = single.map(|token| ids.of(token));
        read.figures = at(&roll.figures, place);
        read.form = at(&roll.forms, place);
        read.initials = roll.words.mark_of(class);
        true
    }
}

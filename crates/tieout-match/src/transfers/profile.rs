//! What legs say: tokens of their line and entry, words for transfers, names and numbers of the other accounts.

use super::OwnAccount;
use super::legs::{LegId, Legs};
use super::words::{is_general, says_transfer};
use crate::columns::{Rows, at, set};
use crate::items::{Field, ItemIndex, Items};
use crate::normalise::{Token, Tokeniser};
use crate::vocabulary::{TokenId, Vocabulary};

/// Fewest digits of an account's number that name it.
const NUMBER: usize = 4;

/// Tokens of every leg.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    vocabulary: Vocabulary,
    tokens: Rows<TokenId>,
    /// How many legs have a token.
    frequency: Vec<u32>,
    /// Per token: it says transfer.
    is_transfer: Vec<bool>,
    says_transfer: Vec<bool>,
    /// Per account: legs, and those that say transfer.
    says: Vec<[u32; 2]>,
    names: Vec<Names>,
}

/// What an account is called.
#[derive(Debug, Default)]
struct Names {
    words: Vec<TokenId>,
    /// Digits of its numbers, without leading zeros.
    numbers: Vec<String>,
    /// In capitals, to be compared with what entries call the other account.
    whole: Vec<String>,
}

/// How a leg names an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// A word of its name.
    Word(TokenId),
    /// The last digits of its number.
    Digits(TokenId),
    /// Six digits of it or more.
    Number(TokenId),
}

impl Profiles {
    pub(super) fn of(accounts: &[OwnAccount<'_>], legs: &Legs) -> Self {
        let mut profiles = Self {
            says: vec![[0; 2]; accounts.len()],
            ..Self::default()
        };
        let mut tokeniser = Tokeniser::default();
        let mut tokens = Vec::new();
        for id in legs.ids() {
            tokens.clear();
            let leg = legs.leg(id);
            let Some(own) = accounts.get(usize::from(leg.account)) else {
                continue;
            };
            let items = [(&own.input.lines, leg.line), (&own.input.entries, leg.entry)];
            for (items, item) in items {
                if let Some(item) = item {
                    read(&mut profiles.vocabulary, &mut tokeniser, items, item, &mut tokens);
                }
            }
            tokens.sort_unstable();
            tokens.dedup();
            profiles.tokens.push(tokens.iter().copied());
        }
        profiles.names = accounts
            .iter()
            .map(|own| Names::of(own, &mut profiles.vocabulary, &mut tokeniser))
            .collect();
        profiles.count(legs);
        profiles
    }

    fn count(&mut self, legs: &Legs) {
        let vocabulary = &self.vocabulary;
        let says = |token| vocabulary.is_word(token) && says_transfer(vocabulary.text(token));
        self.is_transfer = (0..vocabulary.len()).map(says).collect();
        self.frequency = vec![0; self.is_transfer.len()];
        for id in legs.ids() {
            let row = self.tokens.row(id);
            for token in row {
                let known = at(&self.frequency, *token);
                set(&mut self.frequency, *token, known + 1);
            }
            let says = row.iter().any(|token| at(&self.is_transfer, *token));
            self.says_transfer.push(says);
            if let Some([all, with]) = self.says.get_mut(usize::from(legs.card(id).account)) {
                *all += 1;
                *with += u32::from(says);
            }
        }
    }

    pub(super) fn says_transfer(&self, id: LegId) -> bool {
        at(&self.says_transfer, id)
    }

    /// Legs of an account, and those of them that say transfer.
    pub(super) fn counts(&self, account: u16) -> [u32; 2] {
        at(&self.says, u32::from(account))
    }

    pub(super) fn tokens(&self, id: LegId) -> &[TokenId] {
        self.tokens.row(id)
    }

    pub(super) fn text(&self, token: TokenId) -> &str {
        self.vocabulary.text(token)
    }

    pub(super) fn frequency(&self, token: TokenId) -> u32 {
        at(&self.frequency, token)
    }

    /// The first word of a leg that says transfer.
    pub(super) fn transfer_word(&self, id: LegId) -> Option<&str> {
        let mut row = self.tokens.row(id).iter();
        let word = row.find(|token| at(&self.is_transfer, **token))?;
        Some(self.text(*word))
    }

    /// Numbers and words that both legs show, without those that say transfer, which are counted by themselves.
    pub(super) fn shared(&self, a: LegId, b: LegId) -> impl Iterator<Item = TokenId> {
        let others = self.tokens.row(b);
        let both = self.tokens.row(a).iter().copied();
        both.filter(move |token| others.binary_search(token).is_ok() && !at(&self.is_transfer, *token))
    }

    pub(super) fn is_number(&self, token: TokenId) -> bool {
        self.vocabulary.is_number(token)
    }

    /// The surest way in which a leg names an account.
    pub(super) fn names(&self, id: LegId, account: u16) -> Option<Named> {
        let names = self.names.get(usize::from(account))?;
        let named = |token: &TokenId| {
            if names.words.contains(token) {
                return Some(Named::Word(*token));
            }
            let digits = Some(self.text(*token)).filter(|text| text.len() >= NUMBER && self.is_number(*token))?;
            let is_end = |number: &String| number.ends_with(digits) || digits.ends_with(number.as_str());
            let is_named = names.numbers.iter().any(is_end);
            let how = if digits.len() >= 6 {
                Named::Number
            } else {
                Named::Digits
            };
            is_named.then_some(how(*token))
        };
        self.tokens.row(id).iter().filter_map(named).max()
    }

    /// Whether the other account of an entry is one of the owner's, and which.
    pub(super) fn contra(&self, own: &OwnAccount<'_>, entry: ItemIndex) -> Option<u16> {
        let contra = own.input.entries.text(entry, Field::Kind).trim();
        if contra.is_empty() {
            return None;
        }
        let contra = contra.to_uppercase();
        let is_called = |names: &Names| names.whole.contains(&contra);
        let place = self.names.iter().position(is_called)?;
        u16::try_from(place).ok()
    }
}

impl Names {
    fn of(own: &OwnAccount<'_>, vocabulary: &mut Vocabulary, tokeniser: &mut Tokeniser) -> Self {
        let mut names = Self::default();
        for name in own.names.iter().filter(|name| !name.trim().is_empty()) {
            names.whole.push(name.trim().to_uppercase());
            tokeniser.each(name, |token| match token {
                Token::Word(word) => {
                    let id = vocabulary.intern(word);
                    if !is_general(vocabulary.text(id)) {
                        names.words.push(id);
                    }
                }
                Token::Number(digits) if digits.len() >= NUMBER => {
                    names.numbers.push(String::from_utf8_lossy(digits).into_owned());
                }
                _ => {}
            });
        }
        names.words.sort_unstable();
        names.words.dedup();
        names
    }
}

fn read(
    vocabulary: &mut Vocabulary,
    tokeniser: &mut Tokeniser,
    items: &Items,
    item: ItemIndex,
    tokens: &mut Vec<TokenId>,
) {
    for field in [Field::Description, Field::Counterparty, Field::Reference] {
        tokeniser.each(items.text(item, field), |token| match token {
            Token::Word(text) | Token::Number(text) | Token::Code(text) => tokens.push(vocabulary.intern(text)),
            Token::Initial(_) | Token::Figure(_) => {}
        });
    }
}

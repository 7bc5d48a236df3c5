//! Whose entries are that name nobody but bear the number of a contract, a unit or a customer: books that say `rent 14B` one
//! month mostly say whose it is in another.

use crate::columns::at;
use crate::contacts::ContactId;
use crate::hashing::Map;
use crate::roll::{Position, Roll};
use crate::vocabulary::{TokenId, Vocabulary};

/// Numbers of fewer characters are days, months and places in a list.
const SHORTEST: usize = 3;
/// Shorter ones are used again for somebody else: only an equal amount tells that they are meant.
const TELLING: usize = 5;
/// What comes back is days apart; a number that several entries of a few days share is that of a slip or a run.
const APART: i32 = 10;
/// Entries that one contract has. Numbers that more entries bear are years, accounts and the like.
const MOST: u32 = 200;

/// The numbers of entries that name somebody, as far as entries that name nobody bear them too.
pub(crate) struct Contracts<'a> {
    entries: &'a Roll,
    vocabulary: &'a Vocabulary,
    named: Map<TokenId, Vec<(Position, ContactId)>>,
}

impl<'a> Contracts<'a> {
    /// Gathers them; a contact of 0 is nobody.
    pub(crate) fn new(entries: &'a Roll, vocabulary: &'a Vocabulary, contacts: &[ContactId]) -> Self {
        let mut contracts = Self {
            entries,
            vocabulary,
            named: Map::default(),
        };
        let nobodys = entries.positions().filter(|entry| at(contacts, *entry) == 0);
        for number in nobodys.flat_map(|entry| entries.numbers.row(entry)) {
            if contracts.may_be_a_contract(*number) {
                contracts.named.entry(*number).or_default();
            }
        }
        if contracts.named.is_empty() {
            return contracts;
        }
        for entry in entries.positions() {
            let contact = at(contacts, entry);
            for number in entries.numbers.row(entry).iter().filter(|_| contact != 0) {
                if let Some(named) = contracts.named.get_mut(number) {
                    named.push((entry, contact));
                }
            }
        }
        contracts
    }

    fn may_be_a_contract(&self, number: TokenId) -> bool {
        self.vocabulary.bytes(number).len() >= SHORTEST && (2..=MOST).contains(&self.entries.frequency(number))
    }

    /// Whose entry it is: all others that bear its number on other days, or all of those with its amount, are of one contact.
    pub(crate) fn contact_of(&self, entry: Position) -> Option<ContactId> {
        let mut numbers = self.entries.numbers.row(entry).iter();
        numbers.find_map(|number| self.of_number(entry, *number))
    }

    fn of_number(&self, entry: Position, number: TokenId) -> Option<ContactId> {
        let entries = self.entries;
        let day = entries.day(entry);
        let apart = |other: Position| entries.day(other).abs_diff(day) >= APART.unsigned_abs();
        let named = self.named.get(&number)?.iter();
        let named: Vec<_> = named.filter(|(other, _)| apart(*other)).collect();
        let equal = named
            .iter()
            .filter(|(other, _)| entries.amount(*other) == entries.amount(entry));
        let (mut equal, mut all) = (
            equal.map(|(_, contact)| *contact),
            named.iter().map(|(_, contact)| *contact),
        );
        match equal.next() {
            Some(first) => equal.all(|contact| contact == first).then_some(first),
            None if named.len() > 1 && self.vocabulary.bytes(number).len() >= TELLING => {
                let first = all.next()?;
                all.all(|contact| contact == first).then_some(first)
            }
            None => None,
        }
    }
}

//! Items of one side as columns and one text arena: about 30 bytes and its texts for each line or entry.

use std::collections::BTreeMap;
use tieout_core::Date;

/// Position of an item in its [`Items`].
pub type ItemIndex = u32;

/// Lines of a bank, or entries of books, of any number of accounts.
#[derive(Debug, Clone, Default)]
pub struct Items {
    amounts: Vec<i64>,
    dates: Vec<Date>,
    value_dates: Vec<Option<Date>>,
    accounts: Vec<u16>,
    open: Vec<bool>,
    text_starts: Vec<u32>,
    arena: Vec<u8>,
    taken: BTreeMap<ItemIndex, i64>,
}

/// A text of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The file's own id, or empty.
    Id,
    /// What it is about.
    Description,
    /// Name of the other side.
    Counterparty,
    /// Document, invoice, payment or end-to-end reference; several divided by blanks.
    Reference,
    /// Check number.
    CheckNumber,
    /// The bank's type code (lines), the other account (entries).
    Kind,
}

/// An item to be added; texts that are not known are empty.
#[derive(Debug, Clone, Copy)]
pub struct NewItem<'a> {
    /// Which account, by a number the caller gives (0 if there is one).
    pub account: u16,
    /// Booking date (lines), date of the transaction (entries).
    pub date: Date,
    /// Value date of a line, due date of an open item.
    pub value_date: Option<Date>,
    /// Minor units, signed: money in +.
    pub amount: i64,
    /// An unpaid invoice or bill rather than an entry.
    pub open_item: bool,
    /// See [`Field::Id`].
    pub id: &'a str,
    /// See [`Field::Description`].
    pub description: &'a str,
    /// See [`Field::Counterparty`].
    pub counterparty: &'a str,
    /// See [`Field::Reference`].
    pub reference: &'a str,
    /// See [`Field::CheckNumber`].
    pub check_number: &'a str,
    /// See [`Field::Kind`].
    pub kind: &'a str,
}

/// The items do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemsError {
    /// More than 2^32 items or 4 GiB of texts.
    #[error("too many items or too much text for one run")]
    Full,
    /// The part taken is of another sign than the item, or larger than it.
    #[error("the taken part does not fit the item")]
    Taken,
}

/// Texts of an item.
const FIELDS: usize = 6;

impl Items {
    /// Number of items.
    pub fn len(&self) -> usize {
        self.amounts.len()
    }

    /// No items.
    pub fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }

    /// Adds an item; its index is its position.
    ///
    /// # Errors
    /// [`ItemsError::Full`].
    pub fn push(&mut self, item: &NewItem<'_>) -> Result<ItemIndex, ItemsError> {
        let index = ItemIndex::try_from(self.amounts.len()).map_err(|_| ItemsError::Full)?;
        let start = u32::try_from(self.arena.len()).map_err(|_| ItemsError::Full)?;
        for text in [
            item.id,
            item.description,
            item.counterparty,
            item.reference,
            item.check_number,
            item.kind,
        ] {
            push_text(&mut self.arena, text);
        }
        self.text_starts.push(start);
        self.amounts.push(item.amount);
        self.dates.push(item.date);
        self.value_dates.push(item.value_date);
        self.accounts.push(item.account);
        self.open.push(item.open_item);
        Ok(index)
    }

    /// Turns the sign of an item that was added with the wrong one; nothing of it may be taken yet.
    pub fn turn(&mut self, index: ItemIndex) {
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        if let Some(amount) = self.amounts.get_mut(place) {
            *amount = amount.saturating_neg();
        }
    }

    /// Marks a part of an item as taken by an earlier confirmed match; it is no longer a candidate.
    ///
    /// # Errors
    /// [`ItemsError::Taken`] if more would be taken than there is.
    pub fn take(&mut self, index: ItemIndex, part: i64) -> Result<(), ItemsError> {
        let taken = self.taken.get(&index).copied().unwrap_or(0);
        let sum = taken.checked_add(part).ok_or(ItemsError::Taken)?;
        let amount = self.amount(index);
        if sum.unsigned_abs() > amount.unsigned_abs() || (sum != 0 && (sum < 0) != (amount < 0)) {
            return Err(ItemsError::Taken);
        }
        self.taken.insert(index, sum);
        Ok(())
    }

    /// The whole amount in minor units; 0 for an index that does not exist.
    pub fn amount(&self, index: ItemIndex) -> i64 {
        at(&self.amounts, index).copied().unwrap_or(0)
    }

    /// The amount less what is taken: what can be matched.
    pub fn open_amount(&self, index: ItemIndex) -> i64 {
        self.amount(index) - self.taken.get(&index).copied().unwrap_or(0)
    }

    /// Booking or transaction date.
    pub fn date(&self, index: ItemIndex) -> Date {
        at(&self.dates, index).copied().unwrap_or(Date::ZERO)
    }

    /// Value date of a line, due date of an open item.
    pub fn value_date(&self, index: ItemIndex) -> Option<Date> {
        at(&self.value_dates, index).copied().flatten()
    }

    /// The caller's number of the account.
    pub fn account(&self, index: ItemIndex) -> u16 {
        at(&self.accounts, index).copied().unwrap_or(0)
    }

    /// An unpaid invoice or bill rather than an entry.
    pub fn is_open_item(&self, index: ItemIndex) -> bool {
        at(&self.open, index).copied().unwrap_or(false)
    }

    /// A text of an item; empty if not known.
    pub fn text(&self, index: ItemIndex, field: Field) -> &str {
        let start = at(&self.text_starts, index).copied().unwrap_or(u32::MAX);
        let mut rest = usize::try_from(start)
            .ok()
            .and_then(|start| self.arena.get(start..))
            .unwrap_or_default();
        let position = match field {
            Field::Id => 0,
            Field::Description => 1,
            Field::Counterparty => 2,
            Field::Reference => 3,
            Field::CheckNumber => 4,
            Field::Kind => 5,
        };
        debug_assert!(position < FIELDS);
        for _ in 0..position {
            rest = split_text(rest).1;
        }
        std::str::from_utf8(split_text(rest).0).unwrap_or_default()
    }

    /// All texts of an item: id, description, counterparty, reference, check number, kind.
    pub fn texts(&self, index: ItemIndex) -> [&str; FIELDS] {
        let start = at(&self.text_starts, index).copied().unwrap_or(u32::MAX);
        let mut rest = usize::try_from(start)
            .ok()
            .and_then(|start| self.arena.get(start..))
            .unwrap_or_default();
        [(); FIELDS].map(|()| {
            let (text, after) = split_text(rest);
            rest = after;
            std::str::from_utf8(text).unwrap_or_default()
        })
    }

    /// Every index, in order.
    pub fn indexes(&self) -> impl Iterator<Item = ItemIndex> + use<> {
        0..ItemIndex::try_from(self.amounts.len()).unwrap_or(ItemIndex::MAX)
    }
}

fn at<T>(column: &[T], index: ItemIndex) -> Option<&T> {
    column.get(usize::try_from(index).ok()?)
}

/// Length as LEB128, then the bytes.
fn push_text(arena: &mut Vec<u8>, text: &str) {
    let mut length = text.len();
    loop {
        let low = u8::try_from(length & 0x7F).unwrap_or(0);
        length >>= 7;
        arena.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    arena.extend_from_slice(text.as_bytes());
}

/// The text at the front of the arena's rest, and what follows it.
fn split_text(mut rest: &[u8]) -> (&[u8], &[u8]) {
    let mut length = 0_usize;
    let mut shift = 0_u32;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        length |= usize::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    rest.split_at_checked(length).unwrap_or((rest, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item<'a>(amount: i64, description: &'a str, kind: &'a str) -> NewItem<'a> {
        NewItem {
            account: 0,
            date: jiff::civil::date(2026, 3, 14),
            value_date: None,
            amount,
            open_item: false,
            id: "",
            description,
            counterparty: "",
            reference: "",
            check_number: "",
            kind,
        }
    }

    #[test]
    fn texts_come_back() {
        let mut items = Items::default();
        let long = "x".repeat(70_000);
        let a = items.push(&item(1, &long, "FEE")).unwrap();
        let b = items.push(&item(2, "", "ä")).unwrap();
        assert_eq!(items.text(a, Field::Description), long);
        assert_eq!(items.text(a, Field::Kind), "FEE");
        assert_eq!(items.text(b, Field::Kind), "ä");
        assert_eq!(items.text(7, Field::Kind), "");
    }

    #[test]
    fn never_more_is_taken_than_there_is() {
        let mut items = Items::default();
        let a = items.push(&item(-100, "", "")).unwrap();
        assert_eq!(items.take(a, 10), Err(ItemsError::Taken));
        items.take(a, -60).unwrap();
        assert_eq!(items.open_amount(a), -40);
        assert_eq!(items.take(a, -41), Err(ItemsError::Taken));
        assert_eq!(items.open_amount(a), -40);
    }
}

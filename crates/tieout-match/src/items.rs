//! Items of one side as columns and one text arena: about 17 bytes and its texts for each line or entry.
//!
//! Columns that say the same of every item (one account, no open item) are not kept. The texts are in [`texts`], each
//! once as far as that is cheap to tell.

mod texts;

use crate::arith::day_number;
use std::collections::BTreeMap;
use texts::Texts;
use tieout_core::Date;

/// Position of an item in its [`Items`].
pub type ItemIndex = u32;

/// Lines of a bank, or entries of books, of any number of accounts.
#[derive(Debug, Clone, Default)]
pub struct Items {
    amounts: Vec<i64>,
    dates: Vec<Date>,
    value_dates: ValueDates,
    /// Up to the last item of an account other than 0.
    accounts: Vec<u16>,
    /// Up to the last open item.
    open: Vec<bool>,
    texts: Texts,
    taken: BTreeMap<ItemIndex, i64>,
    parts: BTreeMap<ItemIndex, Vec<i64>>,
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

/// An item to be added; texts that are not known are empty. By default it is an entry of nothing, of the year 0.
#[derive(Debug, Clone, Copy, Default)]
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
        let place = self.amounts.len();
        let index = ItemIndex::try_from(place).map_err(|_| ItemsError::Full)?;
        self.texts.push(item)?;
        self.amounts.push(item.amount);
        self.dates.push(item.date);
        self.value_dates.push(index, item.date, item.value_date);
        set(&mut self.accounts, place, item.account);
        set(&mut self.open, place, item.open_item);
        Ok(index)
    }

    /// An item, to be added elsewhere with other texts; to add it as it is, see [`Items::copy`].
    pub fn item(&self, index: ItemIndex) -> NewItem<'_> {
        let [id, description, counterparty, reference, check_number, kind] = self.texts(index);
        NewItem {
            account: self.account(index),
            date: self.date(index),
            value_date: self.value_date(index),
            amount: self.amount(index),
            open_item: self.is_open_item(index),
            id,
            description,
            counterparty,
            reference,
            check_number,
            kind,
        }
    }

    /// Adds all items of others behind the own ones, with what is taken of them.
    ///
    /// # Errors
    /// [`ItemsError::Full`]; some of them may be added by then.
    pub fn append(&mut self, others: &Self) -> Result<(), ItemsError> {
        others
            .indexes()
            .try_for_each(|other| self.copy(others, other).map(drop))
    }

    /// Adds an item of others as it is, with what is taken of it and the parts it is made up of.
    ///
    /// # Errors
    /// [`ItemsError::Full`].
    pub fn copy(&mut self, others: &Self, other: ItemIndex) -> Result<ItemIndex, ItemsError> {
        let index = self.push(&others.item(other))?;
        if let Some(taken) = others.taken.get(&other) {
            self.taken.insert(index, *taken);
        }
        if let Some(parts) = others.parts.get(&other) {
            self.parts.insert(index, parts.clone());
        }
        Ok(index)
    }

    /// Turns the sign of an item that was added with the wrong one; nothing of it may be taken yet.
    pub fn turn(&mut self, index: ItemIndex) {
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        if let Some(amount) = self.amounts.get_mut(place) {
            *amount = amount.saturating_neg();
        }
        for part in self.parts.get_mut(&index).into_iter().flatten() {
            *part = part.saturating_neg();
        }
    }

    /// Notes the amounts of which the bank says that an item is made up. They are kept if there are several and they sum to
    /// the item.
    pub fn itemise(&mut self, index: ItemIndex, parts: &[i64]) {
        let sum: i128 = parts.iter().map(|part| i128::from(*part)).sum();
        if parts.len() > 1 && sum == i128::from(self.amount(index)) {
            self.parts.insert(index, parts.to_vec());
        }
    }

    /// The amounts of which the bank says that an item is made up; none if it says nothing.
    pub fn parts(&self, index: ItemIndex) -> &[i64] {
        self.parts.get(&index).map_or(&[], Vec::as_slice)
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
        self.value_dates.get(index, self.date(index))
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
        self.texts.get(index, field)
    }

    /// All texts of an item: id, description, counterparty, reference, check number, kind.
    pub fn texts(&self, index: ItemIndex) -> [&str; FIELDS] {
        self.texts.all(index)
    }

    /// The order of two items by their texts, the id last.
    pub(crate) fn compare_texts(&self, a: ItemIndex, b: ItemIndex) -> std::cmp::Ordering {
        self.texts.compare(a, b)
    }

    /// Which of two items comes first by what they say, whatever order they came in: by day, account, amount, then texts. Only
    /// items that say the same are told apart by their index.
    pub fn compare(&self, a: ItemIndex, b: ItemIndex) -> std::cmp::Ordering {
        let place = |item| {
            (
                self.date(item),
                self.account(item),
                self.amount(item),
                self.value_date(item),
            )
        };
        let by_content = place(a).cmp(&place(b)).then_with(|| self.compare_texts(a, b));
        by_content.then(a.cmp(&b))
    }

    /// Every index in that order.
    pub fn in_order(&self) -> Vec<ItemIndex> {
        // What mostly tells two items apart lies together.
        let key = |item| (day_number(self.date(item)), self.account(item), self.amount(item), item);
        let mut keys: Vec<(i32, u16, i64, ItemIndex)> = self.indexes().map(key).collect();
        keys.sort_unstable_by(|a, b| {
            let by_key = (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2));
            by_key.then_with(|| self.compare(a.3, b.3))
        });
        keys.into_iter().map(|(_, _, _, item)| item).collect()
    }

    /// Every index, in order.
    pub fn indexes(&self) -> impl Iterator<Item = ItemIndex> + use<> {
        0..ItemIndex::try_from(self.amounts.len()).unwrap_or(ItemIndex::MAX)
    }
}

fn at<T>(column: &[T], index: ItemIndex) -> Option<&T> {
    column.get(usize::try_from(index).ok()?)
}

/// Sets a value of a column that ends with the last value other than the default.
fn set<T: Copy + Default + PartialEq>(column: &mut Vec<T>, place: usize, value: T) {
    if value != T::default() {
        column.resize(place, T::default());
        column.push(value);
    }
}

/// Value dates as days from the booking date, a byte for each; the few that are farther are kept apart.
#[derive(Debug, Clone, Default)]
struct ValueDates {
    days: Vec<i8>,
    far: BTreeMap<ItemIndex, Date>,
}

impl ValueDates {
    /// There is none.
    const NONE: i8 = i8::MIN;
    /// It is among those that are far.
    const FAR: i8 = i8::MAX;

    fn push(&mut self, index: ItemIndex, date: Date, value_date: Option<Date>) {
        let days = value_date.map_or(Self::NONE, |value_date| Self::days_between(date, value_date));
        if let (Self::FAR, Some(value_date)) = (days, value_date) {
            self.far.insert(index, value_date);
        }
        self.days.push(days);
    }

    fn days_between(date: Date, value_date: Date) -> i8 {
        if date == value_date {
            return 0;
        }
        let days = i8::try_from(date.duration_until(value_date).as_hours() / 24);
        days.ok().filter(|days| *days != Self::NONE).unwrap_or(Self::FAR)
    }

    fn get(&self, index: ItemIndex, date: Date) -> Option<Date> {
        match *at(&self.days, index)? {
            Self::NONE => None,
            Self::FAR => self.far.get(&index).copied(),
            0 => Some(date),
            days => date
                .checked_add(jiff::SignedDuration::from_hours(24 * i64::from(days)))
                .ok(),
        }
    }
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
    fn every_column_comes_back() {
        let booked = item(0, "", "").date;
        let near = (-128..=128).map(|days| booked + jiff::SignedDuration::from_hours(24 * days));
        let dates = [Date::MIN, Date::MAX, Date::ZERO, jiff::civil::date(2024, 2, 29)]
            .into_iter()
            .chain(near);
        let new: Vec<NewItem<'_>> = dates
            .flat_map(|value_date| [(Some(value_date), 0, false), (None, 7, true), (None, 0, false)])
            .map(|(value_date, account, open_item)| NewItem {
                account,
                value_date,
                open_item,
                ..item(1, "", "")
            })
            .collect();
        let mut items = Items::default();
        for item in &new {
            items.push(item).unwrap();
        }
        for (index, item) in (0..).zip(&new) {
            assert_eq!(items.value_date(index), item.value_date);
            assert_eq!(items.account(index), item.account);
            assert_eq!(items.is_open_item(index), item.open_item);
        }
        let none = ItemIndex::MAX;
        assert_eq!((items.value_date(none), items.account(none)), (None, 0));
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

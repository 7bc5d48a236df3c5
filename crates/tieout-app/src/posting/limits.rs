//! How large amounts and totals may be, and which entries move nothing.
//!
//! Amounts and totals are whole numbers of 64 bits. What is posted is kept so far below their end that no total, no
//! balance and no difference of two can pass it: SQLite would store a fraction in place of what does not fit.

use super::NewLine;
use crate::command::Org;
use crate::error::AppError;
use tieout_core::{Currency, Date, Decimal};
use tieout_store::Tx;
use tieout_store::balance::{self, Addition, Totals};

/// The largest amount of an entry, in minor units: a hundred trillion of a currency with two decimal places.
pub(crate) const MAX_AMOUNT: u64 = 10_000_000_000_000_000;
/// What is said of a larger one.
pub(crate) const TOO_LARGE: &str = "is too large: an entry has at most 10,000,000,000,000,000 of the currency's smallest \
    unit";
/// From here on an account's totals are looked at before they grow. Smaller postings cannot fill what is left above
/// [`MAX_TOTAL`]: it would take fifty million of them.
const LARGE: i64 = 100_000_000_000;
/// Most that the debits, or the credits, of an account may add up to; the difference of two such sums fits.
const MAX_TOTAL: i64 = 4_000_000_000_000_000_000;

/// An entry as the caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Its place among the caller's entries, from 0.
    pub position: usize,
    /// What the caller calls the field of its currency.
    pub currency_field: &'static str,
}

impl NewLine {
    /// A field of the entry that the caller wrote.
    pub(super) fn field(&self, name: &str) -> String {
        field_of(self.asked, name)
    }
}

/// A field of an entry, or the field alone where the caller wrote no entries.
pub(super) fn field_of(asked: Option<Asked>, name: &str) -> String {
    asked.map_or_else(
        || name.to_owned(),
        |asked| format!("entries[{}].{name}", asked.position),
    )
}

/// Refuses entries that move nothing. One in a foreign currency may move base currency alone: an exchange difference.
pub(super) fn check_sizes(line: &NewLine) -> Result<(), AppError> {
    let moves_base = line.base_amount.is_some_and(|base| !base.is_zero());
    if line.amount.is_negative() || (line.amount.is_zero() && !moves_base) {
        return Err(AppError::invalid(line.field("amount"), "must be greater than zero"));
    }
    if line.base_amount.is_some_and(Decimal::is_negative) {
        return Err(AppError::invalid(line.field("base_amount"), "must not be negative"));
    }
    Ok(())
}

/// Refuses base amounts that say another thing than the amount, where both are in base currency.
pub(super) fn check_base(line: &NewLine, base: Currency) -> Result<(), AppError> {
    if line.amount.is_zero() {
        let message = "must be greater than zero";
        return Err(AppError::invalid(line.field("amount"), message));
    }
    if line.base_amount.is_some_and(|given| given != line.amount) {
        let message = format!("must be the amount, or be left out: the entry is in {base}, the base currency");
        return Err(AppError::invalid(line.field("base_amount"), message));
    }
    Ok(())
}

/// Refuses a balance that no account can have: differences and explanations are sums of two and three of them.
pub(crate) fn check_balance(field: &str, minor: i64) -> Result<(), AppError> {
    if minor.unsigned_abs() > MAX_TOTAL.unsigned_abs() {
        let message = "is too large: a balance has at most 4,000,000,000,000,000,000 of the currency's smallest unit";
        return Err(AppError::invalid(field, message));
    }
    Ok(())
}

pub(super) fn is_too_large(minor: i64) -> bool {
    minor.unsigned_abs() > MAX_AMOUNT
}

/// Whether an addition is so large that a few like it could fill an account.
pub(super) fn is_large(totals: &Totals) -> bool {
    [totals.debit, totals.credit, totals.base_debit, totals.base_credit]
        .iter()
        .any(|sum| *sum > LARGE)
}

/// Refuses what would make an account's debits or credits so large that sums of them no longer fit.
pub(super) async fn check_total(tx: &mut Tx, org: &Org, addition: &Addition) -> Result<(), AppError> {
    let so_far = balance::as_of(tx, org.id, addition.account, Date::MAX).await?;
    let more = &addition.totals;
    for (sum, more) in [
        (so_far.debit, more.debit),
        (so_far.credit, more.credit),
        (so_far.base_debit, more.base_debit),
        (so_far.base_credit, more.base_credit),
    ] {
        if sum.checked_add(more).is_none_or(|sum| sum > MAX_TOTAL) {
            return Err(AppError::rule(
                "balance_too_large",
                "the debits or credits of an account would add up to more than can be counted; use another account",
            ));
        }
    }
    Ok(())
}

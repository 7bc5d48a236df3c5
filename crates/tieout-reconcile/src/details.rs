//! Notifications beside statements: a camt.054 tells in detail what a statement of the same days contains (ISO 20022: the
//! notification reports entries, the statement the account). Payments that it lists one by one, and the statement books as
//! one entry, are no more money.

use crate::corrections::compact;
use crate::statements::{Bank, BankStatement};
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_match::{ItemIndex, ItemsError};

/// Takes out the lines of notifications that statements of their days contain in another form; how many they are. Lines that
/// a statement has as they are stay, and are joined with its own. Only a statement whose balances prove speaks for its days.
///
/// # Errors
/// [`ItemsError::Full`] cannot be, as lines only become fewer.
pub(crate) fn leave_out(bank: &mut Bank) -> Result<usize, ItemsError> {
    let is_notification = |statement: &BankStatement| {
        statement.is_notification && statement.opening.is_none() && statement.closing.is_none()
    };
    if !bank.statements.iter().any(is_notification) {
        return Ok(0);
    }
    let mut days: Vec<(Date, Date)> = Vec::new();
    let mut known: BTreeMap<(Date, i64), u32> = BTreeMap::new();
    for statement in bank.statements.iter().filter(|statement| !is_notification(statement)) {
        let Some(proven) = proven_days(bank, statement) else {
            continue;
        };
        days.push(proven);
        for line in statement.lines.clone() {
            *known
                .entry((bank.lines.date(line), bank.lines.amount(line)))
                .or_default() += 1;
        }
    }
    let mut gone: Vec<ItemIndex> = Vec::new();
    for statement in bank.statements.iter().filter(|statement| is_notification(statement)) {
        // Each notification is compared by itself: several may tell of one entry.
        let mut open = known.clone();
        for line in statement.lines.clone() {
            let (date, amount) = (bank.lines.date(line), bank.lines.amount(line));
            if !days.iter().any(|(first, last)| *first <= date && date <= *last) {
                continue;
            }
            match open.get_mut(&(date, amount)).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => gone.push(line),
            }
        }
    }
    if !gone.is_empty() {
        gone.sort_unstable();
        compact(bank, &gone)?;
    }
    Ok(gone.len())
}

/// The days of a statement whose lines lead from its opening balance to its closing one.
fn proven_days(bank: &Bank, statement: &BankStatement) -> Option<(Date, Date)> {
    let (opening, closing) = (statement.opening?, statement.closing?);
    let lines = || statement.lines.clone();
    let moved: i128 = lines().map(|line| i128::from(bank.lines.amount(line))).sum();
    let proves = i128::from(opening.amount) + moved == i128::from(closing.amount);
    let dates = || lines().map(|line| bank.lines.date(line));
    let first = dates().chain(statement.period.0).min()?;
    let last = dates().chain(statement.period.1).chain(closing.date).max()?;
    proves.then_some((first, last))
}

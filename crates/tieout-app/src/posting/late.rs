//! Postings into periods that are reconciled: allowed, and said to whoever posts.

use super::{Entered, TakenAccounts};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::id::Account;
use tieout_core::{Date, Id};
use tieout_store::transaction::EntryRow;

/// Accounts that were reconciled through the day of a posting or a later one when it was posted, and that day.
pub type Late = Vec<(Id<Account>, Date)>;

/// The same of several, each account once.
pub(crate) fn late_of<'e>(all: impl IntoIterator<Item = &'e Entered>) -> Late {
    let late: BTreeMap<Id<Account>, Date> = all
        .into_iter()
        .flat_map(|entered| entered.late.iter().copied())
        .collect();
    late.into_iter().collect()
}

/// Accounts on which a date lies in a completed period.
pub(super) fn late_accounts(date: Date, entries: &[EntryRow], accounts: &TakenAccounts) -> Late {
    let touched: BTreeSet<Id<Account>> = entries
        .iter()
        .filter(|entry| entry.amount != 0)
        .map(|entry| entry.account_id)
        .collect();
    let through = |id: Id<Account>| Some((id, accounts.get(&id)?.row.reconciled?));
    let reconciled = touched.into_iter().filter_map(through);
    reconciled.filter(|(_, reconciled)| date <= *reconciled).collect()
}

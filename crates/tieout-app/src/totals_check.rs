//! Whether the totals that balances are read from are those of the entries: of each account, by day and by month.

use crate::books_check::Disagreement;
use crate::error::AppError;
use crate::posting;
use std::collections::BTreeMap;
use tieout_core::id::{Account, Organization};
use tieout_core::{Date, Id};
use tieout_store::balance::{self, Level, Totals};
use tieout_store::transaction::EntryRow;
use tieout_store::{Tx, account};

/// What the posted entries add up to, as far as they were read.
#[derive(Debug, Clone, Default)]
pub(crate) struct TotalsCheck {
    sums: BTreeMap<Id<Account>, BTreeMap<(Level, Date), Totals>>,
}

impl TotalsCheck {
    /// Adds the posted ones of a transaction's entries.
    pub(crate) fn take(&mut self, entries: &[EntryRow]) -> Result<(), AppError> {
        for entry in entries.iter().filter(|entry| entry.seq.is_some()) {
            let of_account = self.sums.entry(entry.account_id).or_default();
            for place in [(Level::Month, entry.date.first_of_month()), (Level::Day, entry.date)] {
                posting::add(of_account.entry(place).or_default(), entry)?;
            }
        }
        Ok(())
    }

    /// Compares all stored totals with the sums; `end` is the number of the last event.
    pub(crate) async fn compare(
        mut self,
        tx: &mut Tx,
        (organization, end): (Id<Organization>, i64),
    ) -> Result<Vec<Disagreement>, AppError> {
        let mut problems = Vec::new();
        for account in account::every(tx, organization).await? {
            let mut sums = self.sums.remove(&account.id).unwrap_or_default();
            // What was never posted to, or of amounts of zero, may stand there or not.
            sums.retain(|_, sum| *sum != Totals::default());
            let mut stored = balance::of_account(tx, organization, account.id).await?;
            stored.retain(|_, totals| *totals != Totals::default());
            let days = sums.keys().chain(stored.keys());
            if let Some((_, day)) = days.filter(|place| sums.get(place) != stored.get(place)).min() {
                let id = account.id;
                let what = format!("{id} has totals from {day} on that its entries do not add up to");
                problems.push((end, what));
            }
        }
        Ok(problems)
    }
}

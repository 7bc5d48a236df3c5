//! Many transactions at once: as [`enter`](super::enter), with each account locked once and each table written in bulk.

use super::{
    Entered, NewTransaction, check, count, entry_rows, journal_lines, late_accounts, take_accounts, transaction_row,
    unbalanced,
};
use crate::command::Context;
use crate::error::AppError;
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_ledger::journal;
use tieout_store::Tx;
use tieout_store::transaction::{self, EntryRow, TransactionRow};

/// Stores posted transactions with their entries, in the order given; their event is the caller's.
pub(crate) async fn enter_all(tx: &mut Tx, ctx: &Context, all: &[NewTransaction]) -> Result<Vec<Entered>, AppError> {
    let org = ctx.org()?;
    let mut accounts = take_accounts(tx, ctx, true, all.iter().flat_map(|new| &new.lines)).await?;
    let mut done = Vec::with_capacity(all.len());
    for new in all {
        check(new, org)?;
        let id = ctx.transaction_id();
        let lines = journal_lines(tx, org, new, &accounts).await?;
        let base = journal::base_amounts(&lines, org.base).map_err(|error| unbalanced(&error))?;
        let entries = entry_rows(new, id, (&lines, &base), &mut accounts)?;
        done.push(Entered {
            organization: org.id,
            late: late_accounts(new.date, &entries, &accounts),
            transaction: transaction_row(new, ctx, id, (&entries, &accounts))?,
            entries,
        });
    }
    let rows: Vec<TransactionRow> = done.iter().map(|entered| entered.transaction.clone()).collect();
    transaction::insert_all(tx, org.id, &rows).await?;
    let entries: Vec<EntryRow> = done.iter().flat_map(|entered| entered.entries.clone()).collect();
    transaction::insert_entries(tx, org.id, &entries).await?;
    let mut days = BTreeMap::<Date, Vec<EntryRow>>::new();
    for entry in entries {
        days.entry(entry.date).or_default().push(entry);
    }
    for (day, entries) in days {
        count(tx, org, day, &entries, &accounts).await?;
    }
    Ok(done)
}

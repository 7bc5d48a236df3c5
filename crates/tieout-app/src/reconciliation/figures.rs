//! Figures of an open reconciliation, from totals: never from its entries, which may be millions.

use super::window;
use crate::command::Context;
use crate::error::AppError;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::reconciliation::{self, ReconciliationRow};
use tieout_store::scope::SetAsideRow;
use tieout_store::{Tx, balance, scope};

/// Computes what a row says about the books: balance to its statement date less what is set aside, and how many entries
/// that leaves since the statement before, with those carried over.
pub(super) async fn compute(tx: &mut Tx, ctx: &Context, row: &mut ReconciliationRow) -> Result<(), AppError> {
    let organization = ctx.org()?.id;
    let to = balance::as_of(tx, organization, row.account_id, row.statement_date).await?;
    let before = match row.previous_date {
        Some(day) => balance::as_of(tx, organization, row.account_id, day).await?.entries,
        None => 0,
    };
    let carried = scope::open_sum(tx, organization, row.account_id).await?;
    let aside = scope::set_aside_sum(tx, organization, row.id).await?;
    row.set_aside_count = aside.count;
    row.set_aside_total = aside.amount;
    row.ledger_balance = (to.debit - to.credit).saturating_sub(aside.amount);
    row.total_entries = if row.is_parked {
        // What is set aside as a whole of an entry carried over is a part of it again while the one before is open.
        let window = window(ctx, row)?;
        scope::window_sum(tx, &window).await?.count + scope::carried_sum(tx, &window).await?.count
    } else {
        to.entries - before + carried.count - aside.count
    };
    row.ticked_entries = scope::count_ticks(tx, organization, row.id).await?;
    let late = scope::late_sum(tx, organization, row.account_id).await?;
    (row.late_count, row.late_total) = (late.count, late.amount);
    Ok(())
}

/// Whether anything is set aside. The count is of wholes only, the total has the parts too.
fn has_outstanding(row: &ReconciliationRow) -> bool {
    row.set_aside_total != 0 || row.set_aside_count != 0
}

/// What a reconciliation has set aside.
pub(super) async fn outstanding(
    tx: &mut Tx,
    organization: Id<Organization>,
    row: &ReconciliationRow,
) -> Result<Vec<SetAsideRow>, AppError> {
    if !has_outstanding(row) {
        return Ok(Vec::new());
    }
    Ok(scope::list_set_aside(tx, organization, row.id).await?)
}

/// How much that is, wholes and parts.
pub(super) async fn count_outstanding(
    tx: &mut Tx,
    organization: Id<Organization>,
    row: &ReconciliationRow,
) -> Result<i64, AppError> {
    if !has_outstanding(row) {
        return Ok(0);
    }
    Ok(reconciliation::count_aside(tx, organization, row.id).await?)
}

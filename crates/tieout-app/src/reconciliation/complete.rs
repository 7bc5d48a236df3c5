//! Completing a reconciliation, and undoing it.
//!
//! Completing writes as many rows as there are entries set aside, however many it reconciles: everything else on the
//! account up to its statement date counts as reconciled from then on (see the second migration).

use super::{Owned, allow, change, currency_of, figures, snapshot, store, take, view, window};
use crate::audit;
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::check_open;
use serde_json::json;
use tieout_core::id::Reconciliation;
use tieout_core::{Date, Id};
use tieout_ledger::status::Step;
use tieout_store::account::{self as accounts, AccountRow, Period};
use tieout_store::reconciliation::{self, ReconciliationRow};
use tieout_store::scope::{self, CarriedRow};
use tieout_store::{BoxFuture, Hold, Tx, as_of};

/// Freezes a reconciliation whose difference is exactly zero.
#[derive(Debug, Clone, Copy)]
pub struct Complete {
    /// Which.
    pub id: Id<Reconciliation>,
    /// The version that the caller saw, if it says so.
    pub version: Option<i64>,
}

impl Command for Complete {
    type Output = Owned;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(complete(tx, ctx, self))
    }
}

async fn complete(tx: &mut Tx, ctx: &Context, what: &Complete) -> Result<Owned, AppError> {
    let org = ctx.org()?;
    let (mut row, account) = take(tx, ctx, what.id).await?;
    let currency = currency_of(row.account_currency.as_deref(), ctx)?;
    super::check_version(&row, what.version)?;
    allow(&row, Step::Complete, currency)?;
    if org.require_all_matched && row.kind != super::OPENING && row.ticked_entries < row.total_entries {
        return Err(AppError::rule(
            "entries_not_matched",
            match row.total_entries - row.ticked_entries {
                1 => "1 entry is not matched; match it or set it aside".to_owned(),
                more => format!("{more} entries are not matched; match them or set them aside"),
            },
        ));
    }
    let before = snapshot(&row);
    freeze(tx, ctx, &mut row, &account).await?;
    let completed = json!({ "before": before, "after": snapshot(&row) });
    close(tx, ctx, &row, &account, Some(row.statement_date)).await?;
    let view = view(tx, ctx, row, false).await?;
    audit::record(tx, ctx, change(&view.row, "reconciliation.completed", completed)).await?;
    view.owned(ctx)
}

/// Carries on what is set aside, marks carried entries as reconciled, and stores the row as completed.
pub(super) async fn freeze(
    tx: &mut Tx,
    ctx: &Context,
    row: &mut ReconciliationRow,
    account: &AccountRow,
) -> Result<(), AppError> {
    let org = ctx.org()?;
    let window = window(ctx, row)?;
    let mut carried = Vec::new();
    for aside in scope::list_set_aside(tx, org.id, row.id).await? {
        let is_carried = row.previous_date.is_some_and(|previous| aside.date <= previous);
        if is_carried && aside.is_whole {
            continue;
        }
        if is_carried {
            scope::reconcile_one(tx, &window, (aside.date, aside.seq)).await?;
        }
        carried.push(CarriedRow {
            date: aside.date,
            seq: aside.seq,
            origin: *row.id.bytes(),
            transaction_id: aside.transaction_id,
            line: aside.line,
            amount: aside.amount,
        });
    }
    scope::carry(tx, org.id, account.id, &carried).await?;
    scope::reconcile_rest(tx, &window).await?;
    row.status = "Completed".into();
    row.last_seq = Some(account.last_seq);
    // From now on it counts what is posted into its own period.
    (row.late_count, row.late_total) = (0, 0);
    row.completed_at = Some(ctx.now_us);
    row.completed_by = Some(ctx.caller.user);
    store(tx, ctx, row).await
}

/// Ends the work on an account's open reconciliation. The first that waited for it, if any, goes on.
pub(super) async fn close(
    tx: &mut Tx,
    ctx: &Context,
    row: &ReconciliationRow,
    account: &AccountRow,
    reconciled: Option<Date>,
) -> Result<(), AppError> {
    let org = ctx.org()?;
    let mut period = Period {
        reconciled,
        // A parked one that goes leaves the open one as it is.
        open: account
            .open_reconciliation
            .zip(account.open_day)
            .filter(|(open, _)| *open != row.id),
    };
    for mut waiting in reconciliation::parked(tx, org.id, account.id).await? {
        let previous = reconciliation::last_completed(tx, org.id, account.id, Some(waiting.statement_date)).await?;
        follow(&mut waiting, previous.as_ref());
        // The first of them goes on. Those after it wait for it: what they set aside is laid against their entries when it is
        // their turn, as until then these change.
        if period.open.is_none() {
            waiting.is_parked = false;
            period.open = Some((waiting.id, waiting.statement_date));
            scope::realign(tx, &window(ctx, &waiting)?).await?;
            figures::compute(tx, ctx, &mut waiting).await?;
        }
        store(tx, ctx, &mut waiting).await?;
    }
    Ok(accounts::set_period(tx, org.id, account.id, period).await?)
}

/// Puts a reconciliation after another one, or at the beginning.
fn follow(row: &mut ReconciliationRow, previous: Option<&ReconciliationRow>) {
    row.previous_id = previous.map(|row| row.id);
    row.previous_date = previous.map(|row| row.statement_date);
    row.previous_balance = previous.map_or(0, |row| row.statement_balance);
    row.previous_cleared = previous.map(|row| row.ledger_balance);
}

/// Undoes the completion of an account's latest completed reconciliation. A later open one is parked until then.
#[derive(Debug, Clone)]
pub struct Reopen {
    /// Which.
    pub id: Id<Reconciliation>,
    /// Why.
    pub reason: String,
}

impl Command for Reopen {
    type Output = Owned;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(reopen(tx, ctx, self))
    }
}

async fn reopen(tx: &mut Tx, ctx: &Context, what: &Reopen) -> Result<Owned, AppError> {
    let org = ctx.org()?;
    if what.reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "is required"));
    }
    let (mut row, account) = take(tx, ctx, what.id).await?;
    allow(&row, Step::Reopen, currency_of(row.account_currency.as_deref(), ctx)?)?;
    if account.reconciled != Some(row.statement_date) {
        return Err(AppError::rule(
            "reconciliation_not_latest",
            "only the latest completed reconciliation of an account can be reopened; reopen the later ones first",
        ));
    }
    check_open(row.statement_date, org)?;
    let before = snapshot(&row);
    let previous = reconciliation::last_completed(tx, org.id, account.id, Some(row.statement_date)).await?;
    if let Some(open) = account.open_reconciliation {
        park(tx, ctx, open).await?;
    }
    // Also those that waited before: the one that they follow may be the one that is reopened.
    for mut waiting in reconciliation::parked(tx, org.id, account.id).await? {
        follow(&mut waiting, previous.as_ref());
        store(tx, ctx, &mut waiting).await?;
    }
    // What it proved until now stays known, with what it left open.
    as_of::keep(tx, org.id, row.id, ctx.now_us).await?;
    scope::unreconcile(tx, &window(ctx, &row)?).await?;
    row.status = "InProgress".into();
    row.last_seq = None;
    row.completed_at = None;
    row.completed_by = None;
    figures::compute(tx, ctx, &mut row).await?;
    store(tx, ctx, &mut row).await?;
    let period = Period {
        reconciled: row.previous_date,
        open: Some((row.id, row.statement_date)),
    };
    accounts::set_period(tx, org.id, account.id, period).await?;
    let reopened = json!({ "before": before, "after": snapshot(&row), "reason": what.reason });
    let view = view(tx, ctx, row, false).await?;
    audit::record(tx, ctx, change(&view.row, "reconciliation.reopened", reopened)).await?;
    view.owned(ctx)
}

/// Lets an open reconciliation wait until the reopened one is completed again.
async fn park(tx: &mut Tx, ctx: &Context, id: Id<Reconciliation>) -> Result<(), AppError> {
    let found = reconciliation::find(tx, ctx.org()?.id, id).await?;
    let mut row = found.ok_or(AppError::Internal("the open reconciliation of an account is missing"))?;
    row.is_parked = true;
    store(tx, ctx, &mut row).await
}

//! The opening reconciliation: where an account's reconciled history begins.
//!
//! Entries to the cut-off that are not listed as open count as cleared; the printed opening is kept beside the books'
//! figure, and what they differ by shows as drift in the first statement's explanation.

use super::work::each_once;
use super::{
    Balance, Owned, balance_minor, begin, change, check_eligible, complete, currency_of, figures, snapshot, view,
    window,
};
use crate::audit;
use crate::command::{Command, Context};
use crate::error::AppError;
use serde_json::json;
use tieout_core::id::{Account, Entry};
use tieout_core::{Date, Id};
use tieout_store::reconciliation as rows;
use tieout_store::scope::{self, SetAsideRow};
use tieout_store::{BoxFuture, Tx, transaction};

/// Begins an account's reconciled history at a cut-off.
#[derive(Debug, Clone)]
pub struct BeginOpening {
    /// The account.
    pub account_id: Id<Account>,
    /// The cut-off: the day before the first statement.
    pub cut_off: Date,
    /// The opening that the first statement prints.
    pub balance: Balance,
    /// Entries that were open then.
    pub open_entries: Vec<Id<Entry>>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The record.
    pub owned: Owned,
    /// Printed opening less what the books say was cleared.
    pub drift: i64,
}

impl Command for BeginOpening {
    type Output = Opening;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Opening, AppError>> {
        Box::pin(open(tx, ctx, self))
    }
}

async fn open(tx: &mut Tx, ctx: &Context, what: &BeginOpening) -> Result<Opening, AppError> {
    let org = ctx.org()?;
    let account = crate::account::lock(tx, ctx, what.account_id)
        .await
        .map_err(|error| error.at("account_id"))?;
    check_eligible(&account)?;
    if account.open_reconciliation.is_some() || account.reconciled.is_some() {
        return Err(AppError::rule(
            "account_already_reconciled",
            "the account has reconciliations; an opening one comes before all others",
        ));
    }
    let currency = currency_of(account.currency.as_deref(), ctx)?;
    let balance = balance_minor(what.balance, &account, currency)?;
    let mut row = begin(ctx, &account, what.cut_off, balance, None);
    row.kind = super::OPENING.into();
    rows::insert(tx, org.id, &row).await?;
    let window = window(ctx, &row)?;
    let field = |place: usize| format!("open_entries[{place}]");
    each_once(&what.open_entries, field)?;
    for (place, id) in what.open_entries.iter().enumerate() {
        let aside = listed(tx, ctx, (what, *id, &field(place))).await?;
        scope::set_aside(tx, &window, &aside).await?;
    }
    figures::compute(tx, ctx, &mut row).await?;
    complete::freeze(tx, ctx, &mut row, &account).await?;
    complete::close(tx, ctx, &row, &account, Some(what.cut_off)).await?;
    let after = json!({ "after": snapshot(&row), "open_entries": what.open_entries.len() });
    let drift = row.statement_balance.saturating_sub(row.ledger_balance);
    let view = view(tx, ctx, row, false).await?;
    audit::record(tx, ctx, change(&view.row, "reconciliation.opened", after)).await?;
    Ok(Opening {
        owned: view.owned(ctx)?,
        drift,
    })
}

async fn listed(
    tx: &mut Tx,
    ctx: &Context,
    (what, id, field): (&BeginOpening, Id<Entry>, &str),
) -> Result<SetAsideRow, AppError> {
    let (transaction, line) = id.transaction();
    let missing = || AppError::NotFound("entry").at(field);
    let found = transaction::entry(tx, ctx.org()?.id, transaction, i64::from(line))
        .await?
        .ok_or_else(missing)?;
    let seq = found.seq.ok_or_else(missing)?;
    if found.account_id != what.account_id || found.date > what.cut_off || found.amount == 0 {
        return Err(AppError::invalid(field, "is no entry of the account to the cut-off"));
    }
    Ok(SetAsideRow {
        date: found.date,
        seq,
        transaction_id: transaction,
        line: i64::from(line),
        amount: found.amount,
        is_whole: true,
        reason: Some("open at the cut-off".into()),
        set_by: ctx.caller.user,
        set_at: ctx.now_us,
        description: String::new(),
    })
}

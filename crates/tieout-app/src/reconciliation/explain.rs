//! What a difference consists of, and how an account stood on any day.

use super::{View, currency_of, figures, view};
use crate::command::{Command, Context};
use crate::error::AppError;
use tieout_core::id::{Account, Reconciliation};
use tieout_core::{Currency, Date, Id};
use tieout_ledger::reconciliation as arithmetic;
use tieout_store::reconciliation::{self, ReconciliationRow};
use tieout_store::{BoxFuture, Tx, balance};

/// The components of a difference, which they sum to; minor units, inside sign.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the words of the glossary")]
pub struct Explanation {
    pub view: View,
    /// Open parts of booked bank lines; none are imported yet.
    pub open_lines: i64,
    /// Open parts of entries in scope, negated.
    pub open_entries: i64,
    pub breaks: i64,
    pub drift: i64,
    pub uncovered: i64,
}

/// Explains a reconciliation's difference.
#[derive(Debug, Clone, Copy)]
pub struct Explain(pub Id<Reconciliation>);

impl Command for Explain {
    type Output = Explanation;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Explanation, AppError>> {
        Box::pin(async move {
            let organization = ctx.org()?.id;
            let found = reconciliation::find(tx, organization, self.0).await?;
            let mut row = found.ok_or(AppError::NotFound("reconciliation"))?;
            if row.is_parked {
                figures::compute(tx, ctx, &mut row).await?;
            }
            let previous = match row.previous_id {
                Some(id) => reconciliation::find(tx, organization, id).await?,
                None => None,
            };
            explain(view(tx, ctx, row, false).await?, previous.as_ref())
        })
    }
}

fn explain(view: View, previous: Option<&ReconciliationRow>) -> Result<Explanation, AppError> {
    let row = &view.row;
    let reconciled = previous.map_or(0, |row| row.ledger_balance);
    let printed = previous.map_or(0, |row| row.statement_balance);
    let explanation = Explanation {
        open_lines: 0,
        open_entries: reconciled.saturating_sub(row.ledger_balance),
        breaks: 0,
        drift: printed.saturating_sub(reconciled),
        uncovered: row.statement_balance.saturating_sub(printed),
        view,
    };
    let parts = [explanation.open_entries, explanation.drift, explanation.uncovered];
    arithmetic::check_explained(explanation.view.difference(), parts)
        .map_err(|_| AppError::Internal("the explanation does not sum to the difference"))?;
    Ok(explanation)
}

/// How an account stands on a day, by what is known now.
#[derive(Debug, Clone)]
pub struct AsOf {
    /// The account's name.
    pub account_name: String,
    /// The account's type.
    pub account_type: String,
    /// The currency of the figures.
    pub currency: Currency,
    /// Balance of the books.
    pub book_balance: i64,
    /// The last completed reconciliation to that day.
    pub last_completed: Option<ReconciliationRow>,
    /// Sum of the entries to that day that it did not reconcile.
    pub open_total: i64,
}

/// Draws an account's position on any day, whether reconciled to it or not.
#[derive(Debug, Clone, Copy)]
pub struct AsOfDate {
    /// The account.
    pub account: Id<Account>,
    /// The day.
    pub date: Date,
}

impl Command for AsOfDate {
    type Output = AsOf;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AsOf, AppError>> {
        Box::pin(async move {
            let organization = ctx.org()?.id;
            let account = crate::account::find(tx, ctx, self.account).await?;
            let totals = balance::as_of(tx, organization, self.account, self.date).await?;
            let book_balance = totals.debit - totals.credit;
            let after = self.date.tomorrow().unwrap_or(Date::MAX);
            let last = reconciliation::last_completed(tx, organization, self.account, after).await?;
            let reconciled = last.as_ref().map_or(0, |row| row.ledger_balance);
            Ok(AsOf {
                currency: currency_of(account.currency.as_deref(), ctx)?,
                account_name: account.name,
                account_type: account.account_type,
                book_balance,
                last_completed: last,
                open_total: book_balance.saturating_sub(reconciled),
            })
        })
    }
}

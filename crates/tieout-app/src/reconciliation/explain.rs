//! What a difference consists of.

use super::{View, figures, view};
use crate::command::{Command, Context};
use crate::error::AppError;
use tieout_core::Id;
use tieout_core::id::{Organization, Reconciliation};
use tieout_ledger::reconciliation as arithmetic;
use tieout_store::as_of::{self, Position, Proved};
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
    /// The balance that the one before printed less the entries reconciled by then, as they stand now.
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
            let reconciled = match &previous {
                Some(previous) => cleared_as_it_stands(tx, organization, previous).await?,
                None => 0,
            };
            explain(view(tx, ctx, row, false).await?, reconciled)
        })
    }
}

/// What a completed reconciliation and those before it had cleared, summed anew from the books of today: less than it
/// proved, or more, only if somebody changed entries past this program.
async fn cleared_as_it_stands(
    tx: &mut Tx,
    organization: Id<Organization>,
    row: &ReconciliationRow,
) -> Result<i64, AppError> {
    let (Some(last_seq), Some(completed_at)) = (row.last_seq, row.completed_at) else {
        return Ok(row.ledger_balance);
    };
    let proved = Proved {
        reconciliation: row.id,
        statement_date: row.statement_date,
        statement_balance: row.statement_balance,
        ledger_balance: row.ledger_balance,
        last_seq,
        completed_at,
        undone_at: None,
    };
    let position = Position {
        organization,
        account: row.account_id,
        date: row.statement_date,
        known_at: i64::MAX,
    };
    let books = balance::as_of(tx, organization, row.account_id, row.statement_date).await?;
    let left = as_of::left_sum(tx, &position, &proved).await?;
    Ok((books.debit - books.credit)
        .saturating_sub(left.money_in)
        .saturating_sub(left.money_out))
}

fn explain(view: View, reconciled: i64) -> Result<Explanation, AppError> {
    let row = &view.row;
    let printed = row.previous_balance;
    let explanation = Explanation {
        open_lines: 0,
        open_entries: reconciled.saturating_sub(row.ledger_balance),
        breaks: 0,
        // Of an opening itself: what the books say more than the bank printed, which its ledger balance leaves out.
        drift: printed
            .saturating_sub(reconciled)
            .saturating_add(row.ledger_balance.saturating_sub(view.ledger_balance())),
        uncovered: row.statement_balance.saturating_sub(printed),
        view,
    };
    let parts = [explanation.open_entries, explanation.drift, explanation.uncovered];
    arithmetic::check_explained(explanation.view.difference(), parts)
        .map_err(|_| AppError::Internal("the explanation does not sum to the difference"))?;
    Ok(explanation)
}

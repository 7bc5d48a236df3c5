//! Trial balance, balance sheet and income statement, from totals by day and month.

use crate::command::{Command, Context};
use crate::error::AppError;
use std::collections::HashMap;
use tieout_core::id::Account;
use tieout_core::{Date, Id};
use tieout_store::account::{self, AccountRow};
use tieout_store::balance::{self, Totals};
use tieout_store::{BoxFuture, Tx};

/// An account with its totals in base currency.
#[derive(Debug, Clone)]
pub struct ReportLine {
    /// The account.
    pub account: AccountRow,
    /// Debits less credits, in base currency.
    pub net: i64,
}

/// Balances of the whole chart as of a day.
#[derive(Debug, Clone, Copy)]
pub struct TrialBalance {
    /// The day.
    pub as_of: Date,
}

impl Command for TrialBalance {
    type Output = Vec<ReportLine>;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(lines(tx, ctx, None, self.as_of))
    }
}

/// What was earned and spent in a period. Closings of years are left out: they earn and spend nothing.
#[derive(Debug, Clone, Copy)]
pub struct IncomeStatement {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

impl Command for IncomeStatement {
    type Output = Vec<ReportLine>;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            if self.to < self.from {
                return Err(AppError::invalid("to_date", "must not be before from_date"));
            }
            let mut found = open_results(tx, ctx, (self.from, self.to)).await?;
            let closed: HashMap<_, _> = balance::closed(tx, ctx.org()?.id, (self.from, self.to))
                .await?
                .into_iter()
                .collect();
            for line in &mut found {
                line.net -= closed.get(&line.account.id).unwrap_or(&0);
            }
            Ok(found)
        })
    }
}

/// Revenue and expenses of a period that no closing of a year has taken to equity.
pub(crate) async fn open_results(
    tx: &mut Tx,
    ctx: &Context,
    (from, to): (Date, Date),
) -> Result<Vec<ReportLine>, AppError> {
    let mut found = lines(tx, ctx, from.yesterday().ok(), to).await?;
    found.retain(|line| matches!(line.account.account_type.as_str(), "revenue" | "expense"));
    Ok(found)
}

async fn lines(tx: &mut Tx, ctx: &Context, before: Option<Date>, to: Date) -> Result<Vec<ReportLine>, AppError> {
    let organization = ctx.org()?.id;
    let by_account = |rows: Vec<balance::AccountTotals>| -> HashMap<Id<Account>, Totals> {
        rows.into_iter().map(|row| (row.account, row.totals)).collect()
    };
    let end = by_account(balance::of_all(tx, organization, to).await?);
    let start = match before {
        Some(day) => by_account(balance::of_all(tx, organization, day).await?),
        None => HashMap::new(),
    };
    let net = |totals: &HashMap<Id<Account>, Totals>, id| {
        totals
            .get(&id)
            .map_or(0, |totals: &Totals| totals.base_debit - totals.base_credit)
    };
    let accounts = account::every(tx, organization).await?;
    Ok(accounts
        .into_iter()
        .map(|account| ReportLine {
            net: net(&end, account.id) - net(&start, account.id),
            account,
        })
        .collect())
}

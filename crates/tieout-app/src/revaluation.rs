//! Exchange revaluation: foreign balances brought to the rates of a day.
//!
//! For each account of assets or liabilities that is kept in a currency of its own, base amounts are moved so that its
//! balance in base currency is its foreign balance at the rate; the foreign balance stays, so no bank reconciliation sees
//! it. Once the balances stand at the rates nothing is left to move: to do it twice is to do it once, and after a
//! back-dated posting or a corrected rate a second run moves only what is missing.

use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context, Org};
use crate::error::AppError;
use crate::open_item::by_role;
use crate::posting::{self, Entered, Late, NewLine, NewTransaction, check_open, late_of};
use crate::transaction::{self, snapshot};
use serde_json::json;
use tieout_core::id::Account;
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::AccountKind;
use tieout_ledger::journal::convert;
use tieout_store::account::AccountRow;
use tieout_store::revaluation::{self, RevaluationRow};
use tieout_store::{BoxFuture, Page, Tx, account, balance};

/// The account of differences that no payment has realised; made when the first one is.
const UNREALISED: (&str, &str, &str, AccountKind) = (
    "unrealised_exchange_differences",
    "6985-FX",
    "Unrealised Exchange Gains and Losses",
    AccountKind::Expense,
);
/// Accounts of one posting: each has two of its 10,000 entries.
const MAX_ACCOUNTS: usize = 5_000;

/// Brings foreign balances to the rates of a day.
#[derive(Debug, Clone)]
pub struct RevalueBalances {
    /// As of the end of this day.
    pub as_of: Date,
    /// Takes it back on the next day, so that only the balances of this day show it.
    pub reverse_next_day: bool,
    /// Where gains and losses are booked; by default an account of its own.
    pub account_id: Option<Id<Account>>,
    /// Only these accounts; all that are kept in a foreign currency unless said.
    pub accounts: Vec<Id<Account>>,
}

/// How one account stood, and stands.
#[derive(Debug, Clone)]
pub struct Revalued {
    /// The account.
    pub account: AccountRow,
    /// Its balance in its own currency, debit positive.
    pub balance: i64,
    /// The rate, with eight places; zero where none was needed.
    pub rate: i64,
    /// Its balance in base currency before.
    pub base_before: i64,
    /// Its balance in base currency at the rate.
    pub base_after: i64,
}

/// What came of a revaluation.
#[derive(Debug, Clone)]
pub struct RevaluationDone {
    /// The record; none if every balance stood at its rate.
    pub row: Option<RevaluationRow>,
    /// Every foreign account with its figures.
    pub accounts: Vec<Revalued>,
    /// Gain in base currency; less than zero is a loss.
    pub gain: i64,
    /// The base currency.
    pub base: Currency,
    /// Where its posting, or what takes it back, was late.
    pub late: Late,
}

impl Command for RevalueBalances {
    type Output = RevaluationDone;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<RevaluationDone, AppError>> {
        Box::pin(revalue(tx, ctx, self))
    }
}

async fn revalue(tx: &mut Tx, ctx: &Context, what: &RevalueBalances) -> Result<RevaluationDone, AppError> {
    let org = ctx.org()?;
    check_open(what.as_of, org)?;
    let foreign = foreign_accounts(tx, org, &what.accounts).await?;
    if foreign.len() > MAX_ACCOUNTS {
        return Err(AppError::invalid(
            "accounts",
            format!("are more than {MAX_ACCOUNTS}; name some of them"),
        ));
    }
    let mut accounts = Vec::with_capacity(foreign.len());
    for found in foreign {
        accounts.extend(figures(tx, org, found, what.as_of).await?);
    }
    let moved: Vec<&Revalued> = accounts
        .iter()
        .filter(|one| one.base_after != one.base_before)
        .collect();
    let too_large = || AppError::invalid("accounts", "the sum is too large");
    let gain = moved.iter().try_fold(0_i64, |sum, one| {
        sum.checked_add(one.base_after.checked_sub(one.base_before)?)
    });
    let gain = gain.ok_or_else(too_large)?;
    if moved.is_empty() {
        let row = None;
        let base = org.base;
        return Ok(RevaluationDone {
            row,
            accounts,
            gain,
            base,
            late: Late::new(),
        });
    }
    let against = match what.account_id {
        Some(id) => crate::account::find(tx, ctx, id)
            .await
            .map_err(|error| error.at("account_id"))?,
        None => by_role(tx, ctx, UNREALISED).await?,
    };
    if against.currency.is_some() {
        return Err(AppError::invalid(
            "account_id",
            format!("must be an account in {}", org.base),
        ));
    }
    let entered = posting::enter(tx, ctx, &transaction_of(org, what.as_of, (&moved, against.id))).await?;
    let reversal = if what.reverse_next_day {
        Some(take_back(tx, ctx, &entered, what.as_of).await?)
    } else {
        None
    };
    let row = RevaluationRow {
        id: ctx.id(),
        date: what.as_of,
        transaction_id: entered.transaction.id,
        reversal_id: reversal.as_ref().map(|reversal| reversal.transaction.id),
        gain,
        created_by: ctx.caller.user,
        created_at: ctx.now_us,
    };
    revaluation::insert(tx, org.id, &row).await?;
    audit::record(tx, ctx, change(&row, &entered, &accounts)).await?;
    Ok(RevaluationDone {
        row: Some(row),
        accounts,
        gain,
        base: org.base,
        late: late_of(std::iter::once(&entered).chain(&reversal)),
    })
}

async fn take_back(tx: &mut Tx, ctx: &Context, entered: &Entered, as_of: Date) -> Result<Entered, AppError> {
    let what = transaction::ReverseTransaction {
        id: entered.transaction.id,
        date: Some(
            as_of
                .tomorrow()
                .map_err(|_| AppError::invalid("as_of", "has no next day"))?,
        ),
        description: None,
    };
    what.run(tx, ctx).await
}

fn change(row: &RevaluationRow, entered: &Entered, accounts: &[Revalued]) -> Change {
    let of = |one: &Revalued| {
        json!({ "account": one.account.code, "currency": one.account.currency, "balance": one.balance, "rate": one.rate, "before": one.base_before,
            "after": one.base_after })
    };
    Change {
        entity_type: "revaluation",
        entity_id: row.id.to_string(),
        event_type: "revaluation.done",
        description: format!("Foreign balances revalued as of {}", row.date),
        change: json!({ "after": { "gain": row.gain, "accounts": accounts.iter().map(of).collect::<Vec<_>>(),
            "transaction_id": row.transaction_id.to_string(), "transaction": snapshot(entered), "reversal_id": row.reversal_id.map(|id| id.to_string()) } }),
    }
}

/// Accounts of assets and liabilities in a currency of their own, by code. They are locked in the order of their ids.
async fn foreign_accounts(tx: &mut Tx, org: &Org, wanted: &[Id<Account>]) -> Result<Vec<AccountRow>, AppError> {
    let mut foreign = account::every(tx, org.id).await?;
    foreign.retain(|row| row.currency.is_some() && matches!(row.account_type.as_str(), "asset" | "liability"));
    if let Some(missing) = wanted.iter().position(|id| !foreign.iter().any(|row| row.id == *id)) {
        let message = "is no account of assets or liabilities in a foreign currency";
        return Err(AppError::invalid(format!("accounts[{missing}]"), message));
    }
    if !wanted.is_empty() {
        foreign.retain(|row| wanted.contains(&row.id));
    }
    foreign.sort_by_key(|row| row.id);
    for row in &foreign {
        // No posting may come between the balance that is read and the one that is moved.
        account::lock(tx, org.id, row.id, 0).await?;
    }
    foreign.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(foreign)
}

/// How an account stands; none if it never held anything. A rate is needed only for what is held.
async fn figures(tx: &mut Tx, org: &Org, account: AccountRow, as_of: Date) -> Result<Option<Revalued>, AppError> {
    let totals = balance::as_of(tx, org.id, account.id, as_of).await?;
    let held = totals.debit - totals.credit;
    let base_before = totals.base_debit - totals.base_credit;
    if held == 0 && base_before == 0 {
        return Ok(None);
    }
    if account.is_archived {
        // Nothing can be posted on it: it is shown as it stands, and the others are revalued.
        return Ok(Some(Revalued {
            account,
            balance: held,
            rate: 0,
            base_before,
            base_after: base_before,
        }));
    }
    let own = account.currency.as_deref().ok_or(AppError::Internal("currency"))?;
    let own: Currency = amounts::stored_currency(own)?;
    let rate = if held == 0 {
        0
    } else {
        posting::rate_at(tx, org, own, as_of).await?
    };
    let base_after = convert(held, own, rate, org.base);
    Ok(Some(Revalued {
        account,
        balance: held,
        rate,
        base_before,
        base_after: base_after.ok_or_else(|| AppError::invalid("accounts", "a balance is too large"))?,
    }))
}

/// Moves base amounts, and nothing of the accounts' own.
fn transaction_of(org: &Org, as_of: Date, (moved, against): (&[&Revalued], Id<Account>)) -> NewTransaction {
    let base = |minor: i64| Decimal::from_minor(minor, org.base.minor_digits()).abs();
    let mut lines = Vec::with_capacity(moved.len() * 2);
    for one in moved {
        let by = one.base_after - one.base_before;
        let line = |account, is_debit, amount, currency, base_amount| NewLine {
            account,
            is_debit,
            amount,
            currency,
            base_amount,
            rate: None,
            description: Some(format!(
                "Account {} at {}",
                one.account.code,
                Decimal::from_minor(one.rate, 8)
            )),
            reference: None,
            tax_code: None,
            asked: None,
        };
        lines.push(line(one.account.id, by > 0, Decimal::ZERO, None, Some(base(by))));
        lines.push(line(against, by < 0, base(by), Some(org.base), None));
    }
    NewTransaction::posted(format!("Revaluation of foreign balances as of {as_of}"), as_of, lines)
}

/// A page of revaluations, newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListRevaluations(pub Page);

impl Command for ListRevaluations {
    type Output = (Vec<RevaluationRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(revaluation::list(tx, ctx.org()?.id, self.0).await?) })
    }
}

//! Transfers: money on its way between two accounts, as two transactions through cash in transit.
//!
//! Each bank's statement then matches a transaction of its own, whichever day it arrives.

use crate::account::{self, CASH_IN_TRANSIT};
use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{self, Late, NewLine, NewTransaction, late_of};
use serde_json::json;
use std::collections::BTreeSet;
use tieout_core::id::{Account, Transfer};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::AccountKind;
use tieout_store::account::AccountRow;
use tieout_store::transfer::{self, TransferRow};
use tieout_store::{BoxFuture, Hold, Page, Tx};

/// Moves money.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct CreateTransfer {
    pub from_account_id: Id<Account>,
    pub to_account_id: Id<Account>,
    pub amount: Decimal,
    /// What arrives, in the currency of the account it arrives on, if that is another one.
    pub received: Option<Decimal>,
    /// The day on which it leaves.
    pub sent: Date,
    /// The day on which it arrives: another one where the banks' clocks differ.
    pub arrived: Date,
    pub description: Option<String>,
    pub reference: Option<String>,
    pub metadata: String,
}

impl Command for CreateTransfer {
    /// The transfer, and where either of its transactions was late.
    type Output = (TransferRow, Late);

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(create(tx, ctx, self))
    }
}

async fn create(tx: &mut Tx, ctx: &Context, new: &CreateTransfer) -> Result<(TransferRow, Late), AppError> {
    let org = ctx.org()?;
    if new.from_account_id == new.to_account_id {
        return Err(AppError::invalid(
            "to_account_id",
            "must be another account than from_account_id",
        ));
    }
    let from = account::find(tx, ctx, new.from_account_id)
        .await
        .map_err(|error| error.at("from_account_id"))?;
    let to = account::find(tx, ctx, new.to_account_id)
        .await
        .map_err(|error| error.at("to_account_id"))?;
    refuse_income("from_account_id", &from)?;
    refuse_income("to_account_id", &to)?;
    let sent_in = currency(&from, org.base)?;
    let received_in = currency(&to, org.base)?;
    check_amount("amount", new.amount)?;
    let received = match new.received {
        Some(received) if sent_in == received_in && received != new.amount => {
            let message = format!("must be the amount: both accounts are in {sent_in}; book a fee as a transaction");
            return Err(AppError::invalid("received_amount", message));
        }
        Some(received) => received,
        None if sent_in == received_in => new.amount,
        None => {
            return Err(AppError::invalid(
                "received_amount",
                format!("is required: {sent_in} leaves and {received_in} arrives"),
            ));
        }
    };
    check_amount("received_amount", received)?;
    let transit = in_transit(tx, ctx).await?;
    let base_amount = base_of(tx, ctx, (new, sent_in), (received, received_in)).await?;
    let out = Leg {
        account: from.id,
        is_debit: false,
        amount: new.amount,
        currency: sent_in,
        kind: "expense",
        date: new.sent,
    };
    let into = Leg {
        account: to.id,
        is_debit: true,
        amount: received,
        currency: received_in,
        kind: "income",
        date: new.arrived,
    };
    posting::take_before(tx, org, &BTreeSet::from([from.id, to.id, transit.id])).await?;
    let sent = posting::enter(tx, ctx, &leg(new, &out, transit.id, base_amount)).await?;
    let arrived = posting::enter(tx, ctx, &leg(new, &into, transit.id, base_amount)).await?;
    let row = TransferRow {
        id: ctx.id(),
        from_account_id: from.id,
        to_account_id: to.id,
        expense_transaction_id: sent.transaction.id,
        income_transaction_id: arrived.transaction.id,
        amount: amounts::to_minor("amount", new.amount, sent_in)?,
        currency: sent_in.code().to_owned(),
        received: amounts::to_minor("received_amount", received, received_in)?,
        received_currency: received_in.code().to_owned(),
        date: new.sent,
        description: new.description.clone(),
        reference: new.reference.clone(),
        metadata: new.metadata.clone(),
        created_by: ctx.caller.user,
        created_at: ctx.now_us,
        reversed_legs: 0,
    };
    transfer::insert(tx, org.id, &row).await?;
    let change = Change {
        entity_type: "transfer",
        entity_id: row.id.to_string(),
        event_type: "transfer.created",
        description: format!("Transfer from {} to {} entered", from.name, to.name),
        change: json!({ "after": { "sent_id": sent.transaction.id.to_string(),
            "sent": crate::transaction::snapshot(&sent), "received_id": arrived.transaction.id.to_string(),
            "received": crate::transaction::snapshot(&arrived) } }),
    };
    audit::record(tx, ctx, change).await?;
    Ok((row, late_of([&sent, &arrived])))
}

fn check_amount(field: &str, amount: Decimal) -> Result<(), AppError> {
    if amount.is_zero() || amount.is_negative() {
        return Err(AppError::invalid(field, "must be greater than zero"));
    }
    Ok(())
}

/// Money lies on accounts of the balance sheet; what is earned or spent is a transaction.
fn refuse_income(field: &str, account: &AccountRow) -> Result<(), AppError> {
    if matches!(account.account_type.as_str(), "revenue" | "expense") {
        let message = format!(
            "is an account of type {}: money is transferred between accounts of the balance sheet; enter a transaction",
            account.account_type
        );
        return Err(AppError::invalid(field, message));
    }
    Ok(())
}

fn currency(account: &AccountRow, base: Currency) -> Result<Currency, AppError> {
    account.currency.as_deref().map_or(Ok(base), amounts::stored_currency)
}

/// Both legs have one value in base currency, that of what leaves, so that cash in transit comes back to zero.
async fn base_of(
    tx: &mut Tx,
    ctx: &Context,
    (new, sent_in): (&CreateTransfer, Currency),
    (received, received_in): (Decimal, Currency),
) -> Result<Decimal, AppError> {
    let org = ctx.org()?;
    if sent_in == org.base {
        return Ok(new.amount);
    }
    if received_in == org.base {
        return Ok(received);
    }
    let rate = posting::rate_at(tx, org, sent_in, new.sent).await?;
    let minor = amounts::to_minor("amount", new.amount, sent_in)?;
    let base = tieout_ledger::journal::convert(minor, sent_in, rate, org.base);
    let base = base.ok_or_else(|| AppError::invalid("amount", "is too large"))?;
    Ok(Decimal::from_minor(base, org.base.minor_digits()))
}

struct Leg {
    account: Id<Account>,
    is_debit: bool,
    amount: Decimal,
    currency: Currency,
    kind: &'static str,
    date: Date,
}

fn leg(new: &CreateTransfer, leg: &Leg, transit: Id<Account>, base_amount: Decimal) -> NewTransaction {
    let line = |account, is_debit, amount, currency| NewLine {
        account,
        is_debit,
        amount,
        currency,
        base_amount: Some(base_amount),
        rate: None,
        description: new.description.clone(),
        reference: new.reference.clone(),
        tax_code: None,
        asked: None,
    };
    NewTransaction {
        kind: Some(leg.kind.to_owned()),
        description: new.description.clone().unwrap_or_else(|| "Transfer".into()),
        date: leg.date,
        reference_number: new.reference.clone(),
        contact_id: None,
        payment_method: None,
        metadata: new.metadata.clone(),
        is_posted: true,
        reverses: None,
        lines: vec![
            line(leg.account, leg.is_debit, leg.amount, Some(leg.currency)),
            line(transit, !leg.is_debit, base_amount, None),
        ],
    }
}

/// The account through which transfers pass; made when it is first needed.
async fn in_transit(tx: &mut Tx, ctx: &Context) -> Result<AccountRow, AppError> {
    let words = ("1099-TRANSIT", "Cash in transit", AccountKind::Asset);
    let about = Some("Money between two of your accounts");
    account::by_role(tx, ctx, CASH_IN_TRANSIT, words, about).await
}

/// One transfer.
#[derive(Debug, Clone, Copy)]
pub struct GetTransfer(pub Id<Transfer>);

impl Command for GetTransfer {
    type Output = TransferRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<TransferRow, AppError>> {
        Box::pin(async move {
            let found = transfer::find(tx, ctx.org()?.id, self.0).await?;
            found.ok_or(AppError::NotFound("transfer"))
        })
    }
}

/// A page of transfers, newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListTransfers(pub Page);

impl Command for ListTransfers {
    type Output = (Vec<TransferRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(transfer::list(tx, ctx.org()?.id, self.0).await?) })
    }
}

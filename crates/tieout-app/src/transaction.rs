//! Transactions: entered, held as drafts, posted, reversed, described anew.

use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{self, Entered, NewLine, NewTransaction, late_of};
use serde_json::json;
use tieout_core::id::{Contact, Transaction};
use tieout_core::{Date, Decimal, Id};
use tieout_store::transaction::{self, EntryRow, Filter};
use tieout_store::{BoxFuture, Hold, Pace, Page, Tx, transfer};

/// Transactions of at most so many entries are entered in well below a millisecond.
const FEW_LINES: usize = 20;

/// Enters a transaction.
#[derive(Debug, Clone)]
pub struct CreateTransaction(pub NewTransaction);

impl Command for CreateTransaction {
    type Output = Entered;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn pace(&self) -> Pace {
        if self.0.lines.len() <= FEW_LINES {
            Pace::Short
        } else {
            Pace::Any
        }
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(create(tx, ctx, &self.0))
    }
}

/// Enters a transaction and records it.
pub(crate) async fn create(tx: &mut Tx, ctx: &Context, new: &NewTransaction) -> Result<Entered, AppError> {
    let entered = posting::enter(tx, ctx, new).await?;
    audit::record(tx, ctx, change(&entered, "transaction.created", "entered")).await?;
    Ok(entered)
}

fn change(entered: &Entered, event_type: &'static str, verb: &str) -> Change {
    let row = &entered.transaction;
    Change {
        entity_type: "transaction",
        entity_id: row.id.to_string(),
        event_type,
        description: format!("Transaction {:?} of {} {verb}", row.description, row.date),
        change: json!({ "after": snapshot(entered) }),
    }
}

pub(crate) fn snapshot(entered: &Entered) -> serde_json::Value {
    let row = &entered.transaction;
    let entries: Vec<_> = entered
        .entries
        .iter()
        .map(|e| json!([e.account_id.to_string(), e.line_amount, e.currency, e.base_amount]))
        .collect();
    json!({ "status": row.status, "date": row.date.to_string(), "description": row.description,
        "reference_number": row.reference_number, "entries": entries })
}

/// Changes a pending transaction, whole, or the words of a posted one.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateTransaction {
    pub id: Id<Transaction>,
    pub description: Option<String>,
    pub reference_number: Option<Option<String>>,
    pub payment_method: Option<Option<String>>,
    pub metadata: Option<String>,
    /// Only while pending.
    pub kind: Option<String>,
    /// Only while pending.
    pub contact_id: Option<Option<Id<Contact>>>,
    /// Only while pending.
    pub date: Option<Date>,
    /// Only while pending.
    pub lines: Option<Vec<NewLine>>,
}

impl Command for UpdateTransaction {
    type Output = Entered;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(update(tx, ctx, self))
    }
}

async fn update(tx: &mut Tx, ctx: &Context, to: &UpdateTransaction) -> Result<Entered, AppError> {
    let org = ctx.org()?;
    let found = take(tx, ctx, to.id).await?;
    let before = snapshot(&found);
    let is_pending = found.transaction.status == "pending";
    if !is_pending && changes_what_is_final(to, &found.transaction) {
        return Err(is_final(&found));
    }
    let mut new = as_new(&found, false);
    new.description = to.description.clone().unwrap_or(new.description);
    new.reference_number = to.reference_number.clone().unwrap_or(new.reference_number);
    new.payment_method = to.payment_method.clone().unwrap_or(new.payment_method);
    new.metadata = to.metadata.clone().unwrap_or(new.metadata);
    let after = if is_pending {
        new.date = to.date.unwrap_or(new.date);
        new.contact_id = to.contact_id.unwrap_or(new.contact_id);
        if to.lines.is_some() && is_derived(tx, ctx, &found).await? {
            new.kind = None;
        }
        new.kind = to.kind.clone().or(new.kind);
        new.lines = to.lines.clone().unwrap_or(new.lines);
        transaction::delete_pending(tx, org.id, to.id).await?;
        posting::enter_as(tx, ctx, &new, to.id).await?
    } else {
        let mut row = found.transaction.clone();
        row.description = new.description;
        row.reference_number = new.reference_number;
        row.payment_method = new.payment_method;
        row.metadata = new.metadata;
        row.updated_at = ctx.now_us;
        transaction::describe(tx, org.id, &row).await?;
        Entered {
            organization: org.id,
            late: Vec::new(),
            transaction: row,
            entries: found.entries,
        }
    };
    let mut recorded = change(&after, "transaction.updated", "updated");
    recorded.change = json!({ "before": before, "after": snapshot(&after) });
    audit::record(tx, ctx, recorded).await?;
    Ok(after)
}

fn changes_what_is_final(to: &UpdateTransaction, row: &transaction::TransactionRow) -> bool {
    to.lines.is_some()
        || to.date.is_some_and(|date| date != row.date)
        || to.contact_id.is_some_and(|contact| contact != row.contact_id)
        || to.kind.as_ref().is_some_and(|kind| *kind != row.kind)
}

/// Whether a transaction's type is the one that its entries say: then other entries may say another one.
async fn is_derived(tx: &mut Tx, ctx: &Context, found: &Entered) -> Result<bool, AppError> {
    let mut types = Vec::with_capacity(found.entries.len());
    for entry in &found.entries {
        let account = crate::account::find(tx, ctx, entry.account_id).await?;
        types.push((account.account_type, entry.base_amount));
    }
    let kind = posting::kind_of(types.iter().map(|(account_type, base)| (account_type.as_str(), *base)));
    Ok(kind == found.transaction.kind)
}

/// Why a posted transaction's figures stay: it is reconciled, or simply posted.
fn is_final(found: &Entered) -> AppError {
    if found.transaction.is_reconciled {
        AppError::rule(
            "transaction_reconciled",
            "the transaction is reconciled; enter a reversal instead",
        )
    } else {
        AppError::rule(
            "transaction_posted",
            "a posted transaction is final; enter a reversal instead",
        )
    }
}

/// Takes a transaction until ours ends.
async fn take(tx: &mut Tx, ctx: &Context, id: Id<Transaction>) -> Result<Entered, AppError> {
    let missing = AppError::NotFound("transaction");
    transaction::lock(tx, ctx.org()?.id, id, ctx.now_us)
        .await?
        .ok_or(missing)?;
    find(tx, ctx, id).await
}

pub(crate) async fn find(tx: &mut Tx, ctx: &Context, id: Id<Transaction>) -> Result<Entered, AppError> {
    let org = ctx.org()?;
    let row = transaction::find(tx, org.id, id)
        .await?
        .ok_or(AppError::NotFound("transaction"))?;
    let entries = transaction::entries(tx, org.id, id).await?;
    Ok(Entered {
        organization: org.id,
        late: Vec::new(),
        transaction: row,
        entries,
    })
}

/// The same transaction, to be entered again; reversed with debits and credits changed.
fn as_new(found: &Entered, is_reversal: bool) -> NewTransaction {
    let row = &found.transaction;
    NewTransaction {
        kind: Some(row.kind.clone()),
        description: row.description.clone(),
        date: row.date,
        reference_number: row.reference_number.clone(),
        contact_id: row.contact_id,
        payment_method: row.payment_method.clone(),
        metadata: row.metadata.clone(),
        is_posted: is_reversal,
        reverses: is_reversal.then_some(row.id),
        lines: found
            .entries
            .iter()
            .map(|entry| line_of(entry, row, is_reversal))
            .collect(),
    }
}

fn line_of(entry: &EntryRow, row: &transaction::TransactionRow, is_reversal: bool) -> NewLine {
    let digits = |code: &str| amounts::stored_currency(code).map_or(2, tieout_core::Currency::minor_digits);
    let plain = |minor: i64, code: &str| Decimal::from_minor(minor, digits(code)).abs();
    NewLine {
        account: entry.account_id,
        is_debit: entry.is_debit != is_reversal,
        amount: plain(entry.line_amount, &entry.currency),
        currency: amounts::stored_currency(&entry.currency).ok(),
        base_amount: Some(plain(entry.base_amount, &row.currency)),
        rate: None,
        description: entry.description.clone(),
        reference: entry.reference.clone(),
        tax_code: entry.tax_code_id,
        asked: None,
    }
}

/// Posts a pending transaction: from then on it counts and is final.
#[derive(Debug, Clone, Copy)]
pub struct PostTransaction(pub Id<Transaction>);

impl Command for PostTransaction {
    type Output = Entered;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(async move {
            let org = ctx.org()?;
            let found = take(tx, ctx, self.0).await?;
            if found.transaction.status != "pending" {
                return Err(AppError::rule(
                    "transaction_not_pending",
                    "only a pending transaction can be posted",
                ));
            }
            let mut new = as_new(&found, false);
            new.is_posted = true;
            transaction::delete_pending(tx, org.id, self.0).await?;
            let entered = posting::enter_as(tx, ctx, &new, self.0).await?;
            audit::record(tx, ctx, change(&entered, "transaction.posted", "posted")).await?;
            Ok(entered)
        })
    }
}

/// Reverses a posted transaction by another one, of the same date unless another is given.
#[derive(Debug, Clone)]
pub struct ReverseTransaction {
    /// Which.
    pub id: Id<Transaction>,
    /// Date of the reversal.
    pub date: Option<Date>,
    /// What the reversal says.
    pub description: Option<String>,
}

impl Command for ReverseTransaction {
    type Output = Entered;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(reverse(tx, ctx, self))
    }
}

async fn reverse(tx: &mut Tx, ctx: &Context, what: &ReverseTransaction) -> Result<Entered, AppError> {
    let org = ctx.org()?;
    let found = take(tx, ctx, what.id).await?;
    if found.transaction.status != "posted" {
        return Err(AppError::rule(
            "transaction_not_posted",
            "only a posted transaction can be reversed",
        ));
    }
    if let Some(original) = found.transaction.reverses_id
        && transfer::other_leg(tx, org.id, original).await?.is_some()
    {
        let message = "the reversal of a transfer is final; make the transfer anew";
        return Err(AppError::rule("reversal_undid_transfer", message));
    }
    let mut reversal = reverse_one(tx, ctx, (what, what.id), &found).await?;
    // Of a transfer one leg alone would leave money in transit for ever.
    if let Some(other) = transfer::other_leg(tx, org.id, what.id).await? {
        let other = take(tx, ctx, other).await?;
        if other.transaction.status == "posted" {
            let other = reverse_one(tx, ctx, (what, other.transaction.id), &other).await?;
            reversal.late = late_of([&reversal, &other]);
        }
    }
    Ok(reversal)
}

async fn reverse_one(
    tx: &mut Tx,
    ctx: &Context,
    (what, id): (&ReverseTransaction, Id<Transaction>),
    found: &Entered,
) -> Result<Entered, AppError> {
    let org = ctx.org()?;
    let open_items = crate::open_item::on_reversed(tx, ctx, &found.transaction).await?;
    let mut new = as_new(found, true);
    new.date = what.date.unwrap_or(new.date);
    new.description = what
        .description
        .clone()
        .unwrap_or_else(|| format!("Reversal: {}", found.transaction.description));
    let reversal = posting::enter(tx, ctx, &new).await?;
    transaction::set_reversed(tx, org.id, id, reversal.transaction.id, ctx.now_us).await?;
    let mut recorded = change(found, "transaction.reversed", "reversed");
    recorded.change = json!({ "before": snapshot(found), "after": { "status": "reversed" },
        "reversal": { "id": reversal.transaction.id.to_string(), "transaction": snapshot(&reversal) } });
    if !open_items.is_empty() {
        recorded.change["open_items"] = open_items.into();
    }
    audit::record(tx, ctx, recorded).await?;
    Ok(reversal)
}

/// Removes a pending transaction.
#[derive(Debug, Clone, Copy)]
pub struct DeleteTransaction(pub Id<Transaction>);

impl Command for DeleteTransaction {
    type Output = ();

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<(), AppError>> {
        Box::pin(async move {
            let found = take(tx, ctx, self.0).await?;
            if found.transaction.status != "pending" {
                return Err(is_final(&found));
            }
            transaction::delete_pending(tx, ctx.org()?.id, self.0).await?;
            let mut recorded = change(&found, "transaction.deleted", "deleted");
            recorded.change = json!({ "before": snapshot(&found) });
            audit::record(tx, ctx, recorded).await
        })
    }
}

/// One transaction.
#[derive(Debug, Clone, Copy)]
pub struct GetTransaction(pub Id<Transaction>);

impl Command for GetTransaction {
    type Output = Entered;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// A page of transactions with their entries, newest first.
#[derive(Debug, Clone)]
pub struct ListTransactions(pub Filter, pub Page);

impl Command for ListTransactions {
    type Output = (Vec<Entered>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let org = ctx.org()?;
            if let Some(account) = self.0.account {
                crate::account::find(tx, ctx, account).await?;
            }
            let (rows, count) = transaction::list(tx, org.id, &self.0, self.1).await?;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let mut entries = transaction::entries_of(tx, org.id, &ids).await?;
            let mut found = Vec::with_capacity(rows.len());
            for row in rows {
                let own: Vec<_> = entries.extract_if(.., |entry| entry.transaction_id == row.id).collect();
                found.push(Entered {
                    organization: org.id,
                    late: Vec::new(),
                    transaction: row,
                    entries: own,
                });
            }
            Ok((found, count))
        })
    }
}

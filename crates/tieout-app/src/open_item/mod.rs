//! Open items: invoices and bills, booked or taken over, until they are paid.
//!
//! What is open of an item is its amount less what is settled; `payment` settles, and undoing a payment takes it back. The
//! schema keeps it between nothing and the amount.

mod apply;
mod create;
pub mod payment;
pub mod table;

pub(crate) use create::create;

pub use apply::{ApplyEntry, UnapplyPayment};
pub use create::CreateOpenItem;

use crate::access::{Action, Permission, Resource};
use crate::account;
use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::Late;
use crate::transaction;
use serde_json::json;
use tieout_core::id::{Contact, OpenItem, Organization, Transaction};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::AccountKind;
use tieout_store::account::AccountRow;
use tieout_store::open_item::{self, Filter, OpenItemRow, PaymentRow};
use tieout_store::transaction::TransactionRow;
use tieout_store::{BoxFuture, Page, Tx, contact};

/// An invoice is owed to us, a bill by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Owed by a customer.
    Invoice,
    /// Owed to a vendor.
    Bill,
}

impl ItemKind {
    /// The kind of this name.
    pub fn named(name: &str) -> Result<Self, AppError> {
        match name {
            "invoice" => Ok(Self::Invoice),
            "bill" => Ok(Self::Bill),
            _ => Err(AppError::invalid("kind", "must be invoice or bill")),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Bill => "bill",
        }
    }

    /// What is owed stands on the debit side for invoices.
    fn sign(self) -> i64 {
        match self {
            Self::Invoice => 1,
            Self::Bill => -1,
        }
    }

    /// Role, code, name and kind of the account on which what is owed stands, unless another is said.
    fn control(self) -> (&'static str, &'static str, &'static str, AccountKind) {
        match self {
            Self::Invoice => (
                "accounts_receivable",
                "1100-AR",
                "Accounts Receivable",
                AccountKind::Asset,
            ),
            Self::Bill => (
                "accounts_payable",
                "2000-AP",
                "Accounts Payable",
                AccountKind::Liability,
            ),
        }
    }
}

/// An item with its payments.
#[derive(Debug, Clone)]
pub struct ItemWithPayments {
    /// The item.
    pub item: OpenItemRow,
    /// Its payments, oldest first; undone ones too.
    pub payments: Vec<PaymentRow>,
    /// The base currency.
    pub base: Currency,
    /// Where what booked or reversed it just now was late.
    pub late: Late,
}

fn check_number(number: &str) -> Result<(), AppError> {
    if number.trim().is_empty() || number.chars().count() > 255 {
        return Err(AppError::invalid("number", "must have 1 to 255 characters"));
    }
    Ok(())
}

/// Our own invoices have numbers of their own; a bill's number is its vendor's.
fn number_key(kind: ItemKind, number: &str, vendor: (Option<Id<Contact>>, Option<&str>)) -> String {
    let number = number.trim();
    match (kind, vendor) {
        (ItemKind::Bill, (Some(contact), _)) => format!("{number}\u{1f}{contact}"),
        (ItemKind::Bill, (None, Some(name))) if !name.trim().is_empty() => {
            format!("{number}\u{1f}{}", name.trim().to_lowercase())
        }
        _ => number.to_owned(),
    }
}

fn taken(error: tieout_store::StoreError, number: &str) -> AppError {
    // SQLite names the columns of the index, PostgreSQL the index.
    if error.violates("open_item", "number_key") {
        AppError::invalid(
            "number",
            format!("{number:?} is another item's number; void that one, or use another number"),
        )
    } else {
        error.into()
    }
}

/// The account with a role in the books; made when it is first needed.
pub(crate) async fn by_role(
    tx: &mut Tx,
    ctx: &Context,
    (role, code, name, kind): (&str, &str, &str, AccountKind),
) -> Result<AccountRow, AppError> {
    account::by_role(tx, ctx, role, (code, name, kind), None).await
}

/// What books needs the permission to post, whatever else it does.
const TO_POST: Permission = Permission(Resource::Transactions, Action::Write);

pub(crate) fn snapshot(row: &OpenItemRow) -> serde_json::Value {
    json!({ "kind": row.kind, "number": row.number, "contact_id": row.contact_id.map(|id| id.to_string()),
        "issue_date": row.issued.to_string(), "due_date": row.due.map(|day| day.to_string()), "currency": row.currency,
        "amount": row.amount, "settled": row.settled, "is_void": row.is_void, "reference": row.reference,
        "description": row.description, "transaction_id": row.transaction_id.map(|id| id.to_string()) })
}

fn change(row: &OpenItemRow, event_type: &'static str, before: Option<&OpenItemRow>) -> Change {
    Change {
        entity_type: "open_item",
        entity_id: row.id.to_string(),
        event_type,
        description: format!(
            "{} {} {}",
            row.kind,
            row.number,
            event_type.rsplit('.').next().unwrap_or_default()
        ),
        change: json!({ "before": before.map(snapshot), "after": snapshot(row) }),
    }
}

/// Changes an item. What is left out stays; the amount of one that is booked stays too.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateOpenItem {
    pub id: Id<OpenItem>,
    pub number: Option<String>,
    pub contact_id: Option<Option<Id<Contact>>>,
    pub due: Option<Option<Date>>,
    pub amount: Option<Decimal>,
    pub reference: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub metadata: Option<String>,
    /// The version that the caller saw.
    pub seen: Option<i64>,
}

impl Command for UpdateOpenItem {
    type Output = ItemWithPayments;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ItemWithPayments, AppError>> {
        Box::pin(update(tx, ctx, self))
    }
}

async fn update(tx: &mut Tx, ctx: &Context, to: &UpdateOpenItem) -> Result<ItemWithPayments, AppError> {
    let org = ctx.org()?;
    let before = lock(tx, ctx, to.id).await?;
    if to.seen.is_some_and(|seen| seen != before.version) {
        return Err(AppError::Conflict("the item was changed since; read it again"));
    }
    refuse_void(&before)?;
    let mut row = before.clone();
    row.number = to
        .number
        .as_deref()
        .map_or(row.number, |number| number.trim().to_owned());
    check_number(&row.number)?;
    row.contact_id = to.contact_id.unwrap_or(row.contact_id);
    if let Some(contact) = row.contact_id.filter(|_| to.contact_id.is_some()) {
        let found = contact::find(tx, org.id, contact).await?;
        found.ok_or_else(|| AppError::NotFound("contact").at("contact_id"))?;
    }
    row.due = to.due.unwrap_or(row.due);
    if row.due.is_some_and(|due| due < row.issued) {
        return Err(AppError::invalid("due_date", "must not be before issue_date"));
    }
    row.reference = to.reference.clone().unwrap_or(row.reference);
    row.description = to.description.clone().unwrap_or(row.description);
    row.metadata = to.metadata.clone().unwrap_or(row.metadata);
    // What is not changed stays: the key of a bill without a contact may hold its vendor's name.
    if (&row.number, row.contact_id) != (&before.number, before.contact_id) {
        row.number_key = number_key(ItemKind::named(&row.kind)?, &row.number, (row.contact_id, None));
    }
    row.updated_at = ctx.now_us;
    if let Some(amount) = to.amount {
        change_amount(&mut row, amount, org.base)?;
    }
    open_item::update(tx, org.id, &row)
        .await
        .map_err(|error| taken(error, &row.number))?;
    row.version += 1;
    audit::record(tx, ctx, change(&row, "open_item.updated", Some(&before))).await?;
    with_payments(tx, ctx, row).await
}

fn change_amount(row: &mut OpenItemRow, amount: Decimal, base: Currency) -> Result<(), AppError> {
    let currency = amounts::stored_currency(&row.currency)?;
    let amount = amounts::to_minor("amount", amount, currency)?;
    if amount == row.amount {
        return Ok(());
    }
    if row.transaction_id.is_some() {
        let message = "the item is booked; void it and make another";
        return Err(AppError::rule("open_item_booked", message));
    }
    if amount <= 0 || amount < row.settled {
        return Err(AppError::invalid(
            "amount",
            "must be greater than zero, and not less than what is settled",
        ));
    }
    row.base_amount = if currency == base {
        amount
    } else {
        part(row.base_amount, amount, row.amount).ok_or_else(|| AppError::invalid("amount", "is too large"))?
    };
    row.amount = amount;
    Ok(())
}

/// `whole × part ÷ of`, rounded, halves away from zero; none of the figures is negative.
pub(crate) fn part(whole: i64, part: i64, of: i64) -> Option<i64> {
    let of = i128::from(of.max(1));
    i64::try_from((i128::from(whole) * i128::from(part) + of / 2) / of).ok()
}

/// Voids an item that nothing was paid of; what booked it is reversed.
#[derive(Debug, Clone, Copy)]
pub struct VoidOpenItem {
    /// Which.
    pub id: Id<OpenItem>,
    /// Date of the reversal; that of the item unless said.
    pub date: Option<Date>,
}

impl Command for VoidOpenItem {
    type Output = ItemWithPayments;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ItemWithPayments, AppError>> {
        Box::pin(async move {
            let before = lock(tx, ctx, self.id).await?;
            refuse_void(&before)?;
            refuse_paid(&before)?;
            let late = if let Some(id) = before.transaction_id {
                ctx.require(TO_POST)?;
                let what = transaction::ReverseTransaction {
                    id,
                    date: self.date,
                    description: None,
                };
                what.run(tx, ctx).await?.late
            } else {
                open_item::void(tx, ctx.org()?.id, self.id, ctx.now_us).await?;
                Late::new()
            };
            let row = find(tx, ctx, self.id).await?;
            audit::record(tx, ctx, change(&row, "open_item.voided", Some(&before))).await?;
            let item = with_payments(tx, ctx, row).await?;
            Ok(ItemWithPayments { late, ..item })
        })
    }
}

fn refuse_void(row: &OpenItemRow) -> Result<(), AppError> {
    if row.is_void {
        return Err(AppError::rule("open_item_void", "the item is void"));
    }
    Ok(())
}

fn refuse_paid(row: &OpenItemRow) -> Result<(), AppError> {
    if row.settled > row.settled_before {
        let message = "something was paid of the item; undo its payments first";
        return Err(AppError::rule("open_item_paid", message));
    }
    Ok(())
}

/// What the reversal of a transaction does to open items: its payments are undone, the item it booked becomes void. Call
/// it before accounts are locked: items always come first. What was done, for the event.
pub(crate) async fn on_reversed(
    tx: &mut Tx,
    ctx: &Context,
    reversed: &TransactionRow,
) -> Result<Vec<serde_json::Value>, AppError> {
    let organization = ctx.org()?.id;
    if let Some(original) = reversed.reverses_id {
        refuse_to_redo(tx, organization, (original, reversed.created_at)).await?;
    }
    let mut done = Vec::new();
    for payment in open_item::payments_of_transaction(tx, organization, reversed.id).await? {
        lock(tx, ctx, payment.item_id).await?;
        if open_item::undo_payment(tx, organization, payment.id, ctx.now_us).await? {
            let back = -(payment.paid + payment.discount);
            open_item::settle(tx, organization, payment.item_id, (back, ctx.now_us)).await?;
            done.push(json!({ "open_item": payment.item_id.to_string(), "payment_undone": payment.id.to_string() }));
        }
    }
    for booked in open_item::of_transaction(tx, organization, reversed.id).await? {
        let item = lock(tx, ctx, booked.id).await?;
        if item.is_void {
            continue;
        }
        refuse_paid(&item)?;
        open_item::void(tx, organization, item.id, ctx.now_us).await?;
        done.push(json!({ "open_item": item.id.to_string(), "voided": true }));
    }
    Ok(done)
}

/// Refuses to reverse a reversal that undid a payment or voided an item: the account would have what the item has not.
/// What was undone stays undone, so that every payment of an item names the transaction that paid it.
async fn refuse_to_redo(
    tx: &mut Tx,
    organization: Id<Organization>,
    (original, at_us): (Id<Transaction>, i64),
) -> Result<(), AppError> {
    if open_item::undone_with(tx, organization, original, at_us).await? {
        return Err(AppError::rule(
            "reversal_undid_payment",
            "this reversal undid a payment of an open item; book the payment anew instead of reversing the reversal",
        ));
    }
    let booked = open_item::of_transaction(tx, organization, original).await?;
    if booked.iter().any(|item| item.is_void) {
        return Err(AppError::rule(
            "reversal_voided_item",
            "this reversal voided an open item; enter the item anew instead of reversing the reversal",
        ));
    }
    Ok(())
}

pub(crate) async fn lock(tx: &mut Tx, ctx: &Context, id: Id<OpenItem>) -> Result<OpenItemRow, AppError> {
    open_item::lock(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("open item"))
}

async fn find(tx: &mut Tx, ctx: &Context, id: Id<OpenItem>) -> Result<OpenItemRow, AppError> {
    open_item::find(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("open item"))
}

async fn with_payments(tx: &mut Tx, ctx: &Context, item: OpenItemRow) -> Result<ItemWithPayments, AppError> {
    let payments = open_item::payments(tx, ctx.org()?.id, item.id).await?;
    let base = ctx.org()?.base;
    Ok(ItemWithPayments {
        item,
        payments,
        base,
        late: Late::new(),
    })
}

/// One item with its payments.
#[derive(Debug, Clone, Copy)]
pub struct GetOpenItem(pub Id<OpenItem>);

impl Command for GetOpenItem {
    type Output = ItemWithPayments;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ItemWithPayments, AppError>> {
        Box::pin(async move {
            let item = find(tx, ctx, self.0).await?;
            with_payments(tx, ctx, item).await
        })
    }
}

/// A page of items, newest first.
#[derive(Debug, Clone)]
pub struct ListOpenItems(pub Filter, pub Page);

impl Command for ListOpenItems {
    type Output = (Vec<OpenItemRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(open_item::list(tx, ctx.org()?.id, &self.0, self.1).await?) })
    }
}

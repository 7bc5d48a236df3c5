//! Payments of open items: of one or several, in part, with a discount, or of more than is owed.
//!
//! A payment relieves the account on which items stand of what they were booked at: the part of an item's base amount that
//! its part paid is of the whole, so that a paid item leaves nothing behind. What the bank moved and what was relieved
//! differ in base currency by the exchange difference, which is booked with the payment.

use super::{ItemKind, TO_POST, by_role, lock, part, refuse_void};
use crate::account;
use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{self, Entered, NewLine, NewTransaction};
use crate::reconciliation::each_once;
use serde_json::json;
use std::collections::BTreeMap;
use tieout_core::id::{Account, Contact, OpenItem};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::AccountKind;
use tieout_ledger::journal::convert;
use tieout_store::open_item::{self, OpenItemRow, PaymentRow};
use tieout_store::{BoxFuture, Hold, Tx};

/// The account of exchange differences that were realised by a payment; made when the first one is.
pub const EXCHANGE_DIFFERENCES: (&str, &str, &str, AccountKind) = (
    "exchange_differences",
    "6980-FX",
    "Exchange Gains and Losses",
    AccountKind::Expense,
);
/// Most items of one payment.
const MAX_ITEMS: usize = 1_000;
/// The field of an item that says which it is.
const ITEM: &str = "open_item_id";

/// What is paid of one item.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Which.
    pub id: Id<OpenItem>,
    /// How much the bank moves for it; all that is open, less the discount, unless said.
    pub paid: Option<Decimal>,
    /// How much is let off.
    pub discount: Option<Decimal>,
}

/// Books the payment of items through a bank account.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct PayOpenItems {
    pub account_id: Id<Account>,
    pub date: Date,
    pub items: Vec<Part>,
    /// What was paid in all, in the items' currency, where it is more than their parts.
    pub total: Option<Decimal>,
    /// What the bank account moved, where it is kept in another currency.
    pub bank_amount: Option<Decimal>,
    /// What the payment is in base currency, where no amount of it is.
    pub base_amount: Option<Decimal>,
    pub discount_account_id: Option<Id<Account>>,
    /// Where more than was owed is kept.
    pub overpayment_account_id: Option<Id<Account>>,
    pub contact_id: Option<Id<Contact>>,
    pub description: Option<String>,
    pub reference: Option<String>,
}

/// What came of a payment.
#[derive(Debug, Clone)]
pub struct Paid {
    /// The transaction.
    pub entered: Entered,
    /// What it settled.
    pub payments: Vec<PaymentRow>,
    /// The items as they stand now.
    pub items: Vec<OpenItemRow>,
}

impl Command for PayOpenItems {
    type Output = Paid;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Paid, AppError>> {
        Box::pin(pay(tx, ctx, self))
    }
}

/// An item and what is settled of it, in minor units.
pub(super) struct Settled {
    pub(super) item: OpenItemRow,
    pub(super) paid: i64,
    pub(super) discount: i64,
    /// By how much the account on which it stands is relieved, in base currency.
    pub(super) relieved: i64,
    /// Which of the items that the caller wrote it is.
    place: usize,
}

impl Settled {
    /// A field of the item that the caller wrote.
    pub(super) fn field(&self, name: &str) -> String {
        field_of(self.place, name)
    }

    pub(super) fn whole(&self) -> i64 {
        self.paid + self.discount
    }

    /// The discount's part of what is relieved.
    fn base_discount(&self) -> Result<i64, AppError> {
        part(self.relieved, self.discount, self.whole()).ok_or(AppError::Internal("part of an amount"))
    }
}

async fn pay(tx: &mut Tx, ctx: &Context, what: &PayOpenItems) -> Result<Paid, AppError> {
    let org = ctx.org()?;
    ctx.require(TO_POST)?;
    let settled = settle_parts(tx, ctx, &what.items).await?;
    let first = settled
        .first()
        .ok_or_else(|| AppError::invalid("items", "names no item"))?;
    let kind = ItemKind::named(&first.item.kind)?;
    let currency = amounts::stored_currency(&first.item.currency)?;
    let due = total_of(settled.iter().map(|one| one.paid))?;
    let total = what
        .total
        .map(|total| amounts::to_minor("amount", total, currency))
        .transpose()?
        .unwrap_or(due);
    let over = total.checked_sub(due).ok_or_else(too_large)?;
    if over < 0 {
        let message = format!("is less than its parts, {}", amounts::print(due, currency));
        return Err(AppError::invalid("amount", message));
    }
    if over > 0 && what.overpayment_account_id.is_none() {
        return Err(AppError::Rule {
            code: "payment_exceeds_open",
            message: "more is paid than is owed; pay less, or name an account for the rest (overpayment_account_id)"
                .into(),
            details: vec![("over", amounts::print(over, currency))],
        });
    }
    check_accounts(tx, ctx, what, (&settled, over)).await?;
    let mut booking = Booking {
        lines: Vec::new(),
        base_sum: 0,
        sign: kind.sign(),
        base: org.base,
    };
    bank_line(tx, ctx, what, (&mut booking, total, currency)).await?;
    let base_total = booking.base_sum()?;
    let mut places = Vec::with_capacity(settled.len());
    for one in &settled {
        places.push(booking.lines.len());
        booking.push(
            one.item.account_id,
            (-one.whole(), currency),
            -one.relieved * booking.sign,
            Some(&one.item.number),
        );
    }
    for one in settled.iter().filter(|one| one.discount > 0) {
        let account = what.discount_account_id.ok_or(AppError::Internal("discount account"))?;
        booking.push(
            account,
            (one.discount, currency),
            one.base_discount()? * booking.sign,
            Some(&one.item.number),
        );
    }
    if let Some(account) = what.overpayment_account_id.filter(|_| over > 0) {
        let base_over = part(base_total.abs(), over, total).ok_or(AppError::Internal("part of an amount"))?;
        booking.push(account, (-over, currency), -base_over * booking.sign, None);
    }
    let difference = booking.base_sum()?;
    if difference != 0 {
        let account = by_role(tx, ctx, EXCHANGE_DIFFERENCES).await?;
        booking.push_base(account.id, -difference);
    }
    let entered = posting::enter(tx, ctx, &transaction_of(what, &settled, booking.lines)).await?;
    finish(tx, ctx, settled, (entered, places)).await
}

/// Refuses accounts beside the bank's that are needed and do not exist.
async fn check_accounts(
    tx: &mut Tx,
    ctx: &Context,
    what: &PayOpenItems,
    (settled, over): (&[Settled], i64),
) -> Result<(), AppError> {
    let has_discount = settled.iter().any(|one| one.discount > 0);
    if has_discount && what.discount_account_id.is_none() {
        let message = "is required: a discount is booked there";
        return Err(AppError::invalid("discount_account_id", message));
    }
    for (field, account) in [
        ("discount_account_id", what.discount_account_id.filter(|_| has_discount)),
        (
            "overpayment_account_id",
            what.overpayment_account_id.filter(|_| over > 0),
        ),
    ] {
        if let Some(id) = account {
            account::find(tx, ctx, id).await.map_err(|error| error.at(field))?;
        }
    }
    Ok(())
}

/// A field of one of the items.
fn field_of(place: usize, name: &str) -> String {
    format!("items[{place}].{name}")
}

fn too_large() -> AppError {
    AppError::invalid("items", "the sum is too large")
}

/// The sum of amounts that each fit.
pub(super) fn total_of(mut amounts: impl Iterator<Item = i64>) -> Result<i64, AppError> {
    amounts.try_fold(0_i64, i64::checked_add).ok_or_else(too_large)
}

/// Locks the items in the order of their ids, and says what is settled of each.
pub(super) async fn settle_parts(tx: &mut Tx, ctx: &Context, parts: &[Part]) -> Result<Vec<Settled>, AppError> {
    if parts.len() > MAX_ITEMS {
        return Err(AppError::invalid("items", format!("names more than {MAX_ITEMS} items")));
    }
    each_once(parts.iter().map(|one| &one.id), |place| field_of(place, ITEM))?;
    let sorted: BTreeMap<_, _> = parts.iter().enumerate().map(|(place, one)| (one.id, place)).collect();
    let mut settled: Vec<Settled> = Vec::with_capacity(sorted.len());
    for (id, place) in sorted {
        let Some(one) = parts.get(place) else { continue };
        let item = lock(tx, ctx, id)
            .await
            .map_err(|error| error.at(field_of(place, ITEM)))?;
        refuse_void(&item).map_err(|error| error.with_detail("item", format!("items[{place}]")))?;
        if let Some(first) = settled.first() {
            if first.item.kind != item.kind {
                return Err(AppError::invalid("items", "must be all invoices or all bills"));
            }
            if first.item.currency != item.currency {
                return Err(AppError::invalid("items", "must all be in one currency"));
            }
        }
        let currency = amounts::stored_currency(&item.currency)?;
        let open = item.amount - item.settled;
        let discount = one
            .discount
            .map(|part| amounts::to_minor(&field_of(place, "discount"), part, currency))
            .transpose()?
            .unwrap_or(0);
        let paid = one
            .paid
            .map(|part| amounts::to_minor(&field_of(place, "amount"), part, currency))
            .transpose()?;
        let paid = paid.unwrap_or(open - discount);
        if paid < 0 || discount < 0 || paid.saturating_add(discount) == 0 {
            let message = format!("nothing is paid of {}", item.number);
            return Err(AppError::invalid(format!("items[{place}]"), message));
        }
        let relieved = relieved_by(tx, ctx, &item, paid.saturating_add(discount)).await;
        let relieved = relieved.map_err(|error| error.with_detail("item", format!("items[{place}]")))?;
        settled.push(Settled {
            item,
            paid,
            discount,
            relieved,
            place,
        });
    }
    Ok(settled)
}

/// What settling a part relieves the account of; refused if more is settled than is open.
async fn relieved_by(tx: &mut Tx, ctx: &Context, item: &OpenItemRow, settles: i64) -> Result<i64, AppError> {
    let open = item.amount - item.settled;
    if settles > open {
        let currency = amounts::stored_currency(&item.currency)?;
        return Err(AppError::Rule {
            code: "payment_exceeds_open",
            message: format!(
                "only {} of {} {} is open",
                amounts::print(open, currency),
                item.kind,
                item.number
            ),
            details: vec![
                ("open_amount", amounts::print(open, currency)),
                ("open_item", item.id.to_string()),
            ],
        });
    }
    let whole = |settled| part(item.base_amount, settled, item.amount).ok_or(AppError::Internal("part of an amount"));
    let before = whole(item.settled_before)? + open_item::relieved(tx, ctx.org()?.id, item.id).await?;
    Ok((whole(item.settled + settles)? - before).max(0))
}

/// Lines of the payment. Amounts are as for an invoice, and turned for a bill; sums in base currency are as booked.
struct Booking {
    lines: Vec<NewLine>,
    base_sum: i128,
    sign: i64,
    base: Currency,
}

impl Booking {
    fn push(&mut self, account: Id<Account>, (amount, currency): (i64, Currency), base: i64, reference: Option<&str>) {
        let amount = amount * self.sign;
        let plain = |minor: i64, currency: Currency| Decimal::from_minor(minor, currency.minor_digits()).abs();
        self.base_sum += i128::from(base);
        self.lines.push(NewLine {
            account,
            is_debit: amount > 0,
            amount: plain(amount, currency),
            currency: Some(currency),
            base_amount: (currency != self.base).then(|| plain(base, self.base)),
            rate: None,
            description: None,
            reference: reference.map(str::to_owned),
            tax_code: None,
            asked: None,
        });
    }

    fn base_sum(&self) -> Result<i64, AppError> {
        i64::try_from(self.base_sum).map_err(|_| too_large())
    }

    /// A line in base currency, debit positive.
    fn push_base(&mut self, account: Id<Account>, base: i64) {
        self.push(account, (base * self.sign, self.base), base, None);
    }
}

/// What the bank moves.
async fn bank_line(
    tx: &mut Tx,
    ctx: &Context,
    what: &PayOpenItems,
    (booking, total, currency): (&mut Booking, i64, Currency),
) -> Result<(), AppError> {
    let org = ctx.org()?;
    let bank = account::find(tx, ctx, what.account_id)
        .await
        .map_err(|error| error.at("account_id"))?;
    let own = bank.currency.as_deref().map(amounts::stored_currency).transpose()?;
    // An account without a currency of its own is in base currency, unless nothing else is said of it.
    let moved_in = match (own, what.bank_amount) {
        (Some(own), _) => own,
        (None, Some(_)) => org.base,
        (None, None) => currency,
    };
    let moved = match what.bank_amount {
        Some(amount) => amounts::to_minor("bank_amount", amount, moved_in)?,
        None if moved_in == currency => total,
        None => {
            let message = format!("is required: the account is kept in {moved_in}, {currency} is paid");
            return Err(AppError::invalid("bank_amount", message));
        }
    };
    if moved.signum() != total.signum() {
        return Err(AppError::invalid("bank_amount", "must be greater than zero"));
    }
    if moved_in == currency && moved != total {
        return Err(AppError::invalid(
            "bank_amount",
            "must be what is paid: the account is kept in the same currency",
        ));
    }
    let base = if currency == org.base {
        total
    } else if moved_in == org.base {
        moved
    } else if let Some(given) = what.base_amount {
        amounts::to_minor("base_amount", given, org.base)?
    } else {
        let rate = posting::rate_at(tx, org, moved_in, what.date).await?;
        convert(moved, moved_in, rate, org.base).ok_or_else(|| AppError::invalid("amount", "is too large"))?
    };
    if total > 0 {
        booking.push(
            bank.id,
            (moved, moved_in),
            base * booking.sign,
            what.reference.as_deref(),
        );
    }
    Ok(())
}

fn transaction_of(what: &PayOpenItems, settled: &[Settled], lines: Vec<NewLine>) -> NewTransaction {
    let numbers: Vec<&str> = settled.iter().take(10).map(|one| one.item.number.as_str()).collect();
    let of_one = |field: fn(&OpenItemRow) -> Option<Id<Contact>>| {
        let first = settled.first().and_then(|one| field(&one.item));
        first.filter(|_| settled.iter().all(|one| field(&one.item) == first))
    };
    let ids: Vec<String> = settled.iter().map(|one| one.item.id.to_string()).collect();
    let usual = || format!("Payment of {}", numbers.join(", "));
    let description = what.description.clone().unwrap_or_else(usual);
    NewTransaction {
        reference_number: what.reference.clone(),
        contact_id: what.contact_id.or_else(|| of_one(|item| item.contact_id)),
        metadata: json!({ "open_items": ids }).to_string(),
        ..NewTransaction::posted(description, what.date, lines)
    }
}

/// Stores what was settled, and records it.
async fn finish(
    tx: &mut Tx,
    ctx: &Context,
    settled: Vec<Settled>,
    (entered, places): (Entered, Vec<usize>),
) -> Result<Paid, AppError> {
    let mut payments = Vec::with_capacity(settled.len());
    let mut items = Vec::with_capacity(settled.len());
    for (one, place) in settled.into_iter().zip(places) {
        let line = i64::try_from(place).map_err(|_| AppError::Internal("line"))?;
        let row = payment_row(ctx, &one, (&entered, line), true);
        items.push(store(tx, ctx, one, &row).await?);
        payments.push(row);
    }
    let mut recorded = event(&entered, &items, "open_item.paid");
    recorded.change["after"]["transaction"] = crate::transaction::snapshot(&entered);
    audit::record(tx, ctx, recorded).await?;
    Ok(Paid {
        entered,
        payments,
        items,
    })
}

pub(super) fn payment_row(
    ctx: &Context,
    one: &Settled,
    (entered, line): (&Entered, i64),
    is_booked: bool,
) -> PaymentRow {
    PaymentRow {
        id: ctx.id(),
        item_id: one.item.id,
        transaction_id: entered.transaction.id,
        line,
        date: entered.transaction.date,
        paid: one.paid,
        discount: one.discount,
        base_amount: one.relieved,
        is_booked,
        undone_at: None,
        created_by: ctx.caller.user,
        created_at: ctx.now_us,
    }
}

pub(super) async fn store(tx: &mut Tx, ctx: &Context, one: Settled, row: &PaymentRow) -> Result<OpenItemRow, AppError> {
    let organization = ctx.org()?.id;
    open_item::insert_payment(tx, organization, row).await?;
    open_item::settle(tx, organization, one.item.id, (one.whole(), ctx.now_us)).await?;
    let settled = one.item.settled + one.whole();
    Ok(OpenItemRow {
        settled,
        version: one.item.version + 1,
        ..one.item
    })
}

pub(super) fn event(entered: &Entered, items: &[OpenItemRow], event_type: &'static str) -> Change {
    let of = |item: &OpenItemRow| {
        json!({ "id": item.id.to_string(), "currency": item.currency,
        "settled": item.settled, "amount": item.amount })
    };
    Change {
        entity_type: "transaction",
        entity_id: entered.transaction.id.to_string(),
        event_type,
        description: format!("{} settles {} open items", entered.transaction.description, items.len()),
        change: json!({ "after": { "items": items.iter().map(of).collect::<Vec<_>>() } }),
    }
}

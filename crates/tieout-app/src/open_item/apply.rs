//! Entries that are in the books already, applied to open items: they are their payments, and nothing is booked.

use super::payment::{Paid, Part, Settled, event, payment_row, settle_parts, store, total_of};
use super::{ItemKind, ItemWithPayments, lock, part, with_payments};
use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::Entered;
use serde_json::json;
use tieout_core::id::{Entry, ItemPayment};
use tieout_core::{Currency, Id};
use tieout_store::open_item;
use tieout_store::transaction::{EntryRow, TransactionRow};
use tieout_store::{BoxFuture, Tx, transaction};

/// Applies an entry that is in the books already to items: it is their payment, and nothing is booked.
#[derive(Debug, Clone)]
pub struct ApplyEntry {
    /// An entry on the account on which the items stand, against them.
    pub entry: Id<Entry>,
    /// Which items, and how much of each.
    pub items: Vec<Part>,
}

impl Command for ApplyEntry {
    type Output = Paid;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Paid, AppError>> {
        Box::pin(apply(tx, ctx, self))
    }
}

async fn apply(tx: &mut Tx, ctx: &Context, what: &ApplyEntry) -> Result<Paid, AppError> {
    let org = ctx.org()?;
    let settled = settle_parts(tx, ctx, &what.items).await?;
    if let Some(one) = settled.iter().find(|one| one.discount > 0) {
        let message = "cannot be applied: a discount has to be booked";
        return Err(AppError::invalid(one.field("discount"), message));
    }
    let (id, line) = what.entry.transaction();
    let line = i64::from(line);
    let missing = || AppError::NotFound("entry").at("entry_id");
    // Takes the transaction, so that nobody applies or reverses it meanwhile.
    transaction::lock(tx, org.id, id, ctx.now_us)
        .await?
        .ok_or_else(missing)?;
    let row = transaction::find(tx, org.id, id).await?.ok_or_else(missing)?;
    let entry = transaction::entry(tx, org.id, id, line).await?.ok_or_else(missing)?;
    check_pays(&settled, &row, &entry)?;
    let currency = amounts::stored_currency(&entry.currency)?;
    let before = open_item::applied(tx, org.id, (id, line)).await?;
    let left = entry.line_amount.saturating_abs() - before;
    let wanted = total_of(settled.iter().map(Settled::whole))?;
    if wanted > left {
        return Err(AppError::Rule {
            code: "entry_exceeded",
            message: format!(
                "only {} of the entry is not applied yet",
                amounts::print(left, currency)
            ),
            details: vec![("left", amounts::print(left, currency))],
        });
    }
    check_rate(&settled, &entry, (before, wanted), org.base)?;
    let entered = Entered {
        organization: org.id,
        late: Vec::new(),
        entries: transaction::entries(tx, org.id, id).await?,
        transaction: row,
    };
    let mut payments = Vec::with_capacity(settled.len());
    let mut items = Vec::with_capacity(settled.len());
    for one in settled {
        let row = payment_row(ctx, &one, (&entered, line), false);
        items.push(store(tx, ctx, one, &row).await?);
        payments.push(row);
    }
    audit::record(tx, ctx, event(&entered, &items, "open_item.applied")).await?;
    Ok(Paid {
        entered,
        payments,
        items,
    })
}

/// Refuses an entry that pays nothing, or not these items.
fn check_pays(settled: &[Settled], row: &TransactionRow, entry: &EntryRow) -> Result<(), AppError> {
    if row.status != "posted" {
        return Err(AppError::rule(
            "transaction_not_posted",
            "only a posted transaction pays an item",
        ));
    }
    if row.reverses_id.is_some() {
        let message = "the entry only takes another transaction back: no money came with it; void the item that was booked \
                       by the one it reverses";
        return Err(AppError::rule("entry_is_reversal", message));
    }
    for one in settled {
        let kind = ItemKind::named(&one.item.kind)?;
        let fits = one.item.account_id == entry.account_id
            && one.item.currency == entry.currency
            && entry.line_amount.signum() == -kind.sign();
        if !fits {
            let message = format!(
                "must be on the account of {} {}, in {}, and against it",
                one.item.kind, one.item.number, one.item.currency
            );
            return Err(AppError::invalid("entry_id", message));
        }
    }
    Ok(())
}

/// Refuses an entry that was booked at another rate than the items: the account on which they stand would keep the exchange
/// difference for ever. What rounding leaves, at most a unit for each item, is none.
fn check_rate(
    settled: &[Settled],
    entry: &EntryRow,
    (before, wanted): (i64, i64),
    base: Currency,
) -> Result<(), AppError> {
    let too_large = || AppError::invalid("items", "the sum is too large");
    let (whole, of) = (entry.base_amount.saturating_abs(), entry.line_amount.saturating_abs());
    let upto = |applied: i64| part(whole, applied, of).ok_or_else(too_large);
    let paid = upto(before.checked_add(wanted).ok_or_else(too_large)?)? - upto(before)?;
    let relieved = total_of(settled.iter().map(|one| one.relieved))?;
    let rounding = u64::try_from(settled.len()).unwrap_or(u64::MAX);
    if paid.abs_diff(relieved) <= rounding {
        return Ok(());
    }
    let (paid, relieved) = (amounts::print(paid, base), amounts::print(relieved, base));
    Err(AppError::Rule {
        code: "exchange_difference",
        message: format!(
            "the entry is {paid} {base}, what it would settle is booked at {relieved} {base}: reverse its transaction and book \
             the payment of the items, which books the exchange difference too"
        ),
        details: vec![("entry_base_amount", paid), ("items_base_amount", relieved)],
    })
}

/// Takes back that an entry was applied to an item. A payment that was booked is undone by reversing its transaction.
#[derive(Debug, Clone, Copy)]
pub struct UnapplyPayment(pub Id<ItemPayment>);

impl Command for UnapplyPayment {
    type Output = ItemWithPayments;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ItemWithPayments, AppError>> {
        Box::pin(async move {
            let organization = ctx.org()?.id;
            let missing = || AppError::NotFound("payment");
            let found = open_item::payment(tx, organization, self.0)
                .await?
                .ok_or_else(missing)?;
            let item = lock(tx, ctx, found.item_id).await?;
            if found.is_booked {
                let message = "the payment is booked; reverse its transaction instead";
                return Err(AppError::rule("payment_booked", message));
            }
            if !open_item::undo_payment(tx, organization, self.0, ctx.now_us).await? {
                return Err(AppError::rule("payment_undone", "the payment is undone already"));
            }
            let back = -(found.paid + found.discount);
            open_item::settle(tx, organization, item.id, (back, ctx.now_us)).await?;
            let after = lock(tx, ctx, item.id).await?;
            let change = Change {
                entity_type: "open_item",
                entity_id: item.id.to_string(),
                event_type: "open_item.unapplied",
                description: format!("{} {}: payment taken back", item.kind, item.number),
                change: json!({ "before": { "settled": item.settled }, "after": { "settled": after.settled },
                    "payment": self.0.to_string() }),
            };
            audit::record(tx, ctx, change).await?;
            with_payments(tx, ctx, after).await
        })
    }
}

//! New items: booked against what they are for, or taken over from books that hold them already.

use super::{ItemKind, ItemWithPayments, TO_POST, by_role, change, check_number, number_key, taken, with_payments};
use crate::account;
use crate::amounts;
use crate::audit;
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{self, Late, NewLine, NewTransaction};
use crate::tax_code;
use serde_json::json;
use tieout_core::id::{Account, Contact};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::journal::convert;
use tieout_store::open_item::{self, OpenItemRow};
use tieout_store::{BoxFuture, Hold, Tx, contact};

/// A new open item.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct CreateOpenItem {
    pub kind: ItemKind,
    pub number: String,
    pub contact_id: Option<Id<Contact>>,
    /// Whose it is, where no contact is known: bills of two vendors may have one number.
    pub contact_name: Option<String>,
    /// On which what is owed stands; by default receivables or payables.
    pub account_id: Option<Id<Account>>,
    pub issued: Date,
    pub due: Option<Date>,
    pub currency: Option<Currency>,
    /// Needed where no lines say it.
    pub amount: Option<Decimal>,
    /// What is still open of an item that is in the books already; all of it unless said.
    pub open_amount: Option<Decimal>,
    /// In base currency, of an item that is in the books already.
    pub base_amount: Option<Decimal>,
    /// What it is for: the other side of the transaction that books it. Without them nothing is booked.
    pub lines: Vec<NewLine>,
    /// For each line a tax code, if any.
    pub codes: Vec<Option<String>>,
    pub reference: Option<String>,
    pub description: Option<String>,
    pub metadata: String,
}

impl Command for CreateOpenItem {
    type Output = ItemWithPayments;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ItemWithPayments, AppError>> {
        Box::pin(async move {
            let (item, late) = create(tx, ctx, self).await?;
            let mut recorded = change(&item, "open_item.created", None);
            if let Some(booked) = item.transaction_id {
                let booked = crate::transaction::find(tx, ctx, booked).await?;
                recorded.change["transaction"] = crate::transaction::snapshot(&booked);
            }
            audit::record(tx, ctx, recorded).await?;
            let item = with_payments(tx, ctx, item).await?;
            Ok(ItemWithPayments { late, ..item })
        })
    }
}

/// Stores a new item, without its event; and says where what books it is late.
pub(crate) async fn create(tx: &mut Tx, ctx: &Context, new: &CreateOpenItem) -> Result<(OpenItemRow, Late), AppError> {
    let org = ctx.org()?;
    if !new.lines.is_empty() {
        ctx.require(TO_POST)?;
    }
    check_number(&new.number)?;
    if let Some(contact) = new.contact_id {
        let found = contact::find(tx, org.id, contact).await?;
        found.ok_or_else(|| AppError::NotFound("contact").at("contact_id"))?;
    }
    if new.due.is_some_and(|due| due < new.issued) {
        return Err(AppError::invalid("due_date", "must not be before issue_date"));
    }
    let control = match new.account_id {
        Some(id) => account::find(tx, ctx, id)
            .await
            .map_err(|error| error.at("account_id"))?,
        None => by_role(tx, ctx, new.kind.control()).await?,
    };
    let own = control.currency.as_deref().map(amounts::stored_currency).transpose()?;
    let currency = new.currency.or(own).unwrap_or(org.base);
    let mut row = OpenItemRow {
        id: ctx.id(),
        kind: new.kind.name().to_owned(),
        number: new.number.trim().to_owned(),
        number_key: number_key(new.kind, &new.number, (new.contact_id, new.contact_name.as_deref())),
        contact_id: new.contact_id,
        account_id: control.id,
        issued: new.issued,
        due: new.due,
        currency: currency.code().to_owned(),
        amount: 0,
        base_amount: 0,
        settled: 0,
        settled_before: 0,
        is_void: false,
        reference: new.reference.clone(),
        description: new.description.clone(),
        metadata: new.metadata.clone(),
        transaction_id: None,
        created_by: ctx.caller.user,
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
        version: 1,
    };
    let late = if new.lines.is_empty() {
        take_over(tx, ctx, new, (&mut row, own, currency)).await?;
        Late::new()
    } else {
        book(tx, ctx, new, (&mut row, currency)).await?
    };
    open_item::insert(tx, org.id, &row)
        .await
        .map_err(|error| taken(error, &row.number))?;
    Ok((row, late))
}

/// An item that is in the books already: only what is owed is kept.
async fn take_over(
    tx: &mut Tx,
    ctx: &Context,
    new: &CreateOpenItem,
    (row, own, currency): (&mut OpenItemRow, Option<Currency>, Currency),
) -> Result<(), AppError> {
    let org = ctx.org()?;
    if own.is_some_and(|own| own != currency) {
        let own = own.map_or_else(String::new, |own| own.to_string());
        return Err(AppError::invalid(
            "currency",
            format!("must be {own}, the currency of the account"),
        ));
    }
    let amount = new
        .amount
        .ok_or_else(|| AppError::invalid("amount", "is required where no entries say it"))?;
    row.amount = amounts::to_minor("amount", amount, currency)?;
    if row.amount <= 0 {
        return Err(AppError::invalid("amount", "must be greater than zero"));
    }
    let open = new
        .open_amount
        .map(|open| amounts::to_minor("open_amount", open, currency))
        .transpose()?;
    let open = open.unwrap_or(row.amount);
    if !(0..=row.amount).contains(&open) {
        return Err(AppError::invalid("open_amount", "must be between zero and the amount"));
    }
    row.settled_before = row.amount - open;
    row.settled = row.settled_before;
    row.base_amount = match new.base_amount {
        Some(given) => amounts::to_minor("base_amount", given, org.base)?,
        None if currency == org.base => row.amount,
        None => {
            let rate = posting::rate_at(tx, org, currency, new.issued).await?;
            let base = convert(row.amount, currency, rate, org.base);
            base.ok_or_else(|| AppError::invalid("amount", "is too large"))?
        }
    };
    if row.base_amount < 0 || currency == org.base && row.base_amount != row.amount {
        let message = "must not be negative, and in base currency it is the amount";
        return Err(AppError::invalid("base_amount", message));
    }
    Ok(())
}

/// Posts the transaction that books the item: its lines against the account on which what is owed stands.
async fn book(
    tx: &mut Tx,
    ctx: &Context,
    new: &CreateOpenItem,
    (row, currency): (&mut OpenItemRow, Currency),
) -> Result<Late, AppError> {
    if new.open_amount.is_some() || new.base_amount.is_some() {
        let message = "cannot stand beside entries: what they book is open whole";
        return Err(AppError::invalid("open_amount", message));
    }
    let mut lines = new.lines.clone();
    for (position, line) in lines.iter_mut().enumerate() {
        if line.currency.is_some_and(|own| own != currency) {
            let message = format!("must be {currency}, the currency of the item");
            return Err(AppError::invalid(format!("entries[{position}].currency"), message));
        }
        line.currency = Some(currency);
    }
    let mut lines = tax_code::expand(tx, ctx, &lines, &new.codes).await?;
    let mut owed = 0_i64;
    for line in &lines {
        let minor = amounts::to_minor("entries", line.amount, currency)?;
        let signed = if line.is_debit { minor } else { -minor };
        owed = owed
            .checked_sub(signed)
            .ok_or_else(|| AppError::invalid("entries", "the sum is too large"))?;
    }
    row.amount = owed * new.kind.sign();
    if row.amount <= 0 {
        let side = if new.kind == ItemKind::Invoice {
            "credits"
        } else {
            "debits"
        };
        return Err(AppError::invalid(
            "entries",
            format!("must come to more {side}: something must be owed"),
        ));
    }
    if let Some(said) = new.amount
        && amounts::to_minor("amount", said, currency)? != row.amount
    {
        let found = amounts::print(row.amount, currency);
        return Err(AppError::invalid(
            "amount",
            format!("is not what the entries come to, {found}"),
        ));
    }
    lines.insert(
        0,
        NewLine {
            account: row.account_id,
            is_debit: owed > 0,
            amount: Decimal::from_minor(row.amount, currency.minor_digits()),
            currency: Some(currency),
            base_amount: None,
            rate: lines.first().and_then(|line| line.rate),
            description: None,
            reference: Some(row.number.clone()),
            tax_code: None,
            asked: None,
        },
    );
    let described = row.description.clone().unwrap_or_else(|| match new.kind {
        ItemKind::Invoice => format!("Invoice {}", row.number),
        ItemKind::Bill => format!("Bill {}", row.number),
    });
    let booking = NewTransaction {
        reference_number: Some(row.number.clone()),
        contact_id: row.contact_id,
        metadata: json!({ "open_item": row.id.to_string() }).to_string(),
        ..NewTransaction::posted(described, row.issued, lines)
    };
    let entered = posting::enter(tx, ctx, &booking).await?;
    row.transaction_id = Some(entered.transaction.id);
    row.base_amount = entered
        .entries
        .first()
        .map_or(0, |entry| entry.base_amount.saturating_abs());
    Ok(entered.late)
}

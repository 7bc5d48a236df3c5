//! Payments of open items.

use super::open_items::{OpenItemBody, PaymentBody, item_body, payment_body};
use super::transactions::LedgerTransactionBody;
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, Verb, one};
use crate::wire::{self, Amount, Day, json};
use serde::{Deserialize, Serialize};
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::open_item::payment::{Paid, Part, PayOpenItems};
use tieout_app::open_item::{ApplyEntry, UnapplyPayment};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "payOpenItems",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/item-payments",
        access: WRITE,
        summary: "Book the payment of an open item or of several: whole, in part, with a discount, or of more than is owed",
        query: &[],
        request: Some(one::<PayBody>()),
        response: (201, one::<PaidBody>()),
        handler: Handler::Of(pay),
    },
    Endpoint {
        id: "applyEntryToOpenItems",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/item-payments/apply",
        access: WRITE,
        summary: "Apply an entry that is in the books already to open items",
        query: &[],
        request: Some(one::<ApplyBody>()),
        response: (201, one::<PaidBody>()),
        handler: Handler::Of(apply),
    },
    Endpoint {
        id: "unapplyItemPayment",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/item-payments/{id}/unapply",
        access: WRITE,
        summary: "Take back that an entry was applied; a booked payment is undone by reversing its transaction",
        query: &[],
        request: None,
        response: (200, one::<OpenItemBody>()),
        handler: Handler::Of(unapply),
    },
];

const WRITE: Access = Access::Organization(Permission(Resource::OpenItems, Action::Write));

/// A payment to be booked.
#[derive(Deserialize, ToSchema)]
struct PayBody {
    /// The bank account.
    account_id: String,
    #[schema(value_type = String)]
    date: Day,
    items: Vec<PartBody>,
    /// What was paid in all, where it is more than the items' parts; in their currency.
    amount: Option<Amount>,
    /// What the bank account moved, where it is kept in another currency.
    bank_amount: Option<Amount>,
    /// What the payment is in base currency, where no amount of it is; default by the rate of the day.
    base_amount: Option<Amount>,
    discount_account_id: Option<String>,
    /// Where more than was owed is kept.
    overpayment_account_id: Option<String>,
    contact_id: Option<String>,
    description: Option<String>,
    reference: Option<String>,
}

/// What is paid of an item.
#[derive(Deserialize, ToSchema)]
struct PartBody {
    open_item_id: String,
    /// Default: all that is open, less the discount.
    amount: Option<Amount>,
    /// How much is let off.
    discount: Option<Amount>,
}

/// An entry and the items that it pays.
#[derive(Deserialize, ToSchema)]
struct ApplyBody {
    /// On the account on which the items stand, against them.
    entry_id: String,
    items: Vec<PartBody>,
}

/// What came of a payment.
#[derive(Serialize, ToSchema)]
struct PaidBody {
    object: &'static str,
    transaction: LedgerTransactionBody,
    payments: Vec<PaymentBody>,
    items: Vec<OpenItemBody>,
}

fn print(paid: &Paid) -> String {
    let currency = paid.items.first().map_or("", |item| item.currency.as_str());
    let base = paid.entered.transaction.currency.as_str();
    json(&PaidBody {
        object: "item_payment",
        transaction: LedgerTransactionBody::from(&paid.entered),
        payments: paid.payments.iter().map(|row| payment_body(row, currency)).collect(),
        items: paid.items.iter().map(|row| item_body(row, base)).collect(),
    })
}

fn parts(bodies: Vec<PartBody>) -> Result<Vec<Part>, AppError> {
    let part = |(place, body): (usize, PartBody)| {
        Ok(Part {
            id: wire::id_at(&body.open_item_id, "open item", &format!("items[{place}].open_item_id"))?,
            paid: body.amount.map(|amount| amount.0),
            discount: body.discount.map(|amount| amount.0),
        })
    };
    bodies.into_iter().enumerate().map(part).collect()
}

fn pay(call: Call) -> Handled {
    Box::pin(async move {
        let body: PayBody = call.json()?;
        let account = |text: &Option<String>, field| {
            text.as_deref()
                .map(|text| wire::id_at(text, "account", field))
                .transpose()
        };
        let contact = body.contact_id.as_deref();
        let contact = contact.map(|text| wire::id_at(text, "contact", "contact_id"));
        let command = PayOpenItems {
            account_id: wire::id_at(&body.account_id, "account", "account_id")?,
            date: body.date.0,
            items: parts(body.items)?,
            total: body.amount.map(|amount| amount.0),
            bank_amount: body.bank_amount.map(|amount| amount.0),
            base_amount: body.base_amount.map(|amount| amount.0),
            discount_account_id: account(&body.discount_account_id, "discount_account_id")?,
            overpayment_account_id: account(&body.overpayment_account_id, "overpayment_account_id")?,
            contact_id: contact.transpose()?,
            description: body.description,
            reference: body.reference,
        };
        call.run(201, command, print).await
    })
}

fn apply(call: Call) -> Handled {
    Box::pin(async move {
        let body: ApplyBody = call.json()?;
        let command = ApplyEntry {
            entry: wire::id_at(&body.entry_id, "entry", "entry_id")?,
            items: parts(body.items)?,
        };
        call.run(201, command, print).await
    })
}

fn unapply(call: Call) -> Handled {
    Box::pin(async move {
        let command = UnapplyPayment(call.id("payment")?);
        call.run(200, command, super::open_items::print).await
    })
}

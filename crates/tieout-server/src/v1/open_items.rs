//! Open items: invoices and bills.

use super::transactions::{NewEntryBody, lines};
use crate::choices::{OpenItemKind, OpenItemState, OpenItemStatus};
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::late::{self, PostingWarningBody};
use crate::wire::{self, Amount, Day, Metadata, instant, json, metadata, money_in, page, patch, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::open_item::{
    CreateOpenItem, GetOpenItem, ItemKind, ItemWithPayments, ListOpenItems, UpdateOpenItem, VoidOpenItem,
};
use tieout_app::store::open_item::{Filter, OpenItemRow, PaymentRow};
use tieout_app::{AppError, amounts};
use utoipa::ToSchema;

const LIST_QUERY: &[Param] = &[
    Param::choice("kind", "invoice or bill", OpenItemKind::ALL),
    Param::choice("status", "open, paid or void", OpenItemState::ALL),
    Param::text("contact_id", "of this contact"),
    Param::text("number", "with exactly this number"),
    Param::day("due_to", "due on or before this day"),
    LIMIT,
    OFFSET,
];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createOpenItem",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/open-items",
        access: may(Action::Write),
        summary: "Make an invoice or bill; with entries it is booked, without it is in the books already",
        query: &[],
        request: Some(one::<CreateOpenItemBody>()),
        response: (201, one::<OpenItemBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listOpenItems",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/open-items",
        access: may(Action::Read),
        summary: "List invoices and bills, newest first, without their payments",
        query: LIST_QUERY,
        request: None,
        response: (200, list_of::<OpenItemBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getOpenItem",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/open-items/{id}",
        access: may(Action::Read),
        summary: "Get an invoice or bill with its payments",
        query: &[],
        request: None,
        response: (200, one::<OpenItemBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateOpenItem",
        verb: Verb::Put,
        path: "/v1/organizations/{organization_id}/open-items/{id}",
        access: may(Action::Write),
        summary: "Change an invoice or bill; the amount of one that is booked stays",
        query: &[],
        request: Some(one::<UpdateOpenItemBody>()),
        response: (200, one::<OpenItemBody>()),
        handler: Handler::Versioned(update),
    },
    Endpoint {
        id: "voidOpenItem",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/open-items/{id}/void",
        access: may(Action::Write),
        summary: "Void an invoice or bill that nothing was paid of; what booked it is reversed",
        query: &[],
        request: Some(one::<VoidBody>()),
        response: (200, one::<OpenItemBody>()),
        handler: Handler::Of(void),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::OpenItems, action))
}

/// A new invoice or bill.
#[derive(Deserialize, ToSchema)]
struct CreateOpenItemBody {
    /// `invoice` or `bill`.
    #[schema(value_type = OpenItemKind)]
    kind: String,
    number: String,
    contact_id: Option<String>,
    /// On which what is owed stands; default receivables or payables.
    account_id: Option<String>,
    #[schema(value_type = String)]
    issue_date: Day,
    #[schema(value_type = Option<String>)]
    due_date: Option<Day>,
    /// Default: the account's.
    currency: Option<String>,
    /// Required without entries.
    amount: Option<Amount>,
    /// What is still open of an item that is in the books already; default all of it.
    open_amount: Option<Amount>,
    /// In base currency, of an item that is in the books already; default by the rate of its day.
    base_amount: Option<Amount>,
    /// What it is for: the other side of the transaction that books it.
    #[serde(default)]
    entries: Vec<NewEntryBody>,
    reference: Option<String>,
    description: Option<String>,
    metadata: Option<Metadata>,
}

/// A changed invoice or bill. What is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateOpenItemBody {
    number: Option<String>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    contact_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    due_date: Option<Option<Day>>,
    amount: Option<Amount>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    reference: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    metadata: Option<Metadata>,
}

/// How to void.
#[derive(Deserialize, ToSchema)]
struct VoidBody {
    /// Date of the reversal; default that of the item.
    #[schema(value_type = Option<String>)]
    date: Option<Day>,
}

/// An invoice or bill.
#[derive(Serialize, ToSchema)]
pub(super) struct OpenItemBody {
    id: String,
    object: &'static str,
    #[schema(value_type = OpenItemKind)]
    kind: String,
    number: String,
    /// `open`, `partly_paid`, `paid` or `void`.
    #[schema(value_type = OpenItemStatus)]
    status: &'static str,
    contact_id: Option<String>,
    account_id: String,
    issue_date: String,
    due_date: Option<String>,
    currency: String,
    amount: String,
    /// The amount less what is settled.
    open_amount: String,
    base_amount: String,
    reference: Option<String>,
    description: Option<String>,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    /// The transaction that booked it.
    transaction_id: Option<String>,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payments: Option<Vec<PaymentBody>>,
    /// Where what booked or reversed it was just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

/// What settles an item, or a part of it.
#[derive(Serialize, ToSchema)]
pub(super) struct PaymentBody {
    id: String,
    open_item_id: String,
    transaction_id: String,
    entry_id: String,
    date: String,
    paid: String,
    discount: String,
    /// Booked with the payment; otherwise an entry was applied that was in the books already.
    is_booked: bool,
    undone_at: Option<String>,
}

pub(super) fn payment_body(row: &PaymentRow, currency: &str) -> PaymentBody {
    let line = u16::try_from(row.line).unwrap_or_default();
    PaymentBody {
        id: row.id.to_string(),
        open_item_id: row.item_id.to_string(),
        transaction_id: row.transaction_id.to_string(),
        entry_id: row.transaction_id.entry(line).to_string(),
        date: row.date.to_string(),
        paid: money_in(row.paid, currency),
        discount: money_in(row.discount, currency),
        is_booked: row.is_booked,
        undone_at: row.undone_at.map(instant),
    }
}

pub(super) fn item_body(row: &OpenItemRow, base: &str) -> OpenItemBody {
    let open = row.amount - row.settled;
    OpenItemBody {
        id: row.id.to_string(),
        object: "open_item",
        kind: row.kind.clone(),
        number: row.number.clone(),
        status: match (row.is_void, open, row.settled) {
            (true, ..) => "void",
            (_, 0, _) => "paid",
            (_, _, 0) => "open",
            _ => "partly_paid",
        },
        contact_id: row.contact_id.map(|id| id.to_string()),
        account_id: row.account_id.to_string(),
        issue_date: row.issued.to_string(),
        due_date: row.due.map(|day| day.to_string()),
        currency: row.currency.clone(),
        amount: money_in(row.amount, &row.currency),
        open_amount: money_in(if row.is_void { 0 } else { open }, &row.currency),
        base_amount: money_in(row.base_amount, base),
        reference: row.reference.clone(),
        description: row.description.clone(),
        metadata: raw(&row.metadata),
        transaction_id: row.transaction_id.map(|id| id.to_string()),
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
        payments: None,
        warnings: Vec::new(),
    }
}

pub(super) fn print(found: &ItemWithPayments) -> String {
    let currency = found.item.currency.as_str();
    json(&OpenItemBody {
        payments: Some(found.payments.iter().map(|row| payment_body(row, currency)).collect()),
        warnings: late::warnings(&found.late),
        ..item_body(&found.item, found.base.code())
    })
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateOpenItemBody = call.json()?;
        let (lines, codes) = lines(body.entries)?;
        let currency = body.currency.as_deref().map(|code| amounts::currency("currency", code));
        let contact = body.contact_id.as_deref();
        let contact = contact.map(|text| wire::id_at(text, "contact", "contact_id"));
        let account = body.account_id.as_deref();
        let account = account.map(|text| wire::id_at(text, "account", "account_id"));
        let command = CreateOpenItem {
            kind: ItemKind::named(&body.kind)?,
            number: body.number,
            contact_id: contact.transpose()?,
            contact_name: None,
            account_id: account.transpose()?,
            issued: body.issue_date.0,
            due: body.due_date.map(|day| day.0),
            currency: currency.transpose()?,
            amount: body.amount.map(|amount| amount.0),
            open_amount: body.open_amount.map(|amount| amount.0),
            base_amount: body.base_amount.map(|amount| amount.0),
            lines,
            codes,
            reference: body.reference,
            description: body.description,
            metadata: metadata(body.metadata.as_ref()),
        };
        call.run(201, command, print).await
    })
}

fn update(call: Call, version: Option<i64>) -> Handled {
    Box::pin(async move {
        let body: UpdateOpenItemBody = call.json()?;
        let contact = match body.contact_id {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => Some(Some(wire::id_at(&text, "contact", "contact_id")?)),
        };
        let command = UpdateOpenItem {
            id: call.id("open item")?,
            number: body.number,
            contact_id: contact,
            due: body.due_date.map(|day| day.map(|day| day.0)),
            amount: body.amount.map(|amount| amount.0),
            reference: body.reference,
            description: body.description,
            metadata: body.metadata.map(Metadata::into_text),
            seen: version,
        };
        call.run(200, command, print).await
    })
}

fn void(call: Call) -> Handled {
    Box::pin(async move {
        let body: VoidBody = call.json()?;
        let command = VoidOpenItem {
            id: call.id("open item")?,
            date: body.date.map(|day| day.0),
        };
        call.run(200, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let query = GetOpenItem(call.id("open item")?);
        let found = call.app.look_at_once(&call.ctx, query).await?;
        Ok(Reply::new(200, print(&found)).with_etag(found.item.version))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let word = |name: &str, known: &[&str]| match call.query(name) {
            None => Ok(String::new()),
            Some(word) if known.contains(&word) => Ok(word.to_owned()),
            Some(_) => Err(AppError::invalid(name, format!("must be one of {}", known.join(", ")))),
        };
        let filter = Filter {
            kind: word("kind", &["invoice", "bill"])?,
            status: word("status", &["open", "paid", "void"])?,
            contact: wire::filter_id(call.query("contact_id")),
            number: call.query("number").unwrap_or_default().to_owned(),
            due_to: wire::query_date(&call, "due_to")?,
        };
        let (rows, count) = call.app.look(&call.ctx, ListOpenItems(filter, page)).await?;
        let base = call.ctx.org()?.base;
        let rows = rows.iter().map(|row| item_body(row, base.code())).collect();
        Ok(Reply::new(200, wire::list(rows, page, count)))
    })
}

//! Transactions with the inside sign (debit positive) and with tax codes on their entries.

use crate::choices::{NewTransactionStatus, TransactionStatus};
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, Reply, Verb, one};
use crate::late::{self, PostingWarningBody};
use crate::wire::{self, Amount, Day, Metadata, instant, json, metadata, money_in, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::posting::{Asked, Entered, NewLine, NewTransaction};
use tieout_app::store::transaction::EntryRow;
use tieout_app::tax_code::CreateTaxed;
use tieout_app::transaction::GetTransaction;
use tieout_app::{AppError, amounts};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "enterTransaction",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/transactions",
        access: Access::Organization(Permission(Resource::Transactions, Action::Write)),
        summary: "Enter a transaction; entries with a tax code are split to the cent",
        query: &[],
        request: Some(one::<NewTransactionBody>()),
        response: (201, one::<LedgerTransactionBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "getLedgerTransaction",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/transactions/{id}",
        access: Access::Organization(Permission(Resource::Transactions, Action::Read)),
        summary: "Get a transaction",
        query: &[],
        request: None,
        response: (200, one::<LedgerTransactionBody>()),
        handler: Handler::Of(get),
    },
];

/// A new transaction.
#[derive(Deserialize, ToSchema)]
struct NewTransactionBody {
    description: String,
    /// `YYYY-MM-DD`; of an instant the day it is where the account of the first entry is kept.
    #[schema(value_type = String)]
    date: Day,
    /// `posted` (the default) or `pending`.
    #[schema(value_type = Option<NewTransactionStatus>)]
    status: Option<String>,
    reference: Option<String>,
    contact_id: Option<String>,
    metadata: Option<Metadata>,
    entries: Vec<NewEntryBody>,
}

/// A new entry.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewEntryBody {
    account_id: String,
    /// Debit positive. With a tax code: what the code is on.
    amount: Amount,
    /// Default: the account's.
    currency: Option<String>,
    /// The amount in base currency, signed alike, where the entry's currency is another one.
    base_amount: Option<Amount>,
    /// Instead of `base_amount`: base units for one unit, up to eight places.
    exchange_rate: Option<Amount>,
    /// Code or id of a tax code: the entries of its tax follow this one.
    tax_code: Option<String>,
    description: Option<String>,
    reference: Option<String>,
}

/// A transaction.
#[derive(Serialize, ToSchema)]
pub(super) struct LedgerTransactionBody {
    id: String,
    object: &'static str,
    description: String,
    date: String,
    #[schema(value_type = TransactionStatus)]
    status: String,
    reference: Option<String>,
    contact_id: Option<String>,
    reverses_transaction_id: Option<String>,
    reversed_by_transaction_id: Option<String>,
    is_reconciled: bool,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    created_by: String,
    created_at: String,
    entries: Vec<LedgerEntryBody>,
    /// Where it was just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

/// An entry.
#[derive(Serialize, ToSchema)]
struct LedgerEntryBody {
    id: String,
    account_id: String,
    /// Debit positive.
    amount: String,
    currency: String,
    base_amount: String,
    /// The code that it was taxed by, or is the tax of.
    tax_code_id: Option<String>,
    description: Option<String>,
    reference: Option<String>,
}

impl From<&Entered> for LedgerTransactionBody {
    fn from(entered: &Entered) -> Self {
        let row = &entered.transaction;
        Self {
            id: row.id.to_string(),
            object: "transaction",
            description: row.description.clone(),
            date: row.date.to_string(),
            status: row.status.clone(),
            reference: row.reference_number.clone(),
            contact_id: row.contact_id.map(|id| id.to_string()),
            reverses_transaction_id: row.reverses_id.map(|id| id.to_string()),
            reversed_by_transaction_id: row.reversed_by_id.map(|id| id.to_string()),
            is_reconciled: row.is_reconciled,
            metadata: raw(&row.metadata),
            created_by: row.created_by.to_string(),
            created_at: instant(row.created_at),
            entries: entered
                .entries
                .iter()
                .map(|entry| entry_body(entry, &row.currency))
                .collect(),
            warnings: late::warnings(&entered.late),
        }
    }
}

fn entry_body(entry: &EntryRow, base: &str) -> LedgerEntryBody {
    let line = u16::try_from(entry.line).unwrap_or_default();
    LedgerEntryBody {
        id: entry.transaction_id.entry(line).to_string(),
        account_id: entry.account_id.to_string(),
        amount: money_in(entry.line_amount, &entry.currency),
        currency: entry.currency.clone(),
        base_amount: money_in(entry.base_amount, base),
        tax_code_id: entry.tax_code_id.map(|id| id.to_string()),
        description: entry.description.clone(),
        reference: entry.reference.clone(),
    }
}

pub(super) fn print(entered: &Entered) -> String {
    json(&LedgerTransactionBody::from(entered))
}

/// Lines, and the tax code beside each.
pub(super) fn lines(bodies: Vec<NewEntryBody>) -> Result<(Vec<NewLine>, Vec<Option<String>>), AppError> {
    let mut lines = Vec::with_capacity(bodies.len());
    let mut codes = Vec::with_capacity(bodies.len());
    for (position, body) in bodies.into_iter().enumerate() {
        let field = |name: &str| format!("entries[{position}].{name}");
        let amount = body.amount.0;
        let base_amount = body.base_amount.map(|base| base.0);
        if base_amount.is_some_and(|base| base.is_negative() != amount.is_negative() && !base.is_zero()) {
            return Err(AppError::invalid(
                field("base_amount"),
                "must be signed like the amount",
            ));
        }
        let rate = body
            .exchange_rate
            .map(|rate| rate.0.to_minor(8).ok().filter(|scaled| *scaled > 0));
        if rate == Some(None) {
            let message = "must be greater than zero, with up to eight places";
            return Err(AppError::invalid(field("exchange_rate"), message));
        }
        let currency = body
            .currency
            .as_deref()
            .map(|code| amounts::currency(&field("currency"), code));
        lines.push(NewLine {
            account: wire::id_at(&body.account_id, "account", &field("account_id"))?,
            is_debit: !amount.is_negative(),
            amount: amount.abs(),
            currency: currency.transpose()?,
            base_amount: base_amount.map(tieout_core::Decimal::abs),
            rate: rate.flatten(),
            description: body.description,
            reference: body.reference,
            tax_code: None,
            asked: Some(Asked {
                position,
                currency_field: "currency",
            }),
        });
        codes.push(body.tax_code.filter(|code| !code.is_empty()));
    }
    Ok((lines, codes))
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: NewTransactionBody = call.json()?;
        let is_posted = match body.status.as_deref().unwrap_or("posted") {
            "posted" => true,
            "pending" => false,
            _ => return Err(AppError::invalid("status", "must be posted or pending").into()),
        };
        let (lines, codes) = lines(body.entries)?;
        let accounts: Vec<_> = lines.iter().map(|line| line.account).collect();
        let date = wire::day_at(&call, body.date, &accounts).await?;
        let contact = body.contact_id.as_deref();
        let contact = contact.map(|text| wire::id_at(text, "contact", "contact_id"));
        let new = NewTransaction {
            kind: None,
            description: body.description,
            date,
            reference_number: body.reference,
            contact_id: contact.transpose()?,
            payment_method: None,
            metadata: metadata(body.metadata.as_ref()),
            is_posted,
            reverses: None,
            lines,
        };
        call.run(201, CreateTaxed { new, codes }, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let query = GetTransaction(call.id("transaction")?);
        let found = call.app.look_at_once(&call.ctx, query).await?;
        Ok(Reply::new(200, print(&found)))
    })
}

//! Transactions with their entries.
//!
//! Long because what goes in and what comes out of one resource stand together.

use super::{Deleted, deleted};
use crate::choices::{EntryType, NewTransactionStatus, TransactionStatus, TransactionType};
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::late::{self, PostingWarningBody};
use crate::problem::Failure;
use crate::wire::{
    self, Amount, Day, Metadata, currency_code, currency_id, instant, json, metadata, money_in, page, patch, raw,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::posting::{Asked, Entered, NewLine, NewTransaction};
use tieout_app::store::transaction::{EntryRow, Filter};
use tieout_app::transaction::{
    CreateTransaction, DeleteTransaction, GetTransaction, ListTransactions, PostTransaction, ReverseTransaction,
    UpdateTransaction,
};
use tieout_app::{AppError, amounts};
use tieout_core::id::Account;
use tieout_core::{Date, Decimal, Id};
use utoipa::ToSchema;

const LIST_QUERY: &[Param] = &[
    Param::choice("status", "pending, posted or reversed", TransactionStatus::ALL),
    Param::text("account_id", "with an entry on this account"),
    Param::text("contact_id", "with this contact"),
    Param::day("from_date", "dated on or after"),
    Param::day("to_date", "dated on or before"),
    LIMIT,
    OFFSET,
];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createTransaction",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/transactions",
        access: may(Action::Write),
        summary: "Enter a transaction; posted at once unless its status is pending",
        query: &[],
        request: Some(one::<CreateTransactionBody>()),
        response: (201, one::<TransactionBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listTransactions",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/transactions",
        access: may(Action::Read),
        summary: "List transactions, newest first",
        query: LIST_QUERY,
        request: None,
        response: (200, list_of::<TransactionBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "listTransactionsOfAccount",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/accounts/{id}/transactions",
        access: may(Action::Read),
        summary: "List transactions of an account, newest first",
        query: LIST_QUERY,
        request: None,
        response: (200, list_of::<TransactionBody>()),
        handler: Handler::Of(list_of_account),
    },
    Endpoint {
        id: "getTransaction",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/transactions/{id}",
        access: may(Action::Read),
        summary: "Get a transaction",
        query: &[],
        request: None,
        response: (200, one::<TransactionBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateTransaction",
        verb: Verb::Put,
        path: "/organizations/{organization_id}/transactions/{id}",
        access: may(Action::Write),
        summary: "Change a pending transaction, or the words of a posted one",
        query: &[],
        request: Some(one::<UpdateTransactionBody>()),
        response: (200, one::<TransactionBody>()),
        handler: Handler::Of(update),
    },
    Endpoint {
        id: "deleteTransaction",
        verb: Verb::Delete,
        path: "/organizations/{organization_id}/transactions/{id}",
        access: may(Action::Delete),
        summary: "Delete a pending transaction",
        query: &[],
        request: None,
        response: (200, one::<Deleted>()),
        handler: Handler::Of(delete),
    },
    Endpoint {
        id: "postTransaction",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/transactions/{id}/post",
        access: may(Action::Write),
        summary: "Post a pending transaction",
        query: &[],
        request: None,
        response: (200, one::<TransactionBody>()),
        handler: Handler::Of(post),
    },
    Endpoint {
        id: "reverseTransaction",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/transactions/{id}/reverse",
        access: may(Action::Write),
        summary: "Reverse a posted transaction; the answer is the reversal",
        query: &[],
        request: Some(one::<ReverseBody>()),
        response: (201, one::<TransactionBody>()),
        handler: Handler::Of(reverse),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Transactions, action))
}

/// A new transaction.
#[derive(Deserialize, ToSchema)]
pub(super) struct CreateTransactionBody {
    description: String,
    #[schema(value_type = String, format = Date)]
    #[serde(alias = "date")]
    transaction_date: Day,
    entries: Vec<CreateEntryBody>,
    /// `posted` (the default) or `pending`.
    #[schema(value_type = Option<NewTransactionStatus>)]
    status: Option<String>,
    /// `income`, `expense` or `transfer`; told from the types of the accounts unless said.
    #[schema(value_type = Option<TransactionType>)]
    r#type: Option<String>,
    #[serde(alias = "reference")]
    reference_number: Option<String>,
    contact_id: Option<String>,
    payment_method: Option<String>,
    metadata: Option<Metadata>,
}

/// A new entry.
#[derive(Deserialize, ToSchema)]
struct CreateEntryBody {
    account_id: String,
    /// `debit` or `credit`.
    #[schema(value_type = EntryType)]
    entry_type: String,
    amount: Amount,
    /// Default: the account's.
    #[serde(alias = "currency")]
    currency_id: Option<String>,
    /// The amount in base currency, where the entry's is another one.
    base_amount: Option<Amount>,
    /// Instead of `base_amount`: base units for one unit, up to eight places.
    exchange_rate: Option<Amount>,
    description: Option<String>,
    reference: Option<String>,
}

/// A changed transaction. What is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateTransactionBody {
    description: Option<String>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    reference_number: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    payment_method: Option<Option<String>>,
    metadata: Option<Metadata>,
    /// Only while pending: `income`, `expense` or `transfer`.
    #[schema(value_type = Option<TransactionType>)]
    r#type: Option<String>,
    /// Only while pending.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    contact_id: Option<Option<String>>,
    #[schema(value_type = Option<String>)]
    transaction_date: Option<Day>,
    entries: Option<Vec<CreateEntryBody>>,
}

/// How to reverse.
#[derive(Deserialize, ToSchema)]
struct ReverseBody {
    /// Date of the reversal; default that of the transaction.
    #[schema(value_type = Option<String>)]
    #[serde(alias = "reversal_date", alias = "date")]
    transaction_date: Option<Day>,
    #[serde(alias = "reason")]
    description: Option<String>,
}

/// A transaction.
#[derive(Serialize, ToSchema)]
pub(super) struct TransactionBody {
    id: String,
    object: &'static str,
    organization_id: String,
    /// `income`, `expense` or `transfer`.
    #[schema(value_type = Option<TransactionType>)]
    r#type: Option<String>,
    reference_number: Option<String>,
    description: String,
    transaction_date: String,
    posting_date: Option<String>,
    #[schema(value_type = TransactionStatus)]
    status: String,
    total_debits: String,
    total_credits: String,
    currency_id: String,
    amount: String,
    account_id: Option<String>,
    contact_id: Option<String>,
    category_id: Option<String>,
    document_id: Option<String>,
    document_type: Option<String>,
    payment_method: Option<String>,
    reconciled: bool,
    reverses_transaction_id: Option<String>,
    reversed_by_transaction_id: Option<String>,
    created_by: String,
    created_at: String,
    updated_at: String,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    entries: Vec<EntryBody>,
    /// Where it was just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

/// An entry.
#[derive(Serialize, ToSchema)]
struct EntryBody {
    id: String,
    transaction_id: String,
    account_id: String,
    #[schema(value_type = EntryType)]
    entry_type: &'static str,
    amount: String,
    currency_id: String,
    base_amount: String,
    description: Option<String>,
    reference: Option<String>,
}

fn entry_body(entry: &EntryRow, base: &str) -> EntryBody {
    let line = u16::try_from(entry.line).unwrap_or_default();
    EntryBody {
        id: entry.transaction_id.entry(line).to_string(),
        transaction_id: entry.transaction_id.to_string(),
        account_id: entry.account_id.to_string(),
        entry_type: if entry.is_debit { "debit" } else { "credit" },
        amount: money_in(entry.line_amount.saturating_abs(), &entry.currency),
        currency_id: currency_id(&entry.currency),
        base_amount: money_in(entry.base_amount.saturating_abs(), base),
        description: entry.description.clone(),
        reference: entry.reference.clone(),
    }
}

impl From<&Entered> for TransactionBody {
    fn from(entered: &Entered) -> Self {
        let row = &entered.transaction;
        Self {
            id: row.id.to_string(),
            object: "transaction",
            organization_id: entered.organization.to_string(),
            r#type: (row.kind != "journal").then(|| row.kind.clone()),
            reference_number: row.reference_number.clone(),
            description: row.description.clone(),
            transaction_date: row.date.to_string(),
            posting_date: row.posted_at.map(|_| row.date.to_string()),
            status: row.status.clone(),
            total_debits: money_in(row.total_debits, &row.currency),
            total_credits: money_in(row.total_credits, &row.currency),
            currency_id: currency_id(&row.currency),
            amount: money_in(row.amount, &row.currency),
            account_id: entered.entries.first().map(|entry| entry.account_id.to_string()),
            contact_id: row.contact_id.map(|id| id.to_string()),
            category_id: None,
            document_id: None,
            document_type: None,
            payment_method: row.payment_method.clone(),
            reconciled: row.is_reconciled,
            reverses_transaction_id: row.reverses_id.map(|id| id.to_string()),
            reversed_by_transaction_id: row.reversed_by_id.map(|id| id.to_string()),
            created_by: row.created_by.to_string(),
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            metadata: raw(&row.metadata),
            entries: entered
                .entries
                .iter()
                .map(|entry| entry_body(entry, &row.currency))
                .collect(),
            warnings: late::warnings(&entered.late),
        }
    }
}

pub(super) fn print(entered: &Entered) -> String {
    json(&TransactionBody::from(entered))
}

fn lines(bodies: Vec<CreateEntryBody>) -> Result<Vec<NewLine>, AppError> {
    bodies
        .into_iter()
        .enumerate()
        .map(|(position, body)| line(position, body))
        .collect()
}

fn line(position: usize, body: CreateEntryBody) -> Result<NewLine, AppError> {
    let is_debit = match body.entry_type.to_ascii_lowercase().as_str() {
        "debit" => true,
        "credit" => false,
        _ => {
            return Err(AppError::invalid(
                format!("entries[{position}].entry_type"),
                "must be debit or credit",
            ));
        }
    };
    let field = |name: &str| format!("entries[{position}].{name}");
    let currency = |code: &str| amounts::currency(&field("currency_id"), currency_code(code));
    Ok(NewLine {
        account: wire::id_at(&body.account_id, "account", &field("account_id"))?,
        is_debit,
        amount: body.amount.0,
        currency: body.currency_id.as_deref().map(currency).transpose()?,
        base_amount: body.base_amount.map(|amount| amount.0),
        rate: body
            .exchange_rate
            .map(|rate| scaled_rate(&field("exchange_rate"), rate.0))
            .transpose()?,
        description: body.description,
        reference: body.reference,
        tax_code: None,
        asked: Some(Asked {
            position,
            currency_field: "currency_id",
        }),
    })
}

/// A rate in units of its eighth place.
pub(super) fn scaled_rate(field: &str, rate: Decimal) -> Result<i64, AppError> {
    let scaled = rate.to_minor(8).ok().filter(|scaled| *scaled > 0);
    scaled.ok_or_else(|| AppError::invalid(field, "must be greater than zero, with up to eight places"))
}

fn accounts_of(lines: &[NewLine]) -> Vec<Id<Account>> {
    lines.iter().map(|line| line.account).collect()
}

/// The day of a change to a transaction; an instant is a day where the accounts are kept that it will have, or has.
async fn day_of(call: &Call, day: Option<Day>, lines: Option<&Vec<NewLine>>) -> Result<Option<Date>, Failure> {
    let Some(day) = day else { return Ok(None) };
    let accounts = match lines {
        Some(lines) => accounts_of(lines),
        None if day.1.is_none() => Vec::new(),
        None => {
            let query = GetTransaction(call.id("transaction")?);
            let found = call.app.look_at_once(&call.ctx, query).await?;
            found.entries.iter().map(|entry| entry.account_id).collect()
        }
    };
    Ok(Some(wire::day_at(call, day, &accounts).await?))
}

/// The transaction of a body; an instant is the day that it is where its bank's account is kept.
pub(super) async fn transaction_of(call: &Call, body: CreateTransactionBody) -> Result<NewTransaction, AppError> {
    let day = body.transaction_date;
    let mut new = new_transaction(body)?;
    new.date = wire::day_at(call, day, &accounts_of(&new.lines)).await?;
    Ok(new)
}

fn new_transaction(body: CreateTransactionBody) -> Result<NewTransaction, AppError> {
    let is_posted = match body.status.as_deref().unwrap_or("posted") {
        "posted" => true,
        "pending" | "draft" => false,
        _ => return Err(AppError::invalid("status", "must be posted or pending")),
    };
    check_kind(body.r#type.as_deref())?;
    Ok(NewTransaction {
        kind: body.r#type,
        description: body.description,
        date: body.transaction_date.0,
        reference_number: body.reference_number,
        contact_id: body
            .contact_id
            .as_deref()
            .map(|text| wire::id_at(text, "contact", "contact_id"))
            .transpose()?,
        payment_method: body.payment_method,
        metadata: metadata(body.metadata.as_ref()),
        is_posted,
        reverses: None,
        lines: lines(body.entries)?,
    })
}

fn check_kind(kind: Option<&str>) -> Result<(), AppError> {
    match kind {
        None | Some("income" | "expense" | "transfer") => Ok(()),
        Some(_) => Err(AppError::invalid("type", "must be income, expense or transfer")),
    }
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let new = transaction_of(&call, call.json()?).await?;
        call.run(201, CreateTransaction(new), print).await
    })
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let body: UpdateTransactionBody = call.json()?;
        check_kind(body.r#type.as_deref())?;
        let contact = |text: &str| wire::id_at(text, "contact", "contact_id");
        let contact_id = body.contact_id.map(|given| given.as_deref().map(contact).transpose());
        let lines = body.entries.map(lines).transpose()?;
        let command = UpdateTransaction {
            date: day_of(&call, body.transaction_date, lines.as_ref()).await?,
            id: call.id("transaction")?,
            description: body.description,
            reference_number: body.reference_number,
            payment_method: body.payment_method,
            metadata: body.metadata.map(Metadata::into_text),
            kind: body.r#type,
            contact_id: contact_id.transpose()?,
            lines,
        };
        call.run(200, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let found = call
            .app
            .look_at_once(&call.ctx, GetTransaction(call.id("transaction")?))
            .await?;
        Ok(Reply::new(200, print(&found)))
    })
}

fn delete(call: Call) -> Handled {
    Box::pin(async move {
        call.app
            .execute(&call.ctx, DeleteTransaction(call.id("transaction")?))
            .await?;
        Ok(Reply::new(200, deleted(call.path("id"))))
    })
}

fn post(call: Call) -> Handled {
    Box::pin(async move {
        let command = PostTransaction(call.id("transaction")?);
        call.run(200, command, print).await
    })
}

fn reverse(call: Call) -> Handled {
    Box::pin(async move {
        let body: ReverseBody = call.json()?;
        let command = ReverseTransaction {
            id: call.id("transaction")?,
            date: day_of(&call, body.transaction_date, None).await?,
            description: body.description,
        };
        call.run(201, command, print).await
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let account = wire::filter_id(call.query("account_id"));
        // A filter by an account that does not exist finds nothing; a path to one is an error.
        match listed(&call, account).await {
            Err(failure) if account.is_some() && failure.is_missing("account") => Ok(Reply::new(
                200,
                wire::list(Vec::<TransactionBody>::new(), page(&call)?, 0),
            )),
            other => other,
        }
    })
}

fn list_of_account(call: Call) -> Handled {
    Box::pin(async move {
        let account = call.id("account")?;
        listed(&call, Some(account)).await
    })
}

async fn listed(call: &Call, account: Option<Id<Account>>) -> Result<Reply, Failure> {
    let page = page(call)?;
    let status = call.query("status").unwrap_or_default();
    if !matches!(status, "" | "pending" | "posted" | "failed" | "reversed") {
        return Err(AppError::invalid("status", "must be pending, posted, failed or reversed").into());
    }
    let filter = Filter {
        status: status.to_owned(),
        from: wire::query_date(call, "from_date")?.unwrap_or(Date::MIN),
        to: wire::query_date(call, "to_date")?.unwrap_or(Date::MAX),
        account,
        contact: wire::filter_id(call.query("contact_id")),
    };
    let (found, count) = call.app.look_at_once(&call.ctx, ListTransactions(filter, page)).await?;
    Ok(Reply::new(
        200,
        wire::list(found.iter().map(TransactionBody::from).collect(), page, count),
    ))
}

//! Transfers.

use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Reply, Verb, list as list_of, one};
use crate::late::{self, PostingWarningBody};
use crate::wire::{self, Amount, Day, Metadata, currency_id, instant, json, metadata, money_in, page, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::posting::Late;
use tieout_app::store::transfer::TransferRow;
use tieout_app::transfer::{CreateTransfer, GetTransfer, ListTransfers};
use tieout_core::Decimal;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createTransfer",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/transfers",
        access: may(Action::Write),
        summary: "Move money between two accounts, as two transactions through cash in transit",
        query: &[],
        request: Some(one::<CreateTransferBody>()),
        response: (201, one::<TransferBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listTransfers",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/transfers",
        access: may(Action::Read),
        summary: "List transfers, newest first",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<TransferBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getTransfer",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/transfers/{id}",
        access: may(Action::Read),
        summary: "Get a transfer",
        query: &[],
        request: None,
        response: (200, one::<TransferBody>()),
        handler: Handler::Of(get),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Transfers, action))
}

/// A new transfer.
#[derive(Deserialize, ToSchema)]
struct CreateTransferBody {
    from_account_id: String,
    to_account_id: String,
    amount: Amount,
    /// What arrives, where the other account has another currency.
    received_amount: Option<Amount>,
    #[schema(value_type = String)]
    #[serde(alias = "transfer_date", alias = "date")]
    transferred_at: Day,
    description: Option<String>,
    reference: Option<String>,
    metadata: Option<Metadata>,
}

/// A transfer.
#[derive(Serialize, ToSchema)]
struct TransferBody {
    id: String,
    object: &'static str,
    from_account_id: String,
    to_account_id: String,
    expense_transaction_id: String,
    income_transaction_id: String,
    amount: String,
    currency_id: String,
    received_amount: String,
    received_currency_id: String,
    /// What arrived for one unit sent, with eight places.
    currency_rate: String,
    /// `posted`; `reversed`; `partly_reversed` where an earlier version reversed one of its transactions alone.
    status: &'static str,
    transferred_at: String,
    description: Option<String>,
    reference: Option<String>,
    created_by: String,
    created_at: String,
    updated_at: String,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    /// Where it was just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

impl From<&TransferRow> for TransferBody {
    fn from(row: &TransferRow) -> Self {
        Self {
            id: row.id.to_string(),
            object: "transfer",
            from_account_id: row.from_account_id.to_string(),
            to_account_id: row.to_account_id.to_string(),
            expense_transaction_id: row.expense_transaction_id.to_string(),
            income_transaction_id: row.income_transaction_id.to_string(),
            amount: money_in(row.amount, &row.currency),
            currency_id: currency_id(&row.currency),
            received_amount: money_in(row.received, &row.received_currency),
            received_currency_id: currency_id(&row.received_currency),
            currency_rate: rate(row),
            status: match row.reversed_legs {
                0 => "posted",
                1 => "partly_reversed",
                _ => "reversed",
            },
            transferred_at: row.date.to_string(),
            description: row.description.clone(),
            reference: row.reference.clone(),
            created_by: row.created_by.to_string(),
            created_at: instant(row.created_at),
            updated_at: instant(row.created_at),
            metadata: raw(&row.metadata),
            warnings: Vec::new(),
        }
    }
}

/// The rate between what left and what arrived, cut after eight places.
fn rate(row: &TransferRow) -> String {
    let digits = |code: &str| tieout_app::amounts::stored_currency(code).map_or(2, tieout_core::Currency::minor_digits);
    let power = |digits: u8| 10_i128.pow(u32::from(digits));
    let received = i128::from(row.received) * power(8 + digits(&row.currency));
    let sent = i128::from(row.amount) * power(digits(&row.received_currency));
    let scaled = i64::try_from(received / sent.max(1)).unwrap_or(i64::MAX);
    Decimal::from_minor(scaled, 8).to_string()
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateTransferBody = call.json()?;
        let from = wire::id_at(&body.from_account_id, "account", "from_account_id")?;
        let to = wire::id_at(&body.to_account_id, "account", "to_account_id")?;
        let command = CreateTransfer {
            from_account_id: from,
            to_account_id: to,
            amount: body.amount.0,
            received: body.received_amount.map(|amount| amount.0),
            sent: wire::day_at(&call, body.transferred_at, &[from]).await?,
            arrived: wire::day_at(&call, body.transferred_at, &[to]).await?,
            description: body.description,
            reference: body.reference,
            metadata: metadata(body.metadata.as_ref()),
        };
        let print = |(row, late): &(TransferRow, Late)| {
            json(&TransferBody {
                warnings: late::warnings(late),
                ..TransferBody::from(row)
            })
        };
        call.run(201, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetTransfer(call.id("transfer")?)).await?;
        Ok(Reply::new(200, json(&TransferBody::from(&row))))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let (rows, count) = call.app.look(&call.ctx, ListTransfers(page)).await?;
        Ok(Reply::new(
            200,
            wire::list(rows.iter().map(TransferBody::from).collect(), page, count),
        ))
    })
}

//! Exchange revaluation of foreign balances.

use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Reply, Verb, list as list_of, one};
use crate::late::{self, PostingWarningBody};
use crate::wire::{self, Day, instant, json, money, money_in, page};
use serde::{Deserialize, Serialize};
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::revaluation::{ListRevaluations, RevaluationDone, RevalueBalances};
use tieout_app::store::revaluation::RevaluationRow;
use tieout_core::{Currency, Decimal};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "revalueAccounts",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/revaluations",
        access: Access::Organization(Permission(Resource::Transactions, Action::Write)),
        summary: "Bring foreign balances to the rates of a day; again moves only what is missing",
        query: &[],
        request: Some(one::<RevalueBody>()),
        response: (200, one::<RevaluedBody>()),
        handler: Handler::Of(revalue),
    },
    Endpoint {
        id: "listRevaluations",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/revaluations",
        access: Access::Organization(Permission(Resource::Transactions, Action::Read)),
        summary: "List revaluations, newest first",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<RevaluationBody>()),
        handler: Handler::Of(list),
    },
];

/// Which day, and how.
#[derive(Deserialize, ToSchema)]
struct RevalueBody {
    /// As of the end of this day.
    #[schema(value_type = String)]
    as_of: Day,
    /// Takes it back on the next day.
    #[serde(default)]
    reverse_next_day: bool,
    /// Where gains and losses are booked; default an account of its own.
    account_id: Option<String>,
    /// Only these accounts; default all that are kept in a foreign currency.
    #[serde(default)]
    accounts: Vec<String>,
}

/// What came of a revaluation.
#[derive(Serialize, ToSchema)]
struct RevaluedBody {
    object: &'static str,
    /// Null if every balance stood at its rate.
    id: Option<String>,
    transaction_id: Option<String>,
    reversal_transaction_id: Option<String>,
    /// In base currency; less than zero is a loss.
    gain: String,
    accounts: Vec<RevaluedAccount>,
    /// Where it was just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

/// How an account stood, and stands; debit positive.
#[derive(Serialize, ToSchema)]
struct RevaluedAccount {
    account_id: String,
    code: String,
    currency: String,
    balance: String,
    rate: String,
    base_before: String,
    base_after: String,
    /// Nothing can be posted on an archived account: its balance in base currency stays as it was.
    is_archived: bool,
}

/// A revaluation that was done.
#[derive(Serialize, ToSchema)]
struct RevaluationBody {
    id: String,
    object: &'static str,
    as_of: String,
    transaction_id: String,
    reversal_transaction_id: Option<String>,
    gain: String,
    created_by: String,
    created_at: String,
}

fn revaluation(row: &RevaluationRow, base: Currency) -> RevaluationBody {
    RevaluationBody {
        id: row.id.to_string(),
        object: "revaluation",
        as_of: row.date.to_string(),
        transaction_id: row.transaction_id.to_string(),
        reversal_transaction_id: row.reversal_id.map(|id| id.to_string()),
        gain: money(row.gain, base),
        created_by: row.created_by.to_string(),
        created_at: instant(row.created_at),
    }
}

fn print(done: &RevaluationDone) -> String {
    let base = done.base;
    let account = |one: &tieout_app::revaluation::Revalued| {
        let currency = one.account.currency.clone().unwrap_or_default();
        RevaluedAccount {
            account_id: one.account.id.to_string(),
            code: one.account.code.clone(),
            balance: money_in(one.balance, &currency),
            currency,
            rate: Decimal::from_minor(one.rate, 8).to_string(),
            base_before: money(one.base_before, base),
            base_after: money(one.base_after, base),
            is_archived: one.account.is_archived,
        }
    };
    json(&RevaluedBody {
        object: "revaluation_result",
        id: done.row.as_ref().map(|row| row.id.to_string()),
        transaction_id: done.row.as_ref().map(|row| row.transaction_id.to_string()),
        reversal_transaction_id: done
            .row
            .as_ref()
            .and_then(|row| row.reversal_id)
            .map(|id| id.to_string()),
        gain: money(done.gain, base),
        accounts: done.accounts.iter().map(account).collect(),
        warnings: late::warnings(&done.late),
    })
}

fn revalue(call: Call) -> Handled {
    Box::pin(async move {
        let body: RevalueBody = call.json()?;
        let account = body.account_id.as_deref();
        let account = account.map(|text| wire::id_at(text, "account", "account_id"));
        let command = RevalueBalances {
            as_of: body.as_of.0,
            reverse_next_day: body.reverse_next_day,
            account_id: account.transpose()?,
            accounts: wire::ids(&body.accounts, "account", "accounts")?,
        };
        call.run(200, command, print).await
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let base = call.ctx.org()?.base;
        let (rows, count) = call.app.look(&call.ctx, ListRevaluations(page)).await?;
        let rows = rows.iter().map(|row| revaluation(row, base)).collect();
        Ok(Reply::new(200, wire::list(rows, page, count)))
    })
}

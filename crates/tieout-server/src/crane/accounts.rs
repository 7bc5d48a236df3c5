//! The chart of accounts.

use super::{Deleted, deleted};
use crate::choices::{AccountStatus, AccountType};
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::wire::{self, Metadata, currency_code, instant, json, metadata, money, page, patch, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::account::{
    BalanceOf, CreateAccount, DeleteAccount, GetAccount, ListAccounts, UpdateAccount, is_debit_normal, kind,
};
use tieout_app::store::account::{AccountRow, Filter};
use tieout_app::{amounts, store};
use tieout_core::Currency;
use tieout_core::id::Account;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createAccount",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/accounts",
        access: may(Action::Write),
        summary: "Create an account",
        query: &[],
        request: Some(one::<CreateAccountBody>()),
        response: (201, one::<AccountBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listAccounts",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/accounts",
        access: may(Action::Read),
        summary: "List accounts, by code",
        query: &[
            Param::choice(
                "account_type",
                "asset, liability, equity, revenue or expense",
                AccountType::ALL,
            ),
            Param::text("code", "only this code"),
            LIMIT,
            OFFSET,
        ],
        request: None,
        response: (200, list_of::<AccountBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getAccount",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/accounts/{id}",
        access: may(Action::Read),
        summary: "Get an account",
        query: &[],
        request: None,
        response: (200, one::<AccountBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateAccount",
        verb: Verb::Put,
        path: "/organizations/{organization_id}/accounts/{id}",
        access: may(Action::Write),
        summary: "Change the words of an account",
        query: &[],
        request: Some(one::<UpdateAccountBody>()),
        response: (200, one::<AccountBody>()),
        handler: Handler::Of(update),
    },
    Endpoint {
        id: "deleteAccount",
        verb: Verb::Delete,
        path: "/organizations/{organization_id}/accounts/{id}",
        access: may(Action::Delete),
        summary: "Delete an account without transactions",
        query: &[],
        request: None,
        response: (200, one::<Deleted>()),
        handler: Handler::Of(delete),
    },
    Endpoint {
        id: "getAccountBalance",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/accounts/{id}/balance",
        access: may(Action::Read),
        summary: "Get the balance of an account as of a day",
        query: &[Param::day("as_of", "the day; default today")],
        request: None,
        response: (200, one::<BalanceBody>()),
        handler: Handler::Of(balance),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Accounts, action))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct CreateAccountBody {
    code: String,
    name: String,
    #[schema(value_type = AccountType)]
    account_type: String,
    description: Option<String>,
    /// Its own currency, if not the organization's.
    #[serde(alias = "currency_id")]
    currency: Option<String>,
    parent_account_id: Option<String>,
    time_zone: Option<String>,
    metadata: Option<Metadata>,
}

/// A changed account. What is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateAccountBody {
    code: Option<String>,
    name: Option<String>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// `active` or `archived`.
    #[schema(value_type = Option<AccountStatus>)]
    status: Option<String>,
    metadata: Option<Metadata>,
}

/// An account.
#[derive(Serialize, ToSchema)]
struct AccountBody {
    id: String,
    object: &'static str,
    code: String,
    name: String,
    #[schema(value_type = AccountType)]
    account_type: String,
    /// The same as `account_type`.
    r#type: String,
    #[schema(value_type = AccountStatus)]
    status: &'static str,
    description: Option<String>,
    currency: Option<String>,
    is_system: bool,
    parent_account_id: Option<String>,
    time_zone: Option<String>,
    reconciled_through: Option<String>,
    created_at: String,
    updated_at: String,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
}

impl From<&AccountRow> for AccountBody {
    fn from(row: &AccountRow) -> Self {
        Self {
            id: row.id.to_string(),
            object: "account",
            code: row.code.clone(),
            name: row.name.clone(),
            account_type: row.account_type.clone(),
            r#type: row.account_type.clone(),
            status: if row.is_archived { "archived" } else { "active" },
            description: row.description.clone(),
            currency: row.currency.clone(),
            is_system: row.system_role.is_some(),
            parent_account_id: row.parent_id.map(|id| id.to_string()),
            time_zone: row.time_zone.clone(),
            reconciled_through: row.reconciled.map(|day| day.to_string()),
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            metadata: raw(&row.metadata),
        }
    }
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateAccountBody = call.json()?;
        let currency = body
            .currency
            .as_deref()
            .map(|text| amounts::currency("currency", currency_code(text)));
        let parent = body
            .parent_account_id
            .as_deref()
            .map(|text| wire::id::<Account>(text, "parent account"));
        let command = CreateAccount {
            code: body.code,
            name: body.name,
            kind: kind(&body.account_type)?,
            description: body.description,
            currency: currency.transpose()?,
            parent_id: parent.transpose()?,
            time_zone: body.time_zone,
            metadata: metadata(body.metadata.as_ref()),
        };
        call.run(201, command, |row| json(&AccountBody::from(row))).await
    })
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let body: UpdateAccountBody = call.json()?;
        let is_archived = match body.status.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None => None,
            Some("active") => Some(false),
            Some("archived" | "inactive") => Some(true),
            Some(_) => {
                return Err(tieout_app::AppError::invalid("status", "must be active or archived").into());
            }
        };
        let command = UpdateAccount {
            id: call.id("account")?,
            code: body.code,
            name: body.name,
            description: body.description,
            is_archived,
            metadata: body.metadata.map(Metadata::into_text),
        };
        call.run(200, command, |row| json(&AccountBody::from(row))).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetAccount(call.id("account")?)).await?;
        Ok(Reply::new(200, json(&AccountBody::from(&row))))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let account_type = match call.query("account_type").or(call.query("type")) {
            Some(text) => tieout_app::account::kind_name(kind(text)?).to_owned(),
            None => String::new(),
        };
        let filter = Filter {
            account_type,
            code: call.query("code").unwrap_or_default().to_owned(),
        };
        let (rows, count) = call.app.look(&call.ctx, ListAccounts(filter, page)).await?;
        Ok(Reply::new(
            200,
            wire::list(rows.iter().map(AccountBody::from).collect(), page, count),
        ))
    })
}

fn delete(call: Call) -> Handled {
    Box::pin(async move {
        let command = DeleteAccount(call.id("account")?);
        call.app.execute(&call.ctx, command).await?;
        Ok(Reply::new(200, deleted(call.path("id"))))
    })
}

/// A currency as it stands beside an amount.
#[derive(Serialize, ToSchema)]
pub(super) struct CurrencyBrief {
    code: String,
    name: String,
    symbol: String,
    decimal_places: u8,
}

impl CurrencyBrief {
    pub(super) fn of(currency: Currency) -> Self {
        let (name, symbol) = super::currencies::names(currency.code());
        Self {
            code: currency.code().to_owned(),
            name,
            symbol,
            decimal_places: currency.minor_digits(),
        }
    }
}

/// An account's balance, positive on its natural side.
#[derive(Serialize, ToSchema)]
struct BalanceBody {
    account_id: String,
    as_of: String,
    amount: String,
    formatted: String,
    currency: CurrencyBrief,
}

fn balance(call: Call) -> Handled {
    Box::pin(async move {
        let as_of = wire::query_date(&call, "as_of")?;
        let query = BalanceOf {
            id: call.id("account")?,
            as_of,
        };
        let (row, totals, as_of): (AccountRow, store::balance::Totals, _) =
            call.app.look_at_once(&call.ctx, query).await?;
        let currency = match row.currency.as_deref() {
            Some(code) => amounts::stored_currency(code)?,
            None => call.ctx.org()?.base,
        };
        let net = totals.debit - totals.credit;
        let natural = if is_debit_normal(&row.account_type) { net } else { -net };
        let brief = CurrencyBrief::of(currency);
        let body = BalanceBody {
            account_id: row.id.to_string(),
            as_of: as_of.to_string(),
            amount: money(natural, currency),
            formatted: format!(
                "{}{}{}",
                if natural < 0 { "-" } else { "" },
                brief.symbol,
                tieout_core::money::grouped(natural.saturating_abs(), currency.minor_digits())
            ),
            currency: brief,
        };
        Ok(Reply::new(200, json(&body)))
    })
}

//! Tax codes, and what an amount comes to with one.

use crate::choices::TaxKind;
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Reply, Verb, list as list_of, one};
use crate::wire::{self, Amount, instant, json, money, page};
use serde::{Deserialize, Serialize};
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::amounts;
use tieout_app::store::tax_code::{TaxCodeRow, TaxRateRow};
use tieout_app::tax_code::{ComputeTax, CreateTaxCode, DeleteTaxCode, GetTaxCode, ListTaxCodes, UpdateTaxCode, kind};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createTaxCode",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/tax-codes",
        access: may(Action::Write),
        summary: "Make a tax code: inclusive, exclusive, withheld or reverse charge, with a rate and an account or several",
        query: &[],
        request: Some(one::<CreateTaxCodeBody>()),
        response: (201, one::<TaxCodeBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listTaxCodes",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/tax-codes",
        access: may(Action::Read),
        summary: "List tax codes, by code",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<TaxCodeBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getTaxCode",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/tax-codes/{id}",
        access: may(Action::Read),
        summary: "Get a tax code",
        query: &[],
        request: None,
        response: (200, one::<TaxCodeBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateTaxCode",
        verb: Verb::Put,
        path: "/v1/organizations/{organization_id}/tax-codes/{id}",
        access: may(Action::Write),
        summary: "Change a tax code for entries to come; its kind stays",
        query: &[],
        request: Some(one::<UpdateTaxCodeBody>()),
        response: (200, one::<TaxCodeBody>()),
        handler: Handler::Of(update),
    },
    Endpoint {
        id: "deleteTaxCode",
        verb: Verb::Delete,
        path: "/v1/organizations/{organization_id}/tax-codes/{id}",
        access: may(Action::Delete),
        summary: "Delete a tax code that no entry names",
        query: &[],
        request: None,
        response: (200, one::<DeletedBody>()),
        handler: Handler::Of(delete),
    },
    Endpoint {
        id: "computeTax",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/tax-codes/{id}/compute",
        access: may(Action::Read),
        summary: "Split an amount by a tax code without entering anything",
        query: &[],
        request: Some(one::<ComputeBody>()),
        response: (200, one::<ComputedBody>()),
        handler: Handler::Of(compute),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::TaxCodes, action))
}

/// A new tax code.
#[derive(Deserialize, ToSchema)]
struct CreateTaxCodeBody {
    code: String,
    name: String,
    /// `inclusive` (amounts hold the tax), `exclusive` (it comes on top), `withheld` (it is kept back) or
    /// `reverse_charge` (the buyer owes it and deducts it).
    #[schema(value_type = TaxKind)]
    kind: String,
    rates: Vec<RateBody>,
}

/// One rate of a code, and where its tax is booked.
#[derive(Serialize, Deserialize, ToSchema)]
struct RateBody {
    #[serde(default)]
    name: String,
    /// In millionths: 190000 is 19 %.
    rate_ppm: i64,
    /// The account of the tax.
    account_id: String,
    /// Of a reverse charge: the account on which the tax is owed; `account_id` is the one on which it is deducted.
    contra_account_id: Option<String>,
}

/// A changed tax code. What is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateTaxCodeBody {
    code: Option<String>,
    name: Option<String>,
    is_archived: Option<bool>,
    rates: Option<Vec<RateBody>>,
}

/// A tax code.
#[derive(Serialize, ToSchema)]
struct TaxCodeBody {
    id: String,
    object: &'static str,
    code: String,
    name: String,
    #[schema(value_type = TaxKind)]
    kind: String,
    is_archived: bool,
    rates: Vec<RateBody>,
    created_at: String,
    updated_at: String,
}

/// What was deleted.
#[derive(Serialize, ToSchema)]
struct DeletedBody {
    id: String,
    deleted: bool,
}

/// An amount to split.
#[derive(Deserialize, ToSchema)]
struct ComputeBody {
    amount: Amount,
    /// Default: the base currency.
    currency: Option<String>,
}

/// An amount with its tax. The parts sum exactly.
#[derive(Serialize, ToSchema)]
struct ComputedBody {
    net: String,
    /// The tax of each rate, in the order of the code's rates.
    taxes: Vec<String>,
    tax: String,
    /// What changes hands.
    payable: String,
    currency: String,
}

fn rates(bodies: Vec<RateBody>) -> Result<Vec<TaxRateRow>, AppError> {
    let rate = |(place, body): (usize, RateBody)| {
        let account = |text: &str, name: &str| wire::id_at(text, "account", &format!("rates[{place}].{name}"));
        let contra = body.contra_account_id.as_deref();
        Ok(TaxRateRow {
            name: body.name,
            rate_ppm: body.rate_ppm,
            account_id: account(&body.account_id, "account_id")?,
            contra_account_id: contra.map(|text| account(text, "contra_account_id")).transpose()?,
        })
    };
    bodies.into_iter().enumerate().map(rate).collect()
}

impl From<&TaxCodeRow> for TaxCodeBody {
    fn from(row: &TaxCodeRow) -> Self {
        let rate = |rate: &TaxRateRow| RateBody {
            name: rate.name.clone(),
            rate_ppm: rate.rate_ppm,
            account_id: rate.account_id.to_string(),
            contra_account_id: rate.contra_account_id.map(|id| id.to_string()),
        };
        Self {
            id: row.id.to_string(),
            object: "tax_code",
            code: row.code.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            is_archived: row.is_archived,
            rates: row.rates.iter().map(rate).collect(),
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
        }
    }
}

fn print(row: &TaxCodeRow) -> String {
    json(&TaxCodeBody::from(row))
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateTaxCodeBody = call.json()?;
        let command = CreateTaxCode {
            code: body.code,
            name: body.name,
            kind: kind(&body.kind)?,
            rates: rates(body.rates)?,
        };
        call.run(201, command, print).await
    })
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let body: UpdateTaxCodeBody = call.json()?;
        let command = UpdateTaxCode {
            id: call.id("tax code")?,
            code: body.code,
            name: body.name,
            is_archived: body.is_archived,
            rates: body.rates.map(rates).transpose()?,
        };
        call.run(200, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetTaxCode(call.id("tax code")?)).await?;
        Ok(Reply::new(200, print(&row)))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let (rows, count) = call.app.look_at_once(&call.ctx, ListTaxCodes(page)).await?;
        let rows = rows.iter().map(TaxCodeBody::from).collect();
        Ok(Reply::new(200, wire::list(rows, page, count)))
    })
}

fn delete(call: Call) -> Handled {
    Box::pin(async move {
        call.app.execute(&call.ctx, DeleteTaxCode(call.id("tax code")?)).await?;
        let body = DeletedBody {
            id: call.path("id").to_owned(),
            deleted: true,
        };
        Ok(Reply::new(200, json(&body)))
    })
}

fn compute(call: Call) -> Handled {
    Box::pin(async move {
        let body: ComputeBody = call.json()?;
        let query = ComputeTax {
            id: call.id("tax code")?,
            amount: body.amount.0,
            currency: body
                .currency
                .as_deref()
                .map(|code| amounts::currency("currency", code))
                .transpose()?,
        };
        let (_, split, currency) = call.app.look(&call.ctx, query).await?;
        let printed = ComputedBody {
            net: money(split.net, currency),
            tax: money(split.taxes.iter().sum(), currency),
            taxes: split.taxes.iter().map(|tax| money(*tax, currency)).collect(),
            payable: money(split.payable, currency),
            currency: currency.code().to_owned(),
        };
        Ok(Reply::new(200, json(&printed)))
    })
}

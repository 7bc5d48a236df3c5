//! Charts to start from, and the close of a year.

use crate::choices::AccountType;
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, Reply, Verb, one};
use crate::late::{self, PostingWarningBody};
use crate::wire::{Day, json};
use serde::{Deserialize, Serialize};
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::chart::{ApplyTemplate, CloseYear, TEMPLATES};
use tieout_app::store::account::AccountRow;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "listChartTemplates",
        verb: Verb::Get,
        path: "/v1/chart-templates",
        access: Access::Key(Permission(Resource::Accounts, Action::Read)),
        summary: "List charts of accounts to start from",
        query: &[],
        request: None,
        response: (200, one::<TemplatesBody>()),
        handler: Handler::Of(templates),
    },
    Endpoint {
        id: "applyChartTemplate",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/chart-template",
        access: Access::Organization(Permission(Resource::Accounts, Action::Write)),
        summary: "Add the accounts of a template; codes that are taken stay as they are",
        query: &[],
        request: Some(one::<ApplyTemplateBody>()),
        response: (201, one::<AppliedBody>()),
        handler: Handler::Of(apply),
    },
    Endpoint {
        id: "closeYear",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/year-end",
        access: Access::Organization(Permission(Resource::Transactions, Action::Write)),
        summary: "Close a year: revenue and expenses go to retained earnings",
        query: &[],
        request: Some(one::<CloseYearBody>()),
        response: (201, one::<ClosedBody>()),
        handler: Handler::Of(close_year),
    },
];

/// Charts to start from.
#[derive(Serialize, ToSchema)]
struct TemplatesBody {
    templates: Vec<TemplateBody>,
}

/// A chart to start from.
#[derive(Serialize, ToSchema)]
struct TemplateBody {
    name: &'static str,
    description: &'static str,
}

fn templates(_call: Call) -> Handled {
    Box::pin(async move {
        let of = |template: &tieout_app::chart::Template| TemplateBody {
            name: template.name,
            description: template.description,
        };
        let templates = TEMPLATES.iter().map(of).collect();
        Ok(Reply::new(200, json(&TemplatesBody { templates })))
    })
}

/// Which chart.
#[derive(Deserialize, ToSchema)]
struct ApplyTemplateBody {
    template: String,
}

/// The accounts that were made.
#[derive(Serialize, ToSchema)]
struct AppliedBody {
    accounts: Vec<MadeAccount>,
}

/// An account that was made.
#[derive(Serialize, ToSchema)]
struct MadeAccount {
    id: String,
    code: String,
    name: String,
    #[schema(value_type = AccountType)]
    account_type: String,
}

fn apply(call: Call) -> Handled {
    Box::pin(async move {
        let body: ApplyTemplateBody = call.json()?;
        let print = |made: &Vec<AccountRow>| {
            let of = |row: &AccountRow| MadeAccount {
                id: row.id.to_string(),
                code: row.code.clone(),
                name: row.name.clone(),
                account_type: row.account_type.clone(),
            };
            json(&AppliedBody {
                accounts: made.iter().map(of).collect(),
            })
        };
        call.run(201, ApplyTemplate(body.template), print).await
    })
}

/// Which year.
#[derive(Deserialize, ToSchema)]
struct CloseYearBody {
    /// Its last day, as `fiscal_year_start` says; years are closed in their order.
    #[schema(value_type = String)]
    last_day: Day,
}

/// The transaction that closed it.
#[derive(Serialize, ToSchema)]
struct ClosedBody {
    transaction_id: String,
    last_day: String,
    /// Where it was just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

fn close_year(call: Call) -> Handled {
    Box::pin(async move {
        let body: CloseYearBody = call.json()?;
        let command = CloseYear {
            last_day: body.last_day.0,
        };
        let print = |entered: &tieout_app::posting::Entered| {
            json(&ClosedBody {
                transaction_id: entered.transaction.id.to_string(),
                last_day: entered.transaction.date.to_string(),
                warnings: late::warnings(&entered.late),
            })
        };
        call.run(201, command, print).await
    })
}

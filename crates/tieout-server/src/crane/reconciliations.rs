//! Reconciliations. The documented six calls first; what this server adds to them after.
//!
//! What is printed is in `shapes.rs`, the entries' own calls in `work.rs`.
//!
//! Signs: balances and the difference are natural to the account (what is owed on a card is positive); an entry's
//! `amount` is credit less debit, so money out is positive, and `bank_amount` says the same as the bank does.

mod shapes;
mod work;

pub(super) use shapes::natural;

use super::warnings::{WarningBody, explained};
use super::{Deleted, deleted};
use crate::choices::{EntriesShown, ReconciliationStatus};
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::wire::{self, Amount, Day, json, page, patch};
use serde::{Deserialize, Serialize};
use shapes::{ReconciliationBody, ReconciliationEntryBody, body, print};
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::reconciliation::{
    Balance, BeginOpening, Cancel, Complete, Create, Delete, Explain, Explanation, Get, List, Opening, Reopen, Update,
};
use tieout_app::store::reconciliation::Filter;
use utoipa::ToSchema;
use work::{SetAsideBody, TakeBackBody, TickBody, TickOneBody, entries, set_aside, take_back, tick, tick_one};

const ENTRIES_QUERY: &[Param] = &[Param::choice(
    "entries",
    "none leaves the entries out",
    EntriesShown::ALL,
)];
const PAGE_QUERY: &[Param] = &[LIMIT, OFFSET];

/// A row of the table below, less what most have in common.
const fn row(
    verb: Verb,
    path: &'static str,
    (action, id, summary): (Action, &'static str, &'static str),
    request: Option<crate::endpoint::Shape>,
    handler: Handler,
) -> Endpoint {
    Endpoint {
        id,
        verb,
        path,
        access: Access::Organization(Permission(Resource::Reconciliations, action)),
        summary,
        query: &[],
        request,
        response: (200, one::<ReconciliationBody>()),
        handler,
    }
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        query: &[
            Param::text("account_id", "of this account"),
            Param::choice(
                "status",
                "InProgress, Completed or Cancelled",
                ReconciliationStatus::ALL,
            ),
            LIMIT,
            OFFSET,
        ],
        response: (200, list_of::<ReconciliationBody>()),
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations",
            (
                Action::Read,
                "listReconciliations",
                "List reconciliations, newest first",
            ),
            None,
            Handler::Of(list),
        )
    },
    Endpoint {
        query: ENTRIES_QUERY,
        response: (201, one::<ReconciliationBody>()),
        ..row(
            Verb::Post,
            "/organizations/{organization_id}/reconciliations",
            (Action::Write, "createReconciliation", "Create a reconciliation"),
            Some(one::<CreateReconciliationBody>()),
            Handler::Of(create),
        )
    },
    Endpoint {
        query: ENTRIES_QUERY,
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations/{id}",
            (
                Action::Read,
                "getReconciliation",
                "Get a reconciliation with its entries",
            ),
            None,
            Handler::Of(get),
        )
    },
    row(
        Verb::Put,
        "/organizations/{organization_id}/reconciliations/{id}",
        (
            Action::Write,
            "updateReconciliation",
            "Change statement balance or notes",
        ),
        Some(one::<UpdateReconciliationBody>()),
        Handler::Versioned(update),
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/complete",
        (
            Action::Write,
            "completeReconciliation",
            "Complete a reconciliation whose difference is zero",
        ),
        None,
        Handler::Versioned(complete),
    ),
    Endpoint {
        response: (200, one::<Deleted>()),
        ..row(
            Verb::Delete,
            "/organizations/{organization_id}/reconciliations/{id}",
            (
                Action::Delete,
                "deleteReconciliation",
                "Delete a reconciliation in progress",
            ),
            None,
            Handler::Of(delete),
        )
    },
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/cancel",
        (
            Action::Write,
            "cancelReconciliation",
            "Cancel a reconciliation in progress; its record stays",
        ),
        None,
        Handler::Of(cancel),
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/reopen",
        (
            Action::Reopen,
            "reopenReconciliation",
            "Undo the completion of the account's latest one",
        ),
        Some(one::<ReopenBody>()),
        Handler::Of(reopen),
    ),
    Endpoint {
        query: PAGE_QUERY,
        response: (200, list_of::<ReconciliationEntryBody>()),
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations/{id}/entries",
            (Action::Read, "listReconciliationEntries", "Page through the entries"),
            None,
            Handler::Of(entries),
        )
    },
    row(
        Verb::Put,
        "/organizations/{organization_id}/reconciliations/{id}/entries",
        (Action::Write, "tickEntries", "Tick entries, or take their ticks off"),
        Some(one::<TickBody>()),
        Handler::Of(tick),
    ),
    row(
        Verb::Put,
        "/organizations/{organization_id}/reconciliations/{id}/entries/{entry_id}",
        (Action::Write, "tickEntry", "Tick an entry, or take its tick off"),
        Some(one::<TickOneBody>()),
        Handler::Of(tick_one),
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/set-aside",
        (
            Action::Write,
            "setEntriesAside",
            "Set entries aside as outstanding, or parts of them",
        ),
        Some(one::<SetAsideBody>()),
        Handler::Of(set_aside),
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/take-back",
        (
            Action::Write,
            "takeEntriesBack",
            "Take set-aside entries back into scope",
        ),
        Some(one::<TakeBackBody>()),
        Handler::Of(take_back),
    ),
    Endpoint {
        response: (200, one::<ExplanationBody>()),
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations/{id}/explanation",
            (
                Action::Read,
                "explainReconciliation",
                "Explain the difference to the cent",
            ),
            None,
            Handler::Of(explain),
        )
    },
    Endpoint {
        response: (201, one::<OpeningBody>()),
        ..row(
            Verb::Post,
            "/organizations/{organization_id}/reconciliations/opening",
            (
                Action::Write,
                "beginOpeningReconciliation",
                "Begin an account's reconciled history at a cut-off",
            ),
            Some(one::<BeginOpeningBody>()),
            Handler::Of(opening),
        )
    },
];

/// A new reconciliation.
#[derive(Deserialize, ToSchema)]
struct CreateReconciliationBody {
    account_id: String,
    #[schema(value_type = String)]
    statement_date: Day,
    statement_balance: Amount,
    notes: Option<String>,
}

/// A changed reconciliation. What is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateReconciliationBody {
    statement_balance: Option<Amount>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
}

/// Whether the entries are to be embedded.
///
/// # Errors
/// A word that is neither `all` nor `none`.
fn with_entries(call: &Call) -> Result<bool, AppError> {
    match call.query("entries") {
        None | Some("" | "all") => Ok(true),
        Some("none") => Ok(false),
        Some(_) => Err(AppError::invalid("entries", "must be all or none")),
    }
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateReconciliationBody = call.json()?;
        let account_id = wire::id_at(&body.account_id, "account", "account_id")?;
        let command = Create {
            account_id,
            statement_date: wire::day_at(&call, body.statement_date, &[account_id]).await?,
            statement_balance: Balance::Natural(body.statement_balance.0),
            notes: body.notes,
            with_entries: with_entries(&call)?,
        };
        call.run(201, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let query = Get {
            id: call.id("reconciliation")?,
            with_entries: with_entries(&call)?,
        };
        if query.with_entries {
            let found = call.app.look_at_once(&call.ctx, query).await?;
            return Ok(Reply::new(200, print(&found)).with_etag(found.view.row.version));
        }
        // One row and no more is the same state without asking for it.
        let mut found = call.app.look(&call.ctx, query).await?;
        if found.view.row.is_parked || !found.view.outstanding.is_empty() {
            found = call.app.look_at_once(&call.ctx, query).await?;
        }
        Ok(call.remember(print(&found), Some(found.view.row.version)))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let status = call.query("status").unwrap_or_default();
        if !matches!(status, "" | "InProgress" | "Completed" | "Cancelled") {
            return Err(AppError::invalid("status", "must be InProgress, Completed or Cancelled").into());
        }
        let filter = Filter {
            account: wire::filter_id(call.query("account_id")),
            status: status.to_owned(),
        };
        let organization = call.ctx.org()?.id.to_string();
        let query = List(filter, page);
        let (mut views, mut count) = call.app.look(&call.ctx, query.clone()).await?;
        // Figures of parked ones are computed from several statements, which must see the same books.
        if views.iter().any(|view| view.row.is_parked) {
            (views, count) = call.app.look_at_once(&call.ctx, query).await?;
        }
        let rows = views
            .iter()
            .map(|view| body(view, organization.clone(), true))
            .collect();
        Ok(call.remember(wire::list(rows, page, count), None))
    })
}

fn update(call: Call, version: Option<i64>) -> Handled {
    Box::pin(async move {
        let body: UpdateReconciliationBody = call.json()?;
        let command = Update {
            id: call.id("reconciliation")?,
            statement_balance: body.statement_balance.map(|amount| Balance::Natural(amount.0)),
            notes: body.notes,
            version,
        };
        call.run(200, command, print).await
    })
}

fn complete(call: Call, version: Option<i64>) -> Handled {
    Box::pin(async move {
        let command = Complete {
            id: call.id("reconciliation")?,
            version,
        };
        call.run(200, command, print).await
    })
}

fn delete(call: Call) -> Handled {
    Box::pin(async move {
        call.app.execute(&call.ctx, Delete(call.id("reconciliation")?)).await?;
        Ok(Reply::new(200, deleted(call.path("id"))))
    })
}

fn cancel(call: Call) -> Handled {
    Box::pin(async move {
        let command = Cancel(call.id("reconciliation")?);
        call.run(200, command, print).await
    })
}

/// Why a completion is undone.
#[derive(Deserialize, ToSchema)]
struct ReopenBody {
    reason: String,
}

fn reopen(call: Call) -> Handled {
    Box::pin(async move {
        let body: ReopenBody = call.json()?;
        let command = Reopen {
            id: call.id("reconciliation")?,
            reason: body.reason,
        };
        call.run(200, command, print).await
    })
}

/// What a difference consists of: the components sum to it. Signs as the account's balance.
#[derive(Serialize, ToSchema)]
struct ExplanationBody {
    reconciliation_id: String,
    difference: String,
    /// Bank lines that nothing explains.
    open_lines: String,
    /// Entries in scope, negated: the statement does not show them yet.
    open_entries: String,
    /// Printed openings less the closings before them.
    breaks: String,
    /// The previous statement's balance less what was reconciled by then.
    drift: String,
    /// The part of the statement's balance that no imported line explains.
    uncovered: String,
    /// As on the reconciliation.
    late_entries_count: i64,
    late_entries_total: String,
    warnings: Vec<WarningBody>,
}

fn explain(call: Call) -> Handled {
    Box::pin(async move {
        let found: Explanation = call
            .app
            .look_at_once(&call.ctx, Explain(call.id("reconciliation")?))
            .await?;
        let view = &found.view;
        // What an opening finds is said beside it; it begins with no statement before.
        let is_opening = view.row.kind == tieout_app::reconciliation::OPENING;
        let warned = if is_opening { 0 } else { found.drift };
        let body = ExplanationBody {
            reconciliation_id: view.row.id.to_string(),
            difference: natural(view, view.difference()),
            open_lines: natural(view, found.open_lines),
            open_entries: natural(view, found.open_entries),
            breaks: natural(view, found.breaks),
            drift: natural(view, found.drift),
            uncovered: natural(view, found.uncovered),
            late_entries_count: view.row.late_count,
            late_entries_total: natural(view, view.row.late_total),
            warnings: explained(view, warned),
        };
        Ok(Reply::new(200, json(&body)))
    })
}

/// Where an account's reconciled history begins.
#[derive(Deserialize, ToSchema)]
struct BeginOpeningBody {
    account_id: String,
    /// The day before the first statement.
    #[schema(value_type = String)]
    cut_off_date: Day,
    /// The opening that the first statement prints.
    opening_balance: Amount,
    /// Entries (`ent_`) that were open then; all others to the cut-off count as cleared.
    #[serde(default)]
    open_entries: Vec<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct OpeningBody {
    #[serde(flatten)]
    reconciliation: ReconciliationBody,
    /// The printed opening less what the books say was cleared; the first statement's explanation bears it.
    drift: String,
}

fn print_opening(opening: &Opening) -> String {
    json(&OpeningBody {
        drift: natural(&opening.owned.view, opening.drift),
        reconciliation: body(&opening.owned.view, opening.owned.organization.to_string(), false),
    })
}

fn opening(call: Call) -> Handled {
    Box::pin(async move {
        let body: BeginOpeningBody = call.json()?;
        let account_id = wire::id_at(&body.account_id, "account", "account_id")?;
        let command = BeginOpening {
            account_id,
            cut_off: wire::day_at(&call, body.cut_off_date, &[account_id]).await?,
            balance: Balance::Natural(body.opening_balance.0),
            open_entries: wire::ids(&body.open_entries, "entry", "open_entries")?,
        };
        call.run(201, command, print_opening).await
    })
}

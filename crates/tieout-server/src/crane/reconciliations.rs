//! Reconciliations. The documented six calls first; what this server adds to them after.
//!
//! Long because every call of the resource stands next to its shapes.
//!
//! Signs: balances and the difference are natural to the account (what is owed on a card is positive); an entry's
//! `amount` is credit less debit, so money out is positive, and `bank_amount` says the same as the bank does.

use super::warnings::{WarningBody, explained, warnings};
use super::{Deleted, deleted};
use crate::endpoint::{Access, Call, Endpoint, Handled, Reply, Verb, list as list_of, one};
use crate::wire::{self, Amount, Day, day, id_text, instant, json, money, page, patch};
use serde::{Deserialize, Serialize};
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::reconciliation::{
    Balance, BeginOpening, Cancel, Complete, Create, Delete, Entries, Explain, Explanation, Get, List, Opening, Reopen,
    SetAside, TakeBack, Tick, Update, View, natural_sign,
};
use tieout_app::store::reconciliation::Filter;
use tieout_app::store::scope::{ScopeRow, SetAsideRow};
use utoipa::ToSchema;

const ENTRIES_QUERY: &[(&str, &str)] = &[("entries", "none leaves the entries out")];
const PAGE_QUERY: &[(&str, &str)] = &[("limit", "default 20, at most 100"), ("offset", "default 0")];

/// A row of the table below, less what most have in common.
const fn row(
    verb: Verb,
    path: &'static str,
    (action, summary): (Action, &'static str),
    request: Option<crate::endpoint::Shape>,
    handler: fn(Call) -> Handled,
) -> Endpoint {
    Endpoint {
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
            ("account_id", "of this account"),
            ("status", "InProgress, Completed or Cancelled"),
            ("limit", "default 20, at most 100"),
            ("offset", "default 0"),
        ],
        response: (200, list_of::<ReconciliationBody>()),
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations",
            (Action::Read, "List reconciliations, newest first"),
            None,
            list,
        )
    },
    Endpoint {
        query: ENTRIES_QUERY,
        response: (201, one::<ReconciliationBody>()),
        ..row(
            Verb::Post,
            "/organizations/{organization_id}/reconciliations",
            (Action::Write, "Create a reconciliation"),
            Some(one::<CreateReconciliationBody>()),
            create,
        )
    },
    Endpoint {
        query: ENTRIES_QUERY,
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations/{id}",
            (Action::Read, "Get a reconciliation with its entries"),
            None,
            get,
        )
    },
    row(
        Verb::Put,
        "/organizations/{organization_id}/reconciliations/{id}",
        (Action::Write, "Change statement balance or notes"),
        Some(one::<UpdateReconciliationBody>()),
        update,
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/complete",
        (Action::Write, "Complete a reconciliation whose difference is zero"),
        None,
        complete,
    ),
    Endpoint {
        response: (200, one::<Deleted>()),
        ..row(
            Verb::Delete,
            "/organizations/{organization_id}/reconciliations/{id}",
            (Action::Delete, "Delete a reconciliation in progress"),
            None,
            delete,
        )
    },
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/cancel",
        (Action::Write, "Cancel a reconciliation in progress; its record stays"),
        None,
        cancel,
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/reopen",
        (Action::Reopen, "Undo the completion of the account's latest one"),
        Some(one::<ReopenBody>()),
        reopen,
    ),
    Endpoint {
        query: PAGE_QUERY,
        response: (200, list_of::<ReconciliationEntryBody>()),
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations/{id}/entries",
            (Action::Read, "Page through the entries"),
            None,
            entries,
        )
    },
    row(
        Verb::Put,
        "/organizations/{organization_id}/reconciliations/{id}/entries",
        (Action::Write, "Tick entries, or take their ticks off"),
        Some(one::<TickBody>()),
        tick,
    ),
    row(
        Verb::Put,
        "/organizations/{organization_id}/reconciliations/{id}/entries/{entry_id}",
        (Action::Write, "Tick an entry, or take its tick off"),
        Some(one::<TickOneBody>()),
        tick_one,
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/set-aside",
        (Action::Write, "Set entries aside as outstanding, or parts of them"),
        Some(one::<SetAsideBody>()),
        set_aside,
    ),
    row(
        Verb::Post,
        "/organizations/{organization_id}/reconciliations/{id}/take-back",
        (Action::Write, "Take set-aside entries back into scope"),
        Some(one::<TakeBackBody>()),
        take_back,
    ),
    Endpoint {
        response: (200, one::<ExplanationBody>()),
        ..row(
            Verb::Get,
            "/organizations/{organization_id}/reconciliations/{id}/explanation",
            (Action::Read, "Explain the difference to the cent"),
            None,
            explain,
        )
    },
    Endpoint {
        response: (201, one::<OpeningBody>()),
        ..row(
            Verb::Post,
            "/organizations/{organization_id}/reconciliations/opening",
            (Action::Write, "Begin an account's reconciled history at a cut-off"),
            Some(one::<BeginOpeningBody>()),
            opening,
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

/// A reconciliation.
#[derive(Serialize, ToSchema)]
struct ReconciliationBody {
    id: String,
    organization_id: String,
    account_id: String,
    account_name: String,
    statement_date: String,
    statement_balance: String,
    ledger_balance: String,
    difference: String,
    /// `InProgress`, `Completed` or `Cancelled`.
    status: String,
    reconciled_entries: i64,
    total_entries: i64,
    notes: Option<String>,
    created_by: String,
    created_at: String,
    updated_at: String,
    completed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<ReconciliationEntryBody>>,
    /// Statement balance of the one before.
    opening_balance: String,
    /// Balance of the books, what is set aside included.
    book_balance: String,
    outstanding_count: usize,
    outstanding_total: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    outstanding: Option<Vec<OutstandingBody>>,
    /// Waits for an earlier one that was reopened.
    is_parked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconciled_basis: Option<&'static str>,
    completed_by: Option<String>,
    created_by_api_key: Option<String>,
    currency: String,
    /// Completed: entries posted into its period since, which its figures do not contain. In progress: open entries that
    /// were posted into periods after their completion.
    late_entries_count: i64,
    late_entries_total: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningBody>,
    version: i64,
}

/// An entry of a reconciliation.
#[derive(Serialize, ToSchema)]
struct ReconciliationEntryBody {
    id: String,
    reconciliation_id: String,
    transaction_id: String,
    /// Credit less debit: money out is positive.
    amount: String,
    entry_date: String,
    description: String,
    is_reconciled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconciled_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconciled_by: Option<String>,
    /// `in` or `out`.
    direction: &'static str,
    /// As the bank prints it: money in is positive.
    bank_amount: String,
    ledger_entry_id: String,
    /// Posted into a period that was completed already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_late: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconciled_basis: Option<&'static str>,
}

/// What is set aside.
#[derive(Serialize, ToSchema)]
struct OutstandingBody {
    id: String,
    transaction_id: String,
    /// Credit less debit: money out is positive.
    amount: String,
    entry_date: String,
    description: String,
    /// False if only a part of the entry is set aside.
    is_whole: bool,
    reason: Option<String>,
    set_aside_at: String,
    set_aside_by: String,
}

fn entry_body(view: &View, row: &ScopeRow) -> ReconciliationEntryBody {
    let reconciliation = &view.row;
    let entry = row.transaction_id.entry(u16::try_from(row.line).unwrap_or_default());
    // Completing reconciles what nobody had ticked.
    let by_completion = row.ticked_at.is_none() && reconciliation.status == "Completed";
    let at = row.ticked_at.or(reconciliation.completed_at.filter(|_| by_completion));
    let by = row.ticked_by.or(reconciliation.completed_by.filter(|_| by_completion));
    ReconciliationEntryBody {
        id: id_text(&entry.within(&reconciliation.id)),
        reconciliation_id: id_text(&reconciliation.id),
        transaction_id: id_text(&row.transaction_id),
        amount: money(row.amount.saturating_neg(), view.currency),
        entry_date: day(row.date),
        description: row.description.clone(),
        is_reconciled: at.is_some(),
        reconciled_at: at.map(instant),
        reconciled_by: by.map(|id| id_text(&id)),
        direction: if row.amount > 0 { "in" } else { "out" },
        bank_amount: money(row.amount, view.currency),
        ledger_entry_id: id_text(&entry),
        is_late: row.is_late,
        reconciled_basis: by_completion.then_some("completion"),
    }
}

fn outstanding_body(view: &View, row: &SetAsideRow) -> OutstandingBody {
    let entry = row.transaction_id.entry(u16::try_from(row.line).unwrap_or_default());
    OutstandingBody {
        id: id_text(&entry.within(&view.row.id)),
        transaction_id: id_text(&row.transaction_id),
        amount: money(row.amount.saturating_neg(), view.currency),
        entry_date: day(row.date),
        description: row.description.clone(),
        is_whole: row.is_whole,
        reason: row.reason.clone(),
        set_aside_at: instant(row.set_at),
        set_aside_by: id_text(&row.set_by),
    }
}

/// Minor units on the account's natural side.
pub(super) fn natural(view: &View, minor: i64) -> String {
    money(
        minor.saturating_mul(natural_sign(&view.row.account_type)),
        view.currency,
    )
}

fn body(view: &View, organization_id: String, is_row: bool) -> ReconciliationBody {
    let row = &view.row;
    let is_completed = row.status == "Completed";
    ReconciliationBody {
        id: id_text(&row.id),
        organization_id,
        account_id: id_text(&row.account_id),
        account_name: row.account_name.clone(),
        statement_date: day(row.statement_date),
        statement_balance: natural(view, row.statement_balance),
        ledger_balance: natural(view, view.ledger_balance()),
        difference: natural(view, view.difference()),
        status: row.status.clone(),
        reconciled_entries: if is_completed {
            row.total_entries
        } else {
            row.ticked_entries
        },
        total_entries: row.total_entries,
        notes: row.notes.clone(),
        created_by: id_text(&row.created_by),
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
        completed_at: row.completed_at.map(instant),
        entries: view
            .entries
            .as_ref()
            .map(|rows| rows.iter().map(|row| entry_body(view, row)).collect()),
        opening_balance: natural(view, row.previous_balance),
        book_balance: natural(view, row.ledger_balance.saturating_add(row.set_aside_total)),
        outstanding_count: usize::try_from(view.outstanding_count).unwrap_or_default(),
        outstanding_total: natural(view, row.set_aside_total),
        outstanding: (!is_row).then(|| view.outstanding.iter().map(|row| outstanding_body(view, row)).collect()),
        is_parked: row.is_parked,
        reconciled_basis: (is_completed && row.ticked_entries < row.total_entries).then_some("completion"),
        completed_by: row.completed_by.map(|id| id_text(&id)),
        created_by_api_key: row.created_by_key.map(|id| id_text(&id)),
        currency: view.currency.code().to_owned(),
        late_entries_count: row.late_count,
        late_entries_total: natural(view, row.late_total),
        warnings: warnings(view),
        version: row.version,
    }
}

/// A reconciliation with the organization it belongs to.
type Owned = tieout_app::reconciliation::Owned;

fn print(owned: &Owned) -> String {
    json(&body(&owned.view, owned.organization.to_string(), false))
}

fn with_entries(call: &Call) -> bool {
    call.query("entries") != Some("none")
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateReconciliationBody = call.json()?;
        let account_id = wire::id(&body.account_id, "account")?;
        let command = Create {
            account_id,
            statement_date: wire::day_at(&call, body.statement_date, &[account_id]).await?,
            statement_balance: Balance::Natural(body.statement_balance.0),
            notes: body.notes,
            with_entries: with_entries(&call),
        };
        call.run(201, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let query = Get {
            id: call.id("reconciliation")?,
            with_entries: with_entries(&call),
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

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let body: UpdateReconciliationBody = call.json()?;
        let command = Update {
            id: call.id("reconciliation")?,
            statement_balance: body.statement_balance.map(|amount| Balance::Natural(amount.0)),
            notes: body.notes,
            version: call.seen_version(),
        };
        call.run(200, command, print).await
    })
}

fn complete(call: Call) -> Handled {
    Box::pin(async move {
        let command = Complete {
            id: call.id("reconciliation")?,
            version: call.seen_version(),
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

fn entries(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let query = Entries(call.id("reconciliation")?, page);
        let (owned, rows) = call.app.look_at_once(&call.ctx, query).await?;
        let view = &owned.view;
        let count = if view.row.status == "Cancelled" {
            0
        } else {
            view.row.total_entries
        };
        let bodies = rows.iter().map(|row| entry_body(view, row)).collect();
        Ok(Reply::new(200, wire::list(bodies, page, count)))
    })
}

/// Entries to tick.
#[derive(Deserialize, ToSchema)]
struct TickBody {
    entries: Vec<String>,
    is_reconciled: bool,
}

/// Whether an entry is ticked.
#[derive(Deserialize, ToSchema)]
struct TickOneBody {
    is_reconciled: bool,
}

const ENTRY: &str = "reconciliation entry";

fn tick(call: Call) -> Handled {
    Box::pin(async move {
        let body: TickBody = call.json()?;
        let command = Tick {
            id: call.id("reconciliation")?,
            entries: body
                .entries
                .iter()
                .map(|text| wire::id(text, ENTRY))
                .collect::<Result<_, _>>()?,
            is_reconciled: body.is_reconciled,
        };
        call.run(200, command, print).await
    })
}

fn tick_one(call: Call) -> Handled {
    Box::pin(async move {
        let body: TickOneBody = call.json()?;
        let command = Tick {
            id: call.id("reconciliation")?,
            entries: vec![wire::id(call.path("entry_id"), ENTRY)?],
            is_reconciled: body.is_reconciled,
        };
        call.run(200, command, print).await
    })
}

/// What to set aside.
#[derive(Deserialize, ToSchema)]
struct SetAsideBody {
    entries: Vec<SetAsideEntryBody>,
    reason: Option<String>,
}

/// An entry, or a part of it.
#[derive(Deserialize, ToSchema)]
struct SetAsideEntryBody {
    id: String,
    /// How much of it, without sign; default all.
    amount: Option<Amount>,
}

fn set_aside(call: Call) -> Handled {
    Box::pin(async move {
        let body: SetAsideBody = call.json()?;
        let entry = |entry: &SetAsideEntryBody| Ok((wire::id(&entry.id, ENTRY)?, entry.amount.map(|amount| amount.0)));
        let command = SetAside {
            id: call.id("reconciliation")?,
            entries: body.entries.iter().map(entry).collect::<Result<_, AppError>>()?,
            reason: body.reason,
        };
        call.run(200, command, print).await
    })
}

/// What to take back.
#[derive(Deserialize, ToSchema)]
struct TakeBackBody {
    entries: Vec<String>,
}

fn take_back(call: Call) -> Handled {
    Box::pin(async move {
        let body: TakeBackBody = call.json()?;
        let command = TakeBack {
            id: call.id("reconciliation")?,
            entries: body
                .entries
                .iter()
                .map(|text| wire::id(text, ENTRY))
                .collect::<Result<_, _>>()?,
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
        let account_id = wire::id(&body.account_id, "account")?;
        let command = BeginOpening {
            account_id,
            cut_off: wire::day_at(&call, body.cut_off_date, &[account_id]).await?,
            balance: Balance::Natural(body.opening_balance.0),
            open_entries: body
                .open_entries
                .iter()
                .map(|text| wire::id(text, "entry"))
                .collect::<Result<_, _>>()?,
        };
        call.run(201, command, print_opening).await
    })
}

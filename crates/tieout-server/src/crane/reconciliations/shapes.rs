//! What is printed of a reconciliation.

use crate::choices::{Direction, ReconciledBasis, ReconciliationStatus};
use crate::crane::warnings::{WarningBody, warnings};
use crate::wire::{day, id_text, instant, json, money};
use serde::Serialize;
use tieout_app::reconciliation::{View, natural_sign};
use tieout_app::store::scope::{ScopeRow, SetAsideRow};
use utoipa::ToSchema;

/// A reconciliation.
#[derive(Serialize, ToSchema)]
pub(super) struct ReconciliationBody {
    id: String,
    organization_id: String,
    account_id: String,
    account_name: String,
    statement_date: String,
    statement_balance: String,
    ledger_balance: String,
    difference: String,
    /// `InProgress`, `Completed` or `Cancelled`.
    #[schema(value_type = ReconciliationStatus)]
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
    /// `book_balance` less `ledger_balance`: with the sign of the account's balance, not of the entries.
    outstanding_total: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    outstanding: Option<Vec<OutstandingBody>>,
    /// Waits for an earlier one that was reopened.
    is_parked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReconciledBasis>)]
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
pub(super) struct ReconciliationEntryBody {
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
    #[schema(value_type = Direction)]
    direction: &'static str,
    /// As the bank prints it: money in is positive.
    bank_amount: String,
    ledger_entry_id: String,
    /// Posted into a period that was completed already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_late: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReconciledBasis>)]
    reconciled_basis: Option<&'static str>,
}

/// What is set aside.
#[derive(Serialize, ToSchema)]
pub(super) struct OutstandingBody {
    id: String,
    transaction_id: String,
    /// What is set aside of it; credit less debit, as the entry's: money out is positive.
    amount: String,
    entry_date: String,
    description: String,
    /// False if only a part of the entry is set aside.
    is_whole: bool,
    reason: Option<String>,
    set_aside_at: String,
    set_aside_by: String,
}

pub(super) fn entry_body(view: &View, row: &ScopeRow) -> ReconciliationEntryBody {
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
pub(in crate::crane) fn natural(view: &View, minor: i64) -> String {
    money(
        minor.saturating_mul(natural_sign(&view.row.account_type)),
        view.currency,
    )
}

pub(super) fn body(view: &View, organization_id: String, is_row: bool) -> ReconciliationBody {
    let row = &view.row;
    let is_completed = row.status == "Completed";
    let (reconciled_entries, total_entries) = view.counts();
    // What was cancelled proves nothing that a posting could come late for.
    let (late_count, late_total) = match row.status.as_str() {
        "Cancelled" => (0, 0),
        _ => (row.late_count, row.late_total),
    };
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
        reconciled_entries,
        total_entries,
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
        late_entries_count: late_count,
        late_entries_total: natural(view, late_total),
        warnings: warnings(view),
        version: row.version,
    }
}

/// A reconciliation with the organization it belongs to.
type Owned = tieout_app::reconciliation::Owned;

pub(super) fn print(owned: &Owned) -> String {
    json(&body(&owned.view, owned.organization.to_string(), false))
}

//! What somebody who trusts a reconciliation's figures should know: something was posted into a completed period, or what it
//! begins with is not what was reconciled before. Who posts it hears so from [`crate::late`].

use super::reconciliations::natural;
use crate::choices::WarningCode;
use serde::Serialize;
use tieout_app::reconciliation::View;
use utoipa::ToSchema;

/// A warning. Nothing is refused for it.
#[derive(Serialize, ToSchema)]
pub(super) struct WarningBody {
    /// `posted_after_completion`, `late_entries` or `opening_balance_differs`.
    #[schema(value_type = WarningCode)]
    code: &'static str,
    /// For people.
    message: String,
    /// The amount that it is about, with the sign of the account's balance.
    amount: String,
}

/// What the reconciliation itself knows.
pub(super) fn warnings(view: &View) -> Vec<WarningBody> {
    let drift = view
        .row
        .previous_cleared
        .map_or(0, |cleared| view.row.previous_balance.saturating_sub(cleared));
    explained(view, drift)
}

/// The same, with the drift as the explanation finds it in the books of today.
pub(super) fn explained(view: &View, drift: i64) -> Vec<WarningBody> {
    late(view).into_iter().chain(opening(view, drift)).collect()
}

fn late(view: &View) -> Option<WarningBody> {
    let row = &view.row;
    if row.late_count == 0 || row.status == "Cancelled" {
        return None;
    }
    let amount = natural(view, row.late_total);
    let entries = match row.late_count {
        1 => "1 entry was".to_owned(),
        more => format!("{more} entries were"),
    };
    let (code, message) = if row.status == "Completed" {
        let proved = row.ledger_balance.saturating_add(row.set_aside_total);
        let now = natural(view, proved.saturating_add(row.late_total));
        let then = natural(view, proved);
        let message = format!(
            "{entries} posted into this period after it was completed, {amount} in all: on {} the books say {now} and no \
             longer {then}; the figures here are those that were proved",
            row.statement_date
        );
        ("posted_after_completion", message)
    } else {
        let message = format!(
            "{entries} posted into periods after these were completed, {amount} in all, and open: look at those with is_late"
        );
        ("late_entries", message)
    };
    Some(WarningBody { code, message, amount })
}

fn opening(view: &View, drift: i64) -> Option<WarningBody> {
    let opening = view.row.previous_balance;
    (drift != 0).then(|| WarningBody {
        code: "opening_balance_differs",
        message: format!(
            "the statement before printed {}, the entries that were reconciled by then sum to {}",
            natural(view, opening),
            natural(view, opening.saturating_sub(drift))
        ),
        amount: natural(view, drift),
    })
}

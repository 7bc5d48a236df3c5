//! Entries of a reconciliation: paged through, ticked, set aside, taken back.

use super::shapes::{entry_body, print};
use crate::endpoint::{Call, Handled, Reply};
use crate::wire::{self, Amount, page};
use serde::Deserialize;
use tieout_app::AppError;
use tieout_app::reconciliation::{Entries, Part, SetAside, TakeBack, Tick};
use tieout_core::Decimal;
use utoipa::ToSchema;

pub(super) fn entries(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let query = Entries(call.id("reconciliation")?, page);
        let (owned, rows) = call.app.look_at_once(&call.ctx, query).await?;
        let view = &owned.view;
        let (_, count) = view.counts();
        let bodies = rows.iter().map(|row| entry_body(view, row)).collect();
        Ok(Reply::new(200, wire::list(bodies, page, count)))
    })
}

/// Entries to tick.
#[derive(Deserialize, ToSchema)]
pub(super) struct TickBody {
    entries: Vec<String>,
    is_reconciled: bool,
}

/// Whether an entry is ticked.
#[derive(Deserialize, ToSchema)]
pub(super) struct TickOneBody {
    is_reconciled: bool,
}

const ENTRY: &str = "reconciliation entry";

pub(super) fn tick(call: Call) -> Handled {
    Box::pin(async move {
        let body: TickBody = call.json()?;
        let command = Tick {
            id: call.id("reconciliation")?,
            entries: wire::ids(&body.entries, ENTRY, "entries")?,
            is_list: true,
            is_reconciled: body.is_reconciled,
        };
        call.run(200, command, print).await
    })
}

pub(super) fn tick_one(call: Call) -> Handled {
    Box::pin(async move {
        let body: TickOneBody = call.json()?;
        let command = Tick {
            id: call.id("reconciliation")?,
            entries: vec![wire::id(call.path("entry_id"), ENTRY)?],
            is_list: false,
            is_reconciled: body.is_reconciled,
        };
        call.run(200, command, print).await
    })
}

/// What to set aside.
#[derive(Deserialize, ToSchema)]
pub(super) struct SetAsideBody {
    entries: Vec<SetAsideEntryBody>,
    reason: Option<String>,
}

/// An entry, or a part of it.
#[derive(Deserialize, ToSchema)]
pub(super) struct SetAsideEntryBody {
    id: String,
    /// How much of it is set aside in all (of what is open of the entry, whatever was set aside before), without sign or with
    /// that of the entry's `amount`; default all.
    amount: Option<Amount>,
}

/// Of a deposit the amount is printed with a minus here, of a payment without one: only a minus says which it is.
fn part(amount: Decimal) -> Part {
    if amount.is_negative() {
        Part::Inside(amount.abs())
    } else {
        Part::Size(amount)
    }
}

pub(super) fn set_aside(call: Call) -> Handled {
    Box::pin(async move {
        let body: SetAsideBody = call.json()?;
        let entry = |(place, entry): (usize, &SetAsideEntryBody)| {
            let id = wire::id_at(&entry.id, ENTRY, &format!("entries[{place}].id"))?;
            Ok((id, entry.amount.map(|amount| part(amount.0))))
        };
        let command = SetAside {
            id: call.id("reconciliation")?,
            entries: body
                .entries
                .iter()
                .enumerate()
                .map(entry)
                .collect::<Result<_, AppError>>()?,
            reason: body.reason,
        };
        call.run(200, command, print).await
    })
}

/// What to take back.
#[derive(Deserialize, ToSchema)]
pub(super) struct TakeBackBody {
    entries: Vec<String>,
}

pub(super) fn take_back(call: Call) -> Handled {
    Box::pin(async move {
        let body: TakeBackBody = call.json()?;
        let command = TakeBack {
            id: call.id("reconciliation")?,
            entries: wire::ids(&body.entries, ENTRY, "entries")?,
        };
        call.run(200, command, print).await
    })
}

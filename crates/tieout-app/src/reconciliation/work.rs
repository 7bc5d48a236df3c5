//! Work on entries: ticked, set aside, taken back, paged through.

use super::{Owned, allow, change, currency_of, figures, snapshot, store, take, view, window};
use crate::amounts;
use crate::audit;
use crate::command::{Command, Context};
use crate::error::AppError;
use serde_json::json;
use std::collections::BTreeMap;
use tieout_core::id::{Reconciliation, ReconciliationEntry};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::status::Step;
use tieout_store::reconciliation::{self, ReconciliationRow};
use tieout_store::scope::{self, ScopeRow, SetAsideRow};
use tieout_store::transaction;
use tieout_store::{BoxFuture, Hold, Page, Tx};

/// An entry in scope: its place, and how much of it is open.
struct Open {
    place: (Date, i64),
    transaction: Id<tieout_core::id::Transaction>,
    line: i64,
    amount: i64,
}

/// Finds an entry that the reconciliation may hold, set aside or not.
async fn find_open(
    tx: &mut Tx,
    ctx: &Context,
    row: &ReconciliationRow,
    id: Id<ReconciliationEntry>,
) -> Result<Open, AppError> {
    let org = ctx.org()?;
    let missing = || AppError::NotFound("reconciliation entry");
    let (transaction, line) = id.entry(&row.id).transaction();
    let entry = transaction::entry(tx, org.id, transaction, i64::from(line))
        .await?
        .ok_or_else(missing)?;
    let seq = entry.seq.ok_or_else(missing)?;
    if entry.account_id != row.account_id || entry.date > row.statement_date || entry.amount == 0 {
        return Err(missing());
    }
    let place = (entry.date, seq);
    let amount = if row.previous_date.is_some_and(|previous| entry.date <= previous) {
        scope::find_open(tx, org.id, row.account_id, place)
            .await?
            .ok_or_else(missing)?
            .amount
    } else {
        entry.amount
    };
    Ok(Open {
        place,
        transaction,
        line: i64::from(line),
        amount,
    })
}

/// Refuses a list that names one thing twice.
pub(crate) fn each_once<'i, T: Ord + 'i>(
    ids: impl IntoIterator<Item = &'i T>,
    field: impl Fn(usize) -> String,
) -> Result<(), AppError> {
    let mut places = BTreeMap::new();
    for (place, id) in ids.into_iter().enumerate() {
        if let Some(first) = places.insert(id, place) {
            let message = format!("is the same as {}; list it once", field(first));
            return Err(AppError::invalid(field(place), message));
        }
    }
    Ok(())
}

/// What is wrong with an entry of a list, with its place there: a field where it does not exist, else a detail of the rule.
fn listed(error: AppError, place: usize) -> AppError {
    let place = format!("entries[{place}]");
    error.at(place.as_str()).with_detail("entry", place)
}

/// Ticks entries, or takes their ticks off. Changes no balance.
#[derive(Debug, Clone)]
pub struct Tick {
    /// The reconciliation.
    pub id: Id<Reconciliation>,
    /// Its entries.
    pub entries: Vec<Id<ReconciliationEntry>>,
    /// Whether the caller listed them: what is wrong with one is then said with its place in the list.
    pub is_list: bool,
    /// Ticked from now on, or not.
    pub is_reconciled: bool,
}

impl Command for Tick {
    type Output = Owned;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(async move {
            let (mut row, _) = take(tx, ctx, self.id).await?;
            allow(&row, Step::Work, currency_of(row.account_currency.as_deref(), ctx)?)?;
            let window = window(ctx, &row)?;
            let aside = scope::list_set_aside(tx, window.organization, row.id).await?;
            let mut changed = 0;
            for (place, id) in self.entries.iter().enumerate() {
                let named = |error| if self.is_list { listed(error, place) } else { error };
                let open = find_open(tx, ctx, &row, *id).await.map_err(named)?;
                let is_this = |aside: &SetAsideRow| aside.is_whole && (aside.date, aside.seq) == open.place;
                if aside.iter().any(is_this) {
                    let message = "the entry is set aside; take it back first";
                    return Err(named(AppError::rule("entry_set_aside", message)));
                }
                let is_new = if self.is_reconciled {
                    scope::tick(tx, &window, open.place, ctx.caller.user, ctx.now_us).await?
                } else {
                    scope::untick(tx, &window, open.place).await?
                };
                changed += i64::from(is_new);
            }
            row.ticked_entries += if self.is_reconciled { changed } else { -changed };
            store(tx, ctx, &mut row).await?;
            let ids: Vec<_> = self.entries.iter().map(ToString::to_string).collect();
            let what = json!({ "is_reconciled": self.is_reconciled, "entries": ids, "changed": changed });
            let ticked = change(&row, "reconciliation.entries_ticked", what);
            let view = view(tx, ctx, row, false).await?;
            audit::record(tx, ctx, ticked).await?;
            view.owned(ctx)
        })
    }
}

/// How much of an entry, as somebody writes it.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// Without sign.
    Size(Decimal),
    /// With the entry's sign: money in is positive.
    Inside(Decimal),
}

/// Sets entries aside as outstanding, or a part of one.
#[derive(Debug, Clone)]
pub struct SetAside {
    /// The reconciliation.
    pub id: Id<Reconciliation>,
    /// Entries, each with how much of it; none is all.
    pub entries: Vec<(Id<ReconciliationEntry>, Option<Part>)>,
    /// Why.
    pub reason: Option<String>,
}

impl Command for SetAside {
    type Output = Owned;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(set_aside(tx, ctx, self))
    }
}

async fn set_aside(tx: &mut Tx, ctx: &Context, what: &SetAside) -> Result<Owned, AppError> {
    let (mut row, _) = take(tx, ctx, what.id).await?;
    let currency = currency_of(row.account_currency.as_deref(), ctx)?;
    allow(&row, Step::Work, currency)?;
    let window = window(ctx, &row)?;
    let before = snapshot(&row);
    let mut recorded = Vec::new();
    let earlier = scope::list_set_aside(tx, window.organization, row.id).await?;
    // Of two parts of one entry the last would stand for both.
    let ids = what.entries.iter().map(|(id, _)| id);
    each_once(ids, |place| format!("entries[{place}].id"))?;
    for (position, (id, part)) in what.entries.iter().enumerate() {
        let open = find_open(tx, ctx, &row, *id)
            .await
            .map_err(|error| error.at(format!("entries[{position}].id")))?;
        let amount = match part {
            None => open.amount,
            Some(part) => {
                let field = format!("entries[{position}].amount");
                part_of(open.amount, (*part, currency), &field)?
            }
        };
        let aside = SetAsideRow {
            date: open.place.0,
            seq: open.place.1,
            transaction_id: open.transaction,
            line: open.line,
            amount,
            is_whole: amount == open.amount,
            // Setting aside another part, without saying why again, leaves what was said.
            reason: what.reason.clone().or_else(|| {
                let same = earlier.iter().find(|aside| (aside.date, aside.seq) == open.place);
                same.and_then(|aside| aside.reason.clone())
            }),
            set_by: ctx.caller.user,
            set_at: ctx.now_us,
            description: String::new(),
        };
        scope::set_aside(tx, &window, &aside).await?;
        if aside.is_whole {
            scope::untick(tx, &window, open.place).await?;
        }
        recorded.push(json!([id.to_string(), amount]));
    }
    finish(
        tx,
        ctx,
        &mut row,
        ("reconciliation.entries_set_aside", &before, recorded.into()),
    )
    .await
}

/// A part of an amount, with its sign.
fn part_of(whole: i64, (part, currency): (Part, Currency), field: &str) -> Result<i64, AppError> {
    let minor = |amount| amounts::to_minor(field, amount, currency);
    let signed = match part {
        Part::Size(size) => minor(size)?.saturating_mul(whole.signum()),
        Part::Inside(amount) => minor(amount)?,
    };
    if signed.signum() != whole.signum() || signed.unsigned_abs() > whole.unsigned_abs() {
        let message = "must be a part of the entry's amount, at most all of it: without sign, or with the entry's";
        return Err(AppError::invalid(field, message));
    }
    Ok(signed)
}

/// Computes and stores the figures after a change of scope, and records it.
async fn finish(
    tx: &mut Tx,
    ctx: &Context,
    row: &mut ReconciliationRow,
    (event, before, entries): (&'static str, &serde_json::Value, serde_json::Value),
) -> Result<Owned, AppError> {
    figures::compute(tx, ctx, row).await?;
    store(tx, ctx, row).await?;
    let view = view(tx, ctx, row.clone(), false).await?;
    let what = json!({ "before": before, "after": snapshot(row), "entries": entries });
    audit::record(tx, ctx, change(row, event, what)).await?;
    view.owned(ctx)
}

/// Takes set-aside entries back into scope.
#[derive(Debug, Clone)]
pub struct TakeBack {
    /// The reconciliation.
    pub id: Id<Reconciliation>,
    /// Its entries.
    pub entries: Vec<Id<ReconciliationEntry>>,
}

impl Command for TakeBack {
    type Output = Owned;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(async move {
            let (mut row, _) = take(tx, ctx, self.id).await?;
            allow(&row, Step::Work, currency_of(row.account_currency.as_deref(), ctx)?)?;
            let window = window(ctx, &row)?;
            let before = snapshot(&row);
            each_once(&self.entries, |place| format!("entries[{place}]"))?;
            for (place, id) in self.entries.iter().enumerate() {
                let open = find_open(tx, ctx, &row, *id)
                    .await
                    .map_err(|error| listed(error, place))?;
                if !scope::take_back(tx, &window, open.place).await? {
                    let error = AppError::rule("entry_not_set_aside", "the entry is not set aside");
                    return Err(listed(error, place));
                }
            }
            let ids: Vec<_> = self.entries.iter().map(ToString::to_string).collect();
            finish(
                tx,
                ctx,
                &mut row,
                ("reconciliation.entries_taken_back", &before, ids.into()),
            )
            .await
        })
    }
}

/// A page of a reconciliation's entries, and how many there are.
#[derive(Debug, Clone, Copy)]
pub struct Entries(pub Id<Reconciliation>, pub Page);

impl Command for Entries {
    type Output = (Owned, Vec<ScopeRow>);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let found = reconciliation::find(tx, ctx.org()?.id, self.0).await?;
            let row = found.ok_or(AppError::NotFound("reconciliation"))?;
            let view = view(tx, ctx, row, false).await?;
            let entries = if view.row.status == "Cancelled" {
                Vec::new()
            } else {
                scope::entries(tx, &window(ctx, &view.row)?, self.1).await?
            };
            Ok((view.owned(ctx)?, entries))
        })
    }
}

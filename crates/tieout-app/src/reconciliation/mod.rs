//! Reconciliations: begun, looked at, changed, given up.
//!
//! Figures of an open reconciliation are stored and kept up to date by every posting, so that looking costs one row; they
//! are computed anew (`figures.rs`) when something other than a posting changes its scope. Completing and undoing it is
//! in `complete.rs`, ticks and set-aside entries in `work.rs`, the explanation in `explain.rs`.
//!
//! Long because the commands of the record itself stand beside the record.

mod as_of;
mod complete;
mod explain;
mod figures;
mod opening;
mod work;

pub use as_of::{AsOf, AsOfDate, AsOfEntries, Cleared, OpenThen};
pub use complete::{Complete, Reopen};
pub use explain::{Explain, Explanation};
pub use opening::{BeginOpening, Opening};
pub(crate) use work::each_once;
pub use work::{Entries, Part, SetAside, TakeBack, Tick};

use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use serde_json::json;
use tieout_core::id::{Account, Organization, Reconciliation};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::status::{Refusal, Status, Step};
use tieout_store::account::{self as accounts, AccountRow, Period};
use tieout_store::reconciliation::{self, Filter, ReconciliationRow};
use tieout_store::scope::{self, ScopeRow, SetAsideRow, Window};
use tieout_store::{BoxFuture, Hold, Page, Tx};

/// The kind of a reconciliation with which an account's reconciled history begins.
pub const OPENING: &str = "opening";

/// A balance as somebody prints it.
#[derive(Debug, Clone, Copy)]
pub enum Balance {
    /// What is owed is positive on a liability, as on a card's statement.
    Natural(Decimal),
    /// Money in is positive everywhere.
    Inside(Decimal),
}

/// A reconciliation with what is in it.
#[derive(Debug, Clone)]
pub struct View {
    /// The record.
    pub row: ReconciliationRow,
    /// Entries in scope, if they were asked for.
    pub entries: Option<Vec<ScopeRow>>,
    /// What is set aside.
    pub outstanding: Vec<SetAsideRow>,
    /// How much that is, wholes and parts; of a list too, which shows none of it.
    pub outstanding_count: i64,
    /// The currency of its figures.
    pub currency: Currency,
}

/// A view, and the organization it belongs to.
#[derive(Debug, Clone)]
pub struct Owned {
    /// The organization.
    pub organization: Id<Organization>,
    /// The reconciliation.
    pub view: View,
}

impl View {
    pub(crate) fn owned(self, ctx: &Context) -> Result<Owned, AppError> {
        Ok(Owned {
            organization: ctx.org()?.id,
            view: self,
        })
    }

    /// What the ledger shows, inside sign. A completed opening begins the history with the balance that the bank printed:
    /// what the books say less of it is drift, which the first statement's explanation bears.
    pub fn ledger_balance(&self) -> i64 {
        if self.row.kind == OPENING && self.row.status == "Completed" {
            self.row.statement_balance
        } else {
            self.row.ledger_balance
        }
    }

    /// How many of its entries are reconciled, and how many it has. One that was given up let its entries go: its balances
    /// are those it had, its list is empty and so are the counts (earlier versions stored those it had).
    pub fn counts(&self) -> (i64, i64) {
        match self.row.status.as_str() {
            "Cancelled" => (0, 0),
            "Completed" => (self.row.total_entries, self.row.total_entries),
            _ => (self.row.ticked_entries, self.row.total_entries),
        }
    }

    /// `statement_balance − ledger_balance`, inside sign.
    pub fn difference(&self) -> i64 {
        self.row.statement_balance.saturating_sub(self.ledger_balance())
    }
}

/// The currency of an account's figures.
pub(crate) fn currency_of(own: Option<&str>, ctx: &Context) -> Result<Currency, AppError> {
    own.map_or_else(|| Ok(ctx.org()?.base), amounts::stored_currency)
}

pub(crate) fn status_of(row: &ReconciliationRow) -> Result<Status, AppError> {
    Ok(match (row.status.as_str(), row.is_parked) {
        ("InProgress", false) => Status::InProgress,
        ("InProgress", true) => Status::Parked,
        ("Completed", _) => Status::Completed,
        ("Cancelled", _) => Status::Cancelled,
        _ => return Err(AppError::Internal("status of a reconciliation")),
    })
}

/// Refuses a step that the state does not allow.
pub(crate) fn allow(view_row: &ReconciliationRow, step: Step, currency: Currency) -> Result<(), AppError> {
    // What an opening finds between the bank and the books is drift, and keeps nobody from beginning.
    let difference = if view_row.kind == OPENING {
        0
    } else {
        view_row.statement_balance.saturating_sub(view_row.ledger_balance)
    };
    status_of(view_row)?
        .allow(step, difference)
        .map_err(|refusal| refused(refusal, view_row, currency))
}

fn refused(refusal: Refusal, row: &ReconciliationRow, currency: Currency) -> AppError {
    match refusal {
        Refusal::NotInProgress => AppError::rule(
            "reconciliation_not_in_progress",
            format!(
                "the reconciliation is {}; only one in progress can be changed",
                row.status.to_lowercase()
            ),
        ),
        Refusal::Parked => AppError::rule("reconciliation_parked", refusal.to_string()),
        Refusal::NotCompleted => AppError::rule("reconciliation_not_completed", refusal.to_string()),
        Refusal::NotBalanced(difference) => {
            let sign = natural_sign(&row.account_type);
            let print = |minor: i64| amounts::print(minor.saturating_mul(sign), currency);
            AppError::Rule {
                code: "reconciliation_not_balanced",
                message: format!(
                    "the difference is {}, it must be {}: change the statement balance, add missing transactions, or set \
                     outstanding entries aside",
                    print(difference),
                    print(0)
                ),
                details: vec![
                    ("statement_balance", print(row.statement_balance)),
                    ("ledger_balance", print(row.ledger_balance)),
                    ("difference", print(difference)),
                ],
            }
        }
    }
}

/// What turns the inside sign into the natural one of an account: −1 where credits make the balance grow.
pub fn natural_sign(account_type: &str) -> i64 {
    if crate::account::is_debit_normal(account_type) {
        1
    } else {
        -1
    }
}

fn balance_minor(balance: Balance, account: &AccountRow, currency: Currency) -> Result<i64, AppError> {
    let (value, sign) = match balance {
        Balance::Natural(value) => (value, natural_sign(&account.account_type)),
        Balance::Inside(value) => (value, 1),
    };
    let minor = amounts::to_minor("statement_balance", value, currency)?;
    crate::posting::check_balance("statement_balance", minor)?;
    Ok(minor.saturating_mul(sign))
}

pub(crate) fn window(ctx: &Context, row: &ReconciliationRow) -> Result<Window, AppError> {
    Ok(Window {
        organization: ctx.org()?.id,
        account: row.account_id,
        reconciliation: row.id,
        after: row.previous_date,
        to: row.statement_date,
        last_seq: row.last_seq,
        is_completed: row.status == "Completed",
    })
}

pub(crate) fn snapshot(row: &ReconciliationRow) -> serde_json::Value {
    json!({ "status": row.status, "is_parked": row.is_parked, "account_id": row.account_id.to_string(),
        "statement_date": row.statement_date.to_string(), "statement_balance": row.statement_balance,
        "ledger_balance": row.ledger_balance, "total_entries": row.total_entries,
        "ticked_entries": row.ticked_entries, "set_aside_count": row.set_aside_count,
        "set_aside_total": row.set_aside_total, "late_count": row.late_count, "late_total": row.late_total,
        "notes": row.notes, "last_seq": row.last_seq })
}

/// Entries that the event of a deletion names, of each kind; it counts all of them.
const NAMED_ON_DELETION: i64 = 10_000;

/// What is gone with a record: its figures, the entries in its scope with their ticks, and what was set aside and why.
async fn full_snapshot(tx: &mut Tx, ctx: &Context, row: &ReconciliationRow) -> Result<serde_json::Value, AppError> {
    let named = Page {
        limit: NAMED_ON_DELETION,
        offset: 0,
    };
    let in_scope = scope::entries(tx, &window(ctx, row)?, named).await?;
    let aside = scope::list_set_aside(tx, ctx.org()?.id, row.id).await?;
    let entries: Vec<_> = in_scope
        .iter()
        .map(|entry| {
            json!({ "transaction_id": entry.transaction_id.to_string(), "line": entry.line, "amount": entry.amount,
                "is_reconciled": entry.ticked_at.is_some() })
        })
        .collect();
    let aside: Vec<_> = aside
        .iter()
        .map(|one| {
            json!({ "transaction_id": one.transaction_id.to_string(), "line": one.line, "amount": one.amount,
                "is_whole": one.is_whole, "reason": one.reason })
        })
        .collect();
    let mut full = snapshot(row);
    full["entries"] = entries.into();
    full["set_aside"] = aside.into();
    Ok(full)
}

pub(crate) fn change(row: &ReconciliationRow, event_type: &'static str, change: serde_json::Value) -> Change {
    let verb = event_type.rsplit('.').next().unwrap_or_default();
    Change {
        entity_type: "reconciliation",
        entity_id: row.id.to_string(),
        event_type,
        description: format!(
            "Reconciliation of {} to {} {verb}",
            row.account_name, row.statement_date
        ),
        change,
    }
}

/// Finds a reconciliation and takes its account until the transaction ends: what is read then stays so.
pub(crate) async fn take(
    tx: &mut Tx,
    ctx: &Context,
    id: Id<Reconciliation>,
) -> Result<(ReconciliationRow, AccountRow), AppError> {
    let org = ctx.org()?;
    let missing = || AppError::NotFound("reconciliation");
    let seen = reconciliation::find(tx, org.id, id).await?.ok_or_else(missing)?;
    let account = crate::account::lock(tx, ctx, seen.account_id).await?;
    // Again: another transaction may have changed it while we waited.
    let row = reconciliation::find(tx, org.id, id).await?.ok_or_else(missing)?;
    Ok((row, account))
}

/// The record with everything that is embedded in it.
pub(crate) async fn view(
    tx: &mut Tx,
    ctx: &Context,
    mut row: ReconciliationRow,
    with_entries: bool,
) -> Result<View, AppError> {
    let currency = currency_of(row.account_currency.as_deref(), ctx)?;
    if row.is_parked {
        figures::compute(tx, ctx, &mut row).await?;
    }
    let organization = ctx.org()?.id;
    let everything = Page {
        limit: i64::MAX,
        offset: 0,
    };
    let entries = match (with_entries, row.status.as_str()) {
        (false, _) => None,
        // A cancelled one has let its entries go.
        (true, "Cancelled") => Some(Vec::new()),
        (true, _) => Some(scope::entries(tx, &window(ctx, &row)?, everything).await?),
    };
    let outstanding = figures::outstanding(tx, organization, &row).await?;
    Ok(View {
        row,
        entries,
        outstanding_count: i64::try_from(outstanding.len()).unwrap_or(i64::MAX),
        outstanding,
        currency,
    })
}

/// Begins a reconciliation.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct Create {
    pub account_id: Id<Account>,
    pub statement_date: Date,
    pub statement_balance: Balance,
    pub notes: Option<String>,
    pub with_entries: bool,
}

impl Command for Create {
    type Output = Owned;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(create(tx, ctx, self))
    }
}

async fn create(tx: &mut Tx, ctx: &Context, new: &Create) -> Result<Owned, AppError> {
    let org = ctx.org()?;
    let account = crate::account::lock(tx, ctx, new.account_id)
        .await
        .map_err(|error| error.at("account_id"))?;
    check_eligible(&account)?;
    if account.open_reconciliation.is_some() {
        return Err(AppError::rule(
            "reconciliation_in_progress_exists",
            "the account has a reconciliation in progress; complete, cancel or delete it first",
        ));
    }
    let previous = reconciliation::last_completed(tx, org.id, account.id, None).await?;
    if let Some(last) = previous
        .as_ref()
        .filter(|last| last.statement_date >= new.statement_date)
    {
        return Err(AppError::Rule {
            code: "statement_date_not_after_last",
            message: format!(
                "statement_date must be after {}, the last completed one of this account",
                last.statement_date
            ),
            details: vec![("last_statement_date", last.statement_date.to_string())],
        });
    }
    let currency = currency_of(account.currency.as_deref(), ctx)?;
    let balance = balance_minor(new.statement_balance, &account, currency)?;
    let mut row = begin(ctx, &account, new.statement_date, balance, previous.as_ref());
    row.notes.clone_from(&new.notes);
    figures::compute(tx, ctx, &mut row).await?;
    reconciliation::insert(tx, org.id, &row).await?;
    let period = Period {
        reconciled: account.reconciled,
        open: Some((row.id, row.statement_date)),
    };
    accounts::set_period(tx, org.id, account.id, period).await?;
    let view = view(tx, ctx, row, new.with_entries).await?;
    let created = change(
        &view.row,
        "reconciliation.created",
        json!({ "after": snapshot(&view.row) }),
    );
    audit::record(tx, ctx, created).await?;
    view.owned(ctx)
}

pub(crate) fn check_eligible(account: &AccountRow) -> Result<(), AppError> {
    if matches!(account.account_type.as_str(), "asset" | "liability" | "equity") {
        return Ok(());
    }
    Err(AppError::rule(
        "account_not_reconcilable",
        "only asset, liability and equity accounts can be reconciled",
    ))
}

/// A fresh row; its figures are still to be computed.
pub(crate) fn begin(
    ctx: &Context,
    account: &AccountRow,
    statement_date: Date,
    statement_balance: i64,
    previous: Option<&ReconciliationRow>,
) -> ReconciliationRow {
    ReconciliationRow {
        id: ctx.id(),
        account_id: account.id,
        kind: "statement".into(),
        statement_date,
        statement_balance,
        notes: None,
        status: "InProgress".into(),
        is_parked: false,
        previous_id: previous.map(|row| row.id),
        previous_date: previous.map(|row| row.statement_date),
        previous_balance: previous.map_or(0, |row| row.statement_balance),
        ledger_balance: 0,
        total_entries: 0,
        ticked_entries: 0,
        set_aside_count: 0,
        set_aside_total: 0,
        last_seq: None,
        late_count: 0,
        late_total: 0,
        created_by: ctx.caller.user,
        created_by_key: ctx.caller.api_key,
        completed_by: None,
        completed_at: None,
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
        version: 1,
        previous_cleared: previous.map(|row| row.ledger_balance),
        account_name: account.name.clone(),
        account_type: account.account_type.clone(),
        account_currency: account.currency.clone(),
    }
}

/// One reconciliation.
#[derive(Debug, Clone, Copy)]
pub struct Get {
    /// Which.
    pub id: Id<Reconciliation>,
    /// Whether with its entries.
    pub with_entries: bool,
}

impl Command for Get {
    type Output = Owned;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(async move {
            let found = reconciliation::find(tx, ctx.org()?.id, self.id).await?;
            let row = found.ok_or(AppError::NotFound("reconciliation"))?;
            view(tx, ctx, row, self.with_entries).await?.owned(ctx)
        })
    }
}

/// A page of reconciliations, newest first, without their entries.
#[derive(Debug, Clone)]
pub struct List(pub Filter, pub Page);

impl Command for List {
    type Output = (Vec<View>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let (rows, count) = reconciliation::list(tx, ctx.org()?.id, &self.0, self.1).await?;
            let mut views = Vec::with_capacity(rows.len());
            for mut row in rows {
                let currency = currency_of(row.account_currency.as_deref(), ctx)?;
                if row.is_parked {
                    figures::compute(tx, ctx, &mut row).await?;
                }
                let outstanding_count = figures::count_outstanding(tx, ctx.org()?.id, &row).await?;
                views.push(View {
                    row,
                    entries: None,
                    outstanding: Vec::new(),
                    outstanding_count,
                    currency,
                });
            }
            Ok((views, count))
        })
    }
}

/// Changes balance or notes. What is left out stays.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct Update {
    pub id: Id<Reconciliation>,
    pub statement_balance: Option<Balance>,
    pub notes: Option<Option<String>>,
    /// The version that the caller saw, if it says so.
    pub version: Option<i64>,
}

impl Command for Update {
    type Output = Owned;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(async move {
            let (mut row, account) = take(tx, ctx, self.id).await?;
            check_version(&row, self.version)?;
            let currency = currency_of(row.account_currency.as_deref(), ctx)?;
            if self.statement_balance.is_none() && self.notes.is_none() {
                return view(tx, ctx, row, false).await?.owned(ctx);
            }
            allow(&row, Step::Update, currency)?;
            let before = snapshot(&row);
            if let Some(balance) = self.statement_balance {
                row.statement_balance = balance_minor(balance, &account, currency)?;
            }
            row.notes = self.notes.clone().unwrap_or(row.notes);
            store(tx, ctx, &mut row).await?;
            let updated = json!({ "before": before, "after": snapshot(&row) });
            let view = view(tx, ctx, row, false).await?;
            audit::record(tx, ctx, change(&view.row, "reconciliation.updated", updated)).await?;
            view.owned(ctx)
        })
    }
}

/// Refuses a change to something else than the caller saw.
pub(crate) fn check_version(row: &ReconciliationRow, seen: Option<i64>) -> Result<(), AppError> {
    if seen.is_some_and(|seen| seen != row.version) {
        return Err(AppError::Conflict(
            "the reconciliation has changed since it was read; read it again",
        ));
    }
    Ok(())
}

/// Stores a changed row.
pub(crate) async fn store(tx: &mut Tx, ctx: &Context, row: &mut ReconciliationRow) -> Result<(), AppError> {
    row.updated_at = ctx.now_us;
    reconciliation::update(tx, ctx.org()?.id, row).await?;
    row.version += 1;
    Ok(())
}

/// Removes an open reconciliation: its entries are free again, transactions stay.
#[derive(Debug, Clone, Copy)]
pub struct Delete(pub Id<Reconciliation>);

impl Command for Delete {
    type Output = ();

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<(), AppError>> {
        Box::pin(async move {
            let (row, account) = take(tx, ctx, self.0).await?;
            allow(&row, Step::Delete, currency_of(row.account_currency.as_deref(), ctx)?)?;
            let full = full_snapshot(tx, ctx, &row).await?;
            reconciliation::delete(tx, ctx.org()?.id, row.id).await?;
            complete::close(tx, ctx, &row, &account, account.reconciled).await?;
            let deleted = json!({ "before": full });
            audit::record(tx, ctx, change(&row, "reconciliation.deleted", deleted)).await
        })
    }
}

/// Gives an open reconciliation up: its entries are free again, the record stays.
#[derive(Debug, Clone, Copy)]
pub struct Cancel(pub Id<Reconciliation>);

impl Command for Cancel {
    type Output = Owned;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Owned, AppError>> {
        Box::pin(async move {
            let (mut row, account) = take(tx, ctx, self.0).await?;
            allow(&row, Step::Cancel, currency_of(row.account_currency.as_deref(), ctx)?)?;
            let before = snapshot(&row);
            row.status = "Cancelled".into();
            // Its entries are free again, so that it counts none; what it had stands in `before`.
            (row.total_entries, row.ticked_entries) = (0, 0);
            (row.late_count, row.late_total) = (0, 0);
            store(tx, ctx, &mut row).await?;
            complete::close(tx, ctx, &row, &account, account.reconciled).await?;
            let cancelled = json!({ "before": before, "after": snapshot(&row) });
            let view = view(tx, ctx, row, false).await?;
            audit::record(tx, ctx, change(&view.row, "reconciliation.cancelled", cancelled)).await?;
            view.owned(ctx)
        })
    }
}

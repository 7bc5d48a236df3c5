//! Drafts: writes that wait for somebody's approval.

use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{Entered, NewTransaction};
use serde_json::json;
use tieout_core::Id;
use tieout_core::id::Draft;
use tieout_store::draft::{self, DraftRow};
use tieout_store::{BoxFuture, Page, Tx};

/// The one operation that drafts hold so far.
pub const CREATE_TRANSACTION: &str = "create_transaction";

/// Keeps a write for later; its payload is the write's own JSON.
#[derive(Debug, Clone)]
pub struct CreateDraft {
    /// What it would do.
    pub operation: String,
    /// With what.
    pub payload: String,
}

impl Command for CreateDraft {
    type Output = DraftRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<DraftRow, AppError>> {
        Box::pin(async move {
            if self.operation != CREATE_TRANSACTION {
                return Err(AppError::invalid("operation", "must be create_transaction"));
            }
            let row = DraftRow {
                id: ctx.id(),
                operation: self.operation.clone(),
                payload: self.payload.clone(),
                status: "pending".into(),
                result_id: None,
                reason: None,
                created_by: ctx.caller.user,
                decided_by: None,
                created_at: ctx.now_us,
                updated_at: ctx.now_us,
            };
            draft::insert(tx, ctx.org()?.id, &row).await?;
            audit::record(tx, ctx, change(&row, "draft.created")).await?;
            Ok(row)
        })
    }
}

fn change(row: &DraftRow, event_type: &'static str) -> Change {
    Change {
        entity_type: "draft",
        entity_id: row.id.to_string(),
        event_type,
        description: format!(
            "Draft of {} {}",
            row.operation,
            event_type.rsplit('.').next().unwrap_or_default()
        ),
        change: json!({ "after": { "status": row.status, "payload": row.payload, "result_id": row.result_id,
            "reason": row.reason } }),
    }
}

async fn find(tx: &mut Tx, ctx: &Context, id: Id<Draft>) -> Result<DraftRow, AppError> {
    draft::find(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("draft"))
}

async fn decide(tx: &mut Tx, ctx: &Context, row: &DraftRow) -> Result<(), AppError> {
    if draft::decide(tx, ctx.org()?.id, row).await? {
        Ok(())
    } else {
        Err(decided())
    }
}

/// Refuses what has been approved or rejected.
pub fn check_pending(row: &DraftRow) -> Result<(), AppError> {
    if row.status == "pending" {
        Ok(())
    } else {
        Err(decided())
    }
}

fn decided() -> AppError {
    AppError::rule("draft_not_pending", "the draft has been decided already")
}

/// Does what a draft holds. The payload was read by the face that took it.
#[derive(Debug, Clone)]
pub struct ApproveDraft {
    /// Which.
    pub id: Id<Draft>,
    /// Its payload, read.
    pub transaction: NewTransaction,
}

impl Command for ApproveDraft {
    type Output = (DraftRow, Entered);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let mut row = find(tx, ctx, self.id).await?;
            check_pending(&row)?;
            let entered = crate::posting::enter(tx, ctx, &self.transaction).await?;
            row.status = "approved".into();
            row.result_id = Some(entered.transaction.id.to_string());
            row.decided_by = Some(ctx.caller.user);
            row.updated_at = ctx.now_us;
            decide(tx, ctx, &row).await?;
            let mut recorded = change(&row, "draft.approved");
            recorded.change["transaction"] = crate::transaction::snapshot(&entered);
            audit::record(tx, ctx, recorded).await?;
            Ok((row, entered))
        })
    }
}

/// Tries a draft without doing it: where it would be in order, it ends with [`AppError::Tried`].
#[derive(Debug, Clone)]
pub struct TryTransaction(pub NewTransaction);

impl Command for TryTransaction {
    type Output = ();

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<(), AppError>> {
        Box::pin(async move {
            let entered = crate::posting::enter(tx, ctx, &self.0).await?;
            // Everything fits: undo it by failing, which no caller sees.
            Err(AppError::Tried(entered.late))
        })
    }
}

/// Refuses a draft.
#[derive(Debug, Clone)]
pub struct RejectDraft {
    /// Which.
    pub id: Id<Draft>,
    /// Why.
    pub reason: Option<String>,
}

impl Command for RejectDraft {
    type Output = DraftRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<DraftRow, AppError>> {
        Box::pin(async move {
            let mut row = find(tx, ctx, self.id).await?;
            row.status = "rejected".into();
            row.reason.clone_from(&self.reason);
            row.decided_by = Some(ctx.caller.user);
            row.updated_at = ctx.now_us;
            decide(tx, ctx, &row).await?;
            audit::record(tx, ctx, change(&row, "draft.rejected")).await?;
            Ok(row)
        })
    }
}

/// One draft.
#[derive(Debug, Clone, Copy)]
pub struct GetDraft(pub Id<Draft>);

impl Command for GetDraft {
    type Output = DraftRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<DraftRow, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// A page of drafts, newest first; an empty status does not filter.
#[derive(Debug, Clone)]
pub struct ListDrafts(pub String, pub Page);

impl Command for ListDrafts {
    type Output = (Vec<DraftRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(draft::list(tx, ctx.org()?.id, &self.0, self.1).await?) })
    }
}

//! Work in the background: asked for, looked at, cancelled, tried again. How it is run is in `runner.rs`.
//!
//! A job belongs to an organization; one of a practice covers all organizations of the practice. Recurring ones are there
//! from the practice's foundation on: whatever ends one queues the next in the same transaction.

mod chain;
mod runner;

pub use runner::{MAX_ATTEMPTS, backoff_us};

use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::world::{self, World};
use serde_json::json;
use tieout_core::Id;
use tieout_core::id::{Job, Organization, User};
use tieout_store::job::{self, JobRow};
use tieout_store::{BoxFuture, Page, Tx, organization};

const HOUR_US: i64 = 3600 * 1_000_000;

/// What can be done in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Forgets replies to repeated commands when nobody can get them any more, and jobs that ended long ago.
    CleanUp,
    /// Recomputes audit chains and checks them against every signed head.
    VerifyChains,
}

/// Every kind.
pub const KINDS: &[Kind] = &[Kind::CleanUp, Kind::VerifyChains];

impl Kind {
    /// Its name in records and interfaces.
    pub fn name(self) -> &'static str {
        match self {
            Self::CleanUp => "clean_up",
            Self::VerifyChains => "verify_audit_chains",
        }
    }

    /// How long after the end of a recurring one the next begins.
    fn every_us(self) -> i64 {
        match self {
            Self::CleanUp => HOUR_US,
            Self::VerifyChains => 7 * 24 * HOUR_US,
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Result<Self, AppError> {
        let names = || KINDS.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        let found = KINDS.iter().copied().find(|kind| kind.name() == name);
        found.ok_or_else(|| AppError::invalid("kind", format!("{name:?} is unknown; there are {}", names())))
    }
}

/// Of recurring jobs, and of those that somebody asked for: of each, one at a time waits or runs.
const RECURRING: &str = "recurring";
const ASKED: &str = "asked";

/// Whether another one follows it.
pub fn is_recurring(row: &JobRow) -> bool {
    row.dedup_key.as_deref() == Some(RECURRING)
}

fn new_job(
    world: &dyn World,
    (organization, created_by): (Id<Organization>, Id<User>),
    (kind, dedup_key): (Kind, &str),
    run_at: i64,
) -> JobRow {
    let now_us = world.now_us();
    JobRow {
        organization_id: organization,
        id: world::new_id(world),
        kind: kind.name().into(),
        payload: "{}".into(),
        state: "queued".into(),
        run_at,
        lease_until: 0,
        attempts: 0,
        max_attempts: MAX_ATTEMPTS,
        dedup_key: Some(dedup_key.into()),
        progress: 0,
        checkpoint: String::new(),
        result: None,
        problem: None,
        created_by,
        created_at: now_us,
        updated_at: now_us,
    }
}

/// Queues the recurring jobs that a practice lacks: all at its foundation, and whatever a newer program adds.
pub(crate) async fn queue_recurring(
    tx: &mut Tx,
    world: &dyn World,
    practice: Id<Organization>,
) -> Result<(), AppError> {
    let owner = organization::find_user(tx, practice, "owner").await?;
    let owner = owner.ok_or(AppError::Internal("a practice without an owner"))?;
    for kind in KINDS {
        let first = world.now_us() + kind.every_us();
        let row = new_job(world, (practice, owner.id), (*kind, RECURRING), first);
        job::insert(tx, &row).await?;
    }
    Ok(())
}

/// Queues the one that follows a recurring job, if it is one.
async fn queue_next(tx: &mut Tx, world: &dyn World, ended: &JobRow) -> Result<(), AppError> {
    if !is_recurring(ended) {
        return Ok(());
    }
    // A newer program's kind: that program queues it again when it starts.
    let Ok(kind) = Kind::named(&ended.kind) else {
        return Ok(());
    };
    let run_at = world.now_us() + kind.every_us();
    let next = new_job(
        world,
        (ended.organization_id, ended.created_by),
        (kind, RECURRING),
        run_at,
    );
    job::insert(tx, &next).await?;
    Ok(())
}

fn change(row: &JobRow, event_type: &'static str) -> Change {
    let verb = event_type.rsplit('.').next().unwrap_or_default();
    Change {
        entity_type: "job",
        entity_id: row.id.to_string(),
        event_type,
        description: format!("Job {} {verb}", row.kind),
        change: json!({ "after": { "kind": row.kind, "state": row.state, "attempts": row.attempts } }),
    }
}

/// Asks for a job now. While one of the kind that somebody asked for waits or runs, it is that one.
#[derive(Debug, Clone, Copy)]
pub struct Ask(pub Kind);

impl Command for Ask {
    type Output = JobRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<JobRow, AppError>> {
        Box::pin(async move {
            let organization = ctx.org()?.id;
            let whose = (organization, ctx.caller.user);
            let row = new_job(ctx.world.as_ref(), whose, (self.0, ASKED), ctx.now_us);
            if !job::insert(tx, &row).await? {
                let open = job::find_open(tx, organization, self.0.name(), ASKED).await?;
                // None if it ended between the two statements: then it is asked for again.
                return open.ok_or(AppError::Store(tieout_store::StoreError::LostRace));
            }
            audit::record(tx, ctx, change(&row, "job.requested")).await?;
            Ok(row)
        })
    }
}

/// Cancels a job that waits or runs; a running one stops at its next step, of which nothing remains.
#[derive(Debug, Clone, Copy)]
pub struct CancelJob(pub Id<Job>);

impl Command for CancelJob {
    type Output = JobRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<JobRow, AppError>> {
        Box::pin(async move {
            let organization = ctx.org()?.id;
            let Some(row) = job::cancel(tx, organization, self.0, ctx.now_us).await? else {
                find(tx, ctx, self.0).await?;
                return Err(AppError::rule(
                    "job_ended",
                    "the job has ended; only one that waits or runs can be cancelled",
                ));
            };
            queue_next(tx, ctx.world.as_ref(), &row).await?;
            audit::record(tx, ctx, change(&row, "job.cancelled")).await?;
            Ok(row)
        })
    }
}

/// Queues a dead job again, with all its attempts; it goes on where it was.
#[derive(Debug, Clone, Copy)]
pub struct RetryJob(pub Id<Job>);

impl Command for RetryJob {
    type Output = JobRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<JobRow, AppError>> {
        Box::pin(async move {
            let seen = find(tx, ctx, self.0).await?;
            let key = seen.dedup_key.as_deref().unwrap_or_default();
            if job::find_open(tx, seen.organization_id, &seen.kind, key)
                .await?
                .is_some()
            {
                return Err(AppError::rule(
                    "job_waiting",
                    "another job of this kind waits or runs already",
                ));
            }
            let Some(row) = job::retry(tx, seen.organization_id, seen.id, ctx.now_us).await? else {
                return Err(AppError::rule(
                    "job_not_dead",
                    "only a job that was given up can be tried again",
                ));
            };
            audit::record(tx, ctx, change(&row, "job.retried")).await?;
            Ok(row)
        })
    }
}

async fn find(tx: &mut Tx, ctx: &Context, id: Id<Job>) -> Result<JobRow, AppError> {
    let found = job::find(tx, ctx.org()?.id, id).await?;
    found.ok_or(AppError::NotFound("job"))
}

/// One job.
#[derive(Debug, Clone, Copy)]
pub struct GetJob(pub Id<Job>);

impl Command for GetJob {
    type Output = JobRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<JobRow, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// A page of jobs, newest first; an empty state does not filter.
#[derive(Debug, Clone)]
pub struct ListJobs(pub String, pub Page);

impl Command for ListJobs {
    type Output = (Vec<JobRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(job::list(tx, ctx.org()?.id, &self.0, self.1).await?) })
    }
}

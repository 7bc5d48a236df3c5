//! Running jobs: any number of processes call [`App::run_due_jobs`] over one database.
//!
//! A job is claimed by a lease with a random token and runs in **steps**. What a step changes, how far the job is, and the
//! renewal of the lease are one transaction, which does nothing unless the lease is still ours. So a process that dies in
//! the middle leaves whole steps; the job goes on after them when the lease is over, and a process that was only slow
//! cannot do anything twice. Cancelling takes the lease away.

use super::{Kind, chain, queue_next};
use crate::command::App;
use crate::error::AppError;
use crate::world::World;
use serde_json::json;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::job::{self, JobRow, Lease};
use tieout_store::{BoxFuture, Retry, StoreError, Tx, organization, repeated};

/// For how long a claim holds without a step; the longest step takes a small part of that.
const LEASE_US: i64 = 60 * 1_000_000;
/// How often a job is tried without getting on.
pub const MAX_ATTEMPTS: i64 = 8;
/// The first wait after a failure; each later one is twice as long.
const FIRST_WAIT_US: i64 = 5 * 1_000_000;
/// Replies that no repetition gets any more: twice the time that they are promised for.
const REPLIES_US: i64 = 48 * super::HOUR_US;
/// Jobs that ended.
const ENDED_US: i64 = 90 * 24 * super::HOUR_US;
/// Rows removed in one step, and organizations looked at: others' writes wait for no longer than that takes.
const AT_ONCE: i64 = 500;
const ORGANIZATIONS_AT_ONCE: i64 = 50;

/// How long to wait after this many attempts have failed. `dice` spreads jobs that failed together over half as much again.
pub fn backoff_us(attempts: i64, dice: u8) -> i64 {
    let doublings = u32::try_from((attempts - 1).clamp(0, 12)).unwrap_or(12);
    let wait = FIRST_WAIT_US << doublings;
    wait + wait / 2 * i64::from(dice) / 255
}

/// What a step found to do.
pub(super) enum Step {
    /// Nothing to change; the job got so far.
    Reached {
        /// Where the next step goes on.
        checkpoint: String,
        /// For people.
        progress: i64,
    },
    /// Rows of these organizations to be removed, as many as one step may.
    CleanUp(Vec<Id<Organization>>),
    /// The end.
    Done {
        /// What came of it, as JSON.
        result: String,
        /// For people.
        progress: i64,
    },
}

/// A running job in the hands of this process.
struct Held {
    job: JobRow,
    lease: Lease,
    step: Result<Step, String>,
    world: std::sync::Arc<dyn World>,
}

/// Why a step's transaction did not happen.
enum Stopped {
    /// The job was cancelled, or is somebody else's by now.
    Lost,
    Failed(AppError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<AppError> for Stopped {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

impl Retry for Stopped {
    fn is_lost_race(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_lost_race())
    }
}

impl App {
    /// Runs every job that is due, one after the other; how many that were.
    pub async fn run_due_jobs(&self) -> Result<usize, AppError> {
        let mut done = 0;
        while self.run_next_job().await?.is_some() {
            done += 1;
        }
        Ok(done)
    }

    /// Claims the job that has waited longest and runs it until it ends, fails or is taken away; its id.
    pub async fn run_next_job(&self) -> Result<Option<Id<tieout_core::id::Job>>, AppError> {
        let Some((mut job, token)) = self.claim_job().await? else {
            return Ok(None);
        };
        while self.step_job(&mut job, token).await? {}
        Ok(Some(job.id))
    }

    /// Claims the job that has waited longest; the token names the claim.
    pub async fn claim_job(&self) -> Result<Option<(JobRow, [u8; 16])>, AppError> {
        let now_us = self.world().now_us();
        if !self
            .database()
            .read(&now_us, |tx, now_us| Box::pin(job::is_any_due(tx, *now_us)))
            .await?
        {
            return Ok(None);
        }
        let mut token = [0; 16];
        self.world().fill(&mut token);
        let lease = Lease {
            token,
            until_us: now_us + LEASE_US,
            now_us,
        };
        let input = (lease, std::sync::Arc::clone(self.world()));
        let claimed = self
            .database()
            .write(input, |tx, input| Box::pin(claim(tx, input)))
            .await?;
        Ok(claimed.map(|job| (job, token)))
    }

    /// Does one step of a claimed job; whether there is another one.
    pub async fn step_job(&self, job: &mut JobRow, token: [u8; 16]) -> Result<bool, AppError> {
        let step = self.next_step(job).await.map_err(|error| error.with_causes());
        let now_us = self.world().now_us();
        let held = Held {
            job: job.clone(),
            lease: Lease {
                token,
                until_us: now_us + LEASE_US,
                now_us,
            },
            step,
            world: std::sync::Arc::clone(self.world()),
        };
        match self.database().write(held, apply).await {
            Ok(after) => {
                *job = after;
                Ok(job.state == "running")
            }
            Err(Stopped::Lost) => Ok(false),
            Err(Stopped::Failed(error)) => Err(error),
        }
    }

    async fn next_step(&self, job: &JobRow) -> Result<Step, AppError> {
        match Kind::named(&job.kind)? {
            Kind::VerifyChains => chain::step(self, job).await,
            Kind::CleanUp => self.next_to_clean(job).await,
        }
    }

    /// The organization that the checkpoint names is the last one that was clean.
    async fn next_to_clean(&self, job: &JobRow) -> Result<Step, AppError> {
        let after = if job.checkpoint.is_empty() {
            Id::from_bytes([0; 16])
        } else {
            Id::parse(&job.checkpoint).map_err(|_| AppError::Internal("checkpoint of a job"))?
        };
        let look = (job.organization_id, after);
        let next = self
            .database()
            .read(&look, |tx, look| {
                Box::pin(organization::next_of(tx, look.0, look.1, ORGANIZATIONS_AT_ONCE))
            })
            .await?;
        if next.is_empty() {
            return Ok(Step::Done {
                result: json!({ "removed": job.progress }).to_string(),
                progress: job.progress,
            });
        }
        Ok(Step::CleanUp(next))
    }
}

async fn claim(tx: &mut Tx, (lease, world): &(Lease, std::sync::Arc<dyn World>)) -> Result<Option<JobRow>, AppError> {
    let ended = "the process that ran it ended at every attempt";
    for buried in job::bury(tx, ended, lease.now_us).await? {
        queue_next(tx, world.as_ref(), &buried).await?;
    }
    Ok(job::claim(tx, *lease).await?)
}

fn apply<'t>(tx: &'t mut Tx, held: &'t Held) -> BoxFuture<'t, Result<JobRow, Stopped>> {
    Box::pin(async move {
        let mut job = held.job.clone();
        match &held.step {
            Ok(Step::Reached { checkpoint, progress }) => {
                job.checkpoint.clone_from(checkpoint);
                job.progress = *progress;
            }
            Ok(Step::CleanUp(organizations)) => {
                for organization in organizations {
                    let removed = clean(tx, *organization, held.lease.now_us).await?;
                    job.progress += removed;
                    if removed > 0 {
                        // There may be more of it: the next step begins with the same organization.
                        break;
                    }
                    job.checkpoint = organization.to_string();
                }
            }
            Ok(Step::Done { result, progress }) => {
                job.state = "done".into();
                job.progress = *progress;
                job.result = Some(result.clone());
                job.problem = None;
            }
            Err(problem) => failed(&mut job, held, problem),
        }
        // Attempts count what fails at the same place: a long job that gets on, lease after lease, is not given up.
        if held.step.is_ok() && (&job.checkpoint, job.progress) != (&held.job.checkpoint, held.job.progress) {
            job.attempts = 1;
        }
        let kept = if job.state == "running" {
            job::save(tx, &job, held.lease).await?
        } else {
            job::finish(tx, &job, held.lease).await?
        };
        if !kept {
            // An error rolls everything back that the step changed.
            return Err(Stopped::Lost);
        }
        if matches!(job.state.as_str(), "done" | "dead") {
            queue_next(tx, held.world.as_ref(), &job).await?;
        }
        Ok(job)
    })
}

fn failed(job: &mut JobRow, held: &Held, problem: &str) {
    let mut dice = [0];
    held.world.fill(&mut dice);
    job.problem = Some(problem.to_owned());
    if job.attempts < job.max_attempts {
        job.state = "queued".into();
        job.run_at = held.lease.now_us + backoff_us(job.attempts, dice[0]);
    } else {
        job.state = "dead".into();
    }
}

async fn clean(tx: &mut Tx, organization: Id<Organization>, now_us: i64) -> Result<i64, AppError> {
    let replies = repeated::forget(tx, organization, now_us - REPLIES_US, AT_ONCE).await?;
    let jobs = job::forget_ended(tx, organization, now_us - ENDED_US, AT_ONCE).await?;
    Ok(replies + jobs)
}

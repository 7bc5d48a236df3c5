//! Background jobs, claimed through the database: any number of processes may look for work.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::Id;
use tieout_core::id::{Job, Organization, User};

/// A row of `job`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct JobRow {
    pub organization_id: Id<Organization>,
    pub id: Id<Job>,
    pub kind: String,
    pub payload: String,
    pub state: String,
    pub run_at: i64,
    pub lease_until: i64,
    pub attempts: i64,
    pub max_attempts: i64,
    pub dedup_key: Option<String>,
    pub progress: i64,
    pub checkpoint: String,
    pub result: Option<String>,
    pub problem: Option<String>,
    pub created_by: Id<User>,
    pub created_at: i64,
    pub updated_at: i64,
}

macro_rules! columns {
    () => {
        "organization_id, id, kind, payload, state, run_at, lease_until, attempts, max_attempts, dedup_key, progress, \
         checkpoint, result, problem, created_by, created_at, updated_at"
    };
}
/// May be claimed now ($1 is the time): due, or its process stopped renewing its lease. One whose process ended each time
/// is not tried for ever.
macro_rules! is_due {
    () => {
        "((state = 'queued' AND run_at <= $1) OR (state = 'running' AND lease_until < $1 AND attempts < max_attempts))"
    };
}

statements! {
    INSERT = concat!("INSERT INTO job (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
        $13, $14, $15, $16, $17) ON CONFLICT (organization_id, kind, dedup_key) WHERE dedup_key IS NOT NULL \
        AND state IN ('queued', 'running') DO NOTHING");
    IS_DUE = concat!("SELECT EXISTS (SELECT 1 FROM job WHERE state IN ('queued', 'running') AND (", is_due!(),
        " OR (state = 'running' AND lease_until < $1)))");
    // The inner query finds, the outer condition makes sure that only one process gets it.
    CLAIM = concat!("UPDATE job SET state = 'running', lease = $2, lease_until = $3, attempts = attempts + 1, \
        updated_at = $1 WHERE (organization_id, id) = (SELECT organization_id, id FROM job \
        WHERE state IN ('queued', 'running') AND ", is_due!(), " ORDER BY run_at, id LIMIT 1) AND ", is_due!(),
        " RETURNING ", columns!());
    BURY = concat!("UPDATE job SET state = 'dead', lease = NULL, problem = $2, updated_at = $1 \
        WHERE state = 'running' AND lease_until < $1 AND attempts >= max_attempts RETURNING ", columns!());
    SAVE = "UPDATE job SET lease_until = $4, progress = $5, checkpoint = $6, updated_at = $7, attempts = $8 \
        WHERE organization_id = $1 AND id = $2 AND lease = $3 AND state = 'running'";
    FINISH = "UPDATE job SET state = $4, lease = NULL, run_at = $5, progress = $6, result = $7, problem = $8, \
        updated_at = $9 WHERE organization_id = $1 AND id = $2 AND lease = $3 AND state = 'running'";
    CANCEL = concat!("UPDATE job SET state = 'cancelled', lease = NULL, updated_at = $3 \
        WHERE organization_id = $1 AND id = $2 AND state IN ('queued', 'running') RETURNING ", columns!());
    RETRY = concat!("UPDATE job SET state = 'queued', attempts = 0, run_at = $3, problem = NULL, updated_at = $3 \
        WHERE organization_id = $1 AND id = $2 AND state = 'dead' RETURNING ", columns!());
    FIND = concat!("SELECT ", columns!(), " FROM job WHERE organization_id = $1 AND id = $2");
    FIND_OPEN = concat!("SELECT ", columns!(), " FROM job WHERE organization_id = $1 AND kind = $2 AND dedup_key = $3 \
        AND state IN ('queued', 'running')");
    LIST = concat!("SELECT ", columns!(), " FROM job WHERE organization_id = $1 AND ($2 = '' OR state = $2) \
        ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4");
    COUNT = "SELECT COUNT(*) FROM job WHERE organization_id = $1 AND ($2 = '' OR state = $2)";
    // Dead ones stay until somebody has looked: they are retried or cancelled by a person.
    FORGET_ENDED = "DELETE FROM job WHERE organization_id = $1 AND id IN (SELECT id FROM job WHERE organization_id = $1 \
        AND created_at < $2 AND state IN ('done', 'cancelled') AND updated_at < $2 ORDER BY created_at, id LIMIT $3)";
}

fn decode(row: &mut Row<'_>) -> Result<JobRow, StoreError> {
    Ok(JobRow {
        organization_id: row.id()?,
        id: row.id()?,
        kind: row.text()?,
        payload: row.text()?,
        state: row.text()?,
        run_at: row.int()?,
        lease_until: row.int()?,
        attempts: row.int()?,
        max_attempts: row.int()?,
        dedup_key: row.maybe_text()?,
        progress: row.int()?,
        checkpoint: row.text()?,
        result: row.maybe_text()?,
        problem: row.maybe_text()?,
        created_by: row.id()?,
        created_at: row.int()?,
        updated_at: row.int()?,
    })
}

/// Adds a job; false if one with the same key waits or runs already.
pub async fn insert(tx: &mut Tx, j: &JobRow) -> Result<bool, StoreError> {
    let args = args![
        j.organization_id,
        j.id,
        &j.kind,
        &j.payload,
        &j.state,
        j.run_at,
        j.lease_until,
        j.attempts,
        j.max_attempts,
        &j.dedup_key,
        j.progress,
        &j.checkpoint,
        &j.result,
        &j.problem,
        j.created_by,
        j.created_at,
        j.updated_at
    ];
    Ok(tx.execute(INSERT, args).await? == 1)
}

/// A claim on a job: only its holder may note progress or finish.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// Random bytes that name the claim.
    pub token: [u8; 16],
    /// Until when it holds unless renewed.
    pub until_us: i64,
    /// Now.
    pub now_us: i64,
}

/// Whether there is anything to claim or to bury: costs no lock.
pub async fn is_any_due(tx: &mut Tx, now_us: i64) -> Result<bool, StoreError> {
    tx.one(IS_DUE, args![now_us], |row| row.bool()).await
}

/// Claims the job that has waited longest.
pub async fn claim(tx: &mut Tx, lease: Lease) -> Result<Option<JobRow>, StoreError> {
    tx.optional(CLAIM, args![lease.now_us, &lease.token[..], lease.until_us], decode)
        .await
}

/// Gives up jobs whose process ended at every attempt.
pub async fn bury(tx: &mut Tx, problem: &str, now_us: i64) -> Result<Vec<JobRow>, StoreError> {
    tx.all(BURY, args![now_us, problem], decode).await
}

/// Renews a claim, notes progress and place; false if the job was cancelled or is somebody else's by now.
pub async fn save(tx: &mut Tx, job: &JobRow, lease: Lease) -> Result<bool, StoreError> {
    let args = args![
        job.organization_id,
        job.id,
        &lease.token[..],
        lease.until_us,
        job.progress,
        &job.checkpoint,
        lease.now_us,
        job.attempts
    ];
    Ok(tx.execute(SAVE, args).await? == 1)
}

/// Ends a run with the job's state, time, progress, result and problem; false if the claim was lost.
pub async fn finish(tx: &mut Tx, job: &JobRow, lease: Lease) -> Result<bool, StoreError> {
    let args = args![
        job.organization_id,
        job.id,
        &lease.token[..],
        &job.state,
        job.run_at,
        job.progress,
        &job.result,
        &job.problem,
        lease.now_us
    ];
    Ok(tx.execute(FINISH, args).await? == 1)
}

/// Cancels a job that waits or runs; none if it does neither.
pub async fn cancel(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Job>,
    now_us: i64,
) -> Result<Option<JobRow>, StoreError> {
    tx.optional(CANCEL, args![organization, id, now_us], decode).await
}

/// Queues a dead job again; none if it is not dead.
pub async fn retry(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Job>,
    now_us: i64,
) -> Result<Option<JobRow>, StoreError> {
    tx.optional(RETRY, args![organization, id, now_us], decode).await
}

/// The one with this id.
pub async fn find(tx: &mut Tx, organization: Id<Organization>, id: Id<Job>) -> Result<Option<JobRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// The one of this kind and key that waits or runs.
pub async fn find_open(
    tx: &mut Tx,
    organization: Id<Organization>,
    kind: &str,
    dedup_key: &str,
) -> Result<Option<JobRow>, StoreError> {
    tx.optional(FIND_OPEN, args![organization, kind, dedup_key], decode)
        .await
}

/// Newest first, and how many there are; an empty state does not filter.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    state: &str,
    page: Page,
) -> Result<(Vec<JobRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, state, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![organization, state], |row| row.int()).await?;
    Ok((rows, count))
}

/// Forgets jobs that were done or cancelled before an instant, at most this many; how many they were.
pub async fn forget_ended(
    tx: &mut Tx,
    organization: Id<Organization>,
    before_us: i64,
    limit: i64,
) -> Result<i64, StoreError> {
    let removed = tx.execute(FORGET_ENDED, args![organization, before_us, limit]).await?;
    Ok(i64::try_from(removed).unwrap_or(i64::MAX))
}

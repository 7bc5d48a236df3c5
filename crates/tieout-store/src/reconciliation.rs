//! Reconciliations: their rows and figures. What is in their scope is in `scope.rs`.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use crate::scope::Sum;
use tieout_core::id::{Account, ApiKey, Organization, Reconciliation, User};
use tieout_core::{Date, Id};

/// A row of `reconciliation`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct ReconciliationRow {
    pub id: Id<Reconciliation>,
    pub account_id: Id<Account>,
    pub kind: String,
    pub statement_date: Date,
    pub statement_balance: i64,
    pub notes: Option<String>,
    pub status: String,
    pub is_parked: bool,
    pub previous_id: Option<Id<Reconciliation>>,
    pub previous_date: Option<Date>,
    pub previous_balance: i64,
    pub ledger_balance: i64,
    pub total_entries: i64,
    pub ticked_entries: i64,
    pub set_aside_count: i64,
    pub set_aside_total: i64,
    pub last_seq: Option<i64>,
    /// Completed: posted into its period since. Open: posted into completed periods, and open.
    pub late_count: i64,
    pub late_total: i64,
    pub created_by: Id<User>,
    pub created_by_key: Option<Id<ApiKey>>,
    pub completed_by: Option<Id<User>>,
    pub completed_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
    /// What all reconciliations before it had cleared, if it was looked at alone; not stored here.
    pub previous_cleared: Option<i64>,
    /// Of its account; not stored here.
    pub account_name: String,
    /// Of its account; not stored here.
    pub account_type: String,
    /// Of its account, if it has its own; not stored here.
    pub account_currency: Option<String>,
}

macro_rules! columns {
    ($previous_cleared:literal) => {
        concat!(
            "r.id, r.account_id, r.kind, r.statement_day, r.statement_balance, r.notes, r.status, r.is_parked, \
         r.previous_id, r.previous_day, r.previous_balance, r.ledger_balance, r.total_entries, r.ticked_entries, \
         r.set_aside_count, r.set_aside_total, r.last_seq, r.late_count, r.late_total, r.created_by, \
         r.created_by_key, r.completed_by, r.completed_at, r.created_at, r.updated_at, r.version, ",
            $previous_cleared,
            ", a.name, a.account_type, a.currency"
        )
    };
}
macro_rules! from {
    ($previous:literal) => {
        concat!(
            " FROM reconciliation r JOIN account a ON a.organization_id = r.organization_id AND a.id = r.account_id ",
            $previous,
            " WHERE r.organization_id = $1 "
        )
    };
}

statements! {
    INSERT = "INSERT INTO reconciliation (organization_id, id, account_id, kind, statement_day, statement_balance, \
        notes, status, is_parked, previous_id, previous_day, previous_balance, ledger_balance, total_entries, \
        ticked_entries, set_aside_count, set_aside_total, last_seq, created_by, created_by_key, completed_by, \
        completed_at, created_at, updated_at, version, late_count, late_total) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
        $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)";
    UPDATE = "UPDATE reconciliation SET statement_balance = $3, notes = $4, status = $5, is_parked = $6, \
        previous_id = $7, previous_day = $8, previous_balance = $9, ledger_balance = $10, total_entries = $11, \
        ticked_entries = $12, set_aside_count = $13, set_aside_total = $14, last_seq = $15, completed_by = $16, \
        completed_at = $17, updated_at = $18, late_count = $19, late_total = $20, version = version + 1 WHERE organization_id = $1 AND id = $2";
    POSTED = "UPDATE reconciliation SET ledger_balance = ledger_balance + $3, total_entries = total_entries + $4, \
        late_count = late_count + $5, late_total = late_total + $6, version = version + 1 \
        WHERE organization_id = $1 AND id = $2";
    LATE = "UPDATE reconciliation SET late_count = late_count + $4, late_total = late_total + $5, version = version + 1 \
        WHERE organization_id = $1 AND account_id = $2 AND status = 'Completed' AND statement_day >= $3 \
        AND (previous_day IS NULL OR previous_day < $3)";
    DELETE = "DELETE FROM reconciliation WHERE organization_id = $1 AND id = $2";
    FIND = concat!("SELECT ", columns!("p.ledger_balance"), from!("LEFT JOIN reconciliation p \
        ON p.organization_id = r.organization_id AND p.id = r.previous_id"), "AND r.id = $2");
    // With the count of all of them, so that a page is one question.
    LIST = concat!("SELECT (SELECT COUNT(*) FROM reconciliation WHERE organization_id = $1 AND ($2 OR account_id = $3) \
        AND ($4 = '' OR status = $4) AND (kind = 'statement' OR status = 'InProgress')), ",
        columns!("CAST(NULL AS BIGINT)"), from!(""), "AND ($2 OR r.account_id = $3) AND ($4 = '' OR r.status = $4) \
        AND (r.kind = 'statement' OR r.status = 'InProgress') ORDER BY r.created_at DESC, r.id DESC LIMIT $5 OFFSET $6");
    COUNT = "SELECT COUNT(*) FROM reconciliation WHERE organization_id = $1 AND ($2 OR account_id = $3) \
        AND ($4 = '' OR status = $4) AND (kind = 'statement' OR status = 'InProgress')";
    COUNT_ASIDE = "SELECT COUNT(*) FROM set_aside WHERE organization_id = $1 AND reconciliation_id = $2";
    LAST_COMPLETED = concat!("SELECT ", columns!("CAST(NULL AS BIGINT)"), from!(""), "AND r.account_id = $2 AND r.status = 'Completed' \
        AND ($3 OR r.statement_day < $4) ORDER BY r.statement_day DESC LIMIT 1");
    IDS = "SELECT id FROM reconciliation WHERE organization_id = $1 ORDER BY id";
    PARKED = concat!("SELECT ", columns!("CAST(NULL AS BIGINT)"), from!(""), "AND r.account_id = $2 AND r.is_parked \
        ORDER BY r.statement_day, r.id");
}

fn decode(row: &mut Row<'_>) -> Result<ReconciliationRow, StoreError> {
    Ok(ReconciliationRow {
        id: row.id()?,
        account_id: row.id()?,
        kind: row.text()?,
        statement_date: row.date()?,
        statement_balance: row.int()?,
        notes: row.maybe_text()?,
        status: row.text()?,
        is_parked: row.bool()?,
        previous_id: row.maybe_id()?,
        previous_date: row.maybe_date()?,
        previous_balance: row.int()?,
        ledger_balance: row.int()?,
        total_entries: row.int()?,
        ticked_entries: row.int()?,
        set_aside_count: row.int()?,
        set_aside_total: row.int()?,
        last_seq: row.maybe_int()?,
        late_count: row.int()?,
        late_total: row.int()?,
        created_by: row.id()?,
        created_by_key: row.maybe_id()?,
        completed_by: row.maybe_id()?,
        completed_at: row.maybe_int()?,
        created_at: row.int()?,
        updated_at: row.int()?,
        version: row.int()?,
        previous_cleared: row.maybe_int()?,
        account_name: row.text()?,
        account_type: row.text()?,
        account_currency: row.maybe_text()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, r: &ReconciliationRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        r.id,
        r.account_id,
        &r.kind,
        r.statement_date,
        r.statement_balance,
        &r.notes,
        &r.status,
        r.is_parked,
        r.previous_id,
        r.previous_date,
        r.previous_balance,
        r.ledger_balance,
        r.total_entries,
        r.ticked_entries,
        r.set_aside_count,
        r.set_aside_total,
        r.last_seq,
        r.created_by,
        r.created_by_key,
        r.completed_by,
        r.completed_at,
        r.created_at,
        r.updated_at,
        r.version,
        r.late_count,
        r.late_total
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Stores what may change of it.
pub async fn update(tx: &mut Tx, organization: Id<Organization>, r: &ReconciliationRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        r.id,
        r.statement_balance,
        &r.notes,
        &r.status,
        r.is_parked,
        r.previous_id,
        r.previous_date,
        r.previous_balance,
        r.ledger_balance,
        r.total_entries,
        r.ticked_entries,
        r.set_aside_count,
        r.set_aside_total,
        r.last_seq,
        r.completed_by,
        r.completed_at,
        r.updated_at,
        r.late_count,
        r.late_total
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// Adds what was posted in its window to the figures of an open one; `late` is what of it lies in completed periods.
pub async fn posted(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Reconciliation>,
    posted: Sum,
    late: Sum,
) -> Result<(), StoreError> {
    let args = args![organization, id, posted.amount, posted.count, late.count, late.amount];
    tx.execute(POSTED, args).await.map(|_| ())
}

/// Notes on the completed reconciliation of a day that something was posted into its period.
pub async fn posted_late(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
    (day, late): (Date, Sum),
) -> Result<(), StoreError> {
    let args = args![organization, account, day, late.count, late.amount];
    tx.execute(LATE, args).await.map(|_| ())
}

/// Removes one, with its ticks and what it set aside.
pub async fn delete(tx: &mut Tx, organization: Id<Organization>, id: Id<Reconciliation>) -> Result<(), StoreError> {
    tx.execute(DELETE, args![organization, id]).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Reconciliation>,
) -> Result<Option<ReconciliationRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// The ids of an organization's reconciliations, opening ones too.
pub async fn ids(tx: &mut Tx, organization: Id<Organization>) -> Result<Vec<Id<Reconciliation>>, StoreError> {
    tx.all(IDS, args![organization], |row| row.id()).await
}

/// Which reconciliations of a list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this account.
    pub account: Option<Id<Account>>,
    /// With this status; an empty text does not filter.
    pub status: String,
}

/// Newest first, and how many there are; completed opening reconciliations are not listed, one that was reopened is.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<ReconciliationRow>, i64), StoreError> {
    let (any, account, status) = (filter.account.is_none(), filter.account, &filter.status);
    let args = args![organization, any, account, status, page.limit, page.offset];
    let found = tx.all(LIST, args, |row| Ok((row.int()?, decode(row)?))).await?;
    let count = if let Some((count, _)) = found.first() {
        *count
    } else {
        let all = args![organization, any, account, status];
        tx.one(COUNT, all, |row| row.int()).await?
    };
    Ok((found.into_iter().map(|(_, row)| row).collect(), count))
}

/// How much one has set aside, wholes and parts.
pub async fn count_aside(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Reconciliation>,
) -> Result<i64, StoreError> {
    tx.one(COUNT_ASIDE, args![organization, id], |row| row.int()).await
}

/// The latest completed one of an account, or the latest with a statement date before this day.
pub async fn last_completed(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
    before: Option<Date>,
) -> Result<Option<ReconciliationRow>, StoreError> {
    let any = before.is_none();
    let args = args![organization, account, any, before.unwrap_or(Date::MAX)];
    tx.optional(LAST_COMPLETED, args, decode).await
}

/// Those of an account that are parked, the earliest first.
pub async fn parked(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
) -> Result<Vec<ReconciliationRow>, StoreError> {
    tx.all(PARKED, args![organization, account], decode).await
}

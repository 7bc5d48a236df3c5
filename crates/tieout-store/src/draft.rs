//! Drafts: writes that wait for approval.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::Id;
use tieout_core::id::{Draft, Organization, User};

/// A row of `draft`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct DraftRow {
    pub id: Id<Draft>,
    pub operation: String,
    pub payload: String,
    pub status: String,
    pub result_id: Option<String>,
    pub reason: Option<String>,
    pub created_by: Id<User>,
    pub decided_by: Option<Id<User>>,
    pub created_at: i64,
    pub updated_at: i64,
}

macro_rules! columns {
    () => {
        "id, operation, payload, status, result_id, reason, created_by, decided_by, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO draft (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    DECIDE = "UPDATE draft SET status = $3, result_id = $4, reason = $5, decided_by = $6, updated_at = $7 \
        WHERE organization_id = $1 AND id = $2 AND status = 'pending'";
    FIND = concat!("SELECT ", columns!(), " FROM draft WHERE organization_id = $1 AND id = $2");
    LIST = concat!("SELECT ", columns!(), " FROM draft WHERE organization_id = $1 AND ($2 = '' OR status = $2) \
        ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4");
    COUNT = "SELECT COUNT(*) FROM draft WHERE organization_id = $1 AND ($2 = '' OR status = $2)";
}

fn decode(row: &mut Row<'_>) -> Result<DraftRow, StoreError> {
    Ok(DraftRow {
        id: row.id()?,
        operation: row.text()?,
        payload: row.text()?,
        status: row.text()?,
        result_id: row.maybe_text()?,
        reason: row.maybe_text()?,
        created_by: row.id()?,
        decided_by: row.maybe_id()?,
        created_at: row.int()?,
        updated_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, d: &DraftRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        d.id,
        &d.operation,
        &d.payload,
        &d.status,
        &d.result_id,
        &d.reason,
        d.created_by,
        d.decided_by,
        d.created_at,
        d.updated_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Approves or rejects one that waits; false if it was decided already.
pub async fn decide(tx: &mut Tx, organization: Id<Organization>, d: &DraftRow) -> Result<bool, StoreError> {
    let args = args![
        organization,
        d.id,
        &d.status,
        &d.result_id,
        &d.reason,
        d.decided_by,
        d.updated_at
    ];
    Ok(tx.execute(DECIDE, args).await? == 1)
}

/// The one with this id.
pub async fn find(tx: &mut Tx, organization: Id<Organization>, id: Id<Draft>) -> Result<Option<DraftRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// Newest first, and how many there are; an empty status does not filter.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    status: &str,
    page: Page,
) -> Result<(Vec<DraftRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, status, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![organization, status], |row| row.int()).await?;
    Ok((rows, count))
}

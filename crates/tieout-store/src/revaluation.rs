//! Revaluations of foreign balances.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Organization, Revaluation, Transaction, User};
use tieout_core::{Date, Id};

/// A row of `revaluation`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct RevaluationRow {
    pub id: Id<Revaluation>,
    pub date: Date,
    pub transaction_id: Id<Transaction>,
    pub reversal_id: Option<Id<Transaction>>,
    pub gain: i64,
    pub created_by: Id<User>,
    pub created_at: i64,
}

macro_rules! columns {
    () => {
        "id, day, transaction_id, reversal_id, gain, created_by, created_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO revaluation (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8)");
    LIST = concat!("SELECT ", columns!(), " FROM revaluation WHERE organization_id = $1 \
        ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    FIND = concat!("SELECT ", columns!(), " FROM revaluation WHERE organization_id = $1 AND id = $2");
    COUNT = "SELECT COUNT(*) FROM revaluation WHERE organization_id = $1";
}

fn decode(row: &mut Row<'_>) -> Result<RevaluationRow, StoreError> {
    Ok(RevaluationRow {
        id: row.id()?,
        date: row.date()?,
        transaction_id: row.id()?,
        reversal_id: row.maybe_id()?,
        gain: row.int()?,
        created_by: row.id()?,
        created_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, r: &RevaluationRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        r.id,
        r.date,
        r.transaction_id,
        r.reversal_id,
        r.gain,
        r.created_by,
        r.created_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Revaluation>,
) -> Result<Option<RevaluationRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    page: Page,
) -> Result<(Vec<RevaluationRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![organization], |row| row.int()).await?;
    Ok((rows, count))
}

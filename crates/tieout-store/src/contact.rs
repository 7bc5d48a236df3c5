//! Contacts.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::Id;
use tieout_core::id::{Contact, Organization, User};

/// A row of `contact`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct ContactRow {
    pub id: Id<Contact>,
    pub contact_type: String,
    pub name: String,
    /// Address, numbers and metadata, as one JSON object.
    pub details: String,
    pub enabled: bool,
    pub created_by: Id<User>,
    pub created_at: i64,
    pub updated_at: i64,
}

macro_rules! columns {
    () => {
        "id, contact_type, name, details, enabled, created_by, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO contact (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    UPDATE = "UPDATE contact SET contact_type = $3, name = $4, details = $5, enabled = $6, updated_at = $7 \
        WHERE organization_id = $1 AND id = $2";
    DELETE = "DELETE FROM contact WHERE organization_id = $1 AND id = $2";
    IS_USED = "SELECT COUNT(*) FROM (SELECT 1 FROM journal_transaction WHERE organization_id = $1 \
        AND contact_id = $2 LIMIT 1) AS t";
    FIND = concat!("SELECT ", columns!(), " FROM contact WHERE organization_id = $1 AND id = $2");
    FIND_NAME = "SELECT id FROM contact WHERE organization_id = $1 AND name = $2 ORDER BY created_at, id LIMIT 1";
    LIST = concat!("SELECT ", columns!(), " FROM contact WHERE organization_id = $1 \
        AND ($2 = '' OR contact_type = $2) ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4");
    COUNT = "SELECT COUNT(*) FROM contact WHERE organization_id = $1 AND ($2 = '' OR contact_type = $2)";
}

fn decode(row: &mut Row<'_>) -> Result<ContactRow, StoreError> {
    Ok(ContactRow {
        id: row.id()?,
        contact_type: row.text()?,
        name: row.text()?,
        details: row.text()?,
        enabled: row.bool()?,
        created_by: row.id()?,
        created_at: row.int()?,
        updated_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, c: &ContactRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        c.id,
        &c.contact_type,
        &c.name,
        &c.details,
        c.enabled,
        c.created_by,
        c.created_at,
        c.updated_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Stores what may change of it.
pub async fn update(tx: &mut Tx, organization: Id<Organization>, c: &ContactRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        c.id,
        &c.contact_type,
        &c.name,
        &c.details,
        c.enabled,
        c.updated_at
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// Removes one that no transaction names.
pub async fn delete(tx: &mut Tx, organization: Id<Organization>, id: Id<Contact>) -> Result<(), StoreError> {
    tx.execute(DELETE, args![organization, id]).await.map(|_| ())
}

/// Whether any transaction names it.
pub async fn is_used(tx: &mut Tx, organization: Id<Organization>, id: Id<Contact>) -> Result<bool, StoreError> {
    Ok(tx.one(IS_USED, args![organization, id], |row| row.int()).await? > 0)
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Contact>,
) -> Result<Option<ContactRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// The first one with exactly this name.
pub async fn find_name(
    tx: &mut Tx,
    organization: Id<Organization>,
    name: &str,
) -> Result<Option<Id<Contact>>, StoreError> {
    tx.optional(FIND_NAME, args![organization, name], |row| row.id()).await
}

/// Newest first, and how many there are; an empty type does not filter.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    contact_type: &str,
    page: Page,
) -> Result<(Vec<ContactRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, contact_type, page.limit, page.offset], decode)
        .await?;
    let count = tx
        .one(COUNT, args![organization, contact_type], |row| row.int())
        .await?;
    Ok((rows, count))
}

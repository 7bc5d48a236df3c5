//! API keys: found by the hash of their secret, which itself is nowhere.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{ApiKey, Organization, User};
use tieout_core::{Date, Id};

/// A row of `api_key`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct ApiKeyRow {
    pub id: Id<ApiKey>,
    pub organization_id: Id<Organization>,
    pub covers_below: bool,
    pub user_id: Id<User>,
    pub name: String,
    pub description: Option<String>,
    pub secret_hash: [u8; 32],
    pub preview: String,
    pub permissions: String,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub use_count: i64,
    pub use_month: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

/// What a request with a key may do, and of the organization that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct Grant {
    pub key_id: Id<ApiKey>,
    pub key_organization: Id<Organization>,
    pub covers_below: bool,
    pub user_id: Id<User>,
    pub permissions: String,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub practice: Id<Organization>,
    /// None if the request names no organization, or one that does not exist.
    pub organization: Option<GrantedOrganization>,
}

/// The organization that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct GrantedOrganization {
    pub id: Id<Organization>,
    pub practice: Id<Organization>,
    pub parent: Option<Id<Organization>>,
    pub base_currency: String,
    pub books_closed: Option<Date>,
    pub fiscal_year_start: i64,
    pub require_all_matched: bool,
}

macro_rules! columns {
    () => {
        "id, organization_id, covers_below, user_id, name, description, secret_hash, preview, permissions, \
         expires_at, revoked_at, last_used_at, use_count, use_month, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO api_key (", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
    UPDATE = "UPDATE api_key SET name = $3, description = $4, secret_hash = $5, preview = $6, permissions = $7, \
        expires_at = $8, revoked_at = $9, updated_at = $10 WHERE organization_id = $1 AND id = $2";
    FIND = concat!("SELECT ", columns!(), " FROM api_key WHERE organization_id = $1 AND id = $2");
    LIST = concat!("SELECT ", columns!(), " FROM api_key WHERE organization_id = $1 \
        ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    COUNT = "SELECT COUNT(*) FROM api_key WHERE organization_id = $1";
    ALL_KEYS = concat!("SELECT ", columns!(), " FROM api_key ORDER BY organization_id, created_at, id");
    IDS = "SELECT id, created_at FROM api_key WHERE organization_id = $1 ORDER BY created_at, id";
    FIND_ANY = concat!("SELECT ", columns!(), " FROM api_key WHERE id = $1");
    GRANT = "SELECT k.id, k.organization_id, k.covers_below, k.user_id, k.permissions, k.expires_at, k.revoked_at, \
        own.practice_id, o.id, o.practice_id, o.parent_id, o.base_currency, o.books_closed_day, \
        o.fiscal_year_start, o.require_all_matched \
        FROM api_key k JOIN organization own ON own.id = k.organization_id \
        LEFT JOIN organization o ON o.id = $2 WHERE k.secret_hash = $1";
    // One that is taken back after it was stored goes down by one, in the month that has it.
    USED = "UPDATE api_key SET last_used_at = CASE WHEN $3 > 0 THEN $2 ELSE last_used_at END, \
        use_count = CASE WHEN use_month = $4 THEN use_count + $3 WHEN $3 > 0 THEN $3 ELSE use_count END, \
        use_month = CASE WHEN $3 > 0 THEN $4 ELSE use_month END WHERE id = $1";
}

fn decode(row: &mut Row<'_>) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        id: row.id()?,
        organization_id: row.id()?,
        covers_below: row.bool()?,
        user_id: row.id()?,
        name: row.text()?,
        description: row.maybe_text()?,
        secret_hash: row.array()?,
        preview: row.text()?,
        permissions: row.text()?,
        expires_at: row.maybe_int()?,
        revoked_at: row.maybe_int()?,
        last_used_at: row.maybe_int()?,
        use_count: row.int()?,
        use_month: row.int()?,
        created_at: row.int()?,
        updated_at: row.int()?,
    })
}

fn decode_grant(row: &mut Row<'_>) -> Result<Grant, StoreError> {
    Ok(Grant {
        key_id: row.id()?,
        key_organization: row.id()?,
        covers_below: row.bool()?,
        user_id: row.id()?,
        permissions: row.text()?,
        expires_at: row.maybe_int()?,
        revoked_at: row.maybe_int()?,
        practice: row.id()?,
        organization: match row.maybe_id()? {
            None => None,
            Some(id) => Some(GrantedOrganization {
                id,
                practice: row.id()?,
                parent: row.maybe_id()?,
                base_currency: row.text()?,
                books_closed: row.maybe_date()?,
                fiscal_year_start: row.int()?,
                require_all_matched: row.bool()?,
            }),
        },
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, k: &ApiKeyRow) -> Result<(), StoreError> {
    let args = args![
        k.id,
        k.organization_id,
        k.covers_below,
        k.user_id,
        &k.name,
        &k.description,
        &k.secret_hash[..],
        &k.preview,
        &k.permissions,
        k.expires_at,
        k.revoked_at,
        k.last_used_at,
        k.use_count,
        k.use_month,
        k.created_at,
        k.updated_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Stores what may change of it.
pub async fn update(tx: &mut Tx, k: &ApiKeyRow) -> Result<(), StoreError> {
    let args = args![
        k.organization_id,
        k.id,
        &k.name,
        &k.description,
        &k.secret_hash[..],
        &k.preview,
        &k.permissions,
        k.expires_at,
        k.revoked_at,
        k.updated_at
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<ApiKey>,
) -> Result<Option<ApiKeyRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    page: Page,
) -> Result<(Vec<ApiKeyRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![organization], |row| row.int()).await?;
    Ok((rows, count))
}

/// Every key of every organization, for the operator.
pub async fn all(tx: &mut Tx) -> Result<Vec<ApiKeyRow>, StoreError> {
    tx.all(ALL_KEYS, &[], decode).await
}

/// The ids of an organization's keys and when they were made, oldest first.
pub async fn ids(tx: &mut Tx, organization: Id<Organization>) -> Result<Vec<(Id<ApiKey>, i64)>, StoreError> {
    tx.all(IDS, args![organization], |row| Ok((row.id()?, row.int()?)))
        .await
}

/// The one with this id, whosever it is, for the operator.
pub async fn find_any(tx: &mut Tx, id: Id<ApiKey>) -> Result<Option<ApiKeyRow>, StoreError> {
    tx.optional(FIND_ANY, args![id], decode).await
}

/// What the key with this secret's hash may do, and the organization that the request names.
pub async fn grant(
    tx: &mut Tx,
    secret_hash: &[u8; 32],
    organization: Option<Id<Organization>>,
) -> Result<Option<Grant>, StoreError> {
    tx.optional(GRANT, args![&secret_hash[..], organization], decode_grant)
        .await
}

/// Notes that a key was used `times` more, in the month with this number.
pub async fn used(tx: &mut Tx, id: Id<ApiKey>, times: i64, at: i64, month: i64) -> Result<(), StoreError> {
    tx.execute(USED, args![id, at, times, month]).await.map(|_| ())
}

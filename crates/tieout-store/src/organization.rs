//! Organizations and the people of a practice.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Organization, User};
use tieout_core::{Date, Id};

/// A row of `organization`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct OrganizationRow {
    pub id: Id<Organization>,
    pub practice_id: Id<Organization>,
    pub parent_id: Option<Id<Organization>>,
    pub name: String,
    pub domain: Option<String>,
    pub tax_number: Option<String>,
    pub fiscal_year_start: i64,
    pub base_currency: String,
    pub relationship_type: Option<String>,
    pub books_closed: Option<Date>,
    pub require_draft_approval: bool,
    pub require_all_matched: bool,
    pub metadata: String,
    pub created_at: i64,
    pub updated_at: i64,
}

/// A row of `app_user`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct UserRow {
    pub id: Id<User>,
    pub practice_id: Id<Organization>,
    pub name: String,
    pub role: String,
    pub created_at: i64,
}

macro_rules! columns {
    () => {
        "id, practice_id, parent_id, name, domain, tax_number, fiscal_year_start, base_currency, relationship_type, \
         books_closed_day, require_draft_approval, require_all_matched, metadata, created_at, updated_at"
    };
}

statements! {
    ANSWER = "SELECT CAST(1 AS BIGINT)";
    INSERT = concat!("INSERT INTO organization (", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
    UPDATE = "UPDATE organization SET name = $2, domain = $3, tax_number = $4, fiscal_year_start = $5, \
        base_currency = $6, books_closed_day = $7, require_draft_approval = $8, require_all_matched = $9, \
        metadata = $10, updated_at = $11 WHERE id = $1";
    FIND = concat!("SELECT ", columns!(), " FROM organization WHERE id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM organization WHERE practice_id = $1 AND ($2 OR id = $3) \
        ORDER BY created_at, id LIMIT $4 OFFSET $5");
    COUNT = "SELECT COUNT(*) FROM organization WHERE practice_id = $1 AND ($2 OR id = $3)";
    FIRST_PRACTICE = concat!("SELECT ", columns!(), " FROM organization WHERE parent_id IS NULL \
        ORDER BY created_at, id LIMIT 1");
    TAKE = "UPDATE organization SET updated_at = updated_at WHERE id = $1";
    HAS_MONEY = "SELECT COUNT(*) FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM journal_transaction WHERE organization_id = $1) \
        OR EXISTS (SELECT 1 FROM reconciliation WHERE organization_id = $1) \
        OR EXISTS (SELECT 1 FROM open_item WHERE organization_id = $1)) AS m";
    ALL_IDS = "SELECT id FROM organization ORDER BY created_at, id";
    PRACTICES = "SELECT id FROM organization WHERE id = practice_id ORDER BY id";
    NEXT_OF = "SELECT id FROM organization WHERE (practice_id = $1 OR id = $1) AND id > $2 ORDER BY id LIMIT $3";
    INSERT_USER = "INSERT INTO app_user (id, practice_id, name, role, created_at) VALUES ($1, $2, $3, $4, $5)";
    FIND_USER = "SELECT id, practice_id, name, role, created_at FROM app_user \
        WHERE practice_id = $1 AND role = $2 ORDER BY created_at, id LIMIT 1";
}

fn decode(row: &mut Row<'_>) -> Result<OrganizationRow, StoreError> {
    Ok(OrganizationRow {
        id: row.id()?,
        practice_id: row.id()?,
        parent_id: row.maybe_id()?,
        name: row.text()?,
        domain: row.maybe_text()?,
        tax_number: row.maybe_text()?,
        fiscal_year_start: row.int()?,
        base_currency: row.text()?,
        relationship_type: row.maybe_text()?,
        books_closed: row.maybe_date()?,
        require_draft_approval: row.bool()?,
        require_all_matched: row.bool()?,
        metadata: row.text()?,
        created_at: row.int()?,
        updated_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, o: &OrganizationRow) -> Result<(), StoreError> {
    let args = args![
        o.id,
        o.practice_id,
        o.parent_id,
        &o.name,
        &o.domain,
        &o.tax_number,
        o.fiscal_year_start,
        &o.base_currency,
        &o.relationship_type,
        o.books_closed,
        o.require_draft_approval,
        o.require_all_matched,
        &o.metadata,
        o.created_at,
        o.updated_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Stores what may change of it.
pub async fn update(tx: &mut Tx, o: &OrganizationRow) -> Result<(), StoreError> {
    let args = args![
        o.id,
        &o.name,
        &o.domain,
        &o.tax_number,
        o.fiscal_year_start,
        &o.base_currency,
        o.books_closed,
        o.require_draft_approval,
        o.require_all_matched,
        &o.metadata,
        o.updated_at
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// The one with this id.
pub async fn find(tx: &mut Tx, id: Id<Organization>) -> Result<Option<OrganizationRow>, StoreError> {
    tx.optional(FIND, args![id], decode).await
}

/// Which organizations a key sees: one, or all of its practice.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// The practice.
    pub practice: Id<Organization>,
    /// The one organization of the key.
    pub own: Id<Organization>,
    /// Whether all of the practice are visible.
    pub all: bool,
}

/// Visible ones, oldest first, and how many there are.
pub async fn list(tx: &mut Tx, visible: Visible, page: Page) -> Result<(Vec<OrganizationRow>, i64), StoreError> {
    let Visible { practice, own, all } = visible;
    let rows = tx
        .all(LIST, args![practice, all, own, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![practice, all, own], |row| row.int()).await?;
    Ok((rows, count))
}

/// The practice made first.
pub async fn first_practice(tx: &mut Tx) -> Result<Option<OrganizationRow>, StoreError> {
    tx.optional(FIRST_PRACTICE, &[], decode).await
}

/// Every organization, for checks over the whole database.
pub async fn all_ids(tx: &mut Tx) -> Result<Vec<Id<Organization>>, StoreError> {
    tx.all(ALL_IDS, &[], |row| row.id()).await
}

/// Every practice.
pub async fn practices(tx: &mut Tx) -> Result<Vec<Id<Organization>>, StoreError> {
    tx.all(PRACTICES, &[], |row| row.id()).await
}

/// Of an organization, and of those of its practice if it is one, the first so many after an id.
pub async fn next_of(
    tx: &mut Tx,
    organization: Id<Organization>,
    after: Id<Organization>,
    limit: i64,
) -> Result<Vec<Id<Organization>>, StoreError> {
    tx.all(NEXT_OF, args![organization, after, limit], |row| row.id()).await
}

/// Adds a person.
pub async fn insert_user(tx: &mut Tx, user: &UserRow) -> Result<(), StoreError> {
    let args = args![user.id, user.practice_id, &user.name, &user.role, user.created_at];
    tx.execute(INSERT_USER, args).await.map(|_| ())
}

/// The first person of a practice with this role.
pub async fn find_user(tx: &mut Tx, practice: Id<Organization>, role: &str) -> Result<Option<UserRow>, StoreError> {
    tx.optional(FIND_USER, args![practice, role], |row| {
        Ok(UserRow {
            id: row.id()?,
            practice_id: row.id()?,
            name: row.text()?,
            role: row.text()?,
            created_at: row.int()?,
        })
    })
    .await
}

/// Takes an organization until the transaction ends: for what is planned from much of its books, and would be planned anew
/// if somebody else were faster.
pub async fn take(tx: &mut Tx, id: Id<Organization>) -> Result<(), StoreError> {
    tx.execute(TAKE, args![id]).await.map(|_| ())
}

/// Whether anything in its books is an amount of money: transactions, pending ones too, reconciliations of any state, open items.
pub async fn has_money(tx: &mut Tx, id: Id<Organization>) -> Result<bool, StoreError> {
    Ok(tx.one(HAS_MONEY, args![id], |row| row.int()).await? > 0)
}

/// Whether the database answers at all.
pub async fn answer(tx: &mut Tx) -> Result<(), StoreError> {
    tx.one(ANSWER, &[], |row| row.int()).await.map(|_: i64| ())
}

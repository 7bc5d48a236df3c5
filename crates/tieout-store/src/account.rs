//! The chart of accounts.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Account, Organization, Reconciliation};
use tieout_core::{Date, Id};

/// A row of `account`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct AccountRow {
    pub id: Id<Account>,
    pub code: String,
    pub name: String,
    pub account_type: String,
    pub description: Option<String>,
    pub currency: Option<String>,
    pub parent_id: Option<Id<Account>>,
    pub system_role: Option<String>,
    pub is_archived: bool,
    pub time_zone: Option<String>,
    pub last_seq: i64,
    pub reconciled: Option<Date>,
    pub open_reconciliation: Option<Id<Reconciliation>>,
    pub open_day: Option<Date>,
    pub metadata: String,
    pub created_at: i64,
    pub updated_at: i64,
}

macro_rules! columns {
    () => {
        "id, code, name, account_type, description, currency, parent_id, system_role, is_archived, time_zone, \
         last_seq, reconciled_day, open_reconciliation_id, open_day, metadata, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO account (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)");
    UPDATE = "UPDATE account SET code = $3, name = $4, description = $5, parent_id = $6, is_archived = $7, \
        time_zone = $8, metadata = $9, updated_at = $10 WHERE organization_id = $1 AND id = $2";
    DELETE = "DELETE FROM account WHERE organization_id = $1 AND id = $2";
    FIND = concat!("SELECT ", columns!(), " FROM account WHERE organization_id = $1 AND id = $2");
    FIND_ROLE = concat!("SELECT ", columns!(), " FROM account WHERE organization_id = $1 AND system_role = $2");
    FIND_CODE = concat!("SELECT ", columns!(), " FROM account WHERE organization_id = $1 AND code = $2");
    // Takes the row until the transaction ends, and numbers $3 new entries: the statement that orders postings and
    // completions of one account.
    LOCK = concat!("UPDATE account SET last_seq = last_seq + $3 WHERE organization_id = $1 AND id = $2 RETURNING ",
        columns!());
    SET_PERIOD = "UPDATE account SET reconciled_day = $3, open_reconciliation_id = $4, open_day = $5 \
        WHERE organization_id = $1 AND id = $2";
    LIST = concat!("SELECT ", columns!(), " FROM account WHERE organization_id = $1 \
        AND ($2 = '' OR account_type = $2) AND ($3 = '' OR code = $3) ORDER BY code LIMIT $4 OFFSET $5");
    COUNT = "SELECT COUNT(*) FROM account WHERE organization_id = $1 \
        AND ($2 = '' OR account_type = $2) AND ($3 = '' OR code = $3)";
    EVERY = concat!("SELECT ", columns!(), " FROM account WHERE organization_id = $1 ORDER BY code LIMIT 100000");
    IS_USED = "SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE organization_id = $1 AND account_id = $2 LIMIT 1) AS e";
}

fn decode(row: &mut Row<'_>) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        id: row.id()?,
        code: row.text()?,
        name: row.text()?,
        account_type: row.text()?,
        description: row.maybe_text()?,
        currency: row.maybe_text()?,
        parent_id: row.maybe_id()?,
        system_role: row.maybe_text()?,
        is_archived: row.bool()?,
        time_zone: row.maybe_text()?,
        last_seq: row.int()?,
        reconciled: row.maybe_date()?,
        open_reconciliation: row.maybe_id()?,
        open_day: row.maybe_date()?,
        metadata: row.text()?,
        created_at: row.int()?,
        updated_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, a: &AccountRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        a.id,
        &a.code,
        &a.name,
        &a.account_type,
        &a.description,
        &a.currency,
        a.parent_id,
        &a.system_role,
        a.is_archived,
        &a.time_zone,
        a.last_seq,
        a.reconciled,
        a.open_reconciliation,
        a.open_day,
        &a.metadata,
        a.created_at,
        a.updated_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Stores what may change of it.
pub async fn update(tx: &mut Tx, organization: Id<Organization>, a: &AccountRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        a.id,
        &a.code,
        &a.name,
        &a.description,
        a.parent_id,
        a.is_archived,
        &a.time_zone,
        &a.metadata,
        a.updated_at
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// Removes one that was never used.
pub async fn delete(tx: &mut Tx, organization: Id<Organization>, id: Id<Account>) -> Result<(), StoreError> {
    tx.execute(DELETE, args![organization, id]).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Account>,
) -> Result<Option<AccountRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// The one with this code.
pub async fn find_code(
    tx: &mut Tx,
    organization: Id<Organization>,
    code: &str,
) -> Result<Option<AccountRow>, StoreError> {
    tx.optional(FIND_CODE, args![organization, code], decode).await
}

/// The one with this role in the books (cash in transit, retained earnings …).
pub async fn find_role(
    tx: &mut Tx,
    organization: Id<Organization>,
    role: &str,
) -> Result<Option<AccountRow>, StoreError> {
    tx.optional(FIND_ROLE, args![organization, role], decode).await
}

/// Locks one until the transaction ends and numbers `entries` new entries: the last of them has `last_seq`.
pub async fn lock(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Account>,
    entries: i64,
) -> Result<Option<AccountRow>, StoreError> {
    tx.optional(LOCK, args![organization, id, entries], decode).await
}

/// Up to which day an account is reconciled, and which reconciliation is open.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// Statement day of the last completed reconciliation.
    pub reconciled: Option<Date>,
    /// The open one that postings keep up to date.
    pub open: Option<(Id<Reconciliation>, Date)>,
}

/// Stores an account's period.
pub async fn set_period(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Account>,
    period: Period,
) -> Result<(), StoreError> {
    let (open, day) = period.open.unzip();
    tx.execute(SET_PERIOD, args![organization, id, period.reconciled, open, day])
        .await
        .map(|_| ())
}

/// Which accounts of a list; an empty text does not filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this type.
    pub account_type: String,
    /// With this code.
    pub code: String,
}

/// By code, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<AccountRow>, i64), StoreError> {
    let Filter { account_type, code } = filter;
    let rows = tx
        .all(
            LIST,
            args![organization, account_type, code, page.limit, page.offset],
            decode,
        )
        .await?;
    let count = tx
        .one(COUNT, args![organization, account_type, code], |row| row.int())
        .await?;
    Ok((rows, count))
}

/// The whole chart, by code.
pub async fn every(tx: &mut Tx, organization: Id<Organization>) -> Result<Vec<AccountRow>, StoreError> {
    tx.all(EVERY, args![organization], decode).await
}

/// Whether any transaction, pending ones too, has an entry on it.
pub async fn is_used(tx: &mut Tx, organization: Id<Organization>, id: Id<Account>) -> Result<bool, StoreError> {
    Ok(tx.one(IS_USED, args![organization, id], |row| row.int()).await? > 0)
}

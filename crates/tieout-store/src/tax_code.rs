//! Tax codes and their rates.

use crate::dialect::{Arg, Insert, Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::Id;
use tieout_core::id::{Account, Organization, TaxCode};

/// A row of `tax_code` with its rows of `tax_rate`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct TaxCodeRow {
    pub id: Id<TaxCode>,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub is_archived: bool,
    pub created_at: i64,
    pub updated_at: i64,
    /// In their order; read apart from the code.
    pub rates: Vec<TaxRateRow>,
}

/// A row of `tax_rate`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct TaxRateRow {
    pub name: String,
    pub rate_ppm: i64,
    pub account_id: Id<Account>,
    pub contra_account_id: Option<Id<Account>>,
}

pub(crate) const INSERT_RATES: Insert = Insert {
    into: "INSERT INTO tax_rate (organization_id, tax_code_id, position, name, rate_ppm, account_id, contra_account_id) \
           VALUES",
    width: 7,
    tail: "",
};

macro_rules! columns {
    () => {
        "id, code, name, kind, is_archived, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO tax_code (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8)");
    UPDATE = "UPDATE tax_code SET code = $3, name = $4, is_archived = $5, updated_at = $6 \
        WHERE organization_id = $1 AND id = $2";
    FIND = concat!("SELECT ", columns!(), " FROM tax_code WHERE organization_id = $1 AND id = $2");
    FIND_CODE = concat!("SELECT ", columns!(), " FROM tax_code WHERE organization_id = $1 AND code = $2");
    LIST = concat!("SELECT ", columns!(), " FROM tax_code WHERE organization_id = $1 ORDER BY code LIMIT $2 OFFSET $3");
    COUNT = "SELECT COUNT(*) FROM tax_code WHERE organization_id = $1";
    DELETE = "DELETE FROM tax_code WHERE organization_id = $1 AND id = $2";
    RATES = "SELECT name, rate_ppm, account_id, contra_account_id FROM tax_rate \
        WHERE organization_id = $1 AND tax_code_id = $2 ORDER BY position LIMIT 100";
    DELETE_RATES = "DELETE FROM tax_rate WHERE organization_id = $1 AND tax_code_id = $2";
    IS_USED = "SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE organization_id = $1 AND tax_code_id = $2 LIMIT 1) AS e";
}

fn decode(row: &mut Row<'_>) -> Result<TaxCodeRow, StoreError> {
    Ok(TaxCodeRow {
        id: row.id()?,
        code: row.text()?,
        name: row.text()?,
        kind: row.text()?,
        is_archived: row.bool()?,
        created_at: row.int()?,
        updated_at: row.int()?,
        rates: Vec::new(),
    })
}

/// Adds one with its rates.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, t: &TaxCodeRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        t.id,
        &t.code,
        &t.name,
        &t.kind,
        t.is_archived,
        t.created_at,
        t.updated_at
    ];
    tx.execute(INSERT, args).await?;
    insert_rates(tx, organization, t).await
}

async fn insert_rates(tx: &mut Tx, organization: Id<Organization>, t: &TaxCodeRow) -> Result<(), StoreError> {
    let mut args = Vec::with_capacity(t.rates.len() * INSERT_RATES.width);
    for (position, rate) in (0_i64..).zip(&t.rates) {
        args.extend([
            Arg::from(organization),
            Arg::from(t.id),
            Arg::from(position),
            Arg::from(&rate.name),
            Arg::from(rate.rate_ppm),
            Arg::from(rate.account_id),
            Arg::from(rate.contra_account_id),
        ]);
    }
    tx.insert_many(&INSERT_RATES, &args).await
}

/// Stores what may change of it, and its rates anew.
pub async fn update(tx: &mut Tx, organization: Id<Organization>, t: &TaxCodeRow) -> Result<(), StoreError> {
    let args = args![organization, t.id, &t.code, &t.name, t.is_archived, t.updated_at];
    tx.execute(UPDATE, args).await?;
    tx.execute(DELETE_RATES, args![organization, t.id]).await?;
    insert_rates(tx, organization, t).await
}

/// Removes one that no entry names.
pub async fn delete(tx: &mut Tx, organization: Id<Organization>, id: Id<TaxCode>) -> Result<(), StoreError> {
    tx.execute(DELETE_RATES, args![organization, id]).await?;
    tx.execute(DELETE, args![organization, id]).await.map(|_| ())
}

/// Whether any entry names it; looks through the entries of the organization.
pub async fn is_used(tx: &mut Tx, organization: Id<Organization>, id: Id<TaxCode>) -> Result<bool, StoreError> {
    Ok(tx.one(IS_USED, args![organization, id], |row| row.int()).await? > 0)
}

async fn with_rates(
    tx: &mut Tx,
    organization: Id<Organization>,
    mut row: TaxCodeRow,
) -> Result<TaxCodeRow, StoreError> {
    row.rates = tx
        .all(RATES, args![organization, row.id], |row| {
            Ok(TaxRateRow {
                name: row.text()?,
                rate_ppm: row.int()?,
                account_id: row.id()?,
                contra_account_id: row.maybe_id()?,
            })
        })
        .await?;
    Ok(row)
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<TaxCode>,
) -> Result<Option<TaxCodeRow>, StoreError> {
    match tx.optional(FIND, args![organization, id], decode).await? {
        Some(row) => with_rates(tx, organization, row).await.map(Some),
        None => Ok(None),
    }
}

/// The one with this code.
pub async fn find_code(
    tx: &mut Tx,
    organization: Id<Organization>,
    code: &str,
) -> Result<Option<TaxCodeRow>, StoreError> {
    match tx.optional(FIND_CODE, args![organization, code], decode).await? {
        Some(row) => with_rates(tx, organization, row).await.map(Some),
        None => Ok(None),
    }
}

/// By code, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    page: Page,
) -> Result<(Vec<TaxCodeRow>, i64), StoreError> {
    let found = tx
        .all(LIST, args![organization, page.limit, page.offset], decode)
        .await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(with_rates(tx, organization, row).await?);
    }
    let count = tx.one(COUNT, args![organization], |row| row.int()).await?;
    Ok((rows, count))
}

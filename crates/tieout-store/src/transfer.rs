//! Transfers between accounts.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Account, Organization, Transaction, Transfer, User};
use tieout_core::{Date, Id};

/// A row of `transfer`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct TransferRow {
    pub id: Id<Transfer>,
    pub from_account_id: Id<Account>,
    pub to_account_id: Id<Account>,
    pub expense_transaction_id: Id<Transaction>,
    pub income_transaction_id: Id<Transaction>,
    pub amount: i64,
    pub currency: String,
    pub received: i64,
    pub received_currency: String,
    pub date: Date,
    pub description: Option<String>,
    pub reference: Option<String>,
    pub metadata: String,
    pub created_by: Id<User>,
    pub created_at: i64,
    /// How many of its two transactions are reversed.
    pub reversed_legs: i64,
}

macro_rules! columns {
    () => {
        "id, from_account_id, to_account_id, expense_transaction_id, income_transaction_id, amount, currency, received, \
         received_currency, day, description, reference, metadata, created_by, created_at"
    };
}

macro_rules! shown {
    () => {
        concat!(
            columns!(),
            ", (SELECT COUNT(*) FROM journal_transaction t WHERE t.organization_id = transfer.organization_id \
             AND t.id IN (transfer.expense_transaction_id, transfer.income_transaction_id) AND t.status = 'reversed')"
        )
    };
}

statements! {
    INSERT = concat!("INSERT INTO transfer (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
    FIND = concat!("SELECT ", shown!(), " FROM transfer WHERE organization_id = $1 AND id = $2");
    LIST = concat!("SELECT ", shown!(), " FROM transfer WHERE organization_id = $1 \
        ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    OTHER_LEG = "SELECT income_transaction_id FROM transfer WHERE organization_id = $1 AND expense_transaction_id = $2 \
        UNION ALL SELECT expense_transaction_id FROM transfer WHERE organization_id = $1 AND income_transaction_id = $2";
    COUNT = "SELECT COUNT(*) FROM transfer WHERE organization_id = $1";
}

fn decode(row: &mut Row<'_>) -> Result<TransferRow, StoreError> {
    Ok(TransferRow {
        id: row.id()?,
        from_account_id: row.id()?,
        to_account_id: row.id()?,
        expense_transaction_id: row.id()?,
        income_transaction_id: row.id()?,
        amount: row.int()?,
        currency: row.text()?,
        received: row.int()?,
        received_currency: row.text()?,
        date: row.date()?,
        description: row.maybe_text()?,
        reference: row.maybe_text()?,
        metadata: row.text()?,
        created_by: row.id()?,
        created_at: row.int()?,
        reversed_legs: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, t: &TransferRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        t.id,
        t.from_account_id,
        t.to_account_id,
        t.expense_transaction_id,
        t.income_transaction_id,
        t.amount,
        &t.currency,
        t.received,
        &t.received_currency,
        t.date,
        &t.description,
        &t.reference,
        &t.metadata,
        t.created_by,
        t.created_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transfer>,
) -> Result<Option<TransferRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// The other transaction of the transfer that this one belongs to, if it does.
pub async fn other_leg(
    tx: &mut Tx,
    organization: Id<Organization>,
    transaction: Id<Transaction>,
) -> Result<Option<Id<Transaction>>, StoreError> {
    tx.optional(OTHER_LEG, args![organization, transaction], |row| row.id())
        .await
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    page: Page,
) -> Result<(Vec<TransferRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![organization], |row| row.int()).await?;
    Ok((rows, count))
}

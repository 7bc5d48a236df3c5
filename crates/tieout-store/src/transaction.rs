//! Transactions and their entries.

use crate::dialect::{Arg, Insert, Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Account, Contact, Organization, TaxCode, Transaction, User};
use tieout_core::{Date, Id};

/// A row of `journal_transaction`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct TransactionRow {
    pub id: Id<Transaction>,
    pub kind: String,
    pub reference_number: Option<String>,
    pub description: String,
    pub date: Date,
    pub status: String,
    pub total_debits: i64,
    pub total_credits: i64,
    pub currency: String,
    pub amount: i64,
    pub contact_id: Option<Id<Contact>>,
    pub payment_method: Option<String>,
    pub reverses_id: Option<Id<Transaction>>,
    pub reversed_by_id: Option<Id<Transaction>>,
    pub created_by: Id<User>,
    pub posted_at: Option<i64>,
    pub metadata: String,
    pub created_at: i64,
    pub updated_at: i64,
    /// Whether all its entries on accounts that are reconciled at all are reconciled; not stored, found by the query.
    pub is_reconciled: bool,
}

/// A row of `entry`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct EntryRow {
    pub transaction_id: Id<Transaction>,
    pub line: i64,
    pub account_id: Id<Account>,
    pub date: Date,
    pub seq: Option<i64>,
    pub amount: i64,
    pub base_amount: i64,
    pub currency: String,
    pub line_amount: i64,
    pub is_debit: bool,
    pub description: Option<String>,
    pub reference: Option<String>,
    pub tax_code_id: Option<Id<TaxCode>>,
}

pub(crate) const INSERT_ENTRIES: Insert = Insert {
    into: "INSERT INTO entry (organization_id, transaction_id, line, account_id, day, seq, amount, base_amount, \
           currency, line_amount, is_debit, description, reference, tax_code_id) VALUES",
    width: 14,
    tail: "",
};

const WIDTH: usize = 20;
pub(crate) const INSERT_MANY: Insert = Insert {
    into: "INSERT INTO journal_transaction (organization_id, id, kind, reference_number, description, day, status, \
           total_debits, total_credits, currency, amount, contact_id, payment_method, reverses_id, reversed_by_id, \
           created_by, posted_at, metadata, created_at, updated_at) VALUES",
    width: WIDTH,
    tail: "",
};

macro_rules! columns {
    () => {
        "t.id, t.kind, t.reference_number, t.description, t.day, t.status, t.total_debits, t.total_credits, \
         t.currency, t.amount, t.contact_id, t.payment_method, t.reverses_id, t.reversed_by_id, t.created_by, \
         t.posted_at, t.metadata, t.created_at, t.updated_at"
    };
}
/// Reconciled: some entry lies in a reconciled period, and none that could be reconciled is open.
macro_rules! is_reconciled {
    () => {
        "(EXISTS (SELECT 1 FROM entry e JOIN account a ON a.organization_id = e.organization_id \
            AND a.id = e.account_id WHERE e.organization_id = t.organization_id AND e.transaction_id = t.id \
            AND e.seq IS NOT NULL AND e.amount <> 0 AND e.day <= a.reconciled_day) \
          AND NOT EXISTS (SELECT 1 FROM entry e JOIN account a ON a.organization_id = e.organization_id \
            AND a.id = e.account_id WHERE e.organization_id = t.organization_id AND e.transaction_id = t.id \
            AND e.seq IS NOT NULL AND e.amount <> 0 \
            AND (a.reconciled_day IS NOT NULL OR a.open_reconciliation_id IS NOT NULL) \
            AND (a.reconciled_day IS NULL OR e.day > a.reconciled_day OR EXISTS (SELECT 1 FROM carried_entry c \
              WHERE c.organization_id = e.organization_id AND c.account_id = e.account_id AND c.day = e.day \
              AND c.seq = e.seq AND c.reconciled_by IS NULL))))"
    };
}
// An account that is taken from a function is looked for among the few entries of the transaction, and not the transaction
// among all entries of the account.
macro_rules! filter {
    () => {
        "t.organization_id = $1 AND ($2 = '' OR t.status = $2) AND t.day >= $3 AND t.day <= $4 \
         AND ($5 OR EXISTS (SELECT 1 FROM entry e WHERE e.organization_id = $1 AND e.transaction_id = t.id \
         AND COALESCE(e.account_id, e.account_id) = $6)) AND ($7 OR t.contact_id = $8)"
    };
}
macro_rules! entry_columns {
    () => {
        "transaction_id, line, account_id, day, seq, amount, base_amount, currency, line_amount, is_debit, \
         description, reference, tax_code_id"
    };
}

statements! {
    INSERT = "INSERT INTO journal_transaction (organization_id, id, kind, reference_number, description, day, status, \
        total_debits, total_credits, currency, amount, contact_id, payment_method, reverses_id, reversed_by_id, \
        created_by, posted_at, metadata, created_at, updated_at) VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    DESCRIBE = "UPDATE journal_transaction SET description = $3, reference_number = $4, payment_method = $5, \
        metadata = $6, updated_at = $7 WHERE organization_id = $1 AND id = $2";
    LOCK = "UPDATE journal_transaction SET updated_at = $3 WHERE organization_id = $1 AND id = $2 RETURNING status";
    REVERSED = "UPDATE journal_transaction SET status = 'reversed', reversed_by_id = $3, updated_at = $4 \
        WHERE organization_id = $1 AND id = $2 AND status = 'posted'";
    DELETE_ENTRIES = "DELETE FROM entry WHERE organization_id = $1 AND transaction_id = $2 AND seq IS NULL";
    DELETE = "DELETE FROM journal_transaction WHERE organization_id = $1 AND id = $2 AND status = 'pending'";
    FIND = concat!("SELECT ", columns!(), ", ", is_reconciled!(), " FROM journal_transaction t \
        WHERE t.organization_id = $1 AND t.id = $2");
    LIST = concat!("SELECT ", columns!(), ", ", is_reconciled!(), " FROM journal_transaction t WHERE ", filter!(),
        " ORDER BY t.created_at DESC, t.id DESC LIMIT $9 OFFSET $10");
    // For who compares all of them, and asks not whether they are reconciled.
    AFTER = concat!("SELECT ", columns!(), ", 1 = 0 FROM journal_transaction t WHERE t.organization_id = $1 AND t.id > $2 \
        ORDER BY t.id LIMIT $3");
    COUNT = concat!("SELECT COUNT(*) FROM journal_transaction t WHERE ", filter!());
    ENTRIES = concat!("SELECT ", entry_columns!(), " FROM entry WHERE organization_id = $1 AND transaction_id = $2 \
        ORDER BY line");
    ENTRIES_OF_LIST = concat!("SELECT ", entry_columns!(), " FROM entry WHERE organization_id = $1 \
        AND transaction_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21) ORDER BY transaction_id, line");
    ENTRY = concat!("SELECT ", entry_columns!(), " FROM entry WHERE organization_id = $1 AND transaction_id = $2 \
        AND line = $3");
}

fn decode(row: &mut Row<'_>) -> Result<TransactionRow, StoreError> {
    Ok(TransactionRow {
        id: row.id()?,
        kind: row.text()?,
        reference_number: row.maybe_text()?,
        description: row.text()?,
        date: row.date()?,
        status: row.text()?,
        total_debits: row.int()?,
        total_credits: row.int()?,
        currency: row.text()?,
        amount: row.int()?,
        contact_id: row.maybe_id()?,
        payment_method: row.maybe_text()?,
        reverses_id: row.maybe_id()?,
        reversed_by_id: row.maybe_id()?,
        created_by: row.id()?,
        posted_at: row.maybe_int()?,
        metadata: row.text()?,
        created_at: row.int()?,
        updated_at: row.int()?,
        is_reconciled: row.bool()?,
    })
}

fn decode_entry(row: &mut Row<'_>) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        transaction_id: row.id()?,
        line: row.int()?,
        account_id: row.id()?,
        date: row.date()?,
        seq: row.maybe_int()?,
        amount: row.int()?,
        base_amount: row.int()?,
        currency: row.text()?,
        line_amount: row.int()?,
        is_debit: row.bool()?,
        description: row.maybe_text()?,
        reference: row.maybe_text()?,
        tax_code_id: row.maybe_id()?,
    })
}

/// Its values in the order of the columns.
fn values(organization: Id<Organization>, t: &TransactionRow) -> [Arg<'_>; WIDTH] {
    [
        Arg::from(organization),
        Arg::from(t.id),
        Arg::from(&t.kind),
        Arg::from(&t.reference_number),
        Arg::from(&t.description),
        Arg::from(t.date),
        Arg::from(&t.status),
        Arg::from(t.total_debits),
        Arg::from(t.total_credits),
        Arg::from(&t.currency),
        Arg::from(t.amount),
        Arg::from(t.contact_id),
        Arg::from(&t.payment_method),
        Arg::from(t.reverses_id),
        Arg::from(t.reversed_by_id),
        Arg::from(t.created_by),
        Arg::from(t.posted_at),
        Arg::from(&t.metadata),
        Arg::from(t.created_at),
        Arg::from(t.updated_at),
    ]
}

/// Adds one, without its entries.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, t: &TransactionRow) -> Result<(), StoreError> {
    tx.execute(INSERT, &values(organization, t)).await.map(|_| ())
}

/// Adds many, without their entries.
pub async fn insert_all(
    tx: &mut Tx,
    organization: Id<Organization>,
    rows: &[TransactionRow],
) -> Result<(), StoreError> {
    let args: Vec<Arg<'_>> = rows.iter().flat_map(|row| values(organization, row)).collect();
    tx.insert_many(&INSERT_MANY, &args).await
}

/// Adds entries.
pub async fn insert_entries(
    tx: &mut Tx,
    organization: Id<Organization>,
    entries: &[EntryRow],
) -> Result<(), StoreError> {
    let mut args = Vec::with_capacity(entries.len() * INSERT_ENTRIES.width);
    for e in entries {
        args.extend([
            Arg::from(organization),
            Arg::from(e.transaction_id),
            Arg::from(e.line),
            Arg::from(e.account_id),
            Arg::from(e.date),
            Arg::from(e.seq),
            Arg::from(e.amount),
            Arg::from(e.base_amount),
            Arg::from(&e.currency),
            Arg::from(e.line_amount),
            Arg::from(e.is_debit),
            Arg::from(&e.description),
            Arg::from(&e.reference),
            Arg::from(e.tax_code_id),
        ]);
    }
    tx.insert_many(&INSERT_ENTRIES, &args).await
}

/// Stores the words of a transaction, which may change whenever; its figures never do.
pub async fn describe(tx: &mut Tx, organization: Id<Organization>, t: &TransactionRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        t.id,
        &t.description,
        &t.reference_number,
        &t.payment_method,
        &t.metadata,
        t.updated_at
    ];
    tx.execute(DESCRIBE, args).await.map(|_| ())
}

/// Locks one until the transaction ends; its status.
pub async fn lock(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
    now_us: i64,
) -> Result<Option<String>, StoreError> {
    tx.optional(LOCK, args![organization, id, now_us], |row| row.text())
        .await
}

/// Marks a posted one as reversed by another; false if it is not posted.
pub async fn set_reversed(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
    by: Id<Transaction>,
    now_us: i64,
) -> Result<bool, StoreError> {
    Ok(tx.execute(REVERSED, args![organization, id, by, now_us]).await? == 1)
}

/// Removes a pending one with its entries.
pub async fn delete_pending(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
) -> Result<(), StoreError> {
    tx.execute(DELETE_ENTRIES, args![organization, id]).await?;
    tx.execute(DELETE, args![organization, id]).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
) -> Result<Option<TransactionRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// Which transactions of a list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// With this status; an empty text does not filter.
    pub status: String,
    /// From this day.
    pub from: Date,
    /// To this day.
    pub to: Date,
    /// With an entry on this account.
    pub account: Option<Id<Account>>,
    /// With this contact.
    pub contact: Option<Id<Contact>>,
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<TransactionRow>, i64), StoreError> {
    let shared = args![
        organization,
        &filter.status,
        filter.from,
        filter.to,
        filter.account.is_none(),
        filter.account,
        filter.contact.is_none(),
        filter.contact
    ];
    let mut paged = shared.to_vec();
    paged.extend([Arg::from(page.limit), Arg::from(page.offset)]);
    let rows = tx.all(LIST, &paged, decode).await?;
    let count = tx.one(COUNT, shared, |row| row.int()).await?;
    Ok((rows, count))
}

/// The next ones in the order of their ids; none of them is said to be reconciled.
pub async fn after(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
    limit: i64,
) -> Result<Vec<TransactionRow>, StoreError> {
    tx.all(AFTER, args![organization, id, limit], decode).await
}

/// Entries of one transaction, in their order.
pub async fn entries(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
) -> Result<Vec<EntryRow>, StoreError> {
    tx.all(ENTRIES, args![organization, id], decode_entry).await
}

/// Entries of several transactions, by transaction and line.
pub async fn entries_of(
    tx: &mut Tx,
    organization: Id<Organization>,
    ids: &[Id<Transaction>],
) -> Result<Vec<EntryRow>, StoreError> {
    const AT_ONCE: usize = 20;
    let mut found = Vec::new();
    for chunk in ids.chunks(AT_ONCE) {
        let mut args = vec![Arg::from(organization)];
        args.extend(chunk.iter().map(Arg::from));
        // An id asked for twice is found once.
        args.resize(AT_ONCE + 1, Arg::from(chunk[0]));
        found.extend(tx.all(ENTRIES_OF_LIST, &args, decode_entry).await?);
    }
    Ok(found)
}

/// One entry.
pub async fn entry(
    tx: &mut Tx,
    organization: Id<Organization>,
    transaction: Id<Transaction>,
    line: i64,
) -> Result<Option<EntryRow>, StoreError> {
    tx.optional(ENTRY, args![organization, transaction, line], decode_entry)
        .await
}

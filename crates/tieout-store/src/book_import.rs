//! Imports of charts, transactions and open items, and what each transaction was known by where it came from.

use crate::dialect::{Arg, Insert, Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{BookImport, Organization, Transaction, User};
use tieout_core::{Date, Id};

/// A row of `book_import`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct ImportRow {
    pub id: Id<BookImport>,
    pub kind: String,
    pub source: String,
    pub file_name: String,
    pub format: String,
    pub digest: [u8; 32],
    pub found: i64,
    pub added: i64,
    pub known: i64,
    pub refused: i64,
    pub accounts_added: i64,
    pub created_by: Id<User>,
    pub created_at: i64,
}

/// A row of `imported_transaction`.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct ImportedRow {
    pub identity: [u8; 16],
    pub content: [u8; 16],
    pub date: Date,
    pub transaction_id: Id<Transaction>,
    pub import_id: Id<BookImport>,
    /// Whether the transaction was reversed since; not stored here.
    pub is_reversed: bool,
}

/// A transaction of a source that counts, with what it says here and where it came from.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct Vanished {
    pub identity: [u8; 16],
    pub date: Date,
    pub transaction_id: Id<Transaction>,
    pub description: String,
    pub import_id: Id<BookImport>,
    pub file_name: String,
}

pub(crate) const INSERT_IMPORTED: Insert = Insert {
    into: "INSERT INTO imported_transaction (organization_id, source, identity, content, day, transaction_id, import_id) \
           VALUES",
    width: 7,
    tail: "",
};

macro_rules! columns {
    () => {
        "id, kind, source, file_name, format, digest, found, added, known, refused, accounts_added, created_by, created_at"
    };
}

/// How many identities one statement asks for.
const AT_ONCE: usize = 20;

statements! {
    INSERT = concat!("INSERT INTO book_import (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
    FIND = concat!("SELECT ", columns!(), " FROM book_import WHERE organization_id = $1 AND id = $2");
    TRANSACTIONS = "SELECT transaction_id, import_id FROM imported_transaction WHERE organization_id = $1 \
        ORDER BY source, identity";
    LIST = concat!("SELECT ", columns!(), " FROM book_import WHERE organization_id = $1 \
        ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    COUNT = "SELECT COUNT(*) FROM book_import WHERE organization_id = $1";
    KNOWN = "SELECT i.identity, i.content, i.day, i.transaction_id, i.import_id, t.status = 'reversed' FROM imported_transaction i \
        JOIN journal_transaction t ON t.organization_id = i.organization_id AND t.id = i.transaction_id \
        WHERE i.organization_id = $1 AND i.source = $2 AND i.identity IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
        $15, $16, $17, $18, $19, $20, $21, $22) ORDER BY i.identity LIMIT 20";
    COUNT_KNOWN = "SELECT COUNT(*) FROM imported_transaction i \
        JOIN journal_transaction t ON t.organization_id = i.organization_id AND t.id = i.transaction_id \
        WHERE i.organization_id = $1 AND i.source = $2 AND i.day >= $3 AND i.day <= $4 AND t.status = 'posted'";
    OF_DAYS = "SELECT i.identity, i.day, i.transaction_id, t.description, i.import_id, b.file_name \
        FROM imported_transaction i JOIN journal_transaction t ON t.organization_id = i.organization_id \
        AND t.id = i.transaction_id JOIN book_import b ON b.organization_id = i.organization_id AND b.id = i.import_id \
        WHERE i.organization_id = $1 AND i.source = $2 AND i.day >= $3 AND i.day <= $4 AND t.status = 'posted' \
        ORDER BY i.day, i.identity LIMIT $5";
}

fn decode(row: &mut Row<'_>) -> Result<ImportRow, StoreError> {
    Ok(ImportRow {
        id: row.id()?,
        kind: row.text()?,
        source: row.text()?,
        file_name: row.text()?,
        format: row.text()?,
        digest: row.array()?,
        found: row.int()?,
        added: row.int()?,
        known: row.int()?,
        refused: row.int()?,
        accounts_added: row.int()?,
        created_by: row.id()?,
        created_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, i: &ImportRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        i.id,
        &i.kind,
        &i.source,
        &i.file_name,
        &i.format,
        &i.digest[..],
        i.found,
        i.added,
        i.known,
        i.refused,
        i.accounts_added,
        i.created_by,
        i.created_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<BookImport>,
) -> Result<Option<ImportRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    page: Page,
) -> Result<(Vec<ImportRow>, i64), StoreError> {
    let rows = tx
        .all(LIST, args![organization, page.limit, page.offset], decode)
        .await?;
    let count = tx.one(COUNT, args![organization], |row| row.int()).await?;
    Ok((rows, count))
}

/// Remembers by what the transactions of an import are known at their source.
pub async fn remember(
    tx: &mut Tx,
    organization: Id<Organization>,
    (import, source): (Id<BookImport>, &str),
    rows: &[ImportedRow],
) -> Result<(), StoreError> {
    let mut args = Vec::with_capacity(rows.len() * INSERT_IMPORTED.width);
    for row in rows {
        args.extend([
            Arg::from(organization),
            Arg::from(source),
            Arg::from(&row.identity[..]),
            Arg::from(&row.content[..]),
            Arg::from(row.date),
            Arg::from(row.transaction_id),
            Arg::from(import),
        ]);
    }
    tx.insert_many(&INSERT_IMPORTED, &args).await
}

/// Those of these identities that were imported before.
pub async fn known(
    tx: &mut Tx,
    organization: Id<Organization>,
    source: &str,
    identities: &[[u8; 16]],
) -> Result<Vec<ImportedRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in identities.chunks(AT_ONCE) {
        let mut args = vec![Arg::from(organization), Arg::from(source)];
        args.extend(chunk.iter().map(|identity| Arg::from(&identity[..])));
        // An identity asked for twice is found once.
        args.resize(AT_ONCE + 2, Arg::from(&chunk[0][..]));
        let rows = tx.all(KNOWN, &args, |row| {
            Ok(ImportedRow {
                identity: row.array()?,
                content: row.array()?,
                date: row.date()?,
                transaction_id: row.id()?,
                import_id: row.id()?,
                is_reversed: row.bool()?,
            })
        });
        found.extend(rows.await?);
    }
    Ok(found)
}

/// Transactions of a source that are dated in these days and were not reversed, the earliest first.
pub async fn of_days(
    tx: &mut Tx,
    organization: Id<Organization>,
    source: &str,
    (from, to): (Date, Date),
    limit: i64,
) -> Result<Vec<Vanished>, StoreError> {
    tx.all(OF_DAYS, args![organization, source, from, to, limit], |row| {
        Ok(Vanished {
            identity: row.array()?,
            date: row.date()?,
            transaction_id: row.id()?,
            description: row.text()?,
            import_id: row.id()?,
            file_name: row.text()?,
        })
    })
    .await
}

/// How many transactions of a source are dated in these days and were not reversed.
pub async fn count_known(
    tx: &mut Tx,
    organization: Id<Organization>,
    source: &str,
    (from, to): (Date, Date),
) -> Result<i64, StoreError> {
    tx.one(COUNT_KNOWN, args![organization, source, from, to], |row| row.int())
        .await
}

/// Every imported transaction, and the import that brought it: for who compares all of them.
pub async fn transactions(
    tx: &mut Tx,
    organization: Id<Organization>,
) -> Result<Vec<(Id<Transaction>, Id<BookImport>)>, StoreError> {
    tx.all(TRANSACTIONS, args![organization], |row| Ok((row.id()?, row.id()?)))
        .await
}

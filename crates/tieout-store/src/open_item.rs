//! Open items and their payments.

use crate::dialect::{Arg, Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Account, Contact, ItemPayment, OpenItem, Organization, Transaction, User};
use tieout_core::{Date, Id};

/// A row of `open_item`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct OpenItemRow {
    pub id: Id<OpenItem>,
    pub kind: String,
    pub number: String,
    pub number_key: String,
    pub contact_id: Option<Id<Contact>>,
    pub account_id: Id<Account>,
    pub issued: Date,
    pub due: Option<Date>,
    pub currency: String,
    pub amount: i64,
    pub base_amount: i64,
    pub settled: i64,
    pub settled_before: i64,
    pub is_void: bool,
    pub reference: Option<String>,
    pub description: Option<String>,
    pub metadata: String,
    pub transaction_id: Option<Id<Transaction>>,
    pub created_by: Id<User>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// A row of `item_payment`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct PaymentRow {
    pub id: Id<ItemPayment>,
    pub item_id: Id<OpenItem>,
    pub transaction_id: Id<Transaction>,
    pub line: i64,
    pub date: Date,
    pub paid: i64,
    pub discount: i64,
    pub base_amount: i64,
    pub is_booked: bool,
    pub undone_at: Option<i64>,
    pub created_by: Id<User>,
    pub created_at: i64,
}

macro_rules! columns {
    () => {
        "id, kind, number, number_key, contact_id, account_id, issue_day, due_day, currency, amount, base_amount, \
         settled, settled_before, is_void, reference, description, metadata, transaction_id, created_by, created_at, \
         updated_at, version"
    };
}
macro_rules! payment_columns {
    () => {
        "id, item_id, transaction_id, line, day, paid, discount, base_amount, is_booked, undone_at, created_by, created_at"
    };
}
macro_rules! filter {
    () => {
        "organization_id = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR ($3 = 'void' AND is_void) \
         OR ($3 = 'open' AND NOT is_void AND settled < amount) OR ($3 = 'paid' AND NOT is_void AND settled = amount)) \
         AND ($4 OR contact_id = $5) AND ($6 = '' OR number = $6) AND ($7 OR due_day <= $8)"
    };
}

statements! {
    INSERT = concat!("INSERT INTO open_item (organization_id, ", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
        $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)");
    UPDATE = "UPDATE open_item SET number = $3, number_key = $4, contact_id = $5, due_day = $6, amount = $7, \
        base_amount = $8, reference = $9, description = $10, metadata = $11, updated_at = $12, version = version + 1 \
        WHERE organization_id = $1 AND id = $2";
    SETTLE = "UPDATE open_item SET settled = settled + $3, updated_at = $4, version = version + 1 \
        WHERE organization_id = $1 AND id = $2";
    VOID = "UPDATE open_item SET is_void = TRUE, updated_at = $3, version = version + 1 \
        WHERE organization_id = $1 AND id = $2";
    // Takes the row until the transaction ends.
    LOCK = concat!("UPDATE open_item SET version = version WHERE organization_id = $1 AND id = $2 RETURNING ", columns!());
    FIND = concat!("SELECT ", columns!(), " FROM open_item WHERE organization_id = $1 AND id = $2");
    FIND_NUMBER = concat!("SELECT ", columns!(), " FROM open_item WHERE organization_id = $1 AND kind = $2 \
        AND number_key = $3 AND NOT is_void");
    OF_TRANSACTION = concat!("SELECT ", columns!(), " FROM open_item WHERE organization_id = $1 AND transaction_id = $2 \
        ORDER BY id LIMIT 1000");
    LIST = concat!("SELECT ", columns!(), " FROM open_item WHERE ", filter!(),
        " ORDER BY created_at DESC, id DESC LIMIT $9 OFFSET $10");
    COUNT = concat!("SELECT COUNT(*) FROM open_item WHERE ", filter!());
    CONTACT_IS_USED = "SELECT COUNT(*) FROM (SELECT 1 FROM open_item WHERE organization_id = $1 AND contact_id = $2 \
        LIMIT 1) AS i";
    INSERT_PAYMENT = concat!("INSERT INTO item_payment (organization_id, ", payment_columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
    PAYMENTS = concat!("SELECT ", payment_columns!(), " FROM item_payment WHERE organization_id = $1 AND item_id = $2 \
        ORDER BY created_at, id LIMIT 1000");
    PAYMENT = concat!("SELECT ", payment_columns!(), " FROM item_payment WHERE organization_id = $1 AND id = $2");
    PAYMENTS_OF_TRANSACTION = concat!("SELECT ", payment_columns!(), " FROM item_payment WHERE organization_id = $1 \
        AND transaction_id = $2 AND undone_at IS NULL ORDER BY item_id, id LIMIT 10000");
    UNDONE_WITH = "SELECT COUNT(*) FROM (SELECT 1 FROM item_payment WHERE organization_id = $1 AND transaction_id = $2 \
        AND undone_at = $3 LIMIT 1) AS p";
    UNDO_PAYMENT = "UPDATE item_payment SET undone_at = $3 WHERE organization_id = $1 AND id = $2 AND undone_at IS NULL";
    RELIEVED = "SELECT CAST(COALESCE(SUM(base_amount), 0) AS BIGINT) FROM item_payment WHERE organization_id = $1 \
        AND item_id = $2 AND undone_at IS NULL";
    APPLIED = "SELECT CAST(COALESCE(SUM(paid + discount), 0) AS BIGINT) FROM item_payment WHERE organization_id = $1 \
        AND transaction_id = $2 AND line = $3 AND undone_at IS NULL";
}

fn decode(row: &mut Row<'_>) -> Result<OpenItemRow, StoreError> {
    Ok(OpenItemRow {
        id: row.id()?,
        kind: row.text()?,
        number: row.text()?,
        number_key: row.text()?,
        contact_id: row.maybe_id()?,
        account_id: row.id()?,
        issued: row.date()?,
        due: row.maybe_date()?,
        currency: row.text()?,
        amount: row.int()?,
        base_amount: row.int()?,
        settled: row.int()?,
        settled_before: row.int()?,
        is_void: row.bool()?,
        reference: row.maybe_text()?,
        description: row.maybe_text()?,
        metadata: row.text()?,
        transaction_id: row.maybe_id()?,
        created_by: row.id()?,
        created_at: row.int()?,
        updated_at: row.int()?,
        version: row.int()?,
    })
}

fn decode_payment(row: &mut Row<'_>) -> Result<PaymentRow, StoreError> {
    Ok(PaymentRow {
        id: row.id()?,
        item_id: row.id()?,
        transaction_id: row.id()?,
        line: row.int()?,
        date: row.date()?,
        paid: row.int()?,
        discount: row.int()?,
        base_amount: row.int()?,
        is_booked: row.bool()?,
        undone_at: row.maybe_int()?,
        created_by: row.id()?,
        created_at: row.int()?,
    })
}

/// Adds one.
pub async fn insert(tx: &mut Tx, organization: Id<Organization>, i: &OpenItemRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        i.id,
        &i.kind,
        &i.number,
        &i.number_key,
        i.contact_id,
        i.account_id,
        i.issued,
        i.due,
        &i.currency,
        i.amount,
        i.base_amount,
        i.settled,
        i.settled_before,
        i.is_void,
        &i.reference,
        &i.description,
        &i.metadata,
        i.transaction_id,
        i.created_by,
        i.created_at,
        i.updated_at,
        i.version
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Stores what may change of it.
pub async fn update(tx: &mut Tx, organization: Id<Organization>, i: &OpenItemRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        i.id,
        &i.number,
        &i.number_key,
        i.contact_id,
        i.due,
        i.amount,
        i.base_amount,
        &i.reference,
        &i.description,
        &i.metadata,
        i.updated_at
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// Adds to what is settled of it; less than zero takes back. The schema keeps it between nothing and the amount.
pub async fn settle(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<OpenItem>,
    (by, now_us): (i64, i64),
) -> Result<(), StoreError> {
    tx.execute(SETTLE, args![organization, id, by, now_us])
        .await
        .map(|_| ())
}

/// Marks one as void.
pub async fn void(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<OpenItem>,
    now_us: i64,
) -> Result<(), StoreError> {
    tx.execute(VOID, args![organization, id, now_us]).await.map(|_| ())
}

/// Takes one until the transaction ends.
pub async fn lock(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<OpenItem>,
) -> Result<Option<OpenItemRow>, StoreError> {
    tx.optional(LOCK, args![organization, id], decode).await
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<OpenItem>,
) -> Result<Option<OpenItemRow>, StoreError> {
    tx.optional(FIND, args![organization, id], decode).await
}

/// The one of this kind and number that is not void.
pub async fn find_number(
    tx: &mut Tx,
    organization: Id<Organization>,
    kind: &str,
    number_key: &str,
) -> Result<Option<OpenItemRow>, StoreError> {
    tx.optional(FIND_NUMBER, args![organization, kind, number_key], decode)
        .await
}

/// Those that a transaction booked.
pub async fn of_transaction(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
) -> Result<Vec<OpenItemRow>, StoreError> {
    tx.all(OF_TRANSACTION, args![organization, id], decode).await
}

/// Whether any names this contact.
pub async fn contact_is_used(tx: &mut Tx, organization: Id<Organization>, id: Id<Contact>) -> Result<bool, StoreError> {
    Ok(tx
        .one(CONTACT_IS_USED, args![organization, id], |row| row.int())
        .await?
        > 0)
}

/// Which open items of a list; an empty text does not filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `invoice` or `bill`.
    pub kind: String,
    /// `open`, `paid` or `void`.
    pub status: String,
    /// Of this contact.
    pub contact: Option<Id<Contact>>,
    /// With this number.
    pub number: String,
    /// Due on or before this day.
    pub due_to: Option<Date>,
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<OpenItemRow>, i64), StoreError> {
    let shared = args![
        organization,
        &filter.kind,
        &filter.status,
        filter.contact.is_none(),
        filter.contact,
        &filter.number,
        filter.due_to.is_none(),
        filter.due_to
    ];
    let mut paged = shared.to_vec();
    paged.extend([Arg::from(page.limit), Arg::from(page.offset)]);
    let rows = tx.all(LIST, &paged, decode).await?;
    let count = tx.one(COUNT, shared, |row| row.int()).await?;
    Ok((rows, count))
}

/// Adds a payment.
pub async fn insert_payment(tx: &mut Tx, organization: Id<Organization>, p: &PaymentRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        p.id,
        p.item_id,
        p.transaction_id,
        p.line,
        p.date,
        p.paid,
        p.discount,
        p.base_amount,
        p.is_booked,
        p.undone_at,
        p.created_by,
        p.created_at
    ];
    tx.execute(INSERT_PAYMENT, args).await.map(|_| ())
}

/// Payments of an item, undone ones too, oldest first.
pub async fn payments(
    tx: &mut Tx,
    organization: Id<Organization>,
    item: Id<OpenItem>,
) -> Result<Vec<PaymentRow>, StoreError> {
    tx.all(PAYMENTS, args![organization, item], decode_payment).await
}

/// The payment with this id.
pub async fn payment(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<ItemPayment>,
) -> Result<Option<PaymentRow>, StoreError> {
    tx.optional(PAYMENT, args![organization, id], decode_payment).await
}

/// Payments by a transaction that were not undone, by item.
pub async fn payments_of_transaction(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
) -> Result<Vec<PaymentRow>, StoreError> {
    tx.all(PAYMENTS_OF_TRANSACTION, args![organization, id], decode_payment)
        .await
}

/// Whether a payment by this transaction was undone at this instant: by the reversal that was made then.
pub async fn undone_with(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Transaction>,
    at_us: i64,
) -> Result<bool, StoreError> {
    Ok(tx
        .one(UNDONE_WITH, args![organization, id, at_us], |row| row.int())
        .await?
        > 0)
}

/// Undoes a payment; false if it was.
pub async fn undo_payment(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<ItemPayment>,
    now_us: i64,
) -> Result<bool, StoreError> {
    Ok(tx.execute(UNDO_PAYMENT, args![organization, id, now_us]).await? == 1)
}

/// By how much payments relieved the control account of an item, in base currency.
pub async fn relieved(tx: &mut Tx, organization: Id<Organization>, item: Id<OpenItem>) -> Result<i64, StoreError> {
    tx.one(RELIEVED, args![organization, item], |row| row.int()).await
}

/// How much of an entry is applied to items.
pub async fn applied(
    tx: &mut Tx,
    organization: Id<Organization>,
    (transaction, line): (Id<Transaction>, i64),
) -> Result<i64, StoreError> {
    tx.one(APPLIED, args![organization, transaction, line], |row| row.int())
        .await
}

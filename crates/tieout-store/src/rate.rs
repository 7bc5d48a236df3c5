//! Exchange rates of a practice.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{ExchangeRate, Organization};
use tieout_core::{Date, Id};

/// A row of `exchange_rate`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct RateRow {
    pub id: Id<ExchangeRate>,
    pub from: String,
    pub to: String,
    pub rate: i64,
    pub date: Date,
    pub source: String,
    pub created_at: i64,
}

macro_rules! columns {
    () => {
        "id, from_currency, to_currency, rate, day, source, created_at"
    };
}
macro_rules! filter {
    () => {
        "practice_id = $1 AND ($2 = '' OR from_currency = $2) AND ($3 = '' OR to_currency = $3) \
         AND ($4 = '' OR source = $4) AND ($5 OR day = $6)"
    };
}

statements! {
    PUT = concat!("INSERT INTO exchange_rate (practice_id, ", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (practice_id, from_currency, to_currency, day, source) DO UPDATE SET rate = excluded.rate \
        RETURNING ", columns!());
    FIND = concat!("SELECT ", columns!(), " FROM exchange_rate WHERE practice_id = $1 AND id = $2");
    OF_DAY = concat!("SELECT ", columns!(), " FROM exchange_rate WHERE practice_id = $1 AND from_currency = $2 \
        AND to_currency = $3 AND day = $4 AND source = $5");
    LATEST = concat!("SELECT ", columns!(), " FROM exchange_rate WHERE practice_id = $1 AND from_currency = $2 \
        AND to_currency = $3 AND day <= $4 ORDER BY day DESC, source DESC LIMIT 1");
    LIST = concat!("SELECT ", columns!(), " FROM exchange_rate WHERE ", filter!(),
        " ORDER BY day DESC, from_currency, to_currency, source LIMIT $7 OFFSET $8");
    COUNT = concat!("SELECT COUNT(*) FROM exchange_rate WHERE ", filter!());
}

fn decode(row: &mut Row<'_>) -> Result<RateRow, StoreError> {
    Ok(RateRow {
        id: row.id()?,
        from: row.text()?,
        to: row.text()?,
        rate: row.int()?,
        date: row.date()?,
        source: row.text()?,
        created_at: row.int()?,
    })
}

/// Adds a rate, or changes the one of the same day and source.
pub async fn put(tx: &mut Tx, practice: Id<Organization>, r: &RateRow) -> Result<RateRow, StoreError> {
    let args = args![practice, r.id, &r.from, &r.to, r.rate, r.date, &r.source, r.created_at];
    tx.one(PUT, args, decode).await
}

/// The one with this id.
pub async fn find(
    tx: &mut Tx,
    practice: Id<Organization>,
    id: Id<ExchangeRate>,
) -> Result<Option<RateRow>, StoreError> {
    tx.optional(FIND, args![practice, id], decode).await
}

/// The one of a day and source.
pub async fn of_day(
    tx: &mut Tx,
    practice: Id<Organization>,
    pair: (&str, &str),
    (day, source): (Date, &str),
) -> Result<Option<RateRow>, StoreError> {
    tx.optional(OF_DAY, args![practice, pair.0, pair.1, day, source], decode)
        .await
}

/// The latest rate on or before a day.
pub async fn latest(
    tx: &mut Tx,
    practice: Id<Organization>,
    pair: (&str, &str),
    day: Date,
) -> Result<Option<RateRow>, StoreError> {
    tx.optional(LATEST, args![practice, pair.0, pair.1, day], decode).await
}

/// Which rates of a list; an empty text does not filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// From this currency.
    pub from: String,
    /// To this currency.
    pub to: String,
    /// Of this source.
    pub source: String,
    /// Of this day.
    pub day: Option<Date>,
}

/// Newest day first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    practice: Id<Organization>,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<RateRow>, i64), StoreError> {
    let Filter { from, to, source, day } = filter;
    let shared = args![practice, from, to, source, day.is_none(), *day];
    let mut paged = shared.to_vec();
    paged.extend([page.limit.into(), page.offset.into()]);
    let rows = tx.all(LIST, &paged, decode).await?;
    let count = tx.one(COUNT, shared, |row| row.int()).await?;
    Ok((rows, count))
}

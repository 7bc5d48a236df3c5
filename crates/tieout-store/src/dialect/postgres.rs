//! PostgreSQL, through sqlx.

use super::{Arg, Insert, Row, Tx, Work};
use crate::error::StoreError;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::{Arguments, AssertSqlSafe, Executor, PgConnection, PgPool, SqlSafeStr};
use std::str::FromStr;

/// Rows that race each other are locked by the statements that change them, so the weaker level is enough for writes.
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// Rows in one statement of [`insert_many`]. A statement has room for 65,535 values; far fewer are already as fast.
const ROWS_PER_STATEMENT: usize = 200;

pub(super) async fn connect(url: &str, connections: u32) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::BadUrl)?
        .statement_cache_capacity(512)
        .application_name("tieout");
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(pool)
}

pub(super) async fn transaction<I, T, E>(
    pool: &PgPool,
    begin: &'static str,
    input: &I,
    work: Work<I, T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    let mut connection = pool.acquire().await.map_err(StoreError::from)?;
    control(&mut connection, begin).await?;
    let mut guard = Abandoned(Some(Tx::Postgres(connection)));
    let Some(tx) = guard.0.as_mut() else {
        return Err(StoreError::Closed.into());
    };
    let result = work(tx, input).await;
    let mut tx = guard.0.take();
    let Some(Tx::Postgres(connection)) = tx.as_mut() else {
        return Err(StoreError::Closed.into());
    };
    if result.is_ok() {
        control(connection, "COMMIT").await?;
    } else {
        control(connection, "ROLLBACK").await?;
    }
    result
}

/// Closes the connection of a transaction whose caller went away in the middle: the server then rolls it back.
struct Abandoned(Option<Tx>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(Tx::Postgres(connection)) = self.0.take() {
            drop(connection.detach());
        }
    }
}

async fn control(connection: &mut PgConnection, sql: &'static str) -> Result<(), StoreError> {
    connection.execute(sqlx::raw_sql(sql)).await?;
    Ok(())
}

fn bind(args: &[Arg<'_>]) -> Result<PgArguments, StoreError> {
    let mut bound = PgArguments::default();
    for arg in args {
        let added = match arg {
            Arg::Int(value) => bound.add(*value),
            Arg::Bool(value) => bound.add(*value),
            Arg::Text(value) => bound.add(value.map(str::to_owned)),
            Arg::Bytes(value) => bound.add(value.map(<[u8]>::to_vec)),
            Arg::Id(value) => bound.add(value.map(|id| id.to_vec())),
        };
        added.map_err(|_| StoreError::Corrupt("argument"))?;
    }
    Ok(bound)
}

pub(super) async fn execute(
    connection: &mut PgConnection,
    sql: &'static str,
    args: &[Arg<'_>],
) -> Result<u64, StoreError> {
    let done = sqlx::query_with(sql, bind(args)?).execute(connection).await?;
    Ok(done.rows_affected())
}

pub(super) async fn all<T>(
    connection: &mut PgConnection,
    sql: &'static str,
    args: &[Arg<'_>],
    decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let rows = sqlx::query_with(sql, bind(args)?).fetch_all(connection).await?;
    rows.iter().map(|row| decode(&mut Row::postgres(row))).collect()
}

pub(super) async fn optional<T>(
    connection: &mut PgConnection,
    sql: &'static str,
    args: &[Arg<'_>],
    decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let row = sqlx::query_with(sql, bind(args)?).fetch_optional(connection).await?;
    row.map(|row| decode(&mut Row::postgres(&row))).transpose()
}

pub(super) async fn insert_many(
    connection: &mut PgConnection,
    insert: &Insert,
    args: &[Arg<'_>],
) -> Result<(), StoreError> {
    let width = insert.width.max(1);
    for chunk in args.chunks(width * ROWS_PER_STATEMENT) {
        // Built from a constant and placeholders alone; this is the one place that builds a statement.
        let sql = AssertSqlSafe(insert.text(chunk.len() / width));
        sqlx::query_with(sql, bind(chunk)?).execute(&mut *connection).await?;
    }
    Ok(())
}

pub(super) async fn define(connection: &mut PgConnection, ddl: String) -> Result<(), StoreError> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(ddl))).await?;
    Ok(())
}

pub(super) async fn prepare(connection: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    connection.prepare(AssertSqlSafe(sql).into_sql_str()).await?;
    Ok(())
}

//! PostgreSQL, through sqlx.

use super::pool::{Around, Connection, Pool};
use super::watch::Watch;
use super::{Arg, Insert, Row, Tx, Work};
use crate::error::StoreError;
use sqlx::postgres::{PgArguments, PgConnectOptions};
use sqlx::{Arguments, AssertSqlSafe, Executor, SqlSafeStr};
use std::str::FromStr;
use std::sync::Arc;

/// Rows that race each other are locked by the statements that change them, so the weaker level is enough for writes.
const WRITE: Around = Around {
    begin: Some("BEGIN ISOLATION LEVEL READ COMMITTED"),
    changes: true,
};
const SNAPSHOT: Around = Around {
    begin: Some("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
    changes: false,
};
const READ: Around = Around {
    begin: None,
    changes: false,
};

/// Rows in one statement of [`insert_many`]. A statement has room for 65,535 values; far fewer are already as fast.
const ROWS_PER_STATEMENT: usize = 200;

/// A server, with the connections to it.
#[derive(Clone)]
pub struct Postgres {
    pool: Arc<Pool>,
    watch: Arc<Watch>,
}

impl Postgres {
    pub(super) async fn connect(url: &str, connections: u32) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::BadUrl)?
            .statement_cache_capacity(512)
            .application_name("tieout");
        Ok(Self {
            pool: Pool::open(options, connections).await?,
            watch: Arc::default(),
        })
    }

    pub(super) async fn version(&self) -> Result<i64, StoreError> {
        self.watch.version(self.pool.options()).await
    }

    pub(super) async fn write<I, T, E: From<StoreError>>(&self, input: &I, work: Work<I, T, E>) -> Result<T, E> {
        self.pool.run(WRITE, input, work).await
    }

    pub(super) async fn snapshot<I, T, E: From<StoreError>>(&self, input: &I, work: Work<I, T, E>) -> Result<T, E> {
        self.pool.run(SNAPSHOT, input, work).await
    }

    pub(super) async fn read<I, T, E: From<StoreError>>(&self, input: &I, work: Work<I, T, E>) -> Result<T, E> {
        self.pool.run(READ, input, work).await
    }
}

/// The result, with a note of what happened if the connection cannot be used any more.
pub(super) fn noted<T>(result: Result<T, sqlx::Error>, broken: &mut Option<StoreError>) -> Result<T, StoreError> {
    result.map_err(|error| {
        let is_fatal = match &error {
            // 57P: the server stops; 08: the connection failed.
            sqlx::Error::Database(failure) => failure
                .code()
                .is_some_and(|code| code.starts_with("57P") || code.starts_with("08")),
            sqlx::Error::RowNotFound => false,
            _ => true,
        };
        let error = StoreError::from(error);
        if is_fatal && broken.is_none() {
            *broken = Some(error.clone());
        }
        error
    })
}

pub(super) async fn control(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx {
        Tx::Postgres(connection) => {
            let done = connection.raw.execute(sqlx::raw_sql(sql)).await;
            noted(done, &mut connection.broken).map(|_| ())
        }
        Tx::Sqlite(_) => Err(StoreError::Corrupt("engine")),
    }
}

fn bind(args: &[Arg<'_>]) -> Result<PgArguments, StoreError> {
    let mut bound = PgArguments::default();
    for arg in args {
        let added = match arg {
            Arg::Int(value) => bound.add(*value),
            Arg::Bool(value) => bound.add(*value),
            Arg::Text(Some(value)) if value.contains('\0') => return Err(StoreError::Nul),
            Arg::Text(value) => bound.add(value.map(str::to_owned)),
            Arg::Bytes(value) => bound.add(value.map(<[u8]>::to_vec)),
            Arg::Id(value) => bound.add(value.map(|id| id.to_vec())),
        };
        added.map_err(|_| StoreError::Corrupt("argument"))?;
    }
    Ok(bound)
}

pub(super) async fn execute(
    connection: &mut Connection,
    sql: &'static str,
    args: &[Arg<'_>],
) -> Result<u64, StoreError> {
    let done = sqlx::query_with(sql, bind(args)?).execute(&mut connection.raw).await;
    Ok(noted(done, &mut connection.broken)?.rows_affected())
}

pub(super) async fn all<T>(
    connection: &mut Connection,
    sql: &'static str,
    args: &[Arg<'_>],
    decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let rows = sqlx::query_with(sql, bind(args)?).fetch_all(&mut connection.raw).await;
    noted(rows, &mut connection.broken)?
        .iter()
        .map(|row| decode(&mut Row::postgres(row)))
        .collect()
}

pub(super) async fn optional<T>(
    connection: &mut Connection,
    sql: &'static str,
    args: &[Arg<'_>],
    decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let row = sqlx::query_with(sql, bind(args)?)
        .fetch_optional(&mut connection.raw)
        .await;
    noted(row, &mut connection.broken)?
        .map(|row| decode(&mut Row::postgres(&row)))
        .transpose()
}

pub(super) async fn insert_many(
    connection: &mut Connection,
    insert: &Insert,
    args: &[Arg<'_>],
) -> Result<(), StoreError> {
    let width = insert.width.max(1);
    for chunk in args.chunks(width * ROWS_PER_STATEMENT) {
        // Built from a constant and placeholders alone; this is the one place that builds a statement.
        let sql = AssertSqlSafe(insert.text(chunk.len() / width));
        let done = sqlx::query_with(sql, bind(chunk)?).execute(&mut connection.raw).await;
        noted(done, &mut connection.broken)?;
    }
    Ok(())
}

pub(super) async fn define(connection: &mut Connection, ddl: String) -> Result<(), StoreError> {
    let done = connection.raw.execute(sqlx::raw_sql(AssertSqlSafe(ddl))).await;
    noted(done, &mut connection.broken).map(|_| ())
}

pub(super) async fn prepare(connection: &mut Connection, sql: String) -> Result<(), StoreError> {
    let done = connection.raw.prepare(AssertSqlSafe(sql).into_sql_str()).await;
    noted(done, &mut connection.broken).map(|_| ())
}

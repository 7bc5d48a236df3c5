//! The two engines behind one face: enums, no traits, nothing above is generic over the engine.
//!
//! A statement is a `&'static str` with `$1`, `$2`, the same text on both engines. Arguments are [`Arg`]s, rows are read
//! column after column through [`Row`]. Work inside a transaction gets a [`Tx`].
//!
//! On SQLite the work runs *on the thread that has the connection*: its futures never wait, so they are polled once, and
//! no statement crosses a thread. Writes of several callers share one commit (see `sqlite.rs`). On PostgreSQL the same
//! futures wait on the network as usual, and a transaction that loses a race is run again.

mod pool;
mod postgres;
mod row;
mod sqlite;
mod watch;

pub use row::{Arg, Row, date_of, day_number};

use crate::error::StoreError;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

/// A future that may move between threads.
pub type BoxFuture<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// Work in a transaction: a function without captures, so that it can be run again with the same input.
pub type Work<I, T, E> = for<'t> fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>>;

/// How often a transaction that lost a race on PostgreSQL is run again.
const ATTEMPTS: u32 = 8;

/// How long a process waits for another one that holds an SQLite file.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database of either engine.
#[derive(Clone)]
pub enum Database {
    /// One file.
    Sqlite(sqlite::Sqlite),
    /// A server.
    Postgres(postgres::Postgres),
}

/// A transaction, or a connection that reads.
pub enum Tx {
    /// The connection itself: it is moved in and out, because it may be sent to another thread but not shared.
    Sqlite(rusqlite::Connection),
    /// A connection of a pool, in a transaction where that was asked for.
    Postgres(pool::Connection),
}

/// How a transaction takes what it works on, until it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// With others that share it; nobody has it alone meanwhile.
    Shared,
    /// With nobody else.
    Alone,
}

/// How long work takes that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A few rows: on SQLite it may be done on the caller's own thread, which waits for the disk.
    Short,
    /// Nobody knows: the caller's thread does something else meanwhile.
    Any,
}

/// A statement that inserts any number of rows.
pub struct Insert {
    /// `INSERT INTO table (columns) VALUES`.
    pub into: &'static str,
    /// How many columns.
    pub width: usize,
    /// What follows the rows (`ON CONFLICT …`), or nothing.
    pub tail: &'static str,
}

impl Database {
    /// Opens the SQLite file, making it if it is not there, with `readers` connections for reading.
    pub fn open_sqlite(path: &Path, readers: usize) -> Result<Self, StoreError> {
        Self::open_sqlite_within(path, readers, PATIENCE)
    }

    /// The same, waiting this long for another process that holds the file.
    pub fn open_sqlite_within(path: &Path, readers: usize, patience: Duration) -> Result<Self, StoreError> {
        Ok(Self::Sqlite(sqlite::Sqlite::open(path, readers, patience)?))
    }

    /// Connects to a PostgreSQL server.
    pub async fn open_postgres(url: &str, connections: u32) -> Result<Self, StoreError> {
        Ok(Self::Postgres(postgres::Postgres::connect(url, connections).await?))
    }

    /// Runs work in a transaction that writes. When this returns, the result is on disk.
    pub async fn write<I, T, E>(&self, input: I, work: Work<I, T, E>) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Retry + Send + 'static,
    {
        self.write_at(Pace::Any, input, work).await
    }

    /// The same, knowing how long it takes.
    pub async fn write_at<I, T, E>(&self, pace: Pace, input: I, work: Work<I, T, E>) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Retry + Send + 'static,
    {
        match self {
            Self::Sqlite(database) => database.write(input, work, pace).await,
            Self::Postgres(server) => {
                let mut attempt = 1;
                loop {
                    match server.write(&input, work).await {
                        Err(error) if error.is_lost_race() && attempt < ATTEMPTS => attempt += 1,
                        other => return other,
                    }
                }
            }
        }
    }

    /// Runs work that only reads, all of it on the same state of the database.
    pub async fn snapshot<I, T, E>(&self, input: &I, work: Work<I, T, E>) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        E: From<StoreError>,
    {
        match self {
            Self::Sqlite(database) => database.read(input, work, true).await,
            Self::Postgres(server) => server.snapshot(input, work).await,
        }
    }

    /// Runs work that only reads, where each statement may see a later state than the one before it. Cheaper than
    /// [`snapshot`](Self::snapshot); for one statement the same.
    pub async fn read<I, T, E>(&self, input: &I, work: Work<I, T, E>) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        E: From<StoreError>,
    {
        match self {
            Self::Sqlite(database) => database.read(input, work, false).await,
            Self::Postgres(server) => server.read(input, work).await,
        }
    }

    /// A number that changes with every commit, also one of another process.
    pub async fn version(&self) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(database) => database.version(),
            Self::Postgres(server) => server.version().await,
        }
    }

    /// Which engine this is, for people.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// Whether an error means "somebody else was faster, run it again".
pub trait Retry {
    /// True for a serialization failure, a deadlock, a busy database.
    fn is_lost_race(&self) -> bool;
}

impl Retry for StoreError {
    fn is_lost_race(&self) -> bool {
        matches!(self, Self::LostRace)
    }
}

impl Tx {
    /// Runs a statement that returns no rows; how many rows it changed.
    pub async fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::execute(connection, sql, args),
            Self::Postgres(connection) => postgres::execute(connection, sql, args).await,
        }
    }

    /// Every row of a query, decoded.
    pub async fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
        decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::all(connection, sql, args, decode),
            Self::Postgres(connection) => postgres::all(connection, sql, args, decode).await,
        }
    }

    /// The only row of a query, if there is one.
    pub async fn optional<T>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
        decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::optional(connection, sql, args, decode),
            Self::Postgres(connection) => postgres::optional(connection, sql, args, decode).await,
        }
    }

    /// The only row of a query that always has one.
    pub async fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
        decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.optional(sql, args, decode).await?.ok_or(StoreError::NoRow)
    }

    /// Inserts rows; `args` are the values row after row.
    pub async fn insert_many(&mut self, insert: &Insert, args: &[Arg<'_>]) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::insert_many(connection, insert, args),
            Self::Postgres(connection) => postgres::insert_many(connection, insert, args).await,
        }
    }

    /// Takes what this id names until the transaction ends. Whoever comes first gets it first: those who share it do not
    /// keep out one who wants it alone. Nobody holds rows yet, so take it before any of them.
    pub async fn hold(&mut self, id: &[u8; 16], hold: Hold) -> Result<(), StoreError> {
        let sql = match hold {
            Hold::Shared => "SELECT pg_advisory_xact_lock_shared($1)",
            Hold::Alone => "SELECT pg_advisory_xact_lock($1)",
        };
        match self {
            // Whoever writes is alone.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => {
                // The end of an id is random. Two that end alike would wait for each other, and nothing else.
                let [_, _, _, _, _, _, _, _, end @ ..] = *id;
                let number = i64::from_be_bytes(end);
                postgres::execute(connection, sql, &[Arg::from(number)])
                    .await
                    .map(|_| ())
            }
        }
    }

    /// Has PostgreSQL look at tables that have grown (`ANALYZE table`), so that its plans fit them at once and not when it next
    /// looks by itself; SQLite plans by the indexes alone. The last step of a transaction: others wait who do the same.
    pub async fn look_at_sizes(&mut self, statements: &[&'static str]) -> Result<(), StoreError> {
        if matches!(self, Self::Postgres(_)) {
            for sql in statements {
                postgres::control(self, sql).await?;
            }
        }
        Ok(())
    }

    /// Runs statements of a migration, in the words of this engine (see [`translate`]).
    pub(crate) async fn define(&mut self, ddl: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(&translate(ddl, SQLITE_WORDS))?),
            Self::Postgres(connection) => postgres::define(connection, translate(ddl, POSTGRES_WORDS)).await,
        }
    }

    /// Runs statements of a migration for which the engines have no common words.
    pub(crate) async fn define_each(&mut self, sqlite: &str, postgres: &str) -> Result<(), StoreError> {
        let own = if matches!(self, Self::Sqlite(_)) {
            sqlite
        } else {
            postgres
        };
        self.define(own).await
    }

    /// Prepares a statement without running it: how the tests check every statement on both engines.
    pub async fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::prepare(connection, sql),
            Self::Postgres(connection) => postgres::prepare(connection, sql.to_owned()).await,
        }
    }

    /// Prepares an insertion of two rows.
    pub async fn prepare_insert(&mut self, insert: &Insert) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::prepare_insert(connection, insert),
            Self::Postgres(connection) => postgres::prepare(connection, insert.text(2)).await,
        }
    }
}

impl Insert {
    /// The statement for this many rows, with numbered placeholders.
    fn text(&self, rows: usize) -> String {
        let mut sql = String::with_capacity(self.into.len() + rows * self.width * 6 + self.tail.len());
        sql.push_str(self.into);
        for row in 0..rows {
            sql.push_str(if row == 0 { " (" } else { ", (" });
            for column in 1..=self.width {
                if column > 1 {
                    sql.push(',');
                }
                sql.push('$');
                sql.push_str(&(row * self.width + column).to_string());
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(self.tail);
        sql
    }
}

/// The few words of table definitions that differ: bytes, text that is compared byte by byte (the rule of SQLite, not of
/// PostgreSQL's locales), and tables clustered by their primary key.
const SQLITE_WORDS: &[(&str, &str)] = &[("BYTES", "BLOB"), ("KEYTEXT", "TEXT"), ("CLUSTERED", "WITHOUT ROWID")];
const POSTGRES_WORDS: &[(&str, &str)] = &[("BYTES", "BYTEA"), ("KEYTEXT", "TEXT COLLATE \"C\""), ("CLUSTERED", "")];

fn translate(ddl: &str, words: &[(&str, &str)]) -> String {
    words
        .iter()
        .fold(ddl.to_owned(), |text, (word, own)| text.replace(word, own))
}

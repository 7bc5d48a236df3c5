//! What can go wrong with a database, by what the caller can do about it.

use std::sync::Arc;

/// An error of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A constraint refused the change; its name or its columns say which.
    #[error("the database refused the change: {0}")]
    Constraint(String),
    /// Somebody else was faster: run the transaction again.
    #[error("another change was faster")]
    LostRace,
    /// A row that must be there is not.
    #[error("a row is missing")]
    NoRow,
    /// A stored value is not what the schema promises.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(&'static str),
    /// The database is newer than this program.
    #[error("the database has schema {found}, this program knows up to {known}; use a newer tieout")]
    TooNew {
        /// The schema found.
        found: i64,
        /// The newest one known.
        known: i64,
    },
    /// The address of the server cannot be read.
    #[error("the database address is not of the form postgres://user:password@host/name")]
    BadUrl,
    /// Nobody could be served in time: another process holds the database, or all connections are taken.
    #[error("the database is busy")]
    Busy,
    /// The server cannot be reached, or is starting or stopping; nothing was done.
    #[error("the database server cannot be reached")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// The connection died during the commit: nobody knows whether it was done.
    #[error("the connection to the database was lost while a change was committed")]
    UnknownEnd(#[source] Arc<sqlx::Error>),
    /// A text holds the character NUL, which PostgreSQL cannot store; SQLite could, and is not asked to.
    #[error("a text holds the character NUL, which cannot be stored")]
    Nul,
    /// The database was closed.
    #[error("the database is closed")]
    Closed,
    /// Work on SQLite waited for something else than the database: a bug of ours.
    #[error("work inside a transaction waited for something else")]
    Waited,
    /// The writing thread did not start.
    #[error("cannot start a thread")]
    Thread(#[source] Arc<std::io::Error>),
    /// Anything else the engine says.
    #[error("the database failed")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// Anything else the server says.
    #[error("the database server failed")]
    Postgres(#[source] Arc<sqlx::Error>),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if let rusqlite::Error::SqliteFailure(failure, message) = &error {
            match failure.code {
                rusqlite::ErrorCode::ConstraintViolation => {
                    return Self::Constraint(message.clone().unwrap_or_default());
                }
                rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked => return Self::LostRace,
                _ => {}
            }
        }
        if matches!(error, rusqlite::Error::ToSqlConversionFailure(_)) {
            // The one value that is refused before it reaches the engine.
            return Self::Nul;
        }
        Self::Sqlite(Arc::new(error))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(failure) = &error {
            let code = failure.code().unwrap_or_default();
            if code == "40001" || code == "40P01" {
                return Self::LostRace;
            }
            // Starting up, shutting down, or full: a connection is refused before anything was done on it.
            if code == "57P03" || code == "53300" {
                return Self::Unavailable(Arc::new(error));
            }
            if code.starts_with("23") {
                let name = failure.constraint().unwrap_or_default();
                return Self::Constraint(format!("{name}: {}", failure.message()));
            }
        }
        Self::Postgres(Arc::new(error))
    }
}

/// Whether the server went away, or was never there.
fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(failure) => failure
            .code()
            .is_some_and(|code| code.starts_with("57P") || code.starts_with("08")),
        _ => false,
    }
}

impl StoreError {
    /// The same for a failure before which nothing can have been done: a connection that could not be made, a transaction
    /// that could not begin.
    #[must_use]
    pub(crate) fn before_anything(self) -> Self {
        match self {
            Self::Postgres(error) if is_gone(&error) => Self::Unavailable(error),
            other => other,
        }
    }

    /// The same for a commit that was sent and not answered. A commit that the server refused did nothing.
    #[must_use]
    pub(crate) fn with_unknown_end(self) -> Self {
        match self {
            Self::Postgres(error) | Self::Unavailable(error) if is_gone(&error) => Self::UnknownEnd(error),
            other => other,
        }
    }

    /// Whether a stored value is not of the kind that the schema promises: somebody changed it past this program.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Corrupt(_) => true,
            Self::Sqlite(error) => matches!(
                **error,
                rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
                    | rusqlite::Error::Utf8Error(..)
            ),
            Self::Postgres(error) => matches!(**error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)),
            _ => false,
        }
    }

    /// Whether a constraint that names this index or this column refused the change.
    ///
    /// SQLite names columns (`account.code`), PostgreSQL names the index (`account_code`); a table's unique index is
    /// called by table and column, so one word pair finds both.
    pub fn violates(&self, table: &str, column: &str) -> bool {
        match self {
            Self::Constraint(text) => {
                text.contains(&format!("{table}.{column}")) || text.contains(&format!("{table}_{column}"))
            }
            _ => false,
        }
    }
}

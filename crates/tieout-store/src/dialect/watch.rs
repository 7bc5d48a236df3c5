//! Whether anything was committed on a PostgreSQL server since somebody last looked.
//!
//! Two snapshots with the same text see the same transactions, so what was read under one is what would be read under the
//! other. Asking for it is one short question, and **everybody who waits shares the next one**: a question answers all that
//! came before it was asked. So sixteen readers cost one or two questions instead of sixteen.

use super::pool::{Connection, PATIENCE};
use super::postgres::noted;
use crate::error::StoreError;
use sqlx::Row as _;
use sqlx::postgres::PgConnectOptions;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;

/// `xmin:xmax:running`: changes whenever a transaction that wrote something ends, in whatever process.
pub(super) const SNAPSHOT: &str = "SELECT CAST(pg_current_snapshot() AS TEXT)";

/// Shared by all that use a database.
#[derive(Default)]
pub(super) struct Watch {
    /// Questions that were begun so far.
    begun: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    connection: Option<Connection>,
    snapshot: String,
    version: i64,
    /// The number of the question that this answers.
    question: u64,
}

impl Watch {
    /// A number that is the same only while nothing was committed. It grows, so what one process keeps can be compared.
    pub(super) async fn version(&self, options: &PgConnectOptions) -> Result<i64, StoreError> {
        let come = self.begun.load(Ordering::SeqCst);
        let looked = tokio::time::timeout(PATIENCE, self.look(options, come)).await;
        looked
            .map_err(|_| StoreError::Busy)?
            .map_err(StoreError::before_anything)
    }

    async fn look(&self, options: &PgConnectOptions, come: u64) -> Result<i64, StoreError> {
        let mut seen = self.seen.lock().await;
        if seen.question > come {
            // Asked after this caller came: it knows of all that was committed before.
            return Ok(seen.version);
        }
        let question = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let snapshot = seen.ask(options).await?;
        if seen.snapshot != snapshot {
            seen.version += 1;
            seen.snapshot = snapshot;
        }
        seen.question = question;
        Ok(seen.version)
    }
}

impl Seen {
    async fn ask(&mut self, options: &PgConnectOptions) -> Result<String, StoreError> {
        // Taken out: a caller who goes away in the middle leaves no connection with half an answer.
        if let Some(mut connection) = self.connection.take()
            && let Ok(snapshot) = ask(&mut connection).await
        {
            self.connection = Some(connection);
            return Ok(snapshot);
        }
        // A new connection may lead to a server that took over from the old one and counts its transactions anew.
        self.snapshot.clear();
        self.version += 1;
        let mut connection = Connection::open(options).await?;
        let snapshot = ask(&mut connection).await?;
        self.connection = Some(connection);
        Ok(snapshot)
    }
}

async fn ask(connection: &mut Connection) -> Result<String, StoreError> {
    let row = noted(
        sqlx::query(SNAPSHOT).fetch_one(&mut connection.raw).await,
        &mut connection.broken,
    )?;
    Ok(row.try_get(0)?)
}

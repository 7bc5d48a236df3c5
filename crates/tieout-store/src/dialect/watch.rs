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
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;
use tokio::time::{Instant, Sleep, sleep_until};

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
    /// Ends the patience with a question.
    clock: Option<Pin<Box<Sleep>>>,
    snapshot: String,
    version: i64,
    /// The number of the question that this answers.
    question: u64,
}

impl Watch {
    /// A number that is the same only while nothing was committed. It grows, so what one process keeps can be compared.
    pub(super) async fn version(&self, options: &PgConnectOptions) -> Result<i64, StoreError> {
        let come = self.begun.load(Ordering::SeqCst);
        let mut seen = match self.seen.try_lock() {
            Ok(seen) => seen,
            // Only who waits for others needs a clock of their own.
            Err(_) => tokio::time::timeout(PATIENCE, self.seen.lock())
                .await
                .map_err(|_| StoreError::Busy)?,
        };
        if seen.question > come {
            // Asked after this caller came: it knows of all that was committed before.
            return Ok(seen.version);
        }
        let question = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let snapshot = seen.ask_within_patience(options).await;
        let snapshot = snapshot.map_err(StoreError::before_anything)?;
        if seen.snapshot != snapshot {
            seen.version += 1;
            seen.snapshot = snapshot;
        }
        seen.question = question;
        Ok(seen.version)
    }
}

impl Seen {
    async fn ask_within_patience(&mut self, options: &PgConnectOptions) -> Result<String, StoreError> {
        let end = Instant::now() + PATIENCE;
        // Put off, a clock costs nothing; a new one for each question wakes the runtime, as dear as a tenth of the question.
        let mut clock = self.clock.take().unwrap_or_else(|| Box::pin(sleep_until(end)));
        clock.as_mut().reset(end);
        let asked = tokio::select! {
            biased;
            asked = self.ask(options) => asked,
            () = clock.as_mut() => Err(StoreError::Busy),
        };
        self.clock = Some(clock);
        asked
    }

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

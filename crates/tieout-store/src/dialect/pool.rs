//! Connections to a PostgreSQL server that are kept for the next one who needs one.
//!
//! The pool of `sqlx` asks the server whether it is still there after each use, in a task of its own: one more question for
//! each read, and a connection that is not idle when the next wants it. Here a connection goes back as it is, and only
//! if nothing went wrong on it; whoever is cancelled or panics drops it, which closes it, so that the server rolls back.

use super::{Tx, Work};
use crate::error::StoreError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long somebody waits for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// A connection that nobody needed for longer is not trusted: what lies between may have forgotten it.
const IDLE: Duration = Duration::from_secs(300);
/// The server's memory of what a connection did grows; so none is kept for ever.
const LIFETIME: Duration = Duration::from_secs(1800);

/// How many fresh connections may die under the same work before its caller hears of it.
const DEATHS: u32 = 2;

/// A connection, and whether it can be used again.
pub struct Connection {
    pub(super) raw: PgConnection,
    /// What went wrong, if it was something else than a refused statement.
    pub(super) broken: Option<StoreError>,
    begun: Instant,
    used: Instant,
    /// Whether it was used before: then the server may have left meanwhile.
    is_old: bool,
}

impl Connection {
    pub(super) async fn open(options: &PgConnectOptions) -> Result<Self, StoreError> {
        let raw = tokio::time::timeout(PATIENCE, options.connect())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|error| StoreError::from(error).before_anything())?;
        Ok(Self {
            raw,
            broken: None,
            begun: Instant::now(),
            used: Instant::now(),
            is_old: false,
        })
    }

    fn is_fresh_enough(&self) -> bool {
        self.used.elapsed() < IDLE && self.begun.elapsed() < LIFETIME
    }
}

/// Shared by all that use a database.
pub(super) struct Pool {
    options: PgConnectOptions,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

/// What happens before and after the work.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// Begins a transaction, or nothing.
    pub(super) begin: Option<&'static str>,
    /// Whether anything is changed: then nobody knows what became of a commit during which the connection died.
    pub(super) changes: bool,
}

impl Pool {
    /// Connects once, so that a wrong address is known at once.
    pub(super) async fn open(options: PgConnectOptions, connections: u32) -> Result<Arc<Self>, StoreError> {
        let first = Connection::open(&options).await?;
        let size = usize::try_from(connections.max(1)).unwrap_or(1);
        Ok(Arc::new(Self {
            options,
            idle: Mutex::new(vec![first]),
            permits: Semaphore::new(size),
        }))
    }

    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        let permit = tokio::time::timeout(PATIENCE, self.permits.acquire()).await;
        permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Closed)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connection(&self) -> Result<Connection, StoreError> {
        let kept = {
            let mut idle = self.idle();
            idle.retain(Connection::is_fresh_enough);
            idle.pop()
        };
        match kept {
            Some(connection) => Ok(connection),
            None => Connection::open(&self.options).await,
        }
    }

    fn give_back(&self, mut connection: Connection) {
        if connection.broken.is_some() {
            // Whatever ended this one ended the others that lie here: a server that was stopped.
            self.idle().clear();
            return;
        }
        connection.used = Instant::now();
        connection.is_old = true;
        self.idle().push(connection);
    }

    /// Runs work on a connection. What died before its commit did nothing, so it is run again on another connection:
    /// always if it was one that was kept and found dead, else a few times.
    pub(super) async fn run<I, T, E>(&self, around: Around, input: &I, work: Work<I, T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let _permit = self.permit().await?;
        let mut deaths = 0;
        loop {
            let connection = self.connection().await?;
            let was_old = connection.is_old;
            let mut tx = Tx::Postgres(connection);
            let done = run_on(&mut tx, around.begin, input, work).await;
            let Tx::Postgres(connection) = tx else {
                return Err(StoreError::Corrupt("engine").into());
            };
            let died = connection.broken.clone();
            self.give_back(connection);
            let (died, result) = match (died, done) {
                (Some(died), Run::NotBegun(_) | Run::Done(Err(_))) => (died, None),
                (Some(died), Run::NotEnded(error)) if !around.changes => (died, Some(error)),
                (_, Run::NotBegun(error)) => return Err(error.before_anything().into()),
                (Some(_), Run::NotEnded(error)) => return Err(error.with_unknown_end().into()),
                (None, Run::NotEnded(error)) => return Err(error.into()),
                (_, Run::Done(result)) => return result,
            };
            deaths += u32::from(!was_old);
            if deaths > DEATHS {
                return Err(result.unwrap_or(died).before_anything().into());
            }
        }
    }
}

enum Run<T, E> {
    /// The transaction could not even begin.
    NotBegun(StoreError),
    Done(Result<T, E>),
    /// All was done, and the transaction could not end.
    NotEnded(StoreError),
}

async fn run_on<I, T, E>(tx: &mut Tx, begin: Option<&'static str>, input: &I, work: Work<I, T, E>) -> Run<T, E>
where
    E: From<StoreError>,
{
    let Some(begin) = begin else {
        return Run::Done(work(tx, input).await);
    };
    if let Err(error) = super::postgres::control(tx, begin).await {
        return Run::NotBegun(error);
    }
    let result = work(tx, input).await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    match super::postgres::control(tx, end).await {
        Ok(()) => Run::Done(result),
        // Of a refusal the caller hears, not that undoing it failed: the connection is closed, which undoes it.
        Err(_) if result.is_err() => Run::Done(result),
        Err(error) => Run::NotEnded(error),
    }
}

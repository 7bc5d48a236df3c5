//! SQLite: one connection that writes, nearly always on a thread of its own, several that read.
//!
//! **Group commit.** A durable commit costs a sync of the disk, however little it holds. So the writing thread runs a job
//! in a savepoint, then every job that came in meanwhile, and commits them together; callers are answered after the
//! commit, never before. A job that fails is rolled back to its savepoint and takes nobody with it.
//!
//! **Short work** is done on its caller's own thread when nobody else writes or waits: to wake another thread and be woken
//! by it costs as much as a posting.
//!
//! **Reads** run on the caller's own thread with a connection of the pool: a short read costs less than waking a thread.

use super::{Arg, BoxFuture, Insert, Pace, Row, Tx, Work};
use crate::error::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};

/// Jobs that may wait for the writing thread before callers wait to hand in theirs.
const QUEUE: usize = 1024;
/// Jobs that share a commit: more would make the first of them wait long for little gain.
const SHARED_COMMIT: usize = 128;
/// Statements that each connection keeps prepared; the store has fewer.
const PREPARED: usize = 512;

/// An open database.
#[derive(Clone)]
pub struct Sqlite {
    jobs: SyncSender<Job>,
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    /// Never writes: so every commit is another connection's, and shows in its data version.
    watch: Arc<Mutex<Connection>>,
}

/// The connection that writes, and who waits for it.
struct Writer {
    tx: Mutex<Tx>,
    /// Jobs that were handed in and have not begun: nobody overtakes them.
    waiting: AtomicUsize,
    patience: Duration,
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

/// Runs on the writing thread, inside a savepoint; says whether to keep its changes, and how to answer after the commit.
/// Where there is no transaction to run in, its caller hears why.
type Job = Box<dyn FnOnce(Result<&mut Tx, StoreError>) -> (bool, Answer) + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

impl Sqlite {
    pub(super) fn open(path: &Path, readers: usize, patience: Duration) -> Result<Self, StoreError> {
        make_private(path);
        let writer = connect(path, OpenFlags::default(), patience)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        let writer = Arc::new(Writer {
            tx: Mutex::new(Tx::Sqlite(writer)),
            waiting: AtomicUsize::new(0),
            patience,
        });
        let (jobs, inbox) = sync_channel(QUEUE);
        let own = Arc::clone(&writer);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_loop(&own, &inbox))
            .map_err(|error| StoreError::Thread(error.into()))?;
        let idle = (0..readers.max(1))
            .map(|_| {
                connect(
                    path,
                    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
                    patience,
                )
            })
            .collect::<Result<Vec<_>, _>>()?;
        let permits = Semaphore::new(idle.len());
        let watch = connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            patience,
        )?;
        Ok(Self {
            jobs,
            writer,
            readers: Arc::new(Readers {
                idle: Mutex::new(idle),
                permits,
            }),
            watch: Arc::new(Mutex::new(watch)),
        })
    }

    pub(super) fn version(&self) -> Result<i64, StoreError> {
        let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = watch.prepare_cached("PRAGMA data_version")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    pub(super) async fn write<I, T, E>(&self, input: I, work: Work<I, T, E>, pace: Pace) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if pace == Pace::Short
            && let Some(done) = self.writer.now(&input, work)
        {
            return done;
        }
        let (send, receive) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let result = match tx {
                Ok(tx) => now_or_never(work(tx, &input)),
                Err(error) => Err(error.into()),
            };
            let keep = result.is_ok();
            let answer: Answer = Box::new(move |committed| {
                let answer = match (result, committed) {
                    (Ok(_), Err(error)) => Err(error.into()),
                    (result, _) => result,
                };
                // Nobody listens any more when the caller was cancelled; the work is done all the same.
                let _ = send.send(answer);
            });
            (keep, answer)
        });
        // A full queue is back-pressure: this thread waits, as it would for the disk.
        self.writer.waiting.fetch_add(1, Ordering::AcqRel);
        if self.jobs.send(job).is_err() {
            return Err(StoreError::Closed.into());
        }
        receive.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    pub(super) async fn read<I, T, E>(&self, input: &I, work: Work<I, T, E>, snapshot: bool) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let _permit = self.readers.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        let taken = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut tx = Tx::Sqlite(taken.ok_or(StoreError::Closed)?);
        // A bug in one read must not take the connection away from all others.
        let result = catch_unwind(AssertUnwindSafe(|| read_on(&mut tx, input, work, snapshot)));
        if let Tx::Sqlite(connection) = tx {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            self.readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
        result.unwrap_or_else(|bug| resume_unwind(bug))
    }
}

fn read_on<I, T, E>(tx: &mut Tx, input: &I, work: Work<I, T, E>, snapshot: bool) -> Result<T, E>
where
    E: From<StoreError>,
{
    if snapshot {
        control(tx, "BEGIN")?;
    }
    let result = now_or_never(work(tx, input));
    if snapshot {
        control(tx, "COMMIT")?;
    }
    result
}

/// The future's result; futures over this engine never wait.
fn now_or_never<T, E: From<StoreError>>(mut future: BoxFuture<'_, Result<T, E>>) -> Result<T, E> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(StoreError::Waited.into()),
    }
}

/// Makes the file, if it is not there, so that only its owner can read it: the books are in it. SQLite gives the files beside
/// it the same permissions. What cannot be made here SQLite cannot open, and says why.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let _ = options.write(true).create_new(true).mode(0o600).open(path);
}

#[cfg(not(unix))]
fn make_private(_path: &Path) {}

fn connect(path: &Path, flags: OpenFlags, patience: Duration) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Without it every binding of a LIMIT, or of a bound of a range, prepares the statement anew to look at its value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

impl Writer {
    /// Does work in a transaction of its own on the caller's thread; `None`, and nothing was done, if it would have to wait
    /// for anybody else who writes.
    fn now<I, T, E>(&self, input: &I, work: Work<I, T, E>) -> Option<Result<T, E>>
    where
        E: From<StoreError>,
    {
        if self.waiting.load(Ordering::Acquire) > 0 {
            return None;
        }
        let mut tx = self.tx.try_lock().ok()?;
        be_patient_for(&tx, Duration::ZERO).ok()?;
        let begun = control(&mut tx, "BEGIN IMMEDIATE");
        let ready = be_patient_for(&tx, self.patience);
        begun.ok()?;
        let work = || ready.map_err(E::from).and_then(|()| now_or_never(work(&mut tx, input)));
        // A bug ends neither the connection nor what else its thread does.
        let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(StoreError::Closed.into()));
        let ended = control(&mut tx, if result.is_ok() { "COMMIT" } else { "ROLLBACK" });
        Some(match ended {
            Err(error) if result.is_ok() => {
                let _ = control(&mut tx, "ROLLBACK");
                Err(error.into())
            }
            _ => result,
        })
    }
}

/// How long a connection waits for another process.
fn be_patient_for(tx: &Tx, patience: Duration) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(connection) => Ok(connection.busy_timeout(patience)?),
        Tx::Postgres(_) => Err(StoreError::Corrupt("engine")),
    }
}

fn write_loop(writer: &Writer, inbox: &Receiver<Job>) {
    while let Ok(first) = inbox.recv() {
        let mut tx = writer.tx.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = &mut *tx;
        writer.waiting.fetch_sub(1, Ordering::AcqRel);
        if let Err(error) = control(tx, "BEGIN IMMEDIATE") {
            // Those who came meanwhile waited for the same lock: one after the other they would wait for minutes. All are
            // taken out before the first is answered: whoever asks after an answer is no longer one of them.
            let waiting: Vec<Job> = std::iter::once(first).chain(inbox.try_iter()).collect();
            writer.waiting.fetch_sub(waiting.len() - 1, Ordering::AcqRel);
            for job in waiting {
                refuse(job, &error);
            }
            continue;
        }
        let mut answers = Vec::new();
        let mut job = Some(first);
        while let Some(next) = job {
            answers.push(run(tx, next));
            // A failing disk ends the whole transaction: nothing more may join it, and its commit fails.
            let is_open = matches!(tx, Tx::Sqlite(connection) if !connection.is_autocommit());
            job = (is_open && answers.len() < SHARED_COMMIT)
                .then(|| inbox.try_recv().ok())
                .flatten();
            writer.waiting.fetch_sub(usize::from(job.is_some()), Ordering::AcqRel);
        }
        let committed = control(tx, "COMMIT");
        if committed.is_err() {
            let _ = control(tx, "ROLLBACK");
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
}

/// Tells a job's caller that nothing was done, and why.
fn refuse(job: Job, error: &StoreError) {
    let error = match error {
        // Another process held the file for longer than anybody waits.
        StoreError::LostRace => StoreError::Busy,
        other => other.clone(),
    };
    let (_, answer) = job(Err(error));
    answer(Ok(()));
}

fn run(tx: &mut Tx, job: Job) -> Answer {
    if let Err(error) = control(tx, "SAVEPOINT job") {
        // Unprotected it must not run.
        refuse(job, &error);
        return Box::new(|_| {});
    }
    // A bug in one job must not end the thread that all others need: its changes go, and its caller hears that nothing
    // was done, because what would answer is dropped.
    let (keep, answer) = catch_unwind(AssertUnwindSafe(|| job(Ok(tx)))).unwrap_or_else(|_| {
        let silence: Answer = Box::new(|_| {});
        (false, silence)
    });
    let undone = if keep { Ok(()) } else { control(tx, "ROLLBACK TO job") };
    let closed = undone.and_then(|()| control(tx, "RELEASE job"));
    Box::new(move |committed| answer(closed.and(committed)))
}

fn control(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(connection) => {
            connection.prepare_cached(sql)?.execute([])?;
            Ok(())
        }
        Tx::Postgres(_) => Err(StoreError::Corrupt("engine")),
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(Some(value)) if value.contains('\0') => {
                return Err(rusqlite::Error::ToSqlConversionFailure(Box::new(StoreError::Nul)));
            }
            Self::Int(value) => value.map_or(ToSqlOutput::Owned(Value::Null), |v| {
                ToSqlOutput::Owned(Value::Integer(v))
            }),
            Self::Bool(value) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Self::Text(value) => ToSqlOutput::Borrowed(value.map_or(ValueRef::Null, |v| ValueRef::Text(v.as_bytes()))),
            Self::Bytes(value) => ToSqlOutput::Borrowed(value.map_or(ValueRef::Null, ValueRef::Blob)),
            Self::Id(value) => {
                ToSqlOutput::Borrowed(value.as_ref().map_or(ValueRef::Null, |bytes| ValueRef::Blob(bytes)))
            }
        })
    }
}

/// The statement with its parameters as numbers: SQLite takes `$2` for a name and numbers it by its first appearance, so
/// that the second argument would be bound to whichever comes first. No statement has a dollar sign elsewhere.
///
/// Statements are constants, so that each is rewritten once and found by its address from then on.
fn numbered(sql: &'static str) -> &'static str {
    rewritten(sql, |sql| sql.replace('$', "?"))
}

fn rewritten(sql: &'static str, rewrite: impl FnOnce(&'static str) -> String) -> &'static str {
    static KNOWN: RwLock<BTreeMap<(usize, usize), &'static str>> = RwLock::new(BTreeMap::new());
    let place = (sql.as_ptr().addr(), sql.len());
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&place) {
        return known;
    }
    let text: &'static str = rewrite(sql).leak();
    KNOWN
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(place, text);
    text
}

pub(super) fn execute(connection: &Connection, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(numbered(sql))?;
    let changed = statement.execute(rusqlite::params_from_iter(args))?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

pub(super) fn all<T>(
    connection: &Connection,
    sql: &'static str,
    args: &[Arg<'_>],
    decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(numbered(sql))?;
    let mut rows = statement.query(rusqlite::params_from_iter(args))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(decode(&mut Row::sqlite(row))?);
    }
    Ok(found)
}

pub(super) fn optional<T>(
    connection: &Connection,
    sql: &'static str,
    args: &[Arg<'_>],
    decode: fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(numbered(sql))?;
    let mut rows = statement.query(rusqlite::params_from_iter(args))?;
    let first = match rows.next()? {
        Some(row) => Some(decode(&mut Row::sqlite(row))?),
        None => None,
    };
    // A statement that changes rows and returns them does all its work only when it is run to its end.
    while rows.next()?.is_some() {}
    Ok(first)
}

/// One prepared row at a time: on the connection's own thread that is faster than long statements with many values.
pub(super) fn insert_many(connection: &Connection, insert: &Insert, args: &[Arg<'_>]) -> Result<(), StoreError> {
    let sql = rewritten(insert.into, |_| insert.text(1).replace('$', "?"));
    let mut statement = connection.prepare_cached(sql)?;
    for row in args.chunks(insert.width.max(1)) {
        statement.execute(rusqlite::params_from_iter(row))?;
    }
    Ok(())
}

pub(super) fn prepare(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare(&sql.replace('$', "?"))?;
    Ok(())
}

pub(super) fn prepare_insert(connection: &Connection, insert: &Insert) -> Result<(), StoreError> {
    prepare(connection, &insert.text(1))
}

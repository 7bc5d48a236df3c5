//! What a database does when others use it too, and when its server goes away.

// `Row::int` is no function of every row's lifetime, as a decoder must be; a closure is.
#![allow(clippy::redundant_closure_for_method_calls)]

use std::time::Duration;
use tieout_core::Id;
use tieout_store::signing::{self, SigningKeyRow};
use tieout_store::{BoxFuture, Database, Pace, StoreError, Tx, migrate};
use tieout_testdb::{Engine, Folder, TestDatabase, empty, on_both_engines, runtime};

on_both_engines! {
    /// What is kept in memory depends on it.
    the_version_changes_with_every_commit_of_another_process;
    /// Each of many at once sees what was committed before it asked.
    a_version_is_never_older_than_its_question;
}

/// Any row will do.
fn write<'t>(tx: &'t mut Tx, number: &'t u8) -> BoxFuture<'t, Result<(), StoreError>> {
    Box::pin(async move {
        let key = SigningKeyRow {
            id: Id::from_bytes([*number; 16]),
            public_key: [*number; 32],
            created_at: 0,
            retired_at: None,
        };
        signing::insert_key(tx, &key).await
    })
}

fn count<'t>(tx: &'t mut Tx, (): &'t ()) -> BoxFuture<'t, Result<i64, StoreError>> {
    Box::pin(async move { tx.one("SELECT COUNT(*) FROM signing_key", &[], |row| row.int()).await })
}

/// The same database as another process sees it.
async fn elsewhere(test: &TestDatabase) -> Database {
    match &test.url {
        Some(url) => Database::open_postgres(url, 2).await.unwrap(),
        None => Database::open_sqlite(&test.folder.path().join("tieout.db"), 1).unwrap(),
    }
}

/// A server that lets nobody in, with this error code; its address.
fn closed_server(code: &'static str) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 4];
            stream.read_exact(&mut length).unwrap();
            let rest = usize::try_from(u32::from_be_bytes(length)).unwrap() - 4;
            stream.read_exact(&mut vec![0; rest]).unwrap();
            let fields = format!("SFATAL\0VFATAL\0C{code}\0Mnot now\0\0");
            let size = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
            stream
                .write_all(&[&b"E"[..], &size, fields.as_bytes()].concat())
                .unwrap();
        }
    });
    format!("postgres://me@127.0.0.1:{port}/books?sslmode=disable")
}

#[test]
fn a_server_that_lets_nobody_in_yet_is_unavailable() {
    runtime().block_on(async {
        for code in ["57P03", "53300", "57P01"] {
            let refused = Database::open_postgres(&closed_server(code), 1).await.err();
            assert!(
                matches!(refused, Some(StoreError::Unavailable(_))),
                "{code}: {refused:?}"
            );
        }
        // What a password says is nothing to wait for.
        let refused = Database::open_postgres(&closed_server("28P01"), 1).await.err();
        assert!(matches!(refused, Some(StoreError::Postgres(_))), "{refused:?}");
    });
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    runtime().block_on(async {
        let url = format!("postgres://me@127.0.0.1:{port}/books");
        let refused = Database::open_postgres(&url, 1).await.err();
        assert!(matches!(refused, Some(StoreError::Unavailable(_))), "{refused:?}");
    });
}

#[cfg(unix)]
#[test]
fn the_file_and_those_beside_it_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    runtime().block_on(async {
        let test = empty(Engine::Sqlite).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        for name in ["tieout.db", "tieout.db-wal", "tieout.db-shm"] {
            let found = std::fs::metadata(test.folder.path().join(name)).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, 0o600, "{name}");
        }
    });
}

mod bodies {
    use super::*;

    pub(super) async fn the_version_changes_with_every_commit_of_another_process(test: TestDatabase) {
        let other = elsewhere(&test).await;
        let mut seen = test.database.version().await.unwrap();
        for number in 0..20 {
            // A PostgreSQL server counts for all its databases, in which other tests commit meanwhile.
            if test.engine == Engine::Sqlite {
                assert_eq!(test.database.version().await.unwrap(), seen, "nothing was committed");
            }
            other.write(number, write).await.unwrap();
            let now = test.database.version().await.unwrap();
            assert_ne!(now, seen, "commit {number}");
            seen = now;
        }
    }

    pub(super) async fn a_version_is_never_older_than_its_question(test: TestDatabase) {
        let other = elsewhere(&test).await;
        let asking: Vec<_> = (0..8)
            .map(|_| {
                let database = test.database.clone();
                tokio::spawn(async move {
                    for _ in 0..200 {
                        database.version().await.unwrap();
                    }
                })
            })
            .collect();
        for number in 0..50 {
            let before = test.database.version().await.unwrap();
            other.write(number, write).await.unwrap();
            assert_ne!(test.database.version().await.unwrap(), before, "commit {number}");
        }
        for task in asking {
            task.await.unwrap();
        }
    }
}

#[test]
fn a_file_that_another_process_holds_is_busy_and_works_again_afterwards() {
    runtime().block_on(async {
        let folder = Folder::new();
        let path = folder.path().join("tieout.db");
        let database = Database::open_sqlite_within(&path, 1, Duration::from_millis(1)).unwrap();
        migrate::migrate(&database, 0).await.unwrap();
        let other = rusqlite::Connection::open(&path).unwrap();
        // Often, because whoever asks as soon as the refusal is heard must not be counted among those who were refused.
        for round in 0..100 {
            let pace = if round % 2 == 0 { Pace::Short } else { Pace::Any };
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            let refused = database.write_at(pace, 2 * round, write).await;
            assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
            other.execute_batch("COMMIT").unwrap();
            database.write_at(pace, 2 * round + 1, write).await.unwrap();
            assert_eq!(database.read(&(), count).await.unwrap(), i64::from(round) + 1);
        }
    });
}

/// Writes a row, and fails or panics if its number says so.
fn write_and_fail<'t>(tx: &'t mut Tx, number: &'t u8) -> BoxFuture<'t, Result<(), StoreError>> {
    Box::pin(async move {
        write(tx, number).await?;
        match number % 5 {
            1 => Err(StoreError::NoRow),
            2 => panic!("a bug, for the test"),
            _ => Ok(()),
        }
    })
}

#[test]
fn short_work_and_long_share_the_file_and_leave_nothing_of_what_failed() {
    runtime().block_on(async {
        let test = empty(Engine::Sqlite).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        let writing: Vec<_> = (0..200_u8)
            .map(|number| {
                let database = test.database.clone();
                let pace = if number % 3 == 0 { Pace::Any } else { Pace::Short };
                tokio::spawn(async move { (number, database.write_at(pace, number, write_and_fail).await) })
            })
            .collect();
        for task in writing {
            let (number, done) = task.await.unwrap();
            match number % 5 {
                1 => assert!(matches!(done, Err(StoreError::NoRow)), "{number}: {done:?}"),
                2 => assert!(matches!(done, Err(StoreError::Closed)), "{number}: {done:?}"),
                _ => assert!(done.is_ok(), "{number}: {done:?}"),
            }
        }
        assert_eq!(test.database.read(&(), count).await.unwrap(), 120);
    });
}

const END_ALL: &str = "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

fn end_all<'t>(tx: &'t mut Tx, (): &'t ()) -> BoxFuture<'t, Result<i64, StoreError>> {
    Box::pin(async move { tx.one(END_ALL, &[], |row| row.int()).await })
}

#[test]
fn a_server_that_was_restarted_is_found_again() {
    runtime().block_on(async {
        let test = empty(Engine::Postgres).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        let other = elsewhere(&test).await;
        let before = test.database.version().await.unwrap();
        assert!(other.read(&(), end_all).await.unwrap() > 0, "there were connections");
        // Every connection that was kept is dead: reads, writes and versions go on all the same.
        test.database.write(1, write).await.unwrap();
        assert!(other.read(&(), end_all).await.unwrap() > 0);
        assert_eq!(test.database.read(&(), count).await.unwrap(), 1);
        assert!(other.read(&(), end_all).await.unwrap() > 0);
        assert_eq!(test.database.snapshot(&(), count).await.unwrap(), 1);
        assert_ne!(test.database.version().await.unwrap(), before);
    });
}

/// How often work was begun, and how often it is to end its own connection.
struct Dying {
    row: u8,
    begun: std::sync::atomic::AtomicU32,
    deaths: u32,
}

fn dying(row: u8, deaths: u32) -> Dying {
    let begun = std::sync::atomic::AtomicU32::new(0);
    Dying { row, begun, deaths }
}

const END_MINE: &str = "SELECT pg_terminate_backend(pg_backend_pid())";

/// Writes a row, dies in the middle as often as it is asked to, and counts the rows.
fn write_and_die<'t>(tx: &'t mut Tx, input: &'t Dying) -> BoxFuture<'t, Result<i64, StoreError>> {
    Box::pin(async move {
        write(tx, &input.row).await?;
        count_and_die(tx, input).await
    })
}

fn count_and_die<'t>(tx: &'t mut Tx, input: &'t Dying) -> BoxFuture<'t, Result<i64, StoreError>> {
    Box::pin(async move {
        let begun = input.begun.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        if begun < input.deaths {
            tx.one(END_MINE, &[], |row| row.bool()).await?;
        }
        count(tx, &()).await
    })
}

#[test]
fn what_a_dying_connection_interrupts_is_done_again() {
    runtime().block_on(async {
        let test = empty(Engine::Postgres).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        // More deaths than one: the second is of a connection made for it.
        assert_eq!(test.database.write(dying(1, 2), write_and_die).await.unwrap(), 1);
        assert_eq!(test.database.read(&dying(1, 2), count_and_die).await.unwrap(), 1);
        assert_eq!(test.database.snapshot(&dying(1, 2), count_and_die).await.unwrap(), 1);
        // A statement that always ends its connection is given up, and nothing was done.
        let refused = test.database.write(dying(2, 99), write_and_die).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        let refused = test.database.read(&dying(2, 99), count_and_die).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        assert_eq!(test.database.read(&(), count).await.unwrap(), 1);
    });
}

/// A commit during which the connection ends: the trigger runs in it.
const DEADLY_COMMIT: &[&str] = &[
    "CREATE FUNCTION end_mine() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER end_mine AFTER INSERT ON signing_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW \
     EXECUTE FUNCTION end_mine()",
];

fn make_commits_deadly<'t>(tx: &'t mut Tx, (): &'t ()) -> BoxFuture<'t, Result<(), StoreError>> {
    Box::pin(async move {
        for sql in DEADLY_COMMIT {
            tx.execute(sql, &[]).await?;
        }
        Ok(())
    })
}

#[test]
fn of_a_commit_during_which_the_connection_dies_nobody_knows_the_end() {
    runtime().block_on(async {
        let test = empty(Engine::Postgres).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        test.database.write((), make_commits_deadly).await.unwrap();
        let refused = test.database.write(1, write).await;
        assert!(matches!(refused, Err(StoreError::UnknownEnd(_))), "{refused:?}");
    });
}

#[test]
fn work_whose_caller_went_away_leaves_nothing_behind() {
    runtime().block_on(async {
        let test = empty(Engine::Postgres).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        // Polled until it waits, and dropped there: in the middle of its transaction.
        for polls in 1..8 {
            let mut writing = Box::pin(test.database.write(9, write));
            for _ in 0..polls {
                let once = futures_once(&mut writing).await;
                if once {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // The pool has as many connections as before, and each of them is in no transaction.
        let all: Vec<_> = (0..16).map(|_| test.database.snapshot(&(), count)).collect();
        for reading in all {
            assert!(reading.await.unwrap() <= 1);
        }
        test.database.write(1, write).await.unwrap();
    });
}

/// Polls once; true if it is done.
async fn futures_once<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready()))
        .await
}

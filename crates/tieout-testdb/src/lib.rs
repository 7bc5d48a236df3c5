//! Fresh databases for tests, on both engines. Development only.
//!
//! SQLite: a file in a folder of its own. PostgreSQL: a database of its own on the server that `TIEOUT_TEST_POSTGRES`
//! names (`postgres://user@host/postgres`, the user may create databases); without it a server is started from the
//! system's binaries, as an unprivileged user, reached over a socket in a folder of its own, and stopped when the test
//! process ends, however it ends.
//!
//! Begin reading at [`on_both_engines!`].

mod server;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tieout_store::{BoxFuture, Database, StoreError, Tx};

/// Two tests of one body: `name::sqlite` and `name::postgres`. The body is an `async fn(TestDatabase)`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            mod $name {
                #[test]
                fn sqlite() {
                    $crate::run($crate::Engine::Sqlite, super::bodies::$name);
                }
                #[test]
                fn postgres() {
                    $crate::run($crate::Engine::Postgres, super::bodies::$name);
                }
            }
        )*
    };
}

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database of one test, with the newest schema.
pub struct TestDatabase {
    /// The database.
    pub database: Database,
    /// Its engine.
    pub engine: Engine,
    /// A folder that is removed with it.
    pub folder: Folder,
    /// What `--database` would be given, on PostgreSQL.
    pub url: Option<String>,
}

/// A temporary folder.
pub struct Folder(PathBuf);

impl Folder {
    /// A new one.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tieout-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &std::path::Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a test's body on a fresh database.
pub fn run<F: Future<Output = ()>>(engine: Engine, body: fn(TestDatabase) -> F) {
    runtime().block_on(async {
        let fresh = empty(engine).await;
        tieout_store::migrate::migrate(&fresh.database, 0)
            .await
            .expect("the newest schema");
        body(fresh).await;
    });
}

/// Changes a database as somebody would who wants to: takes the guards off the audit chain first. How many rows it changed.
///
/// # Panics
/// If it cannot be done.
pub async fn tamper(database: &Database, sql: &'static str) -> u64 {
    type Changes = [&'static str; 2];
    fn change<'t>(tx: &'t mut Tx, both: &'t Changes) -> BoxFuture<'t, Result<u64, StoreError>> {
        Box::pin(async move {
            let [guards, sql] = *both;
            tx.execute(guards, &[]).await?;
            tx.execute(sql, &[]).await
        })
    }
    let guards = match database {
        Database::Sqlite(_) => "DROP TRIGGER event_update",
        Database::Postgres(_) => "DROP TRIGGER event_update ON event",
    };
    database.write([guards, sql], change).await.expect("a change")
}

/// Takes a PostgreSQL database away from all who use it.
///
/// # Panics
/// If it cannot be done.
pub fn take_away(url: &str) {
    server::drop_database(url);
}

/// A runtime like the server's.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// A database without any table.
pub async fn empty(engine: Engine) -> TestDatabase {
    let folder = Folder::new();
    let (database, url) = match engine {
        Engine::Sqlite => (
            Database::open_sqlite(&folder.path().join("tieout.db"), 2).expect("an SQLite file"),
            None,
        ),
        Engine::Postgres => {
            let url = server::create_database();
            (
                Database::open_postgres(&url, 8).await.expect("a PostgreSQL database"),
                Some(url),
            )
        }
    };
    TestDatabase {
        database,
        engine,
        folder,
        url,
    }
}

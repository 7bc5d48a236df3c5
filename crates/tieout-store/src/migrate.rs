//! Migrations: forward only, one file for each change, never edited after a release.

use crate::dialect::{Database, Tx};
use crate::error::StoreError;

/// A change of the schema.
enum Migration {
    /// Of one text.
    Same(&'static str),
    /// In the words of each engine, where they have no common ones.
    Each {
        sqlite: &'static str,
        postgres: &'static str,
    },
}

use Migration::{Each, Same};

/// The files, in order; the first has number 1.
const MIGRATIONS: &[Migration] = &[
    Same(include_str!("../migrations/0001_books.sql")),
    Same(include_str!("../migrations/0002_reconciliation.sql")),
    Same(include_str!("../migrations/0003_audit.sql")),
    Same(include_str!("../migrations/0004_statements.sql")),
    Same(include_str!("../migrations/0005_subledgers.sql")),
    Same(include_str!("../migrations/0006_jobs.sql")),
    Same(include_str!("../migrations/0007_year_close.sql")),
    Same(include_str!("../migrations/0008_as_of.sql")),
    Same(include_str!("../migrations/0009_late_postings.sql")),
    Each {
        sqlite: include_str!("../migrations/0010_final.sqlite.sql"),
        postgres: include_str!("../migrations/0010_final.postgres.sql"),
    },
    Same(include_str!("../migrations/0011_transfer_legs.sql")),
    Each {
        sqlite: include_str!("../migrations/0012_sides.sqlite.sql"),
        postgres: include_str!("../migrations/0012_sides.postgres.sql"),
    },
];

const LEDGER_OF_MIGRATIONS: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";

statements! {
    FIND = "SELECT COALESCE(MAX(number), 0) FROM schema_version";
    RECORD = "INSERT INTO schema_version (number, applied_at) VALUES ($1, $2)";
}

/// Up to which migration, and when.
struct Target {
    last: usize,
    now_us: i64,
}

/// Brings the database to the newest schema. A database that is newer than this program is refused.
pub async fn migrate(database: &Database, now_us: i64) -> Result<(), StoreError> {
    migrate_to(database, MIGRATIONS.len(), now_us).await
}

/// Brings the database to an older schema's successor, for the tests of upgrades.
pub async fn migrate_to(database: &Database, last: usize, now_us: i64) -> Result<(), StoreError> {
    database
        .write(Target { last, now_us }, |tx, target| Box::pin(apply(tx, target)))
        .await
}

async fn apply(tx: &mut Tx, target: &Target) -> Result<(), StoreError> {
    tx.define(LEDGER_OF_MIGRATIONS).await?;
    let found = tx.one(FIND, &[], |row| row.int()).await?;
    let known = i64::try_from(MIGRATIONS.len()).map_err(|_| StoreError::Corrupt("migrations"))?;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (number, migration) in (1_i64..).zip(MIGRATIONS).take(target.last) {
        if number > found {
            match migration {
                Same(text) => tx.define(text).await?,
                Each { sqlite, postgres } => tx.define_each(sqlite, postgres).await?,
            }
            tx.execute(RECORD, args![number, target.now_us]).await?;
        }
    }
    Ok(())
}

//! A database of the first version, with rows written step by step by the schema of their time, is brought to the newest one:
//! nothing is lost, and today's statements read it.

// `Row::int` is no function of every row's lifetime, as a decoder must be; a closure is.
#![allow(clippy::redundant_closure_for_method_calls)]

use tieout_core::{Date, Id};
use tieout_store::dialect::{Arg, date_of};
use tieout_store::{
    BoxFuture, Database, StoreError, Tx, balance, job, migrate, organization, reconciliation, transaction,
};
use tieout_testdb::{Engine, empty, runtime};

const ORGANIZATION: u8 = 1;
const BANK: u8 = 3;
const SALES: u8 = 4;
const SALE: u8 = 5;
const RECONCILIATION: u8 = 6;
const JOB: u8 = 7;
const PROVED: u8 = 8;
const DAY: i64 = 19_742;

/// Whole numbers are days, instants, amounts; `Id(7)` is sixteen bytes of seven.
enum Value {
    Id(u8),
    Int(i64),
    Text(&'static str),
    Bool(bool),
}

use Value::{Bool, Id as Key, Int, Text};

/// The migration after which it could be written, the statement, and its values.
type Written = (usize, &'static str, &'static [Value]);

/// Rows of every migration that later ones change or refer to.
const ROWS: &[Written] = &[
    (
        1,
        "INSERT INTO organization (id, practice_id, name, fiscal_year_start, base_currency, require_draft_approval, \
         require_all_matched, metadata, created_at, updated_at) VALUES ($1, $1, $2, 1, $3, $4, $4, $5, 0, 0)",
        &[
            Key(ORGANIZATION),
            Text("Old books"),
            Text("USD"),
            Bool(false),
            Text("{}"),
        ],
    ),
    (
        1,
        "INSERT INTO app_user (id, practice_id, name, role, created_at) VALUES ($1, $2, 'Owner', 'owner', 0)",
        &[Key(2), Key(ORGANIZATION)],
    ),
    (
        1,
        "INSERT INTO account (organization_id, id, code, name, account_type, is_archived, last_seq, metadata, created_at, \
         updated_at) VALUES ($1, $2, '1000', 'Bank', 'asset', $4, 1, '{}', 0, 0), \
         ($1, $3, '4000', 'Sales', 'revenue', $4, 1, '{}', 0, 0)",
        &[Key(ORGANIZATION), Key(BANK), Key(SALES), Bool(false)],
    ),
    (
        1,
        "INSERT INTO journal_transaction (organization_id, id, kind, description, day, status, total_debits, \
         total_credits, currency, amount, created_by, posted_at, metadata, created_at, updated_at) \
         VALUES ($1, $2, 'journal', 'Sale', $3, 'posted', 1000, 1000, 'USD', 1000, $1, 0, '{}', 0, 0)",
        &[Key(ORGANIZATION), Key(SALE), Int(DAY)],
    ),
    (
        1,
        "INSERT INTO entry (organization_id, transaction_id, line, account_id, day, seq, amount, base_amount, currency, \
         line_amount, is_debit) VALUES ($1, $2, 0, $3, $5, 1, 1000, 1000, 'USD', 1000, $6), \
         ($1, $2, 1, $4, $5, 1, -1000, -1000, 'USD', -1000, $7)",
        &[
            Key(ORGANIZATION),
            Key(SALE),
            Key(BANK),
            Key(SALES),
            Int(DAY),
            Bool(true),
            Bool(false),
        ],
    ),
    (
        1,
        "INSERT INTO account_balance (organization_id, account_id, level, first_day, debit, credit, base_debit, base_credit, \
         entries) VALUES ($1, $2, 2, $3, 1000, 0, 1000, 0, 1)",
        &[Key(ORGANIZATION), Key(BANK), Int(DAY)],
    ),
    (
        2,
        "INSERT INTO reconciliation (organization_id, id, account_id, kind, statement_day, statement_balance, status, \
         is_parked, previous_balance, ledger_balance, total_entries, ticked_entries, set_aside_count, set_aside_total, \
         created_by, created_at, updated_at, version) \
         VALUES ($1, $2, $3, 'statement', $4, 1000, 'InProgress', $5, 0, 1000, 1, 0, 0, 0, $1, 0, 0, 1)",
        &[
            Key(ORGANIZATION),
            Key(RECONCILIATION),
            Key(BANK),
            Int(DAY + 10),
            Bool(false),
        ],
    ),
    (
        2,
        "INSERT INTO reconciliation (organization_id, id, account_id, kind, statement_day, statement_balance, status, \
         is_parked, previous_balance, ledger_balance, total_entries, ticked_entries, set_aside_count, set_aside_total, \
         last_seq, created_by, completed_at, created_at, updated_at, version) \
         VALUES ($1, $2, $3, 'statement', $4, 0, 'Completed', $5, 0, 0, 0, 0, 0, 0, 0, $1, 0, 0, 0, 1)",
        &[Key(ORGANIZATION), Key(PROVED), Key(SALES), Int(DAY), Bool(false)],
    ),
    (
        2,
        "INSERT INTO carried_entry (organization_id, account_id, day, seq, origin, transaction_id, line, amount) \
         VALUES ($1, $2, $3, 1, $4, $5, 1, -1000)",
        &[Key(ORGANIZATION), Key(SALES), Int(DAY), Key(0), Key(SALE)],
    ),
    (
        3,
        "INSERT INTO audit_head (organization_id, seq, hash) VALUES ($1, 1, $2)",
        &[Key(ORGANIZATION), Key(9)],
    ),
    (
        3,
        "INSERT INTO event (organization_id, seq, id, entity_type, entity_id, event_type, description, user_id, change, \
         created_at, hash) VALUES ($1, 1, $2, 'account', 'x', 'account.created', 'x', $1, '{}', 0, $2)",
        &[Key(ORGANIZATION), Key(9)],
    ),
    (
        3,
        "INSERT INTO job (organization_id, id, kind, payload, state, run_at, lease_until, attempts, max_attempts, progress, \
         created_by, created_at, updated_at) VALUES ($1, $2, 'clean_up', '{}', 'queued', 5, 0, 0, 8, 0, $1, 0, 0)",
        &[Key(ORGANIZATION), Key(JOB)],
    ),
    (
        4,
        "INSERT INTO source_account (organization_id, id, account_id, currency, created_at) VALUES ($1, 'bank', $2, 'USD', 0)",
        &[Key(ORGANIZATION), Key(BANK)],
    ),
    (
        4,
        "INSERT INTO bank_line (organization_id, source_account_id, id, booking_day, amount, is_pending, created_at) \
         VALUES ($1, 'bank', $2, $3, 1000, $4, 0)",
        &[Key(ORGANIZATION), Key(10), Int(DAY), Bool(false)],
    ),
    (
        5,
        "INSERT INTO book_import (organization_id, id, kind, source, file_name, format, digest, found, added, known, refused, \
         accounts_added, created_by, created_at) VALUES ($1, $2, 'transactions', 'journal', 'a', 'csv', $2, 1, 1, 0, 0, 0, $1, 0)",
        &[Key(ORGANIZATION), Key(11)],
    ),
    (
        5,
        "INSERT INTO imported_transaction (organization_id, source, identity, content, day, transaction_id, import_id) \
         VALUES ($1, 'journal', $2, $2, $3, $4, $2)",
        &[Key(ORGANIZATION), Key(11), Int(DAY), Key(SALE)],
    ),
];

/// How many rows each table must still have.
const COUNTS: &[(&str, i64)] = &[
    ("SELECT COUNT(*) FROM organization", 1),
    ("SELECT COUNT(*) FROM app_user", 1),
    ("SELECT COUNT(*) FROM account", 2),
    ("SELECT COUNT(*) FROM journal_transaction", 1),
    ("SELECT COUNT(*) FROM entry", 2),
    ("SELECT COUNT(*) FROM account_balance", 1),
    ("SELECT COUNT(*) FROM reconciliation", 2),
    ("SELECT COUNT(*) FROM event", 1),
    ("SELECT COUNT(*) FROM job", 1),
    ("SELECT COUNT(*) FROM bank_line", 1),
    ("SELECT COUNT(*) FROM imported_transaction", 1),
];

fn id<K>(byte: u8) -> Id<K> {
    Id::from_bytes([byte; 16])
}

fn write_of<'t>(tx: &'t mut Tx, after: &'t usize) -> BoxFuture<'t, Result<(), StoreError>> {
    Box::pin(async move {
        for (_, sql, values) in ROWS.iter().filter(|(written, ..)| written == after) {
            let args: Vec<Arg<'_>> = values
                .iter()
                .map(|value| match value {
                    Key(byte) => Arg::Id(Some([*byte; 16])),
                    Int(number) => Arg::from(*number),
                    Text(text) => Arg::from(*text),
                    Bool(truth) => Arg::from(*truth),
                })
                .collect();
            tx.execute(sql, &args).await?;
        }
        Ok(())
    })
}

fn look<'t>(tx: &'t mut Tx, (): &'t ()) -> BoxFuture<'t, Result<(), StoreError>> {
    Box::pin(async move {
        for (sql, expected) in COUNTS {
            assert_eq!(tx.one(sql, &[], |row| row.int()).await?, *expected, "{sql}");
        }
        let books = organization::find(tx, id(ORGANIZATION))
            .await?
            .expect("the organization");
        assert_eq!(books.name, "Old books");
        let day: Date = date_of(DAY)?;
        assert_eq!(balance::as_of(tx, id(ORGANIZATION), id(BANK), day).await?.debit, 1000);
        let sale = transaction::find(tx, id(ORGANIZATION), id(SALE))
            .await?
            .expect("the sale");
        assert_eq!((sale.status.as_str(), sale.amount), ("posted", 1000));
        let entries = transaction::entries(tx, id(ORGANIZATION), id(SALE)).await?;
        assert_eq!(
            entries.iter().map(|entry| entry.amount).collect::<Vec<_>>(),
            [1000, -1000]
        );
        let open = reconciliation::find(tx, id(ORGANIZATION), id(RECONCILIATION)).await?;
        assert_eq!(open.expect("the reconciliation").account_name, "Bank");
        let proved = reconciliation::find(tx, id(ORGANIZATION), id(PROVED)).await?;
        let proved = proved.expect("the completed reconciliation");
        let late = (proved.late_count, proved.late_total);
        assert_eq!(late, (1, -1000), "posted into its period before that was counted");
        let waiting = job::find(tx, id(ORGANIZATION), id(JOB)).await?.expect("the job");
        assert_eq!((waiting.state.as_str(), waiting.checkpoint.as_str()), ("queued", ""));
        assert!(job::is_any_due(tx, 6).await?, "an old job is still found");
        Ok(())
    })
}

async fn upgrade(database: &Database) {
    let last = ROWS.iter().map(|(after, ..)| *after).max().unwrap();
    for after in 1..=last {
        migrate::migrate_to(database, after, 0).await.unwrap();
        database.write(after, write_of).await.unwrap();
    }
    migrate::migrate(database, 0).await.unwrap();
    database.read(&(), look).await.unwrap();
}

#[test]
fn rows_of_an_old_file_are_all_there_after_the_upgrade() {
    runtime().block_on(async { upgrade(&empty(Engine::Sqlite).await.database).await });
}

#[test]
fn rows_of_an_old_server_are_all_there_after_the_upgrade() {
    runtime().block_on(async { upgrade(&empty(Engine::Postgres).await.database).await });
}

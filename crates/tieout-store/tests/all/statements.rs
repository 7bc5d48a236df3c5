//! Every statement is valid on both engines, and every schema can be upgraded.

use tieout_store::{StoreError, Tx, migrate, registered};
use tieout_testdb::{Engine, TestDatabase, empty, on_both_engines, runtime};

on_both_engines! {
    /// A column that does not exist, a type that does not fit, a function that one engine lacks: all fail here.
    every_statement_is_valid;
    /// Nothing is done twice.
    a_second_migration_changes_nothing;
}

mod bodies {
    use super::*;

    pub(super) async fn every_statement_is_valid(test: TestDatabase) {
        let failures = test
            .database
            .read(&(), |tx, ()| Box::pin(prepare_all(tx)))
            .await
            .unwrap();
        assert_eq!(failures, Vec::<String>::new());
    }

    pub(super) async fn a_second_migration_changes_nothing(test: TestDatabase) {
        migrate::migrate(&test.database, 1).await.unwrap();
    }
}

async fn prepare_all(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let (statements, inserts) = registered();
    let mut failures = Vec::new();
    for (name, sql) in statements {
        if let Err(error) = tx.prepare(sql).await {
            failures.push(format!("{name}: {error:?}\n{sql}"));
        }
    }
    for insert in inserts {
        if let Err(error) = tx.prepare_insert(insert).await {
            failures.push(format!("{}: {error:?}", insert.into));
        }
    }
    Ok(failures)
}

/// What is asked for each row of something else must be found by its key, however many entries an account has.
#[test]
fn no_statement_looks_through_an_account_for_each_row() {
    runtime().block_on(async {
        let test = empty(Engine::Sqlite).await;
        migrate::migrate(&test.database, 0).await.unwrap();
        let slow = test.database.read(&(), |tx, ()| Box::pin(async move { slow_ones(tx) }));
        assert_eq!(slow.await.unwrap(), Vec::<String>::new());
    });
}

fn slow_ones(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let Tx::Sqlite(connection) = tx else {
        return Err(StoreError::NoRow);
    };
    let mut slow = Vec::new();
    for (name, sql) in registered().0 {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let mut rows = statement.raw_query();
        let mut repeated = Vec::<i64>::new();
        while let Some(row) = rows.next()? {
            let (id, parent, step): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
            if step.starts_with("CORRELATED") || repeated.contains(&parent) {
                repeated.push(id);
                let is_wide = step.starts_with("SCAN ")
                    || step.ends_with("(organization_id=?)")
                    || step.ends_with("entry_account (organization_id=? AND account_id=?)");
                if is_wide {
                    slow.push(format!("{name}: {step}\n{sql}"));
                }
            }
        }
    }
    Ok(slow)
}

#[test]
fn an_older_database_is_brought_up_step_by_step() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        runtime().block_on(async {
            let old = empty(engine).await;
            for last in 1..=12 {
                migrate::migrate_to(&old.database, last, 0).await.unwrap();
            }
            migrate::migrate(&old.database, 0).await.unwrap();
        });
    }
}

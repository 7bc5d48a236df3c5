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

#[test]
fn an_older_database_is_brought_up_step_by_step() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        runtime().block_on(async {
            let old = empty(engine).await;
            for last in 1..=10 {
                migrate::migrate_to(&old.database, last, 0).await.unwrap();
            }
            migrate::migrate(&old.database, 0).await.unwrap();
        });
    }
}

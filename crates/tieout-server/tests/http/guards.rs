//! What is final is so for whoever has the database in hand too, unless they take the guards away; and no entry is on the side
//! that its amounts contradict.

use crate::client::Client;
use serde_json::Value;
use tieout_store::StoreError;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Posted entries and transactions, completed reconciliations, events; sides of entries.
    a_careless_hand_at_the_database_changes_nothing_that_is_final;
}

/// What somebody might try, and whether it is let through.
const TRIED: &[(&str, bool)] = &[
    ("UPDATE entry SET amount = amount + 1 WHERE seq IS NOT NULL", false),
    ("UPDATE entry SET day = day + 1", false),
    ("DELETE FROM entry", false),
    (
        "UPDATE journal_transaction SET day = day - 1 WHERE status = 'posted'",
        false,
    ),
    (
        "UPDATE journal_transaction SET total_debits = 1, total_credits = 1 WHERE status = 'posted'",
        false,
    ),
    (
        "UPDATE journal_transaction SET status = 'pending', posted_at = NULL",
        false,
    ),
    ("DELETE FROM journal_transaction WHERE status = 'posted'", false),
    (
        "UPDATE reconciliation SET statement_balance = 1, ledger_balance = 1 WHERE status = 'Completed'",
        false,
    ),
    ("DELETE FROM reconciliation WHERE status = 'Completed'", false),
    ("UPDATE event SET description = 'nothing'", false),
    ("DELETE FROM event", false),
    (
        "UPDATE journal_transaction SET description = 'a typing error' WHERE status = 'posted'",
        true,
    ),
    ("UPDATE reconciliation SET notes = 'seen'", true),
    (
        "UPDATE entry SET is_debit = NOT is_debit WHERE seq IS NULL AND is_debit",
        false,
    ),
    (
        "UPDATE entry SET base_amount = 1 WHERE seq IS NULL AND NOT is_debit",
        false,
    ),
    ("UPDATE entry SET amount = -1 WHERE seq IS NULL AND is_debit", false),
    (
        "UPDATE entry SET line_amount = -1 WHERE seq IS NULL AND is_debit",
        false,
    ),
    (
        "INSERT INTO entry (organization_id, transaction_id, line, account_id, day, amount, base_amount, currency, line_amount, \
         is_debit) SELECT organization_id, transaction_id, line + 100, account_id, day, -amount, -base_amount, currency, \
         -line_amount, is_debit FROM entry WHERE seq IS NULL AND is_debit",
        false,
    ),
    (
        "INSERT INTO entry (organization_id, transaction_id, line, account_id, day, amount, base_amount, currency, line_amount, \
         is_debit) SELECT organization_id, transaction_id, line + 100, account_id, day, -amount, -base_amount, currency, \
         -line_amount, is_debit FROM entry WHERE seq IS NULL AND NOT is_debit",
        false,
    ),
    (
        "UPDATE entry SET amount = 0, base_amount = 0, line_amount = 0 WHERE seq IS NULL",
        true,
    ),
    ("DELETE FROM entry WHERE seq IS NULL", true),
    ("DELETE FROM journal_transaction WHERE status = 'pending'", true),
];

mod bodies {
    use super::*;

    pub(super) async fn a_careless_hand_at_the_database_changes_nothing_that_is_final(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let other = client.account("4000", "revenue").await;
        client.book((&bank, &other), "2024-01-10", "10.00").await;
        let pending = serde_json::json!({ "description": "draft", "transaction_date": "2024-01-11", "status": "pending",
            "entries": [{ "account_id": bank, "entry_type": "debit", "amount": "1.00" },
            { "account_id": other, "entry_type": "credit", "amount": "1.00" }] });
        client.post("/transactions", pending).await;
        let made = client.reconcile(&bank, "2024-01-31", "10.00").await.ok();
        let path = format!("/reconciliations/{}", made["id"].as_str().unwrap());
        client.post(&format!("{path}/complete"), Value::Null).await;
        for (sql, is_let_through) in TRIED {
            let tried = client
                .test
                .database
                .write(*sql, |tx, sql| Box::pin(async move { tx.execute(sql, &[]).await }));
            match tried.await {
                Ok(changed) => assert!(*is_let_through && changed > 0, "{sql}: {changed} rows"),
                Err(refused) => assert!(
                    !is_let_through && matches!(refused, StoreError::Constraint(_)),
                    "{sql}: {refused:?}"
                ),
            }
        }
        // What nothing keeps from being changed is told by the events.
        let proofs = client.app.verify_chains(Vec::new()).await.unwrap();
        let broken = proofs[0].1.clone().unwrap_err();
        for said in [
            "is another in the books than its event says",
            "is missing from the books",
        ] {
            assert!(broken.what.contains(said), "{broken:?}");
        }
    }
}

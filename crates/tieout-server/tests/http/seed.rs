//! The documented workflow, with the figures of the documents.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Refused at -50.00, the missing fee posted, completed at 0.00.
    a_reconciliation_is_completed_when_the_missing_fee_is_posted;
    /// An outstanding check is set aside, and comes back the month after.
    what_is_set_aside_comes_back;
}

mod bodies {
    use super::*;

    pub(super) async fn a_reconciliation_is_completed_when_the_missing_fee_is_posted(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, other) = january(&client).await;
        let created = client.reconcile(&bank, "2024-01-31", "15750.00").await.ok();
        assert_fields(
            &created,
            &json!({ "account_name": "Account 1000", "statement_date": "2024-01-31", "statement_balance": "15750.00",
                "ledger_balance": "15800.00", "difference": "-50.00", "status": "InProgress", "reconciled_entries": 0,
                "total_entries": 4, "completed_at": null, "notes": null }),
        );
        let amounts: Vec<_> = created["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| text(&e["amount"]))
            .collect();
        assert_eq!(amounts, ["-18000.00", "500.00", "-2000.00", "3700.00"]);
        let path = format!("/reconciliations/{}", text(&created["id"]));
        let refused = client.call("POST", &format!("{path}/complete"), Value::Null).await;
        let error = refused.refused(422, "reconciliation_not_balanced");
        assert_fields(
            &error["details"],
            &json!({ "ledger_balance": "15800.00", "difference": "-50.00" }),
        );
        let updated = client
            .call("PUT", &path, json!({ "statement_balance": "15725.00" }))
            .await
            .ok();
        assert_fields(
            &updated,
            &json!({ "difference": "-75.00", "ledger_balance": "15800.00" }),
        );
        client
            .call("PUT", &path, json!({ "statement_balance": 15750.00 }))
            .await
            .ok();

        client.book((&bank, &other), "2024-01-31", "-50.00").await;
        let seen = client.get(&path).await;
        assert_fields(
            &seen,
            &json!({ "ledger_balance": "15750.00", "difference": "0.00", "total_entries": 5 }),
        );
        let completed = client.post(&format!("{path}/complete"), Value::Null).await;
        assert_fields(
            &completed,
            &json!({ "status": "Completed", "difference": "0.00", "reconciled_entries": 5, "total_entries": 5 }),
        );
        let frozen = client.get(&path).await;
        assert_eq!(frozen["completed_at"], completed["completed_at"]);
        for entry in frozen["entries"].as_array().unwrap() {
            assert_fields(
                entry,
                &json!({ "is_reconciled": true, "reconciled_by": completed["created_by"] }),
            );
        }
        client
            .call("POST", &format!("{path}/complete"), Value::Null)
            .await
            .refused(422, "reconciliation_not_in_progress");
        client
            .call("DELETE", &path, Value::Null)
            .await
            .refused(422, "reconciliation_not_in_progress");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn what_is_set_aside_comes_back(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, other) = january(&client).await;
        let created = client.reconcile(&bank, "2024-01-31", "16300.00").await.ok();
        let path = format!("/reconciliations/{}", text(&created["id"]));
        let check = text(&created["entries"][1]["id"]);
        let aside = client
            .post(&format!("{path}/set-aside"), json!({ "entries": [{ "id": check }] }))
            .await;
        assert_fields(
            &aside,
            &json!({ "ledger_balance": "16300.00", "book_balance": "15800.00", "total_entries": 3, "difference": "0.00",
                "outstanding_count": 1, "outstanding_total": "-500.00" }),
        );
        let completed = client.post(&format!("{path}/complete"), Value::Null).await;
        assert_fields(&completed, &json!({ "reconciled_entries": 3, "total_entries": 3 }));

        client.book((&bank, &other), "2024-02-10", "100.00").await;
        // Of the check's 500.00 the bank shows 200.00 in February.
        let february = client.reconcile(&bank, "2024-02-29", "16200.00").await.ok();
        assert_fields(
            &february,
            &json!({ "ledger_balance": "15900.00", "difference": "300.00", "total_entries": 2 }),
        );
        let entry = &february["entries"][0];
        assert_fields(entry, &json!({ "amount": "500.00", "entry_date": "2024-01-15" }));
        assert_ne!(
            entry["id"],
            check.as_str(),
            "the same entry is another one in another reconciliation"
        );
        let path = format!("/reconciliations/{}", text(&february["id"]));
        let part = json!({ "entries": [{ "id": entry["id"], "amount": "300.00" }] });
        let aside = client.post(&format!("{path}/set-aside"), part).await;
        assert_fields(
            &aside,
            &json!({ "difference": "0.00", "total_entries": 2, "outstanding_count": 1 }),
        );
        client.post(&format!("{path}/complete"), Value::Null).await;
        let march = client.reconcile(&bank, "2024-03-31", "15900.00").await.ok();
        assert_fields(
            &march,
            &json!({ "difference": "0.00", "total_entries": 1, "opening_balance": "16200.00" }),
        );
        assert_eq!(march["entries"][0]["amount"], "300.00");
        client.assert_chains_are_intact().await;
    }
}

/// The four entries of the documents' January; the bank account and the one against it.
async fn january(client: &Client) -> (String, String) {
    let bank = client.account("1000", "asset").await;
    let other = client.account("3000", "equity").await;
    for (date, amount) in [
        ("2024-01-01", "18000.00"),
        ("2024-01-15", "-500.00"),
        ("2024-01-20", "2000.00"),
        ("2024-01-31", "-3700.00"),
    ] {
        client.book((&bank, &other), date, amount).await;
    }
    (bank, other)
}

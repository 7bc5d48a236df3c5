//! Jobs and the exported audit chain, as clients see them; and that remembered answers are never stale.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_app::chain_file::FileCheck;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Asked for twice it is one; run, it has a result.
    a_job_is_asked_for_run_and_looked_at;
    /// Cancelled or done it is over; only what was given up is tried again.
    jobs_are_cancelled_and_tried_again;
    /// One organization does not see another's jobs.
    jobs_belong_to_their_organization;
    /// What the endpoint gives is proved offline.
    the_audit_chain_is_exported;
    /// After every change, also one of another process, the next answer shows it.
    remembered_answers_are_never_stale;
}

mod bodies {
    use super::*;

    fn jobs(client: &Client) -> String {
        format!("/v1/organizations/{}/jobs", client.organization)
    }

    async fn ask(client: &Client, kind: &str) -> Value {
        client
            .send("POST", &jobs(client), json!({ "kind": kind }), &[])
            .await
            .ok()
    }

    pub(super) async fn a_job_is_asked_for_run_and_looked_at(test: TestDatabase) {
        let client = Client::new(test).await;
        let recurring = client.send("GET", &jobs(&client), Value::Null, &[]).await.ok();
        assert_eq!(recurring["total_count"], 2);
        assert_fields(
            &recurring["data"][0],
            &json!({ "state": "queued", "is_recurring": true, "attempts": 0 }),
        );
        let asked = ask(&client, "verify_audit_chains").await;
        assert_fields(
            &asked,
            &json!({ "state": "queued", "is_recurring": false, "progress": 0, "result": null }),
        );
        assert_eq!(ask(&client, "verify_audit_chains").await["id"], asked["id"]);
        assert_eq!(client.app.run_due_jobs().await.unwrap(), 1);
        let path = format!("{}/{}", jobs(&client), text(&asked["id"]));
        let done = client.send("GET", &path, Value::Null, &[]).await.ok();
        assert_fields(
            &done,
            &json!({ "state": "done", "attempts": 1, "progress": 3, "problem": null }),
        );
        assert_fields(
            &done["result"],
            &json!({ "is_intact": true, "organizations": 1, "events": 3, "broken": [] }),
        );
        let listed = client
            .send("GET", &format!("{}?state=done", jobs(&client)), Value::Null, &[])
            .await
            .ok();
        assert_eq!(listed["data"][0], done);
        let unknown = client.send("POST", &jobs(&client), json!({ "kind": "fly" }), &[]).await;
        unknown.refused(400, "invalid_request");
        let unknown = client
            .send("GET", &format!("{}?state=lost", jobs(&client)), Value::Null, &[])
            .await;
        unknown.refused(400, "invalid_request");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn jobs_are_cancelled_and_tried_again(test: TestDatabase) {
        let client = Client::new(test).await;
        let path = format!("{}/{}", jobs(&client), text(&ask(&client, "clean_up").await["id"]));
        let post = async |what: &str| client.send("POST", &format!("{path}/{what}"), Value::Null, &[]).await;
        post("retry").await.refused(422, "job_waiting");
        assert_eq!(post("cancel").await.ok()["state"], "cancelled");
        post("cancel").await.refused(422, "job_ended");
        post("retry").await.refused(422, "job_not_dead");
        let given_up = client.test.database.write((), |tx, ()| {
            Box::pin(async move {
                tx.execute("UPDATE job SET state = 'dead' WHERE state = 'cancelled'", &[])
                    .await
            })
        });
        given_up.await.unwrap();
        assert_fields(&post("retry").await.ok(), &json!({ "state": "queued", "attempts": 0 }));
        let events = client.get("/events?entity_type=job").await;
        let what: Vec<_> = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| text(&event["event_type"]))
            .collect();
        assert_eq!(what, ["job.retried", "job.cancelled", "job.requested"]);
    }

    pub(super) async fn jobs_belong_to_their_organization(test: TestDatabase) {
        let client = Client::new(test).await;
        let job = text(&ask(&client, "clean_up").await["id"]);
        let below = json!({ "organization_name": "Below", "base_currency_code": "EUR" });
        let below = text(&client.send("POST", "/accounts/sub", below, &[]).await.ok()["id"]);
        let path = format!("/v1/organizations/{below}/jobs/{job}");
        client
            .send("GET", &path, Value::Null, &[])
            .await
            .refused(404, "resource_not_found");
        let cancel = client.send("POST", &format!("{path}/cancel"), Value::Null, &[]).await;
        cancel.refused(404, "resource_not_found");
    }

    pub(super) async fn the_audit_chain_is_exported(test: TestDatabase) {
        let client = Client::new(test).await;
        client.account("1000", "asset").await;
        let path = format!("/v1/organizations/{}/audit-chain", client.organization);
        let file = text(&client.send("GET", &path, Value::Null, &[]).await.ok());
        let mut check = FileCheck::new(Vec::new(), Vec::new());
        for line in file.lines() {
            check.take(line).unwrap();
        }
        let proof = check.end().unwrap();
        assert_eq!(proof.organization.to_string(), client.organization);
        assert_eq!(client.app.verify_chains(Vec::new()).await.unwrap()[0].1, Ok(proof.head));
    }

    pub(super) async fn remembered_answers_are_never_stale(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, other) = (
            client.account("1000", "asset").await,
            client.account("3000", "equity").await,
        );
        let made = client.reconcile(&bank, "2024-01-31", "0.00").await.ok();
        let path = format!("/reconciliations/{}?entries=none", text(&made["id"]));
        for (round, balance) in ["10.00", "20.00", "30.00"].into_iter().enumerate() {
            assert_eq!(
                client.get(&path).await,
                client.get(&path).await,
                "nothing changed in between"
            );
            client.book((&bank, &other), "2024-01-10", "10.00").await;
            assert_fields(
                &client.get(&path).await,
                &json!({ "ledger_balance": balance, "total_entries": round + 1 }),
            );
            assert_eq!(
                client.get("/reconciliations").await["data"][0]["ledger_balance"],
                balance
            );
        }
        // Another process works on the same database.
        let elsewhere = match &client.test.url {
            None => tieout_store::Database::open_sqlite(&client.test.folder.path().join("tieout.db"), 1).unwrap(),
            Some(url) => tieout_store::Database::open_postgres(url, 1).await.unwrap(),
        };
        let changed = elsewhere.write((), |tx, ()| {
            Box::pin(async move {
                tx.execute("UPDATE reconciliation SET notes = 'seen elsewhere'", &[])
                    .await
            })
        });
        changed.await.unwrap();
        assert_eq!(client.get(&path).await["notes"], "seen elsewhere");
        let revoked = elsewhere.write((), |tx, ()| {
            Box::pin(async move { tx.execute("UPDATE api_key SET revoked_at = 1", &[]).await })
        });
        revoked.await.unwrap();
        client
            .call("GET", &path, Value::Null)
            .await
            .refused(401, "invalid_api_key");
    }
}

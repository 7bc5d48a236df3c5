//! What transactions, contacts and lists say about themselves.

// `Row::int` is no function of every row's lifetime, as a decoder must be; a closure is.
#![allow(clippy::redundant_closure_for_method_calls)]

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Every transaction says whose it is and what it is.
    a_transaction_has_its_organization_and_type;
    /// Contact and type of a pending one can be changed, of a posted one not.
    a_pending_one_takes_contact_and_type;
    /// A transfer in one transaction is reconciled when both its accounts are.
    a_transfer_is_reconciled_on_both_sides;
    /// A practice's key finds the events of a record wherever it is.
    a_practice_finds_events_of_its_clients;
    /// A contact's currency is printed in one way.
    a_contacts_currency_is_checked;
    /// A chain whose end cannot be read is named, the others are proved.
    a_damaged_chain_is_named;
    /// After a large import PostgreSQL knows how large its tables are.
    a_large_import_is_known_again_by_index;
}

async fn three(client: &Client) -> (String, String, String) {
    (
        client.account("1000", "asset").await,
        client.account("4000", "revenue").await,
        client.account("6000", "expense").await,
    )
}

mod bodies {
    use super::*;

    pub(super) async fn a_transaction_has_its_organization_and_type(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales, rent) = three(&client).await;
        let (card, capital) = (
            client.account("2000", "liability").await,
            client.account("3000", "equity").await,
        );
        for (account, against, amount, kind) in [
            (&bank, &sales, "5.00", "income"),
            (&bank, &sales, "-5.00", "expense"),
            (&bank, &rent, "-5.00", "expense"),
            (&card, &rent, "-5.00", "expense"),
            (&bank, &card, "-5.00", "transfer"),
            (&bank, &capital, "5.00", "transfer"),
            (&rent, &sales, "5.00", "transfer"),
        ] {
            let made = client.book((account, against), "2024-01-05", amount).await;
            assert_fields(&made, &json!({ "type": kind, "organization_id": client.organization }));
            let path = format!("/transactions/{}", text(&made["id"]));
            assert_eq!(client.get(&path).await, made);
        }
        assert_eq!(
            client.get("/transactions").await["data"][0]["organization_id"],
            json!(client.organization)
        );
    }

    pub(super) async fn a_pending_one_takes_contact_and_type(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales, rent) = three(&client).await;
        let contact = client
            .post("/contacts", json!({ "contact_type": "customer", "name": "A" }))
            .await;
        let side =
            |account: &str, entry_type: &str| json!({ "account_id": account, "entry_type": entry_type, "amount": "5" });
        let entries = json!([side(&bank, "debit"), side(&sales, "credit")]);
        let body =
            json!({ "description": "x", "transaction_date": "2024-01-05", "status": "pending", "entries": entries });
        let made = client.post("/transactions", body).await;
        let path = format!("/transactions/{}", text(&made["id"]));
        let put = async |body: Value| client.call("PUT", &path, body).await;
        let change = json!({ "contact_id": contact["id"], "type": "transfer" });
        put(change.clone()).await.ok();
        assert_fields(&client.get(&path).await, &change);
        // Said by a person, it stays; told from the entries, it goes with them.
        let spent = json!([side(&bank, "credit"), side(&rent, "debit")]);
        assert_eq!(put(json!({ "entries": spent })).await.ok()["type"], "transfer");
        put(json!({ "type": "expense", "contact_id": null })).await.ok();
        let after = put(json!({ "entries": entries })).await.ok();
        assert_fields(&after, &json!({ "type": "income", "contact_id": null }));
        put(json!({ "type": "bill" })).await.refused(400, "invalid_request");
        put(json!({ "contact_id": "con_00000000000000000000000000" }))
            .await
            .refused(404, "resource_not_found");
        client.post(&format!("{path}/post"), Value::Null).await;
        put(json!({ "type": "income", "contact_id": null })).await.ok();
        for change in [json!({ "type": "expense" }), json!({ "contact_id": contact["id"] })] {
            put(change).await.refused(422, "transaction_posted");
        }
    }

    pub(super) async fn a_transfer_is_reconciled_on_both_sides(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, cash) = (
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        );
        let moved = client.book((&bank, &cash), "2024-01-05", "-5.00").await;
        let is_reconciled = async || {
            let path = format!("/transactions/{}", text(&moved["id"]));
            client.get(&path).await["reconciled"].clone()
        };
        let begun = client.reconcile(&cash, "2024-01-31", "5.00").await.ok();
        let complete = |made: &Value| format!("/reconciliations/{}/complete", text(&made["id"]));
        let first = client.reconcile(&bank, "2024-01-31", "-5.00").await.ok();
        client.post(&complete(&first), Value::Null).await;
        assert_eq!(is_reconciled().await, false, "the other account is being reconciled");
        client.post(&complete(&begun), Value::Null).await;
        assert_eq!(is_reconciled().await, true);
    }

    pub(super) async fn a_practice_finds_events_of_its_clients(test: TestDatabase) {
        let mut client = Client::new(test).await;
        let practice = client.organization.clone();
        let body = json!({ "parent_organization_id": practice, "organization_name": "Client",
            "relationship_type": "owned", "billing_type": "shared", "base_currency_code": "USD" });
        let below = client.send("POST", "/accounts/sub", body, &[]).await.ok();
        client.organization = text(&below["id"]);
        let account = client.account("1000", "asset").await;
        let path = format!("/events/account/{account}");
        let seen = client.send("GET", &path, Value::Null, &[]).await.ok();
        assert_fields(&seen, &json!({ "total_count": 1, "has_more": false }));
        assert_fields(
            &seen["data"][0],
            &json!({ "organization_id": client.organization, "event_type": "account.created" }),
        );
        // A key of the client alone does not look beyond it.
        let key = client
            .post(
                "/api-keys",
                json!({ "name": "own", "permissions": { "events": ["read"] } }),
            )
            .await;
        client.key = text(&key["key"]);
        let seen = client.send("GET", &path, Value::Null, &[]).await.ok();
        assert_eq!(seen["total_count"], 1);
        let other = format!("/events/organization/{practice}");
        let seen = client.send("GET", &other, Value::Null, &[]).await.ok();
        assert_eq!(seen["total_count"], 0, "{seen}");
    }

    pub(super) async fn a_contacts_currency_is_checked(test: TestDatabase) {
        let client = Client::new(test).await;
        let contact = |currency: &str| json!({ "contact_type": "customer", "name": "A", "currency_id": currency });
        for written in ["CUR_EUR", "cur_eur", "EUR", "eur"] {
            let made = client.post("/contacts", contact(written)).await;
            assert_eq!(made["currency_id"], "cur_eur");
        }
        client
            .call("POST", "/contacts", contact("cur_moon"))
            .await
            .refused(400, "invalid_request");
    }

    pub(super) async fn a_damaged_chain_is_named(test: TestDatabase) {
        let client = Client::new(test).await;
        client.account("1000", "asset").await;
        let damage = client.test.database.write((), |tx, ()| {
            Box::pin(async move {
                tx.execute("UPDATE audit_head SET hash = $1", &[(&b"short"[..]).into()])
                    .await
            })
        });
        damage.await.unwrap();
        let found = client.app.verify_chains(Vec::new()).await.unwrap();
        assert_eq!(found[0].0.to_string(), client.organization);
        let broken = found[0].1.clone().unwrap_err();
        assert!(broken.what.contains("end cannot be read"), "{broken:?}");
    }

    pub(super) async fn a_large_import_is_known_again_by_index(test: TestDatabase) {
        let client = Client::new(test).await;
        let mut journal = "2024-01-01 open Assets:Bank USD\n2024-01-01 open Income:Sales\n".to_owned();
        for number in 0..1000 {
            let sale = format!("\n2024-01-05 * \"Sale {number}\"\n  Assets:Bank  1.00 USD\n  Income:Sales\n");
            journal.push_str(&sale);
        }
        let body = json!({ "file_name": "m.beancount", "content": journal, "create_accounts": true });
        let path = format!("/v1/organizations/{}/imports", client.organization);
        let first = client.send("POST", &path, body.clone(), &[]).await.ok();
        assert_eq!(first["added"], 1000);
        if client.test.url.is_some() {
            let rows = client.test.database.read(&(), |tx, ()| {
                Box::pin(async move {
                    let sql = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'imported_transaction'";
                    tx.one(sql, &[], |row| row.int()).await
                })
            });
            let rows: Result<i64, tieout_store::StoreError> = rows.await;
            assert_eq!(rows.unwrap(), 1000, "what the server plans by");
        }
        let again = client.send("POST", &path, body, &[]).await.ok();
        assert_fields(&again, &json!({ "added": 0, "known": 1000 }));
    }
}

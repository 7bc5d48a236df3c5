//! Every endpoint is tried with no, wrong, foreign and too weak credentials. The endpoints come from the table that makes
//! the routes, so a new one is tried without anybody thinking of it; the list of paths below must name it too.

use crate::client::{Client, text};
use serde_json::{Value, json};
use tieout_app::access::{Action, Permission, RESOURCES};
use tieout_server::{Access, Endpoint, Verb, endpoints};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// 401 without a key, 404 for another's organization, 403 without the permission.
    no_endpoint_answers_strangers;
    /// Nobody sees whether a foreign record exists.
    foreign_and_unknown_records_look_alike;
    /// Keys end when they are revoked, expire, or get a new secret.
    keys_end;
    /// What one process remembers ends with what another one does.
    a_key_that_another_process_revokes_ends_at_once;
    /// Commands rely on what was last known of a key and its organization only as far as it still is so.
    what_another_process_changes_binds_the_next_command;
    /// Nobody grants what they do not have.
    keys_grant_no_more_than_they_have;
}

/// Every endpoint there is, reviewed by a person.
const REVIEWED: &str = include_str!("endpoints.txt");

fn verb(endpoint: &Endpoint) -> &'static str {
    match endpoint.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Delete => "DELETE",
    }
}

#[test]
fn a_new_endpoint_is_reviewed() {
    let found: Vec<String> = endpoints()
        .iter()
        .map(|endpoint| {
            format!(
                "{} {} {}",
                verb(endpoint),
                endpoint.path,
                endpoint.access.permission().name()
            )
        })
        .collect();
    let reviewed: Vec<&str> = REVIEWED.lines().collect();
    for line in &found {
        assert!(
            reviewed.contains(&line.as_str()),
            "not in tests/http/endpoints.txt: {line}"
        );
    }
    assert_eq!(
        found.len(),
        reviewed.len(),
        "endpoints.txt names an endpoint that does not exist"
    );
}

/// The path with an organization and ids that nobody has.
fn path(endpoint: &Endpoint, organization: &str) -> String {
    let path = endpoint.path.replace("{organization_id}", organization);
    let words = path.split('/').map(|word| {
        if word.starts_with('{') {
            "act_00000000000000000000000000"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join("/")
}

/// A key that has every permission but one.
async fn key_without(client: &Client, permission: Permission) -> String {
    let mut permissions = serde_json::Map::new();
    for (resource, name) in RESOURCES {
        let actions: Vec<&str> = [
            (Action::Read, "read"),
            (Action::Write, "write"),
            (Action::Delete, "delete"),
            (Action::Reopen, "reopen"),
        ]
        .into_iter()
        .filter(|(action, _)| Permission(*resource, *action) != permission)
        .map(|(_, name)| name)
        .collect();
        permissions.insert((*name).to_owned(), json!(actions));
    }
    let body = json!({ "name": "weak", "permissions": permissions });
    text(&client.post("/api-keys", body).await["key"])
}

mod bodies {
    use super::*;

    pub(super) async fn no_endpoint_answers_strangers(test: TestDatabase) {
        let client = Client::new(test).await;
        let founded = json!({ "organization_name": "Another", "base_currency_code": "EUR" });
        let other = client.send("POST", "/accounts/master", founded, &[]).await.ok();
        let (foreign, foreign_key) = (text(&other["id"]), text(&other["api_key"]));
        let mut keys = Vec::<(Permission, String)>::new();
        for endpoint in endpoints() {
            let own = path(endpoint, &client.organization);
            let call =
                |headers: &'static [(&'static str, &'static str)]| client.raw(verb(endpoint), &own, json!({}), headers);
            call(&[]).await.refused(401, "invalid_api_key");
            call(&[("authorization", "Bearer cl_live_wrong")])
                .await
                .refused(401, "invalid_api_key");
            call(&[("authorization", "Basic Og==")])
                .await
                .refused(401, "invalid_api_key");
            if matches!(endpoint.access, Access::Organization(_)) {
                let theirs = path(endpoint, &foreign);
                let answer = client.send(verb(endpoint), &theirs, json!({}), &[]).await;
                let missing = client
                    .send(verb(endpoint), &path(endpoint, "org_nobody"), json!({}), &[])
                    .await;
                assert_eq!(
                    answer.body, missing.body,
                    "a foreign organization looks like none: {theirs}"
                );
                answer.refused(404, "resource_not_found");
                let bearer = format!("Bearer {foreign_key}");
                let answer = client
                    .raw(verb(endpoint), &own, json!({}), &[("authorization", &bearer)])
                    .await;
                answer.refused(404, "resource_not_found");
            }
            let needs = endpoint.access.permission();
            let known = keys
                .iter()
                .find(|(known, _)| *known == needs)
                .map(|(_, key)| key.clone());
            let key = if let Some(key) = known {
                key
            } else {
                let key = key_without(&client, needs).await;
                keys.push((needs, key.clone()));
                key
            };
            let bearer = format!("Bearer {key}");
            let answer = client
                .raw(verb(endpoint), &own, json!({}), &[("authorization", &bearer)])
                .await;
            answer.refused(403, "insufficient_permissions");
        }
        for public in tieout_server::PUBLIC_PATHS {
            assert_eq!(
                client.raw("GET", public, Value::Null, &[]).await.status,
                200,
                "{public}"
            );
        }
        client
            .send("GET", "/nowhere", Value::Null, &[])
            .await
            .refused(404, "resource_not_found");
        client
            .send("PATCH", "/organizations", Value::Null, &[])
            .await
            .refused(405, "method_not_allowed");
    }

    pub(super) async fn foreign_and_unknown_records_look_alike(test: TestDatabase) {
        let client = Client::new(test).await;
        let below = json!({ "organization_name": "Below", "base_currency_code": "EUR" });
        let below = text(&client.send("POST", "/accounts/sub", below, &[]).await.ok()["id"]);
        let account = client.account("1000", "asset").await;
        let known = client
            .send(
                "GET",
                &format!("/organizations/{below}/accounts/{account}"),
                Value::Null,
                &[],
            )
            .await;
        let unknown = "act_00000000000000000000000000";
        let unknown = client
            .send(
                "GET",
                &format!("/organizations/{below}/accounts/{unknown}"),
                Value::Null,
                &[],
            )
            .await;
        assert_eq!(known.body, unknown.body);
        // A key of the organization below sees neither its practice nor other organizations.
        let key = json!({ "name": "below", "permissions": { "organizations": ["read"], "accounts": ["read"] } });
        let key = client
            .send("POST", &format!("/organizations/{below}/api-keys"), key, &[])
            .await
            .ok();
        let bearer = format!("Bearer {}", text(&key["key"]));
        let headers = [("authorization", bearer.as_str())];
        let seen = client.raw("GET", "/organizations", Value::Null, &headers).await.ok();
        assert_eq!(
            (&seen["total_count"], &seen["data"][0]["id"]),
            (&json!(1), &json!(below))
        );
        let above = format!("/organizations/{}", client.organization);
        client
            .raw("GET", &above, Value::Null, &headers)
            .await
            .refused(404, "resource_not_found");
    }

    pub(super) async fn keys_end(test: TestDatabase) {
        let client = Client::new(test).await;
        let body = json!({ "name": "short", "permissions": { "accounts": ["read"] } });
        let key = client.post("/api-keys", body).await;
        let path = format!("/api-keys/{}", text(&key["id"]));
        let accounts = format!("/organizations/{}/accounts", client.organization);
        let first = format!("Bearer {}", text(&key["key"]));
        client
            .raw("GET", &accounts, Value::Null, &[("authorization", &first)])
            .await
            .ok();
        assert!(client.get(&path).await.get("key").is_none(), "the secret is shown once");
        let rotated = client.post(&format!("{path}/rotate"), Value::Null).await;
        let second = format!("Bearer {}", text(&rotated["key"]));
        let old = client
            .raw("GET", &accounts, Value::Null, &[("authorization", &first)])
            .await;
        old.refused(401, "invalid_api_key");
        client
            .raw("GET", &accounts, Value::Null, &[("authorization", &second)])
            .await
            .ok();
        // Ending is a matter of revoking.
        for verb in ["PUT", "POST"] {
            let whole = json!({ "name": "late", "permissions": {}, "expires_at": "2024-01-31T00:00:00Z" });
            let to = if verb == "PUT" { path.as_str() } else { "/api-keys" };
            client.call(verb, to, whole).await.refused(400, "invalid_request");
        }
        client
            .call("PUT", &path, json!({ "expires_at": "2024-02-01T09:00:01Z" }))
            .await
            .ok();
        // Each look at this clock is a millisecond.
        for _ in 0..1000 {
            client.app.world().now_us();
        }
        assert_eq!(client.get(&path).await["status"], "Expired");
        let rotate = client.call("POST", &format!("{path}/rotate"), Value::Null).await;
        rotate.refused(422, "api_key_expired");
        let expired = client
            .raw("GET", &accounts, Value::Null, &[("authorization", &second)])
            .await;
        expired.refused(401, "invalid_api_key");
        client.call("PUT", &path, json!({ "expires_at": null })).await.ok();
        client
            .raw("GET", &accounts, Value::Null, &[("authorization", &second)])
            .await
            .ok();
        client.app.flush_uses().await.unwrap();
        assert_eq!(client.get(&path).await["usage_this_month"], 3);
        let deleted = client.call("DELETE", &path, Value::Null).await.ok();
        assert_eq!(deleted, json!({ "id": key["id"], "deleted": true }));
        assert_eq!(client.get(&path).await["status"], "Revoked");
        let revoked = client
            .raw("GET", &accounts, Value::Null, &[("authorization", &second)])
            .await;
        revoked.refused(401, "invalid_api_key");
    }

    pub(super) async fn a_key_that_another_process_revokes_ends_at_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let other = client.elsewhere().await;
        for _ in 0..10 {
            let body = json!({ "name": "short", "permissions": { "reconciliations": ["read"] } });
            let key = client.post("/api-keys", body).await;
            let bearer = format!("Bearer {}", text(&key["key"]));
            let path = format!("/organizations/{}/reconciliations", client.organization);
            let look = async || {
                client
                    .raw("GET", &path, Value::Null, &[("authorization", &bearer)])
                    .await
            };
            look().await.ok();
            look().await.ok();
            let own = format!("/api-keys/{}", text(&key["id"]));
            other.call("DELETE", &own, Value::Null).await.ok();
            look().await.refused(401, "invalid_api_key");
        }
    }

    pub(super) async fn what_another_process_changes_binds_the_next_command(test: TestDatabase) {
        let client = Client::new(test).await;
        let other = client.elsewhere().await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let body = json!({ "name": "till", "permissions": { "transactions": ["write"] } });
        let key = client.post("/api-keys", body).await;
        let (bearer, own) = (
            format!("Bearer {}", text(&key["key"])),
            format!("/api-keys/{}", text(&key["id"])),
        );
        let path = format!("/organizations/{}/transactions", client.organization);
        let post = async |day: &str| {
            let entries = json!([{ "account_id": bank, "entry_type": "debit", "amount": "5" },
                { "account_id": sales, "entry_type": "credit", "amount": "5" }]);
            let body = json!({ "description": "x", "transaction_date": day, "entries": entries });
            client.raw("POST", &path, body, &[("authorization", &bearer)]).await
        };
        let may = async |what: &str| {
            let permissions = json!({ "permissions": { "transactions": [what] } });
            other.call("PUT", &own, permissions).await.ok();
        };
        for _ in 0..3 {
            post("2024-01-05").await.ok();
            may("read").await;
            post("2024-01-05").await.refused(403, "insufficient_permissions");
            may("write").await;
            post("2024-01-05").await.ok();
        }
        let closed = json!({ "books_closed_through": "2024-01-31" });
        other.call("PUT", "", closed).await.ok();
        post("2024-01-05").await.refused(422, "books_closed");
        post("2024-02-05").await.ok();
        client.app.flush_uses().await.unwrap();
        // Three times two, the one in closed books, and the last: each request that was let in is counted once.
        assert_eq!(client.get(&own).await["usage_this_month"], 8);
        other.call("DELETE", &own, Value::Null).await.ok();
        post("2024-02-05").await.refused(401, "invalid_api_key");
        // Nor does a wrong body tell them anything.
        let wrong = client
            .raw("POST", &path, json!({ "entries": 5 }), &[("authorization", &bearer)])
            .await;
        wrong.refused(401, "invalid_api_key");
        let posted = client.get("/transactions").await;
        assert_eq!(posted["data"].as_array().unwrap().len(), 7);
    }

    pub(super) async fn keys_grant_no_more_than_they_have(test: TestDatabase) {
        let client = Client::new(test).await;
        let body = json!({ "name": "keys only", "permissions": { "api_keys": ["read", "write"] } });
        let weak = client.post("/api-keys", body).await;
        let bearer = format!("Bearer {}", text(&weak["key"]));
        let headers = [("authorization", bearer.as_str())];
        let path = format!("/organizations/{}/api-keys", client.organization);
        let more = json!({ "name": "more", "permissions": { "accounts": ["read"] } });
        client
            .raw("POST", &path, more.clone(), &headers)
            .await
            .refused(403, "insufficient_permissions");
        let own = format!("{path}/{}", text(&weak["id"]));
        client
            .raw("PUT", &own, more, &headers)
            .await
            .refused(403, "insufficient_permissions");
        // Nor take over a stronger key.
        let all = client.get("/api-keys").await;
        let strong = all["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["name"] == "First key")
            .unwrap();
        let rotate = format!("{path}/{}/rotate", text(&strong["id"]));
        client
            .raw("POST", &rotate, Value::Null, &headers)
            .await
            .refused(403, "insufficient_permissions");
        // Nor one that may the same but reaches all organizations below.
        let body = json!({ "name": "twin", "permissions": strong["permissions"] });
        let twin = client.post("/api-keys", body).await;
        let bearer = format!("Bearer {}", text(&twin["key"]));
        let refused = client
            .raw("POST", &rotate, Value::Null, &[("authorization", &bearer)])
            .await;
        let refused = refused.refused(403, "insufficient_permissions");
        assert!(refused.to_string().contains("reaches further"), "{refused}");
    }
}

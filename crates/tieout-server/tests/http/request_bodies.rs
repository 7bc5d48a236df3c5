//! What is wrong with a body is said in the words of JSON, and everything that is missing at once.

use crate::client::{Answer, Client, text};
use serde_json::{Map, Value, json};
use tieout_server::openapi::{FACES, text_of};
use tieout_server::{Access, Endpoint, Verb};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Every endpoint with a body, with bodies of every wrong shape.
    wrong_bodies_are_refused_in_words_of_json;
    /// One refusal names all that is missing, also deep within.
    all_that_is_missing_is_named_at_once;
    /// Of several accounts, rates or rows the one that is wrong is named.
    what_is_wrong_is_named_by_its_place;
    /// Numbers of metadata are not read as floating point.
    metadata_comes_back_as_it_was_written;
}

/// What gives away a type of ours, and is no word of JSON.
const OUR_WORDS: &[&str] = &[
    "struct", "enum", "tuple", "variant", "Body", "i64", "u64", "i32", "u32", "u16", "i16", "u8", "usize", "f64",
    "serde", "sequence", "unit", "Option", "Vec", "newtype",
];

fn says_our_words(message: &str) -> bool {
    let mut words = message.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| OUR_WORDS.contains(&word) || word.ends_with("Body"))
}

/// The request was refused because a field of it names an account that does not exist.
fn assert_no_account_at(answer: Answer, field: &str) {
    let error = answer.refused(404, "resource_not_found");
    assert_eq!(error["details"]["fields"][field], "no such account", "{error}");
}

mod bodies {
    use super::*;

    pub(super) async fn what_is_wrong_is_named_by_its_place(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let other = client.account("3000", "equity").await;
        let gone = client.account("9000", "equity").await;
        client
            .call("DELETE", &format!("/accounts/{gone}"), Value::Null)
            .await
            .ok();
        let entry = |account: &str| json!({ "account_id": account, "entry_type": "debit", "amount": "1" });
        let transaction =
            |entries: Value| json!({ "description": "x", "transaction_date": "2024-01-01", "entries": entries });
        let mut waiting = transaction(json!([
            entry(&bank),
            { "account_id": other, "entry_type": "credit", "amount": "1" }
        ]));
        waiting["status"] = json!("pending");
        let pending = text(&client.post("/transactions", waiting).await["id"]);
        for missing in [gone.as_str(), "act_nothing"] {
            let body = transaction(json!([entry(&bank), entry(missing)]));
            let answer = client.call("POST", "/transactions", body).await;
            assert_no_account_at(answer, "entries[1].account_id");
            let body = json!({ "description": "x", "date": "2024-01-01", "entries": [
                { "account_id": bank, "amount": "1" }, { "account_id": missing, "amount": "-1" } ] });
            let answer = client.own("POST", "/transactions", body).await;
            assert_no_account_at(answer, "entries[1].account_id");
            let change = json!({ "entries": [entry(&bank), entry(missing)] });
            let answer = client.call("PUT", &format!("/transactions/{pending}"), change).await;
            assert_no_account_at(answer, "entries[1].account_id");
            let body = json!({ "kind": "invoice", "number": "1", "issue_date": "2024-01-01", "entries": [
                { "account_id": other, "amount": "-1" }, { "account_id": missing, "amount": "-1" } ] });
            let answer = client.own("POST", "/open-items", body).await;
            assert_no_account_at(answer, "entries[1].account_id");
            let body = json!({ "from_account_id": bank, "to_account_id": missing, "amount": "1", "transferred_at": "2024-01-01" });
            let answer = client.call("POST", "/transfers", body).await;
            assert_no_account_at(answer, "to_account_id");
        }
        let mut rated = entry(&other);
        rated["currency_id"] = json!("EUR");
        rated["exchange_rate"] = json!("0");
        let refused = client
            .call("POST", "/transactions", transaction(json!([entry(&bank), rated])))
            .await;
        let error = refused.refused(400, "invalid_request");
        assert!(
            error["details"]["fields"]["entries[1].exchange_rate"].is_string(),
            "{error}"
        );
        let table = |amount: &str, suspense: &str| {
            json!({ "file_name": "bank.csv", "account": "1000", "suspense_account": suspense,
            "content": format!("date,description,amount\n2024-01-05,one,{amount}\n") })
        };
        let error = client
            .own("POST", "/imports", table("1.00", "9998"))
            .await
            .refused(400, "invalid_request");
        assert!(error["details"]["fields"]["suspense_account"].is_string(), "{error}");
        let error = client
            .own("POST", "/imports", table("abc", "3000"))
            .await
            .refused(400, "invalid_request");
        assert!(text(&error["message"]).contains("bank.csv:2:"), "{error}");
    }

    pub(super) async fn wrong_bodies_are_refused_in_words_of_json(test: TestDatabase) {
        let client = Client::new(test).await;
        let mut tried = 0;
        for (face, _, endpoints) in FACES {
            let document: Value = serde_json::from_str(&text_of(face)).unwrap();
            let schemas = &document["components"]["schemas"];
            for endpoint in endpoints() {
                let Some(shape) = &endpoint.request else {
                    continue;
                };
                let schema = &schemas[(shape.name)()];
                let wrong = |value: Value| -> Value {
                    let names = schema["properties"].as_object().unwrap().keys();
                    Value::Object(names.map(|name| (name.clone(), value.clone())).collect::<Map<_, _>>())
                };
                let answer = send(&client, endpoint, json!({})).await;
                names_all_required(endpoint, &answer, schema);
                for body in [
                    json!([]),
                    json!("x"),
                    json!(7),
                    wrong(json!(1.5)),
                    wrong(json!([[]])),
                    wrong(json!({ "a": 1 })),
                    wrong(json!(true)),
                    wrong(json!("x")),
                ] {
                    let answer = send(&client, endpoint, body.clone()).await;
                    assert!(answer.status < 500, "{} {body}: {answer:?}", endpoint.path);
                    let message = answer.body["error"]["message"].as_str().unwrap_or_default();
                    assert!(!says_our_words(message), "{} {body}: {message}", endpoint.path);
                    // Where the record is looked for first, it is that which is missing.
                    let is_refused = matches!(answer.status, 400 | 404);
                    assert!(body.is_object() || is_refused, "{} {body}: {answer:?}", endpoint.path);
                    tried += 1;
                }
            }
        }
        assert!(tried > 200, "{tried}");
    }

    pub(super) async fn all_that_is_missing_is_named_at_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let fields = async |path: &str, body: Value| {
            let error = client.call("POST", path, body).await.refused(400, "invalid_request");
            let fields = error["details"]["fields"].as_object().unwrap();
            fields.keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(fields("/accounts", json!({})).await, "account_type code name");
        assert_eq!(fields("/accounts", json!({ "code": "1" })).await, "account_type name");
        assert_eq!(fields("/contacts", json!({})).await, "contact_type name");
        let entries = json!([{ "entry_type": "debit" }, { "account_id": "x", "amount": "1" }]);
        assert_eq!(
            fields(
                "/transactions",
                json!({ "transaction_date": "2024-01-01", "entries": entries })
            )
            .await,
            "description entries[0].account_id entries[0].amount entries[1].entry_type"
        );
        // What has another name counts under it.
        let body = json!({ "name": "A" });
        let error = client
            .send("POST", "/accounts/sub", body, &[])
            .await
            .refused(400, "invalid_request");
        assert_eq!(text(&error["message"]), "base_currency_code: is required");
    }

    pub(super) async fn metadata_comes_back_as_it_was_written(test: TestDatabase) {
        let client = Client::new(test).await;
        let written = r#"{"z":9007199254740993,"a":12345678901234567890123.4500,"e":1e-7,"n":{"list":[0.10,-0.0]}}"#;
        let post = async |path: &str, before: &str| {
            let body = format!(r#"{{{before},"metadata":{written}}}"#);
            let made = client.exactly("POST", path, &body).await;
            assert!(made.contains(written), "{made}");
            text(&serde_json::from_str::<Value>(&made).unwrap()["id"])
        };
        let account = post("/accounts", r#""code":"1","name":"A","account_type":"asset""#).await;
        let other = client.account("2", "revenue").await;
        let contact = post("/contacts", r#""contact_type":"customer","name":"B""#).await;
        let entries = format!(
            r#"[{{"account_id":"{account}","entry_type":"debit","amount":"1"}},{{"account_id":"{other}","entry_type":"credit","amount":"1"}}]"#
        );
        let before = format!(r#""description":"x","transaction_date":"2024-01-01","entries":{entries}"#);
        let transaction = post("/transactions", &before).await;
        for path in [
            format!("/accounts/{account}"),
            format!("/contacts/{contact}"),
            format!("/transactions/{transaction}"),
        ] {
            assert!(client.exactly("GET", &path, "").await.contains(written), "{path}");
            let changed = client.exactly("PUT", &path, r#"{"metadata":{"k":1.10}}"#).await;
            assert!(changed.contains(r#"{"k":1.10}"#), "{changed}");
        }
        for (metadata, status) in [("[]", 400), ("\"x\"", 400), ("{\"a\":\"\\ud800\"}", 400), ("null", 201)] {
            let body = format!(r#"{{"code":"{status}","name":"A","account_type":"asset","metadata":{metadata}}}"#);
            let body: Result<Value, _> = serde_json::from_str(&body);
            if let Ok(body) = body {
                assert_eq!(
                    client.call("POST", "/accounts", body).await.status,
                    status,
                    "{metadata}"
                );
            }
        }
    }
}

async fn send(client: &Client, endpoint: &Endpoint, body: Value) -> Answer {
    let verb = match endpoint.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Delete => "DELETE",
    };
    let organization = match endpoint.access {
        Access::Organization(_) => client.organization.as_str(),
        Access::Key(_) => "",
    };
    let path = endpoint.path.replace("{organization_id}", organization);
    let path = path
        .replace("{id}", &client.organization)
        .replace("{entry_id}", &client.organization);
    client.send(verb, &path, body, &[]).await
}

/// If something is missing, all that the document says is required.
fn names_all_required(endpoint: &Endpoint, answer: &Answer, schema: &Value) {
    assert!(answer.status < 500, "{}: {answer:?}", endpoint.path);
    let fields = answer.body["error"]["details"]["fields"].as_object();
    let Some(fields) = fields.filter(|fields| fields.values().any(|said| said == "is required")) else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        assert!(fields.contains_key(name), "{} lacks {name}: {answer:?}", endpoint.path);
    }
}

//! A client of a server in this process: real routes, real database, no network.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tieout_app::{App, World};
use tieout_testdb::TestDatabase;
use tower::ServiceExt;

/// A clock that goes on by a millisecond at every look, from 1 February 2024 09:00, and numbers instead of dice.
pub(crate) struct Replay {
    looks: AtomicU64,
    dice: AtomicU64,
}

const BEGIN_US: i64 = 1_706_778_000_000_000;

impl World for Replay {
    fn now_us(&self) -> i64 {
        BEGIN_US + i64::try_from(self.looks.fetch_add(1, Ordering::Relaxed)).unwrap() * 1000
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let throw = self
                .dice
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_add(1)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
            *byte = (throw >> 56) as u8;
        }
    }
}

/// A server and a key for it.
pub(crate) struct Client {
    pub(crate) app: App,
    router: Router,
    pub(crate) key: String,
    pub(crate) organization: String,
    /// The database lives as long as its client.
    pub(crate) test: TestDatabase,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) etag: Option<String>,
}

impl Answer {
    /// The body, if the call was done.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status < 300, "{self:?}");
        self.body
    }

    /// Checks that the call was refused, and how.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["error"]["code"].as_str()),
            (status, Some(code)),
            "{self:?}"
        );
        assert_eq!(self.body["error"]["status"], status, "the body repeats the status");
        self.body["error"].clone()
    }
}

impl Client {
    pub(crate) async fn new(test: TestDatabase) -> Self {
        let world = Replay {
            looks: AtomicU64::new(0),
            dice: AtomicU64::new(0),
        };
        let app = App::new(test.database.clone(), Arc::new(world));
        let practice = app.prepare().await.unwrap().expect("an empty database");
        Self {
            router: tieout_server::router(&app),
            app,
            key: practice.key.secret,
            organization: practice.row.id.to_string(),
            test,
        }
    }

    /// The same books as another process serves them.
    pub(crate) async fn elsewhere(&self) -> Self {
        use tieout_app::store::Database;
        let database = match &self.test.url {
            Some(url) => Database::open_postgres(url, 2).await.unwrap(),
            None => Database::open_sqlite(&self.test.folder.path().join("tieout.db"), 1).unwrap(),
        };
        let app = App::new(database.clone(), Arc::clone(self.app.world()));
        Self {
            router: tieout_server::router(&app),
            app,
            key: self.key.clone(),
            organization: self.organization.clone(),
            test: TestDatabase {
                database,
                engine: self.test.engine,
                folder: tieout_testdb::Folder::new(),
                url: self.test.url.clone(),
            },
        }
    }

    /// A call of the organization's resource (`/accounts`), as the given JSON.
    pub(crate) async fn call(&self, verb: &str, path: &str, body: Value) -> Answer {
        self.send(verb, &format!("/organizations/{}{path}", self.organization), body, &[])
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call("GET", path, Value::Null).await.ok()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.call("POST", path, body).await.ok()
    }

    /// Any call with the client's key.
    pub(crate) async fn send(&self, verb: &str, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        self.raw(verb, path, body, &all).await
    }

    /// A call of the organization's resource with exactly this body; the answer as it is printed.
    pub(crate) async fn exactly(&self, verb: &str, path: &str, body: &str) -> String {
        let request = Request::builder()
            .method(Method::from_bytes(verb.as_bytes()).unwrap())
            .uri(format!("/organizations/{}{path}", self.organization))
            .header("authorization", format!("Bearer {}", self.key))
            .body(Body::from(body.to_owned()));
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Any call with exactly these headers.
    pub(crate) async fn raw(&self, verb: &str, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(Method::from_bytes(verb.as_bytes()).unwrap())
            .uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let etag = response
            .headers()
            .get("etag")
            .map(|etag| etag.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, body, etag }
    }

    /// A new account's id.
    pub(crate) async fn account(&self, code: &str, account_type: &str) -> String {
        let body = json!({ "code": code, "name": format!("Account {code}"), "account_type": account_type });
        text(&self.post("/accounts", body).await["id"])
    }

    /// Posts `amount` (debit positive) on one account against another; the transaction.
    pub(crate) async fn book(&self, (account, against): (&str, &str), date: &str, amount: &str) -> Value {
        let (size, entry_type, other) = match amount.strip_prefix('-') {
            Some(size) => (size, "credit", "debit"),
            None => (amount, "debit", "credit"),
        };
        let body = json!({ "description": format!("{amount} on {date}"), "transaction_date": date, "entries": [
            { "account_id": account, "entry_type": entry_type, "amount": size },
            { "account_id": against, "entry_type": other, "amount": size } ] });
        self.post("/transactions", body).await
    }

    /// Begins a reconciliation.
    pub(crate) async fn reconcile(&self, account: &str, date: &str, balance: &str) -> Answer {
        let body = json!({ "account_id": account, "statement_date": date, "statement_balance": balance });
        self.call("POST", "/reconciliations", body).await
    }

    /// Proves every audit chain.
    pub(crate) async fn assert_chains_are_intact(&self) {
        for (organization, proof) in self.app.verify_chains(Vec::new()).await.unwrap() {
            assert!(proof.is_ok(), "{organization}: {proof:?}");
        }
    }
}

/// A JSON string as text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

/// Checks some fields of an object.
#[track_caller]
pub(crate) fn assert_fields(found: &Value, expected: &Value) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&found[name], value, "{name} of {found}");
    }
}

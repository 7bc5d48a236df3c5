//! Two clients at one record: what each was told stays true.
//!
//! Long because one table names every record that can be changed.

use crate::client::{Answer, Client, assert_fields, text};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tieout_app::access::{Action, Credentials, Permission, Resource};
use tieout_app::posting::{NewLine, NewTransaction};
use tieout_app::store::dialect::Arg;
use tieout_app::store::{BoxFuture, StoreError, Tx};
use tieout_app::transaction::CreateTransaction;
use tieout_app::{AppError, Context};
use tieout_core::id::{Account, Kind};
use tieout_core::{Decimal, Id};
use tieout_testdb::{Engine, TestDatabase, on_both_engines};

on_both_engines! {
    /// Two changes of other fields at the same time are both kept, of every record that can be changed.
    changes_of_one_record_are_all_kept;
    /// A key that was ended while it was renamed is ended, and one that was renewed has its new secret.
    a_revoked_key_stays_revoked;
    /// Amounts stand in the base currency: it is not changed under them.
    a_base_currency_that_money_stands_in_stays;
    /// What was read when the request came in may be over when its turn comes.
    a_command_sees_its_organization_as_it_is_now;
    /// A request that was let in and waits does nothing any more when its key has ended, or may no longer.
    a_request_that_waits_ends_with_its_key;
    /// A transfer takes its accounts in one order before it books anything.
    transfers_take_all_their_accounts_in_one_order;
    /// A pending transaction is posted once, and changed by one after the other.
    a_pending_transaction_is_posted_once;
    /// The same request twice at once gets one reply.
    the_same_request_at_once_gets_one_reply;
    /// What is deleted is named by nothing, and what is named stays.
    nothing_names_what_is_deleted;
    /// One of several deletions finds the record.
    a_record_is_deleted_once;
    /// A repetition makes no second key and no second practice, and shows no secret.
    secrets_are_made_once;
}

const ROUNDS: usize = 6;

impl Client {
    /// A call of the organization's resource, or of its own face if the path begins with `/v1`.
    async fn on(&self, verb: &str, path: &str, body: Value) -> Answer {
        match path.strip_prefix("/v1") {
            Some(own) => self.own(verb, own, body).await,
            None => self.call(verb, path, body).await,
        }
    }

    /// A record's address.
    async fn made(&self, path: &str, body: Value) -> String {
        format!("{path}/{}", text(&self.on("POST", path, body).await.ok()["id"]))
    }

    /// A request that was let in, and is not done yet.
    async fn waiting(&self, needs: Permission) -> Context {
        self.waiting_with(&self.key, needs).await
    }

    /// The same with another key.
    async fn waiting_with(&self, key: &str, needs: Permission) -> Context {
        let credentials = Credentials {
            secret: key.to_owned(),
            organization: Some(Id::parse(&self.organization).unwrap()),
            ip_address: None,
            user_agent: None,
        };
        self.app.authenticate(&credentials, needs).await.unwrap()
    }
}

fn entries((debit, credit): (&str, &str), amount: &str) -> Value {
    json!([{ "account_id": debit, "entry_type": "debit", "amount": amount },
        { "account_id": credit, "entry_type": "credit", "amount": amount }])
}

fn booking(accounts: (&str, &str), status: &str) -> Value {
    json!({ "description": "x", "transaction_date": "2024-01-05", "status": status, "entries": entries(accounts, "5") })
}

/// A posted transaction of 100 on two accounts.
fn sale((bank, sales): (&str, &str)) -> NewTransaction {
    let line = |account: &str, is_debit| NewLine {
        account: parsed::<Account>(account),
        is_debit,
        amount: Decimal::from_minor(100, 0),
        currency: None,
        base_amount: None,
        rate: None,
        description: None,
        reference: None,
        tax_code: None,
        asked: None,
    };
    NewTransaction {
        kind: None,
        description: "x".into(),
        date: "2024-01-05".parse().unwrap(),
        reference_number: None,
        contact_id: None,
        payment_method: None,
        metadata: "{}".into(),
        is_posted: true,
        reverses: None,
        lines: vec![line(bank, true), line(sales, false)],
    }
}

fn parsed<K: Kind>(id: &str) -> Id<K> {
    Id::parse(id).unwrap()
}

mod bodies {
    use super::*;

    /// A new record of each kind, and two changes of different fields of it.
    async fn changes(client: &Client, round: usize, (bank, sales): (&str, &str)) -> Vec<(String, Value, Value)> {
        let name = format!("N{round}");
        let number = format!("R{round}");
        let (own, tax) = (
            client.account(&format!("S{round}"), "asset").await,
            client.account(&format!("T{round}"), "liability").await,
        );
        let account = json!({ "code": number, "name": "x", "account_type": "asset" });
        let contact = json!({ "contact_type": "customer", "name": "x" });
        let key = json!({ "name": "x", "permissions": { "accounts": ["read"] } });
        let code = json!({ "code": number, "name": "x", "kind": "exclusive",
            "rates": [{ "account_id": tax, "rate_ppm": 200_000 }] });
        let item = json!({ "kind": "invoice", "number": number, "issue_date": "2024-01-01", "amount": "5",
            "account_id": bank });
        let statement = json!({ "account_id": own, "statement_date": "2024-01-31", "statement_balance": "5" });
        let posted = booking((bank, sales), "posted");
        let pending = booking((bank, sales), "pending");
        let closed = format!("2020-01-{:02}", round + 1);
        let mut all = vec![(
            String::new(),
            json!({ "name": name }),
            json!({ "books_closed_through": closed }),
        )];
        let named = json!({ "name": name });
        let described = json!({ "description": name });
        for (path, body, one, other) in [
            ("/accounts", account, &named, json!({ "status": "archived" })),
            ("/contacts", contact.clone(), &named, json!({ "email": "a@b.example" })),
            (
                "/contacts",
                contact,
                &json!({ "phone": name }),
                json!({ "email": "a@b.example" }),
            ),
            (
                "/api-keys",
                key,
                &named,
                json!({ "permissions": { "contacts": ["read"] } }),
            ),
            ("/v1/tax-codes", code, &named, json!({ "is_archived": true })),
            (
                "/transactions",
                posted,
                &described,
                json!({ "metadata": { "a": name } }),
            ),
            (
                "/transactions",
                pending,
                &described,
                json!({ "metadata": { "a": name } }),
            ),
            ("/v1/open-items", item, &described, json!({ "reference": name })),
            (
                "/reconciliations",
                statement,
                &json!({ "notes": name }),
                json!({ "statement_balance": "7.00" }),
            ),
        ] {
            all.push((client.made(path, body).await, one.clone(), other));
        }
        all
    }

    pub(super) async fn changes_of_one_record_are_all_kept(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        for round in 0..ROUNDS {
            for (path, one, other) in changes(&client, round, (&bank, &sales)).await {
                let (first, second) = join(
                    client.on("PUT", &path, one.clone()),
                    client.on("PUT", &path, other.clone()),
                )
                .await;
                first.ok();
                second.ok();
                let found = client.on("GET", &path, Value::Null).await.ok();
                assert_fields(&found, &one);
                assert_fields(&found, &other);
            }
        }
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn a_revoked_key_stays_revoked(test: TestDatabase) {
        let client = Client::new(test).await;
        let body = json!({ "name": "x", "permissions": { "accounts": ["read"] } });
        for (verb, suffix) in [("POST", "/revoke"), ("DELETE", ""), ("POST", "/rotate")] {
            for _ in 0..ROUNDS {
                let made = client.post("/api-keys", body.clone()).await;
                let path = format!("/api-keys/{}", text(&made["id"]));
                let end = format!("{path}{suffix}");
                let (renamed, ended) = join(
                    client.call("PUT", &path, json!({ "name": "y" })),
                    client.call(verb, &end, Value::Null),
                )
                .await;
                renamed.ok();
                ended.ok();
                let old = format!("Bearer {}", text(&made["key"]));
                let accounts = format!("/organizations/{}/accounts", client.organization);
                let answer = client
                    .raw("GET", &accounts, Value::Null, &[("authorization", &old)])
                    .await;
                answer.refused(401, "invalid_api_key");
            }
        }
    }

    pub(super) async fn a_base_currency_that_money_stands_in_stays(test: TestDatabase) {
        let client = Client::new(test).await;
        let practice = client.organization.clone();
        let yen = json!({ "base_currency_code": "JPY" });
        let below = |name: &str| json!({ "organization_name": name, "base_currency_code": "USD" });
        for what in ["nothing", "pending", "reconciliation", "opening", "item", "posted"] {
            let made = client.send("POST", "/accounts/sub", below(what), &[]).await.ok();
            let mut own = client.elsewhere().await;
            own.organization = text(&made["id"]);
            let (bank, sales) = (own.account("1000", "asset").await, own.account("4000", "revenue").await);
            match what {
                "pending" | "posted" => {
                    own.post("/transactions", booking((&bank, &sales), what)).await;
                }
                "reconciliation" => {
                    own.reconcile(&bank, "2024-01-31", "100.00").await.ok();
                }
                "opening" => {
                    let opening = json!({ "account_id": bank, "cut_off_date": "2023-12-31", "opening_balance": "100.00",
                        "open_entries": [] });
                    own.post("/reconciliations/opening", opening).await;
                }
                "item" => {
                    let item = json!({ "kind": "invoice", "number": "1", "issue_date": "2024-01-01", "amount": "100.00",
                        "account_id": bank });
                    own.own("POST", "/open-items", item).await.ok();
                }
                _ => {
                    assert_eq!(
                        own.call("PUT", "", yen.clone()).await.ok()["base_currency"]["code"],
                        "JPY"
                    );
                    continue;
                }
            }
            own.call("PUT", "", yen.clone())
                .await
                .refused(422, "base_currency_in_use");
            // The same currency again is no change.
            own.call("PUT", "", json!({ "base_currency_code": "USD" })).await.ok();
        }
        assert_eq!(client.organization, practice);
    }

    pub(super) async fn a_command_sees_its_organization_as_it_is_now(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let new = sale((&bank, &sales));
        let ctx = client.waiting(Permission(Resource::Transactions, Action::Write)).await;
        client
            .call("PUT", "", json!({ "base_currency_code": "JPY" }))
            .await
            .ok();
        let entered = client.app.execute(&ctx, CreateTransaction(new.clone())).await.unwrap();
        assert_eq!(
            (entered.transaction.currency.as_str(), entered.transaction.amount),
            ("JPY", 100)
        );
        client
            .call("PUT", "", json!({ "books_closed_through": "2024-01-31" }))
            .await
            .ok();
        let refused = client.app.execute(&ctx, CreateTransaction(new)).await;
        assert!(
            matches!(
                refused,
                Err(AppError::Rule {
                    code: "books_closed",
                    ..
                })
            ),
            "{refused:?}"
        );
    }

    fn count(row: &mut tieout_store::dialect::Row<'_>) -> Result<i64, StoreError> {
        row.int()
    }

    /// Holds one account until a transfer waits for it; whether the other account was free then.
    fn other_is_free<'t>(
        tx: &'t mut Tx,
        (held, other): &'t (Id<Account>, Id<Account>),
    ) -> BoxFuture<'t, Result<bool, StoreError>> {
        const HOLD: &str = "UPDATE account SET last_seq = last_seq WHERE id = $1";
        const WAITS: &str =
            "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))";
        const FREE: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM account WHERE id = $1 FOR UPDATE SKIP LOCKED) AS a";
        Box::pin(async move {
            tx.execute(HOLD, &[Arg::from(held)]).await?;
            for _ in 0..100_000 {
                if tx.one(WAITS, &[], count).await? > 0 {
                    break;
                }
            }
            Ok(tx.one(FREE, &[Arg::from(other)], count).await? == 1)
        })
    }

    pub(super) async fn a_request_that_waits_ends_with_its_key(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let may_post = json!({ "name": "x", "permissions": { "transactions": ["write"] } });
        let may_look = json!({ "permissions": { "transactions": ["read"] } });
        for (verb, suffix, change) in [
            ("PUT", "", may_look),
            ("POST", "/rotate", Value::Null),
            ("POST", "/revoke", Value::Null),
        ] {
            let key = client.post("/api-keys", may_post.clone()).await;
            let needs = Permission(Resource::Transactions, Action::Write);
            let ctx = client.waiting_with(&text(&key["key"]), needs).await;
            let own = format!("/api-keys/{}{suffix}", text(&key["id"]));
            client.call(verb, &own, change).await.ok();
            let refused = client.app.execute(&ctx, CreateTransaction(sale((&bank, &sales)))).await;
            assert!(
                matches!(refused, Err(AppError::Unauthenticated | AppError::Denied(_))),
                "{verb} {suffix}: {refused:?}"
            );
        }
        assert_eq!(client.get("/transactions").await["data"], json!([]));
    }

    pub(super) async fn transfers_take_all_their_accounts_in_one_order(test: TestDatabase) {
        let client = Client::new(test).await;
        let mut ids = [
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        ];
        ids.sort();
        let transfer = |from: &str, to: &str| json!({ "from_account_id": from, "to_account_id": to, "amount": "10.00", "transferred_at": "2024-01-05" });
        client.post("/transfers", transfer(&ids[0], &ids[1])).await;
        if client.test.engine == Engine::Postgres {
            let pair = (parsed(&ids[0]), parsed(&ids[1]));
            let looked = client.test.database.write(pair, other_is_free);
            let moved = client.call("POST", "/transfers", transfer(&ids[1], &ids[0]));
            let (is_free, moved) = join(looked, moved).await;
            assert!(is_free.unwrap(), "the later account was taken before the earlier one");
            moved.ok();
        }
        let both = |round: usize| client.call("POST", "/transfers", transfer(&ids[round % 2], &ids[1 - round % 2]));
        for answer in join_all((0..8).map(both)).await {
            answer.ok();
        }
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn a_pending_transaction_is_posted_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        for _ in 0..ROUNDS {
            let path = client.made("/transactions", booking((&bank, &sales), "pending")).await;
            let changes =
                (0..4).map(|_| client.call("PUT", &path, json!({ "entries": entries((&bank, &sales), "7") })));
            for answer in join_all(changes).await {
                answer.ok();
            }
            let post = format!("{path}/post");
            let mut answers = join_all((0..4).map(|_| client.call("POST", &post, Value::Null))).await;
            answers.sort_by_key(|answer| answer.status);
            answers.remove(0).ok();
            for answer in answers {
                answer.refused(422, "transaction_not_pending");
            }
        }
    }

    pub(super) async fn the_same_request_at_once_gets_one_reply(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let same = async |path: &str, body: Value, key: &str| {
            let path = format!("/organizations/{}{path}", client.organization);
            let headers = [("idempotency-key", key)];
            let mut answers = join_all((0..4).map(|_| client.send("POST", &path, body.clone(), &headers))).await;
            let first = answers.remove(0).ok();
            for answer in answers {
                assert_eq!(answer.ok(), first);
            }
        };
        for round in 0..ROUNDS {
            let key = |what: &str| format!("{what} {round}");
            same("/transactions", booking((&bank, &sales), "posted"), &key("book")).await;
            let path = client.made("/transactions", booking((&bank, &sales), "posted")).await;
            same(&format!("{path}/reverse"), json!({}), &key("reverse")).await;
            let balance = format!("{}.00", 5 * (round + 1));
            let statement = json!({ "account_id": bank, "statement_date": format!("2024-0{}-28", round + 2),
                "statement_balance": balance });
            let path = client.made("/reconciliations", statement).await;
            same(&format!("{path}/complete"), json!({}), &key("complete")).await;
            same(&format!("{path}/reopen"), json!({ "reason": "r" }), &key("reopen")).await;
            client.call("POST", &format!("{path}/complete"), json!({})).await.ok();
        }
    }

    pub(super) async fn nothing_names_what_is_deleted(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let tax = client.account("2000", "liability").await;
        for round in 0..ROUNDS {
            let contact = client
                .made("/contacts", json!({ "contact_type": "customer", "name": "x" }))
                .await;
            let mut named = booking((&bank, &sales), "posted");
            named["contact_id"] = json!(contact.trim_start_matches("/contacts/"));
            let code = format!("T{round}");
            let taxed = json!({ "code": code, "name": "x", "kind": "exclusive",
                "rates": [{ "account_id": tax, "rate_ppm": 200_000 }] });
            let tax_code = client.made("/v1/tax-codes", taxed).await;
            let with_tax = json!({ "date": "2024-01-02", "description": "x", "entries": [
                { "account_id": sales, "amount": "-10.00", "tax_code": code }, { "account_id": bank, "amount": "12.00" }] });
            let account = client.account(&format!("A{round}"), "asset").await;
            let item = json!({ "kind": "invoice", "number": code, "issue_date": "2024-01-01", "amount": "5",
                "account_id": account });
            let rated = client.account(&format!("B{round}"), "liability").await;
            let by_rate = json!({ "code": format!("U{round}"), "name": "x", "kind": "exclusive",
                "rates": [{ "account_id": rated, "rate_ppm": 200_000 }] });
            for (deleted, path, body) in [
                (contact, "/transactions", named),
                (tax_code, "/v1/transactions", with_tax),
                (format!("/accounts/{account}"), "/v1/open-items", item),
                (format!("/accounts/{rated}"), "/v1/tax-codes", by_rate),
            ] {
                let (gone, made) = join(
                    client.on("DELETE", &deleted, Value::Null),
                    client.on("POST", path, body),
                )
                .await;
                let found = (gone.status, made.status);
                assert!(
                    [(200, 404), (422, 201)].contains(&found),
                    "{deleted}: {gone:?} {made:?}"
                );
            }
        }
    }

    pub(super) async fn a_record_is_deleted_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let contact = json!({ "contact_type": "customer", "name": "x" });
        let code = json!({ "code": "T", "name": "x", "kind": "exclusive",
            "rates": [{ "account_id": sales, "rate_ppm": 200_000 }] });
        let statement = json!({ "account_id": bank, "statement_date": "2024-01-31", "statement_balance": "5" });
        for (path, kind, body) in [
            ("/contacts", "contact", contact),
            ("/v1/tax-codes", "tax_code", code),
            ("/transactions", "transaction", booking((&bank, &sales), "pending")),
            (
                "/accounts",
                "account",
                json!({ "code": "9", "name": "x", "account_type": "asset" }),
            ),
            ("/reconciliations", "reconciliation", statement),
        ] {
            for round in 1..=ROUNDS {
                let path = client.made(path, body.clone()).await;
                let mut answers = join_all((0..4).map(|_| client.on("DELETE", &path, Value::Null))).await;
                answers.sort_by_key(|answer| answer.status);
                answers.remove(0).ok();
                for answer in answers {
                    answer.refused(404, "resource_not_found");
                }
                let events = client.get(&format!("/events?event_type={kind}.deleted")).await;
                assert_eq!(events["total_count"], round, "{events}");
            }
        }
    }

    pub(super) async fn secrets_are_made_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let keys = format!("/organizations/{}/api-keys", client.organization);
        let key = json!({ "name": "x", "permissions": { "accounts": ["read"] } });
        let practice = json!({ "organization_name": "Another", "base_currency_code": "EUR" });
        let rotate = format!(
            "{keys}/{}/rotate",
            text(&client.post("/api-keys", key.clone()).await["id"])
        );
        for (path, body, secret) in [
            (keys.as_str(), key, "key"),
            ("/accounts/master", practice, "api_key"),
            (rotate.as_str(), Value::Null, "key"),
        ] {
            let headers = [("idempotency-key", path)];
            let first = client.send("POST", path, body.clone(), &headers).await.ok();
            let mut again = client.send("POST", path, body.clone(), &headers).await.ok();
            assert_eq!(again[secret], Value::Null, "kept replies have no secret");
            again[secret] = first[secret].clone();
            assert_eq!(again, first);
            let bearer = format!("Bearer {}", text(&first[secret]));
            let used = client
                .raw("GET", "/organizations", Value::Null, &[("authorization", &bearer)])
                .await;
            assert_ne!(used.status, 401, "the first secret works");
        }
        assert_eq!(
            client.get("/api-keys").await["total_count"],
            3,
            "the first key, and two more"
        );
    }
}

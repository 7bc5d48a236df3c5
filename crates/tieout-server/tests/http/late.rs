//! Whoever posts into a reconciled period hears so, by whatever way they post.

use crate::client::{Client, text};
use futures_util::future::join3;
use serde_json::{Value, json};
use std::sync::Arc;
use tieout_app::store::dialect::{Arg, Row};
use tieout_app::store::{BoxFuture, StoreError, Tx};
use tieout_core::Id;
use tieout_core::id::Account;
use tieout_testdb::{Engine, TestDatabase, on_both_engines};
use tokio::sync::Notify;

on_both_engines! {
    /// Both legs of a transfer, and of its reversal.
    transfers_say_that_they_are_late;
    /// Our own face, invoices, their payments, what voids them.
    our_own_face_says_that_it_is_late;
    /// Approving a draft posts it, and trying it says what that would be.
    drafts_say_that_they_are_late;
    /// An import says it once for each account, and a trial of it does.
    imports_say_that_they_are_late;
    /// The account of differences is late, on both days; foreign balances do not move.
    revaluations_say_that_they_are_late;
    /// Retained earnings of a year that is closed after their account was reconciled.
    year_ends_say_that_they_are_late;
    /// However much there is to say of a file, what is not taken is said first.
    refusals_are_said_before_what_is_late;
    /// A reconciliation that is completed after an import was planned.
    what_became_late_before_it_was_entered_is_said;
}

/// An account that is reconciled through January, by code.
async fn reconciled(client: &Client, code: &str) -> String {
    let account = client.account(code, "asset").await;
    prove_january(client, &account, "0.00").await;
    account
}

/// Reconciles an account through January, which ended with this balance.
async fn prove_january(client: &Client, account: &str, balance: &str) {
    let january = client.reconcile(account, "2024-01-31", balance).await.ok();
    let path = format!("/reconciliations/{}/complete", text(&january["id"]));
    client.post(&path, Value::Null).await;
}

/// Checks that exactly these accounts are warned of.
#[track_caller]
fn assert_late(answer: &Value, accounts: &[&str]) {
    let warnings = answer["warnings"].as_array().cloned().unwrap_or_default();
    let mut found: Vec<String> = warnings.iter().map(|one| text(&one["account_id"])).collect();
    found.sort_unstable();
    let mut expected = accounts.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{answer}");
    for one in &warnings {
        assert_eq!(one["code"], "posted_into_completed_period");
        assert_eq!(one["reconciled_through"], "2024-01-31");
    }
}

mod bodies {
    use super::*;

    pub(super) async fn transfers_say_that_they_are_late(test: TestDatabase) {
        let client = Client::new(test).await;
        let (from, to) = (reconciled(&client, "1000").await, reconciled(&client, "1100").await);
        let transfer = |day: &str| json!({ "from_account_id": from, "to_account_id": to, "amount": "5.00", "transferred_at": day });
        let late = client.post("/transfers", transfer("2024-01-31")).await;
        assert_late(&late, &[&from, &to]);
        assert_late(&client.post("/transfers", transfer("2024-02-01")).await, &[]);
        assert_late(&client.get(&format!("/transfers/{}", text(&late["id"]))).await, &[]);
        let path = format!("/transactions/{}/reverse", text(&late["expense_transaction_id"]));
        assert_late(&client.post(&path, Value::Null).await, &[&from, &to]);
    }

    pub(super) async fn our_own_face_says_that_it_is_late(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = reconciled(&client, "1000").await;
        let owed = reconciled(&client, "1200").await;
        let sales = client.account("4000", "revenue").await;
        let entry = |account: &str, amount: &str| json!({ "account_id": account, "amount": amount });
        let body = json!({ "description": "late", "date": "2024-01-20", "entries": [entry(&bank, "1.00"), entry(&sales, "-1.00")] });
        assert_late(&client.own("POST", "/transactions", body.clone()).await.ok(), &[&bank]);
        let mut pending = body;
        pending["status"] = json!("pending");
        assert_late(&client.own("POST", "/transactions", pending).await.ok(), &[]);
        let item = json!({ "kind": "invoice", "number": "1", "account_id": owed, "issue_date": "2024-01-15",
            "entries": [entry(&sales, "-9.00")] });
        let item = client.own("POST", "/open-items", item).await.ok();
        assert_late(&item, &[&owed]);
        let pay = json!({ "account_id": bank, "date": "2024-01-25", "items": [{ "open_item_id": item["id"], "amount": "4.00" }] });
        let paid = client.own("POST", "/item-payments", pay).await.ok();
        assert_late(&paid["transaction"], &[&bank, &owed]);
        let path = format!("/transactions/{}/reverse", text(&paid["transaction"]["id"]));
        client.post(&path, json!({ "transaction_date": "2024-02-01" })).await;
        let void = format!("/open-items/{}/void", text(&item["id"]));
        assert_late(&client.own("POST", &void, json!({})).await.ok(), &[&owed]);
        let shown = client
            .own("GET", &format!("/open-items/{}", text(&item["id"])), Value::Null)
            .await;
        assert_late(&shown.ok(), &[]);
    }

    pub(super) async fn drafts_say_that_they_are_late(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = reconciled(&client, "1000").await;
        let sales = client.account("4000", "revenue").await;
        let entry = |account: &str, side: &str| json!({ "account_id": account, "entry_type": side, "amount": "2.00" });
        let payload = json!({ "description": "late", "transaction_date": "2024-01-20",
            "entries": [entry(&bank, "debit"), entry(&sales, "credit")] });
        let draft = json!({ "operation": "create_transaction", "payload": payload });
        let draft = client.post("/drafts", draft).await;
        assert_late(&draft, &[]);
        let path = format!("/drafts/{}", text(&draft["id"]));
        let tried = client.post(&format!("{path}/validate"), Value::Null).await;
        assert_eq!(tried["valid"], true, "{tried}");
        assert_late(&tried, &[&bank]);
        assert_late(&client.post(&format!("{path}/approve"), Value::Null).await, &[&bank]);
        assert_late(&client.get(&path).await, &[]);
    }

    pub(super) async fn imports_say_that_they_are_late(test: TestDatabase) {
        let client = Client::new(test).await;
        reconciled(&client, "Assets:Bank").await;
        client.account("Income:Sales", "revenue").await;
        let content = "2024-01-01 open Assets:Bank\n2024-01-01 open Income:Sales\n\
            2024-01-05 * \"one\"\n  Assets:Bank  10.00 USD\n  Income:Sales\n\
            2024-01-31 * \"two\"\n  Assets:Bank  10.00 USD\n  Income:Sales\n\
            2024-02-01 * \"three\"\n  Assets:Bank  10.00 USD\n  Income:Sales\n";
        let body = |is_trial: bool| json!({ "file_name": "main.beancount", "content": content, "dry_run": is_trial });
        for is_trial in [true, false] {
            let report = client.own("POST", "/imports", body(is_trial)).await.ok();
            let findings = report["findings"].as_array().unwrap();
            assert_eq!((findings.len(), &report["added"]), (1, &json!(3)), "{report}");
            assert_eq!(findings[0]["place"], "main.beancount:4");
            assert_eq!(findings[0]["is_refusal"], false);
            let said = text(&findings[0]["message"]);
            assert!(
                said.contains("this and 1 more are dated in a period of account Assets:Bank")
                    && said.contains("through 2024-01-31"),
                "{said}"
            );
        }
        let again = client.own("POST", "/imports", body(false)).await.ok();
        assert_eq!(again["findings"], json!([]), "nothing is posted: {again}");
    }
    pub(super) async fn revaluations_say_that_they_are_late(test: TestDatabase) {
        let client = Client::new(test).await;
        let differences = reconciled(&client, "3000").await;
        let euro = json!({ "code": "1001", "name": "Euro", "account_type": "asset", "currency": "EUR" });
        let euro = text(&client.post("/accounts", euro).await["id"]);
        let bank = client.account("1000", "asset").await;
        let rate = async |day: &str, rate: &str| {
            let body = json!({ "from_currency": "EUR", "to_currency": "USD", "rate": rate, "effective_date": day });
            client.send("POST", "/exchange-rates", body, &[]).await.ok();
        };
        rate("2024-01-01", "1.10").await;
        let entry = |account: &str, amount: &str| json!({ "account_id": account, "amount": amount });
        let body = json!({ "description": "euro", "date": "2024-01-05", "entries": [entry(&euro, "100.00"), entry(&bank, "-110.00")] });
        client.own("POST", "/transactions", body).await.ok();
        prove_january(&client, &euro, "100.00").await;
        let revalue = async |day: &str| {
            let body = json!({ "as_of": day, "reverse_next_day": true, "account_id": differences });
            client.own("POST", "/revaluations", body).await.ok()
        };
        for (day, one, is_late) in [
            ("2024-01-30", "1.15", true),
            ("2024-01-31", "1.16", true),
            ("2024-02-01", "1.17", false),
        ] {
            rate(day, one).await;
            let done = revalue(day).await;
            assert!(done["transaction_id"].is_string(), "{done}");
            let late = if is_late {
                vec![differences.as_str()]
            } else {
                Vec::new()
            };
            assert_late(&done, &late);
        }
    }

    pub(super) async fn year_ends_say_that_they_are_late(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let sales = client.account("4000", "revenue").await;
        let close = async |last_day: &str| {
            client
                .own("POST", "/year-end", json!({ "last_day": last_day }))
                .await
                .ok()
        };
        client.book((&bank, &sales), "2022-05-01", "70.00").await;
        let first = close("2022-12-31").await;
        assert_late(&first, &[]);
        let closing = client
            .get(&format!("/transactions/{}", text(&first["transaction_id"])))
            .await;
        let entries = closing["entries"].as_array().unwrap();
        let mut accounts = entries.iter().map(|entry| text(&entry["account_id"]));
        let earnings = accounts.find(|account| *account != sales).unwrap();
        prove_january(&client, &earnings, "70.00").await;
        client.book((&bank, &sales), "2023-05-01", "7.00").await;
        client.book((&bank, &sales), "2024-05-01", "3.00").await;
        assert_late(&close("2023-12-31").await, &[&earnings]);
        assert_late(&close("2024-12-31").await, &[]);
    }

    pub(super) async fn refusals_are_said_before_what_is_late(test: TestDatabase) {
        let client = Client::new(test).await;
        reconciled(&client, "Assets:Bank").await;
        client.account("Income:Sales", "revenue").await;
        let of = |amount: &str| format!("2024-01-05 * \"x\"\n  Assets:Bank  {amount}\n  Income:Sales  -{amount}\n");
        let content = [of("0.00 USD").repeat(600), of("1.00 USD"), of("3 SHARE")].concat();
        let body = json!({ "file_name": "main.beancount", "content": content, "dry_run": true });
        let report = client.own("POST", "/imports", body).await.ok();
        let findings = report["findings"].as_array().unwrap();
        let refused = findings.iter().map(|one| one["is_refusal"] == true);
        let refused: Vec<usize> = refused.enumerate().filter(|(_, is)| *is).map(|(at, _)| at).collect();
        assert_eq!(refused, [0], "{:?}", findings.first());
        assert!(
            text(&findings[0]["message"]).contains("is no currency"),
            "{}",
            findings[0]
        );
        assert!(
            text(&findings[1]["message"]).contains("reconciled through"),
            "{}",
            findings[1]
        );
        let shown = u64::try_from(findings.len()).unwrap();
        assert_eq!(shown + report["findings_more"].as_u64().unwrap(), 602);
    }
    fn count(row: &mut Row<'_>) -> Result<i64, StoreError> {
        row.int()
    }

    /// Holds an account until two wait for it, one behind the other; the first is told to begin, then the second.
    fn in_turn<'t>(
        tx: &'t mut Tx,
        (account, begin): &'t (Id<Account>, [Arc<Notify>; 2]),
    ) -> BoxFuture<'t, Result<(), StoreError>> {
        // Not an update: behind one, both would have to take its new row, in either order.
        const HOLD: &str = "SELECT id FROM account WHERE id = $1 FOR UPDATE";
        // The first waits for our transaction, who comes behind it for the row.
        const WAITING: [&str; 2] = [
            "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))",
            "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND locktype = 'tuple' AND relation = 'account'::regclass \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ];
        Box::pin(async move {
            tx.execute(HOLD, &[Arg::from(account)]).await?;
            for (waiting, begin) in WAITING.into_iter().zip(begin) {
                begin.notify_one();
                let mut looks = 0;
                while tx.one(waiting, &[], count).await? == 0 {
                    looks += 1;
                    assert!(looks < 100_000, "nobody waits");
                }
            }
            Ok(())
        })
    }

    pub(super) async fn what_became_late_before_it_was_entered_is_said(test: TestDatabase) {
        let client = Client::new(test).await;
        if client.test.engine == Engine::Sqlite {
            // Who writes there is alone: nothing can come between.
            return;
        }
        let bank = client.account("Assets:Bank", "asset").await;
        client.account("Income:Sales", "revenue").await;
        let open = client.reconcile(&bank, "2024-01-31", "0.00").await.ok();
        let path = format!("/reconciliations/{}/complete", text(&open["id"]));
        let content = "2024-01-05 * \"one\"\n  Assets:Bank  10.00 USD\n  Income:Sales\n";
        let body = json!({ "file_name": "main.beancount", "content": content });
        let begin: [Arc<Notify>; 2] = std::array::from_fn(|_| Arc::default());
        let held = (Id::parse(&bank).unwrap(), begin.clone());
        let complete = async {
            begin[0].notified().await;
            client.call("POST", &path, Value::Null).await
        };
        let import = async {
            begin[1].notified().await;
            client.own("POST", "/imports", body).await
        };
        let (held, completed, report) = join3(client.test.database.write(held, in_turn), complete, import).await;
        held.unwrap();
        assert_eq!(completed.ok()["status"], "Completed");
        let report = report.ok();
        let said = text(&report["findings"][0]["message"]);
        assert!(
            said.contains("this is dated in a period of account Assets:Bank"),
            "{report}"
        );
        let seen = client.get(&format!("/reconciliations/{}", text(&open["id"]))).await;
        assert_eq!(seen["late_entries_count"], 1, "{seen}");
    }
}

//! Whoever posts into a reconciled period hears so, by whatever way they post.

use crate::client::{Client, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Both legs of a transfer, and of its reversal.
    transfers_say_that_they_are_late;
    /// Our own face, invoices, their payments, what voids them.
    our_own_face_says_that_it_is_late;
    /// Approving a draft posts it, and trying it says what that would be.
    drafts_say_that_they_are_late;
    /// An import says it once for each account, and a trial of it does.
    imports_say_that_they_are_late;
    /// However much there is to say of a file, what is not taken is said first.
    refusals_are_said_before_what_is_late;
}

/// An account that is reconciled through January, by code.
async fn reconciled(client: &Client, code: &str) -> String {
    let account = client.account(code, "asset").await;
    let january = client.reconcile(&account, "2024-01-31", "0.00").await.ok();
    let path = format!("/reconciliations/{}/complete", text(&january["id"]));
    client.post(&path, Value::Null).await;
    account
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
        assert!(text(&findings[0]["message"]).contains("is no currency"), "{}", findings[0]);
        assert!(text(&findings[1]["message"]).contains("reconciled through"), "{}", findings[1]);
        let shown = u64::try_from(findings.len()).unwrap();
        assert_eq!(shown + report["findings_more"].as_u64().unwrap(), 602);
    }
}

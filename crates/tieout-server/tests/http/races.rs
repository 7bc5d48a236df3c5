//! What comes at the same time is done as if it had come one after the other, on either engine.

use crate::client::{Answer, Client, assert_fields, text};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// The first transfers of an organization make one account in transit between them.
    first_transfers_at_once_share_their_account;
    /// The first invoices share one account of receivables.
    first_invoices_at_once_share_their_account;
    /// An account of one's own with the usual code is left alone.
    a_code_that_is_taken_is_not_needed;
    /// The same journal twice at once is in the books once.
    the_same_journal_at_once_is_taken_once;
    /// The same chart twice at once is there once.
    the_same_chart_at_once_is_taken_once;
}

#[track_caller]
fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

impl Client {
    async fn bring(&self, body: Value) -> Answer {
        let path = format!("/v1/organizations/{}/imports", self.organization);
        self.send("POST", &path, body, &[]).await
    }
}

mod bodies {
    use super::*;

    pub(super) async fn first_transfers_at_once_share_their_account(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, cash) = (
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        );
        let body = json!({ "from_account_id": bank, "to_account_id": cash, "amount": "10.00",
            "transferred_at": "2024-01-05" });
        let answers = join_all((0..6).map(|_| client.call("POST", "/transfers", body.clone()))).await;
        assert_eq!(statuses(&answers), [201; 6], "{answers:?}");
        assert_eq!(client.get("/accounts").await["total_count"], 3);
        assert_eq!(
            client.get(&format!("/accounts/{cash}/balance?as_of=2024-01-05")).await["amount"],
            "60.00"
        );
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn first_invoices_at_once_share_their_account(test: TestDatabase) {
        let client = Client::new(test).await;
        let sales = client.account("4000", "revenue").await;
        let path = format!("/v1/organizations/{}/open-items", client.organization);
        let item = |number: i32| {
            json!({ "kind": "invoice", "number": format!("R-{number}"), "issue_date": "2024-01-10",
                "entries": [{ "account_id": sales, "amount": "-100.00" }] })
        };
        let answers = join_all((0..6).map(|number| client.send("POST", &path, item(number), &[]))).await;
        assert_eq!(statuses(&answers), [201; 6], "{answers:?}");
        assert_eq!(client.get("/accounts").await["total_count"], 2);
    }

    pub(super) async fn a_code_that_is_taken_is_not_needed(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, own) = (
            client.account("1000", "asset").await,
            client.account("1099-TRANSIT", "expense").await,
        );
        let cash = client.account("1010", "asset").await;
        let body = json!({ "from_account_id": bank, "to_account_id": cash, "amount": "10.00",
            "transferred_at": "2024-01-05" });
        client.post("/transfers", body).await;
        assert_eq!(
            client.get(&format!("/accounts/{own}/transactions")).await["total_count"],
            0
        );
        let made = client.get("/accounts?code=1099-TRANSIT-2").await;
        assert_fields(&made["data"][0], &json!({ "name": "Cash in transit" }));
    }

    pub(super) async fn the_same_journal_at_once_is_taken_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let journal = "2024-01-01 open Assets:Bank USD\n2024-01-01 open Income:Sales\n\n\
            2024-01-05 * \"Sale\"\n  Assets:Bank  100.00 USD\n  Income:Sales\n";
        let body = json!({ "file_name": "m.beancount", "content": journal, "create_accounts": true });
        let answers = join_all((0..4).map(|_| client.bring(body.clone()))).await;
        assert!(answers.iter().all(|answer| answer.status < 300), "{answers:?}");
        let added = answers.iter().filter(|answer| answer.body["added"] == 1).count();
        let known = answers.iter().filter(|answer| answer.body["known"] == 1).count();
        assert_eq!((added, known), (1, 3), "{answers:?}");
        assert_eq!(client.get("/transactions").await["total_count"], 1);
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn the_same_chart_at_once_is_taken_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let chart = "code,name,type\n1000,Bank,asset\n4000,Sales,revenue\n";
        let body = json!({ "file_name": "c.csv", "content": chart, "kind": "chart" });
        let answers = join_all((0..4).map(|_| client.bring(body.clone()))).await;
        assert!(answers.iter().all(|answer| answer.status < 300), "{answers:?}");
        assert_eq!(client.get("/accounts").await["total_count"], 2);
        // A code that differs in blanks only is another row's: said once, and not tried for ever.
        let twice = json!({ "file_name": "d.csv", "content": "code,name,type\n1000 ,Again,asset\n", "kind": "chart" });
        let again = client.bring(twice).await;
        assert!(again.status == 400 || again.status < 300, "{again:?}");
        assert_eq!(
            text(&client.get("/accounts?code=1000").await["data"][0]["name"]),
            "Bank"
        );
    }
}

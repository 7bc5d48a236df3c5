//! What the books or the database could not hold is refused by name, before anything is stored.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// No engine stores NUL, wherever it stands.
    texts_with_nul_are_refused;
    /// The field that is wrong is named with its place.
    wrong_fields_are_named_with_their_place;
    /// Neither an amount nor a total can grow beyond what can be counted.
    amounts_and_totals_are_bounded;
    /// Nothing is transferred, and nothing is booked at another amount than it says.
    amounts_of_nothing_are_refused;
    /// Money is transferred between accounts of the balance sheet.
    transfers_are_between_accounts_of_the_balance_sheet;
}

mod bodies {
    use super::*;

    async fn two(client: &Client) -> (String, String) {
        (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        )
    }

    fn booking((bank, sales): (&str, &str), amount: &str, more: &Value) -> Value {
        let mut debit = json!({ "account_id": bank, "entry_type": "debit", "amount": amount });
        for (name, value) in more.as_object().unwrap() {
            debit[name] = value.clone();
        }
        json!({ "description": "x", "transaction_date": "2024-01-05", "entries": [debit,
            { "account_id": sales, "entry_type": "credit", "amount": amount }] })
    }

    pub(super) async fn texts_with_nul_are_refused(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let mut body = booking((&bank, &sales), "1.00", &json!({ "description": "a\u{0}b" }));
        let error = client
            .call("POST", "/transactions", body.clone())
            .await
            .refused(400, "invalid_request");
        assert!(
            error["details"]["fields"]["entries[0].description"].is_string(),
            "{error}"
        );
        body["entries"][0]["description"] = json!("a\\u0000b");
        client.call("POST", "/transactions", body).await.ok();
        let account = json!({ "code": "5", "name": "x", "account_type": "asset", "metadata": { "k\u{0}": 1 } });
        client
            .call("POST", "/accounts", account)
            .await
            .refused(400, "invalid_request");
        for path in ["/accounts?code=a%00b", "/events?entity_id=%00"] {
            client
                .call("GET", path, Value::Null)
                .await
                .refused(400, "invalid_request");
        }
        let path = "/events/transaction/a%00b";
        client
            .send("GET", path, Value::Null, &[])
            .await
            .refused(400, "invalid_request");
    }

    pub(super) async fn wrong_fields_are_named_with_their_place(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let mut missing = booking((&bank, &sales), "1.00", &json!({}));
        missing["entries"][1].as_object_mut().unwrap().remove("account_id");
        for (body, field) in [
            (booking((&bank, &sales), "1,0", &json!({})), "entries[0].amount"),
            (
                booking((&bank, &sales), "1.00", &json!({ "description": 7 })),
                "entries[0].description",
            ),
            (missing, "entries[1].account_id"),
            (
                json!({ "transaction_date": "2024-01-05", "entries": [] }),
                "description",
            ),
            (
                json!({ "description": "x", "transaction_date": "soon", "entries": [] }),
                "transaction_date",
            ),
            (json!([]), "body"),
        ] {
            let error = client
                .call("POST", "/transactions", body)
                .await
                .refused(400, "invalid_request");
            let fields = error["details"]["fields"].as_object().unwrap();
            assert_eq!(fields.keys().collect::<Vec<_>>(), [field], "{error}");
        }
    }

    pub(super) async fn amounts_and_totals_are_bounded(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let path = "/transactions";
        let error = client
            .call(
                "POST",
                path,
                booking((&bank, &sales), "92233720368547758.07", &json!({})),
            )
            .await
            .refused(400, "invalid_request");
        assert!(error["details"]["fields"]["entries[0].amount"].is_string(), "{error}");
        // Four hundred times the largest amount are as much as an account may turn over.
        let largest = "100000000000000.00";
        let mut entries = Vec::new();
        for _ in 0..200 {
            for (account, side) in [(&bank, "debit"), (&sales, "credit")] {
                entries.push(json!({ "account_id": account, "entry_type": side, "amount": largest }));
            }
        }
        let many = json!({ "description": "x", "transaction_date": "2024-01-05", "entries": entries });
        for day in ["2024-01-05", "2024-03-05"] {
            let mut body = many.clone();
            body["transaction_date"] = json!(day);
            client.call("POST", path, body).await.ok();
        }
        client
            .call("POST", path, booking((&bank, &sales), largest, &json!({})))
            .await
            .refused(422, "balance_too_large");
        // Two such accounts are more together than an amount may be.
        let (second, more) = (
            client.account("1001", "asset").await,
            client.account("4001", "revenue").await,
        );
        let third = client.account("1002", "asset").await;
        let other = client.account("4002", "revenue").await;
        for pair in [(&second, &more), (&third, &other)] {
            let text = many.to_string().replace(&bank, pair.0).replace(&sales, pair.1);
            let body: Value = serde_json::from_str(&text).unwrap();
            client.call("POST", path, body.clone()).await.ok();
            client.call("POST", path, body).await.ok();
        }
        let trial = client.get("/reports/trial-balance?as_of=2024-12-31").await;
        assert_fields(
            &trial["totals"],
            &json!({ "total_debits": "120000000000000000.00", "assets": "120000000000000000.00", "is_balanced": true }),
        );
        let sheet = client.get("/reports/balance-sheet?as_of=2024-12-31").await;
        assert_eq!(sheet["total_assets"], "120000000000000000.00");
        let balance = client.get(&format!("/accounts/{bank}/balance?as_of=2024-12-31")).await;
        assert_eq!(balance["amount"], "40000000000000000.00");
        let year = client
            .get("/reports/income-statement?from_date=2024-01-01&to_date=2024-12-31")
            .await;
        assert_eq!(year["net_income"], "120000000000000000.00");
    }

    pub(super) async fn amounts_of_nothing_are_refused(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let cash = client.account("1010", "asset").await;
        for (amount, more) in [
            ("0", json!({ "base_amount": "0" })),
            ("0", json!({ "base_amount": "5.00" })),
            ("5.00", json!({ "base_amount": "6.00" })),
            ("5.00", json!({ "base_amount": "-5.00" })),
        ] {
            client
                .call("POST", "/transactions", booking((&bank, &sales), amount, &more))
                .await
                .refused(400, "invalid_request");
        }
        let same = booking((&bank, &sales), "5.00", &json!({ "base_amount": "5" }));
        client.post("/transactions", same).await;
        let transfer = |amount: &str, received: Value| {
            json!({ "from_account_id": bank, "to_account_id": cash, "amount": amount, "received_amount": received,
                "transferred_at": "2024-01-05" })
        };
        for (amount, received, field) in [
            ("0", Value::Null, "amount"),
            ("-1", Value::Null, "amount"),
            ("1.00", json!("0"), "received_amount"),
            ("1.00", json!("0.99"), "received_amount"),
        ] {
            let error = client
                .call("POST", "/transfers", transfer(amount, received))
                .await
                .refused(400, "invalid_request");
            assert!(error["details"]["fields"][field].is_string(), "{error}");
        }
        client.post("/transfers", transfer("1.00", json!("1"))).await;
    }

    pub(super) async fn transfers_are_between_accounts_of_the_balance_sheet(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        for (from, to, field) in [(&bank, &sales, "to_account_id"), (&sales, &bank, "from_account_id")] {
            let body = json!({ "from_account_id": from, "to_account_id": to, "amount": "1.00",
                "transferred_at": "2024-01-05" });
            let error = client
                .call("POST", "/transfers", body)
                .await
                .refused(400, "invalid_request");
            assert!(text(&error["details"]["fields"][field]).contains("revenue"), "{error}");
        }
        assert_eq!(client.get("/transactions").await["total_count"], 0);
    }
}

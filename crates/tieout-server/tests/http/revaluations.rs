//! Foreign balances at the rates of a day, and days where accounts are kept.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Balances move once, come back on the next day if asked, and no reconciliation sees it.
    foreign_balances_are_brought_to_the_rate;
    /// Nothing can be posted on an archived account: the others are revalued all the same.
    an_archived_account_stays_as_it_was;
    /// After random postings at random rates every base balance is the foreign one at the rate.
    base_balances_are_foreign_balances_at_the_rate;
    /// An instant is the day that the account's bank has.
    instants_become_days_where_the_account_is_kept;
    /// Of a transaction's accounts the one with a zone says the day, wherever it stands.
    an_instant_is_a_day_of_the_bank;
}

impl Client {
    async fn foreign(&self, code: &str, currency: &str, account_type: &str) -> String {
        let body = json!({ "code": code, "name": code, "account_type": account_type, "currency": currency });
        text(&self.post("/accounts", body).await["id"])
    }

    async fn rate(&self, from: &str, day: &str, rate: &str) {
        let body = json!({ "from_currency": from, "to_currency": "USD", "rate": rate, "effective_date": day });
        self.send("POST", "/exchange-rates", body, &[]).await.ok();
    }

    /// Base balance of an account as of a day.
    async fn base(&self, code: &str, day: &str) -> String {
        let trial = self.get(&format!("/reports/trial-balance?as_of={day}")).await;
        let rows = trial["accounts"].as_array().unwrap();
        text(
            &rows
                .iter()
                .find(|row| row["code"] == code)
                .unwrap_or_else(|| panic!("no {code}"))["balance"],
        )
    }
}

mod bodies {
    use super::*;

    pub(super) async fn foreign_balances_are_brought_to_the_rate(test: TestDatabase) {
        let client = Client::new(test).await;
        let euro = client.foreign("1001", "EUR", "asset").await;
        let loan = client.foreign("2001", "CHF", "liability").await;
        let bank = client.account("1000", "asset").await;
        client.rate("EUR", "2024-01-01", "1.10").await;
        client.rate("CHF", "2024-01-01", "1.20").await;
        let body = json!({ "description": "euro", "date": "2024-01-05", "entries": [
            { "account_id": euro, "amount": "100.00" }, { "account_id": bank, "amount": "-110.00" } ] });
        client.own("POST", "/transactions", body).await.ok();
        let body = json!({ "description": "loan", "date": "2024-01-06", "entries": [
            { "account_id": loan, "amount": "-50.00" }, { "account_id": bank, "amount": "60.00" } ] });
        client.own("POST", "/transactions", body).await.ok();
        let run = |more: Value| {
            let mut body = json!({ "as_of": "2024-01-31" });
            for (key, value) in more.as_object().unwrap() {
                body[key] = value.clone();
            }
            body
        };
        client.rate("EUR", "2024-01-31", "1.15").await;
        client.rate("CHF", "2024-01-31", "1.23").await;
        let open = client.reconcile(&euro, "2024-01-31", "100.00").await.ok();
        let done = client
            .own("POST", "/revaluations", run(json!({ "reverse_next_day": true })))
            .await
            .ok();
        assert_eq!(
            done["gain"], "3.50",
            "5.00 on the euro, 1.50 lost on what is owed: {done}"
        );
        assert_eq!(client.base("1001", "2024-01-31").await, "115.00");
        assert_eq!(client.base("2001", "2024-01-31").await, "-61.50", "debit positive");
        assert_eq!(
            client.base("1001", "2024-02-01").await,
            "110.00",
            "taken back on the next day"
        );
        let again = client
            .own("POST", "/revaluations", run(json!({ "reverse_next_day": true })))
            .await
            .ok();
        assert_fields(&again, &json!({ "id": null, "gain": "0.00" }));
        let seen = client.get(&format!("/reconciliations/{}", text(&open["id"]))).await;
        assert_fields(&seen, &json!({ "difference": "0.00", "total_entries": 1 }));
        // A corrected rate moves only what is missing.
        client.rate("EUR", "2024-01-31", "1.16").await;
        let more = client.own("POST", "/revaluations", run(json!({}))).await.ok();
        assert_fields(&more, &json!({ "gain": "1.00", "reversal_transaction_id": null }));
        assert_eq!(client.base("1001", "2024-01-31").await, "116.00");
        let one = json!({ "as_of": "2024-01-31", "accounts": [bank] });
        client
            .own("POST", "/revaluations", one)
            .await
            .refused(400, "invalid_request");
        client.foreign("1002", "SEK", "asset").await;
        assert_eq!(
            client.own("GET", "/revaluations", Value::Null).await.ok()["total_count"],
            2
        );
        client
            .call("PUT", "", json!({ "books_closed_through": "2024-01-31" }))
            .await
            .ok();
        client
            .own("POST", "/revaluations", run(json!({})))
            .await
            .refused(422, "books_closed");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn an_archived_account_stays_as_it_was(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let (old, euro) = (
            client.foreign("1001", "CHF", "asset").await,
            client.foreign("1002", "EUR", "asset").await,
        );
        for (currency, account) in [("CHF", &old), ("EUR", &euro)] {
            client.rate(currency, "2024-01-01", "1.10").await;
            let body = json!({ "description": "x", "date": "2024-01-05", "entries": [
                { "account_id": account, "amount": "100.00" }, { "account_id": bank, "amount": "-110.00" } ] });
            client.own("POST", "/transactions", body).await.ok();
            client.rate(currency, "2024-01-31", "1.15").await;
        }
        let path = format!("/accounts/{old}");
        client.call("PUT", &path, json!({ "status": "archived" })).await.ok();
        let done = client
            .own("POST", "/revaluations", json!({ "as_of": "2024-01-31" }))
            .await
            .ok();
        assert_eq!(done["gain"], "5.00");
        assert_fields(
            &done["accounts"][0],
            &json!({ "code": "1001", "is_archived": true, "base_before": "110.00", "base_after": "110.00" }),
        );
        assert_eq!(client.base("1002", "2024-01-31").await, "115.00");
    }

    pub(super) async fn base_balances_are_foreign_balances_at_the_rate(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let codes = [("1001", "EUR"), ("1002", "JPY"), ("1003", "KWD")];
        let mut accounts = Vec::new();
        for (code, currency) in codes {
            accounts.push(client.foreign(code, currency, "asset").await);
        }
        let mut seed = 99_u64;
        let mut dice = |bound: i64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) as i64) % bound
        };
        for month in 1..=6 {
            for (account, (_, currency)) in accounts.iter().zip(codes) {
                let digits = tieout_core::Currency::try_new(currency).unwrap().minor_digits();
                let day = format!("2024-{month:02}-01");
                let scaled = 500_000 + dice(150_000_000);
                let rate = tieout_core::Decimal::from_minor(scaled, 8).to_string();
                client.rate(currency, &day, &rate).await;
                for _ in 0..3 {
                    let amount = (1 + dice(1_000_000)) * if dice(3) == 0 { -1 } else { 1 };
                    let amount = tieout_core::Decimal::from_minor(amount, digits).to_string();
                    let base = tieout_core::Decimal::from_minor(1 + dice(900_000), 2).to_string();
                    let (own, other) = if amount.starts_with('-') {
                        (format!("-{base}"), base)
                    } else {
                        (base.clone(), format!("-{base}"))
                    };
                    let body = json!({ "description": "x", "date": format!("2024-{month:02}-10"), "entries": [
                        { "account_id": account, "amount": amount, "base_amount": own },
                        { "account_id": bank, "amount": other } ] });
                    client.own("POST", "/transactions", body).await.ok();
                }
            }
            let body = json!({ "as_of": format!("2024-{month:02}-28"), "reverse_next_day": month % 2 == 0 });
            let done = client.own("POST", "/revaluations", body.clone()).await.ok();
            let again = client.own("POST", "/revaluations", body).await.ok();
            assert_fields(&again, &json!({ "id": null, "gain": "0.00" }));
            assert_eq!(done["accounts"].as_array().unwrap().len(), 3);
            for one in again["accounts"].as_array().unwrap() {
                let minor = |value: &Value| text(value).replace('.', "").parse::<i64>().unwrap();
                let currency = tieout_core::Currency::try_new(one["currency"].as_str().unwrap()).unwrap();
                // balance × rate, with the places of both, to two: halves away from zero.
                let scale = 10_i128.pow(u32::from(currency.minor_digits()) + 8 - 2);
                let exact = i128::from(minor(&one["balance"])) * i128::from(minor(&one["rate"]));
                let expected = (exact + exact.signum() * scale / 2) / scale;
                let found = client
                    .base(one["code"].as_str().unwrap(), &format!("2024-{month:02}-28"))
                    .await;
                assert_eq!(
                    found.replace('.', "").parse::<i128>().unwrap(),
                    expected,
                    "month {month}: {one}"
                );
            }
        }
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn an_instant_is_a_day_of_the_bank(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, plain) = (
            client.account("1000", "asset").await,
            client.account("1020", "asset").await,
        );
        let sales = client.account("4000", "revenue").await;
        let path = format!("/accounts/{bank}/time-zone");
        let zone = json!({ "time_zone": "America/New_York" });
        client.own("PUT", &path, zone).await.ok();
        // Whichever entry the bank's is; where no account has a zone, an instant is a day in UTC, a day is itself.
        let cases = [
            ((&sales, &bank), "2024-02-01T03:00:00Z", "2024-01-31"),
            ((&bank, &sales), "2024-01-31T23:30:00+09:00", "2024-01-31"),
            ((&sales, &plain), "2024-01-31T23:30:00-05:00", "2024-02-01"),
            ((&plain, &sales), "2024-01-31T20:30:00Z", "2024-01-31"),
            ((&sales, &bank), "2024-02-01", "2024-02-01"),
        ];
        for ((debit, credit), at, expected) in cases {
            let body = json!({ "description": "x", "transaction_date": at, "status": "pending", "entries": [
                { "account_id": debit, "entry_type": "debit", "amount": "1.00" },
                { "account_id": credit, "entry_type": "credit", "amount": "1.00" } ] });
            let made = client.post("/transactions", body).await;
            assert_eq!(made["transaction_date"], expected, "{at}");
            let path = format!("/transactions/{}", text(&made["id"]));
            client
                .call("PUT", &path, json!({ "transaction_date": "2024-03-01" }))
                .await
                .ok();
            let put = client.call("PUT", &path, json!({ "transaction_date": at })).await.ok();
            assert_eq!(put["transaction_date"], expected, "changed to {at}");
            client.call("POST", &format!("{path}/post"), Value::Null).await.ok();
            let back = client
                .call("POST", &format!("{path}/reverse"), json!({ "transaction_date": at }))
                .await;
            assert_eq!(back.ok()["transaction_date"], expected, "reversed at {at}");
        }
    }

    pub(super) async fn instants_become_days_where_the_account_is_kept(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, abroad) = (
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        );
        let sales = client.account("4000", "revenue").await;
        let zone = async |account: &str, zone: Value| {
            client
                .own(
                    "PUT",
                    &format!("/accounts/{account}/time-zone"),
                    json!({ "time_zone": zone }),
                )
                .await
        };
        zone(&bank, json!("Mars/Olympus")).await.refused(400, "invalid_request");
        zone(&abroad, json!("Asia/Tokyo")).await.ok();
        let body = json!({ "from_account_id": bank, "to_account_id": abroad, "amount": "10.00",
            "transferred_at": "2024-01-31T20:00:00Z" });
        let moved = client.post("/transfers", body).await;
        let day =
            async |id: &Value| client.get(&format!("/transactions/{}", text(id))).await["transaction_date"].clone();
        assert_eq!(
            day(&moved["expense_transaction_id"]).await,
            "2024-01-31",
            "the bank without a zone: in UTC"
        );
        assert_eq!(
            day(&moved["income_transaction_id"]).await,
            "2024-02-01",
            "it is the next day in Tokyo"
        );
        zone(&bank, json!("America/New_York")).await.ok();
        let sale = json!({ "description": "late", "transaction_date": "2024-02-01T03:00:00Z", "entries": [
            { "account_id": bank, "entry_type": "debit", "amount": "1.00" },
            { "account_id": sales, "entry_type": "credit", "amount": "1.00" } ] });
        assert_eq!(
            client.post("/transactions", sale).await["transaction_date"],
            "2024-01-31"
        );
        let own = json!({ "description": "late", "date": "2024-02-01T03:00:00Z", "entries": [
            { "account_id": abroad, "amount": "1.00" }, { "account_id": sales, "amount": "-1.00" } ] });
        assert_eq!(
            client.own("POST", "/transactions", own).await.ok()["date"],
            "2024-02-01"
        );
        // The clock of the tests stands at 1 February 2024, 09:00 in UTC.
        zone(&bank, json!("Pacific/Honolulu")).await.ok();
        assert_eq!(
            client.get(&format!("/accounts/{bank}/balance")).await["as_of"],
            "2024-01-31"
        );
        assert_eq!(
            client.get(&format!("/accounts/{abroad}/balance")).await["as_of"],
            "2024-02-01"
        );
        zone(&bank, json!(null)).await.ok();
        assert_eq!(
            client.get(&format!("/accounts/{bank}/balance")).await["as_of"],
            "2024-02-01"
        );
        client.assert_chains_are_intact().await;
    }
}

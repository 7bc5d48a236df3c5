//! Year ends: what a year earned goes to equity, once and in order.

use crate::books::entries;
use crate::client::{Client, assert_fields, text};
use serde_json::json;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// A chart to start from, and the year closed on it.
    a_year_is_closed_on_a_template;
    /// Who closes it at the same time as another hears that it is closed.
    a_year_is_closed_once_however_many_try;
    /// A year is closed on its last day, after those before it, and again only after its close was reversed.
    years_are_closed_in_their_order;
    /// Also one whose result no single entry can hold; one that no transaction can hold is refused by what it is.
    a_year_of_enormous_amounts_is_closed_or_refused_by_name;
}

mod bodies {
    use super::*;

    pub(super) async fn a_year_is_closed_on_a_template(test: TestDatabase) {
        let client = Client::new(test).await;
        let own = client.account("6000", "expense").await;
        let v1 = format!("/v1/organizations/{}", client.organization);
        let apply = json!({ "template": "trade" });
        let made = client
            .send("POST", &format!("{v1}/chart-template"), apply.clone(), &[])
            .await
            .ok();
        let of = |code: &str| {
            let found = made["accounts"]
                .as_array()
                .unwrap()
                .iter()
                .find(|account| account["code"] == code);
            found.map(|account| text(&account["id"]))
        };
        assert_eq!(of("6000"), None, "a code that is taken stays as it is");
        let again = client
            .send("POST", &format!("{v1}/chart-template"), apply, &[])
            .await
            .ok();
        assert_eq!(again["accounts"], json!([]));
        let (bank, sales) = (of("1000").unwrap(), of("4000").unwrap());
        client.book((&bank, &sales), "2023-05-01", "300.00").await;
        client.book((&own, &bank), "2023-06-01", "120.00").await;
        client.book((&bank, &sales), "2024-01-05", "7.00").await;
        let close = json!({ "last_day": "2023-12-31" });
        client
            .send("POST", &format!("{v1}/year-end"), close.clone(), &[])
            .await
            .ok();
        let again = client.send("POST", &format!("{v1}/year-end"), close, &[]).await;
        again.refused(422, "year_already_closed");
        // What was earned in a year stays earned in it after its close.
        let year = client
            .get("/reports/income-statement?from_date=2023-01-01&to_date=2023-12-31")
            .await;
        assert_fields(&year, &json!({ "total_revenue": "300.00", "net_income": "180.00" }));
        let both = client
            .get("/reports/income-statement?from_date=2023-06-01&to_date=2024-01-31")
            .await;
        assert_fields(&both, &json!({ "total_revenue": "7.00", "net_income": "-113.00" }));
        let sheet = client.get("/reports/balance-sheet?as_of=2024-01-31").await;
        assert_fields(
            &sheet,
            &json!({ "total_assets": "187.00", "current_earnings": "7.00", "is_balanced": true }),
        );
        let trial = client.get("/reports/trial-balance?as_of=2023-12-31").await;
        assert_fields(
            &trial["totals"],
            &json!({ "equity": "180.00", "revenue": "0.00", "expenses": "0.00" }),
        );
    }

    pub(super) async fn a_year_is_closed_once_however_many_try(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        client.book((&bank, &sales), "2023-05-01", "70.00").await;
        let path = format!("/v1/organizations/{}/year-end", client.organization);
        let close = || client.send("POST", &path, json!({ "last_day": "2023-12-31" }), &[]);
        let (a, b, c, d) = tokio::join!(close(), close(), close(), close());
        let all = [a, b, c, d];
        let done = all.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(done, 1);
        let trial = client.get("/reports/trial-balance?as_of=2023-12-31").await;
        assert_fields(&trial["totals"], &json!({ "equity": "70.00", "revenue": "0.00" }));
    }

    pub(super) async fn a_year_of_enormous_amounts_is_closed_or_refused_by_name(test: TestDatabase) {
        let client = Client::new(test).await;
        let path = format!("/v1/organizations/{}/year-end", client.organization);
        let largest = "100000000000000.00";
        let earn = async |number: usize, day: &str, times: usize| {
            let (bank, sales) = (format!("1{number:03}"), format!("4{number:03}"));
            let (bank, sales) = (
                client.account(&bank, "asset").await,
                client.account(&sales, "revenue").await,
            );
            let both = [(bank.as_str(), "debit", largest), (sales.as_str(), "credit", largest)];
            let list: Vec<_> = both.iter().copied().cycle().take(times * 2).collect();
            let body = json!({ "description": "x", "transaction_date": day, "entries": entries(&list) });
            client.post("/transactions", body).await;
        };
        earn(1, "2024-05-01", 3).await;
        let closed = client
            .send("POST", &path, json!({ "last_day": "2024-12-31" }), &[])
            .await;
        assert_eq!(closed.status, 201, "{closed:?}");
        let sheet = client.get("/reports/balance-sheet?as_of=2024-12-31").await;
        assert_fields(&sheet, &json!({ "current_earnings": "0.00", "is_balanced": true }));
        let totals = client.get("/reports/trial-balance?as_of=2024-12-31").await["totals"].clone();
        assert_eq!(totals["equity"], "300000000000000.00");
        for number in 2..=4 {
            earn(number, "2025-05-01", 390).await;
        }
        let refused = client
            .send("POST", &path, json!({ "last_day": "2025-12-31" }), &[])
            .await;
        let error = refused.refused(422, "balance_too_large");
        assert!(text(&error["message"]).contains("2025-12-31"), "{error}");
    }

    pub(super) async fn years_are_closed_in_their_order(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        client.book((&bank, &sales), "2024-03-01", "500.00").await;
        client.book((&bank, &sales), "2025-03-01", "70.00").await;
        let path = format!("/v1/organizations/{}/year-end", client.organization);
        let close = async |day: &str| client.send("POST", &path, json!({ "last_day": day }), &[]).await;
        let refused = close("2024-06-30").await.refused(422, "not_the_end_of_a_year");
        let message = text(&refused["message"]);
        assert!(message.contains("2023-12-31 or 2024-12-31"), "{message}");
        close("2023-12-31").await.refused(422, "nothing_to_close");
        let closed = close("2025-12-31").await.ok();
        let refused = close("2024-12-31").await.refused(422, "year_already_closed");
        assert!(text(&refused["message"]).contains("2025-12-31"), "{refused}");
        let retained = async || client.get("/reports/trial-balance?as_of=2025-12-31").await["totals"]["equity"].clone();
        assert_eq!(retained().await, "570.00");
        let reverse = format!("/transactions/{}/reverse", text(&closed["transaction_id"]));
        client.post(&reverse, json!({})).await;
        assert_eq!(retained().await, "0.00");
        close("2024-12-31").await.ok();
        close("2025-12-31").await.ok();
        assert_eq!(retained().await, "570.00");
        let sheet = client.get("/reports/balance-sheet?as_of=2024-12-31").await;
        assert_fields(&sheet, &json!({ "current_earnings": "0.00", "is_balanced": true }));
        // Another year begins in April.
        let organization = format!("/organizations/{}", client.organization);
        let changed = json!({ "fiscal_year_start": 4 });
        client.send("PUT", &organization, changed, &[]).await.ok();
        client.book((&bank, &sales), "2026-02-01", "1.00").await;
        for (day, status) in [("2026-12-31", 422), ("2026-03-30", 422), ("2026-03-31", 201)] {
            let answer = close(day).await;
            assert_eq!(answer.status, status, "{day}: {}", answer.body);
        }
    }
}

//! Tax codes on entries: split to the cent, booked where the code says, never split twice.

use crate::client::{Answer, Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Each kind's entries, and what the other side must be.
    every_kind_expands_into_its_entries;
    /// Reversals and posted drafts keep the entries that the tax was split into.
    taxed_entries_are_not_taxed_again;
    /// Not one that was made for it or before it.
    errors_name_the_entry_that_was_written;
    /// Made, changed, archived, deleted; and what is refused.
    tax_codes_are_kept;
}

impl Client {
    /// A call of our own face, below the organization.
    pub(crate) async fn own(&self, verb: &str, path: &str, body: Value) -> Answer {
        let path = format!("/v1/organizations/{}{path}", self.organization);
        self.send(verb, &path, body, &[]).await
    }

    async fn tax_code(&self, code: &str, kind: &str, rates: Value) -> String {
        let body = json!({ "code": code, "name": code, "kind": kind, "rates": rates });
        text(&self.own("POST", "/tax-codes", body).await.ok()["id"])
    }
}

fn amounts(transaction: &Value) -> Vec<(String, String)> {
    let entries = transaction["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| (text(&entry["account_id"]), text(&entry["amount"])))
        .collect()
}

mod bodies {
    use super::*;

    pub(super) async fn errors_name_the_entry_that_was_written(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let owed = client.account("2200", "liability").await;
        let rate = json!({ "name": "VAT", "rate_ppm": 200_000, "account_id": owed });
        client.tax_code("VAT", "exclusive", json!([rate])).await;
        let taxed = json!({ "account_id": sales, "amount": "-10.00", "tax_code": "VAT" });
        // Before the second entry stand the tax, and in an invoice what is owed.
        for (wrong, field) in [
            (json!({ "account_id": bank, "amount": "0" }), "entries[1].amount"),
            (
                json!({ "account_id": bank, "amount": "-1", "base_amount": "-2" }),
                "entries[1].base_amount",
            ),
        ] {
            let entries = json!([taxed, wrong]);
            let transaction = json!({ "description": "x", "date": "2024-01-01", "entries": entries });
            let invoice = json!({ "kind": "invoice", "number": "1", "issue_date": "2024-01-01", "entries": entries });
            for (path, body) in [("/transactions", transaction), ("/open-items", invoice)] {
                let error = client.own("POST", path, body).await.refused(400, "invalid_request");
                assert!(error["details"]["fields"][field].is_string(), "{path}: {error}");
            }
        }
    }

    pub(super) async fn every_kind_expands_into_its_entries(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales, rent) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
            client.account("6000", "expense").await,
        );
        let (owed, deducted, kept) = (
            client.account("2200", "liability").await,
            client.account("1200", "asset").await,
            client.account("1210", "asset").await,
        );
        let rate =
            |name: &str, ppm: i64, account: &str| json!({ "name": name, "rate_ppm": ppm, "account_id": account });
        client
            .tax_code("OUT19", "inclusive", json!([rate("VAT", 190_000, &owed)]))
            .await;
        let two = json!([rate("GST", 50_000, &owed), rate("PST", 99_750, &deducted)]);
        client.tax_code("GSTPST", "exclusive", two).await;
        client
            .tax_code("WHT10", "withheld", json!([rate("WHT", 100_000, &kept)]))
            .await;
        let mut reverse = rate("RC", 190_000, &deducted);
        reverse["contra_account_id"] = json!(owed);
        client.tax_code("RC19", "reverse_charge", json!([reverse])).await;
        let post = async |own: (&str, &str, &str), counter: &str| {
            let (account, amount, code) = own;
            let body = json!({ "description": code, "date": "2024-01-05", "entries": [
                { "account_id": account, "amount": amount, "tax_code": code },
                { "account_id": bank, "amount": counter } ] });
            client.own("POST", "/transactions", body).await
        };
        let line = |account: &String, amount: &str| (account.clone(), amount.to_owned());
        // A sale of 10.00 with the tax in it.
        let sale = post((&sales, "-10.00", "OUT19"), "10.00").await.ok();
        assert_eq!(
            amounts(&sale),
            [line(&sales, "-8.40"), line(&owed, "-1.60"), line(&bank, "10.00")]
        );
        assert!(sale["entries"][0]["tax_code_id"].is_string() && sale["entries"][2]["tax_code_id"].is_null());
        // A purchase of 0.50 with two taxes on top: 0.02 and 0.05, in all what 14.975 % of it is.
        let bought = post((&rent, "0.50", "GSTPST"), "-0.57").await.ok();
        assert_eq!(
            amounts(&bought),
            [
                line(&rent, "0.50"),
                line(&owed, "0.02"),
                line(&deducted, "0.05"),
                line(&bank, "-0.57")
            ]
        );
        // A fee of 1000.00 of which the customer keeps back a tenth.
        let fee = post((&sales, "-1000.00", "WHT10"), "900.00").await.ok();
        assert_eq!(
            amounts(&fee),
            [line(&sales, "-1000.00"), line(&kept, "100.00"), line(&bank, "900.00")]
        );
        // A service from abroad: the tax is owed and deducted, the seller gets the amount.
        let service = post((&rent, "333.33", "RC19"), "-333.33").await.ok();
        assert_eq!(
            amounts(&service),
            [
                line(&rent, "333.33"),
                line(&deducted, "63.33"),
                line(&owed, "-63.33"),
                line(&bank, "-333.33")
            ]
        );
        let off = post((&sales, "-10.00", "OUT19"), "10.01").await;
        off.refused(400, "transaction_does_not_balance");
        post((&sales, "-10.00", "NONE"), "10.00")
            .await
            .refused(404, "resource_not_found");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn taxed_entries_are_not_taxed_again(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales, owed) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
            client.account("2200", "liability").await,
        );
        let rate = json!([{ "rate_ppm": 190_000, "account_id": owed }]);
        let id = client.tax_code("OUT19", "inclusive", rate).await;
        let body = json!({ "description": "sale", "date": "2024-01-05", "status": "pending", "entries": [
            { "account_id": sales, "amount": "-11.90", "tax_code": id }, { "account_id": bank, "amount": "11.90" } ] });
        let pending = client.own("POST", "/transactions", body).await.ok();
        let path = format!("/transactions/{}", text(&pending["id"]));
        client.post(&format!("{path}/post"), Value::Null).await;
        let posted = client.own("GET", &path, Value::Null).await.ok();
        assert_eq!(amounts(&posted), amounts(&pending));
        assert_eq!(posted["entries"][1]["tax_code_id"], json!(id), "the mark stays");
        let reversal = client.post(&format!("{path}/reverse"), json!({})).await;
        let reversal = client
            .own("GET", &format!("/transactions/{}", text(&reversal["id"])), Value::Null)
            .await
            .ok();
        assert_eq!(reversal["entries"].as_array().unwrap().len(), 3);
        assert_eq!(reversal["entries"][1]["amount"], "1.90");
    }

    pub(super) async fn tax_codes_are_kept(test: TestDatabase) {
        let client = Client::new(test).await;
        let owed = client.account("2200", "liability").await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let rates = |ppm: i64| json!([{ "rate_ppm": ppm, "account_id": owed }]);
        let id = client.tax_code("V", "exclusive", rates(77_000)).await;
        let path = format!("/tax-codes/{id}");
        let computed = client
            .own("POST", &format!("{path}/compute"), json!({ "amount": "99.99" }))
            .await
            .ok();
        assert_fields(
            &computed,
            &json!({ "net": "99.99", "tax": "7.70", "taxes": ["7.70"], "payable": "107.69", "currency": "USD" }),
        );
        for (body, code) in [
            (
                json!({ "code": "V", "name": "x", "kind": "exclusive", "rates": rates(1) }),
                "invalid_request",
            ),
            (
                json!({ "code": "X", "name": "x", "kind": "sideways", "rates": rates(1) }),
                "invalid_request",
            ),
            (
                json!({ "code": "X", "name": "x", "kind": "exclusive", "rates": [] }),
                "invalid_request",
            ),
            (
                json!({ "code": "X", "name": "x", "kind": "withheld", "rates": rates(1_000_001) }),
                "invalid_request",
            ),
            (
                json!({ "code": "X", "name": "x", "kind": "reverse_charge", "rates": rates(1) }),
                "invalid_request",
            ),
        ] {
            client.own("POST", "/tax-codes", body).await.refused(400, code);
        }
        let changed = client
            .own("PUT", &path, json!({ "rates": rates(81_000), "name": "VAT" }))
            .await
            .ok();
        assert_fields(
            &changed,
            &json!({ "code": "V", "name": "VAT", "rates": [{ "name": "", "rate_ppm": 81_000,
            "account_id": owed, "contra_account_id": null }] }),
        );
        let sale = json!({ "description": "sale", "date": "2024-01-05", "entries": [
            { "account_id": sales, "amount": "-100.00", "tax_code": "V" }, { "account_id": bank, "amount": "108.10" } ] });
        client.own("POST", "/transactions", sale.clone()).await.ok();
        client
            .own("DELETE", &path, Value::Null)
            .await
            .refused(422, "tax_code_in_use");
        client.own("PUT", &path, json!({ "is_archived": true })).await.ok();
        client
            .own("POST", "/transactions", sale)
            .await
            .refused(422, "tax_code_archived");
        let unused = client.tax_code("U", "exclusive", rates(1)).await;
        client
            .own("DELETE", &format!("/tax-codes/{unused}"), Value::Null)
            .await
            .ok();
        let list = client.own("GET", "/tax-codes", Value::Null).await.ok();
        assert_eq!(
            (&list["total_count"], &list["data"][0]["code"]),
            (&json!(1), &json!("V"))
        );
        client
            .call("DELETE", &format!("/accounts/{owed}"), Value::Null)
            .await
            .refused(422, "account_in_use");
        client.assert_chains_are_intact().await;
    }
}

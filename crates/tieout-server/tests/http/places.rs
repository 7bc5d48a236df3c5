//! What is wrong is named by the place where the caller wrote it, in the words of the request.

use crate::client::{Answer, Client, text};
use serde_json::{Value, json};
use tieout_core::Id;
use tieout_core::id::OpenItem;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Accounts, contacts, items and tax codes that are none or are gone.
    records_that_do_not_exist_are_named_by_their_field;
    /// Of a list of items, amounts and repetitions.
    items_of_a_payment_are_named_by_their_place;
    /// Entries of a reconciliation, in lists; of a path nothing was written.
    entries_of_a_reconciliation_are_named_by_their_place;
}

/// The only field that is named.
#[track_caller]
fn field(answer: Answer, status: u16, code: &str) -> String {
    let error = answer.refused(status, code);
    let fields = error["details"]["fields"].as_object();
    let fields = fields.unwrap_or_else(|| panic!("no field is named: {error}"));
    fields.keys().cloned().collect::<Vec<_>>().join(" ")
}

mod bodies {
    use super::*;

    /// Requests in which one thing does not exist, and the field that names it. `/v1` is our own face.
    fn requests(
        (bank, sales, item): (&str, &str, &str),
        [account, contact, other]: [&str; 3],
    ) -> Vec<(&'static str, Value, &'static str)> {
        let entries = json!([{ "account_id": bank, "amount": "1" }, { "account_id": sales, "amount": "-1" }]);
        let booked = |more: Value| {
            let mut body = json!({ "description": "x", "date": "2024-01-01", "entries": entries });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let invoice = |more: Value| {
            let mut body = json!({ "kind": "invoice", "number": "9", "issue_date": "2024-01-01", "amount": "5" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let paid = |more: Value| {
            let mut body = json!({ "account_id": bank, "date": "2024-01-05",
                "items": [{ "open_item_id": item, "amount": "1", "discount": "1" }],
                "discount_account_id": sales });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let crane = json!({ "description": "x", "transaction_date": "2024-01-01", "contact_id": contact, "entries": [
            { "account_id": bank, "entry_type": "debit", "amount": "1" },
            { "account_id": sales, "entry_type": "credit", "amount": "1" }] });
        let rate = |account: &str, contra: &str| {
            json!({ "code": "T", "name": "T", "kind": "reverse_charge", "rates": [
                { "rate_ppm": 1, "account_id": bank, "contra_account_id": bank },
                { "rate_ppm": 1, "account_id": account, "contra_account_id": contra }] })
        };
        let mut taxed = booked(json!({}));
        taxed["entries"][1]["tax_code"] = json!(other);
        let two = json!([{ "open_item_id": item, "amount": "1" }, { "open_item_id": other }]);
        let cut_off = |account: &str, open: Value| json!({ "account_id": account, "cut_off_date": "2024-01-31", "opening_balance": "0", "open_entries": open });
        let statement = json!({ "account_id": account, "statement_date": "2024-01-31", "statement_balance": "0" });
        vec![
            ("/transactions", crane, "contact_id"),
            (
                "/v1/transactions",
                booked(json!({ "contact_id": contact })),
                "contact_id",
            ),
            ("/v1/transactions", taxed, "entries[1].tax_code"),
            (
                "/v1/open-items",
                invoice(json!({ "contact_id": contact })),
                "contact_id",
            ),
            (
                "/v1/open-items",
                invoice(json!({ "account_id": account })),
                "account_id",
            ),
            (
                "/v1/item-payments",
                paid(json!({ "account_id": account })),
                "account_id",
            ),
            (
                "/v1/item-payments",
                paid(json!({ "contact_id": contact })),
                "contact_id",
            ),
            (
                "/v1/item-payments",
                paid(json!({ "discount_account_id": account })),
                "discount_account_id",
            ),
            (
                "/v1/item-payments",
                paid(json!({ "amount": "2", "overpayment_account_id": account })),
                "overpayment_account_id",
            ),
            (
                "/v1/item-payments",
                paid(json!({ "items": two })),
                "items[1].open_item_id",
            ),
            ("/v1/tax-codes", rate(account, bank), "rates[1].account_id"),
            ("/v1/tax-codes", rate(bank, account), "rates[1].contra_account_id"),
            ("/reconciliations", statement, "account_id"),
            ("/reconciliations/opening", cut_off(account, json!([])), "account_id"),
        ]
    }

    pub(super) async fn records_that_do_not_exist_are_named_by_their_field(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let item = json!({ "kind": "invoice", "number": "1", "issue_date": "2024-01-01", "amount": "5" });
        let item = text(&client.own("POST", "/open-items", item).await.ok()["id"]);
        let gone = client.account("9000", "asset").await;
        client
            .call("DELETE", &format!("/accounts/{gone}"), Value::Null)
            .await
            .ok();
        let person = json!({ "contact_type": "customer", "name": "Gone" });
        let person = text(&client.post("/contacts", person).await["id"]);
        client
            .call("DELETE", &format!("/contacts/{person}"), Value::Null)
            .await
            .ok();
        // Ids that are nobody's (any more), and what is no id at all.
        let elsewhere = Id::<OpenItem>::from_bytes([9; 16]).to_string();
        for missing in [[gone.as_str(), &person, &elsewhere], ["act_x", "con_x", "x"]] {
            for (path, body, expected) in requests((&bank, &sales, &item), missing) {
                let answer = match path.strip_prefix("/v1") {
                    Some(own) => client.own("POST", own, body.clone()).await,
                    None => client.call("POST", path, body.clone()).await,
                };
                let named = field(answer, 404, "resource_not_found");
                assert_eq!(named, expected, "{path} {body}");
            }
            let change = client
                .own(
                    "PUT",
                    &format!("/open-items/{item}"),
                    json!({ "contact_id": missing[1] }),
                )
                .await;
            assert_eq!(field(change, 404, "resource_not_found"), "contact_id");
        }
        let entry =
            json!({ "account_id": bank, "cut_off_date": "2024-01-31", "opening_balance": "0", "open_entries": ["x"] });
        let answer = client.call("POST", "/reconciliations/opening", entry).await;
        assert_eq!(field(answer, 404, "resource_not_found"), "open_entries[0]");
        for none in [gone.as_str(), "x"] {
            for day in ["", "&date=2024-01-31"] {
                let path = format!("/reconciliations/as-of?account_id={none}{day}");
                let answer = client.call("GET", &path, Value::Null).await;
                assert_eq!(field(answer, 404, "resource_not_found"), "account_id");
            }
        }
        let list = json!({ "file_name": "items.csv", "kind": "open_items", "account": "9999",
            "content": "Number,Date,Amount\n1,2024-01-05,1.00\n" });
        let answer = client.own("POST", "/imports", list).await;
        assert_eq!(field(answer, 404, "resource_not_found"), "account");
        let revalue = |more: Value| client.own("POST", "/revaluations", more);
        let answer = revalue(json!({ "as_of": "2024-01-31", "accounts": [], "account_id": "x" })).await;
        assert_eq!(field(answer, 404, "resource_not_found"), "account_id");
        let foreign = json!({ "code": "1001", "name": "Euro", "account_type": "asset", "currency": "EUR" });
        let foreign = text(&client.post("/accounts", foreign).await["id"]);
        for (none, status, code) in [
            ("x", 404, "resource_not_found"),
            (bank.as_str(), 400, "invalid_request"),
        ] {
            let answer = revalue(json!({ "as_of": "2024-01-31", "accounts": [foreign, none] })).await;
            assert_eq!(field(answer, status, code), "accounts[1]");
        }
    }

    pub(super) async fn items_of_a_payment_are_named_by_their_place(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let other = client.account("1010", "asset").await;
        let entry = client.book((&bank, &other), "2024-01-05", "1.00").await["entries"][1]["id"].clone();
        let entry = text(&entry);
        let mut ids = Vec::new();
        for number in ["1", "2"] {
            let item = json!({ "kind": "invoice", "number": number, "issue_date": "2024-01-01", "amount": "5" });
            ids.push(text(&client.own("POST", "/open-items", item).await.ok()["id"]));
        }
        let part = |at: usize, field: &str, amount: &str| json!({ "open_item_id": ids[at], field: amount });
        let pay = async |items: Value| {
            let body = json!({ "account_id": bank, "date": "2024-01-05", "items": items });
            client.own("POST", "/item-payments", body).await
        };
        // Whichever of the two comes first by its id.
        for (at, other) in [(0, 1), (1, 0)] {
            let good = part(other, "amount", "1");
            for (name, amount, expected) in [
                ("amount", "0.001", "items[1].amount"),
                ("discount", "0.001", "items[1].discount"),
                ("amount", "-1", "items[1]"),
            ] {
                let answer = pay(json!([good, part(at, name, amount)])).await;
                assert_eq!(field(answer, 400, "invalid_request"), expected);
            }
            let answer = pay(json!([good, part(at, "amount", "1"), good])).await;
            assert_eq!(field(answer, 400, "invalid_request"), "items[2].open_item_id");
            let error = pay(json!([good, part(at, "amount", "6")])).await;
            let error = error.refused(422, "payment_exceeds_open");
            assert_eq!(error["details"]["item"], "items[1]");
            let apply = async |entry: &str, items: Value| {
                let body = json!({ "entry_id": entry, "items": items });
                client.own("POST", "/item-payments/apply", body).await
            };
            let answer = apply("x", json!([good])).await;
            assert_eq!(field(answer, 404, "resource_not_found"), "entry_id");
            let answer = apply(&entry, json!([good, part(at, "discount", "1")])).await;
            assert_eq!(field(answer, 400, "invalid_request"), "items[1].discount");
        }
    }

    pub(super) async fn entries_of_a_reconciliation_are_named_by_their_place(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, other) = (
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        );
        for day in ["2024-01-10", "2024-01-11"] {
            client.book((&bank, &other), day, "10.00").await;
        }
        let one = client.reconcile(&bank, "2024-01-31", "20.00").await.ok();
        let another = client.reconcile(&other, "2024-01-31", "0.00").await.ok();
        let path = format!("/reconciliations/{}", text(&one["id"]));
        let (own, foreign) = (one["entries"][0]["id"].clone(), another["entries"][0]["id"].clone());
        for none in [foreign, json!("x")] {
            for (verb, suffix, body, expected) in [
                (
                    "PUT",
                    "/entries",
                    json!({ "entries": [own, none], "is_reconciled": true }),
                    "entries[1]",
                ),
                (
                    "POST",
                    "/set-aside",
                    json!({ "entries": [{ "id": own }, { "id": none }] }),
                    "entries[1].id",
                ),
                ("POST", "/take-back", json!({ "entries": [none] }), "entries[0]"),
            ] {
                let answer = client.call(verb, &format!("{path}{suffix}"), body).await;
                assert_eq!(field(answer, 404, "resource_not_found"), expected, "{suffix}");
            }
            let alone = format!("{path}/entries/{}", text(&none));
            let answer = client.call("PUT", &alone, json!({ "is_reconciled": true })).await;
            assert_eq!(answer.refused(404, "resource_not_found")["details"], Value::Null);
        }
        let aside = one["entries"][1]["id"].clone();
        let body = json!({ "entries": [{ "id": aside }] });
        client.post(&format!("{path}/set-aside"), body).await;
        let tick = json!({ "entries": [own, aside], "is_reconciled": true });
        let error = client.call("PUT", &format!("{path}/entries"), tick).await;
        assert_eq!(error.refused(422, "entry_set_aside")["details"]["entry"], "entries[1]");
        let back = json!({ "entries": [aside, own] });
        let error = client.call("POST", &format!("{path}/take-back"), back).await;
        assert_eq!(
            error.refused(422, "entry_not_set_aside")["details"]["entry"],
            "entries[1]"
        );
    }
}

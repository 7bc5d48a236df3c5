//! Invoices and bills: booked, paid in many ways, and open again when a payment is undone.

use crate::client::{Answer, Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// An invoice with tax is booked, paid in part, with a discount, and reversed.
    an_invoice_is_paid_in_parts;
    /// One payment of several items, of more than is owed, and of bills.
    one_payment_settles_several;
    /// A paid foreign item leaves nothing behind but the exchange difference.
    a_foreign_item_is_relieved_at_its_own_rate;
    /// An entry of the books is applied, no further than it reaches, and taken back.
    an_entry_is_applied;
    /// Changed, voided, refused.
    items_are_changed_and_voided;
    /// What a reversal undid is not brought back by reversing it: items and their account would part.
    a_reversal_that_undid_something_is_final;
    /// A list of open items is imported once.
    a_list_is_imported_once;
    /// Random payments and reversals: open amounts and the account on which items stand always agree.
    random_payments_agree_with_the_ledger;
}

impl Client {
    async fn item(&self, body: Value) -> Value {
        self.own("POST", "/open-items", body).await.ok()
    }

    async fn open_amount(&self, id: &Value) -> String {
        text(
            &self
                .own("GET", &format!("/open-items/{}", text(id)), Value::Null)
                .await
                .ok()["open_amount"],
        )
    }

    async fn pay(&self, body: Value) -> Answer {
        self.own("POST", "/item-payments", body).await
    }

    /// Balances in base currency by code; debit positive.
    async fn books(&self) -> Value {
        let trial = self.get("/reports/trial-balance?as_of=2030-01-01").await;
        let rows = trial["accounts"].as_array().unwrap().iter();
        rows.map(|row| (text(&row["code"]), row["balance"].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

fn invoice(number: &str, amount: &str, sales: &str) -> Value {
    json!({ "kind": "invoice", "number": number, "issue_date": "2024-01-10", "due_date": "2024-02-09",
        "entries": [{ "account_id": sales, "amount": format!("-{amount}") }] })
}

mod bodies {
    use super::*;

    pub(super) async fn an_invoice_is_paid_in_parts(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let (owed, discounts) = (
            client.account("2200", "liability").await,
            client.account("4900", "revenue").await,
        );
        let code = json!({ "code": "VAT", "name": "VAT", "kind": "exclusive",
            "rates": [{ "rate_ppm": 200_000, "account_id": owed }] });
        client.own("POST", "/tax-codes", code).await.ok();
        let mut body = invoice("R-1", "100.00", &sales);
        body["entries"][0]["tax_code"] = json!("VAT");
        let item = client.item(body).await;
        assert_fields(
            &item,
            &json!({ "status": "open", "amount": "120.00", "open_amount": "120.00", "payments": [] }),
        );
        let pay = |amount: &str, more: Value| {
            let mut body = json!({ "account_id": bank, "date": "2024-01-20",
                "items": [{ "open_item_id": item["id"], "amount": amount }] });
            for (key, value) in more.as_object().unwrap() {
                body[key] = value.clone();
            }
            body
        };
        let first = client.pay(pay("50.00", json!({}))).await.ok();
        assert_fields(
            &first["items"][0],
            &json!({ "status": "partly_paid", "open_amount": "70.00" }),
        );
        let error = client
            .pay(pay("70.01", json!({})))
            .await
            .refused(422, "payment_exceeds_open");
        assert_eq!(error["details"]["open_amount"], "70.00");
        let mut last = pay("0", json!({ "discount_account_id": discounts }));
        last["items"][0] = json!({ "open_item_id": item["id"], "discount": "2.00" });
        let last = client.pay(last).await.ok();
        assert_fields(
            &last["payments"][0],
            &json!({ "paid": "68.00", "discount": "2.00", "is_booked": true }),
        );
        assert_fields(&last["items"][0], &json!({ "status": "paid", "open_amount": "0.00" }));
        let books = client.books().await;
        assert_fields(&books, &json!({ "1000": "118.00", "1100-AR": "0.00", "4900": "2.00" }));
        // Undone by reversing the transaction, through either face.
        let path = format!("/transactions/{}/reverse", text(&last["transaction"]["id"]));
        client.post(&path, json!({})).await;
        let seen = client
            .own("GET", &format!("/open-items/{}", text(&item["id"])), Value::Null)
            .await
            .ok();
        assert_fields(&seen, &json!({ "status": "partly_paid", "open_amount": "70.00" }));
        assert!(seen["payments"][1]["undone_at"].is_string() && seen["payments"][0]["undone_at"].is_null());
        let booked = format!("/transactions/{}/reverse", text(&item["transaction_id"]));
        client
            .call("POST", &booked, json!({}))
            .await
            .refused(422, "open_item_paid");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn a_reversal_that_undid_something_is_final(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let reverse = async |id: &Value| {
            client
                .call("POST", &format!("/transactions/{}/reverse", text(id)), json!({}))
                .await
        };
        let item = client.item(invoice("R-1", "100.00", &sales)).await;
        let pay = json!({ "account_id": bank, "date": "2024-01-20", "items": [{ "open_item_id": item["id"] }] });
        let paid = client.pay(pay).await.ok();
        let undone = reverse(&paid["transaction"]["id"]).await.ok();
        reverse(&undone["id"]).await.refused(422, "reversal_undid_payment");
        assert_eq!(client.open_amount(&item["id"]).await, "100.00");
        assert_eq!(client.books().await["1100-AR"], "100.00");
        let void = reverse(&item["transaction_id"]).await.ok();
        reverse(&void["id"]).await.refused(422, "reversal_voided_item");
        assert_eq!(client.books().await["1100-AR"], "0.00");
        // An entry that was applied and taken back has no part in what follows.
        let item = client.item(invoice("R-2", "50.00", &sales)).await;
        let receivable = client.get("/accounts?code=1100-AR").await["data"][0]["id"].clone();
        let booked = client.book((&bank, &text(&receivable)), "2024-01-21", "50.00").await;
        let apply = json!({ "entry_id": booked["entries"][1]["id"], "items": [{ "open_item_id": item["id"] }] });
        let applied = client.own("POST", "/item-payments/apply", apply).await.ok();
        let path = format!("/item-payments/{}/unapply", text(&applied["payments"][0]["id"]));
        client.own("POST", &path, json!({})).await.ok();
        let undone = reverse(&booked["id"]).await.ok();
        reverse(&undone["id"]).await.ok();
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn one_payment_settles_several(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let (rent, prepaid) = (
            client.account("6000", "expense").await,
            client.account("2400", "liability").await,
        );
        let one = client.item(invoice("R-1", "100.00", &sales)).await;
        let two = client.item(invoice("R-2", "50.00", &sales)).await;
        let mut body = json!({ "account_id": bank, "date": "2024-01-20", "amount": "155.00",
            "items": [{ "open_item_id": one["id"] }, { "open_item_id": two["id"] }] });
        let error = client.pay(body.clone()).await.refused(422, "payment_exceeds_open");
        assert_eq!(error["details"]["over"], "5.00");
        body["overpayment_account_id"] = json!(prepaid);
        let paid = client.pay(body).await.ok();
        assert_eq!(paid["payments"].as_array().unwrap().len(), 2);
        assert_eq!(paid["transaction"]["entries"].as_array().unwrap().len(), 4);
        let bill = json!({ "kind": "bill", "number": "77", "issue_date": "2024-01-10",
            "entries": [{ "account_id": rent, "amount": "30.00" }] });
        let bill = client.item(bill).await;
        assert_fields(&bill, &json!({ "amount": "30.00", "status": "open" }));
        let third = client.item(invoice("R-3", "10.00", &sales)).await;
        let mixed = json!({ "account_id": bank, "date": "2024-01-21",
            "items": [{ "open_item_id": bill["id"] }, { "open_item_id": third["id"], "amount": "1" }] });
        client.pay(mixed).await.refused(400, "invalid_request");
        let twice = json!({ "account_id": bank, "date": "2024-01-21",
            "items": [{ "open_item_id": bill["id"], "amount": "1" }, { "open_item_id": bill["id"], "amount": "1" }] });
        client.pay(twice).await.refused(400, "invalid_request");
        let whole = json!({ "account_id": bank, "date": "2024-01-21", "items": [{ "open_item_id": bill["id"] }] });
        client.pay(whole).await.ok();
        assert_fields(
            &client.books().await,
            &json!({ "1000": "125.00", "1100-AR": "10.00", "2000-AP": "0.00", "2400": "-5.00", "6000": "30.00" }),
        );
        let open = client.own("GET", "/open-items?status=open", Value::Null).await.ok();
        assert_eq!(open["total_count"], 1);
        let bills = client
            .own("GET", "/open-items?kind=bill&status=paid", Value::Null)
            .await
            .ok();
        assert_eq!(
            (&bills["total_count"], &bills["data"][0]["id"]),
            (&json!(1), &bill["id"])
        );
    }

    pub(super) async fn a_foreign_item_is_relieved_at_its_own_rate(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        for (day, rate) in [("2024-01-01", "1.10"), ("2024-02-01", "1.07")] {
            let body = json!({ "from_currency": "EUR", "to_currency": "USD", "rate": rate, "effective_date": day });
            client.send("POST", "/exchange-rates", body, &[]).await.ok();
        }
        let mut body = invoice("R-1", "99.99", &sales);
        body["currency"] = json!("EUR");
        let item = client.item(body).await;
        assert_fields(
            &item,
            &json!({ "currency": "EUR", "amount": "99.99", "base_amount": "109.99" }),
        );
        let part = |amount: &str, bank_amount: Value| {
            json!({ "account_id": bank, "date": "2024-02-05", "bank_amount": bank_amount,
                "items": [{ "open_item_id": item["id"], "amount": amount }] })
        };
        // The first third at what the bank says it was, the rest by the rate of the day.
        client.pay(part("33.33", json!("35.50"))).await.ok();
        client.pay(part("66.66", json!(null))).await.ok();
        let books = client.books().await;
        assert_fields(
            &books,
            &json!({ "1100-AR": "0.00", "1000": "106.83", "6980-FX": "3.16" }),
        );
        assert_eq!(client.open_amount(&item["id"]).await, "0.00");
    }

    pub(super) async fn an_entry_is_applied(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let one = client.item(invoice("R-1", "100.00", &sales)).await;
        let two = client.item(invoice("R-2", "100.00", &sales)).await;
        let receivable = text(&one["account_id"]);
        let booked = client.book((&bank, &receivable), "2024-01-15", "150.00").await;
        let entries = booked["entries"].as_array().unwrap();
        let entry = |account: &str| entries.iter().find(|entry| entry["account_id"] == account).unwrap()["id"].clone();
        let apply = async |entry: Value, item: &Value, amount: Value| {
            let body = json!({ "entry_id": entry, "items": [{ "open_item_id": item["id"], "amount": amount }] });
            client.own("POST", "/item-payments/apply", body).await
        };
        apply(entry(&bank), &one, json!(null))
            .await
            .refused(400, "invalid_request");
        let first = apply(entry(&receivable), &one, json!(null)).await.ok();
        assert_fields(&first["items"][0], &json!({ "status": "paid" }));
        let error = apply(entry(&receivable), &two, json!("50.01"))
            .await
            .refused(422, "entry_exceeded");
        assert_eq!(error["details"]["left"], "50.00");
        apply(entry(&receivable), &two, json!("50.00")).await.ok();
        assert_eq!(client.open_amount(&two["id"]).await, "50.00");
        let path = format!("/item-payments/{}/unapply", text(&first["payments"][0]["id"]));
        assert_fields(
            &client.own("POST", &path, Value::Null).await.ok(),
            &json!({ "open_amount": "100.00" }),
        );
        client
            .own("POST", &path, Value::Null)
            .await
            .refused(422, "payment_undone");
        // Reversing the transaction takes back what is still applied of it.
        client
            .post(&format!("/transactions/{}/reverse", text(&booked["id"])), json!({}))
            .await;
        assert_eq!(client.open_amount(&two["id"]).await, "100.00");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn items_are_changed_and_voided(test: TestDatabase) {
        let client = Client::new(test).await;
        let sales = client.account("4000", "revenue").await;
        let contact = client
            .post("/contacts", json!({ "contact_type": "customer", "name": "A" }))
            .await;
        let mut body = invoice("R-1", "100.00", &sales);
        body["contact_id"] = contact["id"].clone();
        let item = client.item(body.clone()).await;
        client
            .own("POST", "/open-items", body)
            .await
            .refused(400, "invalid_request");
        let path = format!("/open-items/{}", text(&item["id"]));
        client
            .own("PUT", &path, json!({ "amount": "90.00" }))
            .await
            .refused(422, "open_item_booked");
        let changed = json!({ "due_date": "2024-03-01", "contact_id": null, "description": "late" });
        let changed = client.own("PUT", &path, changed).await.ok();
        assert_fields(
            &changed,
            &json!({ "due_date": "2024-03-01", "contact_id": null, "description": "late" }),
        );
        let organization = &client.organization;
        let stale = format!("/v1/organizations/{organization}{path}");
        let answer = client
            .send("PUT", &stale, json!({ "number": "R-9" }), &[("if-match", "\"1\"")])
            .await;
        answer.refused(409, "conflict");
        let voided = client.own("POST", &format!("{path}/void"), json!({})).await.ok();
        assert_fields(&voided, &json!({ "status": "void", "open_amount": "0.00" }));
        assert_eq!(client.books().await["1100-AR"], "0.00", "what booked it is reversed");
        client
            .own("POST", &format!("{path}/void"), json!({}))
            .await
            .refused(422, "open_item_void");
        // Its number is free again; an item that is in the books already books nothing.
        let taken_over = json!({ "kind": "invoice", "number": "R-1", "issue_date": "2024-01-01", "amount": "80.00",
            "open_amount": "30.00", "contact_id": contact["id"] });
        let old = client.item(taken_over).await;
        assert_fields(
            &old,
            &json!({ "status": "partly_paid", "open_amount": "30.00", "transaction_id": null }),
        );
        let path = format!("/contacts/{}", text(&contact["id"]));
        client
            .call("DELETE", &path, Value::Null)
            .await
            .refused(422, "contact_in_use");
        for wrong in [
            json!({ "kind": "loan", "number": "1", "issue_date": "2024-01-01", "amount": "1" }),
            json!({ "kind": "bill", "number": " ", "issue_date": "2024-01-01", "amount": "1" }),
            json!({ "kind": "bill", "number": "1", "issue_date": "2024-01-01" }),
            json!({ "kind": "bill", "number": "1", "issue_date": "2024-01-01", "amount": "-1" }),
            json!({ "kind": "bill", "number": "1", "issue_date": "2024-01-02", "due_date": "2024-01-01", "amount": "1" }),
            json!({ "kind": "bill", "number": "1", "issue_date": "2024-01-01", "amount": "1", "open_amount": "2" }),
        ] {
            client
                .own("POST", "/open-items", wrong)
                .await
                .refused(400, "invalid_request");
        }
    }

    pub(super) async fn a_list_is_imported_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let list = "Number,Date,Due date,Customer,Amount,Open amount,Currency\n\
            R-1,2024-01-05,2024-02-05,Alpha Ltd,100.00,100.00,USD\n\
            R-2,2024-01-06,2024-02-06,Beta Ltd,200.00,50.00,USD\n\
            B-9,2024-01-07,2024-02-07,Gamma Ltd,-30.00,-30.00,USD\n";
        let body = |more: Value| {
            let mut body = json!({ "kind": "open_items", "file_name": "open.csv", "content": list });
            for (key, value) in more.as_object().unwrap() {
                body[key] = value.clone();
            }
            body
        };
        let done = client
            .own("POST", "/imports", body(json!({ "create_contacts": true })))
            .await
            .ok();
        assert_fields(
            &done,
            &json!({ "kind": "open_items", "found": 3, "added": 3, "refused": 0 }),
        );
        let again = client
            .own("POST", "/imports", body(json!({ "create_contacts": true })))
            .await
            .ok();
        assert_fields(&again, &json!({ "added": 0, "known": 3, "id": null }));
        let items = client.own("GET", "/open-items?status=open", Value::Null).await.ok();
        let found: Vec<_> = items["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                (
                    text(&item["number"]),
                    text(&item["kind"]),
                    text(&item["open_amount"]),
                    item["contact_id"].is_string(),
                )
            })
            .collect();
        for expected in [
            ("R-1", "invoice", "100.00"),
            ("R-2", "invoice", "50.00"),
            ("B-9", "bill", "30.00"),
        ] {
            let (number, kind, open) = expected;
            assert!(
                found.contains(&(number.into(), kind.into(), open.into(), true)),
                "{expected:?} in {found:?}"
            );
        }
        let twice = "Number,Date,Amount\nR-5,2024-01-05,1.00\nR-5,2024-01-05,2.00\n";
        let refused = json!({ "kind": "open_items", "file_name": "o.csv", "content": twice });
        let refused = client
            .own("POST", "/imports", refused)
            .await
            .refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("o.csv:3: the number \"R-5\""),
            "{refused}"
        );
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn random_payments_agree_with_the_ledger(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let discounts = client.account("4900", "revenue").await;
        let mut dice = Dice(7);
        let mut items: Vec<(String, i64, i64)> = Vec::new();
        let mut payments: Vec<(String, Vec<(usize, i64)>)> = Vec::new();
        for step in 0..60 {
            match dice.below(4) {
                0 => {
                    let amount = 1 + dice.below(5000) as i64;
                    let made = client.item(invoice(&format!("R-{step}"), &print(amount), &sales)).await;
                    items.push((text(&made["id"]), amount, 0));
                }
                1 | 2 if !items.is_empty() => {
                    let mut parts = Vec::new();
                    for (number, item) in items.iter_mut().enumerate().filter(|(_, item)| item.1 > item.2).take(3) {
                        let open = item.1 - item.2;
                        let settles = 1 + dice.below(open as usize) as i64;
                        let discount = dice.below(settles as usize) as i64 / 10;
                        parts.push((
                            number,
                            settles,
                            json!({ "open_item_id": item.0,
                            "amount": print(settles - discount), "discount": print(discount) }),
                        ));
                    }
                    if parts.is_empty() {
                        continue;
                    }
                    let bodies: Vec<_> = parts.iter().map(|part| part.2.clone()).collect();
                    let body = json!({ "account_id": bank, "date": "2024-02-01", "items": bodies,
                        "discount_account_id": discounts });
                    let paid = client.pay(body).await.ok();
                    for (number, settles, _) in &parts {
                        items[*number].2 += settles;
                    }
                    let settled = parts.iter().map(|(number, settles, _)| (*number, *settles)).collect();
                    payments.push((text(&paid["transaction"]["id"]), settled));
                }
                _ if !payments.is_empty() => {
                    let (transaction, settled) = payments.swap_remove(dice.below(payments.len()));
                    client
                        .post(&format!("/transactions/{transaction}/reverse"), json!({}))
                        .await;
                    for (number, settles) in &settled {
                        items[*number].2 -= settles;
                    }
                }
                _ => {}
            }
            let open: i64 = items.iter().map(|item| item.1 - item.2).sum();
            if !items.is_empty() {
                assert_eq!(
                    client.books().await["1100-AR"],
                    print(open).as_str(),
                    "after step {step}"
                );
            }
        }
        for (id, amount, settled) in &items {
            assert_eq!(client.open_amount(&json!(id)).await, print(amount - settled));
        }
        assert!(items.len() > 5 && !payments.is_empty(), "the history reached something");
        client.assert_chains_are_intact().await;
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound.max(1)
    }
}

fn print(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

//! Accounts, transactions, transfers, currencies, drafts, reports, events.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Unbalanced, empty, closed, unknown: each refused with its reason.
    what_does_not_balance_is_refused;
    /// Pending has no effect; posted is final; a reversal undoes it.
    a_transaction_lives_from_pending_to_reversed;
    /// Two transactions through cash in transit, which comes back to zero.
    a_transfer_is_two_transactions;
    /// Base amounts by rate, by hand, or missing.
    currencies_are_converted;
    /// Accounts can be changed, and deleted only when unused.
    accounts_are_changed_and_deleted;
    /// Trial balance, balance sheet and income statement agree.
    reports_agree;
    /// A draft is tried, approved once, or rejected.
    drafts_wait_for_approval;
    /// Every change is an event; a changed event breaks the chain.
    the_chain_shows_every_change;
    /// One leg alone would leave money in transit for ever.
    reversing_a_transfer_reverses_both_of_its_transactions;
    /// Contacts and currencies.
    contacts_and_currencies;
}

/// Entries of account, side and amount.
pub(crate) fn entries(list: &[(&str, &str, &str)]) -> Value {
    list.iter()
        .map(|(account, side, amount)| json!({ "account_id": account, "entry_type": side, "amount": amount }))
        .collect()
}

mod bodies {
    use super::*;

    pub(super) async fn what_does_not_balance_is_refused(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let post = async |list: Value, date: &str| {
            let body = json!({ "description": "x", "transaction_date": date, "entries": list });
            client.call("POST", "/transactions", body).await
        };
        let off = entries(&[(&bank, "debit", "10.00"), (&sales, "credit", "9.99")]);
        let error = post(off, "2024-01-01")
            .await
            .refused(400, "transaction_does_not_balance");
        assert_fields(
            &error["details"],
            &json!({ "total_debits": "10.00", "total_credits": "9.99", "difference": "0.01" }),
        );
        let one = entries(&[(&bank, "debit", "10.00")]);
        post(one, "2024-01-01").await.refused(400, "invalid_request");
        let zero = entries(&[(&bank, "debit", "0"), (&sales, "credit", "0")]);
        post(zero, "2024-01-01").await.refused(400, "invalid_request");
        let side = entries(&[(&bank, "left", "1"), (&sales, "credit", "1")]);
        post(side, "2024-01-01").await.refused(400, "invalid_request");
        let unknown = entries(&[(&bank, "debit", "1"), ("act_00000000000000000000000000", "credit", "1")]);
        post(unknown, "2024-01-01").await.refused(404, "resource_not_found");
        let organization = format!("/organizations/{}", client.organization);
        client
            .send(
                "PUT",
                &organization,
                json!({ "books_closed_through": "2023-12-31" }),
                &[],
            )
            .await
            .ok();
        let good = entries(&[(&bank, "debit", "1"), (&sales, "credit", "1")]);
        post(good.clone(), "2023-12-31").await.refused(422, "books_closed");
        assert_eq!(
            client.get("/transactions").await["total_count"],
            0,
            "nothing of it was kept"
        );
        post(good, "2024-01-01").await.ok();
        assert_eq!(client.get(&format!("/accounts/{bank}/balance")).await["amount"], "1.00");
    }

    pub(super) async fn a_transaction_lives_from_pending_to_reversed(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let body = json!({ "description": "sale", "transaction_date": "2024-01-05", "status": "pending",
            "type": "income", "metadata": { "a": 1 },
            "entries": entries(&[(&bank, "debit", "10.00"), (&sales, "credit", "10.00")]) });
        let pending = client.post("/transactions", body).await;
        assert_fields(
            &pending,
            &json!({ "status": "pending", "type": "income", "metadata": { "a": 1 },
            "posting_date": null, "total_debits": "10.00", "currency_id": "cur_usd" }),
        );
        let path = format!("/transactions/{}", text(&pending["id"]));
        let balance = format!("/accounts/{bank}/balance?as_of=2024-01-31");
        assert_eq!(client.get(&balance).await["amount"], "0.00");
        let more = json!({ "entries": entries(&[(&bank, "debit", "12.00"), (&sales, "credit", "12.00")]) });
        assert_eq!(client.call("PUT", &path, more.clone()).await.ok()["amount"], "12.00");
        let posted = client.post(&format!("{path}/post"), Value::Null).await;
        assert_fields(
            &posted,
            &json!({ "id": pending["id"], "status": "posted", "posting_date": "2024-01-05" }),
        );
        assert_eq!(client.get(&balance).await["amount"], "12.00");
        client.call("PUT", &path, more).await.refused(422, "transaction_posted");
        client
            .call("DELETE", &path, Value::Null)
            .await
            .refused(422, "transaction_posted");
        client
            .call("POST", &format!("{path}/post"), Value::Null)
            .await
            .refused(422, "transaction_not_pending");
        let reversal = client
            .post(&format!("{path}/reverse"), json!({ "reversal_date": "2024-02-01" }))
            .await;
        assert_fields(
            &reversal,
            &json!({ "transaction_date": "2024-02-01", "status": "posted",
            "reverses_transaction_id": pending["id"] }),
        );
        assert_eq!(reversal["entries"][0]["entry_type"], "credit");
        assert_eq!(
            client.get(&balance).await["amount"],
            "12.00",
            "both count, each on its day"
        );
        assert_eq!(
            client.get(&format!("/accounts/{bank}/balance?as_of=2024-02-01")).await["amount"],
            "0.00"
        );
        assert_eq!(
            client.get(&format!("/accounts/{bank}/transactions")).await["total_count"],
            2
        );
        assert_eq!(
            client.get("/transactions?status=reversed").await["data"][0]["id"],
            pending["id"]
        );
        assert_eq!(client.get("/transactions?from_date=2024-01-06").await["total_count"], 1);
    }

    pub(super) async fn a_transfer_is_two_transactions(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, cash) = (
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        );
        let body = json!({ "from_account_id": bank, "to_account_id": cash, "amount": 100.5,
            "transferred_at": "2024-01-05", "description": "till" });
        let made = client.post("/transfers", body).await;
        assert_fields(&made, &json!({ "amount": "100.50", "currency_rate": "1.00000000" }));
        assert_ne!(made["expense_transaction_id"], made["income_transaction_id"]);
        let trial = client.get("/reports/trial-balance?as_of=2024-01-05").await;
        let of = |code: &str| {
            trial["accounts"]
                .as_array()
                .unwrap()
                .iter()
                .find(|row| row["code"] == code)
                .unwrap()["balance"]
                .clone()
        };
        assert_eq!(
            (of("1000"), of("1010"), of("1099-TRANSIT")),
            (json!("-100.50"), json!("100.50"), json!("0.00"))
        );
        let same =
            json!({ "from_account_id": bank, "to_account_id": bank, "amount": "1", "transferred_at": "2024-01-05" });
        client
            .call("POST", "/transfers", same)
            .await
            .refused(400, "invalid_request");
        let seen = client.get("/transfers").await;
        assert_eq!(
            seen["data"][0],
            client.get(&format!("/transfers/{}", text(&made["id"]))).await
        );
    }

    pub(super) async fn currencies_are_converted(test: TestDatabase) {
        let client = Client::new(test).await;
        let body = json!({ "code": "1001", "name": "Euro", "account_type": "asset", "currency": "EUR" });
        let euro = text(&client.post("/accounts", body).await["id"]);
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let post = async |list: Value| {
            let body = json!({ "description": "x", "transaction_date": "2024-01-05", "entries": list });
            client.call("POST", "/transactions", body).await
        };
        let invoice = json!([{ "account_id": euro, "entry_type": "debit", "amount": "100.00" },
            { "account_id": sales, "entry_type": "credit", "amount": "100.00", "currency_id": "CUR_EUR" }]);
        let missing = post(invoice.clone()).await.refused(422, "exchange_rate_missing");
        assert_eq!(missing["details"]["entry"], "entries[0]", "{missing}");
        let rate =
            json!({ "from_currency": "EUR", "to_currency": "USD", "rate": "1.085", "effective_date": "2024-01-01" });
        let rate = client.send("POST", "/exchange-rates", rate, &[]).await.ok();
        assert_fields(&rate, &json!({ "rate": "1.08500000", "source": "manual" }));
        let found = client
            .send("GET", "/exchange-rates?from_currency=EUR", Value::Null, &[])
            .await
            .ok();
        assert_eq!(found["data"][0], rate);
        // Set again it is another; its event says what it was, as the rate itself is printed.
        for (value, before) in [("1.09", json!("1.08500000")), ("1.085", json!("1.09000000"))] {
            let other =
                json!({ "from_currency": "EUR", "to_currency": "USD", "rate": value, "effective_date": "2024-01-01" });
            let set = client.send("POST", "/exchange-rates", other, &[]).await.ok();
            assert_eq!(set["id"], rate["id"]);
            let path = format!("/events/exchange_rate/{}", text(&rate["id"]));
            let events = client.send("GET", &path, Value::Null, &[]).await.ok();
            let metadata = &events["data"][0]["metadata"];
            assert_eq!(
                (&metadata["before"]["rate"], &metadata["after"]["rate"]),
                (&before, &set["rate"])
            );
        }
        let entered = post(invoice).await.ok();
        assert_fields(
            &entered["entries"][0],
            &json!({ "amount": "100.00", "currency_id": "cur_eur",
            "base_amount": "108.50" }),
        );
        let sold = json!([{ "account_id": bank, "entry_type": "debit", "amount": "54.00" },
            { "account_id": euro, "entry_type": "credit", "amount": "50.00", "base_amount": "54.00" }]);
        post(sold).await.ok();
        let wrong = json!([{ "account_id": euro, "entry_type": "debit", "amount": "1", "currency_id": "GBP" },
            { "account_id": sales, "entry_type": "credit", "amount": "1" }]);
        let refused = post(wrong).await.refused(400, "invalid_request");
        let fields = refused["details"]["fields"].as_object().unwrap();
        assert_eq!(
            fields.keys().collect::<Vec<_>>(),
            ["entries[0].currency_id"],
            "as this face calls it"
        );
        let balance = client.get(&format!("/accounts/{euro}/balance")).await;
        assert_fields(&balance, &json!({ "amount": "50.00", "formatted": "€50.00" }));
        let found = client.reconcile(&euro, "2024-01-31", "50.00").await.ok();
        assert_fields(
            &found,
            &json!({ "currency": "EUR", "difference": "0.00", "total_entries": 2 }),
        );
        // What one side says of base currency, the other follows; two that contradict are refused.
        let entry = |side: &str, amount: &str, said: Value| {
            let mut entry = json!({ "account_id": euro, "entry_type": side, "amount": amount });
            for (field, value) in said.as_object().into_iter().flatten() {
                entry[field] = value.clone();
            }
            entry
        };
        for said in [json!({ "exchange_rate": "1.2" }), json!({ "base_amount": "12.00" })] {
            let parts = [entry("credit", "6.00", json!({})), entry("credit", "4.00", json!({}))];
            let made = post(json!([entry("debit", "10.00", said), parts[0], parts[1]]))
                .await
                .ok();
            for (place, base) in ["12.00", "7.20", "4.80"].iter().enumerate() {
                assert_fields(&made["entries"][place], &json!({ "base_amount": base }));
            }
        }
        let far = json!([
            entry("debit", "10.00", json!({ "base_amount": "0.01" })),
            entry("credit", "6.00", json!({ "exchange_rate": "1.1" })),
            entry("credit", "4.00", json!({}))
        ]);
        post(far).await.refused(400, "transaction_does_not_balance");
        let both = json!([
            entry(
                "debit",
                "10.00",
                json!({ "base_amount": "13.00", "exchange_rate": "1.2" })
            ),
            entry("credit", "10.00", json!({}))
        ]);
        let both = post(both).await.refused(400, "invalid_request");
        assert!(
            both["details"]["fields"]["entries[0].exchange_rate"].is_string(),
            "{both}"
        );
    }

    pub(super) async fn accounts_are_changed_and_deleted(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let twice = json!({ "code": "1000", "name": "Again", "account_type": "asset" });
        client
            .call("POST", "/accounts", twice)
            .await
            .refused(400, "invalid_request");
        let wrong = json!({ "code": "9", "name": "X", "account_type": "moon" });
        client
            .call("POST", "/accounts", wrong)
            .await
            .refused(400, "invalid_request");
        let path = format!("/accounts/{bank}");
        let renamed = client
            .call("PUT", &path, json!({ "name": "Checking", "description": null }))
            .await
            .ok();
        assert_fields(
            &renamed,
            &json!({ "name": "Checking", "code": "1000", "type": "asset", "object": "account" }),
        );
        client.book((&bank, &sales), "2024-01-01", "1").await;
        client
            .call("DELETE", &path, Value::Null)
            .await
            .refused(422, "account_in_use");
        client.call("PUT", &path, json!({ "status": "archived" })).await.ok();
        let body = json!({ "description": "x", "transaction_date": "2024-01-02",
            "entries": entries(&[(&bank, "debit", "1"), (&sales, "credit", "1")]) });
        client
            .call("POST", "/transactions", body)
            .await
            .refused(422, "account_archived");
        let unused = client.account("5", "expense").await;
        client
            .call("DELETE", &format!("/accounts/{unused}"), Value::Null)
            .await
            .ok();
        client
            .call("GET", &format!("/accounts/{unused}"), Value::Null)
            .await
            .refused(404, "resource_not_found");
        assert_eq!(client.get("/accounts?account_type=asset").await["total_count"], 1);
    }

    pub(super) async fn reports_agree(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let capital = client.account("3000", "equity").await;
        let sales = client.account("4000", "revenue").await;
        let rent = client.account("6000", "expense").await;
        client.book((&bank, &capital), "2023-06-01", "1000.00").await;
        client.book((&bank, &sales), "2023-07-01", "300.00").await;
        client.book((&bank, &sales), "2024-01-05", "200.00").await;
        client.book((&rent, &bank), "2024-01-31", "120.00").await;
        let trial = client.get("/reports/trial-balance?as_of=2024-01-31").await;
        assert_fields(
            &trial["totals"],
            &json!({ "assets": "1380.00", "equity": "1000.00", "revenue": "500.00",
            "expenses": "120.00", "is_balanced": true, "total_debits": "1500.00" }),
        );
        let sheet = client.get("/reports/balance-sheet?as_of=2024-01-31").await;
        assert_fields(
            &sheet,
            &json!({ "total_assets": "1380.00", "total_equity": "1380.00", "is_balanced": true,
            "current_earnings": "380.00" }),
        );
        let year = client.get("/reports/income-statement?to_date=2024-01-31").await;
        assert_fields(
            &year,
            &json!({ "from_date": "2024-01-01", "total_revenue": "200.00", "net_income": "80.00" }),
        );
        let before = client.get("/reports/trial-balance?as_of=2023-06-30").await;
        assert_eq!(before["totals"]["assets"], "1000.00");
    }

    pub(super) async fn drafts_wait_for_approval(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let draft = async |amount: &str| {
            let payload = json!({ "description": "by an agent", "transaction_date": "2024-01-05",
                "entries": entries(&[(&bank, "debit", amount), (&sales, "credit", "5.00")]) });
            client
                .post(
                    "/drafts",
                    json!({ "operation": "create_transaction", "payload": payload }),
                )
                .await
        };
        let wrong = format!("/drafts/{}", text(&draft("4.00").await["id"]));
        let tried = client.post(&format!("{wrong}/validate"), Value::Null).await;
        assert_eq!(tried["valid"], false);
        client
            .call("POST", &format!("{wrong}/approve"), Value::Null)
            .await
            .refused(400, "transaction_does_not_balance");
        let rejected = client.post(&format!("{wrong}/reject"), json!({ "reason": "no" })).await;
        assert_fields(&rejected, &json!({ "status": "rejected", "reason": "no" }));
        client
            .call("POST", &format!("{wrong}/approve"), Value::Null)
            .await
            .refused(422, "draft_not_pending");
        for payload in [json!([]), json!("text"), json!(5), Value::Null] {
            client
                .call(
                    "POST",
                    "/drafts",
                    json!({ "operation": "create_transaction", "payload": payload }),
                )
                .await
                .refused(400, "invalid_request");
        }
        let entry = json!({ "account_id": bank, "entry_type": "debit", "amount": 7, "description": 7 });
        for (payload, said) in [
            (
                json!({ "entries": [] }),
                "description: is required; transaction_date: is required",
            ),
            (
                json!({ "description": "x", "transaction_date": "2024-01-05", "entries": [entry] }),
                "entries[0].description: invalid type: integer `7`, expected a string",
            ),
        ] {
            let draft = json!({ "operation": "create_transaction", "payload": payload });
            let draft = format!("/drafts/{}", text(&client.post("/drafts", draft).await["id"]));
            let tried = client.post(&format!("{draft}/validate"), Value::Null).await;
            assert!(text(&tried["errors"][0]).starts_with(said), "{tried}");
            let refused = client.call("POST", &format!("{draft}/approve"), Value::Null).await;
            assert!(text(&refused.refused(400, "invalid_request")["message"]).starts_with(said));
        }
        let good = format!("/drafts/{}", text(&draft("5.00").await["id"]));
        let tried = client.post(&format!("{good}/validate"), Value::Null).await;
        assert_eq!(tried, json!({ "valid": true, "errors": [] }));
        assert_eq!(
            client.get("/transactions").await["total_count"],
            0,
            "trying does nothing"
        );
        let approved = client.post(&format!("{good}/approve"), Value::Null).await;
        let made = client
            .get(&format!("/transactions/{}", text(&approved["result_id"])))
            .await;
        assert_eq!(made["status"], "posted");
        client
            .call("POST", &format!("{good}/approve"), Value::Null)
            .await
            .refused(422, "draft_not_pending");
        assert_eq!(
            client.get("/transactions").await["total_count"],
            1,
            "a second approval does nothing"
        );
    }

    pub(super) async fn the_chain_shows_every_change(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let made = client.book((&bank, &sales), "2024-01-01", "1").await;
        let seen = client.get("/events?event_type=transaction.created").await;
        assert_fields(
            &seen["data"][0],
            &json!({ "entity_id": made["id"], "entity_type": "transaction",
            "object": "event", "user_id": made["created_by"] }),
        );
        let same = client
            .send(
                "GET",
                &format!("/events/transaction/{}", text(&made["id"])),
                Value::Null,
                &[],
            )
            .await
            .ok();
        assert_eq!(same["data"], seen["data"]);
        assert_eq!(client.get("/events?from_date=2030-01-01").await["total_count"], 0);
        assert_eq!(client.get("/events?to_date=2024-02-01").await["total_count"], 5);
        client.assert_chains_are_intact().await;
        let kept = client.app.verify_chains(Vec::new()).await.unwrap();
        let sql = "UPDATE event SET description = 'nothing happened' WHERE event_type = 'transaction.created'";
        assert!(tieout_testdb::tamper(&client.test.database, sql).await > 0);
        let found = client.app.verify_chains(Vec::new()).await.unwrap();
        assert_ne!(kept, found);
        assert_eq!(found[0].1.as_ref().unwrap_err().seq, 5);
    }

    pub(super) async fn reversing_a_transfer_reverses_both_of_its_transactions(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, savings) = (
            client.account("1000", "asset").await,
            client.account("1010", "asset").await,
        );
        let body = json!({ "from_account_id": bank, "to_account_id": savings, "amount": "30.00",
            "transferred_at": "2024-01-05" });
        for leg in ["income_transaction_id", "expense_transaction_id"] {
            let made = client.post("/transfers", body.clone()).await;
            assert_eq!(made["status"], "posted");
            let path = format!("/transfers/{}", text(&made["id"]));
            let reversal = client
                .post(&format!("/transactions/{}/reverse", text(&made[leg])), json!({}))
                .await;
            assert_eq!(client.get(&path).await["status"], "reversed", "{leg}");
            let trial = client.get("/reports/trial-balance").await;
            for account in trial["accounts"].as_array().unwrap() {
                assert_eq!(account["balance"], "0.00", "{account}");
            }
            for id in [&made["income_transaction_id"], &made["expense_transaction_id"]] {
                let again = format!("/transactions/{}/reverse", text(id));
                let again = client.call("POST", &again, json!({})).await;
                again.refused(422, "transaction_not_posted");
            }
            let undone = format!("/transactions/{}/reverse", text(&reversal["id"]));
            let undone = client.call("POST", &undone, json!({})).await;
            undone.refused(422, "reversal_undid_transfer");
        }
    }

    pub(super) async fn contacts_and_currencies(test: TestDatabase) {
        let client = Client::new(test).await;
        let body = json!({ "contact_type": "vendor", "name": "Halpin", "email": "a@example.com", "country": "IE" });
        let made = client.post("/contacts", body).await;
        let path = format!("/contacts/{}", text(&made["id"]));
        let changed = client
            .call("PUT", &path, json!({ "phone": "1", "email": null }))
            .await
            .ok();
        assert_fields(
            &changed,
            &json!({ "name": "Halpin", "phone": "1", "email": null, "country": "IE",
            "enabled": true, "object": "contact" }),
        );
        client
            .call("POST", "/contacts", json!({ "name": "x" }))
            .await
            .refused(400, "invalid_request");
        assert_eq!(client.get("/contacts?contact_type=customer").await["total_count"], 0);
        client.call("DELETE", &path, Value::Null).await.ok();
        for (given, kept) in [("at", Some("AT")), ("Austria", None), ("ZZ", None), ("A", None)] {
            let body = json!({ "contact_type": "vendor", "name": "x", "country": given });
            let answer = client.call("POST", "/contacts", body).await;
            match kept {
                Some(kept) => assert_eq!(answer.ok()["country"], kept),
                None => assert!(answer.refused(400, "invalid_request")["details"]["fields"]["country"].is_string()),
            }
        }
        client
            .call("GET", "/contacts?contact_type=x", Value::Null)
            .await
            .refused(400, "invalid_request");
        let yen = client.send("GET", "/currencies/CUR_JPY", Value::Null, &[]).await.ok();
        assert_fields(&yen, &json!({ "id": "cur_jpy", "code": "JPY", "decimal_places": 0 }));
        let page = client
            .send("GET", "/currencies?limit=2&offset=1", Value::Null, &[])
            .await
            .ok();
        assert_eq!(page["data"][0]["code"], "AFN");
    }
}

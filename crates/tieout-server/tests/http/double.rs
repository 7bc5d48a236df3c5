//! What would count twice, or pay without money, is refused by name.

use crate::client::{Answer, Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// The last or the first transaction of a journal that got another date is noticed, yearly files are left alone.
    a_transaction_with_another_date_is_not_booked_twice;
    /// A changed row of a table is noticed, another part of the account is taken.
    a_changed_row_of_a_table_is_not_booked_twice;
    /// What the books would refuse is refused in the plan, with its line.
    limits_are_named_by_line;
    /// A ledger's own export says what each entry was booked at: that counts, not the rate stored here.
    base_amounts_of_a_ledger_are_taken;
    /// The credit of a reversal brings no money.
    a_reversal_pays_nothing;
    /// An entry at another rate would leave the difference standing for ever.
    an_entry_at_another_rate_is_refused;
    /// Sums that do not fit are refused, each amount by itself fits.
    a_sum_that_does_not_fit_is_refused;
    /// Who may only keep items must not post.
    posting_needs_its_own_permission;
    /// Credits in a list of items are no invoices.
    signs_of_open_amounts_count;
    /// A bill is known again when its vendor has become a contact.
    bills_are_known_whoever_their_vendor_is;
}

fn sale(date: &str, text: &str) -> String {
    format!("\n{date} * \"{text}\"\n  Assets:Bank  10.00 USD\n  Income:Sales\n")
}

impl Client {
    async fn take(&self, name: &str, content: &str, more: Value) -> Answer {
        let mut body = json!({ "file_name": name, "content": content, "create_accounts": true });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.own("POST", "/imports", body).await
    }

    async fn with_key(&self, permissions: Value, path: &str, body: Value) -> Answer {
        let key = json!({ "name": "some", "permissions": permissions });
        let bearer = format!("Bearer {}", text(&self.post("/api-keys", key).await["key"]));
        let path = format!("/v1/organizations/{}{path}", self.organization);
        self.raw("POST", &path, body, &[("authorization", &bearer)]).await
    }
}

#[track_caller]
fn problems(answer: Answer) -> String {
    text(&answer.refused(422, "import_refused")["details"]["problems"])
}

mod bodies {
    use super::*;

    pub(super) async fn a_transaction_with_another_date_is_not_booked_twice(test: TestDatabase) {
        let client = Client::new(test).await;
        let open = "2024-01-01 open Assets:Bank USD\n2024-01-01 open Income:Sales\n";
        let first = format!("{open}{}{}", sale("2024-01-05", "one"), sale("2024-01-10", "two"));
        client.take("main.beancount", &first, json!({})).await.ok();
        // Each import brings one; the last one is alone in its import.
        let second = format!("{first}{}", sale("2024-01-20", "three"));
        assert_fields(
            &client.take("main.beancount", &second, json!({})).await.ok(),
            &json!({ "added": 1 }),
        );
        let moved = format!("{first}{}", sale("2024-01-07", "three"));
        let said = problems(client.take("main.beancount", &moved, json!({})).await);
        assert!(
            said.contains("the same was imported before with the date 2024-01-20")
                && said.contains("main.beancount:13"),
            "{said}"
        );
        let moved = second.replace("2024-01-05", "2024-01-12");
        let said = problems(client.take("main.beancount", &moved, json!({})).await);
        assert!(said.contains("with the date 2024-01-05"), "{said}");
        assert_eq!(client.get("/transactions").await["total_count"], 3, "nothing was taken");
        // Taking what fits leaves it out as well.
        let moved = format!("{second}{}", sale("2024-01-21", "four")).replace("2024-01-05", "2024-01-12");
        let done = client
            .take("main.beancount", &moved, json!({ "take_what_fits": true }))
            .await
            .ok();
        assert_fields(&done, &json!({ "added": 1, "refused": 1 }));
        // The next year's file says the same things, shares the source, and is another journal.
        let next = format!("{open}{}{}", sale("2025-01-05", "one"), sale("2025-01-10", "two"));
        assert_fields(
            &client.take("2025.beancount", &next, json!({})).await.ok(),
            &json!({ "added": 2 }),
        );
        // The year before once more, with what was forgotten.
        let late = format!("{moved}{}", sale("2024-01-22", "late")).replace("2024-01-12", "2024-01-05");
        assert_fields(
            &client.take("main.beancount", &late, json!({})).await.ok(),
            &json!({ "added": 1 }),
        );
    }

    pub(super) async fn a_changed_row_of_a_table_is_not_booked_twice(test: TestDatabase) {
        let client = Client::new(test).await;
        client.account("1000", "asset").await;
        client.account("4000", "revenue").await;
        let bank = json!({ "account": "1000", "create_accounts": false });
        let head = "Date,Description,Amount,Contra account\n";
        let table =
            format!("{head}2024-01-05,Sale,100.00,4000\n2024-01-06,More,40.00,4000\n2024-01-31,Last,1.00,4000\n");
        client.take("bank.csv", &table, bank.clone()).await.ok();
        let edited = table.replace("More", "Still more");
        let said = problems(client.take("bank.csv", &edited, bank.clone()).await);
        assert!(said.contains("2024-01-06 \"More\""), "{said}");
        let moved = table.replace("2024-01-31", "2024-01-30");
        let said = problems(client.take("bank.csv", &moved, bank.clone()).await);
        assert!(said.contains("with the date 2024-01-31"), "{said}");
        let other = format!("{head}2024-01-07,Withdrawn,-5.00,4000\n");
        assert_fields(
            &client.take("out.csv", &other, bank.clone()).await.ok(),
            &json!({ "added": 1 }),
        );
        let rolling = format!("{head}2024-01-31,Last,1.00,4000\n2024-02-05,Sale,100.00,4000\n");
        assert_fields(
            &client.take("bank.csv", &rolling, bank).await.ok(),
            &json!({ "added": 1, "known": 1 }),
        );
    }

    pub(super) async fn limits_are_named_by_line(test: TestDatabase) {
        let client = Client::new(test).await;
        let name = format!("Assets:{}", "X".repeat(260));
        let long = format!("2024-01-01 open {name}\n2024-01-05 * \"a\"\n  {name}  1.00 USD\n  Income:Sales\n");
        let said = problems(client.take("long.beancount", &long, json!({})).await);
        assert!(
            said.contains("long.beancount:3") && said.contains("255 characters"),
            "{said}"
        );
        let mut many = "2024-01-05 * \"many\"\n".to_owned();
        many.push_str(&"  Assets:Bank  1.00 USD\n".repeat(10_000));
        many.push_str("  Income:Sales\n");
        let said = problems(client.take("many.beancount", &many, json!({})).await);
        assert!(said.contains("many.beancount:2: it has 10001 postings"), "{said}");
        let chart = format!("code,name,type\n{},Long,asset\n", "9".repeat(256));
        let said = problems(client.take("chart.csv", &chart, json!({ "kind": "chart" })).await);
        assert!(said.contains("chart.csv:2: code: has more than 255"), "{said}");
        let items = format!(
            "Number,Date,Amount\n{},2024-01-05,1.00\nR-2,2024-01-05,0.00\n",
            "9".repeat(256)
        );
        let said = problems(client.take("items.csv", &items, json!({ "kind": "open_items" })).await);
        assert!(said.contains("items.csv:2: its number has more than 255"), "{said}");
    }

    pub(super) async fn base_amounts_of_a_ledger_are_taken(test: TestDatabase) {
        let client = Client::new(test).await;
        client.account("1000", "asset").await;
        client.account("4000", "revenue").await;
        let rate =
            json!({ "from_currency": "EUR", "to_currency": "USD", "rate": "1.10", "effective_date": "2024-01-01" });
        client.send("POST", "/exchange-rates", rate, &[]).await.ok();
        let entry = |id: &str, account: &str, side: &str| {
            json!({ "id": id, "transaction_id": "txn_1", "account_id": account, "entry_type": side, "amount": "100.00",
                "currency_id": "cur_eur", "base_amount": "120.00" })
        };
        let account = |id: &str, code: &str, kind: &str| json!({ "id": id, "object": "account", "code": code, "name": code, "account_type": kind });
        let file = json!({
            "organization": { "id": "org_1", "object": "organization", "name": "A", "base_currency": { "code": "USD" } },
            "accounts": [account("act_1", "1000", "asset"), account("act_2", "4000", "revenue")],
            "transactions": [{ "id": "txn_1", "object": "transaction", "description": "Sale", "status": "posted",
                "transaction_date": "2024-01-05", "total_debits": "120.00", "total_credits": "120.00" }],
            "lines": [entry("ent_1", "act_1", "debit"), entry("ent_2", "act_2", "credit")] });
        let done = client.take("crane.json", &file.to_string(), json!({})).await.ok();
        assert_fields(&done, &json!({ "added": 1, "refused": 0 }));
        let trial = client.get("/reports/trial-balance?as_of=2024-01-31").await;
        let rows = trial["accounts"].as_array().unwrap();
        let bank = rows.iter().find(|row| row["code"] == "1000").unwrap();
        assert_eq!(bank["balance"], "120.00", "{trial}");
    }

    pub(super) async fn a_reversal_pays_nothing(test: TestDatabase) {
        let client = Client::new(test).await;
        let sales = client.account("4000", "revenue").await;
        let item = json!({ "kind": "invoice", "number": "R-1", "issue_date": "2024-01-10",
            "entries": [{ "account_id": sales, "amount": "-100.00" }] });
        let item = client.own("POST", "/open-items", item).await.ok();
        let receivable = text(&item["account_id"]);
        let other = client.book((&receivable, &sales), "2024-01-11", "100.00").await;
        let path = format!("/transactions/{}/reverse", text(&other["id"]));
        client.post(&path, json!({})).await;
        let all = client.get("/transactions").await;
        let reversal = all["data"].as_array().unwrap().iter().find(|one| {
            let entries = one["entries"].as_array().unwrap();
            entries
                .iter()
                .any(|entry| entry["account_id"] == *receivable && entry["entry_type"] == "credit")
        });
        let entries = reversal.expect("the reversal")["entries"].as_array().unwrap();
        let credit = entries.iter().find(|entry| entry["account_id"] == *receivable).unwrap();
        let body = json!({ "entry_id": credit["id"], "items": [{ "open_item_id": item["id"] }] });
        client
            .own("POST", "/item-payments/apply", body)
            .await
            .refused(422, "entry_is_reversal");
    }

    pub(super) async fn an_entry_at_another_rate_is_refused(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let rate = |day: &str, rate: &str| json!({ "from_currency": "EUR", "to_currency": "USD", "rate": rate, "effective_date": day });
        for (day, value) in [("2024-01-01", "1.10"), ("2024-01-15", "1.20")] {
            client.send("POST", "/exchange-rates", rate(day, value), &[]).await.ok();
        }
        let item = json!({ "kind": "invoice", "number": "R-1", "issue_date": "2024-01-10", "currency": "EUR",
            "entries": [{ "account_id": sales, "amount": "-100.00" }] });
        let item = client.own("POST", "/open-items", item).await.ok();
        let receivable = text(&item["account_id"]);
        let paid = async |date: &str| {
            let body = json!({ "description": "paid", "date": date, "entries": [
                { "account_id": bank, "amount": "100.00", "currency": "EUR" },
                { "account_id": receivable, "amount": "-100.00", "currency": "EUR" } ] });
            let booked = client.own("POST", "/transactions", body).await.ok();
            let entries = booked["entries"].as_array().unwrap();
            let entry = entries.iter().find(|entry| entry["account_id"] == *receivable);
            json!({ "entry_id": entry.unwrap()["id"], "items": [{ "open_item_id": item["id"] }] })
        };
        let error = client
            .own("POST", "/item-payments/apply", paid("2024-01-20").await)
            .await
            .refused(422, "exchange_difference");
        assert_fields(
            &error["details"],
            &json!({ "entry_base_amount": "120.00", "items_base_amount": "110.00" }),
        );
        client
            .own("POST", "/item-payments/apply", paid("2024-01-12").await)
            .await
            .ok();
    }

    pub(super) async fn a_sum_that_does_not_fit_is_refused(test: TestDatabase) {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let mut items = Vec::new();
        for number in ["R-1", "R-2"] {
            let item = json!({ "kind": "invoice", "number": number, "issue_date": "2024-01-10",
                "amount": "92233720368547758.07" });
            let item = client.own("POST", "/open-items", item).await.ok();
            items.push(json!({ "open_item_id": item["id"] }));
        }
        let pay = json!({ "account_id": bank, "date": "2024-01-20", "items": items });
        let error = client
            .own("POST", "/item-payments", pay)
            .await
            .refused(400, "invalid_request");
        assert!(text(&error["message"]).contains("the sum is too large"), "{error}");
    }

    pub(super) async fn posting_needs_its_own_permission(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = (
            client.account("1000", "asset").await,
            client.account("4000", "revenue").await,
        );
        let booked = json!({ "kind": "invoice", "number": "R-1", "issue_date": "2024-01-10",
            "entries": [{ "account_id": sales, "amount": "-100.00" }] });
        let item = client.own("POST", "/open-items", booked.clone()).await.ok();
        let items_only = || json!({ "open_items": ["read", "write"] });
        let pay = json!({ "account_id": bank, "date": "2024-01-20", "items": [{ "open_item_id": item["id"] }] });
        let void = format!("/open-items/{}/void", text(&item["id"]));
        for (path, body) in [("/open-items", &booked), ("/item-payments", &pay), (&void, &json!({}))] {
            let error = client
                .with_key(items_only(), path, body.clone())
                .await
                .refused(403, "insufficient_permissions");
            assert!(
                text(&error["message"]).contains("transactions:write"),
                "{path}: {error}"
            );
        }
        let kept = json!({ "kind": "invoice", "number": "R-2", "issue_date": "2024-01-10", "amount": "5.00" });
        client.with_key(items_only(), "/open-items", kept).await.ok();
        let both = json!({ "open_items": ["write"], "transactions": ["write"] });
        client.with_key(both, "/item-payments", pay).await.ok();
    }

    pub(super) async fn signs_of_open_amounts_count(test: TestDatabase) {
        let client = Client::new(test).await;
        let list = "Number,Date,Customer,Amount,Open amount\nR-1,2024-01-05,A,100.00,-20.00\nR-2,2024-01-05,A,100.00,20.00\n\
            B-1,2024-01-05,B,-50.00,10.00\n";
        let items = |more: Value| {
            let mut all = json!({ "kind": "open_items" });
            for (key, value) in more.as_object().unwrap() {
                all[key] = value.clone();
            }
            all
        };
        let said = problems(client.take("o.csv", list, items(json!({}))).await);
        assert!(
            said.contains("o.csv:2: its open amount has another sign") && said.contains("o.csv:4: its open"),
            "{said}"
        );
        let credits = "Number,Date,Amount\nR-1,2024-01-05,100.00\nC-1,2024-01-06,-30.00\n";
        let said = problems(
            client
                .take("o.csv", credits, items(json!({ "item_kind": "invoice" })))
                .await,
        );
        assert!(said.contains("o.csv:3: it is a credit"), "{said}");
        let said = problems(
            client
                .take("o.csv", credits, items(json!({ "item_kind": "bill" })))
                .await,
        );
        assert!(said.contains("o.csv: holds amounts of both signs"), "{said}");
        let bills = credits.replace("-30", "30");
        let done = client
            .take("o.csv", &bills, items(json!({ "item_kind": "bill" })))
            .await
            .ok();
        assert_fields(&done, &json!({ "added": 2 }));
    }

    pub(super) async fn bills_are_known_whoever_their_vendor_is(test: TestDatabase) {
        let client = Client::new(test).await;
        let list = "Number,Date,Vendor,Amount\n7,2024-01-05,Alpha,-10.00\n7,2024-01-06,Beta,-20.00\n";
        let take = async || client.take("b.csv", list, json!({ "kind": "open_items" })).await.ok();
        assert_fields(&take().await, &json!({ "added": 2, "known": 0 }));
        assert_fields(&take().await, &json!({ "added": 0, "known": 2 }));
        client
            .post("/contacts", json!({ "contact_type": "vendor", "name": "Alpha" }))
            .await;
        assert_fields(&take().await, &json!({ "added": 0, "known": 2 }));
        let more = json!({ "kind": "open_items", "create_contacts": true });
        let again = client.take("b.csv", list, more).await.ok();
        assert_fields(&again, &json!({ "added": 0, "known": 2 }));
    }
}

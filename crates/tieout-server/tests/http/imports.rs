//! Charts and transactions are imported once, whole, and from several kinds of books.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Where a file leaves its currency open, the account says it.
    the_account_says_the_currency_that_a_file_leaves_open;
    /// An account without a currency is kept in base currency, where that is written so.
    a_dollar_is_that_of_the_books;
    /// A second import of the same journal adds nothing, a longer one only what is new.
    a_journal_is_imported_once;
    /// Nothing of a file is taken if something cannot be, unless asked.
    what_cannot_be_taken_is_named_by_line;
    /// A row that two things are said of, or that its reader left out, is one row.
    rows_are_counted_and_not_what_is_said_of_them;
    /// A price becomes the amount in base currency.
    prices_become_base_amounts;
    /// A changed or removed transaction is noticed before it counts twice.
    changes_at_the_source_are_noticed;
    /// Rows name the other side, or go to the suspense account.
    a_table_of_one_account_is_imported;
    /// What can be read in two ways, and a day that does not exist, is never booked by a guess.
    nothing_is_booked_by_a_guess;
    /// Known codes stay, those above come first.
    a_chart_is_imported;
    /// Imported entries are in balances and in an open reconciliation like posted ones.
    imported_entries_count_everywhere;
}

const JOURNAL: &str = "\
2024-01-01 open Assets:Bank USD
2024-01-01 open Income:Sales
2024-01-01 open Expenses:Rent

2024-01-05 * \"Customer A\" \"Invoice 1\"
  Assets:Bank      100.00 USD
  Income:Sales

2024-01-06 * \"Coffee\"
  Assets:Bank       -3.50 USD
  Expenses:Rent

2024-01-06 * \"Coffee\"
  Assets:Bank       -3.50 USD
  Expenses:Rent
";

fn file(name: &str, content: &str, more: Value) -> Value {
    let mut body = json!({ "file_name": name, "content": content });
    if let Value::Object(more) = more {
        for (key, value) in more {
            body[key] = value;
        }
    }
    body
}

impl Client {
    async fn import(&self, body: Value) -> crate::client::Answer {
        let path = format!("/v1/organizations/{}/imports", self.organization);
        self.send("POST", &path, body, &[]).await
    }

    async fn balance(&self, code: &str) -> String {
        let accounts = self.get(&format!("/accounts?code={code}")).await;
        let found = accounts["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|account| account["code"] == code);
        let id = text(&found.unwrap_or_else(|| panic!("no account {code}: {accounts}"))["id"]);
        text(&self.get(&format!("/accounts/{id}/balance?as_of=2030-01-01")).await["amount"])
    }
}

mod bodies {
    use super::*;

    pub(super) async fn the_account_says_the_currency_that_a_file_leaves_open(test: TestDatabase) {
        let client = Client::new(test).await;
        let rate =
            json!({ "from_currency": "EUR", "to_currency": "USD", "rate": "1.10", "effective_date": "2024-01-01" });
        client.send("POST", "/exchange-rates", rate, &[]).await.ok();
        let account = json!({ "code": "1010", "name": "Euro account", "account_type": "asset", "currency": "EUR" });
        let bank = text(&client.post("/accounts", account).await["id"]);
        client.account("4000", "revenue").await;
        // Both sides of a row are one amount: in the currency of the account that the table lists.
        let table = json!({ "file_name": "bank.csv", "content": "date,description,amount\n2024-01-05,one,100.00\n",
            "account": "1010", "suspense_account": "4000" });
        client.own("POST", "/imports", table).await.ok();
        let booked = client.get(&format!("/accounts/{bank}/transactions")).await;
        for entry in booked["data"][0]["entries"].as_array().unwrap() {
            assert_fields(
                entry,
                &json!({ "amount": "100.00", "currency_id": "cur_eur", "base_amount": "110.00" }),
            );
        }
    }

    pub(super) async fn a_dollar_is_that_of_the_books(test: TestDatabase) {
        let client = Client::new(test).await;
        let practice = format!("/organizations/{}", client.organization);
        client
            .send("PUT", &practice, json!({ "base_currency_code": "CAD" }), &[])
            .await
            .ok();
        let content =
            "account Assets:Bank\naccount Income:Sales\n2024-01-05 one\n    Assets:Bank  $10.00\n    Income:Sales\n";
        let body = json!({ "file_name": "main.journal", "content": content, "create_accounts": true });
        let read = client.own("POST", "/imports", body).await.ok();
        assert!(read.to_string().contains("was read as CAD; if"), "{read}");
        let booked = client.get("/transactions").await;
        assert_fields(
            &booked["data"][0],
            &json!({ "currency_id": "cur_cad", "total_debits": "10.00" }),
        );
        assert_eq!(booked["data"][0]["entries"][0]["currency_id"], "cur_cad");
        // On an account that is kept in dollars of another country it is one of those, on both sides; of euro it is none.
        for (code, currency) in [("Assets:States", "CUR_USD"), ("Assets:Europe", "CUR_EUR")] {
            let account = json!({ "code": code, "name": code, "account_type": "asset", "currency_id": currency });
            client.post("/accounts", account).await;
        }
        let rate =
            json!({ "from_currency": "USD", "to_currency": "CAD", "rate": "1.36", "effective_date": "2024-01-01" });
        client.send("POST", "/exchange-rates", rate, &[]).await.ok();
        let journal = |bank: &str| {
            let content = format!(
                "account {bank}\naccount Income:Sales\n2024-01-06 two\n    Income:Sales  $-10.00\n    {bank}  $10.00\n"
            );
            json!({ "file_name": "main.journal", "content": content, "create_accounts": true })
        };
        let read = client.own("POST", "/imports", journal("Assets:States")).await.ok();
        assert!(read.to_string().contains("was read as USD; if"), "{read}");
        let booked = client.get("/transactions?sort=-transaction_date").await;
        let newest = booked["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["description"] == "two");
        let entries = newest.unwrap()["entries"].as_array().unwrap();
        assert!(
            entries.iter().all(|entry| entry["currency_id"] == "cur_usd"),
            "{newest:?}"
        );
        let refused = client.own("POST", "/imports", journal("Assets:Europe")).await;
        let text = refused.refused(422, "import_refused").to_string();
        assert!(
            text.contains("it posts CAD on an account that is kept in EUR"),
            "{text}"
        );
    }

    pub(super) async fn nothing_is_booked_by_a_guess(test: TestDatabase) {
        let client = Client::new(test).await;
        client.account("1000", "asset").await;
        client.account("9999", "asset").await;
        let table = |rows: &str, more: Value| {
            let mut body = file("t.csv", &format!("Date,Description,Amount\n{rows}"), more);
            body["account"] = "1000".into();
            body["suspense_account"] = "9999".into();
            body
        };
        for rows in ["2024-01-01,A,1.459\n", "2024-01-01,A,1.001\n2024-01-02,B,5\n"] {
            for more in [json!({}), json!({ "take_what_fits": true }), json!({ "dry_run": true })] {
                let refused = client.import(table(rows, more)).await.refused(400, "invalid_request");
                let why = text(&refused["details"]["fields"]["decimal_mark"]);
                assert!(why.contains("say which mark") && !why.contains("--"), "{why}");
            }
        }
        let refused = client.import(table("05/03/2024,A,1.00\n", json!({}))).await;
        let refused = refused.refused(400, "invalid_request");
        assert!(refused["details"]["fields"]["date_order"].is_string(), "{refused}");
        assert_eq!(client.balance("1000").await, "0.00");
        let said = json!({ "decimal_mark": ".", "dry_run": true });
        let report = client.import(table("2024-01-01,A,1.500\n", said)).await;
        assert_eq!(report.ok()["added"], 1);
        let said = json!({ "decimal_mark": ",", "source": "thousands" });
        client.import(table("2024-01-01,A,1.459\n", said)).await.ok();
        assert_eq!(client.balance("1000").await, "1459.00");
        let said = json!({ "date_order": "mdy", "source": "american" });
        let report = client.import(table("05/03/2024,A,1.00\n", said)).await.ok();
        assert_eq!(report["first_date"], "2024-05-03");
        let mapping = json!({ "mapping": "decimal_mark = \",\"\n", "source": "mapped" });
        client.import(table("2024-01-03,A,2.000\n", mapping)).await.ok();
        assert_eq!(client.balance("1000").await, "3460.00");
        client
            .import(table("2024-01-03,A,2.00\n", json!({ "mapping": "nonsense = 1\n" })))
            .await
            .refused(400, "invalid_request");
        // A day that does not exist is named by its line; what fits goes without it.
        let rows = "2024-04-01,A,1.00\n2024-02-30,B,7.00\n";
        let refused = client.import(table(rows, json!({ "source": "days" }))).await;
        let refused = refused.refused(422, "import_refused");
        let problems = text(&refused["details"]["problems"]);
        assert!(problems.contains("t.csv:3: the day does not exist"), "{problems}");
        let fits = json!({ "source": "days", "take_what_fits": true });
        let report = client.import(table(rows, fits)).await.ok();
        assert_fields(
            &report,
            &json!({ "added": 1, "refused": 1, "first_date": "2024-04-01", "last_date": "2024-04-01" }),
        );
        assert_eq!(client.balance("1000").await, "3461.00");
        let items =
            "Number,Contact,Date,Due date,Amount\n1,A,2024-02-30,2024-03-30,5.00\n2,A,2024-02-28,2024-03-30,6.00\n";
        let body = file(
            "i.csv",
            items,
            json!({ "kind": "open_items", "account": "9999", "create_contacts": true }),
        );
        let refused = client.import(body.clone()).await.refused(422, "import_refused");
        assert!(text(&refused["details"]["problems"]).contains("i.csv:2"), "{refused}");
        let mut fits = body;
        fits["take_what_fits"] = true.into();
        assert_eq!(client.import(fits).await.ok()["added"], 1);
    }

    pub(super) async fn a_journal_is_imported_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let with = |content: &str, more: Value| file("main.beancount", content, more);
        let create = json!({ "create_accounts": true });
        let trial = client
            .import(with(JOURNAL, json!({ "create_accounts": true, "dry_run": true })))
            .await
            .ok();
        assert_fields(
            &trial,
            &json!({ "id": null, "found": 3, "added": 3, "known": 0, "refused": 0 }),
        );
        assert_eq!(
            client.get("/transactions").await["total_count"],
            0,
            "a trial does nothing"
        );
        let done = client.import(with(JOURNAL, create.clone())).await.ok();
        assert_fields(
            &done,
            &json!({ "found": 3, "added": 3, "format": "beancount", "first_date": "2024-01-05" }),
        );
        assert_eq!(done["accounts_added"].as_array().unwrap().len(), 3);
        assert_eq!(client.balance("Assets:Bank").await, "93.00");
        assert_eq!(client.balance("Income:Sales").await, "100.00");
        let again = client.import(with(JOURNAL, create.clone())).await.ok();
        assert_fields(
            &again,
            &json!({ "id": null, "added": 0, "known": 3, "accounts_added": [] }),
        );
        let longer = format!("{JOURNAL}\n2024-01-07 * \"Coffee\"\n  Assets:Bank  -3.50 USD\n  Expenses:Rent\n");
        let longer = client.import(with(&longer, create)).await.ok();
        assert_fields(&longer, &json!({ "added": 1, "known": 3 }));
        assert_eq!(client.balance("Assets:Bank").await, "89.50");
        let path = format!("/v1/organizations/{}/imports", client.organization);
        let list = client.send("GET", &path, Value::Null, &[]).await.ok();
        assert_eq!(
            (&list["total_count"], &list["data"][0]["id"]),
            (&json!(2), &longer["id"])
        );
        let events = client.get("/events").await;
        let one = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["event_type"] == "import.done");
        assert_eq!(one.count(), 2, "one event for each import");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn rows_are_counted_and_not_what_is_said_of_them(test: TestDatabase) {
        let client = Client::new(test).await;
        let chart = "code,name,type\n7000,Foo,expense\n7001,Bar,nope\n7002,Baz,asset\n";
        let refused = client.import(file("c.csv", chart, json!({ "kind": "chart" }))).await;
        let refused = refused.refused(422, "import_refused");
        assert!(
            text(&refused["message"]).contains("1 of 3 cannot be taken"),
            "{refused}"
        );
        let most = json!({ "kind": "chart", "take_what_fits": true });
        let done = client.import(file("c.csv", chart, most.clone())).await.ok();
        let counts = json!({ "found": 3, "added": 2, "known": 0, "refused": 1, "is_refused": false });
        assert_fields(&done, &counts);
        let again = client.import(file("c.csv", chart, most)).await.ok();
        assert_fields(&again, &json!({ "found": 3, "added": 0, "known": 2, "refused": 1 }));

        client.account("1000", "asset").await;
        client.account("9999", "expense").await;
        let rows = "Date,Description,Amount\n2024-02-29,Rent,-5.00\n2024-02-30,Gas,-6.00\n2024-02-13,Odd,x7y\n2024-13-45,Both,xx\n";
        let with = json!({ "account": "1000", "suspense_account": "9999", "take_what_fits": true });
        let done = client.import(file("t.csv", rows, with.clone())).await.ok();
        assert_fields(&done, &json!({ "found": 4, "added": 1, "known": 0, "refused": 3 }));
        assert!(!done.to_string().contains("no currency"), "the account has one: {done}");
        let items = "number,contact,date,amount\n1,Acme,2024-01-05,10.00\n2,Acme,2024-13-05,xx\n";
        let with = json!({ "kind": "open_items", "account": "1000", "take_what_fits": true });
        let done = client.import(file("o.csv", items, with)).await.ok();
        assert_fields(&done, &json!({ "found": 2, "added": 1, "refused": 1 }));
        // What says something else now is refused, and not known as well.
        let named = "Date,Reference,Description,Amount\n2024-03-01,R1,Rent,-5.00\n2024-03-02,R2,Gas,-6.00\n";
        let other = named.replace("-6.00", "-7.00");
        let with = |more: bool| json!({ "account": "1000", "suspense_account": "9999", "source": "n", "take_what_fits": more });
        client.import(file("n.csv", named, with(false))).await.ok();
        let done = client.import(file("n.csv", &other, with(true))).await.ok();
        let sum = ["added", "known", "refused"]
            .map(|field| done[field].as_i64().unwrap())
            .iter()
            .sum::<i64>();
        assert_eq!(done["found"], sum, "{done}");
    }

    pub(super) async fn what_cannot_be_taken_is_named_by_line(test: TestDatabase) {
        let client = Client::new(test).await;
        let bad = format!(
            "{JOURNAL}\n2024-01-08 * \"Off\"\n  Assets:Bank  10.00 USD\n  Income:Sales  -9.00 USD\n\n\
             2024-01-09 * \"Shares\"\n  Assets:Broker  2 ACME {{50.00 USD}}\n  Assets:Bank\n"
        );
        let create = json!({ "create_accounts": true });
        let refused = client
            .import(file("main.beancount", &bad, create))
            .await
            .refused(422, "import_refused");
        let problems = text(&refused["details"]["problems"]);
        assert!(
            problems.contains("main.beancount:18: the transaction is off by 1.00 USD"),
            "{problems}"
        );
        assert!(
            problems.contains("main.beancount:22: \"ACME\" is no currency"),
            "{problems}"
        );
        assert_eq!(client.get("/transactions").await["total_count"], 0, "nothing was taken");
        let most = json!({ "create_accounts": true, "take_what_fits": true, "at_cost": true });
        let done = client.import(file("main.beancount", &bad, most)).await.ok();
        assert_fields(&done, &json!({ "added": 4, "refused": 1 }));
        assert_eq!(client.balance("Assets:Broker").await, "100.00");
        let missing = "2024-02-01 * \"x\"\n  Assets:Bank  1.00 USD\n  Income:Other\n";
        let refused = client
            .import(file("b.beancount", missing, json!({ "source": "b" })))
            .await;
        let refused = refused.refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("there is no account \"Income:Other\""),
            "{refused}"
        );
        client
            .call("PUT", "", json!({ "books_closed_through": "2024-02-29" }))
            .await
            .ok();
        let mapped = json!({ "source": "b", "accounts": { "Income:Other": "Income:Sales" } });
        let refused = client
            .import(file("b.beancount", missing, mapped.clone()))
            .await
            .refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("b.beancount:2: the books are closed"),
            "{refused}"
        );
        client
            .call("PUT", "", json!({ "books_closed_through": null }))
            .await
            .ok();
        assert_fields(
            &client.import(file("b.beancount", missing, mapped)).await.ok(),
            &json!({ "added": 1 }),
        );
        client
            .import(file("x.txt", "nothing of the kind", json!({})))
            .await
            .refused(400, "invalid_request");
    }

    pub(super) async fn prices_become_base_amounts(test: TestDatabase) {
        let client = Client::new(test).await;
        let journal = "\
account assets:euro   ; type:A
account assets:bank   ; type:A
account expenses:food ; type:X

2024-01-05 exchange
    assets:euro     100.00 EUR @ 1.0934567 USD
    assets:bank

2024-01-06 lunch
    expenses:food    20.00 EUR @@ 21.90 USD
    assets:euro     -20.00 EUR @@ 21.90 USD

2024-01-07 back
    assets:euro     -30.00 EUR
    assets:bank      32.10 USD
";
        let done = client
            .import(file("2024.journal", journal, json!({ "create_accounts": true })))
            .await
            .ok();
        assert_fields(&done, &json!({ "format": "hledger", "added": 3, "refused": 0 }));
        assert_eq!(client.balance("assets:euro").await, "50.00", "kept in euro");
        assert_eq!(client.balance("assets:bank").await, "-77.25");
        assert_eq!(client.balance("expenses:food").await, "21.90");
        let trial = client.get("/reports/trial-balance?as_of=2024-01-31").await;
        let euro = trial["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["code"] == "assets:euro")
            .unwrap();
        assert_eq!(euro["balance"], "55.35", "109.35 - 21.90 - 32.10 in base currency");
        // Without a price the stored rate of the day counts; without that, it is said.
        let plain = "2024-01-08 lunch\n    expenses:food  10.00 EUR\n    assets:euro\n";
        let refused = client.import(file("p.journal", plain, json!({ "source": "p" }))).await;
        let refused = refused.refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("p.journal:2: there is no rate from EUR to USD"),
            "{refused}"
        );
        let rate =
            json!({ "from_currency": "EUR", "to_currency": "USD", "rate": "1.10", "effective_date": "2024-01-01" });
        client.send("POST", "/exchange-rates", rate, &[]).await.ok();
        client
            .import(file("p.journal", plain, json!({ "source": "p" })))
            .await
            .ok();
        assert_eq!(client.balance("expenses:food").await, "32.90");
    }

    pub(super) async fn changes_at_the_source_are_noticed(test: TestDatabase) {
        let client = Client::new(test).await;
        let create = json!({ "create_accounts": true });
        client
            .import(file("main.beancount", JOURNAL, create.clone()))
            .await
            .ok();
        let edited = JOURNAL.replace("Invoice 1", "Invoice 1a");
        let refused = client.import(file("main.beancount", &edited, create.clone())).await;
        let refused = refused.refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("1 transactions that were imported"),
            "{refused}"
        );
        // An account renamed throughout leaves nothing that is known: all of it would be booked a second time.
        let renamed = JOURNAL.replace("Assets:Bank", "Assets:House");
        let refused = client.import(file("main.beancount", &renamed, create.clone())).await;
        let refused = refused.refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("give it a source of its own"),
            "{refused}"
        );
        // Reversing what was changed makes room for the new text.
        let all = client.get("/transactions").await;
        let old = all["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|t| text(&t["description"]).contains("Invoice 1"));
        let path = format!("/transactions/{}/reverse", text(&old.unwrap()["id"]));
        client.post(&path, json!({})).await;
        assert_fields(
            &client
                .import(file("main.beancount", &edited, create.clone()))
                .await
                .ok(),
            &json!({ "added": 1 }),
        );
        assert_eq!(client.balance("Assets:Bank").await, "93.00");
        // One with an id of its own is named by its line.
        let own = "2024-03-01 * \"Own\"\n  id: \"T1\"\n  Assets:Bank  1.00 USD\n  Income:Sales\n";
        client
            .import(file("own.beancount", own, json!({ "source": "own" })))
            .await
            .ok();
        let edited = own.replace("1.00", "2.00");
        let refused = client
            .import(file("own.beancount", &edited, json!({ "source": "own" })))
            .await;
        let refused = refused.refused(422, "import_refused");
        assert!(
            text(&refused["details"]["problems"]).contains("own.beancount:3: it was imported before"),
            "{refused}"
        );
    }

    pub(super) async fn a_table_of_one_account_is_imported(test: TestDatabase) {
        let client = Client::new(test).await;
        for (code, of_type) in [
            ("1000", "asset"),
            ("4000", "revenue"),
            ("6000", "expense"),
            ("9999", "asset"),
        ] {
            client.account(code, of_type).await;
        }
        let table = "Date,Description,Amount,Contra account\n\
            2024-01-05,Sale,100.00,4000\n2024-01-06,Rent,-40.00,6000\n2024-01-07,Unknown,-1.00,\n";
        let without = client
            .import(file("bank.csv", table, json!({ "account": "1000" })))
            .await;
        let without = without.refused(422, "import_refused");
        assert!(
            text(&without["details"]["problems"]).contains("bank.csv:4: it names no other account"),
            "{without}"
        );
        client
            .import(file("bank.csv", table, json!({})))
            .await
            .refused(400, "invalid_request");
        let body = || {
            file(
                "bank.csv",
                table,
                json!({ "account": "1000", "suspense_account": "9999" }),
            )
        };
        assert_fields(
            &client.import(body()).await.ok(),
            &json!({ "added": 3, "source": "table:1000" }),
        );
        assert_fields(&client.import(body()).await.ok(), &json!({ "added": 0, "known": 3 }));
        for (code, balance) in [
            ("1000", "59.00"),
            ("4000", "100.00"),
            ("6000", "40.00"),
            ("9999", "1.00"),
        ] {
            assert_eq!(client.balance(code).await, balance, "{code}");
        }
    }

    pub(super) async fn a_chart_is_imported(test: TestDatabase) {
        let client = Client::new(test).await;
        client.account("1000", "asset").await;
        let chart = "Code;Name;Type;Currency;Parent\n1010;Euro account;Bank;EUR;1005\n1000;Other name;asset;;\n\
            1005;Banks;Current Asset;;\n4000;Sales;Income;;\n";
        let body = |more: Value| {
            let mut body = file("chart.csv", chart, more);
            body["kind"] = json!("chart");
            body
        };
        assert_fields(
            &client.import(body(json!({ "dry_run": true }))).await.ok(),
            &json!({ "added": 3, "known": 1 }),
        );
        assert_fields(
            &client.import(body(json!({}))).await.ok(),
            &json!({ "added": 3, "known": 1, "refused": 0 }),
        );
        assert_fields(
            &client.import(body(json!({}))).await.ok(),
            &json!({ "added": 0, "known": 4, "id": null }),
        );
        let accounts = client.get("/accounts?code=1010").await;
        let euro = &accounts["data"][0];
        assert_fields(
            euro,
            &json!({ "name": "Euro account", "account_type": "asset", "currency": "EUR" }),
        );
        assert_eq!(
            euro["parent_account_id"],
            client.get("/accounts?code=1005").await["data"][0]["id"]
        );
        let mut bad = file(
            "chart.csv",
            "code,name,type\n5000,Odd,sideways\n1000,Bank,expense\n",
            json!({}),
        );
        bad["kind"] = json!("chart");
        let refused = client.import(bad).await.refused(422, "import_refused");
        let problems = text(&refused["details"]["problems"]);
        assert!(
            problems.contains("chart.csv:2: the type of \"5000\" cannot be told"),
            "{problems}"
        );
        assert!(
            problems.contains("chart.csv:3: account \"1000\" is here already, as asset"),
            "{problems}"
        );
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn imported_entries_count_everywhere(test: TestDatabase) {
        let client = Client::new(test).await;
        client
            .import(file("main.beancount", JOURNAL, json!({ "create_accounts": true })))
            .await
            .ok();
        let bank = text(&client.get("/accounts?code=Assets:Bank").await["data"][0]["id"]);
        let open = client.reconcile(&bank, "2024-01-31", "93.00").await.ok();
        assert_fields(&open, &json!({ "difference": "0.00", "total_entries": 3 }));
        let path = format!("/reconciliations/{}", text(&open["id"]));
        let more = "2024-01-20 * \"Late\"\n  Assets:Bank  5.00 USD\n  Income:Sales\n\n\
            2024-02-20 * \"Later\"\n  Assets:Bank  7.00 USD\n  Income:Sales\n";
        client
            .import(file("more.beancount", more, json!({ "source": "more" })))
            .await
            .ok();
        let seen = client.get(&path).await;
        assert_fields(&seen, &json!({ "ledger_balance": "98.00", "total_entries": 4 }));
        client
            .call("PUT", &path, json!({ "statement_balance": "98.00" }))
            .await
            .ok();
        client.post(&format!("{path}/complete"), Value::Null).await;
        // Into a period that is reconciled: it is open in the next one.
        let late = "2024-01-25 * \"Forgotten\"\n  Assets:Bank  1.00 USD\n  Income:Sales\n";
        client
            .import(file("late.beancount", late, json!({ "source": "late" })))
            .await
            .ok();
        let next = client.reconcile(&bank, "2024-02-29", "106.00").await.ok();
        assert_fields(&next, &json!({ "difference": "0.00", "total_entries": 2 }));
    }
}

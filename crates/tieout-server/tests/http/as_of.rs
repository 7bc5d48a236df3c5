//! An auditor's question: what was open at the end of the year, and is that the list that was printed then?

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// A check is outstanding at the year's end, clears in January; a fee is posted late; the year is worked on again.
    last_years_list_is_the_one_that_was_printed_then;
    /// On any day, also where nothing was ever reconciled; what is asked wrongly is refused by name.
    any_day_of_any_account_can_be_asked_for;
    /// Pages far in are found by the totals of days; they are what the whole list has there.
    pages_far_in_are_parts_of_the_whole_list;
}

struct Books {
    client: Client,
    bank: String,
    other: String,
}

impl Books {
    async fn new(test: TestDatabase) -> Self {
        let client = Client::new(test).await;
        let bank = client.account("1000", "asset").await;
        let other = client.account("4000", "revenue").await;
        Self { client, bank, other }
    }

    async fn book(&self, date: &str, amount: &str) -> Value {
        self.client.book((&self.bank, &self.other), date, amount).await
    }

    async fn begin(&self, date: &str, balance: &str) -> String {
        let made = self.client.reconcile(&self.bank, date, balance).await.ok();
        format!("/reconciliations/{}", text(&made["id"]))
    }

    /// Sets the entry of a transaction aside.
    async fn set_aside(&self, path: &str, transaction: &Value) {
        let shown = self.client.get(path).await;
        let mut entries = shown["entries"].as_array().unwrap().iter();
        let entry = entries.find(|entry| entry["transaction_id"] == transaction["id"]);
        let body = json!({ "entries": [{ "id": entry.unwrap()["id"] }] });
        self.client.post(&format!("{path}/set-aside"), body).await;
    }

    async fn complete(&self, path: &str) -> Value {
        self.client.post(&format!("{path}/complete"), Value::Null).await
    }

    async fn figures(&self, when: &str) -> Value {
        let path = format!("/reconciliations/as-of?account_id={}&date={when}", self.bank);
        self.client.get(&path).await
    }

    async fn open(&self, when: &str) -> Vec<Value> {
        let path = format!("/reconciliations/as-of/entries?account_id={}&date={when}", self.bank);
        self.client.get(&path).await["data"].as_array().unwrap().clone()
    }
}

/// Date, amount as the bank prints it, what is still open (credit less debit).
fn rows(open: &[Value]) -> Vec<[String; 3]> {
    let row = |entry: &Value| ["entry_date", "bank_amount", "still_open"].map(|field| text(&entry[field]));
    open.iter().map(row).collect()
}

/// Posts a hundred entries on one day.
async fn book_hundred(books: &Books, date: &str) {
    let line = |number: usize, account: &str, side: &str, amount: &str| json!({ "account_id": account, "entry_type": side, "amount": amount, "description": number.to_string() });
    let mut lines: Vec<Value> = (0..100)
        .map(|number| line(number, &books.bank, "debit", "1.00"))
        .collect();
    lines.push(line(100, &books.other, "credit", "100.00"));
    let body = json!({ "description": date, "transaction_date": date, "entries": lines });
    books.client.post("/transactions", body).await;
}

/// The whole list, by pages of 40 that begin anywhere.
async fn assert_pages_agree(client: &Client, path: &str, all: &[Value], id: &str) {
    for offset in (0..all.len() + 40).step_by(37) {
        let page = client.get(&format!("{path}limit=40&offset={offset}")).await;
        let found: Vec<&Value> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry[id])
            .collect();
        let expected: Vec<&Value> = all.iter().skip(offset).take(40).map(|entry| &entry[id]).collect();
        assert_eq!(found, expected, "{path} from {offset}");
        assert_eq!(page["total_count"], all.len());
    }
}

mod bodies {
    use super::*;

    pub(super) async fn pages_far_in_are_parts_of_the_whole_list(test: TestDatabase) {
        let books = Books::new(test).await;
        for day in 10..16 {
            book_hundred(&books, &format!("2024-01-{day}")).await;
        }
        let january = books.begin("2024-01-31", "0.00").await;
        let shown = books.client.get(&january).await;
        let entries = shown["entries"].as_array().unwrap();
        // Whole ones and parts, on several days; all of one day.
        let here_and_there = (0..entries.len()).step_by(17);
        let mut aside: Vec<Value> = here_and_there
            .filter(|place| !(200..300).contains(place) && !(401..420).contains(place))
            .map(|place| json!({ "id": entries[place]["id"] }))
            .collect();
        aside.extend(entries[200..300].iter().map(|entry| json!({ "id": entry["id"] })));
        aside.extend(
            entries[401..420]
                .iter()
                .map(|entry| json!({ "id": entry["id"], "amount": "0.40" })),
        );
        let body = json!({ "entries": aside });
        books.client.post(&format!("{january}/set-aside"), body).await;
        let shown = books.client.get(&january).await;
        let entries = shown["entries"].as_array().unwrap();
        assert!(entries.len() > 400, "enough to be far in: {}", entries.len());
        assert_pages_agree(&books.client, &format!("{january}/entries?"), entries, "id").await;
        let balance = json!({ "statement_balance": shown["ledger_balance"] });
        books.client.call("PUT", &january, balance).await.ok();
        books.complete(&january).await;
        for day in [11, 14] {
            book_hundred(&books, &format!("2024-01-{day}")).await;
        }
        assert_pages_agree(&books.client, &format!("{january}/entries?"), entries, "id").await;
        // As at a day: everything since the completion, and what it left.
        for day in 1..5 {
            book_hundred(&books, &format!("2024-02-{day:02}")).await;
        }
        let path = format!(
            "/reconciliations/as-of/entries?account_id={}&date=2024-02-03&",
            books.bank
        );
        let mut all = Vec::new();
        loop {
            let page = books.client.get(&format!("{path}limit=100&offset={}", all.len())).await;
            all.extend(page["data"].as_array().unwrap().iter().cloned());
            if page["has_more"] == false {
                break;
            }
        }
        let ids: std::collections::BTreeSet<String> = all.iter().map(|entry| text(&entry["ledger_entry_id"])).collect();
        assert_eq!(ids.len(), all.len(), "none twice");
        assert_pages_agree(&books.client, &path, &all, "ledger_entry_id").await;
        let count = books.figures("2024-02-03").await["open_count"].clone();
        assert_eq!(count, all.len());
        assert!(
            all.len() > 600,
            "late ones, set-aside ones and three days: {}",
            all.len()
        );
    }

    pub(super) async fn last_years_list_is_the_one_that_was_printed_then(test: TestDatabase) {
        let books = Books::new(test).await;
        books.book("2023-12-10", "1000.00").await;
        let check = books.book("2023-12-28", "-300.00").await;
        let december = books.begin("2023-12-31", "1000.00").await;
        books.set_aside(&december, &check).await;
        books.complete(&december).await;
        let printed = books.figures("2023-12-31").await;
        assert_fields(
            &printed,
            &json!({ "book_balance": "700.00", "cleared_balance": "1000.00", "open_total": "-300.00",
            "open_in_total": "0.00", "open_out_total": "-300.00", "open_count": 1,
            "last_statement_balance": "1000.00", "last_undone_at": null }),
        );
        // Later: the check clears, and a fee of December is found.
        let fee = books.book("2023-12-30", "-5.00").await;
        let january = books.begin("2024-01-31", "695.00").await;
        let completed = books.complete(&january).await;
        let now = books.figures("2023-12-31").await;
        assert_fields(
            &now,
            &json!({ "book_balance": "695.00", "cleared_balance": "1000.00", "open_total": "-305.00" }),
        );
        let open = books.open("2023-12-31").await;
        assert_eq!(
            rows(&open),
            [["2023-12-28", "-300.00", "0.00"], ["2023-12-30", "-5.00", "0.00"]]
        );
        assert_fields(
            &open[0],
            &json!({ "is_late": false, "direction": "out", "amount": "300.00" }),
        );
        assert_fields(&open[1], &json!({ "is_late": true, "transaction_id": fee["id"] }));
        assert_eq!(
            open[0]["cleared"],
            json!([{ "reconciliation_id": completed["id"], "statement_date": "2024-01-31",
            "completed_at": completed["completed_at"], "amount": "300.00" }])
        );
        // The year is worked on again: nothing is outstanding any more, by what is known now.
        for path in [&january, &december] {
            books
                .client
                .post(&format!("{path}/reopen"), json!({ "reason": "again" }))
                .await;
        }
        let path = format!("{december}/take-back");
        let shown = books.client.get(&december).await;
        let aside = json!({ "entries": [shown["outstanding"][0]["id"]] });
        books.client.post(&path, aside).await;
        let balance = json!({ "statement_balance": "695.00" });
        books.client.call("PUT", &december, balance).await.ok();
        books.complete(&december).await;
        let now = books.figures("2023-12-31").await;
        assert_fields(&now, &json!({ "open_total": "0.00", "cleared_balance": "695.00" }));
        assert_eq!(books.open("2023-12-31").await, Vec::<Value>::new());
        // As it was known when it was printed it is the same list, and says what became of it.
        let then = format!("2023-12-31&known_at={}", text(&printed["known_at"]));
        let mut again = books.figures(&then).await;
        assert!(again["last_undone_at"].is_string(), "{again}");
        again["last_undone_at"] = Value::Null;
        assert_eq!(again, printed);
        let open = books.open(&then).await;
        assert_eq!(rows(&open), [["2023-12-28", "-300.00", "0.00"]]);
        assert_eq!(open[0]["cleared"][0]["statement_date"], "2023-12-31", "{open:?}");
        books.client.assert_chains_are_intact().await;
    }

    pub(super) async fn any_day_of_any_account_can_be_asked_for(test: TestDatabase) {
        let books = Books::new(test).await;
        for (day, amount) in [("2024-01-10", "10.00"), ("2024-01-11", "-4.00"), ("2024-01-12", "1.00")] {
            books.book(day, amount).await;
        }
        let found = books.figures("2024-01-11").await;
        assert_fields(
            &found,
            &json!({ "open_in_total": "10.00", "open_out_total": "-4.00", "open_total": "6.00", "open_count": 2,
            "cleared_balance": "0.00", "last_reconciliation_id": null }),
        );
        // In progress clears nothing: only what is completed is proved.
        books.begin("2024-01-31", "7.00").await;
        assert_eq!(books.figures("2024-01-31").await["open_count"], 3);
        let second = books.open("2024-01-31&limit=1&offset=1").await;
        assert_eq!(rows(&second), [["2024-01-11", "-4.00", "4.00"]]);
        for (query, field) in [
            ("date=2024-01-31", "account_id"),
            ("date=soon", "date"),
            ("known_at=yesterday", "known_at"),
        ] {
            for list in ["", "/entries"] {
                let account = if field == "account_id" {
                    String::new()
                } else {
                    format!("&account_id={}", books.bank)
                };
                let path = format!("/reconciliations/as-of{list}?{query}{account}");
                let refused = books.client.call("GET", &path, Value::Null).await;
                let refused = refused.refused(400, "invalid_request");
                assert!(refused["details"]["fields"][field].is_string(), "{refused}");
            }
        }
        let path = "/reconciliations/as-of/entries?account_id=act_00000000000000000000000000&date=2024-01-31";
        let unknown = books.client.call("GET", path, Value::Null).await;
        unknown.refused(404, "resource_not_found");
    }
}

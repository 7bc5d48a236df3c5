//! Several reconciliations that wait, one behind the other, for an earlier one that was reopened.

use crate::client::{Client, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// The one behind follows what is completed, also when the one that it followed is reopened.
    whoever_waits_behind_another_follows_what_is_completed;
    /// Until it is its turn, it does not see what it was about.
    what_a_waiting_one_set_aside_stays_so;
    /// Postings, marks, completions and undone completions in any order.
    figures_of_waiting_ones_are_right_after_every_step;
}

mod bodies {
    use super::*;

    pub(super) async fn whoever_waits_behind_another_follows_what_is_completed(test: TestDatabase) {
        let (client, bank, _) = books(test).await;
        let mut made = Vec::new();
        for (day, balance) in [
            ("2024-01-31", "100.00"),
            ("2024-02-29", "150.00"),
            ("2024-03-31", "175.00"),
        ] {
            made.push(begin(&client, &bank, day, balance).await);
        }
        let opening = async |at: usize| client.get(&path(&made[at])).await["opening_balance"].clone();
        complete(&client, &made[0]).await;
        complete(&client, &made[1]).await;
        assert_eq!(opening(2).await, "150.00");
        reopen(&client, &made[1]).await;
        assert_eq!(opening(2).await, "100.00");
        reopen(&client, &made[0]).await;
        for at in 0..3 {
            assert_eq!(opening(at).await, "0.00", "{at}: nothing is completed");
            check(&client, &bank, &made).await;
        }
        complete(&client, &made[0]).await;
        assert_eq!(opening(2).await, "100.00", "waits still, and follows the first again");
        check(&client, &bank, &made).await;
        complete(&client, &made[1]).await;
        assert_eq!(opening(2).await, "150.00");
        complete(&client, &made[2]).await;
    }

    pub(super) async fn what_a_waiting_one_set_aside_stays_so(test: TestDatabase) {
        let (client, bank, sales) = books(test).await;
        for day in ["2024-01-10", "2024-02-10", "2024-03-10"] {
            client.book((&bank, &sales), day, "100.00").await;
        }
        let aside = async |id: &str, amount: Option<&str>| {
            let seen = client.get(&path(id)).await;
            let entries = seen["entries"].as_array().unwrap();
            let entry = entries
                .iter()
                .find(|entry| entry["entry_date"] == "2024-02-10")
                .unwrap();
            let mut part = json!({ "id": entry["id"] });
            if let Some(amount) = amount {
                part["amount"] = amount.into();
            }
            let body = json!({ "entries": [part], "reason": "outstanding" });
            client.post(&format!("{}/set-aside", path(id)), body).await;
        };
        let first = begin(&client, &bank, "2024-01-31", "0.00").await;
        complete(&client, &first).await;
        let second = begin(&client, &bank, "2024-02-29", "0.00").await;
        aside(&second, Some("40.00")).await;
        complete(&client, &second).await;
        let third = begin(&client, &bank, "2024-03-31", "0.00").await;
        aside(&third, None).await;
        let marked = async || {
            let seen = client.get(&path(&third)).await;
            let keys = [
                "ledger_balance",
                "outstanding_count",
                "outstanding_total",
                "outstanding",
            ];
            keys.map(|key| seen[key].clone())
        };
        let before = marked().await;
        assert_eq!(before[1], 1);
        reopen(&client, &second).await;
        reopen(&client, &first).await;
        complete(&client, &first).await;
        complete(&client, &second).await;
        assert_eq!(marked().await, before);
    }

    pub(super) async fn figures_of_waiting_ones_are_right_after_every_step(test: TestDatabase) {
        let (client, bank, sales) = books(test).await;
        let mut made = Vec::new();
        for month in 1..=4 {
            made.push(begin(&client, &bank, &format!("2024-{month:02}-28"), "0.00").await);
            complete(&client, &made[month - 1]).await;
        }
        made.push(begin(&client, &bank, "2024-05-28", "0.00").await);
        let (mut seed, mut waited) = (7_u64, 0);
        let mut below = |bound: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % bound
        };
        for _ in 0..120 {
            let open = open_one(&client, &made).await;
            match (below(8), open) {
                (0 | 1, _) => {
                    let day = format!("2024-{:02}-{:02}", 1 + below(5), 1 + below(28));
                    client
                        .book((&bank, &sales), &day, &format!("{}.00", 1 + below(90)))
                        .await;
                }
                (2 | 3, Some(open)) => set_aside(&client, &made[open], below(100)).await,
                (4, Some(open)) if open + 1 < made.len() => complete(&client, &made[open]).await,
                (_, Some(open)) if open > 0 => reopen(&client, &made[open - 1]).await,
                (_, Some(open)) if open + 1 < made.len() => complete(&client, &made[open]).await,
                _ => {}
            }
            waited = waited.max(check(&client, &bank, &made).await);
        }
        assert!(waited > 2, "several waited at once: {waited}");
        client.assert_chains_are_intact().await;
    }
}

async fn books(test: TestDatabase) -> (Client, String, String) {
    let client = Client::new(test).await;
    let (bank, sales) = (
        client.account("1000", "asset").await,
        client.account("4000", "revenue").await,
    );
    for (day, amount) in [
        ("2024-01-10", "100.00"),
        ("2024-02-10", "50.00"),
        ("2024-03-10", "25.00"),
    ] {
        client.book((&bank, &sales), day, amount).await;
    }
    (client, bank, sales)
}

fn path(id: &str) -> String {
    format!("/reconciliations/{id}")
}

/// Begins one behind those that are there: the ones before it are completed for a moment, if they are not.
async fn begin(client: &Client, bank: &str, day: &str, balance: &str) -> String {
    let rows = client.get("/reconciliations?limit=100").await;
    let rows = rows["data"].as_array().unwrap();
    let open = rows
        .iter()
        .find(|row| row["status"] == "InProgress")
        .map(|row| text(&row["id"]));
    if let Some(open) = &open {
        complete(client, open).await;
    }
    let made = client.reconcile(bank, day, balance).await.ok();
    text(&made["id"])
}

async fn complete(client: &Client, id: &str) {
    let seen = client.get(&path(id)).await;
    if seen["status"] == "Completed" {
        return;
    }
    let body = json!({ "statement_balance": seen["ledger_balance"] });
    client.call("PUT", &path(id), body).await.ok();
    client.post(&format!("{}/complete", path(id)), Value::Null).await;
}

async fn reopen(client: &Client, id: &str) {
    client
        .post(&format!("{}/reopen", path(id)), json!({ "reason": "again" }))
        .await;
}

async fn set_aside(client: &Client, id: &str, which: u64) {
    let seen = client.get(&path(id)).await;
    let entries = seen["entries"].as_array().unwrap();
    if entries.is_empty() {
        return;
    }
    let entry = &entries[usize::try_from(which).unwrap() % entries.len()];
    let part = if which.is_multiple_of(3) {
        json!({ "id": entry["id"], "amount": "0.50" })
    } else {
        json!({ "id": entry["id"] })
    };
    client
        .post(&format!("{}/set-aside", path(id)), json!({ "entries": [part] }))
        .await;
}

async fn open_one(client: &Client, made: &[String]) -> Option<usize> {
    for (at, id) in made.iter().enumerate() {
        let seen = client.get(&format!("{}?entries=none", path(id))).await;
        if seen["status"] == "InProgress" && seen["is_parked"] == false {
            return Some(at);
        }
    }
    None
}

fn minor(value: &Value) -> i64 {
    text(value).replace('.', "").parse().unwrap()
}

/// Compares every one that is in progress with the books, the completed ones and its own entries; how many wait.
async fn check(client: &Client, bank: &str, made: &[String]) -> usize {
    let (mut opening, mut waiting) = (json!("0.00"), 0);
    for id in made {
        let seen = client.get(&path(id)).await;
        if seen["status"] == "Completed" {
            opening = seen["statement_balance"].clone();
            continue;
        }
        waiting += usize::from(seen["is_parked"] == true);
        assert_eq!(seen["opening_balance"], opening, "{seen}");
        let day = text(&seen["statement_date"]);
        let books = client.get(&format!("/accounts/{bank}/balance?as_of={day}")).await;
        assert_eq!(seen["book_balance"], books["amount"], "{seen}");
        let aside = minor(&seen["outstanding_total"]);
        assert_eq!(
            minor(&seen["ledger_balance"]),
            minor(&books["amount"]) - aside,
            "{seen}"
        );
        let listed = seen["outstanding"].as_array().unwrap().iter();
        assert_eq!(listed.map(|one| -minor(&one["amount"])).sum::<i64>(), aside, "{seen}");
        let entries = seen["entries"].as_array().unwrap();
        assert_eq!(seen["total_entries"], entries.len(), "{seen}");
        let why = client.get(&format!("{}/explanation", path(id))).await;
        let in_scope: i64 = entries.iter().map(|entry| minor(&entry["bank_amount"])).sum();
        assert_eq!(-minor(&why["open_entries"]), in_scope, "{seen} {why}");
        let parts = ["open_lines", "open_entries", "breaks", "drift", "uncovered"];
        let sum: i64 = parts.iter().map(|part| minor(&why[part])).sum();
        assert_eq!(sum, minor(&why["difference"]), "{why}");
    }
    waiting
}

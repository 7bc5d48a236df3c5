//! Rules of reconciliations, one decision after the other.

use crate::client::{Client, assert_fields, text};
use serde_json::{Value, json};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// One open for each account, statement dates ascend, only balance sheet accounts.
    the_rules_of_beginning_one;
    /// The last day that there is is like any other.
    nothing_begins_after_the_last_day_of_all;
    /// A later open one waits while an earlier one is worked on again.
    reopening_parks_the_later_one;
    /// While it waits, its entries are what its figures say, also where parts were set aside.
    what_waits_agrees_with_itself;
    /// Once the reopened one is given up, its entries are in the one that waited, whatever was carried over before.
    what_waited_for_one_that_is_cancelled_has_all_of_its_entries;
    /// What is posted into a completed period appears in the next reconciliation.
    a_late_posting_is_open_in_the_next_one;
    /// A card's balance is what is owed.
    a_card_has_its_natural_sign;
    /// Ticks change no balance, and cancelling frees everything.
    ticks_and_cancelling;
    /// Reconciled history begins at a cut-off.
    an_opening_reconciliation_carries_what_was_open;
    /// The chain keeps minor units with the inside sign; who reads its events sees what he sees elsewhere.
    events_print_money_as_everywhere;
    /// Differences and explanations are sums of balances.
    no_balance_is_too_large_to_be_explained;
    /// Whoever saw something else must look again first.
    a_stale_version_is_told_before_any_rule;
    /// The components sum to the difference.
    the_difference_is_explained;
    /// Lists page and filter.
    lists_page_and_filter;
    /// What was read can be sent back.
    a_part_has_the_sign_of_its_entry_or_none;
    /// A repeated request is done once.
    a_repeated_request_is_done_once;
}

async fn two_accounts(client: &Client) -> (String, String) {
    (
        client.account("1000", "asset").await,
        client.account("4000", "revenue").await,
    )
}

async fn complete(client: &Client, reconciliation: &Value) -> Value {
    client
        .post(
            &format!("/reconciliations/{}/complete", text(&reconciliation["id"])),
            Value::Null,
        )
        .await
}

fn path_of(reconciliation: &Value) -> String {
    format!("/reconciliations/{}", text(&reconciliation["id"]))
}

/// Sets parts of the entries of transactions aside.
async fn set_aside(client: &Client, reconciliation: &Value, parts: &[(&Value, &str)]) {
    let shown = client.get(&path_of(reconciliation)).await;
    let entries = shown["entries"].as_array().unwrap();
    let part = |(transaction, amount): &(&Value, &str)| {
        let entry = entries
            .iter()
            .find(|entry| entry["transaction_id"] == transaction["id"]);
        json!({ "id": entry.unwrap()["id"], "amount": amount })
    };
    let parts: Vec<Value> = parts.iter().map(part).collect();
    let path = format!("{}/set-aside", path_of(reconciliation));
    client.post(&path, json!({ "entries": parts })).await;
}

mod bodies {
    use super::*;

    pub(super) async fn the_rules_of_beginning_one(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        client
            .reconcile("act_00000000000000000000000000", "2024-01-31", "0")
            .await
            .refused(404, "resource_not_found");
        client
            .reconcile("nonsense", "2024-01-31", "0")
            .await
            .refused(404, "resource_not_found");
        client
            .reconcile(&sales, "2024-01-31", "0")
            .await
            .refused(422, "account_not_reconcilable");
        client
            .reconcile(&bank, "2024-01-32", "0")
            .await
            .refused(400, "invalid_request");
        client
            .reconcile(&bank, "2024-01-31", "0.001")
            .await
            .refused(400, "invalid_request");
        client
            .call("POST", "/reconciliations", json!({ "account_id": bank }))
            .await
            .refused(400, "invalid_request");
        let first = client.reconcile(&bank, "2024-01-31", "0").await.ok();
        assert_fields(
            &first,
            &json!({ "statement_balance": "0.00", "difference": "0.00", "total_entries": 0 }),
        );
        client
            .reconcile(&bank, "2024-02-29", "0")
            .await
            .refused(422, "reconciliation_in_progress_exists");
        complete(&client, &first).await;
        client
            .reconcile(&bank, "2024-01-31", "0")
            .await
            .refused(422, "statement_date_not_after_last");
        let second = client.reconcile(&bank, "2030-01-01", "0").await.ok();
        let gone = client.call("DELETE", &path_of(&second), Value::Null).await.ok();
        assert_eq!(gone, json!({ "id": second["id"], "deleted": true }));
        client
            .call("GET", &path_of(&second), Value::Null)
            .await
            .refused(404, "resource_not_found");
        client.reconcile(&bank, "2024-02-01", "0").await.ok();
    }

    pub(super) async fn reopening_parks_the_later_one(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        client.book((&bank, &sales), "2024-01-10", "10.00").await;
        let january = client.reconcile(&bank, "2024-01-31", "10.00").await.ok();
        complete(&client, &january).await;
        client.book((&bank, &sales), "2024-02-10", "5.00").await;
        let february = client.reconcile(&bank, "2024-02-29", "15.00").await.ok();
        let reopen = format!("{}/reopen", path_of(&january));
        client
            .call("POST", &reopen, json!({ "reason": " " }))
            .await
            .refused(400, "invalid_request");
        let reopened = client.post(&reopen, json!({ "reason": "a check was wrong" })).await;
        assert_fields(
            &reopened,
            &json!({ "status": "InProgress", "completed_at": null, "total_entries": 1,
            "reconciled_entries": 0, "difference": "0.00" }),
        );
        let parked = client.get(&path_of(&february)).await;
        assert_fields(
            &parked,
            &json!({ "status": "InProgress", "is_parked": true, "total_entries": 2,
            "ledger_balance": "15.00" }),
        );
        let write = client.call("PUT", &path_of(&february), json!({ "notes": "x" })).await;
        write.refused(422, "reconciliation_parked");
        let delete = client.call("DELETE", &path_of(&february), Value::Null).await;
        delete.refused(422, "reconciliation_parked");
        let cancel = format!("{}/cancel", path_of(&february));
        let cancel = client.call("POST", &cancel, Value::Null).await;
        cancel.refused(422, "reconciliation_parked");
        client
            .call("POST", &reopen, json!({ "reason": "again" }))
            .await
            .refused(422, "reconciliation_not_completed");
        complete(&client, &january).await;
        let back = client.get(&path_of(&february)).await;
        assert_fields(
            &back,
            &json!({ "is_parked": false, "total_entries": 1, "difference": "0.00" }),
        );
        complete(&client, &february).await;
        client
            .call("POST", &reopen, json!({ "reason": "later" }))
            .await
            .refused(422, "reconciliation_not_latest");
        let organization = format!("/organizations/{}", client.organization);
        let closed = json!({ "books_closed_through": "2024-02-29" });
        client.send("PUT", &organization, closed, &[]).await.ok();
        let reopen = format!("{}/reopen", path_of(&february));
        client
            .call("POST", &reopen, json!({ "reason": "later" }))
            .await
            .refused(422, "books_closed");
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn what_waits_agrees_with_itself(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        let first = client.book((&bank, &sales), "2024-01-10", "100.00").await;
        let second = client.book((&bank, &sales), "2024-01-11", "30.00").await;
        let january = client.reconcile(&bank, "2024-01-31", "70.00").await.ok();
        set_aside(&client, &january, &[(&first, "40.00"), (&second, "20.00")]).await;
        complete(&client, &january).await;
        client.book((&bank, &sales), "2024-02-10", "5.00").await;
        let february = client.reconcile(&bank, "2024-02-29", "15.00").await.ok();
        // All that is left of the one, and a part of what is left of the other.
        set_aside(&client, &february, &[(&first, "40.00"), (&second, "8.00")]).await;
        let agrees = |shown: &Value, opening: i64| {
            let number = |value: &Value| text(value).replace('.', "").parse::<i64>().unwrap();
            let entries = shown["entries"].as_array().unwrap();
            let sum: i64 = entries.iter().map(|entry| number(&entry["bank_amount"])).sum();
            assert_eq!(shown["total_entries"], entries.len(), "{shown}");
            assert_eq!(number(&shown["ledger_balance"]) - opening, sum, "{shown}");
        };
        let before = client.get(&path_of(&february)).await;
        agrees(&before, 7_000);
        let listed = client.get("/reconciliations?status=InProgress").await;
        assert_eq!(listed["data"][0]["outstanding_count"], before["outstanding_count"]);
        let listed = client.get("/reconciliations?status=Completed").await;
        assert_eq!(listed["data"][0]["outstanding_count"], 2, "parts count");
        assert_fields(&before, &json!({ "total_entries": 2, "ledger_balance": "87.00" }));
        client
            .post(&format!("{}/reopen", path_of(&january)), json!({ "reason": "again" }))
            .await;
        let parked = client.get(&path_of(&february)).await;
        agrees(&parked, 0);
        assert_fields(
            &parked,
            &json!({ "is_parked": true, "total_entries": 3, "ledger_balance": "87.00" }),
        );
        complete(&client, &january).await;
        let after = client.get(&path_of(&february)).await;
        agrees(&after, 7_000);
        assert_eq!(
            (&after["entries"], &after["ledger_balance"]),
            (&before["entries"], &before["ledger_balance"])
        );
    }

    pub(super) async fn what_waited_for_one_that_is_cancelled_has_all_of_its_entries(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        let first = client.book((&bank, &sales), "2024-01-10", "100.00").await;
        let january = client.reconcile(&bank, "2024-01-31", "60.00").await.ok();
        set_aside(&client, &january, &[(&first, "40.00")]).await;
        complete(&client, &january).await;
        let february = client.reconcile(&bank, "2024-02-29", "60.00").await.ok();
        set_aside(&client, &february, &[(&first, "40.00")]).await;
        let reopen = format!("{}/reopen", path_of(&january));
        client.post(&reopen, json!({ "reason": "a mistake" })).await;
        let cancel = format!("{}/cancel", path_of(&january));
        client.post(&cancel, json!({ "reason": "not needed" })).await;
        let after = client.get(&path_of(&february)).await;
        assert_fields(
            &after,
            &json!({ "is_parked": false, "total_entries": 1, "ledger_balance": "60.00" }),
        );
        assert_eq!(text(&after["entries"][0]["bank_amount"]), "60.00");
        let done = complete(&client, &february).await;
        assert_fields(&done, &json!({ "reconciled_entries": 1, "total_entries": 1 }));
        // What was set aside of it is open in the next one.
        let march = client.reconcile(&bank, "2024-03-31", "100.00").await.ok();
        assert_fields(&march, &json!({ "total_entries": 1, "difference": "0.00" }));
    }

    pub(super) async fn a_part_has_the_sign_of_its_entry_or_none(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        client.book((&bank, &sales), "2024-01-10", "100.00").await;
        client.book((&bank, &sales), "2024-01-11", "-30.00").await;
        let found = client.reconcile(&bank, "2024-01-31", "0.00").await.ok();
        let path = format!("{}/set-aside", path_of(&found));
        let (deposit, check) = (&found["entries"][0], &found["entries"][1]);
        assert_eq!(
            (&deposit["amount"], &check["amount"]),
            (&json!("-100.00"), &json!("30.00"))
        );
        let part = |entry: &Value, amount: &str| json!({ "entries": [{ "id": entry["id"], "amount": amount }] });
        for (amount, aside, left) in [("-50.00", "50.00", "20.00"), ("40.00", "40.00", "30.00")] {
            let after = client.post(&path, part(deposit, amount)).await;
            assert_fields(
                &after,
                &json!({ "ledger_balance": left, "book_balance": "70.00", "outstanding_total": aside }),
            );
            let outstanding = json!({ "amount": format!("-{aside}"), "is_whole": false });
            assert_fields(&after["outstanding"][0], &outstanding);
        }
        // Nothing else can be meant but a mistake: a payment is printed without a sign.
        for (entry, amount) in [
            (check, "-10.00"),
            (check, "30.01"),
            (deposit, "-100.01"),
            (deposit, "0.00"),
        ] {
            let refused = client.call("POST", &path, part(entry, amount)).await;
            let error = refused.refused(400, "invalid_request");
            assert!(error["details"]["fields"]["entries[0].amount"].is_string(), "{error}");
        }
        // Of two parts of one entry the last would stand for both.
        let twice = json!([{ "id": check["id"], "amount": "10.00" }, { "id": check["id"], "amount": "20.00" }]);
        let refused = client.call("POST", &path, json!({ "entries": twice })).await;
        let error = refused.refused(400, "invalid_request");
        assert!(error["details"]["fields"]["entries[1].id"].is_string(), "{error}");
        let back = json!({ "entries": [deposit["id"], deposit["id"]] });
        let refused = client.call("POST", &path.replace("set-aside", "take-back"), back).await;
        let error = refused.refused(400, "invalid_request");
        assert!(error["details"]["fields"]["entries[1]"].is_string(), "{error}");
        let after = client.post(&path, part(check, "10.00")).await;
        assert_fields(
            &after,
            &json!({ "ledger_balance": "40.00", "outstanding_total": "30.00" }),
        );
    }

    pub(super) async fn a_late_posting_is_open_in_the_next_one(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        let first = client.book((&bank, &sales), "2024-01-10", "10.00").await;
        let january = client.reconcile(&bank, "2024-01-31", "10.00").await.ok();
        complete(&client, &january).await;
        let path = format!("/transactions/{}", text(&first["id"]));
        assert_eq!(client.get(&path).await["reconciled"], true);
        let change = json!({ "transaction_date": "2024-01-11" });
        client
            .call("PUT", &path, change)
            .await
            .refused(422, "transaction_reconciled");
        client.call("PUT", &path, json!({ "description": "free" })).await.ok();
        // A reversal of a reconciled entry is a new open entry; the original stays reconciled.
        let reversal = client.post(&format!("{path}/reverse"), Value::Null).await;
        assert_fields(
            &reversal,
            &json!({ "transaction_date": "2024-01-10", "reconciled": false, "status": "posted" }),
        );
        client
            .call("POST", &format!("{path}/reverse"), Value::Null)
            .await
            .refused(422, "transaction_not_posted");
        assert_fields(
            &client.get(&path).await,
            &json!({ "status": "reversed", "reconciled": true }),
        );
        assert_fields(
            &reversal["warnings"][0],
            &json!({ "code": "posted_into_completed_period", "account_id": bank, "reconciled_through": "2024-01-31" }),
        );
        assert_eq!(reversal["warnings"].as_array().unwrap().len(), 1, "{reversal}");
        let frozen = client.get(&path_of(&january)).await;
        assert_fields(
            &frozen,
            &json!({ "ledger_balance": "10.00", "total_entries": 1, "difference": "0.00",
            "late_entries_count": 1, "late_entries_total": "-10.00" }),
        );
        let warning = &frozen["warnings"][0];
        assert_fields(
            warning,
            &json!({ "code": "posted_after_completion", "amount": "-10.00" }),
        );
        let message = text(&warning["message"]);
        assert!(message.contains("the books say 0.00 and no longer 10.00"), "{message}");
        assert_eq!(frozen["entries"].as_array().unwrap().len(), 1);
        let february = client.reconcile(&bank, "2024-02-29", "0.00").await.ok();
        assert_fields(
            &february,
            &json!({ "ledger_balance": "0.00", "total_entries": 1, "difference": "0.00", "opening_balance": "10.00",
            "late_entries_count": 1, "late_entries_total": "-10.00" }),
        );
        assert_eq!(february["warnings"][0]["code"], "late_entries");
        assert_eq!(february["entries"][0]["is_late"], true);
        let why = client.get(&format!("{}/explanation", path_of(&february))).await;
        assert_fields(
            &why,
            &json!({ "drift": "0.00", "open_entries": "10.00", "late_entries_count": 1 }),
        );
        assert_eq!(why["warnings"][0]["code"], "late_entries");
        let done = complete(&client, &february).await;
        assert_fields(&done, &json!({ "late_entries_count": 0 }));
        assert!(done.get("warnings").is_none(), "its own period has none: {done}");
        // What came to January later is said of January for ever.
        assert_eq!(client.get(&path_of(&january)).await["late_entries_count"], 1);
        assert_eq!(
            client.get(&format!("/transactions/{}", text(&reversal["id"]))).await["reconciled"],
            true
        );
    }

    pub(super) async fn a_card_has_its_natural_sign(test: TestDatabase) {
        let client = Client::new(test).await;
        let card = client.account("2000", "liability").await;
        let costs = client.account("6000", "expense").await;
        client.book((&card, &costs), "2024-01-05", "-80.00").await;
        let found = client.reconcile(&card, "2024-01-31", "100.00").await.ok();
        assert_fields(&found, &json!({ "ledger_balance": "80.00", "difference": "20.00" }));
        assert_fields(
            &found["entries"][0],
            &json!({ "amount": "80.00", "bank_amount": "-80.00", "direction": "out" }),
        );
        client.book((&card, &costs), "2024-01-06", "-20.00").await;
        complete(&client, &found).await;
    }

    pub(super) async fn nothing_begins_after_the_last_day_of_all(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, _) = two_accounts(&client).await;
        let last = client.reconcile(&bank, "9999-12-31", "0").await.ok();
        complete(&client, &last).await;
        for day in ["9999-12-31", "2024-01-31"] {
            client
                .reconcile(&bank, day, "0")
                .await
                .refused(422, "statement_date_not_after_last");
        }
    }

    pub(super) async fn ticks_and_cancelling(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        client.book((&bank, &sales), "2024-01-10", "10.00").await;
        client.book((&bank, &sales), "2024-01-11", "20.00").await;
        let found = client.reconcile(&bank, "2024-01-31", "30.00").await.ok();
        let path = path_of(&found);
        let entry = text(&found["entries"][0]["id"]);
        let ticked = json!({ "entries": [entry], "is_reconciled": true });
        let after = client
            .call("PUT", &format!("{path}/entries"), ticked.clone())
            .await
            .ok();
        assert_fields(
            &after,
            &json!({ "reconciled_entries": 1, "total_entries": 2, "difference": "0.00" }),
        );
        let again = client.call("PUT", &format!("{path}/entries"), ticked).await.ok();
        assert_eq!(again["reconciled_entries"], 1, "ticking twice is ticking once");
        let seen = client.get(&format!("{path}/entries?limit=1")).await;
        assert_fields(&seen["data"][0], &json!({ "id": entry, "is_reconciled": true }));
        assert_fields(&seen, &json!({ "has_more": true, "total_count": 2 }));
        let off = client
            .call(
                "PUT",
                &format!("{path}/entries/{entry}"),
                json!({ "is_reconciled": false }),
            )
            .await
            .ok();
        assert_eq!(off["reconciled_entries"], 0);
        client
            .call(
                "PUT",
                &format!("{path}/entries/{entry}"),
                json!({ "is_reconciled": true }),
            )
            .await
            .ok();
        let cancelled = client.post(&format!("{path}/cancel"), Value::Null).await;
        assert_fields(&cancelled, &json!({ "status": "Cancelled", "completed_at": null }));
        // What is counted is what is listed: its entries are free again.
        let none =
            json!({ "reconciled_entries": 0, "total_entries": 0, "difference": "0.00", "ledger_balance": "30.00" });
        assert_fields(&cancelled, &none);
        assert_fields(&client.get(&path).await, &none);
        assert_eq!(client.get(&path).await["entries"], json!([]));
        assert_fields(&client.get("/reconciliations?status=Cancelled").await["data"][0], &none);
        assert_eq!(client.get(&format!("{path}/entries")).await["total_count"], 0);
        let event = client.get("/events?entity_type=reconciliation&limit=1").await["data"][0].clone();
        assert_eq!(event["event_type"], "reconciliation.cancelled");
        let said = &event["metadata"];
        assert_fields(
            &said["before"],
            &json!({ "total_entries": 2, "ticked_entries": 1, "ledger_balance": "30.00" }),
        );
        assert_fields(
            &said["after"],
            &json!({ "total_entries": 0, "ticked_entries": 0, "ledger_balance": "30.00" }),
        );
        for step in ["complete", "cancel"] {
            let refused = client.call("POST", &format!("{path}/{step}"), Value::Null).await;
            refused.refused(422, "reconciliation_not_in_progress");
        }
        let next = client.reconcile(&bank, "2024-01-31", "30.00").await.ok();
        assert_eq!(next["total_entries"], 2);
    }

    pub(super) async fn an_opening_reconciliation_carries_what_was_open(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        client.book((&bank, &sales), "2023-12-01", "100.00").await;
        let check = client.book((&bank, &sales), "2023-12-20", "-30.00").await;
        let body = json!({ "account_id": bank, "cut_off_date": "2023-12-31", "opening_balance": "101.00",
            "open_entries": [check["entries"][0]["id"]] });
        let mut twice = body.clone();
        twice["open_entries"] = json!([check["entries"][0]["id"], check["entries"][0]["id"]]);
        let refused = client.call("POST", "/reconciliations/opening", twice).await;
        let error = refused.refused(400, "invalid_request");
        assert!(error["details"]["fields"]["open_entries[1]"].is_string(), "{error}");
        let opening = client.post("/reconciliations/opening", body.clone()).await;
        assert_eq!(
            opening["drift"], "1.00",
            "the bank says 101.00, the books 100.00 less nothing"
        );
        assert_fields(
            &opening,
            &json!({ "status": "Completed", "statement_balance": "101.00", "ledger_balance": "101.00",
            "difference": "0.00", "book_balance": "70.00" }),
        );
        let again = client.call("POST", "/reconciliations/opening", body).await;
        again.refused(422, "account_already_reconciled");
        let january = client.reconcile(&bank, "2024-01-31", "71.00").await.ok();
        assert_fields(
            &january,
            &json!({ "total_entries": 1, "ledger_balance": "70.00", "opening_balance": "101.00" }),
        );
        let why = client.get(&format!("{}/explanation", path_of(&january))).await;
        assert_fields(
            &why,
            &json!({ "difference": "1.00", "drift": "1.00", "open_entries": "30.00",
            "uncovered": "-30.00" }),
        );
        assert_eq!(
            client.get("/reconciliations").await["total_count"],
            1,
            "openings are not listed"
        );
        // One that is worked on again keeps others from beginning: there it can be found.
        let path = path_of(&opening);
        client.call("DELETE", &path_of(&january), Value::Null).await.ok();
        client
            .post(&format!("{path}/reopen"), json!({ "reason": "again" }))
            .await;
        client
            .reconcile(&bank, "2024-01-31", "71.00")
            .await
            .refused(422, "reconciliation_in_progress_exists");
        let open = client.get("/reconciliations?status=InProgress").await;
        assert_fields(&open, &json!({ "total_count": 1 }));
        assert_eq!(open["data"][0]["id"], opening["id"]);
        // What it finds is drift, which keeps nobody from completing it again.
        let why = client.get(&format!("{path}/explanation")).await;
        assert_eq!(why["difference"], "1.00");
        complete(&client, &opening).await;
        let completed = client.get(&path).await;
        assert_fields(
            &completed,
            &json!({ "status": "Completed", "ledger_balance": "101.00", "difference": "0.00" }),
        );
        let why = client.get(&format!("{path}/explanation")).await;
        assert_fields(&why, &json!({ "difference": "0.00", "warnings": [] }));
        let january = client.reconcile(&bank, "2024-01-31", "71.00").await.ok();
        assert_fields(
            &january,
            &json!({ "total_entries": 1, "ledger_balance": "70.00", "opening_balance": "101.00" }),
        );
    }

    pub(super) async fn events_print_money_as_everywhere(test: TestDatabase) {
        let client = Client::new(test).await;
        let (card, costs) = (
            client.account("2100", "liability").await,
            client.account("6000", "expense").await,
        );
        let bought = client.book((&costs, &card), "2024-01-10", "12.50").await;
        client.book((&costs, &card), "2024-01-11", "7.00").await;
        let reconciliation = client.reconcile(&card, "2024-01-31", "19.50").await.ok();
        let path = path_of(&reconciliation);
        let aside = json!({ "entries": [{ "id": reconciliation["entries"][0]["id"], "amount": "2.50" }],
            "reason": "disputed" });
        client.post(&format!("{path}/set-aside"), aside).await;
        client.call("DELETE", &path, Value::Null).await.ok();
        let of = |id: &Value| format!("/events?entity_id={}", text(id));
        let events = client.get(&of(&reconciliation["id"])).await;
        let [deleted, set_aside, created] = events["data"].as_array().unwrap().as_slice() else {
            panic!("{events}");
        };
        assert_fields(
            &created["metadata"]["after"],
            &json!({ "statement_balance": "19.50", "ledger_balance": "19.50", "set_aside_total": "0.00" }),
        );
        assert_eq!(
            set_aside["metadata"]["entries"][0]["amount"], "2.50",
            "credit less debit"
        );
        let before = &deleted["metadata"]["before"];
        assert_fields(before, &json!({ "ledger_balance": "17.00", "total_entries": 2 }));
        assert_eq!(before["entries"][0]["amount"], "10.00", "{before}");
        assert_eq!(before["entries"][0]["transaction_id"], bought["id"]);
        assert_fields(
            &before["set_aside"][0],
            &json!({ "amount": "2.50", "reason": "disputed", "is_whole": false }),
        );
        let booked = client.get(&of(&bought["id"])).await;
        let entry = &booked["data"][0]["metadata"]["after"]["entries"][1];
        assert_fields(
            entry,
            &json!({ "account_id": card, "entry_type": "credit", "amount": "12.50", "currency_id": "cur_usd",
            "base_amount": "12.50" }),
        );
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn no_balance_is_too_large_to_be_explained(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, _) = two_accounts(&client).await;
        for balance in ["92233720368547758.07", "-92233720368547758.07", "40000000000000000.01"] {
            let refused = client.reconcile(&bank, "2024-01-31", balance).await;
            let refused = refused.refused(400, "invalid_request");
            assert!(
                refused["details"]["fields"]["statement_balance"].is_string(),
                "{refused}"
            );
        }
        let largest = client
            .reconcile(&bank, "2024-01-31", "-40000000000000000.00")
            .await
            .ok();
        let why = client.get(&format!("{}/explanation", path_of(&largest))).await;
        assert_eq!(why["difference"], "-40000000000000000.00");
    }

    pub(super) async fn a_stale_version_is_told_before_any_rule(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        let made = client.reconcile(&bank, "2024-01-31", "5.00").await.ok();
        let path = path_of(&made);
        let seen = client.call("GET", &path, Value::Null).await.etag.unwrap();
        client.book((&bank, &sales), "2024-01-10", "1.00").await;
        let full = format!("/organizations/{}{path}", client.organization);
        let stale = [("If-Match", seen.as_str())];
        let complete = client
            .send("POST", &format!("{full}/complete"), Value::Null, &stale)
            .await;
        complete.refused(409, "conflict");
        let update = client.send("PUT", &full, json!({ "notes": "x" }), &stale).await;
        update.refused(409, "conflict");
        let complete = client.call("POST", &format!("{path}/complete"), Value::Null).await;
        complete.refused(422, "reconciliation_not_balanced");
    }

    pub(super) async fn the_difference_is_explained(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two_accounts(&client).await;
        client.book((&bank, &sales), "2024-01-10", "10.00").await;
        let found = client.reconcile(&bank, "2024-01-31", "7.00").await.ok();
        let why = client.get(&format!("{}/explanation", path_of(&found))).await;
        assert_fields(
            &why,
            &json!({ "difference": "-3.00", "open_entries": "-10.00", "uncovered": "7.00",
            "drift": "0.00" }),
        );
        let position = client
            .get(&format!("/reconciliations/as-of?account_id={bank}&date=2024-01-09"))
            .await;
        assert_fields(&position, &json!({ "book_balance": "0.00", "open_total": "0.00" }));
        let position = client
            .get(&format!("/reconciliations/as-of?account_id={bank}&date=2024-01-10"))
            .await;
        assert_fields(&position, &json!({ "book_balance": "10.00", "open_total": "10.00" }));
    }

    pub(super) async fn lists_page_and_filter(test: TestDatabase) {
        let client = Client::new(test).await;
        let mut newest = Value::Null;
        for code in 1..=3 {
            let account = client.account(&code.to_string(), "asset").await;
            newest = client.reconcile(&account, "2024-01-31", "0").await.ok();
        }
        complete(&client, &newest).await;
        let all = client.get("/reconciliations?limit=2").await;
        assert_fields(&all, &json!({ "object": "list", "has_more": true, "total_count": 3 }));
        assert_eq!(all["data"][0]["id"], newest["id"]);
        assert!(all["data"][0].get("entries").is_none(), "rows have no entries");
        assert_eq!(
            client.get("/reconciliations?limit=1000").await["data"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
        assert_fields(
            &client.get("/reconciliations?offset=2").await,
            &json!({ "has_more": false, "total_count": 3 }),
        );
        assert_eq!(client.get("/reconciliations?status=Completed").await["total_count"], 1);
        let own = format!("/reconciliations?account_id={}", text(&newest["account_id"]));
        assert_eq!(client.get(&own).await["total_count"], 1);
        assert_eq!(
            client.get("/reconciliations?account_id=act_nobody").await["total_count"],
            0
        );
        for wrong in ["limit=0", "limit=x", "offset=-1", "status=Open"] {
            let refused = client
                .call("GET", &format!("/reconciliations?{wrong}"), Value::Null)
                .await;
            refused.refused(400, "invalid_request");
        }
    }

    pub(super) async fn a_repeated_request_is_done_once(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, _) = two_accounts(&client).await;
        let path = format!("/organizations/{}/reconciliations", client.organization);
        let body = json!({ "account_id": bank, "statement_date": "2024-01-31", "statement_balance": "0" });
        let key = [("idempotency-key", "january")];
        let first = client.send("POST", &path, body.clone(), &key).await.ok();
        let second = client.send("POST", &path, body.clone(), &key).await.ok();
        assert_eq!(first, second);
        let mut other = body;
        other["statement_balance"] = json!("1");
        client.send("POST", &path, other, &key).await.refused(409, "conflict");
        // A mark of an older state is refused, the present one is accepted.
        let one = format!("{path}/{}", text(&first["id"]));
        let seen = client.send("GET", &one, Value::Null, &[]).await.etag.unwrap();
        let notes = json!({ "notes": "seen" });
        client
            .send("PUT", &one, notes.clone(), &[("if-match", &seen)])
            .await
            .ok();
        client
            .send("PUT", &one, notes, &[("if-match", &seen)])
            .await
            .refused(409, "conflict");
    }
}

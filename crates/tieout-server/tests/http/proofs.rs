//! `audit verify` compares the books with the events: whoever changes the database behind the program's back is found out.

use crate::client::{Client, text};
use serde_json::{Value, json};
use tieout_store::{StoreError, Tx};
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Every way into the books: the events prove what each of them left.
    books_that_nobody_touched_agree_with_their_events;
    /// With the guards taken away: an amount, a whole transaction, one that no event knows.
    what_was_changed_removed_or_added_is_named;
    /// The event of an import proves each of its transactions.
    what_was_changed_stays_named_after_an_ordinary_event;
    /// Days of entries, their sides, totals.
    what_no_event_holds_must_follow_from_what_they_hold;
    a_changed_import_is_named;
    /// Accounts, contacts, tax codes, keys, organizations, and what reconciliations were signed off with.
    records_that_were_changed_removed_or_emptied_are_named;
    /// Whoever can write to the database can give themselves a key, or sign off an account.
    keys_and_sign_offs_that_no_event_entered_are_named;
    /// What balances are read from.
    totals_that_the_entries_do_not_add_up_to_are_named;
}

mod bodies {
    use super::*;

    pub(super) async fn books_that_nobody_touched_agree_with_their_events(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let savings = client.account("1010", "asset").await;
        let imported = import(&client).await;
        let (first, second) = (&imported[0], &imported[1]);
        let words = json!({ "description": "other words" });
        client.call("PUT", &format!("/transactions/{first}"), words).await.ok();
        client.post(&format!("/transactions/{second}/reverse"), json!({})).await;
        let entries = json!([{ "account_id": bank, "entry_type": "debit", "amount": "1.00" },
            { "account_id": sales, "entry_type": "credit", "amount": "1.00" }]);
        let new =
            json!({ "description": "x", "transaction_date": "2024-01-05", "status": "pending", "entries": entries });
        let pending = client.post("/transactions", new.clone()).await;
        client
            .post(&format!("/transactions/{}/post", text(&pending["id"])), Value::Null)
            .await;
        let gone = client.post("/transactions", new.clone()).await;
        client
            .call("DELETE", &format!("/transactions/{}", text(&gone["id"])), Value::Null)
            .await
            .ok();
        let draft = client
            .post("/drafts", json!({ "operation": "create_transaction", "payload": new }))
            .await;
        client
            .post(&format!("/drafts/{}/approve", text(&draft["id"])), Value::Null)
            .await;
        let transfer = json!({ "from_account_id": bank, "to_account_id": savings, "amount": "5.00",
            "transferred_at": "2024-01-06" });
        client.post("/transfers", transfer).await;
        let item = json!({ "kind": "invoice", "number": "R1", "issue_date": "2024-01-07",
            "entries": [{ "account_id": sales, "amount": "-30.00" }] });
        let v1 = format!("/v1/organizations/{}", client.organization);
        let item = client.send("POST", &format!("{v1}/open-items"), item, &[]).await.ok();
        let pay = json!({ "account_id": bank, "date": "2024-01-08", "items": [{ "open_item_id": item["id"] }] });
        client.send("POST", &format!("{v1}/item-payments"), pay, &[]).await.ok();
        let close = json!({ "last_day": "2024-12-31" });
        client.send("POST", &format!("{v1}/year-end"), close, &[]).await.ok();
        client.assert_chains_are_intact().await;
    }

    pub(super) async fn what_was_changed_removed_or_added_is_named(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let mut ids = Vec::new();
        for amount in ["1.00", "2.00", "3.00"] {
            let made = client.book((&bank, &sales), "2024-01-05", amount).await;
            ids.push(text(&made["id"]));
        }
        client.assert_chains_are_intact().await;
        take_guards_away(&client).await;
        let key = |id: &str| tieout_core::Id::<tieout_core::id::Transaction>::parse(id).unwrap();
        let changed = key(&ids[0]);
        tamper(
            &client,
            "UPDATE entry SET amount = amount * 9, line_amount = line_amount * 9, base_amount = base_amount * 9 \
            WHERE transaction_id = $1",
            vec![changed.bytes().to_vec()],
        )
        .await;
        let message = broken(&client).await;
        assert!(message.contains(&ids[0]) && !message.contains(&ids[1]), "{message}");
        let removed = key(&ids[1]).bytes().to_vec();
        tamper(
            &client,
            "DELETE FROM entry WHERE transaction_id = $1",
            vec![removed.clone()],
        )
        .await;
        tamper(&client, "DELETE FROM journal_transaction WHERE id = $1", vec![removed]).await;
        let message = broken(&client).await;
        assert!(
            message.contains(&format!("{}, which an event entered, is missing", ids[1])),
            "{message}"
        );
        let mut added = *key(&ids[2]).bytes();
        added[9] ^= 1;
        tamper(
            &client,
            "INSERT INTO journal_transaction (organization_id, id, kind, description, day, status, total_debits, \
            total_credits, currency, amount, created_by, posted_at, metadata, created_at, updated_at) \
            SELECT organization_id, $1, kind, description, day, status, total_debits, total_credits, currency, amount, \
            created_by, posted_at, metadata, created_at, updated_at FROM journal_transaction WHERE id = $2",
            vec![added.to_vec(), key(&ids[2]).bytes().to_vec()],
        )
        .await;
        let added = tieout_core::Id::<tieout_core::id::Transaction>::from_bytes(added);
        let message = broken(&client).await;
        assert!(
            message.contains(&format!("{added} is in the books, but no event entered it")),
            "{message}"
        );
    }

    pub(super) async fn what_was_changed_stays_named_after_an_ordinary_event(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        let id = text(&client.book((&bank, &sales), "2024-01-05", "1.00").await["id"]);
        take_guards_away(&client).await;
        let changed = tieout_core::Id::<tieout_core::id::Transaction>::parse(&id).unwrap();
        tamper(
            &client,
            "UPDATE entry SET amount = amount * 9, line_amount = line_amount * 9, base_amount = base_amount * 9 \
            WHERE transaction_id = $1",
            vec![changed.bytes().to_vec()],
        )
        .await;
        let words = json!({ "description": "Another word" });
        client.call("PUT", &format!("/transactions/{id}"), words).await.ok();
        let message = broken(&client).await;
        assert!(
            message.contains(&format!("{id} was another in the books at this event")),
            "{message}"
        );
    }

    pub(super) async fn what_no_event_holds_must_follow_from_what_they_hold(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        client.book((&bank, &sales), "2024-01-05", "1.00").await;
        take_guards_away(&client).await;
        for (statement, back, what) in [
            (
                "UPDATE entry SET day = day + 31",
                "UPDATE entry SET day = day - 31",
                "an entry of another day",
            ),
            (
                "UPDATE entry SET is_debit = NOT is_debit",
                "UPDATE entry SET is_debit = NOT is_debit",
                "on the wrong side",
            ),
        ] {
            tamper(&client, statement, Vec::new()).await;
            let message = broken(&client).await;
            assert!(message.contains(what), "{message}");
            tamper(&client, back, Vec::new()).await;
            client.assert_chains_are_intact().await;
        }
        tamper(
            &client,
            "UPDATE journal_transaction SET total_debits = total_debits * 9, total_credits = total_credits * 9",
            Vec::new(),
        )
        .await;
        let message = broken(&client).await;
        assert!(
            message.contains("has totals that its entries do not add up to"),
            "{message}"
        );
    }

    pub(super) async fn records_that_were_changed_removed_or_emptied_are_named(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, _) = two(&client).await;
        with_records(&client, &bank).await;
        client.assert_chains_are_intact().await;
        take_guards_away(&client).await;
        for (statement, back, what) in [
            (
                "UPDATE account SET account_type = 'expense' WHERE code = '1000'",
                "UPDATE account SET account_type = 'asset' WHERE code = '1000'",
                "which has another account_type than its event says",
            ),
            (
                "UPDATE contact SET name = 'Crook Ltd'",
                "UPDATE contact SET name = 'Honest Ltd'",
                "which has another name than its event says",
            ),
            (
                "UPDATE tax_rate SET rate_ppm = 1",
                "UPDATE tax_rate SET rate_ppm = 190000",
                "which has another rates than its event says",
            ),
            (
                "UPDATE organization SET books_closed_day = NULL",
                "UPDATE organization SET books_closed_day = 19722",
                "which has another books_closed_through than its event says",
            ),
            (
                "UPDATE reconciliation SET statement_balance = statement_balance + 5 WHERE status = 'InProgress'",
                "UPDATE reconciliation SET statement_balance = statement_balance - 5 WHERE status = 'InProgress'",
                "which has another statement_balance than its event says",
            ),
            (
                "UPDATE reconciliation SET statement_balance = statement_balance + 5, ledger_balance = ledger_balance + 5 \
                    WHERE status = 'Completed'",
                "UPDATE reconciliation SET statement_balance = statement_balance - 5, ledger_balance = ledger_balance - 5 \
                    WHERE status = 'Completed'",
                "which has another ledger_balance, statement_balance than its event says",
            ),
            (
                "UPDATE set_aside SET amount = amount + 1",
                "UPDATE set_aside SET amount = amount - 1",
                "which is completed, has other outstanding entries than it was completed with",
            ),
        ] {
            tamper(&client, statement, Vec::new()).await;
            let message = broken(&client).await;
            assert!(message.contains(what), "{statement}: {message}");
            tamper(&client, back, Vec::new()).await;
            client.assert_chains_are_intact().await;
        }
        tamper(&client, "DELETE FROM contact", Vec::new()).await;
        let message = broken(&client).await;
        assert!(message.contains("which an event entered, is missing"), "{message}");
    }

    pub(super) async fn keys_and_sign_offs_that_no_event_entered_are_named(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, _) = two(&client).await;
        let new = json!({ "account_id": bank, "statement_date": "2024-01-31", "statement_balance": "0.00" });
        client.post("/reconciliations", new).await;
        client
            .post(
                "/api-keys",
                json!({ "name": "another", "permissions": { "accounts": ["read"] } }),
            )
            .await;
        client.assert_chains_are_intact().await;
        // The first key has its event as well.
        let keys = client.get("/api-keys").await;
        for key in keys["data"].as_array().unwrap() {
            let path = format!("/events/api_key/{}", text(&key["id"]));
            let events = client.send("GET", &path, Value::Null, &[]).await.ok();
            assert_eq!(events["data"][0]["event_type"], "api_key.created", "{key}: {events}");
        }
        let exchanged = "UPDATE api_key SET secret_hash = $1 WHERE name = 'another'";
        for (statement, back, prefix) in [
            (
                "INSERT INTO api_key (id, organization_id, covers_below, user_id, name, secret_hash, preview, permissions, \
                    use_count, use_month, created_at, updated_at) SELECT $1, organization_id, covers_below, user_id, name, \
                    $2, preview, permissions, 0, 0, created_at, updated_at FROM api_key WHERE name = 'First key'",
                "DELETE FROM api_key WHERE id = $1 OR id = $2",
                "key_",
            ),
            (
                "INSERT INTO reconciliation (organization_id, id, account_id, kind, statement_day, statement_balance, status, \
                    is_parked, previous_balance, ledger_balance, total_entries, ticked_entries, set_aside_count, \
                    set_aside_total, created_by, created_by_key, created_at, updated_at, version, late_count, late_total) \
                    SELECT organization_id, $1, account_id, kind, statement_day, statement_balance, 'Cancelled', is_parked, \
                    previous_balance, ledger_balance, total_entries, ticked_entries, set_aside_count, set_aside_total, \
                    created_by, $2, created_at, updated_at, version, late_count, late_total FROM reconciliation",
                "DELETE FROM reconciliation WHERE id = $1 OR id = $2",
                "rec_",
            ),
        ] {
            let args = vec![vec![7; 16], vec![7; 32]];
            tamper(&client, statement, args.clone()).await;
            let message = broken(&client).await;
            assert!(
                message.contains(prefix) && message.contains("no event entered it"),
                "{message}"
            );
            tamper(&client, back, args).await;
            client.assert_chains_are_intact().await;
        }
        // Whoever puts the hash of their own secret in the place of another's is in as well.
        tamper(&client, exchanged, vec![vec![9; 32]]).await;
        let message = broken(&client).await;
        assert!(
            message.contains("which has another secret_digest than its event says"),
            "{message}"
        );
    }

    pub(super) async fn totals_that_the_entries_do_not_add_up_to_are_named(test: TestDatabase) {
        let client = Client::new(test).await;
        let (bank, sales) = two(&client).await;
        for day in ["2024-01-05", "2024-01-06", "2024-02-01"] {
            client.book((&bank, &sales), day, "1.00").await;
        }
        client.assert_chains_are_intact().await;
        for (statement, back, day) in [
            (
                "UPDATE account_balance SET debit = debit + 5 WHERE level = 2 AND first_day = 19728 AND debit > 0",
                "UPDATE account_balance SET debit = debit - 5 WHERE level = 2 AND first_day = 19728 AND debit > 0",
                "2024-01-06",
            ),
            (
                "UPDATE account_balance SET credit = credit + 5 WHERE level = 1 AND first_day = 19754 AND credit > 0",
                "UPDATE account_balance SET credit = credit - 5 WHERE level = 1 AND first_day = 19754 AND credit > 0",
                "2024-02-01",
            ),
        ] {
            tamper(&client, statement, Vec::new()).await;
            let message = broken(&client).await;
            let what = format!("has totals from {day} on that its entries do not add up to");
            assert!(message.contains(&what), "{message}");
            tamper(&client, back, Vec::new()).await;
            client.assert_chains_are_intact().await;
        }
    }

    pub(super) async fn a_changed_import_is_named(test: TestDatabase) {
        let client = Client::new(test).await;
        two(&client).await;
        import(&client).await;
        client.assert_chains_are_intact().await;
        take_guards_away(&client).await;
        tamper(&client, "UPDATE journal_transaction SET day = day + 1", Vec::new()).await;
        let message = broken(&client).await;
        assert!(
            message.contains("imp_") && message.contains("is another in the books than it was"),
            "{message}"
        );
    }
}

async fn two(client: &Client) -> (String, String) {
    (
        client.account("1000", "asset").await,
        client.account("4000", "revenue").await,
    )
}

/// Three transactions from a journal.
async fn import(client: &Client) -> Vec<String> {
    let mut journal = "2024-01-01 open Assets:Till USD\n2024-01-01 open Income:Fees\n".to_owned();
    for number in 1..=3 {
        let sale = format!("\n2024-01-0{number} * \"Sale {number}\"\n  Assets:Till  {number}.00 USD\n  Income:Fees\n");
        journal.push_str(&sale);
    }
    let body = json!({ "file_name": "m.beancount", "content": journal, "create_accounts": true });
    let path = format!("/v1/organizations/{}/imports", client.organization);
    assert_eq!(client.send("POST", &path, body, &[]).await.ok()["added"], 3);
    let seen = client.get("/transactions").await;
    seen["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(&row["id"]))
        .collect()
}

/// A contact, a tax code, a closed period, a completed reconciliation with an outstanding entry and an open one.
async fn with_records(client: &Client, bank: &str) {
    let other = client.account("3000", "equity").await;
    client.book((bank, &other), "2024-01-05", "10.00").await;
    client.book((bank, &other), "2024-01-06", "2.00").await;
    let contact = json!({ "contact_type": "vendor", "name": "Honest Ltd" });
    client.post("/contacts", contact).await;
    let code = json!({ "code": "V", "name": "VAT", "kind": "exclusive",
        "rates": [{ "rate_ppm": 190_000, "account_id": other }] });
    let v1 = format!("/v1/organizations/{}", client.organization);
    client.send("POST", &format!("{v1}/tax-codes"), code, &[]).await.ok();
    let closed = json!({ "books_closed_through": "2023-12-31" });
    client.call("PUT", "", closed).await.ok();
    let new =
        |date: &str, balance: &str| json!({ "account_id": bank, "statement_date": date, "statement_balance": balance });
    let first = client.post("/reconciliations", new("2024-01-31", "10.00")).await;
    let path = format!("/reconciliations/{}", text(&first["id"]));
    let aside = json!({ "entries": [{ "id": first["entries"][1]["id"] }] });
    client.post(&format!("{path}/set-aside"), aside).await;
    let done = client.post(&format!("{path}/complete"), Value::Null).await;
    assert_eq!(done["status"], "Completed");
    client.post("/reconciliations", new("2024-02-29", "12.00")).await;
}

async fn take_guards_away(client: &Client) {
    let statements: &[&'static str] = if client.test.url.is_some() {
        &[
            "DROP TRIGGER entry_update ON entry",
            "DROP TRIGGER journal_transaction_update ON journal_transaction",
            "DROP TRIGGER journal_transaction_delete ON journal_transaction",
            "DROP TRIGGER reconciliation_update ON reconciliation",
            "ALTER TABLE entry DROP CONSTRAINT entry_side",
        ]
    } else {
        &[
            "DROP TRIGGER entry_update",
            "DROP TRIGGER entry_delete",
            "DROP TRIGGER journal_transaction_update",
            "DROP TRIGGER journal_transaction_delete",
            "DROP TRIGGER reconciliation_update",
            "DROP TRIGGER entry_side_update",
        ]
    };
    for sql in statements {
        tamper(client, sql, Vec::new()).await;
    }
}

async fn tamper(client: &Client, sql: &'static str, args: Vec<Vec<u8>>) {
    async fn run(tx: &mut Tx, sql: &'static str, args: &[Vec<u8>]) -> Result<u64, StoreError> {
        let args: Vec<_> = args.iter().map(|bytes| bytes.as_slice().into()).collect();
        tx.execute(sql, &args).await
    }
    let database = &client.test.database;
    let done = database.write((sql, args), |tx, (sql, args)| Box::pin(run(tx, sql, args)));
    done.await.unwrap();
}

async fn broken(client: &Client) -> String {
    let found = client.app.verify_chains(Vec::new()).await.unwrap();
    found[0].1.clone().unwrap_err().what
}

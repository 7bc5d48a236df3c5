//! Random histories against a model that knows nothing of totals, windows or carried entries: it keeps, for each entry,
//! which reconciliation took how much of it. What was printed on the way as at some day is asked for again at the end.

use crate::client::{Client, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// After every step the server says what the model says.
    random_histories_agree_with_a_simple_model;
}

struct Entry {
    transaction: String,
    day: u32,
    amount: i64,
    /// What each completed reconciliation took.
    taken: BTreeMap<usize, i64>,
    is_reversed: bool,
}

struct Statement {
    id: String,
    day: u32,
    is_completed: bool,
    aside: BTreeMap<usize, i64>,
    /// How many entries there were when it was completed.
    seen: usize,
}

/// What an auditor printed: the questions, with the instant, and the answers.
struct Printed {
    question: String,
    figures: Value,
    list: Vec<Value>,
}

#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    /// In the order of their days; only the last may be open.
    statements: Vec<Statement>,
    completions: u32,
    reopened: u32,
    printed: Vec<Printed>,
}

impl Model {
    fn add(&mut self, transaction: &Value, day: u32, amount: i64) {
        self.entries.push(Entry {
            transaction: text(&transaction["id"]),
            day,
            amount,
            taken: BTreeMap::new(),
            is_reversed: false,
        });
    }

    /// Entries that were posted into the period of a completed statement.
    fn late(&self, statement: usize) -> Vec<&Entry> {
        let Statement { day, seen, .. } = self.statements[statement];
        let after = statement.checked_sub(1).map_or(0, |before| self.statements[before].day);
        let later = self.entries.iter().skip(seen);
        later.filter(|entry| entry.day > after && entry.day <= day).collect()
    }

    /// What was open on a day, by transaction: whatever statements to that day had not taken.
    fn open_on(&self, day: u32) -> BTreeMap<String, i64> {
        let before = |statement: &usize| self.statements[*statement].day <= day;
        let open = |entry: &Entry| {
            let taken = entry.taken.iter().filter(|(statement, _)| before(statement));
            entry.amount - taken.map(|(_, amount)| amount).sum::<i64>()
        };
        let to_day = self.entries.iter().filter(|entry| entry.day <= day);
        to_day
            .map(|entry| (entry.transaction.clone(), open(entry)))
            .filter(|(_, open)| *open != 0)
            .collect()
    }

    fn open(&self, entry: usize) -> i64 {
        let entry = &self.entries[entry];
        entry.amount - entry.taken.values().sum::<i64>()
    }

    fn current(&self) -> Option<usize> {
        self.statements
            .len()
            .checked_sub(1)
            .filter(|last| !self.statements[*last].is_completed)
    }

    fn last_day(&self) -> u32 {
        self.statements
            .iter()
            .filter(|statement| statement.is_completed)
            .map(|s| s.day)
            .max()
            .unwrap_or(0)
    }

    /// Transactions and what of them is in scope of the open one.
    fn scope(&self, statement: usize) -> BTreeMap<String, i64> {
        let Statement { day, aside, .. } = &self.statements[statement];
        (0..self.entries.len())
            .filter(|entry| self.entries[*entry].day <= *day)
            .map(|entry| {
                (
                    self.entries[entry].transaction.clone(),
                    self.open(entry) - aside.get(&entry).unwrap_or(&0),
                )
            })
            .filter(|(_, amount)| *amount != 0)
            .collect()
    }

    fn ledger(&self, statement: usize) -> i64 {
        let Statement { day, aside, .. } = &self.statements[statement];
        let posted: i64 = self
            .entries
            .iter()
            .filter(|entry| entry.day <= *day)
            .map(|entry| entry.amount)
            .sum();
        posted - aside.values().sum::<i64>()
    }

    fn complete(&mut self, statement: usize) {
        let day = self.statements[statement].day;
        for entry in 0..self.entries.len() {
            let aside = self.statements[statement].aside.get(&entry).copied().unwrap_or(0);
            let taken = self.open(entry) - aside;
            if self.entries[entry].day <= day && taken != 0 {
                self.entries[entry].taken.insert(statement, taken);
            }
        }
        self.statements[statement].is_completed = true;
        self.statements[statement].seen = self.entries.len();
        self.completions += 1;
    }

    fn reopen(&mut self, statement: usize) {
        for entry in &mut self.entries {
            entry.taken.remove(&statement);
        }
        self.statements[statement].is_completed = false;
        self.reopened += 1;
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

fn date(day: u32) -> String {
    let month = (day - 1) / 28;
    format!("{}-{:02}-{:02}", 2024 + month / 12, 1 + month % 12, 1 + (day - 1) % 28)
}

fn print(minor: i64) -> String {
    format!(
        "{}{}.{:02}",
        if minor < 0 { "-" } else { "" },
        minor.abs() / 100,
        minor.abs() % 100
    )
}

fn minor(value: &Value) -> i64 {
    text(value).replace('.', "").parse().unwrap()
}

mod bodies {
    use super::*;

    pub(super) async fn random_histories_agree_with_a_simple_model(test: TestDatabase) {
        let client = Client::new(test).await;
        let other = client.account("4000", "revenue").await;
        for seed in 1..=3 {
            let bank = client.account(&format!("10{seed}"), "asset").await;
            let mut model = Model::default();
            let mut dice = Dice(seed * 77);
            for _ in 0..100 {
                step(&client, (&bank, &other), &mut model, &mut dice).await;
                check(&client, &model, &bank).await;
                as_of(&client, &mut model, &bank, &mut dice).await;
            }
            for printed in &model.printed {
                let (figures, list) = ask(&client, &printed.question).await;
                assert_eq!(figures, printed.figures, "what was printed then: {}", printed.question);
                assert_eq!(list, printed.list, "what was printed then: {}", printed.question);
            }
            assert!(model.reopened > 2, "completions were undone: {}", model.reopened);
            assert!(
                model.completions > 3,
                "the history reached something: {}",
                model.completions
            );
        }
        client.assert_chains_are_intact().await;
    }
}

async fn step(client: &Client, accounts: (&str, &str), model: &mut Model, dice: &mut Dice) {
    match (dice.below(10), model.current()) {
        (2, _) if !model.entries.is_empty() => {
            let number = dice.below(model.entries.len());
            if !std::mem::replace(&mut model.entries[number].is_reversed, true) {
                let Entry {
                    transaction,
                    day,
                    amount,
                    ..
                } = &model.entries[number];
                let (day, amount) = (*day, *amount);
                let made = client
                    .post(&format!("/transactions/{transaction}/reverse"), json!({}))
                    .await;
                model.add(&made, day, -amount);
            }
        }
        (0..=2, _) | (_, None) if dice.below(2) == 0 || model.entries.len() < 3 => {
            let day = 1 + dice.below(150) as u32;
            let amount = (1 + dice.below(500) as i64) * if dice.below(2) == 0 { 1 } else { -1 };
            let made = client.book(accounts, &date(day), &print(amount)).await;
            model.add(&made, day, amount);
        }
        (0..=6, None) => {
            let day = model.last_day() + 1 + dice.below(15) as u32;
            let made = client.reconcile(accounts.0, &date(day), "0.00").await.ok();
            let id = text(&made["id"]);
            model.statements.push(Statement {
                id,
                day,
                is_completed: false,
                aside: BTreeMap::new(),
                seen: 0,
            });
        }
        (_, None) => reopen(client, model).await,
        (0..=4, Some(current)) => set_aside(client, model, current, dice).await,
        (5, Some(current)) => take_back(client, model, current).await,
        (6, Some(current)) => {
            let path = format!("/reconciliations/{}", model.statements[current].id);
            client.call("DELETE", &path, Value::Null).await.ok();
            model.statements.pop();
        }
        (_, Some(current)) => {
            let path = format!("/reconciliations/{}", model.statements[current].id);
            let balance = print(model.ledger(current));
            client
                .call("PUT", &path, json!({ "statement_balance": balance }))
                .await
                .ok();
            client.post(&format!("{path}/complete"), Value::Null).await;
            model.complete(current);
        }
    }
}

async fn reopen(client: &Client, model: &mut Model) {
    if let Some(last) = model.statements.len().checked_sub(1) {
        let path = format!("/reconciliations/{}/reopen", model.statements[last].id);
        client.post(&path, json!({ "reason": "random" })).await;
        model.reopen(last);
    }
}

async fn set_aside(client: &Client, model: &mut Model, current: usize, dice: &mut Dice) {
    let path = format!("/reconciliations/{}", model.statements[current].id);
    let seen = client.get(&path).await;
    let entries = seen["entries"].as_array().unwrap();
    let Some(entry) = entries.get(dice.below(entries.len())) else {
        return;
    };
    let number = model
        .entries
        .iter()
        .position(|known| entry["transaction_id"] == known.transaction.as_str())
        .unwrap();
    let open = model.open(number);
    let part = if dice.below(2) == 0 {
        open
    } else {
        open.signum() * (1 + dice.below(open.unsigned_abs() as usize) as i64)
    };
    // Without sign, or with the one that the entry's amount has there: money out is positive.
    let written = if dice.below(2) == 0 { part.abs() } else { -part };
    let body = json!({ "entries": [{ "id": entry["id"], "amount": print(written) }] });
    client.post(&format!("{path}/set-aside"), body).await;
    model.statements[current].aside.insert(number, part);
}

async fn take_back(client: &Client, model: &mut Model, current: usize) {
    let path = format!("/reconciliations/{}", model.statements[current].id);
    let unknown = client.call("GET", &format!("{path}?entries=foo"), Value::Null).await;
    unknown.refused(400, "invalid_request");
    let seen = client.get(&format!("{path}?entries=none")).await;
    let aside = seen["outstanding"].as_array().unwrap();
    assert_eq!(aside.len(), model.statements[current].aside.len());
    let Some(first) = aside.first() else {
        return;
    };
    let number = model
        .entries
        .iter()
        .position(|known| first["transaction_id"] == known.transaction.as_str())
        .unwrap();
    client
        .post(&format!("{path}/take-back"), json!({ "entries": [first["id"]] }))
        .await;
    model.statements[current].aside.remove(&number);
}

/// Every statement says what the model says; completed ones what they said when they were completed.
async fn check(client: &Client, model: &Model, bank: &str) {
    for (number, statement) in model.statements.iter().enumerate() {
        let seen = client.get(&format!("/reconciliations/{}", statement.id)).await;
        let entries: BTreeMap<String, i64> = seen["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| (text(&entry["transaction_id"]), minor(&entry["bank_amount"])))
            .collect();
        let expected = if statement.is_completed {
            let taken = |entry: &Entry| Some((entry.transaction.clone(), *entry.taken.get(&number)?));
            model.entries.iter().filter_map(taken).collect()
        } else {
            assert_eq!(minor(&seen["ledger_balance"]), model.ledger(number), "{seen}");
            let why = client
                .get(&format!("/reconciliations/{}/explanation", statement.id))
                .await;
            let parts = ["open_lines", "open_entries", "breaks", "drift", "uncovered"];
            assert_eq!(
                minor(&why["difference"]),
                parts.iter().map(|part| minor(&why[part])).sum::<i64>(),
                "{why}"
            );
            assert_eq!(-minor(&why["open_entries"]), entries.values().sum::<i64>(), "{why}");
            model.scope(number)
        };
        assert_eq!(entries, expected, "{seen}");
        assert_eq!(seen["total_entries"], expected.len());
        let late = if statement.is_completed {
            model.late(number)
        } else {
            let late = (0..number).flat_map(|before| model.late(before));
            late.filter(|entry| entry.taken.is_empty()).collect()
        };
        assert_eq!(seen["late_entries_count"], late.len(), "{seen}");
        let total: i64 = late.iter().map(|entry| entry.amount).sum();
        assert_eq!(minor(&seen["late_entries_total"]), total, "{seen}");
        let warned = seen["warnings"].as_array().map_or(0, Vec::len);
        assert_eq!(warned, usize::from(!late.is_empty()), "{seen}");
    }
    let all: i64 = model.entries.iter().map(|entry| entry.amount).sum();
    let balance = client.get(&format!("/accounts/{bank}/balance?as_of=2030-01-01")).await;
    assert_eq!(minor(&balance["amount"]), all);
    let bound: i64 = model
        .entries
        .iter()
        .map(|entry| entry.taken.values().map(|part| part.abs()).sum::<i64>())
        .sum();
    assert!(
        bound <= model.entries.iter().map(|entry| entry.amount.abs()).sum(),
        "nothing is taken twice"
    );
}

/// Figures and the whole list, page by page.
async fn ask(client: &Client, question: &str) -> (Value, Vec<Value>) {
    let figures = then(&client.get(&format!("/reconciliations/as-of?{question}")).await);
    let mut list = Vec::new();
    loop {
        let path = format!(
            "/reconciliations/as-of/entries?{question}&limit=3&offset={}",
            list.len()
        );
        let page = client.get(&path).await;
        list.extend(page["data"].as_array().unwrap().iter().map(then));
        if page["has_more"] == false {
            assert_eq!(page["total_count"], list.len(), "{page}");
            return (figures, list);
        }
    }
}

/// What was printed then does not say what became of it.
fn then(shown: &Value) -> Value {
    let mut shown = shown.clone();
    for later in ["cleared", "still_open", "last_undone_at"] {
        shown.as_object_mut().unwrap().remove(later);
    }
    shown
}

/// Any day, as it is known now: the list is what the model says and sums to books less what was cleared, and what became of
/// each entry adds up. Some of it is printed.
async fn as_of(client: &Client, model: &mut Model, bank: &str, dice: &mut Dice) {
    let day = 1 + dice.below(200) as u32;
    let question = format!("account_id={bank}&date={}", date(day));
    let figures = client.get(&format!("/reconciliations/as-of?{question}")).await;
    let page = client
        .get(&format!("/reconciliations/as-of/entries?{question}&limit=100"))
        .await;
    let entries = page["data"].as_array().unwrap();
    let open: BTreeMap<String, i64> = entries
        .iter()
        .map(|entry| (text(&entry["transaction_id"]), minor(&entry["bank_amount"])))
        .collect();
    assert_eq!(open, model.open_on(day), "{page}");
    let sum: i64 = open.values().sum();
    assert_eq!(minor(&figures["open_total"]), sum, "{figures}");
    assert_eq!(
        minor(&figures["book_balance"]) - minor(&figures["cleared_balance"]),
        sum,
        "{figures}"
    );
    let parts = minor(&figures["open_in_total"]) + minor(&figures["open_out_total"]);
    assert_eq!((parts, &figures["open_count"]), (sum, &json!(open.len())), "{figures}");
    for entry in entries {
        let known = |known: &&Entry| entry["transaction_id"] == known.transaction.as_str();
        let number = model.entries.iter().position(|entry| known(&entry)).unwrap();
        assert_eq!(-minor(&entry["still_open"]), model.open(number), "{entry}");
        let cleared = entry["cleared"].as_array().unwrap().iter();
        let cleared: i64 = cleared.map(|part| -minor(&part["amount"])).sum();
        assert_eq!(cleared + model.open(number), minor(&entry["bank_amount"]), "{entry}");
    }
    if dice.below(4) == 0 {
        let question = format!("{question}&known_at={}", text(&figures["known_at"]));
        let (figures, list) = ask(client, &question).await;
        assert_eq!(
            minor(&figures["book_balance"]) - minor(&figures["cleared_balance"]),
            sum,
            "{figures}"
        );
        model.printed.push(Printed {
            question,
            figures,
            list,
        });
    }
}

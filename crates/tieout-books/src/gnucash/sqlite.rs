//! The `SQLite` file.

use super::ledger::{Account, Ledger, Raw, Split, exact};
use super::tables::{Damage, Database, Row};
use crate::limits::MAX_ACCOUNTS;
use crate::read::Emitter;
use std::collections::HashMap;
use tieout_core::problem::{Code, Problem};
use tieout_core::{Date, Decimal};

/// Reads the file; `None` if it is damaged or of another program.
pub(super) fn read(file: &[u8], out: &mut Emitter<'_>) -> Option<Ledger> {
    let read = Database::of(file).and_then(|database| {
        if database.may_have_a_log() {
            let message =
                "the database may hold its newest transactions in a file beside it (-wal); close GnuCash first";
            out.problem(Problem::of_file(Code::Irregular, message));
        }
        ledger(&database)
    });
    match read {
        Ok(Some(ledger)) => Some(ledger),
        Ok(None) => {
            let message = "this is a database, but none of GnuCash: it has no accounts, transactions and splits";
            out.problem(Problem::of_file(Code::UnknownBooks, message));
            None
        }
        Err(damage) => {
            out.problem(Problem::of_file(Code::Malformed, damage.to_string()));
            None
        }
    }
}

fn ledger(database: &Database<'_>) -> Result<Option<Ledger>, Damage> {
    let mut commodities: HashMap<String, String> = HashMap::new();
    let mut ledger = Ledger::default();
    let known = database.rows("commodities", &mut |row| {
        if commodities.len() < MAX_ACCOUNTS {
            commodities.insert(row.text("guid"), row.text("mnemonic"));
        }
    })?;
    let mut template_root = String::new();
    database.rows("books", &mut |row| template_root = row.text("root_template_guid"))?;
    let accounts = database.rows("accounts", &mut |row| {
        if ledger.accounts.len() <= MAX_ACCOUNTS {
            let commodity = commodities.get(&row.text("commodity_guid"));
            ledger.accounts.push(Account {
                id: row.text("guid"),
                parent: row.text("parent_guid"),
                name: row.text("name"),
                kind: row.text("account_type"),
                commodity: commodity.cloned().unwrap_or_default(),
            });
        }
    })?;
    // Scheduled transactions are booked on accounts below a root of their own.
    let templates: Vec<String> = ledger
        .accounts
        .iter()
        .filter(|account| !template_root.is_empty() && account.parent == template_root)
        .map(|account| account.id.clone())
        .collect();
    let mut positions: HashMap<String, usize> = HashMap::new();
    let transactions = database.rows("transactions", &mut |row| {
        positions.insert(row.text("guid"), ledger.transactions.len());
        ledger.transactions.push(Raw {
            id: row.text("guid"),
            date: day(&row.text("post_date")),
            number: row.text("num"),
            description: row.text("description"),
            currency: commodities.get(&row.text("currency_guid")).cloned().unwrap_or_default(),
            line: u64::try_from(ledger.transactions.len()).unwrap_or(0) + 1,
            ..Raw::default()
        });
    })?;
    database.rows("slots", &mut |row| slot(row, &positions, &mut ledger))?;
    let splits = database.rows("splits", &mut |row| split(row, &positions, &mut ledger))?;
    ledger
        .transactions
        .retain(|raw| !raw.splits.iter().all(|split| templates.contains(&split.account)) || raw.splits.is_empty());
    ledger.accounts.retain(|account| !templates.contains(&account.id));
    Ok((known && accounts && transactions && splits).then_some(ledger))
}

fn slot(row: &Row<'_>, positions: &HashMap<String, usize>, ledger: &mut Ledger) {
    let position = positions.get(&row.text("obj_guid")).copied();
    let Some(raw) = position.and_then(|at| ledger.transactions.get_mut(at)) else {
        return;
    };
    match row.text("name").as_str() {
        "notes" => raw.notes = row.text("string_val"),
        // The day as the user gave it, whatever the time zone of the moment in the transaction.
        "date-posted" => raw.date = day(&row.text("gdate_val")).or(raw.date),
        _ => {}
    }
}

fn split(row: &Row<'_>, positions: &HashMap<String, usize>, ledger: &mut Ledger) {
    let position = positions.get(&row.text("tx_guid")).copied();
    let Some(raw) = position.and_then(|at| ledger.transactions.get_mut(at)) else {
        return;
    };
    let amount =
        |above: &str, below: &str| -> Option<Decimal> { exact(row.integer(above)?.into(), row.integer(below)?.into()) };
    raw.splits.push(Split {
        account: row.text("account_guid"),
        memo: row.text("memo"),
        action: row.text("action"),
        state: row.text("reconcile_state"),
        value: amount("value_num", "value_denom"),
        quantity: amount("quantity_num", "quantity_denom"),
        line: raw.line,
    });
}

/// `2026-01-05 10:59:00`, `20260105105900` or `20260105`.
fn day(text: &str) -> Option<Date> {
    if let Some(day) = text.get(..10).and_then(|day| day.parse().ok()) {
        return Some(day);
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

//! Proposed entries as requests to a ledger's API.

use super::{ImportLayout, narration};
use crate::journal::arithmetic::at_scale;
use crate::reversal::EntryRow;
use crate::write::{ProposedEntry, one_line};
use std::fmt::Write as _;
use tieout_core::Currency;

/// Bodies of `POST …/transactions`, one on each line. Where the books have no account for the other side, its id is `null` and
/// its name stands beside it: the API refuses such a body until somebody has chosen the account, and takes the others.
pub(super) fn crane(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut text = String::new();
    for entry in entries {
        let _ = write!(
            text,
            "{{\"description\":{},\"transaction_date\":\"{}\",",
            quoted(&narration(entry)),
            entry.date
        );
        let document = one_line(&entry.document);
        if !document.is_empty() {
            let _ = write!(text, "\"reference_number\":{},", quoted(&document));
        }
        if let Some(row) = entry.rows.iter().find(|row| !row.kept.is_empty()) {
            let _ = write!(text, "\"contact_id\":{},", quoted(&row.kept));
        }
        let sides = entry.sides(&layout.account);
        let sides: Vec<String> = sides.iter().map(|row| side(layout, entry, row)).collect();
        let _ = writeln!(text, "\"entries\":[{}]}}", sides.join(","));
    }
    text.into_bytes()
}

fn side(layout: &ImportLayout, entry: &ProposedEntry, row: &EntryRow) -> String {
    let (account, amount) = (row.account.as_str(), row.amount);
    let account = match layout.key(account) {
        Some(id) => format!("\"account_id\":{}", quoted(id)),
        None => format!("\"account_id\":null,\"account_name\":{}", quoted(&one_line(account))),
    };
    format!(
        "{{{account},\"entry_type\":\"{}\",\"amount\":\"{}\",{}\"description\":{}}}",
        if amount.is_negative() { "credit" } else { "debit" },
        at_scale(amount.abs(), amount.scale().max(entry.currency.minor_digits())),
        in_currency(layout, entry, row),
        quoted(&one_line(&entry.reason)),
    )
}

/// The currency of an entry that is not in that of the books, as their transactions name it: without it, an amount counts in
/// the currency of its account. With it, what it was booked at, where it turns what is in the books.
fn in_currency(layout: &ImportLayout, entry: &ProposedEntry, row: &EntryRow) -> String {
    let code = if row.commodity.is_empty() {
        entry.currency.code()
    } else {
        &row.commodity
    };
    if code == layout.habits.base || Currency::try_new(code).is_err() {
        return String::new();
    }
    let called = layout.habits.currencies.get(code).cloned();
    let called = called.unwrap_or_else(|| format!("cur_{}", code.to_lowercase()));
    let mut text = format!("\"currency_id\":{},", quoted(&called));
    if let Some((base, _)) = &row.weight {
        let _ = write!(text, "\"base_amount\":\"{}\",", base.abs());
    }
    text
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

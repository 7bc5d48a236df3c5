//! Proposed entries as requests to a ledger's API.

use super::{ImportLayout, narration};
use crate::journal::arithmetic::at_scale;
use crate::write::{ProposedEntry, one_line};
use std::fmt::Write as _;
use tieout_core::Decimal;

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
        let sides = [
            (layout.account.as_str(), entry.amount),
            (entry.contra_account.as_str(), -entry.amount),
        ];
        let sides = sides.map(|(account, amount)| side(layout, entry, account, amount));
        let _ = writeln!(text, "\"entries\":[{}]}}", sides.join(","));
    }
    text.into_bytes()
}

fn side(layout: &ImportLayout, entry: &ProposedEntry, account: &str, amount: Decimal) -> String {
    let account = match layout.key(account) {
        Some(id) => format!("\"account_id\":{}", quoted(id)),
        None => format!("\"account_id\":null,\"account_name\":{}", quoted(&one_line(account))),
    };
    format!(
        "{{{account},\"entry_type\":\"{}\",\"amount\":\"{}\",\"description\":{}}}",
        if amount.is_negative() { "credit" } else { "debit" },
        at_scale(amount.abs(), amount.scale().max(entry.currency.minor_digits())),
        quoted(&one_line(&entry.reason)),
    )
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

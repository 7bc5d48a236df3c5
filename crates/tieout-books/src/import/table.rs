//! Import files that are delimited text.

use super::{ImportLayout, narration};
use crate::journal::arithmetic::at_scale;
use crate::write::{ProposedEntry, one_line};
use tieout_core::{Currency, Decimal};

/// An amount with the digits of its currency at least.
pub(super) fn amount(entry: &ProposedEntry, amount: Decimal) -> String {
    at_scale(amount, amount.scale().max(entry.currency.minor_digits())).to_string()
}

/// A table with commas; every text quoted, as the programs do.
pub(super) fn print(rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// A cell in quotes where it needs them. What a spreadsheet would run is kept from it by an apostrophe.
fn quoted(cell: &str) -> String {
    let is_number = Decimal::parse(cell).is_ok();
    let guarded = if !is_number && cell.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if guarded.contains([',', '"', '\n', '\r']) || guarded.starts_with(' ') {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

pub(super) fn texts<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// The columns in which `GnuCash` exports transactions with all their splits, and reads them again ("multi-split").
pub(super) fn gnucash(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut rows = vec![texts([
        "Date",
        "Transaction ID",
        "Number",
        "Description",
        "Notes",
        "Commodity/Currency",
        "Action",
        "Memo",
        "Full Account Name",
        "Amount Num.",
        "Reconcile",
    ])];
    for (number, entry) in entries.iter().enumerate() {
        let currency = layout.currency.unwrap_or(entry.currency);
        for (account, value) in [
            (layout.account.as_str(), entry.amount),
            (entry.contra_account.as_str(), -entry.amount),
        ] {
            rows.push(vec![
                entry.date.to_string(),
                format!("tieout-{}", number + 1),
                one_line(&entry.document),
                narration(entry),
                one_line(&entry.reason),
                format!("CURRENCY::{}", code(currency)),
                String::new(),
                one_line(&entry.reason),
                one_line(account),
                amount(entry, value),
                "n".to_owned(),
            ]);
        }
    }
    print(&rows)
}

/// A row for each entry, for programs that import nothing.
pub(super) fn plain(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut rows = vec![texts([
        "Date",
        "Account",
        "Contra account",
        "Amount",
        "Currency",
        "Description",
        "Document",
        "Reason",
    ])];
    for entry in entries {
        rows.push(vec![
            entry.date.to_string(),
            one_line(&layout.account),
            one_line(&entry.contra_account),
            amount(entry, entry.amount),
            code(entry.currency),
            narration(entry),
            one_line(&entry.document),
            one_line(&entry.reason),
        ]);
    }
    print(&rows)
}

fn code(currency: Currency) -> String {
    currency.code().to_owned()
}

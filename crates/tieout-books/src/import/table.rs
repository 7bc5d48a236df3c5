//! Import files that are delimited text.

use super::{ImportLayout, narration};
use crate::journal::arithmetic::at_scale;
use crate::reversal::EntryRow;
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
        "Value Num.",
        "Reconcile",
    ])];
    for (number, entry) in entries.iter().enumerate() {
        let mut currency = layout.currency.unwrap_or(entry.currency).code().to_owned();
        let mut narration = narration(entry);
        let mut sides: Vec<(EntryRow, Decimal)> = Vec::new();
        for mut row in entry.sides(&layout.account) {
            // Of what was read, a value in another currency than the account's; it is not turned yet.
            let kept = row.kept.split_once(' ');
            let valued = kept.and_then(|(value, of)| Some((Decimal::parse(value).ok()?, of.to_owned())));
            let value = match valued {
                Some((value, of)) => {
                    currency = of;
                    -value
                }
                None => row.amount,
            };
            let holds = layout.commodities.get(&row.account);
            // Nobody knows what a fee in one currency comes to on an account in another.
            if entry.rows.is_empty() && holds.is_some_and(|holds| *holds != currency) {
                narration = format!("{}: {narration}", one_line(&row.account));
                row.account = format!("Assets:To Be Clarified {currency}");
            }
            sides.push((row, value));
        }
        for (row, value) in sides {
            rows.push(vec![
                entry.date.to_string(),
                format!("tieout-{}", number + 1),
                one_line(&entry.document),
                narration.clone(),
                one_line(&entry.reason),
                format!("CURRENCY::{currency}"),
                String::new(),
                one_line(&entry.reason),
                one_line(&row.account),
                amount(entry, row.amount),
                amount(entry, value),
                "n".to_owned(),
            ]);
        }
    }
    print(&rows)
}

/// A row for each other side of an entry, for programs that import nothing.
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
        for row in entry
            .sides(&layout.account)
            .iter()
            .filter(|row| row.account != layout.account)
        {
            rows.push(vec![
                entry.date.to_string(),
                one_line(&layout.account),
                one_line(&row.account),
                amount(entry, -row.amount),
                code(entry.currency),
                narration(entry),
                one_line(&entry.document),
                one_line(&entry.reason),
            ]);
        }
    }
    print(&rows)
}

fn code(currency: Currency) -> String {
    currency.code().to_owned()
}

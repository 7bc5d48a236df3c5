//! Import files of programs that are sold with accounts by name or short code: `QuickBooks` and `Xero`.
//!
//! Names of contacts go into the texts: an import that names somebody whom the program does not know is refused.

use super::table::{amount, print, texts};
use super::{ImportLayout, charset, narration};
use crate::write::{ProposedEntry, one_line};
use std::fmt::Write as _;
use tieout_core::Decimal;

/// The two sides of an entry: account, amount with debit positive.
fn sides<'e>(layout: &'e ImportLayout, entry: &'e ProposedEntry) -> [(&'e str, Decimal); 2] {
    [
        (layout.account.as_str(), entry.amount),
        (entry.contra_account.as_str(), -entry.amount),
    ]
}

/// What stands beside each line: what it is for, its document, why.
fn text(entry: &ProposedEntry) -> String {
    let (mut text, document) = (narration(entry), one_line(&entry.document));
    if !document.is_empty() && !text.contains(&document) {
        let _ = write!(text, " {document}");
    }
    text
}

/// Journal entries in the columns of the program's own sample; lines with one number are one entry.
pub(super) fn quickbooks_online(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut rows = vec![texts([
        "*JournalNo",
        "*JournalDate",
        "*AccountName",
        "*Debits",
        "*Credits",
        "Description",
        "Name",
        "Currency",
        "Location",
        "Class",
    ])];
    for (number, entry) in entries.iter().enumerate() {
        for (account, value) in sides(layout, entry) {
            let shown = amount(entry, value.abs());
            let (debit, credit) = if value.is_negative() {
                (String::new(), shown)
            } else {
                (shown, String::new())
            };
            let currency = layout.currency.map(|currency| currency.code().to_owned());
            rows.push(vec![
                format!("TIEOUT-{}", number + 1),
                layout.slashed(entry.date),
                one_line(account),
                debit,
                credit,
                format!("{} ({})", text(entry), one_line(&entry.reason)),
                String::new(),
                currency.unwrap_or_default(),
                String::new(),
                String::new(),
            ]);
        }
    }
    print(&rows)
}

/// General journal entries of IIF, in Windows-1252.
pub(super) fn iif(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let columns = "TRNSTYPE\tDATE\tACCNT\tNAME\tAMOUNT\tDOCNUM\tMEMO";
    let mut out = format!("!TRNS\t{columns}\r\n!SPL\t{columns}\r\n!ENDTRNS\r\n");
    // Quotes would hold cells together that are apart.
    let plain = |text: &str| one_line(text).replace('"', "'");
    for entry in entries {
        for (kind, (account, value)) in ["TRNS", "SPL"].into_iter().zip(sides(layout, entry)) {
            let _ = write!(
                out,
                "{kind}\tGENERAL JOURNAL\t{}\t{}\t\t{}\t{}\t{} ({})\r\n",
                layout.slashed(entry.date),
                plain(account),
                amount(entry, value),
                plain(&entry.document),
                plain(&narration(entry)),
                plain(&entry.reason),
            );
        }
        out.push_str("ENDTRNS\r\n");
    }
    charset::in_windows_1252(&out)
}

/// Manual journals: lines with one narration and date are one journal, so the narration is numbered. 850 is the account
/// for what is to be cleared up in the charts that the program brings.
pub(super) fn xero(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut rows = vec![texts([
        "*Narration",
        "*Date",
        "Description",
        "*AccountCode",
        "*TaxRate",
        "*Amount",
        "TrackingName1",
        "TrackingOption1",
        "TrackingName2",
        "TrackingOption2",
    ])];
    let no_tax = match layout.habits.no_tax.as_str() {
        "" => "Tax Exempt",
        named => named,
    };
    for (number, entry) in entries.iter().enumerate() {
        let unknown = layout.key(&entry.contra_account).is_none();
        let told = if unknown {
            format!("{}: {}", one_line(&entry.contra_account), one_line(&entry.reason))
        } else {
            one_line(&entry.reason)
        };
        for (account, value) in sides(layout, entry) {
            let mut row = vec![
                format!("Tieout {}: {}", number + 1, text(entry)),
                month_named(entry),
                told.clone(),
                layout.key(account).unwrap_or("850").to_owned(),
                no_tax.to_owned(),
                amount(entry, value),
            ];
            row.resize(10, String::new());
            rows.push(row);
        }
    }
    print(&rows)
}

/// `31 Jan 2026`, which no region reads otherwise.
fn month_named(entry: &ProposedEntry) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = usize::try_from(entry.date.month())
        .ok()
        .and_then(|month| month.checked_sub(1));
    let named = month.and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    format!("{:02} {named} {}", entry.date.day(), entry.date.year())
}

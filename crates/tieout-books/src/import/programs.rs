//! Import files of programs that are sold with accounts by name or short code: `QuickBooks` and `Xero`.
//!
//! Names of contacts go into the texts, because an import that names somebody whom the program does not know is refused; the
//! rows of a reversal repeat those that the books have.

use super::table::{amount, print, texts};
use super::{ImportLayout, charset, narration};
use crate::reversal::EntryRow;
use crate::write::{ProposedEntry, one_line};
use std::fmt::Write as _;

/// Name, class and rate of tax of a row of the books. Accounts of customers and suppliers take no row without a name: where the
/// row has none, it is that of its entry.
fn kept<'r>(row: &'r EntryRow, entry: &'r ProposedEntry) -> [&'r str; 3] {
    let mut parts = row.kept.split('\t');
    let [name, class, tax] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    let account = row.account.to_lowercase();
    let needs_name = !entry.rows.is_empty() && ["receivable", "payable"].iter().any(|word| account.contains(word));
    if name.is_empty() && needs_name {
        [&entry.counterparty, class, tax]
    } else {
        [name, class, tax]
    }
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
        for row in entry.sides(&layout.account) {
            let [name, class, _] = kept(&row, entry);
            let shown = amount(entry, row.amount.abs());
            let (debit, credit) = if row.amount.is_negative() {
                (String::new(), shown)
            } else {
                (shown, String::new())
            };
            let currency = layout.currency.map(|currency| currency.code().to_owned());
            rows.push(vec![
                format!("TIEOUT-{}", number + 1),
                layout.slashed(entry.date),
                one_line(&row.account),
                debit,
                credit,
                format!("{} ({})", text(entry), one_line(&entry.reason)),
                one_line(name),
                currency.unwrap_or_default(),
                String::new(),
                one_line(class),
            ]);
        }
    }
    print(&rows)
}

/// General journal entries of IIF, in Windows-1252.
pub(super) fn iif(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let rows = || {
        entries
            .iter()
            .flat_map(|entry| entry.rows.iter().map(move |row| (row, entry)))
    };
    let has_class = rows().any(|(row, entry)| matches!(kept(row, entry), [_, class, _] if !class.is_empty()));
    let columns = if has_class {
        "TRNSTYPE\tDATE\tACCNT\tNAME\tAMOUNT\tDOCNUM\tMEMO\tCLASS"
    } else {
        "TRNSTYPE\tDATE\tACCNT\tNAME\tAMOUNT\tDOCNUM\tMEMO"
    };
    let mut out = format!("!TRNS\t{columns}\r\n!SPL\t{columns}\r\n!ENDTRNS\r\n");
    // Quotes would hold cells together that are apart.
    let plain = |text: &str| one_line(text).replace('"', "'");
    for entry in entries {
        for (position, row) in entry.sides(&layout.account).iter().enumerate() {
            let kind = if position == 0 { "TRNS" } else { "SPL" };
            let [name, class, _] = kept(row, entry);
            let _ = write!(
                out,
                "{kind}\tGENERAL JOURNAL\t{}\t{}\t{}\t{}\t{}\t{} ({})",
                layout.slashed(entry.date),
                plain(&row.account),
                plain(name),
                layout.marked(entry, row.amount),
                plain(&entry.document),
                plain(&narration(entry)),
                plain(&entry.reason),
            );
            if has_class {
                let _ = write!(out, "\t{}", plain(class));
            }
            out.push_str("\r\n");
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
        let unknown = entry.rows.is_empty() && layout.key(&entry.contra_account).is_none();
        let told = if unknown {
            format!("{}: {}", one_line(&entry.contra_account), one_line(&entry.reason))
        } else {
            one_line(&entry.reason)
        };
        for side in entry.sides(&layout.account) {
            let [_, _, tax] = kept(&side, entry);
            let mut row = vec![
                format!("Tieout {}: {}", number + 1, text(entry)),
                month_named(entry),
                told.clone(),
                layout.key(&side.account).unwrap_or("850").to_owned(),
                if tax.is_empty() { no_tax } else { tax }.to_owned(),
                amount(entry, side.amount),
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

//! Import files of programs that know accounts by number (SIE, FEC), and of Quicken (QIF).

use super::{ImportLayout, charset, narration};
use crate::chart::number_of;
use crate::journal::arithmetic::at_scale;
use crate::reversal::EntryRow;
use crate::write::{ProposedEntry, one_line};
use std::fmt::Write as _;
use tieout_core::{Date, Decimal};

/// One side of an entry on an account with a number.
pub(super) struct Numbered {
    pub(super) number: String,
    /// What the account is called besides; empty for one that the books do not name.
    pub(super) name: String,
    pub(super) row: EntryRow,
}

/// All sides of an entry, and what it is for. Where the name of an account begins with no number, it is that of the chart's own
/// account for what is to be cleared up, and the name goes into the text.
pub(super) fn numbered(layout: &ImportLayout, entry: &ProposedEntry, clearing: &str) -> (Vec<Numbered>, String) {
    let mut text = narration(entry);
    let mut sides = Vec::new();
    for row in entry.sides(&layout.account) {
        let number = layout.key(&row.account).unwrap_or_else(|| number_of(&row.account));
        let name = row.account.strip_prefix(number).map(one_line).unwrap_or_default();
        if number.is_empty() {
            text = format!("{}: {text}", one_line(&row.account));
        }
        sides.push(Numbered {
            number: if number.is_empty() { clearing } else { number }.to_owned(),
            name: if number.is_empty() { String::new() } else { name },
            row,
        });
    }
    (sides, text)
}

/// The day on which a file is dated: that of its last entry.
fn last_day(dates: impl Iterator<Item = Date>) -> Date {
    dates.max().unwrap_or_default()
}

pub(super) fn plain(amount: Decimal, entry: &ProposedEntry) -> String {
    at_scale(amount, amount.scale().max(entry.currency.minor_digits())).to_string()
}

fn compact(entry: &ProposedEntry) -> String {
    entry.date.to_string().replace('-', "")
}

/// Vouchers for import (type 4I) in code page 437. 2999 is the Swedish chart's account for what is to be looked at.
pub(super) fn sie(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let quoted = |text: &str| format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""));
    let dated = last_day(entries.iter().map(|entry| entry.date))
        .to_string()
        .replace('-', "");
    let mut text = format!("#FLAGGA 0\r\n#FORMAT PC8\r\n#SIETYP 4\r\n#PROGRAM \"Tieout\" \"1\"\r\n#GEN {dated}\r\n");
    if !layout.habits.company_name.is_empty() {
        let _ = write!(text, "#FNAMN {}\r\n", quoted(&layout.habits.company_name));
    }
    for entry in entries {
        let (sides, narration) = swedish(layout, entry);
        let _ = write!(
            text,
            "#VER \"\" \"\" {} {}\r\n{{\r\n",
            compact(entry),
            quoted(&narration),
        );
        for (position, Numbered { number, row, .. }) in sides.iter().enumerate() {
            let _ = write!(
                text,
                "#TRANS {number} {{{}}} {}",
                one_line(&row.kept),
                plain(row.amount, entry)
            );
            // Why it is proposed, once.
            if position == 1 {
                let _ = write!(text, " \"\" {}", quoted(&entry.reason));
            }
            text.push_str("\r\n");
        }
        text.push_str("}\r\n");
    }
    charset::in_cp437(&text)
}

/// All sides, 2999 (to be sorted out) where nobody knows the account, and a narration that names the document.
fn swedish(layout: &ImportLayout, entry: &ProposedEntry) -> (Vec<Numbered>, String) {
    let (sides, narration) = numbered(layout, entry, "2999");
    let document = one_line(&entry.document);
    if narration.contains(&document) {
        (sides, narration)
    } else {
        (sides, format!("{narration} {document}"))
    }
}

/// Vouchers of SIE 5, in a journal of their own; the program that takes them in numbers them.
pub(super) fn sie5(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let quoted = |text: &str| quick_xml::escape::escape(one_line(text)).into_owned();
    let dated = last_day(entries.iter().map(|entry| entry.date));
    let currency = entries.first().map_or("SEK", |entry| entry.currency.code());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SieEntry xmlns=\"http://www.sie.se/sie5\">\n  <FileInfo>\n    \
         <SoftwareProduct name=\"Tieout\" version=\"1\"/>\n    <FileCreation time=\"{dated}T00:00:00Z\" by=\"Tieout\"/>\n    \
         <Company organizationId=\"{}\"/>\n    <AccountingCurrency currency=\"{currency}\"/>\n  </FileInfo>\n  \
         <Journal id=\"TIE\" name=\"Tieout\">\n",
        quoted(&layout.habits.company)
    );
    for entry in entries {
        let (sides, narration) = swedish(layout, entry);
        let _ = writeln!(
            text,
            "    <JournalEntry journalDate=\"{0}\" text=\"{1}\">\n      <OriginalEntryInfo date=\"{0}\" by=\"Tieout\"/>",
            entry.date,
            quoted(&narration)
        );
        for Numbered { number, row, .. } in &sides {
            let _ = write!(
                text,
                "      <LedgerEntry accountId=\"{number}\" amount=\"{}\" text=\"{}\"",
                plain(row.amount, entry),
                quoted(&entry.reason)
            );
            let objects: Vec<_> = row.kept.lines().filter_map(|line| line.split_once('\t')).collect();
            if objects.is_empty() {
                text.push_str("/>\n");
                continue;
            }
            text.push_str(">\n");
            for (dimension, object) in objects {
                let (dimension, object) = (quoted(dimension), quoted(object));
                let _ = writeln!(
                    text,
                    "        <ObjectReference dimId=\"{dimension}\" objectId=\"{object}\"/>"
                );
            }
            text.push_str("      </LedgerEntry>\n");
        }
        text.push_str("    </JournalEntry>\n");
    }
    text.push_str("  </Journal>\n</SieEntry>\n");
    text.into_bytes()
}

/// Rows with tabs, none of them validated (`ValidDate`): that is for who takes them in. 471000 is the French chart's account for what waits to be cleared.
pub(super) fn fec(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut text = String::from(
        "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\r\n",
    );
    for (position, entry) in entries.iter().enumerate() {
        let (sides, narration) = numbered(layout, entry, "471000");
        for Numbered { number, name, row } in &sides {
            let name = if number == "471000" && name.is_empty() {
                "Compte d'attente"
            } else {
                name
            };
            let shown = plain(row.amount.abs(), entry).replace('.', ",");
            let zero = plain(Decimal::ZERO, entry).replace('.', ",");
            let (debit, credit) = if row.amount.is_negative() {
                (zero, shown)
            } else {
                (shown, zero)
            };
            let (auxiliary, auxiliary_name) = row.kept.split_once('\t').unwrap_or_default();
            let date = compact(entry);
            let document = one_line(&entry.document);
            let voucher = if document.is_empty() {
                format!("TIE{:05}", position + 1)
            } else {
                document
            };
            let _ = write!(
                text,
                "TIE\tTieout\tTIE{:05}\t{date}\t{number}\t{name}\t{}\t{}\t{voucher}\t{date}\t{narration}\t{debit}\t{credit}\t\t\t\t\t\r\n",
                position + 1,
                one_line(auxiliary),
                one_line(auxiliary_name),
            );
        }
    }
    text.into_bytes()
}

/// Records of one account, with dates, amounts and charset as the books write them.
pub(super) fn qif(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut text = format!("!Account\nN{}\nTBank\n^\n!Type:Bank\n", one_line(&layout.account));
    for entry in entries {
        let sides = entry.sides(&layout.account);
        let others: Vec<&EntryRow> = sides.iter().filter(|row| row.account != layout.account).collect();
        let category = |row: &EntryRow| one_line(if row.kept.is_empty() { &row.account } else { &row.kept });
        let _ = write!(
            text,
            "D{}\nT{}\nN{}\nP{}\nM{}\nL{}\n",
            layout.habits.style.write(entry.date),
            layout.marked(entry, entry.amount),
            one_line(&entry.document),
            narration(entry),
            one_line(&entry.reason),
            others.first().map(|row| category(row)).unwrap_or_default(),
        );
        for row in others.iter().filter(|_| others.len() > 1) {
            let _ = write!(text, "S{}\n${}\n", category(row), layout.marked(entry, -row.amount));
        }
        text.push_str("^\n");
    }
    if layout.habits.is_western {
        // Latin-1 has only the straight ones.
        return charset::in_windows_1252(&text.replace(['\u{201C}', '\u{201D}'], "\""));
    }
    text.into_bytes()
}

//! Import files of programs that know accounts by number (SIE, FEC), and of Quicken (QIF).

use super::{ImportLayout, charset, narration};
use crate::chart::number_of;
use crate::journal::arithmetic::at_scale;
use crate::write::{ProposedEntry, one_line};
use std::fmt::Write as _;
use tieout_core::{Date, Decimal};

/// The number of the other side; where its name begins with none, that of the chart's own account for what is to be
/// cleared up, and the name goes into the text.
pub(super) fn contra<'e>(entry: &'e ProposedEntry, clearing: &'e str) -> (&'e str, String) {
    let number = number_of(&entry.contra_account);
    let text = narration(entry);
    if number.is_empty() {
        (clearing, format!("{}: {text}", one_line(&entry.contra_account)))
    } else {
        (number, text)
    }
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
        let (number, narration) = swedish_contra(entry);
        let _ = write!(
            text,
            "#VER \"\" \"\" {} {}\r\n{{\r\n#TRANS {} {{}} {}\r\n#TRANS {number} {{}} {} \"\" {}\r\n}}\r\n",
            compact(entry),
            quoted(&narration),
            number_of(&layout.account),
            plain(entry.amount, entry),
            plain(-entry.amount, entry),
            quoted(&entry.reason),
        );
    }
    charset::in_cp437(&text)
}

/// The other account, 2999 (to be sorted out) where nobody knows it, and a narration that names the document.
fn swedish_contra(entry: &ProposedEntry) -> (&str, String) {
    let (number, narration) = contra(entry, "2999");
    let document = one_line(&entry.document);
    if narration.contains(&document) {
        (number, narration)
    } else {
        (number, format!("{narration} {document}"))
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
        let (number, narration) = swedish_contra(entry);
        let _ = writeln!(
            text,
            "    <JournalEntry journalDate=\"{0}\" text=\"{1}\">\n      <OriginalEntryInfo date=\"{0}\" by=\"Tieout\"/>",
            entry.date,
            quoted(&narration)
        );
        for (account, amount) in [(number_of(&layout.account), entry.amount), (number, -entry.amount)] {
            let _ = writeln!(
                text,
                "      <LedgerEntry accountId=\"{account}\" amount=\"{}\" text=\"{}\"/>",
                plain(amount, entry),
                quoted(&entry.reason)
            );
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
    let name_of = |account: &str| one_line(account.trim_start_matches(|c: char| c.is_ascii_digit()));
    for (position, entry) in entries.iter().enumerate() {
        let (number, narration) = contra(entry, "471000");
        let contra_name = if number_of(&entry.contra_account).is_empty() {
            "Compte d'attente".to_owned()
        } else {
            name_of(&entry.contra_account)
        };
        let bank = (number_of(&layout.account), name_of(&layout.account), entry.amount);
        for (number, name, amount) in [bank, (number, contra_name, -entry.amount)] {
            let shown = plain(amount.abs(), entry).replace('.', ",");
            let zero = plain(Decimal::ZERO, entry).replace('.', ",");
            let (debit, credit) = if amount.is_negative() {
                (zero, shown)
            } else {
                (shown, zero)
            };
            let date = compact(entry);
            let document = one_line(&entry.document);
            let voucher = if document.is_empty() {
                format!("TIE{:05}", position + 1)
            } else {
                document
            };
            let _ = write!(
                text,
                "TIE\tTieout\tTIE{:05}\t{date}\t{number}\t{name}\t\t\t{voucher}\t{date}\t{narration}\t{debit}\t{credit}\t\t\t\t\t\r\n",
                position + 1,
            );
        }
    }
    text.into_bytes()
}

/// Records of one account, with dates as the books write them.
pub(super) fn qif(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut text = format!("!Account\nN{}\nTBank\n^\n!Type:Bank\n", one_line(&layout.account));
    for entry in entries {
        let _ = write!(
            text,
            "D{}\nT{}\nN{}\nP{}\nM{}\nL{}\n^\n",
            layout.habits.style.write(entry.date),
            plain(entry.amount, entry),
            one_line(&entry.document),
            narration(entry),
            one_line(&entry.reason),
            one_line(&entry.contra_account),
        );
    }
    text.into_bytes()
}

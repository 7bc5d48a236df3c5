//! Import files for DATEV: a batch of bookings for each fiscal year, in Windows-1252.

use super::lines::{Numbered, numbered, plain};
use super::{BatchHead, ImportLayout, charset};
use crate::chart::number_of;
use crate::datev::is_reversal;
use crate::reversal::EntryRow;
use crate::write::{ProposedEntry, one_line};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tieout_core::Date;

const COLUMNS: &str = "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext\r\n";

/// Columns between the text of a booking and its cost centres.
const COLUMNS_BEFORE_CENTRES: usize = 22;

const UP_TO_CENTRES: &str = ";Postensperre;Diverse Adressnummer;Geschäftspartnerbank;Sachverhalt;Zinssperre;Beleglink;Beleginfo - Art 1;Beleginfo - Inhalt 1;Beleginfo - Art 2;Beleginfo - Inhalt 2;Beleginfo - Art 3;Beleginfo - Inhalt 3;Beleginfo - Art 4;Beleginfo - Inhalt 4;Beleginfo - Art 5;Beleginfo - Inhalt 5;Beleginfo - Art 6;Beleginfo - Inhalt 6;Beleginfo - Art 7;Beleginfo - Inhalt 7;Beleginfo - Art 8;Beleginfo - Inhalt 8;KOST1 - Kostenstelle;KOST2 - Kostenstelle";

/// Tax key and cost centres of a row.
fn keys(row: Option<&EntryRow>) -> [&str; 3] {
    let mut parts = row.map_or("", |row| &row.kept).split('\t');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// The batches, one after the other: rows of a batch have no year, so one batch cannot hold two fiscal years.
pub(super) fn datev(layout: &ImportLayout, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut years: BTreeMap<Date, Vec<&ProposedEntry>> = BTreeMap::new();
    for entry in entries {
        let begin = year_begin(&layout.habits.batch, entry.date);
        years.entry(begin).or_default().push(entry);
    }
    let mut text = String::new();
    for (begin, entries) in years {
        batch(layout, begin, &entries, &mut text);
    }
    charset::in_windows_1252(&text)
}

/// The day on which the fiscal year of a day begins.
fn year_begin(head: &BatchHead, day: Date) -> Date {
    let (month, first) = head.year_begin.map_or((1, 1), |begin| (begin.month(), begin.day()));
    let begin = |year: i16| {
        let printed = Date::new(year, month, first);
        printed.or_else(|_| Date::new(year, month, 1)).unwrap_or(day)
    };
    let this = begin(day.year());
    if this <= day { this } else { begin(day.year() - 1) }
}

/// 1590 and 1370 are the charts' accounts for items in transit; which chart it is shows in the bank's number.
fn batch(layout: &ImportLayout, begin: Date, entries: &[&ProposedEntry], text: &mut String) {
    let bank = number_of(&layout.account);
    let head = &layout.habits.batch;
    let digits = head.account_digits.parse().unwrap_or(bank.len().max(4));
    let clearing = if bank.starts_with("18") { "1370" } else { "1590" };
    // Longer numbers of general accounts have zeros behind.
    let clearing = format!("{clearing:0<digits$}", digits = digits.min(9));
    let quoted = |text: &str, most: usize| {
        let line = one_line(text);
        let short: String = charset::western(&line).chars().take(most).collect();
        format!("\"{}\"", short.replace('"', "\"\""))
    };
    let compact = |day: Date| day.to_string().replace('-', "");
    let days = || entries.iter().map(|entry| entry.date);
    let from = compact(days().min().unwrap_or(begin));
    let to = compact(days().max().unwrap_or(begin));
    let currency = entries.first().map_or("EUR", |entry| entry.currency.code());
    let _ = write!(
        text,
        "\"EXTF\";700;21;\"Buchungsstapel\";13;{to}000000000;;\"\";\"\";\"\";{};{};{};{digits};{from};{to};\"Tieout\";\"\";1;0;0;\"{currency}\";;\"\";;;\"{}\";;;\"\";\"\"\r\n",
        head.consultant,
        head.client,
        compact(begin),
        head.chart,
    );
    let has_centres = entries
        .iter()
        .any(|entry| matches!(keys(entry.rows.first()), [_, first, second] if first != second || !first.is_empty()));
    text.push_str(COLUMNS.trim_end());
    if has_centres {
        text.push_str(UP_TO_CENTRES);
    }
    text.push_str("\r\n");
    for entry in entries {
        let (sides, narration) = numbered(layout, entry, &clearing);
        // A row has two sides, and so has every entry that was read.
        let [own, other, ..] = sides.as_slice() else { continue };
        let Numbered { number, row, .. } = own;
        let [key, first_centre, second_centre] = keys(Some(row));
        let turns = is_reversal("", key).is_some_and(|(turns, _)| turns);
        let side = if row.amount.is_negative() == turns { "S" } else { "H" };
        let _ = write!(
            text,
            "{};\"{side}\";\"{}\";;;\"\";{number};{};\"{key}\";{:02}{:02};{};\"\";;{}",
            plain(row.amount.abs(), entry).replace('.', ","),
            entry.currency.code(),
            other.number,
            entry.date.day(),
            entry.date.month(),
            quoted(&entry.document, 36),
            quoted(&narration, 60),
        );
        if has_centres {
            let blanks = ";".repeat(COLUMNS_BEFORE_CENTRES);
            let (first, second) = (quoted(first_centre, 36), quoted(second_centre, 36));
            let _ = write!(text, "{blanks};{first};{second}");
        }
        text.push_str("\r\n");
    }
}

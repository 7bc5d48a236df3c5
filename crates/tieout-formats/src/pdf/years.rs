//! Which year the dates of a printed statement belong to: that of the period it prints, else of the full dates in its text.
//!
//! Paper is full of numbers that look like dates and years. What stands behind the label of another number (a sort code
//! 20-12-34, an account 20260105) is none, and what stands behind "printed on" or "date of birth" is no period.

use super::page::Row;
use super::paper::text_of;
use tieout_core::Date;
use tieout_tables::DateOrder;
use tieout_tables::dates::{is_date, read_date, with_year};

/// Labels of numbers that are no dates.
const NUMBER_LABELS: &[&str] = &[
    "sort code",
    "sortcode",
    "sort-code",
    "blz",
    "bankleitzahl",
    "bank code",
    "routing number",
    "routing no",
    "transit number",
    "aba",
    "bsb",
    "iban",
    "account number",
    "account no",
    "account nr",
    "kontonummer",
    "kontonr",
    "konto-nr",
    "konto nr",
    "konto",
    "numéro de compte",
    "n° de compte",
    "compte n°",
    "rekeningnummer",
    "conta",
    "agência",
    "agencia",
    "cuenta",
    "customer number",
    "customer no",
    "kundennummer",
    "card number",
    "telephone",
    "phone",
    "tel",
    "fax",
    "vat no",
    "vat number",
    "steuernummer",
    "registered number",
    "registration number",
    "company number",
    "siren",
    "siret",
];

/// Labels of dates that are not those of the statement.
const OTHER_DATES: &[&str] = &[
    "printed",
    "print date",
    "birth",
    "born",
    "due",
    "opened",
    "gedruckt",
    "erstellt",
    "geboren",
    "fällig",
    "imprimé",
    "édité",
    "naissance",
    "impreso",
    "nacimiento",
    "impresso",
    "emitido",
    "nascimento",
    "stampato",
    "nascita",
    "afgedrukt",
];

/// Words between the two dates of a period.
const MOST_BETWEEN: usize = 3;
/// A statement covers no more days.
const MOST_DAYS: i32 = 400;
/// Of the only full date, lines without a year may stand so many days later; beyond, they are of the year before.
const DAYS_AFTER: i32 = 92;
/// Words of a date: `27 de febrero de 2018`.
const MOST_WORDS: usize = 5;

/// The years that a statement is about.
#[derive(Debug, Default)]
pub(super) struct Years {
    pub(super) period: (Option<Date>, Option<Date>),
    /// The newest full date.
    newest: Option<Date>,
    /// A year that is printed by itself.
    alone: Option<i16>,
}

impl Years {
    /// Whether a printed date is of a day that does not exist: the 30th of February.
    pub(super) fn is_clamped(&self, text: &str, order: DateOrder) -> bool {
        let Some(date) = self.date(text, order) else {
            return false;
        };
        let read = |text: &str| read_date(text.as_bytes(), order);
        read(text.trim())
            .or_else(|| read(&with_year(text.trim(), date.year())))
            .is_some_and(|read| read.clamped)
    }

    /// A printed date; one without a year gets that in which it falls into the period, or nearest to it.
    pub(super) fn date(&self, text: &str, order: DateOrder) -> Option<Date> {
        let text = text.trim();
        if !(3..=24).contains(&text.len()) {
            return None;
        }
        if let Some(read) = read_date(text.as_bytes(), order) {
            return Some(read.date);
        }
        let with = |year: i16| read_date(with_year(text, year).as_bytes(), order).map(|read| read.date);
        if let (Some(from), Some(to)) = self.period {
            let away = |date: &Date| (from - *date).get_days().max((*date - to).get_days()).max(0);
            let around = from.year().saturating_sub(1)..=to.year().saturating_add(1);
            return around.filter_map(with).min_by_key(away);
        }
        let Some(newest) = self.newest else {
            return with(self.alone?);
        };
        let date = with(newest.year())?;
        if (date - newest).get_days() > DAYS_AFTER {
            return with(newest.year().saturating_sub(1));
        }
        Some(date)
    }

    /// The year that is printed last.
    pub(super) fn last(&self) -> Option<i16> {
        self.period.1.or(self.newest).map(Date::year).or(self.alone)
    }
}

/// The period that is printed above the table, as two dates of one row or two full dates there; else the newest full date
/// there or anywhere, or a year by itself.
pub(super) fn years(above: &[&Row], every: &[&Row], order: DateOrder) -> Years {
    let dated: Vec<Vec<Found>> = above.iter().map(|row| dates_of(row, order)).collect();
    let pairs = || dated.iter().filter_map(|row| pair_of(row));
    if let Some((from, to)) = pairs().next() {
        return Years {
            period: (Some(from), Some(to)),
            ..Years::default()
        };
    }
    let all = || dated.iter().flatten();
    let mut own: Vec<Date> = all().filter(|found| !found.other).map(|found| found.date).collect();
    let newest = own.iter().copied().max();
    // Dates of contracts and of the law are no period.
    own.retain(|date| newest.is_some_and(|newest| newest.year() - date.year() <= 1));
    let oldest = own.iter().copied().min().filter(|oldest| Some(*oldest) != newest);
    let elsewhere = || {
        let rows = every.iter().flat_map(|row| dates_of(row, order));
        rows.map(|found| found.date).max()
    };
    let alone = year_in(above);
    let newest = newest.or_else(|| all().map(|found| found.date).max());
    Years {
        period: oldest
            .zip(newest)
            .map_or((None, None), |(oldest, newest)| (Some(oldest), Some(newest))),
        newest: newest.or_else(|| alone.map_or_else(elsewhere, |_| None)),
        alone: alone.or_else(|| year_in(every)),
    }
}

/// A full date of a row.
struct Found {
    date: Date,
    /// Its words in the row, first and behind the last.
    words: (usize, usize),
    /// Its label says that it is not the statement's.
    other: bool,
}

/// The full dates of a row, from left to right.
fn dates_of(row: &Row, order: DateOrder) -> Vec<Found> {
    let text = text_of(row);
    let words = unlabelled(&text);
    let mut found = Vec::new();
    let (mut at, mut behind) = (0, 0);
    while at < words.len() {
        let read = (1..=MOST_WORDS).rev().find_map(|size| {
            let joined = join(words.get(at..at + size)?)?;
            Some((read_date(joined.as_bytes(), order)?.date, at + size))
        });
        let Some((date, end)) = read else {
            at += 1;
            continue;
        };
        let before = words.get(behind..at).unwrap_or_default().iter().flatten();
        let before = before.copied().collect::<Vec<_>>().join(" ").to_lowercase();
        found.push(Found {
            date,
            words: (at, end),
            other: OTHER_DATES.iter().any(|label| before.contains(label)),
        });
        (at, behind) = (end, end);
    }
    found
}

/// The two dates of a row that are a period.
fn pair_of(row: &[Found]) -> Option<(Date, Date)> {
    row.windows(2).find_map(|two| {
        let [first, second] = two else { return None };
        let is_near = second.words.0 - first.words.1 <= MOST_BETWEEN;
        let days = (second.date - first.date).get_days();
        let is_period = is_near && !first.other && !second.other && (1..=MOST_DAYS).contains(&days);
        is_period.then_some((first.date, second.date))
    })
}

/// Every text of one and more words that may be a date, of rows that follow each other.
pub(super) fn windows(rows: &[&Row]) -> impl Iterator<Item = String> {
    rows.iter().flat_map(|row| {
        let text = text_of(row);
        let words = unlabelled(&text);
        let sizes = (1..=MOST_WORDS).flat_map(|size| words.windows(size));
        let joined: Vec<String> = sizes.filter_map(join).collect();
        joined
    })
}

fn join(words: &[Option<&str>]) -> Option<String> {
    let words: Option<Vec<&str>> = words.iter().copied().collect();
    words.map(|words| words.join(" "))
}

/// The words of a text; `None` for those that are the number behind a label.
fn unlabelled(text: &str) -> Vec<Option<&str>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut kept: Vec<Option<&str>> = words.iter().copied().map(Some).collect();
    for at in 1..words.len() {
        let Some(before) = words.get(..at).filter(|before| ends_in_label(before)) else {
            continue;
        };
        for number in before.len()..words.len() {
            let Some(word) = words.get(number) else { break };
            let is_code = word.len() <= 4 && word.chars().all(|c| c.is_ascii_uppercase());
            let has_digit = word.contains(|c: char| c.is_ascii_digit());
            if !(has_digit || is_code || *word == ":") || begins_date(words.get(number..).unwrap_or_default()) {
                break;
            }
            if let Some(slot) = kept.get_mut(number) {
                *slot = None;
            }
        }
    }
    kept
}

fn ends_in_label(words: &[&str]) -> bool {
    let last = words.get(words.len().saturating_sub(3)..).unwrap_or_default().join(" ");
    let last = last.to_lowercase();
    let last = last.trim_end_matches([':', '.', ' ']);
    NUMBER_LABELS.iter().any(|label| {
        last.strip_suffix(label)
            .is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    })
}

/// A date that is no other number: with a month's name, or a year of four digits between or behind marks.
pub(super) fn begins_date(words: &[&str]) -> bool {
    (1..=MOST_WORDS).any(|size| {
        let Some(window) = words.get(..size) else { return false };
        let text = window.join(" ");
        let parts = text.split(|c: char| !c.is_ascii_digit());
        let has_year = parts
            .clone()
            .any(|part| part.len() == 4 && matches!(part.get(..2), Some("19" | "20")));
        let named = text.contains(char::is_alphabetic);
        let is_written = named || (size == 1 && has_year && parts.count() == 3);
        is_written && is_date(text.as_bytes())
    })
}

/// The year of four digits that is printed last, by itself or behind a month.
fn year_in(rows: &[&Row]) -> Option<i16> {
    let texts: Vec<String> = rows.iter().map(|row| text_of(row)).collect();
    let words = texts.iter().flat_map(|text| unlabelled(text)).flatten();
    let words = words.filter(|word| !word.contains(['.', ',']) || is_date(word.as_bytes()));
    let numbers = words.flat_map(|word| word.split(|c: char| !c.is_ascii_digit()));
    let years = numbers.filter(|number| number.len() == 4);
    let years = years.filter_map(|number| number.parse::<i16>().ok());
    years
        .filter(|year| (1990..2100).contains(year))
        .fold(None, |_, year| Some(year))
}

#[cfg(test)]
mod tests {
    use super::super::page::Cell;
    use super::*;

    fn row(text: &str) -> Row {
        vec![Cell {
            left: 0,
            right: 0,
            text: text.to_owned(),
        }]
    }

    fn read(above: &[&str], date: &str) -> Option<String> {
        let rows: Vec<Row> = above.iter().map(|text| row(text)).collect();
        let rows: Vec<&Row> = rows.iter().collect();
        let years = years(&rows, &rows, DateOrder::DayMonthYear);
        years.date(date, DateOrder::DayMonthYear).map(|date| date.to_string())
    }

    #[test]
    fn numbers_behind_their_labels_are_no_dates() {
        let period = "Statement period 01 December 2025 to 05 January 2026";
        for code in [
            "Sort code 20-12-34 Account number 12345678",
            "Sort code: 09-01-28",
            "Bankleitzahl 20 12 34 00 Kontonummer 20310405",
            "IBAN GB82 WEST 1234 2031 7654 32",
        ] {
            for above in [[code, period], [period, code]] {
                assert_eq!(read(&above, "03 Dec").as_deref(), Some("2025-12-03"), "{above:?}");
                assert_eq!(read(&above, "02 Jan").as_deref(), Some("2026-01-02"), "{above:?}");
            }
            assert_eq!(read(&[code], "03 Dec"), None, "{code}");
        }
        let beside = "Account number 12345678 01 December 2025 to 05 January 2026";
        assert_eq!(read(&[beside], "02 Jan").as_deref(), Some("2026-01-02"));
    }

    #[test]
    fn the_period_goes_before_other_full_dates() {
        let above = [
            "Date of birth 01/02/1980",
            "Printed on 14 February 2026",
            "1 de diciembre de 2025 a 5 de enero de 2026",
        ];
        assert_eq!(read(&above, "29 dic").as_deref(), Some("2025-12-29"));
        assert_eq!(read(&above, "30/11").as_deref(), Some("2025-11-30"), "just before it");
    }

    #[test]
    fn the_only_full_date_is_that_of_the_statement() {
        for date in ["Statement date 05 January 2026", "Printed on 14 February 2026"] {
            assert_eq!(read(&[date], "29 Dec").as_deref(), Some("2025-12-29"), "{date}");
            assert_eq!(read(&[date], "02 Jan").as_deref(), Some("2026-01-02"), "{date}");
        }
        assert_eq!(read(&["Auszug 10/2025"], "03.10.").as_deref(), Some("2025-10-03"));
        assert_eq!(read(&["Balance 2,034.90 and 2034.90"], "03.10."), None);
    }
}

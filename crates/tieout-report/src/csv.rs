//! Tables: what was matched, what was not, and everything for a spreadsheet.
//!
//! UTF-8, comma, RFC 4180 quoting, a header line, amounts as plain decimals with a sign, dates as `YYYY-MM-DD`. A cell
//! of text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab or carriage return first, numbers
//! excepted) is led by an apostrophe; control characters are blanks.
//!
//! `matches.csv`, `offsets.csv` and `exceptions.csv` have a fixed layout that others score: side `ledger` or
//! `statement`, tier `auto` or `suggested`, ids as in [the other forms](crate).

mod items;
mod row;

pub use items::{entries, lines};

use crate::items::Shown;
use crate::report::{Report, code};
use crate::words::Word;
use row::Rows;
use std::borrow::Cow;
use std::io::{self, Write};
use tieout_match::{ExceptionClass, Group, Part, Shape, Side};

/// The tables, with the names their files have.
pub const TABLES: &[(&str, Table)] = &[
    ("matches.csv", matches),
    ("offsets.csv", offsets),
    ("exceptions.csv", exceptions),
    ("lines.csv", lines),
    ("entries.csv", entries),
    ("explanation.csv", explanation),
    ("adjustments.csv", adjustments),
];

/// Writes one table.
pub type Table = fn(&Report<'_>, &mut dyn Write) -> io::Result<()>;

/// `group_id,side,line_id,confidence,tier`: one row for each line of each match or suggestion that has both sides.
pub fn matches(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    groups(report, out, |group| group.shape != Shape::OneSided)
}

/// The same for lines, or entries, that cancel each other: groups of one side only.
pub fn offsets(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    groups(report, out, |group| group.shape == Shape::OneSided)
}

/// `side,line_id,class`: one row for each exception.
///
/// What is only to be decided has no class of its own here: its suggestions are in `matches.csv`, and `lines.csv` and
/// `entries.csv` say `undecided`.
pub fn exceptions(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["side", "line_id", "class"])?;
    for exception in &report.result.exceptions {
        if exception.class != ExceptionClass::Undecided {
            let id = report.ids.item(exception.side, exception.item);
            table.write_record([exception.side.code(), &guarded(&id), exception.class.code()])?;
        }
    }
    table.flush()
}

/// One row for each item of the difference; the amounts sum to the difference.
pub fn explanation(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["component", "side", "id", "date", "amount", "currency", "description"])?;
    for component in &report.result.explanation.components {
        for share in &component.shares {
            let shown = report.show(share.subject);
            table.write_record([
                component.kind.code(),
                &shown.side.to_lowercase(),
                &guarded(&report.ids.subject(share.subject)),
                &date(&shown),
                &report.decimal(share.amount),
                currency(report),
                &guarded(&described(&shown)),
            ])?;
        }
    }
    table.flush()
}

/// One row for each posting of each adjustment, debit and credit in columns of their own.
pub fn adjustments(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "adjustment",
        "date",
        "account",
        "debit",
        "credit",
        "currency",
        "description",
        "kind",
        "standing",
        "settles",
        "reason",
    ])?;
    for (number, adjustment) in report.result.adjustments.iter().enumerate() {
        for posting in adjustment.transaction.postings() {
            let amount = posting.amount.to_decimal();
            let (debit, credit) = if amount.is_negative() {
                (String::new(), amount.abs().to_string())
            } else {
                (amount.to_string(), String::new())
            };
            table.write_record([
                &format!("A{}", number + 1),
                &adjustment.transaction.date().to_string(),
                guarded(&posting.account.name).as_ref(),
                &debit,
                &credit,
                code(&posting.amount.currency()),
                &guarded(adjustment.transaction.description()),
                adjustment.kind.code(),
                adjustment.standing.code(),
                &guarded(&report.ids.subject(adjustment.subject)),
                &guarded(&adjustment.reason),
            ])?;
        }
    }
    table.flush()
}

fn groups(report: &Report<'_>, out: &mut dyn Write, wanted: fn(&Group) -> bool) -> io::Result<()> {
    let mut table = Rows::new(out, &["group_id", "side", "line_id", "confidence", "tier"])?;
    for (group, position) in report.result.groups.iter().zip(0_u32..) {
        if !wanted(group) {
            continue;
        }
        let id = report.ids.group(position);
        let mut write = |side: Side, parts: &[Part]| -> io::Result<()> {
            for part in parts {
                table.code(&id);
                table.code(side.code());
                table.text(&report.ids.item(side, part.item));
                table.confidence(Some(group.confidence_ppm));
                table.code(group.tier.code());
                table.end()?;
            }
            Ok(())
        };
        write(Side::Line, &group.lines)?;
        write(Side::Entry, &group.entries)?;
    }
    table.finish()
}

fn currency<'a>(report: &Report<'a>) -> &'a str {
    report.currency()
}

fn date(shown: &Shown) -> String {
    shown.date.map_or_else(String::new, |date| date.to_string())
}

fn described(shown: &Shown) -> String {
    let gap = if shown.detail.is_empty() { "" } else { " · " };
    format!("{}{gap}{}", shown.title, shown.detail)
}

/// A text that no spreadsheet takes for a formula.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    let clean = if text.chars().any(char::is_control) {
        Cow::Owned(text.replace(char::is_control, " "))
    } else {
        Cow::Borrowed(text)
    };
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if dangerous && tieout_core::Decimal::parse(text).is_err() {
        Cow::Owned(format!("'{clean}"))
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_left_alone() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-4711", "-4711"),
            ("\tx", "' x"),
            ("a\r\n=b", "a  =b"),
            ("INV-1", "INV-1"),
        ] {
            assert_eq!(guarded(text), cell);
        }
    }
}

//! Statements as one table for spreadsheets: a row for each line, the same columns whatever the
//! source.
//!
//! UTF-8, comma, CRLF, quotes where needed. Amounts are plain decimals with a point, negative for
//! money out; dates are `YYYY-MM-DD`; what the source does not say is empty. Line breaks in a text
//! become blanks. Parts of a batch are not written; JSON has them.
//!
//! A table has no place for opening and closing balances. Where they prove the lines and no balance is printed beside
//! them, the balance after each line is written, so that the table proves as much as its source.
//!
//! A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
//! carriage return) gets an apostrophe in front, as a bank text comes from whoever paid.

use crate::collect::ReadStatement;
use crate::model::{Line, Proof, Statement, Status};
use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;
use std::io::{self, Write};
use tieout_core::Decimal;
use tieout_tables::OWN_COLUMNS;

/// The columns behind [`OWN_COLUMNS`].
const MORE_COLUMNS: [&str; 14] = [
    "counterparty_name",
    "counterparty_account",
    "text",
    "structured_reference",
    "type",
    "purpose",
    "transaction_id",
    "end_to_end_id",
    "mandate",
    "customer_reference",
    "entry_reference",
    "check_number",
    "reversal",
    "running_balance",
];

/// Writes a header and a row for each line of all statements.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, statements: &[ReadStatement]) -> io::Result<()> {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    table.write_record(OWN_COLUMNS.iter().chain(&MORE_COLUMNS))?;
    for read in statements {
        let mut running = proved_opening(read);
        for line in &read.lines {
            if line.status == Status::Booked {
                running = running.and_then(|balance| balance.checked_add(line.amount));
            }
            let after = match line.status {
                Status::Booked => line.running_balance.or(running),
                Status::Pending | Status::Info => line.running_balance,
            };
            table.write_record(row(&read.statement, line, after).iter().map(|cell| cell.as_bytes()))?;
        }
    }
    table.flush()
}

/// The balance before the first line, if opening and closing prove the lines and no line prints a balance of its own.
fn proved_opening(read: &ReadStatement) -> Option<Decimal> {
    let silent = read.lines.iter().all(|line| line.running_balance.is_none());
    let proves = read.statement.proof == Proof::Exact && silent;
    let opening = read
        .statement
        .opening
        .as_ref()
        .filter(|opening| proves && !opening.derived)?;
    Some(opening.amount)
}

/// The cells of one line, in the order of the header.
fn row<'a>(
    statement: &'a Statement,
    line: &'a Line,
    after: Option<Decimal>,
) -> [Cow<'a, str>; OWN_COLUMNS.len() + MORE_COLUMNS.len()] {
    let number = if statement.number.is_empty() {
        &statement.reference
    } else {
        &statement.number
    };
    let status = match line.status {
        Status::Booked => "booked",
        Status::Pending => "pending",
        Status::Info => "info",
    };
    let currency = line.currency.or(statement.currency);
    [
        text(&statement.account.id),
        text(number),
        status.into(),
        printed(line.booking_date),
        printed(line.value_date),
        line.amount.to_string().into(),
        printed(currency),
        text(&line.counterparty.name),
        text(&line.counterparty.account),
        text(&line.text),
        text(&line.structured_reference),
        text(&line.type_code.code),
        text(&line.purpose),
        text(&line.ids.bank_id),
        text(&line.ids.end_to_end),
        text(&line.ids.mandate),
        text(&line.ids.customer_ref),
        text(&line.ids.entry_ref),
        text(&line.check_number),
        if line.reversal { "yes" } else { "" }.into(),
        printed(after),
    ]
}

fn printed(value: Option<impl ToString>) -> Cow<'static, str> {
    value.map_or_else(String::new, |value| value.to_string()).into()
}

/// A text as a cell that is shown, not computed.
fn text(value: &str) -> Cow<'_, str> {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if !formula && !value.contains(['\r', '\n']) {
        return Cow::Borrowed(value);
    }
    let one_line = value.replace("\r\n", " ").replace(['\r', '\n'], " ");
    let mark = if formula { "'" } else { "" };
    Cow::Owned(format!("{mark}{one_line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_text_never_becomes_a_formula() {
        for (value, cell) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+49 30 1", "'+49 30 1"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r\n=1", "' =1"),
            ("＝1", "'＝1"),
            ("rent=paid", "rent=paid"),
            ("a\r\nb\nc", "a b c"),
            ("", ""),
        ] {
            assert_eq!(text(value), cell, "{value:?}");
        }
    }

    #[test]
    fn amounts_stay_numbers() {
        let read = ReadStatement {
            lines: vec![Line {
                amount: "-12.50".parse().unwrap(),
                text: "-12.50, \"quoted\"".into(),
                ..Line::default()
            }],
            ..ReadStatement::default()
        };
        let mut out = Vec::new();
        write(&mut out, &[read]).unwrap();
        let written = String::from_utf8(out).unwrap();
        let row = written.lines().nth(1).unwrap();
        assert_eq!(row, ",,booked,,,-12.50,,,,\"'-12.50, \"\"quoted\"\"\",,,,,,,,,,,");
    }
}

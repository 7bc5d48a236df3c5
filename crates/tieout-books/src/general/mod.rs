//! General journals as programs export and import them in tables: all lines of a transaction below each other, whatever
//! their accounts.
//!
//! `QuickBooks` prints date, kind and number beside the first line only, or beside each, and the sums of both sides below
//! every transaction; `Xero` repeats a journal's number beside each line. A transaction begins where a number changes or a
//! date stands, and in files without numbers where the lines before balance. Printed sums are checked.

mod columns;
mod grouping;

use crate::read::{BooksOptions, Emitter};
use crate::table::clearing;
use columns::{Amounts, Columns};
use grouping::{Cells, Grouping};
use std::io;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::excerpt;
use tieout_core::{Code, Decimal, Place};
use tieout_tables::row::Flaw;
use tieout_tables::{Row, Table};

/// Whether the table is a general journal; if so it is read.
///
/// # Errors
/// Those of the input.
pub(crate) fn read(
    table: &Table,
    input: &mut dyn Input,
    options: &BooksOptions<'_>,
    out: &mut Emitter<'_>,
) -> io::Result<bool> {
    let Some(columns) = Columns::of(table) else {
        return Ok(false);
    };
    out.reading().dialect = format!("{}, {}", table.dialect(), columns.program.label());
    let mut grouping = Grouping::default();
    let mut decoder = table.decoder();
    let mut tax = String::new();
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    while rows.next(&mut row)? {
        if let Some(flaw) = row.flaw {
            let message = match flaw {
                Flaw::LostQuote => "a quote is not closed; the row was read as if it were a letter",
                Flaw::TooLong => "the row is too long; its end was dropped",
                Flaw::TooWide => "the row has too many cells; the last ones were dropped",
                // The table says so; what does not read is left out below.
                Flaw::Nul => "",
            };
            if !message.is_empty() {
                out.report(Code::BadEntry, Place::line(row.line), message);
            }
        }
        if tax.is_empty() {
            tax = columns
                .tax
                .map_or_else(String::new, |column| cell(&row, column, &mut decoder));
            if !means_no_tax(&tax) {
                tax.clear();
            }
        }
        let cells = cells_of(&row, &columns, &mut decoder);
        let sides = match columns.amounts {
            Amounts::Signed(amount) => (amount_of(table, &row, amount), Ok(None)),
            Amounts::Sides { debit, credit } => (amount_of(table, &row, debit), amount_of(table, &row, credit)),
            Amounts::Missing => (Ok(None), Ok(None)),
        };
        let date = table.date(&row, columns.date).ok().flatten().map(|read| read.date);
        match sides {
            (Ok(debit), Ok(credit)) => grouping.row(&cells, date, (debit, credit), out),
            (Err(text), _) | (_, Err(text)) => {
                let message = format!("{:?} is no amount; the row was left out", excerpt(&text, 30));
                out.report(Code::BadEntry, Place::line(row.line), message);
            }
        }
    }
    let order = table.columns().get(columns.date).map(|column| column.date_order);
    grouping.give((columns.program.target(), order, tax), options, out);
    Ok(true)
}

/// The texts of a row.
fn cells_of(row: &Row, columns: &Columns, decoder: &mut Decoder) -> Cells {
    let mut text = |column: Option<usize>| column.map_or_else(String::new, |column| cell(row, column, decoder));
    let first = row.cells().find(|cell| !cell.is_empty());
    Cells {
        line: row.line,
        filled: row.filled(),
        first: first.map(<[u8]>::to_vec).unwrap_or_default(),
        date: text(Some(columns.date)),
        account: text(columns.account),
        code: text(columns.code),
        number: text(columns.number),
        narration: text(columns.narration),
        kind: text(columns.kind),
        document: text(columns.document),
        name: text(columns.name),
        class: text(columns.class),
        tax: text(columns.tax),
        texts: columns.texts.iter().map(|column| text(Some(*column))).collect(),
        currency: currency(&text(columns.currency)).to_owned(),
        clearing: columns.clearing.map(|column| clearing(&text(Some(column)))),
    }
}

/// The code of a currency, which `GnuCash` prints below its kind: `CURRENCY::EUR`.
fn currency(printed: &str) -> &str {
    printed.strip_prefix("CURRENCY::").unwrap_or(printed)
}

/// Whether a rate of tax is none, by its name: `No VAT`, `Tax Exempt (0%)`, `BAS Excluded`.
fn means_no_tax(rate: &str) -> bool {
    let rate = rate.to_lowercase();
    rate.starts_with("no ") || ["exempt", "exclude", "none"].iter().any(|word| rate.contains(word))
}

fn cell(row: &Row, column: usize, decoder: &mut Decoder) -> String {
    match row.text(column) {
        Some(text) => text.to_owned(),
        None => decoder.decode(row.cell(column)).trim().to_owned(),
    }
}

/// An amount, `None` for a blank cell; the text where it is none.
fn amount_of(table: &Table, row: &Row, column: usize) -> Result<Option<Decimal>, String> {
    let amount = table.amount(row, column);
    amount
        .map(|amount| amount.map(|amount| amount.value))
        .map_err(|_| String::from_utf8_lossy(row.cell(column)).into_owned())
}

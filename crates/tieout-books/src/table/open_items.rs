//! Open items: invoices and bills that were not paid at the cut-off.

use std::io;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::{Code, Currency, Date, Decimal, Place, Problem};
use tieout_tables::fold::fold;
use tieout_tables::mapping::ColumnRef;
use tieout_tables::{Mapping, Perspective, Role, Row, RowKind, Table, TableOptions};

use super::phrases::totalled_name;
use super::{GARBLED, is_garbled};
use crate::check_number::check_number_in;
use crate::read::BooksOptions;

/// An unpaid invoice or bill, or an entry that the bank had not cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenItem {
    /// Its own number, or empty.
    pub number: String,
    /// A further reference, or empty.
    pub reference: String,
    /// Its date.
    pub date: Option<Date>,
    /// When it is due.
    pub due: Option<Date>,
    /// The customer or supplier, or empty.
    pub contact: String,
    /// What it is about, or empty.
    pub description: String,
    /// Its check number, if a column or a text says one; else empty.
    pub check_number: String,
    /// The whole amount; positive is money to come in.
    pub amount: Decimal,
    /// The part that is open, with the same sign; the whole if the file does not say.
    pub open_amount: Decimal,
    /// Its currency, if the file or the caller says it.
    pub currency: Option<Currency>,
    /// Row in the file, from 1.
    pub source_line: u64,
}

/// Headers of an item's own number, folded.
const NUMBER: &[&str] = &[
    "number",
    "check",
    "check number",
    "check no",
    "cheque",
    "cheque number",
    "cheque no",
    "no",
    "num",
    "nr",
    "invoice",
    "invoice number",
    "invoice no",
    "bill number",
    "bill no",
    "document",
    "document number",
    "document no",
    "doc no",
    "id",
    "item",
    "rechnungsnummer",
    "belegnummer",
    "beleg",
    "rechnung",
];

/// Headers of the open part, where it is the only amount.
const ONLY_OPEN: &[&str] = &[
    "Open amount",
    "Open balance",
    "Amount due",
    "Balance due",
    "Outstanding",
    "Due",
    "Unpaid",
    "open_amount",
];

/// Reads a table of open items (CSV or XLSX).
///
/// # Errors
/// Those of the input.
pub fn open_items(input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<(Vec<OpenItem>, Vec<Problem>)> {
    let table = match survey(input, options)? {
        Ok(table) => table,
        Err(problems) => return Ok((Vec::new(), problems)),
    };
    let named = table
        .columns()
        .iter()
        .position(|column| NUMBER.contains(&fold(&column.name).as_str()));
    let number = named
        .or_else(|| table.column(Role::Reference))
        .or_else(|| table.column(Role::Id));
    let mut reader = Reader {
        number,
        reference: table.columns_of(Role::Reference).find(|column| Some(*column) != number),
        table: &table,
        decoder: table.decoder(),
        check_number: table.column(Role::CheckNumber).or_else(|| check_column(&table)),
        kind: table.column(Role::Type).or_else(|| table.column(Role::RowCode)),
        currency: options.currency,
        problems: table.problems().to_vec(),
    };
    let mut items = Vec::new();
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    while rows.next(&mut row)? {
        if let Some(item) = reader.item(&row) {
            items.push(item);
        }
    }
    let problems = reader.problems;
    Ok((items, problems))
}

fn survey(input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<Result<Table, Vec<Problem>>> {
    let asked = TableOptions {
        mapping: options.mapping.clone(),
        date_order: options.date_order,
        perspective: Perspective::Books,
        currency: options.currency,
    };
    let first = Table::survey(input, &asked)?;
    // Without a column of whole amounts the open ones are the amounts, or a column of numbers was taken for them.
    let mistaken = |table: &Table| {
        let amount = table
            .layout()
            .columns()
            .next()
            .and_then(|column| table.columns().get(column));
        amount.is_some_and(|column| NUMBER.contains(&fold(&column.name).as_str()))
    };
    if options.mapping.as_ref().is_none_or(Mapping::leaves_columns) && first.as_ref().map_or(true, mistaken) {
        for name in ONLY_OPEN {
            let mapping = Mapping {
                columns: vec![(Role::Amount, ColumnRef::Name((*name).to_owned()))],
                ..options.mapping.clone().unwrap_or_default()
            };
            let asked = TableOptions {
                mapping: Some(mapping),
                ..asked.clone()
            };
            if let Ok(table) = Table::survey(input, &asked)? {
                return Ok(Ok(table));
            }
        }
    }
    Ok(first.map_err(|none| none.problems))
}

/// A column of checks that calls itself nothing else.
fn check_column(table: &Table) -> Option<usize> {
    let mut names = table.columns().iter().map(|column| fold(&column.name));
    names.position(|name| ["check", "cheque"].contains(&name.as_str()))
}

struct Reader<'t> {
    table: &'t Table,
    decoder: Decoder,
    number: Option<usize>,
    reference: Option<usize>,
    check_number: Option<usize>,
    kind: Option<usize>,
    currency: Option<Currency>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn item(&mut self, row: &Row) -> Option<OpenItem> {
        let table = self.table;
        let date_column = table.column(Role::Date);
        let date = date_column.map(|column| table.date(row, column));
        match (&date, table.read(row)) {
            (Some(Ok(Some(_))), _) => {}
            (_, RowKind::Remark) if is_garbled(table, row, date_column) => {
                self.say(row, None, GARBLED);
                return None;
            }
            (_, RowKind::Empty | RowKind::Remark | RowKind::Balance(..) | RowKind::Continuation) => return None,
            _ if row
                .cells()
                .find(|cell| !cell.is_empty())
                .is_some_and(|cell| totalled_name(&self.decoder.decode(cell)).is_some()) =>
            {
                return None;
            }
            _ => {
                self.say(row, date_column, "it is not a date");
                return None;
            }
        }
        let Ok(Some(amount)) = table.movement(row) else {
            self.say(row, table.layout().columns().next(), "it is not an amount");
            return None;
        };
        let open_column = table.column(Role::OpenAmount);
        let open = match open_column.map(|column| table.amount(row, column)) {
            Some(Ok(Some(open))) => open.value,
            Some(Err(_)) => {
                self.say(row, open_column, "it is not an amount");
                return None;
            }
            Some(Ok(None)) | None => amount,
        };
        let is_bill = self.kind.is_some_and(|column| is_bill(&fold(&self.text(row, column))));
        let signed = |value: Decimal| {
            if is_bill && !amount.is_negative() {
                -value
            } else {
                value
            }
        };
        let currency = match table.column(Role::Currency).map(|column| self.text(row, column)) {
            Some(code) if !code.is_empty() => {
                let Ok(currency) = Currency::try_new(&code) else {
                    self.say(row, table.column(Role::Currency), "it is not the code of a currency");
                    return None;
                };
                Some(currency)
            }
            _ => None,
        };
        let due_column = table.column(Role::DueDate);
        let due = due_column.and_then(|column| table.date(row, column).ok().flatten());
        let date = date.and_then(Result::ok).flatten();
        for (read, column) in [(date, date_column), (due, due_column)] {
            if read.is_some_and(|read| read.clamped) {
                let place = column.map_or_else(
                    || Place::line(row.line),
                    |column| Place::field(row.line, table.column_name(column)),
                );
                let message = "the day does not exist; the last of its month was taken";
                // Never dropped beyond a limit: who books the item has to know.
                self.problems.push(Problem::new(Code::DateClamped, place, message));
            }
        }
        let mut item = OpenItem {
            number: self.said(row, self.number),
            reference: self.said(row, self.reference),
            date: date.map(|read| read.date),
            due: due.map(|read| read.date),
            contact: self.said(row, table.column(Role::Counterparty)),
            description: self.description(row),
            check_number: self.said(row, self.check_number),
            amount: signed(amount),
            open_amount: signed(open),
            currency: currency.or(table.currency()).or(self.currency),
            source_line: row.line,
        };
        if item.check_number.is_empty() {
            let texts = [&item.number, &item.reference, &item.description, &item.contact];
            let told = texts.into_iter().find_map(|text| check_number_in(text));
            item.check_number = told.unwrap_or_default().to_owned();
        }
        Some(item)
    }

    fn said(&mut self, row: &Row, column: Option<usize>) -> String {
        column.map(|column| self.text(row, column)).unwrap_or_default()
    }

    /// The texts of the columns that say what it is about.
    fn description(&mut self, row: &Row) -> String {
        let (table, number) = (self.table, self.number);
        let columns = table
            .columns_of(Role::Description)
            .filter(|column| Some(*column) != number);
        let mut texts: Vec<String> = columns.map(|column| self.text(row, column)).collect();
        texts.retain(|text| !text.is_empty());
        texts.join(" ")
    }

    fn text(&mut self, row: &Row, column: usize) -> String {
        self.decoder.decode(row.cell(column)).trim().to_owned()
    }

    fn say(&mut self, row: &Row, column: Option<usize>, what: &str) {
        let place = match column {
            Some(column) => Place::field(row.line, self.table.column_name(column)),
            None => Place::line(row.line),
        };
        if self.problems.len() < crate::limits::MAX_PROBLEMS_PER_CODE {
            self.problems.push(Problem::new(Code::BadEntry, place, what));
        }
    }
}

/// A type that means money to go out.
fn is_bill(kind: &str) -> bool {
    [
        "bill",
        "accpay",
        "purchase",
        "payable",
        "supplier",
        "vendor",
        "rechnungseingang",
    ]
    .iter()
    .any(|word| kind.starts_with(word))
}

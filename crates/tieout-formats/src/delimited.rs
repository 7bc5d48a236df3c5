//! Delimited text and spreadsheets as statements: whatever a bank exports as a table.
//!
//! `tieout-tables` finds the table and decides how it is written; here its rows become lines. Rows of several accounts
//! or currencies become one statement each, in the order in which the groups first stand in the file; each takes a pass
//! of its own, so that memory does not grow with the file.

mod rows;

use crate::limits;
use crate::model::{Balance, BalanceKind, Statement};
use crate::read::{Emitter, Format, ReadOptions};
use rows::{Balances, Filler};
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Problem};
use tieout_tables::dates::read_date;
use tieout_tables::{DateOrder, Group, Role, Row, RowKind, Table, TableOptions};

/// CSV and other delimited text, and workbooks (XLSX, XLS, ODS). The last to be asked: it takes what looks like a table.
pub struct Delimited;

impl Format for Delimited {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        if tieout_tables::is_workbook(head) {
            return true;
        }
        let text = head.trim_ascii_start();
        // Markup and JSON hold commas too; they are no tables.
        let other = text.starts_with(b"<") || text.starts_with(b"{") || text.starts_with(b"[") || text.starts_with(b"%PDF");
        !other && !head.contains(&0) && tieout_tables::sniff::dialect(head, None).is_some()
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let options = TableOptions {
            mapping: options.mapping.clone(),
            date_order: options.date_order,
            ..TableOptions::default()
        };
        let table = match Table::survey(input, &options)? {
            Ok(table) => table,
            Err(none) => {
                none.problems.into_iter().for_each(|problem| out.problem(problem));
                return Ok(());
            }
        };
        out.dialect(table.dialect());
        table.problems().iter().for_each(|problem| out.problem(problem.clone()));
        if table.row_count() == 0 {
            let message = format!("the header names {} columns, but no rows follow: an export without movements", table.columns().len());
            out.problem(Problem::of_file(Code::NotAStatement, message));
            return Ok(());
        }
        let statements = groups(&table);
        if statements.len() > 1 && table.column(Role::Currency).is_some() {
            let message = format!("rows of {} accounts or currencies were made one statement each", statements.len());
            out.problem(Problem::of_file(Code::Decided, message));
        }
        for group in &statements {
            read_group(&table, group, statements.len(), input, out)?;
        }
        Ok(())
    }
}

/// The statements of a file: groups of rows whose account and currency are the same. A blank cell says nothing new: such
/// rows belong to the first group.
fn groups(table: &Table) -> Vec<Group> {
    let mut groups: Vec<Group> = table.groups().to_vec();
    let accounts = groups.iter().any(|group| !group.account.is_empty());
    let currencies = groups.iter().any(|group| !group.currency.is_empty());
    groups.retain(|group| (!accounts || !group.account.is_empty()) && (!currencies || !group.currency.is_empty()));
    if groups.is_empty() {
        // Blank cells on every row, or accounts on some rows and currencies on others.
        groups.push(Group::default());
    }
    groups
}

fn read_group(table: &Table, group: &Group, count: usize, input: &mut dyn Input, out: &mut Emitter<'_>) -> io::Result<()> {
    let mut statement = rows::statement(table, group);
    if statement.currency.is_none()
        && let Some(code) = rows::pair_currency(table)
    {
        let message = format!("the headers of debit and credit name {code}; say --currency {code} if it is the account's");
        out.problem(Problem::of_file(Code::NoCurrency, message));
    }
    out.begin(&statement);
    let first = groups(table).first() == Some(group);
    let mut filler = Filler::new(table);
    let mut balances = Balances::default();
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    while rows.next(&mut row)? {
        let kind = table.read(&row);
        if count > 1 && !matches!(kind, RowKind::Continuation | RowKind::Remark | RowKind::Empty) && !belongs(table, group, first, &row) {
            filler.pass_over(out);
            continue;
        }
        if out.lines() >= limits::MAX_LINES {
            out.problem(Problem::of_file(Code::TooLarge, format!("more than {} lines; the rest was not read", limits::MAX_LINES)));
            break;
        }
        filler.take(&row, kind, &mut balances, out);
    }
    filler.finish(out);
    balances.fill(table, &mut statement);
    if first {
        out.encoding(table.marked(), filler.decoder());
    }
    out.end(statement);
    Ok(())
}

/// Whether a row is of the group; what is blank in it belongs to the first.
fn belongs(table: &Table, group: &Group, first: bool, row: &Row) -> bool {
    let own = table.group(row);
    let fits = |own: &[u8], wanted: &[u8]| own == wanted || (first && own.is_empty());
    fits(&own.account, &group.account) && fits(&own.currency, &group.currency)
}

/// A balance printed in the file.
fn printed(amount: Decimal, kind: BalanceKind, source_code: &str) -> Balance {
    Balance { amount, currency: None, date: None, kind, source_code: source_code.into(), derived: false }
}

/// The first and last day named above the table.
fn period(table: &Table, statement: &mut Statement) {
    let order = table.column(Role::Date).and_then(|column| table.columns().get(column)).map_or(DateOrder::DayMonthYear, |c| c.date_order);
    let (from, to) = &table.preamble().period;
    let date = |text: &str| read_date(text.as_bytes(), order).map(|read| read.date);
    statement.period = (date(from), date(to));
}

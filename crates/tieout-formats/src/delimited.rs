//! Delimited text and spreadsheets as statements: whatever a bank exports as a table.
//!
//! `tieout-tables` finds the table and decides how it is written; here its rows become lines. Rows of several accounts
//! or currencies become one statement each, in the order in which the groups first stand in the file; each takes a pass
//! of its own, so that memory does not grow with the file.

mod balances;
mod cut;
mod fees;
mod others;
mod rows;
mod totals;

use crate::foreign::packed_as;
use crate::limits;
use crate::model::{Balance, BalanceKind, Statement};
use crate::read::{Emitter, Format, ReadOptions};
use balances::Balances;
use fees::Fees;
use rows::Filler;
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Date, Decimal};
use tieout_tables::dates::read_date;
use tieout_tables::limits::MAX_GROUPS;
use tieout_tables::{DateOrder, Group, NoTable, Role, Row, RowKind, Table, TableOptions};

/// CSV and other delimited text, workbooks (XLSX, XLS), and tables of markup that is called XLS. The last to be asked: it takes what looks like a table.
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
        // Markup, JSON and mail hold commas and semicolons too; they are no tables.
        let others = [b"<".as_slice(), b"{", b"[", b"%PDF", b"MIME-Version:"];
        let other = others.iter().any(|mark| text.starts_with(mark)) || packed_as(head).is_some();
        // Old systems pad with NUL behind the text.
        let padding = text.iter().rev().take_while(|byte| matches!(byte, 0 | 0x1A)).count();
        let printed = text.get(..text.len() - padding).unwrap_or(text);
        !other && tieout_tables::sniff::is_text(printed) && tieout_tables::sniff::dialect(head, None).is_some()
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let knows_currency = options.currency.is_some();
        let options = TableOptions {
            mapping: options.mapping.clone(),
            date_order: options.date_order,
            currency: options.currency,
            ..TableOptions::default()
        };
        // Who can forget is given what the first rows prove, and again if a later row contradicts them.
        let surveyed = if out.restart() {
            Table::survey_beginning(input, &options)?
        } else {
            Table::survey(input, &options)?
        };
        let Some(table) = found(surveyed, out) else {
            return Ok(());
        };
        if read_table(&table, knows_currency, input, out)? == Course::Contradicted && out.restart() {
            let surveyed = Table::survey(input, &options)?;
            let Some(table) = found(surveyed, out) else {
                return Ok(());
            };
            read_table(&table, knows_currency, input, out)?;
        }
        Ok(())
    }
}

/// How reading a table went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// To its end.
    Through,
    /// A row contradicts what the first rows decided; all must be read again.
    Contradicted,
}

/// The table, or what is said instead.
fn found(surveyed: Result<Table, NoTable>, out: &mut Emitter<'_>) -> Option<Table> {
    match surveyed {
        Ok(table) => Some(table),
        Err(none) => {
            none.problems.into_iter().for_each(|problem| out.problem(problem));
            None
        }
    }
}

/// What is said of a table without rows that can be read.
fn no_rows(table: &Table) -> Problem {
    if table.problems().iter().any(|problem| problem.code == Code::BadLine) {
        let message = "none of the table's rows can be read: all were left out";
        return Problem::of_file(Code::NoRows, message)
            .advising("mend the rows that are named, or export the file again");
    }
    let message = format!(
        "the header names {} columns, but no rows follow: this export holds no movements",
        table.columns().len()
    );
    Problem::of_file(Code::NoRows, message)
}

fn read_table(table: &Table, knows_currency: bool, input: &mut dyn Input, out: &mut Emitter<'_>) -> io::Result<Course> {
    out.dialect(table.dialect());
    table.problems().iter().for_each(|problem| out.problem(problem.clone()));
    if table.row_count() == 0 {
        if let Some(unread) = table.unread(input)? {
            out.problem(unread);
            return Ok(Course::Through);
        }
        out.problem(no_rows(table));
        return Ok(Course::Through);
    }
    let statements = groups(table);
    if table.groups().len() >= MAX_GROUPS {
        let message =
            format!("the rows are of {MAX_GROUPS} accounts and currencies or more; those of further ones are left out");
        out.problem(Problem::of_file(Code::TooLarge, message));
    }
    if statements.len() > 1 {
        let message = format!(
            "rows of {} accounts or currencies were made one statement each",
            statements.len()
        );
        out.problem(Problem::of_file(Code::Decided, message));
    }
    for (index, group) in statements.iter().enumerate() {
        let place = match (index, statements.len()) {
            (_, 1) => GroupPlace::Only,
            (0, _) => GroupPlace::First,
            _ => GroupPlace::Later,
        };
        let statement = rows::statement(table, group);
        report_unnamed(table, &statement, knows_currency, out);
        if read_group(table, (group, place), statement, input, out)? == Course::Contradicted {
            return Ok(Course::Contradicted);
        }
    }
    Ok(Course::Through)
}

/// What the file does not say about a statement.
fn report_unnamed(table: &Table, statement: &Statement, knows_currency: bool, out: &mut Emitter<'_>) {
    if statement.account.id.is_empty() {
        out.problem(Problem::of_file(Code::NoAccount, "the file does not name the account"));
    }
    if statement.currency.is_none() && !knows_currency {
        let message = match rows::pair_currency(table) {
            Some(code) => format!("the headers of debit and credit name {code}, which may be that of a foreign side"),
            None if table.has_dollars() => {
                "the amounts are in $, which may be US, Canadian, Australian or other dollars".into()
            }
            None => "the file does not name the currency".into(),
        };
        out.problem(Problem::of_file(Code::NoCurrency, message));
    }
}

/// Where a group stands among the groups of its file. What is blank in a row belongs to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroupPlace {
    Only,
    First,
    Later,
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

fn read_group(
    table: &Table,
    (group, place): (&Group, GroupPlace),
    mut statement: Statement,
    input: &mut dyn Input,
    out: &mut Emitter<'_>,
) -> io::Result<Course> {
    out.begin(&statement);
    let fees = fees::find(table, (group, place), input)?;
    if fees == Fees::Apart {
        let message = "only amounts less their fees make the balances: the fees were taken off the amounts";
        out.problem(Problem::of_file(Code::Decided, message));
    }
    if fees == Fees::Open {
        let column = table.column(Role::Fee).map(|column| table.column_name(column));
        let message = format!(
            "{:?} holds fees, and nothing tells whether the amounts contain them; they were not taken off",
            column.unwrap_or_default()
        );
        let advice = "compare a line with a fee with the bank's own list; if the fee was paid beside the amount, enter it as a line of its own";
        out.problem(Problem::of_file(Code::SideUnknown, message).advising(advice));
    }
    let mut filler = Filler::new(table, fees);
    let mut balances = Balances::of(fees);
    // Whatever the fees are, the balances beside the lines agree.
    statement.is_cut |= fees == Fees::Open;
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    let provisional = table.is_provisional();
    let mut before = cut::Before::new(table.named_columns());
    while rows.next(&mut row)? {
        let kind = table.read(&row);
        if place != GroupPlace::Only && !belongs(table, (group, place), &row, &kind) {
            filler.pass_over(out);
            continue;
        }
        if out.lines() >= limits::MAX_LINES {
            out.problem(Problem::of_file(
                Code::TooLarge,
                format!("more than {} lines; the rest was not read", limits::MAX_LINES),
            ));
            break;
        }
        if before.is_cut(&row, kind) {
            let message = "the file ends in the middle of this row; what follows it is missing";
            out.report(Code::Incomplete, Place::line(row.line), message);
            statement.is_cut = true;
        }
        if matches!(kind, RowKind::Movement(_)) {
            before.add(&row);
        }
        if row.is_ragged {
            // What goes on below it is no text of the line before.
            filler.pass_over(out);
        }
        filler.take(&row, kind, &mut balances, out);
        if provisional && (row.flaw.is_some() || row.is_ragged || filler.has_fault() || table.contradicts(&row, &kind))
        {
            return Ok(Course::Contradicted);
        }
    }
    filler.finish(out);
    filler.report_at_end(out);
    balances.fill(table, &mut statement);
    // Totals of several accounts, and of amounts with fees beside them, are over something else.
    if place == GroupPlace::Only && table.column(Role::Fee).is_none() {
        let around = [&statement.opening, &statement.closing].map(|balance| balance.as_ref().map(|found| found.amount));
        statement.control.extend(balances.totals.control(around));
    }
    rows::report_totals(&mut balances, out);
    if place != GroupPlace::Later {
        match table.charset_of_sheet() {
            Some((name, undecodable)) => out.encoding_named(name.to_owned(), undecodable),
            None => out.encoding(table.marked(), filler.decoder()),
        }
    }
    out.end(statement);
    Ok(Course::Through)
}

/// Whether a row is of the group. Rows without movement belong where the row before them does.
fn belongs(table: &Table, (group, place): (&Group, GroupPlace), row: &Row, kind: &RowKind) -> bool {
    if matches!(kind, RowKind::Continuation | RowKind::Remark | RowKind::Empty) || table.is_of_group(row, group) {
        return true;
    }
    let own = table.group(row);
    let fits = |own: &[u8], wanted: &[u8]| own == wanted || own.is_empty();
    place == GroupPlace::First && fits(&own.account, &group.account) && fits(&own.currency, &group.currency)
}

/// A balance printed in the file.
fn printed(amount: Decimal, kind: BalanceKind, source_code: &str) -> Balance {
    Balance {
        amount,
        currency: None,
        date: None,
        kind,
        source_code: source_code.into(),
        derived: false,
    }
}

/// The first and last day named above the table.
fn period(table: &Table, statement: &mut Statement) {
    let (from, to) = &table.preamble().period;
    statement.period = (day(table, from), day(table, to));
}

/// A day that is named above the table.
fn day(table: &Table, text: &str) -> Option<Date> {
    let order = table
        .column(Role::Date)
        .and_then(|column| table.columns().get(column))
        .map_or(DateOrder::DayMonthYear, |c| c.date_order);
    read_date(text.as_bytes(), order).map(|read| read.date)
}

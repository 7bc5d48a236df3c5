//! IIF, the exchange of `QuickBooks` Desktop: rows with tabs, each kind of row with a header of its own; a transaction is a
//! `TRNS` row, its `SPL` rows and `ENDTRNS`. Amounts are debit positive on every row.

use crate::account::{self, Role};
use crate::chart::{Chart, Side};
use crate::delimited::{Header, cells};
use crate::import::Target;
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::limits::MAX_POSTINGS_OF_TRANSACTION;
use crate::model::Clearing;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use crate::written::Written;
use std::collections::HashMap;
use std::io;
use tieout_core::Date;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_tables::amounts::read_amount;
use tieout_tables::dates::read_date;

/// The reader of IIF files.
#[derive(Debug)]
pub struct Iif;

impl BooksFormat for Iif {
    fn name(&self) -> &'static str {
        "iif"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        let first = head
            .trim_ascii_start()
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .next();
        let first = first.unwrap_or_default().to_ascii_uppercase();
        let word = first.split(|byte| *byte == b'\t').next().unwrap_or_default();
        word.starts_with(b"!") && HEADS.contains(&word.trim_ascii()) && first.contains(&b'\t')
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        "IIF".clone_into(&mut out.reading().dialect);
        let mut reader = Reader {
            written: written(&text, options, out),
            chart: Chart::default(),
            headers: HashMap::new(),
            open: None,
        };
        for (number, line) in rows(&text) {
            reader.row(&cells(line, '\t'), number, out);
        }
        reader.end(None, out);
        if reader.chart.transactions() == 0 {
            let message = "this IIF file holds lists and no transactions; export the Journal report as CSV instead";
            out.problem(Problem::of_file(Code::EmptyBooks, message));
            return Ok(());
        }
        reader.chart.habits(Some(reader.written.order), "");
        reader.chart.decimals(reader.written.mark);
        reader.chart.give(Target::Iif, options, out);
        Ok(())
    }
}

/// Kinds of rows that a file may begin with.
const HEADS: &[&[u8]] = &[
    b"!HDR",
    b"!ACCNT",
    b"!TRNS",
    b"!SPL",
    b"!CUST",
    b"!VEND",
    b"!EMP",
    b"!CLASS",
    b"!INVITEM",
    b"!OTHERNAME",
    b"!TIMEACT",
];

fn rows(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1_u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}

/// How the dates and amounts of all transactions are written.
fn written(text: &str, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> Written {
    let mut headers: HashMap<String, Header> = HashMap::new();
    let (mut dates, mut amounts) = (Vec::new(), Vec::new());
    for (_, line) in rows(text) {
        let cells = cells(line, '\t');
        let kind = kind(&cells);
        if let Some(name) = kind.strip_prefix('!') {
            headers.insert(name.to_owned(), Header::of(&cells));
        } else if let Some(header) = headers.get(&kind).filter(|_| matches!(kind.as_str(), "TRNS" | "SPL")) {
            dates.push(header.cell(&cells, "date").to_owned());
            amounts.push(header.cell(&cells, "amount").to_owned());
        }
    }
    Written::of(&dates, &amounts, options, out)
}

fn kind(cells: &[String]) -> String {
    cells
        .first()
        .map(|cell| cell.trim().to_ascii_uppercase())
        .unwrap_or_default()
}

struct Reader {
    written: Written,
    chart: Chart,
    headers: HashMap<String, Header>,
    open: Option<(Transaction, Vec<Side>, u64)>,
}

impl Reader {
    fn row(&mut self, cells: &[String], line: u64, out: &mut Emitter<'_>) {
        let kind = kind(cells);
        if let Some(name) = kind.strip_prefix('!') {
            if self.headers.len() < 100 {
                self.headers.insert(name.to_owned(), Header::of(cells));
            }
            return;
        }
        match kind.as_str() {
            "ACCNT" => self.account(cells, line, out),
            "TRNS" => {
                self.end(Some(line), out);
                self.part(cells, ("TRNS", line), out);
            }
            "SPL" if self.open.is_none() => {
                let message = "the line belongs to no transaction that could be read; it was left out";
                out.report(Code::BadEntry, Place::line(line), message);
            }
            "SPL" => self.part(cells, ("SPL", line), out),
            "ENDTRNS" => self.end(None, out),
            _ => {}
        }
    }

    fn account(&mut self, cells: &[String], line: u64, out: &mut Emitter<'_>) {
        let Some(header) = self.headers.get("ACCNT") else {
            return;
        };
        let name = header.cell(cells, "name");
        if !self
            .chart
            .define_as(name, name, role(header.cell(cells, "accnttype"), name))
        {
            out.report(Code::TooLarge, Place::line(line), "the books have too many accounts");
        }
    }

    /// A row of a transaction; the first one says what it is.
    fn part(&mut self, cells: &[String], (kind, line): (&str, u64), out: &mut Emitter<'_>) {
        let missing = || "no header says what the columns are; the row was left out".to_owned();
        let Some(header) = self.headers.get(kind) else {
            out.report(Code::BadEntry, Place::line(line), missing());
            return;
        };
        let cell = |name: &str| header.cell(cells, name);
        let date = read_date(cell("date").as_bytes(), self.written.order).map(|read| read.date);
        let amount = read_amount(cell("amount").as_bytes(), self.written.mark).ok();
        let (Some(amount), false) = (amount, cell("accnt").is_empty()) else {
            let message = format!(
                "the row has no account, or {:?} is no amount; it was left out",
                excerpt(cell("amount"), 30)
            );
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.code(cell("docnum"));
        cell("name").clone_into(&mut remarks.counterparty);
        remarks.kept = named(cell("name"), cell("class"), "");
        if self.open.is_none() {
            let Some(date) = date else {
                let message = format!(
                    "{:?} is no date; the transaction was left out",
                    excerpt(cell("date"), 20)
                );
                out.report(Code::BadEntry, Place::line(line), message);
                return;
            };
            let mut own = remarks.clone();
            own.kept.clear();
            own.tag("id", cell("trnsid"));
            let said = [cell("memo"), cell("trnstype")]
                .into_iter()
                .find(|text| !text.is_empty());
            self.open = Some((begun(date, said.unwrap_or_default(), own), Vec::new(), line));
        }
        let Some((transaction, sides, _)) = &mut self.open else {
            return;
        };
        if cell("memo") != transaction.description {
            remarks.remember(cell("memo"));
        }
        let account = self
            .chart
            .account_named(cell("accnt"), account::role_of_name(cell("accnt")));
        if sides.len() <= MAX_POSTINGS_OF_TRANSACTION {
            let clearing = cell("clear").eq_ignore_ascii_case("y").then_some(Clearing::Cleared);
            sides.push(Side {
                account,
                amount: amount.value,
                remarks,
                clearing,
                date: None,
                line,
            });
        }
    }

    /// The end of a transaction; `cut` is the line of the next one, which begins before this one has ended.
    fn end(&mut self, cut: Option<u64>, out: &mut Emitter<'_>) {
        let Some((transaction, sides, line)) = self.open.take() else {
            return;
        };
        if let Some(cut) = cut {
            out.report(
                Code::OutOfPlace,
                Place::line(cut),
                "a transaction begins before the one above it has ended",
            );
        }
        self.chart.push(transaction, sides, ("", line), out);
    }
}

/// Name, class and rate of tax of a row, which a reversal repeats; empty if it has none of them.
pub(crate) fn named(name: &str, class: &str, tax: &str) -> String {
    if [name, class, tax].iter().all(|text| text.is_empty()) {
        return String::new();
    }
    [name, class, tax].join("\t")
}

fn begun(date: Date, description: &str, remarks: Remarks) -> Transaction {
    Transaction {
        date,
        description: description.to_owned(),
        remarks,
        ..Transaction::default()
    }
}

/// The program's kinds of accounts.
fn role(kind: &str, name: &str) -> Role {
    match kind.to_ascii_uppercase().as_str() {
        "BANK" => Role::Bank,
        "CCARD" | "OCLIAB" | "LTLIAB" => Role::Liability,
        "OCASSET" => account::role_of_asset(name),
        "" => account::role_of_name(name),
        _ => Role::Other,
    }
}

//! OFX files as books: what personal finance programs keep and export is the account's list of transactions, in the same
//! format in which banks give statements.
//!
//! The crate of books must not know statements, so the two meet here: the reader of statements gives lines, which become
//! entries, and the writer of statements takes the proposed entries.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use tieout_books::account::{Role, choose};
use tieout_books::write::{BroughtLayout, EntryWriter};
use tieout_books::{
    AccountTotal, BooksFormat, BooksOptions, CommodityAmount, Emitter, Entry, History, Layout, PrintedBalance,
    ProposedEntry, WriteError, WrittenAs,
};
use tieout_core::encoding::{self, Input};
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Currency, Decimal};
use tieout_formats::{
    Account, AccountKind, Balance, Counterparty, Format as _, Ids, Line, ReadOptions, ReadStatement, Statement, Status,
    ofx, write,
};

/// The reader of OFX as books.
#[derive(Debug)]
pub(crate) struct OfxBooks;

impl BooksFormat for OfxBooks {
    fn name(&self) -> &'static str {
        "ofx"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        ofx::Ofx.recognise(head)
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let read_as = ReadOptions {
            format: Some("ofx".into()),
            ..ReadOptions::default()
        };
        let import = tieout_formats::read_all(input, &read_as)?;
        out.reading().dialect = format!("{}, as books", import.reading.dialect);
        for problem in import.reading.problems {
            out.problem(problem);
        }
        for (code, count) in import.reading.problems_more {
            out.problem(Problem::of_file(code, format!("{count} more like this")));
        }
        let by_account = accounts(import.statements);
        let totals: Vec<AccountTotal> = by_account.values().map(|statements| total(statements)).collect();
        let roles: Vec<Role> = by_account.values().map(|statements| role(statements)).collect();
        let chosen = choose(&totals, &roles, options, out);
        let label = chosen
            .and_then(|chosen| totals.get(chosen))
            .map(|total| total.label().into_owned());
        out.reading().accounts = totals;
        let Some(statements) = chosen.and_then(|chosen| by_account.values().nth(chosen)) else {
            return Ok(());
        };
        out.reading().account = label;
        give(statements, options, out);
        Ok(())
    }
}

/// The format of books that this program brings to those of the crate of books, if the file is of it.
///
/// # Errors
/// Those of the input.
pub(crate) fn books_format(
    input: &mut dyn Input,
    options: &BooksOptions<'_>,
) -> io::Result<Option<&'static dyn BooksFormat>> {
    let is_ofx = match &options.format {
        Some(name) => name == OfxBooks.name(),
        None => OfxBooks.recognise(&encoding::open(input)?.head, &options.path),
    };
    Ok(is_ofx.then_some(&OfxBooks))
}

/// Statements by account.
fn accounts(statements: Vec<ReadStatement>) -> BTreeMap<String, Vec<ReadStatement>> {
    let mut by_account: BTreeMap<String, Vec<ReadStatement>> = BTreeMap::new();
    for read in statements {
        by_account
            .entry(read.statement.account.id.clone())
            .or_default()
            .push(read);
    }
    by_account
}

fn booked(statements: &[ReadStatement]) -> impl Iterator<Item = (&Statement, &Line)> {
    let lines = statements
        .iter()
        .flat_map(|read| read.lines.iter().map(|line| (&read.statement, line)));
    lines.filter(|(_, line)| line.status == Status::Booked)
}

/// The account with what its lines come to; its number is its code.
fn total(statements: &[ReadStatement]) -> AccountTotal {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    let mut entries = 0;
    for (statement, line) in booked(statements) {
        entries += 1;
        let currency = line.currency.or(statement.currency);
        let sum = sums
            .entry(currency.map_or_else(String::new, |currency| currency.code().to_owned()))
            .or_default();
        *sum = sum.checked_add(line.amount).unwrap_or(*sum);
    }
    let account = statements
        .first()
        .map(|read| read.statement.account.clone())
        .unwrap_or_default();
    AccountTotal {
        name: if account.name.is_empty() {
            account.type_word
        } else {
            account.name
        },
        code: account.id,
        entries,
        balances: sums
            .into_iter()
            .map(|(commodity, amount)| CommodityAmount { commodity, amount })
            .collect(),
    }
}

fn role(statements: &[ReadStatement]) -> Role {
    match statements.first().map(|read| read.statement.account.kind) {
        Some(AccountKind::Bank) => Role::Bank,
        Some(AccountKind::Card) => Role::Liability,
        Some(AccountKind::Unknown) => Role::Asset,
        _ => Role::Other,
    }
}

/// The entries of one account, its balances, and how to write further entries.
fn give(statements: &[ReadStatement], options: &BooksOptions<'_>, out: &mut Emitter<'_>) {
    let said = statements.first().and_then(|read| read.statement.currency);
    let currency = said.or(options.currency);
    out.reading().currency = said;
    let mut entry = Entry::default();
    for (number, (statement, line)) in (0..).zip(booked(statements)) {
        let Some(date) = line.booking_date.or(line.value_date) else {
            out.report(
                Code::BadEntry,
                Place::line(line.source_line),
                "the line has no date; it was left out",
            );
            continue;
        };
        entry.clear();
        entry.transaction = number;
        entry.date = date;
        entry.amount = line.amount;
        entry.currency = line.currency.or(statement.currency);
        entry.source_line = line.source_line;
        let Ids {
            bank_id, customer_ref, ..
        } = &line.ids;
        for (into, from) in [
            (&mut entry.id, bank_id),
            (&mut entry.description, &line.text),
            (&mut entry.counterparty, &line.counterparty.name),
            (&mut entry.document, customer_ref),
            (&mut entry.check_number, &line.check_number),
        ] {
            into.push_str(from);
        }
        out.entry(&entry);
    }
    let printed = |balance: &Balance| PrintedBalance {
        date: balance.date,
        amount: balance.amount,
        source_line: 0,
    };
    // Several statements of one account may leave something out between them.
    if let [only] = statements {
        out.reading().opening = only.statement.opening.as_ref().map(printed);
        out.reading().closing = only.statement.closing.as_ref().map(printed);
        if only.statement.opening.is_some() {
            out.reading().history = History::FromOpening;
        }
    }
    let writer = OfxWriter {
        account: statements
            .first()
            .map(|read| read.statement.account.clone())
            .unwrap_or_default(),
        currency,
    };
    out.reading().layout = Some(Layout::Brought(BroughtLayout::new(Arc::new(writer))));
}

/// Writes entries as an OFX 2 file of the same account.
#[derive(Debug)]
struct OfxWriter {
    account: Account,
    currency: Option<Currency>,
}

impl EntryWriter for OfxWriter {
    fn written_as(&self) -> WrittenAs {
        WrittenAs {
            words: "OFX 2, for the import of the program",
            kind: "OFX",
            endings: &["ofx", "qfx", "qbo"],
        }
    }

    fn print(&self, entries: &[ProposedEntry]) -> Result<Vec<u8>, WriteError> {
        let dates = || entries.iter().map(|entry| entry.date);
        let statement = Statement {
            account: self.account.clone(),
            currency: self.currency.or_else(|| entries.first().map(|entry| entry.currency)),
            period: (dates().min(), dates().max()),
            ..Statement::default()
        };
        let lines = entries.iter().map(line).collect();
        let mut bytes = Vec::new();
        write::ofx::write(&mut bytes, &[ReadStatement { statement, lines }])?;
        Ok(bytes)
    }
}

/// An entry as a line; what OFX has no place for, the other side and the reason, goes into the memo.
fn line(entry: &ProposedEntry) -> Line {
    let name = if entry.counterparty.is_empty() {
        &entry.description
    } else {
        &entry.counterparty
    };
    Line {
        booking_date: Some(entry.date),
        amount: entry.amount,
        counterparty: Counterparty {
            name: name.clone(),
            ..Counterparty::default()
        },
        text: format!("{} [{}; {}]", entry.description, entry.contra_account, entry.reason),
        ids: Ids {
            customer_ref: entry.document.clone(),
            ..Ids::default()
        },
        ..Line::default()
    }
}

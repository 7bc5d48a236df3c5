//! FEC, the file of accounting entries that French law lays down: one row for each line of an entry, divided by tabs or
//! bars, dates without marks, amounts with a comma; debit and credit apart, or an amount and its side.

use crate::account::Role;
use crate::chart::{Chart, Side, day};
use crate::delimited::{Header, cells};
use crate::import::Target;
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use std::collections::HashMap;
use std::io;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Date, Decimal};

/// The reader of FEC files.
#[derive(Debug)]
pub struct Fec;

impl BooksFormat for Fec {
    fn name(&self) -> &'static str {
        "fec"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        let first = head
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .next()
            .unwrap_or_default();
        let first = String::from_utf8_lossy(first).to_lowercase();
        ["journalcode", "ecriturenum", "ecrituredate", "comptenum"]
            .iter()
            .all(|column| first.contains(column))
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        "FEC".clone_into(&mut out.reading().dialect);
        let mut lines = (1_u64..).zip(text.lines());
        let first = lines.next().map_or("", |(_, line)| line);
        let divider = ['\t', '|', ';']
            .into_iter()
            .find(|divider| first.contains(*divider))
            .unwrap_or('\t');
        let header = Header::of(&cells(first, divider));
        let mut reader = Reader::default();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            reader.row(&header, &cells(line, divider), number, out);
        }
        reader.give(options, out);
        Ok(())
    }
}

/// An entry while its rows are read; they need not stand together.
struct Entry {
    transaction: Transaction,
    sides: Vec<Side>,
    line: u64,
}

#[derive(Default)]
struct Reader {
    chart: Chart,
    entries: Vec<Entry>,
    by_key: HashMap<(String, String, Date), usize>,
}

impl Reader {
    fn row(&mut self, header: &Header, cells: &[String], line: u64, out: &mut Emitter<'_>) {
        let cell = |name: &str| header.cell(cells, name);
        let (Some(date), Some(amount)) = (day(cell("ecrituredate")), amount(header, cells)) else {
            let message = format!(
                "the date {:?} or the amount cannot be read; the row was left out",
                excerpt(cell("ecrituredate"), 20)
            );
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        let number = cell("comptenum");
        if number.is_empty() {
            out.report(
                Code::BadEntry,
                Place::line(line),
                "the account is missing; the row was left out",
            );
            return;
        }
        if !self.chart.define(number, cell("comptelib"), role(number)) {
            out.report(Code::TooLarge, Place::line(line), "the books have too many accounts");
            return;
        }
        let account = self.chart.account(number, role(number));
        let entry = self.entry(cell("journalcode"), (cell("ecriturenum"), cell("pieceref")), date, line);
        let own = &mut entry.transaction;
        if own.description.is_empty() {
            cell("ecriturelib").clone_into(&mut own.description);
        }
        if own.counterparty.is_empty() {
            cell("compauxlib").clone_into(&mut own.counterparty);
        }
        own.remarks.tag("reference", cell("pieceref"));
        let mut remarks = Remarks::default();
        if cell("ecriturelib") != own.description {
            remarks.remember(cell("ecriturelib"));
        }
        remarks.code(cell("pieceref"));
        if !cell("compauxnum").is_empty() {
            remarks.kept = format!("{}\t{}", cell("compauxnum"), cell("compauxlib"));
        }
        entry.sides.push(Side {
            account,
            amount,
            remarks,
            clearing: None,
            date: None,
            line,
        });
    }

    /// The entry that a row belongs to: of one journal, number and day; where numbers are left blank, of one voucher.
    fn entry(&mut self, journal: &str, (number, voucher): (&str, &str), date: Date, line: u64) -> &mut Entry {
        let number = if number.is_empty() { voucher } else { number };
        let key = (journal.to_owned(), number.to_owned(), date);
        let next = self.entries.len();
        let at = *self.by_key.entry(key).or_insert(next);
        if at == next {
            let mut remarks = Remarks::default();
            remarks.tag("id", &format!("{journal}{number}"));
            self.entries.push(Entry {
                transaction: Transaction {
                    date,
                    remarks,
                    ..Transaction::default()
                },
                sides: Vec::new(),
                line,
            });
        }
        self.entries.get_mut(at).expect("its place was just looked up")
    }

    fn give(mut self, options: &BooksOptions<'_>, out: &mut Emitter<'_>) {
        for entry in self.entries {
            self.chart
                .push(entry.transaction, entry.sides, ("EUR", entry.line), out);
        }
        self.chart.give(Target::Fec, options, out);
    }
}

/// Debit less credit; or the amount with the sign of its side.
fn amount(header: &Header, cells: &[String]) -> Option<Decimal> {
    let read = |name: &str| french(header.cell(cells, name));
    if header.has("debit") {
        return read("debit")?.checked_sub(read("credit")?);
    }
    let amount = read("montant")?;
    match header.cell(cells, "sens").to_ascii_uppercase().as_str() {
        "D" | "+1" | "1" => Some(amount),
        "C" | "-1" => Some(-amount),
        _ => None,
    }
}

/// An amount with a comma or a point; blank is zero.
fn french(text: &str) -> Option<Decimal> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Some(Decimal::ZERO);
    }
    let mark = if plain.contains(',') { b',' } else { b'.' };
    Decimal::parse_bytes(plain.as_bytes(), mark).ok()
}

/// The French chart of accounts: 512 is banks, 519 their overdrafts, 164 their loans.
fn role(number: &str) -> Role {
    match number.get(..3) {
        Some("512" | "514" | "517") => Role::Bank,
        Some("519" | "164") => Role::Liability,
        _ => Role::Other,
    }
}

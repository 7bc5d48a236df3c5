//! SIE, the Swedish exchange of ledgers: type 4 (and 4I), lines of labels in code page 437.
//!
//! Types 1 to 3 hold balances without transactions and are refused. Of corrected vouchers the added lines (`#RTRANS`) are
//! followed by the same `#TRANS`, and the removed ones (`#BTRANS`) are gone: both are passed over, as the format says.

mod fields;
mod five;

pub use five::Sie5;

use crate::account::{self, AccountType, Role};
use crate::chart::{Chart, Side, day};
use crate::import::Target;
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use fields::fields;
use memchr::memmem;
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// The reader of SIE files.
#[derive(Debug)]
pub struct Sie;

impl BooksFormat for Sie {
    fn name(&self) -> &'static str {
        "sie"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        let text = head.trim_ascii_start();
        let has = |label: &[u8]| memmem::find(head, label).is_some();
        text.starts_with(b"#") && (has(b"#SIETYP") || (has(b"#FLAGGA") && has(b"#PROGRAM")))
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let mut decoder = Decoder::default();
        decoder.declare("cp437");
        let Some(text) = whole::text(input, &mut decoder, out)? else {
            return Ok(());
        };
        let mut reader = Reader::default();
        for (number, line) in (1_u64..).zip(text.lines()) {
            reader.line(line, number, out);
        }
        reader.end_voucher(out);
        let kind = if reader.kind.is_empty() { "4" } else { &reader.kind };
        out.reading().dialect = format!("SIE type {kind}");
        if reader.chart.transactions() == 0 && matches!(kind, "1" | "2" | "3") {
            let message =
                format!("this SIE file is of type {kind}, which holds balances only; export type 4 (transactions)");
            out.problem(Problem::of_file(Code::EmptyBooks, message));
            return Ok(());
        }
        reader.chart.set_types(account_type);
        reader.chart.give(Target::Sie, options, out);
        Ok(())
    }
}

#[derive(Default)]
struct Reader {
    chart: Chart,
    kind: String,
    currency: String,
    voucher: Option<Voucher>,
}

/// A voucher while its lines are read.
struct Voucher {
    transaction: Transaction,
    sides: Vec<Side>,
    line: u64,
}

impl Reader {
    fn line(&mut self, line: &str, number: u64, out: &mut Emitter<'_>) {
        let line = line.trim();
        if line.starts_with('}') {
            self.end_voucher(out);
            return;
        }
        let Some((label, rest)) = line.split_once(|c: char| c.is_whitespace()) else {
            return;
        };
        let fields = fields(rest);
        let field = |at: usize| fields.get(at).map_or("", String::as_str);
        let amount = |at: usize| Decimal::parse(field(at)).ok();
        match label.to_ascii_uppercase().as_str() {
            "#SIETYP" => field(0).clone_into(&mut self.kind),
            "#FNAMN" => self.chart.company_named(field(0)),
            "#VALUTA" => field(0).clone_into(&mut self.currency),
            "#RAR" if field(0) == "0" => self.chart.begins(day(field(1))),
            "#KONTO" if !self.chart.define(field(0), field(1), role(field(0), field(1))) => {
                out.report(Code::TooLarge, Place::line(number), "the books have too many accounts");
            }
            "#IB" if field(0) == "0" => match amount(2) {
                Some(balance) => {
                    let account = self.chart.account(field(1), role(field(1), ""));
                    self.chart.opens(account, balance);
                }
                None => bad_amount("#IB", field(2), number, out),
            },
            "#UB" if field(0) == "0" => match amount(2) {
                Some(balance) => {
                    let account = self.chart.account(field(1), role(field(1), ""));
                    self.chart.closes(account, balance);
                }
                None => bad_amount("#UB", field(2), number, out),
            },
            "#VER" => {
                self.end_voucher(out);
                self.begin_voucher(&fields, number, out);
            }
            "#TRANS" => self.transaction_line(&fields, number, out),
            _ => {}
        }
    }

    fn begin_voucher(&mut self, fields: &[String], line: u64, out: &mut Emitter<'_>) {
        let field = |at: usize| fields.get(at).map_or("", String::as_str);
        let Some(date) = day(field(2)) else {
            let message = format!(
                "voucher {} {} has no date that can be read",
                excerpt(field(0), 10),
                excerpt(field(1), 20)
            );
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.tag("id", &format!("{}{}", field(0), field(1)));
        self.voucher = Some(Voucher {
            transaction: Transaction {
                date,
                description: field(3).to_owned(),
                remarks,
                ..Transaction::default()
            },
            sides: Vec::new(),
            line,
        });
    }

    /// `#TRANS account {objects} amount [date] [text] [quantity] [signature]`
    fn transaction_line(&mut self, fields: &[String], line: u64, out: &mut Emitter<'_>) {
        let field = |at: usize| fields.get(at).map_or("", String::as_str);
        let Some(voucher) = &mut self.voucher else {
            out.report(
                Code::BadEntry,
                Place::line(line),
                "the line stands in no voucher with a date",
            );
            return;
        };
        let Ok(amount) = Decimal::parse(field(2)) else {
            bad_amount("#TRANS", field(2), line, out);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.remember(field(4));
        // Cost centres and projects, as they stand in the braces.
        field(1).clone_into(&mut remarks.kept);
        let account = self.chart.account(field(0), role(field(0), ""));
        voucher.sides.push(Side {
            account,
            amount,
            remarks,
            clearing: None,
            date: None,
            line,
        });
    }

    fn end_voucher(&mut self, out: &mut Emitter<'_>) {
        if let Some(voucher) = self.voucher.take() {
            let currency = currency_or_krona(&self.currency);
            self.chart
                .push(voucher.transaction, voucher.sides, (currency, voucher.line), out);
        }
    }
}

/// The currency of the books, which Swedish ones need not name.
fn currency_or_krona(code: &str) -> &str {
    if code.is_empty() { "SEK" } else { code }
}

fn bad_amount(label: &str, text: &str, line: u64, out: &mut Emitter<'_>) {
    let message = format!("{:?} is no amount; the line was left out", excerpt(text, 30));
    out.report(Code::BadEntry, Place::field(line, label), message);
}

/// The classes of the Swedish chart of accounts; 20 is the owners' share.
fn account_type(number: &str) -> Option<AccountType> {
    Some(match number.as_bytes() {
        [b'1', ..] => AccountType::Asset,
        [b'2', b'0', ..] => AccountType::Equity,
        [b'2', ..] => AccountType::Liability,
        [b'3', ..] => AccountType::Revenue,
        [b'4'..=b'8', ..] => AccountType::Expense,
        _ => return None,
    })
}

/// The Swedish chart of accounts: 19 is cash and bank, of which 191 is cash; loans and cards begin with 2.
fn role(number: &str, name: &str) -> Role {
    let named = name.to_lowercase();
    match number.get(..2) {
        Some("19") if number.starts_with("191") || named.contains("kassa") => Role::Other,
        Some("19") => Role::Bank,
        Some(_) if number.starts_with('1') => Role::Other,
        Some(_) if number.starts_with('2') && (named.contains("kredit") || named.contains("kort")) => Role::Liability,
        _ => match account::role_of_name(name) {
            Role::Bank if !number.is_empty() => Role::Other,
            role => role,
        },
    }
}

//! SIE 5: the same ledgers in XML. `Sie` is an export of whole years, `SieEntry` vouchers on their way into a program.
//!
//! Ledger entries that were struck out (`Overstrike`) are history and count no more. Balances are those of the primary
//! fiscal year; balances of single objects are parts of them and passed over. Subledgers (invoices, assets) repeat what the
//! general ledger has.

use super::{currency_or_krona, role};
use crate::chart::{Chart, Side, day};
use crate::import::Target;
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use crate::xml::{self, Elements, Visitor};
use memchr::memmem;
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// The reader of SIE 5.
#[derive(Debug)]
pub struct Sie5;

impl BooksFormat for Sie5 {
    fn name(&self) -> &'static str {
        "sie5"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        head.trim_ascii_start().starts_with(b"<") && memmem::find(head, b"www.sie.se/sie5").is_some()
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        "SIE 5".clone_into(&mut out.reading().dialect);
        let mut reader = Reader::default();
        if !xml::visit(&text, &mut reader, out) {
            return Ok(());
        }
        if reader.chart.transactions() == 0 {
            let message = "this SIE 5 file holds no journal entries; export it with its ledger entries";
            out.problem(Problem::of_file(Code::EmptyBooks, message));
        }
        reader.chart.give(Target::Sie5, options, out);
        Ok(())
    }
}

#[derive(Default)]
struct Reader {
    chart: Chart,
    currency: String,
    /// First and last month of the fiscal year that the file is about.
    year: (String, String),
    account: String,
    balance: Option<Balance>,
    journal: String,
    voucher: Option<Voucher>,
    /// The ledger entry that is open, and whether it still counts.
    entry: Option<(Side, bool)>,
}

/// A printed balance while its element is open.
struct Balance {
    amount: Decimal,
    opens: bool,
}

/// A journal entry while its lines are read.
struct Voucher {
    transaction: Transaction,
    sides: Vec<Side>,
    line: u64,
}

impl Visitor for Reader {
    fn open(&mut self, name: &str, elements: &Elements<'_>, line: u64, out: &mut Emitter<'_>) {
        let attribute = |name: &str| elements.attribute(name);
        match name {
            "AccountingCurrency" => attribute("currency").clone_into(&mut self.currency),
            "Company" => self.chart.company(attribute("organizationId")),
            "FiscalYear" if self.year.0.is_empty() || attribute("primary") == "true" => {
                self.year = (attribute("start").to_owned(), attribute("end").to_owned());
                self.chart.begins(day(&format!("{}-01", attribute("start"))));
            }
            "Account" => {
                attribute("id").clone_into(&mut self.account);
                let named = attribute("name");
                if !self.chart.define(&self.account, named, role(&self.account, named)) {
                    out.report(Code::TooLarge, Place::line(line), "the books have too many accounts");
                }
            }
            "OpeningBalance" | "ClosingBalance" => {
                let opens = name == "OpeningBalance";
                let month = if opens { &self.year.0 } else { &self.year.1 };
                self.balance = None;
                match Decimal::parse(attribute("amount")) {
                    Ok(amount) if attribute("month") == month => self.balance = Some(Balance { amount, opens }),
                    Ok(_) => {}
                    Err(_) => bad_amount(name, attribute("amount"), line, out),
                }
            }
            // Of a ledger entry, a cost centre or a project; else it says that the balance is one of an object.
            "ObjectReference" => match &mut self.entry {
                None => self.balance = None,
                Some((side, _)) => {
                    let object = format!("{}\t{}\n", attribute("dimId"), attribute("objectId"));
                    side.remarks.kept.push_str(&object);
                }
            },
            "Journal" => attribute("id").clone_into(&mut self.journal),
            "JournalEntry" => self.begin_voucher(elements, line, out),
            "LedgerEntry" => self.begin_entry(elements, line, out),
            "Overstrike" => {
                if let Some((_, counts)) = &mut self.entry {
                    *counts = false;
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, _: &Elements<'_>, out: &mut Emitter<'_>) {
        match name {
            "OpeningBalance" | "ClosingBalance" => {
                if let Some(balance) = self.balance.take() {
                    let account = self.chart.account(&self.account, role(&self.account, ""));
                    if balance.opens {
                        self.chart.opens(account, balance.amount);
                    } else {
                        self.chart.closes(account, balance.amount);
                    }
                }
            }
            "LedgerEntry" => {
                if let (Some((side, true)), Some(voucher)) = (self.entry.take(), &mut self.voucher) {
                    voucher.sides.push(side);
                }
            }
            "JournalEntry" => {
                if let Some(voucher) = self.voucher.take() {
                    let currency = currency_or_krona(&self.currency);
                    self.chart
                        .push(voucher.transaction, voucher.sides, (currency, voucher.line), out);
                }
            }
            _ => {}
        }
    }
}

impl Reader {
    fn begin_voucher(&mut self, elements: &Elements<'_>, line: u64, out: &mut Emitter<'_>) {
        let number = elements.attribute("id");
        let Some(date) = day(elements.attribute("journalDate")) else {
            let message = format!(
                "journal entry {} {} has no date that can be read",
                excerpt(&self.journal, 20),
                excerpt(number, 20)
            );
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.tag("id", &format!("{}{number}", self.journal));
        remarks.tag("reference", elements.attribute("referenceId"));
        self.voucher = Some(Voucher {
            transaction: Transaction {
                date,
                description: elements.attribute("text").to_owned(),
                remarks,
                ..Transaction::default()
            },
            sides: Vec::new(),
            line,
        });
    }

    fn begin_entry(&mut self, elements: &Elements<'_>, line: u64, out: &mut Emitter<'_>) {
        self.entry = None;
        let number = elements.attribute("accountId");
        let Some(voucher) = self.voucher.as_ref().filter(|_| !number.is_empty()) else {
            let message = "the ledger entry has no account, or stands in no journal entry with a date; it was left out";
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        let Ok(amount) = Decimal::parse(elements.attribute("amount")) else {
            bad_amount("LedgerEntry", elements.attribute("amount"), line, out);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.remember(elements.attribute("text"));
        let date = day(elements.attribute("ledgerDate")).filter(|date| *date != voucher.transaction.date);
        let account = self.chart.account(number, role(number, ""));
        let side = Side {
            account,
            amount,
            remarks,
            clearing: None,
            date,
            line,
        };
        self.entry = Some((side, true));
    }
}

fn bad_amount(element: &str, text: &str, line: u64, out: &mut Emitter<'_>) {
    let message = format!("{:?} is no amount; the element was left out", excerpt(text, 30));
    out.report(Code::BadEntry, Place::field(line, element), message);
}

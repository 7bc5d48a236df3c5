//! SAF-T, the audit file of the OECD, as Portugal, Norway and others lay it down: accounts with opening and closing
//! balances, journals of transactions with debit and credit lines, totals that the file prints of itself.

use crate::account::{self, Role};
use crate::chart::{Chart, Side, day};
use crate::import::Target;
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use crate::xml::{self, Elements, Visitor};
use memchr::memmem;
use std::collections::HashMap;
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// The reader of SAF-T files.
#[derive(Debug)]
pub struct Saft;

impl BooksFormat for Saft {
    fn name(&self) -> &'static str {
        "saf-t"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        let text = head.trim_ascii_start();
        text.starts_with(b"<") && memmem::find(head, b"AuditFile").is_some()
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        "SAF-T".clone_into(&mut out.reading().dialect);
        let mut reader = Reader::default();
        if !xml::visit(&text, &mut reader, out) {
            return Ok(());
        }
        reader.check(out);
        if reader.chart.transactions() == 0 {
            let message = "this SAF-T file holds no general ledger entries (it may be of invoices only); export the accounting file";
            out.problem(Problem::of_file(Code::EmptyBooks, message));
            return Ok(());
        }
        reader.chart.give(Target::Saft, options, out);
        Ok(())
    }
}

#[derive(Default)]
struct Reader {
    chart: Chart,
    currency: String,
    /// The members of the account, party, transaction or line that is open.
    account: Members,
    party: Members,
    transaction: Members,
    line: Members,
    names: HashMap<String, String>,
    sides: Vec<Side>,
    parties: Vec<String>,
    begun: u64,
    line_begun: u64,
    /// What the file prints of all its lines, and what they come to.
    printed: [Option<Decimal>; 2],
    sums: [Decimal; 2],
}

/// Small elements by name.
#[derive(Debug, Default)]
struct Members(Vec<(String, String)>);

impl Members {
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    fn amount(&self, name: &str) -> Option<Decimal> {
        Decimal::parse(self.get(name)).ok()
    }

    fn set(&mut self, name: &str, text: &str) {
        if self.0.len() < 100 && self.get(name).is_empty() {
            self.0.push((name.to_owned(), text.to_owned()));
        }
    }
}

const LINES: [&str; 3] = ["Line", "DebitLine", "CreditLine"];

impl Visitor for Reader {
    fn open(&mut self, name: &str, _: &Elements<'_>, line: u64, _: &mut Emitter<'_>) {
        match name {
            "Account" => self.account = Members::default(),
            "Customer" | "Supplier" => self.party = Members::default(),
            "Transaction" => {
                self.transaction = Members::default();
                self.sides.clear();
                self.parties.clear();
                self.begun = line;
            }
            _ if LINES.contains(&name) => {
                self.line = Members::default();
                self.line_begun = line;
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, elements: &Elements<'_>, out: &mut Emitter<'_>) {
        let (text, around) = (elements.text().trim(), elements.path());
        let parent = around.last().map_or("", String::as_str);
        let inside = |element: &str| around.iter().any(|above| above == element);
        match (parent, name) {
            ("Header", "DefaultCurrencyCode" | "CurrencyCode") => text.clone_into(&mut self.currency),
            ("GeneralLedgerEntries", "TotalDebit") => self.printed[0] = Decimal::parse(text).ok(),
            ("GeneralLedgerEntries", "TotalCredit") => self.printed[1] = Decimal::parse(text).ok(),
            ("Header" | "SelectionCriteria", "StartDate" | "SelectionStartDate") => self.chart.begins(day(text)),
            ("GeneralLedgerAccounts", "Account") => self.end_account(out),
            (_, "Customer" | "Supplier") => {
                let id = [self.party.get("CustomerID"), self.party.get("SupplierID")].concat();
                let name = [self.party.get("CompanyName"), self.party.get("Name")];
                let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
                if self.names.len() < crate::limits::MAX_ACCOUNTS {
                    self.names.insert(id, name.to_owned());
                }
            }
            ("Account", _) if inside("GeneralLedgerAccounts") => self.account.set(name, text),
            ("Customer" | "Supplier" | "CompanyStructure", _) => self.party.set(name, text),
            (_, "Line" | "DebitLine" | "CreditLine") if inside("GeneralLedgerEntries") => self.end_line(out),
            ("Journal", "Transaction") => self.end_transaction(out),
            ("Line" | "DebitLine" | "CreditLine", _) => self.line.set(name, text),
            // Amounts of the later versions: `DebitAmount/Amount`, with another currency beside it.
            ("DebitAmount" | "CreditAmount", "Amount") => self.line.set(parent, text),
            ("Transaction", _) => self.transaction.set(name, text),
            _ => {}
        }
    }
}

impl Reader {
    fn end_account(&mut self, out: &mut Emitter<'_>) {
        let number = self.account.get("AccountID").to_owned();
        let name = self.account.get("AccountDescription").to_owned();
        let role = role(&number, &name, self.account.get("StandardAccountID"));
        if !self.chart.define(&number, &name, role) {
            out.problem(Problem::of_file(Code::TooLarge, "the books have too many accounts"));
            return;
        }
        let account = self.chart.account(&number, role);
        let balance = |debit: &str, credit: &str| {
            let (debit, credit) = (self.account.amount(debit), self.account.amount(credit));
            match (debit, credit) {
                (None, None) => None,
                (debit, credit) => debit.unwrap_or_default().checked_sub(credit.unwrap_or_default()),
            }
        };
        let opening = balance("OpeningDebitBalance", "OpeningCreditBalance");
        let closing = balance("ClosingDebitBalance", "ClosingCreditBalance");
        if let Some(opening) = opening {
            self.chart.opens(account, opening);
        }
        if let Some(closing) = closing {
            self.chart.closes(account, closing);
        }
    }

    fn end_line(&mut self, out: &mut Emitter<'_>) {
        let line = self.line_begun;
        let (debit, credit) = (self.line.amount("DebitAmount"), self.line.amount("CreditAmount"));
        let number = self.line.get("AccountID").to_owned();
        let amount = match (debit, credit) {
            (None, None) => None,
            (debit, credit) => debit.unwrap_or_default().checked_sub(credit.unwrap_or_default()),
        };
        let (Some(amount), false) = (amount, number.is_empty()) else {
            let message = "a line has no account or no amount that can be read; it was left out";
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        for (sum, side) in self.sums.iter_mut().zip([debit, credit]) {
            *sum = sum.checked_add(side.unwrap_or_default()).unwrap_or(*sum);
        }
        let mut remarks = Remarks::default();
        for key in ["SourceDocumentID", "ReferenceNumber", "CID"] {
            remarks.tag("reference", self.line.get(key));
        }
        remarks.remember(self.line.get("Description"));
        let party = [self.line.get("CustomerID"), self.line.get("SupplierID")].concat();
        if let Some(name) = self.names.get(&party).filter(|name| !name.is_empty()) {
            self.parties.push(name.clone());
        }
        let account = self.chart.account(&number, role(&number, "", ""));
        self.sides.push(Side {
            account,
            amount,
            remarks,
            clearing: None,
            date: None,
            line,
        });
    }

    fn end_transaction(&mut self, out: &mut Emitter<'_>) {
        let members = std::mem::take(&mut self.transaction);
        let Some(date) = day(members.get("TransactionDate")) else {
            let message = format!(
                "transaction {:?} has no date that can be read; it was left out",
                excerpt(members.get("TransactionID"), 40)
            );
            out.report(Code::BadEntry, Place::line(self.begun), message);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.tag("id", members.get("TransactionID"));
        members.get("DocArchivalNumber").clone_into(&mut remarks.document);
        let party = [members.get("CustomerID"), members.get("SupplierID")].concat();
        let named = self.names.get(&party).cloned();
        let transaction = Transaction {
            date,
            description: members.get("Description").to_owned(),
            counterparty: named.or_else(|| self.parties.first().cloned()).unwrap_or_default(),
            remarks,
            ..Transaction::default()
        };
        let sides = std::mem::take(&mut self.sides);
        self.chart.push(transaction, sides, (&self.currency, self.begun), out);
    }

    /// The file's own totals.
    fn check(&self, out: &mut Emitter<'_>) {
        for ((printed, sum), name) in self.printed.iter().zip(&self.sums).zip(["TotalDebit", "TotalCredit"]) {
            if let Some(printed) = printed.filter(|printed| printed != sum) {
                let message = format!("{name} prints {printed}, the lines sum to {sum}");
                out.problem(Problem::of_file(Code::BooksTotal, message));
            }
        }
    }
}

/// Banks by the standard charts (Portugal 12, Norway 19 without cash), else by the account's name where its number is of
/// a class that holds money: 1, 2 or 5, by country. A bank's fees have the word in their name, too.
fn role(number: &str, name: &str, standard: &str) -> Role {
    let may_hold_money = number.starts_with(['1', '2', '5']) || !number.starts_with(|c: char| c.is_ascii_digit());
    let named = account::role_of_name(name);
    match (standard.get(..2), number.get(..2)) {
        (Some("19"), _) if !standard.starts_with("190") => Role::Bank,
        (None, Some("12")) if named != Role::Bank && name.to_lowercase().contains("dep") => Role::Bank,
        _ if may_hold_money => named,
        _ => Role::Other,
    }
}

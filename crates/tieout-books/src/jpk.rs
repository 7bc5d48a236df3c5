//! `JPK_KR`, the audit file of Polish ledgers, in both of its forms: `JPK_KR` (1), whose journal and ledger lines stand apart
//! and share a number, and `JPK_KR_PD` (1), where lines stand in their journal entry and elements are called by numbers.
//!
//! The day of the operation is the entry's date; that of its booking is often the day on which it was typed. Opening balances
//! are those of the period: the closing ones less the period's turnover.

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

/// The reader of `JPK_KR` files.
#[derive(Debug)]
pub struct Jpk;

impl BooksFormat for Jpk {
    fn name(&self) -> &'static str {
        "jpk"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        head.trim_ascii_start().starts_with(b"<") && memmem::find(head, b"JPK_KR").is_some()
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        "JPK_KR".clone_into(&mut out.reading().dialect);
        let mut reader = Reader::default();
        if !xml::visit(&text, &mut reader, out) {
            return Ok(());
        }
        reader.give(options, out);
        Ok(())
    }
}

/// Small elements by name, in the words of the older form.
type Members = HashMap<&'static str, String>;

/// Elements that are looked at, and what the newer form calls them within their parents.
const NAMES: &[(&str, &str, &str)] = &[
    ("ZOiS", "KodKonta", "S_1"),
    ("ZOiS", "OpisKonta", "S_2"),
    ("ZOiS", "ObrotyWinien", "S_6"),
    ("ZOiS", "ObrotyMa", "S_7"),
    ("ZOiS", "SaldoWinien", "S_10"),
    ("ZOiS", "SaldoMa", "S_11"),
    ("Dziennik", "NrZapisuDziennika", "D_1"),
    ("Dziennik", "OpisDziennika", "D_2"),
    ("Dziennik", "NrDowoduKsiegowego", "D_4"),
    ("Dziennik", "DataOperacji", "D_6"),
    ("Dziennik", "DataDowodu", "D_7"),
    ("Dziennik", "DataKsiegowania", "D_8"),
    ("Dziennik", "OpisOperacji", "D_10"),
    ("Dziennik", "DziennikKwotaOperacji", "D_11"),
    ("KontoZapis", "NrZapisu", ""),
    ("KontoZapis", "OpisZapisuWinien", "Z_2"),
    ("KontoZapis", "KodKontaWinien", "Z_3"),
    ("KontoZapis", "KwotaWinien", "Z_4"),
    ("KontoZapis", "KwotaMa", "Z_7"),
    ("KontoZapis", "KodKontaMa", ""),
    ("KontoZapis", "OpisZapisuMa", ""),
    ("DziennikCtrl", "LiczbaWierszyDziennika", "C_1"),
    ("DziennikCtrl", "SumaKwotOperacji", "C_2"),
    ("KontoZapisCtrl", "LiczbaWierszyKontoZapisj", "C_3"),
    ("KontoZapisCtrl", "SumaWinien", "C_4"),
    ("KontoZapisCtrl", "SumaMa", "C_5"),
];

/// What is counted and summed, in the order of the file's own control figures.
const CONTROLS: [&str; 5] = [
    "LiczbaWierszyDziennika",
    "SumaKwotOperacji",
    "LiczbaWierszyKontoZapisj",
    "SumaWinien",
    "SumaMa",
];

#[derive(Default)]
struct Reader {
    chart: Chart,
    currency: String,
    account: Members,
    journal: Members,
    ledger: Members,
    controls: Members,
    counted: [Decimal; 5],
    vouchers: Vec<Voucher>,
    by_number: HashMap<String, usize>,
    /// Ledger lines whose journal entry has not come yet.
    waiting: Vec<(String, Vec<Side>)>,
    /// Ledger lines of the journal entry that is open.
    inside: Vec<Side>,
    journal_line: u64,
    ledger_line: u64,
}

struct Voucher {
    transaction: Transaction,
    sides: Vec<Side>,
    line: u64,
}

/// The name in the older form of an element that stands in this parent.
fn known(parent: &str, name: &str) -> Option<&'static str> {
    let parent = match parent {
        "Ctrl" => return NAMES.iter().find(|(_, _, new)| *new == name).map(|(_, old, _)| *old),
        // One of eight kinds, by the kind of company.
        parent if parent.starts_with("ZOiS") => "ZOiS",
        parent => parent,
    };
    let found = NAMES
        .iter()
        .find(|(within, old, new)| *within == parent && (*old == name || (*new == name && !new.is_empty())));
    found.map(|(_, old, _)| *old)
}

fn amount(members: &Members, name: &str) -> Option<Decimal> {
    members.get(name).and_then(|text| Decimal::parse(text).ok())
}

fn text<'m>(members: &'m Members, name: &str) -> &'m str {
    members.get(name).map_or("", String::as_str)
}

impl Visitor for Reader {
    fn open(&mut self, name: &str, _: &Elements<'_>, line: u64, _: &mut Emitter<'_>) {
        match name {
            "Dziennik" => {
                self.journal.clear();
                self.inside.clear();
                self.journal_line = line;
            }
            "KontoZapis" => {
                self.ledger.clear();
                self.ledger_line = line;
            }
            _ if name.starts_with("ZOiS") => self.account.clear(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, elements: &Elements<'_>, out: &mut Emitter<'_>) {
        let value = elements.text().trim();
        let parent = elements.path().last().map_or("", String::as_str);
        match name {
            "DomyslnyKodWaluty" => value.clone_into(&mut self.currency),
            "DataOd" if parent == "Naglowek" => self.chart.begins(day(value)),
            "KontoZapis" => self.end_line(parent == "Dziennik", out),
            "Dziennik" => self.end_entry(out),
            _ if name.starts_with("ZOiS") && self.account.contains_key("KodKonta") => self.end_account(out),
            _ => {
                if let Some(own) = known(parent, name) {
                    let members = match parent {
                        "Dziennik" => &mut self.journal,
                        "KontoZapis" => &mut self.ledger,
                        parent if parent.starts_with("ZOiS") => &mut self.account,
                        _ => &mut self.controls,
                    };
                    members.insert(own, value.to_owned());
                }
            }
        }
    }
}

impl Reader {
    fn end_account(&mut self, out: &mut Emitter<'_>) {
        let members = std::mem::take(&mut self.account);
        let (number, name) = (text(&members, "KodKonta"), text(&members, "OpisKonta"));
        if !self.chart.define(number, name, role(number, name)) {
            out.problem(Problem::of_file(Code::TooLarge, "the books have too many accounts"));
            return;
        }
        for name in ["ObrotyWinien", "ObrotyMa", "SaldoWinien", "SaldoMa"] {
            let printed = text(&members, name);
            if !printed.is_empty() && amount(&members, name).is_none() {
                let message = format!(
                    "{name} of account {} is {:?}, which is no amount",
                    excerpt(number, 40),
                    excerpt(printed, 30)
                );
                out.problem(Problem::of_file(Code::BadAmount, message));
            }
        }
        let net = |debit: &str, credit: &str| amount(&members, debit)?.checked_sub(amount(&members, credit)?);
        let account = self.chart.account(number, role(number, name));
        if let (Some(closing), Some(moved)) = (net("SaldoWinien", "SaldoMa"), net("ObrotyWinien", "ObrotyMa")) {
            self.chart.closes(account, closing);
            if let Some(opening) = closing.checked_sub(moved) {
                self.chart.opens(account, opening);
            }
        }
    }

    /// A ledger line: one account debited or credited, or in the older form both.
    fn end_line(&mut self, inside: bool, out: &mut Emitter<'_>) {
        let members = std::mem::take(&mut self.ledger);
        self.count(2, Some(Decimal::from_minor(1, 0)));
        let credited = if inside { "KodKontaWinien" } else { "KodKontaMa" };
        let mut sides = Vec::new();
        for (at, code, value, said) in [
            (3, "KodKontaWinien", "KwotaWinien", "OpisZapisuWinien"),
            (4, credited, "KwotaMa", "OpisZapisuMa"),
        ] {
            let (number, printed) = (text(&members, code), text(&members, value));
            let value = Decimal::parse(printed);
            self.count(at, value.as_ref().ok().copied());
            match value {
                _ if printed.is_empty() => {}
                Ok(value) if value.is_zero() => {}
                Ok(value) if !matches!(number, "" | "null") => {
                    let mut remarks = Remarks::default();
                    let own = text(&members, said);
                    remarks.remember(if own.is_empty() {
                        text(&members, "OpisZapisuWinien")
                    } else {
                        own
                    });
                    sides.push(Side {
                        account: self.chart.account(number, role(number, "")),
                        amount: if at == 3 { value } else { -value },
                        remarks,
                        clearing: None,
                        date: None,
                        line: self.ledger_line,
                    });
                }
                _ => {
                    let message = format!(
                        "a line has no account, or {:?} is no amount; it was left out",
                        excerpt(printed, 30)
                    );
                    out.report(Code::BadEntry, Place::line(self.ledger_line), message);
                }
            }
        }
        if inside {
            self.inside.append(&mut sides);
        } else {
            self.waiting.push((text(&members, "NrZapisu").to_owned(), sides));
        }
    }

    fn end_entry(&mut self, out: &mut Emitter<'_>) {
        let members = std::mem::take(&mut self.journal);
        let sides = std::mem::take(&mut self.inside);
        self.count(0, Some(Decimal::from_minor(1, 0)));
        self.count(1, amount(&members, "DziennikKwotaOperacji"));
        let number = text(&members, "NrZapisuDziennika");
        let dates = ["DataOperacji", "DataDowodu", "DataKsiegowania"];
        let Some(date) = dates.into_iter().find_map(|name| day(text(&members, name))) else {
            let message = format!(
                "journal entry {:?} has no date that can be read; it was left out",
                excerpt(number, 40)
            );
            out.report(Code::BadEntry, Place::line(self.journal_line), message);
            return;
        };
        let mut remarks = Remarks::default();
        remarks.tag("id", number);
        remarks.tag("reference", text(&members, "NrDowoduKsiegowego"));
        let described = [text(&members, "OpisOperacji"), text(&members, "OpisDziennika")];
        let before = self.by_number.insert(number.to_owned(), self.vouchers.len());
        if before.is_some() && sides.is_empty() {
            let message = format!(
                "two journal entries have the number {:?}; their lines are read with the later one",
                excerpt(number, 40)
            );
            out.report(Code::DuplicateId, Place::line(self.journal_line), message);
        }
        self.vouchers.push(Voucher {
            transaction: Transaction {
                date,
                description: described
                    .into_iter()
                    .find(|text| !text.is_empty())
                    .unwrap_or_default()
                    .to_owned(),
                remarks,
                ..Transaction::default()
            },
            sides,
            line: self.journal_line,
        });
    }

    fn count(&mut self, at: usize, amount: Option<Decimal>) {
        if let (Some(sum), Some(amount)) = (self.counted.get_mut(at), amount) {
            *sum = sum.checked_add(amount).unwrap_or(*sum);
        }
    }

    fn give(mut self, options: &BooksOptions<'_>, out: &mut Emitter<'_>) {
        for (number, mut sides) in std::mem::take(&mut self.waiting) {
            let at = self.by_number.get(&number).copied();
            if let Some(voucher) = at.and_then(|at| self.vouchers.get_mut(at)) {
                voucher.sides.append(&mut sides);
            } else {
                let place = Place::line(sides.first().map_or(0, |side| side.line));
                let message = format!(
                    "no journal entry has the number {:?}; the line was left out",
                    excerpt(&number, 40)
                );
                out.report(Code::BadEntry, place, message);
            }
        }
        for (name, sum) in CONTROLS.into_iter().zip(self.counted) {
            if let Some(printed) = amount(&self.controls, name).filter(|printed| *printed != sum) {
                let message = format!("the file's {name} is {printed}, its lines come to {sum}");
                out.problem(Problem::of_file(Code::BooksTotal, message));
            }
        }
        let currency = if self.currency.is_empty() {
            "PLN"
        } else {
            &self.currency
        };
        for voucher in std::mem::take(&mut self.vouchers) {
            self.chart
                .push(voucher.transaction, voucher.sides, (currency, voucher.line), out);
        }
        if self.chart.transactions() == 0 {
            let message = "this JPK_KR file holds no journal entries; export a period that has some";
            out.problem(Problem::of_file(Code::EmptyBooks, message));
        }
        self.chart.give(Target::Jpk, options, out);
    }
}

/// The Polish chart of accounts: 13 is banks, of which 134 is what they lend and 139 what is on its way.
fn role(number: &str, name: &str) -> Role {
    match number.get(..3) {
        Some("134") => Role::Liability,
        Some("139") => Role::Other,
        _ if number.starts_with("13") => Role::Bank,
        _ if number.starts_with('1') => match account::role_of_name(name) {
            Role::Bank => Role::Bank,
            _ => Role::Other,
        },
        _ => Role::Other,
    }
}

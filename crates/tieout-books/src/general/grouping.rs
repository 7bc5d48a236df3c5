//! Rows of a general journal gathered into transactions, and the sums that it prints compared with them.

use crate::account;
use crate::chart::{Chart, Side};
use crate::import::Target;
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::limits::MAX_JOURNAL_BYTES;
use crate::model::Clearing;
use crate::read::{BooksOptions, Emitter};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_core::{Date, Decimal};
use tieout_tables::DateOrder;

/// The texts of a row.
pub(super) struct Cells {
    pub(super) line: u64,
    pub(super) filled: usize,
    /// The first cell that is not blank.
    pub(super) first: Vec<u8>,
    pub(super) date: String,
    pub(super) account: String,
    pub(super) code: String,
    pub(super) number: String,
    pub(super) narration: String,
    pub(super) kind: String,
    pub(super) document: String,
    pub(super) name: String,
    pub(super) class: String,
    pub(super) tax: String,
    pub(super) texts: Vec<String>,
    pub(super) currency: String,
    pub(super) clearing: Option<Clearing>,
}

impl Cells {
    fn bytes(&self) -> usize {
        let texts = self.texts.iter().map(String::len).sum::<usize>();
        texts + self.account.len() + self.name.len() + self.narration.len() + size_of::<Side>()
    }

    fn is_total(&self) -> bool {
        let first = String::from_utf8_lossy(&self.first).to_lowercase();
        first == "total" || first.starts_with("total ")
    }
}

/// Debit and credit of a row; a signed amount stands in the first.
type Sides = (Option<Decimal>, Option<Decimal>);

/// A transaction while its rows are read.
struct Open {
    date: Date,
    number: String,
    kind: String,
    document: String,
    narration: String,
    transaction: Transaction,
    sides: Vec<Side>,
    sums: [Decimal; 2],
    currency: String,
    line: u64,
}

impl Open {
    fn balances(&self) -> bool {
        let [debits, credits] = self.sums;
        self.sides.len() > 1 && debits == credits
    }
}

/// The journal while it is read.
#[derive(Default)]
pub(super) struct Grouping {
    chart: Chart,
    open: Option<Open>,
    /// What a heading above the lines of a transaction says: its number.
    heading: String,
    /// Sums of the transaction that ended last, for the sums printed below it.
    last: Option<[Decimal; 2]>,
    all: [Decimal; 2],
    bytes: usize,
    full: bool,
}

impl Grouping {
    pub(super) fn row(&mut self, cells: &Cells, date: Option<Date>, (debit, credit): Sides, out: &mut Emitter<'_>) {
        let has_account = !cells.account.is_empty() || !cells.code.is_empty();
        let has_amount = [debit, credit].into_iter().flatten().any(|amount| !amount.is_zero());
        if cells.is_total() || (!has_account && debit.is_some() && credit.is_some()) {
            self.sums(cells, [debit, credit], out);
        } else if !has_account && !has_amount {
            self.heading(cells, out);
        } else if !has_account {
            let message = "the line has an amount and no account; it was left out";
            out.report(Code::BadEntry, Place::line(cells.line), message);
        } else if has_amount {
            self.line(cells, date, (debit, credit), out);
        } else if debit.is_none() && credit.is_none() {
            out.report(
                Code::BadEntry,
                Place::line(cells.line),
                "the line has no amount; it was left out",
            );
        }
    }

    /// A row without account and amount: blank, a transaction's number above its lines, or words below the table.
    fn heading(&mut self, cells: &Cells, out: &mut Emitter<'_>) {
        // A line of a transaction that says something and moves nothing.
        if !cells.date.is_empty() && cells.filled > 1 {
            return;
        }
        self.end(out);
        self.heading = if cells.filled == 1 {
            String::from_utf8_lossy(&cells.first).into_owned()
        } else {
            String::new()
        };
    }

    /// Sums below a transaction, or below all of them.
    fn sums(&mut self, cells: &Cells, printed: [Option<Decimal>; 2], out: &mut Emitter<'_>) {
        let was_open = self.open.is_some();
        self.end(out);
        // Behind the sums of the last transaction, those of all have no name in some versions.
        let of_all = cells.is_total()
            && !String::from_utf8_lossy(&cells.first)
                .to_lowercase()
                .starts_with("total for");
        let sums = if of_all || !was_open { Some(self.all) } else { self.last };
        self.heading.clear();
        let Some(sums) = sums else { return };
        for ((printed, sum), side) in printed.into_iter().zip(sums).zip(["debits", "credits"]) {
            if let Some(printed) = printed.filter(|printed| *printed != sum) {
                let message = format!("the {side} printed are {printed}, the lines sum to {sum}");
                out.report(Code::BooksTotal, Place::line(cells.line), message);
            }
        }
    }

    fn line(&mut self, cells: &Cells, date: Option<Date>, (debit, credit): Sides, out: &mut Emitter<'_>) {
        let begins = self.begins(cells, date);
        if begins {
            self.end(out);
        }
        self.bytes = self.bytes.saturating_add(cells.bytes());
        if self.bytes > MAX_JOURNAL_BYTES {
            self.say_full(cells.line, out);
            return;
        }
        if self.open.is_none() {
            let Some(date) = date else {
                let message = format!("{:?} is no date; the line was left out", excerpt(&cells.date, 20));
                out.report(Code::BadEntry, Place::line(cells.line), message);
                return;
            };
            self.open = Some(self.begin(cells, date));
        }
        if !cells.date.is_empty() && date.is_none() {
            let message = format!(
                "{:?} is no date; the line was read with that of the transaction",
                excerpt(&cells.date, 20)
            );
            out.report(Code::BadDate, Place::line(cells.line), message);
        }
        let amount = debit.unwrap_or_default().checked_sub(credit.unwrap_or_default());
        let Some((amount, account)) = amount.zip(self.account(cells)) else {
            let message = "the amount or the number of accounts is too large; the line was left out";
            out.report(Code::BadAmount, Place::line(cells.line), message);
            return;
        };
        if let Some(open) = &mut self.open {
            add(open, cells, account, amount);
        }
    }

    /// Whether a line is the first of a transaction.
    fn begins(&self, cells: &Cells, date: Option<Date>) -> bool {
        let Some(open) = &self.open else { return true };
        if !cells.number.is_empty() && cells.number == open.number {
            return false;
        }
        let differs = |cell: &str, own: &str| !cell.is_empty() && cell != own;
        let dated = date.is_some_and(|date| date != open.date || open.balances());
        dated
            || differs(&cells.number, &open.number)
            || differs(&cells.narration, &open.narration)
            || (date.is_some() && (differs(&cells.kind, &open.kind) || differs(&cells.document, &open.document)))
    }

    fn begin(&mut self, cells: &Cells, date: Date) -> Open {
        let number = if cells.number.is_empty() {
            std::mem::take(&mut self.heading)
        } else {
            cells.number.clone()
        };
        let mut remarks = Remarks::default();
        remarks.tag("id", &number);
        remarks.code(&cells.document);
        let text = cells.texts.iter().find(|text| !text.is_empty());
        let description = Some(&cells.narration).filter(|text| !text.is_empty()).or(text);
        Open {
            date,
            number: cells.number.clone(),
            kind: cells.kind.clone(),
            document: cells.document.clone(),
            narration: cells.narration.clone(),
            transaction: Transaction {
                date,
                description: description.unwrap_or(&cells.kind).clone(),
                counterparty: cells.name.clone(),
                remarks,
                ..Transaction::default()
            },
            sides: Vec::new(),
            sums: [Decimal::ZERO; 2],
            currency: cells.currency.clone(),
            line: cells.line,
        }
    }

    /// The account of a line, by code where there is one.
    fn account(&mut self, cells: &Cells) -> Option<crate::journal::NameId> {
        let (code, name) = (cells.code.as_str(), cells.account.as_str());
        let key = if code.is_empty() { name } else { code };
        let is_named = !name.is_empty() && !code.is_empty() && !name.contains(code);
        let full = match (is_named, name.is_empty()) {
            (true, _) => format!("{code} {name}"),
            (false, true) => code.to_owned(),
            (false, false) => name.to_owned(),
        };
        let role = account::role_of_name(&full);
        self.chart
            .define_as(key, &full, role)
            .then(|| self.chart.account(key, role))
    }

    fn end(&mut self, out: &mut Emitter<'_>) {
        let Some(open) = self.open.take() else { return };
        for (all, sum) in self.all.iter_mut().zip(open.sums) {
            *all = all.checked_add(sum).unwrap_or(*all);
        }
        self.last = Some(open.sums);
        self.heading.clear();
        self.chart
            .push(open.transaction, open.sides, (&open.currency, open.line), out);
    }

    fn say_full(&mut self, line: u64, out: &mut Emitter<'_>) {
        if !std::mem::replace(&mut self.full, true) {
            let message = format!(
                "the journal holds more than {} MB; the rest was not read",
                MAX_JOURNAL_BYTES >> 20
            );
            out.report(Code::TooLarge, Place::line(line), message);
        }
    }

    /// All that was read, for corrections in the program's own layout, dates and word for "no tax".
    pub(super) fn give(
        mut self,
        (target, order, tax): (Target, Option<DateOrder>, String),
        options: &BooksOptions<'_>,
        out: &mut Emitter<'_>,
    ) {
        self.end(out);
        if self.chart.transactions() == 0 {
            out.problem(Problem::of_file(Code::EmptyBooks, "this journal holds no transactions"));
            return;
        }
        self.chart.habits(order, &tax);
        self.chart.give(target, options, out);
    }
}

fn add(open: &mut Open, cells: &Cells, account: crate::journal::NameId, amount: Decimal) {
    let [debits, credits] = &mut open.sums;
    let sum = if amount.is_negative() { credits } else { debits };
    *sum = sum.checked_add(amount.abs()).unwrap_or(*sum);
    let mut remarks = Remarks::default();
    if cells.document != open.document {
        remarks.code(&cells.document);
    }
    if cells.name != open.transaction.counterparty {
        remarks.counterparty.clone_from(&cells.name);
    }
    for text in cells.texts.iter().filter(|text| **text != open.transaction.description) {
        remarks.remember(text);
    }
    remarks.kept = crate::iif::named(&cells.name, &cells.class, &cells.tax);
    open.sides.push(Side {
        account,
        amount,
        remarks,
        clearing: cells.clearing,
        date: None,
        line: cells.line,
    });
}

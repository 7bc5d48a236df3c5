//! Books of numbered accounts: what the files that auditors and tax offices are given (SIE, DATEV, FEC, SAF-T) share.
//!
//! Accounts are called by number and name (`1930 Företagskonto`), so that either is enough to choose one.

use crate::account::{AccountType, Role};
use crate::import::{BatchHead, Habits, ImportLayout, Target};
use crate::journal::remarks::Remarks;
use crate::journal::{Journal, NameId, Posting, Transaction, emit};
use crate::limits::{MAX_ACCOUNTS, MAX_POSTINGS_OF_TRANSACTION};
use crate::model::{Clearing, History, PrintedBalance};
use crate::read::{BooksOptions, Emitter};
use crate::write::Layout;
use std::collections::{BTreeMap, HashMap};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_core::{Date, Decimal};
use tieout_tables::{DateOrder, DecimalMark};

/// Books while they are read.
#[derive(Default)]
pub(crate) struct Chart {
    journal: Journal,
    by_number: HashMap<String, NameId>,
    openings: HashMap<NameId, Decimal>,
    closings: HashMap<NameId, Decimal>,
    /// The first day, on which printed openings stand.
    begin: Option<Date>,
    habits: Habits,
}

/// One side of a transaction: account number, amount (debit positive), what is said of it, line of the file.
pub(crate) struct Side {
    pub(crate) account: NameId,
    pub(crate) amount: Decimal,
    pub(crate) remarks: Remarks,
    /// Where it differs from the transaction's.
    pub(crate) clearing: Option<Clearing>,
    /// Where it differs from the transaction's.
    pub(crate) date: Option<Date>,
    pub(crate) line: u64,
}

/// Whether such books are exported for a period, with nothing of what was before: the sum of the entries is no balance.
fn is_of_a_period(target: Target) -> bool {
    match target {
        Target::QuickBooksOnline | Target::Iif | Target::Xero | Target::Datev => true,
        Target::Gnucash
        | Target::Sie
        | Target::Fec
        | Target::Qif
        | Target::Saft
        | Target::Sie5
        | Target::Jpk
        | Target::Crane => false,
    }
}

impl Chart {
    /// Defines an account; false if there are too many.
    pub(crate) fn define(&mut self, number: &str, name: &str, role: Role) -> bool {
        // A colon would make one account a part of another.
        let full = format!("{number} {}", name.trim()).replace(':', " -");
        self.define_as(number, full.trim_end(), role)
    }

    /// Defines an account whose key (an id, a code) is no part of its name, or all of it; false if there are too many.
    /// What stands before a colon in the name is the account above.
    pub(crate) fn define_as(&mut self, key: &str, name: &str, role: Role) -> bool {
        if self.by_number.contains_key(key) || key.is_empty() {
            return true;
        }
        if self.by_number.len() >= MAX_ACCOUNTS {
            return false;
        }
        let is_taken = self.journal.accounts.find(name).is_some();
        let id = if is_taken && name != key {
            self.journal.accounts.id(&format!("{name} ({key})"))
        } else {
            self.journal.accounts.id(name)
        };
        self.journal.roles.insert(id, role);
        self.journal.declared.insert(id);
        self.by_number.insert(key.to_owned(), id);
        true
    }

    /// The account of a number; one that nothing defines is called by it.
    pub(crate) fn account(&mut self, number: &str, role: Role) -> NameId {
        if let Some(id) = self.by_number.get(number) {
            return *id;
        }
        self.define(number, "", role);
        self.by_number.get(number).copied().unwrap_or(0)
    }

    /// The account of a name; one that nothing defines has this role.
    pub(crate) fn account_named(&mut self, name: &str, role: Role) -> NameId {
        self.define_as(name, name, role);
        self.by_number.get(name).copied().unwrap_or(0)
    }

    /// The number of a currency or of another commodity.
    pub(crate) fn commodity(&mut self, code: &str) -> NameId {
        self.journal.commodities.id(code)
    }

    pub(crate) fn opens(&mut self, account: NameId, amount: Decimal) {
        self.openings.insert(account, amount);
    }

    pub(crate) fn closes(&mut self, account: NameId, amount: Decimal) {
        self.closings.insert(account, amount);
    }

    pub(crate) fn begins(&mut self, date: Option<Date>) {
        self.begin = self.begin.or(date);
    }

    /// Takes a transaction; one that does not balance, or is too large, is told.
    pub(crate) fn push(
        &mut self,
        mut transaction: Transaction,
        sides: Vec<Side>,
        (currency, line): (&str, u64),
        out: &mut Emitter<'_>,
    ) {
        if sides.len() > MAX_POSTINGS_OF_TRANSACTION {
            let message = format!("a transaction has more than {MAX_POSTINGS_OF_TRANSACTION} lines");
            out.report(Code::TooLarge, Place::line(line), message);
            return;
        }
        let sum = sides
            .iter()
            .try_fold(Decimal::ZERO, |sum, side| sum.checked_add(side.amount));
        if sum.is_none_or(|sum| !sum.is_zero()) {
            let off = sum.map_or_else(|| "too large to add up".to_owned(), |sum| format!("off by {sum}"));
            let named = excerpt(&transaction.description, 40);
            let message = format!("the transaction of {} {named:?} is {off}", transaction.date);
            out.report(Code::Unbalanced, Place::line(line), message);
        }
        let commodity = self.journal.commodities.id(currency);
        transaction.postings = sides
            .into_iter()
            .map(|side| Posting {
                account: side.account,
                amount: side.amount,
                commodity,
                line: side.line,
                date: side.date,
                clearing: side.clearing,
                remarks: side.remarks.boxed(),
                is_virtual: false,
                weight: None,
            })
            .collect();
        self.take(transaction);
    }

    /// How the file writes dates, and what it calls a line without tax.
    pub(crate) fn habits(&mut self, dates: Option<DateOrder>, no_tax: &str) {
        self.habits = Habits {
            dates: dates.unwrap_or(DateOrder::MonthDayYear),
            no_tax: no_tax.to_owned(),
            ..Habits::default()
        };
    }

    /// Which mark the file's amounts have.
    pub(crate) fn decimals(&mut self, mark: DecimalMark) {
        self.habits.mark = mark;
    }

    /// The currency that needs no saying, and what the others are called.
    pub(crate) fn currencies(&mut self, base: &str, called: BTreeMap<String, String>) {
        base.clone_into(&mut self.habits.base);
        self.habits.currencies = called;
    }

    /// The number under which the company is registered, which imports must repeat.
    pub(crate) fn company(&mut self, number: &str) {
        number.clone_into(&mut self.habits.company);
    }

    /// The company's name, which imports repeat.
    pub(crate) fn company_named(&mut self, name: &str) {
        name.clone_into(&mut self.habits.company_name);
    }

    /// Whose batch the file is, which an import must repeat.
    pub(crate) fn datev(&mut self, head: BatchHead) {
        self.habits.batch = head;
    }

    /// Takes a transaction with its postings, which the reader has looked at.
    pub(crate) fn take(&mut self, transaction: Transaction) {
        self.journal.transactions.push(transaction);
    }

    /// Says the types of accounts by their numbers.
    pub(crate) fn set_types(&mut self, of: fn(&str) -> Option<AccountType>) {
        for (number, id) in &self.by_number {
            if let Some(of_type) = of(number) {
                self.journal.types.insert(*id, of_type);
            }
        }
    }

    /// How many transactions there are.
    pub(crate) fn transactions(&self) -> usize {
        self.journal.transactions.len()
    }

    /// Gives the entries of the account that is chosen, checks its printed balances, and learns how to write corrections.
    pub(crate) fn give(self, target: Target, options: &BooksOptions<'_>, out: &mut Emitter<'_>) {
        let Some((account, _)) = emit::emit(&self.journal, options, out) else {
            return;
        };
        let printed = |amount: &Decimal, date| PrintedBalance {
            date,
            amount: *amount,
            source_line: 0,
        };
        let opening = self.openings.get(&account).map(|amount| printed(amount, self.begin));
        let closing = self.closings.get(&account).map(|amount| printed(amount, None));
        if opening.is_some() {
            out.reading().history = History::FromOpening;
        } else if !self.openings.is_empty() {
            // Accounts that begin with nothing are not listed.
            out.reading().history = History::FromOpening;
            out.reading().opening = Some(printed(&Decimal::ZERO, self.begin));
        } else if is_of_a_period(target) {
            out.reading().history = History::Unknown;
        }
        out.reading().opening = opening.or(out.reading().opening);
        out.reading().closing = closing;
        self.check(account, out);
        let currency = out.reading().currency;
        let name = |id: &NameId| self.journal.accounts.name(*id).to_owned();
        let keys = self.by_number.iter().map(|(key, id)| (name(id), key.clone())).collect();
        let layout = ImportLayout::new(target, &name(&account), currency)
            .with_keys(keys)
            .with_habits(self.habits);
        out.reading().layout = Some(Layout::Import(Box::new(layout)));
    }

    fn check(&self, account: NameId, out: &mut Emitter<'_>) {
        let Some(closing) = self.closings.get(&account) else {
            return;
        };
        let postings = self
            .journal
            .transactions
            .iter()
            .flat_map(|transaction| &transaction.postings);
        let opening = self.openings.get(&account).copied().unwrap_or(Decimal::ZERO);
        let sum = postings
            .filter(|posting| posting.account == account)
            .try_fold(opening, |sum, posting| sum.checked_add(posting.amount));
        if sum != Some(*closing) {
            let sum = sum.map_or_else(|| "too much".to_owned(), |sum| sum.to_string());
            let message = format!(
                "{}: the file closes at {closing}, opening and entries come to {sum}",
                excerpt(self.journal.accounts.name(account), 60)
            );
            out.problem(Problem::of_file(Code::BooksTotal, message));
        }
    }
}

/// The number that an account's name begins with; empty if it begins with none.
pub(crate) fn number_of(name: &str) -> &str {
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

/// `20260105` or `2026-01-05`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.trim().trim_matches('"');
    if let Some(day) = text.get(..10).and_then(|day| day.parse().ok()) {
        return Some(day);
    }
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

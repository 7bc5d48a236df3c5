//! Proposed entries as files that accounting programs import: each kind of books has its own.
//!
//! Such a file stands beside the books and is not appended to them: the program checks and numbers what it takes in.

mod charset;
pub(crate) mod dates;
mod datev;
mod lines;
mod programs;
mod requests;
mod table;

use crate::write::{ProposedEntry, one_line};
use dates::DateStyle;
use std::collections::BTreeMap;
use tieout_core::{Currency, Date, Decimal};
use tieout_tables::{DateOrder, DecimalMark};

/// What imports the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `GnuCash`: transactions with several splits as CSV, in the columns that it exports.
    Gnucash,
    /// Swedish programs: vouchers of SIE type 4I.
    Sie,
    /// German programs: a batch of bookings of DATEV.
    Datev,
    /// French programs: rows of a FEC.
    Fec,
    /// Quicken and its like: QIF.
    Qif,
    /// SAF-T is an export only: rows of a plain CSV, to be typed in.
    Saft,
    /// Swedish programs: vouchers of SIE 5 (`SieEntry`).
    Sie5,
    /// `JPK_KR` is an export only, as SAF-T is.
    Jpk,
    /// Crane Ledger: bodies of requests that create transactions, one on each line.
    Crane,
    /// `QuickBooks` Online: journal entries as CSV.
    QuickBooksOnline,
    /// `QuickBooks` Desktop: IIF.
    Iif,
    /// `Xero`: manual journals as CSV.
    Xero,
}

/// What a file's own rows do, so that an import looks like them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Habits {
    pub(crate) dates: DateOrder,
    /// The name of the rate of tax at which nothing is taxed; empty if the file names none.
    pub(crate) no_tax: String,
    /// The number under which the company is registered.
    pub(crate) company: String,
    /// Whose batch a DATEV file is.
    pub(crate) batch: BatchHead,
    /// How a QIF file writes its dates.
    pub(crate) style: DateStyle,
    /// The company's name.
    pub(crate) company_name: String,
    /// The mark of decimals in QIF and IIF.
    pub(crate) mark: DecimalMark,
    /// Whether a QIF file is in the Western charset of Windows.
    pub(crate) is_western: bool,
    /// The currency of the books, where an amount in another one must say so.
    pub(crate) base: String,
    /// What the books call other currencies, by code.
    pub(crate) currencies: BTreeMap<String, String>,
}

/// What the first line of a DATEV batch says of whom it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BatchHead {
    /// Number of the tax consultant (Berater).
    pub(crate) consultant: String,
    /// Number of the client (Mandant).
    pub(crate) client: String,
    /// A day on which a fiscal year begins (WJ-Beginn).
    pub(crate) year_begin: Option<Date>,
    /// Digits of the numbers of accounts (Sachkontenlänge).
    pub(crate) account_digits: String,
    /// The chart of accounts (SKR), as printed: `04`.
    pub(crate) chart: String,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            dates: DateOrder::MonthDayYear,
            no_tax: String::new(),
            company: String::new(),
            batch: BatchHead::default(),
            style: DateStyle::default(),
            company_name: String::new(),
            mark: DecimalMark::Point,
            is_western: false,
            base: String::new(),
            currencies: BTreeMap::new(),
        }
    }
}

/// How entries are handed to the program that keeps the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLayout {
    target: Target,
    /// The bank account as the books call it.
    account: String,
    currency: Option<Currency>,
    /// What the program calls accounts by, of those that it calls otherwise than by name.
    keys: BTreeMap<String, String>,
    /// Commodities of accounts that hold one each, by name.
    commodities: BTreeMap<String, String>,
    habits: Habits,
}

impl ImportLayout {
    pub(crate) fn new(target: Target, account: &str, currency: Option<Currency>) -> Self {
        Self {
            target,
            account: account.to_owned(),
            currency,
            keys: BTreeMap::new(),
            commodities: BTreeMap::new(),
            habits: Habits::default(),
        }
    }

    /// With what the file's own rows do.
    pub(crate) fn with_habits(self, habits: Habits) -> Self {
        Self { habits, ..self }
    }

    /// With the ids or codes of accounts, by name.
    pub(crate) fn with_keys(self, keys: BTreeMap<String, String>) -> Self {
        Self { keys, ..self }
    }

    /// With the commodities of accounts, by name.
    pub(crate) fn with_commodities(self, commodities: BTreeMap<String, String>) -> Self {
        Self { commodities, ..self }
    }

    /// An amount with the digits of its currency at least, and the books' own decimal mark.
    fn marked(&self, entry: &ProposedEntry, amount: Decimal) -> String {
        let plain = table::amount(entry, amount);
        match self.habits.mark {
            DecimalMark::Comma => plain.replace('.', ","),
            DecimalMark::Point => plain,
        }
    }

    /// The id or code of an account; `None` for one that the books do not have.
    fn key(&self, account: &str) -> Option<&str> {
        self.keys.get(account).map(String::as_str)
    }

    /// What imports the file.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Every account of the chart, by name: also those that nothing is booked on yet.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// Whether accounts are named by all that is above them: `Expenses:Bank Fees`.
    pub fn has_branches(&self) -> bool {
        self.target == Target::Gnucash
    }

    /// A date with four digits for the year, divided by slashes, as the file orders them.
    fn slashed(&self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.habits.dates {
            DateOrder::DayMonthYear => format!("{day:02}/{month:02}/{year}"),
            DateOrder::YearMonthDay => date.to_string(),
            DateOrder::MonthDayYear => format!("{month:02}/{day:02}/{year}"),
        }
    }

    /// The file.
    pub(crate) fn print(&self, entries: &[ProposedEntry]) -> Vec<u8> {
        match self.target {
            Target::Gnucash => table::gnucash(self, entries),
            Target::Sie => lines::sie(self, entries),
            Target::Datev => datev::datev(self, entries),
            Target::Fec => lines::fec(self, entries),
            Target::Qif => lines::qif(self, entries),
            Target::Sie5 => lines::sie5(self, entries),
            Target::Saft | Target::Jpk => table::plain(self, entries),
            Target::QuickBooksOnline => programs::quickbooks_online(self, entries),
            Target::Iif => programs::iif(self, entries),
            Target::Xero => programs::xero(self, entries),
            Target::Crane => requests::crane(self, entries),
        }
    }
}

/// What an entry is for, on one line: the other side's name, then the rest.
fn narration(entry: &ProposedEntry) -> String {
    let (name, text) = (one_line(&entry.counterparty), one_line(&entry.description));
    if name.is_empty() || text.contains(&name) {
        text
    } else {
        format!("{name} {text}")
    }
}

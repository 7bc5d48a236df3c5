//! What goes in: the statements and the books of one account, as the caller read them.
//!
//! The caller has chosen the account; statements of other accounts are not passed. All amounts are minor units of one
//! currency, signed as the account holder's balance moves: money in is +.

use std::ops::Range;
use std::sync::Arc;
use tieout_core::{Currency, Date};
use tieout_match::{AgeLimits, ItemIndex, Items};

/// One account to be reconciled.
#[derive(Debug, Clone)]
pub struct Case {
    /// Whose balance this is.
    pub account: AccountName,
    /// Every file read, in the order given by the user. Others refer to them by position.
    pub files: Vec<SourceFile>,
    /// What the bank says.
    pub bank: Bank,
    /// What the books say.
    pub books: Books,
    /// The open items at the cut-off, if the user listed them; `None`: they are found by what lines clear.
    pub open_items: Option<Vec<OpenItem>>,
    /// Reconcile as of this day; `None`: the last day that the statements cover.
    pub as_of: Option<Date>,
    /// How long an entry may stay outstanding.
    pub age_limits: AgeLimits,
    /// Version of the program, for the report.
    pub program: String,
}

/// The account's names and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName {
    /// The bank's number of it (an IBAN), or empty if no statement says.
    pub bank: String,
    /// Its name in the books (`Assets:Bank:Checking`, `1200`), or empty if the books hold one account only.
    pub books: String,
    /// Currency of all amounts.
    pub currency: Currency,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user named it.
    pub name: String,
    /// What it is for.
    pub role: FileRole,
    /// Format as printed for people (`camt.053.001.02`, `MT940`, `beancount`).
    pub format: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Number of its bytes.
    pub bytes: u64,
    /// Whether all of it was read.
    pub completeness: Completeness,
}

/// Whether all of a file was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Completeness {
    /// Every line, entry and amount.
    #[default]
    Whole,
    /// Something could not be read: lines, entries or amounts may be missing.
    Partial,
    /// Of an archive all but a file, in which whole statements may stand.
    Lacking,
    /// All of it, but what it prints about its own entries does not agree with them.
    Contradictory,
    /// Nothing of it could be used.
    Refused,
}

impl Completeness {
    /// Whether some of it could not be read.
    pub fn is_partial(self) -> bool {
        matches!(self, Self::Partial | Self::Lacking)
    }
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRole {
    /// Bank statements.
    Statement,
    /// The books.
    Books,
    /// The list of open items at the cut-off.
    OpenItems,
    /// What people decided about suggestions.
    Decisions,
}

/// All statements with their lines, file by file, not yet joined.
#[derive(Debug, Clone, Default)]
pub struct Bank {
    /// The booked lines of all statements, statement by statement (pending ones are left out by the caller).
    pub lines: Items,
    /// Where each of them stands in its file: number of its first text line, 0 if not known.
    pub line_numbers: Vec<u32>,
    /// The statements.
    pub statements: Vec<BankStatement>,
}

/// One statement as its file prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankStatement {
    /// Position of its file in [`Case::files`].
    pub file: u32,
    /// The bank's reference, or empty. Shared, as many banks write the same one into every statement.
    pub reference: Arc<str>,
    /// Number and page as printed (`00055/001`), or empty.
    pub number: String,
    /// First and last day as printed.
    pub period: (Option<Date>, Option<Date>),
    /// Booked balance before the first line, if the file prints one or its running balances say so.
    pub opening: Option<PrintedBalance>,
    /// Booked balance after the last line, likewise.
    pub closing: Option<PrintedBalance>,
    /// It is a notification (camt.054): it tells in detail what statements of the account contain.
    pub is_notification: bool,
    /// Where the balances printed beside its lines do not follow, in file order.
    pub breaks: Vec<BalanceBreak>,
    /// Its lines in [`Bank::lines`].
    pub lines: Range<ItemIndex>,
}

/// A balance beside a line that does not follow from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceBreak {
    /// Day of its line.
    pub date: Date,
    /// By how much, as it counts in the balance.
    pub amount: i64,
}

/// A balance that a file prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedBalance {
    /// Minor units, signed.
    pub amount: i64,
    /// The date printed with it.
    pub date: Option<Date>,
}

/// The books of the account.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// Its entries.
    pub entries: Items,
    /// Where they stand.
    pub provenance: Provenance,
    /// How far back they go.
    pub extent: Extent,
    /// The closing balance that the books print or assert, if any: a check on what was read.
    pub closing: Option<PrintedBalance>,
}

/// Where entries stand in the files of the books: kept beside the items, which are matched without it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Names of the files: the ledger file first, then those it includes.
    pub files: Vec<String>,
    /// By entry; an entry behind the end stands in no file (a listed open item carried forward).
    pub places: Vec<FilePlace>,
}

/// A line of text, or a row of a sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePlace {
    /// Its file, by position.
    pub file: u32,
    /// From 1; 0 if not known.
    pub line: u32,
}

/// What is before the first entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// Nothing: a journal with the whole history of the account.
    Whole,
    /// An extract; this balance is before its first entry.
    From(PrintedBalance),
    /// Its own running balances begin at zero. With entries from before the statements they are taken at their word; books
    /// that begin with the statements are an extract, whose balances begin anew.
    FromZero,
    /// An extract; what is before it is not known.
    #[default]
    Unknown,
}

/// An item that was open at the cut-off: in the books, not yet at the bank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenItem {
    /// The books' own id, or empty.
    pub id: String,
    /// Document number, or empty.
    pub reference: String,
    /// Name of the other side, or empty.
    pub counterparty: String,
    /// What it is about, or empty.
    pub description: String,
    /// Check number, or empty.
    pub check_number: String,
    /// Its day.
    pub date: Option<Date>,
    /// Minor units, signed: money in +.
    pub amount: i64,
}

//! Proposed entries written in the books' own format, so that appending them keeps the books readable.

use crate::beancount::write::BeancountLayout;
use crate::hledger::write::HledgerLayout;
use crate::import::ImportLayout;
use crate::reversal::EntryRow;
use crate::table::write::TableLayout;
use crate::written_as::WrittenAs;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use tieout_core::problem::excerpt;
use tieout_core::{Currency, Date, Decimal};

/// An entry that the books lack: what a person would book after reading the bank statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedEntry {
    /// The date to book it at.
    pub date: Date,
    /// On the bank account: money in is positive. The contra account gets the opposite.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// What it is for.
    pub description: String,
    /// The other side's name, or empty.
    pub counterparty: String,
    /// Number of the document it belongs to: where it corrects an entry, that entry's; or empty.
    pub document: String,
    /// The account on the other side, as the books call it.
    pub contra_account: String,
    /// Why it is proposed; written beside it, so that it can be found again.
    pub reason: String,
    /// All sides, where it turns an entry of the books whole ([`Originals::turned`](crate::Originals::turned)); they then
    /// count instead of the contra account. Empty for all else.
    pub rows: Vec<EntryRow>,
}

impl ProposedEntry {
    /// All sides: those of the entry that it turns, or the bank account and the other side.
    pub(crate) fn sides(&self, account: &str) -> Vec<EntryRow> {
        if !self.rows.is_empty() {
            return self.rows.clone();
        }
        let sides = [(account, self.amount), (self.contra_account.as_str(), -self.amount)];
        let row = |(account, amount): (&str, Decimal)| EntryRow {
            account: account.to_owned(),
            amount,
            ..EntryRow::default()
        };
        sides.into_iter().map(row).collect()
    }
}

/// How entries look in the file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// Beancount directives.
    Beancount(BeancountLayout),
    /// Journal entries of hledger and Ledger.
    Hledger(HledgerLayout),
    /// Rows of a table.
    Table(Box<TableLayout>),
    /// A file that the program imports.
    Import(Box<ImportLayout>),
    /// What a format that the caller brought writes itself.
    Brought(BroughtLayout),
}

/// Writes entries for a format that is none of this crate's.
pub trait EntryWriter: fmt::Debug + Send + Sync {
    /// What the file is.
    fn written_as(&self) -> WrittenAs;

    /// A file of its own with the entries.
    ///
    /// # Errors
    /// The entries cannot be written.
    fn print(&self, entries: &[ProposedEntry]) -> Result<Vec<u8>, WriteError>;
}

/// The writer of a format that the caller brought.
#[derive(Debug, Clone)]
pub struct BroughtLayout(Arc<dyn EntryWriter>);

impl BroughtLayout {
    /// A layout that is whatever this writes.
    pub fn new(writer: Arc<dyn EntryWriter>) -> Self {
        Self(writer)
    }

    /// What the file is.
    pub(crate) fn written_as(&self) -> WrittenAs {
        self.0.written_as()
    }
}

impl PartialEq for BroughtLayout {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for BroughtLayout {}

impl Layout {
    /// Whether what is written is to be appended to the file that was read, rather than kept as a file of its own.
    pub fn is_appended(&self) -> bool {
        match self {
            Self::Beancount(_) | Self::Hledger(_) => true,
            Self::Table(layout) => layout.is_appended(),
            Self::Import(_) | Self::Brought(_) => false,
        }
    }

    /// The accounts that writing these entries opens, each on the day of its first use; none where accounts need not be opened.
    ///
    /// # Errors
    /// [`WriteError::Account`] if a contra account's name does not fit the format.
    pub fn opens(&self, entries: &[ProposedEntry]) -> Result<BTreeMap<String, Date>, WriteError> {
        match self {
            Self::Beancount(layout) => layout.opens(entries),
            _ => Ok(BTreeMap::new()),
        }
    }

    /// Says on which day to open an account that other files use as well; without a day another file opens it.
    pub fn open_on(&mut self, account: &str, day: Option<Date>) {
        if let Self::Beancount(layout) = self {
            layout.open_on(account, day);
        }
    }

    /// Whether the books have no column for the text of an entry, so that what is written says nothing of itself.
    pub fn lacks_text(&self) -> bool {
        matches!(self, Self::Table(layout) if layout.lacks_text())
    }
}

/// Why entries could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The format cannot write an account of this name.
    #[error("{format} cannot write an account named {name:?}")]
    Account {
        /// The books' format.
        format: &'static str,
        /// The account's name, shortened.
        name: String,
    },
    /// The workbook cannot be made.
    #[error("the workbook cannot be made: {0}")]
    Workbook(String),
    /// The output failed.
    #[error("entries cannot be written")]
    Output(#[from] io::Error),
}

/// Writes entries in the format and habits of the books they were read from: text to be appended to them. Nothing is written
/// if one of them cannot be. Where rows cannot be appended (workbooks; reports, whose rows stand in groups with totals) it is a
/// file of its own in the same columns, which [`Layout::is_appended`] tells.
///
/// # Errors
/// [`WriteError::Account`] if a contra account's name does not fit the format, [`WriteError::Output`] if `out` fails.
pub fn write_entries(layout: &Layout, entries: &[ProposedEntry], out: &mut dyn Write) -> Result<(), WriteError> {
    let bytes = match layout {
        Layout::Beancount(layout) => layout.print(entries)?.into_bytes(),
        Layout::Hledger(layout) => layout.print(entries)?.into_bytes(),
        Layout::Table(layout) => layout.print(entries)?,
        Layout::Import(layout) => layout.print(entries),
        Layout::Brought(layout) => layout.0.print(entries)?,
    };
    out.write_all(&bytes)?;
    Ok(())
}

/// Text of a bank, which may hold anything, on one line: control characters and runs of blanks become one blank.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

pub(crate) fn bad_account(format: &'static str, name: &str) -> WriteError {
    WriteError::Account {
        format,
        name: excerpt(name, 80),
    }
}

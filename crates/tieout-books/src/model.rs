//! What books say about one account, whatever their format: entries and printed balances.
//!
//! Signs are those of the account holder: `+` is money in (a debit of the bank account in the books), `-` is money out; a
//! card's purchases and what is owed on it are negative. An empty text means that the file does not say. Amounts keep
//! the printed scale.

use crate::reversal::Originals;
use crate::write::Layout;
use std::borrow::Cow;
use tieout_core::{Code, Currency, Date, Decimal, Problem, Severity};

/// One entry of the account. Readers fill one `Entry` again and again ([`Entry::clear`]): copy what you keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The file's own id, or empty.
    pub id: String,
    /// Number of the transaction within the books, from 0; entries of one transaction share it.
    pub transaction: u64,
    /// The date in the books.
    pub date: Date,
    /// Money in is positive.
    pub amount: Decimal,
    /// The currency, if the file or the caller says it.
    pub currency: Option<Currency>,
    /// What it was for: description, narration.
    pub description: String,
    /// The other side: payee, customer, supplier.
    pub counterparty: String,
    /// Number of the invoice, bill or receipt; a reference.
    pub document: String,
    /// Check number.
    pub check_number: String,
    /// The other accounts of the transaction, divided by `, `.
    pub contra: String,
    /// Further text: memo, comment.
    pub memo: String,
    /// What the books say about its clearing at the bank.
    pub clearing: Clearing,
    /// The included file that it stands in, as the journal names it; empty for the file itself.
    pub source_file: String,
    /// Where it stands: line or row in its file, from 1.
    pub source_line: u64,
}

impl Entry {
    /// Empties every field and keeps the memory.
    pub fn clear(&mut self) {
        self.id.clear();
        self.transaction = 0;
        self.date = Date::default();
        self.amount = Decimal::ZERO;
        self.currency = None;
        self.description.clear();
        self.counterparty.clear();
        self.document.clear();
        self.check_number.clear();
        self.contra.clear();
        self.memo.clear();
        self.clearing = Clearing::Unsaid;
        self.source_file.clear();
        self.source_line = 0;
    }
}

/// What the books say about an entry's clearing at the bank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clearing {
    /// Nothing. (Beancount's `*` says that a transaction is complete, not that the bank has it.)
    #[default]
    Unsaid,
    /// Marked as pending or incomplete (`!`).
    Pending,
    /// Marked as seen at the bank (`*` in hledger and Ledger, `C` or `c` in tables).
    Cleared,
    /// Marked as reconciled (`R` in tables).
    Reconciled,
}

/// What reading books came to; the entries went to the sink.
#[derive(Debug, Clone, Default)]
pub struct BooksReading {
    /// Name of the format; empty if none recognised the file.
    pub format: &'static str,
    /// Finer kind, for people: `beancount`, `QuickBooks: Transaction Detail by Account`.
    pub dialect: String,
    /// The account whose entries were read, as the books call it; `None` if none could be chosen, or if the file is about
    /// one account and does not name it.
    pub account: Option<String>,
    /// Every account of the books that has entries, by name.
    pub accounts: Vec<AccountTotal>,
    /// Currency of the entries, if all are of one and it is known.
    pub currency: Option<Currency>,
    /// Balance printed before the first entry.
    pub opening: Option<PrintedBalance>,
    /// Balance printed after the last entry.
    pub closing: Option<PrintedBalance>,
    /// Whether the entries are all that the account ever had.
    pub history: History,
    /// Entries given to the sink.
    pub entries: u64,
    /// How to write further entries so that they look like the file's own.
    pub layout: Option<Layout>,
    /// Entries that may stand twice, with all their sides; only journals hand them on.
    pub originals: Originals,
    /// Problems in file order, at most [`limits::MAX_PROBLEMS_PER_CODE`](crate::limits::MAX_PROBLEMS_PER_CODE) of each code.
    pub problems: Vec<Problem>,
    /// How many more problems of a code there were.
    pub problems_more: Vec<(Code, u64)>,
}

impl BooksReading {
    /// The first problem of severity error.
    pub fn refusal(&self) -> Option<&Problem> {
        self.problems.iter().find(|p| p.severity() == Severity::Error)
    }
}

/// An account of the books: for choosing among them, and for messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountTotal {
    /// Name as in the books.
    pub name: String,
    /// Its number in the chart of accounts, where the books have that apart from the name; else empty.
    pub code: String,
    /// Number of entries on it.
    pub entries: u64,
    /// Its balance, one amount for each commodity that it ever held, by commodity; sub-accounts are not in it.
    pub balances: Vec<CommodityAmount>,
}

impl AccountTotal {
    /// Number and name: `1200 Bank Current`.
    pub fn label(&self) -> Cow<'_, str> {
        match (self.code.as_str(), self.name.as_str()) {
            ("", name) => Cow::Borrowed(name),
            (code, "") => Cow::Borrowed(code),
            (code, name) => Cow::Owned(format!("{code} {name}")),
        }
    }
}

/// An amount of something that need not be a currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommodityAmount {
    /// The commodity as the books write it: `EUR`, `$`, `AAPL`; may be empty.
    pub commodity: String,
    /// How much.
    pub amount: Decimal,
}

/// A balance that the books print, or that running balances beside every entry prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedBalance {
    /// Its date, if printed with it.
    pub date: Option<Date>,
    /// Signed like the entries.
    pub amount: Decimal,
    /// Where it stands: line or row, from 1; 0 if above the table or proved by running balances.
    pub source_line: u64,
}

/// Whether entries are all that the account ever had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum History {
    /// Journals hold everything: the sum of the entries is the balance.
    Complete,
    /// An extract; what was before is in the printed opening balance.
    FromOpening,
    /// Its running balances begin at zero: all that the account ever had, or a report that begins them anew.
    FromZero,
    /// The file does not say whether something was before.
    #[default]
    Unknown,
}

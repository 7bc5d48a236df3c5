//! An explicit mapping of columns, from a file a person wrote.
//!
//! Lines of `key = value`; `#` begins a comment. Columns are given by the text above them or by their number from 1.
//!
//! ```text
//! delimiter = ";"             # , ; | ^ or "tab"
//! encoding = "windows-1250"   # only for bytes that are not UTF-8
//! header_rows = 1             # rows up to and with the header; 0 if there is none
//! date = "Buchungstag"
//! value_date = "Valuta"
//! date_order = "dmy"          # dmy, mdy, ymd
//! period = "2025-10-01 2025-10-31" # of dates without a year: the first and the last day
//! amount = 4                  # or debit = 4 and credit = 5
//! direction = "D/K"           # with amount: the column that says the side ...
//! debit_words = ["D"]         # ... and the words in it that mean money out
//! sign = "inverted"           # with amount: money out is positive
//! decimal_mark = ","
//! balance = "Saldo"
//! currency = "EUR"            # a column, or the code itself
//! account = 1                 # a column, or the number itself in account_id
//! account_id = "DE89370400440532013000"
//! description = ["Verwendungszweck", 7]
//! counterparty = "Name"
//! counterparty_account = "IBAN"
//! reference = "Referenz"
//! check_number = "Scheck"
//! id = "Umsatz-ID"
//! status = "Status"
//! type = "Umsatzart"
//! ```

mod parse;

pub use parse::MappingError;

use crate::amounts::DecimalMark;
use crate::columns::Role;
use crate::dates::DateOrder;
use tieout_core::{Currency, Date};

/// What to do about a decision over the columns of a table that is not right.
pub const NAME_THE_COLUMNS: &str =
    "nothing, if it is right; else name the columns in a mapping file (--mapping; of books: --ledger-mapping)";
/// What to do about columns of money that nothing names.
pub(crate) const NAME_THE_SIDES: &str = "name them in a mapping file (--mapping) by header or number, for instance with the lines debit = 3, credit = 4 and balance = 5";
/// What to do about an order of day and month that is not right.
pub const NAME_THE_ORDER: &str =
    "nothing, if it is right; else say which with --date-order dmy, mdy or ymd (of books: --ledger-date-order)";

/// Which column is what. Whatever is left out is told from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Between fields.
    pub delimiter: Option<u8>,
    /// Charset of bytes that are not UTF-8.
    pub encoding: Option<String>,
    /// Rows up to and with the header, blank ones not counted; 0 if there is none.
    pub header_rows: Option<usize>,
    /// Order of day, month and year.
    pub date_order: Option<DateOrder>,
    /// First and last day of the statement, for dates without a year.
    pub period: Option<(Date, Date)>,
    /// Decimal mark of all amounts.
    pub decimal_mark: Option<DecimalMark>,
    /// How the signs of [`Role::Amount`] are meant.
    pub sign: Option<MappedSign>,
    /// Words of the column [`Role::Direction`] that mean money out; any other means money in.
    pub debit_words: Vec<String>,
    /// Currency of every row.
    pub currency: Option<Currency>,
    /// Number of the account of every row.
    pub account_id: Option<String>,
    /// Columns by role, in the order of the file.
    pub columns: Vec<(Role, ColumnRef)>,
}

/// Roles of columns that say what moved; a person who names one of them says it of all.
pub(crate) const MOVING: [Role; 4] = [Role::Amount, Role::Debit, Role::Credit, Role::Direction];

/// How signs are meant, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappedSign {
    /// Minus is money out.
    AsPrinted,
    /// Minus is money in.
    Inverted,
}

/// A column as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnRef {
    /// By the text above it, case and accents ignored.
    Name(String),
    /// By its number, from 1.
    Number(usize),
}

impl std::fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "column {name:?}"),
            Self::Number(number) => write!(f, "column {number}"),
        }
    }
}

impl Mapping {
    /// Whether a column of what moved is named.
    pub(crate) fn says_amounts(&self) -> bool {
        self.columns.iter().any(|(role, _)| MOVING.contains(role))
    }

    /// Whether it says nothing of columns, only how dates and amounts are written.
    pub fn leaves_columns(&self) -> bool {
        self.columns.is_empty() && self.header_rows.is_none()
    }

    /// Reads the text of a mapping file.
    ///
    /// # Errors
    /// [`MappingError`] with the line, for the first line that is not understood.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        parse::parse(text)
    }
}

impl std::str::FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        Self::parse(text)
    }
}

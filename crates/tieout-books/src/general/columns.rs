//! Which columns a general journal has, and whose it is.

use crate::import::Target;
use tieout_tables::Table;
use tieout_tables::fold::fold;

/// Columns by what they are to a journal.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) date: usize,
    pub(super) account: Option<usize>,
    pub(super) code: Option<usize>,
    pub(super) amounts: Amounts,
    /// Number of the transaction: lines with the same one belong together.
    pub(super) number: Option<usize>,
    /// What all lines of a transaction share in a file without numbers: a narration.
    pub(super) narration: Option<usize>,
    pub(super) kind: Option<usize>,
    pub(super) document: Option<usize>,
    pub(super) name: Option<usize>,
    pub(super) class: Option<usize>,
    pub(super) texts: Vec<usize>,
    pub(super) currency: Option<usize>,
    pub(super) tax: Option<usize>,
    /// The mark of clearing at the bank.
    pub(super) clearing: Option<usize>,
    pub(super) program: Program,
}

/// Where amounts stand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Amounts {
    /// Debit positive, in one column.
    Signed(usize),
    /// A column for each side.
    Sides { debit: usize, credit: usize },
    #[default]
    Missing,
}

/// The program that wrote it, or that is to read it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Program {
    #[default]
    QuickBooksOnline,
    QuickBooksDesktop,
    Xero,
    Gnucash,
}

impl Program {
    /// For people.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::QuickBooksOnline => "QuickBooks Online journal",
            Self::QuickBooksDesktop => "QuickBooks Desktop journal",
            Self::Xero => "Xero journal",
            Self::Gnucash => "GnuCash transactions",
        }
    }

    /// What imports corrections.
    pub(super) fn target(self) -> Target {
        match self {
            Self::QuickBooksOnline => Target::QuickBooksOnline,
            Self::QuickBooksDesktop => Target::Iif,
            Self::Xero => Target::Xero,
            Self::Gnucash => Target::Gnucash,
        }
    }
}

const DATES: &[&str] = &["date", "transaction date", "journaldate", "journal date"];
const ACCOUNTS: &[&str] = &[
    "full account name",
    "account",
    "account name",
    "accountname",
    "account full name",
    "distribution account",
    "full name",
];
const CODES: &[&str] = &["account code", "accountcode"];
const NUMBERS: &[&str] = &[
    "transaction id",
    "trans",
    "trans no",
    "journalno",
    "journal no",
    "journal number",
    "journal id",
];
const KINDS: &[&str] = &["transaction type", "type", "source", "source type"];
const DOCUMENTS: &[&str] = &["num", "reference", "ref", "no", "number"];
const NAMES: &[&str] = &["name", "contact", "contact name"];
const TEXTS: &[&str] = &["memo description", "description", "memo", "details", "notes"];
/// Columns by which transactions that `GnuCash` exports with all their splits are known.
const GNUCASH: &[&str] = &["transaction id", "full account name", "amount num", "value num"];
/// Columns that only reports of single accounts have.
const OF_ACCOUNTS: &[&str] = &["running balance", "balance", "transaction details"];

impl Columns {
    /// The columns of a general journal; `None` if the table is none: a row of it is then all of a transaction, or one
    /// account's side of it.
    pub(super) fn of(table: &Table) -> Option<Self> {
        let names: Vec<String> = table.columns().iter().map(|column| fold(&column.name)).collect();
        let find = |words: &[&str]| words.iter().find_map(|word| names.iter().position(|name| name == word));
        let has = |word: &str| names.iter().any(|name| name == word);
        let sides = (find(&["debit", "debits"]), find(&["credit", "credits"]));
        let amounts = match (sides, find(&["amount num", "amount"])) {
            ((Some(debit), Some(credit)), _) => Amounts::Sides { debit, credit },
            (_, Some(amount)) => Amounts::Signed(amount),
            _ => return None,
        };
        let mut columns = Self {
            date: find(DATES)?,
            account: find(ACCOUNTS),
            code: find(CODES),
            amounts,
            number: find(NUMBERS),
            narration: find(&["narration"]),
            kind: find(KINDS),
            document: find(DOCUMENTS),
            name: find(NAMES),
            class: find(&["class"]),
            texts: TEXTS.iter().filter_map(|word| find(&[word])).collect(),
            // Reports give amounts in the currency of the books and name that of the transaction beside them.
            currency: find(&["currency"]).filter(|_| has("journalno")),
            tax: find(&["taxrate", "tax rate"]),
            clearing: None,
            program: Program::QuickBooksOnline,
        };
        let sided = matches!(amounts, Amounts::Sides { .. });
        let of_one_account = OF_ACCOUNTS.iter().any(|word| has(word)) || (has("split") && !has("trans"));
        if GNUCASH.iter().all(|word| has(word)) {
            columns.currency = find(&["commodity currency"]);
            columns.clearing = find(&["reconcile"]);
            columns.program = Program::Gnucash;
            return Some(columns);
        }
        columns.program = if columns.narration.is_some() && columns.code.is_some() {
            Program::Xero
        } else if has("journalno") && columns.account.is_some() && sided {
            Program::QuickBooksOnline
        } else if of_one_account || !sided {
            return None;
        } else if has("trans") && columns.account.is_some() {
            Program::QuickBooksDesktop
        } else if columns.code.is_some() && columns.number.is_some() && has("source") {
            Program::Xero
        } else if has("transaction type") && columns.account.is_some() {
            Program::QuickBooksOnline
        } else {
            return None;
        };
        Some(columns)
    }
}

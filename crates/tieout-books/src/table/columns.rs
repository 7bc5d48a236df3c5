//! What each column is to books.
//!
//! The tables' own roles know dates, amounts and texts; what only books have (the other account, the clearing mark, the
//! memo beside a description) is told by the words above the columns.

use tieout_tables::fold::fold;
use tieout_tables::{Role, Table};

/// Columns by what they are to books.
#[derive(Debug, Clone, Default)]
pub(super) struct BooksColumns {
    pub(super) date: usize,
    pub(super) balance: Option<usize>,
    pub(super) currency: Option<usize>,
    /// The account of the row.
    pub(super) account: Option<usize>,
    /// Its number, where that stands apart from the name.
    pub(super) account_code: Option<usize>,
    pub(super) id: Option<usize>,
    pub(super) documents: Vec<usize>,
    /// The journal that the row is of, in a column of its own.
    pub(super) journal: Option<usize>,
    /// Debit and credit, where amounts were read from another column that repeats them.
    pub(super) unread_sides: (Option<usize>, Option<usize>),
    pub(super) check_number: Option<usize>,
    pub(super) counterparty: Option<usize>,
    pub(super) descriptions: Vec<usize>,
    pub(super) memos: Vec<usize>,
    /// The account of the other side.
    pub(super) contra: Option<usize>,
    /// Kind of transaction.
    pub(super) kind: Option<usize>,
    pub(super) clearing: Option<usize>,
    program: Program,
}

/// The program whose report it seems to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Program {
    #[default]
    Unknown,
    QuickBooks,
    Xero,
}

const CONTRA: &[&str] = &[
    "split",
    "split account",
    "contra",
    "contra account",
    "offset",
    "offset account",
    "offsetting account",
    "other account",
    "counter account",
    "transfer",
    "transfer account",
    "item split account",
    "gegenkonto",
    "category",
    "kategorie",
    "tegenrekening",
];
const CLEARING: &[&str] = &[
    "clr",
    "cleared",
    "c",
    "rec",
    "reconcile",
    "reconciled",
    "cleared status",
    "clearing",
    "cleared flag",
    "is cleared",
    "reconcile status",
];
const KIND: &[&str] = &[
    "type",
    "transaction type",
    "source",
    "source type",
    "journal type",
    "txn type",
];
const JOURNAL: &[&str] = &[
    "journal",
    "journal code",
    "journalcode",
    "code journal",
    "code jnl",
    "jnl",
    "jal",
    "dagboek",
    "diario",
    "giornale",
    "dziennik",
];
const MEMO: &[&str] = &["memo", "note", "notes", "comment", "comments", "remark", "remarks"];

impl BooksColumns {
    /// The columns of a table.
    pub(super) fn of(table: &Table) -> Self {
        let names: Vec<String> = table.columns().iter().map(|column| fold(&column.name)).collect();
        let named = |words: &[&str]| names.iter().position(|name| words.contains(&name.as_str()));
        let not_amount = |index: &usize| {
            table
                .columns()
                .get(*index)
                .is_some_and(|column| !column.role.is_amount() && !column.role.is_date())
        };
        let (memos, mut descriptions): (Vec<usize>, Vec<usize>) = table
            .columns_of(Role::Description)
            .partition(|index| names.get(*index).is_some_and(|name| MEMO.contains(&name.as_str())));
        let contra = named(CONTRA)
            .filter(not_amount)
            .or_else(|| table.column(Role::CounterpartyAccount));
        let kind = named(KIND)
            .filter(not_amount)
            .or_else(|| table.column(Role::Type))
            .filter(|index| Some(*index) != contra);
        let mut memos = memos;
        if descriptions.is_empty() {
            std::mem::swap(&mut descriptions, &mut memos);
        }
        let taken = |index: &usize| Some(*index) == contra || Some(*index) == kind;
        let account = table
            .column(Role::AccountName)
            .or_else(|| table.column(Role::Account))
            .filter(|index| !taken(index));
        let mut documents: Vec<usize> = table.columns_of(Role::Reference).collect();
        let is_journal = |index: &usize| names.get(*index).is_some_and(|name| JOURNAL.contains(&name.as_str()));
        let journal = documents
            .iter()
            .copied()
            .find(is_journal)
            .filter(|_| documents.len() > 1);
        documents.retain(|column| Some(*column) != journal);
        let side = |word: &str| {
            let is_read = |index: &usize| table.layout().columns().any(|column| column == *index);
            named(&[word]).filter(|index| !is_read(index))
        };
        let mut columns = Self {
            date: table.column(Role::Date).unwrap_or(0),
            balance: table.column(Role::Balance),
            currency: table.column(Role::Currency),
            account,
            account_code: table
                .column(Role::Account)
                .filter(|index| account.is_some_and(|account| account != *index) && !taken(index)),
            id: table.column(Role::Id),
            documents,
            journal,
            unread_sides: (side("debit"), side("credit")),
            check_number: table.column(Role::CheckNumber),
            counterparty: table.column(Role::Counterparty),
            descriptions,
            memos,
            contra,
            kind,
            clearing: named(CLEARING).filter(not_amount),
            program: Program::Unknown,
        };
        let has = |word: &str| names.iter().any(|name| name == word);
        if has("split") && (has("type") || has("transaction type")) {
            columns.program = Program::QuickBooks;
        } else if has("source") && has("running balance") {
            columns.program = Program::Xero;
        }
        columns
    }

    /// It is a report of Xero.
    pub(super) fn is_xero(&self) -> bool {
        self.program == Program::Xero
    }

    /// For people, behind the kind of file.
    pub(super) fn program(&self) -> &'static str {
        match self.program {
            Program::Unknown => "",
            Program::QuickBooks => ", QuickBooks report",
            Program::Xero => ", Xero report",
        }
    }
}

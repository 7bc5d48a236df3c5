//! A table found in a file: its columns, how they are written, and its rows.
//!
//! Reading takes two passes. [`Table::survey`] looks at the beginning to find the table, then at all rows to decide, once
//! for the whole file, what one cell cannot tell: decimal mark, order of day and month, meaning of signs. Then
//! [`Table::rows`] gives the rows, and the table reads their cells. Memory does not grow with the file (a sheet of a
//! workbook is held as text, within limits).

use crate::amounts::{Amount, AmountError, read_known_amount};
use crate::another::{Above, Another};
use crate::assign::Perspective;
use crate::chain::ChainOrder;
use crate::columns::{AmountLayout, Column, Role};
use crate::dates::{DateOrder, DateRead, read_date, read_known_date};
use crate::evidence::{Group, GroupPlaces, SideCounts, Signs, group_cells, group_of};
use crate::layout::{NoAmount, movement};
use crate::mapping::Mapping;
use crate::preamble::Preamble;
use crate::reading::RowKind;
use crate::row::{Row, same};
use crate::settled::{DatesProof, Scope};
use crate::sniff::is_dash;
use crate::source::{Cells, Origin, Source};
use crate::summary::{self, SummaryPlaces};
use crate::survey::Reach;
use std::io;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::Problem;
use tieout_core::{Currency, Decimal};

/// What a person can say about a table.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// Columns and how they are written.
    pub mapping: Option<Mapping>,
    /// Order of day, month and year, where the file leaves it open.
    pub date_order: Option<DateOrder>,
    /// What debit and credit mean.
    pub perspective: Perspective,
    /// Currency of amounts whose currency the file does not say.
    pub currency: Option<Currency>,
}

/// A table that was found, ready to be read.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) source: Source,
    pub(crate) columns: Vec<Column>,
    pub(crate) places: Places,
    /// Index among all rows of the file of the first row of the table.
    pub(crate) body: u64,
    pub(crate) header: Option<Row>,
    pub(crate) layout: AmountLayout,
    pub(crate) perspective: Perspective,
    /// Its balances are amounts that are owed.
    pub(crate) is_owed: bool,
    pub(crate) preamble: Preamble,
    pub(crate) above: Above,
    pub(crate) chain: Option<ChainOrder>,
    pub(crate) groups: Vec<Group>,
    pub(crate) header_currency: Option<Currency>,
    /// The amounts bear a dollar's sign.
    pub(crate) has_dollars: bool,
    pub(crate) mapped_currency: Option<Currency>,
    pub(crate) mapped_account: Option<String>,
    pub(crate) encoding: Option<String>,
    pub(crate) marked: Option<&'static str>,
    pub(crate) row_count: u64,
    pub(crate) signs: Signs,
    pub(crate) side_counts: SideCounts,
    pub(crate) scope: Scope,
    /// It is the program's own table of statement lines.
    pub(crate) is_own: bool,
    pub(crate) problems: Vec<Problem>,
}

/// Columns that every row is asked for, looked up once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    pub(crate) date: usize,
    pub(crate) balance: Option<usize>,
    pub(crate) status: Vec<usize>,
    pub(crate) row_code: Option<usize>,
    /// Columns whose text may go on in the next row.
    pub(crate) texts: Vec<usize>,
    /// Columns whose text may name a balance or total.
    pub(crate) names: Vec<usize>,
    pub(crate) group: GroupPlaces,
}

impl Places {
    pub(crate) fn new(columns: &[Column]) -> Self {
        let of = |test: &dyn Fn(Role) -> bool| -> Vec<usize> {
            columns
                .iter()
                .enumerate()
                .filter(|(_, column)| test(column.role))
                .map(|(index, _)| index)
                .collect()
        };
        let place = |role: Role| columns.iter().position(|column| column.role == role);
        Self {
            date: place(Role::Date).unwrap_or(0),
            balance: place(Role::Balance),
            status: of(&|role| role == Role::Status),
            row_code: place(Role::RowCode),
            texts: of(&|role| matches!(role, Role::Description | Role::Counterparty)),
            // A payee may be called Total; only the text of the row names a balance.
            names: of(&|role| {
                !role.is_amount()
                    && !role.is_date()
                    && !matches!(role, Role::Counterparty | Role::Currency | Role::CounterpartyAccount)
            }),
            group: GroupPlaces::new(place),
        }
    }
}

/// Why there is no table; the problems say what is missing, one at least of severity error.
#[derive(Debug, Clone)]
pub struct NoTable {
    /// What was found missing.
    pub problems: Vec<Problem>,
}

impl Table {
    /// Finds the table in a file of delimited text or a workbook and decides how it is written.
    ///
    /// # Errors
    /// Only those of the input. A file without a table gives [`NoTable`].
    pub fn survey(input: &mut dyn Input, options: &TableOptions) -> io::Result<Result<Self, NoTable>> {
        crate::survey::survey(input, options, Reach::Whole)
    }

    /// As [`Table::survey`], but if the first rows leave nothing open, they decide. Then the table
    /// [is provisional](Table::is_provisional), and whoever reads it must ask of every row whether it
    /// [contradicts](Table::contradicts), and if one does, or if a date or amount beside the movement does not read,
    /// survey the whole file and begin again.
    ///
    /// # Errors
    /// As [`Table::survey`].
    pub fn survey_beginning(input: &mut dyn Input, options: &TableOptions) -> io::Result<Result<Self, NoTable>> {
        crate::survey::survey(input, options, Reach::Beginning)
    }

    /// Only the first rows decided; a row may contradict them.
    pub fn is_provisional(&self) -> bool {
        self.scope != Scope::Whole
    }

    /// Whether a row could have changed what the first rows decided.
    pub fn contradicts(&self, row: &Row, kind: &RowKind) -> bool {
        crate::settled::contradicts(self, row, kind)
    }

    /// All columns, from the left.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Columns up to the last that the header names; 0 without a header.
    pub fn named_columns(&self) -> usize {
        let named = self.header.as_ref().and_then(|header| {
            let cells: Vec<&[u8]> = header.cells().collect();
            cells.iter().rposition(|cell| !cell.is_empty())
        });
        named.map_or(0, |last| last + 1)
    }

    /// The first column of a role.
    pub fn column(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Every column of a role, from the left.
    pub fn columns_of(&self, role: Role) -> impl Iterator<Item = usize> + '_ {
        self.columns
            .iter()
            .enumerate()
            .filter(move |(_, column)| column.role == role)
            .map(|(index, _)| index)
    }

    /// How amounts and sides are written.
    pub fn layout(&self) -> &AmountLayout {
        &self.layout
    }

    /// Keys and values above the table.
    pub fn preamble(&self) -> &Preamble {
        &self.preamble
    }

    /// The account that a row in the midst of the table names as the text above does, if it is another one. Tables whose rows
    /// say their account have none.
    pub fn another_account(&self, row: &Row) -> Option<Another> {
        let says = self.column(Role::Account).is_some();
        (!says).then(|| self.above.another(row, &mut self.decoder())).flatten()
    }

    /// Whether a text of a row begins or ends with the word of a total.
    pub fn is_like_total(&self, row: &Row) -> bool {
        crate::reading::is_like_total(row)
    }

    /// Whether a row is the header once more.
    pub fn repeats_header(&self, row: &Row) -> bool {
        crate::reading::repeats_header(self, row)
    }

    /// In which order running balances chain with the amounts, if they do.
    pub fn chain(&self) -> Option<ChainOrder> {
        self.chain
    }

    /// Accounts and currencies of the rows, in the order in which they first stand in the table; at least one if there
    /// are rows.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The currency that a header or the mapping names for all amounts.
    pub fn currency(&self) -> Option<Currency> {
        self.mapped_currency.or(self.header_currency)
    }

    /// Whether the amounts are printed with a dollar's sign, which is that of many currencies.
    pub fn has_dollars(&self) -> bool {
        self.has_dollars
    }

    /// The account number that the mapping names for all rows.
    pub fn account_id(&self) -> Option<&str> {
        self.mapped_account.as_deref()
    }

    /// Rows with a date and an amount, as the survey counted them; of a provisional table those at its beginning.
    pub fn row_count(&self) -> u64 {
        self.row_count
    }

    /// What was guessed or is odd.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The kind of file, for people: `CSV ;`, `sheet "Umsätze"`.
    pub fn dialect(&self) -> String {
        match &self.source.origin {
            Origin::Text(dialect) => match dialect.delimiter {
                b'\t' => "CSV with tabs".into(),
                b',' => "CSV with commas".into(),
                b';' => "CSV with semicolons".into(),
                other => format!("CSV with {:?}", char::from(other)),
            },
            Origin::Sheet(sheet) => format!("sheet {:?}", sheet.name),
        }
    }

    /// The byte order mark or UTF-16 pattern of the file, if any.
    pub fn marked(&self) -> Option<&'static str> {
        self.marked
    }

    /// Whether a row of the program's own table is for information only: it moves no balance.
    pub fn is_for_information(&self, row: &Row) -> bool {
        self.is_own && self.places.status.iter().any(|column| row.cell(*column) == b"info")
    }

    /// The charset of a workbook that is text (HTML, XML), whose cells were decoded as it was read, and how many of its texts
    /// are no characters of it.
    pub fn charset_of_sheet(&self) -> Option<(&str, u64)> {
        match &self.source.origin {
            Origin::Text(_) => None,
            Origin::Sheet(sheet) => sheet.charset().map(|(name, undecodable)| (name.as_str(), *undecodable)),
        }
    }

    /// A decoder for the texts of the cells.
    pub fn decoder(&self) -> Decoder {
        let mut decoder = Decoder::default();
        if let Some(name) = &self.encoding {
            decoder.declare(name);
        }
        decoder
    }

    /// The rows below the header, whatever they hold; [`Table::read`] tells what each is.
    ///
    /// # Errors
    /// Those of the input.
    pub fn rows<'a>(&'a self, input: &'a mut dyn Input) -> io::Result<Rows<'a>> {
        let mut cells = self.source.cells(input)?;
        let mut row = Row::default();
        for _ in 0..self.body {
            if !cells.read(&mut row)? {
                break;
            }
        }
        Ok(Rows { cells })
    }

    /// What a row is, and its movement if it is one.
    pub fn read(&self, row: &Row) -> RowKind {
        crate::reading::read(self, row)
    }

    /// The date in a column; `None` if the cell is blank.
    ///
    /// # Errors
    /// [`BadDate`] if it is not blank and not a date.
    pub fn date(&self, row: &Row, column: usize) -> Result<Option<DateRead>, BadDate> {
        let cell = row.cell(column);
        // A dash stands for a day that is not known yet.
        if matches!(cell, b"" | b"-" | b"--") {
            return Ok(None);
        }
        if self.scope == Scope::Beginning(DatesProof::Known) {
            return read_known_date(cell).map(Some).ok_or(BadDate);
        }
        let order = self
            .columns
            .get(column)
            .map_or(DateOrder::YearMonthDay, |column| column.date_order);
        read_date(cell, order).map(Some).ok_or(BadDate)
    }

    /// The columns of movements with an amount.
    pub(crate) fn moved_columns(&self, row: &Row) -> impl Iterator<Item = usize> {
        self.layout.columns().filter(|column| {
            let read = self.amount(row, *column);
            read.is_ok_and(|amount| amount.is_some_and(|amount| !amount.value.is_zero()))
        })
    }

    /// The second side of a row with an amount on both: of totals, or nobody knows what moved.
    pub(crate) fn other_side(&self, row: &Row) -> Option<usize> {
        let is_sided = matches!(self.layout, AmountLayout::Sides { .. });
        let is_filled = || {
            self.layout
                .columns()
                .filter(|column| !row.cell(*column).is_empty())
                .count()
                > 1
        };
        (is_sided && is_filled())
            .then(|| self.moved_columns(row).nth(1))
            .flatten()
    }

    /// The amount in a column, signed as printed, but what is owed as negative; `None` if the cell is blank.
    ///
    /// # Errors
    /// [`AmountError`] if it is not blank and not an amount.
    pub fn amount(&self, row: &Row, column: usize) -> Result<Option<Amount>, AmountError> {
        let cell = row.cell(column);
        if cell.is_empty() || is_dash(cell) {
            return Ok(None);
        }
        let Some(known) = self.columns.get(column) else {
            return Ok(None);
        };
        let mut amount = read_known_amount(cell, row.mark(column, known.decimal_mark))?;
        let is_of_books = amount.is_lettered && self.perspective == Perspective::Books;
        if is_of_books || (self.is_owed && known.role == Role::Balance) {
            amount.value = -amount.value;
        }
        Ok(Some(amount))
    }

    /// Whether amounts of the rows bear `CR` or `DR`; then those of books are as bookkeepers mean it, and money in is debit.
    pub fn has_lettered_signs(&self) -> bool {
        self.signs.lettered > 0
    }

    /// Where a row names a balance before all rows and one behind them, whose amounts stand in the row below it.
    pub fn summary_places(&self, row: &Row) -> Option<SummaryPlaces> {
        summary::places(row)
    }

    /// The balance before all rows and that behind them, in the row below the one that names them.
    pub fn summary(&self, row: &Row, places: SummaryPlaces) -> Option<(Decimal, Decimal)> {
        let mark = crate::reading::mark(self);
        summary::balances(row, places, mark).map(|(opening, closing, _)| (opening, closing))
    }

    /// The row's movement by the table's layout, money in positive; `None` if its cells are blank.
    ///
    /// # Errors
    /// [`NoMovement`] if a cell does not read.
    pub fn movement(&self, row: &Row) -> Result<Option<Decimal>, NoMovement> {
        let amount = movement(&self.layout, &self.columns, row).map_err(|fault| match fault {
            NoAmount::Unreadable(column) => NoMovement::BadAmount(column),
            NoAmount::NoSide(column) => NoMovement::NoSide(column),
        })?;
        let is_signed = matches!(self.layout, AmountLayout::Signed { .. });
        let turned = self.perspective == Perspective::Books && (!is_signed || self.has_lettered_signs());
        Ok(amount.map(|amount| if turned { -amount } else { amount }))
    }

    /// The account and currency of a row.
    pub fn group(&self, row: &Row) -> Group {
        group_of(row, &self.places.group)
    }

    /// Whether a row's account and currency are those of a group that the survey met.
    pub(crate) fn is_of_known_group(&self, row: &Row) -> bool {
        if self.places.group.is_empty() {
            return true;
        }
        let is_known = |account: &[u8], currency: &[u8]| {
            self.groups
                .iter()
                .any(|group| same(account, &group.account) && same(currency, &group.currency))
        };
        let (account, currency) = self.places.group.printed(row);
        if is_known(account, currency) {
            return true;
        }
        let (account, currency) = group_cells(row, &self.places.group);
        is_known(account, currency)
    }

    /// Whether a row is of a group.
    pub fn is_of_group(&self, row: &Row, group: &Group) -> bool {
        let (account, currency) = group_cells(row, &self.places.group);
        same(account, &group.account) && same(currency, &group.currency)
    }

    /// How a column is called in messages: its header, or its number.
    pub fn column_name(&self, column: usize) -> String {
        match self.columns.get(column) {
            Some(known) if !known.name.is_empty() => known.name.clone(),
            _ => format!("column {}", column + 1),
        }
    }
}

/// The cell is not a date in the column's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date in the order of its column")]
pub struct BadDate;

/// Why a row has no movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMovement {
    /// The cell of this column is no amount.
    #[error("not an amount")]
    BadAmount(usize),
    /// The word in this column says neither debit nor credit.
    #[error("neither debit nor credit")]
    NoSide(usize),
}

/// A pass over the rows of a table.
pub struct Rows<'a> {
    cells: Cells<'a>,
}

impl Rows<'_> {
    /// Fills `row` with the next row; false at the end.
    ///
    /// # Errors
    /// Those of the input.
    pub fn next(&mut self, row: &mut Row) -> io::Result<bool> {
        self.cells.read(row)
    }
}

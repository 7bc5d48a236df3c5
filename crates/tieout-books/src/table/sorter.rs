//! What each row of a table is to books, and which account it belongs to.
//!
//! Reports of accounting programs group entries below the name of their account:
//!
//! ```text
//! Checking                                            <- heading
//!   Beginning Balance                        1,201.00 <- opening
//!   01/02/2024  Check  1041 ...    -450.00     751.00 <- entry
//! Total for Checking               -450.00            <- total, ends the group
//! ```
//!
//! A heading inside an open group is a sub-account if the open group's total comes later, else the next account.
//!
//! Long because rows with a date and rows without are told apart by the same words and sums.

use super::ahead::Ahead;
use super::checks::{Above, Sums};
use super::columns::BooksColumns;
use super::phrases::{Balance, Name, is_like_sum, name, totalled_name};
use crate::limits;
use tieout_core::encoding::Decoder;
use tieout_core::{Date, Decimal};
use tieout_tables::dates::is_date;
use tieout_tables::fold::fold;
use tieout_tables::{AmountLayout, Row, Table};

/// What a row is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// An entry with its amount as printed, debit positive; `clamped` if its day does not exist; and what its texts call it.
    Entry {
        date: Date,
        clamped: bool,
        amount: Decimal,
        name: Option<Name>,
    },
    /// A balance before the entries of the account.
    Opening(Option<Decimal>, Option<Date>),
    /// A balance after the entries of the account.
    Closing(Option<Decimal>, Option<Date>),
    /// A sum over the rows of a group; of everything if the name is empty.
    Total(String),
    /// A sum of the entries above it, which it agrees with; whether a word says so too.
    Agreeing { is_named: bool },
    /// The name of an account, and the balance that stands beside it.
    Heading(String, Option<Decimal>),
    /// Blank, a repeated header, a net movement.
    Nothing,
    /// A dated row that moves nothing, as a check that was voided.
    Void,
    /// Text that is nothing of the above.
    Remark,
    /// It looks like an entry but cannot be read, because of this column or the lack of an amount.
    Unreadable(Option<usize>, &'static str),
}

const VOID: &[&str] = &[
    "void",
    "voided",
    "cancelled",
    "canceled",
    "annule",
    "storniert",
    "anulado",
    "annullato",
];
const NET: &[&str] = &[
    "net movement",
    "net change",
    "net activity",
    "movement",
    "balance change",
    "net difference",
];

/// Tells rows apart; keeps the open groups.
pub(super) struct Sorter<'t> {
    table: &'t Table,
    columns: &'t BooksColumns,
    decoder: Decoder,
    ahead: &'t Ahead,
    /// Headings of open groups, the outermost first.
    open: Vec<String>,
    /// What the entries so far come to.
    above: Above,
    /// The closing balance of the row above, which an account may bring down again.
    carried: Option<Decimal>,
    /// The day of the last entry.
    last_day: Option<Date>,
}

impl<'t> Sorter<'t> {
    pub(super) fn new(table: &'t Table, columns: &'t BooksColumns, ahead: &'t Ahead) -> Self {
        Self {
            table,
            columns,
            decoder: table.decoder(),
            ahead,
            open: Vec::new(),
            above: Above::default(),
            carried: None,
            last_day: None,
        }
    }

    /// What the row is.
    pub(super) fn kind(&mut self, row: &Row) -> Kind {
        let kind = match self.table.date(row, self.columns.date) {
            Ok(Some(date)) => self.dated(row, date.date, date.clamped),
            other => self.undated(row, other.is_err()),
        };
        match &kind {
            // An entry of the opening balance is in some totals and not in others.
            Kind::Entry {
                amount,
                name: Some(Name::Balance(Balance::Opening)),
                ..
            } => self.above.open(*amount),
            Kind::Entry { amount, .. } => self.above.add(&Sums::of(self.table, row, *amount)),
            Kind::Opening(Some(amount), _) => self.above.open(*amount),
            Kind::Agreeing { .. } | Kind::Total(_) => self.above.total(),
            _ => {}
        }
        match &kind {
            Kind::Closing(amount, _) => self.carried = *amount,
            Kind::Entry { date, .. } => {
                self.carried = None;
                self.last_day = Some(*date);
            }
            _ => {}
        }
        kind
    }

    /// The account of the rows that follow, from the open headings: `Parent:Sub`.
    pub(super) fn group(&self) -> String {
        self.open.join(":")
    }

    /// A heading opens a group; gives the groups that it ends.
    pub(super) fn open(&mut self, name: &str) -> usize {
        let before = self.open.len();
        // Groups that no total will close end where the next one begins.
        while self
            .open
            .last()
            .is_some_and(|last| !self.ahead.totalled.contains(&fold(last)))
        {
            self.open.pop();
        }
        let ended = before - self.open.len();
        if self.open.len() < limits::MAX_INCLUDE_DEPTH {
            self.open.push(name.to_owned());
        }
        ended
    }

    /// A total closes its group and those inside; gives how many, and whether the name is one of an open group.
    pub(super) fn close(&mut self, name: &str) -> (usize, bool) {
        let folded = fold(name);
        let found = self.open.iter().rposition(|open| fold(open) == folded);
        let Some(at) = found else { return (0, false) };
        let closed = self.open.len() - at;
        self.open.truncate(at);
        (closed, true)
    }

    /// The currency of a row: its cell, else that of the table, else nothing.
    pub(super) fn currency(&mut self, row: &Row) -> String {
        let cell = self
            .columns
            .currency
            .map(|column| self.text(row, column))
            .unwrap_or_default();
        let of_table = || self.table.currency().or(self.table.preamble().currency);
        if cell.is_empty() {
            of_table().map_or_else(String::new, |currency| currency.to_string())
        } else {
            cell
        }
    }

    /// Number and name of the account that a row names; without a name the number is the name.
    pub(super) fn account(&mut self, row: &Row) -> (String, String) {
        let columns = self.columns;
        let mut cell = |column: Option<usize>| column.map(|column| self.text(row, column)).unwrap_or_default();
        let (code, name) = (cell(columns.account_code), cell(columns.account));
        if name.is_empty() {
            (String::new(), code)
        } else {
            (code, name)
        }
    }

    /// The text of a cell.
    pub(super) fn text(&mut self, row: &Row, column: usize) -> String {
        self.decoder.decode(row.cell(column)).trim().to_owned()
    }

    fn dated(&mut self, row: &Row, date: Date, clamped: bool) -> Kind {
        let called = self.called(row).map(|name| self.placed(name, row));
        if let Some(Name::Balance(balance)) = called
            && let Some(kind) = self.dated_balance(row, balance, date)
        {
            return kind;
        }
        match self.table.movement(row) {
            Ok(Some(amount)) => self.moving(row, (date, clamped), amount, called),
            // The time at which a report was made.
            Ok(None)
                if row.filled() == 1
                    && row
                        .cells()
                        .any(|cell| cell.ends_with(b"Basis") || cell.ends_with(b"basis")) =>
            {
                Kind::Nothing
            }
            Ok(None) => match self.balance_row(row) {
                Some(Balance::Opening) => Kind::Opening(self.printed_balance(row), Some(date)),
                Some(Balance::Closing) => Kind::Closing(self.printed_balance(row), Some(date)),
                None if self.is_void(row) => Kind::Void,
                None => Kind::Unreadable(None, "it has a date but no amount"),
            },
            Err(error) => match error {
                tieout_tables::NoMovement::BadAmount(column) => Kind::Unreadable(Some(column), "it is not an amount"),
                tieout_tables::NoMovement::NoSide(column) => {
                    Kind::Unreadable(Some(column), "it says neither debit nor credit")
                }
            },
        }
    }

    /// A balance by its place: above all entries that before them, behind them or with its day the other.
    fn placed(&self, name: Name, row: &Row) -> Name {
        match name {
            Name::Unplaced { .. } if self.above.is_empty() => Name::Balance(Balance::Opening),
            Name::Unplaced { of_a_day } if of_a_day || row.line == self.ahead.last_line => {
                Name::Balance(Balance::Closing)
            }
            Name::Unplaced { .. } => Name::Total,
            name => name,
        }
    }

    /// A row with a date and an amount: an entry, unless it is called a total and is one. Nobody pays on both sides, and
    /// figures that agree with those above are no chance where there are several. The last row is a total under other names,
    /// too: with a word of sums in it (`Total for Bank`), or if it is the closing balance or what many entries come to; and
    /// if no other total is below.
    fn moving(&mut self, row: &Row, (date, clamped): (Date, bool), amount: Decimal, called: Option<Name>) -> Kind {
        /// Entries above a total.
        const SEVERAL: u64 = 2;
        /// So many that none comes to their sum by chance.
        const MANY: u64 = 5;
        let name = called.filter(|name| *name != Name::Total || self.is_bare(row));
        let is_of_a_day = name == Some(Name::Total) && self.last_day == Some(date) && self.names_day(row);
        let least = if is_of_a_day || self.above.has_totals() {
            1
        } else {
            SEVERAL
        };
        // Few rows are called a total; of all others only what all of them come to is looked at, which costs little.
        let agrees = match name {
            Some(Name::Total) => self.above.agrees(amount, least),
            _ => self.above.moves(amount, least),
        };
        let is_sum = agrees && self.is_bare(row);
        match name {
            Some(Name::Balance(_)) => {}
            Some(Name::Total) if self.is_both_sided(row) => return Kind::Total(String::new()),
            Some(Name::Total) if is_sum => return Kind::Agreeing { is_named: true },
            _ if is_sum && row.line == self.ahead.last_line && !self.ahead.is_followed => {
                let is_named = self.is_like_sum(row);
                let plain = if is_named { SEVERAL } else { MANY };
                if self.ends_as_sum(row, amount, (SEVERAL, plain)) {
                    return Kind::Agreeing { is_named };
                }
            }
            _ => {}
        }
        Kind::Entry {
            date,
            clamped,
            amount,
            name,
        }
    }

    /// Whether the text of a row ends in a whole date, as the total of a day does: nobody is called `Total for 03/03/2025`, but a
    /// shop may be `Total 1203`.
    fn names_day(&self, row: &Row) -> bool {
        let text = self.texts(row).next().map_or(&[][..], |column| row.cell(column));
        let last = text.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
        is_date(last) && !last.iter().all(u8::is_ascii_digit)
    }

    /// Whether the text of a row has a word of sums.
    fn is_like_sum(&mut self, row: &Row) -> bool {
        self.texts(row)
            .next()
            .is_some_and(|column| is_like_sum(&self.text(row, column)))
    }

    /// Whether the last row, in a table of one account, is what all above it comes to, with no balance beside it: that is a
    /// total, or by chance an entry.
    fn ends_as_sum(&self, row: &Row, amount: Decimal, least: (u64, u64)) -> bool {
        let accounts = [self.columns.account, self.columns.account_code];
        let names_account = accounts
            .into_iter()
            .flatten()
            .any(|column| !row.cell(column).is_empty());
        self.open.is_empty() && !names_account && !self.prints_balance(row) && self.above.is_sum(amount, least)
    }

    /// A row with a date that is called a balance. A closing balance is never an entry. An opening entry has a type or another
    /// account; an opening balance has neither, and stands in the column of balances or is the closing one brought down.
    fn dated_balance(&mut self, row: &Row, balance: Balance, date: Date) -> Option<Kind> {
        let printed = self.printed_balance(row)?;
        match balance {
            Balance::Closing => Some(Kind::Closing(Some(printed), Some(date))),
            Balance::Opening if !self.is_plain(row) => None,
            Balance::Opening if self.prints_balance(row) => Some(Kind::Opening(Some(printed), Some(date))),
            Balance::Opening => {
                let carried = self.carried.take()?;
                (carried.abs() == printed.abs()).then_some(Kind::Nothing)
            }
        }
    }

    /// Whether neither a type nor another account nor a name stands in the row.
    fn is_plain(&self, row: &Row) -> bool {
        let columns = [self.columns.kind, self.columns.contra, self.columns.counterparty];
        columns.into_iter().flatten().all(|column| row.cell(column).is_empty())
    }

    /// Whether a row has one text and no mark of a document: type, numbers, another account.
    fn is_bare(&self, row: &Row) -> bool {
        let columns = [
            self.columns.kind,
            self.columns.contra,
            self.columns.id,
            self.columns.check_number,
        ];
        let columns = columns
            .into_iter()
            .flatten()
            .chain(self.columns.documents.iter().copied());
        let mut filled = columns.filter(|column| !row.cell(*column).is_empty());
        filled.next().is_none() && self.texts(row).count() == 1
    }

    /// Amounts on both sides.
    fn is_both_sided(&self, row: &Row) -> bool {
        let is_amount = |column: &usize| {
            let amount = self.table.amount(row, *column);
            amount.is_ok_and(|amount| amount.is_some_and(|amount| !amount.value.is_zero()))
        };
        matches!(self.table.layout(), AmountLayout::Sides { .. })
            && self.table.layout().columns().filter(is_amount).count() > 1
    }

    /// What the name or the first text of a row calls it; where it has neither, what its type or account says.
    fn called(&mut self, row: &Row) -> Option<Name> {
        let columns = self.columns;
        if let Some(first) = self.texts(row).next() {
            return self.name_of(row, first);
        }
        let others = [columns.kind, columns.contra, columns.account, columns.account_code];
        let mut others = others.into_iter().flatten();
        others.find_map(|column| {
            let called = self.name_of(row, column);
            called.filter(|name| matches!(name, Name::Balance(_)))
        })
    }

    /// The columns of names and texts that are filled. `To` and `By` before the text of a row say its side.
    fn texts<'r>(&self, row: &'r Row) -> impl Iterator<Item = usize> + use<'t, 'r> {
        let columns = self.columns;
        let own = columns
            .counterparty
            .into_iter()
            .chain(columns.descriptions.iter().copied());
        own.chain(columns.memos.iter().copied())
            .filter(|column| ![b"".as_slice(), b"To", b"By"].contains(&row.cell(*column)))
    }

    fn name_of(&mut self, row: &Row, column: usize) -> Option<Name> {
        match row.text(column) {
            Some(text) => name(text),
            None => name(&self.decoder.decode(row.cell(column))),
        }
    }

    /// What balance a row without movement gives, if one of its texts names it and a balance is printed.
    fn balance_row(&mut self, row: &Row) -> Option<Balance> {
        if !self.prints_balance(row) {
            return None;
        }
        let texts: Vec<String> = (0..row.cells().count())
            .map(|column| fold(&self.text(row, column)))
            .collect();
        Balance::named(|word| texts.iter().any(|text| text == word))
    }

    /// A check or a deposit whose columns of money out and money in are both blank. Where there is but one column of
    /// amounts, its amount may be lost, unless the row says that it is void.
    fn is_void(&mut self, row: &Row) -> bool {
        let columns: Vec<usize> = self.table.layout().columns().collect();
        if columns.iter().any(|&column| !row.cell(column).is_empty()) {
            return false;
        }
        let is_document = [self.columns.kind, self.columns.check_number]
            .into_iter()
            .flatten()
            .any(|column| !row.cell(column).is_empty());
        let texts = |sorter: &mut Self| {
            (0..row.cells().count()).any(|column| {
                let text = fold(&sorter.text(row, column));
                text.split(' ').any(|word| VOID.contains(&word))
            })
        };
        (columns.len() > 1 && is_document) || texts(self)
    }

    fn undated(&mut self, row: &Row, bad_date: bool) -> Kind {
        if row.is_blank() || self.repeats_header(row) {
            return Kind::Nothing;
        }
        let Some((label, alone)) = self.label(row) else {
            return self.figures_alone(row);
        };
        let folded = fold(&label);
        let begins = |word: &str| {
            folded
                .strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        match Balance::named(begins) {
            Some(Balance::Opening) => return Kind::Opening(self.printed_balance(row), None),
            Some(Balance::Closing) => return Kind::Closing(self.printed_balance(row), None),
            None => {}
        }
        if let Some(kind) = self.undated_total(row, &label).or_else(|| self.undated_balance(row)) {
            return kind;
        }
        if NET.contains(&folded.as_str()) {
            return Kind::Nothing;
        }
        let has_movement = self.table.layout().columns().any(|column| !row.cell(column).is_empty());
        if has_movement && matches!(self.table.movement(row), Ok(Some(amount)) if !amount.is_zero()) {
            let what = if bad_date {
                "it is not a date"
            } else {
                "it has an amount but no date"
            };
            return Kind::Unreadable(Some(self.columns.date), what);
        }
        if alone {
            return Kind::Heading(label, self.amount(row, self.columns.balance));
        }
        Kind::Remark
    }

    /// A total by its first text; of words that may be somebody's name, one that agrees with the entries or has both sides.
    fn undated_total(&mut self, row: &Row, label: &str) -> Option<Kind> {
        if fold(label) == "totals and ending balance" {
            return Some(Kind::Total(self.open.last().cloned().unwrap_or_default()));
        }
        if let Some(name) = totalled_name(label) {
            return Some(Kind::Total(name.to_owned()));
        }
        let is_total = |name| matches!(name, Some(Name::Total | Name::Unplaced { .. }));
        let is_total = (0..row.len()).any(|column| is_total(self.name_of(row, column)));
        let amount = self.table.movement(row).ok().flatten();
        match amount {
            Some(_) if is_total && self.is_both_sided(row) => Some(Kind::Total(String::new())),
            Some(amount) if is_total && self.above.agrees(amount, 1) => Some(Kind::Agreeing { is_named: true }),
            _ => None,
        }
    }

    /// A balance that another text than the first names: `As On 31/03/2025, Closing Balance`.
    fn undated_balance(&mut self, row: &Row) -> Option<Kind> {
        let printed = self.printed_balance(row)?;
        let balance = (0..row.len()).find_map(|column| match self.name_of(row, column)? {
            Name::Balance(balance) => Some(balance),
            Name::Unplaced { .. } if self.above.is_empty() => Some(Balance::Opening),
            Name::Unplaced { .. } => Some(Balance::Closing),
            Name::Total => None,
        })?;
        Some(match balance {
            Balance::Opening => Kind::Opening(Some(printed), None),
            Balance::Closing => Kind::Closing(Some(printed), None),
        })
    }

    /// Amounts without any text: subtotals of programs that rule them off without a word.
    fn figures_alone(&self, row: &Row) -> Kind {
        match self.table.movement(row) {
            Ok(Some(_)) if self.is_both_sided(row) => Kind::Total(String::new()),
            Ok(Some(amount)) if self.above.agrees(amount, 1) => Kind::Agreeing { is_named: true },
            Ok(Some(_)) => Kind::Unreadable(Some(self.columns.date), "it has an amount but no date"),
            _ => Kind::Remark,
        }
    }

    /// The first text of a row, and whether it is the only one; amounts are no texts.
    fn label(&mut self, row: &Row) -> Option<(String, bool)> {
        let is_text = |(index, cell): &(usize, &[u8])| {
            let is_amount = self
                .table
                .columns()
                .get(*index)
                .is_some_and(|column| column.role.is_amount());
            !cell.is_empty() && (!is_amount || self.table.amount(row, *index).is_err())
        };
        let mut texts = row.cells().enumerate().filter(is_text);
        let (first, _) = texts.next()?;
        let alone = texts.next().is_none();
        Some((self.text(row, first), alone))
    }

    fn amount(&self, row: &Row, column: Option<usize>) -> Option<Decimal> {
        column
            .and_then(|column| self.table.amount(row, column).ok().flatten())
            .map(|amount| amount.value)
    }

    /// Whether the row has something in the column of balances.
    pub(super) fn prints_balance(&self, row: &Row) -> bool {
        self.columns.balance.is_some_and(|column| !row.cell(column).is_empty())
    }

    /// The balance of an opening or closing row: in its own column, else among the movements, else on a side that entries
    /// repeat in another column.
    pub(super) fn printed_balance(&self, row: &Row) -> Option<Decimal> {
        let on_side = || {
            let (debit, credit) = self.columns.unread_sides;
            let debit = self.amount(row, debit).filter(|amount| !amount.is_zero());
            debit.or_else(|| self.amount(row, credit).map(|amount| -amount))
        };
        self.amount(row, self.columns.balance)
            .or_else(|| self.table.movement(row).ok().flatten())
            .or_else(on_side)
    }

    fn repeats_header(&mut self, row: &Row) -> bool {
        let mut same = 0;
        for (index, cell) in row.cells().enumerate() {
            if cell.is_empty() {
                continue;
            }
            let text = self.decoder.decode(cell);
            if self
                .table
                .columns()
                .get(index)
                .is_none_or(|column| column.name != text.trim())
            {
                return false;
            }
            same += 1;
        }
        same > 1
    }
}

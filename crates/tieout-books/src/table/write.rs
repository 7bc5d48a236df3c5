//! Proposed entries as rows of a table: the very columns, delimiter, dates, decimal mark and charset of the file. In a general
//! ledger, whose rows are both sides of each transaction, the contra account gets a row of its own.

mod text;

use super::Chosen;
use super::columns::BooksColumns;
use super::dates::DateStyle;
use super::emit::Seen;
use super::scan::{AccountScan, Naming, Scan};
use crate::journal::arithmetic::at_scale;
use crate::write::{ProposedEntry, WriteError};
use encoding_rs::Encoding;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use std::io::{self, Read, SeekFrom};
use text::{encoded, harmless, line_end, push_row};
use tieout_core::encoding::{self, Input};
use tieout_core::{Currency, Decimal};
use tieout_tables::columns::{SideValues, SignMeaning};
use tieout_tables::directions::Direction;
use tieout_tables::records::Dialect;
use tieout_tables::{AmountLayout, DateOrder, DecimalMark, Role, Table, sniff};

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLayout {
    columns: Vec<Column>,
    account: String,
    account_code: String,
    /// Rows stand below headings: rows at the end would belong to no account.
    grouped: bool,
    /// It is a report of Xero.
    xero: bool,
    /// What is owed is positive.
    turned: bool,
    /// The rows of the file are both sides of its transactions: the other accounts.
    others: Option<Vec<OtherAccount>>,
    file: File,
}

/// An account of a general ledger beside the one that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OtherAccount {
    name: String,
    code: String,
    turned: bool,
}

/// One side of a proposed entry: the account of its row, and the amount as the row prints it.
struct Side<'a> {
    account: &'a str,
    code: &'a str,
    amount: Decimal,
}

/// One column: its header and what goes into it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    content: Content,
    mark: DecimalMark,
}

/// What goes into a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Date(DateStyle),
    /// The amount, its sign turned or not.
    Signed {
        inverted: bool,
    },
    /// The amount if it is on this side.
    Debit {
        signed: bool,
    },
    Credit {
        signed: bool,
    },
    /// The amount without its sign.
    Unsigned,
    /// The words for debit and credit.
    Side(String, String),
    Currency,
    Account,
    AccountCode,
    Counterparty,
    Document,
    /// The journal of most entries of the account.
    Journal(String),
    Contra,
    Description {
        with_reason: bool,
    },
    Reason,
    Blank,
}

/// Which column holds the text of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Described,
    AsCounterparty,
    AsDocument,
    Nowhere,
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum File {
    Text {
        dialect: Dialect,
        charset: &'static Encoding,
        /// The file begins with a byte order mark.
        marked: bool,
        /// The file's last line has no end.
        ends_open: bool,
    },
    Workbook,
}

impl TableLayout {
    pub(super) fn learn(
        table: &Table,
        books: &BooksColumns,
        (scan, chosen): (&Scan, &Chosen),
        seen: &Seen,
        input: &mut dyn Input,
    ) -> io::Result<Self> {
        let grouped = scan.naming == Naming::Headings;
        let reason = books.memos.first().copied();
        let columns = table
            .columns()
            .iter()
            .enumerate()
            .map(|(index, column)| Column {
                name: column.name.clone(),
                content: match content(table, books, index, reason.is_none(), seen) {
                    // The whole file is one account: its column of accounts names the other sides.
                    Content::Account if chosen.names_other_sides => Content::Contra,
                    Content::AccountCode if chosen.names_other_sides => Content::Blank,
                    content => content,
                },
                mark: column.decimal_mark,
            })
            .collect();
        Ok(Self {
            columns,
            account: chosen.found.name.clone(),
            account_code: chosen.found.code.clone(),
            grouped,
            xero: books.is_xero(),
            turned: chosen.turned,
            others: both_sides(books, scan, chosen),
            file: file(table, seen, input)?,
        })
    }

    pub(crate) fn is_workbook(&self) -> bool {
        matches!(self.file, File::Workbook)
    }

    /// The rows are those of a report of Xero, which imports none.
    pub(crate) fn is_of_xero(&self) -> bool {
        self.xero
    }

    pub(crate) fn is_appended(&self) -> bool {
        matches!(self.file, File::Text { .. }) && !self.grouped
    }

    /// No column can hold a text.
    pub(crate) fn lacks_text(&self) -> bool {
        let texts = [Content::Counterparty, Content::Document];
        !self.is_described() && !self.columns.iter().any(|column| texts.contains(&column.content))
    }

    fn is_described(&self) -> bool {
        let is_text = |column: &Column| matches!(column.content, Content::Description { .. });
        self.columns.iter().any(is_text)
    }

    /// Where the text of an entry goes: into its own column, else into one that would stay empty. Of name and number the
    /// number is kept, as it says which entry is meant; the text quotes the name mostly.
    fn text(&self, entry: &ProposedEntry) -> Text {
        let has = |content: &Content| self.columns.iter().any(|column| column.content == *content);
        let (has_name, has_number) = (has(&Content::Counterparty), has(&Content::Document));
        if self.is_described() {
            Text::Described
        } else if has_name && (entry.counterparty.is_empty() || !has_number || !entry.document.is_empty()) {
            Text::AsCounterparty
        } else if has_number {
            Text::AsDocument
        } else {
            Text::Nowhere
        }
    }

    fn cells(&self, entry: &ProposedEntry, side: &Side<'_>) -> Vec<Cell> {
        let text = self.text(entry);
        let columns = self.columns.iter();
        columns.map(|column| cell(column, entry, (side, text))).collect()
    }

    /// Rows to append, or a file of its own.
    pub(crate) fn print(&self, entries: &[ProposedEntry]) -> Result<Vec<u8>, WriteError> {
        match self.file {
            File::Text {
                dialect,
                charset,
                marked,
                ends_open,
            } => {
                let mut text = String::new();
                if self.is_appended() {
                    if ends_open && !entries.is_empty() {
                        text.push_str(line_end(dialect));
                    }
                } else {
                    if marked {
                        text.push('\u{feff}');
                    }
                    self.head(|cells| push_row(&mut text, cells, dialect));
                }
                for (entry, side) in self.sides(entries) {
                    let cells = self.cells(entry, &side);
                    let cells = cells.iter().zip(&self.columns);
                    let cells: Vec<String> = cells.map(|(cell, column)| cell.as_text(column.mark)).collect();
                    push_row(&mut text, &cells, dialect);
                }
                Ok(encoded(&text, charset))
            }
            File::Workbook => self.workbook(entries),
        }
    }

    /// The header, and the account's heading where rows stand below one.
    fn head(&self, mut push: impl FnMut(&[String])) {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        push(&names);
        if self.grouped {
            let mut heading = vec![String::new(); self.columns.len()];
            if let Some(first) = heading.first_mut() {
                first.clone_from(&self.account);
            }
            push(&heading);
        }
    }

    fn workbook(&self, entries: &[ProposedEntry]) -> Result<Vec<u8>, WriteError> {
        let failed = |error: rust_xlsxwriter::XlsxError| WriteError::Workbook(error.to_string());
        let mut workbook = Workbook::new();
        let money = Format::new().set_num_format("0.00");
        let sheet = workbook.add_worksheet();
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        self.head(|cells| rows.push(cells.iter().cloned().map(Cell::Text).collect()));
        rows.extend(self.sides(entries).map(|(entry, side)| self.cells(entry, &side)));
        for (number, cells) in (0_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                write_cell(sheet, (number, column), cell, &money).map_err(failed)?;
            }
        }
        workbook.save_to_buffer().map_err(failed)
    }

    /// The rows of the entries: the account's own, and the contra account's where the file has both sides.
    fn sides<'a>(&'a self, entries: &'a [ProposedEntry]) -> impl Iterator<Item = (&'a ProposedEntry, Side<'a>)> {
        entries.iter().flat_map(move |entry| {
            let places = entry.amount.scale().max(entry.currency.minor_digits());
            let amount = at_scale(entry.amount, places);
            let own = Side {
                account: &self.account,
                code: &self.account_code,
                amount: if self.turned { -amount } else { amount },
            };
            let contra = self.others.as_ref().map(|others| {
                let known = others.iter().find(|other| other.name == entry.contra_account);
                Side {
                    account: &entry.contra_account,
                    code: known.map_or("", |other| &other.code),
                    amount: if known.is_some_and(|other| other.turned) {
                        amount
                    } else {
                        -amount
                    },
                }
            });
            std::iter::once(own).chain(contra).map(move |side| (entry, side))
        })
    }
}

/// The other accounts of a general ledger: a column names the account of each row, and the rows balance. `None` where a row
/// is a whole transaction, because it names its contra account, or because the file holds nothing but accounts of money.
fn both_sides(books: &BooksColumns, scan: &Scan, chosen: &Chosen) -> Option<Vec<OtherAccount>> {
    let balances = || scan.all.sums.values().all(|(_, sum)| sum.is_zero());
    if chosen.alone || !scan.by_column() || books.contra.is_some() || scan.accounts.len() < 2 || !balances() {
        return None;
    }
    let other = |account: &AccountScan| OtherAccount {
        name: account.name.clone(),
        code: account.code.clone(),
        turned: account.signs.are_turned(),
    };
    Some(scan.accounts.iter().map(other).collect())
}

fn cell(column: &Column, entry: &ProposedEntry, (side, text): (&Side<'_>, Text)) -> Cell {
    let with_reason = || Cell::Text(harmless(&format!("{} (tieout: {})", entry.description, entry.reason)));
    let amount = side.amount;
    let is_debit = !amount.is_negative();
    match &column.content {
        Content::Date(style) => Cell::Text(style.print(entry.date)),
        Content::Signed { inverted } => Cell::Amount(if *inverted { -amount } else { amount }),
        Content::Debit { signed } if is_debit => Cell::Amount(if *signed { amount } else { amount.abs() }),
        Content::Credit { signed } if !is_debit => Cell::Amount(if *signed { amount } else { amount.abs() }),
        Content::Debit { .. } | Content::Credit { .. } | Content::Blank => Cell::Text(String::new()),
        Content::Unsigned => Cell::Amount(amount.abs()),
        Content::Side(debit, credit) => Cell::Text(if is_debit { debit.clone() } else { credit.clone() }),
        Content::Currency if entry.currency == Currency::UNKNOWN => Cell::Text(String::new()),
        Content::Currency => Cell::Text(entry.currency.to_string()),
        Content::Account => Cell::Text(harmless(side.account)),
        Content::AccountCode => Cell::Text(harmless(side.code)),
        Content::Counterparty if text == Text::AsCounterparty => with_reason(),
        Content::Document if text == Text::AsDocument => with_reason(),
        Content::Counterparty => Cell::Text(harmless(&entry.counterparty)),
        Content::Document => Cell::Text(harmless(&entry.document)),
        Content::Journal(journal) => Cell::Text(harmless(journal)),
        Content::Contra => Cell::Text(harmless(&entry.contra_account)),
        Content::Description { with_reason: false } => Cell::Text(harmless(&entry.description)),
        Content::Description { with_reason: true } => with_reason(),
        Content::Reason => Cell::Text(harmless(&format!("tieout: {}", entry.reason))),
    }
}

/// A cell before it is written.
enum Cell {
    Text(String),
    Amount(Decimal),
}

impl Cell {
    fn as_text(&self, mark: DecimalMark) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Amount(amount) if mark == DecimalMark::Comma => amount.to_string().replace('.', ","),
            Self::Amount(amount) => amount.to_string(),
        }
    }
}

fn content(table: &Table, books: &BooksColumns, index: usize, no_memo: bool, seen: &Seen) -> Content {
    let is = |column: Option<usize>| column == Some(index);
    match table.layout() {
        AmountLayout::Signed { amount, sign } if *amount == index => {
            return Content::Signed {
                inverted: *sign == SignMeaning::Inverted,
            };
        }
        AmountLayout::Sides { debit, .. } if is(debit.map(|side| side.column)) => {
            return Content::Debit {
                signed: debit.is_some_and(|side| side.values == SideValues::Signed),
            };
        }
        AmountLayout::Sides { credit, .. } if is(credit.map(|side| side.column)) => {
            return Content::Credit {
                signed: credit.is_some_and(|side| side.values == SideValues::Signed),
            };
        }
        AmountLayout::Flagged { amount, .. } if *amount == index => return Content::Unsigned,
        AmountLayout::Flagged { direction, words, .. } if *direction == index => {
            let word = |seen: &str, side: Direction| {
                let fits = |word: &&str| words.read(word.as_bytes()) == Some(side);
                let known = ["D", "C", "Af", "Bij"].into_iter().find(fits).unwrap_or_default();
                if seen.is_empty() {
                    known.to_owned()
                } else {
                    seen.to_owned()
                }
            };
            let (debit, credit) = &seen.words;
            return Content::Side(word(debit, Direction::Debit), word(credit, Direction::Credit));
        }
        _ => {}
    }
    let order = table
        .columns()
        .get(index)
        .map_or(DateOrder::YearMonthDay, |column| column.date_order);
    let role = table.columns().get(index).map(|column| column.role);
    match role {
        _ if books.date == index => Content::Date(DateStyle::learn(&seen.date, order)),
        Some(Role::ValueDate) => Content::Date(DateStyle::learn(&seen.date, order)),
        _ if is(books.currency) => Content::Currency,
        _ if is(books.account) => Content::Account,
        _ if is(books.account_code) => Content::AccountCode,
        _ if is(books.counterparty) => Content::Counterparty,
        _ if is(books.documents.first().copied()) => Content::Document,
        _ if is(books.journal) => Content::Journal(seen.journal()),
        _ if is(books.contra) => Content::Contra,
        _ if is(books.descriptions.first().copied()) => Content::Description { with_reason: no_memo },
        _ if is(books.memos.first().copied()) => Content::Reason,
        _ => Content::Blank,
    }
}

fn file(table: &Table, seen: &Seen, input: &mut dyn Input) -> io::Result<File> {
    let head = encoding::open(input)?.head;
    let is_text = !head.starts_with(b"PK\x03\x04") && !head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]);
    let Some(dialect) = is_text.then(|| sniff::dialect(&head, None)).flatten() else {
        return Ok(File::Workbook);
    };
    let charset = match table.marked() {
        Some("utf-16le") => encoding_rs::UTF_16LE,
        Some("utf-16be") => encoding_rs::UTF_16BE,
        Some(_) => encoding_rs::UTF_8,
        None => Encoding::for_label(seen.charset.as_bytes())
            .filter(|_| seen.charset != "ascii")
            .unwrap_or(encoding_rs::UTF_8),
    };
    Ok(File::Text {
        dialect,
        charset,
        marked: table.marked().is_some(),
        ends_open: ends_open(input)?,
    })
}

/// Whether the last line of a file has no end. UTF-16 has a NUL beside it.
fn ends_open(input: &mut dyn Input) -> io::Result<bool> {
    let length = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(length.saturating_sub(2)))?;
    let mut end = Vec::new();
    input.take(2).read_to_end(&mut end)?;
    let last = end.iter().rev().find(|byte| **byte != 0);
    Ok(!matches!(last, None | Some(b'\n' | b'\r')))
}

/// A number is written as a number if a spreadsheet's number prints exactly as it, else as text: nothing is rounded.
fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Cell,
    money: &Format,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match cell {
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Amount(amount) => {
            let printed = amount.to_string();
            match printed
                .parse::<f64>()
                .ok()
                .filter(|number| Decimal::parse(&number.to_string()).is_ok_and(|back| back == amount))
            {
                Some(number) => sheet.write_number_with_format(row, column, number, money)?,
                None => sheet.write_string(row, column, printed)?,
            };
        }
    }
    Ok(())
}

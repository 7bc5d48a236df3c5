//! Rows with more cells than the header has columns: a delimiter stands unquoted in a text or between the thousands of an
//! amount, so that every cell behind it is in the wrong column; or the end of a row is lost, on web pages too, and two stand
//! in one. Such a row is not read, and that is said.

use crate::assign::Perspective;
use crate::dates::is_date;
use crate::frame::{self, Frame};
use crate::mapping::{ColumnRef, Mapping};
use crate::row::Row;
use crate::sniff::looks_like_amount;
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::problem::{Code, Place, Problem};

/// What to do about such rows.
const QUOTE_THE_FIELD: &str =
    "put quotes around the text or amount that holds the delimiter, or export the file again with another delimiter";
const DIVIDE_THE_ROWS: &str = "open the file in a spreadsheet program, divide the row and save it, or export it again";

/// How many cells the rows of a table may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Width {
    /// Cells; those beyond must be blank.
    cells: usize,
    /// Those that the header names.
    named: usize,
    /// The line of the header; rows above the table are of any width.
    below: u64,
    /// No header says the width: only rows in which an amount seems to be cut are too long.
    is_guessed: bool,
    /// Rows end in blank cells beyond the header; where they do not, one more cell is a sign of a cut amount.
    pads: bool,
    /// The column in which movements have their date; balances below the table may stand otherwise.
    date: usize,
    /// Of a sheet or a web page, where nothing divides cells wrongly: only rows that hold two movements are too long.
    is_sheet: bool,
    /// The columns that hold amounts and nothing else, one bit each; only of a sheet.
    amounts: u64,
}

impl Default for Width {
    fn default() -> Self {
        Self {
            cells: usize::MAX,
            named: 0,
            below: 0,
            is_guessed: false,
            pads: true,
            date: 0,
            is_sheet: false,
            amounts: 0,
        }
    }
}

impl Width {
    /// By the header, unless nearly all rows fill columns that it does not name; without a header by most rows.
    pub(crate) fn find(sample: &[Row], mapping: Option<&Mapping>) -> Self {
        let frame = match mapping.and_then(|mapping| mapping.header_rows) {
            Some(rows) => Some(frame::given(sample, rows)),
            None => frame::find(sample),
        };
        let Some(frame) = frame else { return Self::default() };
        let found = Self::of_rows(sample, &frame);
        let said = mapping.map_or(&[][..], |mapping| &mapping.columns);
        let numbers = said.iter().filter_map(|(_, column)| match column {
            ColumnRef::Number(number) => Some(*number),
            ColumnRef::Name(_) => None,
        });
        Self {
            cells: numbers.fold(found.cells, usize::max),
            ..found
        }
    }

    /// The same of a sheet or a web page. Many have columns without a name, often hidden ones with another date and amount: if
    /// most rows are that wide they are two only if nearly all read like two, of different movements with texts of their own.
    pub(crate) fn of_sheet(sample: &[Row], mapping: Option<&Mapping>) -> Self {
        let found = Self::find(sample, mapping);
        let is_said = mapping.is_some_and(|mapping| {
            let mut said = mapping.columns.iter();
            said.any(|(_, column)| matches!(column, ColumnRef::Number(number) if *number > found.named))
        });
        if found.is_guessed || found.named == 0 || is_said {
            return Self::default();
        }
        let rows = || {
            let below = sample.iter().filter(|row| row.line > found.below);
            below.filter(|row| frame::is_typed(row))
        };
        let sheet = Self {
            cells: found.named,
            is_sheet: true,
            amounts: amount_columns(rows(), found.named),
            ..found
        };
        let wide = || rows().filter(|row| filled_width(row) > found.named);
        let two = || wide().filter(|row| sheet.holds_two(row) && !sheet.says_again(row));
        let is_usual = wide().count() * 2 > rows().count();
        let texts = |from: usize| {
            two()
                .map(move |row| sheet.texts(row, from))
                .collect::<BTreeSet<_>>()
                .len()
        };
        let are_two = two().count() * 10 >= wide().count() * 9 && texts(found.named) * 2 > texts(0);
        if is_usual && !are_two { Self::default() } else { sheet }
    }

    /// The cells from a column on that stand where the table has neither dates nor amounts.
    fn texts(self, row: &Row, from: usize) -> Vec<&[u8]> {
        let is_text = |column: &usize| *column != self.date && !self.amount_columns().any(|own| own == *column);
        let columns = (0..self.named).filter(is_text);
        columns.map(|column| row.cell(from + column)).collect()
    }

    fn of_rows(sample: &[Row], frame: &Frame) -> Self {
        let header = frame.header.and_then(|header| sample.get(header));
        let named = header.map_or(0, Row::len);
        let below = header.map_or(0, |header| header.line);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        let mut wider = 0;
        let mut typed = sample.iter().skip(frame.body).filter(|row| frame::is_typed(row));
        let date = typed.next().and_then(|row| row.cells().position(is_date)).unwrap_or(0);
        let mut rows = 0;
        let mut pads = false;
        for row in sample.iter().skip(frame.body).filter(|row| frame::is_typed(row)) {
            rows += 1;
            let width = filled_width(row);
            pads |= row.len() > named && width <= named && !has_cut_amount(row);
            if header.is_some() && (width <= named || has_cut_amount(row)) {
                continue;
            }
            wider += 1;
            *widths.entry(width).or_default() += 1;
        }
        let most = widths.iter().max_by_key(|(_, count)| **count).map(|(width, _)| *width);
        let cells = match (header, most) {
            // Some banks leave the name of their last column out.
            (Some(_), Some(most)) if wider * 10 >= rows * 9 => most,
            (Some(_), _) => named,
            (None, Some(most)) => most,
            (None, None) => return Self::default(),
        };
        Self {
            cells,
            named,
            below,
            is_guessed: header.is_none(),
            pads,
            date,
            is_sheet: false,
            amounts: 0,
        }
    }

    /// Empties a row that is too long.
    #[inline]
    pub(crate) fn check(self, row: &mut Row) {
        if row.len() > self.cells && row.line > self.below {
            self.check_long(row);
        }
    }

    #[cold]
    fn check_long(self, row: &mut Row) {
        if self.is_sheet {
            if self.holds_two(row) {
                row.blank();
                row.is_ragged = true;
            }
            return;
        }
        let is_filled = row.cells().skip(self.cells).any(|cell| !cell.is_empty());
        // A text below the table holds no amount that could be cut.
        let is_ragged = if self.is_guessed || !is_filled {
            (is_filled || !self.pads) && has_cut_amount(row)
        } else {
            has_cut_amount(row) || is_date(row.cell(self.date)) && row.cells().any(looks_like_amount)
        };
        if is_ragged {
            row.blank();
            row.is_ragged = true;
        }
    }
}

impl Width {
    /// Whether the cells behind the named columns are what stands in these: a date at the place of the date, amounts or nothing
    /// at the places of amounts. A note or a summary beside the table stands otherwise.
    fn holds_two(self, row: &Row) -> bool {
        let more = || self.amount_columns().map(|column| row.cell(self.named + column));
        is_date(row.cell(self.date))
            && is_date(row.cell(self.named + self.date))
            && more().any(looks_like_amount)
            && more().all(|cell| cell.is_empty() || looks_like_amount(cell) && !is_date(cell))
    }

    /// Whether the cells behind the named columns hold the same date and amounts once more.
    fn says_again(self, row: &Row) -> bool {
        let mut columns = self.amount_columns().chain([self.date]);
        columns.all(|column| row.cell(column) == row.cell(self.named + column))
    }

    fn amount_columns(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |column| self.amounts & (1 << column) != 0)
    }

    /// What is said of a row that was too long.
    pub(crate) fn told(self, row: &Row, perspective: Perspective) -> Problem {
        if !self.is_sheet {
            return told(row, perspective);
        }
        let message =
            "the row holds another date and amount behind the table's columns: two rows run together; it was left out";
        Problem::new(code_of(perspective), Place::line(row.line), message).advising(DIVIDE_THE_ROWS)
    }
}

fn code_of(perspective: Perspective) -> Code {
    match perspective {
        Perspective::Bank => Code::BadLine,
        Perspective::Books => Code::BadEntry,
    }
}

fn told(row: &Row, perspective: Perspective) -> Problem {
    let code = code_of(perspective);
    let message = "the row fills more cells than the table has columns, so that an amount or a text may be cut in two; it was left out";
    Problem::new(code, Place::line(row.line), message).advising(QUOTE_THE_FIELD)
}

/// The columns in which typed rows have amounts and nothing else, one bit each.
fn amount_columns<'a>(rows: impl Iterator<Item = &'a Row>, named: usize) -> u64 {
    let (mut amounts, mut others) = (0_u64, 0_u64);
    for row in rows {
        for (column, cell) in row.cells().enumerate().take(named.min(64)) {
            if is_date(cell) || !cell.is_empty() && !looks_like_amount(cell) {
                others |= 1 << column;
            } else if !cell.is_empty() {
                amounts |= 1 << column;
            }
        }
    }
    amounts & !others
}

/// Cells up to the last that is not blank.
fn filled_width(row: &Row) -> usize {
    let filled = row.cells().enumerate().filter(|(_, cell)| !cell.is_empty()).last();
    filled.map_or(0, |(index, _)| index + 1)
}

/// Whether two neighbouring cells look like one amount in groups of thousands: `-1` and `250.00`.
fn has_cut_amount(row: &Row) -> bool {
    let cells = || row.cells().filter(|cell| !is_date(cell));
    cells()
        .zip(cells().skip(1))
        .any(|(first, second)| begins_group(first) && goes_on(second))
}

/// One to three digits, perhaps behind a sign or the mark of a currency.
fn begins_group(cell: &[u8]) -> bool {
    let digits = cell.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let before = cell.get(..cell.len() - digits).unwrap_or_default();
    (1..=3).contains(&digits) && before.len() <= 4 && !before.iter().any(u8::is_ascii_alphanumeric)
}

/// Three digits, with decimals or without.
fn goes_on(cell: &[u8]) -> bool {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = cell.get(digits..).unwrap_or_default();
    digits == 3
        && behind
            .first()
            .is_none_or(|mark| matches!(mark, b'.' | b',' | b')' | b'-' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_in_two_cells_is_told() {
        for (cells, is_cut) in [
            (["-1", "250.00"], true),
            (["12", "500"], true),
            (["£1", "250.00"], true),
            (["(1", "250.00)"], true),
            (["1203", "500.00"], false),
            (["1", "25.00"], false),
            (["864.00", "750.00"], false),
            (["A1", "750.00"], false),
        ] {
            let mut row = Row::default();
            for cell in cells {
                row.push(cell.as_bytes());
            }
            assert_eq!(has_cut_amount(&row), is_cut, "{cells:?}");
        }
    }
}

//! The cells of one sheet, held as text in one piece of memory.

use super::hidden::Hidden;
use super::number::{decimals, rounded};
use super::xls::day;
use crate::limits::{MAX_COLUMNS, MAX_SHEET_CELLS, MAX_SHEET_TEXT_BYTES};
use crate::row::Row;
use std::ops::RangeInclusive;

/// The cells of one sheet, as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// Name of the sheet.
    pub(crate) name: String,
    bytes: Vec<u8>,
    cells: Vec<Cell>,
    /// Row number from 1, and end of its cells in `cells`.
    rows: Vec<(u64, usize)>,
    /// Numbers of rows that stand again or behind a later one; the first thousand.
    displaced: Vec<u64>,
    /// Days count from 1904.
    is_1904: bool,
    /// Columns whose whole numbers are days.
    serials: Vec<usize>,
    /// Columns of amounts, and the decimals that amounts have.
    amounts: Option<(Vec<usize>, u8)>,
    /// What the end of the file has cut, in words.
    pub(super) cut: Option<String>,
    /// What of it a person does not see.
    hidden: Hidden,
    /// The charset of its file, where that is text, and how many texts were no characters of it.
    pub(super) charset: Option<(String, u64)>,
}

/// Whole numbers that are taken for days: 1954 to 2064.
const SERIALS: RangeInclusive<u32> = 20_000..=60_000;
/// Displaced rows that are named one by one.
const MAX_DISPLACED: usize = 1000;

/// One cell; its text begins where that of the one before ends.
#[derive(Debug, Clone, Copy)]
struct Cell {
    column: usize,
    text_end: usize,
    kind: CellKind,
}

/// Whether a cell was text in the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Text,
    Number,
    /// A number of which more was rounded off than calculations leave.
    Rounded,
}

/// Amounts of a sheet that have more decimals than were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoundedAmounts {
    pub(crate) count: u64,
    /// Row and column of the first, and what it was.
    pub(crate) first: (u64, usize),
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Sheet {
    /// Rows from the first.
    pub(crate) fn rows(&self) -> SheetRows<'_> {
        SheetRows {
            sheet: self,
            next: 0,
            cell: 0,
            byte: 0,
        }
    }

    /// Numbers of rows that stand again or behind a later one. They were read as rows of their own.
    pub(crate) fn displaced(&self) -> &[u64] {
        &self.displaced
    }

    /// What the end of the file has cut, in words.
    pub(crate) fn cut(&self) -> Option<&str> {
        self.cut.as_deref()
    }

    /// Whether a column holds whole numbers that may be days.
    pub(crate) fn has_serials(&self, column: usize) -> bool {
        let mut begin = 0;
        self.cells.iter().any(|cell| {
            let text = self.bytes.get(begin..cell.text_end).unwrap_or_default();
            begin = cell.text_end;
            cell.column == column && cell.kind != CellKind::Text && serial(text).is_some()
        })
    }

    /// From now on whole numbers in these columns are days of the workbook's calendar.
    pub(crate) fn read_serials(&mut self, columns: Vec<usize>) {
        self.serials = columns;
    }

    /// From now on numbers in these columns have so many decimals at most.
    pub(crate) fn round(&mut self, columns: Vec<usize>, decimals: u8) {
        self.amounts = Some((columns, decimals));
    }

    /// Of the amounts in these columns below a row those that have more decimals, or were rounded already.
    pub(crate) fn rounded(&self, columns: &[usize], decimals: Option<u8>, below: u64) -> Option<RoundedAmounts> {
        let mut found: Option<RoundedAmounts> = None;
        let (mut cell, mut begin) = (0, 0);
        for &(row, end) in &self.rows {
            for held in self.cells.get(cell..end).unwrap_or_default() {
                let text = self.bytes.get(begin..held.text_end).unwrap_or_default();
                begin = held.text_end;
                if held.kind == CellKind::Text || row <= below || !columns.contains(&held.column) {
                    continue;
                }
                let text = std::str::from_utf8(text).unwrap_or_default();
                let shorter = decimals.and_then(|decimals| shorter(text, decimals));
                if shorter.is_none() && held.kind != CellKind::Rounded {
                    continue;
                }
                let found = found.get_or_insert_with(|| RoundedAmounts {
                    count: 0,
                    first: (row, held.column),
                    from: text.to_owned(),
                    to: shorter.unwrap_or_else(|| text.to_owned()),
                });
                found.count += 1;
            }
            cell = end;
        }
        found
    }

    /// The texts of a column.
    pub(crate) fn texts(&self, column: usize) -> impl Iterator<Item = &[u8]> {
        let mut begin = 0;
        self.cells.iter().filter_map(move |cell| {
            let text = self.bytes.get(begin..cell.text_end);
            begin = cell.text_end;
            text.filter(|_| cell.column == column)
        })
    }

    /// The charset of its file, where that is text, and how many texts were no characters of it.
    pub(crate) fn charset(&self) -> Option<&(String, u64)> {
        self.charset.as_ref()
    }

    /// What of the sheet a person does not see.
    pub(crate) fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    fn amount(&self, column: usize, text: &[u8]) -> Option<String> {
        let (columns, decimals) = self.amounts.as_ref()?;
        let text = std::str::from_utf8(text).ok()?;
        columns.contains(&column).then(|| shorter(text, *decimals))?
    }

    fn serial_day(&self, column: usize, text: &[u8]) -> Option<String> {
        let number = self.serials.contains(&column).then(|| serial(text))??;
        day(f64::from(number), self.is_1904)
    }

    /// No cell holds anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// A number with so many decimals, if it has more.
fn shorter(text: &str, most: u8) -> Option<String> {
    if decimals(text) <= usize::from(most) {
        return None;
    }
    rounded(text, most).map(|number| number.text)
}

/// The number of a day, if a text is one.
fn serial(text: &[u8]) -> Option<u32> {
    let number = std::str::from_utf8(text).ok()?.parse().ok()?;
    SERIALS.contains(&number).then_some(number)
}

/// Fills a sheet cell by cell, in the order of the file.
pub(super) struct Builder {
    sheet: Sheet,
    row: u64,
}

impl Builder {
    pub(super) fn new(name: String, is_1904: bool) -> Self {
        Self {
            sheet: Sheet {
                name,
                is_1904,
                ..Sheet::default()
            },
            row: 0,
        }
    }

    /// One cell, its place from 0; false if the sheet is beyond the limits. Where cells do not come in order a row of its own
    /// begins, which is told: no program writes them so.
    pub(super) fn push(&mut self, row: u32, column: u32, text: &str, kind: CellKind) -> bool {
        let sheet = &mut self.sheet;
        let Ok(column) = usize::try_from(column) else {
            return false;
        };
        if text.is_empty() || column >= MAX_COLUMNS {
            return true;
        }
        let number = u64::from(row) + 1;
        let goes_back = number == self.row && sheet.cells.last().is_some_and(|last| last.column >= column);
        if (number < self.row || goes_back) && sheet.displaced.len() < MAX_DISPLACED {
            sheet.displaced.push(number);
        }
        if number != self.row || goes_back || sheet.rows.is_empty() {
            sheet.rows.push((number, sheet.cells.len()));
            self.row = number;
        }
        sheet.bytes.extend_from_slice(text.as_bytes());
        sheet.cells.push(Cell {
            column,
            text_end: sheet.bytes.len(),
            kind,
        });
        if let Some((_, end)) = sheet.rows.last_mut() {
            *end = sheet.cells.len();
        }
        sheet.cells.len() <= MAX_SHEET_CELLS && sheet.bytes.len() <= MAX_SHEET_TEXT_BYTES
    }

    /// What of the sheet a person does not see.
    pub(super) fn hidden(&mut self) -> &mut Hidden {
        &mut self.sheet.hidden
    }

    pub(super) fn finish(mut self) -> Sheet {
        let sheet = &mut self.sheet;
        let rows = sheet.rows.iter().map(|(number, _)| *number);
        let columns = sheet.cells.iter().map(|cell| cell.column);
        sheet.hidden.keep_filled(rows, columns);
        self.sheet
    }
}

/// A pass over a sheet.
pub(crate) struct SheetRows<'a> {
    sheet: &'a Sheet,
    next: usize,
    cell: usize,
    byte: usize,
}

impl SheetRows<'_> {
    /// Fills `row` with the next row that holds something; false at the end.
    pub(crate) fn read(&mut self, row: &mut Row) -> bool {
        row.clear();
        let Some(&(number, end)) = self.sheet.rows.get(self.next) else {
            return false;
        };
        row.line = number;
        for &Cell { column, text_end, kind } in self.sheet.cells.get(self.cell..end).unwrap_or_default() {
            while row.len() < column {
                row.push(b"");
            }
            let text = self.sheet.bytes.get(self.byte..text_end).unwrap_or_default();
            if kind == CellKind::Text {
                row.push(text);
            } else if let Some(day) = self.sheet.serial_day(column, text) {
                row.push(day.as_bytes());
            } else {
                match self.sheet.amount(column, text) {
                    Some(amount) => row.push(amount.as_bytes()),
                    None => row.push(text),
                }
                row.last_is_number();
            }
            self.byte = text_end;
        }
        self.cell = end;
        self.next += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_in_their_columns() {
        let mut builder = Builder::new("a".into(), false);
        for (row, column, text) in [
            (0, 1, "b1"),
            (0, 3, "d1"),
            (4, 0, "a5"),
            (4, 0, "twice"),
            (2, 0, "late"),
        ] {
            assert!(builder.push(row, column, text, CellKind::Text));
        }
        let sheet = builder.finish();
        let mut rows = sheet.rows();
        let mut row = Row::default();
        assert!(rows.read(&mut row));
        assert_eq!(
            (row.line, row.cells().collect::<Vec<_>>()),
            (1, vec![b"".as_slice(), b"b1", b"", b"d1"])
        );
        assert!(rows.read(&mut row));
        assert_eq!((row.line, row.cells().collect::<Vec<_>>()), (5, vec![b"a5".as_slice()]));
        // What stands again or goes back is a row of its own, and told.
        for (line, text) in [(5, b"twice".as_slice()), (3, b"late")] {
            assert!(rows.read(&mut row));
            assert_eq!((row.line, row.cell(0)), (line, text));
        }
        assert!(!rows.read(&mut row));
        assert_eq!(sheet.displaced(), [5, 3]);
    }

    #[test]
    fn whole_numbers_in_columns_of_days_are_days_of_the_calendar() {
        for (is_1904, day) in [(false, "2024-06-03"), (true, "2028-06-04")] {
            let mut builder = Builder::new("a".into(), is_1904);
            assert!(builder.push(1, 0, "45446", CellKind::Number));
            assert!(builder.push(1, 1, "45446", CellKind::Number));
            assert!(builder.push(2, 0, "45446", CellKind::Text));
            assert!(builder.push(3, 0, "1.5", CellKind::Number));
            let mut sheet = builder.finish();
            assert!(sheet.has_serials(0) && sheet.has_serials(1) && !sheet.has_serials(2));
            sheet.read_serials(vec![0]);
            let (mut rows, mut row) = (sheet.rows(), Row::default());
            let mut read = Vec::new();
            while rows.read(&mut row) {
                read.extend(row.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()));
            }
            assert_eq!(read, [day, "45446", "45446", "1.5"]);
        }
    }
}

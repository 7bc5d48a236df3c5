//! The cells of one sheet, held as text in one piece of memory.

use crate::limits::{MAX_COLUMNS, MAX_SHEET_CELLS, MAX_SHEET_TEXT_BYTES};
use crate::row::Row;

/// The cells of one sheet, as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// Name of the sheet.
    pub(crate) name: String,
    bytes: Vec<u8>,
    cells: Vec<Cell>,
    /// Row number from 1, and end of its cells in `cells`.
    rows: Vec<(u64, usize)>,
}

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

    /// No cell holds anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Fills a sheet cell by cell, in the order of the file.
pub(super) struct Builder {
    sheet: Sheet,
    row: u64,
}

impl Builder {
    pub(super) fn new(name: String) -> Self {
        Self {
            sheet: Sheet {
                name,
                ..Sheet::default()
            },
            row: 0,
        }
    }

    /// One cell, its place from 0; false if the sheet is beyond the limits. Cells that do not come in order are dropped:
    /// no program writes them so.
    pub(super) fn push(&mut self, row: u32, column: u32, text: &str, kind: CellKind) -> bool {
        let sheet = &mut self.sheet;
        let Ok(column) = usize::try_from(column) else {
            return false;
        };
        if text.is_empty() || column >= MAX_COLUMNS {
            return true;
        }
        let number = u64::from(row) + 1;
        if number < self.row {
            return true;
        }
        if number > self.row || sheet.rows.is_empty() {
            sheet.rows.push((number, sheet.cells.len()));
            self.row = number;
        } else if sheet.cells.last().is_some_and(|last| last.column >= column) {
            return true;
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

    pub(super) fn finish(self) -> Sheet {
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
            row.push(self.sheet.bytes.get(self.byte..text_end).unwrap_or_default());
            if kind == CellKind::Number {
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
        let mut builder = Builder::new("a".into());
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
        assert!(!rows.read(&mut row));
    }
}

//! Sheets of a workbook as rows of text.

use crate::row::Row;
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Problem};

/// Whether a file begins like a workbook: a zip archive, or the container of old spreadsheets.
pub fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// Every sheet of a workbook that holds something.
pub(crate) fn sheets(_input: &mut dyn Input) -> io::Result<Result<Vec<Sheet>, Problem>> {
    Ok(Err(Problem::of_file(Code::UnknownFormat, "workbooks are not read yet")))
}

/// The cells of one sheet, as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// Name of the sheet.
    pub(crate) name: String,
    bytes: Vec<u8>,
    /// Column and end of the text in `bytes`; it begins where the one before ends.
    cells: Vec<(u32, usize)>,
    /// Row number from 1, and end of its cells in `cells`.
    rows: Vec<(u64, usize)>,
}

impl Sheet {
    /// Rows from the first.
    pub(crate) fn rows(&self) -> SheetRows<'_> {
        SheetRows { sheet: self, next: 0, cell: 0, byte: 0 }
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
        let Some(&(number, end)) = self.sheet.rows.get(self.next) else { return false };
        row.line = number;
        for &(column, text_end) in self.sheet.cells.get(self.cell..end).unwrap_or_default() {
            while u32::try_from(row.len()).is_ok_and(|len| len < column) {
                row.push(b"");
            }
            row.push(self.sheet.bytes.get(self.byte..text_end).unwrap_or_default());
            self.byte = text_end;
        }
        self.cell = end;
        self.next += 1;
        true
    }
}

//! One row of cells, in memory that is used again for the next.

use crate::amounts::DecimalMark;

/// A row of a table: the bytes of its cells, without quotes and delimiters. Readers fill the same `Row` again and again.
#[derive(Debug, Clone, Default)]
pub struct Row {
    bytes: Vec<u8>,
    cells: Vec<(usize, usize)>,
    /// Cells whose quotes are still doubled.
    doubled: Vec<usize>,
    /// Columns whose cells are numbers of a workbook, not text.
    numbers: Vec<usize>,
    /// A quoted cell holds line ends.
    pub(crate) spans_lines: bool,
    /// Number of its first line in the file (for spreadsheets: of the row), from 1.
    pub line: u64,
    /// Byte range in the file, its line end included; `(0, 0)` for spreadsheets.
    pub source: (u64, u64),
    /// What was odd about it.
    pub flaw: Option<Flaw>,
}

/// What was odd about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A quote was opened and not closed properly; its line was read as if the quote were a letter.
    LostQuote,
    /// The row was longer than [`MAX_ROW_BYTES`](crate::limits::MAX_ROW_BYTES); only its beginning is here.
    TooLong,
    /// The row had more than [`MAX_COLUMNS`](crate::limits::MAX_COLUMNS) cells; the further ones were dropped.
    TooWide,
}

impl Row {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// No cells at all.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cell of a column, from 0, blanks around it taken off; empty if the row is shorter.
    pub fn cell(&self, column: usize) -> &[u8] {
        self.cells
            .get(column)
            .and_then(|&(start, end)| self.bytes.get(start..end))
            .map_or(&[], trim)
    }

    /// All cells in order, blanks taken off.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.iter().map(|&(start, end)| trim(self.bytes.get(start..end).unwrap_or_default()))
    }

    /// Whether every cell is empty or blank.
    pub fn is_blank(&self) -> bool {
        self.cells().all(<[u8]>::is_empty)
    }

    /// Number of cells that are not blank.
    pub fn filled(&self) -> usize {
        self.cells().filter(|cell| !cell.is_empty()).count()
    }

    /// Memory that its content takes, roughly.
    pub(crate) fn bytes_held(&self) -> usize {
        self.bytes.len() + self.cells.len() * size_of::<(usize, usize)>()
    }

    /// Empties the row and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.cells.clear();
        self.doubled.clear();
        self.numbers.clear();
        self.spans_lines = false;
        self.line = 0;
        self.source = (0, 0);
        self.flaw = None;
    }

    /// The decimal mark of a cell in a column whose texts have this mark: numbers of a workbook always have a point.
    pub fn mark(&self, column: usize, of_texts: DecimalMark) -> DecimalMark {
        if self.is_number(column) { DecimalMark::Point } else { of_texts }
    }

    /// Whether the cell is a number of a workbook, not text.
    pub fn is_number(&self, column: usize) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&column)
    }

    /// Says that the cell appended last is a number of a workbook.
    pub(crate) fn last_is_number(&mut self) {
        self.numbers.push(self.cells.len().saturating_sub(1));
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, cell: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(cell);
        self.cells.push((start, self.bytes.len()));
    }

    /// Appends a cell that is a range of the bytes that [`Row::set_bytes`] will bring; `doubled` if quotes in it are.
    pub(crate) fn push_range(&mut self, start: usize, end: usize, doubled: bool) {
        if doubled {
            self.doubled.push(self.cells.len());
        }
        self.cells.push((start, end));
    }

    /// The record to whose ranges [`Row::push_range`] refers.
    pub(crate) fn set_bytes(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
    }

    /// Makes single quotes of doubled ones, where there are any.
    pub(crate) fn finish_escapes(&mut self, quote: u8) {
        while let Some(cell) = self.doubled.pop() {
            let Some(range) = self.cells.get_mut(cell) else { continue };
            let start = self.bytes.len();
            let mut first_of_pair = false;
            for at in range.0..range.1 {
                let Some(&byte) = self.bytes.get(at) else { break };
                first_of_pair = byte == quote && !first_of_pair;
                if !first_of_pair {
                    self.bytes.push(byte);
                }
            }
            *range = (start, self.bytes.len());
        }
    }
}

/// Blanks, NUL padding and the end-of-file mark of old systems are no content; no-break spaces are not ASCII and stay.
fn trim(cell: &[u8]) -> &[u8] {
    let mut cell = cell;
    while let [0 | b' ' | b'\t' | b'\r' | b'\n' | 0x1A, rest @ ..] = cell {
        cell = rest;
    }
    while let [rest @ .., 0 | b' ' | b'\t' | b'\r' | b'\n' | 0x1A] = cell {
        cell = rest;
    }
    cell
}

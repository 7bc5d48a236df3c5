//! One row of cells, in memory that is used again for the next.

use crate::amounts::DecimalMark;
use crate::records::Piece;
use std::sync::Arc;

/// A row of a table: the bytes of its cells, without quotes and delimiters. Readers fill the same `Row` again and again.
///
/// A row of delimited text refers to the piece of the file that was read with it, so that no byte is copied.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The piece of the file in which the cells stand.
    piece: Arc<Piece>,
    /// Cells that stand nowhere in the file as they are: without doubled quotes, or of a workbook.
    own: Vec<u8>,
    /// Ranges in `piece`, blanks around them left out; those beyond its end are ranges in `own`.
    cells: Vec<(usize, usize)>,
    /// Cells whose quotes are still doubled.
    doubled: Vec<usize>,
    /// Columns whose cells are numbers of a workbook, not text.
    numbers: Vec<usize>,
    /// A quoted cell holds line ends.
    pub(crate) spans_lines: bool,
    /// The file ends in it, without a line end.
    pub is_unended: bool,
    /// It fills more cells than the table has columns, so that they are not in theirs: they were taken away.
    pub is_ragged: bool,
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
    /// A cell holds a NUL, which no text does. It stays in the cell: what was there is not known.
    Nul,
}

impl Row {
    /// A row of some texts.
    #[cfg(test)]
    pub(crate) fn of(cells: &[&str]) -> Self {
        let mut row = Self::default();
        for cell in cells {
            row.push(cell.as_bytes());
        }
        row
    }

    /// Takes its cells away; its place in the file stays.
    pub(crate) fn blank(&mut self) {
        self.own.clear();
        self.cells.clear();
        self.doubled.clear();
        self.numbers.clear();
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// No cells at all.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cell of a column, from 0, blanks around it left out; empty if the row is shorter.
    #[inline]
    pub fn cell(&self, column: usize) -> &[u8] {
        self.cells.get(column).map_or(&[], |range| self.bytes(*range))
    }

    /// The cell of a column as text, where it stands in a piece of the file that is UTF-8; else decode [`Row::cell`].
    #[inline]
    pub fn text(&self, column: usize) -> Option<&str> {
        let &(start, end) = self.cells.get(column)?;
        self.piece.text(start..end)
    }

    /// Whether the piece of the file in which it stands is ASCII: then [`Row::text`] gives no other character.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.piece.is_ascii()
    }

    /// All cells in order, blanks taken off.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.iter().map(|range| self.bytes(*range))
    }

    /// Whether every cell is empty or blank.
    pub fn is_blank(&self) -> bool {
        self.cells().all(<[u8]>::is_empty)
    }

    /// Number of cells that are not blank.
    pub fn filled(&self) -> usize {
        self.cells().filter(|cell| !cell.is_empty()).count()
    }

    #[inline]
    fn bytes(&self, (start, end): (usize, usize)) -> &[u8] {
        match self.piece.get(start..end) {
            Some(bytes) => bytes,
            None => start
                .checked_sub(self.piece.len())
                .zip(end.checked_sub(self.piece.len()))
                .and_then(|(start, end)| self.own.get(start..end))
                .unwrap_or_default(),
        }
    }

    /// Bytes of all cells, and of their places.
    pub(crate) fn bytes_held(&self) -> usize {
        self.cells().map(<[u8]>::len).sum::<usize>() + self.cells.len() * size_of::<(usize, usize)>()
    }

    /// Empties the row and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.own.clear();
        self.cells.clear();
        self.doubled.clear();
        self.numbers.clear();
        self.spans_lines = false;
        self.is_unended = false;
        self.is_ragged = false;
        self.line = 0;
        self.source = (0, 0);
        self.flaw = None;
    }

    /// The decimal mark of a cell in a column whose texts have this mark: numbers of a workbook always have a point.
    pub fn mark(&self, column: usize, of_texts: DecimalMark) -> DecimalMark {
        if self.is_number(column) {
            DecimalMark::Point
        } else {
            of_texts
        }
    }

    /// Whether the cell is a number of a workbook, not text.
    pub fn is_number(&self, column: usize) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&column)
    }

    /// Says that the cell appended last is a number of a workbook.
    pub(crate) fn last_is_number(&mut self) {
        self.numbers.push(self.cells.len().saturating_sub(1));
    }

    /// Appends a cell that stands in no file.
    pub(crate) fn push(&mut self, cell: &[u8]) {
        let cell = trim(cell);
        let start = self.piece.len() + self.own.len();
        self.own.extend_from_slice(cell);
        self.cells.push((start, start + cell.len()));
    }

    /// Gives the row so many cells, the further ones blank.
    pub(crate) fn widen(&mut self, width: usize) {
        while self.cells.len() < width {
            self.push(b"");
        }
    }

    /// Puts into a cell what another one holds, if the row has both.
    pub(crate) fn take_over(&mut self, column: usize, from: usize) {
        let Some(range) = self.cells.get(from).copied() else {
            return;
        };
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = range;
        }
        if self.is_number(from) && !self.is_number(column) {
            self.numbers.push(column);
        }
    }

    /// Puts other bytes into a cell, if the row has it.
    pub(crate) fn replace(&mut self, column: usize, bytes: &[u8]) {
        let bytes = trim(bytes);
        let start = self.piece.len() + self.own.len();
        if let Some(range) = self.cells.get_mut(column) {
            *range = (start, start + bytes.len());
            self.own.extend_from_slice(bytes);
        }
    }

    /// Appends a cell that stands in a range of the piece, whose bytes are `text`; `doubled` if quotes in it are.
    #[inline]
    pub(crate) fn push_range(&mut self, text: &[u8], start: usize, doubled: bool) {
        if doubled {
            self.doubled.push(self.cells.len());
        }
        let range = match text {
            // Nearly every cell begins and ends printed.
            [first, .., last] if *first > b' ' && *last > b' ' => (start, start + text.len()),
            _ => {
                let cell = trim_start(text);
                let start = start + (text.len() - cell.len());
                (start, start + trim_end(cell).len())
            }
        };
        self.cells.push(range);
    }

    /// The piece of the file to whose ranges [`Row::push_range`] refers.
    #[inline]
    pub(crate) fn hold(&mut self, piece: &Arc<Piece>) {
        if !Arc::ptr_eq(&self.piece, piece) {
            self.piece = Arc::clone(piece);
        }
    }

    /// Lets go of the piece of the file.
    pub(crate) fn release(&mut self, nothing: &Arc<Piece>) {
        self.clear();
        self.piece = Arc::clone(nothing);
    }

    /// Makes single quotes of doubled ones, where there are any; after [`Row::hold`].
    pub(crate) fn finish_escapes(&mut self, quote: u8) {
        while let Some(cell) = self.doubled.pop() {
            let Some(range) = self.cells.get_mut(cell) else {
                continue;
            };
            let start = self.own.len();
            let mut first_of_pair = false;
            for &byte in self.piece.get(range.0..range.1).unwrap_or_default() {
                first_of_pair = byte == quote && !first_of_pair;
                if !first_of_pair {
                    self.own.push(byte);
                }
            }
            *range = (self.piece.len() + start, self.piece.len() + self.own.len());
        }
    }
}

/// Whether two cells are equal; for the short cells that are compared on every row this is faster than a call.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (
        a.first_chunk::<8>(),
        b.first_chunk::<8>(),
        a.last_chunk::<8>(),
        b.last_chunk::<8>(),
    ) {
        (Some(a_first), Some(b_first), Some(a_last), Some(b_last)) if a.len() <= 16 => {
            let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
            word(a_first) == word(b_first) && word(a_last) == word(b_last)
        }
        (None, ..) => a.iter().zip(b).all(|(a, b)| a == b),
        _ => a == b,
    }
}

/// Blanks, NUL padding and the end-of-file mark of old systems are no content; no-break spaces are not ASCII and stay.
#[inline]
fn trim(cell: &[u8]) -> &[u8] {
    trim_end(trim_start(cell))
}

#[inline]
fn trim_end(cell: &[u8]) -> &[u8] {
    let mut cell = cell;
    while let [rest @ .., 0 | b' ' | b'\t' | b'\r' | b'\n' | 0x1A] = cell {
        cell = rest;
    }
    cell
}

#[inline]
fn trim_start(cell: &[u8]) -> &[u8] {
    let mut cell = cell;
    while let [0 | b' ' | b'\t' | b'\r' | b'\n' | 0x1A, rest @ ..] = cell {
        cell = rest;
    }
    cell
}

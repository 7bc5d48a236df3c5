//! Records of delimited text: fields between delimiters, quotes around them, line ends inside quotes.
//!
//! This is where reading large files spends its time, so the scan jumps from mark to mark (`memchr`), copies each record
//! once and never allocates. What banks get wrong is tolerated at the record where it stands: a quote that is opened and
//! never closed properly costs its own line, not the rest of the file.

mod marks;
mod piece;

use crate::limits::{MAX_COLUMNS, MAX_ROW_BYTES};
use crate::row::{Flaw, Row};
use marks::Marks;
use memchr::{memchr, memchr_iter};
pub(crate) use piece::Piece;
use std::io::{self, Read};
use std::sync::Arc;

const CHUNK: usize = 128 * 1024;
const FIRST_CHUNK: usize = 16 * 1024;
/// Lines that one quoted field may span before its quote counts as lost.
const MAX_FIELD_LINES: usize = 200;
/// After so many lost quotes in one file no quoted field spans lines any more; keeps hostile files linear.
const MAX_LOST_QUOTES: u32 = 100;

/// How a delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields that hold delimiters.
    pub quote: u8,
    /// The byte that ends a line: `\n` (a `\r` before it is a blank), or `\r` in files of old systems.
    pub line_end: u8,
}

/// Reads records from a stream through one buffer of at most about twice [`MAX_ROW_BYTES`].
pub struct Records<R> {
    reader: R,
    dialect: Dialect,
    /// The piece of the file at hand. Rows refer to it; a row that is kept keeps it, and the next piece is another one.
    piece: Arc<Piece>,
    nothing: Arc<Piece>,
    /// The beginning of a character whose rest is in the next piece.
    tail: Vec<u8>,
    marks: Marks,
    start: usize,
    end: usize,
    ended: bool,
    lines: u64,
    offset: u64,
    lost_quotes: u32,
    /// The piece at hand holds NULs.
    nuls: bool,
}

/// Where a scan over the bytes held came to.
enum Scan {
    /// A record that ends here, its line end included.
    Record(usize),
    /// The record does not end within the bytes.
    Open,
}

/// Where a quoted field ends.
enum Close {
    /// At the quote; doubled quotes inside or not, line ends inside or not.
    At { at: usize, doubled: bool, spans: bool },
    /// Not within the bytes held.
    Open,
    /// Not at all: the opening quote is a letter.
    Lost,
}

impl<R: Read> Records<R> {
    /// Records of `reader`, from its present position.
    pub fn new(reader: R, dialect: Dialect) -> Self {
        Self {
            reader,
            dialect,
            piece: Arc::default(),
            nothing: Arc::default(),
            tail: Vec::new(),
            marks: Marks::new([dialect.delimiter, dialect.quote, dialect.line_end]),
            start: 0,
            end: 0,
            ended: false,
            lines: 0,
            offset: 0,
            lost_quotes: 0,
            nuls: false,
        }
    }

    /// Fills `row` with the next record; false at the end. Blank lines are records of one empty cell.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            row.clear();
            if self.start < self.end {
                match self.scan(row, self.end, self.ended, self.lost_quotes < MAX_LOST_QUOTES) {
                    Scan::Record(end) => {
                        self.give(row, end);
                        return Ok(true);
                    }
                    Scan::Open if self.end - self.start >= MAX_ROW_BYTES => return self.cut(row).map(|()| true),
                    Scan::Open => {}
                }
            } else if self.ended {
                return Ok(false);
            }
            self.fill(row)?;
        }
    }

    fn scan(&mut self, row: &mut Row, end: usize, complete: bool, spanning: bool) -> Scan {
        let text = self.piece.get(..end).unwrap_or_default();
        let mut scanner = Scanner {
            text,
            marks: &mut self.marks,
            dialect: self.dialect,
            complete,
            spanning,
        };
        scanner.record(row, self.start)
    }

    /// The record ends at `end`, its line end included.
    #[inline]
    fn give(&mut self, row: &mut Row, end: usize) {
        row.hold(&self.piece);
        row.finish_escapes(self.dialect.quote);
        row.line = self.lines + 1;
        self.lines += 1;
        if row.spans_lines {
            let record = self.piece.get(self.start..end).unwrap_or_default();
            let inner = record.strip_suffix(&[self.dialect.line_end]).unwrap_or(record);
            self.lines += u64::try_from(memchr_iter(self.dialect.line_end, inner).count()).unwrap_or(0);
        }
        if row.flaw == Some(Flaw::LostQuote) {
            self.lost_quotes += 1;
        }
        // Behind the text NULs are padding, which is taken off the cells.
        if self.nuls && row.flaw.is_none() && row.cells().any(|cell| memchr(0, cell).is_some()) {
            row.flaw = Some(Flaw::Nul);
        }
        let begin = self.offset;
        self.offset += u64::try_from(end - self.start).unwrap_or(0);
        row.source = (begin, self.offset);
        self.start = end;
    }

    /// The record is longer than the limit: gives its beginning and drops what follows up to the line's end.
    fn cut(&mut self, row: &mut Row) -> io::Result<()> {
        row.clear();
        self.marks.seek(self.start);
        // Without spanning quotes and with an end the scan always gives a record.
        let Scan::Record(end) = self.scan(row, self.start + MAX_ROW_BYTES, true, false) else {
            return Ok(());
        };
        let whole = self.piece.byte(end.saturating_sub(1)) == Some(&self.dialect.line_end);
        row.flaw = if whole { Some(Flaw::LostQuote) } else { row.flaw };
        self.give(row, end);
        if whole {
            return Ok(());
        }
        // The rest is read past; the row keeps its own beginning.
        row.flaw = Some(Flaw::TooLong);
        let mut spare = Row::default();
        loop {
            let held = self.piece.get(self.start..self.end).unwrap_or_default();
            let found = memchr(self.dialect.line_end, held);
            let advance = found.map_or(held.len(), |at| at + 1);
            self.start += advance;
            self.offset += u64::try_from(advance).unwrap_or(0);
            if found.is_some() || self.ended {
                row.source.1 = self.offset;
                self.marks.seek(self.start);
                return Ok(());
            }
            self.fill(&mut spare)?;
        }
    }

    /// Reads until the free part of the buffer is full, so that a long record is not scanned once per small read.
    fn fill(&mut self, row: &mut Row) -> io::Result<()> {
        row.release(&self.nothing);
        let left = self.end - self.start;
        let size = match (left, self.offset) {
            // Most files are small.
            (0, 0) => FIRST_CHUNK,
            _ if left < CHUNK / 2 => CHUNK,
            _ => left * 2,
        };
        let mut buffer = match Arc::get_mut(&mut self.piece) {
            Some(piece) => {
                let mut buffer = std::mem::take(piece).into_bytes();
                buffer.copy_within(self.start..self.end, 0);
                buffer
            }
            // A row that someone keeps refers to the piece.
            None => self.piece.get(self.start..self.end).unwrap_or_default().to_vec(),
        };
        // What is behind is read over: only bytes that were not there before need a value first.
        let mut filled = left + self.tail.len();
        buffer.resize(size.max(filled), 0);
        for (free, byte) in buffer.iter_mut().skip(left).zip(self.tail.drain(..)) {
            *free = byte;
        }
        while filled < size {
            let free = buffer.get_mut(filled..).unwrap_or_default();
            match self.reader.read(free) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer.truncate(filled);
        self.nuls = memchr(0, &buffer).is_some();
        let piece = Piece::new(buffer, &mut self.tail, self.ended);
        (self.start, self.end) = (0, piece.len());
        self.piece = Arc::new(piece);
        self.marks.seek(0);
        Ok(())
    }
}

/// Scans one record.
struct Scanner<'a> {
    /// The bytes held, from the beginning of the piece.
    text: &'a [u8],
    marks: &'a mut Marks,
    dialect: Dialect,
    /// Nothing follows the bytes held.
    complete: bool,
    /// Quoted fields may span lines.
    spanning: bool,
}

impl Scanner<'_> {
    /// The record that begins at `start`; the marks stand there.
    #[inline]
    fn record(&mut self, row: &mut Row, start: usize) -> Scan {
        let Dialect {
            delimiter,
            quote,
            line_end,
        } = self.dialect;
        let mut field = start;
        // A quote before here is a letter.
        let mut literal = start;
        loop {
            let Some(at) = self.marks.next(self.text) else {
                if !self.complete {
                    return Scan::Open;
                }
                push(row, self.text, (field, self.text.len()), false);
                row.is_unended = true;
                return Scan::Record(self.text.len());
            };
            match self.text.get(at) {
                Some(byte) if *byte == delimiter => {
                    push(row, self.text, (field, at), false);
                    field = at + 1;
                }
                Some(byte) if *byte == line_end => {
                    push(row, self.text, (field, at), false);
                    return Scan::Record(at + 1);
                }
                Some(byte) if *byte == quote && at >= literal && self.only_blanks(field, at) => {
                    match self.close(at + 1) {
                        Close::Open => return Scan::Open,
                        Close::Lost => {
                            row.flaw = Some(Flaw::LostQuote);
                            literal = at + 1;
                            self.marks.seek(at + 1);
                        }
                        // Another quote, further down, is no end of this field if whole rows lie between.
                        Close::At {
                            at: close, spans: true, ..
                        } if self.swallows(start, at + 1, close) => {
                            row.flaw = Some(Flaw::LostQuote);
                            literal = at + 1;
                            self.marks.seek(at + 1);
                        }
                        Close::At {
                            at: close,
                            doubled,
                            spans,
                        } => {
                            row.spans_lines |= spans;
                            push(row, self.text, (at + 1, close), doubled);
                            // Behind the quote stand only blanks: `close` saw to that.
                            match self.marks.next(self.text) {
                                Some(end) if self.text.get(end) == Some(&line_end) => return Scan::Record(end + 1),
                                Some(end) => field = end + 1,
                                None if self.complete => {
                                    row.is_unended = true;
                                    return Scan::Record(self.text.len());
                                }
                                None => return Scan::Open,
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether lines within a quoted field begin like its own row does: with a date or number of the same form and a
    /// delimiter.
    fn swallows(&self, start: usize, open: usize, close: usize) -> bool {
        let Dialect {
            delimiter, line_end, ..
        } = self.dialect;
        let row = self.text.get(start..open).unwrap_or_default();
        let Some(first) = row
            .split(|byte| *byte == delimiter)
            .next()
            .filter(|first| first.len() + 1 < row.len())
        else {
            return false;
        };
        if first.iter().filter(|byte| byte.is_ascii_digit()).count() < 4 {
            return false;
        }
        let form = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
        let inner = self.text.get(open..close).unwrap_or_default();
        inner.split(|byte| *byte == line_end).skip(1).any(|line| {
            let cell = line.get(..first.len()).unwrap_or_default();
            line.get(first.len()) == Some(&delimiter) && cell.iter().zip(first).all(|(a, b)| form(*a) == form(*b))
        })
    }

    #[inline]
    fn only_blanks(&self, from: usize, to: usize) -> bool {
        from == to || self.text.get(from..to).unwrap_or_default().iter().all(|b| *b == b' ')
    }

    /// Finds the quote that closes the field whose text begins at `open`: one that is not doubled, with a delimiter, a
    /// line end or nothing behind it. Other quotes belong to the text, unless lines lie between: then the opening one
    /// was lost.
    fn close(&mut self, open: usize) -> Close {
        let Dialect {
            delimiter,
            quote,
            line_end,
        } = self.dialect;
        let mut doubled = false;
        let mut lines = 0;
        loop {
            let Some(at) = self.marks.next(self.text) else {
                return if !self.complete && self.text.len() - open < MAX_ROW_BYTES {
                    Close::Open
                } else {
                    Close::Lost
                };
            };
            let byte = self.text.get(at);
            if byte == Some(&line_end) {
                lines += 1;
                if lines > MAX_FIELD_LINES || !self.spanning {
                    return Close::Lost;
                }
            }
            if byte != Some(&quote) {
                continue;
            }
            let behind = self.text.get(at + 1..).unwrap_or_default();
            match behind.first() {
                Some(next) if *next == delimiter || *next == line_end => {
                    return Close::At {
                        at,
                        doubled,
                        spans: lines > 0,
                    };
                }
                Some(next) if *next == quote => {
                    doubled = true;
                    self.marks.next(self.text);
                    continue;
                }
                _ => {}
            }
            let blanks = behind
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\r') && **b != delimiter)
                .count();
            match behind.get(blanks) {
                Some(byte) if *byte == delimiter || *byte == line_end => {
                    return Close::At {
                        at,
                        doubled,
                        spans: lines > 0,
                    };
                }
                None if self.complete => {
                    return Close::At {
                        at,
                        doubled,
                        spans: lines > 0,
                    };
                }
                None => return Close::Open,
                Some(_) if lines > 0 => return Close::Lost,
                Some(_) => {}
            }
        }
    }
}

#[inline]
fn push(row: &mut Row, text: &[u8], (start, end): (usize, usize), doubled: bool) {
    if row.len() < MAX_COLUMNS {
        row.push_range(text.get(start..end).unwrap_or_default(), start, doubled);
    } else {
        row.flaw = Some(Flaw::TooWide);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect {
        delimiter: b',',
        quote: b'"',
        line_end: b'\n',
    };

    fn records(text: &[u8], dialect: Dialect) -> Vec<(Vec<String>, u64)> {
        let mut records = Records::new(text, dialect);
        let mut row = Row::default();
        let mut all = Vec::new();
        while records.read(&mut row).unwrap() {
            all.push((
                row.cells().map(|c| String::from_utf8_lossy(c).into_owned()).collect(),
                row.line,
            ));
        }
        all
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text.as_bytes(), COMMA)
            .into_iter()
            .map(|(cells, _)| cells)
            .collect()
    }

    #[test]
    fn fields_quotes_and_lines() {
        for (text, expected) in [
            ("a,b\r\nc,d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,,\n", vec![vec!["a", "", ""]]),
            ("\"a,b\",\"c \"\"d\"\"\"\n", vec![vec!["a,b", "c \"d\""]]),
            ("a, \"b,c\" ,d\n", vec![vec!["a", "b,c", "d"]]),
            ("\"one\ntwo\",x\ny", vec![vec!["one\ntwo", "x"], vec!["y"]]),
            ("\"\",\"\"\n", vec![vec!["", ""]]),
            ("\"say \"hi\" to\",x\n", vec![vec!["say \"hi\" to", "x"]]),
            ("a,\"b", vec![vec!["a", "\"b"]]),
            (
                "a,\"b\nc,\"d\"\ne,f",
                vec![vec!["a", "\"b"], vec!["c", "d"], vec!["e", "f"]],
            ),
            ("lost\",\"b\"\n", vec![vec!["lost\"", "b"]]),
            ("", vec![]),
            ("\n\na", vec![vec![""], vec![""], vec!["a"]]),
        ] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_through_quoted_ones() {
        let lines: Vec<u64> = records(b"a\n\"b\nb\nb\",c\nd", COMMA)
            .into_iter()
            .map(|(_, line)| line)
            .collect();
        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn carriage_returns_alone_end_lines() {
        let dialect = Dialect {
            line_end: b'\r',
            ..COMMA
        };
        assert_eq!(records(b"a,b\rc,\"d\re\"\r", dialect).len(), 2);
    }

    #[test]
    fn an_endless_line_is_cut_in_bounded_memory() {
        for endless in [b'x', b'"', b','] {
            let text = io::repeat(endless).take(20 << 20).chain(b"\nnext,row\n".as_slice());
            let mut records = Records::new(text, COMMA);
            let mut row = Row::default();
            assert!(records.read(&mut row).unwrap());
            assert!(row.flaw.is_some() && row.len() <= MAX_COLUMNS);
            assert!(records.piece.len() <= 4 * MAX_ROW_BYTES);
            assert!(records.read(&mut row).unwrap(), "{endless}");
            assert_eq!(
                (row.cell(0), row.cell(1), row.line),
                (b"next".as_slice(), b"row".as_slice(), 2)
            );
        }
    }

    #[test]
    fn a_quote_never_closed_costs_its_own_line() {
        let text = format!("a,\"b\n{}", "c,d\n".repeat(600_000));
        let all = records(text.as_bytes(), COMMA);
        assert_eq!(all.len(), 600_001);
        assert_eq!(all[1].0, ["c", "d"]);
    }

    #[test]
    fn many_lost_quotes_stay_linear() {
        let text = "\"\"x\n".repeat(300_000);
        assert_eq!(records(text.as_bytes(), COMMA).len(), 300_000);
    }

    /// The same by a plain reading of RFC 4180, for well-formed text.
    fn written(rows: &[Vec<String>]) -> String {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        rows.iter()
            .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n")
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(rows in proptest::collection::vec(proptest::collection::vec("[a-c,\"\n]{0,6}", 1..5), 1..6)) {
            let expected: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|c| c.trim().to_owned()).collect()).collect();
            prop_assert_eq!(cells(&written(&rows)), expected);
        }

        #[test]
        fn every_byte_belongs_to_one_record(text in "[a,\"\n\r ]{0,60}") {
            let mut records = Records::new(text.as_bytes(), COMMA);
            let (mut row, mut at) = (Row::default(), 0);
            while records.read(&mut row).unwrap() {
                prop_assert_eq!(row.source.0, at);
                at = row.source.1;
            }
            prop_assert_eq!(at, text.len() as u64);
        }
    }
}

//! Records of delimited text: fields between delimiters, quotes around them, line ends inside quotes.
//!
//! This is where reading large files spends its time, so the scan jumps from mark to mark (`memchr`), copies each record
//! once and never allocates. What banks get wrong is tolerated at the record where it stands: a quote that is opened and
//! never closed properly costs its own line, not the rest of the file.

use crate::limits::{MAX_COLUMNS, MAX_ROW_BYTES};
use crate::row::{Flaw, Row};
use memchr::{memchr, memchr_iter, memchr2};
use std::io::{self, Read};

const CHUNK: usize = 128 * 1024;
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
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    lines: u64,
    offset: u64,
    lost_quotes: u32,
}

/// Where a scan over the bytes held came to.
enum Scan {
    /// A record of so many bytes, its end included.
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
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            ended: false,
            lines: 0,
            offset: 0,
            lost_quotes: 0,
        }
    }

    /// Fills `row` with the next record; false at the end. Blank lines are records of one empty cell.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            row.clear();
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            if held.is_empty() {
                if self.ended {
                    return Ok(false);
                }
            } else {
                let mut scan = Scanner { held, dialect: self.dialect, complete: self.ended, spanning: self.lost_quotes < MAX_LOST_QUOTES };
                match scan.record(row) {
                    Scan::Record(length) => {
                        self.take(row, length);
                        return Ok(true);
                    }
                    Scan::Open if held.len() >= MAX_ROW_BYTES => return self.cut(row).map(|()| true),
                    Scan::Open => {}
                }
            }
            self.fill()?;
        }
    }

    fn take(&mut self, row: &mut Row, length: usize) {
        let record = self.buffer.get(self.start..self.start + length).unwrap_or_default();
        row.set_bytes(record);
        row.finish_escapes(self.dialect.quote);
        row.line = self.lines + 1;
        let inner = record.strip_suffix(&[self.dialect.line_end]).unwrap_or(record);
        self.lines += 1;
        if row.spans_lines {
            self.lines += u64::try_from(memchr_iter(self.dialect.line_end, inner).count()).unwrap_or(0);
        }
        if row.flaw == Some(Flaw::LostQuote) {
            self.lost_quotes += 1;
        }
        let begin = self.offset;
        self.offset += u64::try_from(length).unwrap_or(0);
        row.source = (begin, self.offset);
        self.start += length;
    }

    /// The record is longer than the limit: gives its beginning and drops what follows up to the line's end.
    fn cut(&mut self, row: &mut Row) -> io::Result<()> {
        row.clear();
        let held = self.buffer.get(self.start..self.start + MAX_ROW_BYTES).unwrap_or_default();
        // Without spanning quotes and with an end the scan always gives a record.
        let mut scan = Scanner { held, dialect: self.dialect, complete: true, spanning: false };
        let Scan::Record(length) = scan.record(row) else { return Ok(()) };
        let whole = held.get(length.saturating_sub(1)) == Some(&self.dialect.line_end);
        if whole {
            row.flaw = Some(Flaw::LostQuote);
        }
        self.take(row, length);
        if whole {
            return Ok(());
        }
        row.flaw = Some(Flaw::TooLong);
        loop {
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            let found = memchr(self.dialect.line_end, held);
            let advance = found.map_or(held.len(), |at| at + 1);
            self.start += advance;
            self.offset += u64::try_from(advance).unwrap_or(0);
            if found.is_some() || self.ended {
                row.source.1 = self.offset;
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// Reads until the free part of the buffer is full, so that a long record is not scanned once per small read.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < CHUNK / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        while self.end < self.buffer.len() {
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.reader.read(free) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Scans one record in the bytes held.
struct Scanner<'a> {
    held: &'a [u8],
    dialect: Dialect,
    /// Nothing follows the bytes held.
    complete: bool,
    /// Quoted fields may span lines.
    spanning: bool,
}

impl Scanner<'_> {
    fn record(&mut self, row: &mut Row) -> Scan {
        let Dialect { delimiter, quote, line_end } = self.dialect;
        let mut at = 0;
        loop {
            let rest = self.held.get(at..).unwrap_or_default();
            let blanks = if rest.first() == Some(&b' ') { rest.iter().take_while(|b| **b == b' ').count() } else { 0 };
            if rest.get(blanks) == Some(&quote) {
                let open = at + blanks + 1;
                match self.close(open) {
                    Close::Open => return Scan::Open,
                    Close::Lost => row.flaw = Some(Flaw::LostQuote),
                    Close::At { at: close, doubled, spans } => {
                        row.spans_lines |= spans;
                        push(row, open, close, doubled);
                        // Behind the quote stand only blanks: `close` saw to that.
                        let behind = self.held.get(close + 1..).unwrap_or_default();
                        match memchr2(delimiter, line_end, behind) {
                            Some(found) => {
                                at = close + 1 + found + 1;
                                if behind.get(found) == Some(&line_end) {
                                    return Scan::Record(at);
                                }
                                continue;
                            }
                            None if self.complete => return Scan::Record(self.held.len()),
                            None => return Scan::Open,
                        }
                    }
                }
            }
            match memchr2(delimiter, line_end, rest) {
                Some(found) => {
                    push(row, at, at + found, false);
                    at += found + 1;
                    if rest.get(found) == Some(&line_end) {
                        return Scan::Record(at);
                    }
                }
                None if self.complete => {
                    push(row, at, self.held.len(), false);
                    return Scan::Record(self.held.len());
                }
                None => return Scan::Open,
            }
        }
    }

    /// Finds the quote that closes the field whose text begins at `open`: one that is not doubled, with a delimiter, a
    /// line end or nothing behind it. Other quotes belong to the text, unless lines lie between: then the opening one
    /// was lost.
    fn close(&self, open: usize) -> Close {
        let Dialect { delimiter, quote, line_end } = self.dialect;
        let (mut at, mut doubled) = (open, false);
        let mut lines = 0;
        loop {
            let rest = self.held.get(at..).unwrap_or_default();
            let found = memchr(quote, rest);
            let passed = found.and_then(|found| rest.get(..found)).unwrap_or(rest);
            lines += memchr_iter(line_end, passed).take(MAX_FIELD_LINES + 1).count();
            if lines > MAX_FIELD_LINES || (lines > 0 && !self.spanning) {
                return Close::Lost;
            }
            let Some(found) = found else {
                return if self.complete { Close::Lost } else { Close::Open };
            };
            let here = at + found;
            let behind = self.held.get(here + 1..).unwrap_or_default();
            if behind.first() == Some(&quote) {
                doubled = true;
                at = here + 2;
                continue;
            }
            let blanks = behind.iter().take_while(|b| matches!(b, b' ' | b'\r') && **b != line_end && **b != delimiter).count();
            match behind.get(blanks) {
                Some(byte) if *byte == delimiter || *byte == line_end => return Close::At { at: here, doubled, spans: lines > 0 },
                None if self.complete => return Close::At { at: here, doubled, spans: lines > 0 },
                None => return Close::Open,
                Some(_) if lines > 0 => return Close::Lost,
                Some(_) => at = here + 1,
            }
        }
    }
}

fn push(row: &mut Row, start: usize, end: usize, doubled: bool) {
    if row.len() < MAX_COLUMNS {
        row.push_range(start, end, doubled);
    } else {
        row.flaw = Some(Flaw::TooWide);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',', quote: b'"', line_end: b'\n' };

    fn records(text: &[u8], dialect: Dialect) -> Vec<(Vec<String>, u64)> {
        let mut records = Records::new(text, dialect);
        let mut row = Row::default();
        let mut all = Vec::new();
        while records.read(&mut row).unwrap() {
            all.push((row.cells().map(|c| String::from_utf8_lossy(c).into_owned()).collect(), row.line));
        }
        all
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text.as_bytes(), COMMA).into_iter().map(|(cells, _)| cells).collect()
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
            ("a,\"b\nc,\"d\"\ne,f", vec![vec!["a", "\"b"], vec!["c", "d"], vec!["e", "f"]]),
            ("lost\",\"b\"\n", vec![vec!["lost\"", "b"]]),
            ("", vec![]),
            ("\n\na", vec![vec![""], vec![""], vec!["a"]]),
        ] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_through_quoted_ones() {
        let lines: Vec<u64> = records(b"a\n\"b\nb\nb\",c\nd", COMMA).into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn carriage_returns_alone_end_lines() {
        let dialect = Dialect { line_end: b'\r', ..COMMA };
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
            assert!(records.buffer.len() <= 4 * MAX_ROW_BYTES);
            assert!(records.read(&mut row).unwrap(), "{endless}");
            assert_eq!((row.cell(0), row.cell(1), row.line), (b"next".as_slice(), b"row".as_slice(), 2));
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
        rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect()
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

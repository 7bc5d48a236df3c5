//! From a stream to records: one record a line, as it should be, or without any line ends, or two on a line.

use super::columns::Record;
use crate::limits::{MAX_LINES, MAX_STATEMENTS};
use crate::read::Emitter;
use std::io::{self, Read};
use tieout_core::encoding::{Opened, utf8};
use tieout_core::lines::{Lines, RawLine};
use tieout_core::problem::{Code, Place};

/// What the records of a format look like.
pub(crate) struct Layout {
    /// Columns of a record.
    pub(crate) width: usize,
    /// Whether a text that begins so is a record.
    pub(crate) is_record: fn(&[u8]) -> bool,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Go,
    Stop,
}

/// Gives each record of the file to `take`. Says what was cut, what stands behind a record's end, and when a limit ends
/// the reading.
pub(crate) fn read_records(
    opened: &mut Opened<'_>,
    layout: &Layout,
    out: &mut Emitter<'_>,
    take: &mut dyn FnMut(&Record<'_>, &mut Emitter<'_>) -> Next,
) -> io::Result<()> {
    let unbroken = is_unbroken(&opened.head, layout);
    let reader: Box<dyn Read + '_> = if unbroken {
        Box::new(Broken {
            inner: &mut opened.reader,
            width: layout.width,
            column: 0,
        })
    } else {
        Box::new(&mut opened.reader)
    };
    let mut lines = Lines::new(reader);
    let mut splitter = Splitter {
        layout,
        starts: Vec::new(),
        unbroken,
        doubled: false,
    };
    while let Some(line) = lines.next()? {
        if out.lines() >= MAX_LINES || out.statements() >= MAX_STATEMENTS {
            let message = "more lines or statements than one file may have; the rest was not read";
            out.report(Code::TooLarge, Place::line(line.number), message);
            return Ok(());
        }
        if line.cut {
            let message = "the line is too long; its end was dropped";
            out.report(Code::TooLarge, Place::line(line.number), message);
        }
        if splitter.line(&line, out, take) == Next::Stop {
            return Ok(());
        }
    }
    Ok(())
}

/// Cuts lines into records.
struct Splitter<'l> {
    layout: &'l Layout,
    starts: Vec<usize>,
    unbroken: bool,
    /// Two records on one line were seen and said.
    doubled: bool,
}

impl Splitter<'_> {
    fn line(
        &mut self,
        line: &RawLine<'_>,
        out: &mut Emitter<'_>,
        take: &mut dyn FnMut(&Record<'_>, &mut Emitter<'_>) -> Next,
    ) -> Next {
        let mut bytes = trim_end(line.bytes);
        let mut offset = line.offset;
        if self.unbroken {
            // Each record before this one got a line end that is not in the file.
            offset = offset.saturating_sub(line.number.saturating_sub(1));
        }
        while !bytes.is_empty() {
            self.find_characters(bytes, line.ascii);
            let record = Record {
                bytes,
                text: if line.ascii { utf8(bytes) } else { None },
                number: line.number,
                offset,
                starts: &self.starts,
            };
            let end = self.end_of(bytes);
            let rest = bytes.get(end..).unwrap_or_default();
            if rest.is_empty() {
                return take(&record, out);
            }
            let bytes_of_first = trim_end(bytes.get(..end).unwrap_or_default());
            let first = Record {
                bytes: bytes_of_first,
                text: record.text.and_then(|text| text.get(..bytes_of_first.len())),
                ..record
            };
            if take(&first, out) == Next::Stop {
                return Next::Stop;
            }
            let begun = rest.trim_ascii_start();
            if !(self.layout.is_record)(begun) {
                let message = format!("text behind column {}: {:?}", self.layout.width, super::shown(begun));
                out.report(Code::Unread, Place::line(line.number), message);
                return Next::Go;
            }
            if !self.doubled {
                self.doubled = true;
                let message = "several records stand on one line; each was read";
                out.report(Code::Irregular, Place::line(line.number), message);
            }
            let skipped = bytes.len() - begun.len();
            offset = offset.saturating_add(u64::try_from(skipped).unwrap_or(0));
            bytes = begun;
        }
        Next::Go
    }

    /// Where the characters of a line of UTF-8 begin; nothing if each is a byte.
    #[inline]
    fn find_characters(&mut self, bytes: &[u8], ascii: bool) {
        self.starts.clear();
        if ascii {
            return;
        }
        // One record is looked at, of a character more than it has columns, each of at most four bytes; a line of many
        // records would else be searched once for each of them.
        let bytes = bytes.get(..(self.layout.width + 1) * 4).unwrap_or(bytes);
        if bytes.is_ascii() {
            return;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            // The last character is cut where we cut.
            Err(error) if error.error_len().is_none() && bytes.len() == (self.layout.width + 1) * 4 => {
                let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(whole).unwrap_or_default()
            }
            Err(_) => return,
        };
        self.starts.extend(text.char_indices().map(|(at, _)| at));
    }

    /// Where the first record ends.
    #[inline]
    fn end_of(&self, bytes: &[u8]) -> usize {
        if self.starts.is_empty() {
            self.layout.width.min(bytes.len())
        } else {
            self.starts.get(self.layout.width).copied().unwrap_or(bytes.len())
        }
    }
}

/// Without blanks, NUL and Ctrl-Z at the end.
#[inline]
fn trim_end(bytes: &[u8]) -> &[u8] {
    let mut bytes = bytes;
    while let Some((before, b"        ")) = bytes.split_last_chunk() {
        bytes = before;
    }
    let cut = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t' | 0 | 0x1A))
        .map_or(0, |last| last + 1);
    bytes.get(..cut).unwrap_or_default()
}

/// Whether the file has no line ends: its beginning holds none where at least two records would have had theirs.
fn is_unbroken(head: &[u8], layout: &Layout) -> bool {
    let beginning = head.get(..layout.width * 2 + 2).unwrap_or(head);
    let second = head.get(layout.width..).unwrap_or_default();
    beginning.iter().all(|byte| !matches!(byte, b'\n' | b'\r')) && (layout.is_record)(second)
}

/// Puts a line end behind each record of a stream that has none.
struct Broken<R> {
    inner: R,
    width: usize,
    column: usize,
}

impl<R: Read> Read for Broken<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.column == self.width {
            let Some(first) = buffer.first_mut() else {
                return Ok(0);
            };
            *first = b'\n';
            self.column = 0;
            return Ok(1);
        }
        let room = (self.width - self.column).min(buffer.len());
        let count = self.inner.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.column += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use crate::read::ReadOptions;
    use crate::{Import, read_all};
    use std::io::Cursor;

    /// An account of ten movements as Norma 43 writes it.
    fn file(end: &str) -> String {
        let account = "208155551234567890";
        let mut lines = vec![format!("11{account}2401012412312{:014}9783{:<26}", 10_000_000, "NAME")];
        for index in 0..10 {
            lines.push(format!("22    5555240101240101040162{index:014}0000000000"));
        }
        lines.push(format!(
            "33{account}{:05}{:014}{:05}{:014}2{:014}978",
            0, 0, 10, 45, 10_000_045
        ));
        lines.push("88999999999999999999000012".to_owned());
        for line in &mut lines {
            *line = format!("{line:<80}");
        }
        lines.join(end)
    }

    fn read(text: &str) -> Import {
        let options = ReadOptions {
            format: Some("norma43".into()),
            ..ReadOptions::default()
        };
        read_all(&mut Cursor::new(text.as_bytes().to_vec()), &options).unwrap()
    }

    #[test]
    fn line_ends_of_any_kind_or_none_read_the_same() {
        let expected = read(&file("\r\n"));
        assert_eq!(expected.statements[0].lines.len(), 10);
        assert_eq!(expected.reading.problems, []);
        for end in ["\n", "\r", ""] {
            let got = read(&file(end));
            assert_eq!(got.reading.problems, [], "{end:?}");
            let amounts = |import: &Import| import.statements[0].lines.iter().map(|l| l.amount).collect::<Vec<_>>();
            assert_eq!(amounts(&got), amounts(&expected), "{end:?}");
        }
    }

    #[test]
    fn the_source_of_a_record_is_where_it_stands_also_without_line_ends() {
        let text = file("");
        for line in &read(&text).statements[0].lines {
            let (from, to) = line.source_bytes;
            let source = &text[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()];
            assert!(source.starts_with("22    5555"), "{source}");
        }
    }

    #[test]
    fn what_stands_behind_a_record_is_said() {
        let text = file("\n");
        let long = text.replacen('\n', "and more\n", 1);
        let import = read(&long);
        assert_eq!(import.reading.problems[0].code, tieout_core::Code::Unread);
        let doubled = read(&text.replacen("\n22", "22", 1));
        assert_eq!(doubled.statements[0].lines.len(), 10);
        assert_eq!(doubled.reading.problems[0].code, tieout_core::Code::Irregular);
    }
}

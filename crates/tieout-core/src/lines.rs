//! Lines of bytes from a stream: CRLF, LF, CR alone or mixed; bounded memory however long a line is.
//!
//! Ends are searched in blocks of 64 bytes, whatever the length of the lines: one look at a block finds all of its ends,
//! and whether there is anything but ASCII.

use crate::block::{BLOCK_BYTES, Block, bits_below, lowest};
use std::io::{self, Read};
use std::ops::Range;

/// The longest line that is given whole, in bytes; the rest of a longer one is dropped and the line marked as cut.
pub const MAX_LINE_BYTES: usize = 1 << 20;

const CHUNK: usize = 64 * 1024;

/// Reads lines from a stream through one growing buffer of at most about [`MAX_LINE_BYTES`].
pub struct Lines<R> {
    reader: R,
    /// Has a block more than it is filled with, so that a block can be read wherever there are bytes.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    seen: Seen,
    number: u64,
    /// Where the buffer begins in the stream.
    before: u64,
    ended: bool,
    /// The last line ended in CR at the end of the buffer: a LF that follows belongs to it.
    swallow_lf: bool,
    /// The kept beginning of a line that was cut.
    kept: Vec<u8>,
}

/// What was seen of the buffer: everything before `next`; of its last block, where lines end that were not given yet.
#[derive(Debug, Default)]
struct Seen {
    /// Where the block begins.
    block: usize,
    /// Behind it.
    next: usize,
    ends: u64,
    /// What is no ASCII, of lines that were not given yet.
    high: u64,
    /// Something before the block, in the same line, is no ASCII.
    high_before: bool,
}

/// One line, without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// The bytes, without CR and LF.
    pub bytes: &'a [u8],
    /// From 1.
    pub number: u64,
    /// Where it begins in the stream, in bytes.
    pub offset: u64,
    /// The line was longer than [`MAX_LINE_BYTES`]; only its beginning is here.
    pub cut: bool,
    /// Every byte is ASCII.
    pub ascii: bool,
}

impl<R: Read> Lines<R> {
    /// Lines of `reader`, from its present position.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; CHUNK + BLOCK_BYTES],
            start: 0,
            end: 0,
            seen: Seen::default(),
            number: 0,
            before: 0,
            ended: false,
            swallow_lf: false,
            kept: Vec::new(),
        }
    }

    /// The next line, or `None` at the end. A last line without an end counts; nothing after the last end does not.
    ///
    /// # Errors
    /// Those of the reader.
    #[allow(clippy::should_implement_trait)] // a lending iterator: the line borrows from the buffer
    #[allow(clippy::inline_always)] // in its loop, a line is handed on in registers
    #[inline(always)]
    pub fn next(&mut self) -> io::Result<Option<RawLine<'_>>> {
        // Nearly always the end is in this block or the next.
        let near = self.seen.ends != 0 || (!self.swallow_lf && self.seen.look_at_whole(&self.buffer, self.end));
        if near || self.find_end()? {
            return Ok(Some(self.take()));
        }
        if self.start < self.end {
            return self.rest().map(Some);
        }
        Ok(None)
    }

    /// Looks on until there is the end of a line; false if there is none, or not within [`MAX_LINE_BYTES`].
    #[inline(never)]
    fn find_end(&mut self) -> io::Result<bool> {
        loop {
            if self.swallow_lf && self.start < self.end {
                if self.buffer.get(self.start) == Some(&b'\n') {
                    self.start += 1;
                    self.seen.next = self.start;
                }
                self.swallow_lf = false;
            }
            while self.seen.next < self.end {
                if self.seen.look_at_whole(&self.buffer, self.end)
                    || (self.end - self.seen.next < BLOCK_BYTES && self.seen.look(&self.buffer, self.end))
                {
                    return Ok(true);
                }
            }
            if self.ended || self.end - self.start > MAX_LINE_BYTES {
                return Ok(false);
            }
            self.fill()?;
        }
    }

    /// The line that ends at the lowest of the ends seen.
    #[inline]
    fn take(&mut self) -> RawLine<'_> {
        let (at, ascii) = self.seen.take();
        let (begin, offset) = (self.start, self.offset());
        self.start = at + 1;
        if self.buffer.get(at) == Some(&b'\r') {
            if self.start == self.end {
                self.swallow_lf = true;
            } else if self.buffer.get(self.start) == Some(&b'\n') {
                self.seen.skip(self.start);
                self.start += 1;
            }
        }
        self.number += 1;
        self.line(begin..at, offset, ascii)
    }

    /// What is in a place of the buffer, cut if it is too long.
    #[inline]
    fn line(&self, place: Range<usize>, offset: u64, ascii: bool) -> RawLine<'_> {
        let bytes = self.buffer.get(place).unwrap_or_default();
        let whole = RawLine {
            bytes,
            number: self.number,
            offset,
            cut: false,
            ascii,
        };
        if bytes.len() > MAX_LINE_BYTES {
            cut(whole)
        } else {
            whole
        }
    }

    /// The line at the front of the buffer, which ends with the stream or is too long.
    #[inline(never)]
    fn rest(&mut self) -> io::Result<RawLine<'_>> {
        if !self.ended {
            return self.cut_line();
        }
        let (begin, offset) = (self.start, self.offset());
        self.start = self.end;
        self.number += 1;
        Ok(self.line(begin..self.end, offset, !self.seen.has_high()))
    }

    /// Gives the first [`MAX_LINE_BYTES`] and drops everything up to the line's end.
    fn cut_line(&mut self) -> io::Result<RawLine<'_>> {
        self.kept.clear();
        let kept = self.buffer.get(self.start..self.start + MAX_LINE_BYTES);
        self.kept.extend_from_slice(kept.unwrap_or_default());
        let offset = self.offset();
        loop {
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            let found = memchr::memchr2(b'\n', b'\r', held);
            let advance = found.map_or(held.len(), |at| at + 1);
            self.swallow_lf = found.is_some_and(|at| held.get(at) == Some(&b'\r'));
            self.start += advance;
            if found.is_some() || self.ended {
                break;
            }
            self.fill()?;
        }
        self.seen = Seen {
            next: self.start,
            ..Seen::default()
        };
        self.number += 1;
        Ok(RawLine {
            bytes: &self.kept,
            number: self.number,
            offset,
            cut: true,
            ascii: self.kept.is_ascii(),
        })
    }

    /// Where the next line begins in the stream.
    #[inline]
    fn offset(&self) -> u64 {
        self.before + u64::try_from(self.start).unwrap_or_default()
    }

    fn fill(&mut self) -> io::Result<()> {
        let room = |buffer: &[u8], end: usize| buffer.len() - BLOCK_BYTES - end;
        let offset = self.offset();
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.start > 0 && room(&self.buffer, self.end) < CHUNK / 2 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if room(&self.buffer, self.end) < CHUNK / 2 {
            self.buffer
                .resize((self.buffer.len() - BLOCK_BYTES) * 2 + BLOCK_BYTES, 0);
        }
        self.before = offset - u64::try_from(self.start).unwrap_or_default();
        self.seen.next = self.end;
        let last = self.buffer.len() - BLOCK_BYTES;
        let free = self.buffer.get_mut(self.end..last).unwrap_or_default();
        let count = loop {
            match self.reader.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = count == 0;
        self.end += count;
        Ok(())
    }
}

/// The beginning of a line that is too long.
#[cold]
fn cut(line: RawLine<'_>) -> RawLine<'_> {
    let bytes = line.bytes.get(..MAX_LINE_BYTES).unwrap_or_default();
    RawLine {
        bytes,
        cut: true,
        ascii: bytes.is_ascii(),
        ..line
    }
}

impl Seen {
    /// Looks at the next block; whether a line ends there.
    fn look(&mut self, buffer: &[u8], end: usize) -> bool {
        let held = bits_below(end - self.next);
        let Some(block) = buffer.get(self.next..).and_then(<[u8]>::first_chunk) else {
            return false;
        };
        let next = end.min(self.next + BLOCK_BYTES);
        self.set(Block::new(block), held, next)
    }

    /// As [`Seen::look`], but only if the whole block is filled.
    #[inline]
    fn look_at_whole(&mut self, buffer: &[u8], end: usize) -> bool {
        match buffer.get(self.next..end).and_then(<[u8]>::first_chunk) {
            Some(block) => self.set(Block::new(block), u64::MAX, self.next + BLOCK_BYTES),
            None => false,
        }
    }

    #[inline]
    fn set(&mut self, block: Block, held: u64, next: usize) -> bool {
        self.high_before = self.has_high();
        self.block = self.next;
        self.next = next;
        self.high = block.high() & held;
        self.ends = block.any_of(*b"\n\r") & held;
        self.ends != 0
    }

    /// The line feed here belongs to the end before it.
    #[inline]
    fn skip(&mut self, at: usize) {
        if at < self.next {
            self.ends &= self.ends.wrapping_sub(1);
        } else {
            self.next += 1;
        }
    }

    /// Where the first line ends, and whether all of it is ASCII.
    #[inline]
    fn take(&mut self) -> (usize, bool) {
        let at = lowest(self.ends);
        // The bits below the end, of which there is one.
        let line = self.ends.wrapping_sub(1) & !self.ends;
        self.ends &= self.ends.wrapping_sub(1);
        let ascii = !self.high_before && self.high & line == 0;
        self.high_before = false;
        self.high &= !line;
        (self.block + at, ascii)
    }

    fn has_high(&self) -> bool {
        self.high_before || self.high != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader that gives `step` bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(self.1).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn lines(bytes: &[u8], step: usize) -> Vec<(String, u64, u64)> {
        let mut lines = Lines::new(Drip(bytes, step));
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((
                String::from_utf8_lossy(line.bytes).into_owned(),
                line.number,
                line.offset,
            ));
        }
        all
    }

    #[test]
    fn every_kind_of_line_end() {
        let expected = vec![
            ("a".into(), 1, 0),
            ("b".into(), 2, 2),
            (String::new(), 3, 5),
            ("c".into(), 4, 6),
        ];
        for step in [1, 2, 3, 100] {
            assert_eq!(lines(b"a\rb\r\n\nc", step), expected, "{step}");
        }
        assert_eq!(lines(b"", 1), vec![]);
        assert_eq!(lines(b"x\n", 1).len(), 1);
    }

    #[test]
    fn an_endless_line_is_cut_in_bounded_memory() {
        let endless = io::repeat(b'x').take(64 << 20);
        let mut lines = Lines::new(endless.chain(b"\nnext".as_slice()));
        let first = lines.next().unwrap().unwrap();
        assert!(first.cut && first.bytes.len() == MAX_LINE_BYTES && first.bytes.iter().all(|b| *b == b'x'));
        let next = lines.next().unwrap().unwrap();
        assert_eq!(
            (next.bytes, next.number, next.offset),
            (b"next".as_slice(), 2, (64 << 20) + 1)
        );
        assert!(lines.buffer.len() <= 4 * MAX_LINE_BYTES);
    }

    #[test]
    fn where_a_line_is_cut_does_not_depend_on_how_it_was_read() {
        for (surplus, end) in [
            (0, "\n"),
            (0, ""),
            (1, "\n"),
            (1, "\r\n"),
            (1, ""),
            (70_000, "\n"),
            (70_000, ""),
        ] {
            let long = format!("{}{end}", "x".repeat(MAX_LINE_BYTES + surplus));
            for step in [1000, usize::MAX] {
                let mut lines = Lines::new(Drip(long.as_bytes(), step).chain(b"next".as_slice()));
                let first = lines.next().unwrap().unwrap();
                assert_eq!(first.bytes.len(), MAX_LINE_BYTES, "{surplus} {end:?} {step}");
                let more = surplus > 0 || end.is_empty();
                assert_eq!((first.cut, first.ascii), (more, true), "{surplus} {end:?} {step}");
                let next = lines.next().unwrap().map(|line| line.bytes.to_vec());
                let expected = (!end.is_empty()).then(|| b"next".to_vec());
                assert_eq!(next, expected, "{surplus} {end:?} {step}");
            }
        }
    }

    proptest! {
        #[test]
        fn ends_are_found_among_other_bytes(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0_u8..33], 0..500), step in 1_usize..200) {
            // The simplest way: a CR or LF ends a line, but for a LF behind a CR.
            let mut expected: Vec<(&[u8], u64)> = Vec::new();
            let mut start = 0;
            for (at, byte) in bytes.iter().enumerate() {
                match byte {
                    b'\n' if at > 0 && bytes[at - 1] == b'\r' => start = at + 1,
                    b'\n' | b'\r' => {
                        expected.push((&bytes[start..at], start as u64));
                        start = at + 1;
                    }
                    _ => {}
                }
            }
            if start < bytes.len() {
                expected.push((&bytes[start..], start as u64));
            }
            let mut lines = Lines::new(Drip(&bytes, step));
            for (number, (bytes, offset)) in (1..).zip(expected) {
                let ascii = bytes.is_ascii();
                prop_assert_eq!(lines.next().unwrap(), Some(RawLine { bytes, number, offset, cut: false, ascii }));
            }
            prop_assert_eq!(lines.next().unwrap(), None);
        }

        #[test]
        fn steps_change_nothing(text in "[ab\r\n]{0,40}", step in 1_usize..7) {
            prop_assert_eq!(lines(text.as_bytes(), step), lines(text.as_bytes(), 1000));
        }
    }
}

//! Lines of bytes from a stream: CRLF, LF, CR alone or mixed; bounded memory however long a line is.
//!
//! Ends are searched ahead of the lines that are given, in blocks of 64 bytes: one look at a block finds all of its ends, and
//! whether there is anything but ASCII. Dozens of ends are found in a row and kept; giving a line then asks nothing
//! that depends on how long lines are, which no processor could foresee.

use crate::block::{BLOCK_BYTES, Block, bits_below, lowest};
use std::io::{self, Read};

/// The longest line that is given whole, in bytes; the rest of a longer one is dropped and the line marked as cut.
pub const MAX_LINE_BYTES: usize = 1 << 20;

const CHUNK: usize = 64 * 1024;

/// So many ends are enough to stop looking ahead.
const ENDS_AHEAD: usize = 64;

/// Reads lines from a stream through one growing buffer of at most about [`MAX_LINE_BYTES`].
pub struct Lines<R> {
    reader: R,
    /// Has a block more than it is filled with, so that a block can be read wherever there are bytes.
    buffer: Vec<u8>,
    /// Where the next line begins; a LF here that ends no line belongs to the end before it.
    start: usize,
    end: usize,
    seen: Seen,
    number: u64,
    /// Where the buffer begins in the stream.
    before: u64,
    ended: bool,
    /// The beginning of a line that was cut, and where it stands.
    kept: Vec<u8>,
    kept_offset: u64,
}

/// What was seen of the buffer: all blocks before `next`.
#[derive(Debug)]
struct Seen {
    next: usize,
    /// The ends that were found; those before `given` were given.
    ends: [End; ENDS_AHEAD + BLOCK_BYTES],
    given: usize,
    found: usize,
    /// The last byte of the last block is a CR: 1 or 0.
    cr_before: u64,
    /// Something behind the last end is no ASCII.
    high_before: bool,
}

/// Where a line ends.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    at: usize,
    /// Something in the line is no ASCII.
    high: bool,
    /// The line was too long: its beginning was kept apart, and the next one begins here.
    cut: bool,
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
            seen: Seen::from(0),
            number: 0,
            before: 0,
            ended: false,
            kept: Vec::new(),
            kept_offset: 0,
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
        if self.seen.given == self.seen.found && !self.find_end()? {
            return Ok(None);
        }
        Ok(Some(self.take()))
    }

    /// The line that was given last is the last of the stream and has no end.
    pub fn ended_within_a_line(&self) -> bool {
        self.start > self.end
    }

    /// Looks on until there is the end of a line, which may be that of the stream; false if there is no line any more.
    #[inline(never)]
    fn find_end(&mut self) -> io::Result<bool> {
        loop {
            self.seen.look_ahead(&self.buffer, self.end);
            if self.seen.found > 0 {
                return Ok(true);
            }
            // It ends no line, so it belongs to the CR before it.
            if self.start < self.end && self.buffer.get(self.start) == Some(&b'\n') {
                self.start += 1;
            }
            if self.ended {
                return Ok(self.start < self.end && self.seen.add(self.end, false));
            }
            if self.end - self.start > MAX_LINE_BYTES {
                return self.cut_line();
            }
            self.fill()?;
        }
    }

    /// The line that ends at the next of the ends that were found.
    #[allow(clippy::inline_always)] // as the caller
    #[inline(always)]
    fn take(&mut self) -> RawLine<'_> {
        let End { at, high, cut } = self.seen.take();
        let begin = self.start + usize::from(self.start < at && self.buffer.get(self.start) == Some(&b'\n'));
        self.start = at + 1;
        self.number += 1;
        let mut line = RawLine {
            bytes: self.buffer.get(begin..at).unwrap_or_default(),
            number: self.number,
            offset: self.offset_of(begin),
            cut: false,
            ascii: !high,
        };
        if cut {
            self.start = at;
            (line.bytes, line.offset, line.cut) = (&self.kept, self.kept_offset, true);
        } else if line.bytes.len() > MAX_LINE_BYTES {
            (line.bytes, line.cut) = (beginning(line.bytes), true);
            line.ascii = line.bytes.is_ascii();
        }
        line
    }

    /// Keeps the first [`MAX_LINE_BYTES`] and drops everything up to the line's end.
    fn cut_line(&mut self) -> io::Result<bool> {
        self.kept.clear();
        let kept = self.buffer.get(self.start..self.start + MAX_LINE_BYTES);
        self.kept.extend_from_slice(kept.unwrap_or_default());
        self.kept_offset = self.offset_of(self.start);
        let mut ends_in_cr = false;
        loop {
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            let found = memchr::memchr2(b'\n', b'\r', held);
            let advance = found.map_or(held.len(), |at| at + 1);
            ends_in_cr |= found.is_some_and(|at| held.get(at) == Some(&b'\r'));
            self.start += advance;
            if found.is_some() || self.ended {
                break;
            }
            self.fill()?;
        }
        self.seen = Seen::from(self.start);
        self.seen.cr_before = u64::from(ends_in_cr);
        self.seen.high_before = !self.kept.is_ascii();
        Ok(self.seen.add(self.start, true))
    }

    /// Where a place of the buffer is in the stream.
    #[inline]
    fn offset_of(&self, at: usize) -> u64 {
        self.before + u64::try_from(at).unwrap_or_default()
    }

    fn fill(&mut self) -> io::Result<()> {
        let room = |buffer: &[u8], end: usize| buffer.len() - BLOCK_BYTES - end;
        let offset = self.offset_of(self.start);
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

/// What is given of a line that is too long.
#[cold]
fn beginning(line: &[u8]) -> &[u8] {
    line.get(..MAX_LINE_BYTES).unwrap_or_default()
}

impl Seen {
    /// Nothing yet, from here on.
    fn from(next: usize) -> Self {
        Self {
            next,
            ends: [End::default(); ENDS_AHEAD + BLOCK_BYTES],
            given: 0,
            found: 0,
            cr_before: 0,
            high_before: false,
        }
    }

    /// The next of the ends that were found.
    #[inline]
    fn take(&mut self) -> End {
        let end = self.ends.get(self.given);
        self.given += 1;
        end.copied().unwrap_or_default()
    }

    /// Adds the end of a line, of which everything was seen.
    fn add(&mut self, at: usize, cut: bool) -> bool {
        let high = std::mem::take(&mut self.high_before);
        self.ends = [End { at, high, cut }; ENDS_AHEAD + BLOCK_BYTES];
        (self.given, self.found) = (0, 1);
        true
    }

    /// Looks at blocks until there are ends enough or nothing is left, when all ends were given.
    fn look_ahead(&mut self, buffer: &[u8], end: usize) {
        (self.given, self.found) = (0, 0);
        while let Some(block) = buffer.get(self.next..end).and_then(<[u8]>::first_chunk) {
            self.look(Block::new(block), u64::MAX);
            self.next += BLOCK_BYTES;
            if self.found >= ENDS_AHEAD {
                return;
            }
        }
        // The rest of the block is what the buffer holds beyond its end.
        if self.found == 0
            && self.next < end
            && let Some(block) = buffer.get(self.next..).and_then(<[u8]>::first_chunk)
        {
            self.look(Block::new(block), bits_below(end - self.next));
            self.next = end;
        }
    }

    /// Looks at those of the next block's bytes that are held.
    #[inline]
    fn look(&mut self, block: Block, held: u64) {
        let (cr, lf) = (block.any_of(*b"\r") & held, block.any_of(*b"\n") & held);
        let mut ends = cr | lf & !(cr << 1 | self.cr_before);
        let last = held & !(held >> 1);
        self.cr_before = u64::from(cr & last != 0);
        let mut high = if block.has_high() { block.high() & held } else { 0 };
        while ends != 0 {
            // The bits below the lowest end.
            let line = ends.wrapping_sub(1) & !ends;
            if let Some(end) = self.ends.get_mut(self.found) {
                *end = End {
                    at: self.next + lowest(ends),
                    high: self.high_before || high & line != 0,
                    cut: false,
                };
            }
            self.found += 1;
            self.high_before = false;
            high &= !line;
            ends &= ends.wrapping_sub(1);
        }
        self.high_before |= high != 0;
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
    fn it_is_known_whether_the_last_line_has_an_end() {
        for (text, within) in [
            ("a\nb", true),
            ("a\nb\n", false),
            ("a\r\nb\r", false),
            ("", false),
            ("a", true),
        ] {
            let mut lines = Lines::new(text.as_bytes());
            while lines.next().unwrap().is_some() {}
            assert_eq!(lines.ended_within_a_line(), within, "{text:?}");
        }
    }

    #[test]
    fn more_ends_than_are_kept_ahead() {
        for end in ["\n", "\r", "\r\n"] {
            let text = format!("a{end}").repeat(100) + &end.repeat(1000) + "b";
            for step in [1, 63, 64, 1000, usize::MAX] {
                let lines = lines(text.as_bytes(), step);
                assert_eq!(lines.len(), 1101, "{end:?} {step}");
                let is_right = |at: usize, line: &str| line == ["a", "", "b"][usize::from(at >= 100) + at / 1100];
                assert!(
                    lines.iter().enumerate().all(|(at, line)| is_right(at, &line.0)),
                    "{end:?} {step}"
                );
                assert_eq!(lines[1100].2, text.len() as u64 - 1, "{end:?} {step}");
            }
        }
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

//! Lines of bytes from a stream: CRLF, LF, CR alone or mixed; bounded memory however long a line is.

use std::io::{self, Read};

/// The longest line that is given whole, in bytes; the rest of a longer one is dropped and the line marked as cut.
pub const MAX_LINE_BYTES: usize = 1 << 20;

const CHUNK: usize = 64 * 1024;

/// Reads lines from a stream through one growing buffer of at most about [`MAX_LINE_BYTES`].
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    number: u64,
    offset: u64,
    ended: bool,
    /// The last line ended in CR at the end of the buffer: a LF that follows belongs to it.
    swallow_lf: bool,
    /// The kept beginning of a line that was cut.
    kept: Vec<u8>,
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
}

impl<R: Read> Lines<R> {
    /// Lines of `reader`, from its present position.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            number: 0,
            offset: 0,
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
    #[inline]
    pub fn next(&mut self) -> io::Result<Option<RawLine<'_>>> {
        // Nearly always the line is in the buffer whole.
        if !self.swallow_lf
            && let Some((length, advance)) = self.held_line(0)
        {
            return Ok(Some(self.take(length, advance, false)));
        }
        self.next_filling()
    }

    fn next_filling(&mut self) -> io::Result<Option<RawLine<'_>>> {
        let mut searched = 0;
        loop {
            if self.swallow_lf && self.start < self.end {
                if self.buffer.get(self.start) == Some(&b'\n') {
                    self.start += 1;
                    self.offset += 1;
                }
                self.swallow_lf = false;
            }
            if let Some((length, advance)) = self.held_line(searched) {
                return Ok(Some(self.take(length, advance, false)));
            }
            searched = self.end - self.start;
            if self.ended {
                if searched == 0 {
                    return Ok(None);
                }
                return Ok(Some(self.take(searched, searched, false)));
            }
            if searched >= MAX_LINE_BYTES {
                return self.cut_line().map(Some);
            }
            self.fill()?;
        }
    }

    /// Length of the line at the front of the buffer, without and with its end, if its end is there.
    #[inline]
    fn held_line(&mut self, searched: usize) -> Option<(usize, usize)> {
        let held = self.buffer.get(self.start..self.end)?;
        let length = searched + line_end(held.get(searched..)?)?;
        let mut advance = length + 1;
        if held.get(length) == Some(&b'\r') {
            match held.get(advance) {
                Some(b'\n') => advance += 1,
                Some(_) => {}
                None => self.swallow_lf = true,
            }
        }
        Some((length, advance))
    }

    #[inline]
    fn take(&mut self, length: usize, advance: usize, cut: bool) -> RawLine<'_> {
        let (begin, offset) = (self.start, self.offset);
        self.start += advance;
        self.offset += u64::try_from(advance).unwrap_or(u64::MAX);
        self.number += 1;
        RawLine {
            bytes: self.buffer.get(begin..begin + length).unwrap_or_default(),
            number: self.number,
            offset,
            cut,
        }
    }

    /// Gives the first [`MAX_LINE_BYTES`] and drops everything up to the line's end.
    fn cut_line(&mut self) -> io::Result<RawLine<'_>> {
        self.kept.clear();
        let kept = self.buffer.get(self.start..self.start + MAX_LINE_BYTES);
        self.kept.extend_from_slice(kept.unwrap_or_default());
        let offset = self.offset;
        loop {
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            let found = memchr::memchr2(b'\n', b'\r', held);
            let advance = found.map_or(held.len(), |at| at + 1);
            self.swallow_lf = found.is_some_and(|at| held.get(at) == Some(&b'\r'));
            self.start += advance;
            self.offset += u64::try_from(advance).unwrap_or(u64::MAX);
            if found.is_some() || self.ended {
                break;
            }
            self.fill()?;
        }
        self.number += 1;
        Ok(RawLine {
            bytes: &self.kept,
            number: self.number,
            offset,
            cut: true,
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.start > 0 && self.buffer.len() - self.end < CHUNK / 2 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < CHUNK / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
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

/// Where the first LF or CR is. Lines are short: a look at each block has found most ends before a search that is made for
/// long texts has begun.
#[inline]
fn line_end(bytes: &[u8]) -> Option<usize> {
    /// In how many bytes it is looked for so.
    const USUAL: usize = 192;
    let near = bytes.get(..USUAL).unwrap_or(bytes).as_chunks::<16>().0;
    let mut passed = 0;
    for block in near {
        // Without an early end, so that the compiler looks at all bytes of the block at once.
        if block.iter().fold(false, |found, byte| found | (0..b' ').contains(byte)) {
            let word = u128::from_le_bytes(*block);
            // The top bit of every byte below a blank (and perhaps of some after the first of them).
            let controls = word.wrapping_sub(BLANKS) & !word & TOPS;
            passed += usize::try_from(controls.trailing_zeros() / 8).unwrap_or_default();
            if matches!(bytes.get(passed), Some(b'\n' | b'\r')) {
                return Some(passed);
            }
            break;
        }
        passed += 16;
    }
    Some(passed + memchr::memchr2(b'\n', b'\r', bytes.get(passed..)?)?)
}

const BLANKS: u128 = u128::from_le_bytes([b' '; 16]);
const TOPS: u128 = u128::from_le_bytes([0x80; 16]);

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

    proptest! {
        #[test]
        fn ends_are_found_among_other_bytes(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0_u8..33], 0..300)) {
            let expected = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            prop_assert_eq!(line_end(&bytes), expected);
            let printed: Vec<u8> = bytes.iter().map(|byte| byte | 16).chain(*b"\r\n").collect();
            prop_assert_eq!(line_end(&printed), Some(printed.len() - 2));
        }

        #[test]
        fn steps_change_nothing(text in "[ab\r\n]{0,40}", step in 1_usize..7) {
            prop_assert_eq!(lines(text.as_bytes(), step), lines(text.as_bytes(), 1000));
        }
    }
}

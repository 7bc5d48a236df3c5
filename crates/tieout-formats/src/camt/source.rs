//! The stream under the XML parser: always valid UTF-8, places known, no event without end.
//!
//! quick-xml reads UTF-8 and collects one event (a text, a tag, a comment) at a time, however long. So this stands
//! between the file and the parser and
//! - decodes bytes that are not UTF-8, value by value, in the charset the file declares: a wrong declaration spoils
//!   neither the other values nor the offsets, which stay those of the file;
//! - drops what a text has beyond [`limits::MAX_VALUE_BYTES`], and fails a tag or comment beyond [`MAX_MARKUP_BYTES`];
//! - counts lines and bytes without a second look at every byte.
//!
//! A chunk of clean UTF-8, which is nearly every one, is handed on as it lies.

use crate::limits;
use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use tieout_core::encoding::Decoder;

/// The longest tag, comment, CDATA section or processing instruction, in bytes.
pub(super) const MAX_MARKUP_BYTES: usize = 1 << 20;

const CHUNK_BYTES: usize = 64 * 1024;

/// A stream of XML for quick-xml.
pub(super) struct Source<'a> {
    reader: Box<dyn Read + 'a>,
    decoder: Decoder,
    /// Bytes of the file; `..filled` are read, `..checked` belong to the present chunk, the rest begins the next one.
    raw: Vec<u8>,
    filled: usize,
    checked: usize,
    ended: bool,
    chunk: Chunk,
    multibyte_seen: bool,
    piece: Piece,
    /// The text of the piece, where it had to be decoded.
    decoded: String,
    /// How much of the piece's text is consumed, and up to where its lines are counted.
    position: usize,
    counted: usize,
    /// Offset in the file of the piece's first byte, and line number there.
    piece_offset: u64,
    line: u64,
    event: Event,
    too_long: bool,
}

/// What the present chunk is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chunk {
    /// UTF-8; given as it lies.
    Clean,
    /// Some bytes are not UTF-8; given value by value.
    Mixed,
}

/// What is handed out at a time: a range of the raw bytes, as it lies or decoded.
#[derive(Debug, Clone, Copy, Default)]
struct Piece {
    start: usize,
    end: usize,
    decoded: bool,
}

/// The event that the parser is reading.
#[derive(Debug, Clone, Copy, Default)]
struct Event {
    offset: u64,
    bytes: usize,
    first: Option<u8>,
}

impl<'a> Source<'a> {
    /// A source over a stream whose first byte stands at `offset` in the file.
    pub(super) fn new(reader: Box<dyn Read + 'a>, decoder: Decoder, offset: u64) -> Self {
        Self {
            reader,
            decoder,
            raw: vec![0; CHUNK_BYTES],
            filled: 0,
            checked: 0,
            ended: false,
            chunk: Chunk::Clean,
            multibyte_seen: false,
            piece: Piece::default(),
            decoded: String::new(),
            position: 0,
            counted: 0,
            piece_offset: offset,
            line: 1,
            event: Event::default(),
            too_long: false,
        }
    }

    /// The parser is about to read an event.
    pub(super) fn begin_event(&mut self) {
        self.event = Event {
            offset: self.offset(),
            bytes: 0,
            first: self.text().get(self.position).copied(),
        };
    }

    /// Where the present event begins in the file.
    pub(super) fn event_offset(&self) -> u64 {
        self.event.offset
    }

    /// How far the file is read.
    pub(super) fn offset(&self) -> u64 {
        self.piece_offset
            .saturating_add(u64::try_from(self.position).unwrap_or(u64::MAX))
    }

    /// The number of the line that is being read, from 1.
    pub(super) fn line(&mut self) -> u64 {
        self.count_lines(self.position);
        self.line
    }

    /// Whether reading failed because of an endless tag or comment.
    pub(super) fn too_long(&self) -> bool {
        self.too_long
    }

    /// What was seen of the charset.
    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    fn text(&self) -> &[u8] {
        if self.piece.decoded {
            self.decoded.as_bytes()
        } else {
            self.raw
                .get(self.piece.start..self.piece.end)
                .unwrap_or_default()
        }
    }

    fn count_lines(&mut self, up_to: usize) {
        let passed = self.text().get(self.counted..up_to).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', passed).count();
        self.line = self
            .line
            .saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        self.counted = up_to;
    }

    /// Goes on to the next piece; false at the end of the file.
    fn advance(&mut self) -> io::Result<bool> {
        self.count_lines(self.text().len());
        let passed = self.piece.end - self.piece.start;
        self.piece_offset = self
            .piece_offset
            .saturating_add(u64::try_from(passed).unwrap_or(u64::MAX));
        self.position = 0;
        self.counted = 0;
        if self.piece.end == self.checked {
            self.piece = Piece::default();
            self.next_chunk()?;
            if self.checked == 0 {
                return Ok(false);
            }
        }
        self.next_piece();
        Ok(true)
    }

    fn next_piece(&mut self) {
        let start = self.piece.end;
        self.piece = Piece {
            start,
            end: self.checked,
            decoded: false,
        };
        if self.chunk == Chunk::Clean {
            return;
        }
        let rest = self.raw.get(start..self.checked).unwrap_or_default();
        let end = match rest.first() {
            Some(b'<') => memchr::memchr(b'>', rest).map(|at| at + 1),
            _ => memchr::memchr(b'<', rest),
        };
        let value = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.piece.end = start + value.len();
        if let Cow::Owned(text) = self.decoder.decode(value) {
            self.decoded = text;
            self.piece.decoded = true;
        }
    }

    /// Reads until at least one whole character is there, or the file ends.
    fn next_chunk(&mut self) -> io::Result<()> {
        self.raw.copy_within(self.checked..self.filled, 0);
        self.filled -= self.checked;
        self.checked = 0;
        while self.checked == 0 && !(self.ended && self.filled == 0) {
            let free = self.raw.get_mut(self.filled..).unwrap_or_default();
            let count = match self.reader.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.ended |= count == 0;
            self.filled += count;
            self.check();
        }
        Ok(())
    }

    /// Decides how much of what is read makes a chunk, and whether it is clean.
    fn check(&mut self) {
        let chunk = self.raw.get(..self.filled).unwrap_or_default();
        self.chunk = Chunk::Clean;
        if chunk.is_ascii() {
            self.checked = chunk.len();
            return;
        }
        match std::str::from_utf8(chunk) {
            Ok(text) => {
                self.checked = chunk.len();
                if !self.multibyte_seen {
                    // One character is enough for the decoder to know that there is UTF-8.
                    let first = text.chars().find(|c| !c.is_ascii()).unwrap_or_default();
                    self.decoder
                        .decode(first.encode_utf8(&mut [0; 4]).as_bytes());
                    self.multibyte_seen = true;
                }
            }
            Err(error) if error.error_len().is_none() && !self.ended => {
                self.checked = error.valid_up_to()
            }
            Err(_) => {
                self.chunk = Chunk::Mixed;
                self.checked = match memchr::memrchr2(b'<', b'>', chunk) {
                    _ if self.ended => chunk.len(),
                    Some(at) if chunk.get(at) == Some(&b'>') => at + 1,
                    Some(at) if at > 0 => at,
                    // One value longer than a chunk: cut it where no character can be torn.
                    _ => chunk
                        .iter()
                        .rposition(u8::is_ascii)
                        .map_or(chunk.len(), |at| at.max(1)),
                };
            }
        }
    }

    /// The event has become too long: a text loses its rest, anything else fails.
    fn curb(&mut self) -> io::Result<()> {
        if self.event.first == Some(b'<') {
            if self.event.bytes > MAX_MARKUP_BYTES {
                self.too_long = true;
                return Err(io::Error::other("a tag or comment without end"));
            }
        } else if self.event.bytes > limits::MAX_VALUE_BYTES {
            loop {
                let rest = self.text().get(self.position..).unwrap_or_default();
                let markup = memchr::memchr(b'<', rest);
                self.position += markup.unwrap_or(rest.len());
                if markup.is_some() || !self.advance()? {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position >= self.text().len() && self.advance()? {
            if self.event.bytes == 0 {
                self.event.first = self.text().first().copied();
            } else {
                self.curb()?;
            }
        }
        Ok(self.text().get(self.position..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount;
        self.event.bytes = self.event.bytes.saturating_add(amount);
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader that gives `step` bytes at a time.
    struct Drip(Vec<u8>, usize, usize);

    impl Read for Drip {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = (self.0.len() - self.1).min(self.2).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[self.1..self.1 + count]);
            self.1 += count;
            Ok(count)
        }
    }

    fn read(bytes: &[u8], step: usize) -> (String, String, u64, u64) {
        let mut source = Source::new(
            Box::new(Drip(bytes.to_vec(), 0, step)),
            Decoder::default(),
            0,
        );
        let mut text = String::new();
        source.read_to_string(&mut text).unwrap();
        (
            text,
            source.decoder().found(),
            source.offset(),
            source.line(),
        )
    }

    #[test]
    fn values_are_decoded_one_by_one() {
        let bytes = b"<a>M\xFCller</a>\n<b>M\xC3\xBCller \xE2\x82\xAC</b>\n<c>M\xFC</c>";
        for step in [1, 2, 3, 7, 1000] {
            let (text, found, offset, line) = read(bytes, step);
            assert_eq!(text, "<a>Müller</a>\n<b>Müller €</b>\n<c>Mü</c>", "{step}");
            assert_eq!(found, "mixed", "{step}");
            assert_eq!(
                (offset, line),
                (u64::try_from(bytes.len()).unwrap(), 3),
                "{step}"
            );
        }
    }

    #[test]
    fn clean_text_passes_unchanged_whatever_the_chunks() {
        let text = "<a>Größe €</a>\n".repeat(10_000);
        for step in [1, 5, 4096, 1 << 20] {
            let (read, found, ..) = read(text.as_bytes(), step);
            assert!(read == text && found == "utf-8", "{step}");
        }
    }

    #[test]
    fn a_text_without_end_loses_its_rest() {
        let endless = b"<a>"
            .chain(io::repeat(b'x').take(50 << 20))
            .chain(b"</a>".as_slice());
        let mut source = Source::new(Box::new(endless), Decoder::default(), 0);
        source.begin_event();
        assert!(source.fill_buf().unwrap().starts_with(b"<a>"));
        source.consume(3);
        source.begin_event();
        let mut kept = 0;
        loop {
            let held = source.fill_buf().unwrap();
            let take = memchr::memchr(b'<', held).unwrap_or(held.len());
            if take == 0 {
                break;
            }
            kept += take;
            source.consume(take);
        }
        let limit = limits::MAX_VALUE_BYTES;
        assert!((limit..=limit + 2 * CHUNK_BYTES).contains(&kept), "{kept}");
        assert_eq!(source.offset(), 3 + (50 << 20));
        assert!(source.fill_buf().unwrap().starts_with(b"</a>"));
    }

    #[test]
    fn a_tag_without_end_fails() {
        let endless = b"<a ".chain(io::repeat(b'x'));
        let mut source = Source::new(Box::new(endless), Decoder::default(), 0);
        source.begin_event();
        let failed = loop {
            match source.fill_buf() {
                Ok(held) => {
                    let all = held.len();
                    source.consume(all);
                }
                Err(error) => break error,
            }
        };
        assert!(source.too_long() && failed.to_string().contains("without end"));
        assert!(source.offset() < 2 << 20);
    }

    proptest! {
        #[test]
        fn any_bytes_become_text_and_none_is_skipped(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            step in 1_usize..20,
        ) {
            let (_, _, offset, _) = read(&bytes, step);
            prop_assert_eq!(offset, u64::try_from(bytes.len()).unwrap());
        }
    }
}

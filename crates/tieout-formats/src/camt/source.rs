//! The stream under the XML parser: always valid UTF-8, places known, no event without end.
//!
//! quick-xml reads UTF-8 and collects one event (a text, a tag, a comment) at a time, however long. So this stands
//! between the file and the parser and
//! - decodes bytes that are not UTF-8, value by value, in the charset the file declares: a wrong declaration spoils
//!   neither the other values nor the offsets, which stay those of the file;
//! - drops what a text has beyond [`limits::MAX_VALUE_BYTES`], and fails a tag or comment beyond [`MAX_MARKUP_BYTES`];
//! - counts lines and bytes without a second look at every byte.
//!
//! A chunk of clean UTF-8, which is nearly every one, is handed on as it lies. The parser asks for bytes several times
//! per event, so [`BufRead::fill_buf`] and [`BufRead::consume`] do nothing but move an index until a chunk is used up.

use crate::limits;
use std::io::{self, BufRead, Read};
use tieout_core::encoding::Decoder;

/// The longest tag, comment, CDATA section or processing instruction, in bytes; a chunk more may be read.
pub(super) const MAX_MARKUP_BYTES: usize = 1 << 20;

const CHUNK_BYTES: usize = 64 * 1024;

/// A stream of XML for quick-xml.
pub(super) struct Source<'a> {
    reader: Box<dyn Read + 'a>,
    decoder: Decoder,
    /// The text of the present chunk, `position..end` not yet consumed.
    text: Vec<u8>,
    position: usize,
    end: usize,
    /// Where the decoded values of the chunk stand: in the text, and in the chunk. Empty if the text is as in the file.
    values: Vec<(usize, usize)>,
    /// Bytes of the file that begin the next chunk: `..held`, for the chunk ends within a character or a value.
    raw: Vec<u8>,
    held: usize,
    /// Offsets in the file of the present chunk and the next.
    chunk_offset: u64,
    next_offset: u64,
    /// The line number at `counted` in the text.
    line: u64,
    counted: usize,
    event: Event,
    ended: bool,
    multibyte_seen: bool,
    too_long: bool,
}

/// The event that the parser is reading.
#[derive(Debug, Clone, Copy, Default)]
struct Event {
    /// Where it begins in the text of the present chunk.
    position: usize,
    /// What it has of the chunks before, if it began there.
    before: Option<Before>,
}

#[derive(Debug, Clone, Copy)]
struct Before {
    offset: u64,
    first: u8,
    bytes: usize,
}

impl<'a> Source<'a> {
    /// A source over a stream whose first byte stands at `offset` in the file.
    pub(super) fn new(reader: Box<dyn Read + 'a>, decoder: Decoder, offset: u64) -> Self {
        Self {
            reader,
            decoder,
            text: Vec::new(),
            position: 0,
            end: 0,
            values: Vec::new(),
            raw: Vec::new(),
            held: 0,
            chunk_offset: offset,
            next_offset: offset,
            line: 1,
            counted: 0,
            event: Event::default(),
            ended: false,
            multibyte_seen: false,
            too_long: false,
        }
    }

    /// The parser is about to read an event.
    pub(super) fn begin_event(&mut self) {
        self.event = Event {
            position: self.position,
            before: None,
        };
    }

    /// Where the present event begins in the file.
    pub(super) fn event_offset(&self) -> u64 {
        self.event
            .before
            .map_or_else(|| self.offset_of(self.event.position), |before| before.offset)
    }

    /// How far the file is read.
    pub(super) fn offset(&self) -> u64 {
        self.offset_of(self.position)
    }

    fn offset_of(&self, position: usize) -> u64 {
        let after = self.values.partition_point(|(text, _)| *text <= position);
        let value = after.checked_sub(1).and_then(|index| self.values.get(index));
        let in_chunk = value.map_or(position, |(text, raw)| raw + (position - text));
        self.chunk_offset
            .saturating_add(u64::try_from(in_chunk).unwrap_or(u64::MAX))
            .min(self.next_offset)
    }

    /// The number of the line that is being read, from 1.
    pub(super) fn line(&mut self) -> u64 {
        let passed = self.text.get(self.counted..self.position).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', passed).count();
        self.line = self.line.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        self.counted = self.position;
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

    /// The chunk is used up: goes on to the next one that has text for the parser.
    fn refill(&mut self) -> io::Result<()> {
        let begun = match self.event.before {
            Some(before) => Some((before.first, before.bytes)),
            None if self.event.position < self.end => self.text.get(self.event.position).map(|first| (*first, 0)),
            None => None,
        };
        self.event.before = begun.map(|(first, bytes)| Before {
            offset: self.event_offset(),
            first,
            bytes: bytes.saturating_add(self.end - self.event.position),
        });
        self.next_chunk()?;
        match self.event.before {
            Some(before) if before.first == b'<' && before.bytes > MAX_MARKUP_BYTES => {
                self.too_long = true;
                Err(io::Error::other("a tag or comment without end"))
            }
            Some(before) if before.first != b'<' && before.bytes > limits::MAX_VALUE_BYTES => self.drop_text(),
            _ => Ok(()),
        }
    }

    /// Drops the rest of a text, up to the next markup.
    fn drop_text(&mut self) -> io::Result<()> {
        loop {
            let rest = self.text.get(self.position..self.end).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'<', rest) {
                self.position += at;
                return Ok(());
            }
            self.position = self.end;
            self.next_chunk()?;
            if self.end == 0 {
                return Ok(());
            }
        }
    }

    /// Reads until at least one whole character is there, or the file ends.
    fn next_chunk(&mut self) -> io::Result<()> {
        self.position = self.end;
        self.line();
        (self.position, self.end, self.counted, self.event.position) = (0, 0, 0, 0);
        self.values.clear();
        self.chunk_offset = self.next_offset;
        self.raw.resize(CHUNK_BYTES, 0);
        while self.end == 0 && !(self.ended && self.held == 0) {
            let free = self.raw.get_mut(self.held..).unwrap_or_default();
            let count = match self.reader.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.ended |= count == 0;
            self.held += count;
            self.take_chunk();
        }
        Ok(())
    }

    /// Makes text of what is held, as much as is whole.
    fn take_chunk(&mut self) {
        let held = self.raw.get(..self.held).unwrap_or_default();
        let whole = if held.is_ascii() {
            held.len()
        } else {
            match std::str::from_utf8(held) {
                Ok(_) => held.len(),
                Err(error) if error.error_len().is_none() && !self.ended => error.valid_up_to(),
                Err(_) => return self.decode_chunk(),
            }
        };
        self.note_multibyte(whole);
        std::mem::swap(&mut self.raw, &mut self.text);
        self.raw.resize(CHUNK_BYTES, 0);
        let rest = self.text.get(whole..self.held).unwrap_or_default();
        if let Some(front) = self.raw.get_mut(..rest.len()) {
            front.copy_from_slice(rest);
        }
        self.end = whole;
        self.pass(whole);
    }

    /// One character is enough for the decoder to know that there is UTF-8.
    fn note_multibyte(&mut self, whole: usize) {
        let held = self.raw.get(..whole).unwrap_or_default();
        let first = if self.multibyte_seen {
            None
        } else {
            held.iter().position(|byte| !byte.is_ascii())
        };
        if let Some(first) = first {
            let end = (first + 1..=whole).find(|end| held.get(*end).is_none_or(|byte| byte & 0xC0 != 0x80));
            self.decoder
                .decode(held.get(first..end.unwrap_or(whole)).unwrap_or_default());
            self.multibyte_seen = true;
        }
    }

    /// Bytes that are not UTF-8: decodes what is held value by value, up to the last whole one.
    fn decode_chunk(&mut self) {
        let held = self.raw.get(..self.held).unwrap_or_default();
        let whole = match memchr::memrchr2(b'<', b'>', held) {
            _ if self.ended => held.len(),
            Some(at) if held.get(at) == Some(&b'>') => at + 1,
            Some(at) if at > 0 => at,
            // One value longer than a chunk: cut it where no character can be torn.
            _ => held.iter().rposition(u8::is_ascii).map_or(held.len(), |at| at.max(1)),
        };
        self.text.clear();
        let mut start = 0;
        while let Some(rest) = held.get(start..whole).filter(|rest| !rest.is_empty()) {
            let end = match rest.first() {
                Some(b'<') => memchr::memchr(b'>', rest).map(|at| at + 1),
                _ => memchr::memchr(b'<', rest),
            };
            let value = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            self.values.push((self.text.len(), start));
            self.text.extend_from_slice(self.decoder.decode(value).as_bytes());
            start += value.len();
        }
        self.end = self.text.len();
        self.raw.copy_within(whole..self.held, 0);
        self.pass(whole);
    }

    /// So many of the held bytes are in the text now.
    fn pass(&mut self, whole: usize) {
        self.held -= whole;
        self.next_offset = self
            .next_offset
            .saturating_add(u64::try_from(whole).unwrap_or(u64::MAX));
    }
}

impl BufRead for Source<'_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position == self.end {
            self.refill()?;
        }
        Ok(self.text.get(self.position..self.end).unwrap_or_default())
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.position = (self.position + amount).min(self.end);
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
        let mut source = Source::new(Box::new(Drip(bytes.to_vec(), 0, step)), Decoder::default(), 0);
        let mut text = String::new();
        source.read_to_string(&mut text).unwrap();
        (text, source.decoder().found(), source.offset(), source.line())
    }

    #[test]
    fn values_are_decoded_one_by_one() {
        let bytes = b"<a>M\xFCller</a>\n<b>M\xC3\xBCller \xE2\x82\xAC</b>\n<c>M\xFC</c>";
        for step in [1, 2, 3, 7, 1000] {
            let (text, found, offset, line) = read(bytes, step);
            assert_eq!(text, "<a>Müller</a>\n<b>Müller €</b>\n<c>Mü</c>", "{step}");
            assert_eq!(found, "mixed", "{step}");
            assert_eq!((offset, line), (u64::try_from(bytes.len()).unwrap(), 3), "{step}");
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
        let endless = b"<a>".chain(io::repeat(b'x').take(50 << 20)).chain(b"</a>".as_slice());
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

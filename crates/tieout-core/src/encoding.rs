//! From bytes to text, without knowing the charset for sure.
//!
//! Declared charsets are hints: files that say Windows-1252 and hold UTF-8 are common, and so is the reverse. Every
//! charset that banks use for text, UTF-16 apart, contains ASCII, so readers work on **bytes** (delimiters and tags are
//! ASCII) and decode each value on its own with a [`Decoder`]: valid UTF-8 wins, anything else is read in the fallback
//! charset. UTF-16 is turned into UTF-8 first, by [`open`].

use crate::block::{BLOCK_BYTES, each_block};
use crate::{cp437, cp850, cp852};
use encoding_rs::{CoderResult, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};

/// What a reader reads from: bytes that can be read again from the start (a file, or `Cursor` over memory).
pub trait Input: Read + Seek {}

impl<T: Read + Seek> Input for T {}

/// How many bytes [`open`] looks at, and hands on as [`Opened::head`].
pub const HEAD_BYTES: usize = 16 * 1024;

/// An input from its first byte, UTF-16 already turned into UTF-8, a byte order mark taken off.
pub struct Opened<'a> {
    /// The first [`HEAD_BYTES`] (fewer if the file is shorter), as the reader will give them.
    pub head: Vec<u8>,
    /// The whole content, the head included.
    pub reader: Box<dyn Read + 'a>,
    /// `utf-8`, `utf-16le`, `utf-16be` where a mark or the pattern of NULs says so.
    pub marked: Option<&'static str>,
}

/// Begins an input from its start.
///
/// # Errors
/// Only those of reading and seeking.
pub fn open(input: &mut dyn Input) -> io::Result<Opened<'_>> {
    input.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    input.take(4096).read_to_end(&mut head)?;
    let (marked, skip) = mark_of(&head);
    input.seek(SeekFrom::Start(skip))?;
    let mut reader: Box<dyn Read + '_> = match marked {
        Some("utf-16le") => Box::new(Utf16Reader::new(input, UTF_16LE)),
        Some("utf-16be") => Box::new(Utf16Reader::new(input, UTF_16BE)),
        _ => Box::new(input),
    };
    let mut head = Vec::new();
    let head_bytes = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX);
    reader.by_ref().take(head_bytes).read_to_end(&mut head)?;
    let reader = Box::new(io::Cursor::new(head.clone()).chain(reader));
    Ok(Opened { head, reader, marked })
}

/// The byte order mark or NUL pattern at the start, and how many bytes the mark takes.
fn mark_of(head: &[u8]) -> (Option<&'static str>, u64) {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => (Some("utf-8"), 3),
        [0xFF, 0xFE, ..] => (Some("utf-16le"), 2),
        [0xFE, 0xFF, ..] => (Some("utf-16be"), 2),
        // Without a mark: text in UTF-16 begins with ASCII, so every other byte is NUL.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Some("utf-16le"), 0),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Some("utf-16be"), 0),
        _ => (None, 0),
    }
}

/// Turns UTF-16 into UTF-8 while reading; unpaired surrogates become U+FFFD.
struct Utf16Reader<'a> {
    inner: &'a mut dyn Input,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<'a> Utf16Reader<'a> {
    fn new(inner: &'a mut dyn Input, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; 16 * 1024],
            out: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !self.ended {
            let count = self.inner.read(&mut self.raw)?;
            self.ended = count == 0;
            let mut source = self.raw.get(..count).unwrap_or_default();
            self.out.resize(64 * 1024, 0);
            let mut filled = 0;
            loop {
                let free = self.out.get_mut(filled..).unwrap_or_default();
                let (result, read, written, _) = self.decoder.decode_to_utf8(source, free, self.ended);
                filled += written;
                source = source.get(read..).unwrap_or_default();
                if result == CoderResult::InputEmpty {
                    break;
                }
                self.out.resize(self.out.len() + 64 * 1024, 0);
            }
            self.out.truncate(filled);
        }
        Ok(())
    }
}

impl Read for Utf16Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.refill()?;
        }
        let rest = self.out.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

/// The bytes without a character of UTF-8 that their end cuts.
pub fn whole_characters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or(bytes),
        _ => bytes,
    }
}

/// Decodes values one by one and remembers what it saw.
#[derive(Debug, Clone)]
pub struct Decoder {
    fallback: Fallback,
    multibyte: bool,
    fell_back: u64,
    undecodable: u64,
}

/// What is not UTF-8 is read as this.
#[derive(Debug, Clone, Copy)]
enum Fallback {
    /// A charset of the web.
    Web(&'static Encoding),
    Cp437,
    Cp850,
    Cp852,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(WINDOWS_1252)
    }
}

impl Decoder {
    /// A decoder that reads as `fallback` whatever is not UTF-8.
    pub fn new(fallback: &'static Encoding) -> Self {
        Self {
            fallback: Fallback::Web(fallback),
            multibyte: false,
            fell_back: 0,
            undecodable: 0,
        }
    }

    /// Changes the fallback to a charset named by a file (`ISO-8859-1`, `1252`, `windows-1250`); unknown names and
    /// UTF-8 change nothing. Returns whether the name was known.
    pub fn declare(&mut self, name: &str) -> bool {
        let name = name.trim();
        let label = match name.to_ascii_uppercase().as_str() {
            "852" | "CP852" | "IBM852" => {
                self.fallback = Fallback::Cp852;
                return true;
            }
            "850" | "CP850" | "IBM850" | "DOS-850" => {
                self.fallback = Fallback::Cp850;
                return true;
            }
            "437" | "CP437" | "IBM437" | "PC8" => {
                self.fallback = Fallback::Cp437;
                return true;
            }
            "1250" | "CP1250" => "windows-1250",
            "1251" | "CP1251" => "windows-1251",
            "1252" | "CP1252" => "windows-1252",
            "8859-1" => "iso-8859-1",
            _ => name,
        };
        match Encoding::for_label(label.as_bytes()) {
            Some(known) if known.is_ascii_compatible() && known != encoding_rs::UTF_8 => {
                self.fallback = Fallback::Web(known);
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    /// The text of a value. Bytes of no character become U+FFFD.
    #[inline]
    pub fn decode<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        if let Ok(text) = simdutf8::basic::from_utf8(bytes)
            && !self.is_by_chance(text)
        {
            self.see(text);
            return Cow::Borrowed(text);
        }
        self.fell_back = self.fell_back.saturating_add(1);
        self.fall_back(bytes)
    }

    /// As [`Decoder::decode`], of bytes that were looked at before (`ascii`: nothing else is among them). `room` is used
    /// again and again, so that nothing is allocated for a value.
    #[inline]
    pub fn decode_in<'a>(&mut self, bytes: &'a [u8], ascii: bool, room: &'a mut Room) -> &'a str {
        if !ascii && self.fell_back > 0 && self.is_surely_latin1(bytes) {
            self.fell_back = self.fell_back.saturating_add(1);
            return room.latin1(bytes);
        }
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) if ascii => text,
            Ok(text) if !self.is_by_chance(text) => {
                self.see(text);
                text
            }
            _ => self.fall_back_in(bytes, room),
        }
    }

    /// Short words of Chinese and Japanese charsets may be UTF-8 by chance: two bytes each, which there are letters of other
    /// scripts, never Chinese or Japanese ones.
    fn is_by_chance(&self, text: &str) -> bool {
        let double = matches!(self.fallback, Fallback::Web(encoding) if !encoding.is_single_byte());
        double && !text.is_ascii() && text.chars().all(|c| c < '\u{800}')
    }

    fn fall_back_in<'a>(&mut self, bytes: &[u8], room: &'a mut Room) -> &'a str {
        self.fell_back = self.fell_back.saturating_add(1);
        if self.is_latin1(bytes) {
            return room.latin1(bytes);
        }
        let text = self.fall_back(bytes);
        room.0.clear();
        room.0.push_str(&text);
        &room.0
    }

    /// Above its control characters, Windows-1252 is Latin-1, which needs no table.
    fn is_latin1(&self, bytes: &[u8]) -> bool {
        self.is_windows_1252() && !has_between(bytes, 0x80, 0x9F)
    }

    fn is_windows_1252(&self) -> bool {
        matches!(self.fallback, Fallback::Web(encoding) if encoding == WINDOWS_1252)
    }

    /// Something is no ASCII, and none of it goes on with a character of UTF-8; nor is it a control character of Latin-1.
    fn is_surely_latin1(&self, bytes: &[u8]) -> bool {
        self.is_windows_1252() && !has_between(bytes, 0x80, 0xBF)
    }

    fn fall_back<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        let text = match self.fallback {
            Fallback::Web(_) if self.is_latin1(bytes) => return encoding_rs::mem::decode_latin1(bytes),
            Fallback::Web(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Fallback::Cp437 => return Cow::Owned(cp437::decode(bytes)),
            Fallback::Cp850 => return Cow::Owned(cp850::decode(bytes)),
            Fallback::Cp852 => return Cow::Owned(cp852::decode(bytes)),
        };
        if has_undecodable(text.as_bytes()) {
            // encoding_rs follows the web's tables, which map undefined bytes to C1 controls.
            self.undecodable = self.undecodable.saturating_add(1);
            return Cow::Owned(text.replace(|c| ('\u{80}'..='\u{9F}').contains(&c), "\u{FFFD}"));
        }
        text
    }

    /// Remembers a value that is known to be UTF-8 already.
    #[inline]
    pub fn see(&mut self, text: &str) {
        self.multibyte = self.multibyte || !is_ascii(text.as_bytes());
    }

    /// How many values had bytes of no character.
    pub fn undecodable(&self) -> u64 {
        self.undecodable
    }

    /// The charset that was found: `ascii`, `utf-8`, the fallback's name in lower case, or `mixed`.
    pub fn found(&self) -> String {
        match (self.multibyte, self.fell_back > 0) {
            (false, false) => "ascii".into(),
            (true, false) => "utf-8".into(),
            (false, true) => match self.fallback {
                Fallback::Web(encoding) => encoding.name().to_ascii_lowercase(),
                Fallback::Cp437 => "ibm437".into(),
                Fallback::Cp850 => "ibm850".into(),
                Fallback::Cp852 => "ibm852".into(),
            },
            (true, true) => "mixed".into(),
        }
    }
}

/// Where a decoder writes what it had to turn into UTF-8.
#[derive(Debug, Default)]
pub struct Room(String);

impl Room {
    fn latin1(&mut self, bytes: &[u8]) -> &str {
        // Filled with zeros as far as it was ever needed: the conversion wants a text to write over.
        while self.0.len() < bytes.len() * 2 {
            self.0.push_str("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        }
        let written = encoding_rs::mem::convert_latin1_to_str(bytes, &mut self.0);
        self.0.get(..written).unwrap_or_default()
    }
}

/// The text in a buffer, if all of it is ASCII. Blanks are added to the buffer, up to whole blocks behind the text: its end
/// need not be looked at byte by byte then.
#[inline]
pub fn ascii_text(buffer: &mut Vec<u8>) -> Option<&str> {
    let length = buffer.len();
    buffer.extend_from_slice(&[b' '; BLOCK_BYTES]);
    let blocks = buffer.get(..length.next_multiple_of(BLOCK_BYTES))?;
    utf8(blocks)?.get(..length)
}

/// The text, if the bytes are UTF-8.
#[inline]
pub fn utf8(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

/// Whether all bytes are ASCII. (Values are short and nearly always ASCII: looking at all of them, many at once, is faster
/// than the standard library's way, which ends early.)
#[inline]
pub fn is_ascii(bytes: &[u8]) -> bool {
    let all = |bytes: &[u8]| bytes.iter().fold(0, |all, byte| all | byte);
    match bytes.last_chunk::<32>() {
        // The end in one block, some of it again, and not byte by byte.
        Some(end) => all(bytes.as_chunks::<32>().0.as_flattened()) | all(end) < 0x80,
        None => all(bytes) < 0x80,
    }
}

/// Whether a byte from the first of these to the last is among them.
fn has_between(bytes: &[u8], first: u8, last: u8) -> bool {
    let mut found = 0;
    each_block(bytes, |block, _| found |= block.between(first, last));
    found != 0
}

/// Whether UTF-8 has U+FFFD or a control character from U+0080 to U+009F.
fn has_undecodable(text: &[u8]) -> bool {
    memchr::memchr2_iter(0xC2, 0xEF, text).any(|at| match text.get(at..) {
        Some([0xC2, second, ..]) => *second < 0xA0,
        Some([0xEF, 0xBF, 0xBD, ..]) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn all(bytes: &[u8]) -> (String, Option<&'static str>) {
        let mut input = Cursor::new(bytes.to_vec());
        let mut opened = open(&mut input).unwrap();
        let mut text = Vec::new();
        opened.reader.read_to_end(&mut text).unwrap();
        (Decoder::default().decode(&text).into_owned(), opened.marked)
    }

    #[test]
    fn marks_are_taken_off() {
        assert_eq!(all(b"\xEF\xBB\xBFabc"), ("abc".into(), Some("utf-8")));
        assert_eq!(all(b"\xFF\xFEa\0\xE4\0"), ("aä".into(), Some("utf-16le")));
        assert_eq!(all(b"\xFE\xFF\0a\0\xE4"), ("aä".into(), Some("utf-16be")));
        assert_eq!(all(b"a\0b\0"), ("ab".into(), Some("utf-16le")));
        assert_eq!(all(b""), (String::new(), None));
    }

    #[test]
    fn long_utf16_reads_whole() {
        let text = "Überweisung €12,50\r\n".repeat(20_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(all(&[b"\xFF\xFE".as_slice(), &bytes].concat()).0, text);
    }

    #[test]
    fn valid_utf8_wins_and_the_rest_falls_back() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode("Müller".as_bytes()), "Müller");
        assert_eq!(decoder.found(), "utf-8");
        assert_eq!(decoder.decode(b"M\xFCller"), "Müller");
        assert_eq!(decoder.found(), "mixed");
        assert_eq!(decoder.undecodable(), 0);
        assert_eq!(decoder.decode(b"a\x81\xFC"), "a\u{FFFD}ü");
        assert_eq!(decoder.undecodable(), 1);
    }

    #[test]
    fn a_declared_charset_is_the_fallback() {
        let mut decoder = Decoder::default();
        assert!(decoder.declare("1250"));
        assert_eq!(decoder.decode(b"\xE8"), "č");
        assert!(!decoder.declare("no such charset"));
        assert_eq!(decoder.decode(b"\xE8"), "č");
        assert!(decoder.declare("cp852"));
        assert_eq!(
            (decoder.decode(b"\x9F").as_ref(), decoder.found().as_str()),
            ("č", "ibm852")
        );
    }
}

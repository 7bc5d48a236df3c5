//! The body of an OFX file as a stream of tags, each with the text that follows it.
//!
//! OFX 1 is SGML whose elements need no end tag, OFX 2 is XML, and banks mix the two: XML headers above bodies without
//! end tags, SGML headers above XML bodies, bare `&`, stray text. So this is no XML parser: a *tag* here is a start or
//! end tag plus everything up to the next one. A start tag whose own end tag follows at once takes it along
//! ([`Tags::closed`]), which makes `<NAME>a</NAME>` and `<NAME>a` the same to the reader of tags.
//!
//! Memory is one buffer, whatever the file: [`MAX_VALUE_BYTES`] bytes of a text are kept, comments and declarations are
//! skipped as they stream by, and entities are never defined or expanded here. Nesting costs nothing, as nothing is
//! remembered about enclosing tags; that is why this reader needs no limit of depth.
//!
//! `<` that does not begin a well-formed tag is text (`A < B`, `<john@example.org>`, `<INV 123>`).

use super::element::Element;
use super::markup::{KnownTags, MAX_TAG_BYTES, Markup, Shape, find_start};
use crate::limits::MAX_VALUE_BYTES;
use memchr::{memchr, memchr_iter, memmem};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// What is in the buffer, unless the file ends, before a tag is read: nearly always the tag, its text, its end tag and
/// the next tag. Where it is not, the tag is read piece by piece.
const AHEAD_BYTES: usize = 8 * MAX_TAG_BYTES;
const BUFFER_BYTES: usize = 32 * AHEAD_BYTES;

/// Reads tags from a stream. [`Tags::advance`] moves to the next one, the other methods tell about the present one.
pub(super) struct Tags<R> {
    reader: R,
    buffer: Buffer,
    /// The index of the buffer up to which everything is consumed.
    start: usize,
    /// Where in the file the buffer begins.
    base: u64,
    ended: bool,
    /// The tag at `start`, found as the end of the text before it; at first a tag of no bytes, whose text is the header.
    next: Option<Shape>,
    present: Present,
    known: KnownTags,
    /// Name and text of a tag whose text is not one slice of the buffer.
    scratch: Vec<u8>,
    newline: u8,
    /// Up to which index of the buffer newlines are counted, and their number plus one.
    counted: usize,
    line: u64,
    unclosed: bool,
}

/// A part of the file. Whether it is ASCII is found out once for all of it, as asking for each value costs more than
/// reading it.
struct Buffer {
    room: Room,
    /// How much of the room is filled; behind it stands what was there before.
    filled: usize,
}

enum Room {
    Ascii(String),
    Bytes(Vec<u8>),
}

/// The tag that [`Tags::advance`] moved to.
#[derive(Default)]
struct Present {
    shape: Shape,
    /// Where its `<` and its text are in the buffer.
    at: usize,
    text: Range<usize>,
    closed: bool,
    cut: bool,
    /// The buffer has moved on; name and text are in the scratch, the name from its beginning.
    copied: Option<Origin>,
}

/// Where a tag is in the file.
struct Origin {
    position: u64,
    line: u64,
}

impl Buffer {
    fn new() -> Self {
        Self {
            room: Room::Bytes(vec![0; BUFFER_BYTES]),
            filled: 0,
        }
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        let room = match &self.room {
            Room::Ascii(text) => text.as_bytes(),
            Room::Bytes(bytes) => bytes,
        };
        room.get(..self.filled).unwrap_or_default()
    }

    #[inline]
    fn ascii(&self, range: Range<usize>) -> Option<&str> {
        match &self.room {
            Room::Ascii(text) => text.get(range),
            Room::Bytes(_) => None,
        }
    }

    /// Drops the first bytes and fills up the room; false if the reader ended before it was full.
    fn refill(&mut self, consumed: usize, reader: &mut impl Read) -> io::Result<bool> {
        let mut bytes = match std::mem::replace(&mut self.room, Room::Bytes(Vec::new())) {
            Room::Ascii(text) => text.into_bytes(),
            Room::Bytes(bytes) => bytes,
        };
        bytes.copy_within(consumed..self.filled, 0);
        self.filled -= consumed;
        let read = fill(&mut bytes, &mut self.filled, reader);
        self.room = if bytes.is_ascii() {
            String::from_utf8(bytes).map_or_else(|error| Room::Bytes(error.into_bytes()), Room::Ascii)
        } else {
            Room::Bytes(bytes)
        };
        read
    }
}

/// Reads until the bytes are filled or the reader ends; false if it ended.
fn fill(bytes: &mut [u8], filled: &mut usize, reader: &mut impl Read) -> io::Result<bool> {
    while let Some(free) = bytes.get_mut(*filled..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => return Ok(false),
            Ok(count) => *filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

impl<R: Read> Tags<R> {
    /// Tags of `reader`, whose first byte is at `base` in the file. Lines end in `newline`.
    pub(super) fn new(reader: R, base: u64, newline: u8) -> Self {
        Self {
            reader,
            buffer: Buffer::new(),
            start: 0,
            base,
            ended: false,
            next: Some(Shape::default()),
            present: Present::default(),
            known: KnownTags::new(),
            scratch: Vec::new(),
            newline,
            counted: 0,
            line: 1,
            unclosed: false,
        }
    }

    /// Moves to the next tag; false at the end of the file.
    ///
    /// # Errors
    /// Those of the reader.
    #[inline]
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.ensure()?;
        let Some(shape) = self.next else {
            return Ok(false);
        };
        self.present.shape = shape;
        self.present.at = self.start;
        self.present.closed = shape.empty;
        self.present.cut = false;
        self.present.copied = None;
        if !self.take_whole(shape) {
            self.collect(shape)?;
        }
        if shape.length() == 0 {
            return self.advance();
        }
        Ok(true)
    }

    /// Which element it begins or ends.
    pub(super) fn element(&self) -> Element {
        self.present.shape.element
    }

    /// Whether it is an end tag.
    pub(super) fn closing(&self) -> bool {
        self.present.shape.closing
    }

    /// Whether its own end tag followed its text directly and was taken along, or the tag closes itself. End tags of long
    /// names and at the end of a file come by themselves.
    pub(super) fn closed(&self) -> bool {
        self.present.closed
    }

    /// Whether its text was longer than [`MAX_VALUE_BYTES`] and lost its end.
    pub(super) fn cut(&self) -> bool {
        self.present.cut
    }

    /// Its name as printed, without namespace prefix.
    pub(super) fn name(&self) -> &[u8] {
        let name = self.present.shape.name();
        let copied = self.scratch.get(..name.len()).filter(|_| self.present.copied.is_some());
        copied
            .or_else(|| self.buffer.bytes().get(self.present.at..)?.get(name))
            .unwrap_or_default()
    }

    /// The text after it, without blanks around; not decoded, entities as printed.
    pub(super) fn text(&self) -> &[u8] {
        let source = if self.present.copied.is_some() {
            &self.scratch
        } else {
            self.buffer.bytes()
        };
        source.get(self.present.text.clone()).unwrap_or_default()
    }

    /// The same, if it is known to be ASCII.
    pub(super) fn ascii_text(&self) -> Option<&str> {
        if self.present.copied.is_some() {
            return None;
        }
        self.buffer.ascii(self.present.text.clone())
    }

    /// Where the tag itself, without text, stands in the file.
    pub(super) fn bytes(&self) -> Range<u64> {
        let begin = match &self.present.copied {
            Some(origin) => origin.position,
            None => self.base + to_u64(self.present.at),
        };
        begin..begin + to_u64(self.present.shape.length())
    }

    /// The number of the line on which it begins, from 1.
    pub(super) fn line(&mut self) -> u64 {
        if let Some(origin) = &self.present.copied {
            return origin.line;
        }
        self.count_to(self.present.at);
        self.line
    }

    /// Whether a comment or declaration ran to the end of the file.
    pub(super) fn unclosed(&self) -> bool {
        self.unclosed
    }

    fn window(&self) -> &[u8] {
        self.buffer.bytes().get(self.start..).unwrap_or_default()
    }

    /// Sees to it that a whole tag of any allowed length is in the buffer, or the file's end.
    #[inline]
    fn ensure(&mut self) -> io::Result<()> {
        if self.ended || self.buffer.bytes().len() - self.start >= AHEAD_BYTES {
            return Ok(());
        }
        self.refill()
    }

    #[cold]
    fn refill(&mut self) -> io::Result<()> {
        self.count_to(self.start);
        let consumed = std::mem::take(&mut self.start);
        self.base += to_u64(consumed);
        self.counted = 0;
        self.ended = !self.buffer.refill(consumed, &mut self.reader)?;
        Ok(())
    }

    fn count_to(&mut self, index: usize) {
        let passed = self.buffer.bytes().get(self.counted..index);
        let newlines = memchr_iter(self.newline, passed.unwrap_or_default());
        self.line += to_u64(newlines.count());
        self.counted = self.counted.max(index);
    }

    /// Takes the tag at `start` with its text straight from the buffer; false if the text is interrupted or too long.
    fn take_whole(&mut self, shape: Shape) -> bool {
        let bytes = self.buffer.bytes();
        let begin = self.start + shape.length();
        let (text_end, at, next) = match following(bytes, self.start, shape, self.sure_end(), &mut self.known) {
            Some(Following { text_end, at, next }) => (text_end, at, Some(next)),
            None if self.ended && find_markup(bytes, begin, bytes.len()).is_none() => (bytes.len(), bytes.len(), None),
            None => return false,
        };
        let text = trimmed(bytes, begin..text_end);
        if text.len() > MAX_VALUE_BYTES {
            return false;
        }
        self.present.closed |= at > text_end;
        self.present.text = text;
        self.start = at;
        self.next = next;
        true
    }

    /// Where in the buffer a tag may begin and surely end: closer to the end of the buffer it may be cut off, unless the
    /// file ends there.
    fn sure_end(&self) -> usize {
        let held = self.buffer.bytes().len();
        if self.ended {
            held
        } else {
            held.saturating_sub(MAX_TAG_BYTES)
        }
    }

    /// Takes a tag whose text is interrupted by comments, holds CDATA, or is too long, piece by piece.
    #[cold]
    fn collect(&mut self, shape: Shape) -> io::Result<()> {
        self.present.copied = Some(Origin {
            position: self.bytes().start,
            line: self.line(),
        });
        self.scratch.clear();
        let name = self.window().get(shape.name()).unwrap_or_default().to_vec();
        self.scratch.extend_from_slice(&name);
        let name_bytes = name.len();
        self.start += shape.length();
        self.next = loop {
            self.ensure()?;
            let Some((at, markup)) = find_markup(self.buffer.bytes(), self.start, self.sure_end()) else {
                self.keep(self.sure_end().saturating_sub(self.start), name_bytes);
                if self.ended {
                    break None;
                }
                continue;
            };
            let at = at - self.start;
            self.keep(at, name_bytes);
            match markup {
                Markup::Tag(next) => break Some(next),
                Markup::Comment => self.pass(b"-->", None)?,
                Markup::Instruction => self.pass(b">", None)?,
                Markup::Declaration => self.pass_declaration()?,
                Markup::Cdata => {
                    self.start += b"<![CDATA[".len();
                    self.pass(b"]]>", Some(name_bytes))?;
                }
            }
        };
        self.present.text = trimmed(&self.scratch, name_bytes..self.scratch.len());
        Ok(())
    }

    /// Moves the next `count` bytes of the window to the text in the scratch, as far as it may grow.
    fn keep(&mut self, count: usize, name_bytes: usize) {
        let piece = self
            .buffer
            .bytes()
            .get(self.start..self.start + count)
            .unwrap_or_default();
        let piece = if self.scratch.len() == name_bytes {
            piece.trim_ascii_start()
        } else {
            piece
        };
        let room = (name_bytes + MAX_VALUE_BYTES).saturating_sub(self.scratch.len());
        let (kept, dropped) = piece.split_at_checked(room).unwrap_or((piece, &[]));
        self.scratch.extend_from_slice(kept);
        self.present.cut |= !dropped.trim_ascii().is_empty();
        self.start += count;
    }

    /// Passes everything up to and including `mark`; with `cdata`, what is before the mark is text, with its `&`
    /// written as entities, so that they stay what they are.
    fn pass(&mut self, mark: &[u8], cdata: Option<usize>) -> io::Result<()> {
        loop {
            self.ensure()?;
            let found = memmem::find(self.window(), mark);
            let count = match found {
                Some(at) => at,
                None if self.ended => self.window().len(),
                None => self.window().len() - mark.len(),
            };
            if let Some(name_bytes) = cdata {
                self.keep_literal(count, name_bytes);
            } else {
                self.start += count;
            }
            if found.is_some() {
                self.start += mark.len();
                return Ok(());
            }
            if self.ended {
                self.unclosed = true;
                return Ok(());
            }
        }
    }

    fn keep_literal(&mut self, count: usize, name_bytes: usize) {
        let end = self.start + count;
        while self.start < end {
            let piece = self.buffer.bytes().get(self.start..end).unwrap_or_default();
            let plain = memchr(b'&', piece).unwrap_or(piece.len());
            self.keep(plain, name_bytes);
            if self.start < end {
                self.start += 1;
                self.scratch.extend_from_slice(b"&amp;");
                if self.scratch.len() > name_bytes + MAX_VALUE_BYTES {
                    self.present.cut = true;
                    self.start = end;
                }
            }
        }
    }

    /// `<!DOCTYPE ...>`, with or without declarations of its own in brackets; none of them is ever used.
    fn pass_declaration(&mut self) -> io::Result<()> {
        self.ensure()?;
        let window = self.window();
        let end = memchr(b'>', window).unwrap_or(window.len());
        if memchr(b'[', window).is_some_and(|bracket| bracket < end) {
            self.pass(b"]", None)?;
        }
        self.pass(b">", None)
    }
}

/// The next tag: where the text before it ends, where it begins. Between the two is the tag's own end tag, if any.
struct Following {
    text_end: usize,
    at: usize,
    next: Shape,
}

/// What follows the tag at `start`; `None` if it is not text and a tag.
fn following(bytes: &[u8], start: usize, tag: Shape, sure_end: usize, known: &mut KnownTags) -> Option<Following> {
    let begin = start + tag.length();
    let text_end = begin + find_start(bytes.get(begin..)?)?;
    if text_end >= sure_end {
        return None;
    }
    let after_text = bytes.get(text_end..)?;
    if let Some(length) = known.own_end(tag, after_text) {
        let after = after_text.get(length..)?;
        let blanks = after.iter().take_while(|b| **b <= b' ').count();
        if text_end + length + blanks < sure_end
            && let Some(next) = known.tag_at(after.get(blanks..)?, tag)
        {
            return Some(Following {
                text_end,
                at: text_end + length + blanks,
                next,
            });
        }
    }
    if let Some(next) = known.tag_at(after_text, tag) {
        return Some(Following {
            text_end,
            at: text_end,
            next,
        });
    }
    match find_markup(bytes, text_end, sure_end)? {
        (at, Markup::Tag(next)) => Some(Following { text_end: at, at, next }),
        _ => None,
    }
}

/// The first markup that begins at `from` or later and before `sure_end`.
fn find_markup(bytes: &[u8], from: usize, sure_end: usize) -> Option<(usize, Markup)> {
    let mut at = from;
    loop {
        at += memchr(b'<', bytes.get(at..)?)?;
        if at >= sure_end {
            return None;
        }
        if let Some(markup) = Markup::at(bytes.get(at..)?) {
            return Some((at, markup));
        }
        at += 1;
    }
}

/// The range without blanks, line ends, NUL and Ctrl-Z at both ends.
fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let mut text = bytes.get(range.clone()).unwrap_or_default();
    let Range { mut start, mut end } = range;
    while let [rest @ .., b'\0'..=b' '] = text {
        text = rest;
        end -= 1;
    }
    while let [b'\0'..=b' ', rest @ ..] = text {
        text = rest;
        start += 1;
    }
    start..end
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags as `NAME=text`, `/NAME`; a tag that closed itself as `NAME=text/`.
    fn tags(body: &[u8]) -> Vec<String> {
        struct Step<'a>(&'a [u8]);
        impl Read for Step<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.0.len().min(7).min(buffer.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let mut tags = Tags::new(Step(body).chain([b' '; 16].as_slice()), 0, b'\n');
        let mut found = Vec::new();
        while tags.advance().unwrap() {
            let name = String::from_utf8_lossy(tags.name()).into_owned();
            let text = String::from_utf8_lossy(tags.text()).into_owned();
            let slash = if tags.closing() { "/" } else { "" };
            let text = if text.is_empty() { text } else { format!("={text}") };
            let closed = if tags.closed() { "/" } else { "" };
            found.push(format!("{slash}{name}{text}{closed}"));
        }
        found
    }

    #[test]
    fn sgml_and_xml_give_the_same_elements() {
        assert_eq!(tags(b"<A><B>1\n<C> 2 3 \r\n</A>"), ["A", "B=1", "C=2 3", "/A"]);
        assert_eq!(tags(b"<A>\n<B>1</B>\n<C> 2 3 </C></A>"), ["A", "B=1/", "C=2 3/", "/A"]);
        assert_eq!(tags(b"<A><B></B><C/><D /></A>"), ["A", "B/", "C/", "D/", "/A"]);
    }

    #[test]
    fn headers_comments_and_declarations_are_passed_over() {
        let body = b"OFXHEADER:100 A<B\n<?xml version=\"1.0\"?><!DOCTYPE OFX [<!ENTITY a \"b>c\">]><!-- <X> --><A>1<!-- 2 -->3";
        assert_eq!(tags(body), ["A=13"]);
    }

    #[test]
    fn a_character_that_begins_no_tag_is_text() {
        for text in [
            "a < b",
            "a <3",
            "x<john@example.org>",
            "<INV 123>",
            "a <> b",
            "<!x",
            "1 <2> 3",
            "<a b",
            "&<",
        ] {
            let body = format!("<M>{text}<N>1");
            assert_eq!(tags(body.as_bytes()), [format!("M={text}"), "N=1".to_owned()], "{text}");
        }
    }

    #[test]
    fn prefixes_attributes_and_odd_names_are_taken() {
        assert_eq!(
            tags(b"<o:A x=\"1\"><INTU.BID>3<_b-c>4<D a='/' />"),
            ["A", "INTU.BID=3", "_b-c=4", "D/"]
        );
    }

    #[test]
    fn cdata_is_text_as_it_stands() {
        assert_eq!(tags(b"<A>x<![CDATA[ <B> & ]]>y</A>"), ["A=x <B> &amp; y", "/A"]);
    }

    #[test]
    fn text_after_an_end_tag_is_not_lost() {
        assert_eq!(tags(b"<A>1</A> stray <B>2"), ["A=1", "/A=stray", "B=2"]);
    }

    #[test]
    fn an_endless_text_is_cut_in_bounded_memory() {
        let body = io::repeat(b'x').take(32 << 20);
        let mut tags = Tags::new(b"<A>".as_slice().chain(body).chain(b"<B>1".as_slice()), 0, b'\n');
        assert!(tags.advance().unwrap());
        assert_eq!((tags.text().len(), tags.cut()), (MAX_VALUE_BYTES, true));
        assert!(tags.advance().unwrap());
        assert_eq!(
            (tags.text(), tags.cut(), tags.bytes().start),
            (b"1".as_slice(), false, 3 + (32 << 20))
        );
        assert!(!tags.advance().unwrap());
        assert!(tags.scratch.capacity() <= 2 * MAX_VALUE_BYTES);
    }

    #[test]
    fn endless_blanks_and_comments_cut_nothing() {
        let blanks = io::repeat(b'\n').take(1 << 20);
        let comment = io::repeat(b'<').take(1 << 20);
        let body = b"<A>"
            .as_slice()
            .chain(blanks)
            .chain(b"1<!--".as_slice())
            .chain(comment);
        let mut tags = Tags::new(body.chain(b"-->2<B>".as_slice()), 0, b'\n');
        assert!(tags.advance().unwrap());
        assert_eq!((tags.line(), tags.text(), tags.cut()), (1, b"12".as_slice(), false));
        assert!(tags.advance().unwrap());
        assert_eq!((tags.line(), tags.name()), ((1 << 20) + 1, b"B".as_slice()));
    }

    #[test]
    fn what_never_closes_is_said() {
        let mut tags = Tags::new(b"<A>1<!-- <B>2".as_slice(), 0, b'\n');
        assert!(tags.advance().unwrap());
        assert_eq!((tags.text(), tags.unclosed()), (b"1".as_slice(), true));
        assert!(!tags.advance().unwrap());
    }

    #[test]
    fn lines_and_bytes_are_those_of_the_file() {
        let mut tags = Tags::new(b"\n\n<A>\n  <B>1</B>\n</A>          \n".as_slice(), 3, b'\n');
        let mut places = Vec::new();
        while tags.advance().unwrap() {
            places.push((tags.line(), tags.bytes()));
        }
        assert_eq!(places, [(3, 5..8), (4, 11..14), (5, 20..24)]);
    }
}

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

use crate::limits::MAX_VALUE_BYTES;
use memchr::{memchr, memchr_iter, memmem};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// The longest tag, from `<` to `>`; what is longer is text.
const MAX_TAG_BYTES: usize = 1024;
/// What must be in the buffer, unless the file ends, before a tag is read: the tag, its text, its end tag, the next tag.
const MAX_TOKEN_BYTES: usize = MAX_VALUE_BYTES + 4 * MAX_TAG_BYTES;
const BUFFER_BYTES: usize = 4 * MAX_TOKEN_BYTES;

/// Reads tags from a stream. [`Tags::advance`] moves to the next one, the other methods tell about the present one.
pub(super) struct Tags<R> {
    reader: R,
    buffer: Vec<u8>,
    /// What is not yet consumed: `next` begins at `start`.
    start: usize,
    end: usize,
    /// Where in the file the buffer begins.
    base: u64,
    ended: bool,
    next: Next,
    present: Present,
    /// Name and text of a tag whose text is not one slice of the buffer.
    scratch: Vec<u8>,
    newline: u8,
    /// Up to which index of the buffer newlines are counted, and their number plus one.
    counted: usize,
    line: u64,
    unclosed: bool,
}

/// What was found at `start` while the tag before it was read.
#[derive(Clone, Copy)]
enum Next {
    /// Nothing is read yet: what comes first is the header.
    Header,
    Tag(Shape),
    End,
}

/// A tag, in offsets from its `<`.
#[derive(Clone, Copy, Default)]
struct Shape {
    closing: bool,
    empty: bool,
    name: (usize, usize),
    length: usize,
}

#[derive(Default)]
struct Present {
    closing: bool,
    closed: bool,
    cut: bool,
    name: Range<usize>,
    text: Range<usize>,
    in_scratch: bool,
    bytes: Range<u64>,
    /// Known from the start if the buffer may have moved on; else counted when asked for.
    line: Option<u64>,
}

/// What a `<` in a text begins.
enum Markup {
    Tag(Shape),
    Comment,
    Cdata,
    Instruction,
    Declaration,
}

impl<R: Read> Tags<R> {
    /// Tags of `reader`, whose first byte is at `base` in the file. Lines end in `newline`.
    pub(super) fn new(reader: R, base: u64, newline: u8) -> Self {
        Self {
            reader,
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            base,
            ended: false,
            next: Next::Header,
            present: Present::default(),
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
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.ensure()?;
        let shape = match self.next {
            Next::Tag(shape) => shape,
            Next::End => return Ok(false),
            Next::Header => {
                self.collect(Shape::default())?;
                return self.advance();
            }
        };
        let begin = self.position(self.start);
        self.present.closing = shape.closing;
        self.present.closed = shape.empty;
        self.present.cut = false;
        self.present.bytes = begin..begin + to_u64(shape.length);
        self.present.line = None;
        if !self.take_whole(shape) {
            self.present.line = Some(self.line());
            self.collect(shape)?;
        }
        Ok(true)
    }

    /// Whether it is an end tag.
    pub(super) fn closing(&self) -> bool {
        self.present.closing
    }

    /// Whether its own end tag followed its text directly and was taken along, or the tag closes itself.
    pub(super) fn closed(&self) -> bool {
        self.present.closed
    }

    /// Whether its text was longer than [`MAX_VALUE_BYTES`] and lost its end.
    pub(super) fn cut(&self) -> bool {
        self.present.cut
    }

    /// Its name as printed, without namespace prefix.
    pub(super) fn name(&self) -> &[u8] {
        self.slice(&self.present.name)
    }

    /// The text after it, without blanks around; not decoded, entities as printed.
    pub(super) fn text(&self) -> &[u8] {
        self.slice(&self.present.text)
    }

    /// Where the tag itself, without text, stands in the file.
    pub(super) fn bytes(&self) -> Range<u64> {
        self.present.bytes.clone()
    }

    /// The number of the line on which it begins, from 1.
    pub(super) fn line(&mut self) -> u64 {
        if let Some(line) = self.present.line {
            return line;
        }
        let begin = usize::try_from(self.present.bytes.start - self.base).unwrap_or(self.start);
        self.count_to(begin);
        self.present.line = Some(self.line);
        self.line
    }

    /// Whether a comment or declaration ran to the end of the file.
    pub(super) fn unclosed(&self) -> bool {
        self.unclosed
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        let source = if self.present.in_scratch {
            &self.scratch
        } else {
            &self.buffer
        };
        source.get(range.clone()).unwrap_or_default()
    }

    fn position(&self, index: usize) -> u64 {
        self.base + to_u64(index)
    }

    fn window(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Fills the buffer so that a whole tag of any allowed length is in it, or the file's end.
    fn ensure(&mut self) -> io::Result<()> {
        if self.ended || self.end - self.start >= MAX_TOKEN_BYTES {
            return Ok(());
        }
        self.count_to(self.start);
        self.buffer.copy_within(self.start..self.end, 0);
        self.base += to_u64(self.start);
        self.counted = 0;
        self.end -= self.start;
        self.start = 0;
        while let Some(free) = self.buffer.get_mut(self.end..)
            && !free.is_empty()
        {
            match self.reader.read(free) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn count_to(&mut self, index: usize) {
        let passed = self.buffer.get(self.counted..index).unwrap_or_default();
        self.line += to_u64(memchr_iter(self.newline, passed).count());
        self.counted = self.counted.max(index);
    }

    /// Takes the tag at `start` with its text straight from the buffer; false if the text is interrupted or too long.
    fn take_whole(&mut self, shape: Shape) -> bool {
        let window = self.buffer.get(self.start..self.end).unwrap_or_default();
        let sure = if self.ended {
            window.len()
        } else {
            window.len().saturating_sub(MAX_TAG_BYTES)
        };
        let (mut at, mut next) = match find_markup(window, shape.length, sure) {
            Some((at, Markup::Tag(next))) => (at, Next::Tag(next)),
            None if self.ended => (window.len(), Next::End),
            _ => return false,
        };
        if at - shape.length > MAX_VALUE_BYTES {
            return false;
        }
        let text = trimmed(window, shape.length..at);
        if let Next::Tag(end) = next
            && end.closing
            && !shape.closing
            && !text.is_empty()
            && same_name(window, shape, at, end)
        {
            let after = at + end.length;
            let blank = window
                .get(after..sure)
                .unwrap_or_default()
                .iter()
                .take_while(|b| **b <= b' ')
                .count();
            let rest = window.get(after + blank..).unwrap_or_default();
            if let Some(Markup::Tag(following)) = markup_at(rest) {
                self.present.closed = true;
                at = after + blank;
                next = Next::Tag(following);
            }
        }
        let origin = self.start;
        self.present.in_scratch = false;
        self.present.name = origin + shape.name.0..origin + shape.name.1;
        self.present.text = origin + text.start..origin + text.end;
        self.start += at;
        self.next = next;
        true
    }

    /// Takes a tag whose text is interrupted by comments, holds CDATA, or is too long, piece by piece.
    fn collect(&mut self, shape: Shape) -> io::Result<()> {
        self.scratch.clear();
        let name = self
            .buffer
            .get(self.start + shape.name.0..self.start + shape.name.1);
        self.scratch.extend_from_slice(name.unwrap_or_default());
        let name_bytes = self.scratch.len();
        self.start += shape.length;
        self.next = loop {
            self.ensure()?;
            let sure = if self.ended {
                usize::MAX
            } else {
                self.window().len() - MAX_TAG_BYTES
            };
            let Some((at, markup)) = find_markup(self.window(), 0, sure) else {
                let rest = self.window().len().min(sure);
                self.keep(rest, name_bytes);
                if self.ended {
                    break Next::End;
                }
                continue;
            };
            self.keep(at, name_bytes);
            match markup {
                Markup::Tag(next) => break Next::Tag(next),
                Markup::Comment => self.pass(b"-->", None)?,
                Markup::Instruction => self.pass(b">", None)?,
                Markup::Declaration => self.pass_declaration()?,
                Markup::Cdata => {
                    self.start += b"<![CDATA[".len();
                    self.pass(b"]]>", Some(name_bytes))?;
                }
            }
        };
        let text = trimmed(&self.scratch, name_bytes..self.scratch.len());
        self.present.in_scratch = true;
        self.present.name = 0..name_bytes;
        self.present.text = text;
        Ok(())
    }

    /// Moves the next `count` bytes of the window to the text in the scratch, as far as it may grow.
    fn keep(&mut self, count: usize, name_bytes: usize) {
        let piece = self
            .buffer
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
            let piece = self.buffer.get(self.start..end).unwrap_or_default();
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

/// The first markup that begins at `from` or later and before `sure`.
fn find_markup(window: &[u8], from: usize, sure: usize) -> Option<(usize, Markup)> {
    let mut at = from;
    loop {
        at += memchr(b'<', window.get(at..)?)?;
        if at >= sure {
            return None;
        }
        if let Some(markup) = markup_at(window.get(at..)?) {
            return Some((at, markup));
        }
        at += 1;
    }
}

/// What begins at the first byte, a `<`.
fn markup_at(bytes: &[u8]) -> Option<Markup> {
    match bytes {
        [b'<', b'!', b'-', b'-', ..] => Some(Markup::Comment),
        [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => Some(Markup::Cdata),
        [b'<', b'!', b'D' | b'd', b'O' | b'o', b'C' | b'c', ..] => Some(Markup::Declaration),
        [b'<', b'?', letter, ..] if letter.is_ascii_alphabetic() => Some(Markup::Instruction),
        [b'<', b'/', rest @ ..] => shape_of(rest, 2, true).map(Markup::Tag),
        [b'<', rest @ ..] => shape_of(rest, 1, false).map(Markup::Tag),
        _ => None,
    }
}

/// The tag whose name begins here, `skipped` bytes after its `<`; `None` if it is no tag.
fn shape_of(rest: &[u8], skipped: usize, closing: bool) -> Option<Shape> {
    let mut name = 0;
    let first = *rest.first()?;
    if !first.is_ascii_alphabetic() && first != b'_' {
        return None;
    }
    let rest = rest.get(..MAX_TAG_BYTES - skipped).unwrap_or(rest);
    let stop = rest
        .iter()
        .position(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'_' | b'-'))?;
    let mut end = stop;
    if rest.get(stop) == Some(&b':') {
        name = stop + 1;
        let local = rest.get(name..)?;
        end = name
            + local
                .iter()
                .position(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'_' | b'-'))?;
    }
    let (empty, length) = match rest.get(end..)? {
        [b'>', ..] => (false, end + 1),
        [b'/', b'>', ..] => (true, end + 2),
        [byte, ..] if *byte <= b' ' => {
            let length = end + memchr(b'>', rest.get(end..)?)? + 1;
            let inside = rest.get(end..length - 1)?;
            let attributes = inside.trim_ascii();
            let empty = attributes.ends_with(b"/");
            let attributes = attributes.strip_suffix(b"/").unwrap_or(attributes);
            if memchr(b'<', inside).is_some()
                || !(attributes.is_empty() || attributes.contains(&b'='))
            {
                return None;
            }
            (empty, length)
        }
        _ => return None,
    };
    Some(Shape {
        closing,
        empty,
        name: (skipped + name, skipped + end),
        length: skipped + length,
    })
}

fn same_name(window: &[u8], tag: Shape, end_at: usize, end: Shape) -> bool {
    window.get(tag.name.0..tag.name.1) == window.get(end_at + end.name.0..end_at + end.name.1)
}

/// The range without blanks, line ends, NUL and Ctrl-Z at both ends.
fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = bytes.get(range.clone()).unwrap_or_default();
    let before = text.iter().take_while(|b| **b <= b' ').count();
    let after = text.iter().rev().take_while(|b| **b <= b' ').count();
    if before == text.len() {
        return range.start..range.start;
    }
    range.start + before..range.end - after
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
        let mut tags = Tags::new(Step(body), 0, b'\n');
        let mut found = Vec::new();
        while tags.advance().unwrap() {
            let name = String::from_utf8_lossy(tags.name()).into_owned();
            let text = String::from_utf8_lossy(tags.text()).into_owned();
            let slash = if tags.closing() { "/" } else { "" };
            let text = if text.is_empty() {
                text
            } else {
                format!("={text}")
            };
            let closed = if tags.closed() { "/" } else { "" };
            found.push(format!("{slash}{name}{text}{closed}"));
        }
        found
    }

    #[test]
    fn sgml_and_xml_give_the_same_elements() {
        assert_eq!(
            tags(b"<A><B>1\n<C> 2 3 \r\n</A>"),
            ["A", "B=1", "C=2 3", "/A"]
        );
        assert_eq!(
            tags(b"<A>\n<B>1</B>\n<C> 2 3 </C></A>"),
            ["A", "B=1/", "C=2 3/", "/A"]
        );
        assert_eq!(
            tags(b"<A><B></B><C/><D /></A>"),
            ["A", "B", "/B", "C/", "D/", "/A"]
        );
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
            assert_eq!(
                tags(body.as_bytes()),
                [format!("M={text}"), "N=1".to_owned()],
                "{text}"
            );
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
        assert_eq!(
            tags(b"<A>x<![CDATA[ <B> & ]]>y</A>"),
            ["A=x <B> &amp; y", "/A"]
        );
    }

    #[test]
    fn text_after_an_end_tag_is_not_lost() {
        assert_eq!(tags(b"<A>1</A> stray <B>2"), ["A=1", "/A=stray", "B=2"]);
    }

    #[test]
    fn an_endless_text_is_cut_in_bounded_memory() {
        let body = io::repeat(b'x').take(32 << 20);
        let mut tags = Tags::new(
            b"<A>".as_slice().chain(body).chain(b"<B>1".as_slice()),
            0,
            b'\n',
        );
        assert!(tags.advance().unwrap());
        assert_eq!((tags.text().len(), tags.cut()), (MAX_VALUE_BYTES, true));
        assert!(tags.advance().unwrap());
        assert_eq!(
            (tags.text(), tags.cut(), tags.bytes().start),
            (b"1".as_slice(), false, 3 + (32 << 20))
        );
        assert!(!tags.advance().unwrap());
        assert_eq!(tags.buffer.len(), BUFFER_BYTES);
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
        assert_eq!(
            (tags.line(), tags.text(), tags.cut()),
            (1, b"12".as_slice(), false)
        );
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
        let mut tags = Tags::new(b"\n\n<A>\n  <B>1</B>\n</A>".as_slice(), 3, b'\n');
        let mut places = Vec::new();
        while tags.advance().unwrap() {
            places.push((tags.line(), tags.bytes()));
        }
        assert_eq!(places, [(3, 5..8), (4, 11..14), (5, 20..24)]);
    }
}

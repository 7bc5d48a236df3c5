//! Tags and texts of markup as it is found in files that are called XLS: never quite HTML, not always XML.
//!
//! Nothing is checked against a grammar and nothing is built: a tag is a name with its attributes as they are written, and
//! every byte is looked at a bounded number of times.

use memchr::{memchr, memchr3, memmem};
use std::borrow::Cow;

/// A piece of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::spreadsheet) enum Piece<'a> {
    /// Text in which entities stand for characters.
    Text(&'a str),
    /// Text that is meant as it stands.
    Plain(&'a str),
    Open(Tag<'a>),
    Close(&'a str),
    /// A tag that the end of the file cuts.
    Cut,
}

/// A tag that opens an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::spreadsheet) struct Tag<'a> {
    /// Name without a prefix.
    pub(in crate::spreadsheet) name: &'a str,
    attributes: &'a str,
    /// It closes itself (`<Cell/>`).
    pub(in crate::spreadsheet) is_empty: bool,
}

/// The pieces of a text.
pub(in crate::spreadsheet) struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    pub(in crate::spreadsheet) fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Passes over everything up to where this element is closed: a script or style is no markup inside.
    pub(in crate::spreadsheet) fn skip_to_close(&mut self, name: &str) {
        let mut from = 0;
        while let Some(found) = memmem::find(self.rest.as_bytes().get(from..).unwrap_or_default(), b"</") {
            let at = from + found;
            let after = self.rest.get(at + 2..).unwrap_or_default();
            if after
                .get(..name.len())
                .is_some_and(|closed| closed.eq_ignore_ascii_case(name))
            {
                self.rest = self.rest.get(at..).unwrap_or_default();
                return;
            }
            from = at + 2;
        }
        self.rest = "";
    }

    fn split(&mut self, at: usize) -> &'a str {
        let (before, after) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = after;
        before
    }

    /// The part behind `skip` up to `end`, which is passed over too; `None` if `end` does not come.
    fn enclosed(&mut self, skip: usize, end: &str) -> Option<&'a str> {
        let inner = self.rest.get(skip..)?;
        let length = memmem::find(inner.as_bytes(), end.as_bytes())?;
        self.split(skip + length + end.len()).get(skip..skip + length)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if !self.rest.starts_with('<') {
                let end = memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
                return Some(Piece::Text(self.split(end)));
            }
            let (skip, end) = match self.rest {
                rest if rest.starts_with("<!--") => (4, "-->"),
                rest if rest.starts_with("<![CDATA[") => (9, "]]>"),
                rest if rest.starts_with("<?") || rest.starts_with("<!") => (2, ">"),
                _ => (0, ""),
            };
            if !end.is_empty() {
                let inner = self.enclosed(skip, end);
                if inner.is_none() {
                    self.rest = "";
                    return Some(Piece::Cut);
                }
                if skip == 9 {
                    return inner.map(Piece::Plain);
                }
                continue;
            }
            let Some(second) = self.rest.as_bytes().get(1).copied() else {
                self.rest = "";
                return Some(Piece::Cut);
            };
            if second != b'/' && !second.is_ascii_alphabetic() {
                return Some(Piece::Plain(self.split(1)));
            }
            let Some(length) = tag_length(self.rest) else {
                self.rest = "";
                return Some(Piece::Cut);
            };
            return Some(piece(self.split(length)));
        }
    }
}

/// Length of the tag that the text begins with, to its `>`, which may stand in a quoted attribute.
fn tag_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        let rest = bytes.get(at..)?;
        let found = memchr3(b'>', b'"', b'\'', rest)?;
        let quote = *rest.get(found)?;
        if quote == b'>' {
            return Some(at + found + 1);
        }
        // A quote that is never closed is a letter.
        let behind = rest.get(found + 1..)?;
        at += found + 1 + memchr(quote, behind).map_or(0, |end| end + 1);
    }
}

fn piece(tag: &str) -> Piece<'_> {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    if let Some(name) = inner.strip_prefix('/') {
        return Piece::Close(local(name.trim()));
    }
    let is_empty = inner.ends_with('/');
    let inner = inner.trim_end_matches('/');
    let end = inner.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at_checked(end).unwrap_or((inner, ""));
    Piece::Open(Tag {
        name: local(name),
        attributes,
        is_empty,
    })
}

/// A name without its prefix (`ss:Row`).
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

impl Tag<'_> {
    /// Whether tags of tables stand among the attributes: a quote of theirs is lost, and all up to the next one with it.
    pub(in crate::spreadsheet) fn is_torn(&self) -> bool {
        let mut inner = memmem::find_iter(self.attributes.as_bytes(), b"<");
        inner.any(|at| {
            let behind = self.attributes.get(at + 1..).unwrap_or_default();
            let name = behind.strip_prefix('/').unwrap_or(behind).get(..2).unwrap_or_default();
            ["td", "th", "tr", "ta"]
                .iter()
                .any(|own| name.eq_ignore_ascii_case(own))
        })
    }

    pub(in crate::spreadsheet) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, whatever its prefix.
    pub(in crate::spreadsheet) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut rest = self.attributes;
        loop {
            let (before, after) = rest.split_once('=')?;
            let key = before.trim_ascii_end();
            let key = key.rsplit(|c: char| c.is_ascii_whitespace()).next().unwrap_or(key);
            let after = after.trim_ascii_start();
            let quote = after.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
            let (value, behind) = match quote {
                Some(quote) => {
                    let inner = after.get(1..)?;
                    inner.split_once(char::from(quote)).unwrap_or((inner, ""))
                }
                None => after
                    .split_once(|c: char| c.is_ascii_whitespace())
                    .unwrap_or((after, "")),
            };
            if local(key).eq_ignore_ascii_case(name) {
                return Some(super::entities::decoded(value));
            }
            rest = behind;
        }
    }

    /// A number from 1 in an attribute; 1 if it has none that can be.
    pub(in crate::spreadsheet) fn count(&self, name: &str) -> usize {
        let value = self.attribute(name);
        value
            .and_then(|value| value.trim().parse().ok())
            .filter(|count| *count > 0)
            .unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_order_whatever_is_wrong_with_them() {
        let text = "a<!-- <td> --><TD class=x colspan='2' title=\"a>b\">1 < 2<br/></ss:Data><![CDATA[<&]]><? x ?><td";
        let pieces: Vec<_> = Pieces::of(text).collect();
        let Piece::Open(tag) = pieces[1] else {
            panic!("{pieces:?}")
        };
        assert!(tag.is("td") && tag.count("colspan") == 2 && tag.count("rowspan") == 1);
        assert_eq!(tag.attribute("title").as_deref(), Some("a>b"));
        assert_eq!(tag.attribute("class").as_deref(), Some("x"));
        assert_eq!(pieces[0], Piece::Text("a"));
        assert_eq!(pieces[2..5], [Piece::Text("1 "), Piece::Plain("<"), Piece::Text(" 2")]);
        assert_eq!(pieces[6..], [Piece::Close("Data"), Piece::Plain("<&"), Piece::Cut]);
    }

    #[test]
    fn what_is_not_closed_ends() {
        for text in ["<!-- x", "<![CDATA[x", "<td title=\"x", "<", "</", "<td '>x"] {
            assert!(Pieces::of(text).count() <= 2, "{text}");
        }
        let mut pieces = Pieces::of("if (a</b>) x</SCRIPT >y");
        pieces.skip_to_close("script");
        assert_eq!(pieces.next(), Some(Piece::Close("SCRIPT")));
        pieces.skip_to_close("script");
        assert_eq!(pieces.next(), None);
    }
}

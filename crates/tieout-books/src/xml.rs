//! Elements of an XML text, one after the other, without namespaces' prefixes: what readers of ledger files need of XML.
//!
//! A DTD ends the reading, nesting is bounded, and only the five entities and numbers are replaced.

use crate::read::Emitter;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event as Xml};
use quick_xml::{Reader, XmlVersion};
use tieout_core::problem::{Code, Place};

/// Elements within elements.
const MAX_DEPTH: usize = 64;
/// Attributes of one element that are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// An element begins.
    Open(String),
    /// An element ends; [`Elements::text`] is what stood in it, [`Elements::path`] what is around it.
    Close(String),
    /// The text ends.
    End,
}

/// A walk through a text.
pub(crate) struct Elements<'a> {
    reader: Reader<&'a [u8]>,
    source: &'a str,
    path: Vec<String>,
    attributes: Vec<(String, String)>,
    text: String,
    /// An empty element is to be closed.
    closing: bool,
    /// The text is that of an element that has ended.
    ended: bool,
    counted: (usize, u64),
}

/// What a reader does at the beginning and the end of each element.
pub(crate) trait Visitor {
    /// An element begins in this line; its attributes are known.
    fn open(&mut self, name: &str, elements: &Elements<'_>, line: u64, out: &mut Emitter<'_>);

    /// An element ends; its text and what is around it are known.
    fn close(&mut self, name: &str, elements: &Elements<'_>, out: &mut Emitter<'_>);
}

/// Shows a visitor all of a text. False, and said, if the text is broken.
pub(crate) fn visit(text: &str, visitor: &mut impl Visitor, out: &mut Emitter<'_>) -> bool {
    let mut elements = Elements::of(text);
    loop {
        match elements.next() {
            Ok(Event::Open(name)) => {
                let line = elements.line();
                visitor.open(&name, &elements, line, out);
            }
            Ok(Event::Close(name)) => visitor.close(&name, &elements, out),
            Ok(Event::End) => return true,
            Err(message) => {
                out.report(Code::Malformed, Place::line(elements.line()), message);
                return false;
            }
        }
    }
}

impl<'a> Elements<'a> {
    pub(crate) fn of(source: &'a str) -> Self {
        let mut reader = Reader::from_str(source);
        reader.config_mut().check_end_names = true;
        Self {
            reader,
            source,
            path: Vec::new(),
            attributes: Vec::new(),
            text: String::new(),
            closing: false,
            ended: false,
            counted: (0, 1),
        }
    }

    /// Text of the element that ended last, without the text of elements in it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Names of the elements around the one that ended last, the outermost first.
    pub(crate) fn path(&self) -> &[String] {
        &self.path
    }

    /// An attribute of the element that began last, by its name without prefix; empty if it has none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The line that was read last, from 1.
    pub(crate) fn line(&mut self) -> u64 {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let at = at.min(self.source.len());
        let (before, line) = self.counted;
        let between = self.source.as_bytes().get(before..at).unwrap_or_default();
        let ends = u64::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or(0);
        self.counted = (at.max(before), line + ends);
        self.counted.1
    }

    /// The next beginning or end of an element.
    ///
    /// # Errors
    /// What is broken, in words.
    pub(crate) fn next(&mut self) -> Result<Event, String> {
        if std::mem::take(&mut self.ended) {
            self.text.clear();
        }
        if std::mem::take(&mut self.closing) {
            return Ok(self.close());
        }
        loop {
            let event = self
                .reader
                .read_event()
                .map_err(|error| format!("the XML is broken: {error}"))?;
            match event {
                Xml::Start(tag) => {
                    let name = local(tag.name().as_ref());
                    self.attributes = attributes(&tag);
                    return self.open(name);
                }
                Xml::Empty(tag) => {
                    let name = local(tag.name().as_ref());
                    self.attributes = attributes(&tag);
                    self.closing = true;
                    return self.open(name);
                }
                Xml::End(_) => return Ok(self.close()),
                Xml::Text(text) => self.text.push_str(&text),
                Xml::CData(text) => self.text.push_str(&text),
                Xml::GeneralRef(reference) => {
                    let name: &str = &reference;
                    if let Some(c) = entity(name) {
                        self.text.push(c);
                    } else {
                        self.text.extend(["&", name, ";"]);
                    }
                }
                Xml::DocType(_) => return Err("the XML has a document type, which no ledger file needs".into()),
                Xml::Eof if self.path.is_empty() => return Ok(Event::End),
                Xml::Eof => return Err("the XML ends before it is complete".into()),
                Xml::Comment(_) | Xml::PI(_) | Xml::Decl(_) => {}
            }
        }
    }

    fn close(&mut self) -> Event {
        self.ended = true;
        Event::Close(self.path.pop().unwrap_or_default())
    }

    fn open(&mut self, name: String) -> Result<Event, String> {
        if self.path.len() >= MAX_DEPTH {
            return Err(format!("elements stand one in the other more than {MAX_DEPTH} deep"));
        }
        self.text.clear();
        self.path.push(name.clone());
        Ok(Event::Open(name))
    }
}

/// Attributes of a tag; those that are broken are passed over.
fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let readable = tag.attributes().filter_map(Result::ok).take(MAX_ATTRIBUTES);
    let value = |attribute: &Attribute<'_>| match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => attribute.value.clone().into_owned(),
    };
    readable
        .map(|attribute| (local(attribute.key.as_ref()), value(&attribute)))
        .collect()
}

fn local(name: &str) -> String {
    name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned()
}

/// The character of an entity that every XML has, or of a number.
fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Result<Vec<String>, String> {
        let mut elements = Elements::of(text);
        let mut seen = Vec::new();
        loop {
            match elements.next()? {
                Event::Open(name) => seen.push(format!("<{name}")),
                Event::Close(name) => {
                    let line = elements.line();
                    let path = elements.path().join("/");
                    seen.push(format!("{path}/{name}={:?}@{line}", elements.text()));
                }
                Event::End => return Ok(seen),
            }
        }
    }

    #[test]
    fn elements_come_with_text_path_and_line() {
        let seen = walk("<n:a>\n<b x:id=\"7\">A &amp; B&#x20AC;<![CDATA[<]]></b><c/>tail</n:a>").unwrap();
        assert_eq!(
            seen,
            ["<a", "<b", "a/b=\"A & B€<\"@2", "<c", "a/c=\"\"@2", "/a=\"tail\"@2"]
        );
    }

    #[test]
    fn broken_deep_and_typed_texts_are_refused() {
        for text in [
            "<a><b></a>".to_owned(),
            "<a>".to_owned(),
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a/>".to_owned(),
            "<a>".repeat(100),
        ] {
            assert!(walk(&text).is_err(), "{text}");
        }
    }
}

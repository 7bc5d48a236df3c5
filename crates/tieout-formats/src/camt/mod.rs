//! ISO 20022 account statements: camt.052 (report of the day), camt.053 (statement), camt.054 (notification), versions
//! 001.01 to 001.14, bare or in an envelope.
//!
//! A pull parser: memory does not grow with the file, a line goes out at the end of each entry. Only local names
//! count, so namespace, prefix and version do not matter. DTDs are refused and entities are never expanded, so no file
//! can grow while it is read. Where the XML breaks, what was read before is kept and the statement goes out.
//!
//! - `source`: charset, places, limits below the XML parser;
//! - `walk`: the states; `elements`: which path leads to which of the `fields`;
//! - `statement`, `balances`, `entry`, `batch`, `details`, `parties`: what is collected, by concept;
//! - `quirks`: what banks do that the standard does not say.

mod balances;
mod batch;
mod details;
mod elements;
mod entry;
mod fields;
mod parties;
mod quirks;
mod source;
mod statement;
mod values;
mod walk;

use crate::read::{Emitter, Format, ReadOptions};
use memchr::memmem;
use quick_xml::events::Event;
use source::Source;
use std::io;
use std::sync::Arc;
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use walk::{Stop, Walk};

/// The reader of camt.052, camt.053 and camt.054.
#[derive(Debug, Clone, Copy)]
pub struct Camt;

/// Something that is not as it should be, before its place in the file is known.
#[derive(Debug)]
struct Finding {
    code: Code,
    /// Below the entry or statement; empty for itself.
    path: &'static str,
    message: String,
}

impl Finding {
    fn new(code: Code, path: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            path,
            message: message.into(),
        }
    }
}

impl Format for Camt {
    fn name(&self) -> &'static str {
        "camt"
    }

    /// XML that names one of the three messages, or any other message of ISO 20022: that is refused by name rather
    /// than as unknown.
    fn recognise(&self, head: &[u8]) -> bool {
        head.trim_ascii_start().starts_with(b"<")
            && [b"iso:20022".as_slice(), b"BkToCstmr", b"camt.05"]
                .iter()
                .any(|word| memmem::find(head, word).is_some())
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let opened = encoding::open(input)?;
        let marked = opened.marked;
        let declared = declared_charset(&opened.head);
        let mut decoder = Decoder::default();
        if let Some(charset) = &declared
            && !decoder.declare(charset)
        {
            let message = format!(
                "the charset {} is not known, read as {}",
                excerpt(charset, 20),
                decoder.found()
            );
            out.report(Code::CharsetMismatch, Place::line(1), message);
        }
        let mark_bytes = if marked == Some("utf-8") { 3 } else { 0 };
        let mut reader = quick_xml::Reader::from_reader(Source::new(opened.reader, decoder, mark_bytes));
        reader.config_mut().allow_dangling_amp = true;
        let mut walk = Walk::new(options, out);
        let stop = run(&mut reader, &mut walk)?;
        walk.finish(stop, reader.get_mut());
        let decoder = reader.get_ref().decoder();
        out.encoding(marked, decoder);
        if marked.is_none() {
            out_of_declaration(declared.as_deref(), decoder, out);
        }
        Ok(())
    }
}

/// Goes through all events; what stopped it, if not the end of the file.
fn run(reader: &mut quick_xml::Reader<Source<'_>>, walk: &mut Walk<'_, '_>) -> io::Result<Option<Stop>> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().begin_event();
        let event = reader.read_event_into(&mut buffer);
        let source = reader.get_mut();
        let went_on = match &event {
            Ok(Event::Start(element)) => walk.start(element, source),
            Ok(Event::End(_)) => {
                walk.end(source);
                Ok(())
            }
            Ok(Event::Empty(element)) => walk.start(element, source).map(|()| walk.end(source)),
            Ok(Event::Text(text)) => {
                walk.text(text, source);
                Ok(())
            }
            Ok(Event::CData(text)) => {
                walk.character_data(text);
                Ok(())
            }
            Ok(Event::GeneralRef(reference)) => {
                walk.reference(reference, source);
                Ok(())
            }
            Ok(Event::Eof) => return Ok(None),
            Ok(Event::DocType(_)) => Err(Stop::new(
                Code::Malformed,
                "document type declarations are not accepted",
            )),
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => Ok(()),
            Err(error) => Err(stop_of(error, source)?),
        };
        if let Err(stop) = went_on {
            return Ok(Some(stop));
        }
    }
}

/// What broke; an error of the input itself is passed on.
fn stop_of(error: &quick_xml::Error, source: &Source<'_>) -> io::Result<Stop> {
    if source.too_long() {
        let message = format!("a tag or comment has more than {} bytes", source::MAX_MARKUP_BYTES);
        return Ok(Stop::new(Code::TooLarge, message));
    }
    match error {
        quick_xml::Error::Io(error) => Err(io::Error::new(error.kind(), Arc::clone(error))),
        broken => Ok(Stop::new(Code::Malformed, excerpt(&broken.to_string(), 160))),
    }
}

/// The charset named by the XML declaration.
fn declared_charset(head: &[u8]) -> Option<String> {
    let end = memmem::find(head, b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_owned)
}

/// A declared charset is only a hint; says where it was wrong. Without declaration XML is UTF-8.
fn out_of_declaration(declared: Option<&str>, decoder: &Decoder, out: &mut Emitter<'_>) {
    let found = decoder.found();
    let says_utf8 = declared.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    let is_right = match found.as_str() {
        "ascii" => true,
        "utf-8" => says_utf8,
        "mixed" => false,
        _ => !says_utf8,
    };
    if !is_right {
        let declared = declared.map_or_else(|| "no charset".into(), |charset| excerpt(charset, 20));
        out.problem(Problem::of_file(
            Code::CharsetMismatch,
            format!("the file declares {declared} and holds {found}"),
        ));
    }
}

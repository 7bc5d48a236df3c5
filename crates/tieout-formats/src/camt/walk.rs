//! The walk through the elements: a stack of small states, one value at a time, a line at the end of each entry.

use super::Finding;
use super::details::set_type;
use super::elements::{self, Node, Step};
use super::entry::Entry;
use super::fields::{Field, Level};
use super::quirks;
use super::source::Source;
use super::statement::{Reading, message_in};
use super::values::{NO_CURRENCY, clean};
use crate::limits;
use crate::read::{Emitter, ReadOptions};
use quick_xml::events::{BytesRef, BytesStart};
use tieout_core::Currency;
use tieout_core::problem::{Code, Place, excerpt};

/// Why reading stops before the file does.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) code: Code,
    pub(super) message: String,
}

impl Stop {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// An element that is open.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Holds(Node),
    Says(Field),
}

/// Where the walk is, and what it has collected.
pub(super) struct Walk<'e, 'o> {
    options: &'e ReadOptions,
    out: &'e mut Emitter<'o>,
    stack: Vec<Frame>,
    /// Depth below an element of no interest, itself included.
    skipped: usize,
    value: String,
    value_cut: bool,
    /// Text kept of the present entry, and of its present transaction.
    entry_bytes: usize,
    details_bytes: usize,
    /// The currency of the present amount, and the one looked up last.
    currency: Option<Currency>,
    known_currency: Option<Currency>,
    reading: Reading,
    entry: Entry,
    entry_open: bool,
    found: Vec<Finding>,
    /// What the file is, if it holds none of the three messages.
    other_message: String,
    message_seen: bool,
}

impl<'e, 'o> Walk<'e, 'o> {
    pub(super) fn new(options: &'e ReadOptions, out: &'e mut Emitter<'o>) -> Self {
        Self {
            options,
            out,
            stack: Vec::with_capacity(limits::MAX_DEPTH),
            skipped: 0,
            value: String::new(),
            value_cut: false,
            entry_bytes: 0,
            details_bytes: 0,
            currency: None,
            known_currency: None,
            reading: Reading::default(),
            entry: Entry::default(),
            entry_open: false,
            found: Vec::new(),
            other_message: String::new(),
            message_seen: false,
        }
    }

    /// An element begins.
    pub(super) fn start(&mut self, element: &BytesStart<'_>, source: &mut Source<'_>) -> Result<(), Stop> {
        if self.stack.len() + self.skipped >= limits::MAX_DEPTH {
            let message = format!("elements are nested more than {} deep", limits::MAX_DEPTH);
            return Err(Stop::new(Code::TooLarge, message));
        }
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(());
        }
        let name = local_name(element.name().into_inner());
        let step = match self.stack.last() {
            None => elements::step(Node::Envelope, name),
            Some(Frame::Holds(node)) => elements::step(*node, name),
            Some(Frame::Says(field)) => elements::step_in_field(*field, name),
        };
        match step {
            Step::Skip => self.skipped = 1,
            Step::Read(field) => {
                self.stack.push(Frame::Says(field));
                self.value.clear();
                self.value_cut = false;
                self.currency = None;
                if !element.attributes_raw().is_empty() {
                    self.read_currency(element, source);
                }
            }
            Step::Into(node) => {
                self.stack.push(Frame::Holds(node));
                return self.enter(node, name, element, source);
            }
        }
        Ok(())
    }

    /// An element ends.
    pub(super) fn end(&mut self, source: &mut Source<'_>) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match self.stack.pop() {
            Some(Frame::Says(field)) => self.finish_value(field, source),
            Some(Frame::Holds(node)) => self.leave(node, source),
            None => {}
        }
    }

    /// Text inside an element.
    pub(super) fn text(&mut self, text: &str, source: &mut Source<'_>) {
        if !self.says_something() {
            return;
        }
        if text.starts_with('&') {
            self.report(irregular("a bare & is read as itself"), source);
        }
        self.append(text);
    }

    /// Text inside an element that stands as it is.
    pub(super) fn character_data(&mut self, text: &str) {
        if self.says_something() {
            self.append(text);
        }
    }

    /// A reference inside a text: the five of XML and numbers are resolved, nothing else is.
    pub(super) fn reference(&mut self, reference: &BytesRef<'_>, source: &mut Source<'_>) {
        if !self.says_something() {
            return;
        }
        if let Some(text) = quick_xml::escape::resolve_xml_entity(reference) {
            return self.append(text);
        }
        match reference.resolve_char_ref() {
            Ok(Some(c)) if !c.is_control() || c.is_ascii_whitespace() => {
                return self.append(c.encode_utf8(&mut [0; 4]));
            }
            Ok(None) if quirks::is_bare_ampersand(reference) => {
                self.report(irregular("a bare & is read as itself"), source);
            }
            _ => {
                let name = excerpt(reference, 40);
                self.report(irregular(&format!("the reference &{name}; is not resolved")), source);
            }
        }
        self.append("&");
        self.append(reference);
        self.append(";");
    }

    /// Whether the element that is open is one whose text is kept.
    fn says_something(&self) -> bool {
        self.skipped == 0 && matches!(self.stack.last(), Some(Frame::Says(_)))
    }

    fn append(&mut self, text: &str) {
        let free = limits::MAX_VALUE_BYTES.saturating_sub(self.value.len());
        if text.len() <= free {
            self.value.push_str(text);
        } else {
            let end = (0..=free)
                .rev()
                .find(|end| text.is_char_boundary(*end))
                .unwrap_or_default();
            self.value.push_str(text.get(..end).unwrap_or_default());
            self.value_cut = true;
        }
    }

    /// The end, of the file or of reading: what is open is closed and goes out.
    pub(super) fn finish(&mut self, stop: Option<Stop>, source: &mut Source<'_>) {
        let inside = self.inside();
        let stop = stop.or_else(|| {
            let ends_inside = !self.stack.is_empty() || self.skipped > 0;
            ends_inside.then(|| Stop::new(Code::Malformed, "the file ends here"))
        });
        let line = source.line();
        if let Some(stop) = stop {
            let lost = if self.entry_open {
                "; this entry is left out"
            } else {
                ""
            };
            let message = format!("{}{lost}", stop.message);
            self.out.report(
                stop.code,
                Place {
                    line: Some(line),
                    column: None,
                    path: inside,
                },
                message,
            );
        }
        if self.in_statement() && !self.reading.is_blank() {
            self.reading.end(line, self.options, self.out);
        }
        if !self.message_seen && !self.other_message.is_empty() {
            let message = format!("this is {}, not an account statement", self.other_message);
            self.out.report(Code::NotAStatement, Place::default(), message);
        }
    }

    fn in_statement(&self) -> bool {
        self.stack
            .iter()
            .any(|frame| matches!(frame, Frame::Holds(Node::Statement)))
    }

    /// Where the walk is, for a message.
    fn inside(&self) -> Option<String> {
        if self.entry_open {
            Some(self.entry_path())
        } else if self.in_statement() {
            Some(format!("{}[{}]", self.reading.element, self.reading.number))
        } else {
            None
        }
    }

    fn entry_path(&self) -> String {
        let reading = &self.reading;
        format!("{}[{}]/Ntry[{}]", reading.element, reading.number, reading.entries)
    }

    fn enter(&mut self, node: Node, name: &str, element: &BytesStart<'_>, source: &mut Source<'_>) -> Result<(), Stop> {
        match node {
            Node::Envelope => self.note_message(name, element),
            Node::Message => {
                self.message_seen = true;
                self.note_message(name, element);
                let root = elements::message_of_root(name).unwrap_or_default();
                if !self.reading.message.starts_with(root) {
                    root.clone_into(&mut self.reading.message);
                }
                self.out.dialect(self.reading.message.as_str());
            }
            Node::Statement => {
                if self.out.statements() >= limits::MAX_STATEMENTS {
                    let message = format!("the file has more than {} statements", limits::MAX_STATEMENTS);
                    return Err(Stop::new(Code::TooLarge, message));
                }
                self.reading.begin(name);
            }
            Node::Entry => {
                if self.out.lines() >= limits::MAX_LINES {
                    let message = format!("the file has more than {} lines", limits::MAX_LINES);
                    return Err(Stop::new(Code::TooLarge, message));
                }
                self.reading.begin_entry();
                self.entry.begin(source.line(), source.event_offset());
                self.entry_open = true;
                self.entry_bytes = 0;
            }
            Node::Details => {
                self.details_bytes = 0;
                self.entry.begin_details(self.reading.surroundings());
            }
            Node::Return => self.entry.details().returned = true,
            _ => {}
        }
        Ok(())
    }

    /// The kind of message, from the namespaces of the elements around it.
    fn note_message(&mut self, name: &str, element: &BytesStart<'_>) {
        let attributes = element.attributes_raw();
        if let Some(message) = message_in(attributes) {
            message.clone_into(&mut self.reading.message);
        }
        if self.other_message.is_empty() || name == "Document" {
            let namespace = attributes.rsplit_once("xsd:").map(|(_, rest)| rest);
            let known = namespace
                .and_then(|rest| rest.split(['"', '\'']).next())
                .filter(|id| !id.is_empty());
            self.other_message = known.map_or_else(|| format!("<{}>", excerpt(name, 40)), |id| excerpt(id, 40));
        }
    }

    fn leave(&mut self, node: Node, source: &mut Source<'_>) {
        match node {
            Node::Entry => self.end_entry(source),
            Node::Details => self.entry.end_details(self.reading.surroundings()),
            Node::Charges(level) => self.entry.charges(level).end(),
            Node::ChargeRecord(level) => self.entry.charges(level).end_record(),
            Node::Balance => {
                if let Err(finding) = self.reading.balances.end_balance() {
                    self.report(finding, source);
                }
            }
            Node::Statement => self.reading.end(source.line(), self.options, self.out),
            Node::Message => self.reading.end_message(source.line(), self.out),
            _ => {}
        }
    }

    fn end_entry(&mut self, source: &mut Source<'_>) {
        let mut found = std::mem::take(&mut self.found);
        self.reading.note_currency(self.entry.currency());
        let around = self.reading.surroundings();
        if let Some(line) = self.entry.end(source.offset(), around, &mut found) {
            self.reading.emit(line, self.out);
        }
        for finding in found.drain(..) {
            self.report(finding, source);
        }
        self.found = found;
        self.entry_open = false;
    }

    fn finish_value(&mut self, field: Field, source: &mut Source<'_>) {
        let mut value = std::mem::take(&mut self.value);
        clean(&mut value);
        if !value.is_empty() {
            if self.value_cut {
                let message = format!(
                    "a value has more than {} bytes; the rest is dropped",
                    limits::MAX_VALUE_BYTES
                );
                self.report(Finding::new(Code::TooLarge, "", message), source);
            }
            if let Err(finding) = self.store(field, &value) {
                self.report(finding, source);
            }
        }
        value.clear();
        self.value = value;
        self.value_cut = false;
    }

    /// Whether so much more text may be kept of the entry or transaction. Says once where it may not.
    fn has_room(&mut self, field: Field, bytes: usize) -> Result<bool, Finding> {
        let kept = match field {
            Field::Entry(_) | Field::Type(Level::Entry, _) | Field::Charge(Level::Entry, _) => &mut self.entry_bytes,
            Field::Details(_)
            | Field::Party(..)
            | Field::Type(Level::Details, _)
            | Field::Charge(Level::Details, _) => &mut self.details_bytes,
            _ => return Ok(true),
        };
        let before = *kept;
        *kept = before.saturating_add(bytes);
        if *kept <= limits::MAX_LINE_TEXT_BYTES {
            return Ok(true);
        }
        if before > limits::MAX_LINE_TEXT_BYTES {
            return Ok(false);
        }
        let limit = limits::MAX_LINE_TEXT_BYTES;
        Err(Finding {
            code: Code::TooLarge,
            path: "",
            message: format!("an entry has more than {limit} bytes of text; the rest is dropped"),
        })
    }

    fn store(&mut self, field: Field, text: &str) -> Result<(), Finding> {
        if !self.has_room(field, text.len())? {
            return Ok(());
        }
        let currency = self.currency;
        match field {
            Field::Statement(field) => self.reading.set(field, text),
            Field::Account(field) => self.reading.set_account(field, text),
            Field::Balance(field) => self.reading.balances.set(field, text, currency),
            Field::Total(over, field) => self.reading.balances.set_total(over, field, text),
            Field::Entry(field) => self.entry.set(field, text, currency),
            Field::Type(level, field) => {
                set_type(self.entry.type_code(level), field, text);
                Ok(())
            }
            Field::Amount(level, kind) => self.entry.amounts(level).set(kind, text, currency),
            Field::Rate(level, kind) => self.entry.amounts(level).set_rate(kind, text),
            Field::Charge(level, field) => self.entry.charges(level).set(field, text, currency),
            Field::Details(field) => self.entry.details().set(field, text, currency),
            Field::Party(side, field) => {
                self.entry.details().set_party(side, field, text);
                Ok(())
            }
        }
    }

    /// The currency attribute of an amount. Nearly all are of one currency, so the last one is compared first.
    fn read_currency(&mut self, element: &BytesStart<'_>, source: &mut Source<'_>) {
        let only = element
            .attributes_raw()
            .trim_ascii()
            .strip_prefix("Ccy=\"")
            .and_then(|rest| rest.split_once('"'));
        let code = match only {
            Some((code, "")) => code,
            _ => match element.try_get_attribute("Ccy") {
                Ok(Some(attribute)) => &attribute.value.into_owned(),
                _ => return,
            },
        };
        if code == NO_CURRENCY {
            return;
        }
        if self.known_currency.is_none_or(|known| known.code() != code) {
            match Currency::try_new(code) {
                Ok(currency) => self.known_currency = Some(currency),
                Err(error) => {
                    return self.report(
                        Finding {
                            code: Code::BadAmount,
                            path: "Amt",
                            message: error.to_string(),
                        },
                        source,
                    );
                }
            }
        }
        self.currency = self.known_currency;
    }

    fn report(&mut self, finding: Finding, source: &mut Source<'_>) {
        let path = match (self.inside(), finding.path) {
            (Some(inside), "") => Some(inside),
            (Some(inside), path) => Some(format!("{inside}/{path}")),
            (None, "") => None,
            (None, path) => Some(path.to_owned()),
        };
        let place = Place {
            line: Some(source.line()),
            column: None,
            path,
        };
        self.out.report(finding.code, place, finding.message);
    }
}

/// The name without its prefix. Names are short: a plain search is faster here than a clever one.
fn local_name(name: &str) -> &str {
    match name.bytes().position(|byte| byte == b':') {
        Some(colon) => name.get(colon + 1..).unwrap_or(name),
        None => name,
    }
}

fn irregular(message: &str) -> Finding {
    Finding {
        code: Code::Irregular,
        path: "",
        message: message.to_owned(),
    }
}

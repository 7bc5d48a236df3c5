//! Lines in, statements out: one pass, one buffer for each kind of field, whatever the size of the file.

use super::cut::Padded;
use super::details::{self, Found};
use super::join::{Joined, Width};
use super::message::{self, Message};
use super::movement::{self, DatesBefore};
use super::numbered::Pages;
use super::open::{Open, Pending, Value};
use super::tags::{self, Piece, Tag};
use super::{charset, nonswift, quirks};
use crate::limits::{MAX_LINES, MAX_STATEMENTS, MAX_VALUE_BYTES};
use crate::looking_ahead::Ahead;
use crate::model::Line;
use crate::read::Emitter;
use tieout_core::encoding::{Decoder, Room, ascii_text};
use tieout_core::lines::RawLine;
use tieout_core::problem::{Code, Place, excerpt};

/// Reads a file line by line.
pub(super) struct Reader<'r, 'e> {
    out: &'r mut Emitter<'e>,
    decoder: Decoder,
    /// Letters by which the charset is told, before the first of them is read; of banks that write one of several.
    ahead: Option<Ahead>,
    message: Option<Message>,
    /// Number of the message's first line.
    message_line: u64,
    /// Number of the line of the last field.
    field_line: u64,
    /// The kind of the next message, where a header said it.
    header: Option<[u8; 3]>,
    /// The field that lines without a tag belong to.
    open: Option<Open>,
    value: Value,
    /// Where values are turned into UTF-8.
    room: Room,
    /// Joined details of the line.
    details: Joined,
    found: Found,
    dates: DatesBefore,
    /// Where the last message of each account stood in its statement.
    pages: Pages,
    line: Line,
    pending: Pending,
    /// A colon stood alone on the line before.
    broken_tag: bool,
    stopped: bool,
}

impl<'r, 'e> Reader<'r, 'e> {
    /// A reader at the start of a file that begins so.
    pub(super) fn new(head: &[u8], ahead: Ahead, out: &'r mut Emitter<'e>) -> Self {
        Self {
            out,
            decoder: Decoder::default(),
            ahead: charset::is_central_european(head).then_some(ahead),
            message: None,
            message_line: 0,
            field_line: 0,
            header: None,
            open: None,
            value: Value::default(),
            room: Room::default(),
            details: Joined::new(Width::of(head)),
            found: Found::default(),
            dates: DatesBefore::default(),
            pages: Pages::default(),
            line: Line::default(),
            pending: Pending::None,
            broken_tag: false,
            stopped: false,
        }
    }

    /// The next physical line. False if a limit ends reading.
    #[inline]
    pub(super) fn line(&mut self, raw: RawLine<'_>) -> bool {
        if !raw.ascii && self.ahead.is_some() {
            self.tell_charset();
        }
        // Nearly every line goes on with the details before it, or begins one of the two fields of a movement.
        if !raw.cut && !self.broken_tag {
            if self.open.is_some_and(|open| open.of_line) && tags::goes_on(raw.bytes) {
                self.details.push(raw.bytes, raw.ascii);
                self.extend_source(&raw);
                return true;
            }
            if let Some((tag, value)) = tags::of_movement(raw.bytes)
                && self.goes_on_to(tag)
            {
                self.open(tag, value, &raw);
                return !self.stopped;
            }
        }
        self.other_line(raw)
    }

    /// Tells the charset at the first line that is not ASCII.
    #[cold]
    fn tell_charset(&mut self) {
        let letters = self.ahead.take().map(|ahead| ahead.take()).unwrap_or_default();
        self.decoder = charset::decoder(&letters);
    }

    #[inline(never)]
    fn other_line(&mut self, raw: RawLine<'_>) -> bool {
        let raw = &raw;
        if raw.cut {
            self.out.report(
                Code::TooLarge,
                Place::line(raw.number),
                "the line is too long; its end was dropped",
            );
        }
        if self.broken_tag {
            self.broken_tag = false;
            if let Some((tag, value)) = tags::field_after_colon(raw.bytes) {
                self.field(tag, value, raw);
                return !self.stopped;
            }
            self.text(b":", raw);
        }
        self.piece(tags::piece(raw.bytes), raw);
        !self.stopped
    }

    /// The end of the file.
    pub(super) fn finish(mut self, marked: Option<&'static str>) {
        self.check_end();
        self.end_message();
        for (line, gap) in std::mem::take(&mut self.pages).gaps() {
            self.out.report(Code::PageGap, Place::field(line, ":28C:"), gap);
        }
        self.out.encoding(marked, &self.decoder);
    }

    /// A file that ends before the decimal mark of a balance is cut, where the balances before have one.
    fn check_end(&mut self) {
        let Some(Open { tag, number, .. }) = self.open else {
            return;
        };
        let place = match tag {
            Tag::Closing(_) => ":62F:",
            Tag::Available => ":64:",
            Tag::Forward => ":65:",
            _ => return,
        };
        let has_comma = self.message.as_ref().is_some_and(Message::opening_has_comma);
        if has_comma && !self.value.bytes.contains(&b',') {
            let message = "the file ends within a balance: it is cut";
            self.out.report(Code::Incomplete, Place::field(number, place), message);
            self.lose_line();
        }
    }

    fn piece(&mut self, piece: Piece<'_>, raw: &RawLine<'_>) {
        match piece {
            Piece::Field(tag, value) => {
                if self.open.is_some_and(|open| open.of_line) && quirks::is_cut_time(self.details.text(), raw.bytes) {
                    self.text(raw.bytes, raw);
                } else if matches!(tag, Tag::Related | Tag::Time | Tag::Foreign) && self.is_damaged_movement(raw.bytes)
                {
                    self.field(Tag::Movement, raw.bytes, raw);
                } else {
                    self.field(tag, value, raw);
                }
            }
            // With its tag, by which it is told that it cannot be read; details behind it are its own.
            Piece::Text(text) if self.is_damaged_movement(text) => {
                let colon = if text.trim_ascii_start().starts_with(b":") {
                    ""
                } else {
                    ":"
                };
                self.field(Tag::Movement, &[colon.as_bytes(), text].concat(), raw);
            }
            Piece::Text(text) => self.text(text, raw),
            Piece::Blank => self.details.blank(),
            Piece::BrokenTag => self.broken_tag = true,
            Piece::End(after) => {
                self.close_field();
                if let Some(message) = &mut self.message {
                    message.dash();
                }
                self.block(after, raw);
            }
            Piece::Block(block) => {
                self.end_message();
                self.block(block, raw);
            }
        }
    }

    /// Whether a line of a statement is a movement whose tag was damaged.
    fn is_damaged_movement(&self, line: &[u8]) -> bool {
        self.message.as_ref().is_some_and(Message::is_running) && quirks::is_movement_of_another_tag(line)
    }

    /// Block headers, and the first field where it stands on the same line.
    fn block(&mut self, block: &[u8], raw: &RawLine<'_>) {
        if let Some(kind) = message::kind_of(block) {
            self.end_message();
            self.header = Some(kind);
        }
        let Some(at) = memchr::memmem::find(block, b"{4:") else {
            return;
        };
        if let Some(rest) = block.get(at + 3..)
            && let Piece::Field(tag, value) = tags::piece(rest.trim_ascii_start())
        {
            self.field(tag, value, raw);
        }
    }

    /// Closes what is open, if that is the other field of a movement in the midst of a message; false if anything else is
    /// to be looked at before a field begins.
    #[inline]
    fn goes_on_to(&mut self, tag: Tag) -> bool {
        let (Some(open), true) = (self.open, self.message.as_ref().is_some_and(Message::is_running)) else {
            return false;
        };
        match tag {
            Tag::Movement if open.of_line => self.emit_line(),
            Tag::Details if open.tag == Tag::Movement => self.close_movement(open),
            _ => return false,
        }
        true
    }

    /// A field begins.
    fn field(&mut self, tag: Tag, value: &[u8], raw: &RawLine<'_>) {
        self.close_field();
        let takes = self.message.as_ref().is_some_and(|message| message.takes(tag));
        if !takes {
            self.end_message();
            self.begin_message(raw.number);
        } else if self.message.as_mut().is_some_and(Message::resumes) && tag == Tag::Movement {
            let message = "the message goes on after a dash alone, which was read as text";
            self.out.report(Code::Irregular, Place::line(raw.number), message);
        }
        if !matches!(tag, Tag::Details | Tag::NonSwift) {
            self.emit_line();
        }
        self.open(tag, value, raw);
    }

    #[inline]
    fn open(&mut self, tag: Tag, value: &[u8], raw: &RawLine<'_>) {
        self.field_line = raw.number;
        let of_line = tag == Tag::Details && self.pending != Pending::None;
        self.open = Some(Open {
            tag,
            of_line,
            number: raw.number,
            offset: raw.offset,
        });
        if of_line {
            self.details.begin(value, raw.ascii);
            self.extend_source(raw);
        } else {
            self.value.bytes.clear();
            (self.value.goes_on, self.value.high) = (false, false);
            self.extend_value(value, raw);
            if tag == Tag::Movement {
                self.line.clear();
                self.extend_source(raw);
            }
        }
    }

    /// Adds to the open field what it may still hold.
    #[inline]
    fn extend_value(&mut self, text: &[u8], raw: &RawLine<'_>) {
        self.value.high |= !raw.ascii;
        let free = MAX_VALUE_BYTES.saturating_sub(self.value.bytes.len());
        if text.len() > free {
            let message = "the field is too long; its end was dropped";
            self.out.report(Code::TooLarge, Place::line(raw.number), message);
        }
        self.value.bytes.extend_from_slice(text.get(..free).unwrap_or(text));
    }

    /// A line without a tag goes on with the field before it.
    fn text(&mut self, text: &[u8], raw: &RawLine<'_>) {
        match self.open {
            Some(open) if open.of_line => {
                self.details.push(text, raw.ascii);
                self.extend_source(raw);
            }
            Some(open) => {
                if message::kind_of(text).is_some() {
                    self.header = message::kind_of(text);
                }
                if self.value.bytes.len() < MAX_VALUE_BYTES {
                    self.value.bytes.push(b'\n');
                }
                self.value.goes_on = true;
                self.extend_value(text, raw);
                if open.tag == Tag::Movement || open.tag == Tag::NonSwift {
                    self.extend_source(raw);
                }
            }
            None => {
                if let Some(kind) = message::kind_of(text) {
                    self.header = Some(kind);
                } else if !quirks::is_preamble(text) {
                    let is_rest = self.out.statements() == 0 && quirks::is_rest_of_message(text);
                    let is_cut = quirks::is_part_of_tag(text);
                    let text = self.decoder.decode(text);
                    let (code, what) = if is_rest {
                        (Code::Incomplete, "the file begins in the midst of a message, with")
                    } else if is_cut {
                        (Code::Incomplete, "a tag is cut:")
                    } else {
                        (Code::Unread, "a line outside of every message:")
                    };
                    let message = format!("{what} {}", excerpt(&text, 40));
                    self.out.report(code, Place::line(raw.number), message);
                }
            }
        }
    }

    /// The open field is complete.
    fn close_field(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        if open.of_line {
            return;
        }
        if open.tag == Tag::Movement {
            return self.close_movement(open);
        }
        let value = std::mem::take(&mut self.value);
        match open.tag {
            Tag::NonSwift if self.pending == Pending::Line => {
                nonswift::apply(
                    &self.decoder.decode(&value.bytes),
                    &mut self.found.purpose,
                    &mut self.line,
                );
            }
            Tag::NonSwift if self.pending == Pending::Unreadable => {}
            Tag::Details => {
                let text = self.decoder.decode(&value.bytes);
                if !text.trim_ascii().is_empty() {
                    let message = format!(
                        "text of the whole statement, of no line: {}",
                        excerpt(text.trim_ascii(), 65)
                    );
                    self.out
                        .report(Code::Decided, Place::field(open.number, ":86:"), message);
                }
            }
            tag => {
                let text = self.decoder.decode(&value.bytes);
                if let Some(message) = &mut self.message {
                    message.field(tag, &text, open.number, self.out);
                }
            }
        }
        self.value = value;
    }

    /// Reads `:61:` into the line.
    fn close_movement(&mut self, open: Open) {
        let near = self.message.as_ref().and_then(Message::date);
        self.line.source_line = open.number;
        self.line.source_bytes.0 = open.offset;
        let value = &mut self.value;
        if !value.goes_on && !value.high {
            let length = value.bytes.len();
            let text = ascii_text(&mut value.bytes).unwrap_or_default();
            if movement::fill_usual(text, near, &self.dates, &mut self.line) {
                self.pending = Pending::Line;
                return;
            }
            value.bytes.truncate(length);
        }
        let text = self.decoder.decode_in(&value.bytes, !value.high, &mut self.room);
        match movement::read(text, near, &mut self.dates) {
            Ok(movement) => {
                movement.fill(&mut self.line);
                let instead = self.dates.last_day(near).filter(|_| movement.is_undated());
                self.line.booking_date = self.line.booking_date.or(instead);
                movement.report_dates(instead, open.number, self.out);
                self.pending = Pending::Line;
            }
            Err(why) => {
                let is_tagged = text.trim_ascii_start().starts_with(':');
                // The colon in front of these is ours.
                let added = [":61", ":;", ": "].iter().any(|added| text.starts_with(added));
                let text = text.get(usize::from(added)..).unwrap_or(text);
                let why = if is_tagged { "no tag that is known" } else { why };
                let message = format!("{why} in {:?}", excerpt(text, 40));
                self.out
                    .report(Code::BadLine, Place::field(open.number, ":61:"), message);
                self.pending = Pending::Unreadable;
                self.lose_line();
            }
        }
    }

    /// A line of the statement is not among those read.
    fn lose_line(&mut self) {
        if let Some(message) = &mut self.message {
            message.lose_line();
        }
    }

    /// Gives the line that waited to the sink.
    fn emit_line(&mut self) {
        if self.pending == Pending::Line {
            if self.details.overflow() {
                let message = "the text is too long; its end was dropped";
                self.out
                    .report(Code::TooLarge, Place::field(self.line.source_line, ":86:"), message);
            }
            if !self.details.text().is_empty() {
                let (ascii, separator) = (self.details.is_ascii(), self.details.separator());
                let text = if ascii {
                    self.details.last_text()
                } else {
                    Padded::from(self.decoder.decode_in(self.details.text(), false, &mut self.room))
                };
                match separator {
                    Some(separator) => {
                        details::apply_structured(text, separator, ascii, &mut self.found, &mut self.line);
                    }
                    None => details::apply(text.text(), &mut self.found, &mut self.line),
                }
                if self.found.has_stray_marks() && quirks::holds_a_movement(self.details.text()) {
                    let message = "a movement within the text of another one; it was left out";
                    let place = Place::field(self.line.source_line, ":86:");
                    self.out.report(Code::BadLine, place, message);
                    self.lose_line();
                }
            }
            if let Some(message) = &mut self.message {
                message.begin(self.out);
            }
            self.out.line(&self.line);
            if self.out.lines() >= MAX_LINES {
                self.stop("lines");
            }
        }
        self.details.clear();
        self.pending = Pending::None;
    }

    fn begin_message(&mut self, number: u64) {
        self.message = Some(Message::new(self.header.take()));
        self.message_line = number;
    }

    fn end_message(&mut self) {
        self.close_field();
        self.emit_line();
        if let Some(message) = self.message.take() {
            let page = message.page(self.message_line);
            if let Some((line, gap)) = page.and_then(|page| self.pages.turn_to(page)) {
                self.out.report(Code::PageGap, Place::field(line, ":28C:"), gap);
            }
            message.end(self.message_line, self.field_line, self.out);
            if self.out.statements() >= MAX_STATEMENTS {
                self.stop("statements");
            }
        }
    }

    fn stop(&mut self, what: &str) {
        if !self.stopped {
            self.stopped = true;
            self.out.report(
                Code::TooLarge,
                Place::line(self.line.source_line),
                format!("too many {what} in one file"),
            );
        }
    }

    /// The line that waits reaches to the end of this physical line.
    #[inline]
    fn extend_source(&mut self, raw: &RawLine<'_>) {
        let length = u64::try_from(raw.bytes.len()).unwrap_or(u64::MAX);
        self.line.source_bytes.1 = raw.offset.saturating_add(length);
    }
}

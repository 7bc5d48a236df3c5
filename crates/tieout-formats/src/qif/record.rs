//! One record: its lines into a movement.

use super::actions::{CashEffect, effect};
use crate::limits::{MAX_CHILDREN, MAX_LINE_TEXT_BYTES, MAX_VALUE_BYTES};
use crate::model::{Child, Line, Status};
use crate::read::Emitter;
use std::borrow::Cow;
use tieout_core::Decimal;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_tables::amounts::read_amount;
use tieout_tables::dates::read_date;
use tieout_tables::{DateOrder, DecimalMark};

/// How the file writes dates and amounts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) order: DateOrder,
    pub(super) mark: DecimalMark,
}

/// What a record came to; its fields are in the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    /// Nothing between two `^`.
    Empty,
    /// No amount can be read; said to the emitter.
    Unreadable,
    /// A movement, and the account that its category names in brackets.
    Movement { transfer: Option<String> },
}

/// Collects the lines of one record after the other.
pub(super) struct Reader {
    written: Written,
    pub(super) decoder: Decoder,
    /// The section is one of an investment account.
    pub(super) investments: bool,
    /// Trades of securities so far.
    pub(super) trades: u64,
    line: Line,
    /// The record has a line.
    begun: bool,
    fields: Fields,
}

/// Fields that need the whole record.
#[derive(Debug)]
struct Fields {
    amount: FieldAmount,
    number: String,
    category: String,
    security: String,
    /// Sum of the parts; `None` once one could not be read.
    parts: Option<Decimal>,
    parts_dropped: bool,
}

/// What the lines `T` and `U` said.
#[derive(Debug, Clone, Copy, Default)]
enum FieldAmount {
    /// They were not there.
    #[default]
    Missing,
    /// None of them reads.
    Unreadable,
    Read(Decimal),
}

impl Fields {
    fn new() -> Self {
        Self {
            amount: FieldAmount::Missing,
            number: String::new(),
            category: String::new(),
            security: String::new(),
            parts: Some(Decimal::ZERO),
            parts_dropped: false,
        }
    }
}

impl Reader {
    pub(super) fn new(written: Written) -> Self {
        Self {
            written,
            decoder: Decoder::default(),
            investments: false,
            trades: 0,
            line: Line::default(),
            begun: false,
            fields: Fields::new(),
        }
    }

    /// The first line of the record that has begun, if one has.
    pub(super) fn open_since(&self) -> Option<u64> {
        self.begun.then_some(self.line.source_line)
    }

    /// One line of the record: a letter and its text.
    pub(super) fn take(&mut self, line: &[u8], number: u64, offset: u64, out: &mut Emitter<'_>) {
        let Some((letter, text)) = line.split_first() else {
            return;
        };
        let text = text.trim_ascii();
        let text = text.get(..MAX_VALUE_BYTES).unwrap_or(text);
        if !std::mem::replace(&mut self.begun, true) {
            self.line.source_line = number;
            self.line.source_bytes = (offset, offset);
        }
        self.line.source_bytes.1 = offset + u64::try_from(line.len()).unwrap_or(0);
        match letter {
            b'D' => self.take_date(text, number, out),
            b'T' | b'U' => self.take_amount(text, number, out),
            b'$' => self.take_part_amount(text, number, out),
            b'S' => self.begin_part(text),
            b'E' => self.take_part_memo(text),
            // Percent of a part, cleared state, reimbursable, price, quantity, commission, loan fields: no part of a bank line.
            b'%' | b'C' | b'F' | b'I' | b'Q' | b'O' | b'X' | b'1'..=b'7' | b'K' | b'&' | b'B' | b'R' => {}
            b'P' | b'M' | b'A' | b'N' | b'L' | b'Y' => self.take_text(*letter, text),
            _ if letter.is_ascii_whitespace() && text.is_empty() => {}
            _ => {
                let shown = excerpt(&self.decoder.decode(line), 40);
                out.report(
                    Code::Unread,
                    Place::line(number),
                    format!("{shown:?} begins with no letter of QIF"),
                );
            }
        }
    }

    fn take_date(&mut self, text: &[u8], number: u64, out: &mut Emitter<'_>) {
        let read = read_date(&date_text(text), self.written.order);
        self.line.booking_date = read.map(|read| read.date);
        match read {
            Some(read) if read.clamped => {
                out.report(
                    Code::DateClamped,
                    Place::field(number, "D"),
                    "the date does not exist; the end of its month was taken",
                );
            }
            Some(_) => {}
            None => {
                let shown = excerpt(&self.decoder.decode(text), 40);
                out.report(
                    Code::BadDate,
                    Place::field(number, "D"),
                    format!("{shown:?} is not a date"),
                );
            }
        }
    }

    /// `T` and `U` say the same; the first that reads counts.
    fn take_amount(&mut self, text: &[u8], number: u64, out: &mut Emitter<'_>) {
        match (self.fields.amount, read_amount(text, self.written.mark)) {
            (FieldAmount::Read(_), Ok(_)) => {}
            (_, Ok(amount)) => self.fields.amount = FieldAmount::Read(amount.value),
            (before, Err(_)) => {
                if matches!(before, FieldAmount::Missing) {
                    self.fields.amount = FieldAmount::Unreadable;
                }
                let shown = excerpt(&self.decoder.decode(text), 40);
                out.report(
                    Code::BadAmount,
                    Place::field(number, "T"),
                    format!("{shown:?} is not an amount"),
                );
            }
        }
    }

    fn take_text(&mut self, letter: u8, text: &[u8]) {
        let text = self.decoder.decode(text);
        let (field, between) = match letter {
            b'P' => (&mut self.line.counterparty.name, ' '),
            b'M' => (&mut self.line.text, '\n'),
            b'A' => (&mut self.line.counterparty.address, '\n'),
            b'N' => (&mut self.fields.number, ' '),
            b'L' => (&mut self.fields.category, ' '),
            _ => (&mut self.fields.security, ' '),
        };
        if text.is_empty() || field.len() + text.len() > MAX_LINE_TEXT_BYTES {
            return;
        }
        if !field.is_empty() {
            field.push(between);
        }
        field.push_str(&text);
    }

    fn begin_part(&mut self, category: &[u8]) {
        if self.line.children.len() >= MAX_CHILDREN {
            self.fields.parts_dropped = true;
            return;
        }
        let category = self.decoder.decode(category);
        let mut part = Child::default();
        match transfer(&category) {
            Some(account) => account.clone_into(&mut part.account),
            None => part.reference.push_str(&category),
        }
        self.line.children.push(part);
    }

    fn take_part_memo(&mut self, memo: &[u8]) {
        let memo = self.decoder.decode(memo);
        if let Some(part) = self.line.children.last_mut()
            && !self.fields.parts_dropped
        {
            part.text.push_str(&memo);
        }
    }

    /// In investment records without parts `$` is the cash that is moved elsewhere.
    fn take_part_amount(&mut self, text: &[u8], number: u64, out: &mut Emitter<'_>) {
        if self.line.children.is_empty() {
            return;
        }
        let Ok(amount) = read_amount(text, self.written.mark) else {
            self.fields.parts = None;
            let shown = excerpt(&self.decoder.decode(text), 40);
            out.report(
                Code::BadAmount,
                Place::field(number, "$"),
                format!("{shown:?} is not an amount"),
            );
            return;
        };
        self.fields.parts = self.fields.parts.and_then(|sum| sum.checked_add(amount.value));
        if let Some(part) = self.line.children.last_mut()
            && !self.fields.parts_dropped
        {
            part.amount = Some(amount.value);
        }
    }

    /// The record is complete: moves it to `line`. `number` is that of the line that ends it.
    pub(super) fn end(&mut self, line: &mut Line, number: u64, out: &mut Emitter<'_>) -> Record {
        line.clear();
        std::mem::swap(line, &mut self.line);
        let fields = std::mem::replace(&mut self.fields, Fields::new());
        if !std::mem::take(&mut self.begun) {
            return Record::Empty;
        }
        let place = if line.source_line > 0 { line.source_line } else { number };
        let missing = match fields.amount {
            FieldAmount::Read(amount) => {
                line.amount = amount;
                None
            }
            FieldAmount::Unreadable => Some("the record's amount cannot be read"),
            FieldAmount::Missing => Some("the record has no amount"),
        };
        if let Some(message) = missing {
            out.report(Code::BadLine, Place::line(place), message);
            return Record::Unreadable;
        }
        if line.booking_date.is_none() {
            out.report(
                Code::BadDate,
                Place::line(place),
                "the record has no date that can be read",
            );
        }
        self.set_kind(line, &fields);
        check_parts(line, &fields, place, out);
        let transfer = transfer(&fields.category).map(str::to_owned);
        match &transfer {
            Some(account) => line.counterparty.account.clone_from(account),
            None if fields.category.is_empty() => {}
            None => {
                line.type_code.proprietary = fields.category;
                line.type_code.issuer.push_str("category");
            }
        }
        Record::Movement { transfer }
    }

    /// The number field: a check, a kind of movement, or in investment accounts the action.
    fn set_kind(&mut self, line: &mut Line, fields: &Fields) {
        let number = fields.number.trim();
        if !self.investments {
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
                line.check_number.push_str(number);
            } else {
                line.type_code.code.push_str(number);
            }
            return;
        }
        line.type_code.code.push_str(number);
        if line.text.is_empty() {
            line.text.push_str(&fields.security);
        }
        match effect(number) {
            CashEffect::In => line.amount = line.amount.abs(),
            CashEffect::Out => line.amount = -line.amount.abs(),
            CashEffect::AsPrinted => {}
            CashEffect::Trade => {
                line.status = Status::Info;
                self.trades += 1;
            }
        }
    }
}

/// The parts of a split must sum to its amount.
fn check_parts(line: &Line, fields: &Fields, place: u64, out: &mut Emitter<'_>) {
    if fields.parts_dropped {
        out.report(
            Code::TooLarge,
            Place::line(place),
            "the record has more parts than are kept",
        );
    }
    if let Some(sum) = fields.parts
        && !line.children.is_empty()
        && sum != line.amount
    {
        let message = format!("the parts sum to {sum}, the record is {}", line.amount);
        out.report(Code::ChildSum, Place::line(place), message);
    }
}

/// The account in `[brackets]`, perhaps with a class behind.
fn transfer(category: &str) -> Option<&str> {
    let (account, _) = category.strip_prefix('[')?.split_once(']')?;
    Some(account)
}

/// The text of a date without what Quicken puts between: blanks for zeros (`1/ 1/10`) are read as they are, a year of
/// one digit behind an apostrophe too; only blanks around the apostrophe (`6/4' 8`) go.
pub(super) fn date_text(text: &[u8]) -> Cow<'_, [u8]> {
    let text = text.trim_ascii();
    if text.contains(&b' ') && text.len() <= 12 && text.iter().all(|b| !b.is_ascii_alphabetic()) {
        return Cow::Owned(text.iter().copied().filter(|b| *b != b' ').collect());
    }
    Cow::Borrowed(text)
}

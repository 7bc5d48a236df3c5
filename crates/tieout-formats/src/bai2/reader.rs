//! Pieces in, statements out.

use super::codes::{self, Effect};
use super::control::Level;
use super::fields::{Fields, amount};
use super::pieces::{Kind, Piece, Pieces};
use super::statement::{Group, Header, as_printed};
use super::{quirks, transaction};
use crate::fixed::{DateForm, day, push_part, shown};
use crate::limits::MAX_LINE_TEXT_BYTES;
use crate::model::{Line, Statement, Status};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::lines::RawLine;
use tieout_core::problem::{Code, Place};
use tieout_core::{Currency, Decimal};

/// Reads a file line by line.
#[derive(Debug, Default)]
pub(super) struct Reader {
    decoder: Decoder,
    version: Vec<u8>,
    group: Group,
    file_level: Level,
    group_level: Level,
    account_level: Level,
    statement: Option<Statement>,
    /// The statement has lines.
    has_lines: bool,
    open: Option<Open>,
    /// Fields of the open record, its continuations joined to it.
    record: Vec<u8>,
    /// Where continuations begin in it.
    seams: Vec<usize>,
    line: Line,
    /// The open transaction has come to its text.
    in_text: bool,
    said: Said,
}

/// What is said once for a file.
#[derive(Debug, Default)]
struct Said {
    /// Records share a line.
    shared: bool,
    /// A record goes on in a line without a code.
    unmarked: bool,
}

/// The record that may go on.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: Kind,
    line: u64,
    offset: u64,
    end: u64,
    /// Column of its first field.
    column: usize,
    ended: bool,
}

impl Reader {
    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The next physical line.
    pub(super) fn line(&mut self, raw: &RawLine<'_>, out: &mut Emitter<'_>) {
        let mut pieces = Pieces::of(raw.bytes);
        while let Some(piece) = pieces.next() {
            if piece.at > 0
                && piece.kind.is_some()
                && !self.said.shared
                && raw
                    .bytes
                    .get(..piece.at)
                    .is_some_and(|before| !before.trim_ascii().is_empty())
            {
                self.said.shared = true;
                let message = "several records stand on one line; each was read";
                out.report(Code::Irregular, Place::line(raw.number), message);
            }
            match piece.kind {
                None => self.unmarked(&piece, raw, out),
                Some(Kind::Continuation) => self.continuation(&piece, raw, out),
                Some(kind) => self.begin(kind, &piece, raw, out),
            }
        }
    }

    /// The end of the file.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        self.close(out);
        self.end_account(out);
        self.group_level.unended("group", "98", out);
        self.file_level.unended("file", "99", out);
    }

    fn begin(&mut self, kind: Kind, piece: &Piece<'_>, raw: &RawLine<'_>, out: &mut Emitter<'_>) {
        self.close(out);
        self.record.clear();
        self.seams.clear();
        self.extend(piece.text, raw, out);
        let at = |place: usize| raw.offset.saturating_add(u64::try_from(place).unwrap_or(0));
        self.open = Some(Open {
            kind,
            line: raw.number,
            offset: at(piece.at),
            end: at(piece.text_at + piece.text.len()),
            column: piece.text_at,
            ended: piece.ended,
        });
        match kind {
            Kind::File => self.file_level = Level::begin(raw.number),
            Kind::Group => self.begin_group(raw.number, out),
            Kind::Account => self.begin_account(raw.number, out),
            Kind::Transaction => {
                self.ensure_account(raw.number, out);
                self.in_text = false;
                self.line.clear();
                self.take_text();
            }
            Kind::Continuation | Kind::AccountEnd | Kind::GroupEnd | Kind::FileEnd => {}
        }
        self.count();
    }

    fn begin_group(&mut self, line: u64, out: &mut Emitter<'_>) {
        self.end_account(out);
        self.group_level.unended("group", "98", out);
        self.group_level = Level::begin(line);
        self.file_level.parts += 1;
    }

    fn begin_account(&mut self, line: u64, out: &mut Emitter<'_>) {
        self.end_account(out);
        if !self.group_level.open {
            let message = "the account has no group header (record 02): its date is unknown";
            out.report(Code::Incomplete, Place::line(line), message);
            self.group = Group::default();
        }
        self.account_level = Level::begin(line);
        self.group_level.parts += 1;
    }

    /// One more physical record on every level that it is on.
    fn count(&mut self) {
        self.account_level.records += 1;
        self.group_level.records += 1;
        self.file_level.records += 1;
    }

    fn continuation(&mut self, piece: &Piece<'_>, raw: &RawLine<'_>, out: &mut Emitter<'_>) {
        self.count();
        let Some(mut open) = self.open else {
            let message = format!("a continuation of no record: {:?}", shown(piece.text));
            return out.report(Code::OutOfPlace, Place::line(raw.number), message);
        };
        if open.kind == Kind::Transaction && self.in_text {
            self.push_text(piece.text, raw.number, out);
        } else {
            if open.ended || self.record.last().is_some_and(|last| *last != b',') {
                self.record.push(b',');
            }
            self.seams.push(self.record.len());
            self.extend(piece.text, raw, out);
        }
        open.ended = piece.ended;
        self.extend_source(open, piece, raw);
    }

    /// A line without a code goes on with the record before it.
    fn unmarked(&mut self, piece: &Piece<'_>, raw: &RawLine<'_>, out: &mut Emitter<'_>) {
        let Some(mut open) = self.open else {
            let message = format!("text that belongs to no record: {:?}", shown(piece.text));
            return out.report(Code::OutOfPlace, Place::line(raw.number), message);
        };
        if !self.said.unmarked {
            self.said.unmarked = true;
            let message = "a record goes on in a line without a code; it was read on";
            out.report(Code::Irregular, Place::line(raw.number), message);
        }
        if open.kind == Kind::Transaction && self.in_text {
            self.push_text(piece.text, raw.number, out);
        } else {
            self.extend(piece.text, raw, out);
        }
        open.ended = piece.ended;
        self.extend_source(open, piece, raw);
    }

    fn extend(&mut self, text: &[u8], raw: &RawLine<'_>, out: &mut Emitter<'_>) {
        let free = MAX_LINE_TEXT_BYTES.saturating_sub(self.record.len());
        if text.len() > free || self.seams.len() > MAX_LINE_TEXT_BYTES / 8 {
            let message = "the record is too long; its end was dropped";
            return out.report(Code::TooLarge, Place::line(raw.number), message);
        }
        self.record.extend_from_slice(text);
        if self.open.is_some_and(|open| open.kind == Kind::Transaction) {
            self.take_text();
        }
    }

    fn extend_source(&mut self, mut open: Open, piece: &Piece<'_>, raw: &RawLine<'_>) {
        let end = u64::try_from(piece.text_at + piece.text.len()).unwrap_or(0);
        open.end = raw.offset.saturating_add(end);
        self.open = Some(open);
    }

    /// Takes the text off the open transaction's record once it has come to it.
    fn take_text(&mut self) {
        if self.in_text {
            return;
        }
        let Some(text) = transaction::read(&self.record).text else {
            return;
        };
        self.in_text = true;
        let keep = self.record.len() - text.len();
        let text = self.decoder.decode(text.trim_ascii());
        self.line.text.push_str(&text);
        self.record.truncate(keep);
    }

    fn push_text(&mut self, text: &[u8], number: u64, out: &mut Emitter<'_>) {
        let text = self.decoder.decode(text.trim_ascii());
        if !push_part(&mut self.line.text, &text) {
            let message = "the text is too long; its end was dropped";
            out.report(Code::TooLarge, Place::line(number), message);
        }
    }

    /// The open record is complete.
    fn close(&mut self, out: &mut Emitter<'_>) {
        let Some(open) = self.open.take() else {
            return;
        };
        let record = std::mem::take(&mut self.record);
        match open.kind {
            Kind::File => self.file(&record, out),
            Kind::Group => self.group = Group::read(&record, open.line, &mut self.decoder, out),
            Kind::Account => self.account(&record, open.line, out),
            Kind::Transaction => self.transaction(&record, open, out),
            Kind::AccountEnd => self.account_trailer(&record, open.line, out),
            Kind::GroupEnd => self.group_trailer(&record, open.line, out),
            Kind::FileEnd => self.file_trailer(&record, open.line, out),
            Kind::Continuation => {}
        }
        self.record = record;
    }

    /// `sender, receiver, date, time, id, record length, block size, version`.
    fn file(&mut self, record: &[u8], out: &mut Emitter<'_>) {
        let mut fields = Fields::new(record);
        for _ in 0..7 {
            fields.text();
        }
        fields.text().clone_into(&mut self.version);
        out.dialect(if self.version == b"3" { "BTRS" } else { "BAI2" });
    }

    fn account(&mut self, record: &[u8], line: u64, out: &mut Emitter<'_>) {
        let header = Header {
            bytes: record,
            seams: &self.seams,
            line,
            version: &self.version,
        };
        let statement = self
            .group
            .account(&header, &mut self.account_level, &mut self.decoder, out);
        self.has_lines = false;
        out.begin(&statement);
        self.statement = Some(statement);
    }

    /// The statement that a transaction belongs to, begun by it where the account record is missing.
    fn ensure_account(&mut self, line: u64, out: &mut Emitter<'_>) {
        if self.statement.is_none() {
            let message = "no account record (03) stands before this transaction: whose it is is unknown";
            out.report(Code::NoAccount, Place::line(line), message);
            let statement = Statement {
                currency: self.group.currency,
                message: "BAI2".into(),
                ..Statement::default()
            };
            self.account_level = Level::begin(line);
            self.has_lines = false;
            out.begin(&statement);
            self.statement = Some(statement);
        }
    }

    fn transaction(&mut self, record: &[u8], open: Open, out: &mut Emitter<'_>) {
        let read = transaction::read(record);
        let currency = self.statement.as_ref().and_then(|statement| statement.currency);
        let scale = currency.map_or(2, Currency::minor_digits);
        let place = |path: &str, at: usize| Place {
            line: Some(open.line),
            column: u64::try_from(open.column + at + 1).ok(),
            path: Some(path.to_owned()),
        };
        let code = std::str::from_utf8(read.code).unwrap_or_default();
        let effect = code.parse().map_or(Effect::Unknown, codes::effect);
        let printed = amount(read.amount, scale);
        let amount = match (printed, effect) {
            (Ok(Some(amount)), _) => amount,
            // What moves nothing needs no amount.
            (Ok(None), Effect::Information) => Decimal::from_minor(0, scale),
            _ => {
                self.account_level.add(None);
                let message = format!("{:?} is no amount; the transaction was left out", shown(read.amount));
                return out.report(Code::BadLine, place("amount", read.amount_at), message);
            }
        };
        self.account_level.add(as_printed(amount));
        if read.amount.contains(&b'.') {
            let message = format!(
                "{:?} has a decimal point, which BAI2 has not; it was read as {amount}, not in the smallest unit",
                shown(read.amount)
            );
            out.report(Code::BadAmount, place("amount", read.amount_at), message);
        }
        if amount.is_negative() {
            let message = "transactions have no sign; it was left to the type code";
            out.report(Code::Irregular, place("amount", read.amount_at), message);
        }
        if effect == Effect::Unknown {
            let message = format!(
                "type {:?} says not which way the money went; the line does not count",
                shown(read.code)
            );
            out.report(Code::UnknownTypeCode, place("type code", 0), message);
        }
        self.has_lines = true;
        self.fill(&read, effect, amount, open, out);
        out.line(&self.line);
    }

    fn fill(
        &mut self,
        read: &transaction::Transaction<'_>,
        effect: Effect,
        amount: Decimal,
        open: Open,
        out: &mut Emitter<'_>,
    ) {
        let line = &mut self.line;
        line.source_line = open.line;
        line.source_bytes = (open.offset, open.end);
        line.amount = if effect == Effect::Debit {
            -amount.abs()
        } else {
            amount.abs()
        };
        let counts = matches!(effect, Effect::Credit | Effect::Debit) && !self.group.void;
        line.status = if counts { Status::Booked } else { Status::Info };
        line.booking_date = self.group.as_of;
        if !read.value_date.is_empty() {
            line.value_date = day(read.value_date, DateForm::YearMonthDay).map(|day| day.date);
            if line.value_date.is_none() {
                let message = format!("{:?} is not a date", shown(read.value_date));
                out.report(Code::BadDate, Place::field(open.line, "value date"), message);
            }
        }
        let code = self.decoder.decode(read.code);
        let number = code.parse().unwrap_or(0);
        line.type_code.code.push_str(&code);
        line.type_code.issuer.push_str("BAI");
        line.reversal = false;
        let bank = self.decoder.decode(read.bank_ref);
        line.ids.bank_id.push_str(quirks::reference(&bank));
        let customer = self.decoder.decode(read.customer_ref);
        let customer = quirks::reference(&customer);
        line.ids.customer_ref.push_str(customer);
        if codes::is_check(number) && customer.bytes().all(|b| b.is_ascii_digit()) {
            line.check_number.push_str(customer);
        }
        if codes::is_return(number) {
            line.return_reason.push_str(&code);
        }
        let text = std::mem::take(&mut line.text);
        for part in text.split('\n') {
            quirks::labelled(part, line);
        }
        line.text = text;
    }

    fn account_trailer(&mut self, record: &[u8], line: u64, out: &mut Emitter<'_>) {
        if self.statement.is_none() {
            let message = "an account trailer (49) without its account";
            return out.report(Code::OutOfPlace, Place::line(line), message);
        }
        let total = self.account_level.check(record, None, line, out);
        self.group_level.add(total);
        self.account_level.open = false;
        self.end_account(out);
    }

    fn group_trailer(&mut self, record: &[u8], line: u64, out: &mut Emitter<'_>) {
        self.end_account(out);
        let total = self.group_level.check(record, Some("number of accounts"), line, out);
        self.file_level.add(total);
        self.group_level = Level::default();
        self.group = Group::default();
    }

    fn file_trailer(&mut self, record: &[u8], line: u64, out: &mut Emitter<'_>) {
        self.end_account(out);
        self.group_level.unended("group", "98", out);
        self.group_level = Level::default();
        self.file_level.check(record, Some("number of groups"), line, out);
        self.file_level = Level::default();
    }

    fn end_account(&mut self, out: &mut Emitter<'_>) {
        if let Some(mut statement) = self.statement.take() {
            self.account_level.unended("account", "49", out);
            if !self.has_lines {
                // Totals of transactions that the bank does not list prove nothing.
                statement.control.clear();
            }
            out.end(statement);
        }
        self.account_level.open = false;
    }
}

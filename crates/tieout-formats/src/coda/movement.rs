//! Movements and their parts, from records 21 to 33.

use super::columns as at;
use super::{communication, quirks};
use crate::account_number::{normalise, normalised};
use crate::fixed::{self, DateForm, Joined, Record, append, push_part};
use crate::limits::{MAX_CHILDREN, MAX_LINE_TEXT_BYTES};
use crate::model::{Child, Line};
use crate::read::Emitter;
use tieout_core::Decimal;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};

/// Collects a movement with its parts until the next one begins.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub(super) line: Line,
    /// A movement is being collected.
    pub(super) open: bool,
    /// The records that follow belong to its last part.
    in_part: bool,
    text: Joined,
    /// Structured communication, its pieces at full width; its code in front.
    coded: String,
    structured: bool,
    parts: Parts,
    information: Joined,
}

/// What the parts of a movement sum up to.
#[derive(Debug, Default)]
struct Parts {
    /// Sum of those of the first level; `None` once one cannot be read.
    sum: Option<Decimal>,
    summed: u64,
    /// There are more than are kept.
    dropped: bool,
}

impl Collector {
    /// Record 21 with detail number 0000: a movement begins. False if it cannot be read.
    pub(super) fn begin(&mut self, record: &Record<'_>, decoder: &mut Decoder, out: &mut Emitter<'_>) -> bool {
        self.reset();
        let Some(amount) = signed(record) else {
            fixed::bad_line(record, at::AMOUNT, "amount", out);
            return false;
        };
        let line = &mut self.line;
        line.amount = amount;
        line.source_line = record.number;
        line.source_bytes = (record.offset, record.end());
        line.value_date = fixed::date(record, at::VALUE_DATE, DateForm::DayMonthYear, out);
        line.booking_date = fixed::date(record, at::ENTRY_DATE, DateForm::DayMonthYear, out).or(line.value_date);
        if line.booking_date.is_none() {
            let message = "the movement has no date that can be read";
            out.report(Code::BadDate, Place::line(record.number), message);
        }
        line.ids.bank_id.push_str(&record.text(at::REFERENCE, decoder));
        line.ids.entry_ref.push_str(&record.text(at::SEQUENCE, decoder));
        let code = record.text(at::CODE, decoder);
        line.type_code.code.push_str(code.get(1..5).unwrap_or_default());
        line.type_code.proprietary.push_str(&code);
        line.type_code.issuer.push_str("CODA");
        self.open = true;
        self.begin_text(record, decoder);
        true
    }

    /// Record 21 with another detail number: a part of the movement.
    pub(super) fn begin_part(&mut self, record: &Record<'_>, decoder: &mut Decoder, out: &mut Emitter<'_>) {
        self.end_text();
        self.extend(record);
        let amount = signed(record);
        if amount.is_none() {
            let message = format!("{:?} is not an amount of a part", fixed::shown(record.raw(at::AMOUNT)));
            out.report(Code::BadAmount, record.place(at::AMOUNT), message);
        }
        // Parts of type 9 split one of type 7, which is among the parts already.
        let first_level = record.raw(at::CODE).first() != Some(&b'9');
        if first_level {
            self.parts.summed += 1;
            self.parts.sum = match (self.parts.sum, amount) {
                (Some(sum), Some(amount)) => sum.checked_add(amount),
                _ => None,
            };
        }
        self.in_part = true;
        if self.line.children.len() >= MAX_CHILDREN {
            self.parts.dropped = true;
            return;
        }
        self.line.children.push(Child {
            amount,
            reference: record.text(at::REFERENCE, decoder).into_owned(),
            ..Child::default()
        });
        self.begin_text(record, decoder);
    }

    fn begin_text(&mut self, record: &Record<'_>, decoder: &mut Decoder) {
        self.structured = record.byte(at::STRUCTURED) == b'1';
        self.push_text(record, at::TEXT_21, decoder);
    }

    fn push_text(&mut self, record: &Record<'_>, column: fixed::Column, decoder: &mut Decoder) {
        let width = column.last + 1 - column.first;
        if !self.structured && record.is_blank(column) {
            return self.text.part();
        }
        let piece = record.raw_text(column, decoder);
        if !self.structured {
            self.text.push(&piece, width);
            return;
        }
        if self.coded.len() < MAX_LINE_TEXT_BYTES {
            self.coded.push_str(&piece);
            let present = if piece.is_ascii() {
                piece.len()
            } else {
                piece.chars().count()
            };
            self.coded
                .extend(std::iter::repeat_n(' ', width.saturating_sub(present)));
        }
    }

    /// Record 22.
    pub(super) fn second(&mut self, record: &Record<'_>, decoder: &mut Decoder) {
        self.extend(record);
        self.push_text(record, at::TEXT_22, decoder);
        let customer = record.text(at::CUSTOMER, decoder);
        let reason = record.text(at::RETURN_REASON, decoder);
        if self.in_part {
            if let Some(part) = self.line.children.last_mut() {
                append(&mut part.reference, &customer, ' ');
            }
            return;
        }
        let line = &mut self.line;
        line.ids.customer_ref.push_str(&customer);
        line.counterparty.bank.push_str(&record.text(at::OTHER_BIC, decoder));
        line.return_reason.push_str(&reason);
        line.purpose.push_str(&record.text(at::PURPOSE, decoder));
    }

    /// Record 23.
    pub(super) fn third(&mut self, record: &Record<'_>, decoder: &mut Decoder) {
        self.extend(record);
        self.push_text(record, at::TEXT_23, decoder);
        let field = record.raw_text(at::OTHER_ACCOUNT, decoder);
        let account = quirks::other_account(&field);
        let name = record.text(at::OTHER_NAME, decoder);
        if self.in_part {
            if let Some(part) = self.line.children.last_mut() {
                part.account = normalised(account);
                append(&mut part.name, &name, ' ');
            }
            return;
        }
        let other = &mut self.line.counterparty;
        if other.account.is_empty() {
            normalise(account, &mut other.account);
        }
        append(&mut other.name, &name, ' ');
    }

    /// Records 31, 32, 33.
    pub(super) fn information(&mut self, record: &Record<'_>, decoder: &mut Decoder) {
        self.extend(record);
        let column = match record.byte(2) {
            b'1' => at::TEXT_31,
            b'2' => at::TEXT_32,
            _ => at::TEXT_33,
        };
        let piece = record.raw_text(column, decoder);
        // Structured information 001 names the other party, its address in record 32.
        if record.byte(2) == b'1' && record.byte(at::KIND_31) == b'1' {
            let name = piece.get(3..).unwrap_or_default().trim();
            if piece.starts_with("001") && !self.in_part {
                if self.line.counterparty.name.is_empty() {
                    append(&mut self.line.counterparty.name, name, ' ');
                }
                return;
            }
            self.information.part();
            self.information.push(name, usize::MAX);
            return;
        }
        self.information.push(&piece, column.last + 1 - column.first);
    }

    /// Gives the text of the movement or part that ends to its place.
    fn end_text(&mut self) {
        let (text, reference) = if self.structured {
            let (code, rest) = self.coded.split_at_checked(3).unwrap_or((&self.coded, ""));
            let read = communication::read(code, rest);
            if !self.in_part {
                communication::apply(&read, &mut self.line.ids);
            }
            (read.text, read.reference)
        } else {
            (self.text.text(), None)
        };
        if self.in_part {
            if let Some(part) = self.line.children.last_mut().filter(|_| !self.parts.dropped) {
                push_part(&mut part.text, text);
                push_part(&mut part.text, self.information.text());
                append(&mut part.reference, reference.as_deref().unwrap_or_default(), ' ');
            }
        } else {
            push_part(&mut self.line.text, text);
            push_part(&mut self.line.text, self.information.text());
            if let Some(reference) = reference {
                self.line.structured_reference = reference;
            }
        }
        self.text.clear();
        self.coded.clear();
        self.information.clear();
    }

    /// The movement is complete; its line is in [`Collector::line`].
    pub(super) fn end(&mut self, out: &mut Emitter<'_>) {
        let overflow = self.text.overflow() || self.information.overflow();
        self.end_text();
        self.open = false;
        let place = || Place::line(self.line.source_line);
        if overflow || self.parts.dropped {
            let message = "the movement has more text or parts than are kept";
            out.report(Code::TooLarge, place(), message);
        }
        if let Some(sum) = self.parts.sum
            && self.parts.summed > 0
            && sum != self.line.amount
        {
            let message = format!("the parts sum to {sum}, the movement is {}", self.line.amount);
            out.report(Code::ChildSum, place(), message);
        }
    }

    fn reset(&mut self) {
        self.line.clear();
        self.text.clear();
        self.coded.clear();
        self.information.clear();
        self.in_part = false;
        self.structured = false;
        self.parts = Parts {
            sum: Some(Decimal::ZERO),
            ..Parts::default()
        };
    }

    fn extend(&mut self, record: &Record<'_>) {
        self.line.source_bytes.1 = record.end();
    }
}

/// The amount with its sign; `None` if either cannot be read.
fn signed(record: &Record<'_>) -> Option<Decimal> {
    let amount = Decimal::from_minor(record.digits(at::AMOUNT).ok()??, at::SCALE);
    match record.byte(at::SIGN) {
        b'0' => Some(amount),
        b'1' => Some(-amount),
        _ => None,
    }
}

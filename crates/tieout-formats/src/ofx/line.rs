//! One `STMTTRN` after another: elements in any order become one reused [`Line`].

use super::element::Element;
use super::tags::Tags;
use super::values::{Values, place};
use crate::account_number;
use crate::limits::MAX_LINE_TEXT_BYTES;
use crate::model::{Line, Status};
use crate::read::Emitter;
use std::io::Read;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Currency, Date, Decimal};

/// How many names of unknown elements are kept for the message about them.
const MAX_UNREAD_NAMES: usize = 16;

/// Fills a line from its elements.
#[derive(Debug, Default)]
pub(super) struct LineBuilder {
    line: Line,
    open: bool,
    part: Part,
    amount: Option<Decimal>,
    initiated: Option<Date>,
    currency: Option<Currency>,
    extended_name: String,
    deletes: bool,
    text_cut: bool,
    unread: Vec<String>,
}

/// The aggregate inside a line that an element belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Line,
    Payee,
    OtherAccount,
    Currency,
    /// Its rate belongs to an amount that is already converted; the original one is not printed.
    OriginalCurrency,
}

/// What an ended line came to.
pub(super) enum Ended<'a> {
    /// A line.
    Line(&'a mut Line),
    /// It has no amount; this is where it begins.
    WithoutAmount(Place),
}

impl LineBuilder {
    /// Whether a line has begun and not ended.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Where the open line begins.
    pub(super) fn place(&self) -> Place {
        Place::field(self.line.source_line, "STMTTRN")
    }

    /// A line begins with the present tag.
    pub(super) fn begin<R: Read>(&mut self, tags: &mut Tags<R>, status: Status) {
        self.line.clear();
        self.line.status = status;
        self.line.source_line = tags.line();
        self.line.source_bytes.0 = tags.bytes().start;
        self.open = true;
        self.part = Part::Line;
        self.amount = None;
        self.initiated = None;
        self.currency = None;
        self.extended_name.clear();
        self.deletes = false;
        self.text_cut = false;
    }

    /// An aggregate inside the line ends.
    pub(super) fn leave_part(&mut self) {
        self.part = Part::Line;
    }

    /// A start tag inside the line.
    pub(super) fn element<R: Read>(
        &mut self,
        element: Element,
        tags: &mut Tags<R>,
        values: &mut Values,
        out: &mut Emitter<'_>,
    ) {
        let line = &mut self.line;
        match element {
            Element::Type => values.set(tags, &mut line.type_code.code),
            Element::Posted => line.booking_date = values.date(tags, out).or(line.booking_date),
            Element::Initiated => self.initiated = values.date(tags, out),
            Element::Available | Element::ValueDate => {
                line.value_date = values.date(tags, out).or(line.value_date);
            }
            Element::Amount => self.amount = values.amount(tags, out).or(self.amount),
            Element::BankLineId => values.set(tags, &mut line.ids.bank_id),
            Element::Name if line.counterparty.name.is_empty() => {
                values.set(tags, &mut line.counterparty.name);
            }
            // A second NAME is against the rules, but not for us to throw away.
            Element::Name | Element::Memo => self.memo(tags, values, out),
            Element::CheckNumber => values.set(tags, &mut line.check_number),
            Element::Reference => values.set(tags, &mut line.ids.entry_ref),
            Element::ServerId => values.set(tags, &mut line.ids.instruction),
            Element::Corrects => values.set(tags, &mut line.ids.corrects),
            Element::CorrectionAction => self.deletes = tags.text().eq_ignore_ascii_case(b"DELETE"),
            Element::ExtendedName => values.set(tags, &mut self.extended_name),
            Element::IndustryCode => {
                values.set(tags, &mut line.type_code.proprietary);
                "SIC".clone_into(&mut line.type_code.issuer);
            }
            Element::RunningBalance if !tags.text().is_empty() => {
                line.running_balance = values.amount(tags, out);
            }
            Element::Payee => self.part = Part::Payee,
            Element::OtherAccount => self.part = Part::OtherAccount,
            Element::LineCurrency => self.part = Part::Currency,
            Element::OriginalCurrency => self.part = Part::OriginalCurrency,
            Element::Unknown => self.note_unread(tags),
            Element::CurrencySymbol if self.part == Part::Currency => {
                self.currency = values.currency(tags, out);
            }
            _ => self.part_element(element, tags, values),
        }
    }

    /// Ends the line where it ends in the file.
    pub(super) fn end(&mut self, end_byte: u64, out: &mut Emitter<'_>) -> Ended<'_> {
        self.open = false;
        let Some(amount) = self.amount else {
            return Ended::WithoutAmount(self.place());
        };
        self.line.amount = amount;
        self.line.source_bytes.1 = end_byte;
        self.line.currency = self.currency;
        self.settle_date(out);
        self.settle_names();
        self.settle_type(out);
        let line = &mut self.line;
        if line.check_number == line.ids.bank_id {
            line.check_number.clear();
        }
        if self.deletes && !line.ids.corrects.is_empty() {
            line.status = Status::Info;
        }
        Ended::Line(line)
    }

    /// Names of the elements of lines that nothing was made of, in the order of their first appearance.
    pub(super) fn unread(&self) -> &[String] {
        &self.unread
    }

    fn memo<R: Read>(&mut self, tags: &mut Tags<R>, values: &mut Values, out: &mut Emitter<'_>) {
        if self.line.text.len() + tags.text().len() > MAX_LINE_TEXT_BYTES {
            if !self.text_cut {
                let message =
                    format!("this line has more than {MAX_LINE_TEXT_BYTES} bytes of text; the rest was dropped");
                out.report(Code::TooLarge, place(tags), message);
            }
            self.text_cut = true;
            return;
        }
        if !tags.text().is_empty() {
            next_part(&mut self.line.text);
            values.text(tags, &mut self.line.text);
        }
    }

    fn part_element<R: Read>(&mut self, element: Element, tags: &Tags<R>, values: &mut Values) {
        let counterparty = &mut self.line.counterparty;
        match (self.part, element) {
            (Part::Payee, Element::Address)
                if !tags.text().is_empty() && counterparty.address.len() < MAX_LINE_TEXT_BYTES =>
            {
                next_part(&mut counterparty.address);
                values.text(tags, &mut counterparty.address);
            }
            (Part::OtherAccount, Element::BankId) => values.set(tags, &mut counterparty.bank),
            (Part::OtherAccount, Element::AccountId) => {
                let mut raw = String::new();
                values.text(tags, &mut raw);
                counterparty.account = account_number::normalised(&raw);
            }
            _ => {}
        }
    }

    fn note_unread<R: Read>(&mut self, tags: &Tags<R>) {
        let name = String::from_utf8_lossy(tags.name());
        if !tags.text().is_empty()
            && self.unread.len() < MAX_UNREAD_NAMES
            && !self.unread.iter().any(|known| *known == name)
        {
            self.unread.push(name.into_owned());
        }
    }

    fn settle_date(&mut self, out: &mut Emitter<'_>) {
        let line = &mut self.line;
        if line.booking_date.is_some() {
            return;
        }
        line.booking_date = line.value_date.or(self.initiated);
        let message = match line.booking_date {
            Some(date) => {
                format!("the line has no booking date; {date}, its value or user date, was taken")
            }
            None => "the line has no booking date".to_owned(),
        };
        out.report(Code::BadDate, Place::field(line.source_line, "DTPOSTED"), message);
    }

    /// `NAME` holds 32 characters; a longer `EXTDNAME` replaces what it continues.
    fn settle_names(&mut self) {
        if self.extended_name.is_empty() {
            return;
        }
        let name = &mut self.line.counterparty.name;
        if self.extended_name.starts_with(name.as_str()) {
            std::mem::swap(name, &mut self.extended_name);
        } else {
            next_part(&mut self.line.text);
            self.line.text.push_str(&self.extended_name);
        }
    }

    fn settle_type(&mut self, out: &mut Emitter<'_>) {
        let line = &mut self.line;
        line.type_code.code.make_ascii_uppercase();
        match line.type_code.code.as_str() {
            "CREDIT" | "DEBIT" | "INT" | "DIV" | "FEE" | "SRVCHG" | "DEP" | "ATM" | "POS" | "XFER" | "CHECK"
            | "PAYMENT" | "CASH" | "DIRECTDEP" | "DIRECTDEBIT" | "REPEATPMT" | "HOLD" | "OTHER" | "" => {}
            code => {
                let message = format!("{:?} is no type of the format", excerpt(code, 20));
                let place = Place::field(line.source_line, "TRNTYPE");
                out.report(Code::UnknownTypeCode, place, message);
            }
        }
    }
}

/// Whether the type of a line says the other side than its sign; `None` if it says none.
pub(super) fn type_contradicts(line: &Line) -> Option<bool> {
    match line.type_code.code.as_str() {
        _ if line.amount.is_zero() => None,
        "CREDIT" => Some(line.amount.is_negative()),
        "DEBIT" => Some(!line.amount.is_negative()),
        _ => None,
    }
}

fn next_part(text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
}

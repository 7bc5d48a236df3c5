//! Records in, statements out.

use super::columns as at;
use super::quirks;
use crate::fixed::{self, Column, DateForm, Joined, Record, balance};
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Control, ControlOver, Line, Original, Statement};
use crate::read::Emitter;
use tieout_core::Decimal;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};

/// Reads a file record by record.
#[derive(Debug, Default)]
pub(super) struct Reader {
    decoder: Decoder,
    statement: Option<Statement>,
    statement_line: u64,
    counts: Counts,
    line: Line,
    pending: Pending,
    text: Joined,
    /// Records so far, and the headers (00) among them.
    records: i64,
    headers: i64,
    /// The end of the file (88) was seen.
    ended: bool,
}

/// How many movements there are of each kind, as record 33 counts them.
#[derive(Debug, Default)]
struct Counts {
    debits: i64,
    credits: i64,
    zeros: i64,
}

/// The movement that waits for its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    #[default]
    None,
    Line,
    /// It could not be read; its texts go with it.
    Unreadable,
}

impl Reader {
    /// A reader of texts in the charset of this decoder.
    pub(super) fn new(decoder: Decoder) -> Self {
        Self {
            decoder,
            ..Self::default()
        }
    }

    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The next record.
    pub(super) fn record(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        match record.bytes.get(..2) {
            Some(b"22") => self.movement(record, out),
            Some(b"23") => self.concept(record, out),
            Some(b"24") => self.original(record, out),
            Some(b"11") => self.header(record, out),
            Some(b"33") => self.end_of_account(record, out),
            Some(b"88") => return self.end_of_file(record, out),
            Some(b"00") => self.headers += 1,
            _ => fixed::out_of_place(record, "no record of Norma 43 begins so", out),
        }
        self.records += 1;
        if self.ended {
            self.ended = false;
            let message = "records follow the end of the file (88); they were read";
            out.report(Code::Irregular, Place::line(record.number), message);
        }
    }

    /// The end of the input.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        self.end_statement(out);
        if !self.ended && self.records > 0 {
            let message = "the file does not end with record 88";
            out.report(Code::Incomplete, Place::default(), message);
        }
    }

    fn header(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        let currency = fixed::numeric_currency(record.trimmed(at::CURRENCY));
        if currency.is_none() && !out.knows_currency() {
            let message = format!(
                "{:?} is no currency number we know",
                fixed::shown(record.raw(at::CURRENCY))
            );
            out.report(Code::NoCurrency, record.place(at::CURRENCY), message);
        }
        let from = fixed::date(record, at::FROM, DateForm::YearMonthDay, out);
        let to = fixed::date(record, at::TO, DateForm::YearMonthDay, out);
        let opening = fixed::amount(record, at::OPENING, at::SCALE, out)
            .and_then(|amount| sign_or_report(amount, record, at::OPENING_SIGN, out))
            .map(|amount| balance(amount, currency, from, BalanceKind::Opening, "11"));
        let id = record.text(at::ACCOUNT, &mut self.decoder).into_owned();
        let statement = Statement {
            account: Account {
                raw: id.clone(),
                id,
                scheme: AccountScheme::Bban,
                bank_id: record.text(at::BANK, &mut self.decoder).into_owned(),
                branch_id: record.text(at::BRANCH, &mut self.decoder).into_owned(),
                kind: AccountKind::Bank,
                name: record.text(at::NAME, &mut self.decoder).into_owned(),
                ..Account::default()
            },
            currency,
            message: "N43".into(),
            period: (from, to),
            opening,
            ..Statement::default()
        };
        self.begin(statement, record, out);
    }

    fn begin(&mut self, statement: Statement, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.statement_line = record.number;
        self.counts = Counts::default();
        out.begin(&statement);
        self.statement = Some(statement);
    }

    /// The statement that a movement or end belongs to, begun by its header or, where that is missing, by it.
    fn ensure_statement(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        if self.statement.is_none() {
            let message = "no account header (record 11) stands before this record: account and opening are unknown";
            out.report(Code::NoAccount, Place::line(record.number), message);
            let statement = Statement {
                message: "N43".into(),
                ..Statement::default()
            };
            self.begin(statement, record, out);
        }
    }

    fn movement(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_movement(out);
        self.ensure_statement(record, out);
        self.pending = Pending::Unreadable;
        let Ok(Some(minor)) = record.digits(at::AMOUNT) else {
            return fixed::bad_line(record, at::AMOUNT, "amount", out);
        };
        let amount = Decimal::from_minor(minor, at::SCALE);
        let Some(amount) = quirks::signed(amount, record.byte(at::SIGN)) else {
            let sign = Column {
                name: "sign",
                first: at::SIGN,
                last: at::SIGN,
            };
            return fixed::bad_line(record, sign, "sign (1 debit, 2 credit)", out);
        };
        self.pending = Pending::Line;
        let line = &mut self.line;
        line.clear();
        line.amount = amount;
        line.source_line = record.number;
        line.source_bytes = (record.offset, record.end());
        line.value_date = fixed::date(record, at::VALUE_DATE, DateForm::YearMonthDay, out);
        line.booking_date = fixed::date(record, at::OPERATION_DATE, DateForm::YearMonthDay, out).or(line.value_date);
        if line.booking_date.is_none() {
            let message = "the movement has no date that can be read";
            out.report(Code::BadDate, Place::line(record.number), message);
        }
        let decoder = &mut self.decoder;
        line.type_code.code.push_str(&record.text(at::COMMON_CONCEPT, decoder));
        line.type_code
            .proprietary
            .push_str(&record.text(at::OWN_CONCEPT, decoder));
        line.type_code.issuer.push_str("AEB");
        let document = record.text(at::DOCUMENT, decoder);
        line.ids.entry_ref.push_str(quirks::reference(&document));
        let first = record.text(at::FIRST_REFERENCE, decoder);
        line.ids.customer_ref.push_str(quirks::reference(&first));
        let second = record.text(at::SECOND_REFERENCE, decoder);
        self.text.clear();
        self.text.push(quirks::reference(&second), usize::MAX);
        match amount {
            amount if amount.is_zero() => self.counts.zeros += 1,
            amount if amount.is_negative() => self.counts.debits += 1,
            _ => self.counts.credits += 1,
        }
    }

    fn concept(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        match self.pending {
            Pending::Line => {}
            Pending::Unreadable => return,
            Pending::None => return fixed::out_of_place(record, "a concept text without its movement", out),
        }
        self.line.source_bytes.1 = record.end();
        for column in [at::FIRST_TEXT, at::SECOND_TEXT] {
            let piece = self.decoder.decode(record.raw(column));
            self.text.push(&piece, column.last + 1 - column.first);
        }
    }

    fn original(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        match self.pending {
            Pending::Line => {}
            Pending::Unreadable => return,
            Pending::None => return fixed::out_of_place(record, "an original amount without its movement", out),
        }
        self.line.source_bytes.1 = record.end();
        let Some(amount) = fixed::amount(record, at::OTHER_AMOUNT, at::SCALE, out) else {
            return;
        };
        let Some(currency) = fixed::numeric_currency(record.trimmed(at::OTHER_CURRENCY)) else {
            let shown = fixed::shown(record.raw(at::OTHER_CURRENCY));
            let message = format!("{shown:?} is no currency number we know; the original amount was left out");
            return out.report(Code::Unread, record.place(at::OTHER_CURRENCY), message);
        };
        let negative = self.line.amount.is_negative();
        self.line.original = Some(Original {
            amount: if negative { -amount } else { amount },
            currency,
            rate: None,
        });
    }

    fn end_movement(&mut self, out: &mut Emitter<'_>) {
        if self.pending == Pending::Line {
            self.line.text.push_str(self.text.text());
            if self.text.overflow() {
                let message = "the text is too long; its end was dropped";
                out.report(Code::TooLarge, Place::line(self.line.source_line), message);
            }
            out.line(&self.line);
        }
        self.pending = Pending::None;
    }

    fn end_of_account(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_movement(out);
        self.ensure_statement(record, out);
        let closing = fixed::amount(record, at::CLOSING, at::SCALE, out)
            .and_then(|amount| sign_or_report(amount, record, at::CLOSING_SIGN, out));
        let Some(mut statement) = self.statement.take() else {
            return;
        };
        let account = record.text(at::ACCOUNT, &mut self.decoder);
        if !statement.account.id.is_empty() && account != statement.account.id {
            let message = format!("the account ends as {account}, it began as {}", statement.account.id);
            out.report(Code::Irregular, record.place(at::ACCOUNT), message);
        }
        statement.closing = closing.map(|amount| {
            balance(
                amount,
                statement.currency,
                statement.period.1,
                BalanceKind::Closing,
                "33",
            )
        });
        for (over, sum, count, counted) in [
            (ControlOver::Debits, at::DEBITS, at::DEBIT_COUNT, self.counts.debits),
            (ControlOver::Credits, at::CREDITS, at::CREDIT_COUNT, self.counts.credits),
        ] {
            let control = Self::control(record, over, sum, count, out);
            if let Some(printed) = control.count
                && !i64::try_from(printed).is_ok_and(|n| quirks::count_agrees(n, counted, self.counts.zeros))
            {
                let message = format!("{printed} are printed, there are {counted}");
                out.report(Code::ControlTotal, record.place(count), message);
            }
            statement.control.push(control);
        }
        out.end(statement);
    }

    fn control(record: &Record<'_>, over: ControlOver, sum: Column, count: Column, out: &mut Emitter<'_>) -> Control {
        let mut number = |column: Column| {
            record.digits(column).unwrap_or_else(|_| {
                let message = format!("{:?} is not a number", fixed::shown(record.raw(column)));
                out.report(Code::ControlTotal, record.place(column), message);
                None
            })
        };
        Control {
            source_code: format!("record 33, {}", sum.name),
            over,
            count: number(count).and_then(|n| u64::try_from(n).ok()),
            sum: number(sum).map(|minor| Decimal::from_minor(minor, at::SCALE)),
        }
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        self.end_movement(out);
        if let Some(statement) = self.statement.take() {
            let message = "the account that begins here has no end (record 33)";
            out.report(Code::Incomplete, Place::line(self.statement_line), message);
            out.end(statement);
        }
    }

    fn end_of_file(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        self.ended = true;
        match record.digits(at::RECORDS) {
            Ok(Some(printed)) if quirks::records_agree(printed, self.records, self.headers) => {}
            Ok(None) => {}
            Ok(Some(printed)) => {
                let message = format!("the file counts {printed} records, there are {}", self.records);
                out.report(Code::ControlTotal, record.place(at::RECORDS), message);
            }
            Err(_) => {
                let message = format!("{:?} is not a number", fixed::shown(record.raw(at::RECORDS)));
                out.report(Code::ControlTotal, record.place(at::RECORDS), message);
            }
        }
    }
}

/// A balance with its sign.
fn sign_or_report(amount: Decimal, record: &Record<'_>, at: usize, out: &mut Emitter<'_>) -> Option<Decimal> {
    let signed = quirks::signed(amount, record.byte(at));
    if signed.is_none() {
        let place = Place {
            line: Some(record.number),
            column: u64::try_from(at).ok(),
            path: Some("sign of the balance".into()),
        };
        out.report(Code::BadAmount, place, "the sign is neither 1 (debit) nor 2 (credit)");
    }
    signed
}

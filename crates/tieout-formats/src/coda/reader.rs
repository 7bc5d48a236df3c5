//! Records in, statements out.

use super::columns as at;
use super::group::Group;
use super::movement::Collector;
use super::quirks;
use crate::account_number::{is_iban, normalised};
use crate::fixed::{self, Column, DateForm, Record, balance};
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Statement};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};
use tieout_core::{Date, Decimal};

/// Reads a file record by record.
#[derive(Debug, Default)]
pub(super) struct Reader {
    decoder: Decoder,
    bic: String,
    group: Group,
    statement: Option<Statement>,
    /// Line of the statement's first record.
    statement_line: u64,
    movement: Collector,
    /// A movement could not be read: what belongs to it goes with it.
    unreadable: bool,
}

impl Reader {
    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The next record.
    pub(super) fn record(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        if !self.group.open && record.byte(1) != b'0' {
            self.begin_group(record);
        }
        match (record.byte(1), record.byte(2)) {
            (b'0', _) => self.header(record, out),
            (b'1', _) => self.old_balance(record, out),
            (b'2', b'1') => self.movement(record, out),
            (b'2', b'2' | b'3') | (b'3', b'1'..=b'3') => self.more(record, out),
            (b'4', _) => {
                self.end_movement(out);
                self.group.messages += 1;
                let text = self.decoder.decode(record.trimmed(at::MESSAGE)).into_owned();
                if !text.is_empty() {
                    let message = format!("message of the bank: {text}");
                    out.report(Code::Decided, Place::line(record.number), message);
                }
            }
            (b'8', _) => self.new_balance(record, out),
            (b'9', _) => self.trailer(record, out),
            _ => fixed::out_of_place(record, "no record of CODA begins so", out),
        }
    }

    /// The end of the file.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        self.end_statement(out);
        if self.group.open {
            self.group.unended(out);
        }
    }

    fn begin_group(&mut self, record: &Record<'_>) {
        self.group = Group {
            open: true,
            line: record.number,
            ..Group::default()
        };
    }

    fn header(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.finish(out);
        self.begin_group(record);
        self.bic = record.text(at::HEADER_BIC, &mut self.decoder).into_owned();
        out.dialect(if record.byte(at::VERSION) == b'1' {
            "CODA 1"
        } else {
            "CODA 2"
        });
        if record.byte(at::DUPLICATE) == b'D' {
            let message = "the bank sends this statement again (a duplicate)";
            out.report(Code::Decided, Place::line(record.number), message);
        }
    }

    fn old_balance(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        self.group.records += 1;
        let mut statement = Statement {
            account: self.account(record),
            number: record.text(at::OLD_NUMBER, &mut self.decoder).into_owned(),
            message: "CODA".into(),
            ..Statement::default()
        };
        let field = self.decoder.decode(record.raw(at::OLD_ACCOUNT));
        statement.currency = quirks::currency(quirks::account(record.byte(at::STRUCTURE), &field).currency);
        if statement.currency.is_none() && !out.knows_currency() {
            let message = "record 1 names no currency";
            out.report(Code::NoCurrency, record.place(at::OLD_ACCOUNT), message);
        }
        let date = fixed::date(record, at::OLD_DATE, DateForm::DayMonthYear, out);
        say_undated(date, record, at::OLD_DATE, out);
        statement.opening = fixed::amount(record, at::OLD_AMOUNT, at::SCALE, out)
            .map(|amount| signed(amount, record.byte(at::OLD_SIGN)))
            .map(|amount| balance(amount, statement.currency, date, BalanceKind::Opening, "1"));
        statement.period.0 = date;
        self.begin_statement(statement, record, out);
    }

    fn account(&mut self, record: &Record<'_>) -> Account {
        let field = self.decoder.decode(record.raw(at::OLD_ACCOUNT)).into_owned();
        let number = quirks::account(record.byte(at::STRUCTURE), &field).number;
        let id = normalised(number);
        let scheme = if is_iban(&id) {
            AccountScheme::Iban
        } else {
            AccountScheme::Bban
        };
        Account {
            id,
            raw: number.to_owned(),
            scheme,
            bic: self.bic.clone(),
            kind: AccountKind::Bank,
            name: record.text(at::OLD_NAME, &mut self.decoder).into_owned(),
            owner: record.text(at::OLD_OWNER, &mut self.decoder).into_owned(),
            ..Account::default()
        }
    }

    fn begin_statement(&mut self, statement: Statement, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.group.statements += 1;
        self.statement_line = record.number;
        out.begin(&statement);
        self.statement = Some(statement);
    }

    /// The statement that a movement or balance belongs to, begun by record 1 or, where that is missing, by it.
    fn ensure_statement(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        if self.statement.is_none() {
            let message = "no old balance (record 1) stands before this record: account and opening are unknown";
            out.report(Code::NoAccount, Place::line(record.number), message);
            let statement = Statement {
                message: "CODA".into(),
                ..Statement::default()
            };
            self.begin_statement(statement, record, out);
        }
    }

    fn movement(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.group.records += 1;
        match record.digits(at::DETAIL) {
            Ok(Some(detail)) if detail > 0 => {
                if self.movement.open {
                    self.movement.begin_part(record, &mut self.decoder, out);
                } else if !self.unreadable {
                    fixed::out_of_place(record, "a part of a movement without the movement", out);
                }
            }
            Ok(_) => {
                self.end_movement(out);
                self.ensure_statement(record, out);
                self.unreadable = !self.movement.begin(record, &mut self.decoder, out);
            }
            Err(_) => {
                self.end_movement(out);
                self.unreadable = true;
                fixed::bad_line(record, at::DETAIL, "detail number", out);
            }
        }
    }

    fn more(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.group.records += 1;
        if !self.movement.open {
            if !self.unreadable {
                fixed::out_of_place(record, "it belongs to a movement, and none is before it", out);
            }
            return;
        }
        match (record.byte(1), record.byte(2)) {
            (b'2', b'2') => self.movement.second(record, &mut self.decoder),
            (b'2', _) => self.movement.third(record, &mut self.decoder),
            _ => self.movement.information(record, &mut self.decoder),
        }
    }

    fn end_movement(&mut self, out: &mut Emitter<'_>) {
        self.unreadable = false;
        if self.movement.open {
            self.movement.end(out);
            self.group.add(self.movement.line.amount);
            out.line(&self.movement.line);
        }
    }

    fn new_balance(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_movement(out);
        self.ensure_statement(record, out);
        self.group.records += 1;
        let date = fixed::date(record, at::NEW_DATE, DateForm::DayMonthYear, out);
        say_undated(date, record, at::NEW_DATE, out);
        let amount = fixed::amount(record, at::NEW_AMOUNT, at::SCALE, out);
        let Some(statement) = &mut self.statement else {
            return;
        };
        if statement.closing.is_some() {
            let message = "a second new balance; the last one counts";
            out.report(Code::Irregular, Place::line(record.number), message);
        }
        statement.period.1 = date;
        statement.closing = amount
            .map(|amount| signed(amount, record.byte(at::NEW_SIGN)))
            .map(|amount| balance(amount, statement.currency, date, BalanceKind::Closing, "8"));
    }

    fn trailer(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_movement(out);
        let controls = self.group.trailer(record, out);
        if let Some(statement) = &mut self.statement
            && self.group.statements == 1
        {
            statement.control = controls;
        }
        self.end_statement(out);
        self.group.open = false;
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        self.end_movement(out);
        if let Some(statement) = self.statement.take() {
            if statement.closing.is_none() {
                let message = "the statement that begins here has no new balance (record 8)";
                out.report(Code::Incomplete, Place::line(self.statement_line), message);
            }
            out.end(statement);
        }
    }
}

/// Only 1 is debit.
fn signed(amount: Decimal, sign: u8) -> Decimal {
    if sign == b'1' { -amount } else { amount }
}

/// A balance without a date is read, and told; what is no date at all was told before.
fn say_undated(date: Option<Date>, record: &Record<'_>, at: Column, out: &mut Emitter<'_>) {
    if date.is_none() && record.raw(at).iter().all(|byte| matches!(byte, b'0' | b' ')) {
        let message = format!("the balance has no date ({:?})", fixed::shown(record.raw(at)));
        out.report(Code::BadDate, record.place(at), message);
    }
}

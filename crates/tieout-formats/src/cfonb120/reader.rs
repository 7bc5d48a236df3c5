//! Records in, statements out.

use super::columns as at;
use super::{amount, qualifiers, quirks};
use crate::fixed::{self, DateForm, Joined, Record, balance};
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Line, Statement};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};
use tieout_core::{Currency, Decimal};

/// Reads a file record by record.
#[derive(Debug, Default)]
pub(super) struct Reader {
    decoder: Decoder,
    statement: Option<Statement>,
    statement_line: u64,
    /// Decimals of the last record that printed them.
    decimals: Option<u8>,
    line: Line,
    pending: Pending,
    text: Joined,
    /// A movement outside of every statement was seen; its line.
    stray: Option<u64>,
}

/// The movement that waits for its additional records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    #[default]
    None,
    Line,
    /// It could not be read, or was left out; its additional records go with it.
    Unreadable,
}

impl Reader {
    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The next record.
    pub(super) fn record(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        match record.bytes.get(..2) {
            Some(b"04") => self.movement(record, out),
            Some(b"05") => self.additional(record, out),
            Some(b"01") => self.old_balance(record, out),
            Some(b"07") => self.new_balance(record, out),
            _ => fixed::out_of_place(record, "no record of CFONB 120 begins so", out),
        }
    }

    /// The end of the file.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        self.end_statement(out);
        if out.statements() == 0
            && let Some(line) = self.stray
        {
            let message = "movements without an old balance (record 01): whose they are is unknown";
            out.report(Code::NotAStatement, Place::line(line), message);
        }
    }

    fn old_balance(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        let currency = Self::currency(record, out);
        let date = fixed::date(record, at::DATE, DateForm::DayMonthYear, out);
        let id = record.text(at::ACCOUNT, &mut self.decoder).into_owned();
        let statement = Statement {
            account: Account {
                raw: id.clone(),
                id,
                scheme: AccountScheme::Bban,
                bank_id: record.text(at::BANK, &mut self.decoder).into_owned(),
                branch_id: record.text(at::BRANCH, &mut self.decoder).into_owned(),
                kind: AccountKind::Bank,
                ..Account::default()
            },
            currency,
            message: "CFONB120".into(),
            period: (date, None),
            opening: self
                .amount(record, out)
                .map(|amount| balance(amount, currency, date, BalanceKind::Opening, "01")),
            ..Statement::default()
        };
        self.statement_line = record.number;
        out.begin(&statement);
        self.statement = Some(statement);
    }

    fn currency(record: &Record<'_>, out: &mut Emitter<'_>) -> Option<Currency> {
        let printed = record.trimmed(at::CURRENCY);
        let read = quirks::currency(printed);
        if read.is_none() && !printed.is_empty() {
            let message = format!("{:?} is no currency", fixed::shown(printed));
            out.report(Code::NoCurrency, record.place(at::CURRENCY), message);
            return None;
        }
        read.or_else(|| {
            if out.knows_currency() {
                return None;
            }
            let message = "the balance names no currency; EUR was taken";
            out.report(Code::Decided, record.place(at::CURRENCY), message);
            Currency::try_new(quirks::DEFAULT_CURRENCY).ok()
        })
    }

    /// The amount of a balance; says so if it is none.
    fn amount(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) -> Option<Decimal> {
        let read = amount::read(record.raw(at::AMOUNT), self.scale(record));
        if read.is_none() {
            let message = format!("{:?} is not an amount", fixed::shown(record.raw(at::AMOUNT)));
            out.report(Code::BadAmount, record.place(at::AMOUNT), message);
        }
        read
    }

    fn scale(&mut self, record: &Record<'_>) -> u8 {
        let printed = record.raw(at::DECIMALS).first().copied().and_then(quirks::decimals);
        if printed.is_some() {
            self.decimals = printed;
        }
        self.decimals.unwrap_or(quirks::DEFAULT_DECIMALS)
    }

    fn movement(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_movement(out);
        self.pending = Pending::Unreadable;
        if self.statement.is_none() {
            self.stray.get_or_insert(record.number);
            return fixed::out_of_place(record, "a movement before every old balance (record 01)", out);
        }
        let scale = self.scale(record);
        // A short field would be another, smaller amount.
        let whole = record.raw(at::AMOUNT);
        let Some(amount) = amount::read(whole, scale).filter(|_| whole.len() >= 14) else {
            return fixed::bad_line(record, at::AMOUNT, "amount", out);
        };
        self.pending = Pending::Line;
        self.line.clear();
        let line = &mut self.line;
        line.amount = amount;
        line.source_line = record.number;
        line.source_bytes = (record.offset, record.end());
        line.value_date = fixed::date(record, at::VALUE_DATE, DateForm::DayMonthYear, out);
        line.booking_date = fixed::date(record, at::DATE, DateForm::DayMonthYear, out).or(line.value_date);
        if line.booking_date.is_none() {
            let message = "the movement has no date that can be read";
            out.report(Code::BadDate, Place::line(record.number), message);
        }
        self.fill(record, out);
    }

    /// Codes, ids and label of the movement.
    fn fill(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        let (line, decoder) = (&mut self.line, &mut self.decoder);
        let operation = record.text(at::OPERATION, decoder);
        line.type_code.code.push_str(&operation);
        line.type_code.proprietary.push_str(&record.text(at::OWN_CODE, decoder));
        line.type_code.issuer.push_str("CFONB");
        line.return_reason.push_str(&record.text(at::REJECTION, decoder));
        let entry = record.text(at::ENTRY, decoder);
        let entry = quirks::reference(&entry);
        if quirks::is_cheque(&operation) {
            line.check_number.push_str(fixed::without_zeros(entry));
        } else {
            line.ids.entry_ref.push_str(entry);
        }
        let reference = record.text(at::REFERENCE, decoder);
        line.ids.customer_ref.push_str(quirks::reference(&reference));
        self.text.clear();
        self.text.push(&record.text(at::LABEL, decoder), usize::MAX);
        let account = record.trimmed(at::ACCOUNT);
        if let Some(statement) = &self.statement
            && account != statement.account.id.as_bytes()
        {
            let message = format!("the movement is of account {}", fixed::shown(account));
            out.report(Code::Irregular, record.place(at::ACCOUNT), message);
        }
        if let (Some(currency), Some(statement)) = (quirks::currency(record.trimmed(at::CURRENCY)), &self.statement)
            && Some(currency) != statement.currency
        {
            line.currency = Some(currency);
        }
    }

    fn additional(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        match self.pending {
            Pending::Line => qualifiers::apply(record, &mut self.line, &mut self.text, &mut self.decoder, out),
            Pending::Unreadable => {}
            Pending::None => {
                self.stray.get_or_insert(record.number);
                fixed::out_of_place(record, "an additional record without its movement", out);
            }
        }
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

    fn new_balance(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_movement(out);
        let date = fixed::date(record, at::DATE, DateForm::DayMonthYear, out);
        let amount = self.amount(record, out);
        let Some(statement) = &mut self.statement else {
            self.stray.get_or_insert(record.number);
            return fixed::out_of_place(record, "a new balance without an old one (record 01)", out);
        };
        check_owner(record, statement, out);
        if statement.closing.is_some() {
            let message = "a second new balance (record 07); the last one counts";
            out.report(Code::Irregular, Place::line(record.number), message);
        }
        statement.period.1 = date;
        statement.closing = amount.map(|amount| balance(amount, statement.currency, date, BalanceKind::Closing, "07"));
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        self.end_movement(out);
        if let Some(statement) = self.statement.take() {
            if statement.closing.is_none() {
                let message = "the statement that begins here has no new balance (record 07)";
                out.report(Code::Incomplete, Place::line(self.statement_line), message);
            }
            out.end(statement);
        }
    }
}

/// The new balance must be of the account that the old one is of.
fn check_owner(record: &Record<'_>, statement: &Statement, out: &mut Emitter<'_>) {
    for (column, begun) in [
        (at::BANK, &statement.account.bank_id),
        (at::ACCOUNT, &statement.account.id),
    ] {
        let ends = record.trimmed(column);
        if ends != begun.as_bytes() {
            let message = format!(
                "the new balance is of {} {}, the old one of {begun}",
                column.name,
                fixed::shown(ends)
            );
            out.report(Code::Irregular, record.place(column), message);
        }
    }
}

//! Records in, statements out.

use super::columns as at;
use super::quirks;
use crate::fixed::{self, Column, DateForm, Record, balance};
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Control, ControlOver, Line, Statement};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};
use tieout_core::{Currency, Decimal};

/// Reads a file record by record.
#[derive(Debug, Default)]
pub(super) struct Reader {
    decoder: Decoder,
    batch: Batch,
    statement: Option<Statement>,
    statement_line: u64,
    line: Line,
    records: i64,
    batches: i64,
    batch_records: i64,
    /// A file trailer was seen.
    ended: bool,
    /// What the first batch is that is no statement, and its line.
    other: Option<(&'static str, u64)>,
}

/// What the batch is that we are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Batch {
    #[default]
    None,
    Statement,
    /// Collection, payments: no account movements.
    Other,
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
        if !super::is_record(record.bytes) {
            return fixed::out_of_place(record, "no record of CNAB 240 looks so", out);
        }
        self.records += 1;
        self.batch_records += 1;
        if std::mem::take(&mut self.ended) {
            let message = "records follow the trailer of the file; they were read";
            out.report(Code::Irregular, Place::line(record.number), message);
        }
        match record.byte(at::KIND) {
            b'3' => self.detail(record, out),
            b'1' => self.begin_batch(record, out),
            b'5' => self.end_batch(record, out),
            b'9' => self.end_file(record, out),
            _ => {}
        }
    }

    /// The end of the input.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        self.end_statement(out);
        if !self.ended && self.records > 0 {
            let message = "the file does not end with its trailer (record 9)";
            out.report(Code::Incomplete, Place::default(), message);
        }
        if let Some((what, line)) = self.other.take() {
            if out.statements() == 0 {
                let message = format!("this is a CNAB 240 file of {what}, which holds no account movements");
                out.report(Code::NotAStatement, Place::line(line), message);
            } else {
                let message = format!("a batch of {what} is no statement and was left out");
                out.report(Code::Decided, Place::line(line), message);
            }
        }
    }

    fn begin_batch(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        self.batches += 1;
        self.batch_records = 1;
        if record.byte(at::OPERATION) != b'E' {
            self.batch = Batch::Other;
            let service = quirks::service(&record.text(at::SERVICE, &mut self.decoder));
            self.other.get_or_insert((service, record.number));
            return;
        }
        let decoder = &mut self.decoder;
        let currency = Currency::try_new(&record.text(at::CURRENCY, decoder)).ok();
        if currency.is_none() && !out.knows_currency() {
            let message = format!("{:?} is no currency", fixed::shown(record.raw(at::CURRENCY)));
            out.report(Code::NoCurrency, record.place(at::CURRENCY), message);
        }
        let date = fixed::date(record, at::OPENING_DATE, DateForm::DayMonthCentury, out);
        let opening = side_amount(record, at::OPENING, at::OPENING_SIDE, out)
            .map(|amount| balance(amount, currency, date, BalanceKind::Opening, "1"));
        let id = quirks::account(&record.text(at::ACCOUNT, decoder));
        let statement = Statement {
            account: Account {
                raw: format!("{id}-{}", record.text(at::ACCOUNT_DIGIT, decoder)),
                id,
                scheme: AccountScheme::Bban,
                bank_id: record.text(at::BANK, decoder).into_owned(),
                branch_id: record.text(at::BRANCH, decoder).into_owned(),
                kind: AccountKind::Bank,
                owner: record.text(at::OWNER, decoder).into_owned(),
                ..Account::default()
            },
            currency,
            number: record.text(at::NUMBER, decoder).into_owned(),
            message: "CNAB240".into(),
            period: (date, None),
            opening,
            ..Statement::default()
        };
        self.begin(statement, record, out);
    }

    fn begin(&mut self, statement: Statement, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.batch = Batch::Statement;
        self.statement_line = record.number;
        out.begin(&statement);
        self.statement = Some(statement);
    }

    fn detail(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        let segment = record.byte(at::SEGMENT);
        match (self.batch, segment) {
            (Batch::Other, _) => return,
            (Batch::Statement, b'E') => {}
            (Batch::None, b'E') => {
                let message = "no batch header stands before this movement: account and opening are unknown";
                out.report(Code::NoAccount, Place::line(record.number), message);
                let statement = Statement {
                    message: "CNAB240".into(),
                    ..Statement::default()
                };
                self.begin(statement, record, out);
            }
            // A file whose beginning is lost.
            (Batch::None, b'A'..=b'Z') if self.batches == 0 && record.byte(at::SEGMENT + 1) == b' ' => {
                self.other
                    .get_or_insert((quirks::service_of_segment(segment), record.number));
                return;
            }
            (_, other) => {
                let why = format!("segment {} is no movement", char::from(other).escape_default());
                return fixed::out_of_place(record, &why, out);
            }
        }
        let Ok(Some(minor)) = record.digits(at::AMOUNT) else {
            return fixed::bad_line(record, at::AMOUNT, "amount", out);
        };
        let amount = Decimal::from_minor(minor, at::SCALE);
        let line = &mut self.line;
        line.clear();
        line.amount = match record.byte(at::SIDE.first) {
            b'C' => amount,
            b'D' => -amount,
            _ => return fixed::bad_line(record, at::SIDE, "side (C or D)", out),
        };
        line.source_line = record.number;
        line.source_bytes = (record.offset, record.end());
        line.value_date = fixed::date(record, at::ACCOUNTING_DATE, DateForm::DayMonthCentury, out);
        line.booking_date = fixed::date(record, at::ENTRY_DATE, DateForm::DayMonthCentury, out).or(line.value_date);
        if line.booking_date.is_none() {
            let message = "the movement has no date that can be read";
            out.report(Code::BadDate, Place::line(record.number), message);
        }
        self.fill(record);
        out.line(&self.line);
    }

    fn fill(&mut self, record: &Record<'_>) {
        let (line, decoder) = (&mut self.line, &mut self.decoder);
        line.type_code.code.push_str(&record.text(at::CATEGORY, decoder));
        line.type_code.proprietary.push_str(&record.text(at::HISTORY, decoder));
        line.type_code.issuer.push_str("CNAB");
        line.text.push_str(&record.text(at::TEXT, decoder));
        let document = record.text(at::DOCUMENT, decoder);
        line.ids.customer_ref.push_str(quirks::document(&document));
        if record.raw(at::COMPLEMENT_KIND) == b"01" {
            let bank = record.text(at::OTHER_BANK, decoder);
            if !fixed::without_zeros(&bank).is_empty() {
                line.counterparty.bank.push_str(&bank);
            }
            line.counterparty.account = quirks::account(&record.text(at::OTHER_ACCOUNT, decoder));
        }
    }

    fn end_batch(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        let was = std::mem::take(&mut self.batch);
        let Some(mut statement) = self.statement.take() else {
            if was == Batch::None {
                fixed::out_of_place(record, "a batch trailer without its header", out);
            }
            return;
        };
        let date = fixed::date(record, at::CLOSING_DATE, DateForm::DayMonthCentury, out);
        statement.period.1 = date;
        statement.closing = side_amount(record, at::CLOSING, at::CLOSING_SIDE, out)
            .map(|amount| balance(amount, statement.currency, date, BalanceKind::Closing, "5"));
        for (column, over) in [(at::DEBITS, ControlOver::Debits), (at::CREDITS, ControlOver::Credits)] {
            match record.digits(column) {
                Ok(Some(minor)) => statement.control.push(Control {
                    source_code: format!("record 5, {}", column.name),
                    over,
                    count: None,
                    sum: Some(Decimal::from_minor(minor, at::SCALE)),
                }),
                Ok(None) => {}
                Err(_) => out.report(Code::ControlTotal, record.place(column), "the sum cannot be read"),
            }
        }
        check_count(record, at::BATCH_RECORDS, self.batch_records, out);
        out.end(statement);
    }

    fn end_file(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        self.ended = true;
        check_count(record, at::BATCHES, self.batches, out);
        check_count(record, at::RECORDS, self.records, out);
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        self.batch = Batch::None;
        if let Some(statement) = self.statement.take() {
            let message = "the batch that begins here has no trailer (record 5)";
            out.report(Code::Incomplete, Place::line(self.statement_line), message);
            out.end(statement);
        }
    }
}

/// A number that the file prints about itself.
fn check_count(record: &Record<'_>, column: Column, counted: i64, out: &mut Emitter<'_>) {
    match record.digits(column) {
        Ok(Some(printed)) if printed != counted => {
            let message = format!("the {} is printed as {printed}, there are {counted}", column.name);
            out.report(Code::ControlTotal, record.place(column), message);
        }
        Ok(_) => {}
        Err(_) => out.report(Code::ControlTotal, record.place(column), "the number cannot be read"),
    }
}

/// A balance with its side: C or D.
fn side_amount(record: &Record<'_>, column: Column, side: Column, out: &mut Emitter<'_>) -> Option<Decimal> {
    let amount = fixed::amount(record, column, at::SCALE, out)?;
    match record.byte(side.first) {
        b'C' => Some(amount),
        b'D' => Some(-amount),
        _ if amount.is_zero() => Some(amount),
        _ => {
            out.report(Code::BadAmount, record.place(side), "the side is neither C nor D");
            None
        }
    }
}

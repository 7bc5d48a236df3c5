//! Records in, statements out.

use super::columns as at;
use super::quirks;
use crate::fixed::{self, Column, DateForm, Record, balance, push_part};
use crate::looking_ahead::Ahead;
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Line, Statement};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};
use tieout_core::{Currency, Decimal};

/// Currency of files that name none: the format is Czech.
const DEFAULT_CURRENCY: &str = "CZK";

/// Reads a file record by record.
#[derive(Debug)]
pub(super) struct Reader {
    decoder: Decoder,
    /// Letters by which the charset is told, before the first of them is read.
    ahead: Ahead,
    /// What a person said the currency is.
    given: Option<Currency>,
    statement: Option<Statement>,
    /// The statement was announced. It waits for its first item, which may name the currency.
    begun: bool,
    turnover: Turnover,
    line: Line,
    pending: Pending,
    /// The currency field of the item before, and what it names.
    named: (Vec<u8>, Option<Currency>),
}

/// The item that waits for its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    #[default]
    None,
    Line,
    /// It could not be read; its texts go with it.
    Unreadable,
}

/// What the header prints, and the sums to compare with it.
#[derive(Debug, Default)]
struct Turnover {
    line: u64,
    printed_debits: Option<Decimal>,
    printed_credits: Option<Decimal>,
    /// Postings 1 and 2, and the reversals of each; all above zero.
    debits: Decimal,
    credits: Decimal,
    reversed_debits: Decimal,
    reversed_credits: Decimal,
}

impl Reader {
    pub(super) fn new(ahead: Ahead, given: Option<Currency>) -> Self {
        Self {
            decoder: quirks::decoder(&[]),
            ahead,
            given,
            statement: None,
            begun: false,
            turnover: Turnover::default(),
            line: Line::default(),
            pending: Pending::None,
            named: (Vec::new(), None),
        }
    }

    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The next record.
    pub(super) fn record(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        let letters = self.ahead.take();
        if !letters.is_empty() {
            self.decoder = quirks::decoder(&letters);
        }
        match record.bytes.get(..3) {
            Some(b"075") => self.item(record, out),
            Some(b"074") => self.header(record, out),
            Some(b"076" | b"078" | b"079") => self.text(record, out),
            _ => fixed::out_of_place(record, "no record of ABO begins so", out),
        }
    }

    /// The end of the file.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        self.end_statement(out);
    }

    fn header(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_statement(out);
        if record.raw(at::ACCOUNT).len() < 16 || record.digits(at::ACCOUNT).is_err() {
            let message = format!("{:?} is no statement header", fixed::shown(record.bytes));
            return out.report(Code::Malformed, record.place(at::ACCOUNT), message);
        }
        if record.raw(at::NEW).is_empty() {
            let message = "the statement header ends before its new balance";
            out.report(Code::Malformed, record.place(at::NEW), message);
        }
        let from = fixed::date(record, at::OLD_DATE, DateForm::DayMonthYear, out);
        let to = fixed::date(record, at::DATE, DateForm::DayMonthYear, out);
        self.turnover = Turnover {
            line: record.number,
            printed_debits: signed(record, at::DEBITS, at::DEBITS_SIGN, out),
            printed_credits: signed(record, at::CREDITS, at::CREDITS_SIGN, out),
            ..Turnover::default()
        };
        let id = record.text(at::ACCOUNT, &mut self.decoder).into_owned();
        self.statement = Some(Statement {
            account: Account {
                raw: id.clone(),
                id,
                scheme: AccountScheme::Bban,
                kind: AccountKind::Bank,
                name: record.text(at::NAME, &mut self.decoder).into_owned(),
                ..Account::default()
            },
            number: record.text(at::NUMBER, &mut self.decoder).into_owned(),
            message: "GPC".into(),
            period: (from, to),
            opening: signed(record, at::OLD, at::OLD_SIGN, out)
                .map(|amount| balance(amount, None, from, BalanceKind::Opening, "074")),
            closing: signed(record, at::NEW, at::NEW_SIGN, out)
                .map(|amount| balance(amount, None, to, BalanceKind::Closing, "074")),
            ..Statement::default()
        });
        self.begun = false;
    }

    /// Announces the statement, in the currency that its first item names.
    fn begin(&mut self, named: Option<Currency>, number: u64, out: &mut Emitter<'_>) {
        if self.begun {
            return;
        }
        self.begun = true;
        if self.statement.is_none() {
            let message = "no header (record 074) stands before this item: account and balances are unknown";
            out.report(Code::NoAccount, Place::line(number), message);
        }
        let statement = self.statement.get_or_insert_with(|| Statement {
            message: "GPC".into(),
            ..Statement::default()
        });
        let currency = named.or(self.given).or_else(|| {
            let message = "the file names no currency; CZK was taken (say otherwise with --currency)";
            out.report(Code::Decided, Place::line(number), message);
            Currency::try_new(DEFAULT_CURRENCY).ok()
        });
        statement.currency = currency;
        for printed in [&mut statement.opening, &mut statement.closing].into_iter().flatten() {
            printed.currency = currency;
        }
        out.begin(statement);
    }

    fn item(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        self.end_item(out);
        let named = self.currency(record.raw(at::CURRENCY));
        self.begin(named, record.number, out);
        self.pending = Pending::Unreadable;
        let Ok(Some(minor)) = record.digits(at::AMOUNT) else {
            return fixed::bad_line(record, at::AMOUNT, "amount", out);
        };
        let Some(posting) = quirks::posting(record.byte(at::CODE.first)) else {
            return fixed::bad_line(record, at::CODE, "posting code (1, 2, 4, 5)", out);
        };
        self.pending = Pending::Line;
        let amount = Decimal::from_minor(minor, at::SCALE);
        self.turnover.add(amount, posting);
        let line = &mut self.line;
        line.clear();
        line.amount = if posting.negative { -amount } else { amount };
        line.reversal = posting.reversal;
        line.source_line = record.number;
        line.source_bytes = (record.offset, record.end());
        line.value_date = fixed::date(record, at::VALUE_DATE, DateForm::DayMonthYear, out);
        line.booking_date = fixed::date(record, at::POSTING_DATE, DateForm::DayMonthYear, out).or(line.value_date);
        if line.booking_date.is_none() {
            let message = "the item has no date that can be read";
            out.report(Code::BadDate, Place::line(record.number), message);
        }
        if let (Some(named), Some(statement)) = (named, &self.statement)
            && statement.currency != Some(named)
        {
            line.currency = Some(named);
        }
        self.fill(record, out);
    }

    /// The currency with this number, as that of the item before mostly is.
    fn currency(&mut self, field: &[u8]) -> Option<Currency> {
        if self.named.0 != field {
            self.named = (field.to_owned(), quirks::currency(field));
        }
        self.named.1
    }

    fn fill(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        let (line, decoder) = (&mut self.line, &mut self.decoder);
        quirks::write_account(&record.text(at::OTHER_ACCOUNT, decoder), &mut line.counterparty.account);
        let bank = record.text(at::OTHER_BANK, decoder);
        if !fixed::without_zeros(&bank).is_empty() {
            line.counterparty.bank.push_str(&bank);
        }
        line.counterparty.name.push_str(&record.text(at::TEXT, decoder));
        for (column, field) in [
            (at::DOCUMENT, &mut line.ids.bank_id),
            (at::VARIABLE_SYMBOL, &mut line.structured_reference),
            (at::SPECIFIC_SYMBOL, &mut line.ids.customer_ref),
        ] {
            field.push_str(fixed::without_zeros(&record.text(column, decoder)));
        }
        let constant = record.text(at::CONSTANT_SYMBOL, decoder);
        if !fixed::without_zeros(&constant).is_empty() {
            line.purpose.push_str(&constant);
        }
        line.type_code.code.push(char::from(record.byte(at::CODE.first)));
        line.type_code.issuer.push_str("ABO");
        if let Some(statement) = &self.statement
            && !statement.account.id.is_empty()
            && record.trimmed(at::ACCOUNT) != statement.account.id.as_bytes()
        {
            let message = format!("the item is of account {}", fixed::shown(record.raw(at::ACCOUNT)));
            out.report(Code::Irregular, record.place(at::ACCOUNT), message);
        }
    }

    /// Records behind an item: texts, whose columns differ among the banks.
    fn text(&mut self, record: &Record<'_>, out: &mut Emitter<'_>) {
        match self.pending {
            Pending::None => fixed::out_of_place(record, "a text without its item", out),
            Pending::Unreadable => {}
            Pending::Line => {
                self.line.source_bytes.1 = record.end();
                let text = record.text(at::MORE_TEXT, &mut self.decoder);
                if !push_part(&mut self.line.text, &text) {
                    let message = "the text is too long; its end was dropped";
                    out.report(Code::TooLarge, Place::line(record.number), message);
                }
            }
        }
    }

    fn end_item(&mut self, out: &mut Emitter<'_>) {
        if self.pending == Pending::Line {
            out.line(&self.line);
        }
        self.pending = Pending::None;
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        self.end_item(out);
        if self.statement.is_some() {
            self.begin(None, self.turnover.line, out);
        }
        if let Some(statement) = self.statement.take() {
            self.turnover.check(out);
            out.end(statement);
        }
        self.begun = false;
        self.turnover = Turnover::default();
    }
}

impl Turnover {
    fn add(&mut self, amount: Decimal, posting: quirks::Posting) {
        let sum = match (posting.negative, posting.reversal) {
            (true, false) => &mut self.debits,
            (false, false) => &mut self.credits,
            (false, true) => &mut self.reversed_debits,
            (true, true) => &mut self.reversed_credits,
        };
        *sum = sum.checked_add(amount).unwrap_or(*sum);
    }

    fn check(&self, out: &mut Emitter<'_>) {
        for (column, printed, plain, undone, undoing) in [
            (
                at::DEBITS,
                self.printed_debits,
                self.debits,
                self.reversed_debits,
                self.reversed_credits,
            ),
            (
                at::CREDITS,
                self.printed_credits,
                self.credits,
                self.reversed_credits,
                self.reversed_debits,
            ),
        ] {
            if let Some(printed) = printed
                && !quirks::turnover_agrees(printed, plain, undone, undoing)
            {
                let message = format!("the {} is {printed}, the items sum to {plain}", column.name);
                let place = Place {
                    line: Some(self.line),
                    column: u64::try_from(column.first).ok(),
                    path: Some(column.name.to_owned()),
                };
                out.report(Code::ControlTotal, place, message);
            }
        }
    }
}

/// An amount with its sign behind it: minus, or anything else.
fn signed(record: &Record<'_>, column: Column, sign: usize, out: &mut Emitter<'_>) -> Option<Decimal> {
    if record.raw(column).is_empty() {
        return None;
    }
    let amount = fixed::amount(record, column, at::SCALE, out)?;
    Some(if record.byte(sign) == b'-' { -amount } else { amount })
}

//! Group and account headers: from fields to a statement.

use super::control::Level;
use super::fields::{Fields, amount};
use super::summary;
use crate::account_number::{is_iban, normalised};
use crate::fixed::{DateForm, day, shown};
use crate::limits::MAX_BALANCES;
use crate::model::{Account, AccountKind, AccountScheme, Balance, BalanceKind, Control, ControlOver, Statement};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place};
use tieout_core::{Currency, Date};

/// What a group header says about the accounts below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub(super) bank: String,
    pub(super) as_of: Option<Date>,
    pub(super) currency: Option<Currency>,
    /// The bank sends it as a test, or takes it back: its lines move nothing.
    pub(super) void: bool,
}

/// Version 3 is BTRS, which has no currency of its own.
const BTRS: &[u8] = b"3";

impl Group {
    /// Reads `receiver, originator, status, as-of date, time, currency, modifier`.
    pub(super) fn read(record: &[u8], line: u64, decoder: &mut Decoder, out: &mut Emitter<'_>) -> Self {
        let mut fields = Fields::new(record);
        fields.text();
        let bank = decoder.decode(fields.text()).into_owned();
        let status = fields.text();
        let date = fields.text();
        fields.text();
        let money = fields.text();
        let as_of = day(date, DateForm::YearMonthDay).map(|day| day.date);
        if as_of.is_none() {
            let message = format!("{:?} is not a date", shown(date));
            out.report(Code::BadDate, Place::field(line, "as-of date"), message);
        }
        let void = match status {
            b"2" => Some("the bank takes this group back (status 2)"),
            b"4" => Some("the bank sends this group as a test (status 4)"),
            _ => None,
        };
        if let Some(message) = void {
            let message = format!("{message}; its lines are for information only");
            out.report(Code::Correction, Place::line(line), message);
        }
        Self {
            bank,
            as_of,
            currency: currency(money, line, out),
            void: void.is_some(),
        }
    }

    /// Reads an account record: account, currency, balances and totals. Adds its amounts to the account's sum.
    pub(super) fn account(
        &self,
        record: &Header<'_>,
        level: &mut Level,
        decoder: &mut Decoder,
        out: &mut Emitter<'_>,
    ) -> Statement {
        let mut fields = Fields::new(record.bytes);
        let raw = decoder.decode(fields.text()).into_owned();
        let printed = currency(fields.text(), record.line, out).or(self.currency);
        let btrs = record.version == BTRS;
        // Amounts imply the decimals of their currency, so it matters here already what a person said of it.
        let currency = match (printed.or(out.given_currency()), btrs) {
            (None, false) => Currency::try_new("USD").ok(),
            (known, _) => known,
        };
        if raw.is_empty() {
            out.report(
                Code::NoAccount,
                Place::line(record.line),
                "the account record names no account",
            );
        }
        if currency.is_none() {
            out.report(
                Code::NoCurrency,
                Place::line(record.line),
                "neither account nor group name a currency",
            );
        }
        let id = normalised(&raw);
        let scheme = if is_iban(&id) {
            AccountScheme::Iban
        } else {
            AccountScheme::Other
        };
        let mut statement = Statement {
            account: Account {
                id,
                raw,
                scheme,
                bank_id: self.bank.clone(),
                kind: AccountKind::Bank,
                ..Account::default()
            },
            currency,
            message: if btrs { "BTRS" } else { "BAI2" }.into(),
            period: (self.as_of, self.as_of),
            ..Statement::default()
        };
        while let Some(found) = summary::next(&mut fields, record.seams) {
            self.summary(&found, record.line, &mut statement, level, out);
        }
        statement
    }

    fn summary(
        &self,
        found: &summary::Summary<'_>,
        line: u64,
        statement: &mut Statement,
        level: &mut Level,
        out: &mut Emitter<'_>,
    ) {
        let scale = statement.currency.map_or(2, Currency::minor_digits);
        let code = shown(found.code);
        let amount = match amount(found.amount, scale) {
            Ok(Some(amount)) => amount,
            Ok(None) => return,
            Err(()) => {
                level.add(None);
                let message = format!("{:?} is not an amount (type {code})", shown(found.amount));
                return out.report(Code::BadAmount, Place::field(line, "amount of a summary"), message);
            }
        };
        level.add(as_printed(amount));
        let number: u16 = code.parse().unwrap_or(0);
        let kind = match number {
            10 => BalanceKind::Opening,
            15 => BalanceKind::Closing,
            40 | 45 | 60 => BalanceKind::Available,
            100 | 400 => {
                let items = std::str::from_utf8(found.items).ok().and_then(|text| text.parse().ok());
                statement.control.push(Control {
                    over: if number == 100 {
                        ControlOver::Credits
                    } else {
                        ControlOver::Debits
                    },
                    source_code: code,
                    count: items,
                    sum: Some(amount),
                });
                return;
            }
            1..=99 => BalanceKind::Other,
            _ => return,
        };
        let balance = Balance {
            amount,
            currency: statement.currency,
            date: self.as_of,
            kind,
            source_code: code,
            derived: false,
        };
        place(balance, number, statement);
    }
}

/// An account record, its continuations joined to it.
pub(super) struct Header<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) seams: &'a [usize],
    pub(super) line: u64,
    pub(super) version: &'a [u8],
}

/// Puts a balance where it belongs. Of what can be spent, the closing figure (045) comes before the opening one (040)
/// and the present one (060).
fn place(balance: Balance, number: u16, statement: &mut Statement) {
    let slot = match number {
        10 => &mut statement.opening,
        15 => &mut statement.closing,
        45 => &mut statement.available,
        40 if statement
            .available
            .as_ref()
            .is_none_or(|kept| kept.source_code == "060") =>
        {
            &mut statement.available
        }
        60 if statement.available.is_none() => &mut statement.available,
        _ => {
            if statement.other_balances.len() < MAX_BALANCES {
                statement.other_balances.push(balance);
            }
            return;
        }
    };
    let before = slot.replace(balance);
    statement.other_balances.extend(before);
}

fn currency(field: &[u8], line: u64, out: &mut Emitter<'_>) -> Option<Currency> {
    if field.is_empty() {
        return None;
    }
    let read = std::str::from_utf8(field)
        .ok()
        .and_then(|text| Currency::try_new(text).ok());
    if read.is_none() {
        let message = format!("{:?} is no currency", shown(field));
        out.report(Code::NoCurrency, Place::field(line, "currency"), message);
    }
    read
}

/// The digits of an amount, as control totals sum them.
pub(super) fn as_printed(amount: tieout_core::Decimal) -> Option<tieout_core::Decimal> {
    tieout_core::Decimal::try_new(amount.mantissa(), 0).ok()
}

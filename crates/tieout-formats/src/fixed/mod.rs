//! What the formats of fixed-width records share: columns with names, records cut out of lines, digits, dates, joined
//! texts.
//!
//! Column numbers are those of the formats' own documentation: from 1, the last one included. A problem names the column
//! and the field. Columns are bytes as long as a line is in a charset of one byte for each character; in a line of UTF-8
//! they are characters ([`Record::raw`]).

mod columns;
pub(crate) mod dos;
mod joined;
mod source;

pub(crate) use columns::{Column, DateForm, Record, column, day, number};
pub(crate) use joined::{Joined, push_part};
pub(crate) use source::{Layout, Next, read_records};

use crate::model::{Balance, BalanceKind};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Currency, Date, Decimal};

/// Date of a field; says what is wrong with it. Blanks and zeros are no date, and no problem.
pub(crate) fn date(record: &Record<'_>, at: Column, form: DateForm, out: &mut Emitter<'_>) -> Option<Date> {
    match record.date(at, form) {
        Ok(Some(day)) => {
            if day.clamped {
                let message = "the date does not exist; the end of its month was taken";
                out.report(Code::DateClamped, record.place(at), message);
            }
            Some(day.date)
        }
        Ok(None) => None,
        Err(_) => {
            out.report(
                Code::BadDate,
                record.place(at),
                format!("{:?} is not a date", shown(record.raw(at))),
            );
            None
        }
    }
}

/// An unsigned amount of digits without a mark; says so if it is none.
pub(crate) fn amount(record: &Record<'_>, at: Column, scale: u8, out: &mut Emitter<'_>) -> Option<Decimal> {
    if let Ok(Some(minor)) = record.digits(at) {
        return Some(Decimal::from_minor(minor, scale));
    }
    let message = format!("{:?} is not an amount", shown(record.raw(at)));
    out.report(Code::BadAmount, record.place(at), message);
    None
}

/// A movement is left out because this field of it cannot be read.
pub(crate) fn bad_line(record: &Record<'_>, at: Column, what: &str, out: &mut Emitter<'_>) {
    let message = format!("{:?} is no {what}; the movement was left out", shown(record.raw(at)));
    out.report(Code::BadLine, record.place(at), message);
}

/// A record stands where it must not and is left out.
pub(crate) fn out_of_place(record: &Record<'_>, why: &str, out: &mut Emitter<'_>) {
    out.report(
        Code::OutOfPlace,
        Place::line(record.number),
        format!("{why}: {:?}", shown(record.bytes)),
    );
}

/// The first line of a file that holds anything.
pub(crate) fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default()
}

/// A field, for a message.
pub(crate) fn shown(bytes: &[u8]) -> String {
    excerpt(&Decoder::default().decode(bytes), 40)
}

/// Adds a text of a record to a field, parts divided by `between`, as far as the field may grow.
pub(crate) fn append(field: &mut String, text: &str, between: char) {
    if text.is_empty() || field.len().saturating_add(text.len()) > crate::limits::MAX_LINE_TEXT_BYTES {
        return;
    }
    if !field.is_empty() {
        field.push(between);
    }
    field.push_str(text);
}

/// A printed balance.
pub(crate) fn balance(
    amount: Decimal,
    currency: Option<Currency>,
    date: Option<Date>,
    kind: BalanceKind,
    source_code: &str,
) -> Balance {
    Balance {
        amount,
        currency,
        date,
        kind,
        source_code: source_code.to_owned(),
        derived: false,
    }
}

/// A number of an account or a bank without its leading zeros; empty if it is nothing but zeros.
pub(crate) fn without_zeros(number: &str) -> &str {
    let number = number.trim();
    let zeros = number.bytes().take_while(|byte| *byte == b'0').count();
    number.get(zeros..).unwrap_or_default()
}

/// The currency with this number in ISO 4217, of those that files of fixed-width records name by number.
pub(crate) fn numeric_currency(number: &[u8]) -> Option<Currency> {
    let code = match number {
        b"978" => "EUR",
        b"840" => "USD",
        b"826" => "GBP",
        b"756" => "CHF",
        b"203" => "CZK",
        b"703" => "SKK",
        b"348" => "HUF",
        b"985" => "PLN",
        b"392" => "JPY",
        b"124" => "CAD",
        b"036" => "AUD",
        b"208" => "DKK",
        b"578" => "NOK",
        b"752" => "SEK",
        b"484" => "MXN",
        b"504" => "MAD",
        b"724" => "ESP",
        b"946" => "RON",
        b"949" => "TRY",
        b"986" => "BRL",
        b"975" => "BGN",
        b"156" => "CNY",
        b"554" => "NZD",
        b"710" => "ZAR",
        b"702" => "SGD",
        b"344" => "HKD",
        b"032" => "ARS",
        b"152" => "CLP",
        b"170" => "COP",
        b"604" => "PEN",
        b"643" => "RUB",
        b"941" => "RSD",
        _ => return None,
    };
    Currency::try_new(code).ok()
}

//! Additional records (05): three letters say what their text is.

use super::columns as at;
use super::quirks;
use crate::fixed::{self, Joined, Record, append, number};
use crate::model::{Fee, Line, Original};
use crate::read::Emitter;
use tieout_core::encoding::Decoder;
use tieout_core::problem::Code;
use tieout_core::{Currency, Decimal};

/// Gives an additional record to its movement. Qualifiers that are not known stay in the text, with their name.
pub(super) fn apply(
    record: &Record<'_>,
    line: &mut Line,
    text: &mut Joined,
    decoder: &mut Decoder,
    out: &mut Emitter<'_>,
) {
    line.source_bytes.1 = record.end();
    let qualifier = record.raw(at::QUALIFIER);
    let whole = record.text(at::TEXT, decoder);
    match qualifier {
        b"LIB" | b"LCC" | b"LC2" | b"LCS" => {
            let piece = decoder.decode(record.raw(at::TEXT));
            text.push(&piece, at::TEXT.last + 1 - at::TEXT.first);
        }
        b"NPY" | b"NBE" => party(qualifier, &whole, line),
        b"NPO" | b"NBU" => append(&mut line.counterparty.ultimate_name, &whole, ' '),
        b"IPY" | b"IBE" => {
            let id = record.text(at::FIRST_HALF, decoder);
            append(&mut line.counterparty.id, &id, ' ');
        }
        b"CPY" | b"CBE" => {
            let account = record.text(at::FIRST_HALF, decoder);
            if line.counterparty.account.is_empty() {
                line.counterparty.account = crate::account_number::normalised(&account);
            }
        }
        b"RCN" => {
            append(&mut line.ids.end_to_end, &record.text(at::FIRST_HALF, decoder), ' ');
            append(&mut line.purpose, &record.text(at::SECOND_HALF, decoder), ' ');
        }
        b"REF" => append(&mut line.ids.instruction, &whole, ' '),
        b"RUM" => append(&mut line.ids.mandate, &record.text(at::FIRST_HALF, decoder), ' '),
        b"MMO" => match money(record) {
            Some((currency, amount)) => {
                let negative = line.amount.is_negative() != amount.is_negative();
                line.original = Some(Original {
                    amount: if negative { -amount } else { amount },
                    currency,
                    rate: None,
                });
            }
            None => unread(record, "original amount", &whole, text, out),
        },
        b"FEE" => match money(record) {
            Some((currency, amount)) if line.fees.len() < crate::limits::MAX_FEES => line.fees.push(Fee {
                amount: -amount.abs(),
                currency: Some(currency),
                text: String::new(),
            }),
            _ => unread(record, "fee", &whole, text, out),
        },
        _ => {
            let name = decoder.decode(record.trimmed(at::QUALIFIER)).into_owned();
            text.part();
            if name.is_empty() {
                text.push(&whole, usize::MAX);
            } else if !whole.is_empty() {
                text.push(&format!("{name}: {whole}"), usize::MAX);
            }
        }
    }
}

/// Name of the payer (`NPY`) or payee (`NBE`): the other one than the account's owner, where both are named.
fn party(qualifier: &[u8], name: &str, line: &mut Line) {
    let other = if line.amount.is_negative() { b"NBE" } else { b"NPY" };
    if line.counterparty.name.is_empty() || qualifier == other {
        line.counterparty.name.clear();
        line.counterparty.name.push_str(name);
    }
}

/// Currency, decimals, amount: digits, or signed in the last one.
fn money(record: &Record<'_>) -> Option<(Currency, Decimal)> {
    let currency = quirks::currency(record.raw(at::TEXT_CURRENCY))?;
    let scale = quirks::decimals(*record.raw(at::TEXT_DECIMALS).first()?)?;
    let text = record.raw(at::TEXT_AMOUNT);
    let amount = match number(text.trim_ascii()) {
        Some(minor) => Decimal::from_minor(minor, scale),
        None => super::amount::read(text, scale)?,
    };
    Some((currency, amount))
}

fn unread(record: &Record<'_>, what: &str, whole: &str, text: &mut Joined, out: &mut Emitter<'_>) {
    text.part();
    text.push(whole, usize::MAX);
    let message = format!(
        "{:?} is no {what}; it was kept as text",
        fixed::shown(record.raw(at::TEXT))
    );
    out.report(Code::Unread, record.place(at::TEXT), message);
}

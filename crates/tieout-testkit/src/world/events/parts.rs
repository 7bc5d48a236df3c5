//! One entry that the bank shows in several lines, and several against several.

use super::super::bank::Voice;
use super::super::making::{Entry, Line, Making};
use jiff::ToSpan;
use jiff::civil::Date;

/// An invoice that its customer pays in parts.
pub(super) fn instalments(making: &mut Making) {
    let (contact, document) = (making.often(|all| &all.customers), making.number());
    let amount = making.amount() + making.business.amounts.1 / 4;
    let templates = making.business.locale.wording.invoice;
    let subtype = "instalment_receipt";
    in_parts(
        making,
        &Parts {
            subtype,
            voice: Voice::Credit,
            templates,
            contact,
            document: &document,
            amount,
        },
    );
}

/// A bill that we pay in parts.
pub(super) fn split_bill(making: &mut Making) {
    let contact = making.often(|all| &all.suppliers);
    let document = making.number_of(contact);
    let amount = -making.amount() - making.business.amounts.1 / 4;
    let templates = making.business.locale.wording.bill;
    let subtype = "split_payment";
    in_parts(
        making,
        &Parts {
            subtype,
            voice: Voice::Debit,
            templates,
            contact,
            document: &document,
            amount,
        },
    );
}

struct Parts<'a> {
    subtype: &'static str,
    voice: Voice,
    templates: &'static [&'static str],
    contact: u32,
    document: &'a str,
    amount: i64,
}

fn in_parts(making: &mut Making, parts: &Parts<'_>) {
    let (day, count) = (making.day(30), making.dice.between(2, 4));
    making.group(parts.subtype);
    making.entry(&Entry {
        date: day,
        amount: parts.amount,
        templates: parts.templates,
        contact: parts.contact,
        name: "",
        document: parts.document,
        check: "",
    });
    let apart = *making.dice.pick(&[0, 1, 7, 7, 14, 30]);
    let amounts = divided(making, parts.amount, count);
    for (amount, number) in amounts.into_iter().zip(0..) {
        let lag = making.lag();
        let date = day.saturating_add((number * apart + lag).days());
        making.line(&Line {
            date,
            amount,
            voice: parts.voice,
            contact: parts.contact,
            name: "",
            document: parts.document,
            foreign: "",
            day: date,
        });
    }
}

/// Equal parts, or parts as money was there; they sum up.
fn divided(making: &mut Making, amount: i64, count: i64) -> Vec<i64> {
    let equal = making.dice.chance(550);
    let mut left = amount;
    let mut parts = Vec::new();
    for number in 0..count {
        let rest = count - number;
        let part = match (rest, equal) {
            (1, _) => left,
            (_, true) => amount / count,
            _ => left * making.dice.between(25, 75) / 100 / (rest - 1).max(1),
        };
        left -= part;
        parts.push(part);
    }
    parts
}

/// Several documents of one contact, paid in several payments that fit none of them.
pub(super) fn many(making: &mut Making) {
    let incoming = making.dice.chance(500);
    let contact = if incoming {
        making.often(|all| &all.customers)
    } else {
        making.often(|all| &all.suppliers)
    };
    let (day, documents, payments) = (making.day(20), making.dice.between(2, 4), making.dice.between(2, 3));
    let wording = &making.business.locale.wording;
    let (templates, voice, sign) = if incoming {
        (wording.invoice, Voice::Credit, 1)
    } else {
        (wording.bill, Voice::Debit, -1)
    };
    making.group("many_to_many");
    let (mut sum, mut numbers): (i64, Vec<String>) = (0, Vec::new());
    for _ in 0..documents {
        let document = if incoming {
            making.number()
        } else {
            making.number_of(contact)
        };
        let amount = making.amount() * sign;
        let date: Date = day.saturating_add((-making.dice.between(0, 2)).days());
        making.entry(&Entry {
            date,
            amount,
            templates,
            contact,
            name: "",
            document: &document,
            check: "",
        });
        numbers.push(document);
        sum += amount;
    }
    let amounts = divided(making, sum, payments);
    for amount in amounts {
        let lag = making.lag();
        let document = making.dice.pick(&numbers).clone();
        let date = day.saturating_add(lag.days());
        making.line(&Line {
            date,
            amount,
            voice,
            contact,
            name: "",
            document: &document,
            foreign: "",
            day: date,
        });
    }
}

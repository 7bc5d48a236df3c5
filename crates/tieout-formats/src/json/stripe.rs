//! Stripe: lists of balance transactions and of payouts. Amounts are whole numbers of the currency's smallest unit; moments
//! are seconds since 1970, whose day is taken in UTC.
//!
//! The account is the balance that Stripe holds, one for each currency. A payout leaves it, so it is negative here; at the
//! bank the same amount comes in.

use super::feed::{Draft, Feed, Flaw, Listed, Standing, amount, currency, maybe_amount};
use super::scan::{List, Object, decimal};
use crate::model::{Fee, Line, Status};
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use tieout_core::problem::Code;
use tieout_core::{Currency, Date, Decimal};

pub(super) struct Stripe;

/// Records among which one of the balance is looked for.
const LOOKED_AT: usize = 20;

impl Feed for Stripe {
    fn name(&self) -> &'static str {
        "Stripe"
    }

    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool {
        let Some(list) = page.value("data") else {
            return false;
        };
        // Records that are none of the balance are told one by one; a list of other things has no other.
        let mut records = List::of(list).into_iter().flatten().take(LOOKED_AT).peekable();
        // A page that was cut may have lost what comes after its records.
        let is_empty = records.peek().is_none() && page.text("object") == "list";
        let is_known = records.filter_map(Object::of).any(|record| self.is_record(&record));
        if !(is_known || is_empty) {
            return false;
        }
        each(Listed {
            path: "data",
            standing: Standing::Booked,
            list,
        });
        true
    }

    fn is_record(&self, record: &Object<'_>) -> bool {
        matches!(&*record.text("object"), "balance_transaction" | "payout")
    }

    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw> {
        draft.stand(standing);
        let Some(currency) = currency(record, "currency") else {
            return Err(Flaw::new("currency", "the currency is missing or unknown"));
        };
        draft.currency = Some(currency);
        let _ = write!(draft.account, "stripe:{}", currency.code().to_ascii_lowercase());
        draft.line.ids.bank_id.push_str(&record.text("id"));
        match &*record.text("object") {
            "balance_transaction" => balance_transaction(record, currency, draft),
            "payout" => payout(record, currency, draft),
            other => Err(Flaw::new(
                "object",
                format!(
                    "{:?} is no movement of the balance",
                    tieout_core::problem::excerpt(other, 40)
                ),
            )),
        }
    }

    fn is_swept(&self, last: &Line) -> bool {
        last.type_code.code == "payout"
    }
}

/// What a page is that Stripe answers, but that holds no movements of the balance: a list of charges, of customers.
pub(super) fn answer_of_another_kind(page: &Object<'_>) -> Option<String> {
    let listed = page.list("data").and_then(|mut records| records.next());
    let record = listed.and_then(Object::of).filter(|_| page.text("object") == "list");
    let kind = record.as_ref().unwrap_or(page).text("object");
    let is_of_stripe = record.is_some() || page.has("id") && page.has("livemode");
    (is_of_stripe && !kind.is_empty()).then(|| {
        let kind = tieout_core::problem::excerpt(&kind, 40);
        format!("these are records of Stripe's kind {kind:?}, which are no movements of the balance")
    })
}

fn balance_transaction(record: &Object<'_>, currency: Currency, draft: &mut Draft) -> Result<(), Flaw> {
    let gross = minor(amount(record, "amount")?, currency, "amount")?;
    let fee = maybe_amount(record, "fee").unwrap_or(Decimal::ZERO);
    let fee = minor(fee, currency, "fee")?;
    let net = match record.value("net") {
        Some(_) => minor(amount(record, "net")?, currency, "net")?,
        None => gross.checked_sub(fee).unwrap_or(gross),
    };
    if gross.checked_sub(fee) != Some(net) {
        let message = format!("the net {net} is not the gross {gross} less the fee {fee}; the net counts");
        draft.notes.push((Code::BadAmount, message));
    }
    let line = &mut draft.line;
    line.amount = net;
    fees(record, (fee, currency), &mut line.fees);
    line.ids.customer_ref = record.text("source").into_owned();
    line.type_code.code = record.text("type").into_owned();
    line.type_code.domain = record.text("reporting_category").into_owned();
    line.type_code.issuer = "Stripe".into();
    draft.say(&record.text("description"));
    let rate = record.text("exchange_rate");
    if !rate.is_empty() {
        draft.say(&format!("exchange rate {rate}"));
    }
    draft.dates(moment(record, "created"), moment(record, "available_on"))
}

fn payout(record: &Object<'_>, currency: Currency, draft: &mut Draft) -> Result<(), Flaw> {
    let line = &mut draft.line;
    line.amount = -minor(amount(record, "amount")?, currency, "amount")?;
    line.ids.customer_ref = record.within("trace_id").text("value").into_owned();
    line.type_code.code = "payout".into();
    line.type_code.proprietary = record.text("status").into_owned();
    line.type_code.issuer = "Stripe".into();
    line.status = match &*record.text("status") {
        "pending" => Status::Pending,
        "failed" | "canceled" => Status::Info,
        _ => Status::Booked,
    };
    draft.say(&record.text("description"));
    draft.say(&record.text("statement_descriptor"));
    draft.dates(moment(record, "created"), moment(record, "arrival_date"))
}

/// The single fees where they sum up, else the fee as one.
fn fees(record: &Object<'_>, (total, currency): (Decimal, Currency), into: &mut Vec<Fee>) {
    let mut sum = Decimal::ZERO;
    for detail in record
        .list("fee_details")
        .into_iter()
        .flatten()
        .take(crate::limits::MAX_FEES)
    {
        let Some(detail) = Object::of(detail) else { continue };
        let Some(fee) = maybe_amount(&detail, "amount").and_then(|fee| minor(fee, currency, "amount").ok()) else {
            continue;
        };
        sum = sum.checked_add(fee).unwrap_or(sum);
        into.push(Fee {
            amount: -fee,
            currency: super::feed::currency(&detail, "currency"),
            text: detail.first_text(&["description", "type"]).into_owned(),
        });
    }
    if sum != total {
        into.clear();
        into.push(Fee {
            amount: -total,
            currency: Some(currency),
            text: String::new(),
        });
    }
}

/// A whole number of smallest units as an amount.
fn minor(number: Decimal, currency: Currency, key: &'static str) -> Result<Decimal, Flaw> {
    let whole = number
        .to_minor(0)
        .map_err(|_| Flaw::new(key, format!("{number} is no whole number of smallest units")))?;
    Ok(Decimal::from_minor(whole, digits(currency)))
}

/// Stripe counts some currencies otherwise than the standard does: those are written with two digits that are always zero.
fn digits(currency: Currency) -> u8 {
    match currency.code() {
        "ISK" | "UGX" => 2,
        "MGA" => 0,
        _ => currency.minor_digits(),
    }
}

fn moment(record: &Object<'_>, key: &str) -> Option<Date> {
    let seconds = decimal(record.value(key)?)?.to_minor(0).ok()?;
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    Some(moment.to_zoned(TimeZone::UTC).date())
}

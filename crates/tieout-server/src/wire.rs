//! What several resources print and read: amounts, dates, instants, pages, fields that may be absent or null.

use crate::endpoint::Call;
use crate::params::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::problem::Failure;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use tieout_app::account::GetAccount;
use tieout_app::{AppError, Page, time_zone};
use tieout_core::id::{Account, Kind};
use tieout_core::{Currency, Date, Decimal, Id};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An amount in a request: a string, or the literal of a JSON number; never through a binary float.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amount(pub(crate) Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get().trim();
        let text = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .unwrap_or(text);
        decimal(text).map(Amount).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is not an amount; write digits such as \"-50.00\""))
        })
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let of = |schema_type| ObjectBuilder::new().schema_type(schema_type);
        let digits = of(Type::String).pattern(Some(r"^-?\d+(\.\d+)?$"));
        let either = OneOfBuilder::new().item(digits).item(of(Type::Number));
        either
            .description(Some("A decimal text, or the literal of a number."))
            .into()
    }
}

impl ToSchema for Amount {}

/// `-?digits[.digits]`, nothing else: no exponent, no plus, no separators.
fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (all_digits(whole) && all_digits(part))
        .then(|| Decimal::parse(text).ok())
        .flatten()
}

/// A date in a request; of an instant the day as it is written, and the instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Day(pub(crate) Date, pub(crate) Option<i64>);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        date(&text)
            .map(|day| Day(day, text.parse().ok().map(jiff::Timestamp::as_microsecond)))
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not a date; write YYYY-MM-DD")))
    }
}

/// `YYYY-MM-DD`, or an instant, whose day counts.
pub(crate) fn date(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    let rest = text.get(10..)?;
    let shape = day.bytes().enumerate().all(|(at, byte)| {
        if at == 4 || at == 7 {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    });
    // What follows must be a time of day, with an offset or without one.
    let is_instant = || text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
    (shape && (rest.is_empty() || (rest.starts_with('T') && is_instant())))
        .then(|| day.parse().ok())
        .flatten()
        .filter(|day: &Date| day.year() > 0)
}

/// A field that may be absent (`None`) or null (`Some(None)`).
pub(crate) fn patch<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// An instant, in whole seconds.
pub(crate) fn instant(us: i64) -> String {
    let found = jiff::Timestamp::from_microsecond(us).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let at = jiff::tz::Offset::UTC.to_datetime(found);
    let mut text = String::with_capacity(20);
    push_day(&mut text, at.date());
    for (mark, number) in [('T', at.hour()), (':', at.minute()), (':', at.second())] {
        text.push(mark);
        push_two(&mut text, number.unsigned_abs());
    }
    text.push('Z');
    text
}

/// A day, as everywhere. Lists print thousands of them.
pub(crate) fn day(day: Date) -> String {
    let mut text = String::with_capacity(10);
    push_day(&mut text, day);
    text
}

fn push_day(text: &mut String, day: Date) {
    let year = day.year();
    match u8::try_from(year / 100) {
        Ok(hundreds) if hundreds < 100 && year >= 0 => {
            push_two(text, hundreds);
            push_two(text, u8::try_from(year % 100).unwrap_or_default());
        }
        // Years before our era, as the library prints them.
        _ => {
            let _ = write!(text, "{day}");
            return;
        }
    }
    for number in [day.month(), day.day()] {
        text.push('-');
        push_two(text, number.unsigned_abs());
    }
}

fn push_two(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number / 10 % 10));
    text.push(char::from(b'0' + number % 10));
}

/// An id's text, in one piece of memory.
pub(crate) fn id_text<K: Kind>(id: &Id<K>) -> String {
    let mut text = String::with_capacity(K::PREFIX.len() + 27);
    let _ = write!(text, "{id}");
    text
}

/// An instant to the microsecond: for what is asked with it again.
pub(crate) fn exact_instant(us: i64) -> String {
    let mut text = instant(us);
    text.pop();
    let _ = write!(text, ".{:06}Z", us.rem_euclid(1_000_000));
    text
}

/// An instant in a request.
pub(crate) fn parse_instant(field: &str, text: &str) -> Result<i64, AppError> {
    let wrong = || AppError::invalid(field, "must be an instant such as 2026-01-31T12:00:00Z");
    if let Some(day) = date(text).filter(|_| text.len() == 10) {
        return Ok(tieout_app::store::day_number(day) * 86_400_000_000);
    }
    text.parse::<jiff::Timestamp>()
        .map(jiff::Timestamp::as_microsecond)
        .map_err(|_| wrong())
}

/// The civil day of an instant, in UTC.
pub(crate) fn day_of(us: i64) -> Date {
    let found = jiff::Timestamp::from_microsecond(us).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    found.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// A day in a request. An instant is the day that it is where the first of the accounts is kept that has a time zone: of a
/// transaction's accounts that is its bank's. Where none has one it is the day in UTC.
pub(crate) async fn day_at(call: &Call, day: Day, accounts: &[Id<Account>]) -> Result<Date, AppError> {
    let Some(us) = day.1 else {
        return Ok(day.0);
    };
    let mut asked = BTreeSet::new();
    for account in accounts.iter().filter(|account| asked.insert(**account)) {
        match call.app.look(&call.ctx, GetAccount(*account)).await {
            Ok(row) if row.time_zone.is_some() => return Ok(time_zone::date_at(us, row.time_zone.as_deref())),
            // Whoever uses the account says that there is none.
            Ok(_) | Err(AppError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(time_zone::date_at(us, None))
}

/// Today, where the account is kept.
pub(crate) async fn today_at(call: &Call, account: Id<Account>) -> Result<Date, Failure> {
    let found = call.app.look(&call.ctx, GetAccount(account)).await;
    let row = found.map_err(|error| error.at("account_id"))?;
    Ok(time_zone::date_at(call.ctx.now_us, row.time_zone.as_deref()))
}

/// Minor units as text.
pub(crate) fn money(minor: i64, currency: Currency) -> String {
    tieout_app::amounts::print(minor, currency)
}

/// Minor units of a currency that is stored as text.
pub(crate) fn money_in(minor: i64, code: &str) -> String {
    money(minor, Currency::try_new(code).unwrap_or(Currency::UNKNOWN))
}

/// An id in a body; one that cannot be an id does not exist.
pub(crate) fn id<K: Kind>(text: &str, what: &'static str) -> Result<Id<K>, AppError> {
    Id::parse(text).map_err(|_| AppError::NotFound(what))
}

/// An id in a field of a body.
pub(crate) fn id_at<K: Kind>(text: &str, what: &'static str, field: &str) -> Result<Id<K>, AppError> {
    id(text, what).map_err(|error| error.at(field))
}

/// Ids of a list in a body.
pub(crate) fn ids<K: Kind>(texts: &[String], what: &'static str, field: &str) -> Result<Vec<Id<K>>, AppError> {
    let numbered = texts.iter().enumerate();
    numbered
        .map(|(place, text)| id(text, what).map_err(|error| error.at(format!("{field}[{place}]"))))
        .collect()
}

/// An id that filters a list; one that cannot be an id finds nothing.
pub(crate) fn filter_id<K: Kind>(text: Option<&str>) -> Option<Id<K>> {
    text.map(|text| Id::parse(text).unwrap_or(Id::from_bytes([0; 16])))
}

/// A currency's id on this face; any letter case, with or without `cur_`.
pub(crate) fn currency_code(text: &str) -> &str {
    let has_prefix = text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("cur_"));
    if has_prefix {
        text.get(4..).unwrap_or_default()
    } else {
        text
    }
}

/// The id that this face prints for a currency.
pub(crate) fn currency_id(code: &str) -> String {
    format!("cur_{}", code.to_ascii_lowercase())
}

/// A stored JSON text, printed as it is.
pub(crate) fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Free-form metadata of a request: an object, kept and printed as it is written, so that no number changes.
#[derive(Debug, Clone)]
pub(crate) struct Metadata(Box<RawValue>);

impl Metadata {
    pub(crate) fn text(&self) -> &str {
        self.0.get()
    }

    pub(crate) fn into_text(self) -> String {
        String::from(Box::<str>::from(self.0))
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        // Read once, so that nothing is kept that others cannot read: half a letter, a number beyond all bounds.
        match serde_json::from_str::<serde_json::Value>(raw.get()) {
            Ok(serde_json::Value::Object(_)) => Ok(Self(raw)),
            Ok(_) => Err(serde::de::Error::custom("must be an object")),
            Err(error) => Err(serde::de::Error::custom(format!("cannot be read: {error}"))),
        }
    }
}

impl PartialSchema for Metadata {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::Object);
        object.description(Some("Anything; kept as it is written.")).into()
    }
}

impl ToSchema for Metadata {}

/// Metadata of a request as it is stored; empty unless said.
pub(crate) fn metadata(given: Option<&Metadata>) -> String {
    given.map_or("{}", Metadata::text).to_owned()
}

/// Where a JSON text has a string with the character NUL, as a path.
pub(crate) fn place_of_nul(body: &[u8]) -> Option<String> {
    // Only as an escape can it be in JSON: without one nothing more is looked at.
    let has_escape = body.windows(6).any(|six| six == b"\\u0000");
    has_escape
        .then(|| serde_json::from_slice(body).ok())
        .flatten()
        .and_then(|value| nul_in(&value))
}

fn nul_in(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    let join = |name: String, within: String| match within.chars().next() {
        None | Some('[') => name + &within,
        Some(_) => format!("{name}.{within}"),
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(values) => (0..)
            .zip(values)
            .find_map(|(at, value)| nul_in(value).map(|within| join(format!("[{at}]"), within))),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let found = if name.contains('\0') {
                Some(String::new())
            } else {
                nul_in(value)
            };
            found.map(|within| join(name.replace('\0', "\u{fffd}"), within))
        }),
        _ => None,
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Anything as JSON. Our own types always have a JSON form.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct List<T> {
    object: &'static str,
    data: Vec<T>,
    has_more: bool,
    total_count: i64,
}

/// A page as this face prints it.
pub(crate) fn list<T: Serialize>(data: Vec<T>, page: Page, total_count: i64) -> String {
    let shown = i64::try_from(data.len()).unwrap_or(i64::MAX);
    // Room for rows of the usual length, so that it does not grow piece by piece.
    let mut text = Vec::with_capacity(256 + data.len() * 1024);
    let list = List {
        object: "list",
        has_more: page.offset.saturating_add(shown) < total_count,
        data,
        total_count,
    };
    // Our own types always have a JSON form, which is text.
    let _ = serde_json::to_writer(&mut text, &list);
    String::from_utf8(text).unwrap_or_default()
}

/// `limit` and `offset` of a request: 20 unless said, at most 100.
pub(crate) fn page(call: &Call) -> Result<Page, Failure> {
    let number = |name: &str, default: i64, least: i64| match call.query(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|number| *number >= least)
            .ok_or_else(|| AppError::invalid(name, format!("must be a whole number of at least {least}"))),
    };
    Ok(Page {
        limit: number("limit", DEFAULT_LIMIT, 1)?.min(MAX_LIMIT),
        offset: number("offset", 0, 0)?,
    })
}

/// A date in the query.
pub(crate) fn query_date(call: &Call, name: &str) -> Result<Option<Date>, Failure> {
    let parse = |text| date(text).ok_or_else(|| AppError::invalid(name, "must be a date, YYYY-MM-DD"));
    Ok(call.query(name).map(parse).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (json, expected) in [
            ("\"15750.00\"", Some("15750.00")),
            ("15750.10", Some("15750.10")),
            ("-50", Some("-50")),
            ("\"0.1\"", Some("0.1")),
            ("\"1e5\"", None),
            ("1e5", None),
            ("\"-\"", None),
            ("\"\"", None),
            ("\"+5\"", None),
            ("\"1,000.00\"", None),
            ("\".5\"", None),
            ("\"5.\"", None),
            ("\"NaN\"", None),
            ("null", None),
            ("true", None),
        ] {
            let read = serde_json::from_str::<Amount>(json)
                .ok()
                .map(|amount| amount.0.to_string());
            assert_eq!(read.as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn days_and_instants_are_printed_in_one_form() {
        for (us, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_706_778_000_999_999, "2024-02-01T09:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (253_402_207_200_000_000, "9999-12-30T22:00:00Z"),
        ] {
            assert_eq!(instant(us), expected);
        }
        assert_eq!(exact_instant(1_706_778_000_000_009), "2024-02-01T09:00:00.000009Z");
        for text in ["0000-01-01", "0987-06-05", "2024-02-29", "9999-12-31", "-000001-01-01"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(day(date), date.to_string());
        }
    }

    #[test]
    fn dates_have_one_form() {
        for (text, is_date) in [
            ("2024-01-31", true),
            ("2024-02-30", false),
            ("2024-1-31", false),
            ("", false),
            ("2024-01-31T10:00:00Z", true),
            ("2024-01-31T", false),
            ("2024-01-31T25:00:00Z", false),
            ("0000-01-01", false),
            ("2024-01-3100", false),
            ("20240131", false),
        ] {
            assert_eq!(date(text).is_some(), is_date, "{text:?}");
        }
    }
}

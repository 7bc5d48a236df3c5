//! Values of a result file, exact.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use tieout_core::{Date, Decimal};

/// Digits that are kept.
const DIGITS: u8 = 6;

/// An exact amount: millionths of the currency's unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(i128);

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    fn of(decimal: Decimal) -> Option<Self> {
        let lift = DIGITS.checked_sub(decimal.scale())?;
        decimal.mantissa().checked_mul(10_i128.pow(u32::from(lift))).map(Self)
    }

    /// Minor units at a number of digits, if it has no more.
    pub fn minor(self, digits: u8) -> Option<i64> {
        let unit = 10_i128.pow(u32::from(DIGITS.checked_sub(digits)?));
        (self.0 % unit == 0)
            .then(|| i64::try_from(self.0 / unit).ok())
            .flatten()
    }

    /// For people, at a number of digits.
    pub fn grouped(self, digits: u8) -> String {
        match self.minor(digits) {
            Some(minor) => tieout_core::money::grouped(minor, digits),
            None => Decimal::try_new(self.0, DIGITS).map_or_else(|_| self.0.to_string(), |exact| exact.to_string()),
        }
    }

    /// Without sign.
    pub fn size(self) -> u128 {
        self.0.unsigned_abs()
    }

    /// Below nothing.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let decimal = Decimal::parse(&text).ok().and_then(Self::of);
        decimal.ok_or_else(|| D::Error::custom(format!("\u{201c}{text}\u{201d} is no amount")))
    }
}

/// A number between 0 and 1, in parts per million.
pub(super) fn ppm<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = digits(deserializer, 6)?;
    let ppm = u32::try_from(number).ok().filter(|ppm| *ppm <= 1_000_000);
    ppm.ok_or_else(|| D::Error::custom("a probability is from 0 to 1"))
}

/// Bits, in hundredths.
pub(super) fn bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    let number = digits(deserializer, 2)?;
    i32::try_from(number).map_err(|_| D::Error::custom("a score is too large"))
}

/// Bits, or nothing.
pub(super) fn optional_bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    let raw: Box<RawValue> = Deserialize::deserialize(deserializer)?;
    if raw.get() == "null" {
        return Ok(None);
    }
    let number = of_raw(&raw, 2).ok_or_else(|| D::Error::custom("a score is a number with at most two digits"))?;
    i32::try_from(number)
        .map(Some)
        .map_err(|_| D::Error::custom("a score is too large"))
}

/// A civil date.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| D::Error::custom(format!("\u{201c}{text}\u{201d} is no date")))
}

/// A civil date, or nothing.
pub(super) fn optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text: Option<String> = Deserialize::deserialize(deserializer)?;
    let wrong = |text: &str| D::Error::custom(format!("\u{201c}{text}\u{201d} is no date"));
    text.map(|text| text.parse().map_err(|_| wrong(&text))).transpose()
}

fn digits<'de, D: Deserializer<'de>>(deserializer: D, digits: u8) -> Result<i64, D::Error> {
    let raw: Box<RawValue> = Deserialize::deserialize(deserializer)?;
    of_raw(&raw, digits)
        .ok_or_else(|| D::Error::custom(format!("a number with at most {digits} digits after the point")))
}

fn of_raw(raw: &RawValue, digits: u8) -> Option<i64> {
    Decimal::parse(raw.get()).ok()?.to_minor(digits).ok()
}

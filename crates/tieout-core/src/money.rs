//! Money: 64-bit minor units and a currency; checked arithmetic that refuses to mix currencies.

use crate::{Currency, Decimal, decimal::DecimalError};
use std::fmt;

/// An amount of one currency in minor units (cents), signed: `+` is money in, `-` is money out, as the account holder's
/// balance moves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why two amounts do not add up, or a number is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The two sides are of different currencies.
    #[error("cannot combine {0} with {1}")]
    Mixed(Currency, Currency),
    /// The sum does not fit 64 bits.
    #[error("amount is too large")]
    Overflow,
    /// The number has no exact form in this currency.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
}

impl Money {
    /// `minor` units of `currency`.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The exact decimal as money.
    ///
    /// # Errors
    /// [`MoneyError::Decimal`] if it has more places than the currency, or too many digits.
    pub fn try_from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Ok(Self::new(value.to_minor(currency.minor_digits())?, currency))
    }

    /// Minor units (cents), signed.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The exact decimal, at the currency's scale.
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_minor(self.minor, self.currency.minor_digits())
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] or [`MoneyError::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] or [`MoneyError::Overflow`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(other.checked_neg()?)
    }

    /// The amount with its sign turned.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for the one value that has no opposite.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }
}

impl fmt::Display for Money {
    /// `1234.50 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// Prints minor units for people: groups of three, a point, a minus sign (`-1,234.50`).
pub fn grouped(minor: i64, digits: u8) -> String {
    let plain = Decimal::from_minor(minor, digits).abs().to_string();
    let (whole, part) = plain
        .split_once('.')
        .map_or((plain.as_str(), None), |(w, p)| (w, Some(p)));
    let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 1);
    if minor < 0 {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(part) = part {
        text.push('.');
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::try_new("EUR").unwrap())
    }

    #[test]
    fn currencies_never_mix() {
        let usd = Money::new(1, Currency::try_new("USD").unwrap());
        assert!(matches!(eur(1).checked_add(usd), Err(MoneyError::Mixed(..))));
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(eur(i64::MAX).checked_add(eur(1)), Err(MoneyError::Overflow));
        assert_eq!(eur(i64::MIN).checked_neg(), Err(MoneyError::Overflow));
    }

    #[test]
    fn people_read_groups() {
        for (minor, digits, text) in [
            (0, 2, "0.00"),
            (-5, 2, "-0.05"),
            (123_456_789, 2, "1,234,567.89"),
            (-100_000, 0, "-100,000"),
            (i64::MIN, 2, "-92,233,720,368,547,758.08"),
        ] {
            assert_eq!(grouped(minor, digits), text);
        }
    }
}

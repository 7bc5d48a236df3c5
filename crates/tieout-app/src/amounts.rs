//! Amounts between text and minor units, in the places of their currency.

use crate::error::AppError;
use std::fmt::Write as _;
use tieout_core::{Currency, Decimal};

/// A decimal as minor units; never rounded.
pub fn to_minor(field: &str, value: Decimal, currency: Currency) -> Result<i64, AppError> {
    value.to_minor(currency.minor_digits()).map_err(|error| {
        AppError::invalid(
            field,
            format!("{error}; {currency} has {} decimal places", currency.minor_digits()),
        )
    })
}

/// Minor units as text (`-50.00`).
pub fn print(minor: i64, currency: Currency) -> String {
    let unit = 10_u64.pow(u32::from(currency.minor_digits()));
    let (whole, part) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let mut text = String::with_capacity(24);
    if minor < 0 {
        text.push('-');
    }
    let _ = match currency.minor_digits() {
        0 => write!(text, "{whole}"),
        2 => write!(text, "{whole}.{part:02}"),
        digits => write!(text, "{whole}.{part:0width$}", width = usize::from(digits)),
    };
    text
}

/// Reads a currency's code.
pub fn currency(field: &str, code: &str) -> Result<Currency, AppError> {
    Currency::try_new(code).map_err(|error| AppError::invalid(field, error.to_string()))
}

/// Reads a stored currency's code.
pub fn stored_currency(code: &str) -> Result<Currency, AppError> {
    Currency::try_new(code).map_err(|_| AppError::Internal("stored currency"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_are_printed_in_the_places_of_their_currency() {
        for (minor, code, expected) in [
            (0, "USD", "0.00"),
            (-5, "USD", "-0.05"),
            (1_575_000, "USD", "15750.00"),
            (-1_234, "JPY", "-1234"),
            (-1, "BHD", "-0.001"),
            (i64::MIN, "USD", "-92233720368547758.08"),
            (i64::MAX, "JPY", "9223372036854775807"),
        ] {
            let currency = Currency::try_new(code).unwrap();
            assert_eq!(print(minor, currency), expected);
            let decimal = Decimal::from_minor(minor, currency.minor_digits());
            assert_eq!(decimal.to_string(), expected, "and as any decimal is");
        }
    }
}

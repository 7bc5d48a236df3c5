//! Amounts between text and minor units, in the places of their currency.

use crate::error::AppError;
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
    Decimal::from_minor(minor, currency.minor_digits()).to_string()
}

/// Reads a currency's code.
pub fn currency(field: &str, code: &str) -> Result<Currency, AppError> {
    Currency::try_new(code).map_err(|error| AppError::invalid(field, error.to_string()))
}

/// Reads a stored currency's code.
pub fn stored_currency(code: &str) -> Result<Currency, AppError> {
    Currency::try_new(code).map_err(|_| AppError::Internal("stored currency"))
}

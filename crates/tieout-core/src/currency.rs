//! ISO 4217 currencies: three letters and the number of digits of the minor unit.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency, known by its three-letter code.
///
/// Only codes of the standard's lists are accepted, withdrawn ones of Europe included (old statements bear them); three bytes, `Copy`, ordered by code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    minor_digits: u8,
}

/// The text is no currency code of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an ISO 4217 currency code")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// Looks the code up, in any letter case, blanks around it ignored.
    ///
    /// # Errors
    /// [`UnknownCurrency`] if the standard's list does not have it.
    pub fn try_new(code: &str) -> Result<Self, UnknownCurrency> {
        let unknown = || UnknownCurrency(code.chars().take(16).collect());
        let trimmed = code.trim();
        let bytes: [u8; 3] = trimmed.as_bytes().try_into().map_err(|_| unknown())?;
        let upper = bytes.map(|b| b.to_ascii_uppercase());
        let text = std::str::from_utf8(&upper).map_err(|_| unknown())?;
        if let Some((_, minor_digits)) = WITHDRAWN.iter().find(|(code, _)| *code == text) {
            return Ok(Self {
                code: upper,
                minor_digits: *minor_digits,
            });
        }
        let listed = iso_currency::Currency::from_code(text).ok_or_else(unknown)?;
        // Metals and test codes have no minor unit in the standard; they are counted in whole units.
        let minor_digits = listed
            .exponent()
            .and_then(|digits| u8::try_from(digits).ok())
            .unwrap_or(0);
        Ok(Self {
            code: upper,
            minor_digits,
        })
    }

    /// The three-letter code, upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("only ASCII letters pass the constructor")
    }

    /// Digits after the decimal mark that an amount in this currency has (EUR 2, JPY 0, KWD 3).
    pub fn minor_digits(self) -> u8 {
        self.minor_digits
    }
}

/// Codes of ISO 4217 list three that statements of the last decades bear, with their minor digits.
const WITHDRAWN: &[(&str, u8)] = &[
    ("ATS", 2),
    ("BEF", 0),
    ("BGN", 2),
    ("CYP", 2),
    ("DEM", 2),
    ("EEK", 2),
    ("ESP", 0),
    ("FIM", 2),
    ("FRF", 2),
    ("GRD", 0),
    ("HRK", 2),
    ("IEP", 2),
    ("ITL", 0),
    ("LTL", 2),
    ("LUF", 0),
    ("LVL", 2),
    ("MTL", 2),
    ("NLG", 2),
    ("PTE", 0),
    ("SIT", 2),
    ("SKK", 2),
];

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_looked_up_with_their_digits() {
        for (code, digits) in [("EUR", 2), ("jpy", 0), (" KWD ", 3), ("CLF", 4), ("LTL", 2), ("itl", 0)] {
            assert_eq!(Currency::try_new(code).unwrap().minor_digits(), digits);
        }
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for code in ["", "EU", "EURO", "€€€", "QQQ"] {
            assert!(Currency::try_new(code).is_err(), "{code}");
        }
    }
}

//! ISO 4217 currencies: three letters and the number of digits of the minor unit.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency, known by its three-letter code.
///
/// Only codes of the standard's lists, the withdrawn ones included, are accepted; three bytes, `Copy`, ordered by code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    minor_digits: u8,
}

/// The text is no currency code of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an ISO 4217 currency code")]
pub struct UnknownCurrency(pub String);

/// Digits assumed where a file says no currency: nearly every file prints cents.
const UNKNOWN_DIGITS: u8 = 2;

impl Currency {
    /// `XXX`: the standard's code for "no currency", used where neither statement nor books say theirs. Two digits.
    pub const UNKNOWN: Self = Self {
        code: *b"XXX",
        minor_digits: UNKNOWN_DIGITS,
    };

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
        if upper == Self::UNKNOWN.code {
            return Ok(Self::UNKNOWN);
        }
        let minor_digits = match iso_currency::Currency::from_code(text) {
            // Metals and test codes have no minor unit in the standard; they are counted in whole units.
            Some(listed) => listed
                .exponent()
                .and_then(|digits| u8::try_from(digits).ok())
                .unwrap_or(0),
            None => withdrawn_digits(text).ok_or_else(unknown)?,
        };
        Ok(Self {
            code: upper,
            minor_digits,
        })
    }

    /// The three-letter code, upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("only ASCII letters pass the constructor")
    }

    /// The name in the standard's list; of a withdrawn currency its code.
    pub fn name(&self) -> String {
        iso_currency::Currency::from_code(self.code())
            .map_or_else(|| self.code().to_owned(), |listed| listed.name().to_owned())
    }

    /// The sign people write before an amount; the code where there is none.
    pub fn symbol(&self) -> String {
        iso_currency::Currency::from_code(self.code())
            .map_or_else(|| self.code().to_owned(), |listed| listed.symbol().to_string())
    }

    /// Digits after the decimal mark that an amount in this currency has (EUR 2, JPY 0, KWD 3).
    pub fn minor_digits(self) -> u8 {
        self.minor_digits
    }
}

/// Minor digits of codes that the standard has withdrawn (ISO 4217, list three): old statements still bear them.
fn withdrawn_digits(code: &str) -> Option<u8> {
    match code {
        "ADP" | "BEF" | "BYR" | "ESP" | "GRD" | "ITL" | "LUF" | "MGF" | "PTE" | "TRL" => Some(0),
        "ATS" | "AZM" | "BGL" | "BGN" | "CSD" | "CYP" | "DEM" | "EEK" | "FIM" | "FRF" | "GHC" | "HRK" | "IEP"
        | "LTL" | "LVL" | "MRO" | "MTL" | "MXP" | "MZM" | "NLG" | "PLZ" | "ROL" | "RUR" | "SDD" | "SIT" | "SKK"
        | "SRG" | "STD" | "VEB" | "VEF" | "ZMK" | "ZWD" => Some(2),
        _ => None,
    }
}

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
        for (code, digits) in [("EUR", 2), ("jpy", 0), (" KWD ", 3), ("CLF", 4), ("DEM", 2), ("ITL", 0)] {
            assert_eq!(Currency::try_new(code).unwrap().minor_digits(), digits);
        }
    }

    #[test]
    fn the_unknown_currency_has_cents() {
        assert_eq!(Currency::try_new("xxx").unwrap(), Currency::UNKNOWN);
        assert_eq!(Currency::UNKNOWN.minor_digits(), 2);
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for code in ["", "EU", "EURO", "€€€", "QQQ"] {
            assert!(Currency::try_new(code).is_err(), "{code}");
        }
    }
}

//! Exact decimals: what a file prints, before it becomes money.
//!
//! A [`Decimal`] keeps the scale it was printed with (`18.150` has scale 3) and compares numerically
//! (`0` equals `0.00`). Conversion to minor units never rounds unasked.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The largest number of digits after the decimal mark that is kept.
pub const MAX_SCALE: u8 = 18;

/// An exact decimal number: `mantissa × 10^-scale`, scale at most [`MAX_SCALE`].
#[derive(Clone, Copy, Default)]
pub struct Decimal {
    mantissa: i128,
    scale: u8,
}

/// Why a text or a number is not an exact decimal we can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something other than digits, one sign in front and one decimal point.
    #[error("not a decimal number")]
    Malformed,
    /// More digits than fit.
    #[error("number has too many digits")]
    TooLarge,
    /// The value has more digits after the mark than the target holds, and they are not zero.
    #[error("number has more decimal places than the currency")]
    Inexact,
}

impl Decimal {
    /// Zero, scale 0.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// `mantissa × 10^-scale`.
    ///
    /// # Errors
    /// [`DecimalError::TooLarge`] if `scale` is above [`MAX_SCALE`] or the mantissa has more than 36 digits.
    #[inline]
    pub fn try_new(mantissa: i128, scale: u8) -> Result<Self, DecimalError> {
        if scale > MAX_SCALE || mantissa.unsigned_abs() >= 10_u128.pow(36) {
            return Err(DecimalError::TooLarge);
        }
        Ok(Self { mantissa, scale })
    }

    /// An amount in minor units with `scale` digits after the mark (`from_minor(1999, 2)` is `19.99`).
    #[inline]
    pub fn from_minor(minor: i64, scale: u8) -> Self {
        Self {
            mantissa: i128::from(minor),
            scale: scale.min(MAX_SCALE),
        }
    }

    /// Reads plain ASCII `[+-]digits[.digits]`; either digit run may be empty, not both. No groups, no blanks:
    /// for what people and banks print, use `tieout-tables`' amount reader.
    ///
    /// # Errors
    /// [`DecimalError::Malformed`] or [`DecimalError::TooLarge`].
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        Self::parse_bytes(text.as_bytes(), b'.')
    }

    /// As [`Decimal::parse`], on bytes and with the decimal mark given; the fast path of every reader.
    ///
    /// # Errors
    /// [`DecimalError::Malformed`] or [`DecimalError::TooLarge`].
    #[inline]
    pub fn parse_bytes(text: &[u8], mark: u8) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            _ => (false, text),
        };
        if digits.len() <= 18 {
            return Self::parse_short(negative, digits, mark);
        }
        let mut mantissa: i128 = 0;
        let mut scale: Option<u8> = None;
        let mut seen = 0_u32;
        for &byte in digits {
            if byte == mark && scale.is_none() {
                scale = Some(0);
                continue;
            }
            if !byte.is_ascii_digit() {
                return Err(DecimalError::Malformed);
            }
            seen = seen.saturating_add(1);
            if mantissa >= 10_i128.pow(35) {
                return Err(DecimalError::TooLarge);
            }
            mantissa = mantissa * 10 + i128::from(byte - b'0');
            if let Some(places) = scale.as_mut() {
                *places = places.saturating_add(1);
            }
        }
        if seen == 0 {
            return Err(DecimalError::Malformed);
        }
        Self::try_new(if negative { -mantissa } else { mantissa }, scale.unwrap_or(0))
    }

    /// At most 18 bytes: 64-bit arithmetic cannot overflow, which makes this loop several times faster.
    #[inline]
    fn parse_short(negative: bool, digits: &[u8], mark: u8) -> Result<Self, DecimalError> {
        let mut mantissa: i64 = 0;
        let mut scale: u8 = 0;
        let mut past_mark = false;
        let mut seen = false;
        for &byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                mantissa = mantissa * 10 + i64::from(digit);
                scale += u8::from(past_mark);
                seen = true;
            } else if byte == mark && !past_mark {
                past_mark = true;
            } else {
                return Err(DecimalError::Malformed);
            }
        }
        if !seen {
            return Err(DecimalError::Malformed);
        }
        Ok(Self {
            mantissa: i128::from(if negative { -mantissa } else { mantissa }),
            scale,
        })
    }

    /// The digits without the mark.
    pub fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// Digits after the mark, as printed.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// True for zero of any scale.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// True below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The value without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self {
            mantissa: self.mantissa.abs(),
            ..self
        }
    }

    /// The sum, at the larger scale; `None` if it has too many digits.
    #[must_use]
    #[inline]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.scale == other.scale {
            // The lines of one statement mostly have one scale: no powers, no products.
            if let (Ok(one), Ok(two)) = (i64::try_from(self.mantissa), i64::try_from(other.mantissa)) {
                // Of two numbers of 64 bits the sum has 36 digits at most, as it may have.
                return Some(Self {
                    mantissa: i128::from(one) + i128::from(two),
                    scale: self.scale,
                });
            }
            return Self::try_new(self.mantissa.checked_add(other.mantissa)?, self.scale).ok();
        }
        let scale = self.scale.max(other.scale);
        let mantissa = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Self::try_new(mantissa, scale).ok()
    }

    /// The difference, at the larger scale; `None` if it has too many digits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// The value in units of `10^-digits`, exactly: `19.99` with 2 digits is `1999`.
    ///
    /// # Errors
    /// [`DecimalError::Inexact`] if digits other than zero would be lost, [`DecimalError::TooLarge`] beyond 64 bits.
    pub fn to_minor(self, digits: u8) -> Result<i64, DecimalError> {
        let mantissa = if self.scale <= digits {
            self.at_scale(digits).ok_or(DecimalError::TooLarge)?
        } else {
            let unit = 10_i128.pow(u32::from(self.scale - digits));
            if self.mantissa % unit != 0 {
                return Err(DecimalError::Inexact);
            }
            self.mantissa / unit
        };
        i64::try_from(mantissa).map_err(|_| DecimalError::TooLarge)
    }

    #[inline]
    fn at_scale(self, scale: u8) -> Option<i128> {
        if scale == self.scale {
            return Some(self.mantissa);
        }
        let shift = u32::from(scale.checked_sub(self.scale)?);
        self.mantissa.checked_mul(10_i128.checked_pow(shift)?)
    }
}

impl std::ops::Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            mantissa: -self.mantissa,
            ..self
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        // 36 digits at scale 0 against scale 18 do not fit 128 bits; compare whole parts first, then fractions.
        let split = |d: &Self| {
            let unit = 10_i128.pow(u32::from(d.scale));
            (d.mantissa.div_euclid(unit), d.mantissa.rem_euclid(unit))
        };
        let scale = self.scale.max(other.scale);
        let ((whole, part), (other_whole, other_part)) = (split(self), split(other));
        whole.cmp(&other_whole).then_with(|| {
            let up = |value: i128, from: u8| value * 10_i128.pow(u32::from(scale - from));
            up(part, self.scale).cmp(&up(other_part, other.scale))
        })
    }
}

impl fmt::Display for Decimal {
    /// `-1234.50`: sign, digits, point, the printed scale. Reads back with [`Decimal::parse`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u128.pow(u32::from(self.scale));
        let digits = self.mantissa.unsigned_abs();
        let (whole, part) = (digits / unit, digits % unit);
        let text = if self.scale == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{part:0width$}", width = usize::from(self.scale))
        };
        f.pad_integral(self.mantissa >= 0, "", &text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// A sum of decimals, of none at first; once it is beyond what a decimal can hold it says nothing any more.
#[derive(Debug, Clone, Copy)]
pub struct Sum(Option<Decimal>);

impl Sum {
    /// Adds one more.
    #[inline]
    pub fn add(&mut self, amount: Decimal) {
        self.0 = self.0.and_then(|sum| sum.checked_add(amount));
    }

    /// What they come to; `None` beyond what a decimal can hold.
    pub fn value(self) -> Option<Decimal> {
        self.0
    }
}

impl Default for Sum {
    fn default() -> Self {
        Self(Some(Decimal::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn scale_is_kept_and_value_compared() {
        assert_eq!(d("18.150").to_string(), "18.150");
        assert_eq!(d("18.150"), d("18.15"));
        assert_eq!(d("-0.00"), d("0"));
        assert_eq!(d("-0.00").to_string(), "0.00");
        assert_eq!(d("-.01").to_string(), "-0.01");
        assert_eq!(d("50.").to_string(), "50");
        assert!(d("-0.5") < d("-0.4"));
        assert!(d("-1.5") < d("-1"));
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in ["", "-", ".", "1.2.3", "1,2", "1e5", " 1", "--1", "+-1"] {
            assert_eq!(Decimal::parse(text), Err(DecimalError::Malformed), "{text}");
        }
        let long = "9".repeat(37);
        assert_eq!(Decimal::parse(&long), Err(DecimalError::TooLarge));
        let fine = format!("0.{}", "1".repeat(19));
        assert_eq!(Decimal::parse(&fine), Err(DecimalError::TooLarge));
    }

    #[test]
    fn minor_units_never_round() {
        assert_eq!(d("19.990").to_minor(2), Ok(1999));
        assert_eq!(d("19.995").to_minor(2), Err(DecimalError::Inexact));
        assert_eq!(d("5").to_minor(3), Ok(5000));
        assert_eq!(d("92233720368547758.08").to_minor(2), Err(DecimalError::TooLarge));
        assert_eq!(d("-92233720368547758.08").to_minor(2), Ok(i64::MIN));
    }

    proptest! {
        #[test]
        fn text_round_trips(mantissa in -(10_i128.pow(35))..10_i128.pow(35), scale in 0..=MAX_SCALE) {
            let value = Decimal::try_new(mantissa, scale).unwrap();
            let back: Decimal = value.to_string().parse().unwrap();
            prop_assert_eq!(back, value);
            prop_assert_eq!(back.scale(), value.scale());
        }

        #[test]
        fn addition_agrees_with_integers(a in any::<i64>(), b in any::<i64>(), scale in 0_u8..6) {
            let sum = Decimal::from_minor(a, scale).checked_add(Decimal::from_minor(b, scale)).unwrap();
            prop_assert_eq!(sum.mantissa(), i128::from(a) + i128::from(b));
        }

        #[test]
        fn order_is_numeric(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, s in 0_u8..4, t in 0_u8..4) {
            let left = i128::from(a) * 10_i128.pow(u32::from(6 - s));
            let right = i128::from(b) * 10_i128.pow(u32::from(6 - t));
            prop_assert_eq!(Decimal::from_minor(a, s).cmp(&Decimal::from_minor(b, t)), left.cmp(&right));
        }

        #[test]
        fn any_bytes_parse_or_fail(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = Decimal::parse_bytes(&bytes, b'.');
        }
    }
}

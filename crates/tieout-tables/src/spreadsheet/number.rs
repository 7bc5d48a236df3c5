//! The number of a cell as decimal text.

use super::sheet::CellKind;
use tieout_core::Decimal;
use tieout_core::decimal::MAX_SCALE;

/// Decimals that are kept of a number with noise in it.
const CLEAN_DECIMALS: u8 = 6;
/// A binary fraction holds fifteen decimal digits; a shortest text with more than these is the trace of a calculation.
const EXACT_DIGITS: usize = 15;
/// And so is one with more decimals than rates and prices have.
const EXACT_DECIMALS: usize = 9;
/// What calculations leave in the last digits is below this, in decimals, ...
const NOISE_DECIMALS: u32 = 8;
/// ... or below this part of the number, as a power of two: a binary fraction holds 53 digits, of which sums lose some.
const NOISE_BITS: u32 = 44;

/// The shortest decimal text that is this number, without an exponent, noise of calculations rounded off; and whether
/// more than noise was.
pub(super) fn number_text(number: f64) -> (String, CellKind) {
    if !number.is_finite() {
        return (String::new(), CellKind::Number);
    }
    let text = number.to_string();
    let digits = text
        .trim_start_matches(['-', '0', '.'])
        .bytes()
        .filter(u8::is_ascii_digit)
        .count();
    if digits <= EXACT_DIGITS && decimals(&text) <= EXACT_DECIMALS {
        return (text, CellKind::Number);
    }
    let Some(clean) = rounded(&text, CLEAN_DECIMALS) else {
        return (text, CellKind::Number);
    };
    let kind = if clean.is_noise {
        CellKind::Number
    } else {
        CellKind::Rounded
    };
    (clean.text, kind)
}

/// Digits behind the point.
pub(super) fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// A number with fewer decimals.
pub(super) struct RoundedNumber {
    pub(super) text: String,
    /// What was rounded off is what calculations with binary fractions leave.
    is_noise: bool,
}

/// Half-even at so many decimals, without zeros at the end; `None` if it has no more.
pub(super) fn rounded(text: &str, decimals: u8) -> Option<RoundedNumber> {
    let (whole, fraction) = text.split_once('.')?;
    let kept = fraction.get(..usize::from(MAX_SCALE)).unwrap_or(fraction);
    let value = Decimal::parse(&format!("{whole}.{kept}")).ok()?;
    let dropped = value.scale().checked_sub(decimals).filter(|dropped| *dropped > 0)?;
    let unit = 10_i128.checked_pow(u32::from(dropped))?;
    let (quotient, rest) = (value.mantissa() / unit, value.mantissa() % unit);
    let up = match (rest.abs() * 2).cmp(&unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
    };
    let step = if up { value.mantissa().signum() } else { 0 };
    let residue = (value.mantissa() - (quotient + step) * unit).abs();
    let small = 10_i128.pow(u32::from(value.scale()).saturating_sub(NOISE_DECIMALS));
    let clean = Decimal::try_new(quotient + step, decimals).ok()?.to_string();
    let text = if decimals == 0 {
        clean
    } else {
        clean.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    Some(RoundedNumber {
        text,
        is_noise: residue < small || residue <= value.mantissa().abs() >> NOISE_BITS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_was_typed_in() {
        for (number, text) in [
            (0.0, "0"),
            (-1200.1, "-1200.1"),
            (2500.5, "2500.5"),
            (0.1 + 0.2, "0.3"),
            (579.680_000_000_000_1, "579.68"),
            (-1_247.06 - 1e-13, "-1247.06"),
            (1e15, "1000000000000000"),
            (99.999_999_999_999, "100"),
            (0.976_5, "0.9765"),
            (1_234_567.891, "1234567.891"),
            (1e-7, "0.0000001"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(number_text(number), (text.to_owned(), CellKind::Number));
        }
    }

    #[test]
    fn more_than_noise_is_known_to_be_rounded() {
        for (number, text) in [
            (1.0 / 3.0, "0.333333"),
            (12.345_678_912_345, "12.345679"),
            (12.340_000_499_9, "12.34"),
        ] {
            assert_eq!(number_text(number), (text.to_owned(), CellKind::Rounded));
        }
        for (number, text) in [
            (123_456_789.12 + 1.5e-8, "123456789.12"),
            (1e9 / 3.0 * 3.0 + 0.1, "1000000000.1"),
        ] {
            assert_eq!(number_text(number), (text.to_owned(), CellKind::Number));
        }
    }

    #[test]
    fn numbers_round_half_even_to_the_decimals_asked_for() {
        for (text, decimals, expected) in [
            ("12.3456789", 2, Some("12.35")),
            ("-0.125", 2, Some("-0.12")),
            ("0.135", 2, Some("0.14")),
            ("1500.5", 0, Some("1500")),
            ("1501.5", 0, Some("1502")),
            ("9.999", 2, Some("10")),
            ("12.35", 2, None),
            ("7", 2, None),
        ] {
            assert_eq!(
                rounded(text, decimals).map(|number| number.text).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}

//! The number of a cell as decimal text.

use tieout_core::Decimal;
use tieout_core::decimal::MAX_SCALE;

/// Decimals that are kept of a number with noise in it.
const CLEAN_DECIMALS: u8 = 6;
/// A binary fraction holds fifteen decimal digits; a shortest text with more than these is the trace of a calculation.
const EXACT_DIGITS: usize = 15;
/// And so is one with more decimals than rates and prices have.
const EXACT_DECIMALS: usize = 9;

/// The shortest decimal text that is this number, without an exponent; noise of calculations rounded off.
pub(super) fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let text = number.to_string();
    let digits = text
        .trim_start_matches(['-', '0', '.'])
        .bytes()
        .filter(u8::is_ascii_digit)
        .count();
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if digits <= EXACT_DIGITS && decimals <= EXACT_DECIMALS {
        return text;
    }
    rounded(&text).unwrap_or(text)
}

/// Half-even at [`CLEAN_DECIMALS`], without zeros at the end.
fn rounded(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.')?;
    let kept = fraction.get(..usize::from(MAX_SCALE)).unwrap_or(fraction);
    let value = Decimal::parse(&format!("{whole}.{kept}")).ok()?;
    let unit = 10_i128.checked_pow(u32::from(value.scale().checked_sub(CLEAN_DECIMALS)?))?;
    let (quotient, rest) = (value.mantissa() / unit, value.mantissa() % unit);
    let up = match (rest.abs() * 2).cmp(&unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
    };
    let step = if up { value.mantissa().signum() } else { 0 };
    let clean = Decimal::try_new(quotient + step, CLEAN_DECIMALS).ok()?.to_string();
    Some(clean.trim_end_matches('0').trim_end_matches('.').to_owned())
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
            assert_eq!(number_text(number), text);
        }
    }
}

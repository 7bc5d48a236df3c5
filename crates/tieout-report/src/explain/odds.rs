//! Scores in bits as odds: each bit doubles them, and a part of a bit counts.
//!
//! All in whole numbers, so that every machine says the same. Bits are given to the hundredth, which is seven per mille of
//! the odds, so that three digits are what can be told.

use crate::words::count;
use tieout_core::Decimal;

/// The hundredth root of two, as a share of [`ONE`].
const ROOT: u128 = 1_006_955_550_056_719;
const ONE: u128 = 1_000_000_000_000_000;
/// Of more bits it is only said that they are more.
const MOST: u32 = 4_000;
/// The most digits that are told.
const DIGITS: u32 = 3;

/// `odds of about 765 to 1 for it`.
pub(super) fn odds(hundredths: i32) -> String {
    let side = if hundredths < 0 { "against" } else { "for" };
    match power(hundredths.unsigned_abs()) {
        Power::About(times) => format!("odds of about {times} to 1 {side} it"),
        Power::MoreThan(times) => format!("odds of more than {times} to 1 {side} it"),
    }
}

/// How much less likely something is of so many bits less.
pub(super) fn times(hundredths: i32) -> String {
    match hundredths {
        ..100 => "nearly as likely as".into(),
        _ => match power(hundredths.unsigned_abs()) {
            Power::About(times) => format!("about {times} times less likely than"),
            Power::MoreThan(times) => format!("more than {times} times less likely than"),
        },
    }
}

enum Power {
    About(String),
    MoreThan(String),
}

/// Two to the power of so many hundredths.
fn power(hundredths: u32) -> Power {
    let kept = hundredths.min(MOST);
    let part = (0..kept % 100).fold(ONE, |product, _| product * ROOT / ONE);
    let tenths = rounded((part * 10) << (kept / 100));
    let told = if tenths < 100 {
        let one_digit = Decimal::from_minor(i64::try_from(tenths).unwrap_or(i64::MAX), 1).to_string();
        one_digit.trim_end_matches(".0").to_owned()
    } else {
        count(i64::try_from(tenths / 10).unwrap_or(i64::MAX))
    };
    if hundredths > MOST {
        Power::MoreThan(told)
    } else {
        Power::About(told)
    }
}

/// Shares of [`ONE`] as whole numbers of at most three digits, noughts aside; from ten times on, whole tens.
fn rounded(tenths: u128) -> u128 {
    let mut unit = ONE;
    let mut whole = tenths / ONE;
    if whole >= 100 {
        unit *= 10;
        whole /= 10;
    }
    while whole >= 10_u128.pow(DIGITS) {
        unit *= 10;
        whole /= 10;
    }
    (tenths + unit / 2) / unit * (unit / ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_bit_counts() {
        for (bits, told) in [
            (0, "odds of about 1 to 1 for it"),
            (58, "odds of about 1.5 to 1 for it"),
            (100, "odds of about 2 to 1 for it"),
            (331, "odds of about 9.9 to 1 for it"),
            (333, "odds of about 10 to 1 for it"),
            (958, "odds of about 765 to 1 for it"),
            (-958, "odds of about 765 to 1 against it"),
            (2_000, "odds of about 1,050,000 to 1 for it"),
            (4_000, "odds of about 1,100,000,000,000 to 1 for it"),
            (4_001, "odds of more than 1,100,000,000,000 to 1 for it"),
            (i32::MIN, "odds of more than 1,100,000,000,000 to 1 against it"),
        ] {
            assert_eq!(odds(bits), told, "{bits}");
        }
        assert_eq!(times(99), "nearly as likely as");
        assert_eq!(times(150), "about 2.8 times less likely than");
    }
}

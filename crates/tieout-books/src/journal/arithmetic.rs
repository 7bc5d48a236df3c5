//! Products, quotients and rounding of exact decimals: costs, prices and expressions of journals.
//!
//! Results that need more than [`MAX_SCALE`] places are rounded half to even at the last one, as the tools that keep
//! journals do at theirs.

use tieout_core::Decimal;
use tieout_core::decimal::MAX_SCALE;

/// `a × b`; `None` if it has too many digits.
pub(crate) fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (mut left, mut right) = (trimmed(a), trimmed(b));
    // Cut to what fits only where the exact product does not.
    if left.0.checked_mul(right.0).is_none() {
        left = rounded_to(left, 9);
        right = rounded_to(right, 9);
    }
    let mantissa = left.0.checked_mul(right.0)?;
    let least = a.scale().max(b.scale());
    settle((mantissa, u32::from(left.1) + u32::from(right.1)), least)
}

/// `a ÷ b`, rounded where it does not end; `None` for a division by zero or too many digits.
pub(crate) fn quotient(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (dividend, divisor) = (trimmed(a), trimmed(b));
    if divisor.0 == 0 {
        return None;
    }
    // The dividend gets as many places as fit, at most MAX_SCALE in the result.
    let mut places = u32::from(MAX_SCALE) + u32::from(divisor.1);
    let mut shift = places.checked_sub(u32::from(dividend.1))?;
    let scaled = loop {
        match 10_i128.checked_pow(shift).and_then(|unit| dividend.0.checked_mul(unit)) {
            Some(scaled) => break scaled,
            None => shift = shift.checked_sub(1)?,
        }
    };
    places = u32::from(dividend.1) + shift;
    let result_scale = places.checked_sub(u32::from(divisor.1))?;
    settle((divide_half_even(scaled, divisor.0), result_scale), 0)
}

/// The value with at most `scale` places, half to even.
pub(crate) fn rounded(value: Decimal, scale: u8) -> Decimal {
    if value.scale() <= scale {
        return value;
    }
    let (mantissa, scale) = rounded_to((value.mantissa(), value.scale()), scale);
    Decimal::try_new(mantissa, scale).unwrap_or(value)
}

/// The value as a multiple of `quantum`'s last place, half to even, printed with exactly that scale.
pub(crate) fn at_scale(value: Decimal, scale: u8) -> Decimal {
    if value.scale() > scale {
        return rounded(value, scale);
    }
    let unit = 10_i128.checked_pow(u32::from(scale - value.scale()));
    let mantissa = unit.and_then(|unit| value.mantissa().checked_mul(unit));
    mantissa
        .and_then(|mantissa| Decimal::try_new(mantissa, scale).ok())
        .unwrap_or(value)
}

/// The value without zeros at its end.
pub(crate) fn normalised(value: Decimal) -> Decimal {
    let (mantissa, scale) = trimmed(value);
    Decimal::try_new(mantissa, scale).unwrap_or(value)
}

/// Mantissa and scale without zeros at the end.
fn trimmed(value: Decimal) -> (i128, u8) {
    let (mut mantissa, mut scale) = (value.mantissa(), value.scale());
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}

fn rounded_to((mantissa, scale): (i128, u8), to: u8) -> (i128, u8) {
    match scale.checked_sub(to) {
        Some(cut) if cut > 0 => (divide_half_even(mantissa, 10_i128.pow(u32::from(cut))), to),
        _ => (mantissa, scale),
    }
}

/// Brings a result of any scale into a decimal: no more places than needed, but at least `least` where they are exact.
fn settle((mantissa, scale): (i128, u32), least: u8) -> Option<Decimal> {
    let (mut mantissa, mut scale) = (mantissa, scale);
    while scale > u32::from(least) && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let limit = u32::from(MAX_SCALE);
    if scale > limit {
        mantissa = divide_half_even(mantissa, 10_i128.checked_pow(scale - limit)?);
        scale = limit;
    }
    Decimal::try_new(mantissa, u8::try_from(scale).ok()?).ok()
}

/// The quotient, rounded half to even. The divisor is not zero.
pub(crate) fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    let away = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    let (rest, half) = (rest.unsigned_abs(), divisor.unsigned_abs());
    match rest.cmp(&(half - rest)) {
        std::cmp::Ordering::Greater => whole + away,
        std::cmp::Ordering::Equal if whole % 2 != 0 => whole + away,
        _ => whole,
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
    fn products_are_exact_and_keep_the_printed_places() {
        for (a, b, c) in [
            ("10", "15.25", "152.50"),
            ("33.33", "1.1111", "37.032963"),
            ("-0.5", "0.2", "-0.1"),
            ("1.10", "2", "2.20"),
            ("0.000000000000000001", "0.1", "0.000000000000000000"),
        ] {
            assert_eq!(product(d(a), d(b)), Some(d(c)), "{a} × {b}");
        }
        assert_eq!(product(d("10"), d("15.25")).unwrap().to_string(), "152.50");
        assert_eq!(
            product(d("1e".trim_end_matches('e')), d(&"9".repeat(36))),
            Some(d(&"9".repeat(36)))
        );
        assert_eq!(product(d(&"9".repeat(30)), d(&"9".repeat(30))), None);
    }

    #[test]
    fn quotients_end_or_are_rounded_at_the_last_place() {
        assert_eq!(quotient(d("550.00"), d("5")), Some(d("110")));
        assert_eq!(quotient(d("1"), d("3")).unwrap().to_string(), "0.333333333333333333");
        assert_eq!(quotient(d("2"), d("3")).unwrap().to_string(), "0.666666666666666667");
        assert_eq!(quotient(d("-1"), d("8")), Some(d("-0.125")));
        assert_eq!(quotient(d("1"), d("0")), None);
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (value, places, result) in [
            ("1.005", 2, "1.00"),
            ("1.015", 2, "1.02"),
            ("-1.015", 2, "-1.02"),
            ("-1.005", 2, "-1.00"),
            ("1.0051", 2, "1.01"),
            ("2.5", 0, "2"),
            ("7", 2, "7"),
        ] {
            assert_eq!(rounded(d(value), places).to_string(), result, "{value}");
        }
        assert_eq!(at_scale(d("7"), 2).to_string(), "7.00");
    }

    proptest! {
        #[test]
        fn a_product_divided_gives_back_the_factor(a in -10_i64.pow(9)..10_i64.pow(9), b in 1_i64..10_i64.pow(6), s in 0_u8..4) {
            let (left, right) = (Decimal::from_minor(a, s), Decimal::from_minor(b, s));
            let whole = product(left, right).unwrap();
            prop_assert_eq!(whole.mantissa() * 10_i128.pow(u32::from(2 * s - whole.scale().min(2 * s))), i128::from(a) * i128::from(b));
            prop_assert_eq!(quotient(whole, right), Some(left));
        }

        #[test]
        fn nothing_overflows_with_a_panic(a in any::<i128>(), b in any::<i128>(), s in 0_u8..=18, t in 0_u8..=18) {
            if let (Ok(a), Ok(b)) = (Decimal::try_new(a / 1000, s), Decimal::try_new(b / 1000, t)) {
                let _ = product(a, b);
                let _ = quotient(a, b);
                let _ = (rounded(a, t), at_scale(b, s));
            }
        }
    }
}

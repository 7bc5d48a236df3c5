//! Integer arithmetic of the engine: logarithms in hundredths of a bit, civil days, probabilities in parts per million.
//!
//! Scores are integers so that they add up to the same bytes everywhere. Only probabilities are floats; they are made
//! by `libm` and end in parts per million.

use std::sync::LazyLock;
use tieout_core::Date;

/// Hundredths of a bit.
pub(crate) type Bits = i32;

/// One certain event, in parts per million.
pub(crate) const PPM: u32 = 1_000_000;

/// A length as a 32-bit number.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// log2 of `n` in hundredths of a bit, rounded down; 0 for 0.
pub(crate) fn log2(n: u64) -> Bits {
    // Nearly all that is asked for are small counts, and working one out takes ten multiplications.
    static SMALL: LazyLock<[Bits; 1 << 12]> =
        LazyLock::new(|| std::array::from_fn(|n| work_out_log2(u64::from(count(n)))));
    let small = usize::try_from(n).ok().and_then(|n| SMALL.get(n));
    small.copied().unwrap_or_else(|| work_out_log2(n))
}

fn work_out_log2(n: u64) -> Bits {
    if n < 2 {
        return 0;
    }
    let whole = n.ilog2();
    // What the number is beyond its highest bit, with 32 bits after the point: f of a mantissa of 1 + f. Each squaring,
    // (1 + f)² = 1 + 2f + f², gives one bit of the logarithm.
    let mut beyond = if whole > 32 {
        n >> (whole - 32)
    } else {
        n << (32 - whole)
    } - (1 << 32);
    let mut fraction = 0_u32;
    for _ in 0..10 {
        beyond = 2 * beyond + ((beyond * beyond) >> 32);
        fraction <<= 1;
        if beyond >= 1 << 32 {
            beyond = (beyond - (1 << 32)) >> 1;
            fraction |= 1;
        }
    }
    let hundredths = whole * 100 + fraction * 100 / 1024;
    i32::try_from(hundredths).unwrap_or(i32::MAX)
}

/// log2 of `numerator / denominator`; zeros count as one.
pub(crate) fn log2_ratio(numerator: u64, denominator: u64) -> Bits {
    log2(numerator.max(1)) - log2(denominator.max(1))
}

/// 2 to the power of a score.
pub(crate) fn odds(bits: Bits) -> f64 {
    // Hundredths of a bit from a table, whole bits by multiplication, which is exact.
    static HUNDREDTHS: LazyLock<[f64; 100]> =
        LazyLock::new(|| std::array::from_fn(|place| libm::exp2(f64::from(count(place)) / 100.0)));
    let bits = bits.clamp(-10_000, 10_000);
    let place = usize::try_from(bits.rem_euclid(100)).unwrap_or(0);
    let whole = u64::try_from(bits.div_euclid(100) + 1023).unwrap_or(1023);
    HUNDREDTHS.get(place).copied().unwrap_or(1.0) * f64::from_bits(whole << 52)
}

/// A probability in parts per million; what is no probability is brought into 0 to 1.
pub(crate) fn to_ppm(probability: f64) -> u32 {
    let scaled = if probability >= 0.0 {
        probability.min(1.0) * f64::from(PPM)
    } else {
        0.0
    };
    // Adding 2^52 leaves the rounded integer in the low bits of the mantissa.
    let bits = (scaled + 4_503_599_627_370_496.0).to_bits();
    u32::try_from(bits & ((1 << 52) - 1)).unwrap_or(PPM).min(PPM)
}

/// `n · part / whole` without overflow, rounded down.
pub(crate) fn scaled(n: u32, part: u32, whole: u32) -> u32 {
    let product = u64::from(n) * u64::from(part) / u64::from(whole.max(1));
    u32::try_from(product).unwrap_or(u32::MAX)
}

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i32 {
    // Years begin in March, so that the leap day is the last of its year; 400 years are one cycle of 146,097 days.
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * 146_097 + day_of_cycle - 719_468
}

/// Month and day of the month.
pub(crate) fn month_and_day(day_number: i32) -> (i32, i32) {
    let day_of_cycle = (day_number + 719_468).rem_euclid(146_097);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month = (5 * day_of_year + 2) / 153;
    ((month + 2) % 12 + 1, day_of_year - (153 * month + 2) / 5 + 1)
}

/// Working days since 1970-01-05, a Monday; Saturday and Sunday count as the Friday before.
pub(crate) fn working_day(day: i32) -> i32 {
    let since_monday = day - 4;
    since_monday.div_euclid(7) * 5 + since_monday.rem_euclid(7).min(4)
}

/// A 64-bit FNV-1a hash that is continued: the same bytes give the same number on every machine.
pub(crate) fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Where [`fnv`] begins.
pub(crate) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn logarithms_are_those_of_mathematics() {
        for (n, bits) in [
            (0, 0),
            (1, 0),
            (2, 100),
            (3, 158),
            (10, 332),
            (1000, 996),
            (1 << 40, 4000),
        ] {
            assert!((log2(n) - bits).abs() <= 1, "{n}: {}", log2(n));
        }
        assert_eq!(log2(u64::MAX), 6399);
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(day_number(date(1970, 1, 1)), 0);
        assert_eq!(day_number(date(2000, 3, 1)) - day_number(date(2000, 2, 28)), 2);
        assert_eq!(day_number(date(1900, 3, 1)) - day_number(date(1900, 2, 28)), 1);
        assert_eq!(day_number(date(2024, 1, 1)), 19_723);
        assert!(day_number(Date::MIN) < day_number(Date::MAX));
    }

    #[test]
    fn days_have_their_month() {
        let mut date = date(1999, 12, 25);
        for _ in 0..1_000 {
            let expected = (i32::from(date.month()), i32::from(date.day()));
            assert_eq!(month_and_day(day_number(date)), expected, "{date}");
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn weekends_are_no_working_days() {
        let at = |y, m, d| working_day(day_number(date(y, m, d)));
        assert_eq!(at(2024, 1, 8) - at(2024, 1, 5), 1);
        assert_eq!(at(2024, 1, 7), at(2024, 1, 5));
        assert_eq!(at(2024, 1, 12) - at(2024, 1, 8), 4);
        assert_eq!(at(1970, 1, 5), 0);
    }

    #[test]
    fn probabilities_become_parts_per_million() {
        for (p, ppm) in [
            (0.0, 0),
            (1.0, 1_000_000),
            (0.5, 500_000),
            (2.0, 1_000_000),
            (-1.0, 0),
            (f64::NAN, 0),
        ] {
            assert_eq!(to_ppm(p), ppm);
        }
    }
}

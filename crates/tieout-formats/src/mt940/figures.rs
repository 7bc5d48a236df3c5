//! Dates and amounts as SWIFT prints them: `YYMMDD`, `MMDD`, `1234,56`.

use tieout_core::{Date, Decimal, digits};

/// Two-digit years from here on are of the last century, where nothing says otherwise.
const PIVOT: i16 = 70;

/// A date as printed, and whether it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// The date; the last day of the month if the printed one does not exist.
    pub(super) date: Date,
    /// The printed day does not exist (30 February: interest counts months of 30 days).
    pub(super) clamped: bool,
}

/// Reads `YYMMDD`; the century is the one nearest to `near`, if that is known.
pub(super) fn date(digits: &[u8], near: Option<Date>) -> Option<Day> {
    let (year, month_day) = digits.split_first_chunk::<2>()?;
    let short = i16::from(number(*year)?);
    let year = match near {
        None if short >= PIVOT => 1900 + short,
        None => 2000 + short,
        Some(near) => {
            let same = near.year() - near.year().rem_euclid(100) + short;
            match same - near.year() {
                51.. => same - 100,
                ..=-50 => same + 100,
                _ => same,
            }
        }
    };
    let (month, day) = month_and_day(month_day)?;
    day_of(year, month, day)
}

/// Reads `MMDD`, in the year that puts it nearest to `near`.
pub(super) fn date_near(digits: &[u8], near: Date) -> Option<Day> {
    let (month, day) = month_and_day(digits)?;
    if (month, day) == (near.month(), near.day()) {
        return Some(Day {
            date: near,
            clamped: false,
        });
    }
    let same_year = day_of(near.year(), month, day)?;
    let apart = |day: &Day| near.duration_until(day.date).as_hours().abs();
    if (month - near.month()).abs() < 6 {
        return Some(same_year);
    }
    let other_year = if month > near.month() {
        near.year() - 1
    } else {
        near.year() + 1
    };
    let other = day_of(other_year, month, day)?;
    Some(if apart(&other) < apart(&same_year) {
        other
    } else {
        same_year
    })
}

/// Splits `1234,56rest`: the amount and what follows it. The mark may be a point, the digits before or after it missing.
/// `None` if no amount begins here.
pub(super) fn amount(text: &str) -> Option<(Decimal, &str)> {
    short_amount(text).or_else(|| long_amount(text))
}

/// Up to 18 digits and at most one comma among them, which nearly every amount is.
fn short_amount(text: &str) -> Option<(Decimal, &str)> {
    let ((minor, scale), rest) = usual_amount(text.as_bytes())?;
    let rest = text.get(text.len() - rest.len()..)?;
    Some((Decimal::from_minor(minor, scale), rest))
}

/// Splits an amount of up to 18 digits and at most one comma among them off: minor units, digits after the comma, and
/// what follows.
#[inline]
pub(super) fn usual_amount(text: &[u8]) -> Option<((i64, u8), &[u8])> {
    amount_in_cents(text).or_else(|| amount_by_digits(text))
}

/// Splits up to eight digits, a comma and two digits off, with something else behind them: how many digits there are is
/// nothing to branch on.
#[inline]
fn amount_in_cents(text: &[u8]) -> Option<((i64, u8), &[u8])> {
    let word = digits::values(*text.first_chunk()?);
    let others = digits::others(word);
    let bits = others.trailing_zeros() & !7;
    let (_, rest) = text.split_at_checked(usize::try_from(bits / 8).ok()?)?;
    let [b',', tens, ones, rest @ ..] = rest else {
        return None;
    };
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    let ends = rest.first().is_some_and(u8::is_ascii_alphabetic);
    if !ends || tens > 9 || ones > 9 {
        return None;
    }
    // The digits move to the end of the word, zeros before them.
    let whole = word.checked_shl(64 - bits)?;
    let minor = i64::try_from(digits::number(whole)).ok()? * 100 + i64::from(tens * 10 + ones);
    Some(((minor, 2), rest))
}

/// One look at each byte.
fn amount_by_digits(text: &[u8]) -> Option<((i64, u8), &[u8])> {
    let (mut minor, mut before) = (0_i64, None);
    let mut rest = text;
    while let [byte, more @ ..] = rest {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            minor = minor.wrapping_mul(10).wrapping_add(i64::from(digit));
        } else if *byte == b',' && before.is_none() {
            before = Some(more.len());
        } else {
            break;
        }
        rest = more;
    }
    let digits = text.len() - rest.len() - usize::from(before.is_some());
    if !(1..=18).contains(&digits) || matches!(rest, [b',' | b'.' | b'\'', ..]) {
        return None;
    }
    let scale = before.map_or(0, |left| left - rest.len());
    Some(((minor, u8::try_from(scale).ok()?), rest))
}

fn long_amount(text: &str) -> Option<(Decimal, &str)> {
    let length = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit() && byte != b',')
        .unwrap_or(text.len());
    let (printed, rest) = text.split_at_checked(length)?;
    if !matches!(rest.as_bytes().first(), Some(b'.' | b'\''))
        && let Ok(value) = Decimal::parse_bytes(printed.as_bytes(), b',')
    {
        return Some((value, rest));
    }
    super::quirks::grouped_amount(text)
}

fn month_and_day(digits: &[u8]) -> Option<(i8, i8)> {
    match digits {
        [a, b, c, d] => Some((number([*a, *b])?, number([*c, *d])?)),
        _ => None,
    }
}

fn number(digits: [u8; 2]) -> Option<i8> {
    let [tens, ones] = digits.map(|byte| byte.wrapping_sub(b'0'));
    if tens > 9 || ones > 9 {
        return None;
    }
    i8::try_from(tens * 10 + ones).ok()
}

fn day_of(year: i16, month: i8, day: i8) -> Option<Day> {
    if let Ok(date) = Date::new(year, month, day) {
        return Some(Day { date, clamped: false });
    }
    if !(29..=31).contains(&day) {
        return None;
    }
    let date = Date::new(year, month, 1).ok()?.last_of_month();
    Some(Day { date, clamped: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as civil;

    fn read(digits: &str) -> Option<(String, bool)> {
        date(digits.as_bytes(), None).map(|day| (day.date.to_string(), day.clamped))
    }

    #[test]
    fn dates_have_a_century_and_exist() {
        for (digits, expected) in [
            ("240229", Some(("2024-02-29", false))),
            ("160230", Some(("2016-02-29", true))),
            ("150231", Some(("2015-02-28", true))),
            ("021131", Some(("2002-11-30", true))),
            ("701231", Some(("1970-12-31", false))),
            ("691231", Some(("2069-12-31", false))),
            ("362268", None),
            ("240132", None),
            ("240100", None),
            ("2401", None),
            ("24O101", None),
        ] {
            assert_eq!(read(digits), expected.map(|(d, c)| (d.to_owned(), c)), "{digits}");
        }
    }

    #[test]
    fn the_statement_decides_the_century() {
        let near = |digits: &str, year| date(digits.as_bytes(), Some(civil(year, 6, 1))).unwrap().date.year();
        assert_eq!(near("750101", 2026), 2075);
        assert_eq!(near("750101", 1998), 1975);
        assert_eq!(near("010101", 1999), 2001);
        assert_eq!(near("991231", 2001), 1999);
    }

    #[test]
    fn entry_dates_are_near_the_value_date() {
        for (digits, value, expected) in [
            ("0102", civil(2025, 12, 31), civil(2026, 1, 2)),
            ("1231", civil(2026, 1, 2), civil(2025, 12, 31)),
            ("0507", civil(2014, 5, 7), civil(2014, 5, 7)),
            ("0701", civil(2014, 1, 2), civil(2014, 7, 1)),
            ("0731", civil(2014, 1, 1), civil(2013, 7, 31)),
            ("0230", civil(2015, 3, 1), civil(2015, 2, 28)),
        ] {
            assert_eq!(
                date_near(digits.as_bytes(), value).unwrap().date,
                expected,
                "{digits} near {value}"
            );
        }
        assert_eq!(date_near(b"1301", civil(2014, 1, 1)), None);
    }

    #[test]
    fn amounts_in_cents_are_read_at_once() {
        for minor in (0..1_000_000_000_i64).step_by(999_983).chain(0..2000) {
            for digits in 1..=8_usize {
                let text = format!("{:0digits$},{:02}NTRF", minor / 100, minor % 100);
                let expected = Some(((minor, 2), b"NTRF".as_slice()));
                assert_eq!(amount_by_digits(text.as_bytes()), expected, "{text}");
                assert_eq!(amount_in_cents(text.as_bytes()), expected, "{text}");
            }
        }
        for text in [
            "1,2N",
            "1,234N",
            "12345678",
            "123456789,10N",
            "1,23",
            ",12NTRFNON",
            "1,23.5NTRF",
            "1/,23NTRF",
            "1:,23NTRF",
            "\u{b1},23NTRFX",
        ] {
            assert_eq!(amount_in_cents(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn amounts_end_where_digits_end() {
        for (text, expected) in [
            ("1234,56NTRF", Some(("1234.56", "NTRF"))),
            ("50,", Some(("50", ""))),
            (",5N", Some(("0.5", "N"))),
            ("1234NTRF", Some(("1234", "NTRF"))),
            ("000000001000.12", Some(("1000.12", ""))),
            ("1.234.567,89X", Some(("1234567.89", "X"))),
            ("1'234.50", Some(("1234.50", ""))),
            ("11 27421,94", Some(("11", " 27421,94"))),
            ("NTRF", None),
            (",", None),
            ("", None),
            ("1,2,3", None),
        ] {
            let got = amount(text).map(|(value, rest)| (value.to_string(), rest));
            assert_eq!(got, expected.map(|(v, r)| (v.to_owned(), r)), "{text}");
        }
    }
}

//! What banks write although OFX does not allow it, and how it is read.
//!
//! | oddity | seen at | read as |
//! |---|---|---|
//! | `1.400,82`, `1,650.00`, `1'650.00`, `1 650,00` | Brazil, Switzerland, France | groups dropped, with a problem |
//! | `$120`, `R$ 12,00`, `12.00 EUR`, `12.00-`, `(12.00)`, U+2212 | hand-made exports | the number, with a problem |
//! | `1,650` | anywhere | 1.650, as OFX says, with a problem: it may be a group |
//! | `20120231` | interest calendars | last day of the month, with a problem |
//! | `2024-06-30`, `2024/06/30` | hand-made exports | the date |
//! | `VALUEDATE`, `ACCTBAL` in a line | Australia | value date, running balance |
//! | `CHECKNUM` equal to `FITID` | Brazil | no check number |

use super::values::ReadDate;
use tieout_core::problem::Code;
use tieout_core::{Date, Decimal};

/// An amount that OFX does not allow, with what is to be said about it; `None` if it is no amount.
pub(super) fn amount(text: &str) -> Option<(Decimal, Code, &'static str)> {
    let text = text.trim();
    let (parenthesised, text) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let mut digits = String::new();
    let mut signs = usize::from(parenthesised);
    let mut words = false;
    let mut plus = false;
    let mut grouped = false;
    for character in text.chars() {
        match character {
            '0'..='9' | '.' | ',' => digits.push(character),
            '-' | '\u{2212}' | '\u{2013}' => signs += 1,
            '+' => plus = true,
            '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' | ' ' => {
                grouped |= digits.ends_with(|c: char| c.is_ascii_digit());
            }
            '$' | '€' | '£' | '¥' | '₹' => words = true,
            _ if character.is_ascii_alphabetic() => words = true,
            _ => return None,
        }
    }
    // A sign or a currency inside the digits is no amount, but text.
    let inner = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    if signs > 1 || (signs == 1 && plus) || inner.chars().any(|c| c.is_alphabetic() || matches!(c, '-' | '+' | '$')) {
        return None;
    }
    let (mark, groups) = marks(&digits)?;
    digits.retain(|c| c.is_ascii_digit() || Some(c) == mark);
    let mark_byte = mark.and_then(|mark| u8::try_from(mark).ok()).unwrap_or(b'.');
    let value = Decimal::parse_bytes(digits.as_bytes(), mark_byte).ok()?;
    let value = if signs == 1 { -value } else { value };
    Some(if words {
        (value, Code::BadAmount, "currency signs were dropped")
    } else if groups || grouped {
        (value, Code::Irregular, "groups of digits were joined")
    } else {
        (value, Code::Irregular, "the sign was taken from an unusual place")
    })
}

/// The decimal mark of a number with points and commas, and whether there are groups.
fn marks(digits: &str) -> Option<(Option<char>, bool)> {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    match (points, commas) {
        (0, 0) => Some((None, false)),
        (1, 0) => Some((Some('.'), false)),
        (0, 1) => Some((Some(','), false)),
        (_, 0) | (0, _) => Some((None, true)),
        (_, 1) if digits.rfind(',') > digits.rfind('.') => Some((Some(','), true)),
        (1, _) if digits.rfind('.') > digits.rfind(',') => Some((Some('.'), true)),
        _ => None,
    }
}

/// Whether an amount that was read by the book may mean something else: `1,650` is 1.650 in OFX, but who writes a comma
/// may have meant a group.
pub(super) fn may_be_grouped(raw: &[u8]) -> bool {
    let digits = raw.trim_ascii_start();
    let digits = digits
        .strip_prefix(b"-")
        .or_else(|| digits.strip_prefix(b"+"))
        .unwrap_or(digits);
    match digits.iter().position(|b| *b == b',') {
        Some(comma) => (1..=3).contains(&comma) && digits.len() == comma + 4 && !digits.starts_with(b"0"),
        None => false,
    }
}

/// A date of eight or more bytes: the first eight digits, also with `-` or `/` between year, month and day.
pub(super) fn date(raw: &[u8]) -> ReadDate {
    let number = |digits: &[u8]| -> Option<i16> {
        digits.iter().try_fold(0_i16, |sum, byte| {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            sum.checked_mul(10)?.checked_add(i16::from(digit))
        })
    };
    let parts = match raw {
        [_, _, _, _, b'-' | b'/', m1, m2, b'-' | b'/', d1, d2, ..] => (raw.get(..4), [*m1, *m2], [*d1, *d2]),
        [_, _, _, _, m1, m2, d1, d2, ..] => (raw.get(..4), [*m1, *m2], [*d1, *d2]),
        _ => return ReadDate::Bad,
    };
    let year = parts.0.and_then(number);
    let (Some(year), Some(month), Some(day)) = (year, number(&parts.1), number(&parts.2)) else {
        return ReadDate::Bad;
    };
    if (year, month, day) == (0, 0, 0) {
        return ReadDate::Empty;
    }
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return ReadDate::Bad;
    };
    match (Date::new(year, month, day), Date::new(year, month, 1)) {
        (Ok(date), _) if year > 0 => ReadDate::Day(date),
        (Err(_), Ok(first)) if year > 0 && (29..=31).contains(&day) => ReadDate::Clamped(first.last_of_month()),
        _ => ReadDate::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_every_oddity() {
        for (text, expected) in [
            ("1.400,82", "1400.82"),
            ("-1,650.00", "-1650.00"),
            ("1.234.567", "1234567"),
            ("1,234,567.5", "1234567.5"),
            ("- 1 650,00", "-1650.00"),
            ("1'650.00", "1650.00"),
            ("$120", "120"),
            ("R$ -12,00", "-12.00"),
            ("12.00 EUR", "12.00"),
            ("12.00-", "-12.00"),
            ("\u{2212}12.00", "-12.00"),
            ("(12.00)", "-12.00"),
            ("-.01", "-0.01"),
        ] {
            let (value, _, _) = amount(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(value.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_not_guessed() {
        for text in [
            "",
            "-",
            "abc",
            "12-13",
            "1.2,3.4,5",
            "--12",
            "(-12)",
            "+-1",
            "12a3",
            "1,2.3,4",
            "*snipped*",
            "1:2",
        ] {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn a_comma_before_three_digits_may_be_a_group() {
        for (raw, may) in [
            ("1,650", true),
            ("-120,000", true),
            ("0,650", false),
            ("1,65", false),
            ("1234,650", false),
            ("1.650", false),
        ] {
            assert_eq!(may_be_grouped(raw.as_bytes()), may, "{raw}");
        }
    }

    #[test]
    fn dates_of_every_form() {
        let day = |y, m, d| ReadDate::Day(Date::new(y, m, d).unwrap());
        for (raw, expected) in [
            ("20240630", day(2024, 6, 30)),
            ("20240630235959[-3:BRT]", day(2024, 6, 30)),
            ("20180804093914:014", day(2018, 8, 4)),
            ("20071015021529.000[-8:PST]", day(2007, 10, 15)),
            ("2024-06-30T10:00:00", day(2024, 6, 30)),
            ("00000000", ReadDate::Empty),
            ("20120231", ReadDate::Clamped(Date::new(2012, 2, 29).unwrap())),
            ("20120431120000", ReadDate::Clamped(Date::new(2012, 4, 30).unwrap())),
            ("20120232", ReadDate::Bad),
            ("201120000000", ReadDate::Bad),
            ("00000101", ReadDate::Bad),
            ("********", ReadDate::Bad),
        ] {
            assert_eq!(date(raw.as_bytes()), expected, "{raw}");
        }
    }
}

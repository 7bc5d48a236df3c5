//! Single values as camt prints them: dates, directions, flags, texts.

use tieout_core::{Date, Decimal};

/// The code of the standard for "no currency".
pub(super) const NO_CURRENCY: &str = "XXX";

/// Which way money goes, seen from the account owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// `CRDT`: money in.
    Credit,
    /// `DBIT`: money out.
    Debit,
}

impl Direction {
    /// `CRDT` or `DBIT`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "CRDT" => Some(Self::Credit),
            "DBIT" => Some(Self::Debit),
            _ => None,
        }
    }

    /// The unsigned amount with the sign of this direction.
    pub(super) fn sign(self, amount: Decimal) -> Decimal {
        match self {
            Self::Credit => amount,
            Self::Debit => -amount,
        }
    }
}

/// A date as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadDate {
    /// As printed.
    Exact(Date),
    /// A day that does not exist (30 February), moved to the end of its month.
    Clamped(Date),
}

impl ReadDate {
    /// The date, moved or not.
    pub(super) fn date(self) -> Date {
        match self {
            Self::Exact(date) | Self::Clamped(date) => date,
        }
    }
}

/// The civil date of `2024-12-31`, `2024-12-31T23:59:59.000+01:00` or `2024-12-31+01:00`, as printed: an offset never
/// moves the day.
pub(super) fn date(text: &str) -> Option<ReadDate> {
    let (day_text, rest) = text.split_at_checked(10)?;
    if !matches!(
        rest.as_bytes().first(),
        None | Some(b'T' | b't' | b' ' | b'+' | b'-' | b'Z')
    ) {
        return None;
    }
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = day_text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i16::from(digit - b'0'))
        })
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let month = i8::try_from(number(&[*m1, *m2])?).ok()?;
    let day = i8::try_from(number(&[*d1, *d2])?).ok()?;
    if let Ok(date) = Date::new(year, month, day) {
        return Some(ReadDate::Exact(date));
    }
    let first = Date::new(year, month, 1).ok()?;
    (29..=31)
        .contains(&day)
        .then(|| ReadDate::Clamped(first.last_of_month()))
}

/// `true` or `1`; anything else is no.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text, "true" | "1")
}

/// The value without blanks around it; line breaks inside become one blank, for a line feed divides parts of a text.
pub(super) fn clean(value: &mut String) {
    let is_blank_at = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    if is_blank_at(value.as_bytes().last()) {
        value.truncate(value.trim_ascii_end().len());
    }
    if is_blank_at(value.as_bytes().first()) {
        value.drain(..value.len() - value.trim_ascii_start().len());
    }
    if value.bytes().any(|byte| byte < b' ') {
        let words: Vec<&str> = value.split_ascii_whitespace().collect();
        *value = words.join(" ");
    }
}

/// Appends a part to a text whose parts are divided by line feeds. A part that repeats the one before it is left out:
/// banks print the same words as details and as entry information.
pub(super) fn add_part(text: &mut String, part: &str) {
    if text.is_empty() {
        text.push_str(part);
    } else if text.rsplit('\n').next() != Some(part) {
        text.push('\n');
        text.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn dates_are_civil_and_offsets_do_not_move_them() {
        for (text, expected) in [
            ("2024-12-31", Some(ReadDate::Exact(day(2024, 12, 31)))),
            ("2024-12-31T23:30:00-05:00", Some(ReadDate::Exact(day(2024, 12, 31)))),
            ("2024-12-31+01:00", Some(ReadDate::Exact(day(2024, 12, 31)))),
            ("2023-02-30", Some(ReadDate::Clamped(day(2023, 2, 28)))),
            ("2024-04-31", Some(ReadDate::Clamped(day(2024, 4, 30)))),
            ("2024-04-32", None),
            ("2024-13-01", None),
            ("0000-00-00", None),
            ("20241231", None),
            ("2024-12-3", None),
            ("2024-12-311", None),
            ("31.12.2024", None),
            ("+024-12-31", None),
            ("ä024-12-31", None),
            ("", None),
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_trimmed_and_kept_on_one_line() {
        for (raw, expected) in [
            (" \n a  b \t", "a  b"),
            ("a\r\n      b", "a b"),
            ("\u{a0}a", "\u{a0}a"),
            ("   ", ""),
            ("", ""),
        ] {
            let mut value = raw.to_owned();
            clean(&mut value);
            assert_eq!(value, expected, "{raw:?}");
        }
    }

    #[test]
    fn a_repeated_part_is_left_out() {
        let mut text = String::new();
        for part in ["rent", "rent", "March", "rent"] {
            add_part(&mut text, part);
        }
        assert_eq!(text, "rent\nMarch\nrent");
    }
}

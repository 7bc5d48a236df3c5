//! One record and its columns.

use std::borrow::Cow;
use tieout_core::Date;
use tieout_core::encoding::Decoder;
use tieout_core::problem::Place;

/// Two-digit years from here on belong to the twentieth century.
const CENTURY_PIVOT: i16 = 70;

/// A field: its name in the format's documentation, its first and its last column, from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// A field; the numbers are those of the documentation.
pub(crate) const fn column(name: &'static str, first: usize, last: usize) -> Column {
    Column { name, first, last }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// `311224`.
    DayMonthYear,
    /// `241231`.
    YearMonthDay,
    /// `31122024`.
    DayMonthCentury,
}

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// The printed day is not in its month; this is the month's last.
    pub(crate) clamped: bool,
}

/// The field holds something, but not what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// One record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// Its bytes, blanks at the end cut off.
    pub(crate) bytes: &'a [u8],
    /// The same as text, if all of it is ASCII.
    pub(super) text: Option<&'a str>,
    /// Number of its line, from 1.
    pub(crate) number: u64,
    /// Where it begins in the file.
    pub(crate) offset: u64,
    /// Where each character begins, for a line that holds UTF-8; empty where a character is a byte.
    pub(super) starts: &'a [usize],
}

impl<'a> Record<'a> {
    /// The field as it stands: shorter, or empty, where the record is.
    #[inline]
    pub(crate) fn raw(&self, at: Column) -> &'a [u8] {
        let (from, to) = if self.starts.is_empty() {
            (at.first - 1, at.last.min(self.bytes.len()))
        } else {
            let end = self.bytes.len();
            let begin = |index: usize| self.starts.get(index).copied().unwrap_or(end);
            (begin(at.first - 1), begin(at.last))
        };
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// The field without the blanks around it.
    #[inline]
    pub(crate) fn trimmed(&self, at: Column) -> &'a [u8] {
        let mut field = self.raw(at);
        // Most fields of most records are blank, at least at their end.
        while let Some((before, b"        ")) = field.split_last_chunk() {
            field = before;
        }
        field.trim_ascii()
    }

    /// Whether there is nothing but blanks in the field.
    #[inline]
    pub(crate) fn is_blank(&self, at: Column) -> bool {
        // Without an early end, so that the compiler looks at many bytes at once.
        let others = self.raw(at).iter().fold(0, |others, byte| others | (byte ^ b' '));
        others == 0 || self.trimmed(at).is_empty()
    }

    /// The text of the field, without the blanks around it.
    #[inline]
    pub(crate) fn text(&self, at: Column, decoder: &mut Decoder) -> Cow<'a, str> {
        if let Some(text) = self.text {
            return Cow::Borrowed(trimmed(field_of(text, at)));
        }
        let trimmed = self.trimmed(at);
        if trimmed.is_empty() {
            return Cow::Borrowed("");
        }
        decoder.decode(trimmed)
    }

    /// The text of the field as it stands.
    #[inline]
    pub(crate) fn raw_text(&self, at: Column, decoder: &mut Decoder) -> Cow<'a, str> {
        match self.text {
            Some(text) => Cow::Borrowed(field_of(text, at)),
            None => decoder.decode(self.raw(at)),
        }
    }

    /// One byte; a blank where the record is shorter.
    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        let at = if self.starts.is_empty() {
            at - 1
        } else {
            self.starts.get(at - 1).copied().unwrap_or(usize::MAX)
        };
        self.bytes.get(at).copied().unwrap_or(b' ')
    }

    /// Where the field is, for a problem.
    pub(crate) fn place(&self, at: Column) -> Place {
        Place {
            line: Some(self.number),
            column: u64::try_from(at.first).ok(),
            path: Some(at.name.to_owned()),
        }
    }

    /// Where the record ends in the file.
    #[inline]
    pub(crate) fn end(&self) -> u64 {
        self.offset.saturating_add(u64::try_from(self.bytes.len()).unwrap_or(0))
    }

    /// Up to 18 digits; `None` for blanks.
    #[inline]
    pub(crate) fn digits(&self, at: Column) -> Result<Option<i64>, Unreadable> {
        let raw = self.raw(at);
        if raw.len() == at.last + 1 - at.first
            && let Some(number) = number(raw)
        {
            return Ok(Some(number));
        }
        let digits = self.trimmed(at);
        if digits.is_empty() {
            return Ok(None);
        }
        // A field that is cut short would be another, smaller number.
        if raw.last().is_some_and(u8::is_ascii_digit) && self.width(at) < at.last + 1 - at.first {
            return Err(Unreadable);
        }
        number(digits).map(Some).ok_or(Unreadable)
    }

    /// How many columns of the field the record has.
    fn width(&self, at: Column) -> usize {
        if self.starts.is_empty() {
            self.raw(at).len()
        } else {
            self.starts.len().min(at.last).saturating_sub(at.first - 1)
        }
    }

    /// A date; `None` for blanks and zeros.
    #[inline]
    pub(crate) fn date(&self, at: Column, form: DateForm) -> Result<Option<Day>, Unreadable> {
        let raw = self.raw(at);
        match day(raw, form) {
            None if raw.iter().all(|byte| matches!(byte, b'0' | b' ')) => Ok(None),
            day => day.map(Some).ok_or(Unreadable),
        }
    }
}

/// The field of a record that is all ASCII.
#[inline]
fn field_of(record: &str, at: Column) -> &str {
    record.get(at.first - 1..at.last.min(record.len())).unwrap_or_default()
}

/// The text without the blanks around it, of which there are mostly many behind it.
#[inline]
pub(super) fn trimmed(text: &str) -> &str {
    let mut text = text;
    while let Some(before) = text.strip_suffix("        ") {
        text = before;
    }
    text.trim_ascii()
}

/// At most 18 digits, nothing else.
#[inline]
pub(crate) fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0_i64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

/// The date that exactly these digits are.
#[inline]
pub(crate) fn day(digits: &[u8], form: DateForm) -> Option<Day> {
    let (year, month, day) = match (form, digits) {
        (DateForm::DayMonthYear, [d1, d2, m1, m2, y1, y2]) => (short_year(*y1, *y2)?, two(*m1, *m2)?, two(*d1, *d2)?),
        (DateForm::YearMonthDay, [y1, y2, m1, m2, d1, d2]) => (short_year(*y1, *y2)?, two(*m1, *m2)?, two(*d1, *d2)?),
        (DateForm::DayMonthCentury, [d1, d2, m1, m2, c1, c2, y1, y2]) => {
            let year = i16::from(two(*c1, *c2)?) * 100 + i16::from(two(*y1, *y2)?);
            (year, two(*m1, *m2)?, two(*d1, *d2)?)
        }
        _ => return None,
    };
    if !(1..=31).contains(&day) || !(1900..=2199).contains(&year) {
        return None;
    }
    if let Ok(date) = Date::new(year, month, day) {
        return Some(Day { date, clamped: false });
    }
    let date = Date::new(year, month, 1).ok()?.last_of_month();
    Some(Day { date, clamped: true })
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<i8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens > 9 || ones > 9 {
        return None;
    }
    i8::try_from(tens * 10 + ones).ok()
}

#[inline]
fn short_year(tens: u8, ones: u8) -> Option<i16> {
    let year = i16::from(two(tens, ones)?);
    Some(if year >= CENTURY_PIVOT {
        1900 + year
    } else {
        2000 + year
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record<'a>(text: &'a str, starts: &'a [usize]) -> Record<'a> {
        Record {
            bytes: text.as_bytes(),
            text: text.is_ascii().then_some(text),
            number: 1,
            offset: 0,
            starts,
        }
    }

    #[test]
    fn columns_count_from_one_and_end_where_the_record_does() {
        let record = record("0123456", &[]);
        assert_eq!(record.raw(column("x", 1, 2)), b"01");
        assert_eq!(record.raw(column("x", 6, 20)), b"56");
        assert_eq!(record.raw(column("x", 8, 9)), b"");
        assert_eq!((record.byte(1), record.byte(8)), (b'0', b' '));
    }

    #[test]
    fn blanks_around_a_field_are_taken_off() {
        let decoder = &mut Decoder::default();
        for text in ["1  ab c                d", "1  äb c                d"] {
            let starts: Vec<usize> = if text.is_ascii() {
                Vec::new()
            } else {
                text.char_indices().map(|(at, _)| at).collect()
            };
            let record = record(text, &starts);
            let expected = text.get(3..).unwrap().trim_end_matches('d').trim();
            assert_eq!(record.text(column("x", 2, 22), decoder), expected);
            assert_eq!(record.trimmed(column("x", 2, 22)), expected.as_bytes());
            assert_eq!(record.text(column("x", 8, 22), decoder), "");
            assert_eq!(record.text(column("x", 23, 40), decoder), "d");
            assert_eq!(record.raw_text(column("x", 22, 24), decoder), "  d");
        }
    }

    #[test]
    fn columns_are_characters_in_utf8() {
        let text = "aé12";
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let record = record(text, &starts);
        assert_eq!(record.raw(column("x", 2, 2)), "é".as_bytes());
        assert_eq!(record.digits(column("x", 3, 4)), Ok(Some(12)));
        assert_eq!(record.byte(3), b'1');
    }

    #[test]
    fn a_number_that_is_cut_is_no_number() {
        let record = record("12345", &[]);
        assert_eq!(record.digits(column("x", 4, 8)), Err(Unreadable));
        assert_eq!(record.digits(column("x", 1, 5)), Ok(Some(12345)));
        assert_eq!(record.digits(column("x", 6, 8)), Ok(None));
    }

    #[test]
    fn dates_are_read_in_their_form() {
        for (text, form, read) in [
            ("311224", DateForm::DayMonthYear, Some(("2024-12-31", false))),
            ("241231", DateForm::YearMonthDay, Some(("2024-12-31", false))),
            ("31122024", DateForm::DayMonthCentury, Some(("2024-12-31", false))),
            ("300224", DateForm::DayMonthYear, Some(("2024-02-29", true))),
            ("010170", DateForm::DayMonthYear, Some(("1970-01-01", false))),
            ("320124", DateForm::DayMonthYear, None),
            ("011324", DateForm::DayMonthYear, None),
            ("  CART", DateForm::DayMonthYear, None),
            ("0101", DateForm::DayMonthYear, None),
        ] {
            let got = day(text.as_bytes(), form).map(|day| (day.date.to_string(), day.clamped));
            assert_eq!(got, read.map(|(date, clamped)| (date.to_owned(), clamped)), "{text}");
        }
        assert_eq!(
            record("000000", &[]).date(column("x", 1, 6), DateForm::DayMonthYear),
            Ok(None)
        );
    }
}

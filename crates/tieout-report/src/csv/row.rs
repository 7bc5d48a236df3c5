//! Rows of the long tables, written cell by cell into one buffer: a million rows make no text of their own.

use super::guarded;
use std::io::{self, Write};
use tieout_core::Date;

/// A table on its way out.
pub(super) struct Rows<'o> {
    out: &'o mut dyn Write,
    text: Vec<u8>,
    /// Digits of a number, the last one first.
    digits: Vec<u8>,
    /// The row has a cell already.
    begun: bool,
}

/// The buffer is written when it is longer than this.
const FULL: usize = 64 * 1024;

impl<'o> Rows<'o> {
    /// A table with a header.
    pub(super) fn new(out: &'o mut dyn Write, header: &[&str]) -> io::Result<Self> {
        let mut rows = Self {
            out,
            text: Vec::with_capacity(FULL + FULL / 4),
            digits: Vec::new(),
            begun: false,
        };
        for name in header {
            rows.code(name);
        }
        rows.end()?;
        Ok(rows)
    }

    /// A word of ours.
    pub(super) fn code(&mut self, code: &str) {
        self.cell();
        self.text.extend_from_slice(code.as_bytes());
    }

    /// A text of a file, disarmed and quoted where it must be.
    pub(super) fn text(&mut self, text: &str) {
        self.cell();
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b',');
        let begins_well = text
            .bytes()
            .next()
            .is_none_or(|first| !matches!(first, b'=' | b'+' | b'-' | b'@'));
        if begins_well && text.as_bytes().iter().all(is_plain) {
            self.text.extend_from_slice(text.as_bytes());
            return;
        }
        let text = guarded(text);
        if !text.contains([',', '"', '\n', '\r']) {
            self.text.extend_from_slice(text.as_bytes());
            return;
        }
        self.text.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                self.text.push(b'"');
            }
            self.text.push(byte);
        }
        self.text.push(b'"');
    }

    /// `YYYY-MM-DD`, or nothing.
    pub(super) fn date(&mut self, date: Option<Date>) {
        self.cell();
        let Some(date) = date else { return };
        let year = u64::from(date.year().unsigned_abs());
        if date.year() < 0 {
            self.text.extend_from_slice(date.to_string().as_bytes());
            return;
        }
        self.padded(year, 4);
        self.text.push(b'-');
        self.padded(u64::from(date.month().unsigned_abs()), 2);
        self.text.push(b'-');
        self.padded(u64::from(date.day().unsigned_abs()), 2);
    }

    /// An amount in minor units as a decimal.
    pub(super) fn amount(&mut self, minor: i64, digits: u8) {
        self.cell();
        if minor < 0 {
            self.text.push(b'-');
        }
        self.decimal(minor.unsigned_abs(), digits);
    }

    /// Parts per million as a fraction of one: `0.990100`; or nothing.
    pub(super) fn confidence(&mut self, ppm: Option<u32>) {
        self.cell();
        if let Some(ppm) = ppm {
            self.decimal(u64::from(ppm), 6);
        }
    }

    /// A number, empty instead of zero.
    pub(super) fn nonzero(&mut self, number: u32) {
        self.cell();
        if number != 0 {
            self.padded(u64::from(number), 1);
        }
    }

    /// The row is complete.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.text.push(b'\n');
        self.begun = false;
        if self.text.len() >= FULL {
            self.flush()?;
        }
        Ok(())
    }

    /// The table is complete.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    fn cell(&mut self) {
        if self.begun {
            self.text.push(b',');
        }
        self.begun = true;
    }

    fn decimal(&mut self, number: u64, digits: u8) {
        let unit = 10_u64.checked_pow(u32::from(digits)).unwrap_or(1);
        self.padded(number / unit, 1);
        if digits > 0 {
            self.text.push(b'.');
            self.padded(number % unit, usize::from(digits));
        }
    }

    /// A number with leading zeros.
    fn padded(&mut self, number: u64, width: usize) {
        self.digits.clear();
        let mut rest = number;
        while rest > 0 || self.digits.len() < width {
            self.digits.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
        }
        self.text.extend(self.digits.iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use tieout_core::Decimal;

    fn row(fill: impl FnOnce(&mut Rows<'_>)) -> String {
        let mut out = Vec::new();
        let mut rows = Rows::new(&mut out, &["a"]).unwrap();
        fill(&mut rows);
        rows.end().unwrap();
        rows.finish().unwrap();
        String::from_utf8(out).unwrap().strip_prefix("a\n").unwrap().to_owned()
    }

    #[test]
    fn texts_are_disarmed_and_quoted() {
        for text in [
            "plain",
            "",
            "a,b",
            "say \"hi\"",
            "=1+1",
            "Zürich, CH",
            "tab\there",
            "-4.20",
            "\u{ff1d}x",
        ] {
            let mut expected = csv::Writer::from_writer(Vec::new());
            expected.write_record([&*guarded(text), "z"]).unwrap();
            let expected = String::from_utf8(expected.into_inner().unwrap()).unwrap();
            let written = row(|rows| {
                rows.text(text);
                rows.code("z");
            });
            assert_eq!(written, expected, "{text:?}");
        }
    }

    #[test]
    fn amounts_and_dates_are_those_of_the_other_forms() {
        for (minor, digits) in [
            (0, 2),
            (-5, 2),
            (123_456, 2),
            (-1_000, 0),
            (7, 3),
            (i64::MIN, 2),
            (i64::MAX, 4),
        ] {
            let expected = format!("{}\n", Decimal::from_minor(minor, digits));
            assert_eq!(row(|rows| rows.amount(minor, digits)), expected);
        }
        for day in [date(2024, 2, 29), date(1, 1, 1), date(-3, 7, 5)] {
            assert_eq!(row(|rows| rows.date(Some(day))), format!("{day}\n"));
        }
        for (ppm, expected) in [(1_000_000, "1.000000\n"), (990_100, "0.990100\n"), (7, "0.000007\n")] {
            assert_eq!(row(|rows| rows.confidence(Some(ppm))), expected);
        }
        let empty = |rows: &mut Rows<'_>| {
            rows.date(None);
            rows.nonzero(0);
            rows.nonzero(1_204);
        };
        assert_eq!(row(empty), ",,1204\n");
    }
}

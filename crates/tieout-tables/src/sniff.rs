//! How a delimited text is written: delimiter, quote and line end, told from its beginning.

use crate::amounts::{DecimalMark, read_amount};
use crate::dates::is_date;
use crate::records::{Dialect, Records};
use crate::row::Row;
use memchr::{memchr, memchr_iter, memmem};
use std::io;

/// Delimiters in the order in which they are preferred.
pub const DELIMITERS: &[u8] = b";,\t|^";

/// Text holds at most one NUL in so many bytes.
const BYTES_PER_NUL: usize = 60;
/// And at most one other control character in so many; bytes at random have five in sixty.
const BYTES_PER_CONTROL: usize = 40;

/// Tells the dialect from the head of a file; `None` if no delimiter divides it into a table. `delimiter` if a person
/// said it.
pub fn dialect(head: &[u8], delimiter: Option<u8>) -> Option<Dialect> {
    let line_end = line_end(head);
    let candidates = match &delimiter {
        Some(delimiter) => std::slice::from_ref(delimiter),
        None => DELIMITERS,
    };
    let mut best: Option<(Dialect, u64)> = None;
    for &delimiter in candidates {
        if memchr(delimiter, head).is_none() && candidates.len() > 1 {
            continue;
        }
        let dialect = Dialect {
            delimiter,
            quote: quote(head, delimiter, line_end),
            line_end,
        };
        let score = score(head, dialect);
        if (score > 0 || candidates.len() == 1) && best.is_none_or(|(_, known)| score > known) {
            best = Some((dialect, score));
        }
    }
    best.map(|(dialect, _)| dialect)
}

/// Whether the head of a file can be text. Old systems pad with NUL behind the text; within it a stray one is damage that
/// costs its own row, and more are no text.
pub fn is_text(head: &[u8]) -> bool {
    let padding = head.iter().rev().take_while(|byte| matches!(byte, 0 | 0x1A)).count();
    let printed = head.get(..head.len() - padding).unwrap_or(head);
    // Control characters other than blanks, ends of lines and pages, and those that change the charset: old programs print
    // one here and there.
    let is_control = |byte: &&u8| matches!(**byte, 1..=8 | 0x10..=0x1A | 0x1C..=0x1F | 0x7F);
    memchr_iter(0, printed).count() <= printed.len() / BYTES_PER_NUL
        && printed.iter().filter(is_control).count() <= (printed.len() / BYTES_PER_CONTROL).max(1)
}

/// `\n` unless the text has only `\r`.
fn line_end(head: &[u8]) -> u8 {
    if memchr(b'\n', head).is_none() && memchr(b'\r', head).is_some() {
        b'\r'
    } else {
        b'\n'
    }
}

/// `'` where fields begin and end with it and none with `"`.
fn quote(head: &[u8], delimiter: u8, line_end: u8) -> u8 {
    let opens = |quote: u8| {
        let behind = |mark: u8| memmem::find_iter(head, &[mark, quote]).count();
        let closes = memmem::find_iter(head, &[quote, delimiter]).count();
        (behind(delimiter) + behind(line_end)).min(closes)
    };
    if opens(b'"') == 0 && opens(b'\'') > memchr_iter(line_end, head).count() / 2 {
        b'\''
    } else {
        b'"'
    }
}

/// How much a reading in this dialect looks like a table: records of the same width, with dates and amounts in them.
fn score(head: &[u8], dialect: Dialect) -> u64 {
    let mut records = Records::new(head, dialect);
    let mut row = Row::default();
    let mut widths: Vec<(usize, u64)> = Vec::new();
    let (mut typed, mut count) = (0_u64, 0_u64);
    while count < 200 && matches!(records.read(&mut row), io::Result::Ok(true)) {
        if row.is_blank() {
            continue;
        }
        count += 1;
        if row.len() > 1 {
            if let Some((_, count)) = widths.iter_mut().find(|(width, _)| *width == row.len()) {
                *count += 1;
            } else if widths.len() < 64 {
                widths.push((row.len(), 1));
            }
        }
        let date = row.cells().any(is_date);
        let amount = row.cells().any(looks_like_amount);
        typed += u64::from(date && row.len() > 1) + 2 * u64::from(date && amount);
    }
    let Some((width, alike)) = widths.into_iter().max_by_key(|(_, count)| *count) else {
        return 0;
    };
    let width = u64::try_from(width.min(40)).unwrap_or(0);
    typed * 1000 + alike * 100 / count.max(1) * 10 + width
}

/// Whether a cell reads as an amount under either decimal mark.
pub(crate) fn looks_like_amount(cell: &[u8]) -> bool {
    !cell.is_empty()
        && cell.iter().any(u8::is_ascii_digit)
        && (read_amount(cell, DecimalMark::Point).is_ok() || read_amount(cell, DecimalMark::Comma).is_ok())
}

/// Whether a cell is a dash, as stands where there is no amount.
pub(crate) fn is_dash(cell: &[u8]) -> bool {
    matches!(cell, b"-" | b"--" | b"\xE2\x80\x93" | b"\xE2\x80\x94")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(text: &str) -> Option<(char, char)> {
        dialect(text.as_bytes(), None).map(|d| (char::from(d.delimiter), char::from(d.quote)))
    }

    #[test]
    fn the_delimiter_makes_rows_of_one_width_with_dates_and_amounts() {
        for (text, expected) in [
            ("a,b\n1,2\n", Some((',', '"'))),
            ("02.03.2018;-17,22;x\n03.03.2018;5,00;y, z\n", Some((';', '"'))),
            (
                "\"2018-03-01\",\"-2,56\",\"a\"\n\"2018-03-09\",\"750,00\",\"b\"\n",
                Some((',', '"')),
            ),
            ("18.09.2017\ta, b\t33,87\n19.09.2017\tc\t1,00\n", Some(('\t', '"'))),
            (
                "Account;DE1\n\nDate|Text|Amount\n2020-01-01|a;b|5.00\n2020-01-02|c|6.00\n",
                Some(('|', '"')),
            ),
            ("'2020-01-01';'a;b';'1'\n'2020-01-02';'c';'2'\n", Some((';', '\''))),
            ("one line of text", None),
            ("", None),
        ] {
            assert_eq!(sniffed(text), expected, "{text:?}");
        }
    }
}

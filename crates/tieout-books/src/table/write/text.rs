//! Rows as the bytes of a delimited file.

use crate::write::one_line;
use encoding_rs::Encoding;
use tieout_tables::records::Dialect;

/// Spreadsheets run what begins like a formula; an apostrophe keeps it text.
pub(super) fn harmless(text: &str) -> String {
    let plain = one_line(text);
    if plain.starts_with(['=', '+', '-', '@']) {
        format!("'{plain}")
    } else {
        plain
    }
}

pub(super) fn push_row(text: &mut String, cells: &[String], dialect: Dialect) {
    let (delimiter, quote) = (char::from(dialect.delimiter), char::from(dialect.quote));
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push(delimiter);
        }
        if cell.contains([delimiter, quote, '\n', '\r']) || cell.starts_with(['"', '\'']) {
            let doubled = cell.replace(quote, &format!("{quote}{quote}"));
            text.push(quote);
            text.push_str(&doubled);
            text.push(quote);
        } else {
            text.push_str(cell);
        }
    }
    text.push_str(line_end(dialect));
}

pub(super) fn line_end(dialect: Dialect) -> &'static str {
    if dialect.line_end == b'\r' { "\r" } else { "\n" }
}

/// The text in a charset; characters that it lacks become question marks.
pub(super) fn encoded(text: &str, charset: &'static Encoding) -> Vec<u8> {
    if charset == encoding_rs::UTF_16LE || charset == encoding_rs::UTF_16BE {
        let to_bytes = if charset == encoding_rs::UTF_16LE {
            u16::to_le_bytes
        } else {
            u16::to_be_bytes
        };
        return text.encode_utf16().flat_map(to_bytes).collect();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        let (encoded, _, lacking) = charset.encode(c.encode_utf8(&mut buffer));
        bytes.extend_from_slice(if lacking { b"?" } else { &encoded });
    }
    bytes
}

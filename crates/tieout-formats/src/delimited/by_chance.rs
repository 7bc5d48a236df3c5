//! Letters of an old charset that are one letter of UTF-8 by chance.

use std::borrow::Cow;
use tieout_core::encoding::Decoder;

/// The text of a cell. In a file of another charset two of its letters may be one of UTF-8 by chance (`SPÓŁKA` in Windows-1250);
/// then a letter of another script stands among Latin ones, and each byte is read by itself.
pub(super) fn decoded<'c>(decoder: &mut Decoder, cell: &'c [u8]) -> Cow<'c, str> {
    let text = decoder.decode(cell);
    if !cell.is_ascii() && has_foreign_letter(&text) {
        let letters = cell
            .iter()
            .map(|byte| decoder.decode(std::slice::from_ref(byte)).into_owned());
        return Cow::Owned(letters.collect());
    }
    text
}

/// Whether a letter of Greek, Cyrillic, Hebrew, Arabic or the like stands right beside a Latin one.
fn has_foreign_letter(text: &str) -> bool {
    let is_foreign = |c: char| ('\u{370}'..'\u{800}').contains(&c) && c.is_alphabetic();
    let beside = |a: char, b: char| a.is_ascii_alphabetic() && is_foreign(b);
    let mut pairs = text.chars().zip(text.chars().skip(1));
    pairs.any(|(a, b)| beside(a, b) || beside(b, a))
}

//! Texts in charsets that lack many letters: what a charset lacks is written with letters that it has.

use std::borrow::Cow;
use std::iter;
use tieout_core::cp437;

/// Whether Windows-1252 has a character.
fn is_western(c: char) -> bool {
    let mut buffer = [0; 4];
    c.is_ascii() || !encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer)).2
}

/// Whether code page 437 has a character; it writes `?` for others.
fn is_of_dos(c: char) -> bool {
    let mut buffer = [0; 4];
    c.is_ascii() || cp437::encode(c.encode_utf8(&mut buffer)) != b"?"
}

/// The text with Latin letters for those that the charset lacks, and `?` for what has none. No quote, divider or end of line
/// comes in that way: the text may stand in quotes already.
fn written_in(has: fn(char) -> bool, text: &str) -> Cow<'_, str> {
    if text.chars().all(has) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if has(c) {
            written.extend(iter::once(c));
            continue;
        }
        for latin in deunicode::deunicode_char(c).unwrap_or("?").chars() {
            written.push(match latin {
                '"' => '\'',
                '\\' => '/',
                ';' => ',',
                latin if latin.is_control() => ' ',
                latin if has(latin) => latin,
                _ => '?',
            });
        }
    }
    Cow::Owned(written)
}

/// The text with nothing that Windows-1252 lacks.
pub(super) fn western(text: &str) -> Cow<'_, str> {
    written_in(is_western, text)
}

/// The bytes of a text in Windows-1252.
pub(super) fn in_windows_1252(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(&western(text)).0.into_owned()
}

/// The bytes of a text in code page 437.
pub(super) fn in_cp437(text: &str) -> Vec<u8> {
    cp437::encode(&written_in(is_of_dos, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_charset_lacks_is_written_with_letters_that_it_has() {
        assert_eq!(western("Łódź Müller 5 €"), "Lódz Müller 5 €");
        assert_eq!(in_cp437("Łódź Åkeri 5 €"), b"L\xA2dz \x8Fkeri 5 EUR");
        assert_eq!(in_windows_1252("Mu\u{308}ller \u{E000}"), b"Muller ?");
        // Quotes that a text may stand in are not ended.
        assert!(!in_cp437("\u{201C}a\u{2033}").contains(&b'"'));
    }
}

//! Texts as rules compare them: capital ASCII letters and digits, words divided by one blank.
//!
//! Words end where the engine's tokens do (see `normalise.rs`), so that what a person writes into a rule is compared as
//! the engine compares it: case, accents and marks make no difference.

use std::borrow::Cow;

/// The folded form: `Café Müller-Lüdenscheidt, O'Neill` is `CAFE MULLER LUDENSCHEIDT ONEILL`.
pub fn fold(text: &str) -> String {
    let ascii: Cow<'_, str> = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(deunicode::deunicode(text))
    };
    let mut folded = String::with_capacity(ascii.len());
    for byte in ascii.bytes() {
        if byte.is_ascii_alphanumeric() {
            folded.push(char::from(byte.to_ascii_uppercase()));
        } else if byte != b'\'' && !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_marks_make_no_difference() {
        assert_eq!(fold(" Café  Müller-Süd, O'Neill! "), "CAFE MULLER SUD ONEILL");
        assert_eq!((fold("--"), fold("")), (String::new(), String::new()));
    }
}

//! Texts as comparable tokens: words, numbers and codes, in capital ASCII, whatever the bank or the bookkeeper wrote.
//!
//! * A **word** is a run of letters: `Müller` and `MUELLER` stay two, accents and case go.
//! * A **number** is the digits of a token without leading zeros, when there are three or more: `INV-007521`, `INV07521`
//!   and `7521` are one. Letters typed for digits at the front (`O14937`) go with the zeros.
//! * A **code** is a short token of letters and digits (`52F`), also joined with the word before it (`UNIT 52F` and
//!   `UNIT52F` are one). Letters that are taken for digits count as those (`3OD` is `30D`).
//! * An **initial** is a letter that stands alone.

use std::borrow::Cow;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Letters, two or more.
    Word(&'a str),
    /// Three digits or more, without leading zeros.
    Number(&'a str),
    /// Letters and digits, few of them digits.
    Code(&'a str),
    /// One letter, by its place in the alphabet from 0.
    Initial(u32),
}

/// Longest token that is looked at; what is longer is cut, so that no text costs more than its length.
const MAX_TOKEN: usize = 40;

/// Buffers of the tokeniser, kept between texts.
#[derive(Debug, Default)]
pub(crate) struct Tokeniser {
    token: String,
    digits: String,
    joined: String,
    word_before: String,
}

impl Tokeniser {
    /// Calls `found` with each token of a text, in order.
    pub(crate) fn each(&mut self, text: &str, mut found: impl FnMut(Token<'_>)) {
        let ascii: Cow<'_, str> = if text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(deunicode::deunicode(text))
        };
        self.word_before.clear();
        self.token.clear();
        for byte in ascii.bytes() {
            if byte.is_ascii_alphanumeric() {
                if self.token.len() < MAX_TOKEN {
                    self.token.push(char::from(byte.to_ascii_uppercase()));
                }
            } else if byte != b'\'' && !self.token.is_empty() {
                self.end(&mut found);
            }
        }
        if !self.token.is_empty() {
            self.end(&mut found);
        }
    }

    fn end(&mut self, found: &mut impl FnMut(Token<'_>)) {
        if self.token.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            match self.token.as_bytes() {
                [letter] => found(Token::Initial(u32::from(letter - b'A'))),
                _ => found(Token::Word(&self.token)),
            }
            std::mem::swap(&mut self.word_before, &mut self.token);
            self.token.clear();
            return;
        }
        self.digits.clear();
        self.digits.extend(self.token.chars().filter(char::is_ascii_digit));
        let number = self.digits.trim_start_matches('0');
        if number.len() >= 3 {
            found(Token::Number(number));
        } else {
            if self.token.len() > self.digits.len() && self.token.len() >= 3 {
                self.joined.clear();
                self.joined.extend(self.token.chars().map(as_digit));
                found(Token::Code(&self.joined));
            }
            if !self.word_before.is_empty() && !self.digits.is_empty() {
                self.joined.clear();
                self.joined
                    .extend(self.word_before.chars().chain(self.token.chars()).map(as_digit));
                found(Token::Code(&self.joined));
            }
        }
        self.word_before.clear();
        self.token.clear();
    }
}

/// The digit that a letter is mistaken for.
fn as_digit(sign: char) -> char {
    match sign {
        'O' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        sign => sign,
    }
}

/// The consonants of a word behind its first letter, doubled ones once: `CNTRL` for `CENTRAL`.
pub(crate) fn skeleton(word: &str, into: &mut String) {
    into.clear();
    for letter in word.chars() {
        let vowel = matches!(letter, 'A' | 'E' | 'I' | 'O' | 'U');
        if into.is_empty() || (!vowel && !into.ends_with(letter)) {
            into.push(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> String {
        let mut all = Vec::new();
        Tokeniser::default().each(text, |token| {
            all.push(match token {
                Token::Word(text) => text.to_owned(),
                Token::Number(text) => format!("#{text}"),
                Token::Code(text) => format!("~{text}"),
                Token::Initial(letter) => format!("{letter}."),
            });
        });
        all.join(" ")
    }

    #[test]
    fn texts_become_tokens() {
        for (text, expected) in [
            ("ACH Debit Acme-Works", "ACH DEBIT ACME WORKS"),
            ("Überweisung Çelik, Łódź", "UBERWEISUNG CELIK LODZ"),
            ("INV-007521 / INV07521", "INV #7521 #7521"),
            ("unit 52F", "UNIT ~52F ~UN1T52F"),
            ("UNIT52F", "~UN1T52F"),
            ("flat 3OD", "FLAT ~30D ~F1AT30D"),
            ("ref 12 of 2024", "REF ~REF12 OF #2024"),
            ("Kim D. Perez", "KIM 3. PEREZ"),
            ("O'Brien & Co.", "OBRIEN CO"),
            ("O14937", "#14937"),
            ("", ""),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn long_runs_are_cut() {
        assert_eq!(tokens(&"A".repeat(100)).len(), MAX_TOKEN);
    }

    #[test]
    fn skeletons_keep_the_consonants() {
        let mut text = String::new();
        for (word, expected) in [
            ("CENTRAL", "CNTRL"),
            ("ASSOCIATES", "ASCTS"),
            ("EAGLE", "EGL"),
            ("", ""),
        ] {
            skeleton(word, &mut text);
            assert_eq!(text, expected);
        }
    }
}

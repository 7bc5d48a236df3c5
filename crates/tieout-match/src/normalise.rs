//! Texts as comparable tokens: words, numbers and codes, in capital ASCII, whatever the bank or the bookkeeper wrote.
//!
//! * A **word** is a run of letters: accents and case go. [`one_spelling`] makes `Müller` and `MUELLER` one.
//! * A **number** is the digits of a token without leading zeros, when there are three or more: `INV-007521`, `INV07521`
//!   and `7521` are one. Letters typed for digits at the front (`O14937`) go with the zeros.
//! * A **code** is a token of letters and up to three digits (`52F`, `PT0276`), or such digits joined with the word before
//!   them (`UNIT 52F` and `UNIT52F` are one). Letters that are taken for digits count as those (`3OD` is `30D`).
//! * An **initial** is a letter that stands alone; those of `A/C` and `F/FLOW` do not.
//! * A **figure** is what has too few digits to be a number: no token to look for, but `2026-02` is not `2026-03`.

use std::borrow::Cow;
use std::sync::LazyLock;

/// What a token is, in capital ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Letters, two or more.
    Word(&'a [u8]),
    /// Three digits or more, without leading zeros.
    Number(&'a [u8]),
    /// Letters and digits, few of them digits.
    Code(&'a [u8]),
    /// One letter, by its place in the alphabet from 0.
    Initial(u32),
    /// Fewer digits than make a number, without leading zeros; they may be part of a code as well.
    Figure(&'a [u8]),
}

/// Longest token that is looked at; what is longer is cut, so that no text costs more than its length.
const MAX_TOKEN: usize = 40;

/// The capital of a letter, a digit as it is, 0 for all that divides tokens.
static CAPITALS: LazyLock<[u8; 256]> = LazyLock::new(|| {
    std::array::from_fn(|place| match u8::try_from(place) {
        Ok(byte) if byte.is_ascii_alphanumeric() => byte.to_ascii_uppercase(),
        _ => 0,
    })
});

/// Digits that a number has at least.
const NUMBER: usize = 3;

/// Buffers of the tokeniser, kept between texts.
#[derive(Debug, Default)]
pub(crate) struct Tokeniser {
    token: Buffer,
    word_before: Buffer,
    digits: Vec<u8>,
    joined: Vec<u8>,
}

/// A token on its way.
#[derive(Debug)]
struct Buffer {
    bytes: [u8; MAX_TOKEN],
    length: usize,
    digits: usize,
}

impl Default for Buffer {
    fn default() -> Self {
        Self {
            bytes: [0; MAX_TOKEN],
            length: 0,
            digits: 0,
        }
    }
}

impl Buffer {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
            self.digits += usize::from(byte.is_ascii_digit());
        }
    }

    fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.length = 0;
        self.digits = 0;
    }
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
        let capitals = &*CAPITALS;
        let mut stroke = false;
        for (place, byte) in ascii.bytes().enumerate() {
            let capital = capitals.get(usize::from(byte)).copied().unwrap_or(0);
            if capital != 0 {
                self.token.push(capital);
            } else if byte != b'\'' {
                let ends = byte == b'/' && is_abbreviated(ascii.as_bytes(), place);
                if self.token.length > 0 {
                    self.end(stroke || ends, &mut found);
                }
                stroke = ends;
            }
        }
        if self.token.length > 0 {
            self.end(stroke, &mut found);
        }
    }

    fn end(&mut self, stroke: bool, found: &mut impl FnMut(Token<'_>)) {
        let token = self.token.text();
        if self.token.digits == 0 {
            match token {
                [_] if stroke => {}
                [letter] => found(Token::Initial(u32::from(letter - b'A'))),
                _ => found(Token::Word(token)),
            }
            std::mem::swap(&mut self.word_before, &mut self.token);
            self.token.clear();
            return;
        }
        self.digits.clear();
        self.digits.extend(token.iter().copied().filter(u8::is_ascii_digit));
        let zeros = self.digits.iter().take_while(|digit| **digit == b'0').count();
        let number = self.digits.get(zeros..).unwrap_or_default();
        if number.len() >= NUMBER {
            found(Token::Number(number));
        } else {
            found(Token::Figure(number));
        }
        // A short number is that of a flat, a lot, a member: what it is of, and its zeros, tell it from others.
        if number.len() <= NUMBER {
            if self.token.length > self.token.digits && self.token.length >= 3 {
                self.joined.clear();
                self.joined.extend(token.iter().copied().map(as_digit));
                found(Token::Code(&self.joined));
            }
            let word = self.word_before.text();
            if !word.is_empty() {
                self.joined.clear();
                self.joined.extend(word.iter().chain(token).copied().map(as_digit));
                found(Token::Code(&self.joined));
            }
        }
        self.word_before.clear();
        self.token.clear();
    }
}

/// Shorter words are left as they are: `SUE`, `DOE`.
const SHORTEST_SPELLED: usize = 4;

/// A word as it is compared: vowels that are written with two letters where their mark is missing become one letter, as the
/// mark is left out elsewhere (`MUELLER` and `Müller`, `SOERENSEN` and `Sørensen`, `AASE` and `Åse`). That `BLUE` becomes `BLU`
/// does no harm, as it does so everywhere. `None` if nothing changes.
pub(crate) fn one_spelling<'b>(word: &[u8], into: &'b mut Vec<u8>) -> Option<&'b [u8]> {
    let is_double = |pair: &[u8]| matches!(pair, b"AE" | b"OE" | b"UE" | b"AA");
    if word.len() < SHORTEST_SPELLED || !word.windows(2).any(is_double) {
        return None;
    }
    into.clear();
    let mut rest = word;
    while let Some((letter, after)) = rest.split_first() {
        into.push(*letter);
        let is_one = rest.get(..2).is_some_and(is_double);
        rest = if is_one {
            rest.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    Some(into)
}

/// What banks write with a stroke, and nobody is called: account, care of, direct debit, faster payment and the like.
const ABBREVIATED: &[&[u8]] = &[
    b"A/C", b"B/P", b"C/O", b"D/D", b"F/FLOW", b"F/P", b"I/C", b"O/D", b"S/O", b"T/T",
];

/// The stroke at a place is that of an abbreviation of banks: its letters are no initials.
fn is_abbreviated(text: &[u8], stroke: usize) -> bool {
    let is_letter = |sign: &u8| sign.is_ascii_alphanumeric();
    let Some(start) = stroke.checked_sub(1) else {
        return false;
    };
    let stands_alone = start
        .checked_sub(1)
        .and_then(|before| text.get(before))
        .is_none_or(|sign| !is_letter(sign));
    let rest = text.get(start..).unwrap_or_default();
    let begins = |known: &&[u8]| {
        let (begins, behind) = rest.split_at_checked(known.len()).unwrap_or_default();
        begins.eq_ignore_ascii_case(known) && behind.first().is_none_or(|sign| !is_letter(sign))
    };
    stands_alone && ABBREVIATED.iter().any(begins)
}

/// The digit that a letter is mistaken for.
fn as_digit(sign: u8) -> u8 {
    match sign {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'B' => b'8',
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
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            all.push(match token {
                Token::Word(word) => text(word),
                Token::Number(number) => format!("#{}", text(number)),
                Token::Code(code) => format!("~{}", text(code)),
                Token::Initial(letter) => format!("{letter}."),
                Token::Figure(_) => return,
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
            ("F/P RECEIPT", "RECEIPT"),
            ("F/FLOW ANN B", "FLOW ANN 1."),
            ("TO A/C SMITH J/REMI", "TO SMITH 9. REMI"),
            ("NAME/J SMITH/REMI", "NAME 9. SMITH REMI"),
            ("J/", "9."),
            ("J/K SMITH", "9. 10. SMITH"),
            ("J/SMITH", "9. SMITH"),
            ("", ""),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn vowels_with_marks_are_spelled_one_way() {
        let mut buffer = Vec::new();
        let mut spelled = |word: &str| {
            let text = one_spelling(word.as_bytes(), &mut buffer).unwrap_or(word.as_bytes());
            String::from_utf8(text.to_vec()).unwrap()
        };
        for (word, expected) in [
            ("MUELLER", "MULLER"),
            ("MULLER", "MULLER"),
            ("OEZGUER", "OZGUR"),
            ("AASE", "ASE"),
            ("AAEN", "AEN"),
            ("QUEEN", "QUEN"),
            ("SUE", "SUE"),
            ("", ""),
        ] {
            assert_eq!(spelled(word), expected, "{word}");
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

//! The purpose of a payment as German banks write it: chunks of 27 characters, cut anywhere, with words of their own
//! (`EREF+`, `SVWZ+` ...), which a cut may split too. So chunks are joined first and taken apart at the words after.

use super::{push_part, set, set_account, set_original};
use crate::model::Line;
use crate::mt940::cut;

/// Length of a full chunk, in characters; what follows it goes on without a blank.
const FULL_CHUNK: usize = 27;

/// The purpose of one line while it is joined; kept to be used again.
#[derive(Debug, Default)]
pub(in super::super) struct Purpose {
    text: String,
    /// Where chunks were joined without a blank: a word may begin there.
    seams: Vec<usize>,
    full: bool,
    /// Words that begin a chunk.
    begun: Vec<Begun>,
    /// Short chunks were joined: there are line feeds in the text.
    has_short: bool,
}

/// A word in the purpose, and what its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Text,
    EndToEnd,
    CustomerRef,
    Mandate,
    Creditor,
    Originator,
    Ultimate,
    Account,
    Bank,
    Purpose,
    Original,
    /// Known, but with no field of its own: kept in the text with its word.
    Kept,
}

/// A word and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Begun {
    word: Word,
    /// Where it begins.
    start: usize,
    /// Where its value begins.
    value: usize,
}

/// Whether a chunk is full: the next one goes on without a blank.
pub(super) fn is_full(chunk: &str) -> bool {
    chunk.len() >= FULL_CHUNK && (chunk.is_ascii() || chunk.chars().count() >= FULL_CHUNK)
}

impl Purpose {
    /// Forgets the text and keeps the memory.
    pub(in super::super) fn clear(&mut self) {
        self.text.clear();
        self.seams.clear();
        self.begun.clear();
        self.full = false;
        self.has_short = false;
    }

    /// Adds a chunk. A line feed marks the end of a short one, unless a word ends it anyway.
    pub(in super::super) fn push(&mut self, chunk: &str) {
        let word = word_at_start(chunk);
        if !self.text.is_empty() {
            if self.full || word.is_some() {
                self.seams.push(self.text.len());
            } else {
                self.text.push('\n');
                self.has_short = true;
            }
        }
        if let Some(word) = word {
            let start = self.text.len();
            self.begun.push(Begun {
                word,
                start,
                value: start + 5,
            });
        }
        self.text.push_str(chunk);
        self.full = is_full(chunk);
    }

    /// Takes the text apart at its words.
    pub(in super::super) fn apply(&self, line: &mut Line) {
        let all = if self.has_only_words_at_starts() {
            self.begun.as_slice()
        } else {
            &self.words()
        };
        let mut before = Begun {
            word: Word::Text,
            start: 0,
            value: 0,
        };
        for next in all {
            self.assign(before, next.start, line);
            before = *next;
        }
        self.assign(before, self.text.len(), line);
    }

    /// Whether no `+` or `:` is anywhere but in the words that begin chunks, as in nearly every purpose.
    fn has_only_words_at_starts(&self) -> bool {
        // Counted in a byte, which is as much as a text of this length can need, and without an early end: so the
        // compiler looks at many bytes at once.
        let count = |count: u8, byte| count.wrapping_add(u8::from(byte == b'+') + u8::from(byte == b':'));
        u8::try_from(self.text.len()).is_ok() && usize::from(self.text.bytes().fold(0, count)) == self.begun.len()
    }

    /// Every word of the text, wherever it stands.
    fn words(&self) -> Vec<Begun> {
        let mut words: Vec<Begun> = Vec::new();
        for at in memchr::memchr2_iter(b'+', b':', self.text.as_bytes()) {
            if let Some((word, start)) = self.word_before(at)
                && words.last().is_none_or(|last| start >= last.value)
            {
                words.push(Begun {
                    word,
                    start,
                    value: at + 1,
                });
            }
        }
        words
    }

    /// The word that ends at this `+` or `:`, and where it begins.
    fn word_before(&self, at: usize) -> Option<(Word, usize)> {
        let bytes = self.text.as_bytes();
        let plus = bytes.get(at) == Some(&b'+');
        let name = match bytes.get(..at)? {
            [.., a, b, c, d] => [*a, *b, *c, *d],
            // Only `BIC` has three letters.
            [b, i, c] => [b' ', *b, *i, *c],
            _ => return None,
        };
        let word = word(name, plus)?;
        let start = at - if word == Word::Bank { 3 } else { 4 };
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let begins = match before {
            None | Some(b' ' | b'\n' | b'/') => true,
            Some(byte) if plus && !byte.is_ascii_alphanumeric() => true,
            Some(_) => self.seams.contains(&start),
        };
        begins.then_some((word, start))
    }

    /// Gives the text from a word to `end` to the field that the word means.
    fn assign(&self, begun: Begun, end: usize, line: &mut Line) {
        let value = self.text.get(begun.value..end).unwrap_or_default();
        let printed = self.text.get(begun.start..end).unwrap_or_default();
        let field = match begun.word {
            Word::Text => return self.push_text(value, line),
            Word::Kept => return self.push_text(printed, line),
            Word::Ultimate => return set(&mut line.counterparty.ultimate_name, value),
            Word::Account => {
                let rest = first_word(&mut line.counterparty.account, value);
                return self.push_text(rest, line);
            }
            Word::Bank => {
                let rest = first_word(&mut line.counterparty.bank, value);
                return self.push_text(rest, line);
            }
            Word::Original if set_original(value, line) => return,
            Word::Original => return self.push_text(printed, line),
            Word::EndToEnd => &mut line.ids.end_to_end,
            Word::CustomerRef => &mut line.ids.customer_ref,
            Word::Mandate => &mut line.ids.mandate,
            Word::Creditor => &mut line.ids.creditor_id,
            Word::Originator => &mut line.counterparty.id,
            Word::Purpose => &mut line.purpose,
        };
        // A short chunk ends an identifier; what follows belongs to the text.
        if self.has_short
            && let Some((head, tail)) = cut::at(value, b'\n')
        {
            set(field, head);
            self.push_text(tail, line);
        } else {
            set(field, value);
        }
    }

    /// Adds to the text; the ends of short chunks become blanks.
    fn push_text(&self, text: &str, line: &mut Line) {
        let text = text.trim_ascii();
        if self.has_short && text.contains('\n') {
            push_part(&mut line.text, &text.replace('\n', " "));
        } else {
            push_part(&mut line.text, text);
        }
    }
}

/// The word of these letters; most only count before a `+`.
fn word(name: [u8; 4], plus: bool) -> Option<Word> {
    Some(match &name {
        b"EREF" => Word::EndToEnd,
        b"KREF" => Word::CustomerRef,
        b"MREF" => Word::Mandate,
        b"CRED" => Word::Creditor,
        b"SVWZ" => Word::Text,
        b"ABWA" | b"ABWE" => Word::Ultimate,
        b"IBAN" => Word::Account,
        [_, b'B', b'I', b'C'] => Word::Bank,
        _ if !plus => return None,
        b"DEBT" => Word::Originator,
        b"PURP" => Word::Purpose,
        b"OAMT" => Word::Original,
        b"COAM" | b"SQTP" | b"MDAT" | b"DDAT" | b"ORCR" | b"ORMR" | b"RREF" => Word::Kept,
        _ => return None,
    })
}

/// The word that a chunk begins with, as banks begin each part of the purpose.
fn word_at_start(chunk: &str) -> Option<Word> {
    match chunk.as_bytes().split_first_chunk::<4>() {
        Some((name, [b'+', ..])) => word(*name, true).filter(|word| *word != Word::Bank),
        _ => None,
    }
}

/// Numbers and BICs have no blanks; what follows one is text again.
fn first_word<'a>(field: &mut String, value: &'a str) -> &'a str {
    let value = value.trim_ascii_start();
    let (word, rest) = value.split_once([' ', '\n']).unwrap_or((value, ""));
    set_account(field, word);
    rest
}

#[cfg(test)]
mod tests {
    use super::super::tests::fields;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn purpose_words_survive_every_cut() {
        for (text, expected) in [
            ("166?20EREF+A1?21SVWZ+Text", "type=166|text=Text|e2e=A1"),
            // A full chunk goes on, also within a word.
            (
                "166?20EREF+TRX-0A4A47C3-F846-4729?21-8A1B?22MREF+M1?23CRED+DE98ZZZ",
                "type=166|e2e=TRX-0A4A47C3-F846-4729-8A1B|mandate=M1|creditor=DE98ZZZ",
            ),
            (
                "835?20MREF+ 12AB234CD6E7F CRED+ A?21B12CDE0000000000000000034 S?22VWZ+ . SPOTIFY",
                "type=835|text=. SPOTIFY|mandate=12AB234CD6E7F|creditor=AB12CDE0000000000000000034",
            ),
            (
                "166?20EREF+12345678901234567890AB?21MREF+M1",
                "type=166|e2e=12345678901234567890AB|mandate=M1",
            ),
            // A short chunk ends an identifier.
            (
                "159?20EREF+TFNR 40005 00005?21MTLG:Grund",
                "type=159|text=MTLG:Grund|e2e=TFNR 40005 00005",
            ),
            ("171?20KREF+EREF+X?21:FOO:MREF+M", "type=171|text=:FOO:|mandate=M|e2e=X"),
            // Text before the first word, and after an account.
            (
                "835?20Cie., S.C.A.?21SVWZ+Einkauf",
                "type=835|text=Cie., S.C.A.¶Einkauf",
            ),
            (
                "166?20SVWZ+Beitrag EREF: E-1 IBAN: DE1 BIC: GENO ABWE: Test",
                "type=166|text=Beitrag|account=DE1|bank=GENO|ultimate=Test|e2e=E-1",
            ),
            (
                "166?20EREF+NOTPROVIDED?21DEBT+ID9?22PURP+RINP?23MDAT+230101",
                "type=166|text=MDAT+230101|party=ID9|purpose=RINP",
            ),
            ("166?20OAMT+USD 12,50?21SVWZ+x", "type=166|text=x|original=12.50 USD"),
            ("166?20XEREF+no word", "type=166|text=XEREF+no word"),
        ] {
            let expected = expected.replace("mandate=M|e2e=X", "e2e=X|mandate=M");
            assert_eq!(fields(text, |_| ()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn words_that_begin_chunks_are_all_there_are(
            chunks in proptest::collection::vec("((EREF|MREF|SVWZ|BIC|XXXX)[+])?[A-C :]{0,5}([A-C ]{20,24})?", 0..8),
        ) {
            let mut purpose = Purpose::default();
            for chunk in &chunks {
                purpose.push(chunk);
            }
            if purpose.has_only_words_at_starts() {
                prop_assert_eq!(&purpose.begun, &purpose.words());
            }
        }
    }
}

//! The purpose of a payment as German banks write it: chunks of 27 characters, cut anywhere, with words of their own
//! (`EREF+`, `SVWZ+` ...).
//!
//! Nearly always every word begins a chunk. Then the chunks are copied from the text straight into the fields that the
//! words mean; else they are [joined](super::joined) first.

use super::joined::JoinedPurpose;
use super::{is_nothing, push_piece, set_piece};
use crate::model::Line;
use crate::mt940::cut::{self, Survey};
use std::ops::Range;

/// Length of a full chunk, in characters; what follows it goes on without a blank.
const FULL_CHUNK: usize = 27;

/// What is found in structured text; kept to be used again.
#[derive(Debug, Default)]
pub(in super::super) struct Found {
    pub(super) survey: Survey,
    pub(in super::super) purpose: Purpose,
}

impl Found {
    /// Whether colons stood in the text that was looked at last, elsewhere than where words of the purpose have them.
    pub(in super::super) fn has_stray_marks(&self) -> bool {
        self.survey.has_stray_marks
    }
}

/// Where the chunks of one line's purpose stand in its text; kept to be used again.
#[derive(Debug, Default)]
pub(in super::super) struct Purpose {
    chunks: Vec<Chunk>,
    /// The chunks cannot be copied one by one: words may stand elsewhere than at their beginnings, or one of them wants the
    /// whole of its value.
    needs_joining: bool,
    /// All of the text is ASCII, as far as is known.
    ascii: bool,
    joined: JoinedPurpose,
}

/// A chunk of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    start: usize,
    end: usize,
    word: Option<Word>,
    /// The next one goes on without a blank.
    full: bool,
}

/// A word in the purpose, and what its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
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

/// Whether a chunk is full: the next one goes on without a blank.
#[inline(never)]
pub(super) fn is_full(chunk: &[u8]) -> bool {
    let begins_character = |byte: &&u8| **byte & 0xC0 != 0x80;
    chunk.len() >= FULL_CHUNK && (chunk.is_ascii() || chunk.iter().filter(begins_character).count() >= FULL_CHUNK)
}

/// No word, and those that stand before a `+` in nearly every purpose.
static USUAL_WORDS: [Option<Word>; 5] = [
    None,
    Some(Word::EndToEnd),
    Some(Word::Mandate),
    Some(Word::Creditor),
    Some(Word::Text),
];

impl Chunk {
    /// The word that it begins with.
    pub(super) fn word(self) -> Option<Word> {
        self.word
    }

    /// Whether it is full.
    pub(super) fn is_full(self) -> bool {
        self.full
    }

    /// All of it.
    pub(super) fn printed(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// Where what goes into a field stands: all but the word, unless that is kept.
    fn value(self) -> Range<usize> {
        let word = match self.word {
            None | Some(Word::Kept) => 0,
            Some(_) => 5,
        };
        self.start + word..self.end
    }
}

impl Purpose {
    /// Forgets the chunks and keeps the memory, for a text that is all ASCII or may be not.
    pub(in super::super) fn clear(&mut self, ascii: bool) {
        self.ascii = ascii;
        self.chunks.clear();
        self.needs_joining = false;
    }

    /// There may be words elsewhere than at the beginning of chunks.
    pub(in super::super) fn join(&mut self) {
        self.needs_joining = true;
    }

    /// Adds a chunk that begins at `start` of the text.
    #[inline]
    pub(in super::super) fn push(&mut self, start: usize, chunk: &[u8]) {
        let word = match chunk.first_chunk() {
            Some(begin) => self.word_at_start(*begin),
            None => None,
        };
        let full = if self.ascii {
            chunk.len() >= FULL_CHUNK
        } else {
            is_full(chunk)
        };
        self.chunks.push(Chunk {
            start,
            end: start + chunk.len(),
            word,
            full,
        });
    }

    /// The word that a chunk begins with, as banks begin each part of the purpose. The usual ones are told by arithmetic: nobody
    /// could foresee which one it is, and each wrong guess would take longer.
    #[inline]
    fn word_at_start(&mut self, begin: [u8; 5]) -> Option<Word> {
        let [a, b, c, d, mark] = begin;
        let begins = u64::from_le_bytes([a, b, c, d, mark, 0, 0, 0]);
        let number = |number: usize, word: &[u8; 8]| number * usize::from(begins == u64::from_le_bytes(*word));
        let usual = number(1, b"EREF+\0\0\0")
            + number(2, b"MREF+\0\0\0")
            + number(3, b"CRED+\0\0\0")
            + number(4, b"SVWZ+\0\0\0");
        if usize::from(mark == b'+') + usize::from(mark == b':') > usual {
            return self.unusual_word(begin);
        }
        USUAL_WORDS.get(usual).copied().flatten()
    }

    /// As [`Purpose::word_at_start`], of a chunk with a mark behind four letters.
    #[cold]
    fn unusual_word(&mut self, begin: [u8; 5]) -> Option<Word> {
        let [a, b, c, d, mark] = begin;
        let word = word([a, b, c, d], true).filter(|word| mark == b'+' && *word != Word::Bank);
        self.needs_joining |= match word {
            // A word before a colon, or one of three letters, or none.
            None => true,
            Some(word) => matches!(word, Word::Ultimate | Word::Account | Word::Original),
        };
        word
    }

    /// Fills a line from the chunks of this text.
    pub(in super::super) fn apply(&mut self, source: &str, line: &mut Line) {
        if self.needs_joining {
            self.joined.apply(&self.chunks, source, line);
            return;
        }
        let mut rest = self.chunks.as_slice();
        while let Some((first, more)) = rest.split_first() {
            let further = more.iter().take_while(|chunk| chunk.word.is_none()).count();
            let (part, next) = rest.split_at(1 + further);
            copy(*first, part, source, line);
            rest = next;
        }
    }
}

/// Gives a part of the purpose, its first chunk and those that go on with it, to the field that its word means.
fn copy(first: Chunk, part: &[Chunk], source: &str, line: &mut Line) {
    let field = match first.word {
        Some(Word::EndToEnd) => &mut line.ids.end_to_end,
        Some(Word::CustomerRef) => &mut line.ids.customer_ref,
        Some(Word::Mandate) => &mut line.ids.mandate,
        Some(Word::Creditor) => &mut line.ids.creditor_id,
        Some(Word::Originator) => &mut line.counterparty.id,
        Some(Word::Purpose) => &mut line.purpose,
        _ => return copy_text(part, source, &mut line.text),
    };
    if part.len() == 1 {
        return set_piece(field, source, first.value());
    }
    // A short chunk ends an identifier; what follows belongs to the text.
    let full = part.iter().take_while(|chunk| chunk.full).count();
    let (chunks, text) = part.split_at(part.len().min(full + 1));
    if field.is_empty() {
        for chunk in chunks {
            cut::append(field, source, chunk.value());
        }
        trim_from(field, 0);
        if is_nothing(field) {
            field.clear();
        }
    }
    copy_text(text, source, &mut line.text);
}

/// Adds chunks to a text as one part of it; the end of a short one becomes a blank.
fn copy_text(chunks: &[Chunk], source: &str, text: &mut String) {
    let (first, more) = match chunks {
        [] => return,
        [only] => return push_piece(text, source, only.value()),
        [first, more @ ..] => (first, more),
    };
    let before = text.len();
    if before > 0 {
        text.push('\n');
    }
    let begin = text.len();
    cut::append(text, source, first.value());
    let mut full = first.full;
    for chunk in more {
        if !full {
            text.push(' ');
        }
        cut::append(text, source, chunk.start..chunk.end);
        full = chunk.full;
    }
    trim_from(text, begin);
    if text.len() == begin {
        text.truncate(before);
    }
}

/// Takes the blanks around the end of a text, from `begin` on, off.
fn trim_from(text: &mut String, begin: usize) {
    let added = text.get(begin..).unwrap_or_default();
    if let [first, .., last] = added.as_bytes()
        && *first > b' '
        && *last > b' '
    {
        return;
    }
    let end = added.trim_ascii_end();
    let (length, blanks) = (end.len(), end.len() - end.trim_ascii_start().len());
    text.truncate(begin + length);
    if blanks > 0 {
        text.drain(begin..begin + blanks);
    }
}

/// The word of these letters; most only count before a `+`.
pub(super) fn word(name: [u8; 4], plus: bool) -> Option<Word> {
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
            ("166?20EREF+A?21XBIC+B", "type=166|text=XBIC+B|e2e=A"),
            ("166?20SVWZ+A?21EREF: B", "type=166|text=A|e2e=B"),
            ("166?20SVWZ+A?a EREF+B", "type=166|text=A?a|e2e=B"),
            ("?20EREF+A?21SVWZ+B", "text=B|e2e=A"),
        ] {
            let expected = expected.replace("mandate=M|e2e=X", "e2e=X|mandate=M");
            assert_eq!(fields(text, |_| ()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn copied_and_joined_chunks_give_the_same(
            chunks in proptest::collection::vec(
                "((EREF|KREF|MREF|CRED|SVWZ|DEBT|PURP|MDAT|XXXX)[+])?(NOTPROV)?[A-C :]{0,5}([A-Cü ]{20,24})?", 0..8),
        ) {
            let mut purpose = Purpose::default();
            let (mut source, mut copied, mut joined) = (String::new(), Line::default(), Line::default());
            for chunk in &chunks {
                source.push_str("?20");
                purpose.push(source.len(), chunk.as_bytes());
                source.push_str(chunk);
            }
            let mut survey = Survey::default();
            survey.look(b'?', source.as_bytes());
            if survey.has_stray_marks {
                purpose.join();
            }
            purpose.apply(&source, &mut copied);
            JoinedPurpose::default().apply(&purpose.chunks, &source, &mut joined);
            prop_assert_eq!(copied, joined);
        }
    }
}

//! The purpose of a payment as German banks write it: chunks of 27 characters, cut anywhere, with words of their own
//! (`EREF+`, `SVWZ+` ...).
//!
//! Nearly always every word begins a chunk. Then the chunks are copied from the text straight into the fields that the
//! words mean; else they are [joined](super::joined) first.

use super::joined::JoinedPurpose;
use super::{is_nothing, push_part, set};
use crate::model::Line;

/// Length of a full chunk, in characters; what follows it goes on without a blank.
const FULL_CHUNK: usize = 27;

/// Where the chunks of one line's purpose stand in its text; kept to be used again.
#[derive(Debug, Default)]
pub(in super::super) struct Purpose {
    chunks: Vec<Chunk>,
    /// How many chunks begin with a word.
    words: usize,
    /// One of these words cannot be copied chunk by chunk.
    needs_joining: bool,
    joined: JoinedPurpose,
}

/// A chunk of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    start: usize,
    end: usize,
    word: Option<Word>,
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
pub(super) fn is_full(chunk: &str) -> bool {
    chunk.len() >= FULL_CHUNK && (chunk.is_ascii() || chunk.chars().count() >= FULL_CHUNK)
}

impl Chunk {
    /// The word that it begins with.
    pub(super) fn word(self) -> Option<Word> {
        self.word
    }

    /// All of it.
    pub(super) fn printed(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// What goes into a field: all but the word, unless that is kept.
    fn value(self, source: &str) -> &str {
        let word = match self.word {
            None | Some(Word::Kept) => 0,
            Some(_) => 5,
        };
        source.get(self.start + word..self.end).unwrap_or_default()
    }
}

impl Purpose {
    /// Forgets the chunks and keeps the memory.
    pub(in super::super) fn clear(&mut self) {
        self.chunks.clear();
        self.words = 0;
        self.needs_joining = false;
    }

    /// Adds a chunk that begins at `start` of the text.
    pub(in super::super) fn push(&mut self, start: usize, chunk: &str) {
        let word = word_at_start(chunk);
        if let Some(word) = word {
            self.words += 1;
            self.needs_joining |= matches!(word, Word::Ultimate | Word::Account | Word::Original);
        }
        self.chunks.push(Chunk {
            start,
            end: start + chunk.len(),
            word,
        });
    }

    /// Fills a line from the chunks of this text.
    pub(in super::super) fn apply(&mut self, source: &str, line: &mut Line) {
        if self.needs_joining || !self.has_only_words_at_starts(source) {
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

    /// Whether no `+` or `:` is anywhere but in the words that begin chunks.
    fn has_only_words_at_starts(&self, source: &str) -> bool {
        let (Some(first), Some(last)) = (self.chunks.first(), self.chunks.last()) else {
            return true;
        };
        // Counted in a byte, and without an early end: so the compiler looks at many bytes at once.
        let count = |count: u8, byte: &u8| count + u8::from(*byte == b'+') + u8::from(*byte == b':');
        let marks = source
            .as_bytes()
            .get(first.start..last.end)
            .unwrap_or_default()
            .chunks(usize::from(u8::MAX))
            .map(|bytes| usize::from(bytes.iter().fold(0, count)));
        marks.sum::<usize>() == self.words
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
        return set(field, first.value(source));
    }
    // A short chunk ends an identifier; what follows belongs to the text.
    let full = part.iter().take_while(|chunk| is_full(chunk.printed(source))).count();
    let (chunks, text) = part.split_at(part.len().min(full + 1));
    if field.is_empty() {
        for chunk in chunks {
            field.push_str(chunk.value(source));
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
        [only] => return push_part(text, only.value(source)),
        [first, more @ ..] => (first, more),
    };
    let before = text.len();
    if before > 0 {
        text.push('\n');
    }
    let begin = text.len();
    text.push_str(first.value(source));
    let mut full = is_full(first.printed(source));
    for chunk in more {
        if !full {
            text.push(' ');
        }
        let printed = chunk.printed(source);
        text.push_str(printed);
        full = is_full(printed);
    }
    trim_from(text, begin);
    if text.len() == begin {
        text.truncate(before);
    }
}

/// Takes the blanks around the end of a text, from `begin` on, off.
fn trim_from(text: &mut String, begin: usize) {
    let added = text.get(begin..).unwrap_or_default();
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

/// The word that a chunk begins with, as banks begin each part of the purpose.
fn word_at_start(chunk: &str) -> Option<Word> {
    match chunk.as_bytes().split_first_chunk::<4>() {
        Some((name, [b'+', ..])) => word(*name, true).filter(|word| *word != Word::Bank),
        _ => None,
    }
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
        fn copied_and_joined_chunks_give_the_same(
            chunks in proptest::collection::vec(
                "((EREF|KREF|MREF|CRED|SVWZ|DEBT|PURP|MDAT|XXXX)[+])?(NOTPROV)?[A-C :]{0,5}([A-Cü ]{20,24})?", 0..8),
        ) {
            let mut purpose = Purpose::default();
            let (mut source, mut copied, mut joined) = (String::new(), Line::default(), Line::default());
            for chunk in &chunks {
                source.push('?');
                purpose.push(source.len(), chunk);
                source.push_str(chunk);
            }
            purpose.apply(&source, &mut copied);
            JoinedPurpose::default().apply(&purpose.chunks, &source, &mut joined);
            prop_assert_eq!(copied, joined);
        }
    }
}

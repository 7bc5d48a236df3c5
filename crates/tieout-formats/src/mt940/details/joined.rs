//! A purpose whose words do not all begin a chunk: its chunks are joined first and taken apart at the words after. A cut
//! may split the words too, and some banks write several in one chunk.

use super::purpose::{Chunk, Word, word};
use super::{push_part, set, set_account, set_original};
use crate::model::Line;
use crate::mt940::cut;

/// The joined purpose of one line; kept to be used again.
#[derive(Debug, Default)]
pub(super) struct JoinedPurpose {
    text: String,
    /// Where chunks were joined without a blank: a word may begin there.
    seams: Vec<usize>,
    /// Short chunks were joined: there are line feeds in the text.
    has_short: bool,
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

impl JoinedPurpose {
    /// Joins the chunks that stand in a text, and fills a line.
    pub(super) fn apply(&mut self, chunks: &[Chunk], source: &str, line: &mut Line) {
        self.join(chunks, source);
        let mut before = Begun {
            word: Word::Text,
            start: 0,
            value: 0,
        };
        for next in self.words() {
            self.assign(before, next.start, line);
            before = next;
        }
        self.assign(before, self.text.len(), line);
    }

    /// A line feed marks the end of a short chunk, unless a word ends it anyway.
    fn join(&mut self, chunks: &[Chunk], source: &str) {
        self.text.clear();
        self.seams.clear();
        self.has_short = false;
        let mut full = false;
        for chunk in chunks {
            if !self.text.is_empty() {
                if full || chunk.word().is_some() {
                    self.seams.push(self.text.len());
                } else {
                    self.text.push('\n');
                    self.has_short = true;
                }
            }
            self.text.push_str(chunk.printed(source));
            full = chunk.is_full();
        }
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

/// Numbers and BICs have no blanks; what follows one is text again.
fn first_word<'a>(field: &mut String, value: &'a str) -> &'a str {
    let value = value.trim_ascii_start();
    let (word, rest) = value.split_once([' ', '\n']).unwrap_or((value, ""));
    set_account(field, word);
    rest
}

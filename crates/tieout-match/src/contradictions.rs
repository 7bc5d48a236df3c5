//! Numbers of a line and an entry that speak of two payments, whatever else agrees: of two documents, or of two checks.
//!
//! Both may say what they number, `INV 55120` and `Invoice 55188`. Or the books have a column of references, and the number
//! there stands without a word; then it contradicts the one that the bank names if it is written alike and nothing else
//! confirms the pair. Some books number documents anew, with numbers that no bank ever shows: there the two say nothing
//! of each other, which many lines show whose documents are nowhere in the books.

use crate::books::Books;
use crate::columns::at;
use crate::documents::{differ, differ_alike};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;

/// What two numbers are of that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// A document: an invoice, a bill.
    Document,
    /// A check.
    Check,
}

/// Two numbers that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contradiction {
    pub(crate) of: Of,
    pub(crate) of_line: TokenId,
    pub(crate) of_entry: TokenId,
}

/// Whether references of entries may be numbers of the documents that lines name: of payments, and of receipts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbering {
    payments: bool,
    receipts: bool,
}

impl Numbering {
    /// Looks how many of the documents that lines name are in the books at all.
    pub(crate) fn new(lines: &Roll, entries: &Roll) -> Self {
        let of_entries = entries.documents.iter().chain(&entries.references);
        let mut known: Vec<TokenId> = of_entries.copied().filter(|number| *number != 0).collect();
        known.sort_unstable();
        known.dedup();
        let is_documents = |is_payment: bool| {
            /// Of fewer documents none may be known by chance.
            const FEWEST: u32 = 5;
            let (mut named, mut found) = (0_u32, 0_u32);
            for line in lines.positions().filter(|line| (lines.amount(*line) < 0) == is_payment) {
                let document = at(&lines.documents, line);
                if document != 0 {
                    named += 1;
                    found += u32::from(known.binary_search(&document).is_ok() || entries.frequency(document) > 0);
                }
            }
            named < FEWEST || found * 4 >= named
        };
        Self {
            payments: is_documents(true),
            receipts: is_documents(false),
        }
    }

    fn is_of_documents(self, amount: i64) -> bool {
        if amount < 0 { self.payments } else { self.receipts }
    }
}

/// What numbers of a line and an entry contradict each other, if any do.
pub(crate) fn contradiction(judge: &Judge<'_>, facing: &Facing, entry: Position) -> Option<Contradiction> {
    let books = judge.books;
    let line = facing.line;
    let (lines, entries) = (&books.lines, &books.entries);
    let text = |token| books.vocabulary.text(token);
    let differing = |of: Of, of_line: TokenId, of_entry: TokenId| {
        let is_other = of_line != of_entry && differ(text(of_line), text(of_entry));
        is_other.then_some(Contradiction { of, of_line, of_entry })
    };
    let (check, document) = (at(&lines.checks, line), at(&lines.documents, line));
    let of_entry = at(&entries.checks, entry);
    if check != 0 && of_entry == 0 {
        if let Some(other) = other_check(books, check, entry) {
            return Some(Contradiction {
                of: Of::Check,
                of_line: check,
                of_entry: other,
            });
        }
    } else if let Some(checks) = differing(Of::Check, check, of_entry) {
        return Some(checks);
    }
    match at(&entries.documents, entry) {
        0 => {
            let reference = at(&entries.references, entry);
            let is_alike = books.numbering.is_of_documents(facing.amount)
                && differ_alike(text(document), text(reference))
                && !is_confirmed(judge, facing, entry, reference);
            is_alike.then_some(Contradiction {
                of: Of::Document,
                of_line: document,
                of_entry: reference,
            })
        }
        of_entry => differing(Of::Document, document, of_entry),
    }
}

/// The line shows the very reference, perhaps mangled, or another number that only this entry has.
fn is_confirmed(judge: &Judge<'_>, facing: &Facing, entry: Position, reference: TokenId) -> bool {
    judge
        .shared_numbers(facing, entry)
        .any(|(number, _)| number == reference || judge.books.entries.frequency(number) == 1)
}

/// Books often have check numbers in a column of all kinds of numbers: one that is as long as the line's check and another
/// one, where the line's own is nowhere, is most likely of another check.
fn other_check(books: &Books, check: TokenId, entry: Position) -> Option<TokenId> {
    let vocabulary = &books.vocabulary;
    let numbers = books.entries.numbers.row(entry);
    let length = vocabulary.bytes(check).len();
    let is_like_a_check = |number: &TokenId| vocabulary.is_number(*number) && vocabulary.bytes(*number).len() == length;
    if numbers.contains(&check) {
        return None;
    }
    numbers.iter().copied().find(is_like_a_check)
}

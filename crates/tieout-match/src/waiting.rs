//! Entries that wait for a payment, by contact: nothing holds them firmly.

use crate::books::Books;
use crate::columns::{Rows, at};
use crate::groups::contact::by_contact;
use crate::groups::within;
use crate::limits;
use crate::roll::Position;
use crate::settle::Settled;

/// Days before and after an entry in which another one may be paid together with it.
const DAYS: (i32, i32) = (75, 30);

/// What waits.
pub(crate) struct Waiting {
    by_contact: Rows<Position>,
}

impl Waiting {
    /// Entries that are neither in a group nor in a pair of equal amounts that is as good as certain.
    pub(crate) fn new(books: &Books, settled: &Settled, in_groups: &[bool]) -> Self {
        let is_firm = |entry: Position| {
            settled.assignment.of_entry(entry).is_some_and(|pair| {
                let (line, entry, _) = settled.pairs.of(pair);
                books.lines.amount(line) == books.entries.amount(entry) && settled.confidence(pair) >= limits::FIRM_PPM
            })
        };
        Self {
            by_contact: by_contact(books, |entry| !at(in_groups, entry) && !is_firm(entry)),
        }
    }

    /// The contact of an entry is known, and no other entry of it waits around that day.
    pub(crate) fn is_alone(&self, books: &Books, entry: Position) -> bool {
        let (contact, day) = (books.contacts.of(entry), books.entries.day(entry));
        let days = (day.saturating_sub(DAYS.0), day.saturating_add(DAYS.1));
        let account = at(&books.entries.accounts, entry);
        contact != 0
            && within(&books.entries, self.by_contact.row(contact), account, days)
                .iter()
                .all(|other| *other == entry)
    }
}

//! Sales that nobody's name stands on, by their numbers.
//!
//! Where a contact's sales are numbered as they happen, one without a name whose number lies between two of them, of the same
//! days, is the contact's as well. Sales of others in between say that it may be theirs.

use super::Bench;
use super::serial::number_of;
use crate::columns::at;
use crate::roll::Position;
use std::collections::BTreeMap;

/// Days between a sale and those that its number lies among.
const NEAR: u32 = 1;
/// Numbers to either side that are looked at for one of those days.
const LOOKED_AT: usize = 32;
/// The most that two neighbours' numbers differ by.
const APART: u64 = 64;

/// Sales without a written name by the contact among whose numbers theirs is, in order of account and day.
pub(super) fn by_neighbours(bench: &Bench<'_>) -> BTreeMap<u32, Vec<Position>> {
    let books = bench.judge.books;
    let entries = &books.entries;
    let is_nameless = |entry: Position| entries.names.row(entry).is_empty();
    let mut found: BTreeMap<u32, Vec<Position>> = BTreeMap::new();
    if !entries.positions().any(is_nameless) {
        return found;
    }
    let numbered = entries.positions().filter(|entry| entries.amount(*entry) != 0);
    let mut numbered: Vec<(u64, Position)> = numbered
        .filter_map(|entry| Some((number_of(bench, entry)?, entry)))
        .collect();
    numbered.sort_unstable();
    for (place, (number, entry)) in numbered
        .iter()
        .enumerate()
        .filter(|(_, (_, entry))| is_nameless(*entry))
    {
        // The next one of those days that somebody's name stands on.
        let named = |(other, of): &&(u64, Position)| {
            let is_near = entries.day(*of).abs_diff(entries.day(*entry)) <= NEAR;
            is_near && other.abs_diff(*number) <= APART && !is_nameless(*of)
        };
        let whose = |(_, of): &(u64, Position)| (at(&entries.accounts, *of), books.contacts.of(*of));
        let below = numbered.get(..place).unwrap_or_default().iter().rev();
        let above = numbered.get(place + 1..).unwrap_or_default().iter();
        let before = below.take(LOOKED_AT).find(named).map(whose);
        let after = above.take(LOOKED_AT).find(named).map(whose);
        if let (Some((account, contact)), true) = (before, before == after)
            && account == at(&entries.accounts, *entry)
            && contact != 0
            && contact != books.contacts.of(*entry)
        {
            found.entry(contact).or_default().push(*entry);
        }
    }
    for sales in found.values_mut() {
        sales.sort_unstable();
    }
    found
}

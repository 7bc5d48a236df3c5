//! What comes again and again: rents, subscriptions, instalments.

use crate::amounts::Amounts;
use crate::columns::{at, set};
use crate::contacts::{ContactId, Contacts};
use crate::roll::{Position, Roll};

/// What is nearer is no recurrence but a duplicate.
const DUPLICATE_DAYS: i32 = 3;
/// What comes again at all comes every month; a month that is missing is the very case to look out for.
const MONTH_DAYS: u8 = 31;

/// Per entry: days to the nearest other entry of the same contact and amount, duplicates not counted, at most a month; 0
/// if there is none.
pub(crate) fn intervals(entries: &Roll, amounts: &Amounts, contacts: &Contacts) -> Vec<u8> {
    let mut intervals = vec![0; entries.original.len()];
    let mut members: Vec<(ContactId, Position)> = Vec::new();
    for run in (0..amounts.runs())
        .map(|run| amounts.members(run))
        .filter(|run| run.len() > 1)
    {
        members.clear();
        members.extend(run.iter().map(|entry| (contacts.of(*entry), *entry)));
        members.sort_unstable();
        for of_contact in members.chunk_by(|a, b| a.0 == b.0) {
            if of_contact.len() > 1 && of_contact.first().is_some_and(|(contact, _)| *contact != 0) {
                of_one_contact(entries, of_contact, &mut intervals);
            }
        }
    }
    intervals
}

/// Entries of one contact and amount, by day.
fn of_one_contact(entries: &Roll, members: &[(ContactId, Position)], intervals: &mut [u8]) {
    let day = |place: usize| members.get(place).map(|(_, entry)| entries.day(*entry));
    // The last one that is far enough before, and the first one that is far enough after: both only move on.
    let (mut before, mut after) = (0_usize, 0_usize);
    for (_, entry) in members {
        let own = entries.day(*entry);
        let apart = |day: Option<i32>| {
            day.map(|day| day.abs_diff(own))
                .filter(|days| *days > DUPLICATE_DAYS.unsigned_abs())
        };
        while day(before + 1).is_some_and(|next| next < own - DUPLICATE_DAYS) {
            before += 1;
        }
        while day(after).is_some_and(|next| next <= own + DUPLICATE_DAYS) {
            after += 1;
        }
        let earlier = apart(day(before)).filter(|_| day(before).is_some_and(|before| before < own));
        if let Some(nearest) = [earlier, apart(day(after))].into_iter().flatten().min() {
            let days = u8::try_from(nearest).unwrap_or(MONTH_DAYS).min(MONTH_DAYS);
            set(intervals, *entry, days);
        }
    }
    debug_assert!(members.iter().all(|(_, entry)| at(intervals, *entry) <= MONTH_DAYS));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_other_one_counts_unless_it_is_a_duplicate() {
        let days = [0, 1, 10, 12, 45, 200];
        let entries = Roll {
            days: days.to_vec(),
            original: (0..6).collect(),
            ..Roll::default()
        };
        let members: Vec<(ContactId, Position)> = (0..6).map(|entry| (1, entry)).collect();
        let mut intervals = vec![0; 6];
        of_one_contact(&entries, &members, &mut intervals);
        assert_eq!(intervals, [10, 9, 9, 11, 31, 31]);
    }
}

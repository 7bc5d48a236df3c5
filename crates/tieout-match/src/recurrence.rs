//! What comes again and again: rents, subscriptions, instalments; and what was entered twice.

use crate::amounts::Amounts;
use crate::columns::{at, set};
use crate::contacts::{ContactId, Contacts};
use crate::roll::{Position, Roll};

/// Marks an interval of which the entry has a twin: contact, amount and numbers are the same, and the days so near that one
/// of them was probably entered twice.
pub(crate) const TWICE: u8 = 0x80;

/// What is nearer is no recurrence but a duplicate.
const DUPLICATE_DAYS: i32 = 3;
/// What comes again at all comes every month; a month that is missing is the very case to look out for.
const MONTH_DAYS: u8 = 31;

/// Per entry: days to the nearest other entry of the same contact and amount, duplicates not counted, or what is usual
/// between such entries if that is more, as one that was booked late is near the next; at most a month; 0 if there is none. See also [`TWICE`].
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
                mark_twins(entries, of_contact, &mut intervals);
            }
        }
    }
    intervals
}

/// Entries of one contact and amount, by day.
fn of_one_contact(entries: &Roll, members: &[(ContactId, Position)], intervals: &mut [u8]) {
    let day = |place: usize| members.get(place).map(|(_, entry)| entries.day(*entry));
    let usual = usual_interval(entries, members);
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
            let days = u8::try_from(nearest.max(usual)).unwrap_or(MONTH_DAYS).min(MONTH_DAYS);
            set(intervals, *entry, days);
        }
    }
    debug_assert!(members.iter().all(|(_, entry)| at(intervals, *entry) <= MONTH_DAYS));
}

/// Marks what was probably entered twice. A number that only two entries have is that of one document; one that comes again
/// and again is that of a contract, and then only what stands side by side is a duplicate.
fn mark_twins(entries: &Roll, members: &[(ContactId, Position)], intervals: &mut [u8]) {
    /// Days between the two, of a document and of a contract.
    const DAYS: (u32, u32) = (12, 5);
    let pairs = members.iter().zip(members.iter().skip(1));
    for ((_, one), (_, other)) in pairs {
        let numbers = entries.numbers.row(*one);
        let Some(rarest) = numbers.iter().map(|number| entries.frequency(*number)).min() else {
            continue;
        };
        let reach = if rarest <= 2 { DAYS.0 } else { DAYS.1 };
        let apart = entries.day(*other).abs_diff(entries.day(*one));
        if apart <= reach && numbers == entries.numbers.row(*other) {
            for entry in [*one, *other] {
                set(intervals, entry, at(intervals, entry) | TWICE);
            }
        }
    }
}

/// The middle one of the days between entries of one contact and amount, duplicates not counted. Of two entries little is
/// known: what lies more than half a month apart comes every month.
fn usual_interval(entries: &Roll, members: &[(ContactId, Position)]) -> u32 {
    let days = members.iter().map(|(_, entry)| entries.day(*entry));
    let mut before: Option<i32> = None;
    let mut intervals: Vec<u32> = Vec::new();
    for day in days {
        let interval = before.map_or(0, |before| day.abs_diff(before));
        if interval > DUPLICATE_DAYS.unsigned_abs() {
            intervals.push(interval);
        }
        if before.is_none() || interval > DUPLICATE_DAYS.unsigned_abs() {
            before = Some(day);
        }
    }
    intervals.sort_unstable();
    let month = u32::from(MONTH_DAYS);
    match intervals.as_slice() {
        [] => 0,
        [only] if *only * 2 > month => month,
        [only] => *only,
        several => several.get(several.len() / 2).copied().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intervals_of(days: &[i32]) -> Vec<u8> {
        let entries = Roll {
            days: days.to_vec(),
            original: (0..).take(days.len()).collect(),
            ..Roll::default()
        };
        let members: Vec<(ContactId, Position)> = (0..).take(days.len()).map(|entry| (1, entry)).collect();
        let mut intervals = vec![0; days.len()];
        of_one_contact(&entries, &members, &mut intervals);
        intervals
    }

    #[test]
    fn the_nearest_other_one_counts_unless_it_is_a_duplicate_or_nearer_than_usual() {
        // Every week, once a month late, then long nothing.
        assert_eq!(intervals_of(&[0, 7, 14, 15, 21, 28, 80]), [7, 7, 7, 7, 7, 7, 31]);
        // Every month; the second was booked eleven days late.
        assert_eq!(intervals_of(&[0, 42, 61, 92]), [31, 31, 31, 31]);
        assert_eq!(intervals_of(&[11, 31]), [31, 31]);
        assert_eq!(intervals_of(&[11, 21]), [10, 10]);
        assert_eq!(intervals_of(&[11, 12]), [0, 0]);
    }

    #[test]
    fn what_has_the_same_numbers_some_days_later_was_entered_twice() {
        // Document 8 on two days, contract 3 every few days, no number at all.
        let days = [1, 9, 20, 24, 31, 60, 61];
        let numbers: [&[u32]; 7] = [&[8], &[8], &[3], &[3], &[3], &[], &[]];
        let mut entries = Roll {
            days: days.to_vec(),
            original: (0..).take(days.len()).collect(),
            ..Roll::default()
        };
        for row in numbers {
            entries.numbers.push(row.iter().copied());
        }
        entries.frequency = vec![0, 0, 0, 3, 0, 0, 0, 0, 2];
        let members: Vec<(ContactId, Position)> = (0..).take(days.len()).map(|entry| (1, entry)).collect();
        let mut intervals = vec![0; days.len()];
        mark_twins(&entries, &members, &mut intervals);
        assert_eq!(intervals, [TWICE, TWICE, TWICE, TWICE, 0, 0, 0]);
    }
}

//! The difference of a payout, booked: a line, the sales of some days that it pays, and the fee that was taken out of them.
//!
//! The text of the booking names the line; which sales it paid, it does not say. They are looked for only where nothing has to
//! be guessed: everything that came in on one day or on several that follow each other, of one contact or of all, that with
//! the booking comes to the line to the cent, and no other such days do. Anything else is left to the engine.

use super::words::{quotes, text_of};
use super::{Adjusting, Desk, Kind, Quoted, adjusting};
use crate::decisions::Accepted;
use jiff::ToSpan as _;
use std::collections::BTreeSet;
use tieout_core::Date;
use tieout_match::{Field, ItemIndex, fold};

/// Days before a payout in which its sales lie.
const DAYS_BEFORE: i32 = 14;
/// More entries in these days are those of a shop whose payouts the engine knows better.
const MOST_ENTRIES: usize = 2_000;

/// What came in, of one contact or of all, in the order of days.
type Sales = Vec<(Date, Vec<(ItemIndex, i64)>)>;

impl Desk<'_> {
    /// The payout that a correction belongs to, if only one is possible.
    pub(super) fn paid_out(&mut self, correction: &Adjusting<'_>) -> Option<Accepted> {
        let Kind::Difference(_, Quoted::Line) = correction.kind else {
            return None;
        };
        if self.taken_entries.contains(&correction.entry) {
            return None;
        }
        let lines = &self.input.lines;
        let of_day = self.by_day.get(&correction.date)?.iter().copied();
        let mut named =
            of_day.filter(|line| !self.taken_lines.contains(line) && quotes(correction.about, text_of(lines, *line)));
        let (line, None) = (named.next()?, named.next()) else {
            return None;
        };
        let meant = lines.amount(line).checked_sub(correction.amount)?;
        let mut found = BTreeSet::new();
        for sales in self.sales(correction, meant) {
            found.extend(runs(&sales, meant));
        }
        let only = found.pop_first().filter(|_| found.is_empty())?;
        Some(self.group(Some(line), &only, correction.entry, "its correction is booked"))
    }

    /// Free entries of the sign of a sum some days before a correction: all, and those of each contact.
    fn sales(&self, correction: &Adjusting<'_>, meant: i64) -> Vec<Sales> {
        let entries = &self.input.entries;
        let days = correction.date.saturating_sub(DAYS_BEFORE.days())..=correction.date;
        let is_sale = |entry: &ItemIndex| {
            (entries.amount(*entry) < 0) == (meant < 0)
                && !self.taken_entries.contains(entry)
                && correction.agreement(entries, *entry).is_some()
                && adjusting(entries, *entry).is_none()
        };
        let near = self.entries_of_day.range(days);
        let near: Vec<(Date, Vec<ItemIndex>)> = near
            .map(|(date, of_day)| (*date, of_day.iter().copied().filter(is_sale).collect()))
            .collect();
        if near.iter().map(|(_, of_day)| of_day.len()).sum::<usize>() > MOST_ENTRIES {
            return Vec::new();
        }
        let contact = |entry: &ItemIndex| fold(entries.text(*entry, Field::Counterparty));
        let all = near.iter().flat_map(|(_, of_day)| of_day.iter().map(contact));
        let contacts: BTreeSet<String> = all.filter(|name| !name.is_empty()).collect();
        let of = |wanted: Option<&String>| {
            let of_day = |(date, of_day): &(Date, Vec<ItemIndex>)| {
                let own = of_day
                    .iter()
                    .filter(|entry| wanted.is_none_or(|name| *name == contact(entry)));
                (*date, own.map(|entry| (*entry, entries.amount(*entry))).collect())
            };
            near.iter().map(of_day).collect()
        };
        std::iter::once(of(None))
            .chain(contacts.iter().map(|name| of(Some(name))))
            .collect()
    }
}

/// Entries of days that follow each other and come to a sum: more than one entry.
fn runs(sales: &Sales, meant: i64) -> Vec<Vec<ItemIndex>> {
    let mut found = Vec::new();
    for first in 0..sales.len() {
        let (mut sum, mut run) = (0_i128, Vec::new());
        for (_, of_day) in sales.iter().skip(first).filter(|(_, of_day)| !of_day.is_empty()) {
            sum += of_day.iter().map(|(_, amount)| i128::from(*amount)).sum::<i128>();
            run.extend(of_day.iter().map(|(entry, _)| *entry));
            if sum == i128::from(meant) && run.len() > 1 {
                found.push(run.clone());
            }
        }
    }
    found
}

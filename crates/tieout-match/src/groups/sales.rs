//! The sales of one contact by days, so that what any run of days comes to is one subtraction.
//!
//! A contact may have a hundred thousand sales and ten thousand payouts. Whoever looks for the days of each payout must not
//! walk over the sales of those days again and again.

use crate::columns::at;
use crate::roll::{Position, Roll};
use std::ops::Range;

/// Days before a payout from which sales are taken.
const BEFORE: i32 = 14;
/// Days that one payout may cover: a week, and the day that closes it.
const RUN: i32 = 8;

/// Sales in order of account and day.
pub(super) struct Sales<'s> {
    pub(super) items: &'s [Position],
    days: Vec<Day>,
    /// What all sales before each place come to, and all.
    sums: Vec<i128>,
}

/// A day of an account, and where its sales begin.
#[derive(Debug, Clone, Copy)]
struct Day {
    account: u16,
    date: i32,
    from: usize,
}

impl<'s> Sales<'s> {
    /// Adds up what each sale is worth.
    pub(super) fn new(entries: &Roll, items: &'s [Position], worth: impl Fn(i64) -> i128) -> Self {
        let mut days: Vec<Day> = Vec::new();
        let mut sums = Vec::with_capacity(items.len() + 1);
        let mut sum = 0;
        for (item, from) in items.iter().zip(0..) {
            let (account, date) = (at(&entries.accounts, *item), entries.day(*item));
            if days
                .last()
                .is_none_or(|last| (last.account, last.date) != (account, date))
            {
                days.push(Day { account, date, from });
            }
            sums.push(sum);
            sum += worth(entries.amount(*item));
        }
        sums.push(sum);
        Self { items, days, sums }
    }

    /// Runs of whole days that a payout of a day may be of, as places of the sales.
    pub(super) fn runs(&self, account: u16, day: i32) -> Vec<Range<usize>> {
        let place = |day: &Day| (day.account, day.date);
        let first = (account, day.saturating_sub(BEFORE));
        let last = (account, day.saturating_add(1));
        let from = self.days.partition_point(|day| place(day) < first);
        let to = self.days.partition_point(|day| place(day) <= last);
        let ends = |number: usize| self.days.get(number + 1).map_or(self.items.len(), |day| day.from);
        let mut all = Vec::new();
        let near = self.days.get(from..to).unwrap_or_default();
        for (place, start) in near.iter().enumerate() {
            let rest = near.iter().enumerate().skip(place);
            let within = rest.take_while(|(_, end)| end.date - start.date < RUN);
            all.extend(within.map(|(end, _)| start.from..ends(from + end)));
        }
        all
    }

    /// The sales of a run.
    pub(super) fn of(&self, run: &Range<usize>) -> &'s [Position] {
        self.items.get(run.clone()).unwrap_or_default()
    }

    /// What they come to.
    pub(super) fn sum(&self, run: &Range<usize>) -> i128 {
        let before = |place: usize| self.sums.get(place).copied().unwrap_or(0);
        before(run.end) - before(run.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_whole_days_of_one_account_before_a_day() {
        let days = [1, 1, 3, 12, 13, 30, 2];
        let roll = Roll {
            original: (0..7).collect(),
            days: days.to_vec(),
            accounts: vec![0, 0, 0, 0, 0, 0, 1],
            amounts: vec![5, 7, 11, 13, 17, 19, 23],
            ..Roll::default()
        };
        let items: Vec<Position> = roll.positions().collect();
        let sales = Sales::new(&roll, &items, i128::from);
        let runs: Vec<(Vec<i32>, i128)> = sales
            .runs(0, 13)
            .iter()
            .map(|run| {
                (
                    sales.of(run).iter().map(|item| roll.day(*item)).collect(),
                    sales.sum(run),
                )
            })
            .collect();
        let expected = [
            (vec![1, 1], 12),
            (vec![1, 1, 3], 23),
            (vec![3], 11),
            (vec![12], 13),
            (vec![12, 13], 30),
            (vec![13], 17),
        ];
        assert_eq!(runs, expected);
        let of_another: Vec<Range<usize>> = sales.runs(1, 2);
        assert_eq!(of_another.first().map(|run| (run.start, run.end)), Some((6, 7)));
    }
}

//! Running balances of a statement, turned into its opening and closing balance.
//!
//! Banks print lists oldest first or newest first. The order in which every balance follows from the one before it is the
//! right one; if neither does throughout, the balances prove nothing and are left alone.

use tieout_core::Date;
use tieout_reconcile::statements::PrintedBalance;

/// The lines of one statement as they pass.
#[derive(Debug, Default)]
pub(crate) struct RunningBalances {
    first: Option<Point>,
    last: Option<Point>,
    missing: bool,
    breaks_upwards: u64,
    breaks_downwards: u64,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    amount: i64,
    balance: i64,
    date: Date,
}

impl RunningBalances {
    /// One booked line, with the balance printed after it.
    pub(crate) fn add(&mut self, amount: i64, balance: Option<i64>, date: Date) {
        let Some(balance) = balance else {
            self.missing = true;
            return;
        };
        let point = Point { amount, balance, date };
        if let Some(before) = self.last {
            self.breaks_upwards += u64::from(before.balance.checked_add(amount) != Some(balance));
            self.breaks_downwards += u64::from(balance.checked_add(before.amount) != Some(before.balance));
        }
        self.first.get_or_insert(point);
        self.last = Some(point);
    }

    /// Opening and closing, if every line has a balance and they follow from each other.
    pub(crate) fn balances(&self) -> (Option<PrintedBalance>, Option<PrintedBalance>) {
        let (Some(first), Some(last), false) = (self.first, self.last, self.missing) else {
            return (None, None);
        };
        let (oldest, newest) = match (self.breaks_upwards, self.breaks_downwards) {
            (0, 0) if first.date > last.date => (last, first),
            (0, _) => (first, last),
            (_, 0) => (last, first),
            _ => return (None, None),
        };
        let opening = oldest
            .balance
            .checked_sub(oldest.amount)
            .map(|amount| PrintedBalance { amount, date: None });
        let closing = Some(PrintedBalance {
            amount: newest.balance,
            date: Some(newest.date),
        });
        (opening, closing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn balances(points: &[(i64, Option<i64>, i8)]) -> (Option<i64>, Option<i64>) {
        let mut running = RunningBalances::default();
        for (amount, balance, day) in points {
            running.add(*amount, *balance, date(2026, 3, *day));
        }
        let (opening, closing) = running.balances();
        (opening.map(|b| b.amount), closing.map(|b| b.amount))
    }

    #[test]
    fn both_orders_are_read() {
        let oldest_first = [(100, Some(1100), 1), (-30, Some(1070), 2), (5, Some(1075), 2)];
        assert_eq!(balances(&oldest_first), (Some(1000), Some(1075)));
        let newest_first: Vec<_> = oldest_first.into_iter().rev().collect();
        assert_eq!(balances(&newest_first), (Some(1000), Some(1075)));
        assert_eq!(balances(&oldest_first[..1]), (Some(1000), Some(1100)));
    }

    #[test]
    fn balances_that_do_not_follow_prove_nothing() {
        assert_eq!(balances(&[(100, Some(1100), 1), (-30, Some(9999), 2)]), (None, None));
        assert_eq!(balances(&[(100, Some(1100), 1), (-30, None, 2)]), (None, None));
        assert_eq!(balances(&[]), (None, None));
    }
}

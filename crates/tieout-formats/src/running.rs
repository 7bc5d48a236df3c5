//! Running balances beside the lines of a statement: what the statement began and ended with, and where a line is missing.
//!
//! Banks print lists oldest first or newest first; the order in which more balances follow from the one before is the
//! right one. If every step follows, the first and the last balance are those of the statement. If a clear majority does, or
//! all but one, each step that does not is a *break*: a line before it is missing, doubled or changed. The balances of both ends are
//! kept then too, so that the statement is off by what is missing.
//!
//! Some columns are no running balances, or not in the order of the rows, and say nothing:
//! - a balance of the end of the day repeats on every line of the day;
//! - lines of a day (or of some days) that stand in another order than they were booked in break the column in several
//!   steps that cancel each other; the same at the first or the last line cannot cancel, as one side of it is unseen.

use crate::model::{BalanceBreak, Line, Status};
use tieout_core::{Date, Decimal};

/// Steps that must follow before others that do not are breaks.
const FEWEST_STEPS: u64 = 3;
/// So many steps must follow for each that does not.
const STEPS_PER_BREAK: u64 = 3;
/// Lines are listed at most so many days away from where they were booked.
const DISORDER_DAYS: i32 = 10;
/// Steps that break near each other and are still looked at as one; more are no disorder.
const MOST_NEAR: usize = 16;
/// Breaks that are named.
const MOST_NAMED: usize = 100;
/// An order of which so many steps break and nearly none holds is not that of the rows: what still holds does so by chance,
/// where an amount turns the one before it back.
const HOPELESS: u64 = 1000;
/// Fewer than one step that holds for so many that break is nearly none.
const BREAKS_PER_CHANCE: u64 = 16;

/// What the running balances of a statement say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) opening: Decimal,
    pub(crate) closing: Decimal,
    /// Date of the newest line.
    pub(crate) closing_date: Date,
    /// The first breaks, in file order.
    pub(crate) breaks: Vec<BalanceBreak>,
    /// How many breaks there are.
    pub(crate) break_count: u64,
    /// A balance was compared with another: that beside a single line proves nothing.
    pub(crate) compared: bool,
}

/// The lines of one statement as they pass.
#[derive(Debug, Default)]
pub(crate) struct RunningBalances {
    first: Option<Point>,
    last: Option<Point>,
    oldest_first: Steps,
    newest_first: Steps,
    /// A line has no balance, or nothing can be said of the column.
    silent: bool,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    amount: Decimal,
    balance: Decimal,
    date: Date,
    source_line: u64,
}

/// Steps from line to line, taken in one order.
#[derive(Debug, Default)]
struct Steps {
    held: u64,
    disordered: u64,
    breaks: Vec<BalanceBreak>,
    break_count: u64,
    /// Breaks near each other that may still cancel.
    near: Vec<BalanceBreak>,
    /// What they come to together; `None` beyond what an amount can hold.
    near_off: Option<Decimal>,
    /// Lines at the first or last end may be out of order, which cannot be told from a break.
    uncertain: bool,
}

impl RunningBalances {
    /// A line passes.
    pub(crate) fn add(&mut self, line: &Line) {
        if line.status != Status::Booked || self.silent {
            return;
        }
        let date = line.booking_date.or(line.value_date);
        let (Some(balance), Some(date)) = (line.running_balance, date) else {
            self.silent = true;
            return;
        };
        let point = Point {
            amount: line.amount,
            balance,
            date,
            source_line: line.source_line,
        };
        let first_date = self.first.get_or_insert(point).date;
        if let Some(before) = &self.last {
            self.silent |= before.date == date && before.balance.cmp(&balance).is_eq() && !line.amount.is_zero();
            self.oldest_first.step(before, &point, first_date);
            self.newest_first.step(&point, before, first_date);
        }
        self.last = Some(point);
    }

    /// What they say, if they are running balances.
    pub(crate) fn ends(&self) -> Option<Ends> {
        let (first, last) = self.first.zip(self.last).filter(|_| !self.silent)?;
        let (upwards, downwards) = (&self.oldest_first, &self.newest_first);
        let falls = match upwards.unheld().cmp(&downwards.unheld()) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => first.date > last.date,
            std::cmp::Ordering::Greater => true,
        };
        let (steps, oldest, newest) = if falls {
            (downwards, last, first)
        } else {
            (upwards, first, last)
        };
        let (breaks, break_count) = steps.finish(first.date, last.date)?;
        Some(Ends {
            opening: oldest.balance.checked_sub(oldest.amount)?,
            closing: newest.balance,
            closing_date: newest.date,
            breaks,
            break_count,
            compared: first.source_line != last.source_line,
        })
    }
}

impl Steps {
    #[inline]
    fn step(&mut self, older: &Point, newer: &Point, first_date: Date) {
        if self.break_count >= HOPELESS && self.held.saturating_mul(BREAKS_PER_CHANCE) < self.break_count {
            self.break_count += 1;
            return;
        }
        let expected = older.balance.checked_add(newer.amount);
        if expected.is_some_and(|expected| expected.cmp(&newer.balance).is_eq()) {
            // A line of zero proves nothing.
            self.held += u64::from(!newer.amount.is_zero());
            return;
        }
        match expected.and_then(|expected| newer.balance.checked_sub(expected)) {
            Some(off) => self.fails(newer, off, first_date),
            None => self.uncertain = true,
        }
    }

    /// A step does not follow.
    fn fails(&mut self, newer: &Point, off: Decimal, first_date: Date) {
        let far = |start: &BalanceBreak| (newer.date - start.date).get_days().abs() > DISORDER_DAYS;
        if self.near.first().is_some_and(far) || self.near.len() >= MOST_NEAR {
            self.settle(first_date, None);
        }
        let before = if self.near.is_empty() {
            Some(Decimal::ZERO)
        } else {
            self.near_off
        };
        self.near_off = before.and_then(|sum| sum.checked_add(off));
        self.near.push(BalanceBreak {
            source_line: newer.source_line,
            balance: newer.balance,
            off,
            date: newer.date,
        });
        if self.cancels() {
            self.disordered += u64::try_from(self.near.len()).unwrap_or(u64::MAX);
            self.near.clear();
        }
    }

    /// Whether the breaks near each other are lines out of order: within a day, or a line some days away from its place, which
    /// breaks where it is missing, where it stands and after it. Two breaks of several days that cancel are two: a payment
    /// and its return.
    fn cancels(&self) -> bool {
        let within_a_day = || self.near.first().map(|found| found.date) == self.near.last().map(|found| found.date);
        self.near_off.is_some_and(Decimal::is_zero) && (self.near.len() > 2 || within_a_day())
    }

    /// Steps that do not follow.
    fn unheld(&self) -> u64 {
        self.break_count + self.disordered + u64::try_from(self.near.len()).unwrap_or(u64::MAX)
    }

    /// What is near each other does not cancel: it is breaks.
    fn settle(&mut self, first_date: Date, last_date: Option<Date>) {
        let at_end = self.near.first().is_some_and(|found| found.date == first_date)
            || self.near.last().is_some_and(|found| Some(found.date) == last_date);
        self.uncertain |= self.near.len() > 1 && at_end;
        self.break_count += u64::try_from(self.near.len()).unwrap_or(u64::MAX);
        let room = MOST_NAMED.saturating_sub(self.breaks.len());
        self.breaks.extend(self.near.drain(..).take(room));
    }

    /// The breaks, if the column is one of running balances.
    fn finish(&self, first_date: Date, last_date: Date) -> Option<(Vec<BalanceBreak>, u64)> {
        if self.unheld() == 0 && !self.uncertain {
            return Some((Vec::new(), 0));
        }
        let mut whole = Self {
            held: self.held,
            disordered: self.disordered,
            breaks: self.breaks.clone(),
            break_count: self.break_count,
            near: self.near.clone(),
            near_off: self.near_off,
            uncertain: self.uncertain,
        };
        whole.settle(first_date, Some(last_date));
        let unheld = whole.unheld();
        // Of the few steps of a short statement one that holds is no chance.
        let all_but_one = whole.held > 0 && unheld == 1;
        let majority =
            all_but_one || whole.held >= FEWEST_STEPS && whole.held >= unheld.saturating_mul(STEPS_PER_BREAK);
        (majority && whole.break_count > 0 && !whole.uncertain).then_some((whole.breaks, whole.break_count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Opening, closing, and line and difference of each break.
    type Said = Option<(String, String, Vec<(u64, String)>)>;

    fn said(rows: &[(i8, &str, &str)]) -> Said {
        let mut running = RunningBalances::default();
        for (number, (day, amount, balance)) in (1..).zip(rows) {
            running.add(&Line {
                booking_date: Some(date(2026, 1, *day)),
                amount: amount.parse().unwrap(),
                running_balance: balance.parse().ok(),
                source_line: number,
                ..Line::default()
            });
        }
        let ends = running.ends()?;
        let breaks = ends.breaks.iter();
        Some((
            ends.opening.to_string(),
            ends.closing.to_string(),
            breaks.map(|found| (found.source_line, found.off.to_string())).collect(),
        ))
    }

    fn says(opening: &str, closing: &str, breaks: &[(u64, &str)]) -> (String, String, Vec<(u64, String)>) {
        let breaks = breaks.iter().map(|(line, off)| (*line, (*off).to_owned())).collect();
        (opening.to_owned(), closing.to_owned(), breaks)
    }

    const WHOLE: [(i8, &str, &str); 6] = [
        (1, "10", "110"),
        (3, "-5", "105"),
        (5, "20", "125"),
        (7, "-50", "75"),
        (9, "1", "76"),
        (11, "4", "80"),
    ];

    fn without(gone: &[usize]) -> Vec<(i8, &'static str, &'static str)> {
        let kept = WHOLE.iter().enumerate().filter(|(index, _)| !gone.contains(index));
        kept.map(|(_, row)| *row).collect()
    }

    fn reversed(rows: &[(i8, &'static str, &'static str)]) -> Vec<(i8, &'static str, &'static str)> {
        rows.iter().rev().copied().collect()
    }

    #[test]
    fn balances_that_follow_give_both_ends_in_either_order() {
        assert_eq!(said(&WHOLE), Some(says("100", "80", &[])));
        assert_eq!(said(&reversed(&WHOLE)), Some(says("100", "80", &[])));
        assert_eq!(said(&WHOLE[..1]), Some(says("100", "110", &[])));
    }

    #[test]
    fn a_missing_line_is_a_break_in_either_order() {
        assert_eq!(said(&without(&[3])), Some(says("100", "80", &[(4, "-50")])));
        assert_eq!(said(&reversed(&without(&[3]))), Some(says("100", "80", &[(2, "-50")])));
    }

    #[test]
    fn a_changed_amount_is_a_break() {
        let mut rows = WHOLE;
        rows[3].1 = "-40";
        assert_eq!(said(&rows), Some(says("100", "80", &[(4, "-10")])));
    }

    #[test]
    fn of_three_lines_one_step_that_holds_makes_the_other_a_break() {
        let rows = [WHOLE[0], WHOLE[1], WHOLE[3]];
        assert!(said(&rows).is_some_and(|(_, _, breaks)| breaks.len() == 1));
        assert_eq!(said(&[WHOLE[0], WHOLE[3]]), None);
    }

    #[test]
    fn breaks_that_cancel_on_other_days_are_breaks() {
        let rows = [
            (1, "10", "110"),
            (2, "5", "115"),
            (3, "5", "115"),
            (4, "5", "120"),
            (5, "5", "125"),
            (6, "5", "135"),
            (7, "5", "140"),
            (8, "5", "145"),
            (9, "5", "150"),
        ];
        assert_eq!(said(&rows), Some(says("100", "150", &[(3, "-5"), (6, "5")])));
    }

    #[test]
    fn a_column_that_does_not_follow_says_nothing() {
        assert_eq!(said(&[(1, "100", "1100"), (2, "-30", "9999")]), None);
        assert_eq!(said(&[(1, "100", "1100"), (2, "-30", "")]), None);
        assert_eq!(said(&[]), None);
        let mut rows = WHOLE;
        (rows[1].2, rows[3].2) = ("17", "99");
        assert_eq!(said(&rows), None, "most steps break");
    }

    #[test]
    fn balances_of_the_end_of_the_day_say_nothing() {
        let mut rows = vec![(1, "10", "105"), (1, "-5", "105")];
        rows.extend(&WHOLE[2..]);
        assert_eq!(said(&rows), None);
    }

    #[test]
    fn lines_out_of_order_are_no_breaks() {
        let mut rows: Vec<_> = WHOLE.to_vec();
        rows.extend((12..28).map(|day| (day, "0", "80")));
        rows.swap(2, 3);
        assert_eq!(said(&rows), None);
        let days: Vec<(i8, String, String)> = (1..25_i16)
            .map(|n| (i8::try_from(n).unwrap(), n.to_string(), (n * (n + 1) / 2).to_string()))
            .collect();
        let mut rows: Vec<(i8, &str, &str)> = days.iter().map(|(d, a, b)| (*d, a.as_str(), b.as_str())).collect();
        rows[..2].reverse();
        (rows[0].0, rows[1].0) = (1, 1);
        assert_eq!(said(&rows), None, "at the first end it cannot be told from a break");
    }
}

//! Running balances beside the lines of a statement: what the statement began and ended with, and where a line is missing.
//!
//! Banks print lists oldest first, newest first, or the newest day first and its lines oldest first (`running/runs.rs`); the
//! order in which most balances follow from the one before is the right one. Lines without a balance count for the next
//! newer one that is printed; behind the newest one nothing is proved. Lines that follow each other are a *run*. Where a run
//! ends, a line is missing, doubled or changed: a *break* - or the lines stand in another order than they were booked in.
//! Then what a run ends with is what another one begins with, so runs are joined into *paths* by their balances
//! (`running/paths.rs`), whatever the rows are sorted by:
//! - one path is a whole statement, and its ends are proved;
//! - several paths, one behind the other in time, are a statement with a break between each and the next. The balances of
//!   both ends are kept, so that the statement is off by what is missing;
//! - paths beside each other in time are no one account's, or in an order that cannot be found: then the rows as they
//!   stand must mostly follow.
//!
//! How much must follow depends on the column. One that nothing names is one of running balances only where a clear
//! majority of steps follows, or all but one. One that its header names (`BalanceColumn::Named`) is one, even if no step
//! follows, as in an export that leaves out every second line: its breaks are breaks. Where even its order cannot be found,
//! that is said, and no balance is taken.
//!
//! Some columns are no running balances whatever their name, and say nothing:
//! - a balance of the end of the day repeats on every line of the day, and the steps of the day cancel each other (under
//!   a name they are compared day by day, `running/days.rs`);
//! - one that stands still while the lines move: today's balance on every line, or zeros;
//! - balances of several accounts in turn;
//! - balances before the line, or of what is owed, which follow from the lines only the other way round;
//! - balances that are printed without a sign while the account is overdrawn.

mod broken;
mod days;
mod paths;
mod runs;

use crate::model::{BalanceBreak, BalanceColumn, Line, Status};
use broken::Broken;
use days::Days;
use runs::{Point, Runs, RunsByDay};
use std::cmp::Ordering;
use tieout_core::{Date, Decimal};

/// Steps that must follow before others that do not are breaks, in a column that nothing names.
const FEWEST_STEPS: u64 = 3;
/// So many steps must follow for each that does not.
const STEPS_PER_BREAK: u64 = 3;
/// In a named column whose lines are not in order of their dates, a step must follow for so many that do not.
const BREAKS_PER_STEP: u64 = 2;
/// Lines are listed at most so many days away from where they were booked.
const DISORDER_DAYS: i32 = 10;
/// Steps that break near each other and are still looked at as one; more are no disorder.
const MOST_NEAR: usize = 16;
/// Breaks that are named.
const MOST_NAMED: usize = 100;
/// Runs of an order of which nearly no step holds: it is not that of the rows, and what holds does so by chance.
const HOPELESS: u64 = 20_000;
/// Runs that are kept of any order: of a statement with more nothing is joined.
const MOST_RUNS: u64 = 50_000;
/// Fewer than one step that holds for so many that break is nearly none.
const BREAKS_PER_CHANCE: u64 = 16;

/// Lines at the beginning that may be without any balance; statements of more print none.
const MOST_WITHOUT: usize = 1000;

/// What the running balances of a statement say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) opening: Decimal,
    pub(crate) closing: Decimal,
    /// Date of the newest line.
    pub(crate) closing_date: Date,
    /// The first breaks, oldest first.
    pub(crate) breaks: Vec<BalanceBreak>,
    /// How many breaks there are.
    pub(crate) break_count: u64,
    /// A balance was compared with another: that beside a single line proves nothing.
    pub(crate) compared: bool,
    /// The newest balance that is printed, if newer lines have none: then the closing one is that and theirs.
    pub(crate) newest_printed: Option<Decimal>,
}

/// What a column of balances came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// There is none, or it is none of running balances.
    Nothing,
    /// It is named as one, and so many of its balances do not follow from another, in no order that can be found.
    Unfollowed(u64),
    /// It has two ends, and perhaps breaks.
    Ends(Ends),
}

/// The lines of one statement as they pass.
#[derive(Debug, Default)]
pub(crate) struct RunningBalances {
    /// Booked lines, and those of them with a balance.
    lines: u64,
    printed: u64,
    /// Days of the first line and of the last.
    ends: Option<(Date, Date)>,
    oldest_first: Runs,
    newest_first: Runs,
    /// As long as dates do not rise.
    newest_day_first: RunsByDay,
    dates: Course,
    /// Lines above the first balance: most statements print none at all, and nothing more is done with theirs.
    above: Vec<Passed>,
    /// Days, should the balances be those of days.
    days: Days,
    /// Some balance is below zero.
    overdrawn: bool,
    /// A line has no day, no line has a balance, or they are beyond what an amount can hold.
    silent: bool,
}

/// What counts of a line.
#[derive(Debug, Clone, Copy)]
struct Passed {
    date: Date,
    amount: Decimal,
    balance: Option<Decimal>,
    source_line: u64,
}

/// Whether dates go up and down.
#[derive(Debug, Default)]
struct Course {
    rises: bool,
    falls: bool,
}

impl RunningBalances {
    /// Forgets all lines and keeps the memory.
    pub(crate) fn clear(&mut self) {
        let mut above = std::mem::take(&mut self.above);
        above.clear();
        *self = Self {
            above,
            ..Self::default()
        };
    }

    /// A line passes.
    #[inline]
    pub(crate) fn add(&mut self, line: &Line) {
        if line.status != Status::Booked || self.silent {
            return;
        }
        let Some(date) = line.booking_date.or(line.value_date) else {
            self.silent = true;
            return;
        };
        let passed = Passed {
            date,
            amount: line.amount,
            balance: line.running_balance,
            source_line: line.source_line,
        };
        if self.printed > 0 || passed.balance.is_some() {
            self.silent = self.take_all(&passed).is_none();
        } else if self.above.len() < MOST_WITHOUT {
            self.above.push(passed);
        } else {
            self.silent = true;
        }
    }

    /// Takes a line, and before the first balance those above it.
    #[inline(never)]
    fn take_all(&mut self, line: &Passed) -> Option<()> {
        let mut above = std::mem::take(&mut self.above);
        above.iter().try_for_each(|line| self.take(line))?;
        above.clear();
        self.above = above;
        self.take(line)
    }

    fn take(&mut self, line: &Passed) -> Option<()> {
        let Passed {
            date,
            amount,
            balance,
            source_line,
        } = *line;
        self.turn_to(date);
        self.lines += 1;
        self.days.add(date, amount, balance, source_line);
        match balance {
            Some(balance) => self.printed(&Point {
                amount,
                balance,
                date,
                source_line,
            }),
            None => self.blank(date, amount),
        }
    }

    fn turn_to(&mut self, date: Date) {
        match &mut self.ends {
            None => self.ends = Some((date, date)),
            Some((_, last)) => {
                if *last < date && !self.dates.rises {
                    self.dates.rises = true;
                    self.newest_day_first = RunsByDay::default();
                }
                self.dates.falls |= *last > date;
                *last = date;
            }
        }
    }

    fn printed(&mut self, point: &Point) -> Option<()> {
        let start = point.balance.checked_sub(point.amount)?;
        self.printed += 1;
        self.overdrawn |= point.balance.is_negative();
        self.oldest_first.add_newer(point, start)?;
        self.newest_first.add_older(point, start);
        if !self.dates.rises {
            self.newest_day_first.add(point, start)?;
        }
        Some(())
    }

    /// Lines of a day without a balance.
    fn blank(&mut self, date: Date, amount: Decimal) -> Option<()> {
        self.oldest_first.blank_newer(amount)?;
        self.newest_first.blank_older(amount)?;
        if !self.dates.rises {
            self.newest_day_first.blank(date, amount)?;
        }
        Some(())
    }

    /// What they say of themselves, if they are running balances.
    pub(crate) fn ends(&self) -> Option<Ends> {
        match self.find(BalanceColumn::Unnamed) {
            Finding::Ends(ends) => Some(ends),
            Finding::Nothing | Finding::Unfollowed(_) => None,
        }
    }

    /// What they say in such a column: as balances after each line, else as those of days, which stand beside the first line of a
    /// day in some lists.
    pub(crate) fn find(&self, column: BalanceColumn) -> Finding {
        let is_named = column == BalanceColumn::Named;
        let of_days = || self.days.ends().filter(|_| is_named);
        let beside_one = || self.days.ends_beside_one_line().filter(|_| is_named);
        match self.of_lines(column) {
            Some(Finding::Nothing) | None => of_days().map_or(Finding::Nothing, Finding::Ends),
            Some(Finding::Ends(ends)) if ends.break_count > 0 => {
                let fewer = beside_one().filter(|days| days.break_count < ends.break_count);
                Finding::Ends(fewer.unwrap_or(ends))
            }
            Some(Finding::Unfollowed(steps)) => beside_one().map_or(Finding::Unfollowed(steps), Finding::Ends),
            Some(found) => found,
        }
    }

    fn of_lines(&self, column: BalanceColumn) -> Option<Finding> {
        let (first, last) = self.ends.filter(|_| !self.silent && self.printed > 0)?;
        let is_in_order = self.dates.rises != self.dates.falls;
        let (taken, falls) = self.in_order_of_time()?;
        // One balance among many lines is that after all of them, or of whatever its day is; of one day it is the day's.
        let is_of_its_day = !is_in_order && first != last;
        if self.printed == 1 && self.lines > 1 && (taken.open.is_some() || is_of_its_day) {
            return None;
        }
        let mut runs = taken.kept;
        if falls {
            runs.reverse();
        }
        let found = if let (0, [run]) = (taken.lost, runs.as_slice()) {
            Finding::Ends(Ends::of((run.start, &run.newest), Vec::new(), self.printed > 1))
        } else {
            let statement = Broken {
                days: (first.min(last), first.max(last)),
                held: taken.held,
                lost: taken.lost,
                is_in_order,
                has_signs: self.overdrawn,
                runs,
            };
            statement.find(column)
        };
        match (found, taken.open) {
            (Finding::Ends(ends), Some(open)) => Some(Finding::Ends(ends.before(open, first.max(last))?)),
            (found, _) => Some(found),
        }
    }

    /// The runs in the order in which most balances follow, and whether that is newest first.
    fn in_order_of_time(&self) -> Option<(Runs, bool)> {
        let (upwards, downwards) = (&self.oldest_first, &self.newest_first);
        let (first, last) = self.ends?;
        let (fewest, falls) = match upwards.count().cmp(&downwards.count()) {
            Ordering::Less => (upwards, false),
            Ordering::Equal if first <= last => (upwards, false),
            Ordering::Equal | Ordering::Greater => (downwards, true),
        };
        if self.dates.falls && !self.dates.rises && fewest.count() > 1 {
            let by_day = self.newest_day_first.runs()?;
            if by_day.count() < fewest.count() {
                return Some((by_day, true));
            }
        }
        Some((fewest.clone(), falls))
    }
}

impl Ends {
    fn of((opening, newest): (Decimal, &Point), mut breaks: Vec<BalanceBreak>, compared: bool) -> Self {
        let break_count = u64::try_from(breaks.len()).unwrap_or(u64::MAX);
        breaks.truncate(MOST_NAMED);
        Self {
            opening,
            closing: newest.balance,
            closing_date: newest.date,
            breaks,
            break_count,
            compared,
            newest_printed: None,
        }
    }

    /// The same of a statement whose newest lines, to this day, have no balance.
    fn before(self, open: Decimal, last_day: Date) -> Option<Self> {
        Some(Self {
            closing: self.closing.checked_add(open)?,
            closing_date: self.closing_date.max(last_day),
            newest_printed: Some(self.closing),
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Opening, closing, and line and difference of each break.
    type Said = Option<(String, String, Vec<(u64, String)>)>;

    fn running(rows: &[(i8, &str, &str)]) -> RunningBalances {
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
        running
    }

    fn found(rows: &[(i8, &str, &str)]) -> Finding {
        running(rows).find(BalanceColumn::Named)
    }

    fn said(rows: &[(i8, &str, &str)]) -> Said {
        let ends = running(rows).ends()?;
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
    fn balances_without_a_sign_while_overdrawn_say_nothing() {
        let rows = [
            (1, "10", "30"),
            (2, "-50", "20"),
            (3, "-5", "25"),
            (4, "40", "15"),
            (5, "1", "16"),
            (6, "1", "17"),
            (7, "1", "18"),
        ];
        assert_eq!(said(&rows), None);
        assert_eq!(found(&rows), Finding::Nothing);
    }

    #[test]
    fn balances_before_the_lines_say_nothing_but_where_one_is_missing() {
        let rows = [
            (1, "10", "100"),
            (2, "-50", "110"),
            (3, "-5", "60"),
            (4, "40", "55"),
            (5, "1", "95"),
        ];
        assert_eq!(found(&rows), Finding::Nothing);
        assert_eq!(found(&[rows[0], rows[1], rows[2], rows[4]]), Finding::Unfollowed(3));
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
        assert_eq!(said(&rows), Some(says("100", "80", &[])));
        let days: Vec<(i8, String, String)> = (1..25_i16)
            .map(|n| (i8::try_from(n).unwrap(), n.to_string(), (n * (n + 1) / 2).to_string()))
            .collect();
        let mut rows: Vec<(i8, &str, &str)> = days.iter().map(|(d, a, b)| (*d, a.as_str(), b.as_str())).collect();
        rows[..2].reverse();
        (rows[0].0, rows[1].0) = (1, 1);
        assert_eq!(said(&rows), Some(says("0", "300", &[])), "nor at the first end");
    }
}

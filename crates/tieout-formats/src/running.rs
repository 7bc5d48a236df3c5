//! Running balances beside the lines of a statement: what the statement began and ended with, and where a line is missing.
//!
//! Banks print lists oldest first or newest first; the order in which more balances follow from the one before is the
//! right one. Lines that follow each other are a *run*. Where a run ends, a line is missing, doubled or changed: a
//! *break* - or the lines stand in another order than they were booked in. Then what a run ends with is what another one
//! begins with, so runs are joined into *paths* by their balances (`running/paths.rs`), whatever the rows are sorted by:
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
//!   a name they are compared day by day, `running/days.rs`, as are balances that only some lines have);
//! - one that stands still while the lines move: today's balance on every line, or zeros;
//! - balances of several accounts in turn;
//! - balances before the line, or of what is owed, which follow from the lines only the other way round;
//! - balances that are printed without a sign while the account is overdrawn.

mod days;
mod paths;

use crate::model::{BalanceBreak, BalanceColumn, Line, Status};
use days::Days;
use paths::{Path, join};
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
    first: Option<Point>,
    last: Option<Point>,
    oldest_first: Runs,
    newest_first: Runs,
    dates: Course,
    /// Days, should the balances be those of days.
    days: Days,
    /// Some balance is below zero.
    overdrawn: bool,
    /// A line has no balance, or they are beyond what an amount can hold.
    silent: bool,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    amount: Decimal,
    balance: Decimal,
    date: Date,
    source_line: u64,
}

/// Lines that follow each other.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The balance before its oldest line.
    start: Decimal,
    oldest: Point,
    newest: Point,
    days: (Date, Date),
}

/// The runs of the lines, taken in one order.
#[derive(Debug, Default)]
struct Runs {
    /// In file order.
    kept: Vec<Run>,
    /// Steps that hold.
    held: u64,
    /// Runs that were not kept.
    lost: u64,
}

/// From one run to the next: a step that does not hold.
#[derive(Debug, Clone, Copy)]
struct Gap {
    found: BalanceBreak,
    older: Point,
    newer: Point,
    /// What the balance moved by.
    moved: Decimal,
}

/// Whether dates go up and down.
#[derive(Debug, Default)]
struct Course {
    rises: bool,
    falls: bool,
}

impl RunningBalances {
    /// A line passes.
    pub(crate) fn add(&mut self, line: &Line) {
        if line.status != Status::Booked {
            return;
        }
        let date = line.booking_date.or(line.value_date);
        self.days.add(date, line.amount, line.running_balance, line.source_line);
        if self.silent {
            return;
        }
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
        let Some(start) = balance.checked_sub(line.amount) else {
            self.silent = true;
            return;
        };
        self.first.get_or_insert(point);
        self.overdrawn |= balance.is_negative();
        if let Some(before) = &self.last {
            self.dates.rises |= before.date < date;
            self.dates.falls |= before.date > date;
        }
        self.oldest_first.add_newer(&point, start);
        self.newest_first.add_older(&point, start);
        self.last = Some(point);
    }

    /// What they say of themselves, if they are running balances.
    pub(crate) fn ends(&self) -> Option<Ends> {
        match self.find(BalanceColumn::Unnamed) {
            Finding::Ends(ends) => Some(ends),
            Finding::Nothing | Finding::Unfollowed(_) => None,
        }
    }

    /// What they say in such a column: as balances after each line, else as those of days.
    pub(crate) fn find(&self, column: BalanceColumn) -> Finding {
        let of_days = || self.days.ends().filter(|_| column == BalanceColumn::Named);
        match self.of_lines(column) {
            Finding::Nothing => of_days().map_or(Finding::Nothing, Finding::Ends),
            found => found,
        }
    }

    fn of_lines(&self, column: BalanceColumn) -> Finding {
        let Some((first, last)) = self.first.zip(self.last).filter(|_| !self.silent) else {
            return Finding::Nothing;
        };
        let (upwards, downwards) = (&self.oldest_first, &self.newest_first);
        let falls = match upwards.count().cmp(&downwards.count()) {
            Ordering::Less => false,
            Ordering::Equal => first.date > last.date,
            Ordering::Greater => true,
        };
        let taken = if falls { downwards } else { upwards };
        let mut runs = taken.kept.clone();
        if falls {
            runs.reverse();
        }
        let compared = first.source_line != last.source_line;
        if let (0, [run]) = (taken.lost, runs.as_slice()) {
            return Finding::Ends(Ends::of((run.start, &run.newest), Vec::new(), compared));
        }
        let statement = Broken {
            days: (first.date.min(last.date), first.date.max(last.date)),
            held: taken.held,
            lost: taken.lost,
            is_in_order: self.dates.rises != self.dates.falls,
            has_signs: self.overdrawn,
            runs,
        };
        statement.find(column)
    }
}

impl Runs {
    #[inline]
    fn add_newer(&mut self, point: &Point, start: Decimal) {
        match self.kept.last_mut() {
            Some(run) if self.lost == 0 && run.newest.balance.cmp(&start).is_eq() => {
                run.newest = *point;
                run.days = (run.days.0.min(point.date), run.days.1.max(point.date));
                // A line of zero proves nothing.
                self.held += u64::from(!point.amount.is_zero());
            }
            _ => self.begin(point, start),
        }
    }

    #[inline]
    fn add_older(&mut self, point: &Point, start: Decimal) {
        match self.kept.last_mut() {
            Some(run) if self.lost == 0 && run.start.cmp(&point.balance).is_eq() => {
                self.held += u64::from(!run.oldest.amount.is_zero());
                run.oldest = *point;
                run.start = start;
                run.days = (run.days.0.min(point.date), run.days.1.max(point.date));
            }
            _ => self.begin(point, start),
        }
    }

    fn begin(&mut self, point: &Point, start: Decimal) {
        let count = u64::try_from(self.kept.len()).unwrap_or(u64::MAX);
        let is_hopeless = count >= HOPELESS && self.held.saturating_mul(BREAKS_PER_CHANCE) < count;
        if self.lost > 0 || is_hopeless || count >= MOST_RUNS {
            self.lost += 1;
            return;
        }
        self.kept.push(Run {
            start,
            oldest: *point,
            newest: *point,
            days: (point.date, point.date),
        });
    }

    fn count(&self) -> u64 {
        u64::try_from(self.kept.len())
            .unwrap_or(u64::MAX)
            .saturating_add(self.lost)
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
        }
    }
}

/// Lines of which some do not follow.
struct Broken {
    /// Oldest first.
    runs: Vec<Run>,
    /// Steps that hold.
    held: u64,
    /// Runs that were not kept.
    lost: u64,
    /// Days of the first and the last line.
    days: (Date, Date),
    /// The dates tell the order, and all say the same.
    is_in_order: bool,
    /// Some balance is below zero.
    has_signs: bool,
}

impl Broken {
    fn find(&self, column: BalanceColumn) -> Finding {
        let Some(gaps) = self.gaps() else {
            return Finding::Nothing;
        };
        let count = |is: fn(&Gap) -> bool| to_u64(gaps.iter().filter(|gap| is(gap)).count());
        let broken = to_u64(gaps.len());
        let still = count(Gap::is_still);
        if self.is_of_days(&gaps) || still > self.held && still * 2 > broken {
            return Finding::Nothing;
        }
        let unfollowed = match column {
            BalanceColumn::Named => Finding::Unfollowed(broken.saturating_add(self.lost)),
            BalanceColumn::Unnamed => Finding::Nothing,
        };
        let is_of_sign = |gap: &Gap| gap.is_of_sign() || gap.is_turned();
        if !self.has_signs && count(Gap::is_of_sign) > 0 {
            let is_explained = self.lost == 0 && gaps.iter().all(is_of_sign);
            return if is_explained { Finding::Nothing } else { unfollowed };
        }
        let other_way = count(Gap::is_before).max(count(Gap::is_turned));
        if other_way > self.held && other_way * STEPS_PER_BREAK >= broken {
            let rest = broken - other_way;
            let is_broken = rest > 0 && other_way > 1 && is_majority(other_way, rest);
            return if is_broken { unfollowed } else { Finding::Nothing };
        }
        if self.lost > 0 {
            return unfollowed;
        }
        let paths = join(&self.runs);
        if let Some(ends) = self.along(&paths, column) {
            return Finding::Ends(ends);
        }
        if let Some(breaks) = self.breaks_as_they_stand(&gaps) {
            return self.ends(breaks);
        }
        let joined = broken.saturating_sub(to_u64(paths.len().saturating_sub(1)));
        match column {
            BalanceColumn::Named if self.is_in_order && joined * 2 < broken => {
                self.ends(gaps.iter().map(|gap| gap.found).collect())
            }
            _ if paths.is_empty() || paths::overlap_days(&paths) > DISORDER_DAYS => Finding::Nothing,
            _ => unfollowed,
        }
    }

    /// The first and the last line as they stand.
    fn ends(&self, breaks: Vec<BalanceBreak>) -> Finding {
        match (self.runs.first(), self.runs.last()) {
            (Some(oldest), Some(newest)) => Finding::Ends(Ends::of((oldest.start, &newest.newest), breaks, true)),
            _ => Finding::Nothing,
        }
    }

    /// The statement along the paths, if they lie one behind the other and enough of it follows.
    fn along(&self, paths: &[Path], column: BalanceColumn) -> Option<Ends> {
        let (oldest, newest) = (paths.first()?.oldest(&self.runs)?, paths.last()?.newest(&self.runs)?);
        let first_day = self.runs.iter().map(|run| run.days.0).min()?;
        let last_day = self.runs.iter().map(|run| run.days.1).max()?;
        let is_near = |day: Date, other: Date| (day - other).get_days().abs() <= DISORDER_DAYS;
        let is_at_the_ends = is_near(oldest.oldest.date, first_day) && is_near(newest.newest.date, last_day);
        if paths::overlap_days(paths) > 0 || !is_at_the_ends {
            return None;
        }
        let mut breaks = Vec::with_capacity(paths.len());
        for pair in paths.windows(2) {
            if let [older, newer] = pair {
                let (older, newer) = (older.newest(&self.runs)?, newer.oldest(&self.runs)?);
                breaks.push(step(older, newer)?.found);
            }
        }
        let broken = to_u64(breaks.len());
        let joined = to_u64(self.runs.len().saturating_sub(paths.len()));
        let followed = self.held.saturating_add(joined);
        let enough = match column {
            _ if broken == 0 => followed > 0,
            _ if is_majority(followed, broken) => true,
            BalanceColumn::Named if self.is_in_order => true,
            BalanceColumn::Named => followed > 0 && followed * BREAKS_PER_STEP >= broken,
            BalanceColumn::Unnamed => false,
        };
        let closing_date = last_day.max(newest.newest.date);
        enough.then(|| Ends {
            closing_date,
            ..Ends::of((oldest.start, &newest.newest), breaks, true)
        })
    }

    fn gaps(&self) -> Option<Vec<Gap>> {
        let pairs = self.runs.windows(2);
        pairs
            .map(|pair| match pair {
                [older, newer] => step(older, newer),
                _ => None,
            })
            .collect()
    }

    /// Whether balances of the end of the day repeat on each line of it: then the steps of a day cancel each other, but for
    /// those of the first day, of which one cannot be seen.
    fn is_of_days(&self, gaps: &[Gap]) -> bool {
        let of_one_day = gaps.chunk_by(|one, other| one.found.date == other.found.date);
        let mut repeating = of_one_day.filter(|day| day.iter().any(|gap| gap.is_still() && gap.is_within_a_day()));
        repeating.any(|day| {
            let is_first = |gap: &Gap| gap.found.date == self.days.0;
            sum(day).is_none_or(Decimal::is_zero) || day.iter().any(is_first)
        })
    }

    /// The steps of the rows as they stand that are breaks, if a clear majority follows. Those near each other that cancel
    /// are lines out of order; at the first or the last line that cannot be told from breaks.
    fn breaks_as_they_stand(&self, gaps: &[Gap]) -> Option<Vec<BalanceBreak>> {
        let mut breaks: Vec<BalanceBreak> = Vec::new();
        let mut near: Vec<Gap> = Vec::new();
        let mut is_certain = true;
        let at_an_end = |near: &[Gap]| {
            let is_at = |gap: Option<&Gap>, day| gap.is_some_and(|gap| gap.found.date == day);
            is_at(near.first(), self.days.0) || is_at(near.last(), self.days.1)
        };
        for gap in gaps {
            let far = |start: &Gap| (gap.found.date - start.found.date).get_days().abs() > DISORDER_DAYS;
            if near.first().is_some_and(far) || near.len() >= MOST_NEAR {
                is_certain &= near.len() < 2 || !at_an_end(&near);
                breaks.extend(near.drain(..).map(|gap| gap.found));
            }
            near.push(*gap);
            // Two breaks of several days that cancel are two: a payment and its return.
            let within_a_day = near.first().map(|gap| gap.found.date) == Some(gap.found.date);
            if sum(&near).is_some_and(Decimal::is_zero) && (near.len() > 2 || within_a_day) {
                near.clear();
            }
        }
        is_certain &= near.len() < 2 || !at_an_end(&near);
        breaks.extend(near.drain(..).map(|gap| gap.found));
        (is_certain && !breaks.is_empty() && is_majority(self.held, to_u64(gaps.len()))).then_some(breaks)
    }
}

/// The step from a run to a newer one; `None` beyond what an amount can hold.
fn step(older: &Run, newer: &Run) -> Option<Gap> {
    let (before, after) = (older.newest, newer.oldest);
    Some(Gap {
        found: BalanceBreak {
            source_line: after.source_line,
            date: after.date,
            balance: after.balance,
            off: newer.start.checked_sub(before.balance)?,
        },
        older: before,
        newer: after,
        moved: after.balance.checked_sub(before.balance)?,
    })
}

impl Gap {
    /// The balance stood still while the lines moved.
    fn is_still(&self) -> bool {
        self.moved.is_zero() && !self.older.amount.is_zero() && !self.newer.amount.is_zero()
    }

    fn is_within_a_day(&self) -> bool {
        self.older.date == self.newer.date
    }

    /// The balances are those before the lines.
    fn is_before(&self) -> bool {
        self.moved == self.older.amount && !self.moved.is_zero()
    }

    /// The balances fall with what comes in.
    fn is_turned(&self) -> bool {
        self.moved == -self.newer.amount && !self.moved.is_zero()
    }

    /// It would hold if one of the two balances were below zero.
    fn is_of_sign(&self) -> bool {
        let twice = |balance: Decimal| balance.checked_add(balance) == Some(self.found.off);
        twice(self.newer.balance) || twice(-self.older.balance)
    }
}

/// What gaps come to together; `None` beyond what an amount can hold.
fn sum(gaps: &[Gap]) -> Option<Decimal> {
    gaps.iter()
        .try_fold(Decimal::ZERO, |sum, gap| sum.checked_add(gap.found.off))
}

/// Whether steps that hold make those which do not breaks. Of the few steps of a short statement one is no chance.
fn is_majority(held: u64, broken: u64) -> bool {
    held > 0 && broken == 1 || held >= FEWEST_STEPS && held >= broken.saturating_mul(STEPS_PER_BREAK)
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
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

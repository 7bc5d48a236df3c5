//! Lines of which some do not follow: whether their balances are running ones, and where those break.

use super::paths::{self, Path, join};
use super::runs::{Point, Run};
use super::{BREAKS_PER_STEP, DISORDER_DAYS, Ends, FEWEST_STEPS, Finding, MOST_NEAR, STEPS_PER_BREAK};
use crate::model::{BalanceBreak, BalanceColumn};
use tieout_core::{Date, Decimal};

/// From one run to the next: a step that does not hold.
#[derive(Debug, Clone, Copy)]
struct Gap {
    found: BalanceBreak,
    older: Point,
    newer: Point,
    /// What the balance moved by.
    moved: Decimal,
}

/// Lines of which some do not follow.
pub(super) struct Broken {
    /// Oldest first.
    pub(super) runs: Vec<Run>,
    /// Steps that hold.
    pub(super) held: u64,
    /// Runs that were not kept.
    pub(super) lost: u64,
    /// Days of the first and the last line.
    pub(super) days: (Date, Date),
    /// The dates tell the order, and all say the same.
    pub(super) is_in_order: bool,
    /// Some balance is below zero.
    pub(super) has_signs: bool,
}

impl Broken {
    pub(super) fn find(&self, column: BalanceColumn) -> Finding {
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
    /// those of the first day, of which one cannot be seen. There a balance that follows within the day, or the same line
    /// once more, says that they are of lines.
    fn is_of_days(&self, gaps: &[Gap]) -> bool {
        let of_one_day = gaps.chunk_by(|one, other| one.found.date == other.found.date);
        let mut repeating = of_one_day.filter(|day| day.iter().any(|gap| gap.is_still() && gap.is_within_a_day()));
        let follows = |run: &Run| {
            let (oldest, newest) = (run.oldest, run.newest);
            oldest.source_line != newest.source_line && newest.date == self.days.0
        };
        let may_be_first = !self.runs.iter().any(follows);
        repeating.any(|day| {
            let is_first = |gap: &Gap| gap.found.date == self.days.0 && gap.older.amount != gap.newer.amount;
            sum(day).is_none_or(Decimal::is_zero) || may_be_first && day.iter().any(is_first)
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

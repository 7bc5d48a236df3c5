//! Lines that follow each other, as the rows are taken in one order of time.
//!
//! Lines without a balance move the next newer one that is printed: it is compared with the one before it and all of them.

use super::{BREAKS_PER_CHANCE, HOPELESS, MOST_RUNS};
use tieout_core::{Date, Decimal};

/// A printed balance, and what moved it: its line, and those without a balance before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) amount: Decimal,
    pub(super) balance: Decimal,
    pub(super) date: Date,
    pub(super) source_line: u64,
}

/// Lines that follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// The balance before its oldest line.
    pub(super) start: Decimal,
    pub(super) oldest: Point,
    pub(super) newest: Point,
    pub(super) days: (Date, Date),
}

/// The runs of the lines, taken in one order.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    /// In file order.
    pub(super) kept: Vec<Run>,
    /// Steps that hold.
    pub(super) held: u64,
    /// Runs that were not kept.
    pub(super) lost: u64,
    /// What lines come to that have no balance and no newer one so far.
    pub(super) open: Option<Decimal>,
}

/// Runs of rows that stand by day, the newest day first, and within a day oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct RunsByDay {
    days: Runs,
    today: Runs,
    date: Option<Date>,
}

impl Run {
    fn is_single(&self) -> bool {
        self.oldest.source_line == self.newest.source_line
    }
}

impl Runs {
    /// A line newer than those before; `None` beyond what an amount can hold.
    #[inline]
    pub(super) fn add_newer(&mut self, point: &Point, start: Decimal) -> Option<()> {
        let (point, start) = match self.open.take() {
            None => (*point, start),
            Some(open) => {
                let amount = point.amount.checked_add(open)?;
                (Point { amount, ..*point }, start.checked_sub(open)?)
            }
        };
        match self.kept.last_mut() {
            Some(run) if self.lost == 0 && run.newest.balance.cmp(&start).is_eq() => {
                run.newest = point;
                run.days = (run.days.0.min(point.date), run.days.1.max(point.date));
                // A line of zero proves nothing.
                self.held += u64::from(!point.amount.is_zero());
            }
            _ => self.begin(Run::of(&point, start)),
        }
        Some(())
    }

    /// A line older than those before.
    #[inline]
    pub(super) fn add_older(&mut self, point: &Point, start: Decimal) {
        if self.lost > 0 {
            self.lost += 1;
            return;
        }
        self.join_older(Run::of(point, start));
    }

    /// A run older than those before.
    #[inline]
    fn join_older(&mut self, older: Run) {
        match self.kept.last_mut() {
            Some(run) if self.lost == 0 && run.start.cmp(&older.newest.balance).is_eq() => {
                self.held += u64::from(!run.oldest.amount.is_zero());
                run.oldest = older.oldest;
                run.start = older.start;
                run.days = (run.days.0.min(older.days.0), run.days.1.max(older.days.1));
            }
            _ => self.begin(older),
        }
    }

    /// Newer lines without a balance.
    pub(super) fn blank_newer(&mut self, amount: Decimal) -> Option<()> {
        self.open = Some(self.open.unwrap_or_default().checked_add(amount)?);
        Some(())
    }

    /// Older lines without a balance.
    pub(super) fn blank_older(&mut self, amount: Decimal) -> Option<()> {
        let Some(run) = self.kept.last_mut() else {
            return self.blank_newer(amount);
        };
        run.start = run.start.checked_sub(amount)?;
        run.oldest.amount = run.oldest.amount.checked_add(amount)?;
        if run.is_single() {
            run.newest = run.oldest;
        }
        Some(())
    }

    fn begin(&mut self, run: Run) {
        let count = u64::try_from(self.kept.len()).unwrap_or(u64::MAX);
        let is_hopeless = count >= HOPELESS && self.held.saturating_mul(BREAKS_PER_CHANCE) < count;
        if self.lost > 0 || is_hopeless || count >= MOST_RUNS {
            self.lost += 1;
            return;
        }
        self.kept.push(run);
    }

    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.kept.len())
            .unwrap_or(u64::MAX)
            .saturating_add(self.lost)
    }
}

impl RunsByDay {
    pub(super) fn add(&mut self, point: &Point, start: Decimal) -> Option<()> {
        self.turn_to(point.date)?;
        self.today.add_newer(point, start)
    }

    /// Lines of a day without a balance.
    pub(super) fn blank(&mut self, date: Date, amount: Decimal) -> Option<()> {
        self.turn_to(date)?;
        self.today.blank_newer(amount)
    }

    /// The runs of all days, newest first.
    pub(super) fn runs(&self) -> Option<Runs> {
        let mut all = self.clone();
        all.end_day()?;
        Some(all.days)
    }

    fn turn_to(&mut self, date: Date) -> Option<()> {
        if self.date != Some(date) {
            self.end_day()?;
            self.date = Some(date);
        }
        Some(())
    }

    fn end_day(&mut self) -> Option<()> {
        let Self { days, today, .. } = self;
        if let Some(open) = today.open.take() {
            days.blank_older(open)?;
        }
        days.held += std::mem::take(&mut today.held);
        let lost = std::mem::take(&mut today.lost);
        today.kept.drain(..).rev().for_each(|run| days.join_older(run));
        days.lost = days.lost.saturating_add(lost);
        Some(())
    }
}

impl Run {
    #[inline]
    fn of(point: &Point, start: Decimal) -> Self {
        Self {
            start,
            oldest: *point,
            newest: *point,
            days: (point.date, point.date),
        }
    }
}

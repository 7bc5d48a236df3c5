//! Balances that stand once for a day: beside its last line only or its first, or the day's last one beside each of its lines. From one
//! such day to the next the balance moves by the lines between; days without a balance go with the next newer one.

use super::{Ends, MOST_NAMED};
use crate::model::BalanceBreak;
use tieout_core::{Date, Decimal};

/// Days that are kept; a statement of more says nothing.
const MOST_DAYS: usize = 20_000;

/// Days with a balance that say more than the lines do.
const FEWEST_DAYS: usize = 3;

#[derive(Debug, Clone, Copy)]
struct Day {
    date: Date,
    sum: Decimal,
    /// Its balance.
    printed: Option<Decimal>,
    /// Two of its lines have its balance: one may stand twice.
    repeats: bool,
    source_line: u64,
}

/// The days of a statement as its lines pass.
#[derive(Debug, Default)]
pub(super) struct Days {
    kept: Vec<Day>,
    /// Some day has several lines with one balance, or none at all.
    gathers: bool,
    /// Some line has none.
    has_blanks: bool,
    /// There are too many, or sums are beyond what an amount can hold.
    silent: bool,
}

impl Days {
    /// A booked line passes.
    pub(super) fn add(&mut self, date: Date, amount: Decimal, balance: Option<Decimal>, source_line: u64) {
        if self.silent {
            return;
        }
        self.has_blanks |= balance.is_none();
        self.gathers |= balance.is_none();
        if let Some(day) = self.kept.last_mut().filter(|day| day.date == date) {
            self.gathers = true;
            match day.sum.checked_add(amount) {
                Some(sum) => day.sum = sum,
                None => self.silent = true,
            }
            match (day.printed, balance) {
                // Balances that differ on one day are those of its lines, whatever comes.
                (Some(known), Some(new)) if known.cmp(&new).is_ne() => {
                    self.kept.clear();
                    self.silent = true;
                }
                (Some(_), Some(_)) => day.repeats = true,
                (None, new) => day.printed = new,
                (Some(_), None) => {}
            }
            return;
        }
        self.silent |= self.kept.len() >= MOST_DAYS;
        self.kept.push(Day {
            date,
            sum: amount,
            printed: balance,
            repeats: false,
            source_line,
        });
    }

    /// The same where the balance of each of several days stands beside one line of it, whichever that is.
    pub(super) fn ends_beside_one_line(&self) -> Option<Ends> {
        let printed = self.kept.iter().filter(|day| day.printed.is_some()).count();
        self.ends()
            .filter(|_| self.has_blanks && printed >= FEWEST_DAYS && !self.kept.iter().any(|day| day.repeats))
    }

    /// The balances of both ends and the breaks between, if most days follow from the one before.
    pub(super) fn ends(&self) -> Option<Ends> {
        if self.silent || !self.gathers {
            return None;
        }
        let mut days: Vec<Day> = self.kept.clone();
        if days.first()?.date > days.last()?.date {
            days.reverse();
        }
        if !days.is_sorted_by_key(|day| day.date) {
            return None;
        }
        // Newest lines without a balance leave what the statement ends with open.
        let newest = days.last().copied()?;
        let closing = newest.printed?;
        let mut opening = None;
        let mut before: Option<Decimal> = None;
        let mut since = Decimal::ZERO;
        let (mut held, mut breaks) = (0_usize, Vec::new());
        for day in &days {
            since = since.checked_add(day.sum)?;
            let Some(balance) = day.printed else {
                continue;
            };
            let start = balance.checked_sub(since)?;
            match before {
                None => opening = Some(start),
                Some(before) if before.cmp(&start).is_eq() => held += usize::from(!since.is_zero()),
                Some(before) => breaks.push(BalanceBreak {
                    source_line: day.source_line,
                    date: day.date,
                    balance,
                    off: start.checked_sub(before)?,
                }),
            }
            before = Some(balance);
            since = Decimal::ZERO;
        }
        let broken = breaks.len();
        breaks.truncate(MOST_NAMED);
        // The balance that stands beside each line of a single day is compared with nothing.
        let is_single = self.kept.len() == 1 && !self.has_blanks;
        (is_single || held > 0 && held >= broken).then_some(Ends {
            opening: opening?,
            closing,
            closing_date: newest.date,
            break_count: u64::try_from(broken).unwrap_or(u64::MAX),
            breaks,
            compared: !is_single,
            newest_printed: None,
        })
    }
}

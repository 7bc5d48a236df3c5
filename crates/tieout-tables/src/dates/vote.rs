//! The vote of a column of dates on their order.

use super::parts::{Parts, Year, parts};
use super::{DateOrder, civil};
use crate::row::same;
use tieout_core::Date;

/// Collects the dates of one column and decides their order. Memory does not grow with the column.
#[derive(Debug, Clone, Default)]
pub struct DateOrderVote {
    dates: u64,
    known: u64,
    /// Dates of numbers with the year last, or all of two digits.
    numbers: u64,
    day_first: u64,
    month_first: u64,
    year_first: u64,
    /// No two-digit year in front: the second number is above 12, or the third is no day.
    not_year_first: u64,
    /// Day and month are the same number.
    alike: u64,
    dots: u64,
    as_day_first: Sequence,
    as_month_first: Sequence,
    last: Vec<u8>,
}

/// On what an order was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// No other order reads all dates.
    Evidence,
    /// Only in this order the dates follow each other, or stand close together.
    Sequence,
    /// Nobody writes dots between month, day and year.
    Convention,
}

/// What a column says about its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderVerdict {
    /// This order, for this reason.
    Decided(DateOrder, Basis),
    /// The dates read as well with day and month exchanged, or contradict each other.
    Ambiguous,
    /// There are no dates.
    Undated,
}

impl DateOrderVote {
    /// One cell of the column; whatever is no date has no vote. Returns whether it is one.
    pub fn add(&mut self, text: &[u8]) -> bool {
        let text = text.trim_ascii();
        if same(text, &self.last) && !text.is_empty() {
            return true; // neighbours are mostly of the same day, and repeating it adds nothing
        }
        let Some(parts) = parts(text) else { return false };
        match parts {
            Parts::Known { year, month, day } => {
                if civil(year, month, day).is_none() {
                    return false;
                }
                self.known += 1;
            }
            Parts::Numbers {
                first,
                second,
                year,
                dots,
            } => {
                if !self.add_numbers(first, second, year) {
                    return false;
                }
                self.dots += u64::from(dots);
            }
        }
        self.dates += 1;
        self.last.clear();
        self.last.extend_from_slice(text);
        true
    }

    /// False if the numbers are a date in no order.
    fn add_numbers(&mut self, first: i16, second: i16, year: Year) -> bool {
        let day_first = civil(year.full(), second, first);
        let month_first = civil(year.full(), first, second);
        let year_first = match year {
            Year::Short(third) => civil(Year::Short(first).full(), second, third),
            Year::Full(_) => None,
        };
        match (day_first, month_first) {
            (Some(day_first), Some(month_first)) => {
                self.alike += u64::from(first == second);
                self.as_day_first.add(day_first.date);
                self.as_month_first.add(month_first.date);
            }
            (Some(_), None) => self.day_first += 1,
            (None, Some(_)) => self.month_first += 1,
            (None, None) if year_first.is_some() => self.year_first += 1,
            (None, None) => return false,
        }
        self.not_year_first += u64::from(year_first.is_none());
        self.numbers += 1;
        true
    }

    /// Dates so far; equal neighbours count once.
    pub fn dates(&self) -> u64 {
        self.dates
    }

    /// Some dates can only have the day first, others only the month.
    pub fn contradicts(&self) -> bool {
        self.day_first > 0 && self.month_first > 0
    }

    /// Every date says itself what is what.
    pub(crate) fn is_known(&self) -> bool {
        self.known > 0 && self.numbers == 0
    }

    /// Some dates have the day first for sure and none the month, or the reverse.
    pub(crate) fn is_unanimous(&self) -> bool {
        self.year_first == 0 && (self.day_first > 0) != (self.month_first > 0)
    }

    /// The evidence of another column of the same file. Sequences of two columns are not joined.
    pub fn join(&mut self, other: &Self) {
        self.dates += other.dates;
        self.known += other.known;
        self.numbers += other.numbers;
        self.day_first += other.day_first;
        self.month_first += other.month_first;
        self.year_first += other.year_first;
        self.not_year_first += other.not_year_first;
        self.alike += other.alike;
        self.dots += other.dots;
    }

    /// Whether the dates that read in both orders lie in a period in this one.
    pub(crate) fn lie_within(&self, order: DateOrder, (from, to): (Date, Date)) -> bool {
        let sequence = match order {
            DateOrder::DayMonthYear => &self.as_day_first,
            DateOrder::MonthDayYear => &self.as_month_first,
            DateOrder::YearMonthDay => return false,
        };
        sequence.range.is_some_and(|(first, last)| from <= first && last <= to)
    }

    /// What the dates say together. Where they contradict each other the many outvote the few, which then do not read.
    pub fn decide(&self) -> OrderVerdict {
        use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
        if self.dates == 0 {
            return OrderVerdict::Undated;
        }
        if self.numbers == 0 {
            return OrderVerdict::Decided(YearMonthDay, Basis::Evidence);
        }
        if self.year_first > 0 && self.not_year_first == 0 {
            return OrderVerdict::Decided(YearMonthDay, Basis::Evidence);
        }
        if self.day_first != self.month_first {
            let order = if self.day_first > self.month_first {
                DayMonthYear
            } else {
                MonthDayYear
            };
            return OrderVerdict::Decided(order, Basis::Evidence);
        }
        if self.day_first > 0 {
            return OrderVerdict::Ambiguous;
        }
        if self.alike == self.numbers {
            return OrderVerdict::Decided(DayMonthYear, Basis::Evidence);
        }
        if self.dots == self.numbers {
            return OrderVerdict::Decided(DayMonthYear, Basis::Convention);
        }
        match self.as_day_first.is_better_than(&self.as_month_first) {
            Some(true) => OrderVerdict::Decided(DayMonthYear, Basis::Sequence),
            Some(false) => OrderVerdict::Decided(MonthDayYear, Basis::Sequence),
            None => OrderVerdict::Ambiguous,
        }
    }
}

/// How the dates of a column follow each other when read in one order.
#[derive(Debug, Clone, Default)]
struct Sequence {
    last: Option<Date>,
    range: Option<(Date, Date)>,
    changes: u64,
    rises: u64,
    falls: u64,
}

impl Sequence {
    fn add(&mut self, date: Date) {
        if let Some(last) = self.last {
            self.changes += u64::from(date != last);
            self.rises += u64::from(date > last);
            self.falls += u64::from(date < last);
        }
        self.last = Some(date);
        self.range = Some(
            self.range
                .map_or((date, date), |(first, end)| (first.min(date), end.max(date))),
        );
    }

    fn is_sorted(&self) -> bool {
        self.rises == 0 || self.falls == 0
    }

    /// Days from the first to the last date.
    fn span_days(&self) -> i32 {
        self.range
            .and_then(|(first, end)| first.until(end).ok())
            .map_or(0, |span| span.get_days())
    }

    /// `None` if neither is clearly better: fewer than three different dates tell nothing.
    fn is_better_than(&self, other: &Self) -> Option<bool> {
        if self.changes < 2 || other.changes < 2 {
            return None;
        }
        if self.is_sorted() != other.is_sorted() {
            return Some(self.is_sorted());
        }
        let (own, others) = (self.span_days(), other.span_days());
        if own.saturating_mul(4) < others {
            Some(true)
        } else if others.saturating_mul(4) < own {
            Some(false)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayMonthYear as Dmy, MonthDayYear as Mdy, YearMonthDay as Ymd};
    use OrderVerdict::{Ambiguous, Decided, Undated};

    #[test]
    fn all_dates_decide_together() {
        for (dates, verdict) in [
            (&["01/02/2020", "13/02/2020"][..], Decided(Dmy, Basis::Evidence)),
            (&["01/02/2020", "02/13/2020"], Decided(Mdy, Basis::Evidence)),
            (&["2020-01-02", "27 Feb 2018"], Decided(Ymd, Basis::Evidence)),
            (&["02/12/2009", "02/12/2009"], Ambiguous),
            (&["02/02/2009"], Decided(Dmy, Basis::Evidence)),
            (&["02.12.2009"], Decided(Dmy, Basis::Convention)),
            (
                &["01/02/2020", "02/02/2020", "03/02/2020"],
                Decided(Dmy, Basis::Sequence),
            ),
            (
                &["01/11/2020", "02/01/2020", "02/09/2020"],
                Decided(Mdy, Basis::Sequence),
            ),
            (&["13/01/2020", "01/13/2020"], Ambiguous),
            (
                &["13/01/2020", "14/01/2020", "01/13/2020"],
                Decided(Dmy, Basis::Evidence),
            ),
            (&["99-02-03", "99-12-31"], Decided(Ymd, Basis::Evidence)),
            (&["22.02.18"], Decided(Dmy, Basis::Evidence)),
            (&["Pending", ""], Undated),
        ] {
            let mut vote = DateOrderVote::default();
            for date in dates {
                vote.add(date.as_bytes());
            }
            assert_eq!(vote.decide(), verdict, "{dates:?}");
        }
    }
}

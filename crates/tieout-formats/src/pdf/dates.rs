//! The dates of a printed statement: which order they are in.

use super::carried::DATE_REACH;
use super::headers::header;
use super::page::Row;
use super::years::{windows, years};
use tieout_core::Currency;
use tieout_core::problem::{Code, Problem};
use tieout_tables::DateOrder;
use tieout_tables::dates::{Basis, DateOrderVote, OrderVerdict, is_date, with_year};

/// What of a statement tells the order of its dates.
pub(super) struct Printed<'p> {
    /// Rows above the table.
    pub(super) above: &'p [&'p Row],
    pub(super) every: &'p [&'p Row],
    /// What stands in the columns of dates.
    pub(super) cells: &'p [&'p str],
    /// Figures have a decimal comma.
    pub(super) has_comma: bool,
    pub(super) currency: Option<Currency>,
}

impl Printed<'_> {
    /// The order, and what is to be said of it. What the dates prove comes first, then what a person said, then the printed
    /// period and the sequence of the dates. Beyond that it is a habit of writing, which is told.
    pub(super) fn order(&self, given: Option<DateOrder>) -> (DateOrder, Option<Problem>) {
        let table = self.vote();
        let mut vote = table.clone();
        vote.join(&self.vote_above());
        let decided = |how: &str, why: &str| {
            let message = format!("dates were read {how} first, because {why}");
            Some(Problem::of_file(Code::Decided, message))
        };
        match (vote.decide(), given) {
            (OrderVerdict::Undated, given) => return (given.unwrap_or(DateOrder::DayMonthYear), None),
            (OrderVerdict::Decided(order, Basis::Evidence), _) if !vote.contradicts() => return (order, None),
            (_, Some(given)) => return (given, None),
            (OrderVerdict::Decided(order, Basis::Convention), None) => return (order, None),
            _ => {}
        }
        if let Some(order) = self.in_period().filter(|_| !vote.contradicts()) {
            return (order, decided(named(order), "only so they lie in the printed period"));
        }
        match table.decide() {
            OrderVerdict::Decided(order, Basis::Sequence) if !vote.contradicts() => {
                (order, decided(named(order), "only so they follow each other"))
            }
            _ if self.has_comma && !vote.contradicts() => {
                let order = DateOrder::DayMonthYear;
                (order, decided(named(order), "amounts have a decimal comma"))
            }
            verdict => self.habit(verdict, vote.contradicts()),
        }
    }

    /// Nothing tells day and month apart.
    fn habit(&self, verdict: OrderVerdict, contradicts: bool) -> (DateOrder, Option<Problem>) {
        let is_american = self.currency.is_some_and(|currency| currency.code() == "USD");
        let order = match verdict {
            OrderVerdict::Decided(order, Basis::Evidence) => order,
            _ if is_american && !contradicts => DateOrder::MonthDayYear,
            _ => DateOrder::DayMonthYear,
        };
        let what = if contradicts {
            "some dates have the day first, others the month"
        } else {
            "day and month of the dates can be exchanged"
        };
        let message = format!("{what}; the {} was taken first", named(order));
        (order, Some(Problem::of_file(Code::DateAmbiguous, message)))
    }

    /// The vote of the table's dates. Those without a year vote with one that is printed.
    fn vote(&self) -> DateOrderVote {
        let mut vote = DateOrderVote::default();
        let year = years(self.above, self.every, DateOrder::DayMonthYear).last();
        for cell in self.cells {
            if !vote.add(cell.as_bytes())
                && let Some(year) = year
            {
                vote.add(with_year(cell.trim(), year).as_bytes());
            }
        }
        vote
    }

    /// The vote of the full dates above the table. They follow each other in no order.
    fn vote_above(&self) -> DateOrderVote {
        let mut vote = DateOrderVote::default();
        for text in windows(self.above).filter(|text| is_date(text.as_bytes())) {
            vote.add(text.as_bytes());
        }
        vote
    }

    /// The only order in which all dates lie in the printed period.
    fn in_period(&self) -> Option<DateOrder> {
        let lies = |order: DateOrder| {
            let years = years(self.above, self.every, order);
            let (Some(from), Some(to)) = years.period else {
                return false;
            };
            let mut dates = self.cells.iter().filter_map(|cell| years.date(cell, order)).peekable();
            dates.peek().is_some() && dates.all(|date| date >= from && date <= to)
        };
        match (lies(DateOrder::DayMonthYear), lies(DateOrder::MonthDayYear)) {
            (true, false) => Some(DateOrder::DayMonthYear),
            (false, true) => Some(DateOrder::MonthDayYear),
            _ => None,
        }
    }
}

fn named(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayMonthYear => "day",
        DateOrder::MonthDayYear => "month",
        DateOrder::YearMonthDay => "year",
    }
}

/// Cells that stand under a header of dates.
pub(super) fn dated(pages: &[Vec<Row>]) -> Vec<&str> {
    let mut cells = Vec::new();
    let mut heads: Vec<i64> = Vec::new();
    for page in pages {
        for row in page {
            match header(row) {
                Some(found) => {
                    let dates = found.iter().filter(|(column, _)| column.holds_dates());
                    heads = dates.map(|(_, head)| head.left).collect();
                }
                None => cells.extend(row.iter().filter_map(|cell| {
                    let is_near = heads.iter().any(|left| (left - cell.left).abs() < DATE_REACH);
                    is_near.then_some(cell.text.as_str())
                })),
            }
        }
    }
    cells
}

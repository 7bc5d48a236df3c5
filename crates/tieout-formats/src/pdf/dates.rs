//! The dates of a printed statement: which order they are in, and which year they belong to.

use super::page::Row;
use super::paper::text_of;
use tieout_core::problem::{Code, Problem};
use tieout_core::{Currency, Date};
use tieout_tables::DateOrder;
use tieout_tables::dates::{Basis, DateOrderVote, OrderVerdict, is_date, read_date};

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
        let year = years(self.above, self.every, DateOrder::DayMonthYear).last;
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

/// Every one, two and three words of rows that follow each other.
fn windows(rows: &[&Row]) -> impl Iterator<Item = String> {
    rows.iter().flat_map(|row| {
        let text = text_of(row);
        let words: Vec<&str> = text.split_whitespace().collect();
        let sizes = (1..=3).flat_map(|size| words.windows(size));
        let joined: Vec<String> = sizes.map(|window| window.join(" ")).collect();
        joined
    })
}

/// A date without a year, with one.
fn with_year(text: &str, year: i16) -> String {
    let divider = if text.ends_with('.') || text.ends_with('/') {
        ""
    } else {
        text.matches(['/', '-', '.']).next().unwrap_or(" ")
    };
    format!("{text}{divider}{year}")
}

/// The years that a statement is about.
pub(super) struct Years {
    pub(super) period: (Option<Date>, Option<Date>),
    last: Option<i16>,
}

impl Years {
    /// A printed date; one without a year gets that in which it falls into the period.
    pub(super) fn date(&self, text: &str, order: DateOrder) -> Option<Date> {
        let text = text.trim();
        if !(3..=24).contains(&text.len()) {
            return None;
        }
        if let Some(read) = read_date(text.as_bytes(), order) {
            return Some(read.date);
        }
        let with = |year: i16| read_date(with_year(text, year).as_bytes(), order).map(|read| read.date);
        let (from, to) = self.period;
        let candidates = [from.map(Date::year), to.map(Date::year)]
            .into_iter()
            .flatten()
            .filter_map(with);
        let inside = |date: &Date| from.is_none_or(|from| *date >= from) && to.is_none_or(|to| *date <= to);
        candidates.into_iter().find(inside).or_else(|| with(self.last?))
    }
}

/// Full dates above the table are the period; without any, a year that is printed there or anywhere.
pub(super) fn years(above: &[&Row], every: &[&Row], order: DateOrder) -> Years {
    let read = windows(above).filter_map(|text| read_date(text.as_bytes(), order));
    let mut dates: Vec<Date> = read.map(|read| read.date).collect();
    // Dates of birth, of opening the account and of the law are no period.
    let newest = dates.iter().copied().max();
    dates.retain(|date| newest.is_some_and(|newest| newest.year() - date.year() <= 1));
    let period = if dates.len() >= 2 {
        (dates.iter().copied().min(), newest)
    } else {
        (None, None)
    };
    let printed = |rows: &[&Row]| {
        let texts: Vec<String> = rows.iter().map(|row| text_of(row)).collect();
        let numbers = texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
        let years = numbers
            .filter(|word| word.len() == 4)
            .filter_map(|word| word.parse::<i16>().ok());
        years
            .filter(|year| (1990..2100).contains(year))
            .fold(None, |_, year| Some(year))
    };
    let last = newest
        .map(Date::year)
        .or_else(|| printed(above))
        .or_else(|| printed(every));
    Years { period, last }
}

//! Dates that a table prints in part: without their year, which the period above the table says, or once for all rows of a
//! day. The rows are given whole dates as they are read; all that follows sees no difference.

use crate::amounts::DecimalMark;
use crate::assign::Perspective;
use crate::buddhist::Buddhist;
use crate::by_chance::ByChance;
use crate::by_currency::ByCurrency;
use crate::columns::Role;
use crate::dates::{DateOrder, DateOrderVote, OrderVerdict, read_date, with_year};
use crate::frame::{self, Frame};
use crate::mapping::Mapping;
use crate::preamble::{Preamble, named_balance};
use crate::reading::is_like_total;
use crate::row::Row;
use crate::sniff::looks_like_amount;
use crate::spelt::Spelt;
use crate::standing::is_status;
use crate::transfers::Transfers;
use std::collections::VecDeque;
use tieout_core::Date;
use tieout_core::problem::{Code, Problem};

/// What to do about dates without a year.
const SAY_THE_PERIOD: &str =
    "name the period in a mapping file (--mapping), for instance with the line period = \"2025-10-01 2025-10-31\"";

/// What the dates of a table lack.
#[derive(Debug, Clone, Default)]
pub(crate) struct Completion {
    /// Columns of dates without a year.
    bare: Vec<usize>,
    /// First and last day of the statement, where dates have no year.
    period: Option<(Date, Date)>,
    /// Columns of dates in another calendar.
    pub(crate) buddhist: Buddhist,
    /// Where a row without a date is of the day of the row above it: the column of dates, and those of amounts.
    days: Option<(usize, Vec<usize>)>,
    /// Columns of amounts, one for each currency.
    pub(crate) by_currency: ByCurrency,
    /// Columns of what left one balance and came into another.
    pub(crate) transfers: Transfers,
    /// Cells that are UTF-8 by chance.
    pub(crate) by_chance: ByChance,
    /// Columns of words that are no UTF-8.
    pub(crate) spelt: Spelt,
}

impl Completion {
    /// Gives a row the date that it leaves out; `last` is that of the row above. Rows that a row becomes beside it go to `more`.
    pub(crate) fn complete(&self, row: &mut Row, last: &mut Vec<u8>, more: &mut VecDeque<Row>) {
        for &column in &self.bare {
            if let Some(period) = self.period
                && let Some(text) = without_year(row.cell(column))
            {
                row.replace(column, dated(&text, period).as_bytes());
            }
        }
        self.buddhist.complete(row);
        self.by_chance.complete(row);
        self.spelt.complete(row);
        self.transfers.complete(row, more);
        if !self.by_currency.is_empty() {
            self.by_currency.complete(row, more);
        }
        self.give_day(row, last);
        for row in more {
            self.give_day(row, last);
        }
    }

    fn give_day(&self, row: &mut Row, last: &mut Vec<u8>) {
        let Some((date, amounts)) = &self.days else { return };
        let cell = row.cell(*date);
        if !cell.is_empty() {
            last.clear();
            // A header, or a text above the table, is no day of the first row.
            if crate::dates::is_date(cell) || is_status(cell) {
                last.extend_from_slice(cell);
            }
        } else if amounts.iter().any(|column| !row.cell(*column).is_empty()) && !is_like_total(row) {
            row.replace(*date, last);
        }
    }

    /// Rows are whole as they stand.
    pub(crate) fn is_empty(&self) -> bool {
        self.period.is_none()
            && self.buddhist.is_empty()
            && self.by_chance.is_empty()
            && self.days.is_none()
            && self.transfers.is_empty()
            && self.by_currency.is_empty()
            && self.spelt.is_empty()
    }

    /// Rows without a date are to be given that of the row above.
    pub(crate) fn give_days(&mut self, roles: &[Role], amounts: Vec<usize>) {
        let date = roles.iter().position(|role| *role == Role::Date);
        self.days = date.map(|date| (date, amounts));
    }

    /// What is to be told of it.
    pub(crate) fn told(&self) -> Vec<Problem> {
        let years = self.period.map(|(from, to)| {
            let message = format!("the dates have no year; they were read as of the period from {from} to {to}");
            Problem::of_file(Code::Decided, message)
        });
        let days = self.days.is_some().then(|| {
            let message = "rows without a date were read as of the day of the row above them";
            Problem::of_file(Code::Decided, message)
        });
        let calendar = self.buddhist.told();
        let years = years.into_iter().chain(calendar).chain(self.by_chance.told());
        let amounts = self.by_currency.told().into_iter().chain(self.transfers.told());
        years.chain(days).chain(amounts).collect()
    }
}

/// A table whose dates have no year: what they are to be given, or what is said where nothing names the period. `None` of
/// any other.
pub(crate) fn of_years(sample: &[Row], mapping: Option<&Mapping>) -> Option<Result<Completion, Problem>> {
    let header = sample.iter().position(frame::names_both)?;
    let columns = sample.get(header).map(frame::columns_of_dates)?;
    let body = || sample.iter().skip(header + 1);
    let is_bare = |column: &usize| {
        let bare = body().filter(|row| without_year(row.cell(*column)).is_some()).count();
        let whole = body().filter(|row| crate::dates::is_date(row.cell(*column))).count();
        bare > whole
    };
    let bare: Vec<usize> = columns.into_iter().filter(is_bare).collect();
    if bare.is_empty() {
        return None;
    }
    let mut preamble = Preamble::default();
    for row in sample {
        preamble.harvest(row, DecimalMark::Point);
    }
    let said = mapping.and_then(|mapping| mapping.period);
    let above = || sample.iter().take(header).find_map(period_in);
    let Some(period) = said.or_else(|| period_of(&preamble)).or_else(above) else {
        let message = "the dates of the table have no year, and nothing above it names the period of the statement";
        return Some(Err(Problem::of_file(Code::NoColumns, message).advising(SAY_THE_PERIOD)));
    };
    Some(Ok(Completion {
        bare,
        period: Some(period),
        ..Completion::default()
    }))
}

/// Whether a bank's table prints each day once: between rows with dates stand rows with an amount and a text, and none.
/// Where a column says how movements stand, those without a date are not booked yet.
pub(crate) fn prints_days_once(sample: &[Row], frame: &Frame, roles: &[Role]) -> Option<Vec<usize>> {
    let of = |test: &dyn Fn(Role) -> bool| -> Vec<usize> {
        let columns = roles.iter().enumerate().filter(|(_, role)| test(**role));
        columns.map(|(column, _)| column).collect()
    };
    if roles.contains(&Role::Status) {
        return None;
    }
    let date = roles.iter().position(|role| *role == Role::Date)?;
    let amounts = of(&|role| matches!(role, Role::Amount | Role::Debit | Role::Credit));
    let texts = of(&|role| matches!(role, Role::Description | Role::Counterparty));
    let moves = |row: &Row| {
        let mut amounts = amounts.iter().map(|column| row.cell(*column));
        amounts.any(|cell| !cell.is_empty() && looks_like_amount(cell))
    };
    let is_undated = |row: &Row| {
        row.cell(date).is_empty()
            && moves(row)
            && texts.iter().any(|column| !row.cell(*column).is_empty())
            && !is_like_total(row)
            && named_balance(row, DecimalMark::Point, Perspective::Bank).is_none()
    };
    let body: Vec<&Row> = sample.iter().skip(frame.body).collect();
    let is_dated = |row: &&&Row| crate::dates::is_date(row.cell(date)) && moves(row);
    let first = body.iter().position(|row| is_dated(&row))?;
    let last = body.iter().rposition(|row| is_dated(&row))?;
    let between = body.get(first..last)?;
    between.iter().any(|row| is_undated(row)).then_some(amounts)
}

/// A day and a month, if that is all the cell says: `01/10`, `'01/10`, `1. Oct`. The mark that keeps spreadsheets from
/// reading a number is left out.
fn without_year(cell: &[u8]) -> Option<String> {
    let cell = cell.strip_prefix(b"'").unwrap_or(cell);
    if !(3..=12).contains(&cell.len()) || !cell.iter().any(u8::is_ascii_digit) || crate::dates::is_date(cell) {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    // `12.50` may be an amount; it is a day only in a column of dates, which is all that is asked here.
    crate::dates::is_date(with_year(text, 2000).as_bytes()).then(|| text.to_owned())
}

/// A day and a month with the year in which they fall into the period, or nearest to it.
fn dated(text: &str, (from, to): (Date, Date)) -> String {
    let away = |date: Date| (from - date).get_days().max((date - to).get_days()).max(0);
    let nearest = |text: &str| {
        let orders = [DateOrder::DayMonthYear, DateOrder::MonthDayYear];
        let dates = orders
            .into_iter()
            .filter_map(|order| read_date(text.as_bytes(), order).map(|read| away(read.date)));
        dates.min().unwrap_or(i32::MAX)
    };
    let years = from.year().saturating_sub(1)..=to.year().saturating_add(1);
    let texts = years.map(|year| with_year(text, year));
    texts
        .min_by_key(|text| nearest(text))
        .unwrap_or_else(|| text.to_owned())
}

/// The period that is named above the table, if both of its days are dates.
fn period_of(preamble: &Preamble) -> Option<(Date, Date)> {
    period(preamble.period.0.as_bytes(), preamble.period.1.as_bytes())
}

/// The period that a row prints without a word: two dates in two cells.
fn period_in(row: &Row) -> Option<(Date, Date)> {
    let unquoted = |cell: &'_ [u8]| -> Vec<u8> { cell.iter().copied().filter(|byte| *byte != b'\'').collect() };
    let dates: Vec<Vec<u8>> = row
        .cells()
        .map(unquoted)
        .filter(|cell| crate::dates::is_date(cell))
        .collect();
    match dates.as_slice() {
        [from, to] => period(from, to),
        _ => None,
    }
}

fn period(from: &[u8], to: &[u8]) -> Option<(Date, Date)> {
    let mut vote = DateOrderVote::default();
    vote.add(from);
    vote.add(to);
    let order = match vote.decide() {
        OrderVerdict::Decided(order, _) => order,
        OrderVerdict::Ambiguous | OrderVerdict::Undated => DateOrder::DayMonthYear,
    };
    let (from, to) = (read_date(from, order)?.date, read_date(to, order)?.date);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_that_of_the_period() {
        let period = (Date::constant(2025, 12, 15), Date::constant(2026, 1, 14));
        for (text, expected) in [
            ("31/12", "31/12/2025"),
            ("02/01", "02/01/2026"),
            ("2 Jan", "2 Jan 2026"),
            ("28.12.", "28.12.2025"),
            ("16/01", "16/01/2026"),
        ] {
            assert_eq!(dated(text, period), expected);
        }
    }

    #[test]
    fn a_day_and_a_month_are_no_whole_date() {
        for (cell, is_bare) in [
            ("01/10", true),
            ("'01/10", true),
            ("Oct 12", true),
            ("28.12.", true),
            ("01/10/25", false),
            ("PEND", false),
            ("32/13", false),
            ("", false),
        ] {
            assert_eq!(without_year(cell.as_bytes()).is_some(), is_bare, "{cell}");
        }
    }
}

//! Dates written as a QIF file writes its own: `3/26/2026`, `26.03.26`, and Quicken's `3/26' 6`.

use tieout_core::Date;
use tieout_tables::DateOrder;

/// How dates of numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateStyle {
    order: DateOrder,
    first_divider: char,
    second_divider: char,
    /// What stands before a day, month or year of one digit.
    padding: Option<char>,
    is_short: bool,
}

impl Default for DateStyle {
    /// What the format's description prescribes.
    fn default() -> Self {
        Self {
            order: DateOrder::MonthDayYear,
            first_divider: '/',
            second_divider: '/',
            padding: Some('0'),
            is_short: false,
        }
    }
}

impl DateStyle {
    /// The style of these dates, which were read in this order. The last tells the dividers.
    pub(crate) fn of(dates: &[&str], order: DateOrder) -> Self {
        let trimmed = || dates.iter().map(|date| date.trim());
        let Some((last, [first, second])) = trimmed().rev().find_map(|date| Some((date, dividers(date)?))) else {
            return Self::default();
        };
        let mut numbers = last
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty());
        let begins_long = numbers.next().is_some_and(|number| number.len() == 4);
        let ends_long = numbers.next_back().is_some_and(|number| number.len() == 4);
        let has = |wanted: char| {
            trimmed().any(|date| {
                let before = [None].into_iter().chain(date.chars().map(Some));
                let mut pairs = before.zip(date.chars());
                pairs.any(|(before, c)| c == wanted && before.is_none_or(|before| !before.is_ascii_digit()))
            })
        };
        let padding = ['0', ' '].into_iter().find(|padding| has(*padding));
        Self {
            order: if begins_long { DateOrder::YearMonthDay } else { order },
            first_divider: first,
            second_divider: second,
            padding,
            is_short: !begins_long && !ends_long,
        }
    }

    /// A date in this style.
    pub(crate) fn write(self, date: Date) -> String {
        let padded = |number: i16| match self.padding {
            Some('0') => format!("{number:02}"),
            Some(_) => format!("{number:2}"),
            None => number.to_string(),
        };
        let (day, month) = (padded(date.day().into()), padded(date.month().into()));
        // Two digits are read as years from 1970 to 2069; the mark of years from 2000 stands before no others.
        let is_short = self.is_short && (1970..2070).contains(&date.year());
        let year = if is_short {
            let digits = date.year().rem_euclid(100);
            match self.padding {
                Some(' ') => format!("{digits:2}"),
                _ => format!("{digits:02}"),
            }
        } else {
            date.year().to_string()
        };
        let is_marked = self.second_divider == '\'' && date.year() < 2000;
        let second = if is_marked {
            self.first_divider
        } else {
            self.second_divider
        };
        let parts = match self.order {
            DateOrder::DayMonthYear => [day, month, year],
            DateOrder::MonthDayYear => [month, day, year],
            DateOrder::YearMonthDay => [year, month, day],
        };
        let [one, two, three] = parts;
        format!("{one}{}{two}{second}{three}", self.first_divider)
            .trim_start()
            .to_owned()
    }
}

/// What stands between the three numbers of a date; `None` if it is none of numbers.
fn dividers(date: &str) -> Option<[char; 2]> {
    let mut marks = date.chars().filter(|c| !c.is_ascii_digit() && *c != ' ');
    let (first, second) = (marks.next()?, marks.next()?);
    let is_mark = |c: char| matches!(c, '/' | '-' | '.' | '\'');
    (marks.next().is_none() && is_mark(first) && is_mark(second)).then_some([first, second])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_look_like_those_that_were_read() {
        use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (dates, order, early, late) in [
            (&["1/ 2'26", "12/31'26"][..], MonthDayYear, "3/ 5'26", "12/31'26"),
            (&["6/ 4' 8"], MonthDayYear, "3/ 5'26", "12/31'26"),
            (&["13/06/2024"], DayMonthYear, "05/03/2026", "31/12/2026"),
            (&["3.6.24", "13.6.24"], DayMonthYear, "5.3.26", "31.12.26"),
            (&["03.06.24"], DayMonthYear, "05.03.26", "31.12.26"),
            (&["2026-01-02"], YearMonthDay, "2026-03-05", "2026-12-31"),
            (&["1/2/2026"], MonthDayYear, "3/5/2026", "12/31/2026"),
            (&["never"], MonthDayYear, "03/05/2026", "12/31/2026"),
        ] {
            let style = DateStyle::of(dates, order);
            let written = [day("2026-03-05"), day("2026-12-31")].map(|date| style.write(date));
            assert_eq!(written, [early, late], "{dates:?}");
        }
        let quicken = DateStyle::of(&["1/ 2'26"], MonthDayYear);
        assert_eq!(quicken.write(day("1999-12-31")), "12/31/99");
    }
}

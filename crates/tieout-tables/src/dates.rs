//! Dates as people and banks print them.
//!
//! `02/12/2009` alone never tells the day from the month. So all dates of a column vote first ([`DateOrderVote`]), and
//! then each is read in the order that was decided ([`read_date`]). Dates that name their month or begin with four
//! digits of a year need no vote. Times behind a date are dropped: the date is taken as printed.

mod parts;
mod vote;

pub use parts::month_named;
pub use vote::{Basis, DateOrderVote, OrderVerdict};

use parts::{Parts, Year, parts};
use tieout_core::Date;

/// Order of day, month and year in a date written with numbers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    /// 31/12/2026.
    DayMonthYear,
    /// 12/31/2026.
    MonthDayYear,
    /// 2026-12-31.
    YearMonthDay,
}

/// Two-digit years from here on belong to the twentieth century: 70 is 1970, 69 is 2069.
pub const CENTURY_PIVOT: i16 = 70;

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRead {
    /// The date.
    pub date: Date,
    /// The printed day does not exist in that month (30 February, in calendars of 30-day months); this is its last day.
    pub clamped: bool,
}

/// Reads one date; `None` if the whole text is not one date, or none in this order.
pub fn read_date(text: &[u8], order: DateOrder) -> Option<DateRead> {
    let text = text.trim_ascii();
    match (parts(text)?, order) {
        (Parts::Known { year, month, day }, _) => civil(year, month, day),
        (
            Parts::Numbers {
                first, second, year, ..
            },
            DateOrder::DayMonthYear,
        ) => civil(year.full(), second, first),
        (
            Parts::Numbers {
                first, second, year, ..
            },
            DateOrder::MonthDayYear,
        ) => civil(year.full(), first, second),
        (
            Parts::Numbers {
                first,
                second,
                year: Year::Short(third),
                ..
            },
            DateOrder::YearMonthDay,
        ) => civil(Year::Short(first).full(), second, third),
        // The year stands last although the column begins with it: readable only if the numbers leave no choice.
        (
            Parts::Numbers {
                first, second, year, ..
            },
            DateOrder::YearMonthDay,
        ) => {
            if first > 12 || first == second {
                civil(year.full(), second, first)
            } else if second > 12 {
                civil(year.full(), first, second)
            } else {
                None
            }
        }
    }
}

/// Reads a date that says itself what is what: a year of four digits in front, or a month's name.
pub(crate) fn read_known_date(text: &[u8]) -> Option<DateRead> {
    match parts(text.trim_ascii())? {
        Parts::Known { year, month, day } => civil(year, month, day),
        Parts::Numbers { .. } => None,
    }
}

/// The text of a day and a month with a year behind it, divided as they are.
pub fn with_year(text: &str, year: i16) -> String {
    let divider = if text.ends_with('.') || text.ends_with('/') {
        ""
    } else {
        text.matches(['/', '-', '.']).next().unwrap_or(" ")
    };
    format!("{text}{divider}{year}")
}

/// Whether the whole text is one date in any order.
pub fn is_date(text: &[u8]) -> bool {
    match parts(text.trim_ascii()) {
        None => false,
        Some(Parts::Known { year, month, day }) => civil(year, month, day).is_some(),
        Some(Parts::Numbers {
            first, second, year, ..
        }) => {
            let year_first = match year {
                Year::Short(third) => civil(Year::Short(first).full(), second, third).is_some(),
                Year::Full(_) => false,
            };
            year_first || civil(year.full(), second, first).is_some() || civil(year.full(), first, second).is_some()
        }
    }
}

/// The date, a day after the month's end moved to it.
fn civil(year: i16, month: i16, day: i16) -> Option<DateRead> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if !(1..=31).contains(&day) || !(1900..=2199).contains(&year) {
        return None;
    }
    if let Ok(date) = Date::new(year, month, day) {
        return Some(DateRead { date, clamped: false });
    }
    let date = Date::new(year, month, 1).ok()?.last_of_month();
    Some(DateRead { date, clamped: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayMonthYear as Dmy, MonthDayYear as Mdy, YearMonthDay as Ymd};
    use proptest::prelude::*;

    fn read(text: &str, order: DateOrder) -> Option<String> {
        let read = read_date(text.as_bytes(), order)?;
        Some(format!("{}{}", read.date, if read.clamped { " clamped" } else { "" }))
    }

    #[test]
    fn what_people_and_banks_print_is_read() {
        for (text, order, date) in [
            ("31/12/2026", Dmy, "2026-12-31"),
            ("12/31/2026", Mdy, "2026-12-31"),
            ("2026-12-31", Ymd, "2026-12-31"),
            ("2026-12-31", Dmy, "2026-12-31"),
            ("2012/3/22", Mdy, "2012-03-22"),
            ("2019.04.19.", Ymd, "2019-04-19"),
            ("2019. 04. 19.", Ymd, "2019-04-19"),
            ("6/ 4'18", Mdy, "2018-06-04"),
            ("28.02'2009", Dmy, "2009-02-28"),
            ("1/ 1/10", Mdy, "2010-01-01"),
            ("1/1/94", Mdy, "1994-01-01"),
            ("6/4' 4", Mdy, "2004-06-04"),
            ("22.02.18", Dmy, "2018-02-22"),
            ("18-02-22", Ymd, "2018-02-22"),
            ("20260131", Dmy, "2026-01-31"),
            ("31012026", Dmy, "2026-01-31"),
            ("01312026", Mdy, "2026-01-31"),
            ("20091224120000[0:GMT]", Mdy, "2009-12-24"),
            ("20180804093914:014", Mdy, "2018-08-04"),
            ("2018-02-25 12:34:56 +0000", Ymd, "2018-02-25"),
            ("2002-09-10T23:00:04", Ymd, "2002-09-10"),
            ("2002-09-10T23:00:04.123Z", Ymd, "2002-09-10"),
            ("25/02/2018 9:05", Dmy, "2018-02-25"),
            ("25.02.2018, 09.05", Dmy, "2018-02-25"),
            ("27 Feb 2018", Mdy, "2018-02-27"),
            ("10-Nov-9", Dmy, "2009-11-10"),
            ("12-Dec-2019", Dmy, "2019-12-12"),
            ("09-Nov-10", Dmy, "2010-11-09"),
            ("Feb 27, 2018", Dmy, "2018-02-27"),
            ("Mon, 27 Feb 2018", Dmy, "2018-02-27"),
            ("2018-Feb-27", Dmy, "2018-02-27"),
            ("27FEB2018", Dmy, "2018-02-27"),
            ("27. März 2018", Dmy, "2018-03-27"),
            ("1er août 2018", Dmy, "2018-08-01"),
            ("27 de febrero de 2018", Dmy, "2018-02-27"),
            ("27 paź 2018", Dmy, "2018-10-27"),
            ("3. joulukuuta 2020", Dmy, "2020-12-03"),
            ("15 мая 2021", Dmy, "2021-05-15"),
            ("30.02.2009", Dmy, "2009-02-28 clamped"),
            ("31/04/2020", Dmy, "2020-04-30 clamped"),
            ("13/02/2020", Ymd, "2020-02-13"),
        ] {
            assert_eq!(read(text, order).as_deref(), Some(date), "{text:?}");
        }
        assert_eq!(
            read_date(b"27. M\xE4rz 2018", Dmy).unwrap().date.to_string(),
            "2018-03-27"
        );
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for (text, order) in [
            ("", Dmy),
            ("Pending", Dmy),
            ("31/12/2026", Mdy),
            ("12/31/2026", Dmy),
            ("03/04/2026", Ymd),
            ("1.2.3", Dmy),
            ("1,234.56", Dmy),
            ("1 234,50", Dmy),
            ("12.50", Dmy),
            ("00000000", Ymd),
            ("00/00/2020", Dmy),
            ("2026-13-01", Ymd),
            ("32.01.2020", Dmy),
            ("1234567890", Ymd),
            ("2013011702", Ymd),
            ("01/11 4885 256620", Dmy),
            ("15/04/18  66-6666 UBER EATS", Dmy),
            ("12/22SLICEHOST", Dmy),
            ("May", Dmy),
            ("Decathlon 5 2018", Dmy),
            ("5 marketing 2018", Dmy),
            ("27 Feb", Dmy),
            ("01/02/0018", Dmy),
            ("1/1/12345", Dmy),
        ] {
            assert_eq!(read(text, order), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_date_reads_back(days in 0_i32..70_000) {
            let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assume!(date.year() < 2160);
            for (form, order) in [("%d.%m.%Y", Dmy), ("%m/%d/%Y", Mdy), ("%Y-%m-%d", Ymd), ("%Y%m%d", Dmy), ("%-d %B %Y", Mdy), ("%-m/%-d'%Y", Mdy)] {
                let text = date.strftime(form).to_string();
                prop_assert_eq!(read_date(text.as_bytes(), order), Some(DateRead { date, clamped: false }), "{}", text);
            }
        }

        #[test]
        fn any_bytes_read_or_do_not(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut vote = DateOrderVote::default();
            vote.add(&text);
            prop_assert_eq!(vote.dates() > 0, is_date(&text));
        }
    }
}

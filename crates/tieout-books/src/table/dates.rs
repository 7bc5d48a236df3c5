//! How a table writes dates, learnt from one of them, so that further ones look the same.

use std::fmt::Write;
use tieout_core::Date;
use tieout_tables::DateOrder;
use tieout_tables::dates::read_date;

/// A way to write dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DateStyle {
    /// Empty for `2024-01-05`.
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Day { width: usize },
    Month { width: usize },
    MonthName { letters: usize },
    Year { width: usize },
    Text(String),
}

const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl DateStyle {
    /// Learns from the text of a date in a column of this order. What cannot be imitated so that it reads back is written
    /// as `2024-01-05`.
    pub(super) fn learn(sample: &str, order: DateOrder) -> Self {
        let style = Self {
            parts: parts(sample, order).unwrap_or_default(),
        };
        let read = read_date(sample.as_bytes(), order).map(|read| read.date);
        let again = read
            .and_then(|date| read_date(style.print(date).as_bytes(), order))
            .map(|read| read.date);
        if read.is_some() && read == again {
            style
        } else {
            Self::default()
        }
    }

    /// Writes a date.
    pub(super) fn print(&self, date: Date) -> String {
        if self.parts.is_empty() {
            return date.to_string();
        }
        let mut text = String::new();
        for part in &self.parts {
            let (number, width) = match part {
                Part::Day { width } => (i32::from(date.day()), *width),
                Part::Month { width } => (i32::from(date.month()), *width),
                Part::Year { width: 2 } => (i32::from(date.year()) % 100, 2),
                Part::Year { width } => (i32::from(date.year()), *width),
                Part::MonthName { letters } => {
                    let index = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
                    let name = MONTHS.get(index).copied().unwrap_or_default();
                    text.push_str(name.get(..(*letters).min(name.len())).unwrap_or(name));
                    continue;
                }
                Part::Text(between) => {
                    text.push_str(between);
                    continue;
                }
            };
            let _ = write!(text, "{number:0width$}");
        }
        text
    }
}

fn parts(sample: &str, order: DateOrder) -> Option<Vec<Part>> {
    let mut runs: Vec<(char, String)> = Vec::new();
    for c in sample.chars() {
        let class = if c.is_ascii_digit() {
            'd'
        } else if c.is_alphabetic() {
            'a'
        } else {
            't'
        };
        match runs.last_mut() {
            Some((last, run)) if *last == class => run.push(c),
            _ => runs.push((class, c.to_string())),
        }
    }
    let numbers: Vec<usize> = runs
        .iter()
        .filter(|(class, _)| *class == 'd')
        .map(|(_, run)| run.len())
        .collect();
    let has_name = runs.iter().any(|(class, _)| *class == 'a');
    let mut kinds = match (numbers.as_slice(), has_name) {
        ([4, _, _], false) => "ymd",
        ([_, _, _], false) => match order {
            DateOrder::DayMonthYear => "dmy",
            DateOrder::MonthDayYear => "mdy",
            DateOrder::YearMonthDay => "ymd",
        },
        ([4, _], true) => "yd",
        ([_, _], true) => "dy",
        _ => return None,
    }
    .chars();
    runs.into_iter()
        .map(|(class, run)| {
            Some(match class {
                'd' => {
                    let width = run.len();
                    match kinds.next()? {
                        'd' => Part::Day { width },
                        'm' => Part::Month { width },
                        _ => Part::Year { width },
                    }
                }
                'a' => Part::MonthName {
                    letters: if run.len() > 3 { usize::MAX } else { 3 },
                },
                _ => Part::Text(run),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_sample_is() {
        let date = Date::new(2024, 11, 3).unwrap();
        for (sample, order, text) in [
            ("2024-01-05", DateOrder::YearMonthDay, "2024-11-03"),
            ("05/01/2024", DateOrder::DayMonthYear, "03/11/2024"),
            ("1/5/2024", DateOrder::MonthDayYear, "11/3/2024"),
            ("05.01.24", DateOrder::DayMonthYear, "03.11.24"),
            ("5 Jan 2024", DateOrder::DayMonthYear, "3 Nov 2024"),
            ("Jan 5, 2024", DateOrder::MonthDayYear, "Nov 3, 2024"),
            ("20240105", DateOrder::YearMonthDay, "2024-11-03"),
            ("no date", DateOrder::YearMonthDay, "2024-11-03"),
        ] {
            assert_eq!(DateStyle::learn(sample, order).print(date), text, "{sample}");
        }
    }
}

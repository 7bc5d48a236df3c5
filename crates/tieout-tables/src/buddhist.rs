//! Years of the Buddhist calendar, as Thai banks print them: 543 ahead of the others, days and months the same. The rows are
//! given the years that everybody else counts as they are read; all that follows sees no difference.

use crate::frame;
use crate::row::Row;
use tieout_core::problem::{Code, Problem};

/// By how many years it is ahead.
const AHEAD: u32 = 543;
/// Years that no file of another calendar has.
const YEARS: std::ops::RangeInclusive<u32> = 2400..=2700;

/// Columns of dates all of which have such years; none of nearly all tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Buddhist {
    columns: Vec<usize>,
    /// The first of the dates, and as it is read.
    example: (String, String),
}

impl Buddhist {
    /// Looks for them below a header that names dates. One date of the usual years, and there are none.
    pub(crate) fn find(sample: &[Row]) -> Option<Self> {
        let header = sample.iter().position(frame::names_both)?;
        let columns = sample.get(header).map(frame::columns_of_dates)?;
        let mut found = Self::default();
        for row in sample.iter().skip(header + 1) {
            for &column in &columns {
                let cell = row.cell(column);
                if crate::dates::is_date(cell) {
                    return None;
                }
                let Some(usual) = in_usual_years(cell) else { continue };
                if found.columns.is_empty() {
                    found.example = (String::from_utf8_lossy(cell).into_owned(), usual);
                }
                if !found.columns.contains(&column) {
                    found.columns.push(column);
                }
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Gives the dates of a row the usual years.
    pub(crate) fn complete(&self, row: &mut Row) {
        for &column in &self.columns {
            if let Some(usual) = in_usual_years(row.cell(column)) {
                row.replace(column, usual.as_bytes());
            }
        }
    }

    /// What is told of it.
    pub(crate) fn told(&self) -> Option<Problem> {
        let (printed, read) = &self.example;
        (!self.is_empty()).then(|| {
            let message = format!(
                "the dates have years of the Buddhist calendar, {AHEAD} ahead of the others: {printed:?} was read as {read:?}"
            );
            Problem::of_file(Code::Decided, message)
        })
    }
}

/// A date with a year of four digits in that calendar, with the usual year; `None` of anything else.
fn in_usual_years(cell: &[u8]) -> Option<String> {
    if !(8..=40).contains(&cell.len()) || crate::dates::is_date(cell) {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let digit = |c: char| c.is_ascii_digit();
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text.get(..*at).is_some_and(|before| before.ends_with(digit));
        digit(*c) && (!before || text.len() == 8)
    });
    let read = starts.filter_map(|(at, _)| {
        let year: u32 = text.get(at..at + 4)?.parse().ok()?;
        let rest = text.get(at + 4..)?;
        // Eight digits are a year and a day in either order.
        let stands_alone = !rest.starts_with(digit) || (at == 0 && text.len() == 8);
        if !stands_alone || !YEARS.contains(&year) {
            return None;
        }
        let usual = format!("{}{}{rest}", text.get(..at)?, year - AHEAD);
        crate::dates::is_date(usual.as_bytes()).then_some(usual)
    });
    read.take(1).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_of_that_calendar_get_other_years() {
        for (printed, read) in [
            ("03/06/2567", Some("03/06/2024")),
            ("2567-06-03 08:11", Some("2024-06-03 08:11")),
            ("3 Jun 2567", Some("3 Jun 2024")),
            ("29/02/2567", Some("29/02/2024")),
            ("25670603", Some("20240603")),
            ("03062567", Some("03062024")),
            ("03/06/2024", None),
            ("03/06/67", None),
            ("2567", None),
            ("2567.00", None),
            ("REF 2567 03", None),
            ("99/99/2567", None),
        ] {
            assert_eq!(in_usual_years(printed.as_bytes()).as_deref(), read, "{printed}");
        }
    }
}

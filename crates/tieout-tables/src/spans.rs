//! Periods in words, as reports print them in their heads: `January 1-31, 2026`, `January - March 2026`, `1 Jan 2026 to 31 Mar 2026`.

use crate::dates::month_named;
use tieout_core::Date;

/// The months that a text names with their year, as the first day of the first and the last day of the last; `None` if it is no
/// such text.
pub(crate) fn months_in(text: &str) -> Option<(Date, Date)> {
    let is_part = |c: char| c.is_alphanumeric();
    let words: Vec<&str> = text.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect();
    if words.len() > 12 {
        return None;
    }
    let is_year = |word: &&&str| word.len() == 4 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit());
    let years: Vec<i16> = words
        .iter()
        .filter(is_year)
        .filter_map(|word| word.parse().ok())
        .collect();
    let months: Vec<i16> = words.iter().filter_map(|word| month_named(word)).collect();
    let (first_year, last_year) = (*years.first()?, *years.last()?);
    let (first, last) = (*months.first()?, *months.last()?);
    let from = Date::new(first_year, i8::try_from(first).ok()?, 1).ok()?;
    let to = Date::new(last_year, i8::try_from(last).ok()?, 1).ok()?.last_of_month();
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_are_read_in_words() {
        for (text, from, to) in [
            ("January 1-31, 2026", date(2026, 1, 1), date(2026, 1, 31)),
            ("January - March 2026", date(2026, 1, 1), date(2026, 3, 31)),
            ("1 Dec 2025 to 31 Jan 2026", date(2025, 12, 1), date(2026, 1, 31)),
        ] {
            assert_eq!(months_in(text), Some((from, to)), "{text}");
        }
        for text in ["2026", "March", "Acme Inc", "March 2026 - January 2026"] {
            assert_eq!(months_in(text), None, "{text}");
        }
    }
}

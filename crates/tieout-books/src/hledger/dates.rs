//! Dates of journals: `2024-01-05`, `2024/1/5`, `2024.1.5`, `1/5` in a year said before.

use tieout_core::Date;

/// The date, and whether its year had to be taken from `year`. `None` if it is no date, or has no year and none is known.
pub(super) fn parse(text: &str, year: Option<i16>) -> Option<Date> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match third {
        Some(day) if first.len() == 4 => (digits(first)?, second, day),
        Some(_) => return None,
        None => (year?, first, second),
    };
    let (month, day) = (digits(month)?, digits(day)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Whether a date has this shape but no year.
pub(super) fn lacks_year(text: &str) -> bool {
    text.split(['-', '/', '.']).count() == 2
}

fn digits(text: &str) -> Option<i16> {
    let fine = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fine.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separator_and_short_forms_are_read() {
        let date = Date::new(2024, 1, 5).ok();
        for text in ["2024-01-05", "2024/1/5", "2024.01.5", "1/5", "01-05", "1.5"] {
            assert_eq!(parse(text, Some(2024)), date, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2024-02-30",
            "24-01-05",
            "2024-01/05",
            "2024-01-05-06",
            "x-1",
            "1/5a",
            "-1-2",
        ] {
            assert_eq!(parse(text, Some(2024)), None, "{text}");
        }
        assert_eq!(parse("1/5", None), None);
    }
}

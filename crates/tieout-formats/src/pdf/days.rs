//! Cells in the column of dates that are dates a person would read, and a program cannot: `31/31/2026`, `15/O1/2026`, `15 Jna`.
//!
//! A movement with such a cell has a day of its own, so it must not get that of the movement above.

use super::carried::DATE_REACH;
use super::page::Cell;
use super::words::Column;

/// What the column of dates says in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Printed,
    /// It looks like a date and is none.
    Unreadable,
    Absent,
}

/// Whether a cell stands below the header of dates, nearer than to any other, and begins like a date.
pub(super) fn is_like_date(cell: &Cell, heads: &[(Column, &Cell)]) -> bool {
    let away = |head: &Cell| (head.left - cell.left).abs();
    let nearest = heads.iter().min_by_key(|(_, head)| away(head));
    let is_below = nearest.is_some_and(|(column, head)| *column == Column::Date && away(head) < DATE_REACH);
    is_below && begins_like_date(&cell.text)
}

/// Digits between marks, some of which may be other characters; or a day and a word, with a year or with nothing behind.
fn begins_like_date(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some(first) = words.first() else { return false };
    let is_all = |word: &str, is: fn(&char) -> bool| !word.is_empty() && word.chars().all(|c| is(&c));
    let is_number = |word: &str| is_all(word, char::is_ascii_digit);
    let parts: Vec<&str> = first.trim_end_matches('.').split(['/', '.', '-']).collect();
    let is_part =
        |part: &&str| (1..=4).contains(&part.chars().count()) && is_all(part, |c| c.is_alphanumeric() || *c == '?');
    let is_marked = parts.iter().all(is_part) && parts.iter().any(|part| is_number(part));
    match (parts.len(), words.as_slice()) {
        (3, _) => is_marked,
        (2, [_]) => is_marked && parts.iter().all(|part| part.chars().count() <= 2),
        (1, [day, month] | [day, month, _]) => {
            let year = words.get(2);
            let is_day = is_number(day.trim_end_matches('.')) && day.len() <= 3;
            is_day
                && is_all(month.trim_end_matches(['.', ',']), |c| c.is_alphabetic())
                && year.is_none_or(|year| is_number(year))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_cannot_be_read_still_look_like_dates() {
        for (text, is) in [
            ("31/31/2026", true),
            ("15/O1/2026", true),
            ("15/01/202", true),
            ("??/01/2026", true),
            ("15 Jna 2026", true),
            ("15. Jna", true),
            ("3l.01.", true),
            ("15/O1/2026 Invoice 8", true),
            ("12345", false),
            ("12 Main Street", false),
            ("Card 12/34", false),
            ("24/7 Shop", false),
            ("10:45", false),
            ("", false),
        ] {
            assert_eq!(begins_like_date(text), is, "{text}");
        }
    }
}

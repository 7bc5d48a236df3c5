//! Numbers that a format shows as days.

use calamine::{ExcelDateTime, ExcelDateTimeType};

/// Whether a number with this built-in format is shown as a day.
pub(super) fn is_built_in_date(format: u16) -> bool {
    matches!(format, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
}

/// Whether a format that the workbook defines shows a day: a `d` or a `y` outside quotes, brackets and escapes.
pub(super) fn is_date(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                chars.by_ref().find(|c| *c == '"');
            }
            '[' => {
                chars.by_ref().find(|c| *c == ']');
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            // Only the format for positive numbers counts; the word for "as it is" holds a `d` in some languages.
            ';' => return false,
            'd' | 'D' | 'y' | 'Y' | 'j' | 'J' => return !format.eq_ignore_ascii_case("standard"),
            _ => {}
        }
    }
    false
}

/// The day that a number stands for, in the workbook's calendar.
pub(in crate::spreadsheet) fn day(number: f64, is_1904: bool) -> Option<String> {
    // The last day that spreadsheets know is 31 December 9999.
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    let (year, month, day, ..) = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, is_1904).to_ymd_hms_milli();
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_those_of_numbers() {
        for (format, is) in [
            ("dd/mm/yyyy", true),
            ("[$-407]d. mmm yy;@", true),
            ("TT.MM.JJJJ", true),
            ("#,##0.00;[Red]-#,##0.00", false),
            ("0.00 \"days\"", false),
            ("Standard", false),
            ("h:mm", false),
        ] {
            assert_eq!(is_date(format), is, "{format}");
        }
    }

    #[test]
    fn days_are_of_the_workbooks_calendar() {
        assert_eq!(day(45_351.0, false).as_deref(), Some("2024-02-29"));
        assert_eq!(day(43_889.5, true).as_deref(), Some("2024-02-29"));
        assert_eq!(day(f64::NAN, false), None);
        assert_eq!(day(1e300, false), None);
    }
}

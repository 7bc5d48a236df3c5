//! Dates as people and banks print them.

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

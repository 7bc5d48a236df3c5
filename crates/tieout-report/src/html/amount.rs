//! Amounts on paper: groups of three, a true minus sign.

use crate::report::Report;

/// `−1,234.50`.
pub(super) fn signed(report: &Report<'_>, minor: i64) -> String {
    minus(&report.amount(minor))
}

/// Empty instead of zero.
pub(super) fn unless_zero(report: &Report<'_>, minor: i64) -> String {
    if minor == 0 {
        String::new()
    } else {
        signed(report, minor)
    }
}

/// A number of hundredths with its sign: `+13.40`, `−2.40`.
pub(super) fn hundredths(value: i32) -> String {
    let text = tieout_core::money::grouped(i64::from(value), 2);
    if value > 0 { format!("+{text}") } else { minus(&text) }
}

fn minus(text: &str) -> String {
    text.replacen('-', "−", 1)
}

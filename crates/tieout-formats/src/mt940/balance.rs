//! Balances (`:60a:`, `:62a:`, `:64:`, `:65:`), floor limits (`:34F:`) and control totals (`:90C:`, `:90D:`).

use super::figures::{self, Day};
use crate::model::{Balance, BalanceKind, Control, ControlOver};
use tieout_core::Currency;

/// A balance, and what was odd about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Printed {
    /// The balance.
    pub(super) balance: Balance,
    /// Its date as printed, if that is not on the calendar.
    pub(super) bad_date: Option<String>,
    /// The printed day does not exist and was moved to the end of the month.
    pub(super) clamped: bool,
    /// What stands behind the amount.
    pub(super) tail: String,
}

/// Reads `C|D`, `YYMMDD`, currency, amount. Date and currency may be missing; `None` without sign or amount.
pub(super) fn read(text: &str, kind: BalanceKind, source_code: &str) -> Option<Printed> {
    let text = text.trim_ascii();
    let (negative, rest) = match text.split_at_checked(1)? {
        ("C" | "c", rest) => (false, rest),
        ("D" | "d", rest) => (true, rest),
        _ => return None,
    };
    let (date_text, rest) = split_date(rest);
    let day = date_text.and_then(|digits| figures::date(digits.as_bytes(), None));
    let (currency, rest) = split_currency(rest);
    let (amount, tail) = figures::amount(rest)?;
    Some(Printed {
        balance: Balance {
            amount: if negative { -amount } else { amount },
            currency,
            date: day.map(|day| day.date),
            kind,
            source_code: source_code.to_owned(),
            derived: false,
        },
        bad_date: if day.is_none() {
            date_text.map(str::to_owned)
        } else {
            None
        },
        clamped: day.is_some_and(|Day { clamped, .. }| clamped),
        tail: tail.trim_ascii().to_owned(),
    })
}

/// The currency of a floor limit: `EURD0,00`, `PLN0`.
pub(super) fn floor_currency(text: &str) -> Option<Currency> {
    split_currency(text.trim_ascii()).0
}

/// Reads `2PLN186,33`: number of lines, currency, sum.
pub(super) fn control(text: &str, over: ControlOver, source_code: &str) -> Option<(Control, Option<Currency>)> {
    let text = text.trim_ascii();
    let digits = text.bytes().position(|byte| !byte.is_ascii_digit())?;
    let (count, rest) = text.split_at_checked(digits)?;
    let (currency, rest) = split_currency(rest);
    let (sum, _) = figures::amount(rest)?;
    let control = Control {
        source_code: source_code.to_owned(),
        over,
        count: count.parse().ok(),
        sum: Some(sum),
    };
    Some((control, currency))
}

fn split_date(text: &str) -> (Option<&str>, &str) {
    match text.split_at_checked(6) {
        Some((digits, rest)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(digits), rest.trim_ascii_start())
        }
        _ => (None, text),
    }
}

fn split_currency(text: &str) -> (Option<Currency>, &str) {
    match text.split_at_checked(3) {
        Some((code, rest)) if code.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            (Currency::try_new(code).ok(), rest.trim_ascii_start())
        }
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_are_read_with_or_without_their_parts() {
        for (text, expected) in [
            ("C100722EUR44,89", "44.89 EUR 2010-07-22"),
            ("D100723EUR9945,09", "-9945.09 EUR 2010-07-23"),
            ("D030106EUR000000001000.12", "-1000.12 EUR 2003-01-06"),
            ("C020315105000,00", "105000.00 - 2002-03-15"),
            ("C131016DEM,5", "0.5 DEM 2013-10-16"),
            ("C180417 HUF 25170637,10 ", "25170637.10 HUF 2018-04-17"),
            ("CEUR5,", "5 EUR -"),
            ("C021131EUR4387,95", "4387.95 EUR 2002-11-30"),
            ("C141387INR11 27421,94", "11 INR -"),
        ] {
            let Balance {
                amount, currency, date, ..
            } = read(text, BalanceKind::Opening, "60F").unwrap().balance;
            let currency = currency.map_or("-".into(), |c| c.to_string());
            let date = date.map_or("-".into(), |d| d.to_string());
            assert_eq!(format!("{amount} {currency} {date}"), expected, "{text}");
        }
        for text in ["", "C", "X100722EUR1,", "C100722EUR", "100722EUR1,", "Ü"] {
            assert_eq!(read(text, BalanceKind::Opening, "60F"), None, "{text}");
        }
    }

    #[test]
    fn what_is_odd_is_said() {
        let odd = read("C141387INR11 27421,94", BalanceKind::Closing, "62F").unwrap();
        assert_eq!(
            (odd.bad_date.as_deref(), odd.tail.as_str()),
            (Some("141387"), "27421,94")
        );
        assert!(read("C021131EUR1,", BalanceKind::Closing, "62F").unwrap().clamped);
    }

    #[test]
    fn control_totals_have_a_count_and_a_sum() {
        let (total, currency) = control("2PLN186,33", ControlOver::Debits, "90D").unwrap();
        assert_eq!((total.count, total.sum), (Some(2), Some("186.33".parse().unwrap())));
        assert_eq!(currency.unwrap().code(), "PLN");
        for text in ["", "EUR", "2", "2EUR"] {
            assert!(control(text, ControlOver::Debits, "90D").is_none(), "{text}");
        }
        assert_eq!(floor_currency("EURD12345,67").unwrap().code(), "EUR");
        assert_eq!(floor_currency("0"), None);
    }
}

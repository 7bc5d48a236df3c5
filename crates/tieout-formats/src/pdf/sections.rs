//! Statements whose sections say on which side their movements are: "Deposits and additions", "Withdrawals". Their amounts
//! bear no signs, and some print no headers above their columns.

use super::page::{Cell, Row};
use super::paper::text_of;
use super::words::{Column, is_figure};
use super::years::Years;
use tieout_tables::DateOrder;

/// The side of the movements below a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    In,
    Out,
}

/// Words that tell the side of a section.
const IN: &[&str] = &["deposits", "additions", "credits", "receipts"];
const OUT: &[&str] = &[
    "withdrawals",
    "subtractions",
    "debits",
    "checks",
    "fees",
    "purchase",
    "purchases",
    "charges",
    "payments",
];
/// Words that stand beside them.
const BESIDE: &[&str] = &[
    "and",
    "other",
    "electronic",
    "atm",
    "debit",
    "card",
    "paid",
    "out",
    "in",
    "service",
    "account",
    "your",
    "&",
    "(continued)",
    "continued",
];
/// Amounts of one column end within so many thousandths of a point.
const SAME_EDGE: i64 = 40_000;

/// The side that a heading says; `None` if the row is none. A heading is of such words alone.
pub(super) fn section(row: &Row) -> Option<Side> {
    let text = text_of(row).to_lowercase();
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_end_matches([',', ':']))
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let known = |word: &&str| [IN, OUT, BESIDE].iter().any(|list| list.contains(word));
    if words.len() > 6 || !words.iter().all(known) {
        return None;
    }
    match (has(IN), has(OUT)) {
        // To a card.
        (true, true) if words.first() == Some(&"payments") => Some(Side::In),
        (true, false) => Some(Side::In),
        (false, true) => Some(Side::Out),
        _ => None,
    }
}

/// The columns of sections without headers: rows that begin with a date and end with an amount, all below one another.
pub(super) fn heads(pages: &[Vec<Row>], years: &Years, order: DateOrder) -> Vec<(Column, Cell)> {
    let rows = pages.iter().flatten();
    let mut movements = rows.filter_map(|row| {
        let ([date, text, ..], Some(amount)) = (row.as_slice(), row.last()) else {
            return None;
        };
        let is_marked = is_figure(&amount.text) && amount.text.contains(['.', ',']);
        (row.len() >= 3 && is_marked && years.date(&date.text, order).is_some()).then_some((date, text, amount))
    });
    let Some((date, text, amount)) = movements.next() else {
        return Vec::new();
    };
    if movements.any(|(_, _, other)| (other.right - amount.right).abs() > SAME_EDGE) {
        return Vec::new();
    }
    vec![
        (Column::Date, date.clone()),
        (Column::Text, text.clone()),
        (Column::Amount, amount.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_of_words_of_sides_alone() {
        for (text, side) in [
            ("DEPOSITS AND ADDITIONS", Some(Side::In)),
            ("Electronic Withdrawals", Some(Side::Out)),
            ("CHECKS PAID", Some(Side::Out)),
            ("PAYMENTS AND OTHER CREDITS", Some(Side::In)),
            ("PURCHASE", Some(Side::Out)),
            ("ATM & Debit Card Withdrawals (continued)", Some(Side::Out)),
            ("Deposits and withdrawals", None),
            ("Payments to Smith", None),
            ("Other", None),
        ] {
            let row = vec![Cell {
                left: 0,
                right: 0,
                text: text.to_owned(),
            }];
            assert_eq!(section(&row), side, "{text}");
        }
    }
}

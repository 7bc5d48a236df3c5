//! Summaries that print names in one row and figures in the next: "Opening Balance, Dr Count, Cr Count, Debits, Credits,
//! Closing Bal". Neither row is a movement, and the two balances are those of the statement.

use super::balances::{closes, opens};
use super::headers::header;
use super::page::{Cell, Row};
use super::paper::text_of;
use super::words::is_figure;

/// What a row begins with behind which no movement stands.
const TITLES: [&str; 2] = ["statement summary", "summary of statement"];

/// Where on a page a summary is.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// The names, if the row before held them.
    names: Option<Row>,
    /// The row that was looked at last is part of it.
    holds: bool,
}

impl Summary {
    /// Opening and closing, if a row is that of the figures. Each row of the page is looked at once, from the top.
    pub(super) fn balances(&mut self, row: &Row) -> Option<(String, String)> {
        let names = self.names.take();
        let found = names.and_then(|names| below(&names, row));
        if found.is_none() && are_names(row) {
            self.names = Some(row.clone());
        }
        let text = text_of(row).to_lowercase();
        let is_title = || TITLES.iter().any(|title| text.starts_with(title));
        self.holds = found.is_some() || self.names.is_some() || is_title();
        found
    }

    /// Whether the row that was just looked at is part of the summary.
    pub(super) fn holds(&self) -> bool {
        self.holds
    }
}

/// Whether a row names both balances and prints none.
fn are_names(row: &Row) -> bool {
    let text = text_of(row).to_lowercase();
    !text.contains(|c: char| c.is_ascii_digit()) && opens(&text) && closes(&text) && header(row).is_none()
}

/// The figures of both balances: below their names, or the first and the last where the names are one text.
fn below(names: &Row, row: &Row) -> Option<(String, String)> {
    let words: Vec<&str> = row.iter().flat_map(|cell| cell.text.split_whitespace()).collect();
    if words.len() < 2 || !words.iter().all(|word| is_figure(word) || is_side(word)) {
        return None;
    }
    let named = |is: fn(&str) -> bool| names.iter().find(|cell| is(&cell.text.to_lowercase()));
    let (opening, closing) = (named(opens)?, named(closes)?);
    if opening != closing && row.len() > 1 {
        let (opening, closing) = (nearest(opening, row)?, nearest(closing, row)?);
        return (opening != closing).then(|| (opening.text.clone(), closing.text.clone()));
    }
    let (first, last) = match row.as_slice() {
        [first, .., last] => (first.text.as_str(), last.text.as_str()),
        _ => (*words.first()?, *words.last()?),
    };
    let is_marked = |text: &str| text.contains(['.', ',']);
    let text = text_of(names).to_lowercase();
    let is_ordered = text.find("open") < text.find("clos") && is_marked(first) && is_marked(last);
    is_ordered.then(|| (first.to_owned(), last.to_owned()))
}

/// A currency or a side beside a figure.
fn is_side(word: &str) -> bool {
    word.len() <= 3 && word.chars().all(char::is_alphabetic)
}

/// The figure that stands below a name.
fn nearest<'r>(name: &Cell, row: &'r Row) -> Option<&'r Cell> {
    let middle = |cell: &Cell| i64::midpoint(cell.left, cell.right);
    let away = |cell: &Cell| {
        let middles = (middle(cell) - middle(name)).abs();
        (cell.left - name.left)
            .abs()
            .min((cell.right - name.right).abs())
            .min(middles)
    };
    row.iter()
        .filter(|cell| is_figure(&cell.text))
        .min_by_key(|cell| away(cell))
}

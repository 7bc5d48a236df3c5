//! Papers of several accounts: where the statement of another account begins, so that no line is read into the wrong one.
//!
//! Another account begins with a row that prints its number, above a table of its own and behind one of the account before.
//! Numbers that stand above every table (an overview) begin nothing, and neither does one within the rows of a table (the
//! account that a payment went to): a movement follows it, and no header. What goes on under a number that was printed before
//! goes on with its account.

use super::balances::is_movement;
use super::headers::header;
use super::numbers::{self, Label};
use super::page::Row;
use super::paper::text_of;

/// Rows between the number of an account and the header of its table.
const MOST_ABOVE: usize = 16;
/// Statements that one paper is divided into.
const MOST_PARTS: usize = 64;

/// The pages of one account, and the numbers that they print above its table.
#[derive(Debug, Default)]
struct Part {
    pages: Vec<Vec<Row>>,
    numbers: Vec<String>,
    has_table: bool,
}

impl Part {
    fn is_of(&self, number: &str) -> bool {
        let ends = |known: &String| known.ends_with(number) || number.ends_with(known.as_str());
        self.numbers.iter().any(ends)
    }
}

/// The pages of each account, in the order in which the accounts begin.
pub(super) fn apart(pages: Vec<Vec<Row>>) -> Vec<Vec<Vec<Row>>> {
    let mut parts = vec![Part::default()];
    let mut current = 0;
    for page in pages {
        let mut own = Vec::new();
        let mut rest = page;
        rest.reverse();
        while let Some(row) = rest.pop() {
            if let Some(number) = number_of(&row) {
                let next = following(&parts, current, &number, &rest);
                if next != current {
                    turn(&mut parts, current, &mut own);
                    current = next;
                }
                if next == parts.len() {
                    parts.push(Part::default());
                }
                if let Some(part) = parts.get_mut(current).filter(|part| !part.has_table) {
                    part.numbers.push(number);
                }
            }
            if let Some(part) = parts.get_mut(current) {
                part.has_table |= header(&row).is_some();
            }
            own.push(row);
        }
        turn(&mut parts, current, &mut own);
    }
    parts.into_iter().map(|part| part.pages).collect()
}

/// Which part goes on below a number; that behind all of them for another account.
fn following(parts: &[Part], current: usize, number: &str, rest: &[Row]) -> usize {
    let part = parts.get(current);
    let goes_on = part.is_none_or(|part| !part.has_table || part.numbers.is_empty() || part.is_of(number));
    if goes_on || !begins_table(rest) {
        return current;
    }
    let known = parts.iter().position(|part| part.is_of(number));
    known.unwrap_or(if parts.len() < MOST_PARTS { parts.len() } else { current })
}

/// Gives a part the rows of a page that are its own.
fn turn(parts: &mut [Part], current: usize, own: &mut Vec<Row>) {
    let rows = std::mem::take(own);
    if let Some(part) = parts.get_mut(current).filter(|_| !rows.is_empty()) {
        part.pages.push(rows);
    }
}

/// The number of an account that a row prints as that of what follows.
fn number_of(row: &Row) -> Option<String> {
    if is_movement(row) {
        return None;
    }
    let text = text_of(row);
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = numbers::iban_in(&words).unwrap_or_else(|| numbers::behind(&text, Label::Account));
    (!number.is_empty()).then_some(number)
}

/// Whether the header of a table stands among the next rows (the last comes first) before any movement.
fn begins_table(rest: &[Row]) -> bool {
    let next = rest.iter().rev().take(MOST_ABOVE);
    next.take_while(|row| !is_movement(row))
        .any(|row| header(row).is_some())
}

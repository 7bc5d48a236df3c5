//! Where the table stands in the file: what comes before it, the header, the first row of it.

use crate::charset;
use crate::columns::Role;
use crate::dates::is_date;
use crate::gnucash;
use crate::row::Row;
use crate::sniff::looks_like_amount;
use crate::words::named_role;
use tieout_core::encoding::Decoder;

/// Rows with dates and amounts that may stand in a preamble (an account's summary) above a header that names both.
const MAX_TYPED_ABOVE: usize = 2;

/// The place of the table among the rows of a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Index of the header's row, if there is one.
    pub(crate) header: Option<usize>,
    /// Index of the first row after it.
    pub(crate) body: usize,
    /// Texts of the header.
    pub(crate) names: Vec<String>,
    /// Number of columns.
    pub(crate) width: usize,
    /// Charset in which the header's words are known, where it is not UTF-8.
    pub(crate) charset: Option<&'static str>,
}

/// Finds the table; `None` if no row has both a date and an amount and no header names both.
pub(crate) fn find(sample: &[Row]) -> Option<Frame> {
    let width = sample.iter().map(Row::len).max().unwrap_or(0);
    let first_typed = sample.iter().position(is_typed);
    let header = sample
        .iter()
        .enumerate()
        .filter_map(|(index, row)| Some((index, header_weight(row)?)))
        .take_while(|(index, _)| sample.iter().take(*index).filter(|row| is_typed(row)).count() <= MAX_TYPED_ABOVE)
        .filter(|(index, _)| {
            first_typed.is_none_or(|first| *index < first) || sample.get(*index).is_some_and(names_both)
        })
        .max_by_key(|(index, weight)| (*weight, usize::MAX - index))
        .map(|(index, _)| index);
    match (header, first_typed) {
        (Some(index), Some(_)) => Some(with_header(sample, index, width)),
        // A header without rows: an export of a period in which nothing happened.
        (Some(index), None) => names_both(sample.get(index)?).then(|| with_header(sample, index, width)),
        (None, Some(first)) => match above(sample, first) {
            Some(index) => Some(with_header(sample, index, width)),
            None => Some(Frame {
                body: first,
                width,
                ..Frame::default()
            }),
        },
        (None, None) => None,
    }
}

/// A table whose header takes the first `rows` rows that are not blank (0: none), as a person said.
pub(crate) fn given(sample: &[Row], rows: usize) -> Frame {
    let width = sample.iter().map(Row::len).max().unwrap_or(0);
    let last = sample
        .iter()
        .enumerate()
        .filter(|(_, row)| !row.is_blank())
        .take(rows)
        .last();
    match last {
        Some((index, _)) if rows > 0 => with_header(sample, index, width),
        _ => Frame {
            width,
            ..Frame::default()
        },
    }
}

fn with_header(sample: &[Row], index: usize, width: usize) -> Frame {
    let charset = sample.get(index).and_then(charset_of);
    let mut names = sample.get(index).map(|row| names(row, charset)).unwrap_or_default();
    let parts = sample.get(index + 1).and_then(|row| parts_of(row, &names, charset));
    let rows = if parts.is_some() { 2 } else { 1 };
    names = parts.unwrap_or(names);
    Frame {
        header: Some(index),
        body: index + rows,
        names,
        width,
        charset,
    }
}

/// The names of columns below a header that names some of them together (`Amount` above `Debit` and `Credit`): those of its
/// second row, where it has one, else those of the first.
fn parts_of(row: &Row, header: &[String], charset: Option<&str>) -> Option<Vec<String>> {
    let below = names(row, charset);
    let is_side = |name: &String| matches!(named_role(name), Some((Role::Debit | Role::Credit, _)));
    let is_shared = |name: &String| matches!(named_role(name), Some((Role::Amount, _)));
    let filled = || below.iter().zip(0..).filter(|(name, _)| !name.is_empty());
    let stands_in = |column: usize| header.get(column).is_none_or(|name| name.is_empty() || is_shared(name));
    let fits = filled().count() == 2 && filled().all(|(name, column)| is_side(name) && stands_in(column));
    fits.then(|| {
        let width = header.len().max(below.len());
        let name = |names: &[String], column: usize| names.get(column).cloned().filter(|name| !name.is_empty());
        let columns = 0..width;
        columns
            .map(|column| {
                name(&below, column)
                    .or_else(|| name(header, column))
                    .unwrap_or_default()
            })
            .collect()
    })
}

/// The cells of a row as text.
pub(crate) fn names(row: &Row, charset: Option<&str>) -> Vec<String> {
    let mut decoder = Decoder::default();
    if let Some(name) = charset {
        decoder.declare(name);
    }
    let names: Vec<String> = row.cells().map(|cell| decoder.decode(cell).trim().to_owned()).collect();
    gnucash::in_english(&names).unwrap_or(names)
}

/// Whether a row has a date in one cell and an amount in another.
pub(crate) fn is_typed(row: &Row) -> bool {
    row.cells().any(is_date) && row.cells().any(|cell| looks_like_amount(cell) && !is_date(cell))
}

fn roles(row: &Row) -> Vec<Role> {
    names(row, charset_of(row))
        .iter()
        .filter_map(|name| named_role(name))
        .map(|(role, _)| role)
        .collect()
}

/// The charset of a header that is not UTF-8: that in which most of its words are known, first of all Windows-1252.
fn charset_of(row: &Row) -> Option<&'static str> {
    if row.cells().all(|cell| std::str::from_utf8(cell).is_ok()) {
        return None;
    }
    let known = |charset: &&str| -> usize {
        names(row, Some(charset))
            .iter()
            .filter_map(|name| named_role(name))
            .map(|(_, weight)| weight)
            .sum()
    };
    charset::OF_HEADERS.into_iter().max_by_key(known)
}

/// The columns that a row names as those of dates.
pub(crate) fn columns_of_dates(row: &Row) -> Vec<usize> {
    let names = names(row, charset_of(row));
    let is_date = |name: &String| named_role(name).is_some_and(|(role, _)| role.is_date());
    let columns = names.iter().enumerate().filter(|(_, name)| is_date(name));
    columns.map(|(column, _)| column).collect()
}

/// Whether the cells of a row name dates and amounts.
pub(crate) fn names_both(row: &Row) -> bool {
    let roles = roles(row);
    roles.iter().any(|role| role.is_date()) && roles.iter().any(|role| role.is_amount())
}

/// How much a row looks like a header: how many of its cells name roles; `None` if it is none. A header names at least
/// two different roles, and most of what it says.
fn header_weight(row: &Row) -> Option<usize> {
    if row.cells().any(is_date) {
        return None;
    }
    let mut roles = roles(row);
    let named = roles.len();
    if named * 3 < row.filled() {
        return None;
    }
    roles.sort_unstable();
    roles.dedup();
    let telling = roles.iter().any(|role| role.is_date()) || roles.iter().any(|role| role.is_amount());
    (roles.len() >= 2 && telling).then_some(named)
}

/// A header in a language that is not known: the row right above the first row of data, as wide as it, without numbers.
fn above(sample: &[Row], first: usize) -> Option<usize> {
    let (index, row) = sample
        .iter()
        .enumerate()
        .take(first)
        .rev()
        .find(|(_, row)| !row.is_blank())?;
    let data = sample.get(first)?;
    let wide = row.len() + 1 >= data.len() && row.filled() * 5 >= row.len() * 3 && row.filled() >= 2;
    let words = row.cells().all(|cell| !looks_like_amount(cell));
    (wide && words).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Dialect, Records};

    fn frame(text: &str) -> Option<Frame> {
        let mut records = Records::new(
            text.as_bytes(),
            Dialect {
                delimiter: b';',
                quote: b'"',
                line_end: b'\n',
            },
        );
        let mut sample = Vec::new();
        loop {
            let mut row = Row::default();
            if !records.read(&mut row).unwrap() {
                return find(&sample);
            }
            sample.push(row);
        }
    }

    #[test]
    fn the_header_is_found_below_a_preamble() {
        let found = frame("Account;DE1\nBalance;5,00\n\nDatum;Text;Betrag\n01.02.2020;a;5,00\n").unwrap();
        assert_eq!((found.header, found.body), (Some(3), 4));
    }

    #[test]
    fn a_summary_with_dates_may_stand_above_the_header() {
        let found =
            frame("DE1;21/11/2015;19/02/2016;36;1234,37\n\nDate;Libellé;Montant\n19/02/2016;a;50,00\n").unwrap();
        assert_eq!(found.header, Some(2));
    }

    #[test]
    fn a_table_may_have_no_header() {
        assert_eq!(frame("01.02.2020;a;5,00\n").unwrap().header, None);
        assert_eq!(frame("a title\n01.02.2020;a;5,00\n").unwrap().body, 1);
    }

    #[test]
    fn a_header_in_an_unknown_language_is_the_row_above() {
        assert_eq!(
            frame("Tarehe;Maelezo;Kiasi\n01.02.2020;a;5,00\n").unwrap().header,
            Some(0)
        );
    }

    #[test]
    fn a_header_alone_is_an_empty_table() {
        assert_eq!(frame("Date;Text;Amount\n").unwrap().body, 1);
        assert_eq!(frame("Name;Address;City\n"), None);
        assert_eq!(frame("entry1;entry2;entry3\nentry4;entry5;entry6\n"), None);
    }
}

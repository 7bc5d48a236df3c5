//! Headers of printed tables: which columns a row names, and names that go on in the next rows.

use super::page::{Cell, Row};
use super::words::{Column, column, is_date_column, is_of_booking};

/// A header goes over so many rows at most.
const MOST_ROWS: usize = 3;
/// No table has more columns.
const MOST_CELLS: usize = 24;

/// The columns that a row of headers names, from left to right: a date, and figures.
pub(super) fn header(row: &Row) -> Option<Vec<(Column, &Cell)>> {
    let mut columns: Vec<(Column, &Cell)> = Vec::new();
    let mut unknown: Option<&Cell> = None;
    for cell in row {
        let name = without_mark(&cell.text);
        if name.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let Some(column) = column(name) else {
            unknown = unknown.or(Some(cell));
            continue;
        };
        let known = columns.iter_mut().find(|(known, _)| *known == column);
        match known {
            None => columns.push((column, cell)),
            // Of two columns of dates the day of the booking counts.
            Some(first) if column == Column::Date && is_date_column(&cell.text) => {
                match (is_of_booking(&first.1.text), is_of_booking(&cell.text)) {
                    (false, true) => {
                        first.0 = Column::OtherDate;
                        columns.push((column, cell));
                    }
                    (true, false) => columns.push((Column::OtherDate, cell)),
                    _ => {}
                }
            }
            Some(_) => {}
        }
    }
    let has = |wanted: Column| columns.iter().any(|(column, _)| *column == wanted);
    let figures = has(Column::Amount) || has(Column::Debit) || has(Column::Credit);
    let is_header = has(Column::Date) && figures && columns.len() >= 3;
    let has_text = has(Column::Text);
    if is_header
        && !has_text
        && let Some(cell) = unknown
    {
        // Texts under a word that is not known are texts all the same.
        columns.push((Column::Text, cell));
        columns.sort_by_key(|(_, cell)| cell.left);
    }
    is_header.then_some(columns)
}

/// A name without the mark of a footnote behind it: `Money out 1)`, `Balance (2)`, `Amount*`.
fn without_mark(text: &str) -> &str {
    let bare = text.trim_end_matches(['*', '¹', '²', '³']);
    let open = bare.trim_end_matches([')', ']']);
    let name = open.strip_suffix(|c: char| c.is_ascii_digit()).unwrap_or(bare);
    let name = name.trim_end_matches(['(', '[', ' ']);
    if name.ends_with(char::is_alphabetic) {
        name
    } else {
        text
    }
}

/// Makes one row of those that only together are a header.
pub(super) fn join(rows: Vec<Row>) -> Vec<Row> {
    let mut joined: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some((count, whole)) = ends_header(&joined, &row) {
            joined.truncate(joined.len() - count);
            joined.push(whole);
        } else {
            joined.push(row);
        }
    }
    joined
}

/// The header that a row ends, and how many rows above it are part of that.
fn ends_header(above: &[Row], row: &Row) -> Option<(usize, Row)> {
    if !may_be_part(row) || header(row).is_some() {
        return None;
    }
    let mut whole = row.clone();
    for count in 1..MOST_ROWS {
        let upper = above.get(above.len().checked_sub(count)?)?;
        if !may_be_part(upper) || header(upper).is_some() {
            return None;
        }
        whole = below(upper, &whole);
        if header(&whole).is_some() {
            return Some((count, whole));
        }
    }
    None
}

/// Whether a row may be one of several of a header.
fn may_be_part(row: &Row) -> bool {
    let is_plain = |cell: &Cell| !without_mark(&cell.text).contains(|c: char| c.is_ascii_digit());
    row.len() <= MOST_CELLS && row.iter().all(is_plain)
}

/// Cells of two rows, those that stand below one another as one.
fn below(upper: &Row, lower: &Row) -> Row {
    let mut whole = lower.clone();
    for cell in upper {
        let beneath = whole
            .iter_mut()
            .find(|own| own.left <= cell.right && cell.left <= own.right);
        match beneath {
            Some(own) => {
                own.text = format!("{} {}", cell.text, own.text);
                (own.left, own.right) = (own.left.min(cell.left), own.right.max(cell.right));
            }
            None => whole.push(cell.clone()),
        }
    }
    whole.sort_by_key(|cell| cell.left);
    whole
}

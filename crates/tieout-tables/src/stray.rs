//! Rows above the table that look like its movements: two lines that changed places, a first row whose date is damaged. They
//! cannot be read in their place, and must not be lost in silence.

use crate::assign::Perspective;
use crate::columns::{Column, Role};
use crate::dates::is_date;
use crate::frame::Frame;
use crate::reading::{is_like_total, names_balance};
use crate::row::Row;
use crate::sniff::looks_like_amount;
use tieout_core::problem::{Code, Place, Problem};

/// What to do about such a row.
const PUT_IT_BELOW: &str = "if it is a movement, correct its date or move it below the header, and read the file again";

/// What is said of rows above the header, or above the first row of a table without one.
pub(crate) fn told(sample: &[Row], frame: &Frame, columns: &[Column], perspective: Perspective) -> Vec<Problem> {
    let code = match perspective {
        Perspective::Bank => Code::BadLine,
        Perspective::Books => Code::BadEntry,
    };
    let width = sample.get(frame.body).map_or(frame.width, Row::len);
    let above = sample.iter().take(frame.header.unwrap_or(frame.body));
    let strays = above.filter(|row| row.len() == width && is_like_movement(row, columns, frame.header.is_some()));
    strays
        .map(|row| {
            let message = "the row stands above the table and looks like one of its movements; it was left out";
            Problem::new(code, Place::line(row.line), message).advising(PUT_IT_BELOW)
        })
        .collect()
}

/// An amount in a column of movements, and in that of dates a date, or without a header something like one.
fn is_like_movement(row: &Row, columns: &[Column], has_header: bool) -> bool {
    let of = |test: &dyn Fn(Role) -> bool| -> Vec<&[u8]> {
        let columns = columns.iter().enumerate().filter(|(_, column)| test(column.role));
        columns.map(|(index, _)| row.cell(index)).collect()
    };
    let dates = of(&|role| role == Role::Date);
    let amounts = of(&|role| matches!(role, Role::Amount | Role::Debit | Role::Credit));
    let dated = dates
        .iter()
        .any(|cell| is_date(cell) || (!has_header && cell.iter().any(u8::is_ascii_digit)));
    let moves = amounts.iter().any(|cell| looks_like_amount(cell) && !is_date(cell));
    dated && moves && !is_like_total(row) && !row.cells().any(names_balance)
}

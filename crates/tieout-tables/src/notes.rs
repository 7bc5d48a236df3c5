//! What is said of a sheet that was read: what it hides, what was rounded, which other sheets hold rows.

use crate::assign::Perspective;
use crate::columns::Role;
use crate::frame::{self, Frame};
use crate::row::Row;
use crate::sheets;
use crate::source::Source;
use crate::spreadsheet::{RoundedAmounts, Sheet, letters};
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// Other sheets that are named one by one.
const MAX_SHEETS_NAMED: usize = 20;

/// A sheet with rows that have a date and an amount.
#[derive(Debug)]
pub(crate) struct TypedSheet {
    name: String,
    /// The cells of its header.
    header: Vec<Vec<u8>>,
    /// How many such rows are among its first ones.
    count: usize,
    place: sheets::Place,
}

impl TypedSheet {
    /// Of the sheet's first rows.
    pub(crate) fn of(name: &str, source: Source, sample: &[Row], frame: &Frame) -> Self {
        let header = frame.header.and_then(|header| sample.get(header));
        let rows = sample.iter().skip(frame.body);
        Self {
            name: name.to_owned(),
            header: header
                .map(|row| row.cells().map(<[u8]>::to_vec).collect())
                .unwrap_or_default(),
            count: rows.filter(|row| frame::is_typed(row)).count(),
            place: sheets::Place {
                source,
                body: frame.body,
            },
        }
    }

    /// Whether it is a part of the same table as another one.
    fn goes_on_from(&self, other: &Self, roles: &[Role], input: &mut dyn Input) -> io::Result<bool> {
        let is_alike = !self.header.is_empty() && self.header == other.header;
        Ok(is_alike && sheets::goes_on(&self.place, &other.place, roles, input)?)
    }
}

/// Sheets beside the one that was read whose rows look like movements, too.
///
/// # Errors
/// Those of the input.
pub(crate) fn of_other_sheets(
    read: &str,
    typed: &[TypedSheet],
    (roles, perspective): (&[Role], Perspective),
    input: &mut dyn Input,
) -> io::Result<Vec<Problem>> {
    // Of books the other sheets may be other accounts, and what is missing of this one is an open line.
    let own = typed.iter().find(|sheet| sheet.name == read);
    let own = own.filter(|_| perspective == Perspective::Bank);
    let others = typed.iter().filter(|sheet| sheet.name != read && sheet.count > 0);
    let mut problems = Vec::new();
    for sheet in others.take(MAX_SHEETS_NAMED) {
        let goes_on = own.map(|own| sheet.goes_on_from(own, roles, input)).transpose()?;
        problems.push(of_other_sheet(sheet, read, goes_on == Some(true)));
    }
    Ok(problems)
}

fn of_other_sheet(sheet: &TypedSheet, read: &str, goes_on: bool) -> Problem {
    let rows = if sheet.count == 1 {
        "1 row".to_owned()
    } else {
        format!("{} rows", sheet.count)
    };
    let (name, read) = (excerpt(&sheet.name, 40), excerpt(read, 40));
    if goes_on {
        let message = format!(
            "the sheet {name:?} was not read, only {read:?}; it is a table with the same header, and holds {rows} with a date and \
             an amount"
        );
        return Problem::of_file(Code::Incomplete, message)
            .advising("save that sheet as a file of its own, and give both files");
    }
    let message =
        format!("the sheet {name:?} was not read, only {read:?}; it holds {rows} with a date and an amount, too");
    Problem::of_file(Code::Unread, message)
        .advising("nothing, if they are no movements; else save that sheet as a file of its own")
}

/// Rows and columns that the workbook does not show, and that were read all the same.
pub(crate) fn of_hidden(sheet: &Sheet, roles: &[Role]) -> Option<Problem> {
    let used = |column: usize| roles.get(column).is_some_and(|role| *role != Role::Other);
    let hidden = sheet.hidden().in_words(used)?;
    let message = format!(
        "the sheet {:?} hides what was read like the rest: {hidden}",
        excerpt(&sheet.name, 40)
    );
    Some(Problem::of_file(Code::Hidden, message))
}

/// Amounts with more decimals than the currency has.
pub(crate) fn of_rounded(rounded: &RoundedAmounts, decimals: Option<u8>) -> Problem {
    let RoundedAmounts { count, first, from, to } = rounded;
    let amounts = if *count == 1 {
        "1 amount has".to_owned()
    } else {
        format!("{count} amounts have")
    };
    let message = match decimals {
        Some(decimals) => {
            format!("{amounts} more decimals than the currency, which has {decimals}, and were rounded: {from} to {to}")
        }
        None => format!("{amounts} more than six decimals and were rounded, for instance to {to}"),
    };
    Problem::new(Code::Rounded, Place::field(first.0, letters(first.1)), message)
}

//! What is said of a sheet that was read: what it hides, what was rounded, which other sheets hold rows.

use crate::assign::Perspective;
use crate::columns::Role;
use crate::frame::{self, Frame};
use crate::row::Row;
use crate::spreadsheet::{RoundedAmounts, Sheet, letters};
use std::collections::BTreeSet;
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// Other sheets that are named one by one.
const MAX_SHEETS_NAMED: usize = 20;

/// The rows with a date and an amount of a sheet.
#[derive(Debug)]
pub(crate) struct TypedSheet {
    name: String,
    /// The cells of its header, and of each such row.
    header: Vec<Vec<u8>>,
    rows: BTreeSet<Vec<Vec<u8>>>,
    count: usize,
}

impl TypedSheet {
    /// Of the sheet's first rows.
    pub(crate) fn of(name: &str, sample: &[Row], frame: &Frame) -> Self {
        let cells = |row: &Row| row.cells().map(<[u8]>::to_vec).collect();
        let header = frame.header.and_then(|header| sample.get(header));
        let rows = || sample.iter().skip(frame.body).filter(|row| frame::is_typed(row));
        Self {
            name: name.to_owned(),
            header: header.map(cells).unwrap_or_default(),
            rows: rows().map(cells).collect(),
            count: rows().count(),
        }
    }

    /// Whether it is a table as another one is, with rows that are not in that: the next month, the next account. What a person
    /// has copied or picked out of it is in it.
    fn goes_on_from(&self, other: &Self) -> bool {
        !self.header.is_empty() && self.header == other.header && !self.rows.is_subset(&other.rows)
    }
}

/// Sheets beside the one that was read whose rows look like movements, too.
pub(crate) fn of_other_sheets(read: &str, typed: &[TypedSheet], perspective: Perspective) -> Vec<Problem> {
    // Of books the other sheets may be other accounts, and what is missing of this one is an open line.
    let own = typed.iter().find(|sheet| sheet.name == read);
    let own = own.filter(|_| perspective == Perspective::Bank);
    let others = typed.iter().filter(|sheet| sheet.name != read && sheet.count > 0);
    let problem = |sheet: &TypedSheet| {
        let rows = if sheet.count == 1 {
            "1 row".to_owned()
        } else {
            format!("{} rows", sheet.count)
        };
        let (name, read) = (excerpt(&sheet.name, 40), excerpt(read, 40));
        if own.is_some_and(|own| sheet.goes_on_from(own)) {
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
    };
    others.take(MAX_SHEETS_NAMED).map(problem).collect()
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

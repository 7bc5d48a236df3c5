//! What is said of a sheet that was read: what it hides, what was rounded, which other sheets hold rows.

use crate::columns::Role;
use crate::spreadsheet::{RoundedAmounts, Sheet, letters};
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// Other sheets that are named one by one.
const MAX_SHEETS_NAMED: usize = 20;

/// Sheets beside the one that was read whose rows look like movements, too.
pub(crate) fn of_other_sheets(read: &str, typed: &[(String, usize)]) -> Vec<Problem> {
    let others = typed.iter().filter(|(name, rows)| name != read && *rows > 0);
    let problem = |(name, rows): &(String, usize)| {
        let rows = if *rows == 1 {
            "1 row".to_owned()
        } else {
            format!("{rows} rows")
        };
        let message = format!(
            "the sheet {:?} was not read, only {:?}; it holds {rows} with a date and an amount, too",
            excerpt(name, 40),
            excerpt(read, 40)
        );
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

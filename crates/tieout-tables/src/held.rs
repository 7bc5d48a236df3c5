//! Columns of what is available in which some steps do not follow: a line is missing there, or money is held back.
//!
//! A short list cannot tell which. So such a column is no balance, and that is said: it neither proves nor fails a statement.

use crate::balances::is_what_is_left;
use crate::columns::Role;
use crate::fold::fold;
use crate::profile::Profile;
use crate::row::Row;
use crate::unnamed::Proving;
use tieout_core::problem::{Code, Problem, excerpt};

/// Takes the role of the balance from a column of what is available that nearly follows, and says so.
pub(crate) fn left_out(names: &[String], profiles: &[Profile], rows: &[&Row], roles: &mut [Role]) -> Option<Problem> {
    let place = |role: Role| roles.iter().position(|known| *known == role);
    let column = place(Role::Balance)?;
    let name = names.get(column).filter(|name| is_what_is_left(&fold(name)))?;
    let steps = Proving::new(rows, profiles, place(Role::Date)).breaks_in_few(roles, column)?;
    let (step, follow) = if steps == 1 {
        ("figure", "does")
    } else {
        ("figures", "do")
    };
    let message = format!(
        "{steps} {step} of {:?} {follow} not follow from the one before and the amount: a line is missing, or money is held back",
        excerpt(name, 40)
    );
    if let Some(role) = roles.get_mut(column) {
        *role = Role::Other;
    }
    let advice = "compare with the bank's own list, or export the account's balance beside the lines";
    Some(Problem::of_file(Code::Unread, message).advising(advice))
}

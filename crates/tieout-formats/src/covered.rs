//! Which accounts and days the statements of a file hold, so that the paper of the same statement is known.

use crate::model::Statement;
use std::collections::BTreeMap;
use tieout_core::Date;

/// Accounts that are remembered; papers of further ones are read.
const MOST: usize = 10_000;
/// Characters that two ids must share at their end to be one account.
const SHARED_END: usize = 6;

/// Accounts by id, with the days of all their lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Covered(BTreeMap<String, (Date, Date)>);

impl Covered {
    /// Takes up a statement that was read.
    pub(crate) fn add(&mut self, statement: &Statement) {
        let id = &statement.account.id;
        if self.0.len() >= MOST && !self.0.contains_key(id) {
            return;
        }
        if let Some((first, last)) = days(statement) {
            let known = self.0.entry(id.clone()).or_insert((first, last));
            *known = (known.0.min(first), known.1.max(last));
        }
    }

    /// No statement was read.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all days of a statement are held; of any account where the statement names none.
    pub(crate) fn holds(&self, statement: &Statement) -> bool {
        let id = statement.account.id.as_str();
        let Some((first, last)) = days(statement) else {
            return false;
        };
        let mut known = self.0.iter();
        known.any(|(own, (from, to))| (id.is_empty() || is_one(own, id)) && *from <= first && last <= *to)
    }
}

/// Whether two ids may be of one account: an IBAN ends in the number that another file prints alone.
fn is_one(one: &str, other: &str) -> bool {
    let shared = one
        .bytes()
        .rev()
        .zip(other.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    one == other || shared >= SHARED_END
}

/// The days of a statement's lines.
fn days(statement: &Statement) -> Option<(Date, Date)> {
    statement.totals.booking_dates.or(statement.totals.value_dates)
}

//! Proposed entries as files that accounting programs import: each kind of books has its own.
//!
//! Such a file stands beside the books and is not appended to them: the program checks and numbers what it takes in.

mod lines;
mod table;

use crate::write::{ProposedEntry, one_line};
use tieout_core::Currency;

/// What imports the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `GnuCash`: transactions with several splits as CSV, in the columns that it exports.
    Gnucash,
    /// Swedish programs: vouchers of SIE type 4I.
    Sie,
    /// German programs: a batch of bookings of DATEV.
    Datev,
    /// French programs: rows of a FEC.
    Fec,
    /// Quicken and its like: QIF.
    Qif,
    /// SAF-T is an export only: rows of a plain CSV, to be typed in.
    Saft,
}

/// How entries are handed to the program that keeps the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLayout {
    target: Target,
    /// The bank account as the books call it.
    account: String,
    currency: Option<Currency>,
}

impl ImportLayout {
    pub(crate) fn new(target: Target, account: &str, currency: Option<Currency>) -> Self {
        Self {
            target,
            account: account.to_owned(),
            currency,
        }
    }

    /// What imports the file.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Whether accounts are named by all that is above them: `Expenses:Bank Fees`.
    pub fn has_branches(&self) -> bool {
        self.target == Target::Gnucash
    }

    /// The file.
    pub(crate) fn print(&self, entries: &[ProposedEntry]) -> Vec<u8> {
        match self.target {
            Target::Gnucash => table::gnucash(self, entries),
            Target::Sie => lines::sie(self, entries),
            Target::Datev => lines::datev(self, entries),
            Target::Fec => lines::fec(self, entries),
            Target::Qif => lines::qif(self, entries),
            Target::Saft => table::plain(self, entries),
        }
    }
}

/// What an entry is for, on one line: the other side's name, then the rest.
fn narration(entry: &ProposedEntry) -> String {
    let (name, text) = (one_line(&entry.counterparty), one_line(&entry.description));
    if name.is_empty() || text.contains(&name) {
        text
    } else {
        format!("{name} {text}")
    }
}

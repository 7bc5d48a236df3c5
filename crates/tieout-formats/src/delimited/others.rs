//! Another account that begins in the midst of a table, below the first one's rows.

use crate::read::Emitter;
use tieout_core::problem::{Code, Place, Problem};
use tieout_tables::{Another, Row, RowKind, Table};

/// Rows that name another account, until it is known what stands below them.
///
/// Foots of pages name accounts as well. It is another table's account only if the header stands once more below it, or, named
/// in the form of the text above the table, movements do; and not if the same one is named below the last movement: that is
/// what every page has in its foot.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Named since the last movement.
    named: Option<Named>,
    /// The first below which a table goes on.
    told: Option<Named>,
}

#[derive(Debug)]
struct Named {
    account: String,
    line: u64,
    /// Movements below it are enough: the header stands between, or it is named as above the table.
    begins: bool,
}

impl Others {
    /// One row of the table, whose movements have their date in a column.
    pub(super) fn take(&mut self, table: &Table, row: &Row, kind: RowKind, date: Option<usize>) {
        /// Names that stand above one table for each account have little beside them.
        const MOST_CELLS: usize = 4;
        match kind {
            RowKind::Remark if self.named.is_none() => {
                let is_short = row.filled() <= MOST_CELLS;
                let is_first = row.cells().position(|cell| !cell.is_empty()) == date;
                self.named = table.another_account(row).map(
                    |Another {
                         account,
                         is_numbered_alike,
                     }| Named {
                        account,
                        line: row.line,
                        begins: is_numbered_alike && is_short && is_first,
                    },
                );
            }
            RowKind::Empty if table.repeats_header(row) => {
                if let Some(named) = &mut self.named {
                    named.begins = true;
                }
            }
            RowKind::Movement(_) => {
                let begun = self.named.take().filter(|named| named.begins);
                self.told = self.told.take().or(begun);
            }
            _ => {}
        }
    }

    /// Tells the first one.
    pub(super) fn report(&mut self, out: &mut Emitter<'_>) {
        let is_foot = |told: &Named| self.named.as_ref().is_some_and(|last| last.account == told.account);
        let Some(Named { account, line, .. }) = self.told.take().filter(|told| !is_foot(told)) else {
            return;
        };
        let message = format!(
            "another account begins here, {account}; what stands below was read into the first one's statement"
        );
        let problem = Problem::new(Code::Incomplete, Place::line(line), message);
        out.problem(problem.advising("export each account as a file of its own, or with a column of accounts"));
    }
}

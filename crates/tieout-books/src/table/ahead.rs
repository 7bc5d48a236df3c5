//! What later rows say of earlier ones: a pass of its own before all others.

use super::columns::BooksColumns;
use super::phrases::totalled_name;
use crate::limits;
use std::collections::BTreeSet;
use std::io;
use tieout_core::encoding::Input;
use tieout_tables::fold::fold;
use tieout_tables::{Row, Table};

/// What is known of a table before its rows are sorted.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Names that totals name, folded: a heading is understood by them.
    pub(super) totalled: BTreeSet<String>,
    /// The last row with something for a day and an amount.
    pub(super) last_line: u64,
    /// Amounts without a day stand below it: the totals.
    pub(super) is_followed: bool,
}

impl Ahead {
    /// Goes through all rows.
    ///
    /// # Errors
    /// Those of the input.
    pub(super) fn look(table: &Table, columns: &BooksColumns, input: &mut dyn Input) -> io::Result<Self> {
        let mut found = Self::default();
        let mut decoder = table.decoder();
        let amounts: Vec<usize> = table.layout().columns().collect();
        let mut rows = table.rows(input)?;
        let mut row = Row::default();
        while rows.next(&mut row)? {
            if amounts.iter().any(|column| !row.cell(*column).is_empty()) {
                found.is_followed = row.cell(columns.date).is_empty();
                if !found.is_followed {
                    found.last_line = row.line;
                }
            }
            let Some(cell) = row.cells().find(|cell| !cell.is_empty()) else {
                continue;
            };
            let begins = cell
                .first_chunk::<3>()
                .map(|begin| begin.map(|b| b.to_ascii_lowercase()));
            if matches!(begins.as_ref(), Some(b"tot" | b"sub"))
                && let Some(name) = totalled_name(&decoder.decode(cell))
                && found.totalled.len() < limits::MAX_ACCOUNTS
            {
                found.totalled.insert(fold(name));
            }
        }
        Ok(found)
    }
}

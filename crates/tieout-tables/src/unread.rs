//! What is said of a table of which no row can be read.

use crate::reading::{RowKind, Unreadable};
use crate::row::Row;
use crate::table::Table;
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Place, Problem, excerpt};

impl Table {
    /// Of a table without a row that reads: why its rows do not, with an example; `None` if there are no rows.
    ///
    /// # Errors
    /// Those of the input.
    pub fn unread(&self, input: &mut dyn Input) -> io::Result<Option<Problem>> {
        let mut rows = self.rows(input)?;
        let mut row = Row::default();
        let mut count = 0_u64;
        let mut first: Option<(&str, usize, String, u64)> = None;
        while rows.next(&mut row)? {
            let date = self.places.date;
            let amount = self.layout().columns().find(|column| !row.cell(*column).is_empty());
            let (what, column) = match self.read(&row) {
                RowKind::Unreadable(Unreadable::Date(column)) => ("date", column),
                RowKind::Unreadable(Unreadable::Amount(column)) => ("amount", column),
                RowKind::Unreadable(Unreadable::Side(column) | Unreadable::BothSides(column)) => ("side", column),
                RowKind::Unreadable(Unreadable::NoAmount) => {
                    ("amount", self.layout().columns().next().unwrap_or_default())
                }
                // Neither of the two reads.
                RowKind::Remark if !row.cell(date).is_empty() && amount.is_some() => ("date", date),
                _ => continue,
            };
            count += 1;
            let text = || String::from_utf8_lossy(row.cell(column)).into_owned();
            first.get_or_insert_with(|| (what, column, text(), row.line));
        }
        Ok(first.map(|(what, column, text, line)| {
            let name = self.column_name(column);
            let follow = if count == 1 { "row follows" } else { "rows follow" };
            let example = if text.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("for instance {:?}", excerpt(&text, 40))
            };
            let message = format!(
                "{count} {follow} the header, but no {what} can be read in {:?}: {example}",
                excerpt(&name, 40)
            );
            Problem::new(Code::NoColumns, Place::line(line), message)
        }))
    }
}

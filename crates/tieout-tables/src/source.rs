//! Where rows come from: delimited text, or a sheet of a workbook. Both give the same rows, from the start as often as
//! asked.

use crate::limits::{SAMPLE_BYTES, SAMPLE_ROWS};
use crate::records::{Dialect, Records};
use crate::row::Row;
use crate::spreadsheet::{Sheet, SheetRows};
use std::io::{self, Read};
use std::sync::Arc;
use tieout_core::encoding::{self, Input};

/// A table's origin, opened again for every pass.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Text(Dialect),
    Sheet(Arc<Sheet>),
}

impl Source {
    /// All rows from the first.
    pub(crate) fn cells<'a>(&'a self, input: &'a mut dyn Input) -> io::Result<Cells<'a>> {
        match self {
            Self::Text(dialect) => Ok(Cells::Text(Records::new(encoding::open(input)?.reader, *dialect))),
            Self::Sheet(sheet) => Ok(Cells::Sheet(sheet.rows())),
        }
    }

    /// The first rows, in memory.
    pub(crate) fn sample(&self, input: &mut dyn Input) -> io::Result<Vec<Row>> {
        let mut cells = self.cells(input)?;
        let mut sample = Vec::new();
        let mut bytes = 0;
        while sample.len() < SAMPLE_ROWS && bytes < SAMPLE_BYTES {
            let mut row = Row::default();
            if !cells.read(&mut row)? {
                break;
            }
            bytes += row.bytes_held();
            sample.push(row);
        }
        Ok(sample)
    }
}

/// A pass over the rows.
pub(crate) enum Cells<'a> {
    Text(Records<Box<dyn Read + 'a>>),
    Sheet(SheetRows<'a>),
}

impl Cells<'_> {
    /// Fills `row` with the next one; false at the end.
    pub(crate) fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        match self {
            Self::Text(records) => records.read(row),
            Self::Sheet(rows) => Ok(rows.read(row)),
        }
    }
}

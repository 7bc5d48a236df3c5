//! Where rows come from: delimited text, or a sheet of a workbook. Both give the same rows, from the start as often as
//! asked.

use crate::completion::Completion;
use crate::limits::{SAMPLE_BYTES, SAMPLE_ROWS};
use crate::ragged::Width;
use crate::records::{Dialect, Records};
use crate::row::Row;
use crate::spreadsheet::{Sheet, SheetRows};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;
use tieout_core::encoding::{self, Input};

/// A table's origin, opened again for every pass, and what its rows are given as they are read.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) origin: Origin,
    pub(crate) completion: Completion,
    /// How many cells a row may fill.
    pub(crate) width: Width,
}

/// Where rows stand.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    Text(Dialect),
    Sheet(Arc<Sheet>),
}

impl Source {
    /// Rows as they stand there.
    pub(crate) fn new(origin: Origin) -> Self {
        Self {
            origin,
            completion: Completion::default(),
            width: Width::default(),
        }
    }

    /// All rows from the first.
    pub(crate) fn cells<'a>(&'a self, input: &'a mut dyn Input) -> io::Result<Cells<'a>> {
        let printed = match &self.origin {
            Origin::Text(dialect) => Printed::Text(Records::new(encoding::open(input)?.reader, *dialect)),
            Origin::Sheet(sheet) => Printed::Sheet(sheet.rows()),
        };
        Ok(Cells {
            printed,
            completion: Some(&self.completion).filter(|completion| !completion.is_empty()),
            width: self.width,
            last: Vec::new(),
            more: VecDeque::new(),
        })
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
pub(crate) struct Cells<'a> {
    printed: Printed<'a>,
    completion: Option<&'a Completion>,
    width: Width,
    /// The date of the row above.
    last: Vec<u8>,
    /// Rows that the row above became beside itself.
    more: VecDeque<Row>,
}

/// A pass over the rows as they stand in the file.
enum Printed<'a> {
    Text(Records<Box<dyn Read + 'a>>),
    Sheet(SheetRows<'a>),
}

impl Cells<'_> {
    /// Fills `row` with the next one; false at the end.
    #[inline]
    pub(crate) fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        if let Some(next) = self.more.pop_front() {
            *row = next;
            return Ok(true);
        }
        let is_row = match &mut self.printed {
            Printed::Text(records) => records.read(row)?,
            Printed::Sheet(rows) => rows.read(row),
        };
        if is_row {
            self.width.check(row);
        }
        if let Some(completion) = self.completion
            && is_row
        {
            completion.complete(row, &mut self.last, &mut self.more);
        }
        Ok(is_row)
    }
}

//! Everything of the books' account in memory: for tests and small tools. What works on many entries implements
//! [`BooksSink`] itself.

use crate::model::{BooksReading, Entry};
use crate::read::{BooksFormat, BooksOptions, BooksSink, read, read_with};
use std::io;
use tieout_core::encoding::Input;

/// The entries of one account with everything else that was read.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// Format, account, balances, problems.
    pub reading: BooksReading,
    /// Entries by date; those of one day in file order for journals. Tables keep file order.
    pub entries: Vec<Entry>,
}

#[derive(Default)]
struct Collector(Vec<Entry>);

impl BooksSink for Collector {
    fn entry(&mut self, entry: &Entry) {
        self.0.push(entry.clone());
    }
}

/// Reads books of any kind whole.
///
/// # Errors
/// Those of the input.
pub fn read_all(input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<Books> {
    let mut collector = Collector::default();
    let reading = read(input, options, &mut collector)?;
    Ok(Books {
        reading,
        entries: collector.0,
    })
}

/// Reads books of a kind that the caller brings whole.
///
/// # Errors
/// Those of the input.
pub fn read_all_with(format: &dyn BooksFormat, input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<Books> {
    let mut collector = Collector::default();
    let reading = read_with(format, input, options, &mut collector)?;
    Ok(Books {
        reading,
        entries: collector.0,
    })
}

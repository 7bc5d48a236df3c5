//! Everything of a file in memory: for tests, small tools and `tieout statement show`. What works on many lines
//! implements [`Sink`] itself.

use crate::model::{Line, Statement};
use crate::read::{ReadOptions, Reading, Sink, read};
use std::io;
use tieout_core::encoding::Input;

/// A statement with its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadStatement {
    /// The statement.
    pub statement: Statement,
    /// Its lines in file order, turned where the statement says so.
    pub lines: Vec<Line>,
}

/// A whole file.
#[derive(Debug, Clone)]
pub struct Import {
    /// Format, outcome, problems.
    pub reading: Reading,
    /// Statements in file order.
    pub statements: Vec<ReadStatement>,
}

#[derive(Default)]
struct Collector {
    statements: Vec<ReadStatement>,
    lines: Vec<Line>,
}

impl Sink for Collector {
    fn line(&mut self, line: &Line) {
        self.lines.push(line.clone());
    }

    fn forget(&mut self) -> bool {
        self.statements.clear();
        self.lines.clear();
        true
    }

    fn end(&mut self, statement: &Statement) {
        let mut lines = std::mem::take(&mut self.lines);
        if statement.reversals_flipped {
            for line in lines.iter_mut().filter(|line| line.reversal) {
                line.amount = -line.amount;
            }
        }
        self.statements.push(ReadStatement {
            statement: statement.clone(),
            lines,
        });
    }
}

/// Reads a file of any kind whole.
///
/// # Errors
/// Those of the input.
pub fn read_all(input: &mut dyn Input, options: &ReadOptions) -> io::Result<Import> {
    let mut collector = Collector::default();
    let reading = read(input, options, &mut collector)?;
    Ok(Import {
        reading,
        statements: collector.statements,
    })
}

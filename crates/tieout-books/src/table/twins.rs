//! Columns of one name: the first is read, and that is said, because the other may be meant.

use crate::read::Emitter;
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Problem};
use tieout_tables::fold::fold;
use tieout_tables::{Row, Table};

/// Rows on which two columns of amounts differ.
#[derive(Default)]
struct Differing {
    rows: u64,
    first: u64,
}

/// Says which columns of amounts share their name with another, and whether that matters.
///
/// # Errors
/// Those of the input.
pub(super) fn say(table: &Table, input: &mut dyn Input, out: &mut Emitter<'_>) -> io::Result<()> {
    for (read, other) in twins(table) {
        let name = excerpt(&table.column_name(read), 60);
        let (place, other_place) = (read + 1, other + 1);
        let differing = differing(table, (read, other), input)?;
        let both = format!("columns {place} and {other_place} are both called {name:?}; column {place} was read");
        let problem = if differing.rows == 0 {
            Problem::of_file(Code::Decided, format!("{both}, and the other has the same amounts"))
        } else {
            let Differing { rows, first } = differing;
            let message = format!("{both}, and the other has other amounts in {rows} rows, first in line {first}");
            Problem::of_file(Code::NumberAmbiguous, message)
        };
        out.problem(problem.advising("say which in a mapping file (--ledger-mapping), by its number"));
    }
    Ok(())
}

/// Columns of amounts that are read, and others of the same name.
fn twins(table: &Table) -> Vec<(usize, usize)> {
    let names: Vec<String> = table.columns().iter().map(|column| fold(&column.name)).collect();
    let of = |read: usize| {
        let name = names.get(read).filter(|name| !name.is_empty());
        let others = names.iter().enumerate();
        let others = others.filter(move |(other, is)| *other != read && Some(*is) == name);
        others.map(move |(other, _)| (read, other)).collect::<Vec<_>>()
    };
    let read: Vec<usize> = table.layout().columns().collect();
    let twins = read.iter().flat_map(|column| of(*column));
    twins.filter(|(_, other)| !read.contains(other)).collect()
}

fn differing(table: &Table, (read, other): (usize, usize), input: &mut dyn Input) -> io::Result<Differing> {
    let mut differing = Differing::default();
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    while rows.next(&mut row)? {
        let amount = |column| table.amount(&row, column).ok().flatten().map(|amount| amount.value);
        let is_same = amount(read) == amount(other) || row.cell(read) == row.cell(other);
        if !is_same {
            differing.rows += 1;
            if differing.first == 0 {
                differing.first = row.line;
            }
        }
    }
    Ok(differing)
}

//! Whether a sheet beside the one that was read is a part of the same table: the next month, rather than what is pending, an
//! example, or rows picked out of the read one.

use crate::amounts::{DecimalMark, read_amount};
use crate::chain::{self, ChainOrder};
use crate::columns::Role;
use crate::frame;
use crate::row::Row;
use crate::source::Source;
use std::collections::HashSet;
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::Input;

/// Where the table of a sheet stands.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) source: Source,
    /// Rows above the table's first.
    pub(crate) body: usize,
}

/// Rows whose balances follow are no example or pick.
const OF_A_STATEMENT: usize = 3;

/// Whether a table goes on from another one that has the same header, or is another statement.
///
/// # Errors
/// Those of the input.
pub(crate) fn goes_on(other: &Place, read: &Place, roles: &[Role], input: &mut dyn Input) -> io::Result<bool> {
    let (mut known, mut moves) = (HashSet::new(), Vec::new());
    each_row(read, input, |row| {
        known.insert(key(row, roles));
        moves.push(movement(row, roles));
    })?;
    let (mut new, mut others) = (0_usize, Vec::new());
    each_row(other, input, |row| {
        new += usize::from(!known.contains(&key(row, roles)));
        others.push(movement(row, roles));
    })?;
    if new == 0 {
        return Ok(false);
    }
    // Without balances that follow nothing tells what it is.
    let Some((opening, closing)) = ends(&moves) else {
        return Ok(true);
    };
    // A month further on, or a statement of its own.
    Ok(ends(&others).is_some_and(|(first, last)| new >= OF_A_STATEMENT || first == closing || last == opening))
}

fn each_row(place: &Place, input: &mut dyn Input, mut take: impl FnMut(&Row)) -> io::Result<()> {
    let mut cells = place.source.cells(input)?;
    let mut row = Row::default();
    let mut index = 0;
    while cells.read(&mut row)? {
        if index >= place.body && frame::is_typed(&row) {
            take(&row);
        }
        index += 1;
    }
    Ok(())
}

/// What makes a row the same in both sheets: its date, amounts and balance; where there are no balances, all of it.
fn key(row: &Row, roles: &[Role]) -> Vec<Vec<u8>> {
    let counts =
        |role: &Role| role.is_date() || matches!(role, Role::Amount | Role::Debit | Role::Credit | Role::Balance);
    let has_balance = roles.contains(&Role::Balance);
    let cells = row.cells().enumerate();
    let cells = cells.filter(|(column, _)| !has_balance || roles.get(*column).is_some_and(counts));
    cells.map(|(_, cell)| cell.to_vec()).collect()
}

/// The amount of a row and the balance beside it, for each decimal mark.
type Movement = [Option<(Decimal, Decimal)>; 2];

fn movement(row: &Row, roles: &[Role]) -> Movement {
    let of = |wanted: Role, mark| {
        let column = roles.iter().position(|role| *role == wanted)?;
        read_amount(row.cell(column), mark).ok().map(|amount| amount.value)
    };
    [DecimalMark::Point, DecimalMark::Comma].map(|mark| {
        let balance = of(Role::Balance, mark)?;
        let amount = match (of(Role::Amount, mark), of(Role::Debit, mark), of(Role::Credit, mark)) {
            (Some(amount), ..) => amount,
            (None, None, Some(credit)) => credit.abs(),
            (None, Some(debit), None) => -debit.abs(),
            (None, Some(debit), Some(credit)) => credit.abs().checked_sub(debit.abs())?,
            (None, None, None) => return None,
        };
        Some((amount, balance))
    })
}

/// The balances before and behind the rows, if each has one and they follow.
fn ends(moves: &[Movement]) -> Option<(Decimal, Decimal)> {
    (0..2).find_map(|mark| {
        let rows = moves.iter().map(|row| row.get(mark).copied().flatten());
        ends_of(&rows.collect::<Option<Vec<_>>>()?)
    })
}

fn ends_of(rows: &[(Decimal, Decimal)]) -> Option<(Decimal, Decimal)> {
    let (first, last) = (rows.first()?, rows.last()?);
    let order = match rows {
        [_] => ChainOrder::Ascending,
        rows => chain::order(rows)?.0,
    };
    let (opening, closing) = order.ends(*first, *last);
    opening.zip(closing)
}

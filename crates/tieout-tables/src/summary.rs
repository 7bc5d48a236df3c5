//! Balances in a row of their own below a row that names them (`Opening Balance, Debits, Credits, Closing Bal`), as some banks
//! print them above or below the table.

use crate::amounts::DecimalMark;
use crate::balances::{CLOSING, OPENING};
use crate::preamble::balance;
use crate::reading::named_in;
use crate::row::Row;
use crate::sniff::looks_like_amount;
use tieout_core::{Currency, Decimal};

/// The columns of the two balances below a row that names both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SummaryPlaces {
    opening: usize,
    closing: usize,
}

/// Where a row names a balance before all lines, one behind them, and no amount.
pub(crate) fn places(row: &Row) -> Option<SummaryPlaces> {
    if row.filled() < 2 || row.cells().any(looks_like_amount) {
        return None;
    }
    let place = |phrases: &[&str]| {
        let mut named = row.cells().enumerate().filter(|(_, cell)| named_in(cell, phrases));
        let (column, _) = named.next()?;
        named.next().is_none().then_some(column)
    };
    let (opening, closing) = (place(OPENING)?, place(CLOSING)?);
    Some(SummaryPlaces { opening, closing })
}

/// The balance before all lines and that behind them, with a currency that stands there, in the row below.
pub(crate) fn balances(
    row: &Row,
    places: SummaryPlaces,
    mark: DecimalMark,
) -> Option<(Decimal, Decimal, Option<Currency>)> {
    if row.cells().any(crate::dates::is_date) {
        return None;
    }
    let read = |column: usize| balance(std::str::from_utf8(row.cell(column)).ok()?, row.mark(column, mark));
    let (opening, closing) = (read(places.opening)?, read(places.closing)?);
    Some((opening.value, closing.value, opening.currency.or(closing.currency)))
}

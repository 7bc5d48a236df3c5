//! The signed amount of a row, as the layout of its table has it.

use crate::amounts::{DecimalMark, PrintedSign, read_known_amount};
use crate::columns::{AmountLayout, Column, Side, SideValues, SignMeaning};
use crate::directions::Direction;
use crate::row::Row;
use crate::sniff::is_dash;
use tieout_core::Decimal;

/// Why a row has no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAmount {
    /// The cell of this column does not read.
    Unreadable(usize),
    /// The word in this column says neither side.
    NoSide(usize),
}

/// The signed amount of a row, money in positive; `None` if its cells are blank.
#[inline]
pub(crate) fn movement(layout: &AmountLayout, columns: &[Column], row: &Row) -> Result<Option<Decimal>, NoAmount> {
    let read = |column: usize| -> Result<Option<(Decimal, bool)>, NoAmount> {
        let cell = row.cell(column);
        if cell.is_empty() || is_dash(cell) {
            return Ok(None);
        }
        let mark = columns
            .get(column)
            .map_or(DecimalMark::Point, |column| column.decimal_mark);
        match read_known_amount(cell, row.mark(column, mark)) {
            Ok(amount) => Ok(Some((amount.value, amount.sign == PrintedSign::Plus))),
            Err(_) => Err(NoAmount::Unreadable(column)),
        }
    };
    match layout {
        AmountLayout::Signed { amount, sign } => Ok(read(*amount)?.map(|(value, plus)| match sign {
            SignMeaning::AsPrinted => value,
            SignMeaning::Inverted => -value,
            SignMeaning::PlusIsIn if plus => value,
            SignMeaning::PlusIsIn => -value,
        })),
        AmountLayout::Flagged {
            amount,
            direction,
            words,
        } => {
            let Some((value, _)) = read(*amount)? else {
                return Ok(None);
            };
            match words.read(row.cell(*direction)) {
                Some(Direction::Credit) => Ok(Some(value)),
                Some(Direction::Debit) => Ok(Some(-value)),
                None => Err(NoAmount::NoSide(*direction)),
            }
        }
        AmountLayout::Sides { debit, credit } => {
            let side = |side: &Option<Side>| match side {
                Some(side) => Ok(read(side.column)?.map(|(value, _)| (value, side.values))),
                None => Ok(None),
            };
            let debit = side(debit)?.map(|(value, values)| match values {
                SideValues::Signed => value,
                SideValues::Unsigned => -value,
                SideValues::Magnitude => -value.abs(),
            });
            let credit = side(credit)?.map(|(value, values)| match values {
                SideValues::Signed => -value,
                SideValues::Unsigned => value,
                SideValues::Magnitude => value.abs(),
            });
            match (debit, credit) {
                (Some(debit), Some(credit)) if debit.is_zero() => Ok(Some(credit)),
                (Some(debit), Some(credit)) => Ok(debit.checked_add(credit)),
                (debit, credit) => Ok(debit.or(credit)),
            }
        }
    }
}

pub(super) fn value(columns: &[Column], row: &Row, column: usize) -> Option<Decimal> {
    let mark = columns.get(column)?.decimal_mark;
    read_known_amount(row.cell(column), row.mark(column, mark))
        .ok()
        .map(|amount| amount.value)
}

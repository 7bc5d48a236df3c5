//! Whether the fees of a column of their own are contained in the amounts.
//!
//! Most tables print fees for information: the amount is what moved the balance. Some (Revolut) print the amount without the
//! fee, and the balance after both. The running balances tell.

use super::{GroupPlace, belongs};
use crate::model::{Line, Status};
use crate::running::RunningBalances;
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::Input;
use tieout_tables::{Group, Role, Row, RowKind, Table};

/// Where the fees of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fees {
    /// The amounts contain them.
    Contained,
    /// They moved the balance beside the amounts.
    Apart,
    /// Nothing tells: there are no balances, or only at the oldest line it would show. The amounts are read as printed, and
    /// what the balances began with is not known.
    Open,
}

/// Fees are apart if only amounts less their fees make the running balances of a group. Takes a pass over the rows if there
/// are fees and balances.
pub(super) fn find(table: &Table, group: (&Group, GroupPlace), input: &mut dyn Input) -> io::Result<Fees> {
    if table.column(Role::Fee).is_none() {
        return Ok(Fees::Contained);
    }
    let balance = table.column(Role::Balance);
    let (mut as_printed, mut less_fees) = (RunningBalances::default(), RunningBalances::default());
    let mut line = Line::default();
    let mut charged = false;
    let mut less_gross = table.column(Role::Gross).is_some();
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    while rows.next(&mut row)? {
        let kind = table.read(&row);
        let RowKind::Movement(movement) = kind else { continue };
        if movement.pending || (group.1 != GroupPlace::Only && !belongs(table, group, &row, &kind)) {
            continue;
        }
        line.status = Status::Booked;
        line.booking_date = movement.date.map(|read| read.date);
        line.source_line = row.line;
        line.amount = movement.amount;
        line.running_balance = balance
            .and_then(|balance| table.amount(&row, balance).ok().flatten())
            .map(|read| read.value);
        as_printed.add(&line);
        let fee = of_row(table, &row);
        charged |= !fee.is_zero();
        less_gross &= fee.is_zero() || is_gross_less(table, &row, fee, movement.amount);
        line.amount = less(line.amount, fee);
        less_fees.add(&line);
    }
    let breaks = |running: &RunningBalances| running.ends().map(|ends| ends.break_count);
    Ok(match (breaks(&as_printed), breaks(&less_fees)) {
        // Every amount is what a column of gross amounts leaves after the fee.
        _ if !charged || less_gross => Fees::Contained,
        (Some(contained), Some(apart)) if contained < apart => Fees::Contained,
        (Some(contained), Some(apart)) if contained == apart => Fees::Open,
        (_, Some(_)) => Fees::Apart,
        (Some(_), None) => Fees::Contained,
        (None, None) => Fees::Open,
    })
}

/// An amount after its fee, whichever sign the fee is printed with.
pub(super) fn less(amount: Decimal, fee: Decimal) -> Decimal {
    amount.checked_sub(fee.abs()).unwrap_or(amount)
}

/// Whether an amount is the gross amount of its row less the fee.
fn is_gross_less(table: &Table, row: &Row, fee: Decimal, amount: Decimal) -> bool {
    let mut columns = table.columns_of(Role::Gross);
    let gross = columns.find_map(|column| table.amount(row, column).ok().flatten());
    gross.is_some_and(|gross| less(gross.value, fee) == amount)
}

/// The fees of a row.
fn of_row(table: &Table, row: &Row) -> Decimal {
    let fees = table
        .columns_of(Role::Fee)
        .filter_map(|column| table.amount(row, column).ok().flatten());
    fees.fold(Decimal::ZERO, |sum, fee| {
        sum.checked_add(fee.value.abs()).unwrap_or(sum)
    })
}

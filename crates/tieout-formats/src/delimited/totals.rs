//! Totals that a table prints below its movements: one figure for money out, one for money in.
//!
//! What a total is over cannot be told from its name: the page, the month, with or without the balance before. So a figure is
//! held against the lines only where the one beside it is exactly what the lines of that side come to: both are over the same
//! lines then, and one of those is missing or changed.

use crate::model::{Control, ControlOver};
use tieout_core::Decimal;
use tieout_tables::balances::total_side;
use tieout_tables::fold::fold;
use tieout_tables::{AmountLayout, Role, Row, Table};

/// What the lines of both sides come to, money out and money in, without sign.
#[derive(Debug, Clone, Copy, Default)]
struct Sides {
    out: Decimal,
    into: Decimal,
}

/// Totals met among the rows.
#[derive(Debug, Default)]
pub(super) struct Totals {
    all: Sides,
    /// Since the last total.
    since: Sides,
    printed: (Option<Decimal>, Option<Decimal>),
    /// Lines above the printed ones.
    above: u64,
    lines: u64,
    /// A sum is beyond what an amount can hold, or which lines count is not certain.
    is_open: bool,
}

impl Totals {
    /// A booked line.
    pub(super) fn add(&mut self, amount: Decimal) {
        if self.printed != (None, None) {
            self.printed = (None, None);
            self.since = Sides::default();
        }
        self.lines += 1;
        for sides in [&mut self.all, &mut self.since] {
            let side = if amount.is_negative() {
                &mut sides.out
            } else {
                &mut sides.into
            };
            match side.checked_add(amount.abs()) {
                Some(sum) => *side = sum,
                None => self.is_open = true,
            }
        }
    }

    /// A row that some count and others do not: nothing can be compared.
    pub(super) fn doubt(&mut self) {
        self.is_open = true;
    }

    /// A row that is called a total: with an amount on both sides, or of the side that its name says.
    pub(super) fn take(&mut self, table: &Table, row: &Row) {
        let amount = |column: usize| {
            table
                .amount(row, column)
                .ok()
                .flatten()
                .map(|amount| amount.value.abs())
        };
        self.above = self.lines;
        match table.layout() {
            AmountLayout::Sides {
                debit: Some(debit),
                credit: Some(credit),
            } => self.printed = (amount(debit.column), amount(credit.column)),
            AmountLayout::Signed { amount: column, .. } | AmountLayout::Flagged { amount: column, .. } => {
                let name = row.cells().find(|cell| !cell.is_empty()).unwrap_or_default();
                match total_side(&fold(&String::from_utf8_lossy(name))) {
                    Some(Role::Debit) => self.printed.0 = amount(*column),
                    Some(Role::Credit) => self.printed.1 = amount(*column),
                    _ => {}
                }
            }
            AmountLayout::Sides { .. } => {}
        }
    }

    /// The figure that the lines contradict, if the one beside it agrees with them. `around` are the balances before the lines and
    /// behind them, which some totals contain.
    pub(super) fn control(&self, around: [Option<Decimal>; 2]) -> Option<Control> {
        let (Some(out), Some(into)) = self.printed else {
            return None;
        };
        if self.is_open || self.above != self.lines {
            return None;
        }
        let contains = |printed: Decimal, sum: Decimal| {
            let with = |balance: Decimal| sum.checked_add(balance.abs()) == Some(printed);
            printed == sum || around.into_iter().flatten().any(with)
        };
        let agrees =
            |printed, of: fn(&Sides) -> Decimal| contains(printed, of(&self.all)) || contains(printed, of(&self.since));
        let (out_agrees, into_agrees) = (agrees(out, |sides| sides.out), agrees(into, |sides| sides.into));
        let (over, printed) = match (out_agrees, into_agrees) {
            (false, true) if into == self.all.into && !into.is_zero() => (ControlOver::Debits, out),
            (true, false) if out == self.all.out && !out.is_zero() => (ControlOver::Credits, into),
            _ => return None,
        };
        Some(Control {
            over,
            source_code: "the total below the lines".to_owned(),
            sum: Some(printed),
            count: None,
        })
    }
}

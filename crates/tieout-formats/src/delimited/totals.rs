//! Totals that a table prints below its movements: one figure for money out, one for money in.
//!
//! What a total is over cannot be told from its name: the page, the month, with or without the balance before. So a figure is
//! held against the lines only where the one beside it is exactly what the lines of that side come to: both are over the same
//! lines then, and one of those is missing or changed. Totals by kind (withdrawals, fees) are several figures of one side: any of
//! them or their sum may be what the lines come to, and nothing is held against one that is left over.

use crate::model::{Control, ControlOver};
use tieout_core::Decimal;
use tieout_tables::balances::total_side;
use tieout_tables::fold::fold;
use tieout_tables::{AmountLayout, Role, Row, Table};

/// Totals that are named between two lines.
const MOST_UNREAD: usize = 16;

/// What the lines of both sides come to, money out and money in, without sign.
#[derive(Debug, Clone, Copy, Default)]
struct Sides {
    out: Decimal,
    into: Decimal,
}

impl Sides {
    fn with(self, others: Self) -> Option<Self> {
        Some(Self {
            out: self.out.checked_add(others.out)?,
            into: self.into.checked_add(others.into)?,
        })
    }
}

/// Totals met among the rows.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// To the last total.
    before: Sides,
    /// Since the last total.
    since: Sides,
    /// Figures of money out and of money in since the last line.
    printed: (Vec<Decimal>, Vec<Decimal>),
    /// One row's figures of both sides are what the lines come to: further ones are over something else.
    is_settled: bool,
    /// A total beside them is of neither side.
    has_others: bool,
    /// Rows that are totals by the name of a side, which nothing was compared with, with their names.
    unread: Vec<(u64, String)>,
    /// Lines above the printed ones.
    above: u64,
    lines: u64,
    /// A sum is beyond what an amount can hold, or which lines count is not certain.
    is_open: bool,
}

impl Totals {
    /// A booked line.
    pub(super) fn add(&mut self, amount: Decimal) {
        if !self.printed.0.is_empty() || !self.printed.1.is_empty() {
            self.printed = Default::default();
            match self.all() {
                Some(all) => self.before = all,
                None => self.is_open = true,
            }
            self.since = Sides::default();
        }
        (self.is_settled, self.has_others) = (false, false);
        self.lines += 1;
        let side = if amount.is_negative() {
            &mut self.since.out
        } else {
            &mut self.since.into
        };
        match side.checked_add(amount.abs()) {
            Some(sum) => *side = sum,
            None => self.is_open = true,
        }
    }

    /// What all lines come to so far.
    fn all(&self) -> Option<Sides> {
        self.before.with(self.since)
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
        if self.is_settled {
            return;
        }
        let (out, into) = match table.layout() {
            AmountLayout::Sides {
                debit: Some(debit),
                credit: Some(credit),
            } => (amount(debit.column), amount(credit.column)),
            AmountLayout::Signed { amount: column, .. } | AmountLayout::Flagged { amount: column, .. } => {
                let name = row.cells().find(|cell| !cell.is_empty()).unwrap_or_default();
                let name = String::from_utf8_lossy(name);
                let side = total_side(&fold(&name));
                if side.is_some() && self.unread.len() < MOST_UNREAD {
                    self.unread.push((row.line, name.into_owned()));
                }
                match side {
                    Some(Role::Debit) => (amount(*column), None),
                    Some(Role::Credit) => (None, amount(*column)),
                    _ => (None, None),
                }
            }
            AmountLayout::Sides { .. } => (None, None),
        };
        let is_of = |sides: &Sides| out == Some(sides.out) && into == Some(sides.into);
        self.is_settled = self.all().is_some_and(|all| is_of(&all)) || is_of(&self.since);
        if self.is_settled {
            self.printed = Default::default();
        }
        self.printed.0.extend(out);
        self.printed.1.extend(into);
    }

    /// A row that is a total of something else by its words.
    pub(super) fn pass(&mut self) {
        self.has_others = true;
    }

    /// The totals by name that were not compared.
    pub(super) fn take_unread(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.unread)
    }

    /// The figure that the lines contradict, if what stands beside it agrees with them. `around` are the balances before the lines
    /// and behind them, which some totals contain.
    pub(super) fn control(&mut self, around: [Option<Decimal>; 2]) -> Option<Control> {
        let (out, into) = (&self.printed.0, &self.printed.1);
        if out.is_empty() || into.is_empty() || self.is_open || self.above != self.lines {
            return None;
        }
        let all = self.all()?;
        self.unread.clear();
        let contains = |printed: Decimal, sum: Decimal| {
            let with = |balance: Decimal| sum.checked_add(balance.abs()) == Some(printed);
            printed == sum || around.into_iter().flatten().any(with)
        };
        let agrees = |printed: &[Decimal], of: fn(&Sides) -> Decimal| {
            let together = printed
                .iter()
                .try_fold(Decimal::ZERO, |sum, next| sum.checked_add(*next));
            let mut figures = printed.iter().copied().chain(together);
            figures.any(|figure| contains(figure, of(&all)) || contains(figure, of(&self.since)))
        };
        let (out_agrees, into_agrees) = (agrees(out, |sides| sides.out), agrees(into, |sides| sides.into));
        let (over, printed) = match (out_agrees, into_agrees, out.as_slice(), into.as_slice()) {
            _ if self.has_others => return None,
            (false, true, [out], into) if into.contains(&all.into) && !all.into.is_zero() => {
                (ControlOver::Debits, *out)
            }
            (true, false, out, [into]) if out.contains(&all.out) && !all.out.is_zero() => (ControlOver::Credits, *into),
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

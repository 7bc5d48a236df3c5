//! Balances printed around a table and among its rows, and those that its column of balances makes.

use super::fees::Fees;
use super::totals::Totals;
use super::{day, printed};
use crate::model::{BalanceColumn, BalanceKind, Statement};
use tieout_core::decimal::{Decimal, Sum};
use tieout_tables::balances::is_running;
use tieout_tables::chain::ChainOrder;
use tieout_tables::fold::fold;
use tieout_tables::{Role, Table};

/// Balances met among the rows.
#[derive(Debug, Default)]
pub(super) struct Balances {
    pub(super) opening: Ends,
    pub(super) closing: Ends,
    /// Balances of days that say neither.
    pub(super) of_day: Ends,
    /// What the booked lines come to; `None` beyond what an amount can hold.
    moved: Sum,
    /// Totals below the lines.
    pub(super) totals: Totals,
    /// Booked lines so far.
    pub(super) lines: u64,
    /// Amount and balance of the first and of the last booked line.
    ends: Option<((Decimal, Decimal), (Decimal, Decimal))>,
    /// A booked line has no balance, or what its amount is cannot be told.
    gaps: bool,
    /// Fees may or may not have moved the balances.
    fees_are_open: bool,
}

/// Balances of one name: those of the first and of the last row with it, each with the number of booked lines above.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends(Option<[(Decimal, u64); 2]>);

impl Ends {
    pub(super) fn add(&mut self, amount: Option<Decimal>, above: u64) {
        if let Some(amount) = amount {
            let [first, _] = self.0.unwrap_or([(amount, above); 2]);
            self.0 = Some([first, (amount, above)]);
        }
    }

    /// That above all lines, and that below them.
    fn around(self, lines: u64) -> [Option<Decimal>; 2] {
        let [first, last] = self.0.unwrap_or_default();
        let at = |(amount, above): (Decimal, u64), place: u64| (self.0.is_some() && above == place).then_some(amount);
        [at(first, 0), at(last, lines).filter(|_| lines > 0)]
    }

    /// That before all lines or behind them, `last` of all if both are. What is carried from page to page stands among the
    /// lines and is neither.
    fn at_an_end(self, lines: u64, last: bool) -> Option<Decimal> {
        let [first, end] = self.0?;
        let mut order = if last { [end, first] } else { [first, end] }.into_iter();
        order
            .find(|(_, above)| *above == 0 || *above == lines)
            .map(|(amount, _)| amount)
    }
}

impl Balances {
    /// None met yet, of a table with such fees.
    pub(super) fn of(fees: Fees) -> Self {
        Self {
            gaps: fees == Fees::Open,
            fees_are_open: fees == Fees::Open,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, amount: Decimal, balance: Option<Decimal>) {
        self.lines = self.lines.saturating_add(1);
        self.totals.add(amount);
        self.moved.add(amount);
        match balance {
            Some(balance) => {
                let this = (amount, balance);
                self.ends.get_or_insert((this, this)).1 = this;
            }
            None => self.gaps = true,
        }
    }

    /// The balances of days above all lines and behind them as those before and after; lists with the newest line on top have
    /// them the other way round, as the lines tell.
    fn of_days(&self) -> (Option<Decimal>, Option<Decimal>) {
        let [above, below] = self.of_day.around(self.lines);
        let newest_first = self.moved.value().is_some_and(|moved| {
            let makes =
                |from: Option<Decimal>, to: Option<Decimal>| from.and_then(|from| from.checked_add(moved)) == to;
            above.is_some() && below.is_some() && !makes(above, below) && makes(below, above)
        });
        if newest_first { (below, above) } else { (above, below) }
    }

    /// What the header says of the column of balances. With fees that may or may not have moved them, it says nothing.
    fn column(&self, table: &Table) -> BalanceColumn {
        let column = table.column(Role::Balance).filter(|_| !self.fees_are_open);
        let name = column.and_then(|column| table.columns().get(column));
        if name.is_some_and(|column| !column.name.is_empty() && is_running(&fold(&column.name))) {
            BalanceColumn::Named
        } else {
            BalanceColumn::Unnamed
        }
    }

    /// Printed balances first; else those that the column of balances makes as far as it was looked at, marked as derived.
    pub(super) fn fill(&self, table: &Table, statement: &mut Statement) {
        let preamble = table.preamble();
        let (opening, closing) = of_preamble(table, statement);
        let of_days = self.of_days();
        statement.opening = self
            .opening
            .at_an_end(self.lines, false)
            .or(of_days.0)
            .or(opening)
            .map(|amount| printed(amount, BalanceKind::Opening, "opening row"));
        statement.closing = self
            .closing
            .at_an_end(self.lines, true)
            .or(of_days.1)
            .or(closing)
            .map(|amount| printed(amount, BalanceKind::Closing, "closing row"));
        statement.available = preamble
            .available
            .map(|amount| printed(amount, BalanceKind::Available, "available"));
        statement.balance_column = self.column(table);
        let (Some(order), Some((first, last)), false) = (table.chain(), self.ends, self.gaps) else {
            return;
        };
        let (opening, closing) = order.ends(first, last);
        let derived = |amount: Decimal, kind| {
            let mut balance = printed(amount, kind, "balance column");
            balance.derived = true;
            balance
        };
        if statement.opening.is_some()
            && statement.closing.is_none()
            && matches!(order, ChainOrder::Ascending | ChainOrder::Descending)
        {
            // The opening is printed by itself, so the balance behind the last movement can prove it.
            statement.closing = closing.map(|amount| printed(amount, BalanceKind::Closing, "running balance"));
        }
        statement.opening = statement
            .opening
            .take()
            .or(opening.map(|amount| derived(amount, BalanceKind::Opening)));
        statement.closing = statement
            .closing
            .take()
            .or(closing.map(|amount| derived(amount, BalanceKind::Closing)));
    }
}

/// The balances named above the table. One of the period's first day alone (`Balance as on 1 Jun 2024`) is that before the rows.
fn of_preamble(table: &Table, statement: &Statement) -> (Option<Decimal>, Option<Decimal>) {
    let preamble = table.preamble();
    let (from, to) = statement.period;
    let day = day(table, &preamble.closing_day);
    if preamble.opening.is_none() && day.is_some() && day == from && to != from {
        return (preamble.closing, None);
    }
    (preamble.opening, preamble.closing)
}

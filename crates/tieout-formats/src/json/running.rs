//! Balances of a statement that follow from those printed after its lines.

use super::feed::printed;
use crate::model::{Balance, BalanceKind, Line, Statement, Status};
use tieout_core::Decimal;

/// Balances after each line, which make those of the statement where nothing prints them.
#[derive(Debug, Default)]
pub(super) struct Running {
    first: Option<(Decimal, Decimal)>,
    last: Option<(Decimal, Decimal)>,
    sum: Decimal,
    rises: bool,
    falls: bool,
    gaps: bool,
    lines: u64,
}

impl Running {
    /// A line passes.
    pub(super) fn add(&mut self, line: &Line) {
        if line.status != Status::Booked {
            return;
        }
        self.sum = self.sum.checked_add(line.amount).unwrap_or(self.sum);
        let Some(balance) = line.running_balance else {
            self.gaps = true;
            return;
        };
        if let Some((amount, before)) = self.last {
            // Oldest first, or newest first?
            self.rises |= before.checked_add(line.amount) != Some(balance);
            self.falls |= before.checked_sub(amount) != Some(balance);
        }
        self.lines += 1;
        self.first = self.first.or(Some((line.amount, balance)));
        self.last = Some((line.amount, balance));
    }

    /// Fills the balances of the statement; `swept` if its last line is a payout.
    ///
    /// Those of running balances are derived from the lines and prove nothing. A payout of all that came before it is a
    /// total that the feed itself prints beside the lines: if one were missing, it would not agree.
    pub(super) fn fill(&self, swept: bool, statement: &mut Statement) {
        if statement.opening.is_some() || statement.closing.is_some() {
            return;
        }
        let ends = match (self.first, self.last, self.gaps) {
            (Some((amount, first)), Some((_, last)), false) if !self.rises => {
                first.checked_sub(amount).map(|opening| (opening, last))
            }
            (Some((_, first)), Some((amount, last)), false) if !self.falls => {
                last.checked_sub(amount).map(|opening| (opening, first))
            }
            // A payout of all that came before it leaves nothing, and began with nothing.
            _ if swept && self.lines == 0 && self.sum.is_zero() => Some((self.sum, self.sum)),
            _ => None,
        };
        let Some((opening, closing)) = ends else { return };
        let balance = |amount: Decimal, kind| {
            let source = if self.lines > 0 { "running balance" } else { "payout" };
            let mut balance: Balance = printed(amount, kind, source);
            balance.derived = self.lines > 0;
            balance
        };
        statement.opening = Some(balance(opening, BalanceKind::Opening));
        statement.closing = Some(balance(closing, BalanceKind::Closing));
    }
}

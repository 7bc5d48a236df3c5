//! Figures that a table prints about its own entries: running balances, subtotals, and what the types of entries say about
//! the meaning of signs.

use tieout_core::Decimal;

/// Whether running balances follow from the amounts, for both orders of rows and both signs of the balance.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    last: Option<(Decimal, Decimal)>,
    /// Oldest first, newest first; each with the balance as printed and turned.
    ways: [Way; 4],
    first: Option<(Decimal, Decimal)>,
    opened: bool,
}

/// One way to read the balances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Way {
    holds: u64,
    breaks: u64,
    first_break: Option<u64>,
}

impl Chain {
    /// A balance before the first row.
    pub(super) fn open(&mut self, balance: Decimal) {
        self.last = Some((Decimal::ZERO, balance));
        self.opened = true;
    }

    /// One row with its amount and the balance after (or, newest first, up to) it.
    pub(super) fn add(&mut self, amount: Decimal, balance: Decimal, line: u64) {
        if let Some((last_amount, last_balance)) = self.last {
            let step = balance.checked_sub(last_balance);
            let opening_step = self.first.is_none();
            let ways = [
                step == Some(amount),
                !opening_step && step == Some(-last_amount),
                step == Some(-amount),
                !opening_step && step == Some(last_amount),
            ];
            for (way, holds) in self.ways.iter_mut().zip(ways) {
                if holds {
                    way.holds += 1;
                } else {
                    way.breaks += 1;
                    way.first_break = way.first_break.or(Some(line));
                }
            }
        }
        self.first = self.first.or(Some((amount, balance)));
        self.last = Some((amount, balance));
    }

    /// Where the balances break, if they are running balances at all: how often, and the first line.
    pub(super) fn breaks(&self) -> Option<(u64, u64)> {
        let best = self.ways.iter().min_by_key(|way| way.breaks)?;
        // Most rows must agree, or the column is another figure.
        best.first_break
            .filter(|_| best.holds > best.breaks.saturating_mul(2))
            .map(|line| (best.breaks, line))
    }

    /// The balances before and after all rows, if every row proves them. A report can begin its balances at zero whatever
    /// the account held, so balances that do so are not given; see [`from_zero`](Self::from_zero).
    pub(super) fn ends(&self) -> Option<(Decimal, Decimal)> {
        self.proved().filter(|(opening, _)| !opening.is_zero() && !self.opened)
    }

    /// The balances begin at zero before the first row, and every row proves them.
    pub(super) fn from_zero(&self) -> bool {
        !self.opened && self.proved().is_some_and(|(opening, _)| opening.is_zero())
    }

    fn proved(&self) -> Option<(Decimal, Decimal)> {
        let (first, last) = (self.first?, self.last?);
        let before = |(amount, balance): (Decimal, Decimal)| balance.checked_sub(amount);
        let sound = |way: &Way| way.breaks == 0 && way.holds > 0;
        let [oldest_first, newest_first, oldest_first_turned, newest_first_turned] = &self.ways;
        if sound(oldest_first) {
            Some((before(first)?, last.1))
        } else if sound(newest_first) {
            Some((before(last)?, first.1))
        } else if sound(oldest_first_turned) {
            Some((before((first.0, -first.1))?, -last.1))
        } else if sound(newest_first_turned) {
            Some((before((last.0, -last.1))?, -first.1))
        } else {
            None
        }
    }
}

/// Sums of rows, as printed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) movement: Decimal,
    pub(super) debit: Decimal,
    pub(super) credit: Decimal,
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.movement, other.movement),
            (&mut self.debit, other.debit),
            (&mut self.credit, other.credit),
        ] {
            *sum = sum.checked_add(more).unwrap_or(*sum);
        }
    }
}

/// What the types of entries say about the sign of a single column of amounts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signs {
    /// Payments that are negative, receipts that are positive.
    as_printed: u64,
    /// The contrary: what is owed is positive.
    turned: u64,
}

/// Types of entries that take money out, folded; by their beginning.
const OUT: &[&str] = &[
    "check",
    "cheque",
    "expense",
    "bill payment",
    "bill pmt",
    "cash expense",
    "paycheck",
    "liability check",
    "credit card expense",
    "credit card charge",
    "spend money",
    "payable payment",
    "sales tax payment",
    "tax payment",
    "purchase",
];
/// Types of entries that bring money in, folded; by their beginning.
const IN: &[&str] = &[
    "deposit",
    "sales receipt",
    "credit card credit",
    "credit card refund",
    "receive money",
    "receivable payment",
    "payment",
    "receive payment",
];

impl Signs {
    /// An entry with its folded type.
    pub(super) fn add(&mut self, kind: &str, amount: Decimal) {
        let is_one_of = |words: &[&str]| words.iter().any(|word| kind.starts_with(word));
        let takes_out = match (is_one_of(OUT), is_one_of(IN)) {
            (true, false) => true,
            (false, true) => false,
            _ => return,
        };
        if amount.is_zero() {
            return;
        }
        if takes_out == amount.is_negative() {
            self.as_printed += 1;
        } else {
            self.turned += 1;
        }
    }

    /// Most types contradict the printed signs.
    pub(super) fn are_turned(&self) -> bool {
        self.turned > self.as_printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(rows: &[(i64, i64)]) -> Chain {
        let mut chain = Chain::default();
        for ((amount, balance), line) in rows.iter().zip(1..) {
            chain.add(Decimal::from_minor(*amount, 2), Decimal::from_minor(*balance, 2), line);
        }
        chain
    }

    #[test]
    fn balances_chain_in_either_order_and_sign() {
        for rows in [
            [(5, 15), (7, 22), (-2, 20), (1, 21)],
            [(1, 21), (-2, 20), (7, 22), (5, 15)],
            [(5, -15), (7, -22), (-2, -20), (1, -21)],
        ] {
            assert_eq!(chain(&rows).breaks(), None, "{rows:?}");
        }
    }

    #[test]
    fn a_missing_row_breaks_the_chain_once() {
        let rows = [(5, 15), (7, 22), (-2, 20), (1, 31), (1, 32), (1, 33), (1, 34)];
        assert_eq!(chain(&rows).breaks(), Some((1, 4)));
    }

    #[test]
    fn a_column_that_does_not_run_is_no_running_balance() {
        assert_eq!(chain(&[(5, 1), (7, 8), (-2, 3), (1, 9)]).breaks(), None);
    }

    #[test]
    fn running_balances_prove_what_was_before_and_after() {
        let cents = |minor| Decimal::from_minor(minor, 2);
        let ends = Some((cents(10), cents(21)));
        assert_eq!(chain(&[(5, 15), (7, 22), (-2, 20), (1, 21)]).ends(), ends);
        assert_eq!(chain(&[(1, 21), (-2, 20), (7, 22), (5, 15)]).ends(), ends);
        assert_eq!(chain(&[(5, -15), (7, -22), (-2, -20), (1, -21)]).ends(), ends);
        assert_eq!(chain(&[(5, 15), (7, 22), (-2, 99)]).ends(), None);
        assert_eq!(chain(&[(5, 5), (7, 12)]).ends(), None, "a report may begin at zero");
        assert!(chain(&[(5, 5), (7, 12)]).from_zero() && !chain(&[(5, 15), (7, 22)]).from_zero());
        assert!(!chain(&[(5, 5), (7, 99)]).from_zero());
    }

    #[test]
    fn types_tell_a_card_from_a_bank_account() {
        let votes = |rows: &[(&str, i64)]| {
            let mut signs = Signs::default();
            for (kind, amount) in rows {
                signs.add(kind, Decimal::from_minor(*amount, 2));
            }
            signs.are_turned()
        };
        assert!(!votes(&[("check", -5), ("deposit", 5), ("journal entry", 9)]));
        assert!(votes(&[("expense", 5), ("credit card credit", -5), ("expense", 9)]));
        assert!(!votes(&[]));
    }
}

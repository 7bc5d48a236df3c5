//! Running balances: what they prove about signs, sides and order.
//!
//! If the balance behind each row is the balance of its neighbour plus the row's amount, then the amount was read with
//! the right sign, from the right column and with the right decimal mark. Printed in the other order of time the same
//! holds with the neighbours exchanged; some banks print the balance before the booking.

use tieout_core::Decimal;

/// In which order rows stand, as the balances say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainOrder {
    /// Oldest first; the balance is that after the row.
    Ascending,
    /// Newest first; the balance is that after the row.
    Descending,
    /// Oldest first; the balance is that before the row.
    AscendingBefore,
    /// Newest first; the balance is that before the row.
    DescendingBefore,
}

impl ChainOrder {
    /// The balances before and behind rows that chain so, of amount and balance of the first of them and of the last; `None`
    /// beyond what an amount can hold.
    pub fn ends(self, first: (Decimal, Decimal), last: (Decimal, Decimal)) -> (Option<Decimal>, Option<Decimal>) {
        let before = |(amount, balance): (Decimal, Decimal)| balance.checked_sub(amount);
        let behind = |(amount, balance): (Decimal, Decimal)| balance.checked_add(amount);
        match self {
            Self::Ascending => (before(first), Some(last.1)),
            Self::Descending => (before(last), Some(first.1)),
            Self::AscendingBefore => (Some(first.1), behind(last)),
            Self::DescendingBefore => (Some(last.1), behind(first)),
        }
    }
}

/// The order in which amounts and balances chain, if they do in at least nine of ten steps; and in how many steps.
pub(crate) fn order(rows: &[(Decimal, Decimal)]) -> Option<(ChainOrder, usize)> {
    let steps = rows.len().saturating_sub(1);
    best(rows).filter(|(_, held)| *held > 0 && held * 10 >= steps * 9)
}

/// The order in which all steps but one hold, at least two, as of a short list that lacks a row. Rows that move nothing follow
/// from any balance that stands still, and are not asked.
pub(crate) fn order_but_one(rows: &[(Decimal, Decimal)]) -> Option<(ChainOrder, usize)> {
    let moving = moving(rows);
    let steps = moving.len().saturating_sub(1);
    best(&moving).filter(|(_, held)| *held > 1 && held + 1 == steps)
}

/// In how many steps rows that move something chain, in the order in which most do, and how many steps there are.
pub(crate) fn held(rows: &[(Decimal, Decimal)]) -> (usize, usize) {
    let moving = moving(rows);
    let held = best(&moving).map_or(0, |(_, held)| held);
    (held, moving.len().saturating_sub(1))
}

fn moving(rows: &[(Decimal, Decimal)]) -> Vec<(Decimal, Decimal)> {
    rows.iter().filter(|(amount, _)| !amount.is_zero()).copied().collect()
}

/// The order in which most steps hold, and how many.
fn best(rows: &[(Decimal, Decimal)]) -> Option<(ChainOrder, usize)> {
    let steps = || {
        rows.windows(2)
            .filter_map(|pair| if let [a, b] = pair { Some((a, b)) } else { None })
    };
    let holds = |balance: Decimal, amount: Decimal, next: Decimal| balance.checked_add(amount) == Some(next);
    [
        (
            ChainOrder::Ascending,
            steps().filter(|(a, b)| holds(a.1, b.0, b.1)).count(),
        ),
        (
            ChainOrder::Descending,
            steps().filter(|(a, b)| holds(b.1, a.0, a.1)).count(),
        ),
        (
            ChainOrder::AscendingBefore,
            steps().filter(|(a, b)| holds(a.1, a.0, b.1)).count(),
        ),
        (
            ChainOrder::DescendingBefore,
            steps().filter(|(a, b)| holds(b.1, b.0, a.1)).count(),
        ),
    ]
    .into_iter()
    // Of orders that hold alike the first: the balance is mostly that after the row.
    .fold(None, |best: Option<(ChainOrder, usize)>, next| {
        if best.is_some_and(|best| best.1 >= next.1) {
            best
        } else {
            Some(next)
        }
    })
}

/// How many rows follow from the balance of another one, wherever that stands; as balances of what is owed, if `owed`.
pub(crate) fn linked(rows: &[(Decimal, Decimal)], owed: bool) -> usize {
    let mut balances: Vec<Decimal> = rows.iter().map(|(_, balance)| *balance).collect();
    balances.sort_unstable();
    let follows = |(amount, balance): &&(Decimal, Decimal)| {
        let moved = if owed { *amount } else { -*amount };
        let before = balance.checked_add(moved);
        !amount.is_zero() && before.is_some_and(|before| balances.binary_search(&before).is_ok())
    };
    rows.iter().filter(follows).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[(&str, &str)]) -> Vec<(Decimal, Decimal)> {
        texts
            .iter()
            .map(|(amount, balance)| (amount.parse().unwrap(), balance.parse().unwrap()))
            .collect()
    }

    #[test]
    fn rows_are_linked_whatever_they_are_sorted_by() {
        let owed = rows(&[("-3", "101"), ("-5", "105"), ("-1", "98"), ("8", "97")]);
        assert_eq!((linked(&owed, true), linked(&owed, false)), (3, 0));
    }

    #[test]
    fn a_short_list_may_lack_one_row() {
        let lacking = rows(&[("5", "5"), ("-2", "3"), ("4", "11"), ("1", "12")]);
        assert_eq!(order(&lacking), None);
        assert_eq!(order_but_one(&lacking), Some((ChainOrder::Ascending, 2)));
        let still = rows(&[("5", "5"), ("0", "5"), ("0", "5"), ("4", "11")]);
        assert_eq!(order_but_one(&still), None);
    }

    #[test]
    fn balances_tell_the_order() {
        for (texts, expected) in [
            (&[("5", "5"), ("-2", "3"), ("4", "7")][..], Some(ChainOrder::Ascending)),
            (&[("4", "7"), ("-2", "3"), ("5", "5")], Some(ChainOrder::Descending)),
            (
                &[("5", "0"), ("-2", "5"), ("4", "3")],
                Some(ChainOrder::AscendingBefore),
            ),
            (
                &[("4", "3"), ("-2", "5"), ("5", "0")],
                Some(ChainOrder::DescendingBefore),
            ),
            (&[("5", "5"), ("2", "3"), ("4", "1")], None),
            (&[("5", "5")], None),
        ] {
            assert_eq!(order(&rows(texts)).map(|(order, _)| order), expected, "{texts:?}");
        }
    }
}

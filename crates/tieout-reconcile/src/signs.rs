//! Whether the signs of a whole statement are turned, as in a card's export that prints charges as positive.
//!
//! Nothing is turned unasked. Lines and entries are held against each other by amount alone, once as they are and once
//! turned; where turning pairs most lines and the printed signs pair hardly any, a person is asked.

use std::cmp::Ordering;
use tieout_ledger::Period;
use tieout_match::{Input, ItemIndex, Items};

/// Fewer pairs may be chance.
const FEWEST_PAIRS: usize = 3;
/// So many times as many pairs must turning give.
const TIMES_BETTER: usize = 4;

/// Entries may be dated so many days after the period.
const DAYS_AFTER: i32 = 10;

/// Lines that have an entry of their amount, each entry used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turned {
    /// With the opposite sign.
    pub(crate) opposite: usize,
    /// With the sign as it is.
    pub(crate) same: usize,
    /// All lines.
    pub(crate) lines: usize,
}

/// What turning would bring, if it would bring far more: lines to the last day of the period are held against entries from
/// its first day to some days after its last, as books are often written up later. Entries before it count as cleared.
pub(crate) fn turned(input: &Input, period: Period) -> Option<Turned> {
    let amounts = |items: &Items, keep: &dyn Fn(ItemIndex) -> bool| {
        let kept = items.indexes().filter(|item| keep(*item));
        let mut amounts: Vec<i64> = kept.map(|item| items.amount(item)).collect();
        amounts.sort_unstable();
        amounts
    };
    let lines = amounts(&input.lines, &|line| input.lines.date(line) <= period.last());
    let entries = amounts(&input.entries, &|entry| {
        let date = input.entries.date(entry);
        date >= period.first() && (date - period.last()).get_days() <= DAYS_AFTER
    });
    let mut opposite: Vec<i64> = entries.iter().map(|amount| amount.saturating_neg()).collect();
    opposite.reverse();
    let found = Turned {
        opposite: pairs(&lines, &opposite),
        same: pairs(&lines, &entries),
        lines: lines.len(),
    };
    let enough = found.opposite >= FEWEST_PAIRS && found.opposite * 2 > found.lines;
    (enough && found.opposite > found.same * TIMES_BETTER).then_some(found)
}

/// How many of two sorted lists are equal, each used once.
fn pairs(one: &[i64], other: &[i64]) -> usize {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut found = 0;
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        match a.cmp(b) {
            Ordering::Less => {
                one.next();
            }
            Ordering::Greater => {
                other.next();
            }
            Ordering::Equal => {
                found += 1;
                one.next();
                other.next();
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieout_core::Date;
    use tieout_match::NewItem;

    fn items(amounts: &[i64]) -> Items {
        let mut items = Items::default();
        for amount in amounts {
            let item = NewItem {
                date: Date::constant(2026, 3, 14),
                amount: *amount,
                ..NewItem::default()
            };
            items.push(&item).unwrap();
        }
        items
    }

    fn found(lines: &[i64], entries: &[i64]) -> Option<(usize, usize, usize)> {
        let input = Input {
            lines: items(lines),
            entries: items(entries),
        };
        let day = Date::constant(2026, 3, 14);
        turned(&input, Period::try_new(day, day).unwrap()).map(|found| (found.opposite, found.same, found.lines))
    }

    #[test]
    fn charges_printed_as_positive_are_noticed() {
        assert_eq!(
            found(&[500, 700, 700, 900, -2800], &[-500, -700, -700, -900, 2800]),
            Some((5, 0, 5))
        );
        assert_eq!(found(&[500, 700, 900, 1100], &[-500, -700, -900, -4]), Some((3, 0, 4)));
    }

    #[test]
    fn statements_that_fit_or_fit_neither_way_are_not_asked_about() {
        for (lines, entries) in [
            (&[-500_i64, -700, -900][..], &[-500_i64, -700, -900][..]),
            (&[500, 700], &[-500, -700]),
            (&[500, -500, 700, -700, 900, -900], &[500, -500, 700, -700, 900, -900]),
            (&[500, 700, 900, 1, 2, 3], &[-500, -700, -900]),
            (&[], &[]),
        ] {
            assert_eq!(found(lines, entries), None, "{lines:?}");
        }
    }
}

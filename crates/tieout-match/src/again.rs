//! Items that say the same again: what a bank booked twice, and what was entered twice.
//!
//! Whoever asks for such an item asks for one that is near in time. It is the one before or the one after among those that
//! say the same, so one walk over each run of equal amounts answers for all of them: a month of fifty thousand equal
//! amounts costs no more than fifty thousand different ones.

use crate::amounts::Amounts;
use crate::columns::at;
use crate::hashing::{join, of_numbers};
use crate::roll::{Position, Roll};
use std::ops::Range;

/// What says the same as an item, nearest in time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Again {
    /// The next earlier item, and the next later one.
    before: Option<Position>,
    after: Option<Position>,
    /// The same of those that are marked.
    marked_before: Option<Position>,
    marked_after: Option<Position>,
}

impl Again {
    /// An earlier one, at most so many days before.
    pub(crate) fn is_earlier(&self, roll: &Roll, item: Position, days: i32) -> bool {
        is_near(roll, item, self.before, days)
    }

    /// Another one, at most so many days away.
    pub(crate) fn is_around(&self, roll: &Roll, item: Position, days: i32) -> bool {
        self.is_earlier(roll, item, days) || is_near(roll, item, self.after, days)
    }

    /// A marked one, at most so many days away.
    pub(crate) fn is_marked(&self, roll: &Roll, item: Position, days: i32) -> bool {
        self.marked(roll, item, days).is_some()
    }

    /// The marked one, at most so many days away; of two the earlier.
    pub(crate) fn marked(&self, roll: &Roll, item: Position, days: i32) -> Option<Position> {
        let mut marked = [self.marked_before, self.marked_after].into_iter();
        marked.find(|other| is_near(roll, item, *other, days)).flatten()
    }
}

fn is_near(roll: &Roll, item: Position, other: Option<Position>, days: i32) -> bool {
    let apart = |other: Position| roll.day(item).saturating_sub(roll.day(other)).unsigned_abs();
    other.is_some_and(|other| apart(other) <= days.unsigned_abs())
}

/// Tells of each item that says the same as another one what is nearest: equal account, amount, numbers, figures and check number,
/// and `more`, which is nothing for what is not asked about.
pub(crate) fn again(
    (roll, amounts): (&Roll, &Amounts),
    more: impl Fn(Position) -> Option<u64>,
    is_marked: impl Fn(Position) -> bool,
    mut tell: impl FnMut(Position, Again),
) {
    let alike = |a: Position, b: Position| {
        let same_check = at(&roll.checks, a) == at(&roll.checks, b);
        let same_figures = at(&roll.figures, a) == at(&roll.figures, b);
        same_check && same_figures && roll.numbers.row(a) == roll.numbers.row(b) && more(a) == more(b)
    };
    let mut hashed: Vec<(u64, Position)> = Vec::new();
    let mut found: Vec<Again> = Vec::new();
    let runs = (0..amounts.runs()).map(|run| amounts.members(run));
    for run in runs.filter(|run| run.len() > 1) {
        hashed.clear();
        hashed.extend(run.iter().filter_map(|item| {
            let texts = join(of_numbers(roll.numbers.row(*item)), u64::from(at(&roll.checks, *item)));
            let texts = join(texts, u64::from(at(&roll.figures, *item)));
            Some((join(texts, more(*item)?), *item))
        }));
        hashed.sort_unstable();
        for same in hashed
            .chunk_by(|a, b| a.0 == b.0 && alike(a.1, b.1))
            .filter(|same| same.len() > 1)
        {
            found.clear();
            let (mut before, mut marked) = (None, None);
            for (_, item) in same {
                found.push(Again {
                    before,
                    marked_before: marked,
                    ..Again::default()
                });
                before = Some(*item);
                marked = is_marked(*item).then_some(*item).or(marked);
            }
            let (mut after, mut marked) = (None, None);
            for ((_, item), again) in same.iter().zip(&mut found).rev() {
                (again.after, again.marked_after) = (after, marked);
                after = Some(*item);
                marked = is_marked(*item).then_some(*item).or(marked);
            }
            for ((_, item), again) in same.iter().zip(&found) {
                tell(*item, *again);
            }
        }
    }
}

/// How many items in order of amounts are marked, up to each of them: whether one of a stretch is, is two look-ups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marked {
    before: Vec<u32>,
}

impl Marked {
    /// Counts.
    pub(crate) fn new(amounts: &Amounts, is_marked: impl Fn(Position) -> bool) -> Self {
        let mut marked = 0;
        let counted = amounts.in_order().iter().map(|item| {
            marked += u32::from(is_marked(*item));
            marked
        });
        Self {
            before: std::iter::once(0).chain(counted).collect(),
        }
    }

    /// One of a stretch of the order is marked.
    pub(crate) fn any(&self, places: Range<u32>) -> bool {
        at(&self.before, places.start) < at(&self.before, places.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::set;
    use proptest::prelude::*;

    fn roll(items: &[(i64, i32, u32)]) -> Roll {
        let mut roll = Roll {
            original: (0..).take(items.len()).collect(),
            accounts: vec![0; items.len()],
            checks: items.iter().map(|(_, _, check)| *check).collect(),
            amounts: items.iter().map(|(amount, ..)| *amount).collect(),
            days: items.iter().map(|(_, day, _)| *day).collect(),
            ..Roll::default()
        };
        for _ in items {
            roll.numbers.push([]);
        }
        roll
    }

    proptest! {
        #[test]
        fn the_nearest_ones_answer_for_all(
            mut items in prop::collection::vec((1_i64..4, 0_i32..30, 0_u32..3), 0..40), days in 0_i32..9, every in 1_u32..5
        ) {
            items.sort_by_key(|(_, day, _)| *day);
            let roll = roll(&items);
            let is_marked = |item: Position| item.is_multiple_of(every);
            let mut told = vec![(false, false, false); items.len()];
            again((&roll, &Amounts::new(&roll)), |_| Some(7), is_marked, |item, again| {
                let says = (again.is_earlier(&roll, item, days), again.is_around(&roll, item, days), again.is_marked(&roll, item, days));
                set(&mut told, item, says);
            });
            for item in roll.positions() {
                let others = || roll.positions().filter(|other| {
                    let same = roll.amount(*other) == roll.amount(item) && at(&roll.checks, *other) == at(&roll.checks, item);
                    *other != item && same && (roll.day(*other) - roll.day(item)).abs() <= days
                });
                let says = (others().any(|other| other < item), others().next().is_some(), others().any(is_marked));
                prop_assert_eq!(at(&told, item), says);
            }
        }
    }
}

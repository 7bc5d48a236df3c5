//! What to leave out of a set and what to take in, so that it comes to a total.
//!
//! A set that was expected to fit and does not is seldom all wrong: some of it belongs to the next total, some of the one
//! before to this. Both kinds of changes are listed with their sums, and the two lists are laid against each other.

use super::bundle::choices;
use crate::arith::{Bits, count};

/// Most members left out, and most taken in.
const MOST: usize = 3;
/// Most changes in all.
const MOST_CHANGES: usize = 4;
/// With more amounts than this, only two of them are combined.
const MANY: usize = 48;
/// With more amounts than this, each stands alone: the pairs would be millions.
const TOO_MANY: usize = 600;
/// Solutions that are kept, those with the fewest choices first.
const KEPT: usize = 8;

/// A way to come to the total: places of those left out, and of those taken in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    /// log2 of the choices among which this one was found.
    pub(super) choices: Bits,
    pub(super) out: Vec<usize>,
    pub(super) taken: Vec<usize>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edits {
    /// Some ways, those with the fewest choices first.
    pub(super) ways: Vec<Edit>,
    /// How many there are.
    pub(super) all: u32,
    /// The steps did not last.
    pub(super) cut_short: bool,
}

/// All ways to take `surplus` away from a set, to within a tolerance: by leaving out some of `own`, taking in some of
/// `near`. A step is a combination that is made, or two of them that fit.
pub(super) fn edits(own: &[i128], near: &[i128], (surplus, tolerance): (i128, i128), steps: &mut u64) -> Edits {
    let mut found = Edits::default();
    let Some(left) = steps.checked_sub(combined(own.len()) + combined(near.len())) else {
        found.cut_short = true;
        return found;
    };
    *steps = left;
    let mut taken = combinations(near);
    taken.sort_unstable_by_key(|(sum, _)| *sum);
    for (sum, out) in combinations(own) {
        // What is left out less what is taken in is the surplus.
        let wanted = sum - surplus;
        let from = taken.partition_point(|(sum, _)| *sum < wanted - tolerance);
        let fitting = taken
            .iter()
            .skip(from)
            .take_while(|(sum, _)| *sum <= wanted + tolerance);
        for (_, taken) in fitting {
            let Some(left) = steps.checked_sub(1) else {
                found.cut_short = true;
                found.keep_the_first();
                return found;
            };
            *steps = left;
            let changes = out.len() + taken.len();
            if (1..=MOST_CHANGES).contains(&changes) && out.len() < own.len() {
                found.all = found.all.saturating_add(1);
                found.ways.push(Edit {
                    choices: choices(own.len(), out.len()) + choices(near.len(), taken.len()),
                    out: out.clone(),
                    taken: taken.clone(),
                });
                // Of equal amounts there are millions of ways; what is not kept in the end is not kept now.
                if found.ways.len() > 64 * KEPT {
                    found.keep_the_first();
                }
            }
        }
    }
    found.keep_the_first();
    found
}

impl Edits {
    fn keep_the_first(&mut self) {
        self.ways.sort_unstable();
        self.ways.truncate(KEPT);
    }
}

/// How many amounts are combined, of so many.
fn most_of(amounts: usize) -> usize {
    match amounts {
        0..=MANY => MOST,
        few if few <= TOO_MANY => 2,
        _ => 1,
    }
}

/// How many combinations that makes.
fn combined(amounts: usize) -> u64 {
    let all = u64::from(count(amounts));
    match most_of(amounts) {
        1 => all,
        2 => all * all / 2 + all,
        _ => all * all * all / 6 + all * all,
    }
}

/// Sums of up to three amounts, the empty one included.
fn combinations(amounts: &[i128]) -> Vec<(i128, Vec<usize>)> {
    let most = most_of(amounts.len());
    let mut all = vec![(0, Vec::new())];
    let mut from = 0;
    for _ in 0..most {
        let to = all.len();
        for place in from..to {
            let Some((sum, chosen)) = all.get(place).cloned() else {
                continue;
            };
            let next = chosen.last().map_or(0, |last| last + 1);
            for (amount, place) in amounts.iter().zip(0..).skip(next) {
                let mut chosen = chosen.clone();
                chosen.push(place);
                all.push((sum + amount, chosen));
            }
        }
        from = to;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_changes_come_first() {
        let Edits { ways: found, all, .. } = edits(&[100, 250, 70], &[30, 41], (59, 0), &mut 1_000);
        // Leaving out 100 and taking in 41 makes 59 less.
        let first = found.first().unwrap();
        assert_eq!((first.out.as_slice(), first.taken.as_slice()), (&[0][..], &[1][..]));
        // So does leaving out 100 and 30 less 71; there is no such thing.
        assert_eq!(all, 1);
    }

    #[test]
    fn of_equal_amounts_no_more_ways_are_looked_at_than_there_are_steps() {
        // Six hundred equal sales against fifty others: thousands of millions of ways.
        let (own, near) = (vec![100; 600], vec![100; 48]);
        let mut steps = 1_000_000;
        let found = edits(&own, &near, (0, 0), &mut steps);
        assert_eq!((steps, found.cut_short), (0, true));
        assert!((1..=KEPT).contains(&found.ways.len()) && found.all < 1_000_000);
        // Without steps for the combinations none is made.
        assert_eq!(edits(&own, &near, (0, 0), &mut 1_000).ways, []);
    }

    #[test]
    fn nothing_is_missed() {
        let own: Vec<i128> = vec![3, 5, 8, 13];
        let near: Vec<i128> = vec![1, 2, 4];
        for surplus in -10..20 {
            let mut expected = 0;
            for out in 0_u32..16 {
                for taken in 0_u32..8 {
                    let sum = |amounts: &[i128], mask: u32| -> i128 {
                        let chosen = amounts.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                        chosen.map(|(_, amount)| amount).sum()
                    };
                    let changes = out.count_ones() + taken.count_ones();
                    let fits = sum(&own, out) - sum(&near, taken) == surplus;
                    expected += u32::from(fits && out.count_ones() < 4 && (1..=4).contains(&changes));
                }
            }
            assert_eq!(edits(&own, &near, (surplus, 0), &mut 1_000).all, expected, "{surplus}");
        }
    }
}

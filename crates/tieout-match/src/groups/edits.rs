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

/// All ways to take `surplus` away from a set, to within a tolerance: by leaving out some of `own`, taking in some of
/// `near`. Also the number of all ways.
pub(super) fn edits(own: &[i128], near: &[i128], surplus: i128, tolerance: i128) -> (Vec<Edit>, u32) {
    let mut taken = combinations(near);
    taken.sort_unstable_by_key(|(sum, _)| *sum);
    let mut found: Vec<Edit> = Vec::new();
    for (sum, out) in combinations(own) {
        // What is left out less what is taken in is the surplus.
        let wanted = sum - surplus;
        let from = taken.partition_point(|(sum, _)| *sum < wanted - tolerance);
        let fitting = taken
            .iter()
            .skip(from)
            .take_while(|(sum, _)| *sum <= wanted + tolerance);
        for (_, taken) in fitting {
            let changes = out.len() + taken.len();
            if (1..=MOST_CHANGES).contains(&changes) && out.len() < own.len() {
                found.push(Edit {
                    choices: choices(own.len(), out.len()) + choices(near.len(), taken.len()),
                    out: out.clone(),
                    taken: taken.clone(),
                });
            }
        }
    }
    let all = count(found.len());
    found.sort_unstable();
    found.truncate(KEPT);
    (found, all)
}

/// Sums of up to three amounts, the empty one included.
fn combinations(amounts: &[i128]) -> Vec<(i128, Vec<usize>)> {
    let most = match amounts.len() {
        0..=MANY => MOST,
        few if few <= TOO_MANY => 2,
        _ => 1,
    };
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
        let (found, all) = edits(&[100, 250, 70], &[30, 41], 59, 0);
        // Leaving out 100 and taking in 41 makes 59 less.
        let first = found.first().unwrap();
        assert_eq!((first.out.as_slice(), first.taken.as_slice()), (&[0][..], &[1][..]));
        // So does leaving out 100 and 30 less 71; there is no such thing.
        assert_eq!(all, 1);
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
            assert_eq!(edits(&own, &near, surplus, 0).1, expected, "{surplus}");
        }
    }
}

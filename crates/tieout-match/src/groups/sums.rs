//! Subsets of amounts that add up to a target, all of them up to a bound.
//!
//! Depth-first over the amounts, the largest first, cut off wherever what is left cannot reach the target any more: all of
//! it together, or as many of the next largest as may still be chosen. Most searches end after some steps. One that does
//! not is given up and made by [`super::halves`], whose cost is known beforehand and which misses nothing. The number of
//! steps is bounded by a budget that the caller shares between searches, so that a run costs the same everywhere; a search
//! that ran out says so.

use super::halves;

/// Most amounts in one search.
pub(crate) const MOST_AMOUNTS: usize = 40;
/// Steps after which the walk is given up.
const WALK_STEPS: u64 = 20_000;

/// What a search found: each subset as a set of positions in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subsets {
    /// The subsets, at most as many as asked for.
    pub(crate) found: Vec<Vec<usize>>,
    /// Not all were looked at: the budget ran out, or there were more than asked for.
    pub(crate) cut_short: bool,
}

/// Sizes and number of subsets that are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Smallest subset.
    pub(crate) least: usize,
    /// Largest subset.
    pub(crate) most: usize,
    /// Stop after as many subsets.
    pub(crate) subsets: usize,
}

/// Searches for subsets of `amounts` that sum to `target`; `budget` is reduced by the steps taken.
pub(crate) fn subsets(amounts: &[i64], target: i128, wanted: Wanted, budget: &mut u64) -> Subsets {
    if *budget == 0 {
        return Subsets {
            found: Vec::new(),
            cut_short: true,
        };
    }
    let mut order: Vec<(i128, usize)> = amounts
        .iter()
        .take(MOST_AMOUNTS)
        .map(|amount| i128::from(*amount))
        .zip(0..)
        .collect();
    order.sort_by_key(|(amount, place)| (-amount.abs(), *place));
    // What the amounts from each place on can add at most, and take away at most.
    let mut reach = vec![(0_i128, 0_i128)];
    for (amount, _) in order.iter().rev() {
        let (up, down) = reach.last().copied().unwrap_or_default();
        reach.push((up + (*amount).max(0), down + (*amount).min(0)));
    }
    reach.reverse();
    let given = (*budget).min(WALK_STEPS);
    let mut left = given;
    let mut walk = Walk {
        order: &order,
        reach: &reach,
        wanted,
        budget: &mut left,
        chosen: Vec::new(),
        result: Subsets::default(),
    };
    walk.from(0, target);
    let mut result = walk.result;
    *budget -= given - left;
    if left == 0
        && let Some(complete) = halves::by_halves(&order, target, wanted, budget)
    {
        result = complete;
    }
    for subset in &mut result.found {
        subset.sort_unstable();
    }
    result.found.sort();
    result.cut_short |= amounts.len() > MOST_AMOUNTS;
    result
}

struct Walk<'a> {
    order: &'a [(i128, usize)],
    reach: &'a [(i128, i128)],
    wanted: Wanted,
    budget: &'a mut u64,
    chosen: Vec<usize>,
    result: Subsets,
}

impl Walk<'_> {
    /// How many amounts may still be chosen.
    fn still_wanted(&self) -> i128 {
        i128::try_from(self.wanted.most - self.chosen.len()).unwrap_or(i128::MAX >> 64)
    }

    fn from(&mut self, place: usize, missing: i128) {
        if self.result.cut_short {
            return;
        }
        if *self.budget == 0 {
            self.result.cut_short = true;
            return;
        }
        *self.budget -= 1;
        if missing == 0 && self.chosen.len() >= self.wanted.least {
            if self.result.found.len() == self.wanted.subsets {
                self.result.cut_short = true;
                return;
            }
            self.result.found.push(self.chosen.clone());
        }
        if self.chosen.len() == self.wanted.most {
            return;
        }
        for next in place..self.order.len() {
            let (up, down) = self.reach.get(next).copied().unwrap_or_default();
            if missing > up || missing < down || self.chosen.len() + (self.order.len() - next) < self.wanted.least {
                return;
            }
            if let Some((amount, index)) = self.order.get(next).copied() {
                // As many as may still come, each of them no larger than this one.
                if missing.abs() > amount.abs() * self.still_wanted() {
                    return;
                }
                self.chosen.push(index);
                self.from(next + 1, missing - amount);
                self.chosen.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANY: Wanted = Wanted {
        least: 1,
        most: 12,
        subsets: 10_000,
    };

    fn by_trying(amounts: &[i64], target: i128) -> Vec<Vec<usize>> {
        let mut all: Vec<Vec<usize>> = (1_u32..1 << amounts.len())
            .map(|mask| {
                (0..amounts.len())
                    .filter(|index| mask >> index & 1 == 1)
                    .collect::<Vec<usize>>()
            })
            .filter(|subset| subset.iter().map(|index| i128::from(amounts[*index])).sum::<i128>() == target)
            .collect();
        all.sort();
        all
    }

    proptest! {
        #[test]
        fn every_subset_is_found_once(amounts in prop::collection::vec(-9_i64..9, 0..10), target in -20_i128..20) {
            let mut budget = u64::MAX;
            let found = subsets(&amounts, target, ANY, &mut budget);
            prop_assert!(!found.cut_short);
            prop_assert_eq!(found.found, by_trying(&amounts, target));
        }

        #[test]
        fn sizes_that_are_not_wanted_are_left_out_and_no_others(
            amounts in prop::collection::vec(-9_i64..9, 0..10), target in -20_i128..20, least in 1_usize..5, more in 0_usize..4
        ) {
            let mut budget = u64::MAX;
            let sizes = least..=least + more;
            let wanted = Wanted { least, most: least + more, ..ANY };
            let found = subsets(&amounts, target, wanted, &mut budget);
            let fitting = by_trying(&amounts, target).into_iter().filter(|subset| sizes.contains(&subset.len()));
            prop_assert_eq!(found.found, fitting.collect::<Vec<_>>());
        }

        #[test]
        fn extreme_amounts_do_no_harm(amounts in prop::collection::vec(any::<i64>(), 0..20), target in any::<i64>()) {
            let mut budget = 10_000;
            subsets(&amounts, i128::from(target), ANY, &mut budget);
        }
    }

    #[test]
    fn a_search_without_budget_says_so() {
        let mut budget = 50;
        let found = subsets(
            &[7; 30],
            70,
            Wanted {
                least: 2,
                most: 20,
                subsets: 100,
            },
            &mut budget,
        );
        assert!(found.cut_short);
        assert_eq!(budget, 0);
        let mut budget = u64::MAX;
        let found = subsets(
            &[5, 5, 5],
            10,
            Wanted {
                least: 2,
                most: 3,
                subsets: 2,
            },
            &mut budget,
        );
        assert_eq!((found.found.len(), found.cut_short), (2, true));
    }
}

//! Every subset of up to forty amounts that sums to a target, however many subsets there are to look at.
//!
//! A walk over the subsets ([`super::sums`]) is quick when the amounts leave little choice, and hopeless when forty of
//! them could be part of one total: a million million subsets. Here the amounts are dealt into two hands of at most
//! eighteen; what is left, the four smallest of forty, is put on the table in each of the sixteen ways. The sums of a
//! hand are listed in ascending order without sorting: adding one more amount merges the list with itself moved by that
//! amount. Then one finger goes up the first list while another comes down the second; where what
//! they point at adds up to what the table leaves of the target, there is a subset. Two lists of a quarter of a million
//! sums take some megabytes and some milliseconds, always (hands of twenty would take four times the memory), so that the
//! search is complete whatever the amounts are (Schroeppel and Shamir describe why the time is that of one hand; the two
//! fingers are as old as merging).

use super::sums::{Subsets, Wanted};
use std::ops::RangeInclusive;

/// A sum, and which amounts of the hand are in it.
type Sum = (i64, u32);
/// The amounts of both hands, each with its place.
type Hands = [Vec<(i64, usize)>; 2];

/// Most amounts of one hand.
const HAND: usize = 18;
/// Most amounts on the table.
const TABLE: usize = 4;

/// Steps that [`by_halves`] takes for a number of amounts, before it tries any combination of equal sums.
pub(crate) fn cost(amounts: usize) -> u64 {
    let larger = u32::try_from(amounts.div_ceil(2).min(HAND + TABLE / 2)).unwrap_or(0);
    6 << larger
}

/// Searches for all subsets; `None` if there are too many amounts, if they are too large to be added, or if the budget
/// does not last. The places in the result are those of `order`.
pub(crate) fn by_halves(order: &[(i128, usize)], target: i128, wanted: Wanted, budget: &mut u64) -> Option<Subsets> {
    let all: i128 = order.iter().map(|(amount, _)| amount.abs()).sum();
    let needed = cost(order.len());
    if order.len() > 2 * HAND + TABLE || i64::try_from(all).is_err() || *budget < needed {
        return None;
    }
    let target = i64::try_from(target).ok()?;
    *budget -= needed;
    let (dealt, table) = order.split_at(order.len().min(2 * HAND));
    // Neighbours in size are dealt to different hands, which keeps both lists as short as they can be.
    let hand = |first: usize| -> Vec<(i64, usize)> {
        let dealt = dealt.iter().skip(first).step_by(2);
        dealt
            .filter_map(|(amount, place)| Some((i64::try_from(*amount).ok()?, *place)))
            .collect()
    };
    let hands = [hand(0), hand(1)];
    // Where all amounts have one sign, a sum that is more than the target only becomes more.
    let useful = if order.iter().all(|(amount, _)| *amount >= 0) {
        0..=target
    } else if order.iter().all(|(amount, _)| *amount <= 0) {
        target..=0
    } else {
        i64::MIN..=i64::MAX
    };
    let lists = [sums(&hands[0], &useful), sums(&hands[1], &useful)];
    let mut result = Subsets::default();
    for laid in 0..1_u32 << table.len() {
        let cards = table.iter().zip(0..).filter(|(_, bit)| laid >> bit & 1 == 1);
        let laid: Vec<(i128, usize)> = cards.map(|(card, _)| *card).collect();
        meet((&hands, &lists), (&laid, target), (wanted, budget), &mut result);
        if result.cut_short {
            break;
        }
    }
    Some(result)
}

/// The useful sums of subsets of a hand, ascending.
fn sums(hand: &[(i64, usize)], useful: &RangeInclusive<i64>) -> Vec<Sum> {
    let mut list: Vec<Sum> = vec![(0, 0)];
    for ((amount, _), bit) in hand.iter().zip(0..) {
        let moved = list.iter().map(|(sum, members)| (sum + amount, members | 1 << bit));
        list = merge(&list, moved.filter(|(sum, _)| useful.contains(sum)));
    }
    list
}

fn merge(list: &[Sum], moved: impl Iterator<Item = Sum>) -> Vec<Sum> {
    let mut merged = Vec::with_capacity(2 * list.len());
    let mut rest = list.iter().copied().peekable();
    for sum in moved {
        while let Some(before) = rest.next_if(|before| before.0 <= sum.0) {
            merged.push(before);
        }
        merged.push(sum);
    }
    merged.extend(rest);
    merged
}

fn meet(
    (hands, lists): (&Hands, &[Vec<Sum>; 2]),
    (laid, target): (&[(i128, usize)], i64),
    (wanted, budget): (Wanted, &mut u64),
    result: &mut Subsets,
) {
    let on_table: i128 = laid.iter().map(|(amount, _)| *amount).sum();
    let target = i128::from(target) - on_table;
    let mut above = lists[1].as_slice();
    for run in lists[0].chunk_by(|a, b| a.0 == b.0) {
        let missing = target - i128::from(run.first().map_or(0, |(sum, _)| *sum));
        while let Some((last, below)) = above.split_last()
            && i128::from(last.0) > missing
        {
            above = below;
        }
        let fitting = above.iter().rev().take_while(|(sum, _)| i128::from(*sum) == missing);
        for ((_, first), (_, second)) in run.iter().flat_map(|one| fitting.clone().map(move |two| (one, two))) {
            if *budget == 0 {
                result.cut_short = true;
                return;
            }
            *budget -= 1;
            let dealt = usize::try_from(first.count_ones() + second.count_ones()).unwrap_or(usize::MAX);
            if !(wanted.least..=wanted.most).contains(&dealt.saturating_add(laid.len())) {
                continue;
            }
            if result.found.len() == wanted.subsets {
                result.cut_short = true;
                return;
            }
            let mut subset = members(hands, [*first, *second]);
            subset.extend(laid.iter().map(|(_, place)| *place));
            result.found.push(subset);
        }
    }
}

fn members(hands: &Hands, chosen: [u32; 2]) -> Vec<usize> {
    let of_hand = |hand: usize| {
        let cards = hands.get(hand).into_iter().flatten().zip(0..);
        let mask = chosen.get(hand).copied().unwrap_or(0);
        cards
            .filter(move |(_, bit)| mask >> bit & 1 == 1)
            .map(|((_, place), _)| *place)
    };
    of_hand(0).chain(of_hand(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANY: Wanted = Wanted {
        least: 1,
        most: 40,
        subsets: 10_000,
    };

    fn found(amounts: &[i64], target: i64) -> Vec<Vec<usize>> {
        let order: Vec<(i128, usize)> = amounts.iter().map(|amount| i128::from(*amount)).zip(0..).collect();
        let mut subsets = by_halves(&order, i128::from(target), ANY, &mut 10_000_000)
            .unwrap()
            .found;
        for subset in &mut subsets {
            subset.sort_unstable();
        }
        subsets.sort();
        subsets
    }

    proptest! {
        #[test]
        fn nothing_is_missed(amounts in prop::collection::vec(-9_i64..9, 0..10), target in -20_i64..20) {
            let mut all: Vec<Vec<usize>> = (1_u32..1 << amounts.len())
                .map(|mask| (0..amounts.len()).filter(|place| mask >> place & 1 == 1).collect::<Vec<_>>())
                .filter(|subset| subset.iter().map(|place| amounts[*place]).sum::<i64>() == target)
                .collect();
            all.sort();
            prop_assert_eq!(found(&amounts, target), all);
        }
    }

    #[test]
    fn the_one_subset_of_forty_large_amounts_is_found() {
        // No pattern in the amounts, so that few of the million million subsets share a sum; nineteen of them are one
        // transfer, some of the last four among them.
        let mut state = 1_u64;
        let amounts: Vec<i64> = (0..40)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                10_000_000_000 + i64::try_from(state >> 28).unwrap()
            })
            .collect();
        let paid: Vec<usize> = (0..40).filter(|place| place % 2 == 1 && *place != 21).collect();
        let target = paid.iter().map(|place| amounts[*place]).sum();
        let all = found(&amounts, target);
        assert!(all.contains(&paid) && all.len() < 100, "{}", all.len());
    }

    #[test]
    fn what_the_budget_does_not_allow_is_not_begun() {
        let order: Vec<(i128, usize)> = (0..40).map(|place| (i128::from(u32::MAX), place)).collect();
        let mut budget = cost(40) - 1;
        assert_eq!(by_halves(&order, 5, ANY, &mut budget), None);
        assert_eq!(budget, cost(40) - 1);
    }
}

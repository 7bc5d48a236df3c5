//! How a processor takes its fee: a share of each sale and an amount for each, learnt from its payouts.
//!
//! Nobody tells the engine what was agreed, but a payout of known sales leaves only a few pairs of share and fixed amount
//! that give its fee to the cent, and the true pair is among them every time. So every payout votes for all the pairs
//! that fit it, and the pair that most payouts have in common is the agreement; a wrong one fits a payout now and then
//! by chance, never most of them. From then on a fee is not a tolerance any more but an amount that must come out
//! exactly.

use crate::arith::count;
use crate::outcome::ResidualKind;
use std::collections::{BTreeMap, BTreeSet};

/// Shares are counted in ten-thousandths of the amount.
const WHOLE: i128 = 10_000;
/// The same in 64 bits, which are enough for sales up to [`LARGEST`].
const PARTS: i64 = 10_000;
/// Sales of one payout, all together, of which a fee is learnt; in minor units.
const LARGEST: u64 = 1 << 47;
/// Shares that one payout may vote for beside one fixed amount; more would mean that it is too small to say anything.
const MOST_SHARES: i64 = 12;
/// Agreements are made in round numbers, or of a cent or two for each sale. Only of these it is asked how they are rounded,
/// which takes a walk over the sales more; other shares hardly ever take a half of anything.
const ROUND: i64 = 5;
/// Shares of which it is known what they take: those of one fixed amount, none in the place of another.
const KEPT: usize = 16;

/// The largest fees that are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Ten-thousandths of the amount.
    pub(super) share: i64,
    /// Minor units for each sale.
    pub(super) fixed: i64,
}

impl Most {
    /// Sales of a gross amount may be what is paid out as a net one.
    pub(super) fn allows(self, gross: i128, arrived: i64, sales: usize) -> bool {
        let most = gross * i128::from(self.share) / WHOLE + i128::from(self.fixed) * i128::from(count(sales));
        (0..=most).contains(&(gross - i128::from(arrived)))
    }
}

/// How shares are rounded to minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rounding {
    /// Each sale's, a half away from nothing.
    HalfUp,
    /// Once for the payout, not sale by sale.
    Once,
    /// Each sale's, a half to the even neighbour.
    HalfEven,
    /// Each sale's, a half towards nothing.
    HalfDown,
    /// Each sale's, and what is less than a minor unit is not taken.
    CutOff,
}

impl Rounding {
    /// The share of a sale, never below nothing, in ten-thousandths of a minor unit, as it is taken in the same unit.
    fn of(self, share: i128) -> i128 {
        let floor = share / WHOLE;
        let rest = share - floor * WHOLE;
        let is_up = match self {
            Self::Once => return share,
            Self::HalfUp => rest >= WHOLE / 2,
            Self::HalfEven => rest > WHOLE / 2 || rest == WHOLE / 2 && floor % 2 != 0,
            Self::HalfDown => rest > WHOLE / 2,
            Self::CutOff => false,
        };
        (floor + i128::from(is_up)) * WHOLE
    }
}

/// What is taken of each sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Structure {
    /// Fees are given back with what is paid back.
    returned: bool,
    /// How the share is rounded.
    rounding: Rounding,
    /// Ten-thousandths of the amount.
    share: i64,
    /// Minor units for each sale.
    fixed: i64,
}

impl Structure {
    /// What arrives of an amount, in ten-thousandths of a minor unit.
    pub(super) fn net(self, amount: i64) -> i128 {
        let amount = i128::from(amount);
        if amount < 0 && !self.returned {
            return amount * WHOLE;
        }
        let share = self.rounding.of(amount.abs() * i128::from(self.share));
        let fee = share + i128::from(self.fixed) * WHOLE;
        amount * WHOLE - fee * amount.signum()
    }

    /// How much is too much in a sum of nets for what arrived, in ten-thousandths; 0 if it is the same to within the
    /// rounding.
    pub(super) fn surplus(self, nets: i128, arrived: i64) -> i128 {
        let surplus = nets - i128::from(arrived) * WHOLE;
        if surplus.abs() <= self.tolerance() { 0 } else { surplus }
    }

    /// What arrived, in the unit of nets.
    pub(super) fn arrived(amount: i64) -> i128 {
        i128::from(amount) * WHOLE
    }

    /// How far a sum of nets may be from the amount.
    pub(super) fn tolerance(self) -> i128 {
        if self.rounding == Rounding::Once { WHOLE / 2 } else { 0 }
    }

    /// Something is taken at all.
    pub(crate) fn takes(self) -> bool {
        self.share != 0 || self.fixed != 0
    }

    /// What the difference is called.
    pub(super) fn residual(fee: i128) -> Option<ResidualKind> {
        (fee != 0).then_some(ResidualKind::Fee)
    }
}

/// Votes of payouts.
#[derive(Debug, Clone, Default)]
pub(super) struct Votes {
    of: BTreeMap<Structure, u32>,
    payouts: u32,
}

impl Votes {
    /// One payout votes for every structure under which one of the sets of sales gives what arrived. A payout whose sets
    /// take more steps than there are has no vote, and the answer is no.
    pub(super) fn cast(&mut self, arrived: i64, sets: &[Vec<i64>], most: Most, steps: &mut u64) -> bool {
        let mut fitting = BTreeSet::new();
        let within = sets
            .iter()
            .all(|set| fit(arrived, set, (most, steps), &mut fitting).is_some());
        if !within {
            *steps = 0;
            return false;
        }
        if !sets.is_empty() {
            self.payouts += 1;
        }
        for structure in fitting {
            *self.of.entry(structure).or_default() += 1;
        }
        true
    }

    /// What most payouts have in common, if that is clear.
    pub(super) fn winner(&self) -> Option<Structure> {
        const FEWEST: u32 = 3;
        self.wins((FEWEST, 6), 2).or_else(|| self.round_one(FEWEST))
    }

    /// The same of votes that many sets of sales had, so that wrong ones agree more often by chance.
    pub(super) fn clear_winner(&self) -> Option<Structure> {
        const FEWEST: u32 = 10;
        let mostly = self.wins((FEWEST, 4), 2);
        // Fewer are enough where no other comes near.
        mostly.or_else(|| self.wins((FEWEST, 8), 3))
    }

    /// The same of sales that nothing ties to their payouts but the sum: a third of all payouts agree, and twice as many as on
    /// anything else; of four, all.
    pub(super) fn sure_winner(&self) -> Option<Structure> {
        self.wins((5, 3), 2).or_else(|| self.wins((4, 1), 2))
    }

    /// The structure with the most votes, if these are so many, such a part of all, and so many times those of the next.
    fn wins(&self, (fewest, part): (u32, u32), times: u32) -> Option<Structure> {
        let (best, votes) = self
            .of
            .iter()
            .max_by_key(|(structure, votes)| (**votes, std::cmp::Reverse(**structure)))?;
        // Other ways to round, or to treat what is paid back, are the same agreement.
        let others = self
            .of
            .iter()
            .filter(|(other, _)| (other.share, other.fixed) != (best.share, best.fixed));
        let next = others.map(|(_, votes)| *votes).max().unwrap_or(0);
        let clear =
            *votes >= fewest && votes.saturating_mul(part) >= self.payouts && next.saturating_mul(times) <= *votes;
        clear.then_some(*best)
    }

    /// Of structures that others have, the one that many payouts fit, if it is one only.
    pub(super) fn known_winner(&self, known: &BTreeSet<Structure>) -> Option<Structure> {
        const FEWEST: u32 = 4;
        let votes = |structure: &Structure| self.of.get(structure).copied().unwrap_or(0);
        let best = known
            .iter()
            .max_by_key(|structure| (votes(structure), std::cmp::Reverse(**structure)))?;
        let second = known
            .iter()
            .filter(|other| (other.share, other.fixed) != (best.share, best.fixed))
            .map(votes)
            .max()
            .unwrap_or(0);
        let all = votes(best);
        (all >= FEWEST && all.saturating_mul(4) >= self.payouts && second.saturating_mul(2) <= all).then_some(*best)
    }

    /// Of few payouts, several structures may fit all. Agreements are made in round numbers: if only one of those that fit
    /// all is round, it is that one.
    fn round_one(&self, fewest: u32) -> Option<Structure> {
        let is_round = |structure: &Structure| structure.share % 5 == 0 && structure.fixed % 5 == 0;
        let mut round = self
            .of
            .iter()
            .filter(|(structure, votes)| **votes == self.payouts && is_round(structure))
            .map(|(structure, _)| *structure);
        let first = round.next().filter(|_| self.payouts >= fewest)?;
        round
            .all(|other| (other.share, other.fixed) == (first.share, first.fixed))
            .then_some(first)
    }
}

/// The structures that turn a set of sales into what arrived; `None` if the steps do not last. A step is one sale that is
/// looked at. What is larger than any processor pays out teaches nothing.
fn fit(arrived: i64, sales: &[i64], (most, steps): (Most, &mut u64), into: &mut BTreeSet<Structure>) -> Option<()> {
    let each = u64::from(count(sales.len()));
    let largest_share = most.share.min(PARTS);
    *steps = steps.checked_sub(2 * each)?;
    let turnover = sales.iter().fold(arrived.unsigned_abs(), |sum, amount| {
        sum.saturating_add(amount.unsigned_abs())
    });
    if turnover > LARGEST {
        return Some(());
    }
    let has_refund = sales.iter().any(|amount| *amount < 0);
    let fee = sales.iter().sum::<i64>() - arrived;
    for returned in [false, true].into_iter().take(1 + usize::from(has_refund)) {
        let charged = sales.iter().filter(|amount| returned || **amount > 0);
        let (mut base, mut number, mut items) = (0_i64, 0_i64, 0_i64);
        for amount in charged {
            base += *amount;
            number += amount.signum();
            items += 1;
        }
        if base <= 0 {
            continue;
        }
        // Neighbouring fixed amounts leave nearly the same shares.
        let mut taken: [(Option<i64>, i64); KEPT] = [(None, 0); KEPT];
        for fixed in 0..=most.fixed {
            let of_shares = fee - fixed * number;
            if of_shares < 0 {
                break;
            }
            // Each rounding moves the fee by half a unit at most.
            let low = ((2 * of_shares - items).max(0) * PARTS / (2 * base)).min(largest_share + 1);
            let high = ((2 * of_shares + items) * PARTS / (2 * base) + 1).min(largest_share);
            if high - low > MOST_SHARES {
                continue;
            }
            for share in low..=high {
                *steps = steps.checked_sub(1)?.checked_sub(each)?;
                let place = usize::try_from(share).unwrap_or(0) % KEPT;
                let (of, half_up) = taken.get_mut(place)?;
                if *of != Some(share) {
                    (*of, *half_up) = (Some(share), half_up_of(sales, returned, share));
                }
                *steps = steps.checked_sub(1)?;
                let structure = |rounding| Structure {
                    returned,
                    rounding,
                    share,
                    fixed,
                };
                into.extend((*half_up == of_shares).then(|| structure(Rounding::HalfUp)));
                let is_round = share % ROUND == 0 && (fixed % ROUND == 0 || fixed < ROUND);
                if is_round && *half_up >= of_shares {
                    *steps = steps.checked_sub(each)?;
                    let less = Less::of(sales, returned, share);
                    into.extend(less.fitting(*half_up - of_shares).map(structure));
                }
                // One rounding for all: the sum is known from theirs.
                let rounded_once = (of_shares * PARTS - share * base).abs() <= PARTS / 2;
                into.extend(rounded_once.then(|| structure(Rounding::Once)));
            }
        }
    }
    Some(())
}

/// What a share takes of sales, each rounded half up, in minor units; what is paid back gives it back if it is `returned`.
fn half_up_of(sales: &[i64], returned: bool, share: i64) -> i64 {
    let charged = sales.iter().filter(|amount| returned || **amount > 0);
    charged
        .map(|amount| (amount.abs() * share + PARTS / 2) / PARTS * amount.signum())
        .sum()
}

/// How much less a share takes of sales where it is rounded in other ways than half up; in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Less {
    half_even: i64,
    half_down: i64,
    cut_off: i64,
}

impl Less {
    /// See [`half_up_of`].
    fn of(sales: &[i64], returned: bool, share: i64) -> Self {
        let mut less = Self::default();
        for amount in sales.iter().filter(|amount| returned || **amount > 0) {
            let raised = amount.abs() * share + PARTS / 2;
            let (half_up, rest) = (raised / PARTS, raised % PARTS);
            // Nothing is left of a half that was raised; of what is more than a half, less than a half.
            let half = i64::from(rest == 0) * amount.signum();
            less.half_even += half * (half_up & 1);
            less.half_down += half;
            less.cut_off += i64::from(rest < PARTS / 2) * amount.signum();
        }
        less
    }

    /// The ways that take so much less.
    fn fitting(self, less: i64) -> impl Iterator<Item = Rounding> {
        let ways = [
            (Rounding::HalfEven, self.half_even),
            (Rounding::HalfDown, self.half_down),
            (Rounding::CutOff, self.cut_off),
        ];
        ways.into_iter()
            .filter(move |(_, of_way)| *of_way == less)
            .map(|(way, _)| way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: u64 = 1_000_000;
    const MOST: Most = Most { share: 600, fixed: 500 };

    /// Sales of some days, no two alike.
    fn days() -> Vec<Vec<i64>> {
        (0..8_i64)
            .map(|day| {
                (0..9 + day % 4)
                    .map(|n| 340 + (day * 7_919 + n * 3_571) % 24_700)
                    .collect()
            })
            .collect()
    }

    fn learnt(fee: impl Fn(&[i64]) -> i64) -> Option<Structure> {
        let mut votes = Votes::default();
        let days = days();
        for (sales, other) in days.iter().zip(days.iter().skip(1)) {
            let arrived = sales.iter().sum::<i64>() - fee(sales);
            assert!(votes.cast(arrived, &[other.clone(), sales.clone()], MOST, &mut STEPS.clone()));
        }
        votes.winner()
    }

    #[test]
    fn share_and_fixed_amount_are_learnt_to_the_cent() {
        let each = learnt(|sales| sales.iter().map(|sale| (sale * 290 + 5_000) / 10_000 + 35).sum());
        let each = each.map(|learnt| (learnt.share, learnt.fixed, learnt.rounding));
        assert_eq!(each, Some((290, 35, Rounding::HalfUp)));
        let once = learnt(|sales| (sales.iter().sum::<i64>() * 175 + 5_000) / 10_000);
        let once = once.map(|learnt| (learnt.share, learnt.fixed, learnt.rounding));
        assert_eq!(once, Some((175, 0, Rounding::Once)));
        let none = learnt(|_| 0).map(|learnt| (learnt.share, learnt.fixed));
        assert_eq!(none, Some((0, 0)));
    }

    #[test]
    fn three_payouts_are_enough_for_a_round_agreement() {
        let mut votes = Votes::default();
        for sales in [
            vec![4_780, 4_770, 4_755],
            vec![9_120, 8_589],
            vec![14_737, 14_623, 12_851],
        ] {
            let fee: i64 = sales.iter().map(|sale| (sale * 150 + 5_000) / 10_000 + 25).sum();
            assert!(votes.cast(sales.iter().sum::<i64>() - fee, &[sales], MOST, &mut STEPS.clone()));
        }
        let learnt = votes.winner().map(|learnt| (learnt.share, learnt.fixed));
        assert_eq!(learnt, Some((150, 25)));
    }

    #[test]
    fn what_a_share_takes_is_what_does_not_arrive() {
        let sales: Vec<i64> = (-40..400).map(|n| n * 7_919 + 13).collect();
        for (returned, share) in [(false, 290), (true, 175), (true, 0), (false, 600), (true, 250)] {
            let of_each = |rounding| -> i64 {
                let structure = Structure {
                    returned,
                    rounding,
                    share,
                    fixed: 0,
                };
                let taken = |amount: &i64| i128::from(*amount) - structure.net(*amount) / WHOLE;
                i64::try_from(sales.iter().map(taken).sum::<i128>()).unwrap()
            };
            let half_up = half_up_of(&sales, returned, share);
            assert_eq!(half_up, of_each(Rounding::HalfUp));
            let expected = Less {
                half_even: half_up - of_each(Rounding::HalfEven),
                half_down: half_up - of_each(Rounding::HalfDown),
                cut_off: half_up - of_each(Rounding::CutOff),
            };
            assert_eq!(Less::of(&sales, returned, share), expected);
        }
    }

    #[test]
    fn what_no_processor_pays_out_teaches_nothing() {
        let mut fitting = BTreeSet::new();
        let most = Most { share: 10_000, ..MOST };
        for sales in [[i64::MAX; 3], [i64::MIN; 3], [1 << 46; 3]] {
            assert_eq!(fit(1 << 46, &sales, (most, &mut STEPS.clone()), &mut fitting), Some(()));
        }
        assert!(fitting.is_empty());
    }

    #[test]
    fn a_payout_that_takes_more_steps_than_there_are_has_no_vote() {
        // Five thousand small sales: for each fixed amount and each share, all of them would be looked at.
        let sales = vec![2_000; 5_000];
        let arrived = sales.iter().sum::<i64>() * 97 / 100;
        let (mut votes, mut steps) = (Votes::default(), STEPS);
        assert!(!votes.cast(arrived, &vec![sales; 92], MOST, &mut steps));
        assert_eq!((steps, votes.payouts, votes.of.len()), (0, 0, 0));
    }

    #[test]
    fn fees_without_a_structure_teach_nothing() {
        let fees = std::cell::Cell::new(1_000_i64);
        let learnt = learnt(|_| {
            fees.set((fees.get() * 7_177) % 2_003);
            fees.get()
        });
        assert_eq!(learnt, None);
    }

    #[test]
    fn what_is_paid_back_keeps_its_fee_or_returns_it() {
        let kept = Structure {
            returned: false,
            rounding: Rounding::HalfUp,
            share: 200,
            fixed: 10,
        };
        assert_eq!((kept.net(1_000), kept.net(-1_000)), (970 * WHOLE, -1_000 * WHOLE));
        let returned = Structure { returned: true, ..kept };
        assert_eq!(returned.net(-1_000), -970 * WHOLE);
    }
}

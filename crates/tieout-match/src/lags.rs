//! How long entries take to reach the bank: a distribution in working days, learnt from the books themselves.

use crate::arith::{Bits, log2, log2_ratio};

/// Upper ends of the buckets, in working days from entry to line; the last one is open.
const ENDS: [i32; BUCKETS - 1] = [-21, -11, -6, -4, -2, -1, 0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 65];
/// Days in each bucket; the open ones as wide as candidates reach.
const WIDTHS: [u32; BUCKETS] = [30, 10, 5, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2, 3, 5, 5, 10, 15, 20, 70];
const BUCKETS: usize = 20;
/// The bucket of no days at all.
const SAME_DAY: usize = 6;

/// What is expected before anything is learnt, per mille: payments and receipts, then checks.
const EXPECTED: [[u32; BUCKETS]; 2] = [
    [
        1, 2, 4, 5, 14, 30, 220, 250, 170, 100, 60, 45, 40, 25, 14, 8, 6, 3, 2, 1,
    ],
    [
        1, 1, 2, 2, 3, 4, 30, 50, 80, 90, 100, 100, 150, 140, 120, 60, 40, 17, 7, 3,
    ],
];
/// As many pairs as the expectation is worth.
const EXPECTED_PAIRS: u32 = 40;
/// As many where it is asked what these books have hardly ever seen.
const EXPECTED_AT_LEAST: u32 = 5;

/// One distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lags {
    /// In thousandths of a pair.
    weights: [u32; BUCKETS],
    expected: &'static [u32; BUCKETS],
}

/// What a lag says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LagSays {
    /// How much more likely it is for two that belong together than for any two near each other.
    pub(crate) likely: Bits,
    /// Of a thousand, how many take as long or longer, or lie as far ahead.
    pub(crate) tail: u32,
    /// The same of the others alone, if next to nothing is expected beforehand: what few books have hardly ever seen, however
    /// common elsewhere.
    pub(crate) tail_here: u32,
}

impl Lags {
    /// What is expected of checks.
    pub(crate) fn checks() -> Self {
        Self::of(&EXPECTED[1])
    }

    /// What is expected of other payments.
    pub(crate) fn payments() -> Self {
        Self::of(&EXPECTED[0])
    }

    fn of(expected: &'static [u32; BUCKETS]) -> Self {
        Self {
            weights: expected.map(|per_mille| per_mille * EXPECTED_PAIRS),
            expected,
        }
    }

    /// Learns one pair.
    pub(crate) fn learn(&mut self, working_days: i32) {
        if let Some(weight) = self.weights.get_mut(bucket(working_days)) {
            *weight = weight.saturating_add(ITSELF);
        }
    }

    /// What each bucket says, where any two within `span` working days may be compared.
    fn table(&self, span: u32) -> [LagSays; BUCKETS] {
        let all: u64 = self.weights.iter().copied().map(u64::from).sum();
        let tails = tails_of(&self.weights, 0);
        let mut here = self.weights;
        for (weight, expected) in here.iter_mut().zip(self.expected) {
            *weight -= expected * (EXPECTED_PAIRS - EXPECTED_AT_LEAST);
        }
        let tails_here = tails_of(&here, ITSELF);
        let mut table = [LagSays::default(); BUCKETS];
        let cells = table.iter_mut().zip(self.weights).zip(WIDTHS);
        for (((says, weight), width), (tail, tail_here)) in cells.zip(tails.into_iter().zip(tails_here)) {
            let likely = log2_ratio(u64::from(weight), all) + log2(u64::from(span)) - log2(u64::from(width));
            *says = LagSays {
                likely,
                tail,
                tail_here,
            };
        }
        table
    }

    /// The numbers behind the distribution.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.weights.iter().copied()
    }
}

/// The weight of one pair.
const ITSELF: u32 = 1000;

/// How many of a thousand are in each bucket or further out, without the weight of who asks: earlier for entries after their
/// line, later for the others.
fn tails_of(weights: &[u32; BUCKETS], asking: u32) -> [u32; BUCKETS] {
    let all: u64 = weights.iter().copied().map(u64::from).sum();
    let mut seen = 0;
    let mut tails = [0; BUCKETS];
    for ((tail, weight), place) in tails.iter_mut().zip(weights).zip(0..) {
        let before = seen;
        seen += u64::from(*weight);
        let further = if place < SAME_DAY { seen } else { all - before };
        let others = further.saturating_sub(u64::from(asking));
        *tail = u32::try_from(others * 1000 / all.max(1)).unwrap_or(1000);
    }
    tails
}

/// The distributions of payments in and out and checks in and out, ready to be looked up by the day.
#[derive(Debug, Clone)]
pub(crate) struct LagTables([Vec<LagSays>; 4]);

/// The first and the last day that have a place of their own: what is beyond is in the open buckets.
const DAYS: (i32, i32) = (-22, 66);

impl LagTables {
    /// Tables for entries that lie within `span` working days.
    pub(crate) fn new(lags: &[Lags; 4], span: u32) -> Self {
        Self(lags.each_ref().map(|lags| {
            let table = lags.table(span);
            (DAYS.0..=DAYS.1)
                .map(|days| table.get(bucket(days)).copied().unwrap_or_default())
                .collect()
        }))
    }

    /// What a lag says in one of the four distributions.
    pub(crate) fn of(&self, distribution: usize, working_days: i32) -> LagSays {
        let place = usize::try_from(working_days.clamp(DAYS.0, DAYS.1) - DAYS.0).unwrap_or(0);
        self.0
            .get(distribution)
            .and_then(|table| table.get(place))
            .copied()
            .unwrap_or_default()
    }
}

fn bucket(working_days: i32) -> usize {
    ENDS.partition_point(|end| *end < working_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lag_has_its_bucket() {
        for (days, expected) in [
            (-400, 0),
            (-21, 0),
            (-20, 1),
            (0, 6),
            (1, 7),
            (6, 12),
            (7, 12),
            (66, 19),
            (900, 19),
        ] {
            assert_eq!(bucket(days), expected, "{days}");
        }
        for table in EXPECTED {
            assert_eq!(table.iter().sum::<u32>(), 1000);
        }
    }

    #[test]
    fn what_was_seen_becomes_likely() {
        let mut lags = Lags::payments();
        let weigh = |lags: &Lags, days| LagTables::new(&[(); 4].map(|()| lags.clone()), 50).of(0, days);
        let before = weigh(&lags, 12);
        for _ in 0..100 {
            lags.learn(12);
        }
        let after = weigh(&lags, 12);
        assert!(
            after.likely > before.likely + 200 && after.tail > before.tail,
            "{before:?} {after:?}"
        );
        assert!(weigh(&Lags::checks(), 8).likely > weigh(&Lags::payments(), 8).likely);
        assert_eq!(weigh(&lags, -400).tail, 0);
    }

    #[test]
    fn forty_pairs_of_two_days_make_two_weeks_rare_here_and_not_everywhere() {
        let mut lags = Lags::payments();
        let weigh = |lags: &Lags, days| LagTables::new(&[(); 4].map(|()| lags.clone()), 50).of(0, days);
        for days in 0..40 {
            lags.learn(days % 3);
        }
        lags.learn(8);
        let after = weigh(&lags, 8);
        assert!(after.tail_here < 20 && after.tail > 20, "{after:?}");
    }
}

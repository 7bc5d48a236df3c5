//! How long entries take to reach the bank: a distribution in working days, learnt from the books themselves.

use crate::arith::{Bits, log2, log2_ratio};

/// Upper ends of the buckets, in working days from entry to line; the last one is open.
const ENDS: [i32; BUCKETS - 1] = [
    -21, -11, -6, -4, -2, -1, 0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 65,
];
/// Days in each bucket; the open ones as wide as candidates reach.
const WIDTHS: [u32; BUCKETS] = [
    30, 10, 5, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2, 3, 5, 5, 10, 15, 20, 70,
];
const BUCKETS: usize = 20;

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

/// One distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lags {
    /// In thousandths of a pair.
    weights: [u32; BUCKETS],
    total: u64,
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

    fn of(expected: &[u32; BUCKETS]) -> Self {
        let weights = expected.map(|per_mille| per_mille * EXPECTED_PAIRS);
        Self {
            weights,
            total: weights.iter().copied().map(u64::from).sum(),
        }
    }

    /// Learns one pair.
    pub(crate) fn learn(&mut self, working_days: i32) {
        if let Some(weight) = self.weights.get_mut(bucket(working_days)) {
            *weight = weight.saturating_add(1000);
            self.total += 1000;
        }
    }

    /// How much more likely the lag is for two that belong together than for any two within `span` working days.
    pub(crate) fn weigh(&self, working_days: i32, span: u32) -> Bits {
        let bucket = bucket(working_days);
        let weight = self.weights.get(bucket).copied().unwrap_or(0);
        let width = WIDTHS.get(bucket).copied().unwrap_or(1);
        log2_ratio(u64::from(weight), self.total) + log2(u64::from(span)) - log2(u64::from(width))
    }

    /// How many of a thousand take as long or longer; for entries after their line, as far ahead or further.
    pub(crate) fn tail_per_mille(&self, working_days: i32) -> u32 {
        let bucket = bucket(working_days);
        let tail: u64 = self
            .weights
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                if working_days < 0 {
                    *index <= bucket
                } else {
                    *index >= bucket
                }
            })
            .map(|(_, weight)| u64::from(*weight))
            .sum();
        u32::try_from(tail * 1000 / self.total.max(1)).unwrap_or(1000)
    }

    /// The numbers behind the distribution.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.weights.iter().copied()
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
        let before = lags.weigh(12, 50);
        for _ in 0..100 {
            lags.learn(12);
        }
        assert!(lags.weigh(12, 50) > before + 200);
        assert!(Lags::checks().weigh(8, 50) > Lags::payments().weigh(8, 50));
    }
}

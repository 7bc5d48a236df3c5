//! From what the model computes to what has been seen to be true.
//!
//! A model's own probabilities are too sure of themselves: the evidence is not quite independent, and books hold
//! surprises that no model lists. The table says how often groups of each computed probability were right; between its
//! points the probability is interpolated.

/// Computed and observed probability, in parts per million.
const TABLE: [(u32, u32); 8] = [
    (0, 0),
    (100_000, 100_000),
    (500_000, 500_000),
    (800_000, 800_000),
    (900_000, 900_000),
    (990_000, 985_000),
    (999_000, 997_000),
    (1_000_000, 999_500),
];

/// The observed probability for a computed one, both in parts per million.
pub(crate) fn calibrated(ppm: u32) -> u32 {
    let mut below = (0, 0);
    for (computed, observed) in TABLE {
        if ppm <= computed {
            let (width, rise) = (computed - below.0, observed - below.1);
            return below.1 + crate::arith::scaled(rise, ppm - below.0, width);
        }
        below = (computed, observed);
    }
    below.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_computed_is_never_less_observed() {
        let mut before = 0;
        for ppm in (0..=1_000_000).step_by(500) {
            let now = calibrated(ppm);
            assert!(now >= before && now <= ppm + 1, "{ppm}");
            before = now;
        }
        assert_eq!((calibrated(0), calibrated(1_000_000)), (0, 999_500));
    }
}

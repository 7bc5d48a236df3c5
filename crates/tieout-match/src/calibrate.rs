//! From what the model computes to what has been seen to be true.
//!
//! A model's own probabilities are too sure of themselves: the evidence is not quite independent, and books hold
//! surprises that no model lists. The tables say how often pairs, and groups of several, of each computed probability
//! were right; between their points the probability is interpolated. They are fitted by `tieout-bench calibration --fit`.

use crate::arith::scaled;

/// What a probability is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// One line and one entry.
    Pair,
    /// Several of at least one side.
    Group,
}

/// Computed and observed probability, in parts per million.
type Points = [(u32, u32)];

/// Fitted, but for the end from 0.97 on: there pairs of clean and typical books are as often right as computed, and only
/// nasty ones fall short, so that the fit of all together would be untrue of most books.
const PAIRS: &Points = &[
    (0, 0),
    (440_000, 386_000),
    (487_000, 452_000),
    (546_000, 560_000),
    (616_000, 602_000),
    (669_000, 645_000),
    (764_000, 704_000),
    (830_000, 765_000),
    (902_000, 849_000),
    (940_000, 905_000),
    (965_000, 938_000),
    (983_000, 955_000),
    (988_000, 970_000),
    (995_000, 990_000),
    (999_000, 997_000),
    (1_000_000, 999_500),
];

const GROUPS: &Points = &[
    (0, 0),
    (300_000, 371_000),
    (723_000, 860_000),
    (949_000, 942_000),
    (972_000, 957_000),
    (988_700, 983_300),
    (996_900, 991_400),
    (998_800, 992_900),
    (999_700, 996_400),
    (999_970, 997_500),
    (1_000_000, 999_300),
];

/// The observed probability for a computed one, both in parts per million.
pub(crate) fn calibrated(of: Of, ppm: u32) -> u32 {
    let points = match of {
        Of::Pair => PAIRS,
        Of::Group => GROUPS,
    };
    let mut below = (0, 0);
    for (computed, observed) in points.iter().copied() {
        if ppm <= computed {
            let (width, rise) = (computed - below.0, observed - below.1);
            return below.1 + scaled(rise, ppm - below.0, width);
        }
        below = (computed, observed);
    }
    below.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_computed_is_never_less_observed_and_nothing_is_certain() {
        for of in [Of::Pair, Of::Group] {
            let mut before = 0;
            for ppm in (0..=1_000_000).step_by(500) {
                let now = calibrated(of, ppm);
                assert!(now >= before, "{of:?} {ppm}");
                before = now;
            }
            assert_eq!(calibrated(of, 0), 0);
            assert!((990_000..1_000_000).contains(&calibrated(of, 1_000_000)));
        }
    }
}

//! What a rival takes from a probability although the model explains it otherwise.
//!
//! A probability takes all pairs and groups into account together: a rival whose items are better explained elsewhere
//! hardly counts. But that is only as true as the other explanation, and mistakes come in twos: two payments of one amount
//! to one contact, of which little more than the days tells which is whose. So a part of what the rival alone would take
//! is taken off. What has no rival keeps its probability, and so does what is less likely than not.

use crate::arith::{Bits, PPM, odds, scaled, to_ppm};
use crate::calibrate::Of;

/// The probability, in parts per million, of what scores so much more than its best rival, if it has one.
pub(crate) fn doubted(of: Of, ppm: u32, margin: impl FnOnce() -> Option<Bits>) -> u32 {
    let likely = 2 * ppm.saturating_sub(PPM / 2);
    if likely == 0 {
        return ppm;
    }
    match margin() {
        Some(margin) => ppm - scaled(likely, taken(of, margin), PPM),
        None => ppm,
    }
}

/// The part that is taken off. Pairs of an account are all weighed against each other, so few rivals are forgotten; of
/// groups only those that a search proposed are known, which speaks less against the others.
fn taken(of: Of, margin: Bits) -> u32 {
    /// How often the other explanation is wrong, in parts per million.
    const PAIR: u32 = 20_000;
    const GROUP: u32 = 60_000;
    let (share, margin) = match of {
        Of::Pair => (PAIR, margin * 2 / 3),
        Of::Group => (GROUP, margin / 4),
    };
    scaled(share, to_ppm(1.0 / (1.0 + odds(margin))), PPM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_rival_takes_more_than_a_far_one_and_one_out_of_reach_nothing() {
        for of in [Of::Pair, Of::Group] {
            let left: Vec<u32> = (-1_000..9_000)
                .step_by(50)
                .map(|margin| doubted(of, 999_000, || Some(margin)))
                .collect();
            assert!(left.is_sorted(), "{of:?}: {left:?}");
            assert_eq!(left.last(), Some(&999_000), "{of:?}");
            let from: Vec<u32> = (0..=100).map(|part| doubted(of, part * 10_000, || Some(0))).collect();
            assert!(from.is_sorted(), "{of:?}: {from:?}");
            assert_eq!(doubted(of, 500_000, || Some(0)), 500_000);
            assert_eq!(doubted(of, 999_000, || None), 999_000);
        }
        // A rival that is as good and only explained elsewhere.
        assert_eq!(doubted(Of::Pair, 1_000_000, || Some(0)), 990_000);
        assert_eq!(doubted(Of::Group, 1_000_000, || Some(0)), 970_000);
    }
}

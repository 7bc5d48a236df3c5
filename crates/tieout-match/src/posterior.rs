//! The probability of each pair, given that a line and an entry are used once.
//!
//! Sum-product message passing on the graph of pairs (a monomer-dimer model): a line or an entry sends to each of its
//! pairs the probability of being free if that pair did not exist. On graphs without cycles the result is exact; on
//! others it is a good approximation, and `n` candidates that are alike get one `n`-th each, which is what an honest
//! answer looks like.

use crate::arith::odds;
use crate::columns::{Rows, at, set};
use crate::limits;
use crate::pairs::{PairId, Pairs};

/// Probability of each pair.
pub(crate) fn posterior(pairs: &Pairs) -> Vec<f64> {
    let weights: Vec<f64> = (0..pairs.len()).map(|pair| odds(pairs.of(pair).2)).collect();
    let mut by_line: Rows<PairId> = Rows::default();
    for line in 0..pairs.by_line.len() {
        by_line.push(pairs.of_line(line));
    }
    // What a line says to its pairs, and what an entry says.
    let mut from_lines = vec![1.0; weights.len()];
    let mut from_entries = vec![1.0; weights.len()];
    let mut rest = Vec::new();
    for _ in 0..limits::ROUNDS {
        send(&by_line, &weights, &from_entries, &mut from_lines, &mut rest);
        let change = send(&pairs.by_entry, &weights, &from_lines, &mut from_entries, &mut rest);
        // A tenth of what is told, one part per million.
        if change < 1e-7 {
            break;
        }
    }
    (0..pairs.len())
        .map(|pair| {
            let joint = at(&weights, pair) * at(&from_lines, pair) * at(&from_entries, pair);
            joint / (1.0 + joint)
        })
        .collect()
}

/// Each node tells each of its pairs how free it is without it; returns the largest change.
fn send(nodes: &Rows<PairId>, weights: &[f64], heard: &[f64], said: &mut [f64], rest: &mut Vec<f64>) -> f64 {
    let mut change = 0.0_f64;
    for node in 0..nodes.len() {
        let pairs = nodes.row(node);
        // Sums of all pairs after each one; those before are added while walking. No subtraction, no cancellation.
        rest.clear();
        let mut after = 0.0;
        for pair in pairs.iter().rev() {
            rest.push(after);
            after += at(weights, *pair) * at(heard, *pair);
        }
        let mut before = 0.0;
        for (pair, after) in pairs.iter().zip(rest.iter().rev()) {
            let free = 1.0 / (1.0 + before + after);
            change = change.max((free - at(said, *pair)).abs());
            set(said, *pair, free);
            before += at(weights, *pair) * at(heard, *pair);
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::to_ppm;
    use proptest::prelude::*;

    fn ppm(rows: &[Vec<(u32, i32)>], entries: u32) -> Vec<u32> {
        posterior(&Pairs::of_rows(rows, entries))
            .into_iter()
            .map(to_ppm)
            .collect()
    }

    #[test]
    fn equal_candidates_share_alike() {
        // One line and two entries that are alike: each gets a half, less the chance that neither is meant.
        let both = ppm(&[vec![(0, 1000), (1, 1000)]], 2);
        assert_eq!(both[0], both[1]);
        assert!((499_000..=500_000).contains(&both[0]), "{both:?}");
        // A better candidate of one line leaves the other to the second line.
        let four = ppm(&[vec![(0, 2000), (1, 1000)], vec![(0, 1000), (1, 1000)]], 2);
        assert!(four[0] > 998_000 && four[3] > 998_000, "{four:?}");
    }

    #[test]
    fn a_pair_alone_has_its_own_odds() {
        assert_eq!(ppm(&[vec![(0, 0)]], 1), [500_000]);
        assert_eq!(ppm(&[vec![(0, 200)]], 1), [800_000]);
        assert_eq!(ppm(&[vec![(0, -200)]], 1), [200_000]);
    }

    proptest! {
        #[test]
        fn nothing_is_used_more_than_once(
            rows in prop::collection::vec(prop::collection::btree_map(0_u32..5, -300_i32..3000, 0..5), 0..6)
        ) {
            let rows: Vec<Vec<(u32, i32)>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            let pairs = Pairs::of_rows(&rows, 5);
            let posterior = posterior(&pairs);
            for line in 0..pairs.by_line.len() {
                let sum: f64 = pairs.of_line(line).map(|pair| at(&posterior, pair)).sum();
                prop_assert!(sum < 1.01, "{}", sum);
            }
        }
    }
}

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
    let weights: Vec<f64> = (0..pairs.len())
        .map(|pair| odds(pairs.of(pair).2))
        .collect();
    let mut by_line: Rows<PairId> = Rows::default();
    for line in 0..pairs.by_line.len() {
        by_line.push(pairs.of_line(line));
    }
    // What a line says to its pairs, and what an entry says.
    let mut from_lines = vec![1.0; weights.len()];
    let mut from_entries = vec![1.0; weights.len()];
    let mut rest = Vec::new();
    for _ in 0..limits::ROUNDS {
        send(
            &by_line,
            &weights,
            &from_entries,
            &mut from_lines,
            &mut rest,
        );
        let change = send(
            &pairs.by_entry,
            &weights,
            &from_lines,
            &mut from_entries,
            &mut rest,
        );
        if change < 1e-9 {
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
fn send(
    nodes: &Rows<PairId>,
    weights: &[f64],
    heard: &[f64],
    said: &mut [f64],
    rest: &mut Vec<f64>,
) -> f64 {
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

//! The probability of each pair, given that a line and an entry are used once.
//!
//! Sum-product message passing on the graph of pairs (a monomer-dimer model): a line or an entry sends to each of its
//! pairs the probability of being free if that pair did not exist. On graphs without cycles the result is exact; on
//! others it is a good approximation, and `n` candidates that are alike get one `n`-th each, which is what an honest
//! answer looks like.
//!
//! Nothing is said between components, so each one is settled by itself, in as many rounds as it needs and no more. Most
//! are stars: one line with some entries that nobody else wants, or one entry likewise. There the answer is a division.

use crate::arith::odds;
use crate::columns::{Joined, Rows, at, set};
use crate::limits;
use crate::pairs::{PairId, Pairs};
use crate::roll::Position;

/// Probability of each pair.
pub(crate) fn posterior(pairs: &Pairs) -> Vec<f64> {
    let mut posterior = vec![0.0; pairs.lines.len()];
    let components = components(pairs);
    let mut local = Component::default();
    for root in 0..components.len() {
        let lines = components.row(root);
        match lines {
            [] => {}
            [line] => star(pairs, pairs.of_line(*line), &mut posterior),
            lines => {
                local.fill(pairs, lines);
                local.settle(&mut posterior);
            }
        }
    }
    posterior
}

/// Lines that share entries, directly or by others, by the first of them.
fn components(pairs: &Pairs) -> Rows<Position> {
    let lines = pairs.by_line.len();
    let mut joined = Joined::new(lines);
    for entry in 0..pairs.by_entry.len() {
        if let [first, others @ ..] = pairs.by_entry.row(entry) {
            let line = at(&pairs.lines, *first);
            for other in others {
                joined.join(line, at(&pairs.lines, *other));
            }
        }
    }
    let with_pairs = (0..lines).filter(|line| !pairs.by_line.row(*line).is_empty());
    let roots: Vec<(u32, Position)> = with_pairs.map(|line| (joined.find(line), line)).collect();
    Rows::gathered(lines, || roots.iter().copied())
}

/// The pairs of one line whose entries have no others.
fn star(pairs: &Pairs, of_line: std::ops::Range<PairId>, posterior: &mut [f64]) {
    let mut all = 1.0;
    for pair in of_line.clone() {
        let weight = odds(pairs.of(pair).2);
        set(posterior, pair, weight);
        all += weight;
    }
    for pair in of_line {
        let share = at(posterior, pair) / all;
        set(posterior, pair, share);
    }
}

/// One component, its pairs numbered from zero; the buffers are used again.
#[derive(Debug, Default)]
struct Component {
    pairs: Vec<PairId>,
    weights: Vec<f64>,
    /// Pairs of each line and of each entry.
    of_lines: Rows<u32>,
    of_entries: Rows<u32>,
    order: Vec<(Position, u32)>,
    /// What a line says to its pairs, and what an entry says.
    from_lines: Vec<f64>,
    from_entries: Vec<f64>,
    rest: Vec<f64>,
}

impl Component {
    fn fill(&mut self, pairs: &Pairs, lines: &[Position]) {
        self.pairs.clear();
        self.weights.clear();
        self.order.clear();
        self.of_lines.clear();
        self.of_entries.clear();
        for line in lines {
            let from = crate::arith::count(self.pairs.len());
            for pair in pairs.of_line(*line) {
                let (_, entry, score) = pairs.of(pair);
                self.order.push((entry, crate::arith::count(self.pairs.len())));
                self.pairs.push(pair);
                self.weights.push(odds(score));
            }
            self.of_lines.push(from..crate::arith::count(self.pairs.len()));
        }
        self.order.sort_unstable();
        for of_entry in self.order.chunk_by(|a, b| a.0 == b.0) {
            self.of_entries.push(of_entry.iter().map(|(_, pair)| *pair));
        }
        for said in [&mut self.from_lines, &mut self.from_entries] {
            said.clear();
            said.resize(self.pairs.len(), 1.0);
        }
    }

    fn settle(&mut self, posterior: &mut [f64]) {
        for _ in 0..limits::ROUNDS {
            send(
                &self.of_lines,
                &self.weights,
                &self.from_entries,
                &mut self.from_lines,
                &mut self.rest,
            );
            let change = send(
                &self.of_entries,
                &self.weights,
                &self.from_lines,
                &mut self.from_entries,
                &mut self.rest,
            );
            // A tenth of what is told, one part per million.
            if change < 1e-7 {
                break;
            }
        }
        let said = self.from_lines.iter().zip(&self.from_entries);
        for ((pair, weight), (of_line, of_entry)) in self.pairs.iter().zip(&self.weights).zip(said) {
            let joint = weight * of_line * of_entry;
            set(posterior, *pair, joint / (1.0 + joint));
        }
    }
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

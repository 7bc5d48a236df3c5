//! How often groups of each confidence were right, and the table that would make the engine honest.

use super::Cell;
use super::score::{interval, ratio};
use tieout_testkit::world::Difficulty;

/// Lower ends of the bins, in parts per million: fine where decisions are taken.
const BINS: [u32; 16] = [
    0, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000, 900_000, 950_000, 980_000, 990_000,
    995_000, 998_000, 999_000,
];

/// Prints how often groups of each confidence were right, as Markdown.
pub(crate) fn reliability(cells: &[Cell]) {
    for difficulty in Difficulty::ALL {
        let all = super::tables::sum(
            cells
                .iter()
                .filter(|cell| cell.wanted.difficulty == difficulty)
                .map(|cell| &cell.score),
        );
        if all.judged.is_empty() {
            continue;
        }
        println!(
            "\n## {}: expected calibration error {:.4} over {} groups\n",
            difficulty.name(),
            all.calibration_error(),
            all.judged.len()
        );
        println!("| confidence | groups | mean confidence | right | interval of 95 % |\n|---|--:|--:|--:|--:|");
        for (place, low) in BINS.iter().enumerate() {
            let high = BINS.get(place + 1).copied().unwrap_or(1_000_001);
            let within: Vec<_> = all
                .judged
                .iter()
                .filter(|(ppm, _)| (*low..high).contains(ppm))
                .collect();
            let right = within.iter().filter(|(_, right)| *right).count() as u64;
            let (count, sum) = (
                within.len() as u64,
                within.iter().map(|(ppm, _)| u64::from(*ppm)).sum::<u64>(),
            );
            if count > 0 {
                let (from, to) = interval(right, count);
                let mean = ratio(sum, count) / 1e6;
                println!(
                    "| {:.3} to {:.3} | {count} | {mean:.4} | {:.4} | {from:.4} to {to:.4} |",
                    f64::from(*low) / 1e6,
                    f64::from(high.min(1_000_000)) / 1e6,
                    ratio(right, count)
                );
            }
        }
    }
}

/// Fewest groups that a point of the table rests on.
const FEWEST: u64 = 150;

/// A stretch of confidences: from, to, how many groups, how many right.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Block {
    from: u32,
    to: u32,
    count: u64,
    right: u64,
}

/// Isotonic regression: neighbouring blocks are joined until the share of right ones never falls and each is large enough.
fn isotonic(judged: &[(u32, bool)]) -> Vec<Block> {
    let mut judged = judged.to_vec();
    judged.sort_unstable();
    let mut blocks: Vec<Block> = Vec::new();
    for (ppm, right) in judged {
        let right = u64::from(right);
        match blocks.last_mut() {
            // What has one confidence cannot be told apart.
            Some(last) if last.to == ppm || last.count < FEWEST => {
                *last = Block {
                    to: ppm,
                    count: last.count + 1,
                    right: last.right + right,
                    ..*last
                }
            }
            _ => blocks.push(Block {
                from: ppm,
                to: ppm,
                count: 1,
                right,
            }),
        }
        while let [.., a, b] = blocks.as_slice()
            && b.count >= FEWEST
            && a.right * b.count >= b.right * a.count
        {
            let joined = Block {
                from: a.from,
                to: b.to,
                count: a.count + b.count,
                right: a.right + b.right,
            };
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    blocks
}

/// Points of what the engine says now and what it should say.
fn points(blocks: &[Block]) -> Vec<(u32, u32)> {
    let mut points = vec![(0, 0)];
    for block in blocks {
        // As if half a group more had been wrong: nothing is certain.
        let observed = ratio(block.right * 2, block.count * 2 + 1) * 1e6;
        let middle = block.from.midpoint(block.to);
        if points.last().is_some_and(|last| last.0 < middle) {
            points.push((middle, observed.round() as u32));
        }
    }
    points
}

/// Prints the tables of the engine: of what was computed, how much was right.
pub(crate) fn fit(cells: &[Cell]) {
    let all = super::tables::sum(cells.iter().map(|cell| &cell.score));
    for (name, pairs) in [("PAIRS", true), ("GROUPS", false)] {
        let of_kind = all.computed.iter().filter(|(is_pair, ..)| *is_pair == pairs);
        let judged: Vec<(u32, bool)> = of_kind.map(|(_, computed, _, right)| (*computed, *right)).collect();
        println!("\nconst {name}: &Points = &[");
        for (computed, observed) in points(&isotonic(&judged)) {
            println!("    ({computed}, {observed}),");
        }
        println!("];");
    }
}

/// Prints `crates/tieout-match/src/reliability.csv`: of what nothing held back, how much of each confidence was wrong.
pub(crate) fn table(cells: &[Cell]) {
    /// From where the rows begin: fine where thresholds are.
    const EDGES: [u32; 16] = [
        300_000, 500_000, 700_000, 800_000, 900_000, 950_000, 970_000, 980_000, 985_000, 990_000, 992_500, 995_000,
        997_000, 998_000, 999_000, 999_500,
    ];
    let all = super::tables::sum(cells.iter().map(|cell| &cell.score));
    let judged = all
        .computed
        .iter()
        .map(|(_, _, confidence, right)| (*confidence, *right));
    let model = tieout_match::Model::new(&tieout_match::Prior::default());
    let table = tieout_match::error_rate::Reliability::measured(model.version(), &EDGES, judged);
    println!("\n{}", table.to_text());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_never_fall_and_hold_everything() {
        let judged: Vec<(u32, bool)> = (0..4_000)
            .map(|number| (number * 250, number % 7 != 0 || number > 3_000))
            .collect();
        let blocks = isotonic(&judged);
        assert_eq!(blocks.iter().map(|block| block.count).sum::<u64>(), 4_000);
        assert!(blocks.len() >= 2);
        assert!(
            blocks
                .windows(2)
                .all(|pair| ratio(pair[0].right, pair[0].count) <= ratio(pair[1].right, pair[1].count))
        );
    }
}

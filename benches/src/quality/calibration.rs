//! How often groups of each confidence were right, and the table that would make the engine honest.

use super::Cell;
use super::score::{interval, ratio};
use anyhow::{Context, Result};
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

/// Prints the table of the engine: what it computes now, through the table in force, to what was observed.
pub(crate) fn fit(cells: &[Cell]) -> Result<()> {
    let all = super::tables::sum(cells.iter().map(|cell| &cell.score));
    let points = points(&isotonic(&all.judged));
    let now = in_force(include_str!("../../../crates/tieout-match/src/calibrate.rs"))?;
    println!("\nconst TABLE: [(u32, u32); {}] = [", points.len());
    for (said, observed) in points {
        println!("    ({}, {observed}),", before(&now, said));
    }
    println!("];");
    Ok(())
}

/// The table in the engine's source.
fn in_force(source: &str) -> Result<Vec<(u32, u32)>> {
    let table = source
        .split("const TABLE")
        .nth(1)
        .and_then(|rest| rest.split("];").next())
        .context("no table in calibrate.rs")?;
    let body = table.split_once("= [").context("no table in calibrate.rs")?.1;
    let pair = |text: &str| {
        let (computed, observed) = text.trim().trim_start_matches('(').split_once(',')?;
        Some((
            computed.trim().replace('_', "").parse().ok()?,
            observed.trim().replace('_', "").parse().ok()?,
        ))
    };
    body.split(')')
        .filter(|text| text.contains('('))
        .map(|text| pair(text.trim().trim_start_matches(',')).context("a pair of the table"))
        .collect()
}

/// What was computed where the table in force says `said`.
fn before(table: &[(u32, u32)], said: u32) -> u32 {
    let mut below = (0, 0);
    for (computed, observed) in table {
        if said <= *observed {
            let (width, rise) = (u64::from(observed - below.1), u64::from(computed - below.0));
            let part = u64::from(said - below.1) * rise / width.max(1);
            return below.0 + u32::try_from(part).unwrap_or(0);
        }
        below = (*computed, *observed);
    }
    1_000_000
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

    #[test]
    fn the_table_in_force_is_found_and_turned_round() {
        let table = in_force(
            "const TABLE: [(u32, u32); 3] = [\n    (0, 0),\n    (500_000, 400_000),\n    (1_000_000, 900_000),\n];",
        )
        .unwrap();
        assert_eq!(table, [(0, 0), (500_000, 400_000), (1_000_000, 900_000)]);
        assert_eq!(
            [200_000, 400_000, 650_000, 950_000].map(|said| before(&table, said)),
            [250_000, 500_000, 750_000, 1_000_000]
        );
        assert!(
            in_force(include_str!("../../../crates/tieout-match/src/calibrate.rs"))
                .unwrap()
                .len()
                > 2
        );
    }
}

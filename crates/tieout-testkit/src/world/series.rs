//! Fills the period with business until the bank has as many lines as wanted.

use super::business::Kind;
use super::events;
use super::making::Making;

/// Rounds without a new line after which a business has nothing more to do.
const PATIENCE: usize = 10_000;

pub(super) fn fill(making: &mut Making, lines: usize) {
    let total: u64 = making.business.mix.iter().map(|(_, weight)| weight).sum();
    let (start, end) = (making.start, making.end());
    let (mut within, mut seen, mut idle) = (0, 0, 0);
    while within < lines && idle < PATIENCE {
        let kind = chosen(making, total);
        events::happen(making, kind);
        let new = &making.lines[seen..];
        let inside = new.iter().filter(|line| (start..=end).contains(&line.date)).count();
        seen = making.lines.len();
        within += inside;
        idle = if inside > 0 { 0 } else { idle + 1 };
    }
}

fn chosen(making: &mut Making, total: u64) -> Kind {
    let mut left = making.dice.below(total);
    for (kind, weight) in making.business.mix {
        if left < *weight {
            return *kind;
        }
        left -= weight;
    }
    Kind::Bill
}

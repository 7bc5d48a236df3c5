//! Payouts of processors whose fee follows no structure that could be learnt: few payouts, or a fee of another kind.
//!
//! The sum does not fit, so what speaks for such a group is: all entries of whole days, of the contact that the line
//! names, and a fee of about the same part of the gross as in this contact's other payouts. That is enough for a
//! suggestion, never for more: a day too many, or a sale too few, would pass as well.

use super::bundle::Draft;
use super::{Bench, within};
use crate::arith::log2_ratio;
use crate::columns::at;
use crate::outcome::{Reason, ResidualKind};
use crate::roll::Position;

/// Days before a payout from which sales are taken.
const BEFORE: i32 = 14;
/// Days that one payout may cover.
const DAYS: i32 = 5;
/// Rates this near to one another, in millionths, agree.
const AGREE: u32 = 4_000;

/// A possible payout.
struct Payout {
    line: Position,
    entries: Vec<Position>,
    /// Fee in millionths of the gross.
    rate: u32,
    /// The line shows the day of the sales.
    day_shown: bool,
}

/// Proposes bundles of one contact's sales and payouts.
pub(super) fn propose(bench: &mut Bench<'_>, lines: &[Position], sales: &[Position]) {
    let mut payouts = Vec::new();
    for line in lines {
        of_line(bench, *line, sales, &mut payouts);
    }
    let (usual, agreeing) = usual_rate(&payouts);
    for payout in payouts {
        let limit = bench.judge.settings.max_fee_per_mille.saturating_mul(1_000);
        let apart = payout.rate.abs_diff(usual).max(500);
        // The nearer to the usual rate, the less likely by chance; one payout alone agrees only with itself.
        let near = if agreeing > 1 {
            log2_ratio(u64::from(limit), u64::from(apart)).min(600)
        } else {
            0
        };
        let unusual = if agreeing > 2 && apart > AGREE * 2 { -300 } else { 0 };
        let draft = Draft {
            lines: vec![payout.line],
            entries: payout.entries,
            residual: Some((ResidualKind::Fee, None)),
            prior: -100,
            tries: 200,
            sum: Some(350),
            coherence: near + unusual + i32::from(payout.day_shown) * 350,
            by_name: true,
            unproven: true,
            ..Draft::default()
        };
        bench.propose(draft, Reason::SharedContact);
    }
}

fn of_line(bench: &Bench<'_>, line: Position, sales: &[Position], payouts: &mut Vec<Payout>) {
    let (lines, entries) = (&bench.judge.books.lines, &bench.judge.books.entries);
    let (account, day) = (at(&lines.accounts, line), lines.day(line));
    let days = (day.saturating_sub(BEFORE), day.saturating_add(1));
    let pool = within(entries, sales, account, days);
    let by_day: Vec<&[Position]> = pool.chunk_by(|a, b| entries.day(*a) == entries.day(*b)).collect();
    let net = i128::from(lines.amount(line));
    let most = i128::from(bench.judge.settings.max_fee_per_mille);
    for first in 0..by_day.len() {
        let mut chosen: Vec<Position> = Vec::new();
        let mut gross = 0_i128;
        let mut from = None;
        for of_day in by_day.iter().skip(first) {
            let day = of_day.first().map_or(0, |entry| entries.day(*entry));
            if day.saturating_sub(*from.get_or_insert(day)) >= DAYS {
                break;
            }
            chosen.extend_from_slice(of_day);
            gross += of_day
                .iter()
                .map(|entry| i128::from(entries.amount(*entry)))
                .sum::<i128>();
            let fee = gross - net;
            if chosen.len() > 1 && fee > 0 && fee * 1000 <= gross.abs() * most {
                let rate = u32::try_from(fee * 1_000_000 / gross.abs().max(1)).unwrap_or(u32::MAX);
                let day_shown = bench.judge.shows_day(line, day);
                payouts.push(Payout {
                    line,
                    entries: chosen.clone(),
                    rate,
                    day_shown,
                });
            }
        }
    }
}

/// The rate that agrees with most lines, and with how many.
fn usual_rate(payouts: &[Payout]) -> (u32, u32) {
    /// More payouts than this show nothing new about a rate.
    const SAMPLE: usize = 300;
    // An even sample over time.
    let step = payouts.len().div_ceil(SAMPLE).max(1);
    let sample = payouts.iter().step_by(step);
    let mut rates: Vec<(u32, Position)> = sample.map(|payout| (payout.rate, payout.line)).collect();
    rates.sort_unstable();
    let agreeing = |rate: u32| {
        let near = rates.iter().filter(|(other, _)| other.abs_diff(rate) <= AGREE);
        let mut lines: Vec<Position> = near.map(|(_, line)| *line).collect();
        lines.sort_unstable();
        lines.dedup();
        crate::arith::count(lines.len())
    };
    let best: Vec<(u32, u32)> = rates.iter().map(|(rate, _)| (agreeing(*rate), *rate)).collect();
    let most = best.iter().map(|(lines, _)| *lines).max().unwrap_or(0);
    // Of the rates with the most support, the middle one.
    let supported: Vec<u32> = best
        .iter()
        .filter(|(lines, _)| *lines == most)
        .map(|(_, rate)| *rate)
        .collect();
    (supported.get(supported.len() / 2).copied().unwrap_or(0), most)
}

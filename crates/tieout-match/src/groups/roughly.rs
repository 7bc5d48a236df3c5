//! Payouts of processors whose fee follows no structure that could be learnt: few payouts, or a fee of another kind.
//!
//! The sum does not fit, so what speaks for such a group is: all entries of whole days, of the contact that the line
//! names, and a fee of about the same part of the gross as in this contact's other payouts. That is enough for a
//! suggestion, never for more: a day too many, or a sale too few, would pass as well.

use super::Bench;
use super::bundle::Draft;
use super::sales::Sales;
use crate::arith::{Bits, count, log2_ratio};
use crate::columns::at;
use crate::outcome::{Reason, ResidualKind};
use crate::roll::Position;
use std::ops::Range;

/// Days that one payout may cover.
const DAYS: i32 = 5;
/// How much less usual a fee is of which no other payouts tell.
const ALONE: Bits = 400;
/// Rates this near to one another, in millionths, agree.
const AGREE: u32 = 4_000;

/// A possible payout.
struct Payout {
    line: Position,
    /// Its sales, by their places.
    run: Range<usize>,
    /// Fee in millionths of the gross.
    rate: u32,
    /// The line shows the day of the sales.
    day_shown: bool,
}

/// Proposes bundles of one contact's sales and payouts.
pub(super) fn propose(bench: &mut Bench<'_>, lines: &[Position], sales: &[Position]) {
    let mut payouts = Vec::new();
    let sales = Sales::new(&bench.judge.books.entries, sales, i128::from);
    for line in lines {
        of_line(bench, *line, &sales, &mut payouts);
    }
    let (usual, agreeing) = usual_rate(&payouts);
    for payout in payouts {
        // A step is a sale that is weighed; what they do not last for is not proposed.
        let entries = sales.of(&payout.run);
        let Some(left) = bench.payout_steps.checked_sub(u64::from(count(entries.len()))) else {
            break;
        };
        bench.payout_steps = left;
        let limit = bench.judge.settings.max_fee_per_mille.saturating_mul(1_000);
        let apart = payout.rate.abs_diff(usual).max(500);
        // The nearer to the usual rate, the less likely by chance; one payout alone agrees only with itself.
        let near = if agreeing > 1 {
            log2_ratio(u64::from(limit), u64::from(apart)).min(600)
        } else {
            0
        };
        // Without others of that rate it is any fee at all, and what is paid out has none.
        let alone = if agreeing > 2 { 0 } else { ALONE };
        let unusual = if agreeing > 2 && apart > AGREE * 2 { -300 } else { 0 };
        let draft = Draft {
            lines: vec![payout.line],
            entries: entries.to_vec(),
            residual: Some((ResidualKind::Fee, None)),
            prior: -100 - alone,
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

fn of_line(bench: &Bench<'_>, line: Position, sales: &Sales<'_>, payouts: &mut Vec<Payout>) {
    let (lines, entries) = (&bench.judge.books.lines, &bench.judge.books.entries);
    let net = i128::from(lines.amount(line));
    let most = i128::from(bench.judge.settings.max_fee_per_mille);
    for run in sales.runs(at(&lines.accounts, line), lines.day(line)) {
        let day = |item: Option<&Position>| item.map_or(0, |item| entries.day(*item));
        let (first, last) = (day(sales.of(&run).first()), day(sales.of(&run).last()));
        let gross = sales.sum(&run);
        let fee = gross - net;
        let fits = last - first < DAYS && run.len() > 1 && fee > 0 && fee * 1000 <= gross.abs() * most;
        if fits {
            payouts.push(Payout {
                line,
                run,
                rate: u32::try_from(fee * 1_000_000 / gross.abs().max(1)).unwrap_or(u32::MAX),
                day_shown: bench.judge.shows_day(line, last),
            });
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
        count(lines.len())
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

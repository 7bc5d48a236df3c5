//! Payouts of processors: what was sold on some days, less a fee.
//!
//! The sum does not fit, so the proof is in the structure: all entries of whole days, of the contact that the line names,
//! and a fee of the same part of the gross as in this contact's other payouts. The part is learnt from the payouts
//! themselves: the rate on which most of them agree.

use super::bundle::Draft;
use super::contact::named;
use super::{Bench, within};
use crate::arith::log2_ratio;
use crate::columns::{Rows, at};
use crate::outcome::{Reason, ResidualKind};
use crate::roll::Position;
use std::collections::BTreeMap;

/// Days before a payout from which sales are taken.
const BEFORE: i32 = 14;
/// Days that one payout may cover.
const DAYS: i32 = 5;
/// Rates this near to one another, in millionths, agree.
const AGREE: u32 = 4_000;

/// A possible payout.
struct Payout {
    line: Position,
    contact: u32,
    entries: Vec<Position>,
    /// Fee in millionths of the gross.
    rate: u32,
    /// The line shows the day of the sales.
    day_shown: bool,
}

/// Proposes bundles of sales and payouts.
pub(crate) fn propose(bench: &mut Bench<'_>, contacts: &Rows<Position>) {
    let books = bench.judge.books;
    let mut payouts = Vec::new();
    for line in books.lines.positions() {
        if at(&bench.open.lines, line) && books.lines.amount(line) != 0 {
            for contact in named(bench, line) {
                of_contact(bench, line, contact, contacts, &mut payouts);
            }
        }
    }
    let rates = usual_rates(&payouts);
    for payout in payouts {
        let (usual, agreeing) = rates.get(&payout.contact).copied().unwrap_or((0, 0));
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
            cut_short: false,
            by_name: true,
        };
        bench.propose(draft, Reason::SharedContact);
    }
}

fn of_contact(bench: &Bench<'_>, line: Position, contact: u32, contacts: &Rows<Position>, payouts: &mut Vec<Payout>) {
    let (lines, entries) = (&bench.judge.books.lines, &bench.judge.books.entries);
    let (account, day) = (at(&lines.accounts, line), lines.day(line));
    let days = (day.saturating_sub(BEFORE), day.saturating_add(1));
    let pool = within(entries, contacts.row(contact), account, days);
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
                    contact,
                    entries: chosen.clone(),
                    rate,
                    day_shown,
                });
            }
        }
    }
}

/// For each contact the rate that agrees with most lines, and with how many.
fn usual_rates(payouts: &[Payout]) -> BTreeMap<u32, (u32, u32)> {
    /// More payouts than this show nothing new about a rate.
    const SAMPLE: usize = 300;
    let mut by_contact: BTreeMap<u32, Vec<(u32, Position)>> = BTreeMap::new();
    for payout in payouts {
        by_contact
            .entry(payout.contact)
            .or_default()
            .push((payout.rate, payout.line));
    }
    by_contact
        .into_iter()
        .map(|(contact, mut rates)| {
            // An even sample over time.
            let step = rates.len().div_ceil(SAMPLE).max(1);
            rates = rates.into_iter().step_by(step).collect();
            rates.sort_unstable();
            let best = rates
                .iter()
                .map(|(rate, _)| {
                    let mut lines: Vec<Position> = rates
                        .iter()
                        .filter(|(other, _)| other.abs_diff(*rate) <= AGREE)
                        .map(|(_, line)| *line)
                        .collect();
                    lines.sort_unstable();
                    lines.dedup();
                    (crate::arith::count(lines.len()), *rate)
                })
                .collect::<Vec<_>>();
            let most = best.iter().map(|(lines, _)| *lines).max().unwrap_or(0);
            // Of the rates with the most support, the middle one.
            let supported: Vec<u32> = best
                .iter()
                .filter(|(lines, _)| *lines == most)
                .map(|(_, rate)| *rate)
                .collect();
            let middle = supported.get(supported.len() / 2).copied().unwrap_or(0);
            (contact, (middle, most))
        })
        .collect()
}

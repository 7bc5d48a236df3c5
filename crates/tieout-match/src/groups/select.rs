//! Which bundles are kept: the heaviest first, unless the pairs that it would break up weigh more.

use super::bundle::Bundle;
use crate::arith::{Bits, PPM, count, log2_ratio, odds, to_ppm};
use crate::columns::{Rows, SharedRows, at, set};
use crate::roll::Position;
use crate::settle::Settled;

/// A bundle that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) bundle: Bundle,
    /// Probability in parts per million, before calibration.
    pub(crate) ppm: u32,
    /// Score of the best alternative.
    pub(crate) runner_up: Option<Bits>,
    /// Other bundles of nearly the same score claim some of its items.
    pub(crate) ambiguous: bool,
    /// How many other bundles and pairs claim one of its items.
    pub(crate) rivals: u32,
}

/// Explaining one more item is worth this much against leaving it open.
const PER_ITEM: Bits = 150;
/// A rival within this distance makes the choice ambiguous.
const CLOSE: Bits = 300;

/// Chooses among bundles; each item is in one of them at most.
pub(crate) fn select(mut bundles: Vec<Bundle>, settled: &Settled) -> Vec<Kept> {
    bundles.sort_by(|a, b| {
        weight(b)
            .cmp(&weight(a))
            .then_with(|| (&a.lines, &a.entries).cmp(&(&b.lines, &b.entries)))
    });
    leave_twins(&mut bundles, settled);
    let claims = Claims::new(&bundles, settled);
    let mut taken_lines = vec![false; settled.classes.lines.len()];
    let mut taken_entries = vec![false; settled.classes.entries.len()];
    let mut kept = Vec::new();
    for (index, bundle) in bundles.iter().enumerate() {
        let free = bundle.lines.iter().all(|line| !at(&taken_lines, *line))
            && bundle.entries.iter().all(|entry| !at(&taken_entries, *entry));
        let broken = broken_pairs(bundle, settled);
        if !free || broken.0.max(broken.1.unwrap_or(0)) >= weight(bundle) {
            continue;
        }
        for line in &bundle.lines {
            set(&mut taken_lines, *line, true);
        }
        for entry in &bundle.entries {
            set(&mut taken_entries, *entry, true);
        }
        kept.push(judge(&bundles, index, bundle, &claims, broken));
    }
    kept
}

/// Twins stand for one another: of bundles that differ in twins only, one is enough.
fn leave_twins(bundles: &mut Vec<Bundle>, settled: &Settled) {
    let mut seen = SharedRows::default();
    let mut row: Vec<u32> = Vec::new();
    bundles.retain(|bundle| {
        row.clear();
        row.extend(bundle.lines.iter().map(|line| at(&settled.classes.lines, *line)));
        row.sort_unstable();
        let lines = row.len();
        row.extend(bundle.entries.iter().map(|entry| at(&settled.classes.entries, *entry)));
        row.get_mut(lines..).unwrap_or_default().sort_unstable();
        let next = seen.classes();
        seen.intern(&row, count(lines)) == next
    });
}

fn weight(bundle: &Bundle) -> Bits {
    let items = i32::try_from(bundle.lines.len() + bundle.entries.len()).unwrap_or(0);
    bundle.weights.total() + PER_ITEM * (items - 2).min(20)
}

/// What it costs to keep the bundle's items out of pairs with others, and the best score of a pair within the bundle,
/// which would leave the rest of it open.
fn broken_pairs(bundle: &Bundle, settled: &Settled) -> (Bits, Option<Bits>) {
    let pairs = &settled.pairs;
    let mut best = None;
    let mut cost = 0;
    for line in &bundle.lines {
        let mut outside = 0.0;
        for pair in pairs.of_line(*line) {
            let (_, entry, score) = pairs.of(pair);
            if bundle.entries.binary_search(&entry).is_ok() {
                best = best.max(Some(score));
            } else {
                outside += at(&settled.posterior, pair);
            }
        }
        cost += unlikely(outside);
    }
    for entry in &bundle.entries {
        let of_entry = pairs.by_entry.row(*entry).iter();
        let outside = of_entry.filter(|pair| bundle.lines.binary_search(&pairs.of(**pair).0).is_err());
        cost += unlikely(outside.map(|pair| at(&settled.posterior, *pair)).sum());
    }
    (cost, best)
}

/// log2 of how unlikely it is that something of this probability is not so.
fn unlikely(probability: f64) -> Bits {
    let open = PPM.saturating_sub(to_ppm(probability)).max(1);
    log2_ratio(u64::from(PPM), u64::from(open))
}

/// Probability of a bundle against its rivals: other bundles that claim one of its items, and the broken pairs.
fn judge(bundles: &[Bundle], index: usize, bundle: &Bundle, claims: &Claims, broken: (Bits, Option<Bits>)) -> Kept {
    let own = bundle.weights.total();
    // Rivals are compared with what they explain, on the scale of this bundle.
    let more = weight(bundle) - own;
    let of_pairs = (broken.0 > 0).then_some(broken.0).into_iter().chain(broken.1);
    let of_bundles = claims
        .rivals(bundle, index)
        .into_iter()
        .filter_map(|rival| bundles.get(rival))
        .map(weight);
    let mut against = 1.0;
    let mut best: Option<Bits> = None;
    let mut rivals = 0_u32;
    for score in of_pairs.chain(of_bundles).map(|score| score - more) {
        against += odds(score);
        best = best.max(Some(score));
        rivals += 1;
    }
    let own_odds = odds(own);
    Kept {
        bundle: bundle.clone(),
        ppm: to_ppm(own_odds / (own_odds + against)),
        runner_up: best,
        ambiguous: best.is_some_and(|best| own - best < CLOSE),
        rivals,
    }
}

/// Which bundles claim an item.
struct Claims {
    lines: Rows<u32>,
    entries: Rows<u32>,
}

impl Claims {
    fn new(bundles: &[Bundle], settled: &Settled) -> Self {
        let of = |items: fn(&Bundle) -> &[Position], all: usize| {
            Rows::gathered(count(all), || {
                let numbered = bundles.iter().zip(0_u32..);
                numbered.flat_map(move |(bundle, number)| items(bundle).iter().map(move |item| (*item, number)))
            })
        };
        Self {
            lines: of(|bundle| &bundle.lines, settled.classes.lines.len()),
            entries: of(|bundle| &bundle.entries, settled.classes.entries.len()),
        }
    }

    fn rivals(&self, bundle: &Bundle, own: usize) -> Vec<usize> {
        let of_lines = bundle.lines.iter().map(|line| self.lines.row(*line));
        let of_entries = bundle.entries.iter().map(|entry| self.entries.row(*entry));
        let mut rivals: Vec<usize> = of_lines
            .chain(of_entries)
            .flatten()
            .filter_map(|number| usize::try_from(*number).ok())
            .filter(|number| *number != own)
            .collect();
        rivals.sort_unstable();
        rivals.dedup();
        rivals
    }
}

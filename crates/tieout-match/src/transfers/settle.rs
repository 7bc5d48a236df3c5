//! Which transfers stand: a leg is in one at most.
//!
//! Probabilities under that condition are passed as messages between legs, as for pairs of a line and an entry
//! (`posterior.rs`): exact where legs form no circle, and `n` candidates that are alike get one `n`-th each. Legs that say the
//! same on the same day stand for each other: of as many on either side the first goes with the first and so on, and what is
//! divided among others is added up again.

use super::OwnAccount;
use super::legs::{Card, LegId, Legs};
use super::profile::Profiles;
use super::weigh::{Edge, degrees, is_undisputed};
use crate::arith::{PPM, odds, to_ppm};
use crate::columns::{Rows, at, set};
use crate::hashing::Map;
use crate::limits;
use crate::outcome::{HeldBack, Tier};

/// No probability of a transfer is taken for surer: what nobody has counted is not known better.
const MOST_PPM: u32 = 999_500;
/// A transfer stands by itself if it is likelier than not.
const STANDS_PPM: u32 = 500_000;

/// A transfer that is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub(super) out: LegId,
    pub(super) into: LegId,
    pub(super) ppm: u32,
    pub(super) tier: Tier,
    pub(super) held_back: Option<HeldBack>,
    pub(super) alternatives: u32,
}

/// Legs that stand for each other, on both sides, and how many transfers between them are expected.
#[derive(Debug, Default)]
struct Block {
    expected: f64,
    outs: Vec<LegId>,
    intos: Vec<LegId>,
}

/// Chooses among all pairs.
pub(super) fn choose(accounts: &[OwnAccount<'_>], legs: &Legs, profiles: &Profiles, edges: &[Edge]) -> Vec<Chosen> {
    let classes = classes(legs, profiles);
    let edges = &in_step(&classes, edges);
    let posterior = posterior(legs, edges);
    let mut blocks: Map<(u32, u32), Block> = Map::default();
    for (edge, probability) in edges.iter().zip(&posterior) {
        let key = (at(&classes, edge.out), at(&classes, edge.into));
        let block = blocks.entry(key).or_default();
        block.expected += probability;
        block.outs.push(edge.out);
        block.intos.push(edge.into);
    }
    let mut of_block: Map<(u32, u32), u32> = Map::default();
    for (key, block) in &mut blocks {
        for members in [&mut block.outs, &mut block.intos] {
            members.sort_unstable();
            members.dedup();
        }
        let pairs = crate::arith::count(block.outs.len().min(block.intos.len()));
        of_block.insert(*key, to_ppm(block.expected / f64::from(pairs.max(1))).min(MOST_PPM));
    }
    let degree = degrees(legs, edges);
    let ppm_of = |edge: &Edge| {
        let key = (at(&classes, edge.out), at(&classes, edge.into));
        of_block.get(&key).copied().unwrap_or(0)
    };
    let mut order: Vec<(u32, &Edge)> = edges.iter().map(|edge| (ppm_of(edge), edge)).collect();
    order.sort_by_key(|(ppm, edge)| (std::cmp::Reverse(*ppm), edge.out, edge.into));
    let mut used = vec![false; usize::try_from(legs.len()).unwrap_or(0)];
    let mut chosen = Vec::new();
    for (ppm, edge) in order {
        let limits = thresholds(accounts, legs, edge);
        if ppm < limits.1 || at(&used, edge.out) || at(&used, edge.into) {
            continue;
        }
        if ppm >= STANDS_PPM {
            set(&mut used, edge.out, true);
            set(&mut used, edge.into, true);
        }
        let held_back = if ppm < STANDS_PPM {
            Some(HeldBack::Ambiguous)
        } else if !edge.has_reason {
            Some(HeldBack::Unproven)
        } else if is_undisputed(legs, edge) {
            None
        } else {
            Some(HeldBack::Ambiguous)
        };
        let is_automatic = held_back.is_none() && ppm >= limits.0;
        chosen.push(Chosen {
            out: edge.out,
            into: edge.into,
            ppm: if held_back.is_some() {
                ppm.min(limits.0.saturating_sub(1))
            } else {
                ppm
            },
            tier: if is_automatic { Tier::Automatic } else { Tier::Suggested },
            held_back,
            alternatives: at(&degree, edge.out) + at(&degree, edge.into) - 2,
        });
    }
    chosen.sort_by_key(|chosen| (legs.card(chosen.out).day, chosen.out, chosen.into));
    chosen
}

/// Automatic from, suggested from: the stricter of both accounts.
fn thresholds(accounts: &[OwnAccount<'_>], legs: &Legs, edge: &Edge) -> (u32, u32) {
    let of = |id: LegId| {
        let own = accounts.get(usize::from(legs.card(id).account));
        own.map_or((PPM, PPM), |own| {
            (own.settings.automatic_ppm, own.settings.suggested_ppm)
        })
    };
    let (a, b) = (of(edge.out), of(edge.into));
    (a.0.max(b.0), a.1.max(b.1))
}

/// Legs that say the same of the same day, by the first of them.
fn classes(legs: &Legs, profiles: &Profiles) -> Vec<u32> {
    let mut first: Map<(Card, &[u32]), LegId> = Map::default();
    let class = |id: LegId| *first.entry((legs.card(id), profiles.tokens(id))).or_insert(id);
    legs.ids().map(class).collect()
}

/// Without the pairs that only exchange legs which stand for each other: of as many on either side, each goes with the one of
/// its own place.
fn in_step(classes: &[u32], edges: &[Edge]) -> Vec<Edge> {
    let mut sizes: Map<u32, u32> = Map::default();
    let mut places = Vec::with_capacity(classes.len());
    for class in classes {
        let size = sizes.entry(*class).or_default();
        places.push(*size);
        *size += 1;
    }
    let size = |id: LegId| sizes.get(&at(classes, id)).copied().unwrap_or(0);
    let kept = |edge: &&Edge| size(edge.out) != size(edge.into) || at(&places, edge.out) == at(&places, edge.into);
    edges.iter().filter(kept).copied().collect()
}

/// The probability of each pair, given that a leg is in one at most.
fn posterior(legs: &Legs, edges: &[Edge]) -> Vec<f64> {
    let weights: Vec<f64> = edges.iter().map(|edge| odds(edge.score)).collect();
    let numbered = || (0_u32..).zip(edges);
    let of_outs: Rows<u32> = Rows::gathered(legs.len(), || numbered().map(|(place, edge)| (edge.out, place)));
    let of_intos: Rows<u32> = Rows::gathered(legs.len(), || numbered().map(|(place, edge)| (edge.into, place)));
    let mut from_outs = vec![1.0_f64; edges.len()];
    let mut from_intos = vec![1.0_f64; edges.len()];
    for _ in 0..limits::ROUNDS {
        send(&of_outs, &weights, &from_intos, &mut from_outs);
        let change = send(&of_intos, &weights, &from_outs, &mut from_intos);
        if change < 1e-7 {
            break;
        }
    }
    let said = from_outs.iter().zip(&from_intos);
    let joint = weights
        .iter()
        .zip(said)
        .map(|(weight, (out, into))| weight * out * into);
    joint.map(|joint| joint / (1.0 + joint)).collect()
}

/// Each leg tells each of its pairs how free it is without it; returns the largest change.
fn send(legs: &Rows<u32>, weights: &[f64], heard: &[f64], said: &mut [f64]) -> f64 {
    let mut change = 0.0_f64;
    for leg in 0..legs.len() {
        let pairs = legs.row(leg);
        let asked = |pair: u32| at(weights, pair) * at(heard, pair);
        for (place, pair) in pairs.iter().enumerate() {
            // Few pairs of a leg: adding up the others is cheaper than being careful with differences.
            let others = pairs.iter().enumerate().filter(|(other, _)| *other != place);
            let rest: f64 = others.map(|(_, other)| asked(*other)).sum();
            let free = 1.0 / (1.0 + rest);
            change = change.max((free - at(said, *pair)).abs());
            set(said, *pair, free);
        }
    }
    change
}

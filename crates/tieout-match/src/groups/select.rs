//! Which bundles are kept: the heaviest first, unless the pairs that it would break up weigh more, or other bundles that it
//! stands in the way of.

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
/// Bundles that are looked at for what two would leave.
const MOST_EXCHANGED: usize = 64;
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
    let broken: Vec<Broken> = bundles.iter().map(|bundle| broken_pairs(bundle, settled)).collect();
    let eligible = |(bundle, broken): (&Bundle, &Broken)| broken.0.max(broken.1.unwrap_or(0)) < weight(bundle);
    let eligible: Vec<bool> = bundles.iter().zip(&broken).map(eligible).collect();
    let sizes = (settled.classes.lines.len(), settled.classes.entries.len());
    let choice = Choice {
        claims: Claims::new(&bundles, sizes),
        bundles: &bundles,
        eligible: &eligible,
    };
    let mut taken = Taken::new(sizes);
    for (index, bundle) in bundles.iter().enumerate() {
        if at_place(&eligible, index) && taken.of(bundle).is_empty() {
            taken.set(bundle, Some(index));
        }
    }
    choice.improve(&mut taken);
    let kept = bundles.iter().zip(&broken).enumerate();
    kept.filter(|(index, (bundle, _))| taken.has(*index, bundle))
        .map(|(index, (bundle, broken))| choice.judge((index, bundle), &taken, *broken))
        .collect()
}

fn at_place(flags: &[bool], place: usize) -> bool {
    flags.get(place).copied().unwrap_or(false)
}

/// Which bundle has each item.
struct Taken {
    lines: Vec<Option<usize>>,
    entries: Vec<Option<usize>>,
}

impl Taken {
    /// Nothing, of so many lines and entries.
    fn new((lines, entries): (usize, usize)) -> Self {
        Self {
            lines: vec![None; lines],
            entries: vec![None; entries],
        }
    }

    /// Gives a bundle its items, or takes them away.
    fn set(&mut self, bundle: &Bundle, to: Option<usize>) {
        for line in &bundle.lines {
            set(&mut self.lines, *line, to);
        }
        for entry in &bundle.entries {
            set(&mut self.entries, *entry, to);
        }
    }

    /// The bundle of that number has its items.
    fn has(&self, number: usize, bundle: &Bundle) -> bool {
        bundle
            .lines
            .first()
            .is_some_and(|line| at(&self.lines, *line) == Some(number))
    }

    /// The kept bundles that have one of its items.
    fn of(&self, bundle: &Bundle) -> Vec<usize> {
        let of_lines = bundle.lines.iter().map(|line| at(&self.lines, *line));
        let of_entries = bundle.entries.iter().map(|entry| at(&self.entries, *entry));
        let mut of: Vec<usize> = of_lines.chain(of_entries).flatten().collect();
        of.sort_unstable();
        of.dedup();
        of
    }
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

/// What it costs to keep a bundle's items out of pairs with others, and the best score of a pair within it.
type Broken = (Bits, Option<Bits>);

/// What it costs to keep the bundle's items out of pairs with others, and the best score of a pair within the bundle,
/// which would leave the rest of it open.
fn broken_pairs(bundle: &Bundle, settled: &Settled) -> Broken {
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

/// The bundles to choose from, heaviest first.
struct Choice<'b> {
    bundles: &'b [Bundle],
    /// Those that weigh more than the pairs that they break up.
    eligible: &'b [bool],
    claims: Claims,
}

impl Choice<'_> {
    /// Gives up a kept bundle where others, which it alone stands in the way of, weigh more together.
    fn improve(&self, taken: &mut Taken) {
        /// What one exchange makes room for is looked at once more.
        const PASSES: usize = 3;
        for _ in 0..PASSES {
            let mut is_better = false;
            for (index, bundle) in self.bundles.iter().enumerate().rev() {
                if !taken.has(index, bundle) {
                    continue;
                }
                let mut instead: Vec<usize> = Vec::new();
                let mut weighs = 0;
                taken.set(bundle, None);
                for rival in self.claims.rivals(bundle, index) {
                    let Some(other) = self.bundles.get(rival) else { continue };
                    if at_place(self.eligible, rival) && taken.of(other).is_empty() {
                        taken.set(other, Some(rival));
                        weighs += weight(other);
                        instead.push(rival);
                    }
                }
                if weighs > weight(bundle) {
                    is_better = true;
                    continue;
                }
                for other in instead.iter().filter_map(|rival| self.bundles.get(*rival)) {
                    taken.set(other, None);
                }
                taken.set(bundle, Some(index));
            }
            if !is_better {
                break;
            }
        }
    }

    /// Probability of a kept bundle against its rivals: other bundles that claim one of its items, and the broken pairs.
    /// With a rival, the other kept bundles that it conflicts with would go as well, or be exchanged.
    fn judge(&self, (index, bundle): (usize, &Bundle), taken: &Taken, broken: Broken) -> Kept {
        let own = bundle.weights.total();
        // Rivals are compared with what they explain, on the scale of this bundle.
        let more = weight(bundle) - own;
        let of_pairs = (broken.0 > 0).then_some(broken.0).into_iter().chain(broken.1);
        let of_bundles = self
            .claims
            .rivals(bundle, index)
            .into_iter()
            .filter_map(|rival| self.bundles.get(rival))
            .map(|rival| self.instead(index, rival, taken));
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

    /// What would be won if a rival were kept instead of a kept bundle, less what would go with the others that it conflicts
    /// with. One other is exchanged for what the two leave, where that is something: halves of two payments that are equal
    /// can be swapped, and neither way is better than the other.
    fn instead(&self, index: usize, rival: &Bundle, taken: &Taken) -> Bits {
        let mut others = taken.of(rival);
        others.retain(|other| *other != index);
        let of_others = others.iter().filter_map(|other| self.bundles.get(*other));
        let lost: Bits = of_others.map(|other| weight(other).max(0)).sum();
        let exchanged = match others[..] {
            [other] => self.left_by([index, other], rival, taken),
            _ => 0,
        };
        weight(rival) - lost + exchanged
    }

    /// The heaviest bundle of what two kept ones would leave if a rival that takes from both were kept instead of them, in
    /// place of the second.
    fn left_by(&self, [own, other]: [usize; 2], rival: &Bundle, taken: &Taken) -> Bits {
        let Some(second) = self.bundles.get(other) else {
            return 0;
        };
        let fits = |bundle: &&Bundle| {
            let kept = || taken.of(bundle).into_iter();
            bundle.is_apart_from(rival) && kept().all(|kept| kept == own || kept == other)
        };
        let in_its_place = self.claims.rivals(second, other).into_iter();
        let eligible = in_its_place.filter(|bundle| *bundle != own && at_place(self.eligible, *bundle));
        // The heaviest comes first.
        let mut bundles = eligible
            .filter_map(|bundle| self.bundles.get(bundle))
            .take(MOST_EXCHANGED);
        bundles.find(fits).map_or(0, |bundle| weight(bundle).max(0))
    }
}

/// Which bundles claim an item.
struct Claims {
    lines: Rows<u32>,
    entries: Rows<u32>,
}

impl Claims {
    fn new(bundles: &[Bundle], (lines, entries): (usize, usize)) -> Self {
        let of = |items: fn(&Bundle) -> &[Position], all: usize| {
            Rows::gathered(count(all), || {
                let numbered = bundles.iter().zip(0_u32..);
                numbered.flat_map(move |(bundle, number)| items(bundle).iter().map(move |item| (*item, number)))
            })
        };
        Self {
            lines: of(|bundle| &bundle.lines, lines),
            entries: of(|bundle| &bundle.entries, entries),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::bundle::BundleWeights;
    use crate::outcome::Reason;

    /// One line for some entries, with a score in bits.
    fn bundle(line: Position, entries: &[Position], bits: i32) -> Bundle {
        Bundle {
            lines: vec![line],
            entries: entries.to_vec(),
            residual: None,
            mistyped: None,
            reason: Reason::SharedContact,
            cut_short: false,
            solutions: 1,
            unproven: false,
            weights: BundleWeights {
                sum: bits * 100,
                ..BundleWeights::default()
            },
        }
    }

    /// The kept bundles and their probabilities, as they are when the first is kept to begin with.
    fn chosen(bundles: &[Bundle]) -> Vec<(usize, u32)> {
        let sizes = (8, 32);
        let eligible = vec![true; bundles.len()];
        let choice = Choice {
            bundles,
            eligible: &eligible,
            claims: Claims::new(bundles, sizes),
        };
        let mut taken = Taken::new(sizes);
        for (index, bundle) in bundles.iter().enumerate() {
            if taken.of(bundle).is_empty() {
                taken.set(bundle, Some(index));
            }
        }
        choice.improve(&mut taken);
        let kept = bundles.iter().enumerate();
        kept.filter(|(index, bundle)| taken.has(*index, bundle))
            .map(|(index, bundle)| (index, choice.judge((index, bundle), &taken, (0, None)).ppm))
            .collect()
    }

    #[test]
    fn one_that_stands_in_the_way_of_two_is_given_up() {
        let two = [
            bundle(0, &[0, 1, 2], 14),
            bundle(1, &[0, 1], 12),
            bundle(2, &[2, 3], 12),
        ];
        let kept: Vec<usize> = chosen(&two).iter().map(|(index, _)| *index).collect();
        assert_eq!(kept, [1, 2]);
        let one = [bundle(0, &[0, 1, 2], 14), bundle(1, &[0, 1], 6), bundle(2, &[2, 3], 6)];
        let kept: Vec<usize> = chosen(&one).iter().map(|(index, _)| *index).collect();
        assert_eq!(kept, [0]);
    }

    #[test]
    fn halves_of_two_payments_that_can_be_swapped_are_ambiguous() {
        // Two invoices, each paid in a small and a large part; both small parts are equal.
        let of = |lines: &[Position], entry, bits| Bundle {
            lines: lines.to_vec(),
            ..bundle(0, &[entry], bits)
        };
        let straight = [of(&[0, 1], 0, 12), of(&[2, 3], 1, 12)];
        let sure = chosen(&straight);
        assert!(sure.iter().all(|(_, ppm)| *ppm > 999_000), "{sure:?}");
        let swapped = [of(&[0, 3], 0, 12), of(&[2, 1], 1, 12)].map(|mut bundle| {
            bundle.lines.sort_unstable();
            bundle
        });
        let both: Vec<Bundle> = straight.iter().chain(&swapped).cloned().collect();
        let either = chosen(&both);
        assert!(either.iter().all(|(_, ppm)| *ppm < 501_000), "{either:?}");
        // With one way across only, the other invoice would be left unpaid.
        let one = chosen(&both[..3]);
        assert!(one.iter().all(|(_, ppm)| *ppm > 999_000), "{one:?}");
    }

    #[test]
    fn a_rival_counts_less_when_others_would_go_for_it_as_well() {
        let alone = [bundle(0, &[0, 1], 12), bundle(1, &[1, 2], 11)];
        let [(0, contested)] = chosen(&alone)[..] else {
            panic!("{alone:?}")
        };
        let with_another = [bundle(0, &[0, 1], 12), bundle(1, &[1, 2], 11), bundle(2, &[2, 3], 10)];
        let kept = chosen(&with_another);
        let [(0, sure), (2, _)] = kept[..] else {
            panic!("{kept:?}")
        };
        assert!(contested < 700_000 && sure > 990_000, "{contested} {sure}");
    }
}

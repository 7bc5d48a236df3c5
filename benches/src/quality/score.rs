//! How good a result is, by the rules of the samples' own scorer: a proposed group is right when its items are those of a
//! true group, where items with one label stand for each other and every true group can be claimed once; automatic groups
//! come first, then the surest; a line is used once, a suggestion that needs a used one is an alternative and ignored.
//!
//! Long because the rules of that scorer belong together, with their tests.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tieout_match::Reason;

/// What is true of the items of both sides.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    pub(crate) entries: Vec<Known>,
    pub(crate) lines: Vec<Known>,
}

/// What is true of an item.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) group: Option<u32>,
    pub(crate) alike: u32,
    pub(crate) subtype: String,
    pub(crate) exception: String,
}

/// A group that the engine proposes, by positions.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) entries: Vec<u32>,
    pub(crate) lines: Vec<u32>,
    pub(crate) ppm: u32,
    pub(crate) automatic: bool,
    /// Before calibration; `None` if something held it back.
    pub(crate) computed_ppm: Option<u32>,
    pub(crate) found_by: Option<Reason>,
}

/// How proposals of one way to find them did: right, all, and the sum of their confidences in millionths.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found {
    pub(crate) right: u64,
    pub(crate) all: u64,
    pub(crate) ppm: u64,
}

/// Whether it is automatic, how it was found, and its shape.
pub(crate) type Way = (bool, String, &'static str);

/// An exception that the engine names.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) is_line: bool,
    pub(crate) item: u32,
    pub(crate) class: &'static str,
}

/// Shapes in the order of the tables: lines are on the right.
pub(crate) const SHAPES: [&str; 4] = ["1:1", "n:1", "1:n", "n:m"];

/// Right, proposed, true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) right: u64,
    pub(crate) proposed: u64,
    pub(crate) actual: u64,
}

impl Counted {
    pub(crate) fn precision(self) -> f64 {
        ratio(self.right, self.proposed)
    }

    pub(crate) fn recall(self) -> f64 {
        ratio(self.right, self.actual)
    }

    pub(crate) fn f1(self) -> f64 {
        ratio(2 * self.right, self.proposed + self.actual)
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.proposed += other.proposed;
        self.actual += other.actual;
    }
}

pub(crate) fn ratio(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// What became of a true group that was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// One of its items is in an automatic group with others.
    Taken,
    /// It was proposed, but a surer suggestion needs one of its items.
    Outbid,
    /// One of its items is in a suggestion with others.
    Confused,
    /// Nothing is proposed for any of its items.
    Ignored,
}

impl Fate {
    /// In a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Outbid => "outbid",
            Self::Confused => "confused",
            Self::Ignored => "ignored",
        }
    }
}

/// How many true groups could be found at best, by the world's oracle.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AtBest {
    pub(crate) groups: u64,
    pub(crate) found: f64,
    /// The same of each shape.
    pub(crate) of_shapes: [(u64, f64); 4],
}

impl AtBest {
    fn add(&mut self, other: Self) {
        (self.groups, self.found) = (self.groups + other.groups, self.found + other.found);
        for (own, its) in self.of_shapes.iter_mut().zip(other.of_shapes) {
            *own = (own.0 + its.0, own.1 + its.1);
        }
    }
}

/// A score; scores of several worlds add up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    pub(crate) automatic: Counted,
    pub(crate) top: Counted,
    pub(crate) automatic_pairs: Counted,
    pub(crate) top_pairs: Counted,
    /// Right with suggestions, of each shape.
    pub(crate) shapes: [Counted; 4],
    /// Automatic and right, with suggestions right, true.
    pub(crate) subtypes: BTreeMap<String, (u64, u64, u64)>,
    pub(crate) classes: BTreeMap<String, Counted>,
    /// Confidence and whether it was right, of automatic groups and top suggestions.
    pub(crate) judged: Vec<(u32, bool)>,
    /// Of those that nothing held back: whether it is a pair, its probability before calibration, its confidence, and
    /// whether it was right.
    pub(crate) computed: Vec<(bool, u32, u32, bool)>,
    /// Automatic groups and top suggestions by how they were found.
    pub(crate) ways: BTreeMap<Way, Found>,
    /// The accepted proposals that were wrong.
    pub(crate) wrong: Vec<Proposal>,
    /// True groups that no accepted proposal claims, and what became of them.
    pub(crate) missed: Vec<(u32, Fate)>,
    /// How many groups of each subtype met which fate.
    pub(crate) fates: BTreeMap<(String, Fate), u64>,
    /// Of the true pairs, those that were compared; nothing unless it was asked for.
    pub(crate) compared: Counted,
    pub(crate) lines: u64,
    pub(crate) seconds: f64,
    pub(crate) oracle: AtBest,
}

impl Score {
    /// Adds the figures of another world; its wrong proposals stay with it.
    pub(crate) fn add(&mut self, other: &Self) {
        self.automatic.add(other.automatic);
        self.top.add(other.top);
        self.automatic_pairs.add(other.automatic_pairs);
        self.top_pairs.add(other.top_pairs);
        for (own, its) in self.shapes.iter_mut().zip(other.shapes) {
            own.add(its);
        }
        for (name, counts) in &other.subtypes {
            let own = self.subtypes.entry(name.clone()).or_default();
            *own = (own.0 + counts.0, own.1 + counts.1, own.2 + counts.2);
        }
        for (name, counts) in &other.classes {
            self.classes.entry(name.clone()).or_default().add(*counts);
        }
        for (fate, count) in &other.fates {
            *self.fates.entry(fate.clone()).or_default() += count;
        }
        for (way, found) in &other.ways {
            let own = self.ways.entry(way.clone()).or_default();
            (own.right, own.all, own.ppm) = (own.right + found.right, own.all + found.all, own.ppm + found.ppm);
        }
        self.judged.extend(&other.judged);
        self.computed.extend(&other.computed);
        self.compared.add(other.compared);
        self.lines += other.lines;
        self.seconds += other.seconds;
        self.oracle.add(other.oracle);
    }

    /// Expected calibration error over ten bins of equal width.
    pub(crate) fn calibration_error(&self) -> f64 {
        let mut bins = [(0_u64, 0_u64, 0_u64); 10];
        for (ppm, right) in &self.judged {
            let bin = &mut bins[(*ppm as usize / 100_000).min(9)];
            *bin = (bin.0 + 1, bin.1 + u64::from(*ppm), bin.2 + u64::from(*right));
        }
        let off = |(count, sum, right): &(u64, u64, u64)| {
            (ratio(*sum, 1_000_000) - *right as f64).abs() * f64::from(u8::from(*count > 0))
        };
        bins.iter().map(off).sum::<f64>() / self.judged.len().max(1) as f64
    }

    /// Of the exceptions: F1 over all, and the mean of the F1 of classes that occur.
    pub(crate) fn exceptions(&self) -> (f64, f64) {
        let mut all = Counted::default();
        self.classes.values().for_each(|class| all.add(*class));
        let occurring: Vec<f64> = self
            .classes
            .values()
            .filter(|class| class.actual > 0)
            .map(|class| class.f1())
            .collect();
        (all.f1(), occurring.iter().sum::<f64>() / occurring.len().max(1) as f64)
    }

    /// The largest recall at which the surest proposals are still as precise as asked.
    pub(crate) fn recall_at(&self, precision: f64) -> f64 {
        let mut judged = self.judged.clone();
        judged.sort_unstable_by_key(|(ppm, _)| std::cmp::Reverse(*ppm));
        let (mut seen, mut right, mut best) = (0, 0, 0);
        for (place, (ppm, is_right)) in judged.iter().enumerate() {
            seen += 1;
            right += u64::from(*is_right);
            // Equal confidences are accepted together or not at all.
            let last = judged.get(place + 1).is_none_or(|next| next.0 != *ppm);
            if last && ratio(right, seen) >= precision {
                best = right;
            }
        }
        ratio(best, self.top.actual)
    }
}

/// Scores proposals and exceptions against the truth.
pub(crate) fn score(truth: &Truth, proposals: &[Proposal], exceptions: &[Named]) -> Score {
    let groups = Groups::of(truth);
    let mut score = Score {
        lines: truth.lines.len() as u64,
        ..Score::default()
    };
    let (automatic, top) = accepted(truth, proposals);
    for (group, (entries, lines)) in &groups.members {
        let counted = &mut score.shapes[shape(entries.len(), lines.len())];
        counted.actual += 1;
        score.subtypes.entry(groups.subtypes[group].clone()).or_default().2 += 1;
    }
    let judged = claim(truth, &groups, &automatic);
    for group in judged.iter().flatten() {
        score.subtypes.entry(groups.subtypes[group].clone()).or_default().0 += 1;
    }
    score.automatic = counted(&judged, &groups);
    score.automatic_pairs = pairs(truth, &groups, &automatic);
    let judged = claim(truth, &groups, &top);
    for ((proposal, _), group) in top.iter().zip(&judged) {
        score.judged.push((proposal.ppm, group.is_some()));
        let is_pair = proposal.entries.len() == 1 && proposal.lines.len() == 1;
        let computed = proposal.computed_ppm;
        score
            .computed
            .extend(computed.map(|computed| (is_pair, computed, proposal.ppm, group.is_some())));
        let shape = shape(proposal.entries.len(), proposal.lines.len());
        let finder = proposal
            .found_by
            .map_or_else(String::new, |reason| format!("{reason:?}"));
        let found = score
            .ways
            .entry((proposal.automatic, finder, SHAPES[shape]))
            .or_default();
        found.all += 1;
        found.ppm += u64::from(proposal.ppm);
        found.right += u64::from(group.is_some());
        if group.is_none() {
            score.wrong.push((*proposal).clone());
        }
        let counted = &mut score.shapes[shape];
        counted.proposed += 1;
        if let Some(group) = group {
            counted.right += 1;
            score.subtypes.entry(groups.subtypes[group].clone()).or_default().1 += 1;
        }
    }
    score.missed = missed(truth, &groups, proposals, &top, &judged);
    for (group, fate) in &score.missed {
        *score.fates.entry((groups.subtypes[group].clone(), *fate)).or_default() += 1;
    }
    score.top = counted(&judged, &groups);
    score.top_pairs = pairs(truth, &groups, &top);
    score.classes = classes(truth, exceptions);
    score
}

/// The true groups that nothing accepted claims, with what became of each.
fn missed(
    truth: &Truth,
    groups: &Groups,
    proposals: &[Proposal],
    top: &[Legal<'_>],
    judged: &[Option<u32>],
) -> Vec<(u32, Fate)> {
    let claimed: BTreeSet<u32> = judged.iter().flatten().copied().collect();
    let proposed: HashSet<Labels> = proposals
        .iter()
        .map(|proposal| labels(truth, &proposal.entries, &proposal.lines))
        .collect();
    let (mut of_entries, mut of_lines) = (HashMap::new(), HashMap::new());
    for (proposal, _) in top.iter().rev() {
        of_entries.extend(proposal.entries.iter().map(|entry| (*entry, proposal.automatic)));
        of_lines.extend(proposal.lines.iter().map(|line| (*line, proposal.automatic)));
    }
    let fate = |entries: &[u32], lines: &[u32]| {
        let of = entries.iter().filter_map(|entry| of_entries.get(entry));
        let tiers: Vec<bool> = of
            .chain(lines.iter().filter_map(|line| of_lines.get(line)))
            .copied()
            .collect();
        if tiers.contains(&true) {
            Fate::Taken
        } else if proposed.contains(&labels(truth, entries, lines)) {
            Fate::Outbid
        } else if tiers.is_empty() {
            Fate::Ignored
        } else {
            Fate::Confused
        }
    };
    let open = groups.members.iter().filter(|(group, _)| !claimed.contains(group));
    open.map(|(group, (entries, lines))| (*group, fate(entries, lines)))
        .collect()
}

/// Place in [`SHAPES`].
fn shape(entries: usize, lines: usize) -> usize {
    match (entries, lines) {
        (0 | 1, 0 | 1) => 0,
        (_, 0 | 1) => 1,
        (0 | 1, _) => 2,
        _ => 3,
    }
}

/// The true groups.
struct Groups {
    members: BTreeMap<u32, (Vec<u32>, Vec<u32>)>,
    subtypes: BTreeMap<u32, String>,
}

impl Groups {
    fn of(truth: &Truth) -> Self {
        let mut members: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        let mut subtypes = BTreeMap::new();
        for (place, known) in (0..).zip(&truth.entries) {
            if let Some(group) = known.group {
                members.entry(group).or_default().0.push(place);
                subtypes.insert(group, known.subtype.clone());
            }
        }
        for (place, known) in (0..).zip(&truth.lines) {
            if let Some(group) = known.group {
                members.entry(group).or_default().1.push(place);
                subtypes.insert(group, known.subtype.clone());
            }
        }
        Self { members, subtypes }
    }
}

type Legal<'a> = (&'a Proposal, bool);

/// Automatic proposals, and these with the best suggestions; each with whether it may be right at all.
fn accepted<'a>(truth: &Truth, proposals: &'a [Proposal]) -> (Vec<Legal<'a>>, Vec<Legal<'a>>) {
    let mut order: Vec<&Proposal> = proposals.iter().collect();
    order.sort_by_key(|proposal| (!proposal.automatic, std::cmp::Reverse(proposal.ppm)));
    let (mut entries, mut lines) = (vec![false; truth.entries.len()], vec![false; truth.lines.len()]);
    let (mut automatic, mut top) = (Vec::new(), Vec::new());
    for proposal in order {
        let both = !proposal.entries.is_empty() && !proposal.lines.is_empty();
        let used = proposal.entries.iter().any(|entry| entries[*entry as usize])
            || proposal.lines.iter().any(|line| lines[*line as usize]);
        let legal = both && !used;
        if !proposal.automatic && !legal {
            continue;
        }
        if legal {
            proposal
                .entries
                .iter()
                .for_each(|entry| entries[*entry as usize] = true);
            proposal.lines.iter().for_each(|line| lines[*line as usize] = true);
        }
        if proposal.automatic {
            automatic.push((proposal, legal));
        }
        top.push((proposal, legal));
    }
    (automatic, top)
}

type Labels = (Vec<u32>, Vec<u32>);

fn labels(truth: &Truth, entries: &[u32], lines: &[u32]) -> Labels {
    let of = |known: &[Known], items: &[u32]| {
        let mut labels: Vec<u32> = items.iter().map(|item| known[*item as usize].alike).collect();
        labels.sort_unstable();
        labels
    };
    (of(&truth.entries, entries), of(&truth.lines, lines))
}

/// Which true group each proposal claims.
fn claim(truth: &Truth, groups: &Groups, proposals: &[Legal<'_>]) -> Vec<Option<u32>> {
    let mut free: HashMap<Labels, Vec<u32>> = HashMap::new();
    for (group, (entries, lines)) in &groups.members {
        free.entry(labels(truth, entries, lines)).or_default().push(*group);
    }
    let claimed = |(proposal, legal): &Legal<'_>| {
        let all = legal.then(|| labels(truth, &proposal.entries, &proposal.lines))?;
        free.get_mut(&all)?.pop()
    };
    proposals.iter().map(claimed).collect()
}

fn counted(judged: &[Option<u32>], groups: &Groups) -> Counted {
    Counted {
        right: judged.iter().flatten().count() as u64,
        proposed: judged.len() as u64,
        actual: groups.members.len() as u64,
    }
}

fn pairs(truth: &Truth, groups: &Groups, proposals: &[Legal<'_>]) -> Counted {
    let mut actual: HashMap<(u32, u32), u64> = HashMap::new();
    let mut counted = Counted::default();
    let each = |entries: &[u32], lines: &[u32], mut of: Box<dyn FnMut((u32, u32)) + '_>| {
        for entry in entries {
            for line in lines {
                of((truth.entries[*entry as usize].alike, truth.lines[*line as usize].alike));
            }
        }
    };
    for (entries, lines) in groups.members.values() {
        counted.actual += (entries.len() * lines.len()) as u64;
        each(entries, lines, Box::new(|pair| *actual.entry(pair).or_default() += 1));
    }
    for (proposal, legal) in proposals {
        if !legal {
            continue;
        }
        counted.proposed += (proposal.entries.len() * proposal.lines.len()) as u64;
        let right = &mut counted.right;
        let take = |pair| {
            if let Some(left) = actual.get_mut(&pair).filter(|left| **left > 0) {
                *left -= 1;
                *right += 1;
            }
        };
        each(&proposal.entries, &proposal.lines, Box::new(take));
    }
    counted
}

fn classes(truth: &Truth, exceptions: &[Named]) -> BTreeMap<String, Counted> {
    let mut actual: HashMap<(bool, u32, String), u64> = HashMap::new();
    let mut classes: BTreeMap<String, Counted> = BTreeMap::new();
    for (is_line, side) in [(false, &truth.entries), (true, &truth.lines)] {
        for known in side.iter().filter(|known| !known.exception.is_empty()) {
            *actual
                .entry((is_line, known.alike, known.exception.clone()))
                .or_default() += 1;
            classes.entry(known.exception.clone()).or_default().actual += 1;
        }
    }
    for named in exceptions {
        let side = if named.is_line { &truth.lines } else { &truth.entries };
        let class = classes.entry(named.class.to_owned()).or_default();
        class.proposed += 1;
        let key = (named.is_line, side[named.item as usize].alike, named.class.to_owned());
        if let Some(left) = actual.get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            class.right += 1;
        }
    }
    classes
}

/// Wilson's interval of 95 percent.
pub(crate) fn interval(right: u64, of: u64) -> (f64, f64) {
    const Z: f64 = 1.96;
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (of as f64, ratio(right, of));
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let below = 1.0 + Z * Z / n;
    ((middle - spread) / below, (middle + spread) / below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(group: Option<u32>, alike: u32, exception: &str) -> Known {
        Known {
            group,
            alike,
            subtype: "x".into(),
            exception: exception.into(),
        }
    }

    fn proposal(entries: &[u32], lines: &[u32], ppm: u32, automatic: bool) -> Proposal {
        Proposal {
            entries: entries.to_vec(),
            lines: lines.to_vec(),
            ppm,
            automatic,
            computed_ppm: None,
            found_by: None,
        }
    }

    fn truth() -> Truth {
        Truth {
            entries: vec![
                known(Some(1), 0, ""),
                known(Some(2), 0, ""),
                known(Some(3), 2, "sign_error"),
                known(Some(3), 3, ""),
            ],
            lines: vec![
                known(Some(1), 10, ""),
                known(Some(2), 11, ""),
                known(Some(3), 12, "processor_fee"),
            ],
        }
    }

    #[test]
    fn items_of_one_label_stand_for_each_other_but_only_once_each() {
        let proposals = [
            proposal(&[1], &[0], 900_000, true),
            proposal(&[0], &[1], 800_000, false),
            proposal(&[0], &[0], 700_000, false),
        ];
        let score = score(&truth(), &proposals, &[]);
        assert_eq!(
            score.automatic,
            Counted {
                right: 1,
                proposed: 1,
                actual: 3
            }
        );
        assert_eq!(
            score.top,
            Counted {
                right: 2,
                proposed: 2,
                actual: 3
            }
        );
        assert_eq!(
            score.shapes[1],
            Counted {
                right: 0,
                proposed: 0,
                actual: 1
            }
        );
    }

    #[test]
    fn an_automatic_group_of_one_side_or_of_used_items_is_wrong() {
        let proposals = [
            proposal(&[2, 3], &[2], 990_000, true),
            proposal(&[0, 1], &[], 990_000, true),
            proposal(&[3], &[1], 980_000, true),
        ];
        let score = score(&truth(), &proposals, &[]);
        assert_eq!(
            score.automatic,
            Counted {
                right: 1,
                proposed: 3,
                actual: 3
            }
        );
        assert_eq!(
            score.top_pairs,
            Counted {
                right: 2,
                proposed: 2,
                actual: 4
            }
        );
        assert_eq!(score.wrong.len(), 2);
    }

    #[test]
    fn exceptions_count_by_side_label_and_class() {
        let named = |is_line, item, class| Named { is_line, item, class };
        let score = score(
            &truth(),
            &[],
            &[
                named(false, 2, "sign_error"),
                named(false, 0, "sign_error"),
                named(true, 2, "unrecorded"),
            ],
        );
        assert_eq!(
            score.classes["sign_error"],
            Counted {
                right: 1,
                proposed: 2,
                actual: 1
            }
        );
        let (micro, macro_f1) = score.exceptions();
        assert!((micro - 2.0 / 5.0).abs() < 1e-9 && (macro_f1 - (2.0 / 3.0) / 2.0).abs() < 1e-9);
    }

    #[test]
    fn recall_at_a_precision_takes_equal_confidences_together() {
        let judged = vec![(900, true), (900, false), (950, true), (100, true)];
        let score = Score {
            judged,
            top: Counted {
                right: 3,
                proposed: 4,
                actual: 10,
            },
            ..Score::default()
        };
        assert!((score.recall_at(1.0) - 0.1).abs() < 1e-9);
        assert!((score.recall_at(0.75) - 0.3).abs() < 1e-9);
    }

    #[test]
    fn the_interval_is_wilsons() {
        let (low, high) = interval(8, 10);
        assert!((low - 0.490_2).abs() < 1e-3 && (high - 0.943_3).abs() < 1e-3);
    }
}

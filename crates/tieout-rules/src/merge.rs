//! What people and rules decide and what the engine finds, put together into one outcome.

use crate::apply::{Decision, Verdict};
use crate::limits;
use crate::rule::{Action, Rulebook, Stage};
use crate::run::{Applied, What};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::replay::hold_back;
use tieout_match::{
    Action as ToDo, Evidence, EvidenceKind, Exception, Few, Field, Group, HeldBack, Input, ItemIndex, Items, Model,
    Outcome, Part, Proof, Reason, Residual, RuleVersion, Shape, Side, Tier, exception_of,
};
use tieout_reconcile::decisions::{Accepted, Coding, Decisions, Ignored};
use tieout_reconcile::result::{Ruling, RulingKind, Subject};

/// Certain: a person wrote the rule, or decided.
const CERTAIN_PPM: u32 = 1_000_000;

/// Collects what is decided.
pub(crate) struct Merger<'a> {
    pub(crate) book: &'a Rulebook,
    pub(crate) input: &'a Input,
    pub(crate) model: &'a Model,
    pub(crate) automatic_ppm: u32,
    /// The engine's groups, and whether they still stand.
    groups: Vec<(Group, Standing)>,
    /// Groups that people and rules made.
    made: Vec<Group>,
    decisions: Decisions,
    /// Lines that are left to a person, and why.
    left: Vec<Ruling>,
    pub(crate) applied: Vec<Applied>,
}

/// What became of a group of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Kept,
    /// Automatic before, a suggestion now.
    Demoted,
    Dropped,
}

impl<'a> Merger<'a> {
    pub(crate) fn new(book: &'a Rulebook, input: &'a Input, model: &'a Model, automatic_ppm: u32) -> Self {
        Self {
            book,
            input,
            model,
            automatic_ppm,
            groups: Vec::new(),
            made: Vec::new(),
            decisions: Decisions::default(),
            left: Vec::new(),
            applied: Vec::new(),
        }
    }

    /// Takes over the engine's groups.
    pub(crate) fn engine(&mut self, groups: Vec<Group>) {
        self.groups = groups.into_iter().map(|group| (group, Standing::Kept)).collect();
    }

    /// Takes over what people decided.
    pub(crate) fn accept(&mut self, accepted: &[Accepted]) {
        for accepted in accepted {
            let mut entries = parts(&self.input.entries, &accepted.entries);
            if let Some(last) = entries.last_mut() {
                last.amount = last.amount.saturating_sub(accepted.stays_open);
            }
            let group = Group {
                lines: parts(&self.input.lines, &accepted.lines),
                entries,
                residuals: accepted.residuals.clone(),
                shape: match (accepted.lines.len(), accepted.entries.len()) {
                    (0, _) | (_, 0) => Shape::OneSided,
                    (1, 1) => Shape::OneToOne,
                    (1, _) => Shape::OneToMany,
                    (_, 1) => Shape::ManyToOne,
                    _ => Shape::ManyToMany,
                },
                tier: Tier::Automatic,
                confidence_ppm: CERTAIN_PPM,
                proof: Proof {
                    model: self.model.version(),
                    model_hash: self.model.hash(),
                    rule: None,
                    evidence: vec![Evidence {
                        kind: EvidenceKind::Decision,
                        text: accepted.grounds.clone().into(),
                        weight: 0,
                    }],
                    score: 0,
                    runner_up: None,
                    alternatives: 0,
                    computed_ppm: CERTAIN_PPM,
                    held_back: None,
                    found_by: Reason::Decision,
                },
            };
            self.made.push(group);
        }
    }

    /// Lines and entries in automatic groups so far, and lines that rules booked or set aside.
    pub(crate) fn taken(&self) -> (BTreeSet<ItemIndex>, BTreeSet<ItemIndex>) {
        let of_engine = self
            .groups
            .iter()
            .filter(|(_, standing)| *standing == Standing::Kept)
            .map(|(group, _)| group);
        let automatic = of_engine
            .chain(&self.made)
            .filter(|group| group.tier == Tier::Automatic);
        let (mut lines, mut entries) = (BTreeSet::new(), BTreeSet::new());
        for group in automatic {
            lines.extend(group.lines.iter().map(|part| part.item));
            entries.extend(group.entries.iter().map(|part| part.item));
        }
        lines.extend(self.settled_lines());
        (lines, entries)
    }

    /// Groups that people and rules have made so far and that need nobody's choice.
    pub(crate) fn made(&self) -> Vec<Group> {
        let automatic = self.made.iter().filter(|group| group.tier == Tier::Automatic);
        automatic.cloned().collect()
    }

    /// Lines that rules booked or set aside.
    pub(crate) fn settled_lines(&self) -> BTreeSet<ItemIndex> {
        let coded = self.decisions.codings.iter().map(|coding| coding.line);
        coded
            .chain(self.decisions.ignored.iter().map(|ignored| ignored.line))
            .collect()
    }

    /// Takes over the decisions of a stage.
    pub(crate) fn decide(&mut self, stage: Stage, decisions: Vec<Decision>) {
        let holders = if stage == Stage::Beside {
            self.holders()
        } else {
            BTreeMap::new()
        };
        for decision in decisions {
            let Some(rule) = self.book.rules.get(decision.rule) else {
                continue;
            };
            let mut what = What::of(&decision.verdict);
            let held = held_against(&decision, &holders);
            if let [same] = held.as_slice()
                && self.agrees(*same, &decision)
            {
                if let Some((group, _)) = self.groups.get_mut(*same) {
                    group.proof.rule = Some(Box::new(rule.version()));
                }
                what = What::Agreed;
            } else if held.is_empty() {
                self.take(&decision);
            } else {
                for place in held {
                    if let Some((group, standing)) = self.groups.get_mut(place) {
                        hold_back(group, HeldBack::RuleDisagrees, self.automatic_ppm);
                        *standing = Standing::Demoted;
                    }
                }
                self.contradict(&decision);
                what = What::Contradicted;
            }
            self.applied.push(Applied {
                rule: decision.rule,
                line: decision.line,
                what,
            });
        }
    }

    /// Which automatic group of the engine holds an item.
    fn holders(&self) -> BTreeMap<(Side, ItemIndex), usize> {
        let mut holders = BTreeMap::new();
        for (place, (group, _)) in self.groups.iter().enumerate() {
            if group.tier == Tier::Automatic {
                holders.extend(group.lines.iter().map(|part| ((Side::Line, part.item), place)));
                holders.extend(group.entries.iter().map(|part| ((Side::Entry, part.item), place)));
            }
        }
        holders
    }

    /// The engine's group is exactly what the rule says, or one of those between which a rule leaves the choice.
    fn agrees(&self, place: usize, decision: &Decision) -> bool {
        let Some((group, _)) = self.groups.get(place) else {
            return false;
        };
        let lines: Vec<ItemIndex> = group.lines.iter().map(|part| part.item).collect();
        let same = |entries: &Vec<ItemIndex>| {
            let own: BTreeSet<ItemIndex> = group.entries.iter().map(|part| part.item).collect();
            own == entries.iter().copied().collect::<BTreeSet<_>>()
        };
        lines == [decision.line]
            && match &decision.verdict {
                Verdict::Match(entries, _) => same(entries),
                Verdict::Choose(several) => several.iter().any(same),
                _ => false,
            }
    }

    fn take(&mut self, decision: &Decision) {
        let Some(rule) = self.book.rules.get(decision.rule) else {
            return;
        };
        let subject = Subject::Line(decision.line);
        let ruling = |kind, reason: String| Ruling {
            rule: rule.version(),
            subject,
            kind,
            reason,
        };
        match &decision.verdict {
            Verdict::Match(entries, residual) => {
                let group = self.group(decision, entries, *residual, CERTAIN_PPM, None);
                self.made.extend(group);
            }
            Verdict::Choose(several) => {
                let count = u32::try_from(several.len().max(2)).unwrap_or(2);
                self.suggest(decision, several, CERTAIN_PPM / count);
                let reason = format!("{} entries fit, or another line takes them as well", several.len());
                self.left.push(ruling(RulingKind::Undecided, reason));
            }
            Verdict::Code(parts, text) => {
                let accounts: Vec<&str> = parts.iter().map(|part| part.account.as_str()).collect();
                let kind = if parts.len() > 1 {
                    RulingKind::Split
                } else {
                    RulingKind::Coded
                };
                self.decisions.rulings.push(ruling(kind, accounts.join(", ")));
                self.decisions.codings.push(Coding {
                    line: decision.line,
                    parts: parts.clone(),
                    text: text.clone(),
                    rule: rule.version(),
                });
            }
            Verdict::Ignore(reason) => {
                self.decisions.rulings.push(ruling(RulingKind::Ignored, reason.clone()));
                self.decisions.ignored.push(Ignored {
                    line: decision.line,
                    reason: reason.clone(),
                    rule: rule.version(),
                });
            }
        }
    }

    /// A rule beside the engine that says otherwise: both are shown.
    fn contradict(&mut self, decision: &Decision) {
        if let Verdict::Match(entries, _) = &decision.verdict {
            self.suggest(decision, std::slice::from_ref(entries), CERTAIN_PPM / 2);
        }
        if let Some(rule) = self.book.rules.get(decision.rule) {
            self.left.push(Ruling {
                rule: rule.version(),
                subject: Subject::Line(decision.line),
                kind: RulingKind::Undecided,
                reason: "the engine says otherwise".into(),
            });
        }
    }

    fn suggest(&mut self, decision: &Decision, several: &[Vec<ItemIndex>], ppm: u32) {
        for entries in several.iter().take(limits::SUGGESTIONS) {
            let group = self.group(decision, entries, None, ppm, Some(HeldBack::Ambiguous));
            self.made.extend(group);
        }
    }

    /// A group of a rule; what its sums leave is a difference as the rule books it.
    fn group(
        &self,
        decision: &Decision,
        entries: &[ItemIndex],
        residual: Option<Residual>,
        ppm: u32,
        held_back: Option<HeldBack>,
    ) -> Option<Group> {
        let rule = self.book.rules.get(decision.rule)?;
        let lines = parts(&self.input.lines, &[decision.line]);
        let entries = parts(&self.input.entries, entries);
        let sum = |parts: &[Part]| -> i128 { parts.iter().map(|part| i128::from(part.amount)).sum() };
        let off = i64::try_from(sum(&lines) - sum(&entries)).ok()?;
        let (kind, evidence) = match &rule.action {
            Action::Match(by) => (by.difference.map(|(_, kind)| kind), crate::run::evidence(by)),
            _ => (None, Vec::new()),
        };
        let residual = match (residual, kind) {
            (Some(residual), _) => Some(residual),
            (None, Some(kind)) if off != 0 => Some(Residual { kind, amount: off }),
            _ => None,
        };
        let shape = if entries.len() == 1 {
            Shape::OneToOne
        } else {
            Shape::OneToMany
        };
        let mut told = vec![Evidence {
            kind: EvidenceKind::Rule,
            text: format!("the conditions of rule \u{201c}{}\u{201d} hold for the line", rule.id).into(),
            weight: 0,
        }];
        told.extend(evidence);
        Some(Group {
            lines,
            entries,
            residuals: residual.into_iter().collect(),
            shape,
            tier: if held_back.is_none() {
                Tier::Automatic
            } else {
                Tier::Suggested
            },
            confidence_ppm: ppm,
            proof: Proof {
                model: self.model.version(),
                model_hash: self.model.hash(),
                rule: Some(Box::new(rule.version())),
                evidence: told,
                score: 0,
                runner_up: None,
                alternatives: 0,
                computed_ppm: ppm,
                held_back,
                found_by: Reason::Rule,
            },
        })
    }

    /// One outcome: automatic groups first, the surest first; suggestions that a rule has settled are gone.
    pub(crate) fn finish(mut self, mut outcome: Outcome) -> (Outcome, Decisions, Vec<Applied>) {
        self.drop_settled();
        // Groups of rules before those of the engine; among equals the order does not depend on that of the items.
        let mut made = std::mem::take(&mut self.made);
        made.sort_by_cached_key(|group| self.order(group));
        let made = made.into_iter().map(|group| (group, None));
        let engine = (0_u32..)
            .zip(self.groups)
            .filter(|(_, (_, standing))| *standing != Standing::Dropped);
        let engine = engine.map(|(place, (group, standing))| (group, Some((place, standing))));
        let mut all: Vec<_> = made.chain(engine).collect();
        all.sort_by_key(|(group, _)| (group.tier == Tier::Suggested, Reverse(group.confidence_ppm)));
        let mut places = BTreeMap::new();
        let mut ruled_lines = BTreeSet::new();
        let mut ruled_entries = BTreeSet::new();
        let mut accepted = Vec::new();
        for (position, (group, origin)) in (0_u32..).zip(&all) {
            match origin {
                Some((place, Standing::Kept)) => {
                    places.insert(*place, position);
                }
                Some(_) => {}
                None if group.tier == Tier::Automatic => {
                    ruled_lines.extend(group.lines.iter().map(|part| part.item));
                    ruled_entries.extend(group.entries.iter().map(|part| part.item));
                    if group.proof.found_by == Reason::Decision {
                        accepted.extend(exceptions(group, position));
                    }
                }
                None => {}
            }
            if let (Some(rule), Tier::Automatic) = (&group.proof.rule, group.tier) {
                let reason = match origin {
                    None => "a match by rule",
                    Some(_) => "rule and engine say the same",
                };
                self.decisions.rulings.push(Ruling {
                    rule: RuleVersion::clone(rule),
                    subject: Subject::Group(position),
                    kind: RulingKind::Matched,
                    reason: reason.into(),
                });
            }
        }
        outcome.exceptions.retain_mut(|exception| {
            let ruled = match exception.side {
                Side::Line => &ruled_lines,
                Side::Entry => &ruled_entries,
            };
            if ruled.contains(&exception.item) {
                return false;
            }
            let Some(group) = exception.group else {
                return true;
            };
            exception.group = places.get(&group).copied();
            exception.group.is_some()
        });
        outcome.exceptions.append(&mut accepted);
        outcome.groups = all.into_iter().map(|(group, _)| group).collect();
        self.decisions.rulings.append(&mut self.left);
        (outcome, self.decisions, self.applied)
    }

    /// Suggestions that hold an item of a rule's match or a line that a rule booked are settled.
    fn drop_settled(&mut self) {
        let (mut lines, mut entries) = (BTreeSet::new(), BTreeSet::new());
        for group in self.made.iter().filter(|group| group.tier == Tier::Automatic) {
            lines.extend(group.lines.iter().map(|part| part.item));
            entries.extend(group.entries.iter().map(|part| part.item));
        }
        lines.extend(self.decisions.codings.iter().map(|coding| coding.line));
        let settled = |group: &Group| {
            group.tier == Tier::Suggested
                && (group.lines.iter().any(|part| lines.contains(&part.item))
                    || group.entries.iter().any(|part| entries.contains(&part.item)))
        };
        for (group, standing) in &mut self.groups {
            if settled(group) {
                *standing = Standing::Dropped;
            }
        }
        self.made.retain(|group| !settled(group));
    }

    fn order(&self, group: &Group) -> impl Ord + use<> {
        let of = |items: &Items, parts: &[Part]| {
            let key = |part: &Part| {
                let text = |field| items.text(part.item, field).to_owned();
                (
                    items.date(part.item),
                    part.amount,
                    text(Field::Description),
                    text(Field::Id),
                    part.item,
                )
            };
            parts.iter().map(key).min()
        };
        (
            Reverse(group.confidence_ppm),
            of(&self.input.lines, &group.lines),
            of(&self.input.entries, &group.entries),
        )
    }
}

/// Whole items.
fn parts(items: &Items, list: &[ItemIndex]) -> Few<Part> {
    let part = |item: &ItemIndex| Part {
        item: *item,
        amount: items.open_amount(*item),
    };
    list.iter().map(part).collect()
}

/// The exceptions of a match that a person accepted with its differences.
fn exceptions(group: &Group, position: u32) -> impl Iterator<Item = Exception> + '_ {
    let amounts = |parts: &[Part]| -> Vec<i64> { parts.iter().map(|part| part.amount).collect() };
    let (lines, entries) = (amounts(&group.lines), amounts(&group.entries));
    group.residuals.iter().filter_map(move |residual| {
        let (side, class) = exception_of(*residual, (&lines, &entries))?;
        let parts = match side {
            Side::Line => &group.lines,
            Side::Entry => &group.entries,
        };
        Some(Exception {
            side,
            item: parts.first()?.item,
            class,
            stale: false,
            group: Some(position),
            action: ToDo::of(class, side),
        })
    })
}

/// Groups of the engine that hold an item of a decision.
fn held_against(decision: &Decision, holders: &BTreeMap<(Side, ItemIndex), usize>) -> Vec<usize> {
    let of_line = holders.get(&(Side::Line, decision.line)).into_iter();
    let entries: &[ItemIndex] = match &decision.verdict {
        Verdict::Match(entries, _) => entries,
        _ => &[],
    };
    let of_entries = entries.iter().filter_map(|entry| holders.get(&(Side::Entry, *entry)));
    let held: BTreeSet<usize> = of_line.chain(of_entries).copied().collect();
    held.into_iter().collect()
}

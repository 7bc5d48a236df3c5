//! Exceptions of what people and rules left, named by an engine that knows all items: also those decided without it.

use super::Classifier;
use crate::books::Books;
use crate::columns::{at, set};
use crate::engine::Engine;
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::few::Few;
use crate::found::{DateFit, Found, Origin};
use crate::items::ItemIndex;
use crate::lexicon::Lexicon;
use crate::model::Model;
use crate::outcome::{Action, Exception, ExceptionClass, Group, Outcome, Reason, ResidualKind, Side, Tier};
use crate::residuals::Relation;
use crate::roll::Position;
use crate::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};

/// Certain: decided by somebody else.
const CERTAIN_PPM: u32 = 1_000_000;

impl Engine {
    /// Names what an engine left that saw the rest only: this one knows all items, also those that were decided before.
    /// What repeats a decided item, comes back from it or undoes it is what it would be had the engine matched that itself.
    /// `alone` are decided lines that are in no group.
    pub fn exceptions_beside(
        &self,
        (model, settings): (&Model, &Settings),
        (decided, alone): (&[Group], &BTreeSet<ItemIndex>),
        outcome: &Outcome,
    ) -> Vec<Exception> {
        let judge = Judge::new(&self.books, model, settings);
        let lexicon = Lexicon::new(&self.books);
        let places = Places::new(&self.books);
        let mut found: Vec<Found> = decided.iter().map(|group| places.decided(&judge, group)).collect();
        found.extend(alone.iter().map(|line| places.alone(*line)));
        let before = found.len();
        found.extend(outcome.groups.iter().map(|group| places.found(&judge, group)));
        Classifier::new(&judge, &lexicon, &found).beside(before, outcome)
    }
}

/// Where the caller's items stand in canonical order.
struct Places {
    lines: Vec<Position>,
    entries: Vec<Position>,
}

impl Places {
    fn new(books: &Books) -> Self {
        let places = |original: &[ItemIndex]| {
            let mut places = vec![0; original.len()];
            for (item, place) in original.iter().zip(0..) {
                set(&mut places, *item, place);
            }
            places
        };
        Self {
            lines: places(&books.lines.original),
            entries: places(&books.entries.original),
        }
    }

    /// A group as the classifier knows it. Why its own items are exceptions is known already, so of a group of several
    /// only counts whether a fee was taken out of it.
    fn found(&self, judge: &Judge<'_>, group: &Group) -> Found {
        let of = |places: &[Position], parts: &[crate::outcome::Part]| -> Few<Position> {
            let places: Vec<Position> = parts.iter().map(|part| at(places, part.item)).collect();
            places.into()
        };
        let (lines, entries) = (of(&self.lines, &group.lines), of(&self.entries, &group.entries));
        let is_charged = group
            .residuals
            .iter()
            .any(|residual| residual.kind == ResidualKind::Fee);
        let pair = match (&*lines, &*entries, group.proof.found_by) {
            (_, _, Reason::SameNumber | Reason::PartPayment) => None,
            ([line], [entry], _) => Some(pair_of(judge, *line, *entry)),
            _ => None,
        };
        let origin = match pair {
            _ if is_charged => Origin::Pair(Relation::Fee, DateFit::Usual),
            Some((relation, fit)) => Origin::Pair(relation, fit),
            None => Origin::Offset,
        };
        Found {
            lines,
            entries,
            ppm: group.confidence_ppm,
            computed_ppm: group.proof.computed_ppm,
            tier: group.tier,
            score: group.proof.score,
            runner_up: group.proof.runner_up,
            alternatives: group.proof.alternatives,
            held_back: group.proof.held_back,
            origin,
        }
    }

    fn decided(&self, judge: &Judge<'_>, group: &Group) -> Found {
        Found {
            ppm: CERTAIN_PPM,
            tier: Tier::Automatic,
            ..self.found(judge, group)
        }
    }

    fn alone(&self, line: ItemIndex) -> Found {
        Found {
            lines: Few::One(at(&self.lines, line)),
            entries: Few::Several(Vec::new()),
            ppm: CERTAIN_PPM,
            computed_ppm: CERTAIN_PPM,
            tier: Tier::Automatic,
            score: 0,
            runner_up: None,
            alternatives: 0,
            held_back: None,
            origin: Origin::Offset,
        }
    }
}

/// How the amounts and days of a pair relate; of one that the engine would never have formed, as if they were equal.
fn pair_of(judge: &Judge<'_>, line: Position, entry: Position) -> (Relation, DateFit) {
    let mut facing = Facing::default();
    judge.face(line, &mut facing);
    match judge.weigh(&mut facing, entry) {
        Some(weights) if weights.date_error => (weights.relation, DateFit::Mistyped),
        Some(weights) => (weights.relation, DateFit::Usual),
        None => (Relation::Equal, DateFit::Usual),
    }
}

impl Classifier<'_> {
    /// Exceptions where the first groups, so many, were decided before the others were found. What is probably in one of the
    /// others keeps the exception that they were found with.
    fn beside(&self, before: usize, outcome: &Outcome) -> Vec<Exception> {
        let known: BTreeMap<(Side, ItemIndex), &Exception> = outcome
            .exceptions
            .iter()
            .map(|exception| ((exception.side, exception.item), exception))
            .collect();
        let decided = u32::try_from(before).unwrap_or(u32::MAX);
        let senses = &self.senses_of_kinds();
        let (lines, entries) = (self.books.lines.positions(), self.books.entries.positions());
        let mut named: BTreeMap<(Side, ItemIndex), Exception> = self
            .of_lines(lines.clone(), senses)
            .into_iter()
            .chain(self.of_entries(entries.clone()))
            .map(|exception| ((exception.side, exception.item), exception))
            .collect();
        let mut all = Vec::new();
        let of_lines = lines.map(|line| (Side::Line, line));
        for (side, place) in of_lines.chain(entries.map(|entry| (Side::Entry, entry))) {
            let (item, best, again) = match side {
                Side::Line => (
                    at(&self.books.lines.original, place),
                    at(&self.best_of_line, place),
                    self.is_taken_back(place),
                ),
                Side::Entry => (
                    at(&self.books.entries.original, place),
                    at(&self.best_of_entry, place),
                    false,
                ),
            };
            if best.is_some_and(|best| best < decided) {
                continue;
            }
            let exception = match self.probable(best) {
                Some(group) if !again => {
                    let with_group = |exception: &&&Exception| exception.group.is_some();
                    let known = known.get(&(side, item)).filter(with_group);
                    known.map(|exception| (*exception).clone()).or_else(|| {
                        let undecided = || Exception {
                            side,
                            item,
                            class: ExceptionClass::Undecided,
                            stale: false,
                            group: best.and_then(|best| best.checked_sub(decided)),
                            action: Action::of(ExceptionClass::Undecided, side),
                        };
                        (group.tier == Tier::Suggested).then(undecided)
                    })
                }
                _ => named.remove(&(side, item)).map(|exception| Exception {
                    group: exception.group.and_then(|group| group.checked_sub(decided)),
                    ..exception
                }),
            };
            all.extend(exception);
        }
        all
    }
}

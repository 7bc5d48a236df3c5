//! The engine from end to end: prepare, compare, settle, form groups, name exceptions.

mod rounds;

use crate::Input;
use crate::agreeing::Agreeing;
use crate::books::Books;
use crate::carried::NewIds;
use crate::classify::Classifier;
use crate::columns::{at, set};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::found::{Around, Found};
use crate::groups::contact::Named;
use crate::index::{Index, Width};
use crate::items::ItemIndex;
use crate::lexicon::Lexicon;
use crate::limits;
use crate::model::{Model, Prior};
use crate::offsets::offsets;
use crate::outcome::{HeldBack, Outcome, Side, Tier};
use crate::pairs::{PairId, Pairs};
use crate::recall::Recall;
use crate::replay::confidence;
use crate::roll::Position;
use crate::same_number::same_numbers;
use crate::sample::Sample;
use crate::settings::{Progress, Settings};
use crate::settle::Settled;
use crate::waiting::Waiting;
use rounds::{Work, bundles, learn_fees};

/// An input made ready: texts split, tokens linked, entries indexed. Learning and matching both work on it.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) books: Books,
    index: Index,
    threads: u32,
}

impl Engine {
    /// Makes an input ready.
    pub fn new(input: &Input) -> Self {
        let books = Books::new(input);
        let index = Index::new(&books);
        Self {
            books,
            index,
            threads: 1,
        }
    }

    /// Makes an input ready that has all items of an earlier one, as they were, and perhaps more; and tells what numbers the
    /// tokens of the earlier one have in it.
    pub(crate) fn carrying(earlier: &Self, input: &Input) -> (Self, NewIds) {
        let (books, ids) = Books::carrying(&earlier.books, input);
        let index = Index::new(&books);
        let threads = earlier.threads;
        (Self { books, index, threads }, ids)
    }

    /// Which of the equal lines of its day a line is.
    pub(crate) fn place_of(&self, line: Position) -> u32 {
        self.index.place_of(line)
    }

    /// Works on so many threads; what comes out is the same for any number. (Large inputs are made ready by two in any
    /// case.)
    #[must_use]
    pub fn on_threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }

    /// Makes another input ready, to be worked on by as many threads.
    #[must_use]
    pub fn for_input(&self, input: &Input) -> Self {
        Self::new(input).on_threads(self.threads)
    }

    /// Learns from the items themselves, without anything being known of the matches: how long payments take, which names
    /// stand for which contacts, which types of lines go with which business.
    pub fn train(&self, prior: &Prior) -> Model {
        let settings = Settings {
            max_exchange_per_mille: prior.max_exchange_per_mille,
            ..Settings::new(tieout_core::Date::ZERO)
        };
        let sample = Sample::new(&self.books, limits::SAMPLE_LINES);
        let mut model = Model::new(prior);
        for _ in 0..prior.rounds {
            let mut next = Model::new(prior);
            let judge = Judge::new(&self.books, &model, &settings);
            let known = |line| (!sample.has_line(&self.books, line)).then_some([].as_slice());
            let pairs = Pairs::new(&judge, (&self.index, Width::Learning), self.threads, known, &mut |_| ());
            Settled::new(&self.books, pairs).teach(&judge, sample, &mut next);
            model = next;
        }
        model
    }

    /// Matches both sides: groups with confidence, tier and proof, and what remains.
    pub fn run(&self, model: &Model, settings: &Settings, progress: &mut dyn FnMut(Progress)) -> Outcome {
        self.run_recalling((model, settings), None, progress)
    }

    /// The same, taking over what an earlier run has found, and keeping what this one finds for the next.
    pub(crate) fn run_recalling(
        &self,
        (model, settings): (&Model, &Settings),
        mut recall: Option<&mut Recall<'_>>,
        progress: &mut dyn FnMut(Progress),
    ) -> Outcome {
        let books = &self.books;
        let judge = Judge::new(books, model, settings);
        let known = |line| recall.as_ref().and_then(|recall| recall.pairs_of(line));
        let pairs = Pairs::new(&judge, (&self.index, Width::Matching), self.threads, known, progress);
        if let Some(recall) = &mut recall {
            recall.memory.pairs = pairs.clone();
        }
        let mut step = |step| {
            progress(Progress {
                step,
                done: 0,
                total: 1,
            });
        };
        step("assigning");
        let settled = Settled::new(books, pairs);
        step("grouping");
        let lexicon = Lexicon::new(books);
        let work = Work {
            judge: &judge,
            index: &self.index,
            threads: self.threads,
        };
        let found = decide(work, settled, &lexicon, recall);
        step("classifying");
        let exceptions = Classifier::new(&judge, &lexicon, &found).exceptions(self.threads);
        let model_hash = model.hash();
        let groups = turned_into(found, |found| found.into_group(&judge, model_hash));
        Outcome { groups, exceptions }
    }

    /// The pairs of a line and an entry that are compared at all and have any chance, by the caller's indexes, in the order
    /// of the lines: to see what the search for candidates leaves out. What is not among them can be in no pair.
    pub fn candidates(&self, model: &Model, settings: &Settings) -> Vec<(ItemIndex, ItemIndex)> {
        let books = &self.books;
        let judge = Judge::new(books, model, settings);
        let pairs = Pairs::new(
            &judge,
            (&self.index, Width::Matching),
            self.threads,
            |_| None,
            &mut |_| (),
        );
        let of = |line| {
            pairs
                .of_line(line)
                .map(|pair| {
                    (
                        at(&books.lines.original, line),
                        at(&books.entries.original, pairs.of(pair).1),
                    )
                })
                .collect::<Vec<_>>()
        };
        let mut all: Vec<_> = books.lines.positions().flat_map(of).collect();
        all.sort_unstable();
        all
    }
}

/// [`Engine::train`] for one use of the input.
pub fn train(input: &Input, prior: &Prior) -> Model {
    Engine::new(input).train(prior)
}

/// [`Engine::run`] for one use of the input.
pub fn run(input: &Input, model: &Model, settings: &Settings, progress: &mut dyn FnMut(Progress)) -> Outcome {
    progress(Progress {
        step: "indexing",
        done: 0,
        total: 1,
    });
    Engine::new(input).run(model, settings, progress)
}

/// Makes another thing of each. The memory of what is done with is given back on the way: both lists whole are more than a run
/// needs anywhere else.
fn turned_into<T, U>(mut from: Vec<T>, mut turn: impl FnMut(T) -> U) -> Vec<U> {
    const AT_ONCE: usize = 1 << 14;
    let mut all = Vec::with_capacity(from.len());
    while !from.is_empty() {
        let rest = from.len().saturating_sub(AT_ONCE);
        all.extend(from.drain(rest..).rev().map(&mut turn));
        from.shrink_to_fit();
    }
    all.reverse();
    all
}

/// Automatic groups first, the surest first; equal ones by their items.
fn in_order(found: &mut [Found]) {
    // A stable sort would take half as much memory again; what it sorts is in an order of its own, however items are given.
    found.sort_unstable_by(|a, b| {
        let key = |found: &Found| (found.tier == Tier::Suggested, std::cmp::Reverse(found.ppm));
        key(a)
            .cmp(&key(b))
            .then_with(|| (&*a.lines, &*a.entries).cmp(&(&*b.lines, &*b.entries)))
    });
}

/// Items that automatic groups hold.
struct Taken {
    lines: Vec<bool>,
    entries: Vec<bool>,
}

impl Taken {
    /// No item is in two automatic groups: of two that share one the surer, which comes first, stays; the other becomes a
    /// suggestion that is at best as likely as not.
    fn yield_to_better(&mut self, settings: &Settings, found: &mut [Found]) {
        for group in found.iter_mut().filter(|group| group.tier == Tier::Automatic) {
            let lines_free = group.lines.iter().all(|line| !at(&self.lines, *line));
            let entries_free = group.entries.iter().all(|entry| !at(&self.entries, *entry));
            if !(lines_free && entries_free) {
                group.tier = Tier::Suggested;
                group.held_back = Some(HeldBack::SharesItem);
                group.ppm = confidence(
                    group.calibrated_as(),
                    group.computed_ppm,
                    group.held_back,
                    settings.automatic_ppm,
                );
                continue;
            }
            for line in &group.lines {
                set(&mut self.lines, *line, true);
            }
            for entry in &group.entries {
                set(&mut self.entries, *entry, true);
            }
        }
    }
}

/// Groups and pairs together, automatic ones first, the best suggestions next.
fn decide(work: Work<'_>, settled: Settled, lexicon: &Lexicon, mut recall: Option<&mut Recall<'_>>) -> Vec<Found> {
    let judge = work.judge;
    let books = judge.books;
    let mut line_taken = vec![false; books.lines.original.len()];
    let mut entry_taken = vec![false; books.entries.original.len()];
    let mut found = Vec::new();
    let mut named = Named::default();
    let (settled, fees) = learn_fees(work, &mut named, settled, recall.as_deref());
    for kept in bundles(work, &mut named, (&settled, &fees), recall.as_deref_mut()) {
        let group = Found::of_bundle(judge.settings, kept);
        if group.ppm >= judge.settings.suggested_ppm {
            for line in &group.lines {
                set(&mut line_taken, *line, true);
            }
            for entry in &group.entries {
                set(&mut entry_taken, *entry, true);
            }
            found.push(group);
        }
    }
    match recall {
        Some(recall) => recall.memory.named = named,
        None => drop(named),
    }
    let settled = if found.is_empty() {
        settled
    } else {
        settled.again(books, &line_taken, &entry_taken)
    };
    add_pairs(judge, &settled, &entry_taken, &mut found);
    drop(settled);
    let cancelled = cancelled(judge, lexicon, &found);
    found.extend(cancelled);
    let same = same_numbers(judge, &found);
    found.extend(same.iter().map(|same| Found::of_same_number(judge.settings, *same)));
    in_order(&mut found);
    let mut taken = Taken {
        lines: vec![false; books.lines.original.len()],
        entries: vec![false; books.entries.original.len()],
    };
    taken.yield_to_better(judge.settings, &mut found);
    in_order(&mut found);
    found
}

/// Adds the assigned pairs, and for a line that is left to a person the other entries that it may belong to.
fn add_pairs(judge: &Judge<'_>, settled: &Settled, in_groups: &[bool], found: &mut Vec<Found>) {
    let mut facing = Facing::default();
    let around = Around {
        waiting: Waiting::new(judge.books, settled, in_groups),
        agreeing: Agreeing::new(judge, settled, &mut facing),
    };
    let mut automatic = vec![false; judge.books.entries.original.len()];
    let mut open = Vec::new();
    for line in judge.books.lines.positions() {
        let pair = settled.assignment.of_line(line);
        let group = pair.and_then(|pair| Found::of_pair(judge, settled, pair, (&around, &mut facing)));
        let is_automatic = group.as_ref().is_some_and(|group| group.tier == Tier::Automatic);
        if let (true, Some(pair)) = (is_automatic, pair) {
            set(&mut automatic, settled.pairs.of(pair).1, true);
        } else {
            open.push((line, pair));
        }
        found.extend(group);
    }
    for (line, own) in open {
        let class = |pair: PairId| at(&settled.classes.entries, settled.pairs.of(pair).1);
        for pair in settled.pairs.of_line(line).filter(|pair| Some(*pair) != own) {
            let taken = at(&automatic, settled.pairs.of(pair).1) || own.is_some_and(|own| class(own) == class(pair));
            let other = if taken {
                None
            } else {
                Found::of_pair(judge, settled, pair, (&around, &mut facing))
            };
            // What rests on a line that is open is never automatic.
            found.extend(other.filter(|other| other.tier == Tier::Suggested));
        }
    }
}

/// Items that are in no group and cancel each other.
fn cancelled(judge: &Judge<'_>, lexicon: &Lexicon, found: &[Found]) -> Vec<Found> {
    let books = judge.books;
    let mut open_lines = vec![true; books.lines.original.len()];
    let mut open_entries = vec![true; books.entries.original.len()];
    for group in found {
        for line in &group.lines {
            set(&mut open_lines, *line, false);
        }
        for entry in &group.entries {
            set(&mut open_entries, *entry, false);
        }
    }
    let of_lines = offsets(books, lexicon, Side::Line, &open_lines);
    let of_entries = offsets(books, lexicon, Side::Entry, &open_entries);
    let all = of_lines.iter().chain(&of_entries);
    all.map(|offset| Found::of_offset(judge.settings, offset)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::Origin;

    fn automatic(lines: &[u32], entries: &[u32], ppm: u32) -> Found {
        Found {
            lines: lines.to_vec().into(),
            entries: entries.to_vec().into(),
            ppm,
            computed_ppm: ppm,
            tier: Tier::Automatic,
            score: 0,
            runner_up: None,
            alternatives: 0,
            held_back: None,
            origin: Origin::Offset,
        }
    }

    #[test]
    fn of_two_automatic_groups_that_share_an_item_one_is_only_suggested() {
        let mut found = vec![
            automatic(&[0], &[0, 1], 999_000),
            automatic(&[1], &[1, 2], 998_000),
            automatic(&[2], &[2], 997_000),
        ];
        let mut taken = Taken {
            lines: vec![false; 3],
            entries: vec![false; 3],
        };
        taken.yield_to_better(&Settings::new(tieout_core::Date::ZERO), &mut found);
        let tiers: Vec<_> = found.iter().map(|group| (group.tier, group.ppm)).collect();
        assert_eq!(
            tiers,
            [
                (Tier::Automatic, 999_000),
                (Tier::Suggested, 500_000),
                (Tier::Automatic, 997_000)
            ]
        );
    }
}

//! One pass over pairs: who belongs to whom, and how sure that is.

use crate::aliases::Aliases;
use crate::arith::{count, to_ppm};
use crate::assign::Assignment;
use crate::books::Books;
use crate::columns::at;
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::model::Model;
use crate::pairs::{PairId, Pairs};
use crate::posterior::posterior;
use crate::residuals::{Difference, Relation};
use crate::roll::Position;
use crate::sample::Sample;
use crate::twins::Classes;

/// Pairs with their probabilities and the best assignment.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) pairs: Pairs,
    pub(crate) posterior: Vec<f64>,
    pub(crate) assignment: Assignment,
    pub(crate) classes: Classes,
}

impl Settled {
    /// Settles the pairs.
    pub(crate) fn new(books: &Books, pairs: Pairs) -> Self {
        let posterior = posterior(&pairs);
        let assignment = Assignment::new(&pairs, books.entries.len());
        let classes = Classes::new(books, &pairs, &assignment);
        Self {
            pairs,
            posterior,
            assignment,
            classes,
        }
    }

    /// Settles again the pairs whose line and entry are both free. What was worked out before is given back first.
    pub(crate) fn again(self, books: &Books, line_taken: &[bool], entry_taken: &[bool]) -> Self {
        let Self { pairs, .. } = self;
        let free = pairs.free(line_taken, entry_taken);
        drop(pairs);
        Self::new(books, free)
    }

    /// Probability of a pair in parts per million, twins counted as one.
    pub(crate) fn confidence(&self, pair: PairId) -> u32 {
        to_ppm(self.classes.confidence(&self.pairs, &self.posterior, pair))
    }

    /// The same where it is one of a block in which it does not matter who is paired with whom, if that is more.
    pub(crate) fn confidence_in_block(&self, pair: PairId) -> Option<u32> {
        self.classes
            .confidence_in_block(&self.pairs, &self.posterior, pair)
            .map(to_ppm)
    }

    /// How many other pairs share a line or an entry with this one.
    pub(crate) fn alternatives(&self, pair: PairId) -> u32 {
        let (line, entry, _) = self.pairs.of(pair);
        let of_line = self.pairs.of_line(line).filter(|other| *other != pair).count();
        let of_entry = self
            .pairs
            .by_entry
            .row(entry)
            .iter()
            .filter(|other| **other != pair)
            .count();
        count(of_line + of_entry)
    }

    /// The best score of a pair that shares a line or an entry with this one.
    pub(crate) fn runner_up(&self, pair: PairId) -> Option<i32> {
        let (line, entry, _) = self.pairs.of(pair);
        let of_line = self.pairs.of_line(line);
        let of_entry = self.pairs.by_entry.row(entry).iter().copied();
        of_line
            .chain(of_entry)
            .filter(|other| *other != pair)
            .map(|other| self.pairs.of(other).2)
            .max()
    }

    /// The best score of a pair that would take the line or the entry to something else than what stands for the other.
    pub(crate) fn rival(&self, pair: PairId) -> Option<i32> {
        let (line, entry, _) = self.pairs.of(pair);
        let (of_line, of_entry) = (at(&self.classes.lines, line), at(&self.classes.entries, entry));
        let to_others = self
            .pairs
            .of_line(line)
            .filter(|other| at(&self.classes.entries, self.pairs.of(*other).1) != of_entry);
        let from_others = self.pairs.by_entry.row(entry).iter().copied();
        let from_others = from_others.filter(|other| at(&self.classes.lines, self.pairs.of(*other).0) != of_line);
        to_others.chain(from_others).map(|other| self.pairs.of(other).2).max()
    }

    /// Improves a model by the pairs that are as good as certain.
    pub(crate) fn teach(&self, judge: &Judge<'_>, sample: Sample, model: &mut Model) {
        const CERTAIN: u32 = 950_000;
        let books = judge.books;
        let mut facing = Facing::default();
        for line in books.lines.positions().filter(|line| sample.has_line(books, *line)) {
            let of_line = self.pairs.of_line(line).map(|pair| at(&self.posterior, pair)).sum();
            let in_block = self.in_block(self.assignment.of_line(line));
            model
                .line_rates
                .learn(books.templates.hash(line), to_ppm(of_line).max(in_block));
            let certain = self
                .assignment
                .of_line(line)
                .filter(|pair| self.confidence(*pair) >= CERTAIN);
            let Some(pair) = certain else { continue };
            let (_, entry, _) = self.pairs.of(pair);
            judge.face(line, &mut facing);
            let Some(weights) = judge.weigh(&mut facing, entry) else {
                continue;
            };
            model.learn_relation(weights.relation, books.currencies_of(line, entry));
            let (amount, other) = (books.lines.amount(line), books.entries.amount(entry));
            model.learn_difference(weights.relation, Difference::of(amount, other));
            if books.openings.are_used() {
                model.learn_opening(books.openings.agreement(line, entry).0);
            }
            if weights.relation == Relation::Equal && !weights.date_error {
                learn_pair(books, line, entry, model);
                if let Some(shown) = facing.day_shown {
                    model.days_shown.learn(shown == books.entries.day(entry));
                }
            }
        }
        model.aliases = Aliases::learn(judge, self, sample);
        for entry in books
            .entries
            .positions()
            .filter(|entry| sample.has_entry(books, *entry))
        {
            let of_entry = self
                .pairs
                .by_entry
                .row(entry)
                .iter()
                .map(|pair| at(&self.posterior, *pair))
                .sum();
            let in_block = self.in_block(self.assignment.of_entry(entry));
            model
                .entry_rates
                .learn(books.businesses.hash(entry), to_ppm(of_entry).max(in_block));
        }
    }

    fn in_block(&self, pair: Option<PairId>) -> u32 {
        pair.and_then(|pair| self.confidence_in_block(pair)).unwrap_or(0)
    }
}

fn learn_pair(books: &Books, line: Position, entry: Position, model: &mut Model) {
    let (lines, entries) = (&books.lines, &books.entries);
    let lag = lines.working_day(line).saturating_sub(entries.working_day(entry));
    model.learn_lag(entries.distribution(entry), lag);
    model
        .kinds
        .learn(books.businesses.hash(entry), books.line_kinds.hash(line));
}

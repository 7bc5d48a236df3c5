//! One pass over pairs: who belongs to whom, and how sure that is.

use crate::arith::{Bits, PPM, log2_ratio, to_ppm};
use crate::assign::Assignment;
use crate::books::Books;
use crate::columns::at;
use crate::evidence::{Facing, Judge};
use crate::model::Model;
use crate::pairs::{PairId, Pairs};
use crate::posterior::posterior;
use crate::residuals::Relation;
use crate::roll::Position;
use crate::twins::Classes;

/// Pairs with their probabilities and the best assignment.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) pairs: Pairs,
    pub(crate) posterior: Vec<f64>,
    pub(crate) assignment: Assignment,
    pub(crate) classes: Classes,
    /// What it costs to keep each line out of all pairs, in hundredths of a bit.
    pub(crate) hold_of_line: Vec<Bits>,
    /// Likewise each entry.
    pub(crate) hold_of_entry: Vec<Bits>,
}

impl Settled {
    /// Settles the pairs.
    pub(crate) fn new(books: &Books, pairs: Pairs) -> Self {
        let posterior = posterior(&pairs);
        let assignment = Assignment::new(&pairs, books.entries.len(), |_| true);
        let classes = Classes::new(&books.lines, &books.entries, &pairs, &assignment);
        let hold_of_line = holds(pairs.by_line.len(), |line| {
            pairs.of_line(line).map(|pair| at(&posterior, pair)).sum()
        });
        let hold_of_entry = holds(books.entries.len(), |entry| {
            pairs
                .by_entry
                .row(entry)
                .iter()
                .map(|pair| at(&posterior, *pair))
                .sum()
        });
        Self {
            pairs,
            posterior,
            assignment,
            classes,
            hold_of_line,
            hold_of_entry,
        }
    }

    /// Probability of a pair in parts per million, twins counted as one.
    pub(crate) fn confidence(&self, pair: PairId) -> u32 {
        let (line, entry, _) = self.pairs.of(pair);
        to_ppm(
            self.classes
                .confidence(&self.pairs, &self.posterior, line, entry),
        )
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

    /// Improves a model by the pairs that are as good as certain.
    pub(crate) fn teach(&self, judge: &Judge<'_>, model: &mut Model) {
        const CERTAIN: u32 = 950_000;
        let books = judge.books;
        let mut facing = Facing::default();
        for line in books.lines.positions() {
            let Some(pair) = self.assignment.of_line(line) else {
                continue;
            };
            if self.confidence(pair) < CERTAIN {
                continue;
            }
            let (_, entry, _) = self.pairs.of(pair);
            judge.face(line, &mut facing);
            let Some(weights) = judge.weigh(&facing, entry) else {
                continue;
            };
            model.learn_relation(weights.relation);
            if weights.relation == Relation::Equal && !weights.date_error {
                learn_pair(books, line, entry, model);
            }
        }
    }
}

/// log2 of how unlikely it is that an item is in no pair.
fn holds(items: u32, matched: impl Fn(Position) -> f64) -> Vec<Bits> {
    (0..items)
        .map(|item| {
            let open = PPM.saturating_sub(to_ppm(matched(item))).max(1);
            log2_ratio(u64::from(PPM), u64::from(open))
        })
        .collect()
}

fn learn_pair(books: &Books, line: Position, entry: Position, model: &mut Model) {
    let (lines, entries) = (&books.lines, &books.entries);
    let lag = at(&lines.working_days, line).saturating_sub(at(&entries.working_days, entry));
    model.learn_lag(entries.distribution(entry), lag);
    let (payee, contact) = (at(&books.payees, line), at(&books.contact_hashes, entry));
    if payee != 0 && contact != 0 {
        model.aliases.learn(payee, contact);
    }
    model
        .kinds
        .learn(at(&books.businesses, entry), at(&books.line_kinds, line));
}

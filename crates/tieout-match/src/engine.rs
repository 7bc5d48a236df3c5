//! The engine from end to end: prepare, compare, settle, form groups, name exceptions.

use crate::Input;
use crate::arith::scaled;
use crate::books::Books;
use crate::calibrate::calibrated;
use crate::columns::at;
use crate::evidence::{Facing, Judge};
use crate::explain;
use crate::index::Index;
use crate::model::{Model, Prior};
use crate::outcome::{Group, Outcome, Part, Proof, Reason, Residual, Shape, Tier};
use crate::pairs::{PairId, Pairs};
use crate::settings::{Progress, Settings};
use crate::settle::Settled;

/// Learns from the items themselves, without anything being known of the matches: how long payments take, which names
/// stand for which contacts, which types of lines go with which business.
pub fn train(input: &Input, prior: &Prior) -> Model {
    let books = Books::new(input);
    let settings = Settings::new(tieout_core::Date::ZERO);
    let mut model = Model::new(prior);
    for _ in 0..prior.rounds {
        let mut next = Model::new(prior);
        let judge = Judge {
            books: &books,
            model: &model,
            settings: &settings,
        };
        let index = Index::new(&books, &settings);
        let settled = Settled::new(&books, Pairs::new(&judge, &index, &mut |_| ()));
        settled.teach(&judge, &mut next);
        model = next;
    }
    model
}

/// Matches both sides: groups with confidence, tier and proof, and what remains.
pub fn run(
    input: &Input,
    model: &Model,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Outcome {
    progress(Progress {
        step: "indexing",
        done: 0,
        total: 1,
    });
    let books = Books::new(input);
    let judge = Judge {
        books: &books,
        model,
        settings,
    };
    let index = Index::new(&books, settings);
    let pairs = Pairs::new(&judge, &index, progress);
    progress(Progress {
        step: "assigning",
        done: 0,
        total: 1,
    });
    let settled = Settled::new(&books, pairs);
    let mut outcome = Outcome::default();
    for line in books.lines.positions() {
        if let Some(pair) = settled.assignment.of_line(line) {
            outcome.groups.extend(one_to_one(&judge, &settled, pair));
        }
    }
    outcome
        .groups
        .sort_by_key(|group| group.tier == Tier::Suggested);
    let _ = scaled;
    outcome
}

fn one_to_one(judge: &Judge<'_>, settled: &Settled, pair: PairId) -> Option<Group> {
    let (line, entry, score) = settled.pairs.of(pair);
    let confidence_ppm = calibrated(settled.confidence(pair));
    if confidence_ppm < judge.settings.suggested_ppm {
        return None;
    }
    let mut facing = Facing::default();
    judge.face(line, &mut facing);
    let weights = judge.weigh(&facing, entry)?;
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    let difference = lines.amount(line).checked_sub(entries.amount(entry))?;
    let residual = weights.relation.residual().map(|kind| Residual {
        kind,
        amount: difference,
    });
    Some(Group {
        lines: vec![Part {
            item: at(&lines.original, line),
            amount: lines.amount(line),
        }],
        entries: vec![Part {
            item: at(&entries.original, entry),
            amount: entries.amount(entry),
        }],
        residuals: residual.into_iter().collect(),
        shape: Shape::OneToOne,
        tier: if confidence_ppm >= judge.settings.automatic_ppm {
            Tier::Automatic
        } else {
            Tier::Suggested
        },
        confidence_ppm,
        proof: Proof {
            model: judge.model.version(),
            evidence: explain::pair(judge, &facing, entry, &weights),
            score,
            runner_up: settled.runner_up(pair),
            found_by: Reason::Assignment,
        },
    })
}

//! Groups on their way out: what was found, before it is put into words.

use crate::arith::{Bits, PPM, log2_ratio};
use crate::calibrate::calibrated;
use crate::columns::at;
use crate::evidence::{Facing, Judge};
use crate::explain;
use crate::groups::select::Kept;
use crate::offsets::Offset;
use crate::outcome::{Group, Part, Proof, Reason, Residual, Shape, Side, Tier};
use crate::pairs::PairId;
use crate::residuals::{Currencies, Relation};
use crate::roll::{Position, Roll};
use crate::settings::Settings;
use crate::settle::Settled;

/// A group in canonical positions.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Sorted.
    pub(crate) lines: Vec<Position>,
    /// Sorted.
    pub(crate) entries: Vec<Position>,
    pub(crate) ppm: u32,
    pub(crate) tier: Tier,
    pub(crate) score: Bits,
    pub(crate) runner_up: Option<Bits>,
    pub(crate) origin: Origin,
}

/// Where a group comes from.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A pair, and how its amounts relate.
    Pair(Relation, DateFit),
    /// A bundle.
    Bundle(Box<Kept>),
    /// Items of one side that cancel each other.
    Offset,
}

/// Whether the date of an entry fits its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFit {
    /// As usual.
    Usual,
    /// Only if it was mistyped.
    Mistyped,
}

impl Found {
    /// A pair, unless it is too unlikely to be shown or too likely to have been overlooked by the filter.
    pub(crate) fn of_pair(judge: &Judge<'_>, settled: &Settled, pair: PairId, facing: &mut Facing) -> Option<Self> {
        let (line, entry, score) = settled.pairs.of(pair);
        let ppm = calibrated(settled.confidence(pair));
        if ppm < judge.settings.suggested_ppm {
            return None;
        }
        judge.face(line, facing);
        let weights = judge.weigh(facing, entry)?;
        let fit = if weights.date_error {
            DateFit::Mistyped
        } else {
            DateFit::Usual
        };
        let sure = explained(judge, line, entry, weights.relation);
        Some(Self {
            lines: vec![line],
            entries: vec![entry],
            ppm: if sure { ppm } else { below_automatic(ppm, judge.settings) },
            tier: if sure { tier(ppm, judge.settings) } else { Tier::Suggested },
            score,
            runner_up: settled.runner_up(pair),
            origin: Origin::Pair(weights.relation, fit),
        })
    }

    /// A bundle; one that was found among several, by a search that was cut short, or with a difference that follows from
    /// nothing, is never automatic.
    pub(crate) fn of_bundle(settings: &Settings, kept: Kept) -> Self {
        let ppm = calibrated(kept.ppm);
        let unsure = kept.ambiguous || kept.bundle.cut_short || kept.bundle.unproven;
        Self {
            lines: kept.bundle.lines.clone(),
            entries: kept.bundle.entries.clone(),
            ppm: if unsure { below_automatic(ppm, settings) } else { ppm },
            tier: if unsure { Tier::Suggested } else { tier(ppm, settings) },
            score: kept.bundle.weights.total(),
            runner_up: kept.runner_up,
            origin: Origin::Bundle(Box::new(kept)),
        }
    }

    /// Two items of one side that cancel each other; always left to a person, who knows what was meant.
    pub(crate) fn of_offset(offset: &Offset) -> Self {
        let both = vec![offset.earlier, offset.later];
        let (lines, entries) = match offset.side {
            Side::Line => (both, Vec::new()),
            Side::Entry => (Vec::new(), both),
        };
        let odds = log2_ratio(u64::from(offset.ppm), u64::from(PPM - offset.ppm));
        Self {
            lines,
            entries,
            ppm: offset.ppm,
            tier: Tier::Suggested,
            score: odds,
            runner_up: None,
            origin: Origin::Offset,
        }
    }

    /// In words, and with the caller's indexes.
    pub(crate) fn into_group(self, judge: &Judge<'_>, facing: &mut Facing) -> Group {
        let books = judge.books;
        let difference = total(&books.lines, &self.lines) - total(&books.entries, &self.entries);
        let (solutions, cut_short) = match &self.origin {
            Origin::Bundle(kept) => (kept.bundle.solutions, kept.bundle.cut_short),
            Origin::Pair(..) | Origin::Offset => (0, false),
        };
        let (kind, evidence, found_by) = match &self.origin {
            Origin::Pair(relation, _) => {
                let evidence = explain::pair(judge, facing, self.lines.first(), self.entries.first());
                (relation.residual(), evidence, Reason::Assignment)
            }
            Origin::Bundle(kept) => {
                let kind = kept.bundle.residual.map(|(kind, _)| kind);
                (kind, explain::bundle(&kept.bundle), kept.bundle.reason)
            }
            Origin::Offset => (None, explain::offset(self.score), Reason::Offset),
        };
        let residual = kind.map(|kind| Residual {
            kind,
            amount: i64::try_from(difference).expect("only differences that fit are matched"),
        });
        Group {
            lines: parts(&books.lines, &self.lines),
            entries: parts(&books.entries, &self.entries),
            residuals: residual.into_iter().collect(),
            shape: shape(self.lines.len(), self.entries.len()),
            tier: self.tier,
            confidence_ppm: self.ppm,
            proof: Proof {
                model: judge.model.version(),
                evidence,
                score: self.score,
                runner_up: self.runner_up,
                found_by,
                solutions,
                cut_short,
            },
        }
    }
}

/// The amounts of a pair are equal, or there is a reason for their difference besides its size: a mistyped amount has a
/// form, an exchange difference a currency. A few percent more or less are also what parts of several payments of several
/// documents look like, whatever number they show.
fn explained(judge: &Judge<'_>, line: Position, entry: Position, relation: Relation) -> bool {
    match relation {
        Relation::Equal | Relation::Swapped | Relation::Moved | Relation::Sign => true,
        Relation::Exchange => judge.books.currencies_of(line, entry) == Currencies::Foreign,
        Relation::Fee | Relation::Short => false,
    }
}

fn below_automatic(ppm: u32, settings: &Settings) -> u32 {
    ppm.min(settings.automatic_ppm.saturating_sub(1))
}

fn total(roll: &Roll, items: &[Position]) -> i128 {
    items.iter().map(|item| i128::from(roll.amount(*item))).sum()
}

fn tier(ppm: u32, settings: &Settings) -> Tier {
    if ppm >= settings.automatic_ppm {
        Tier::Automatic
    } else {
        Tier::Suggested
    }
}

fn parts(roll: &Roll, items: &[Position]) -> Vec<Part> {
    items
        .iter()
        .map(|item| Part {
            item: at(&roll.original, *item),
            amount: roll.amount(*item),
        })
        .collect()
}

fn shape(lines: usize, entries: usize) -> Shape {
    match (lines, entries) {
        (0, _) | (_, 0) => Shape::OneSided,
        (1, 1) => Shape::OneToOne,
        (1, _) => Shape::OneToMany,
        (_, 1) => Shape::ManyToOne,
        _ => Shape::ManyToMany,
    }
}

//! Groups on their way out: what was found, before it is put into words.

use crate::arith::Bits;
use crate::calibrate::calibrated;
use crate::columns::at;
use crate::evidence::{Facing, Judge};
use crate::explain;
use crate::groups::select::Kept;
use crate::outcome::{Group, Part, Proof, Reason, Residual, Shape, Tier};
use crate::pairs::PairId;
use crate::residuals::Relation;
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
    pub(crate) fn of_pair(
        judge: &Judge<'_>,
        settled: &Settled,
        pair: PairId,
        facing: &mut Facing,
    ) -> Option<Self> {
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
        Some(Self {
            lines: vec![line],
            entries: vec![entry],
            ppm,
            tier: tier(ppm, judge.settings),
            score,
            runner_up: settled.runner_up(pair),
            origin: Origin::Pair(weights.relation, fit),
        })
    }

    /// A bundle; one that was found among several, or by a search that was cut short, is never automatic.
    pub(crate) fn of_bundle(settings: &Settings, kept: Kept) -> Self {
        let ppm = calibrated(kept.ppm);
        let unsure = kept.ambiguous || kept.bundle.cut_short;
        Self {
            lines: kept.bundle.lines.clone(),
            entries: kept.bundle.entries.clone(),
            ppm: if unsure {
                ppm.min(settings.automatic_ppm.saturating_sub(1))
            } else {
                ppm
            },
            tier: if unsure {
                Tier::Suggested
            } else {
                tier(ppm, settings)
            },
            score: kept.bundle.weights.total(),
            runner_up: kept.runner_up,
            origin: Origin::Bundle(Box::new(kept)),
        }
    }

    /// In words, and with the caller's indexes; `None` if its amounts do not add up, which no group does.
    pub(crate) fn into_group(self, judge: &Judge<'_>, facing: &mut Facing) -> Option<Group> {
        let books = judge.books;
        let total = |roll: &Roll, items: &[Position]| -> i128 {
            items
                .iter()
                .map(|item| i128::from(roll.amount(*item)))
                .sum()
        };
        let difference = total(&books.lines, &self.lines) - total(&books.entries, &self.entries);
        let difference = i64::try_from(difference).ok()?;
        let (kind, evidence, found_by) = match &self.origin {
            Origin::Pair(relation, _) => {
                let (line, entry) = (self.lines.first().copied()?, self.entries.first().copied()?);
                judge.face(line, facing);
                let weights = judge.weigh(facing, entry)?;
                (
                    relation.residual(),
                    explain::pair(judge, facing, entry, &weights),
                    Reason::Assignment,
                )
            }
            Origin::Bundle(kept) => {
                let kind = kept.bundle.residual.map(|(kind, _)| kind);
                (kind, explain::bundle(&kept.bundle), kept.bundle.reason)
            }
        };
        if kind.is_none() && difference != 0 {
            return None;
        }
        Some(Group {
            lines: parts(&books.lines, &self.lines),
            entries: parts(&books.entries, &self.entries),
            residuals: kind
                .map(|kind| Residual {
                    kind,
                    amount: difference,
                })
                .into_iter()
                .collect(),
            shape: shape(self.lines.len(), self.entries.len()),
            tier: self.tier,
            confidence_ppm: self.ppm,
            proof: Proof {
                model: judge.model.version(),
                evidence,
                score: self.score,
                runner_up: self.runner_up,
                found_by,
            },
        })
    }
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

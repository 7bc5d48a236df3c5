//! Replaying a decision from its proof: do the contributions sum to the score, and does the probability that the model
//! computed give the confidence and the tier that were told?
//!
//! What was computed rests on everything else in the books and cannot be had from one proof; run the books again for that.
//! From there on everything is here: calibration, what held a group back, thresholds.

use crate::calibrate::{Of, calibrated};
use crate::model::{Model, VERSION};
use crate::outcome::{Group, HeldBack, Reason, Tier};
use crate::settings::Settings;

/// A group that shares an item with a surer one is at best as likely as not.
const AS_LIKELY_AS_NOT: u32 = 500_000;

/// A decision as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Version of the model.
    pub model: &'a str,
    /// What each piece of evidence contributed.
    pub contributions: Vec<i32>,
    /// Their sum, as told.
    pub score: i32,
    /// Probability before calibration.
    pub computed_ppm: u32,
    /// What held the group back.
    pub held_back: Option<HeldBack>,
    /// Who decided, and on what.
    pub origin: Origin,
    /// As told.
    pub confidence_ppm: u32,
    /// As told.
    pub tier: Tier,
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The engine, on one line and one entry, by its evidence.
    Pair,
    /// The engine, on a group of several.
    Group,
    /// A rule or a person; neither is calibrated.
    Rule,
}

impl Origin {
    /// Of a group found in a certain way.
    pub fn of(found_by: Reason) -> Self {
        match found_by {
            Reason::Rule | Reason::Decision => Self::Rule,
            Reason::Assignment | Reason::SameNumber | Reason::PartPayment => Self::Pair,
            _ => Self::Group,
        }
    }
}

/// Where a recorded decision departs from what follows from its proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Departure {
    /// Another version of the engine decided.
    #[error("it was made by \u{201c}{0}\u{201d}, which this program does not know")]
    UnknownModel(String),
    /// Another model of the same version decided.
    #[error("it was made by a model with the hash {told:016x}, not {known:016x}")]
    OtherModel {
        /// In the proof.
        told: u64,
        /// Of the model at hand.
        known: u64,
    },
    /// The contributions do not sum to the score.
    #[error("its contributions sum to {sum}, its score is {score} (hundredths of a bit)")]
    Score {
        /// Σ of the contributions.
        sum: i64,
        /// As told.
        score: i32,
    },
    /// The confidence is not what the computed probability gives.
    #[error("a computed probability of {computed} parts per million gives a confidence of {expected}, not {told}")]
    Confidence {
        /// Before calibration.
        computed: u32,
        /// What follows.
        expected: u32,
        /// As told.
        told: u32,
    },
    /// The tier is not what the confidence gives.
    #[error("with a confidence of {confidence} parts per million it is not {}", tier_word(*told))]
    Tier {
        /// As told.
        confidence: u32,
        /// As told.
        told: Tier,
    },
}

fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Automatic => "automatic",
        Tier::Suggested => "a suggestion",
    }
}

impl Decision<'_> {
    /// Replays the decision with these thresholds.
    ///
    /// # Errors
    /// The first [`Departure`].
    pub fn check(&self, automatic_ppm: u32, suggested_ppm: u32) -> Result<(), Departure> {
        if self.model != VERSION {
            return Err(Departure::UnknownModel(self.model.to_owned()));
        }
        let sum: i64 = self.contributions.iter().map(|weight| i64::from(*weight)).sum();
        if sum != i64::from(self.score) {
            return Err(Departure::Score { sum, score: self.score });
        }
        let expected = match self.origin {
            Origin::Pair => confidence(Of::Pair, self.computed_ppm, self.held_back, automatic_ppm),
            Origin::Group => confidence(Of::Group, self.computed_ppm, self.held_back, automatic_ppm),
            Origin::Rule => self.computed_ppm,
        };
        if expected != self.confidence_ppm {
            return Err(Departure::Confidence {
                computed: self.computed_ppm,
                expected,
                told: self.confidence_ppm,
            });
        }
        let sure = self.confidence_ppm >= automatic_ppm && self.held_back.is_none();
        let shown = self.confidence_ppm >= suggested_ppm || self.held_back.is_some() || self.origin == Origin::Rule;
        let fits = match self.tier {
            Tier::Automatic => sure,
            Tier::Suggested => !sure && shown,
        };
        if fits {
            Ok(())
        } else {
            Err(Departure::Tier {
                confidence: self.confidence_ppm,
                told: self.tier,
            })
        }
    }
}

/// Replays the decision on a group with the model and the settings that made it. Its proof must hold the evidence, which
/// for pairs is asked of an [`Explainer`](crate::Explainer).
///
/// # Errors
/// The first [`Departure`].
pub fn replay(group: &Group, model: &Model, settings: &Settings) -> Result<(), Departure> {
    let proof = &group.proof;
    if proof.model_hash != model.hash() {
        return Err(Departure::OtherModel {
            told: proof.model_hash,
            known: model.hash(),
        });
    }
    let decision = Decision {
        model: proof.model,
        contributions: proof.evidence.iter().map(|evidence| evidence.weight).collect(),
        score: proof.score,
        computed_ppm: proof.computed_ppm,
        held_back: proof.held_back,
        origin: Origin::of(proof.found_by),
        confidence_ppm: group.confidence_ppm,
        tier: group.tier,
    };
    decision.check(settings.automatic_ppm, settings.suggested_ppm)
}

/// The confidence of a computed probability: calibrated, and below the automatic threshold where something holds it back.
pub(crate) fn confidence(of: Of, computed_ppm: u32, held_back: Option<HeldBack>, automatic_ppm: u32) -> u32 {
    let sure = calibrated(of, computed_ppm);
    let below = automatic_ppm.saturating_sub(1);
    match held_back {
        None => sure,
        Some(
            HeldBack::Ambiguous
            | HeldBack::CutShort
            | HeldBack::Unproven
            | HeldBack::AmountsDiffer
            | HeldBack::SettledBefore
            | HeldBack::OtherDocument,
        ) => sure.min(below),
        Some(HeldBack::SharesItem | HeldBack::RuleDisagrees) => sure.min(AS_LIKELY_AS_NOT).min(below),
        Some(HeldBack::OneSided) => computed_ppm,
    }
}

/// The confidence of an automatic group after something was found that holds it back.
pub fn hold_back(group: &mut Group, reason: HeldBack, automatic_ppm: u32) {
    group.tier = Tier::Suggested;
    group.proof.held_back = Some(reason);
    let of = match Origin::of(group.proof.found_by) {
        Origin::Pair => Of::Pair,
        Origin::Group | Origin::Rule => Of::Group,
    };
    group.confidence_ppm = confidence(of, group.proof.computed_ppm, Some(reason), automatic_ppm);
}

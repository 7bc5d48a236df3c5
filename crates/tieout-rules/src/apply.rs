//! One stage of the rules over the lines that are free: what each line's rule decides.
//!
//! The rules are asked in their order; a rule fits if its conditions hold and its action can be carried out. Lines that
//! would take the same entry are left to a person, so the order of the lines makes no difference.

use crate::conditions::Face;
use crate::find::{Finder, Found};
use crate::rule::{Action, Next, Rulebook, Stage};
use crate::split::split;
use std::collections::BTreeMap;
use tieout_match::{Input, ItemIndex, Residual};
use tieout_reconcile::decisions::CodedPart;

/// What a rule decides on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) rule: usize,
    pub(crate) line: ItemIndex,
    pub(crate) verdict: Verdict,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Matched with these.
    Match(Vec<ItemIndex>, Option<Residual>),
    /// One of these sets of entries: a person chooses.
    Choose(Vec<Vec<ItemIndex>>),
    /// Booked to these accounts, under this text.
    Code(Vec<CodedPart>, String),
    /// Set aside for this reason.
    Ignore(String),
}

/// A rule whose conditions hold but whose action could not be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    NoEntry,
    TooManyEntries,
    SplitTooLarge,
}

/// What a stage came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct StageResult {
    pub(crate) decisions: Vec<Decision>,
    pub(crate) failures: Vec<(usize, ItemIndex, Failure)>,
}

/// Which items a stage may use.
pub(crate) struct Free {
    pub(crate) lines: Vec<bool>,
    pub(crate) entries: Vec<bool>,
}

/// Carries out one stage.
pub(crate) fn stage(
    book: &Rulebook,
    stage: Stage,
    (input, accounts): (&Input, &[String]),
    finder: &Finder<'_>,
    free: &Free,
) -> StageResult {
    let rules: Vec<(usize, &crate::rule::Rule)> = book
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.stage == stage && !matches!(rule.action, Action::NeverMatch(_)))
        .collect();
    let mut result = StageResult::default();
    if rules.is_empty() {
        return result;
    }
    for (line, is_free) in (0..).zip(&free.lines) {
        let amount = input.lines.open_amount(line);
        if !is_free || amount == 0 {
            continue;
        }
        let face = Face::new(&input.lines, line, accounts);
        let mut decided = None;
        for (place, rule) in &rules {
            if !face.holds(&rule.when) {
                continue;
            }
            match attempt(&rule.action, amount, &face, finder, &free.entries) {
                Ok(verdict) => {
                    decided = Some(Decision {
                        rule: *place,
                        line,
                        verdict,
                    });
                    if rule.then_what == Next::Stop {
                        break;
                    }
                }
                Err(failure) => result.failures.push((*place, line, failure)),
            }
        }
        result.decisions.extend(decided);
    }
    leave_contested(&mut result.decisions);
    result
}

fn attempt(
    action: &Action,
    amount: i64,
    face: &Face<'_>,
    finder: &Finder<'_>,
    free: &[bool],
) -> Result<Verdict, Failure> {
    match action {
        Action::Match(by) => match finder.find(face, by, free) {
            Found::Entries(entries, residual) => Ok(Verdict::Match(entries, residual)),
            Found::Several(entries) => Ok(Verdict::Choose(entries.into_iter().map(|entry| vec![entry]).collect())),
            Found::Nothing => Err(Failure::NoEntry),
            Found::TooMany => Err(Failure::TooManyEntries),
        },
        Action::Code(shares, text) => match split(amount, shares) {
            Some(parts) => Ok(Verdict::Code(parts, text.clone())),
            None => Err(Failure::SplitTooLarge),
        },
        Action::Ignore(reason) => Ok(Verdict::Ignore(reason.clone())),
        // Left out above.
        Action::NeverMatch(_) => Err(Failure::NoEntry),
    }
}

/// An entry that several lines would take is left to a person, and so are those lines.
fn leave_contested(decisions: &mut [Decision]) {
    let mut claims: BTreeMap<ItemIndex, usize> = BTreeMap::new();
    for decision in decisions.iter() {
        if let Verdict::Match(entries, _) = &decision.verdict {
            for entry in entries {
                *claims.entry(*entry).or_default() += 1;
            }
        }
    }
    for decision in decisions {
        if let Verdict::Match(entries, _) = &decision.verdict
            && entries.iter().any(|entry| claims.get(entry) > Some(&1))
        {
            decision.verdict = Verdict::Choose(vec![entries.clone()]);
        }
    }
}

//! Rules before, beside and after the engine.
//!
//! People come first: what they accepted neither rules nor engine see, and what they rejected is never matched.
//!
//! 1. *Never match*: what such rules rule out is told to the engine, which then looks for the best among the rest.
//! 2. *Before*: what these rules decide, the engine does not see.
//! 3. The engine runs.
//! 4. *Beside*: these rules look at every line that is left, as if the engine had not. Where both say the same, the match
//!    names both; where only one says something, that holds; where they contradict each other, both become suggestions.
//! 5. *After*: these rules look at what has no automatic match yet.
//!
//! What is left then is named by all that was decided (`final_state`).

use crate::apply::{Failure, Free, Verdict, stage};
use crate::conditions::Face;
use crate::final_state;
use crate::find::Finder;
use crate::merge::Merger;
use crate::rule::{Action, By, MatchBy, Rulebook, Stage};
use std::collections::BTreeMap;
use tieout_match::{
    Engine, Evidence, EvidenceKind, Input, ItemIndex, ItemsError, Model, Outcome, Progress, Settings, Side, fold,
};
use tieout_reconcile::Decisions;
use tieout_reconcile::decisions::{Accepted, Rejected};

/// What rules are run on.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// Lines and entries.
    pub input: &'a Input,
    /// The engine, made ready for them.
    pub engine: &'a Engine,
    /// The engine's model of them.
    pub model: &'a Model,
    /// The engine's settings.
    pub settings: &'a Settings,
    /// Names of the accounts by the number that items bear: bank number and name in the books, divided by a blank.
    pub accounts: &'a [String],
    /// Matches that people accepted; no line and no entry is in two of them.
    pub accepted: &'a [Accepted],
    /// What people ruled out.
    pub rejected: &'a [Rejected],
}

/// What a run with rules came to.
#[derive(Debug, Clone)]
pub struct Ruled {
    /// Groups and exceptions of rules and engine.
    pub outcome: Outcome,
    /// What rules decided beside matching.
    pub decisions: Decisions,
    /// What each rule did, by line.
    pub applied: Vec<Applied>,
    /// The engine that ran, if rules had taken items out before; else the one that was given.
    pub engine: Option<Engine>,
}

/// What a rule did with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// The rule, by position.
    pub rule: usize,
    /// The line.
    pub line: ItemIndex,
    /// What it did.
    pub what: What,
}

/// What a rule did with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Matched it.
    Matched,
    /// Said the same as the engine.
    Agreed,
    /// Contradicted the engine: a person decides.
    Contradicted,
    /// Found several entries, or entries that another line takes as well: a person chooses.
    Undecided,
    /// Booked it to one account.
    Coded,
    /// Booked it to several accounts.
    Split,
    /// Set it aside.
    Ignored,
    /// Kept the engine from matching it with some entries.
    Kept,
    /// Its conditions hold, but it found no entry.
    NoEntry,
    /// Its conditions hold, but more entries came into question than are looked at.
    TooManyEntries,
    /// Its conditions hold, but the fixed parts are more than the line.
    SplitTooLarge,
}

impl What {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Match(..) => Self::Matched,
            Verdict::Choose(_) => Self::Undecided,
            Verdict::Code(parts, _) if parts.len() > 1 => Self::Split,
            Verdict::Code(..) => Self::Coded,
            Verdict::Ignore(_) => Self::Ignored,
        }
    }

    /// For people: what was done with lines.
    pub fn label(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Agreed => "agreed with the engine",
            Self::Contradicted => "contradicted the engine, left to a person",
            Self::Undecided => "left to a person: several fit",
            Self::Coded => "coded",
            Self::Split => "split",
            Self::Ignored => "ignored",
            Self::Kept => "kept from being matched with certain entries",
            Self::NoEntry => "fit, but no entry was found",
            Self::TooManyEntries => "fit, but too many entries came into question",
            Self::SplitTooLarge => "fit, but the fixed parts are more than the line",
        }
    }
}

/// Runs engine and rules.
///
/// # Errors
/// Items that cannot be taken out, which would be a bug.
pub fn run(book: &Rulebook, case: Before<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Ruled, ItemsError> {
    let accounts: Vec<String> = case.accounts.iter().map(|name| fold(name)).collect();
    let input = case.input;
    let rules_that_match = book.rules.iter().filter_map(|rule| match &rule.action {
        Action::Match(by) => Some(by),
        _ => None,
    });
    let finder = Finder::new(input, &accounts, rules_that_match);
    let mut merger = Merger::new(book, input, case.model, case.settings.automatic_ppm);
    merger.accept(case.accepted);
    let mut settings = case.settings.clone();
    let mut applied = forbid(book, input, &accounts, &mut settings);
    reject(book, case.rejected, &mut settings);
    let mut decide = |merger: &mut Merger<'_>, which: Stage, free: &Free| {
        let result = stage(book, which, (input, &accounts), &finder, free);
        applied.extend(result.failures.iter().map(|(rule, line, failure)| Applied {
            rule: *rule,
            line: *line,
            what: match failure {
                Failure::NoEntry => What::NoEntry,
                Failure::TooManyEntries => What::TooManyEntries,
                Failure::SplitTooLarge => What::SplitTooLarge,
            },
        }));
        merger.decide(which, result.decisions);
    };
    let before = free(input, &merger);
    decide(&mut merger, Stage::Before, &before);
    let decided_before = merger.taken();
    let beside = free(input, &merger);
    let mut other = None;
    let outcome = if decided_before.0.is_empty() && decided_before.1.is_empty() {
        case.engine.run(case.model, &settings, progress)
    } else {
        let mut rest = input.clone();
        for line in &decided_before.0 {
            rest.lines.take(*line, rest.lines.open_amount(*line))?;
        }
        for entry in &decided_before.1 {
            rest.entries.take(*entry, rest.entries.open_amount(*entry))?;
        }
        let engine = other.insert(case.engine.for_input(&rest));
        let mut outcome = engine.run(case.model, &settings, progress);
        // Alone, the engine cannot know that what is left repeats or undoes what was decided.
        let (made, alone) = (merger.made(), merger.settled_lines());
        outcome.exceptions = case
            .engine
            .exceptions_beside((case.model, &settings), (&made, &alone), &outcome);
        outcome
    };
    let Outcome { groups, exceptions } = outcome;
    merger.engine(groups);
    decide(&mut merger, Stage::Beside, &beside);
    let after = free(input, &merger);
    decide(&mut merger, Stage::After, &after);
    let outcome = Outcome {
        groups: Vec::new(),
        exceptions,
    };
    let (outcome, decisions, by_line) = merger.finish(outcome);
    applied.extend(by_line);
    applied.sort_by_key(|applied| (applied.rule, applied.line));
    let mut ruled = Ruled {
        outcome,
        decisions,
        applied,
        engine: other,
    };
    final_state::name(case.engine, (case.model, case.settings), &mut ruled);
    Ok(ruled)
}

/// What neither an automatic group nor a rule holds.
fn free(input: &Input, merger: &Merger<'_>) -> Free {
    let (lines, entries) = merger.taken();
    Free {
        lines: input.lines.indexes().map(|line| !lines.contains(&line)).collect(),
        entries: input.entries.indexes().map(|entry| !entries.contains(&entry)).collect(),
    }
}

/// Tells the engine what it must never match.
fn forbid(book: &Rulebook, input: &Input, accounts: &[String], settings: &mut Settings) -> Vec<Applied> {
    let mut applied = Vec::new();
    for (class, (place, rule)) in (0..).zip(book.rules.iter().enumerate()) {
        let Action::NeverMatch(entries) = &rule.action else {
            continue;
        };
        for line in input.lines.indexes() {
            if Face::new(&input.lines, line, accounts).holds(&rule.when) {
                settings.never.add(class, Side::Line, line);
                applied.push(Applied {
                    rule: place,
                    line,
                    what: What::Kept,
                });
            }
        }
        for entry in input.entries.indexes() {
            if Face::new(&input.entries, entry, accounts).holds(entries) {
                settings.never.add(class, Side::Entry, entry);
            }
        }
    }
    applied
}

/// Tells the engine what people ruled out, in classes after those of the rules.
fn reject(book: &Rulebook, rejected: &[Rejected], settings: &mut Settings) {
    let rules = u32::try_from(book.rules.len()).unwrap_or(u32::MAX);
    for (class, pair) in (rules..).zip(rejected) {
        for line in &pair.lines {
            settings.never.add(class, Side::Line, *line);
        }
        for entry in &pair.entries {
            settings.never.add(class, Side::Entry, *entry);
        }
    }
}

/// How often a rule did what.
pub fn counts(applied: &[Applied]) -> BTreeMap<(usize, What), usize> {
    let mut counts = BTreeMap::new();
    for applied in applied {
        *counts.entry((applied.rule, applied.what)).or_default() += 1;
    }
    counts
}

/// What agreed, in words.
pub(crate) fn evidence(by: &MatchBy) -> Vec<Evidence> {
    let text = |by: &By| match by {
        By::Amount => "amounts agree",
        By::Reference => "a number of the entry's reference stands in the line",
        By::Check => "check numbers agree",
        By::Contact => "the entry's contact stands in the line",
        By::Date => "the day agrees",
    };
    let about = |by: &By| match by {
        By::Amount => EvidenceKind::Amount,
        By::Reference => EvidenceKind::Reference,
        By::Check => EvidenceKind::CheckNumber,
        By::Contact => EvidenceKind::Contact,
        By::Date => EvidenceKind::Date,
    };
    let told = by.evidence.iter().map(|by| Evidence {
        kind: about(by),
        text: text(by).to_owned().into(),
        weight: 0,
    });
    told.collect()
}

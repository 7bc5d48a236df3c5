//! Exceptions of this period, and what is outstanding.
//!
//! The engine looks at all items it was given; a person wants those of the period. Items booked after the day, entries
//! reconciled before the cut-off and entries dated after it are left out. What is open and bears no exception gets the
//! plain one: if a suggestion has it, a person chooses; else an entry waits for the bank, and a line is unrecorded.

use crate::balance::{at, narrow};
use crate::dated;
use crate::explain::open;
use crate::gaps::Gaps;
use crate::result::{Outstanding, OutstandingState};
use crate::scope::{Scope, Standing};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_ledger::reconciliation::TooLarge;
use tieout_match::{Action, AgeLimits, Exception, ExceptionClass, Field, Group, Input, ItemIndex, Side};

/// What a person should see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    /// By date, lines before entries.
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) outstanding: Vec<Outstanding>,
    line_classes: Vec<Option<ExceptionClass>>,
    entry_classes: Vec<Option<(ExceptionClass, bool)>>,
    not_covered: BTreeSet<ItemIndex>,
}

/// Where an item that is open stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryState {
    /// On its way to the bank.
    Waiting,
    /// On its way for too long.
    Stale,
    /// Of days that no statement covers.
    NotCovered,
    /// In error, or to be decided.
    Wrong(ExceptionClass),
}

impl Findings {
    /// Selects and completes the exceptions, and lists what is outstanding.
    pub(crate) fn of(
        input: &Input,
        groups: &[Group],
        found: Vec<Exception>,
        standing: &Standing,
        frame: Frame,
    ) -> Result<Self, TooLarge> {
        let mut findings = Self {
            line_classes: vec![None; input.lines.len()],
            entry_classes: vec![None; input.entries.len()],
            ..Self::default()
        };
        let day = frame.period.last();
        let suggested = best_suggestions(groups, standing.terms.len());
        for exception in found
            .into_iter()
            .filter(|exception| concerns(exception, input, groups, standing, day))
        {
            findings.add(with_its_suggestion(exception, &suggested));
        }
        for exception in dated::wrong(input, groups, standing, day) {
            if at(&findings.entry_classes, exception.item).copied().flatten().is_none() {
                findings.add(exception);
            }
        }
        let plain = |side, item| suggested.get(&(side, item)).map(|&group| undecided(side, item, group));
        for line in input.lines.indexes().filter(|&line| input.lines.date(line) <= day) {
            if open(&standing.open_lines, line) != 0 && findings.line_class(line).is_none() {
                findings.add(plain(Side::Line, line).unwrap_or_else(|| plain_line(line)));
            }
        }
        for entry in input
            .entries
            .indexes()
            .filter(|&entry| standing.scope(entry) == Scope::Current)
        {
            if open(&standing.open_entries, entry) != 0
                && at(&findings.entry_classes, entry).copied().flatten().is_none()
            {
                findings.add(plain(Side::Entry, entry).unwrap_or_else(|| plain_entry(entry, input, frame)));
            }
        }
        let place = |exception: &Exception| match exception.side {
            Side::Line => (input.lines.date(exception.item), exception.side),
            Side::Entry => (input.entries.date(exception.item), exception.side),
        };
        findings.exceptions.sort_by(|a, b| {
            let content = || match a.side {
                Side::Line => input.lines.compare(a.item, b.item),
                Side::Entry => input.entries.compare(a.item, b.item),
            };
            place(a).cmp(&place(b)).then_with(content)
        });
        findings.list_outstanding(input, groups, standing, day)?;
        Ok(findings)
    }

    /// Of entries that nothing speaks of, those of days without a statement wait for that alone.
    pub(crate) fn leave_to_gaps(&mut self, gaps: &Gaps, input: &Input, limits: AgeLimits) {
        if gaps.is_empty() {
            return;
        }
        let Self {
            exceptions,
            not_covered,
            ..
        } = self;
        for exception in exceptions
            .iter_mut()
            .filter(|e| e.side == Side::Entry && e.group.is_none())
        {
            let entry = exception.item;
            let class = transit_class(entry, input.entries.amount(entry), input);
            let is_open = is_outstanding(exception.class) || exception.class == ExceptionClass::Undecided;
            if is_open && gaps.may_hold(input.entries.date(entry), class, limits) {
                (exception.class, exception.stale, exception.action) = (class, false, Action::GiveStatement);
                not_covered.insert(entry);
            }
        }
        self.outstanding.retain(|item| !self.not_covered.contains(&item.entry));
    }

    /// Class of an open line.
    pub(crate) fn line_class(&self, line: ItemIndex) -> Option<ExceptionClass> {
        at(&self.line_classes, line).copied().flatten()
    }

    /// How an open entry stands.
    pub(crate) fn entry_state(&self, entry: ItemIndex) -> EntryState {
        if self.not_covered.contains(&entry) {
            return EntryState::NotCovered;
        }
        match at(&self.entry_classes, entry).copied().flatten() {
            Some((class, true)) if is_outstanding(class) => EntryState::Stale,
            Some((class, false)) if is_outstanding(class) => EntryState::Waiting,
            Some((class, _)) => EntryState::Wrong(class),
            None => EntryState::Wrong(ExceptionClass::Undecided),
        }
    }

    fn add(&mut self, exception: Exception) {
        let position = usize::try_from(exception.item).ok();
        // The first of several exceptions of an item is the one that counts.
        match exception.side {
            Side::Line => {
                if let Some(slot) = position.and_then(|line| self.line_classes.get_mut(line)) {
                    slot.get_or_insert(exception.class);
                }
            }
            Side::Entry => {
                if let Some(slot) = position.and_then(|entry| self.entry_classes.get_mut(entry)) {
                    slot.get_or_insert((exception.class, exception.stale));
                }
            }
        }
        self.exceptions.push(exception);
    }

    fn list_outstanding(
        &mut self,
        input: &Input,
        groups: &[Group],
        standing: &Standing,
        day: Date,
    ) -> Result<(), TooLarge> {
        for ((position, group), term) in (0..).zip(groups).zip(&standing.terms) {
            let first = group
                .entries
                .iter()
                .find(|part| standing.scope(part.item) == Scope::Current);
            if let (Some(on), Some(first)) = (term.cleared_on, first)
                && term.outstanding != 0
            {
                let amount = narrow(term.outstanding)?;
                self.outstanding.push(Outstanding {
                    entry: first.item,
                    amount,
                    class: transit_class(first.item, amount, input),
                    age_days: age(input.entries.date(first.item), day),
                    state: OutstandingState::ClearedLater { group: position, on },
                });
            }
        }
        for entry in input
            .entries
            .indexes()
            .filter(|&entry| standing.scope(entry) == Scope::Current)
        {
            let amount = open(&standing.open_entries, entry);
            let state = match self.entry_state(entry) {
                EntryState::Waiting => OutstandingState::Waiting,
                EntryState::Stale => OutstandingState::Stale,
                EntryState::NotCovered | EntryState::Wrong(_) => continue,
            };
            if amount != 0 {
                let class = at(&self.entry_classes, entry)
                    .copied()
                    .flatten()
                    .map(|(class, _)| class);
                self.outstanding.push(Outstanding {
                    entry,
                    amount,
                    class: class.unwrap_or_else(|| transit_class(entry, amount, input)),
                    age_days: age(input.entries.date(entry), day),
                    state,
                });
            }
        }
        self.outstanding.sort_by(|a, b| input.entries.compare(a.entry, b.entry));
        Ok(())
    }
}

/// The period and how long an entry may wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) period: Period,
    pub(crate) age_limits: AgeLimits,
}

fn concerns(exception: &Exception, input: &Input, groups: &[Group], standing: &Standing, day: Date) -> bool {
    match exception.side {
        Side::Line => input.lines.date(exception.item) <= day,
        Side::Entry => match standing.scope(exception.item) {
            Scope::Current => true,
            Scope::Earlier => false,
            // Dated after the day, it concerns this period only by a line that the bank booked in it.
            Scope::Later => exception
                .group
                .and_then(|group| at(groups, group))
                .is_some_and(|group| group.lines.iter().any(|part| input.lines.date(part.item) <= day)),
        },
    }
}

fn is_outstanding(class: ExceptionClass) -> bool {
    matches!(
        class,
        ExceptionClass::OutstandingCheck | ExceptionClass::DepositInTransit | ExceptionClass::PaymentInTransit
    )
}

/// The best suggestion that each item is in; the best of an item comes first.
fn best_suggestions(groups: &[Group], automatic: usize) -> BTreeMap<(Side, ItemIndex), u32> {
    let mut best = BTreeMap::new();
    for (position, group) in (0..).zip(groups).skip(automatic) {
        let lines = group.lines.iter().map(|part| (Side::Line, part.item));
        let entries = group.entries.iter().map(|part| (Side::Entry, part.item));
        for item in lines.chain(entries) {
            best.entry(item).or_insert(position);
        }
    }
    best
}

/// What is to be decided has the best of its suggestions; where there is none, there is nothing to choose from.
fn with_its_suggestion(mut exception: Exception, suggested: &BTreeMap<(Side, ItemIndex), u32>) -> Exception {
    if exception.class == ExceptionClass::Undecided && exception.group.is_none() {
        exception.group = suggested.get(&(exception.side, exception.item)).copied();
        if exception.group.is_none() {
            exception.action = Action::Investigate;
        }
    }
    exception
}

fn undecided(side: Side, item: ItemIndex, group: u32) -> Exception {
    Exception {
        side,
        item,
        class: ExceptionClass::Undecided,
        stale: false,
        group: Some(group),
        action: Action::Choose,
    }
}

fn plain_line(line: ItemIndex) -> Exception {
    Exception {
        side: Side::Line,
        item: line,
        class: ExceptionClass::Unrecorded,
        stale: false,
        group: None,
        action: Action::Record,
    }
}

fn plain_entry(entry: ItemIndex, input: &Input, frame: Frame) -> Exception {
    let class = transit_class(entry, input.entries.amount(entry), input);
    let limit = match class {
        ExceptionClass::OutstandingCheck => frame.age_limits.check_days,
        ExceptionClass::DepositInTransit => frame.age_limits.deposit_days,
        _ => frame.age_limits.payment_days,
    };
    let stale = age(input.entries.date(entry), frame.period.last()) > limit;
    Exception {
        side: Side::Entry,
        item: entry,
        class,
        stale,
        group: None,
        action: if stale { Action::Investigate } else { Action::Wait },
    }
}

fn transit_class(entry: ItemIndex, amount: i64, input: &Input) -> ExceptionClass {
    if amount > 0 {
        ExceptionClass::DepositInTransit
    } else if input.entries.text(entry, Field::CheckNumber).is_empty() {
        ExceptionClass::PaymentInTransit
    } else {
        ExceptionClass::OutstandingCheck
    }
}

fn age(date: Date, day: Date) -> i32 {
    (day - date).get_days()
}

//! What of each line and entry is open, and what each automatic match does, as of the day.
//!
//! Automatic matches count as confirmed. For each of them, with its line parts to the day *A* and after it, and its entry
//! parts in scope *P*: what later lines clear is outstanding by itself (*O*, of several entries as one amount), so what
//! the ledger balance holds of it is P − O, and it moves the difference by A − (P − O). That is zero unless it has
//! differences to book or entries dated after the day.

use crate::opening::Opening;
use std::ops::RangeInclusive;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_match::{Group, Input, ItemIndex, Items, Part, Tier};

/// Where an entry stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// To the cut-off, and not open then: reconciled earlier.
    Earlier,
    /// The ledger balance of the day holds it.
    Current,
    /// Dated after the day.
    Later,
}

/// The outcome does not fit the items: the engine, or whoever made the outcome, is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeError {
    /// Suggestions come before automatic groups.
    #[error("group {0} is automatic but follows a suggestion")]
    OutOfOrder(usize),
    /// Lines − entries − residuals is not zero.
    #[error("group {0} is off by {1} minor units")]
    Unbalanced(usize, i128),
    /// More of an item is matched than there is, or with the other sign.
    #[error("group {0} takes more of an item than is open")]
    Overtaken(usize),
}

/// What is open and what is matched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// Of each line, what no automatic match takes.
    pub(crate) open_lines: Vec<i64>,
    /// Of each entry, what neither an earlier nor an automatic match takes.
    pub(crate) open_entries: Vec<i64>,
    pub(crate) scopes: Vec<Scope>,
    /// One for each automatic group.
    pub(crate) terms: Vec<Term>,
}

/// What an automatic match does as of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    /// What later lines clear: out of the ledger balance.
    pub(crate) outstanding: i128,
    /// First line after the day.
    pub(crate) cleared_on: Option<Date>,
    /// Residuals of a match whose lines are all booked to the day: to be booked.
    pub(crate) to_book: i128,
    /// Booked by the bank to the day, in the books after it.
    pub(crate) recorded_later: i128,
}

impl Standing {
    /// Looks at the automatic groups as of the last day of the period.
    pub(crate) fn of(
        input: &Input,
        groups: &[Group],
        opening: &Opening,
        period: Period,
    ) -> Result<(Self, usize), OutcomeError> {
        let automatic = groups.iter().take_while(|group| group.tier == Tier::Automatic).count();
        let rest = groups.iter().enumerate().skip(automatic);
        if let Some((position, _)) = rest.clone().find(|(_, group)| group.tier == Tier::Automatic) {
            return Err(OutcomeError::OutOfOrder(position));
        }
        let groups = groups.get(..automatic).unwrap_or_default();
        let mut standing = Self {
            open_lines: input
                .lines
                .indexes()
                .map(|line| input.lines.open_amount(line))
                .collect(),
            open_entries: input
                .entries
                .indexes()
                .map(|entry| input.entries.open_amount(entry))
                .collect(),
            scopes: input
                .entries
                .indexes()
                .map(|entry| scope(entry, &input.entries, opening, period))
                .collect(),
            terms: Vec::with_capacity(groups.len()),
        };
        for (position, group) in groups.iter().enumerate() {
            check_balanced(position, group)?;
            take(&mut standing.open_lines, &group.lines).ok_or(OutcomeError::Overtaken(position))?;
            take(&mut standing.open_entries, &group.entries).ok_or(OutcomeError::Overtaken(position))?;
            standing.open_up(group, input, period);
            let term = standing.term(group, input, period.last());
            standing.terms.push(term);
        }
        Ok((standing, automatic))
    }

    /// Scope of an entry; what does not exist is in none.
    pub(crate) fn scope(&self, entry: ItemIndex) -> Scope {
        let position = usize::try_from(entry).ok();
        position
            .and_then(|entry| self.scopes.get(entry))
            .copied()
            .unwrap_or(Scope::Earlier)
    }

    /// Entries before the cut-off that a line clears were open then, and so was what an entry of the window cancels.
    fn open_up(&mut self, group: &Group, input: &Input, period: Period) {
        let reaches_in = !group.lines.is_empty()
            || group
                .entries
                .iter()
                .any(|part| input.entries.date(part.item) >= period.first());
        for part in group.entries.iter().filter(|_| reaches_in) {
            let slot = usize::try_from(part.item)
                .ok()
                .and_then(|entry| self.scopes.get_mut(entry));
            if let Some(slot) = slot
                && *slot == Scope::Earlier
            {
                *slot = Scope::Current;
            }
        }
    }

    fn term(&self, group: &Group, input: &Input, day: Date) -> Term {
        let sum = |parts: &mut dyn Iterator<Item = &Part>| -> i128 { parts.map(|part| i128::from(part.amount)).sum() };
        let to_day = |part: &&Part| input.lines.date(part.item) <= day;
        let booked = sum(&mut group.lines.iter().filter(to_day));
        let held = sum(&mut group
            .entries
            .iter()
            .filter(|part| self.scope(part.item) == Scope::Current));
        let cleared_on = group
            .lines
            .iter()
            .map(|part| input.lines.date(part.item))
            .filter(|date| *date > day)
            .min();
        let any_booked = group.lines.iter().any(|part| to_day(&part));
        let outstanding = match (any_booked, cleared_on) {
            (_, None) => 0,
            (false, Some(_)) => held,
            // The rest of what is partly cleared, if it is one.
            (true, Some(_)) if held != 0 && (0..=held.abs()).contains(&((held - booked) * held.signum())) => {
                held - booked
            }
            (true, Some(_)) => 0,
        };
        let residuals = group.residuals.iter().map(|residual| i128::from(residual.amount)).sum();
        let to_book = if cleared_on.is_none() && self.counts(group) {
            residuals
        } else {
            0
        };
        Term {
            outstanding,
            cleared_on,
            to_book,
            recorded_later: booked - (held - outstanding) - to_book,
        }
    }

    /// A group of entries that were all reconciled earlier counts no more.
    fn counts(&self, group: &Group) -> bool {
        !group.lines.is_empty() || group.entries.iter().any(|part| self.scope(part.item) != Scope::Earlier)
    }
}

fn scope(entry: ItemIndex, entries: &Items, opening: &Opening, period: Period) -> Scope {
    let date = entries.date(entry);
    if date > period.last() {
        Scope::Later
    } else if (date >= period.first() && !opening.entered.contains(&entry)) || opening.open.contains(&entry) {
        Scope::Current
    } else {
        Scope::Earlier
    }
}

fn check_balanced(position: usize, group: &Group) -> Result<(), OutcomeError> {
    let sum = |parts: &[Part]| -> i128 { parts.iter().map(|part| i128::from(part.amount)).sum() };
    let residuals: i128 = group.residuals.iter().map(|residual| i128::from(residual.amount)).sum();
    match sum(&group.lines) - sum(&group.entries) - residuals {
        0 => Ok(()),
        off => Err(OutcomeError::Unbalanced(position, off)),
    }
}

/// Takes the parts off what is open; `None` if one is larger, or of the other sign.
fn take(open: &mut [i64], parts: &[Part]) -> Option<()> {
    for part in parts {
        let slot = open.get_mut(usize::try_from(part.item).ok()?)?;
        let allowed: RangeInclusive<i64> = if *slot < 0 { *slot..=0 } else { 0..=*slot };
        if !allowed.contains(&part.amount) {
            return None;
        }
        *slot -= part.amount;
    }
    Some(())
}

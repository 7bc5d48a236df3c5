//! What a run keeps for the next one, and what it takes over from the one before.

use crate::books::Books;
use crate::changes::{Change, Changes};
use crate::columns::at;
use crate::few::Few;
use crate::groups::bundle::Bundle;
use crate::groups::contact::Named;
use crate::groups::equal_parts::counted;
use crate::groups::{Bench, Open, SEARCH_STEPS};
use crate::hashing::Map;
use crate::pairs::Pairs;
use crate::roll::{Position, Roll};

/// What a run found that the next one may find again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// Every pair that has any chance.
    pub(crate) pairs: Pairs,
    /// Whom lines name, as far as that was asked.
    pub(crate) named: Named,
    /// Searches for groups, round after round.
    pub(crate) rounds: Vec<Made>,
}

/// A run that keeps something, and perhaps takes something over.
#[derive(Debug, Default)]
pub(crate) struct Recall<'p> {
    /// What an earlier run with the same model and settings found, and what has changed since.
    pub(crate) earlier: Option<(&'p Memory, &'p Changes)>,
    /// What this run found.
    pub(crate) memory: Memory,
}

impl<'p> Recall<'p> {
    /// The pairs that a line had and has again, if nothing changed that they depend on.
    pub(crate) fn pairs_of(&self, line: Position) -> Option<&'p [(Position, i32)]> {
        let (memory, changes) = self.earlier?;
        let before = changes.before(line)?;
        (changes.of_line(line) == Change::None).then(|| memory.pairs.by_line.row(before))
    }

    /// The contacts that a line named best and names best again.
    pub(crate) fn named_by(&self, line: Position) -> Option<&'p [u32]> {
        let (memory, changes) = self.earlier?;
        let before = changes.before(line)?;
        let same = changes.same_contacts && changes.of_line(line) == Change::None;
        memory.named.known(before).filter(|_| same)
    }

    /// The searches of the next round.
    pub(crate) fn round(&self, books: &Books, open: &Open) -> Searches<'p> {
        let round = self.memory.rounds.len();
        let earlier = self.earlier.and_then(|(memory, changes)| {
            let made = memory.rounds.get(round)?;
            Some(Earlier {
                made,
                changes,
                touched: Touched::new(books, open, (made, changes)),
            })
        });
        Searches {
            earlier,
            made: Made {
                open: open.clone(),
                by_entries: Map::default(),
            },
        }
    }
}

/// The searches of one round among lines around some entries.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    open: Open,
    by_entries: Map<(Purpose, Few<Position>), Search>,
}

/// One search and what it proposed.
#[derive(Debug, Clone)]
struct Search {
    steps: Steps,
    bundles: Vec<Bundle>,
}

/// The steps that were left for a search, as far as it depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Steps {
    /// None.
    None,
    /// As many as any of its parts may take; so many were taken.
    Enough(u64),
}

impl Steps {
    /// `None` if the steps ran short within the search: what it finds depends on how many were left.
    fn new(before: u64, after: u64) -> Option<Self> {
        match (before, after) {
            (0, _) => Some(Self::None),
            (_, SEARCH_STEPS..) => Some(Self::Enough(before - after)),
            _ => None,
        }
    }

    /// What is left if the very same search is made again with as many; `None` if it may end otherwise.
    fn again(self, left: u64) -> Option<u64> {
        match self {
            Self::None => (left == 0).then_some(0),
            Self::Enough(taken) => left.checked_sub(taken).filter(|after| *after >= SEARCH_STEPS),
        }
    }
}

/// Searches that are remembered while a round goes on.
#[derive(Debug)]
pub(crate) struct Searches<'p> {
    earlier: Option<Earlier<'p>>,
    pub(crate) made: Made,
}

/// What a search is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Lines that are parts of entries.
    Parts,
    /// Lines for entries that share a number.
    Number,
    /// Lines for entries of one contact.
    Contact,
}

/// What a search looks at: lines of an account between two days, and what else it says.
#[derive(Debug, Clone)]
pub(crate) struct Reach<'e> {
    /// See there.
    pub(crate) purpose: Purpose,
    /// The entries that it is made for.
    pub(crate) entries: &'e [Position],
    /// See above.
    pub(crate) account: u16,
    /// See above.
    pub(crate) days: (i32, i32),
    /// Days of other entries of which it is asked whether they are open.
    pub(crate) days_of_others: Option<(i32, i32)>,
    /// The entry's amount, if lines of a share of it are counted on whatever day.
    pub(crate) shares_of: Option<i64>,
}

impl<'e> Reach<'e> {
    /// Looks at lines from so many days before some entries of an account, which are in order, to so many after.
    pub(crate) fn new(purpose: Purpose, roll: &Roll, entries: &'e [Position], days: (i32, i32)) -> Self {
        let first = entries.first().copied().unwrap_or(0);
        let last = entries.last().copied().unwrap_or(0);
        Self {
            purpose,
            entries,
            account: at(&roll.accounts, first),
            days: (
                roll.day(first).saturating_sub(days.0),
                roll.day(last).saturating_add(days.1),
            ),
            days_of_others: None,
            shares_of: None,
        }
    }

    fn key(&self) -> (Purpose, Few<Position>) {
        (self.purpose, Few::of(self.entries))
    }
}

impl Searches<'_> {
    /// What a search that was made before proposed, with the lines where they are now, and the steps that it leaves of some;
    /// `None` if it may end otherwise today.
    fn again(&self, reach: &Reach<'_>, left: u64) -> Option<(Vec<Bundle>, u64)> {
        let earlier = self.earlier.as_ref()?;
        let search = earlier.made.by_entries.get(&reach.key())?;
        let left = search.steps.again(left)?;
        if earlier.touched.reaches(reach) {
            return None;
        }
        let moved = search.bundles.iter().map(|bundle| Bundle {
            lines: bundle.lines.iter().map(|line| earlier.changes.after(*line)).collect(),
            ..bundle.clone()
        });
        Some((moved.collect(), left))
    }

    /// Notes what a search proposed, with the steps that were left before and after it.
    fn note(&mut self, reach: &Reach<'_>, bundles: &[Bundle], (before, after): (u64, u64)) {
        if let Some(steps) = Steps::new(before, after) {
            let bundles = bundles.to_vec();
            self.made.by_entries.insert(reach.key(), Search { steps, bundles });
        }
    }
}

impl Bench<'_> {
    /// Makes a search, or takes over what the very same search came to in an earlier run.
    pub(crate) fn recall(&mut self, reach: &Reach<'_>, search: impl FnOnce(&mut Self)) {
        let Some(mut searches) = self.searches.take() else {
            search(self);
            return;
        };
        let (steps, place) = (self.budget, self.proposals.bundles.len());
        self.has_counted_all.set(false);
        if let Some((bundles, left)) = searches.again(reach, steps) {
            self.proposals.bundles.extend(bundles);
            self.budget = left;
        } else {
            search(self);
        }
        if !self.has_counted_all.get() {
            let bundles = self.proposals.bundles.get(place..).unwrap_or_default();
            searches.note(reach, bundles, (steps, self.budget));
        }
        self.searches = Some(searches);
    }
}

#[derive(Debug)]
struct Earlier<'p> {
    made: &'p Made,
    changes: &'p Changes,
    touched: Touched,
}

/// Where lines are new, say something else, or are open that were not or the other way round, and entries likewise.
#[derive(Debug)]
struct Touched {
    /// Accounts and days, sorted.
    days: Vec<(u16, i32)>,
    /// The same of entries.
    days_of_entries: Vec<(u16, i32)>,
    /// Accounts and amounts of lines, sorted.
    amounts: Vec<(u16, i64)>,
}

impl Touched {
    fn new(books: &Books, open: &Open, (made, changes): (&Made, &Changes)) -> Self {
        let lines = &books.lines;
        let is_touched = |line: &Position| {
            let was_open = changes.before(*line).map(|before| at(&made.open.lines, before));
            changes.of_line(*line) == Change::Meaning || was_open != Some(at(&open.lines, *line))
        };
        let account = |line: Position| at(&lines.accounts, line);
        let touched = || lines.positions().filter(is_touched);
        let mut days: Vec<(u16, i32)> = touched().map(|line| (account(line), lines.day(line))).collect();
        let mut amounts: Vec<(u16, i64)> = touched().map(|line| (account(line), lines.amount(line))).collect();
        days.dedup();
        amounts.sort_unstable();
        amounts.dedup();
        let entries = &books.entries;
        let both = made.open.entries.iter().zip(&open.entries);
        let other = both.zip(entries.positions()).filter(|((was, is), _)| was != is);
        let mut days_of_entries: Vec<(u16, i32)> = other
            .map(|(_, entry)| (at(&entries.accounts, entry), entries.day(entry)))
            .collect();
        days_of_entries.dedup();
        Self {
            days,
            days_of_entries,
            amounts,
        }
    }

    /// A search would see one of them.
    fn reaches(&self, reach: &Reach<'_>) -> bool {
        let account = reach.account;
        let in_days = |of: &[(u16, i32)], days: (i32, i32)| any(of, (account, days.0), (account, days.1));
        let counts_other = |amount| {
            let mut counted = counted(amount);
            counted.any(|(low, high)| any(&self.amounts, (account, low), (account, high)))
        };
        in_days(&self.days, reach.days)
            || reach
                .days_of_others
                .is_some_and(|days| in_days(&self.days_of_entries, days))
            || reach.shares_of.is_some_and(counts_other)
    }
}

/// One of some values, which are sorted, is between two, both included.
fn any<T: Ord + Copy>(sorted: &[T], low: T, high: T) -> bool {
    let place = sorted.partition_point(|value| *value < low);
    sorted.get(place).is_some_and(|value| *value <= high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_the_same_only_with_enough_steps_or_none() {
        assert_eq!(Steps::new(SEARCH_STEPS + 10, SEARCH_STEPS), Some(Steps::Enough(10)));
        assert_eq!(Steps::new(SEARCH_STEPS, SEARCH_STEPS - 1), None);
        assert_eq!(Steps::Enough(10).again(SEARCH_STEPS + 15), Some(SEARCH_STEPS + 5));
        assert_eq!(Steps::Enough(10).again(SEARCH_STEPS + 9), None);
        assert_eq!((Steps::None.again(0), Steps::None.again(1)), (Some(0), None));
    }

    #[test]
    fn a_search_is_touched_by_what_it_looks_at() {
        let touched = Touched {
            days: vec![(0, 100), (1, 50)],
            days_of_entries: vec![(0, 70)],
            amounts: vec![(0, 2_500)],
        };
        let reach = |days, days_of_others, shares_of| {
            touched.reaches(&Reach {
                purpose: Purpose::Parts,
                entries: &[3],
                account: 0,
                days,
                days_of_others,
                shares_of,
            })
        };
        assert!(reach((90, 100), None, None) && !reach((90, 99), None, None) && !reach((40, 60), None, None));
        assert!(reach((1, 2), Some((70, 72)), None) && !reach((1, 2), Some((71, 72)), None));
        // A quarter of it.
        assert!(reach((1, 2), None, Some(10_001)) && !reach((1, 2), None, Some(11_000)));
    }
}

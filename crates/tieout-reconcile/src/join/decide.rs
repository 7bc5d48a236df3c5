//! The balances decide which lines of two statements are the same.
//!
//! Statement *a* ends at a printed balance, *b* begins at one. If *b* carries on inside *a*, the lines they share sum to
//! a's closing − b's opening; if *b* lies within *a*, they are all of b's lines, and b's opening is what *a* had come to
//! by then. A reading (which lines are the same) that satisfies one of these *fits*. A statement without balances on
//! days that a proven one covers must have all its lines of these days in it.
//!
//! Readings are tried from the plainest: equal words; also equal amounts in other words; only equal bank ids.

use crate::chain;
use crate::statements::BankStatement;
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_match::{ItemIndex, Items};

/// By what two lines look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// The bank's id.
    Id,
    /// Day, amount and words.
    Words,
    /// Day and amount.
    Amount,
}

/// Which readings are taken for two statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// All up to this one, and the balances say so.
    UpTo(Reading),
    /// Ids and words, for want of balances.
    Undecided,
    /// Ids and words, although the balances fit no reading.
    Unconfirmed,
}

impl Choice {
    /// Lines that look the same by this are the same.
    pub(super) fn takes(self, reading: Reading) -> bool {
        match self {
            Self::UpTo(most) => reading <= most,
            Self::Undecided | Self::Unconfirmed => reading <= Reading::Words,
        }
    }

    /// A person should look at lines that look the same by this.
    pub(super) fn doubts(self, reading: Reading) -> bool {
        match self {
            Self::UpTo(_) => false,
            Self::Undecided => reading == Reading::Amount,
            Self::Unconfirmed => reading != Reading::Id,
        }
    }
}

/// What the balances say of a statement; made once for each that is compared.
#[derive(Debug)]
pub(super) struct Profile {
    opening: Option<i128>,
    closing: Option<i128>,
    total: i128,
    /// First and last day of the lines.
    days: Option<(Date, Date)>,
    /// First and last day as printed, widened by the lines.
    span: Option<Period>,
    /// Days of which it holds every line: the printed period, else all between its first day and its last, which may be
    /// cut. Only if opening + lines = closing, both printed.
    whole: Option<(Date, Date)>,
    /// How many lines, and their sum, before each line.
    by_order: Vec<i128>,
    /// After each day with lines: how many lines so far, and their sum.
    by_day: BTreeMap<Date, (usize, i128)>,
    first: ItemIndex,
}

impl Profile {
    /// Looks at a statement.
    pub(super) fn of(statement: &BankStatement, items: &Items) -> Self {
        let mut by_order = Vec::with_capacity(statement.lines.len());
        let mut by_day = BTreeMap::<Date, (usize, i128)>::new();
        let mut total = 0_i128;
        for line in statement.lines.clone() {
            by_order.push(total);
            let amount = i128::from(items.amount(line));
            let day = by_day.entry(items.date(line)).or_default();
            *day = (day.0 + 1, day.1 + amount);
            total += amount;
        }
        let mut so_far = (0, 0);
        for day in by_day.values_mut() {
            so_far = (so_far.0 + day.0, so_far.1 + day.1);
            *day = so_far;
        }
        let opening = statement.opening.map(|balance| i128::from(balance.amount));
        let closing = statement.closing.map(|balance| i128::from(balance.amount));
        let days = by_day.keys().next().copied().zip(by_day.keys().next_back().copied());
        let proven = opening
            .zip(closing)
            .is_some_and(|(opening, closing)| opening + total == closing);
        Self {
            opening: opening.or_else(|| Some(closing? - total)),
            closing: closing.or_else(|| Some(opening? + total)),
            total,
            days,
            span: chain::days(statement, days),
            whole: days
                .filter(|_| proven)
                .and_then(|days| whole_days(days, statement.period)),
            by_order,
            by_day,
            first: statement.lines.start,
        }
    }

    /// How many lines before a day, and their sum.
    fn before(&self, day: Date) -> (usize, i128) {
        self.by_day
            .range(..day)
            .next_back()
            .map_or((0, 0), |(_, &so_far)| so_far)
    }
}

fn whole_days(days: (Date, Date), printed: (Option<Date>, Option<Date>)) -> Option<(Date, Date)> {
    let first = printed
        .0
        .filter(|&first| first <= days.0)
        .or_else(|| days.0.tomorrow().ok())?;
    let last = printed
        .1
        .filter(|&last| days.1 <= last)
        .or_else(|| days.1.yesterday().ok())?;
    (first <= last).then_some((first, last))
}

/// One of the two statements, and which of its lines look like lines of the other.
pub(super) struct Side<'a> {
    profile: &'a Profile,
    shared: Vec<SharedLine>,
}

/// A line that looks like one of the other statement.
#[derive(Clone, Copy)]
pub(super) struct SharedLine {
    pub(super) line: ItemIndex,
    pub(super) date: Date,
    pub(super) amount: i64,
    pub(super) reading: Reading,
}

impl<'a> Side<'a> {
    /// A statement and its shared lines.
    pub(super) fn new(profile: &'a Profile, shared: Vec<SharedLine>) -> Self {
        Self { profile, shared }
    }

    fn taken(&self, most: Reading) -> impl Iterator<Item = &SharedLine> {
        self.shared.iter().filter(move |line| line.reading <= most)
    }

    fn shared_total(&self, most: Reading) -> i128 {
        self.taken(most).map(|line| i128::from(line.amount)).sum()
    }

    fn has(&self, reading: Reading) -> bool {
        self.shared.iter().any(|line| line.reading == reading)
    }

    /// What the balance had moved by when the first shared line came: by the order of the lines, and by their days.
    fn moved_before(&self, most: Reading, day: Date) -> [i128; 2] {
        let first = self.taken(most).map(|line| line.line - self.profile.first).min();
        let position = first.and_then(|first| usize::try_from(first).ok());
        let by_order = position
            .and_then(|position| self.profile.by_order.get(position))
            .copied();
        let by_day = self.profile.before(day).1;
        [by_order.unwrap_or(by_day), by_day]
    }

    /// Has lines on days that the other covers wholly, which are not among the shared ones.
    fn missing_in(&self, other: &Self, most: Reading) -> bool {
        let Some((first, last)) = other.profile.whole else {
            return false;
        };
        let after = last.tomorrow().unwrap_or(Date::MAX);
        let lines = self.profile.before(after).0 - self.profile.before(first).0;
        let shared = self
            .taken(most)
            .filter(|line| first <= line.date && line.date <= last)
            .count();
        shared < lines
    }
}

/// Which readings to take.
pub(super) fn choose(a: &Side<'_>, b: &Side<'_>) -> Choice {
    if a.profile.opening.is_some() && b.profile.opening.is_some() {
        by_balances(a, b)
    } else {
        by_days(a, b)
    }
}

fn by_balances(a: &Side<'_>, b: &Side<'_>) -> Choice {
    let within = |most| lies_within(a, b, most) || lies_within(b, a, most);
    let fits = |most| within(most) || carries_on(a, b, most) || carries_on(b, a, most);
    // A statement whose lines cancel each other also carries on from itself; that it lies in the other says more.
    if b.has(Reading::Amount) && within(Reading::Amount) {
        Choice::UpTo(Reading::Amount)
    } else if b.has(Reading::Words) && !within(Reading::Words) && fits(Reading::Words) && fits(Reading::Id) {
        // The lines in question cancel each other, so the balances fit with them and without them.
        Choice::Unconfirmed
    } else if fits(Reading::Words) {
        Choice::UpTo(Reading::Words)
    } else if b.has(Reading::Amount) && fits(Reading::Amount) {
        Choice::UpTo(Reading::Amount)
    } else if fits(Reading::Id) || may_be_apart(a, b) {
        Choice::UpTo(Reading::Id)
    } else {
        Choice::Unconfirmed
    }
}

/// Two statements that share no line may have others between them; those that share lines may not. If these others are
/// missing, the chain reports a break.
fn may_be_apart(a: &Side<'_>, b: &Side<'_>) -> bool {
    let spans = a.profile.span.zip(b.profile.span);
    let touch = spans.is_some_and(|(a, b)| a.last() <= b.first() || b.last() <= a.first());
    touch && !b.has(Reading::Id)
}

/// One side prints no balance; the other may cover whole days.
fn by_days(a: &Side<'_>, b: &Side<'_>) -> Choice {
    let fits = |most| !a.missing_in(b, most) && !b.missing_in(a, most);
    let told = a.profile.whole.is_some() || b.profile.whole.is_some();
    if told && !fits(Reading::Words) && fits(Reading::Amount) {
        Choice::UpTo(Reading::Amount)
    } else {
        Choice::Undecided
    }
}

/// `b` begins inside or at the end of `a` and goes on after it.
fn carries_on(a: &Side<'_>, b: &Side<'_>, most: Reading) -> bool {
    let (Some(closing), Some(opening)) = (a.profile.closing, b.profile.opening) else {
        return false;
    };
    let days = a.profile.days.zip(b.profile.days);
    let in_order = days.is_some_and(|(a, b)| a.0 <= b.0 && a.1 <= b.1);
    in_order && b.shared_total(most) == closing - opening
}

/// All of `inner` is in `outer`.
fn lies_within(inner: &Side<'_>, outer: &Side<'_>, most: Reading) -> bool {
    let (Some(opening), Some(outer_opening), Some(days)) =
        (inner.profile.opening, outer.profile.opening, inner.profile.days)
    else {
        return false;
    };
    inner.taken(most).count() == inner.profile.by_order.len()
        && inner.profile.total == outer.shared_total(most)
        && outer.moved_before(most, days.0).contains(&(opening - outer_opening))
}

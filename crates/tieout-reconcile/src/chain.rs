//! The chain of statements: in which order they follow each other, what each proves, and where an opening is not the
//! closing before it.
//!
//! Statements may overlap, so an opening is compared with the balance that the chain had come to *before* the lines they
//! share. A statement all of whose lines are in others carries nothing on: it is *contained*, and its opening is compared
//! with what the others say of that moment. Statements of one day (pages, several messages) are taken in the order in
//! which their balances fit, then by number. What a statement is by itself, before it is in the chain, is in `draft.rs`.

mod draft;
mod same_day;

use crate::balance::at;
use crate::result::{Break, Chain, ChainPlace, Gap, Missing, Statement};
use crate::runs::{LineSet, Runs};
use crate::statements::{BankStatement, SourceFile};
use draft::{Draft, Waiting, narrow};
use same_day::SameDay;
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_match::{ItemIndex, Items};

pub(crate) use draft::{Names, days};

/// Fewer missing days than these between two statements whose balances agree are no gap: nothing was booked.
const QUIET_DAYS: i32 = 7;
/// More missing numbers than these are no gap but another numbering.
const MOST_NUMBERS: u64 = 400;

/// An opening balance dated more days before the first day than these does not begin the window.
const OPENING_DAYS: i32 = 31;

/// How the balance runs along the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Course {
    /// The statements that carry the balance on, in their order.
    pub(crate) links: Vec<Link>,
    /// The first day of the first of them: the day after its printed opening.
    pub(crate) first_day: Option<Date>,
    /// Lines that no statement with a balance contains.
    pub(crate) loose: Vec<ItemIndex>,
}

/// A statement that carries the balance on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Position in [`Chain::statements`].
    pub(crate) statement: u32,
    /// Its days.
    pub(crate) days: Period,
    /// Printed, or closing less lines.
    pub(crate) opening: i128,
    /// Opening − the closing before it; position in [`Chain::breaks`] if that is not zero.
    pub(crate) break_before: Option<u32>,
    /// Its lines that no link before it contains.
    pub(crate) brings: Runs,
}

/// Orders the statements and links them. `members` has the lines of each.
pub(crate) fn link(bank: &[BankStatement], members: Vec<Runs>, files: &[SourceFile], lines: &Items) -> (Chain, Course) {
    let mut waiting: Vec<Waiting> = (0..)
        .zip(bank)
        .zip(members)
        .map(|((position, printed), members)| Waiting::new(position, printed, members, lines))
        .collect();
    waiting.sort_by_key(Waiting::start);
    let mut builder = Builder::new(lines, waiting.len());
    let names = Names::new(bank, files);
    let mut rest = waiting.into_iter().peekable();
    while let Some(first) = rest.next() {
        // Drafts are large and there may be many statements: only those of one day are made at a time.
        let start = first.start();
        let mut same_start: Vec<Draft> = first.draft(bank, &names, lines).into_iter().collect();
        while let Some(next) = rest.next_if(|next| next.start() == start) {
            same_start.extend(next.draft(bank, &names, lines));
        }
        same_start.sort_by(|a, b| a.order().cmp(&b.order()));
        builder.add_all(same_start);
    }
    builder.finish()
}

/// Puts statements into the chain one by one.
struct Builder<'a> {
    items: &'a Items,
    chain: Chain,
    course: Course,
    /// Lines that the links so far contain; those that other statements with a balance contain are among them.
    covered: LineSet,
    /// The balance before each line of the links; empty until it is asked for, as few chains contain statements.
    balance_before: Vec<i128>,
    /// What the links so far move on each day; a break counts to the day before its statement.
    moved_on: BTreeMap<Date, i128>,
    balance: Option<i128>,
    last: Option<LastLink>,
    /// The latest day of the links.
    end: Option<Date>,
}

/// What the next link is compared with.
struct LastLink {
    statement: u32,
    period: (Option<Date>, Option<Date>),
    numbers: Vec<u64>,
}

impl<'a> Builder<'a> {
    fn new(items: &'a Items, statements: usize) -> Self {
        Self {
            items,
            chain: Chain {
                statements: Vec::with_capacity(statements),
                ..Chain::default()
            },
            course: Course::default(),
            covered: LineSet::of(items.len()),
            balance_before: Vec::new(),
            moved_on: BTreeMap::new(),
            balance: None,
            last: None,
            end: None,
        }
    }

    /// Statements that begin on one day.
    fn add_all(&mut self, drafts: Vec<Draft>) {
        let (mut drafts, without_balance): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|draft| draft.opening.is_some());
        if let [_] = drafts.as_slice() {
            drafts.drain(..).for_each(|draft| self.add(draft));
        }
        let mut same_day = SameDay::new(drafts, self.items, |line| self.covered.contains(line));
        while let Some(next) = same_day.next(self.balance) {
            let links = self.course.links.len();
            self.add(next);
            if let Some(link) = self.course.links.get(links) {
                same_day.cover(&link.brings, self.items);
            }
        }
        for draft in without_balance {
            self.add(draft);
        }
    }

    /// Opening − the closing before it; `None` if the statement has no balance.
    fn broken_by(&self, draft: &Draft) -> Option<i128> {
        let opening = draft.opening?;
        let Some(balance) = self.balance else { return Some(0) };
        Some(opening - (balance - self.shared_total(draft)))
    }

    fn shared_total(&self, draft: &Draft) -> i128 {
        let shared = draft.statement.lines.iter().filter(|&line| self.covered.contains(line));
        shared.map(|line| i128::from(self.items.amount(line))).sum()
    }

    fn add(&mut self, draft: Draft) {
        let position = u32::try_from(self.chain.statements.len()).unwrap_or(u32::MAX);
        let broken_by = self.broken_by(&draft);
        let Draft {
            mut statement,
            numbers,
            opening,
            closing,
            period,
        } = draft;
        let brings: Runs = statement
            .lines
            .iter()
            .filter(|&line| !self.covered.contains(line))
            .collect();
        let shared = statement
            .lines
            .iter()
            .filter(|&line| self.covered.contains(line))
            .count();
        statement.shared = u32::try_from(shared).unwrap_or(u32::MAX);
        if let (Some(opening), Some(closing), Some(days), Some(broken_by)) =
            (opening, closing, statement.days, broken_by)
        {
            if self.is_contained(&statement, days, &brings, broken_by) {
                statement.place = self.contained(&statement, opening, days);
            } else {
                statement.place = ChainPlace::Link;
                // The first link's opening moves the balance from nothing.
                let (before, jump) = self.balance.map_or((0, opening), |balance| (balance, broken_by));
                self.cover(&brings, days, before, jump);
                let break_before = self.note_break(position, days.first(), broken_by);
                self.note_gap(position, period, &numbers, break_before.is_some());
                self.course.links.push(Link {
                    statement: position,
                    days,
                    opening,
                    break_before,
                    brings,
                });
                self.course.first_day = self.course.first_day.or(Some(first_day(&statement, days)));
                self.balance = Some(closing);
                self.end = self.end.max(Some(days.last()));
                self.last = Some(LastLink {
                    statement: position,
                    period,
                    numbers,
                });
            }
        }
        self.chain.statements.push(statement);
    }

    fn note_break(&mut self, after: u32, date: Date, amount: i128) -> Option<u32> {
        let before = self.last.as_ref()?.statement;
        if amount == 0 {
            return None;
        }
        let position = u32::try_from(self.chain.breaks.len()).ok()?;
        self.chain.breaks.push(Break {
            before,
            after,
            date,
            amount: narrow(amount),
        });
        Some(position)
    }

    fn note_gap(&mut self, after: u32, period: (Option<Date>, Option<Date>), numbers: &[u64], broken: bool) {
        let Some(last) = &self.last else {
            return;
        };
        let days = last
            .period
            .1
            .zip(period.0)
            .and_then(|(last, first)| missing_days(last, first));
        let long = days.is_some_and(|(first, last)| (last - first).get_days() + 1 >= QUIET_DAYS);
        let days = days
            .filter(|_| broken || long)
            .map(|(first, last)| Missing::Days(first, last));
        let numbers = missing_numbers(&last.numbers, numbers);
        for missing in days.into_iter().chain(numbers) {
            self.chain.gaps.push(Gap {
                before: last.statement,
                after,
                missing,
            });
        }
    }

    /// All its lines are in the chain; or it has none, and its days are in the chain and do not end it.
    fn is_contained(&self, statement: &Statement, days: Period, brings: &Runs, broken_by: i128) -> bool {
        if statement.lines.is_empty() {
            return broken_by != 0 && self.end.is_some_and(|end| days.last() <= end);
        }
        brings.is_empty()
    }

    /// Whether the others agree with the opening of a statement that brings nothing. The order of lines within a day
    /// differs between formats, so the moment before its first line or before its first day may be meant; of a statement
    /// without lines, also the end of its day.
    fn contained(&mut self, statement: &Statement, opening: i128, days: Period) -> ChainPlace {
        let dates = statement.lines.iter().map(|line| self.items.date(line));
        let first_date = dates.min().unwrap_or(days.first());
        let moved = |before: Date| -> i128 { self.moved_on.range(..before).map(|(_, moved)| moved).sum() };
        let before_day = moved(first_date);
        let first_line = statement.lines.first().and_then(|line| usize::try_from(line).ok());
        let before_line = match first_line {
            None => moved(first_date.tomorrow().unwrap_or(first_date)),
            Some(line) => self.balances_before().get(line).copied().unwrap_or(before_day),
        };
        if opening == before_day || opening == before_line {
            ChainPlace::Contained
        } else {
            ChainPlace::Contradicts(narrow(opening - before_line))
        }
    }

    /// The lines that a link brings, and what they and a break before them move.
    fn cover(&mut self, brings: &Runs, days: Period, before: i128, broken_by: i128) {
        *self
            .moved_on
            .entry(days.first().yesterday().unwrap_or(days.first()))
            .or_default() += broken_by;
        for line in brings.iter() {
            self.covered.add(line);
            *self.moved_on.entry(self.items.date(line)).or_default() += i128::from(self.items.amount(line));
        }
        if !self.balance_before.is_empty() {
            note_balances(&mut self.balance_before, before + broken_by, brings, self.items);
        }
    }

    /// The balance before each line of the links.
    fn balances_before(&mut self) -> &[i128] {
        if self.balance_before.is_empty() {
            self.balance_before = vec![0; self.items.len()];
            for link in &self.course.links {
                // What the links before it brought of its lines has moved the balance by then.
                let own = at(&self.chain.statements, link.statement).map_or(0, |own| total(&own.lines, self.items));
                let balance = link.opening + own - total(&link.brings, self.items);
                note_balances(&mut self.balance_before, balance, &link.brings, self.items);
            }
        }
        &self.balance_before
    }

    fn finish(mut self) -> (Chain, Course) {
        self.course.loose = self
            .items
            .indexes()
            .filter(|line| !self.covered.contains(*line))
            .collect();
        (self.chain, self.course)
    }
}

fn total(lines: &Runs, items: &Items) -> i128 {
    lines.iter().map(|line| i128::from(items.amount(line))).sum()
}

/// Notes the balance before each of these lines, of which the first is at `balance`.
fn note_balances(balance_before: &mut [i128], mut balance: i128, lines: &Runs, items: &Items) {
    for line in lines.iter() {
        let position = usize::try_from(line).ok();
        if let Some(slot) = position.and_then(|position| balance_before.get_mut(position)) {
            *slot = balance;
        }
        balance += i128::from(items.amount(line));
    }
}

/// The day after that of the opening balance, which most banks date to the evening before, but never later than the
/// first line or the first day printed. An opening dated long before says when the account last moved, not when the
/// statement begins.
fn first_day(statement: &Statement, days: Period) -> Date {
    let after_opening = statement
        .opening
        .and_then(|balance| balance.date)
        .and_then(|date| date.tomorrow().ok());
    let near = |after: &Date| (days.first() - *after).get_days() <= OPENING_DAYS;
    after_opening
        .filter(near)
        .map_or(days.first(), |after| after.min(days.first()))
}

fn missing_days(last: Date, first: Date) -> Option<(Date, Date)> {
    let missing = (last.tomorrow().ok()?, first.yesterday().ok()?);
    (missing.0 <= missing.1).then_some(missing)
}

/// Numbers that count statements, with or without a year before them; pages behind them are left to the balances.
fn missing_numbers(before: &[u64], after: &[u64]) -> Option<Missing> {
    let is_year = |number: &&u64| (1990..=2100).contains(*number);
    let count = |numbers: &[u64]| {
        let year = numbers.first().filter(is_year).filter(|_| numbers.len() > 1).copied();
        Some((year, *numbers.get(usize::from(year.is_some()))?))
    };
    let ((last_year, last), (year, next)) = (count(before)?, count(after)?);
    let gap = next.checked_sub(last)?;
    // Only then are there numbers between: two statements numbered 0 have none below them.
    (last_year == year && gap > 1 && gap <= MOST_NUMBERS).then(|| Missing::Numbers(last + 1, next - 1))
}

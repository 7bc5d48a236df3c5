//! The chain of statements: in which order they follow each other, what each proves, and where an opening is not the
//! closing before it.
//!
//! Statements may overlap, so an opening is compared with the balance that the chain had come to *before* the lines they
//! share. A statement all of whose lines are in others carries nothing on: it is *contained*, and its opening is compared
//! with what the others say of that moment. Statements of one day (pages, several messages) are taken in the order in
//! which their balances fit, then by number.
//!
//! Long because order, links and what they contain are decided in one walk that shares its state.

use crate::balance::at;
use crate::result::{Break, Chain, ChainPlace, Gap, Missing, Statement, StatementProof};
use crate::statements::{BankStatement, PrintedBalance, SourceFile};
use std::collections::BTreeMap;
use std::ops::Range;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_match::{ItemIndex, Items};

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
    /// Printed, or opening plus lines.
    pub(crate) closing: i128,
    /// Opening − the closing before it; position in [`Chain::breaks`] if that is not zero.
    pub(crate) break_before: Option<u32>,
    /// Its lines that no link before it contains, in runs: mostly one.
    pub(crate) brings: Vec<Range<ItemIndex>>,
}

/// How a statement is called in sentences: `statement 00055/001 (march.sta)`; without a number `march.sta`, or
/// `statement 2 of march.sta` if that holds several.
pub(crate) fn name_of(position: u32, statements: &[BankStatement], files: &[SourceFile]) -> String {
    let Some(statement) = at(statements, position) else {
        return String::from("a statement");
    };
    let file = at(files, statement.file).map_or("", |file| file.name.as_str());
    let number = if statement.number.is_empty() {
        &statement.reference
    } else {
        &statement.number
    };
    if !number.is_empty() {
        return match file {
            "" => format!("statement {number}"),
            _ => format!("statement {number} ({file})"),
        };
    }
    let of_file = || {
        (0_u32..)
            .zip(statements)
            .filter(|(_, other)| other.file == statement.file)
    };
    if of_file().nth(1).is_none() {
        return file.to_owned();
    }
    let before = of_file().take_while(|(other, _)| *other < position).count();
    format!("statement {} of {file}", before + 1)
}

/// Orders the statements and links them.
pub(crate) fn link(
    bank: &[BankStatement],
    members: Vec<Vec<ItemIndex>>,
    files: &[SourceFile],
    lines: &Items,
) -> (Chain, Course) {
    let mut drafts: Vec<Draft> = (0..)
        .zip(bank)
        .zip(members)
        .map(|((position, printed), members)| Draft::new(printed, name_of(position, bank, files), members, lines))
        .collect();
    drafts.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut builder = Builder::new(lines, &drafts);
    let mut rest = drafts.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut same_start = vec![first];
        while let Some(next) = rest.next_if(|next| same_start.first().is_some_and(|f| f.start() == next.start())) {
            same_start.push(next);
        }
        builder.add_all(same_start);
    }
    builder.finish()
}

/// A statement on its way into the chain.
struct Draft {
    statement: Statement,
    numbers: Vec<u64>,
    opening: Option<i128>,
    closing: Option<i128>,
    /// Printed period.
    period: (Option<Date>, Option<Date>),
}

impl Draft {
    fn new(printed: &BankStatement, name: String, members: Vec<ItemIndex>, items: &Items) -> Self {
        let total: i128 = members.iter().map(|&line| i128::from(items.amount(line))).sum();
        let opening = printed.opening.map(|balance| i128::from(balance.amount));
        let closing = printed.closing.map(|balance| i128::from(balance.amount));
        let proof = match (opening, closing) {
            (Some(opening), Some(closing)) if opening + total == closing => StatementProof::Exact,
            (Some(opening), Some(closing)) => StatementProof::Off(narrow(closing - opening - total)),
            _ => StatementProof::NotPossible,
        };
        let dates = || members.iter().map(|&line| items.date(line));
        let days = days(printed, dates().min().zip(dates().max()));
        Self {
            numbers: numbers(if printed.number.is_empty() {
                &printed.reference
            } else {
                &printed.number
            }),
            opening: opening.or_else(|| Some(closing? - total)),
            closing: closing.or_else(|| Some(opening? + total)),
            period: printed.period,
            statement: Statement {
                file: printed.file,
                name,
                days,
                opening: printed.opening,
                closing: printed.closing,
                lines: members,
                shared: 0,
                total: narrow(total),
                proof,
                place: ChainPlace::NoBalance,
            },
        }
    }

    fn start(&self) -> Option<Date> {
        self.statement.days.map(Period::first)
    }

    fn order(&self) -> (Option<Date>, Option<Date>, &[u64], &str) {
        let last = self.statement.days.map(Period::last);
        (self.start(), last, &self.numbers, &self.statement.name)
    }
}

/// Puts statements into the chain one by one.
struct Builder<'a> {
    items: &'a Items,
    chain: Chain,
    course: Course,
    /// Lines that the links so far contain.
    covered: Vec<bool>,
    /// The balance before the lines that each link brings.
    balances: Vec<i128>,
    /// The balance before each line of the links; empty until it is asked for, as few chains contain statements.
    balance_before: Vec<i128>,
    /// What the links so far move on each day; a break counts to the day before its statement.
    moved_on: BTreeMap<Date, i128>,
    balance: Option<i128>,
    last: Option<LastLink>,
}

/// What the next link is compared with.
struct LastLink {
    statement: u32,
    period: (Option<Date>, Option<Date>),
    numbers: Vec<u64>,
}

impl<'a> Builder<'a> {
    fn new(items: &'a Items, drafts: &[Draft]) -> Self {
        Self {
            items,
            chain: Chain {
                statements: Vec::with_capacity(drafts.len()),
                ..Chain::default()
            },
            course: Course::default(),
            covered: vec![false; items.len()],
            balances: Vec::new(),
            balance_before: Vec::new(),
            moved_on: BTreeMap::new(),
            balance: None,
            last: None,
        }
    }

    /// Statements that begin on one day: the one whose opening fits comes next; if none does, one that follows no other.
    fn add_all(&mut self, drafts: Vec<Draft>) {
        let (mut drafts, without_balance): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|draft| draft.opening.is_some());
        while !drafts.is_empty() {
            let fits = || drafts.iter().position(|draft| self.broken_by(draft) == Some(0));
            let next = self
                .balance
                .and_then(|_| fits())
                .or_else(|| first_of(&drafts))
                .unwrap_or(0);
            let next = drafts.remove(next);
            self.add(next);
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
        let shared = draft.statement.lines.iter().filter(|&&line| self.is_covered(line));
        shared.map(|&line| i128::from(self.items.amount(line))).sum()
    }

    fn is_covered(&self, line: ItemIndex) -> bool {
        usize::try_from(line)
            .ok()
            .and_then(|line| self.covered.get(line))
            .copied()
            .unwrap_or(false)
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
        let brought = statement.lines.iter().filter(|&&line| !self.is_covered(line));
        let brings = runs(brought.copied());
        let shared = statement.lines.iter().filter(|&&line| self.is_covered(line)).count();
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
                    closing,
                    break_before,
                    brings,
                });
                self.course.first_day = self.course.first_day.or(Some(first_day(&statement, days)));
                self.balance = Some(closing);
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
    fn is_contained(&self, statement: &Statement, days: Period, brings: &[Range<ItemIndex>], broken_by: i128) -> bool {
        if statement.lines.is_empty() {
            let ends = self.course.links.iter().map(|link| link.days.last());
            return broken_by != 0 && ends.max().is_some_and(|end| days.last() <= end);
        }
        brings.is_empty()
    }

    /// Whether the others agree with the opening of a statement that brings nothing. The order of lines within a day
    /// differs between formats, so the moment before its first line or before its first day may be meant; of a statement
    /// without lines, also the end of its day.
    fn contained(&mut self, statement: &Statement, opening: i128, days: Period) -> ChainPlace {
        let dates = statement.lines.iter().map(|&line| self.items.date(line));
        let first_date = dates.min().unwrap_or(days.first());
        let moved = |before: Date| -> i128 { self.moved_on.range(..before).map(|(_, moved)| moved).sum() };
        let before_day = moved(first_date);
        let first_line = statement.lines.first().and_then(|&line| usize::try_from(line).ok());
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
    fn cover(&mut self, brings: &[Range<ItemIndex>], days: Period, before: i128, broken_by: i128) {
        *self
            .moved_on
            .entry(days.first().yesterday().unwrap_or(days.first()))
            .or_default() += broken_by;
        self.balances.push(before + broken_by);
        for line in brings.iter().cloned().flatten() {
            let position = usize::try_from(line).ok();
            if let Some(slot) = position.and_then(|position| self.covered.get_mut(position)) {
                *slot = true;
            }
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
            for (link, balance) in self.course.links.iter().zip(&self.balances) {
                note_balances(&mut self.balance_before, *balance, &link.brings, self.items);
            }
        }
        &self.balance_before
    }

    fn finish(mut self) -> (Chain, Course) {
        let with_balance = self
            .chain
            .statements
            .iter()
            .filter(|s| s.place != ChainPlace::NoBalance);
        let mut held = vec![false; self.items.len()];
        for &line in with_balance.flat_map(|statement| &statement.lines) {
            if let Some(slot) = usize::try_from(line).ok().and_then(|line| held.get_mut(line)) {
                *slot = true;
            }
        }
        self.course.loose = self
            .items
            .indexes()
            .zip(held)
            .filter(|(_, held)| !held)
            .map(|(line, _)| line)
            .collect();
        (self.chain, self.course)
    }
}

/// Lines as runs of consecutive ones.
fn runs(lines: impl Iterator<Item = ItemIndex>) -> Vec<Range<ItemIndex>> {
    let mut runs: Vec<Range<ItemIndex>> = Vec::new();
    for line in lines {
        let end = line.saturating_add(1);
        match runs.last_mut() {
            Some(run) if run.end == line => run.end = end,
            _ => runs.push(line..end),
        }
    }
    runs
}

/// Notes the balance before each of these lines, of which the first is at `balance`.
fn note_balances(balance_before: &mut [i128], mut balance: i128, lines: &[Range<ItemIndex>], items: &Items) {
    for line in lines.iter().cloned().flatten() {
        let position = usize::try_from(line).ok();
        if let Some(slot) = position.and_then(|position| balance_before.get_mut(position)) {
            *slot = balance;
        }
        balance += i128::from(items.amount(line));
    }
}

/// The first whose opening is no other's closing.
fn first_of(drafts: &[Draft]) -> Option<usize> {
    let mut closings = BTreeMap::<i128, u32>::new();
    for closing in drafts.iter().filter_map(|draft| draft.closing) {
        *closings.entry(closing).or_default() += 1;
    }
    drafts.iter().position(|draft| {
        let own = u32::from(draft.opening == draft.closing);
        draft
            .opening
            .is_some_and(|opening| closings.get(&opening).copied().unwrap_or(0) <= own)
    })
}

/// First and last day: the printed period, widened to the dates of the lines and of the closing balance.
pub(crate) fn days(printed: &BankStatement, lines: Option<(Date, Date)>) -> Option<Period> {
    let (first_line, last_line) = lines.unzip();
    let date = |balance: Option<PrintedBalance>| balance.and_then(|balance| balance.date);
    let last = [printed.period.1.or(date(printed.closing)), last_line]
        .into_iter()
        .flatten()
        .max();
    let first = [printed.period.0, first_line].into_iter().flatten().min();
    let last = last.or(first).or(date(printed.opening))?;
    let first = first.unwrap_or(last);
    Period::try_new(first.min(last), last).ok()
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

fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// Balances and totals are sums of what the files print; those beyond 64 bits are refused before the result is made.
fn narrow(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

//! A statement before it is in the chain: its name, its days, and what it proves by itself.

use crate::balance::at;
use crate::result::{ChainPlace, Statement, StatementProof};
use crate::runs::Runs;
use crate::statements::{BankStatement, PrintedBalance, SourceFile};
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_match::Items;

/// What statements are called in sentences: `statement 00055/001 (march.sta)`; without a number `march.sta`, or
/// `statement 2 of march.sta` if that holds several.
pub(crate) struct Names<'a> {
    statements: &'a [BankStatement],
    files: &'a [SourceFile],
    /// Which of its file each statement is, from 1.
    places: Vec<u32>,
    /// How many statements each file holds.
    held: BTreeMap<u32, u32>,
}

impl<'a> Names<'a> {
    /// Counts.
    pub(crate) fn new(statements: &'a [BankStatement], files: &'a [SourceFile]) -> Self {
        let mut held = BTreeMap::<u32, u32>::new();
        let places = statements.iter().map(|statement| {
            let place = held.entry(statement.file).or_default();
            *place += 1;
            *place
        });
        Self {
            places: places.collect(),
            statements,
            files,
            held,
        }
    }

    /// The name of the statement at a position.
    pub(crate) fn of(&self, position: u32) -> String {
        let Some(statement) = at(self.statements, position) else {
            return String::from("a statement");
        };
        let file = at(self.files, statement.file).map_or("", |file| file.name.as_str());
        let number = number_of(statement);
        if !number.is_empty() {
            let mut name = match file {
                "" => format!("statement {number}"),
                _ => format!("statement {number} ({file})"),
            };
            name.shrink_to_fit();
            return name;
        }
        if self.held.get(&statement.file).is_none_or(|held| *held < 2) {
            return file.to_owned();
        }
        let place = at(&self.places, position).copied().unwrap_or(0);
        format!("statement {place} of {file}")
    }
}

/// Its printed number, or else its reference.
fn number_of(statement: &BankStatement) -> &str {
    if statement.number.is_empty() {
        &statement.reference
    } else {
        &statement.number
    }
}

/// A statement that waits for its turn.
pub(super) struct Waiting {
    position: u32,
    days: Option<Period>,
    start: Option<Date>,
    members: Runs,
}

impl Waiting {
    /// The statement at this position, which contains these lines.
    pub(super) fn new(position: u32, printed: &BankStatement, members: Runs, items: &Items) -> Self {
        let dates = || members.iter().map(|line| items.date(line));
        let days = days(printed, dates().min().zip(dates().max()));
        Self {
            position,
            days,
            start: days.map(|days| start(days, printed, dates)),
            members,
        }
    }

    /// Where it stands in the order of statements.
    pub(super) fn start(&self) -> Option<Date> {
        self.start
    }

    /// All that is needed to put it into the chain; `None` if no statement is at its position.
    pub(super) fn draft(self, bank: &[BankStatement], names: &Names<'_>, items: &Items) -> Option<Draft> {
        let printed = at(bank, self.position)?;
        let name = names.of(self.position);
        Some(Draft::new(printed, name, self.days, self.members, items))
    }
}

/// A statement on its way into the chain.
pub(super) struct Draft {
    /// As it will stand in the chain.
    pub(super) statement: Statement,
    /// The numbers in its printed number.
    pub(super) numbers: Vec<u64>,
    /// Printed, or closing less lines.
    pub(super) opening: Option<i128>,
    /// Printed, or opening plus lines.
    pub(super) closing: Option<i128>,
    /// Printed period.
    pub(super) period: (Option<Date>, Option<Date>),
}

impl Draft {
    pub(super) fn new(
        printed: &BankStatement,
        name: String,
        days: Option<Period>,
        members: Runs,
        items: &Items,
    ) -> Self {
        let total: i128 = members.iter().map(|line| i128::from(items.amount(line))).sum();
        let opening = printed.opening.map(|balance| i128::from(balance.amount));
        let closing = printed.closing.map(|balance| i128::from(balance.amount));
        let proof = match (opening, closing) {
            (Some(opening), Some(closing)) if opening + total == closing => StatementProof::Exact,
            (Some(opening), Some(closing)) => StatementProof::Off(narrow(closing - opening - total)),
            _ => StatementProof::NotPossible,
        };
        Self {
            numbers: numbers(number_of(printed)),
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
                balance_breaks: printed.breaks.clone(),
                place: ChainPlace::NoBalance,
            },
        }
    }

    /// The order among statements that begin on one day.
    pub(super) fn order(&self) -> (Option<Date>, &[u64], &str) {
        let last = self.statement.days.map(Period::last);
        (last, &self.numbers, &self.statement.name)
    }
}

/// The first day, but not before that of the printed opening balance: a line may be dated back behind statements that were made
/// before it came (interest, a reversal, a value date that stands for both), and moves no statement before those. Some banks date
/// the opening balance as the closing one, with the day of the statement: most lines stand before that then, of several days.
fn start<I: Iterator<Item = Date>>(days: Period, printed: &BankStatement, dates: impl Fn() -> I) -> Date {
    let opened = printed.opening.and_then(|opening| opening.date);
    let Some(opened) = opened.filter(|date| *date <= days.last()) else {
        return days.first();
    };
    let before = || dates().filter(|date| *date < opened);
    let is_of_days = before().min() != before().max();
    let are_most = before().count() * 2 > dates().count();
    if is_of_days && are_most {
        days.first()
    } else {
        opened.max(days.first())
    }
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

fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// Balances and totals are sums of what the files print; those beyond 64 bits are refused before the result is made.
pub(super) fn narrow(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

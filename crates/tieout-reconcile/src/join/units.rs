//! What is compared with what: files, each with its statements, by their days.

use super::ID_DAYS;
use crate::statements::{Bank, BankStatement, SourceFile};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use tieout_core::Date;
use tieout_match::{Field, ItemIndex, Items};

const FNV_START: u64 = 0xCBF2_9CE4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01B3;

/// Statements that are compared with others, but not with each other: a file, or a repetition within it.
pub(super) struct Unit {
    pub(super) statements: Vec<u32>,
    /// First and last day with lines.
    days: Option<(Date, Date)>,
}

/// By what a line is known, apart from its id.
pub(super) type Content = (Date, i64, u64);

/// A statement by its position.
pub(super) fn statement(bank: &Bank, position: u32) -> Option<&BankStatement> {
    usize::try_from(position)
        .ok()
        .and_then(|position| bank.statements.get(position))
}

/// Files and repeated statements, by their days.
pub(super) fn units(bank: &Bank, files: &[SourceFile]) -> Vec<Unit> {
    let mut by_file = BTreeMap::<(u32, u32), Vec<u32>>::new();
    for (position, (statement, repetition)) in (0..).zip(bank.statements.iter().zip(repetitions(bank))) {
        by_file.entry((statement.file, repetition)).or_default().push(position);
    }
    let mut units: Vec<(u32, Unit)> = by_file
        .into_iter()
        .map(|((file, _), statements)| {
            let dates = statements
                .iter()
                .filter_map(|&s| self::statement(bank, s))
                .flat_map(|s| s.lines.clone())
                .map(|raw| bank.lines.date(raw));
            let days = dates.fold(None, |days: Option<(Date, Date)>, date| {
                Some(days.map_or((date, date), |(first, last)| (first.min(date), last.max(date))))
            });
            (file, Unit { statements, days })
        })
        .collect();
    units.sort_by(|(a, left), (b, right)| {
        let name = |file: u32| {
            usize::try_from(file)
                .ok()
                .and_then(|f| files.get(f))
                .map(|f| f.name.as_str())
        };
        (left.days, name(*a), a).cmp(&(right.days, name(*b), b))
    });
    units.into_iter().map(|(_, unit)| unit).collect()
}

/// For each statement, how often its file has had it so far: the same heading, balances and lines.
fn repetitions(bank: &Bank) -> Vec<u32> {
    let mut alike = HashMap::<u64, Vec<usize>>::new();
    for (position, statement) in bank.statements.iter().enumerate() {
        if let Some(heading) = heading(statement) {
            alike.entry(heading).or_default().push(position);
        }
    }
    let mut repetitions = vec![0; bank.statements.len()];
    // Lines are read only of statements whose headings agree, which is rare.
    for positions in alike.into_values().filter(|positions| positions.len() > 1) {
        let mut seen = HashMap::<u64, u32>::new();
        for position in positions {
            let count = bank
                .statements
                .get(position)
                .map(|s| seen.entry(lines_print(s, &bank.lines)).or_default());
            if let (Some(count), Some(slot)) = (count, repetitions.get_mut(position)) {
                *slot = *count;
                *count += 1;
            }
        }
    }
    repetitions
}

/// What a statement says of itself; `None` if it names neither itself nor its balances, or has no lines.
fn heading(statement: &BankStatement) -> Option<u64> {
    let named = !statement.reference.is_empty() || !statement.number.is_empty();
    if statement.lines.is_empty() || !(named || (statement.opening.is_some() && statement.closing.is_some())) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    (
        statement.file,
        &statement.reference,
        &statement.number,
        statement.period,
    )
        .hash(&mut hasher);
    for balance in [statement.opening, statement.closing] {
        balance.map(|balance| (balance.amount, balance.date)).hash(&mut hasher);
    }
    Some(hasher.finish())
}

fn lines_print(statement: &BankStatement, lines: &Items) -> u64 {
    let mut hasher = DefaultHasher::new();
    for line in statement.lines.clone() {
        content(lines, line).hash(&mut hasher);
    }
    hasher.finish()
}

/// The days of a unit on which others have lines too.
pub(super) struct SharedDays {
    /// On the same days: words and amounts are compared.
    same: Vec<(Date, Date)>,
    /// And some days around them: bank ids are compared.
    near: Vec<(Date, Date)>,
}

impl SharedDays {
    /// Of one of the units.
    pub(super) fn of(units: &[Unit], position: usize) -> Self {
        let own = units.get(position).and_then(|unit| unit.days);
        let others = units.iter().enumerate().filter(|&(other, _)| other != position);
        let others: Vec<(Date, Date)> = others.filter_map(|(_, other)| other.days).collect();
        Self {
            same: overlap(own, others.iter().copied()),
            near: overlap(own, others.iter().map(|&(from, to)| (earlier(from), later(to)))),
        }
    }

    /// No other unit comes near.
    pub(super) fn is_empty(&self) -> bool {
        self.near.is_empty()
    }

    /// Another unit has lines around this day.
    pub(super) fn is_near(&self, day: Date) -> bool {
        contains(&self.near, day)
    }

    /// Another unit covers this day.
    pub(super) fn is_same(&self, day: Date) -> bool {
        contains(&self.same, day)
    }
}

fn contains(spans: &[(Date, Date)], day: Date) -> bool {
    let next = spans.partition_point(|&(first, _)| first <= day);
    let before = next.checked_sub(1).and_then(|before| spans.get(before));
    before.is_some_and(|&(_, last)| day <= last)
}

/// The spans that touch the unit's own, in order and without overlap.
fn overlap(own: Option<(Date, Date)>, others: impl Iterator<Item = (Date, Date)>) -> Vec<(Date, Date)> {
    let Some((first, last)) = own else { return Vec::new() };
    let mut spans: Vec<(Date, Date)> = others.filter(|&(from, to)| from <= last && first <= to).collect();
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
    spans
}

fn earlier(date: Date) -> Date {
    date.saturating_sub(jiff::Span::new().days(ID_DAYS))
}

fn later(date: Date) -> Date {
    date.saturating_add(jiff::Span::new().days(ID_DAYS))
}

/// Day, amount and a hash (FNV-1a) of the letters and digits of the text. Two different texts of one day and amount with
/// equal 64-bit hashes do not happen by chance.
pub(super) fn content(lines: &Items, line: ItemIndex) -> Content {
    let description = lines.text(line, Field::Description);
    let fallback = [Field::Counterparty, Field::Reference];
    let texts = if description.is_empty() {
        fallback.map(|field| lines.text(line, field))
    } else {
        [description, ""]
    };
    let letters = texts.into_iter().flat_map(str::chars).filter(|c| c.is_alphanumeric());
    let print = letters.flat_map(char::to_uppercase).fold(FNV_START, |hash, letter| {
        (hash ^ u64::from(u32::from(letter))).wrapping_mul(FNV_PRIME)
    });
    (lines.date(line), lines.amount(line), print)
}

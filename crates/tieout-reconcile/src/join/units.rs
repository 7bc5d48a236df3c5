//! What is compared with what: files, each with its statements, by their days.

use super::ID_DAYS;
use crate::statements::{Bank, BankStatement, SourceFile};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use tieout_core::Date;
use tieout_match::{Field, ItemIndex, Items};

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
    let mut seen = HashMap::<(u32, u64), u32>::new();
    for (position, statement) in (0..).zip(&bank.statements) {
        let repetition = match fingerprint(statement, &bank.lines) {
            Some(print) => {
                let count = seen.entry((statement.file, print)).or_default();
                *count += 1;
                *count
            }
            None => 1,
        };
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

/// What makes a statement a repetition of one before it in its file; `None` if it names neither its balances nor itself.
fn fingerprint(statement: &BankStatement, lines: &Items) -> Option<u64> {
    let named = !statement.reference.is_empty() || !statement.number.is_empty();
    if statement.lines.is_empty() || !(named || (statement.opening.is_some() && statement.closing.is_some())) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    (&statement.reference, &statement.number, statement.period).hash(&mut hasher);
    for balance in [statement.opening, statement.closing] {
        balance.map(|balance| (balance.amount, balance.date)).hash(&mut hasher);
    }
    for line in statement.lines.clone() {
        content(lines, line).hash(&mut hasher);
    }
    Some(hasher.finish())
}

/// The days of a unit on which another has lines too.
pub(super) fn shared_days(units: &[Unit], position: usize) -> Vec<(Date, Date)> {
    let Some((first, last)) = units.get(position).and_then(|unit| unit.days) else {
        return Vec::new();
    };
    let others = units.iter().enumerate().filter(|&(other, _)| other != position);
    others
        .filter_map(|(_, other)| other.days)
        .map(|(from, to)| (earlier(from), later(to)))
        .filter(|&(from, to)| from <= last && first <= to)
        .collect()
}

fn earlier(date: Date) -> Date {
    date.saturating_sub(jiff::Span::new().days(ID_DAYS))
}

fn later(date: Date) -> Date {
    date.saturating_add(jiff::Span::new().days(ID_DAYS))
}

/// Day, amount and a hash of the letters and digits of the text. Two different texts of one day and amount with equal
/// 64-bit hashes do not happen by chance.
pub(super) fn content(lines: &Items, line: ItemIndex) -> Content {
    let mut hasher = DefaultHasher::new();
    let description = lines.text(line, Field::Description);
    let fallback = [Field::Counterparty, Field::Reference];
    let texts = if description.is_empty() {
        fallback.map(|field| lines.text(line, field))
    } else {
        [description, ""]
    };
    let letters = texts.into_iter().flat_map(str::chars).filter(|c| c.is_alphanumeric());
    for letter in letters.flat_map(char::to_uppercase) {
        letter.hash(&mut hasher);
    }
    (lines.date(line), lines.amount(line), hasher.finish())
}

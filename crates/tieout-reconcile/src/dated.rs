//! Entries of automatic matches that bear a date which their line contradicts.
//!
//! Banks book what books already know: an entry some days after its line was written up late, one of weeks after it most
//! likely bears a wrong date. Where day and month are swapped, or where the books of the day lack the entry for being dated
//! more than a month after its line, it is an exception; where it is only late, a remark. What people or rules decided is
//! left alone.

use crate::balance::at;
use crate::result::{Note, NoteCode};
use crate::scope::{Scope, Standing};
use crate::words::{Words, counted};
use tieout_core::Date;
use tieout_match::{Action, Exception, ExceptionClass, Group, Input, ItemIndex, Reason, Side};

/// An entry so many days after its line is late.
const LATE_DAYS: i32 = 14;
/// Who writes up a month at its end, into the next one, is not later than this.
const MONTH_DAYS: i32 = 31;
/// A date with day and month swapped back is so near to its line.
const NEAR_DAYS: i32 = 5;
/// Entries that are named.
const NAMED: usize = 5;

/// An entry and its line, one to one.
#[derive(Debug, Clone, Copy)]
struct Pair {
    group: u32,
    line: ItemIndex,
    entry: ItemIndex,
}

/// The entries whose date is wrong, as exceptions.
pub(crate) fn wrong(input: &Input, groups: &[Group], standing: &Standing, day: Date) -> Vec<Exception> {
    let pairs = pairs(groups, standing);
    pairs
        .filter(|&pair| is_wrong(pair, input, standing, day))
        .map(|pair| Exception {
            side: Side::Entry,
            item: pair.entry,
            class: ExceptionClass::WrongDate,
            stale: false,
            group: Some(pair.group),
            action: Action::of(ExceptionClass::WrongDate, Side::Entry),
        })
        .collect()
}

/// A remark on the entries that are late, and on nothing else.
pub(crate) fn late(standing: &Standing, day: Date, exceptions: &[Exception], words: &Words<'_>) -> Option<Note> {
    let input = words.input;
    let has_one = |pair: Pair| {
        let of_entry = |e: &Exception| e.side == Side::Entry && e.item == pair.entry;
        exceptions.iter().any(of_entry)
    };
    let late: Vec<Pair> = pairs(words.groups, standing)
        .filter(|pair| input.lines.date(pair.line) <= day && days_late(*pair, input) >= LATE_DAYS)
        .filter(|pair| !has_one(*pair))
        .collect();
    if late.is_empty() {
        return None;
    }
    let named = late.iter().take(NAMED);
    let named = named.map(|&pair| {
        let days = counted(usize::try_from(days_late(pair, input)).unwrap_or(0), "day", "days");
        format!(
            "the {} {days} after the {}",
            words.entry(pair.entry),
            words.line(pair.line)
        )
    });
    let mut named = named.collect::<Vec<_>>().join("; ");
    let more = late.len().saturating_sub(NAMED);
    if more > 0 {
        named = format!("{named}; and {more} more");
    }
    let matched = counted(late.len(), "matched entry is", "matched entries are");
    Some(Note {
        code: NoteCode::LateEntry,
        text: format!("{matched} dated weeks after the bank booked; check the date: {named}"),
    })
}

fn is_wrong(pair: Pair, input: &Input, standing: &Standing, day: Date) -> bool {
    let (of_line, of_entry) = (input.lines.date(pair.line), input.entries.date(pair.entry));
    if of_line > day {
        return false;
    }
    let near = |date: Date| (of_line - date).get_days().abs() <= NEAR_DAYS;
    let is_swapped =
        !near(of_entry) && days_late(pair, input).abs() >= LATE_DAYS && swapped(of_entry).is_some_and(near);
    let is_past = standing.scope(pair.entry) == Scope::Later && days_late(pair, input) > MONTH_DAYS;
    is_swapped || is_past
}

/// The date with day and month in the other order, if that is one.
fn swapped(date: Date) -> Option<Date> {
    let swapped = Date::new(date.year(), date.day(), date.month()).ok()?;
    (swapped != date).then_some(swapped)
}

/// Days from the line to the entry.
fn days_late(pair: Pair, input: &Input) -> i32 {
    (input.entries.date(pair.entry) - input.lines.date(pair.line)).get_days()
}

/// Automatic matches of one line and one entry that the engine made.
fn pairs(groups: &[Group], standing: &Standing) -> impl Iterator<Item = Pair> {
    let automatic = (0_u32..).zip(groups).take(standing.terms.len());
    let decided = |group: &Group| matches!(group.proof.found_by, Reason::Decision | Reason::Rule);
    automatic
        .filter(move |(_, group)| !decided(group))
        .filter_map(
            |(number, group)| match (group.lines.as_slice(), group.entries.as_slice()) {
                ([line], [entry]) => Some(Pair {
                    group: number,
                    line: line.item,
                    entry: entry.item,
                }),
                _ => None,
            },
        )
}

/// Whether a match holds an entry whose date is wrong.
pub(crate) fn is_of(exception: &Exception, groups: &[Group], group: u32) -> bool {
    let holds = |group: &Group| group.entries.iter().any(|part| part.item == exception.item);
    exception.class == ExceptionClass::WrongDate
        && exception.side == Side::Entry
        && at(groups, group).is_some_and(holds)
}

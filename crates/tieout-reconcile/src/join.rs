//! Joins statements: whatever the files overlap, each movement of the account becomes one line, and each statement knows
//! which lines it contains.
//!
//! # How two lines are known to be the same
//!
//! Files are taken in the order of their days, so that the user's order does not matter. A file never joins with
//! itself: equal lines in one file are two movements (a statement repeated word for word within a file is taken as a
//! second file). A line is the same as a known one of another file if, in this order:
//!
//! 1. both bear the same bank id, each unique in its file, with the same amount and at most five days apart;
//! 2. booking day, amount and normalised text agree, counted: the second of two equal lines joins the second;
//! 3. day and amount agree, the words differ, and the files are of different formats.
//!
//! The first is certain. For the second and third the balances decide (`decide.rs`): if one reading makes the balances
//! of both statements fit and the others do not, it is taken. If no balance tells, the second joins and the third is
//! kept twice and reported by name.
//!
//! Only lines on days that two files share are compared, so a year of files costs little more than reading them.

mod decide;
mod identity;
mod units;

use crate::chain::{self, Course};
use crate::details;
use crate::result::{Chain, Note, NoteCode};
use crate::runs::Runs;
use crate::statements::{Bank, SourceFile};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;
use tieout_match::{Field, ItemIndex, Items, ItemsError, NewItem};

/// Days that two files may differ in the booking day of one movement with the same bank id.
pub(crate) const ID_DAYS: i64 = 5;

/// The joined lines and the chain of statements.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Each movement once.
    pub lines: Items,
    /// See [`Bank::line_numbers`].
    pub line_numbers: Vec<u32>,
    /// The statements and how they follow each other.
    pub chain: Chain,
    /// How the balance runs along the chain.
    pub(crate) course: Course,
    /// How many lines of all statements were already known from another.
    pub counted_once: u64,
    /// What was counted once, and what could not be decided.
    pub notes: Vec<Note>,
}

/// Joins the statements of one account.
///
/// # Errors
/// [`ItemsError::Full`] if the joined lines do not fit.
pub fn join(mut bank: Bank, files: &[SourceFile]) -> Result<Joined, ItemsError> {
    let told_again = details::leave_out(&mut bank)?;
    let found = identity::identify(&bank, files);
    let members: Vec<Runs> = bank
        .statements
        .iter()
        .map(|statement| statement.lines.clone().map(|raw| found.line_of(raw)).collect())
        .collect();
    let mut notes = notes(&found, &bank, files);
    if told_again > 0 {
        let text = format!(
            "{told_again} payments of notifications (camt.054) are in entries of a statement of their days and count once"
        );
        notes.push(Note {
            code: NoteCode::CountedOnce,
            text,
        });
    }
    let places = found.places(&bank);
    let Bank {
        lines,
        line_numbers,
        statements,
    } = bank;
    let (lines, mut line_numbers) = if found.joined == 0 && found.in_file_order {
        (lines, line_numbers)
    } else {
        found.compact(&lines, &line_numbers)?
    };
    let counted_once = found.joined;
    // What is known of each raw line is no longer needed, and as large as some columns.
    drop(found);
    let (chain, course) = chain::link(&statements, members, files, &lines);
    renumber(&mut line_numbers, &places, &chain);
    Ok(Joined {
        lines,
        line_numbers,
        chain,
        course,
        counted_once,
        notes,
    })
}

impl Joined {
    /// The first day of the window: the day after the first printed opening, but never after the first line. `None` if
    /// there is neither.
    pub fn first_day(&self) -> Option<Date> {
        let first_line = self.lines.indexes().map(|line| self.lines.date(line)).min();
        [first_line, self.course.first_day].into_iter().flatten().min()
    }

    /// The last day that lines or statements cover.
    pub fn last_day(&self) -> Option<Date> {
        let last_line = self.lines.indexes().map(|line| self.lines.date(line)).max();
        let last_statement = self.chain.statements.iter().filter_map(|statement| statement.days);
        last_statement.map(tieout_ledger::Period::last).chain(last_line).max()
    }
}

/// For lines that several files have: the number in each of the files, by position.
type Places = BTreeMap<(ItemIndex, u32), u32>;

impl identity::Identified {
    fn places(&self, bank: &Bank) -> Places {
        let mut raw_lines: Vec<(ItemIndex, ItemIndex)> = Vec::new();
        for (line, &raw) in (0..).zip(&self.sources) {
            if let Some(others) = self.others.get(&line) {
                raw_lines.extend(std::iter::once(&raw).chain(others).map(|&raw| (raw, line)));
            }
        }
        raw_lines.sort_unstable();
        let mut places = Places::new();
        for statement in &bank.statements {
            let from = raw_lines.partition_point(|(raw, _)| *raw < statement.lines.start);
            let of_statement = raw_lines.get(from..).unwrap_or_default().iter();
            for (raw, line) in of_statement.take_while(|(raw, _)| *raw < statement.lines.end) {
                let number = usize::try_from(*raw).ok().and_then(|raw| bank.line_numbers.get(raw));
                let number = number.copied().unwrap_or(0);
                places.entry((*line, statement.file)).or_insert(number);
            }
        }
        places
    }

    /// The joined lines in their order; what the first source leaves empty another fills.
    fn compact(&self, lines: &Items, numbers: &[u32]) -> Result<(Items, Vec<u32>), ItemsError> {
        let mut joined = Items::default();
        let mut joined_numbers = Vec::with_capacity(self.sources.len());
        for (line, &raw) in (0..).zip(&self.sources) {
            let others = self.others.get(&line).map_or(&[][..], Vec::as_slice);
            let text = |field: Field| {
                let first = lines.text(raw, field);
                let mut rest = others.iter().map(|&other| lines.text(other, field));
                if first.is_empty() {
                    rest.find(|text| !text.is_empty()).unwrap_or(first)
                } else {
                    first
                }
            };
            let value_dates = std::iter::once(&raw)
                .chain(others)
                .map(|&source| lines.value_date(source));
            let index = joined.push(&NewItem {
                value_date: value_dates.flatten().next(),
                id: text(Field::Id),
                description: text(Field::Description),
                counterparty: text(Field::Counterparty),
                reference: text(Field::Reference),
                check_number: text(Field::CheckNumber),
                kind: text(Field::Kind),
                ..lines.item(raw)
            })?;
            let itemised = std::iter::once(&raw).chain(others).map(|&source| lines.parts(source));
            joined.itemise(index, itemised.max_by_key(|parts| parts.len()).unwrap_or_default());
            let position = usize::try_from(raw).ok().and_then(|raw| numbers.get(raw));
            joined_numbers.push(position.copied().unwrap_or(0));
        }
        Ok((joined, joined_numbers))
    }
}

/// Lines of several files get the number that they have in the file that they are said to stand in: that of the first
/// statement of the chain with them.
fn renumber(numbers: &mut [u32], places: &Places, chain: &Chain) {
    let mut open: BTreeSet<ItemIndex> = places.keys().map(|(line, _)| *line).collect();
    for statement in &chain.statements {
        if open.is_empty() {
            return;
        }
        for line in statement.lines.iter().filter(|line| open.remove(line)) {
            let number = places.get(&(line, statement.file));
            let place = usize::try_from(line).ok().and_then(|line| numbers.get_mut(line));
            if let (Some(place), Some(number)) = (place, number) {
                *place = *number;
            }
        }
    }
}

fn notes(found: &identity::Identified, bank: &Bank, files: &[SourceFile]) -> Vec<Note> {
    let mut notes = Vec::new();
    if found.joined > 0 {
        let (lines, count) = if found.joined == 1 {
            ("line is", "counts")
        } else {
            ("lines are", "count")
        };
        let text = format!("{} {lines} in more than one statement and {count} once", found.joined);
        notes.push(Note {
            code: NoteCode::CountedOnce,
            text,
        });
    }
    let names = chain::Names::new(&bank.statements, files);
    for doubt in &found.doubts {
        let name = |statement: u32| names.of(statement);
        let lines = if doubt.lines == 1 { "line" } else { "lines" };
        let text = format!(
            "{} {lines} of {} and {} {}: check whether they are the same",
            doubt.lines,
            name(doubt.later),
            name(doubt.earlier),
            if doubt.kept {
                "agree in day and amount but not in words, and are kept twice"
            } else {
                "look the same and count once, but the balances do not confirm it"
            },
        );
        notes.push(Note {
            code: NoteCode::Uncertain,
            text,
        });
    }
    notes
}

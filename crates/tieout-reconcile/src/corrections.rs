//! Lines that later files correct: a feed's page modifies or removes what an earlier page brought, a bank's file replaces
//! or deletes a line of the file before it.
//!
//! A correction names the bank's id of the line that it corrects. That line is looked for in the other files of the
//! account, whatever their order; of several corrections of one line the last counts, and a removal before all others.

use crate::statements::Bank;
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::{Field, ItemIndex, Items, ItemsError};

/// What a line says of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Which of the banks the line is of.
    pub bank: usize,
    /// Position of its file.
    pub file: u32,
    /// The bank's id of the line that it corrects.
    pub id: String,
    /// The line that stands in its place; `None` if it is taken back.
    pub by: Option<ItemIndex>,
    /// The id is one of all accounts, and the correction may not say which.
    pub is_global: bool,
}

/// A line: which bank, which item.
type Found = (usize, ItemIndex);

/// Takes out the lines that are corrected. Answers, for each correction, with the position of the file whose line it
/// corrects; `None` if no file has it.
///
/// # Errors
/// [`ItemsError::Full`] cannot be, as lines only become fewer.
pub fn apply(banks: &mut [Bank], corrections: &[Correction]) -> Result<Vec<Option<u32>>, ItemsError> {
    if corrections.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_id: BTreeMap<&str, Vec<Found>> = BTreeMap::new();
    for correction in corrections {
        by_id.entry(&correction.id).or_default();
    }
    for (number, bank) in banks.iter().enumerate() {
        for item in bank.lines.indexes() {
            if let Some(found) = by_id.get_mut(bank.lines.text(item, Field::Id)) {
                found.push((number, item));
            }
        }
    }
    let own: BTreeSet<Found> = corrections.iter().filter_map(|c| Some((c.bank, c.by?))).collect();
    let mut gone: BTreeSet<Found> = BTreeSet::new();
    let mut answers = Vec::with_capacity(corrections.len());
    for correction in corrections {
        let lines = by_id.get(correction.id.as_str()).map_or(&[][..], Vec::as_slice);
        let targets = targets(banks, correction, lines, &own);
        answers.push(targets.first().map(|found| file_of(banks, *found)));
        gone.extend(targets);
    }
    for rivals in rivals(corrections).values() {
        let Some(winner) = winner(corrections, rivals) else {
            continue;
        };
        for &number in rivals {
            let (Some(rival), Some(answer)) = (corrections.get(number), answers.get_mut(number)) else {
                continue;
            };
            if number != winner {
                gone.extend(rival.by.map(|line| (rival.bank, line)));
            }
            let other = rivals.iter().filter_map(|other| corrections.get(*other));
            *answer = answer.or_else(|| other.map(|other| other.file).find(|file| *file != rival.file));
        }
    }
    take_out(banks, &gone)?;
    Ok(answers)
}

/// The lines of other files that a correction is about and that are no corrections of the same line themselves.
fn targets(banks: &[Bank], correction: &Correction, lines: &[Found], own: &BTreeSet<Found>) -> Vec<Found> {
    let other = lines
        .iter()
        .copied()
        .filter(|found| !own.contains(found) && file_of(banks, *found) != correction.file);
    let here: Vec<Found> = other.clone().filter(|(bank, _)| *bank == correction.bank).collect();
    if !here.is_empty() || !correction.is_global {
        return here;
    }
    let all: Vec<Found> = other.collect();
    let of_one = all.windows(2).all(|pair| matches!(pair, [a, b] if a.0 == b.0));
    if of_one { all } else { Vec::new() }
}

/// Corrections of one line, by their numbers.
fn rivals(corrections: &[Correction]) -> BTreeMap<(&str, Option<usize>), Vec<usize>> {
    let mut rivals: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (number, correction) in corrections.iter().enumerate() {
        let bank = (!correction.is_global).then_some(correction.bank);
        rivals.entry((correction.id.as_str(), bank)).or_default().push(number);
    }
    rivals
}

/// The one that counts: what was taken back does not come again, and of the others the last.
fn winner(corrections: &[Correction], rivals: &[usize]) -> Option<usize> {
    let takes_back = |number: &&usize| corrections.get(**number).is_some_and(|rival| rival.by.is_none());
    rivals.iter().rev().find(takes_back).or(rivals.last()).copied()
}

fn file_of(banks: &[Bank], (bank, item): Found) -> u32 {
    let statements = banks.get(bank).map_or(&[][..], |bank| bank.statements.as_slice());
    let at = statements.partition_point(|statement| statement.lines.end <= item);
    statements.get(at).map_or(0, |statement| statement.file)
}

fn take_out(banks: &mut [Bank], gone: &BTreeSet<Found>) -> Result<(), ItemsError> {
    for (number, bank) in banks.iter_mut().enumerate() {
        let of_bank: Vec<ItemIndex> = gone
            .iter()
            .filter(|found| found.0 == number)
            .map(|found| found.1)
            .collect();
        if !of_bank.is_empty() {
            compact(bank, &of_bank)?;
        }
    }
    Ok(())
}

/// The bank without these lines, which are in order.
pub(crate) fn compact(bank: &mut Bank, gone: &[ItemIndex]) -> Result<(), ItemsError> {
    let mut lines = Items::default();
    let mut numbers = Vec::with_capacity(bank.line_numbers.len());
    for (item, number) in bank.lines.indexes().zip(&bank.line_numbers) {
        if gone.binary_search(&item).is_ok() {
            continue;
        }
        lines.copy(&bank.lines, item)?;
        numbers.push(*number);
    }
    let now = |item: ItemIndex| {
        let before = gone.partition_point(|line| *line < item);
        item.saturating_sub(ItemIndex::try_from(before).unwrap_or(ItemIndex::MAX))
    };
    for statement in &mut bank.statements {
        statement.lines = now(statement.lines.start)..now(statement.lines.end);
    }
    (bank.lines, bank.line_numbers) = (lines, numbers);
    Ok(())
}

//! A proposed group of more than one on a side, and how much speaks for it.
//!
//! The scale is that of pairs: hundredths of a bit of log odds against the items having nothing to do with each other.
//! The sum's surprise is what it would take to hit the amount by chance (fewer bits for round amounts), less what was
//! tried: a search over a million subsets finds a sum by luck twenty bits more easily.

use crate::arith::{Bits, count, log2};
use crate::books::Books;
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::outcome::{Reason, ResidualKind};
use crate::roll::Position;
use crate::vocabulary::TokenId;

/// A proposed group, in canonical positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// Sorted.
    pub(crate) lines: Vec<Position>,
    /// Sorted.
    pub(crate) entries: Vec<Position>,
    /// The difference and its reason.
    pub(crate) residual: Option<(ResidualKind, i64)>,
    /// The entry whose amount is wrong, when the residual is a correction.
    pub(crate) mistyped: Option<Position>,
    /// How it was found.
    pub(crate) reason: Reason,
    /// The search that found it was cut short.
    pub(crate) cut_short: bool,
    /// How many solutions the search had, this one included; 0 if there was no search.
    pub(crate) solutions: u32,
    /// Its difference is within bounds but follows from nothing.
    pub(crate) unproven: bool,
    /// What speaks for it.
    pub(crate) weights: BundleWeights,
}

impl Bundle {
    /// It has no item in common with another one.
    pub(crate) fn is_apart_from(&self, other: &Self) -> bool {
        let is_apart = |own: &[Position], its: &[Position]| own.iter().all(|item| its.binary_search(item).is_err());
        is_apart(&self.lines, &other.lines) && is_apart(&self.entries, &other.entries)
    }
}

/// The pieces of a bundle's score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct BundleWeights {
    /// How usual such a group is.
    pub(crate) prior: Bits,
    /// That the sum fits.
    pub(crate) sum: Bits,
    /// What was tried, negative.
    pub(crate) tries: Bits,
    /// Numbers in common.
    pub(crate) reference: Bits,
    /// Names.
    pub(crate) name: Bits,
    /// Days apart.
    pub(crate) date: Bits,
    /// What the members have in common.
    pub(crate) coherence: Bits,
    /// Entries of a business that such lines do not pay.
    pub(crate) kind: Bits,
}

impl BundleWeights {
    /// The sum.
    pub(crate) fn total(&self) -> Bits {
        self.prior + self.sum + self.tries + self.reference + self.name + self.date + self.coherence + self.kind
    }
}

/// What a generator knows of a bundle.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) lines: Vec<Position>,
    pub(crate) entries: Vec<Position>,
    pub(crate) residual: Option<(ResidualKind, Option<Position>)>,
    pub(crate) prior: Bits,
    /// log2 of what was tried.
    pub(crate) tries: Bits,
    pub(crate) coherence: Bits,
    /// The members were looked for by name, so that the name is no news any more.
    pub(crate) by_name: bool,
    /// Replaces the surprise of an exact sum.
    pub(crate) sum: Option<Bits>,
    pub(crate) cut_short: bool,
    pub(crate) solutions: u32,
    pub(crate) unproven: bool,
}

/// The most that a name may say of members that were looked for by it: the line is about this contact, but which of its
/// entries are meant is for the sum to say.
const KNOWN_NAME: Bits = 300;
/// Numbers likewise; they name some of the entries.
const KNOWN_NUMBER: Bits = 900;
/// The most that days may say, and the least.
const BEST_DATE: Bits = 300;
const WORST_DATE: Bits = -600;
/// The most that one sum may say.
const MOST_SURPRISE: Bits = 2_000;

/// The most that a draft of members that were looked for by name may come to, before anything is summed: what is less than
/// nothing need not be tried. `by_number` says that one of them may share a number.
pub(crate) fn most_by_name(draft: &Draft, amount: i64, by_number: bool) -> Bits {
    let numbers = if by_number { KNOWN_NUMBER } else { 0 };
    let sum = log2(amount.unsigned_abs()).min(MOST_SURPRISE);
    draft.prior + sum - draft.tries + draft.coherence + KNOWN_NAME + numbers + BEST_DATE
}

/// Weighs a draft; `None` if its sums do not fit, or an amount is out of reach.
pub(crate) fn weigh(judge: &Judge<'_>, mut draft: Draft, reason: Reason, facing: &mut Facing) -> Option<Bundle> {
    let books = judge.books;
    draft.lines.sort_unstable();
    draft.entries.sort_unstable();
    let total = |roll: &crate::roll::Roll, items: &[Position]| -> i128 {
        items.iter().map(|item| i128::from(roll.amount(*item))).sum()
    };
    let difference = total(&books.lines, &draft.lines) - total(&books.entries, &draft.entries);
    let residual = match (draft.residual, i64::try_from(difference).ok()?) {
        (None, 0) => None,
        (Some((kind, _)), difference) if difference != 0 => Some((kind, difference)),
        _ => return None,
    };
    if residual.is_none() && holds_a_pair(books, &draft) {
        return None;
    }
    let (mut reference, mut name) = texts(judge, &draft, facing);
    if draft.by_name {
        (reference, name) = (reference.min(KNOWN_NUMBER), name.min(KNOWN_NAME));
    }
    let weights = BundleWeights {
        prior: draft.prior,
        sum: draft.sum.unwrap_or_else(|| surprise(books, &draft)),
        tries: -draft.tries,
        reference,
        name,
        date: date(judge, &draft),
        coherence: draft.coherence,
        kind: kinds(judge, &draft, facing),
    };
    Some(Bundle {
        lines: draft.lines,
        entries: draft.entries,
        residual,
        mistyped: draft.residual.and_then(|(_, entry)| entry),
        reason,
        cut_short: draft.cut_short,
        solutions: draft.solutions,
        unproven: draft.unproven,
        weights,
    })
}

/// One of many is all that the other side asks for: the others cancel each other, and say nothing about it.
fn holds_a_pair(books: &Books, draft: &Draft) -> bool {
    let (lines, entries) = (&books.lines, &books.entries);
    match (draft.lines.as_slice(), draft.entries.as_slice()) {
        ([line], entries_of) if entries_of.len() > 1 => entries_of
            .iter()
            .any(|entry| entries.amount(*entry) == lines.amount(*line)),
        (lines_of, [entry]) if lines_of.len() > 1 => lines_of
            .iter()
            .any(|line| lines.amount(*line) == entries.amount(*entry)),
        _ => false,
    }
}

/// How unlikely it is that a sum hits by chance: the size of the amount in units of what all amounts are multiples of.
fn surprise(books: &Books, draft: &Draft) -> Bits {
    let of_lines = draft.lines.iter().map(|line| books.lines.amount(*line));
    let of_entries = draft.entries.iter().map(|entry| books.entries.amount(*entry));
    surprise_of(of_lines.chain(of_entries).map(i64::unsigned_abs))
}

/// The same of amounts without their signs.
pub(super) fn surprise_of(amounts: impl Iterator<Item = u64>) -> Bits {
    let (mut unit, mut largest) = (0, 0);
    for amount in amounts {
        unit = divisor(unit, amount);
        largest = largest.max(amount);
    }
    log2(largest / unit.max(1)).min(MOST_SURPRISE)
}

fn divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// What numbers and names say. Of one line all entries' numbers count, each once; of several lines each has its say.
fn texts(judge: &Judge<'_>, draft: &Draft, facing: &mut Facing) -> (Bits, Bits) {
    let mut reference = 0;
    let mut name = 0;
    for line in &draft.lines {
        judge.face(*line, facing);
        let mut numbers: Vec<(TokenId, Bits)> = Vec::new();
        let (mut best, mut conflict) = (0, 0);
        for entry in &draft.entries {
            numbers.extend(judge.shared_numbers(facing, *entry));
            let said = judge.name(facing, *entry);
            best = best.max(said);
            conflict = conflict.min(said);
        }
        numbers.sort_unstable();
        numbers.dedup_by_key(|(token, _)| *token);
        let most = numbers.iter().map(|(_, bits)| *bits).max().unwrap_or(0);
        let sum: Bits = numbers.iter().map(|(_, bits)| (*bits).max(0)).sum();
        // The first number names the document, the others confirm it.
        let numbers = most + (sum - most) / 2;
        let share = if draft.lines.len() == 1 { 2_500 } else { 700 };
        reference += numbers.min(share);
        name += if best > 0 { best.min(share) } else { conflict };
    }
    (reference.min(3_000), name.clamp(-700, 2_000))
}

/// What the bank's types of lines say of the entries' kinds of business: the one that fits worst counts.
fn kinds(judge: &Judge<'_>, draft: &Draft, facing: &mut Facing) -> Bits {
    /// Of more entries the first ones speak for all.
    const MOST: usize = 40;
    let mut worst = 0;
    for line in draft.lines.iter().take(3) {
        judge.face(*line, facing);
        for entry in draft.entries.iter().take(MOST) {
            worst = worst.min(judge.kind(facing, *entry));
        }
    }
    worst
}

/// Days from the last entry to the first line.
fn date(judge: &Judge<'_>, draft: &Draft) -> Bits {
    let line = draft
        .lines
        .iter()
        .copied()
        .min_by_key(|line| (judge.books.lines.day(*line), *line));
    let entry = draft
        .entries
        .iter()
        .copied()
        .max_by_key(|entry| (judge.books.entries.day(*entry), *entry));
    match (line, entry) {
        (Some(line), Some(entry)) => judge
            .date(line, entry)
            .map_or(WORST_DATE, |(bits, _)| bits.clamp(WORST_DATE, BEST_DATE)),
        _ => 0,
    }
}

/// log2 of the number of subsets of `chosen` out of `all`.
pub(crate) fn choices(all: usize, chosen: usize) -> Bits {
    let chosen = chosen.min(all.saturating_sub(chosen));
    (1..=chosen)
        .map(|step| log2(u64::from(count(all + 1 - step))) - log2(u64::from(count(step))))
        .sum::<Bits>()
        .max(0)
}

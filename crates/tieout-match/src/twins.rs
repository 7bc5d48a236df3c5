//! Items that cannot be told apart, and blocks of pairs in which it does not matter who is paired with whom.
//!
//! Two deposits of 1,200.00 without a word, and two rents of 1,200.00 of one day: whichever is paired with which, both
//! entries are cleared by both lines. Only when one of them would stay open does the choice matter.

use crate::amounts::Amounts;
use crate::arith::Bits;
use crate::assign::Assignment;
use crate::books::Books;
use crate::columns::{Joined, at};
use crate::hashing::{self, join};
use crate::pairs::Pairs;
use crate::roll::{Position, Roll};

/// Classes of items that stand for one another, on both sides.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    /// Class of each line.
    pub(crate) lines: Vec<u32>,
    /// Class of each entry.
    pub(crate) entries: Vec<u32>,
}

/// Equal texts and amounts up to this many days apart are twins.
pub(crate) const TWIN_DAYS: i32 = 7;
/// Scores of the two ways to pair a block may differ by this much.
const INDIFFERENT: Bits = 20;

impl Classes {
    /// Twins, and what an assignment shows to be exchangeable.
    pub(crate) fn new(books: &Books, pairs: &Pairs, assignment: &Assignment) -> Self {
        let (lines, entries) = (&books.lines, &books.entries);
        let mut of_lines = books.line_twins.clone();
        let mut of_entries = books.entry_twins.clone();
        for line in lines.positions() {
            let Some(own) = assignment.of_line(line) else {
                continue;
            };
            let (_, entry, score) = pairs.of(own);
            for other in pairs.of_line(line).filter(|other| *other != own) {
                let (_, its_entry, cross) = pairs.of(other);
                let Some(its) = assignment.of_entry(its_entry) else {
                    continue;
                };
                let (its_line, _, its_score) = pairs.of(its);
                let Some(back) = pairs.find(its_line, entry) else {
                    continue;
                };
                let same_amounts =
                    lines.amount(line) == lines.amount(its_line) && entries.amount(entry) == entries.amount(its_entry);
                if same_amounts && (score + its_score - cross - pairs.of(back).2).abs() <= INDIFFERENT {
                    of_lines.join(line, its_line);
                    of_entries.join(entry, its_entry);
                }
            }
        }
        let read = |roll: &Roll, mut joined: Joined| roll.positions().map(|item| joined.find(item)).collect();
        Self {
            lines: read(lines, of_lines),
            entries: read(entries, of_entries),
        }
    }

    /// The probability that a line belongs to an entry, or to one that stands for it, and the other way round; the lower
    /// of the two.
    pub(crate) fn confidence(&self, pairs: &Pairs, posterior: &[f64], line: Position, entry: Position) -> f64 {
        let class = at(&self.entries, entry);
        let of_line: f64 = pairs
            .of_line(line)
            .filter(|pair| at(&self.entries, pairs.of(*pair).1) == class)
            .map(|pair| at(posterior, pair))
            .sum();
        let class = at(&self.lines, line);
        let of_entry: f64 = pairs
            .by_entry
            .row(entry)
            .iter()
            .filter(|pair| at(&self.lines, pairs.of(**pair).0) == class)
            .map(|pair| at(posterior, *pair))
            .sum();
        of_line.min(of_entry).min(1.0)
    }
}

/// Items of one side alike in account, amount, texts and check number, and at most `days` from one to the next.
pub(crate) fn twins(roll: &Roll, amounts: &Amounts, days: i32) -> Joined {
    let texts = |item: Position| (at(&roll.checks, item), roll.words.class(item), roll.numbers.row(item));
    let mut joined = Joined::new(roll.len());
    let mut hashed: Vec<(u64, Position)> = Vec::new();
    for run in (0..amounts.runs())
        .map(|run| amounts.members(run))
        .filter(|run| run.len() > 1)
    {
        hashed.clear();
        hashed.extend(run.iter().map(|item| {
            let (check, words, numbers) = texts(*item);
            let hash = join(hashing::of_numbers(numbers), u64::from(check) << 32 | u64::from(words));
            (hash, *item)
        }));
        hashed.sort_unstable();
        for ((a_hash, a), (b_hash, b)) in hashed.iter().zip(hashed.iter().skip(1)) {
            if a_hash == b_hash && roll.day(*b).saturating_sub(roll.day(*a)) <= days && texts(*a) == texts(*b) {
                joined.join(*a, *b);
            }
        }
    }
    joined
}

//! Items that cannot be told apart, and blocks of pairs in which it does not matter who is paired with whom.
//!
//! Two deposits of 1,200.00 without a word, and two rents of 1,200.00 of one day: whichever is paired with which, both
//! entries are cleared by both lines. Only when one of them would stay open does the choice matter.

use crate::arith::Bits;
use crate::assign::Assignment;
use crate::columns::{Joined, at};
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
const TWIN_DAYS: i32 = 7;
/// Scores of the two ways to pair a block may differ by this much.
const INDIFFERENT: Bits = 20;

impl Classes {
    /// Twins, and what an assignment shows to be exchangeable.
    pub(crate) fn new(lines: &Roll, entries: &Roll, pairs: &Pairs, assignment: &Assignment) -> Self {
        let mut of_lines = twins(lines, 0);
        let mut of_entries = twins(entries, TWIN_DAYS);
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
pub(crate) fn twins(roll: &Roll, days: i32) -> Joined {
    let key = |item: Position| {
        (
            at(&roll.accounts, item),
            roll.amount(item),
            at(&roll.checks, item),
            roll.words.row(item),
            roll.numbers.row(item),
        )
    };
    let mut order: Vec<Position> = roll.positions().collect();
    order.sort_by(|a, b| key(*a).cmp(&key(*b)).then(a.cmp(b)));
    let mut joined = Joined::new(roll.len());
    for (a, b) in order.iter().zip(order.iter().skip(1)) {
        if roll.day(*b).saturating_sub(roll.day(*a)) <= days && key(*a) == key(*b) {
            joined.join(*a, *b);
        }
    }
    joined
}

//! Items that cannot be told apart, and blocks of pairs in which it does not matter who is paired with whom.
//!
//! Two deposits of 1,200.00 without a word, and two rents of 1,200.00 of one day: whichever is paired with which, both
//! entries are cleared by both lines. Only when one of them would stay open does the choice matter.

use crate::amounts::Amounts;
use crate::arith::{Bits, odds};
use crate::assign::Assignment;
use crate::books::Books;
use crate::columns::{Joined, at, set};
use crate::hashing::{self, join};
use crate::pairs::{PairId, Pairs};
use crate::roll::{Position, Roll};

/// Classes of items that stand for one another, on both sides.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    /// Class of each line.
    pub(crate) lines: Vec<u32>,
    /// Class of each entry.
    pub(crate) entries: Vec<u32>,
    sizes: Sizes,
}

/// How many are in each class, by the number of the class.
#[derive(Debug, Clone, Default)]
struct Sizes {
    lines: Vec<u32>,
    entries: Vec<u32>,
    /// Per class of lines: the class of entries that the first of them is paired with, and how many of them are paired with
    /// one of it.
    partners: Vec<(u32, u32)>,
    /// Per class of lines: there are several, as many as there are entries of the class that all of them are paired with.
    whole: Vec<bool>,
}

impl Sizes {
    /// Classes of several days, or of several texts, are none that chance meets as a whole: what lies apart may be told apart.
    /// (That none of them stays open is another thing, see [`Classes::confidence_in_block`].)
    fn leave_days(&mut self, (lines, entries): (&Roll, &Roll), (of_lines, of_entries): (&[u32], &[u32])) {
        let mark = |roll: &Roll, classes: &[u32], sizes: &mut Vec<u32>| {
            let mut firsts: Vec<Option<Position>> = vec![None; classes.len()];
            for (class, item) in classes.iter().zip(0..) {
                let first = at(&firsts, *class);
                let is_alike = |first: Position| {
                    roll.day(first) == roll.day(item)
                        && roll.words.class(first) == roll.words.class(item)
                        && roll.numbers.row(first) == roll.numbers.row(item)
                };
                match first {
                    None => set(&mut firsts, *class, Some(item)),
                    Some(first) if is_alike(first) => {}
                    Some(_) => set(sizes, *class, 0),
                }
            }
        };
        mark(lines, of_lines, &mut self.lines);
        mark(entries, of_entries, &mut self.entries);
    }

    fn new((of_lines, of_entries): (&[u32], &[u32]), pairs: &Pairs, assignment: &Assignment) -> Self {
        let sizes = |classes: &[u32]| {
            let mut sizes = vec![0_u32; classes.len()];
            for class in classes {
                let known = at(&sizes, *class);
                set(&mut sizes, *class, known + 1);
            }
            sizes
        };
        let mut partners = vec![(0, 0); of_lines.len()];
        for (class, line) in of_lines.iter().zip(0..) {
            let Some(pair) = assignment.of_line(line) else {
                continue;
            };
            let of_entry = at(of_entries, pairs.of(pair).1);
            match at(&partners, *class) {
                (_, 0) => set(&mut partners, *class, (of_entry, 1)),
                (partner, paired) if partner == of_entry => set(&mut partners, *class, (partner, paired + 1)),
                _ => {}
            }
        }
        let (lines, entries) = (sizes(of_lines), sizes(of_entries));
        let is_whole = |(size, (partner, paired)): (&u32, &(u32, u32))| {
            *size > 1 && size == paired && *size == at(&entries, *partner)
        };
        let whole = lines.iter().zip(&partners).map(is_whole).collect();
        Self {
            lines,
            entries,
            partners,
            whole,
        }
    }
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
        let read =
            |roll: &Roll, mut joined: Joined| -> Vec<u32> { roll.positions().map(|item| joined.find(item)).collect() };
        let (of_lines, of_entries) = (read(lines, of_lines), read(entries, of_entries));
        let mut sizes = Sizes::new((&of_lines, &of_entries), pairs, assignment);
        sizes.leave_days((lines, entries), (&of_lines, &of_entries));
        Self {
            sizes,
            lines: of_lines,
            entries: of_entries,
        }
    }

    /// How many lines and as many entries it does not matter which is paired with which of: all of the one class are paired
    /// with all of the other. 1 if a line or an entry of them would be left, so that the choice matters.
    pub(crate) fn interchangeable(&self, line: Position, entry: Position) -> u32 {
        let (of_line, of_entry) = (at(&self.lines, line), at(&self.entries, entry));
        let lines = at(&self.sizes.lines, of_line);
        let is_whole = lines > 0
            && lines == at(&self.sizes.entries, of_entry)
            && at(&self.sizes.partners, of_line) == (of_entry, lines);
        if is_whole { lines } else { 1 }
    }

    /// The probability that a line belongs to an entry, or to one that stands for it, and the other way round; the lower
    /// of the two.
    pub(crate) fn confidence(&self, pairs: &Pairs, posterior: &[f64], pair: PairId) -> f64 {
        let ((of_line, _), (of_entry, _)) = self.within(pairs, posterior, pair);
        of_line.min(of_entry).min(1.0)
    }

    /// The same where all of a class are paired with all of another, as near as can be said: messages on a block of pairs
    /// leave each line free far more often than it is. Of a block of equal pairs, one line and one entry stay free against
    /// each way to pair all of them with odds of one pair, whatever the size of the block.
    pub(crate) fn confidence_in_block(&self, pairs: &Pairs, posterior: &[f64], pair: PairId) -> Option<f64> {
        let (line, entry, score) = pairs.of(pair);
        let own = at(&self.lines, line);
        let is_whole = at(&self.sizes.whole, own) && at(&self.sizes.partners, own).0 == at(&self.entries, entry);
        let bound = 1.0 - 1.0 / (1.0 + odds(score));
        is_whole.then(|| {
            let ((_, of_line), (_, of_entry)) = self.within(pairs, posterior, pair);
            bound - of_line.max(of_entry)
        })
    }

    /// For a line and for an entry: the probability that it belongs to the class of the other, and to something else.
    fn within(&self, pairs: &Pairs, posterior: &[f64], pair: PairId) -> ((f64, f64), (f64, f64)) {
        let (line, entry, _) = pairs.of(pair);
        let (of_line, of_entry) = (at(&self.lines, line), at(&self.entries, entry));
        let add = |(within, elsewhere): (f64, f64), pair: PairId, is_within: bool| match at(posterior, pair) {
            part if is_within => (within + part, elsewhere),
            part => (within, elsewhere + part),
        };
        let to_entries = pairs.of_line(line).fold((0.0, 0.0), |sums, pair| {
            add(sums, pair, at(&self.entries, pairs.of(pair).1) == of_entry)
        });
        let to_lines = pairs.by_entry.row(entry).iter().fold((0.0, 0.0), |sums, pair| {
            add(sums, *pair, at(&self.lines, pairs.of(*pair).0) == of_line)
        });
        (to_entries, to_lines)
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

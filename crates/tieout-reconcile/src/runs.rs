//! Which lines a statement contains, kept as runs: they mostly follow each other, and a file of years has many statements.

use std::ops::Range;
use tieout_match::ItemIndex;

/// Lines in their order, as runs of consecutive ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs(Kept);

/// One run, also an empty one, takes no memory beside.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kept {
    One(Range<ItemIndex>),
    More(Box<[Range<ItemIndex>]>),
}

impl Runs {
    /// The runs, none of which touches the next.
    pub fn ranges(&self) -> &[Range<ItemIndex>] {
        match &self.0 {
            Kept::One(range) => std::slice::from_ref(range),
            Kept::More(ranges) => ranges,
        }
    }

    /// Every line.
    pub fn iter(&self) -> impl Iterator<Item = ItemIndex> {
        self.ranges().iter().cloned().flatten()
    }

    /// The first line.
    pub fn first(&self) -> Option<ItemIndex> {
        self.iter().next()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.ranges().iter().map(ExactSizeIterator::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }
}

impl FromIterator<ItemIndex> for Runs {
    fn from_iter<I: IntoIterator<Item = ItemIndex>>(lines: I) -> Self {
        let mut before = Vec::new();
        let mut run: Range<ItemIndex> = 0..0;
        for line in lines {
            let end = line.saturating_add(1);
            if run.is_empty() {
                run = line..end;
            } else if run.end == line {
                run.end = end;
            } else {
                before.push(std::mem::replace(&mut run, line..end));
            }
        }
        if before.is_empty() {
            return Self(Kept::One(run));
        }
        before.push(run);
        Self(Kept::More(before.into_boxed_slice()))
    }
}

/// Lines in no order, one bit for each that there may be.
#[derive(Debug, Default)]
pub(crate) struct LineSet(Vec<u64>);

impl LineSet {
    /// For so many lines, none of them in the set.
    pub(crate) fn of(lines: usize) -> Self {
        Self(vec![0; lines.div_ceil(64)])
    }

    /// Takes a line into the set.
    pub(crate) fn add(&mut self, line: ItemIndex) {
        let (word, bit) = place(line);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    /// Whether it is in the set.
    pub(crate) fn contains(&self, line: ItemIndex) -> bool {
        let (word, bit) = place(line);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

fn place(line: ItemIndex) -> (usize, u64) {
    (usize::try_from(line / 64).unwrap_or(usize::MAX), 1 << (line % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_added_lines_are_in_the_set() {
        let mut set = LineSet::of(130);
        for line in [0, 63, 64, 129, 500] {
            set.add(line);
        }
        let found: Vec<ItemIndex> = (0..600).filter(|line| set.contains(*line)).collect();
        assert_eq!(found, [0, 63, 64, 129]);
    }

    #[test]
    fn lines_come_back_as_they_went_in() {
        for (lines, runs) in [
            (vec![], 1),
            (vec![7], 1),
            (vec![3, 4, 5], 1),
            (vec![0, 1, 9, 3, 4], 3),
            (vec![5, 5], 2),
        ] {
            let kept: Runs = lines.iter().copied().collect();
            assert_eq!(kept.ranges().len(), runs, "{lines:?}");
            assert_eq!((kept.len(), kept.first()), (lines.len(), lines.first().copied()));
            assert_eq!(kept.is_empty(), lines.is_empty());
            assert_eq!(kept.iter().collect::<Vec<_>>(), lines);
        }
    }
}

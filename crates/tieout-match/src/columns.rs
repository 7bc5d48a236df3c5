//! Columns addressed by 32-bit positions, and rows of different lengths in one vector.

use crate::arith::count;
use crate::hashing::{self, Slots};

/// The value at a position, or the default of its type.
pub(crate) fn at<T: Copy + Default>(column: &[T], position: u32) -> T {
    usize::try_from(position)
        .ok()
        .and_then(|position| column.get(position))
        .copied()
        .unwrap_or_default()
}

/// Writes a value; a position that does not exist is ignored.
pub(crate) fn set<T>(column: &mut [T], position: u32, value: T) {
    if let Some(cell) = usize::try_from(position)
        .ok()
        .and_then(|position| column.get_mut(position))
    {
        *cell = value;
    }
}

/// A part of a column by 32-bit bounds; empty if they do not fit.
pub(crate) fn part<T>(column: &[T], from: u32, to: u32) -> &[T] {
    match (usize::try_from(from), usize::try_from(to)) {
        (Ok(from), Ok(to)) => column.get(from..to).unwrap_or_default(),
        _ => &[],
    }
}

/// Rows of different lengths.
#[derive(Debug, Clone)]
pub(crate) struct Rows<T> {
    starts: Vec<u32>,
    values: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            starts: vec![0],
            values: Vec::new(),
        }
    }
}

impl<T> Rows<T> {
    /// Adds a row at the end.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.values.extend(row);
        self.starts.push(count(self.values.len()));
    }

    /// Takes all rows away.
    pub(crate) fn clear(&mut self) {
        self.starts.truncate(1);
        self.values.clear();
    }

    /// The values of a row; empty if there is no such row.
    pub(crate) fn row(&self, index: u32) -> &[T] {
        let (from, to) = self.bounds(index);
        part(&self.values, from, to)
    }

    /// Where a row begins and ends in [`Rows::values`].
    pub(crate) fn bounds(&self, index: u32) -> (u32, u32) {
        let from = at(&self.starts, index);
        (
            from,
            index
                .checked_add(1)
                .map_or(from, |next| at(&self.starts, next))
                .max(from),
        )
    }

    /// All values, row after row.
    pub(crate) fn values(&self) -> &[T] {
        &self.values
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> u32 {
        count(self.starts.len()).saturating_sub(1)
    }

    /// Changes the values of each row, one row after the other.
    pub(crate) fn change(&mut self, change: impl Fn(&mut [T])) {
        let mut rest = self.values.as_mut_slice();
        for (from, to) in self.starts.iter().zip(self.starts.iter().skip(1)) {
            let length = usize::try_from(to - from).unwrap_or(0);
            let (row, tail) = rest.split_at_mut_checked(length).unwrap_or_default();
            change(row);
            rest = tail;
        }
    }
}

/// Gives each number of a sorted row its new one, and sorts it again.
pub(crate) fn renumber(row: &mut [u32], new: &[u32]) {
    for number in row.iter_mut() {
        *number = at(new, *number);
    }
    row.sort_unstable();
}

impl<T: Copy> Rows<T> {
    /// Adds the rows of others behind the own ones.
    pub(crate) fn append(&mut self, others: &Self) {
        let before = count(self.values.len());
        self.values.extend_from_slice(&others.values);
        let ends = others.starts.iter().skip(1);
        self.starts.extend(ends.map(|end| before + end));
    }
}

impl<T: Copy + Default> Rows<T> {
    /// `rows` rows from pairs of row and value in any order; the values of a row stay in the order of the pairs, which are
    /// gone through twice.
    pub(crate) fn gathered<I: Iterator<Item = (u32, T)>>(rows: u32, pairs: impl Fn() -> I) -> Self {
        let length = usize::try_from(rows).unwrap_or(0);
        let mut starts = vec![0_u32; length + 1];
        for (row, _) in pairs() {
            let size = at(&starts, row);
            set(&mut starts, row, size + 1);
        }
        let mut sum = 0;
        for start in &mut starts {
            let size = *start;
            *start = sum;
            sum += size;
        }
        let mut values = vec![T::default(); usize::try_from(sum).unwrap_or(0)];
        for (row, value) in pairs() {
            let place = at(&starts, row);
            set(&mut values, place, value);
            set(&mut starts, row, place + 1);
        }
        // Each start has moved to the end of its row, which is the start of the next one.
        starts.pop();
        starts.insert(0, 0);
        Self { starts, values }
    }
}

/// Rows by keys that are few among all there could be.
#[derive(Debug, Clone)]
pub(crate) struct KeyedRows<K, T> {
    keys: Vec<K>,
    rows: Rows<T>,
}

impl<K: Ord + Copy, T: Copy + Ord> KeyedRows<K, T> {
    /// The values of each key, in order.
    pub(crate) fn new(mut pairs: Vec<(K, T)>) -> Self {
        pairs.sort_unstable();
        let mut all = Self {
            keys: Vec::new(),
            rows: Rows::default(),
        };
        for of_key in pairs.chunk_by(|a, b| a.0 == b.0) {
            all.keys.extend(of_key.first().map(|(key, _)| *key));
            all.rows.push(of_key.iter().map(|(_, value)| *value));
        }
        all
    }

    /// The values of a key.
    pub(crate) fn of(&self, key: K) -> &[T] {
        let place = self.keys.binary_search(&key);
        place.map_or(&[], |place| self.rows.row(count(place)))
    }
}

/// Rows of tokens of which many are equal: each different row once, and which of them each item has.
#[derive(Debug, Clone, Default)]
pub(crate) struct SharedRows {
    of: Vec<u32>,
    rows: Rows<u32>,
    /// A number that belongs to each row.
    marks: Vec<u32>,
    slots: Slots,
}

impl SharedRows {
    /// The number of a row with its mark, a new one if it was not seen.
    pub(crate) fn intern(&mut self, row: &[u32], mark: u32) -> u32 {
        let hash = hashing::join(hashing::of_numbers(row), u64::from(mark));
        let known = |class: u32| at(&self.marks, class) == mark && self.rows.row(class) == row;
        if let Some(class) = self.slots.find(hash, known) {
            return class;
        }
        let class = self.rows.len();
        self.rows.push(row.iter().copied());
        self.marks.push(mark);
        self.slots.add(hash, class);
        class
    }

    /// The next item has this row.
    pub(crate) fn push(&mut self, class: u32) {
        self.of.push(class);
    }

    /// An item has another row than was said.
    pub(crate) fn set(&mut self, item: u32, class: u32) {
        set(&mut self.of, item, class);
    }

    /// Which row an item has: items of one class have equal rows and marks.
    pub(crate) fn class(&self, item: u32) -> u32 {
        at(&self.of, item)
    }

    /// The row of an item.
    pub(crate) fn row(&self, item: u32) -> &[u32] {
        self.rows.row(at(&self.of, item))
    }

    /// The mark of a class.
    pub(crate) fn mark_of(&self, class: u32) -> u32 {
        at(&self.marks, class)
    }

    /// The row of a class.
    pub(crate) fn row_of(&self, class: u32) -> &[u32] {
        self.rows.row(class)
    }

    /// Number of different rows.
    pub(crate) fn classes(&self) -> u32 {
        self.rows.len()
    }

    /// How many items each class has.
    pub(crate) fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.marks.len()];
        for class in &self.of {
            let size = at(&sizes, *class);
            set(&mut sizes, *class, size + 1);
        }
        sizes
    }

    /// The numbers of all rows get new ones, different ones each. Rows that differed still do, so that classes stay.
    pub(crate) fn renumber(&mut self, new: &[u32]) {
        self.rows.change(|row| renumber(row, new));
    }

    /// Nothing is added any more: gives back the memory that looking rows up takes.
    pub(crate) fn seal(&mut self) {
        self.slots.clear();
    }
}

/// Sets of positions that are joined step by step.
#[derive(Debug, Clone)]
pub(crate) struct Joined {
    parent: Vec<u32>,
}

impl Joined {
    /// `length` sets of one position each.
    pub(crate) fn new(length: u32) -> Self {
        Self {
            parent: (0..length).collect(),
        }
    }

    /// The set's representative: its lowest position.
    pub(crate) fn find(&mut self, position: u32) -> u32 {
        let mut root = position;
        while at(&self.parent, root) < root {
            root = at(&self.parent, root);
        }
        let mut walk = position;
        while at(&self.parent, walk) < walk {
            let next = at(&self.parent, walk);
            set(&mut self.parent, walk, root);
            walk = next;
        }
        root
    }

    /// Makes one set of two.
    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        set(&mut self.parent, a.max(b), a.min(b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_key_in_order() {
        let rows = KeyedRows::new(vec![(70_u64, 3_u32), (2, 9), (70, 1)]);
        assert_eq!((rows.of(70), rows.of(2), rows.of(3)), (&[1, 3][..], &[9][..], &[][..]));
    }

    #[test]
    fn rows_come_back() {
        let rows = Rows::gathered(4, || [(3, 'c'), (1, 'a'), (1, 'b')].into_iter());
        let read: Vec<&[char]> = (0..5).map(|row| rows.row(row)).collect();
        assert_eq!(read, [&[][..], &['a', 'b'], &[], &['c'], &[]]);
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn joined_sets_have_one_representative() {
        let mut sets = Joined::new(6);
        sets.join(4, 5);
        sets.join(1, 4);
        assert_eq!((sets.find(5), sets.find(4), sets.find(0)), (1, 1, 0));
    }
}

//! Entries by amount: equal ones, near ones, and how surprising it is that two amounts are equal.

use crate::arith::{Bits, count, log2};
use crate::columns::{at, part};
use crate::hashing::{Slots, join, mix};
use crate::roll::{Position, Roll};
use std::collections::BTreeMap;

/// Entries in order of account, amount, day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Amounts {
    order: Vec<Position>,
    /// Account and amount of each run of equal amounts.
    keys: Vec<(u16, i64)>,
    /// Where each run begins in the order, and one more for the end of the last.
    starts: Vec<u32>,
    /// Runs by account and amount.
    slots: Slots,
    /// A bit for some amounts each; most that are asked for are none of them, and that is known without the runs.
    known: Vec<u64>,
    /// Entries of each account.
    accounts: BTreeMap<u16, u32>,
    /// log2 of a hundred times the entries that a single amount would meet by chance, by roundness.
    single: [Bits; ROUNDNESS],
}

const ROUNDNESS: usize = 4;

impl Amounts {
    /// Orders the entries; amounts of zero are left out.
    pub(crate) fn new(entries: &Roll) -> Self {
        let all = entries.positions().filter(|entry| entries.amount(*entry) != 0);
        let mut sorted: Vec<(u16, i64, Position)> = all
            .map(|entry| (at(&entries.accounts, entry), entries.amount(entry), entry))
            .collect();
        // Positions are in order of days already.
        sorted.sort_unstable();
        let mut amounts = Self::default();
        for run in sorted.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            if let Some((account, amount, _)) = run.first() {
                amounts.add_run((*account, *amount), run.iter().map(|(_, _, entry)| *entry));
            }
        }
        amounts.finished()
    }

    /// Those of the entries that are wanted.
    pub(crate) fn narrowed(&self, is_wanted: impl Fn(Position) -> bool) -> Self {
        let mut amounts = Self::default();
        for ((account, amount), run) in self.keys.iter().zip(0..) {
            let wanted = self.members(run).iter().copied().filter(|entry| is_wanted(*entry));
            amounts.add_run((*account, *amount), wanted);
        }
        amounts.finished()
    }

    /// Adds the entries of the next amount, if there are any.
    fn add_run(&mut self, key: (u16, i64), entries: impl Iterator<Item = Position>) {
        let start = count(self.order.len());
        self.order.extend(entries);
        let number = count(self.order.len()) - start;
        if number > 0 {
            self.slots.add(hash(key.0, key.1), count(self.keys.len()));
            self.keys.push(key);
            self.starts.push(start);
            *self.accounts.entry(key.0).or_insert(0) += number;
        }
    }

    /// With what is known only when all runs are there.
    fn finished(mut self) -> Self {
        self.starts.push(count(self.order.len()));
        self.single = self.single();
        self.know();
        self
    }

    fn know(&mut self) {
        // Eight bits for each, so that one in eight that is not there is looked for in vain.
        let words = (self.keys.len() / 8).next_power_of_two();
        let mut known = vec![0_u64; words];
        for (account, amount) in &self.keys {
            let (word, bit) = bit_of(words, hash(*account, *amount));
            if let Some(word) = known.get_mut(word) {
                *word |= bit;
            }
        }
        self.known = known;
    }

    /// The run of entries of one amount.
    pub(crate) fn run_of(&self, account: u16, amount: i64) -> Option<u32> {
        let hash = hash(account, amount);
        let (word, bit) = bit_of(self.known.len(), hash);
        self.known.get(word).filter(|word| **word & bit != 0)?;
        let is_it = |run: u32| at(&self.keys, run) == (account, amount);
        self.slots.find(hash, is_it)
    }

    /// Entries of a run by day.
    pub(crate) fn members(&self, run: u32) -> &[Position] {
        part(&self.order, at(&self.starts, run), at(&self.starts, run + 1))
    }

    /// Entries of one amount by day.
    pub(crate) fn equal(&self, account: u16, amount: i64) -> &[Position] {
        self.run_of(account, amount).map_or(&[], |run| self.members(run))
    }

    /// All entries in order of account, amount, day.
    pub(crate) fn in_order(&self) -> &[Position] {
        &self.order
    }

    /// Places in that order of the entries of one amount between two days, both included.
    pub(crate) fn places(&self, entries: &Roll, account: u16, amount: i64, days: (i32, i32)) -> std::ops::Range<u32> {
        let Some(run) = self.run_of(account, amount) else {
            return 0..0;
        };
        let (members, start) = (self.members(run), at(&self.starts, run));
        let (from, to) = (
            entries.first_from(account, days.0),
            entries.first_from(account, days.1.saturating_add(1)),
        );
        let place = |position: Position| start + count(members.partition_point(|entry| *entry < position));
        place(from)..place(to.max(from))
    }

    /// Account and amount of each run.
    pub(crate) fn keys(&self) -> &[(u16, i64)] {
        &self.keys
    }

    /// Number of runs.
    pub(crate) fn runs(&self) -> u32 {
        count(self.keys.len())
    }

    /// Entries with amounts between two, both included, by amount and day.
    pub(crate) fn between(&self, account: u16, low: i64, high: i64) -> &[Position] {
        let runs = self.runs_between(account, low, high);
        part(&self.order, at(&self.starts, runs.start), at(&self.starts, runs.end))
    }

    /// Runs of amounts between two, both included.
    pub(crate) fn runs_between(&self, account: u16, low: i64, high: i64) -> std::ops::Range<u32> {
        let from = self.keys.partition_point(|key| *key < (account, low));
        let rest = self.keys.get(from..).unwrap_or_default();
        // Mostly there are few: their end is near, and found from here.
        let mut reach = 1;
        while rest.get(reach).is_some_and(|key| *key <= (account, high)) {
            reach *= 2;
        }
        let near = rest.get(..reach.min(rest.len())).unwrap_or_default();
        let to = from + near.partition_point(|key| *key <= (account, high));
        count(from)..count(to)
    }

    /// Entries of an account, at least one.
    pub(crate) fn of_account(&self, account: u16) -> u32 {
        self.accounts.get(&account).copied().unwrap_or(0).max(1)
    }

    /// log2 of how many entries have the amount of a run by chance, in hundredths of a bit: their number, or less than one
    /// for an amount that occurs once, by how often amounts as round as it repeat in these books.
    pub(crate) fn chance(&self, run: u32) -> Bits {
        match self.members(run).len() {
            0 | 1 => {
                let roundness = roundness(at(&self.keys, run).1);
                self.single.get(roundness).copied().unwrap_or(0) - log2(100)
            }
            more => log2(u64::from(count(more))),
        }
    }

    /// Good and Turing's estimate of how many others a value that was seen once would meet: twice the number of values
    /// seen twice, by the number seen once. Between 0.03 and 1, and with a pinch of prior for small books.
    fn single(&self) -> [Bits; ROUNDNESS] {
        let mut once = [0_u64; ROUNDNESS];
        let mut twice = [0_u64; ROUNDNESS];
        for ((_, amount), run) in self.keys.iter().zip(0..) {
            let class = roundness(*amount);
            let counter = match self.members(run).len() {
                1 => once.get_mut(class),
                2 => twice.get_mut(class),
                _ => None,
            };
            if let Some(counter) = counter {
                *counter += 1;
            }
        }
        std::array::from_fn(|class| {
            let once = once.get(class).copied().unwrap_or(0);
            let twice = twice.get(class).copied().unwrap_or(0);
            // As if ten single values and two pairs had been seen before.
            let hundredths = (200 * (twice + 2)) / (once + 10);
            log2(hundredths.clamp(3, 100))
        })
    }
}

/// Where among so many words, a power of two, the bit of a hash stands.
fn bit_of(words: usize, hash: u64) -> (usize, u64) {
    let word = usize::try_from(hash >> 32).unwrap_or(0) & words.wrapping_sub(1);
    (word, 1 << (hash >> 26 & 63))
}

fn hash(account: u16, amount: i64) -> u64 {
    mix(join(u64::from(account), amount.cast_unsigned()))
}

/// How round an amount is: cents, tens of cents, whole units, tens and more.
fn roundness(amount: i64) -> usize {
    if amount % 1_000 == 0 {
        3
    } else if amount % 100 == 0 {
        2
    } else {
        usize::from(amount % 10 == 0)
    }
}

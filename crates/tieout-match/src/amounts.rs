//! Entries by amount: equal ones, near ones, and how surprising it is that two amounts are equal.

use crate::arith::{Bits, count, log2};
use crate::columns::{at, part};
use crate::roll::{Position, Roll};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};

/// Entries in order of account, amount, day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Amounts {
    order: Vec<Position>,
    keys: Vec<(u16, i64)>,
    /// Where the entries of each amount begin and end; only ever looked up, so that its order does not matter.
    runs: HashMap<(u16, i64), (u32, u32), BuildHasherDefault<DefaultHasher>>,
    /// Entries of each account.
    accounts: BTreeMap<u16, u32>,
    /// log2 of a hundred times the entries that a single amount would meet by chance, by roundness.
    single: [Bits; ROUNDNESS],
}

const ROUNDNESS: usize = 4;

impl Amounts {
    /// Orders the entries; amounts of zero are left out.
    pub(crate) fn new(entries: &Roll) -> Self {
        let mut order: Vec<Position> = entries
            .positions()
            .filter(|entry| entries.amount(*entry) != 0)
            .collect();
        let key = |entry: Position| (at(&entries.accounts, entry), entries.amount(entry));
        // Positions are in order of days already.
        order.sort_by_key(|entry| (key(*entry), *entry));
        let keys: Vec<(u16, i64)> = order.iter().map(|entry| key(*entry)).collect();
        let mut accounts = BTreeMap::new();
        for (account, _) in &keys {
            *accounts.entry(*account).or_insert(0) += 1;
        }
        let mut runs = HashMap::default();
        let mut from = 0;
        for run in keys.chunk_by(|a, b| a == b) {
            let to = from + count(run.len());
            runs.extend(run.first().map(|key| (*key, (from, to))));
            from = to;
        }
        Self {
            single: single(&keys),
            order,
            keys,
            runs,
            accounts,
        }
    }

    /// Entries of one amount by day, and where they begin in the order.
    pub(crate) fn equal(&self, account: u16, amount: i64) -> (u32, &[Position]) {
        let (from, to) = self.runs.get(&(account, amount)).copied().unwrap_or_default();
        (from, part(&self.order, from, to))
    }

    /// Entries with amounts between two, both included, by amount and day.
    pub(crate) fn between(&self, account: u16, low: i64, high: i64) -> &[Position] {
        let from = self.keys.partition_point(|key| *key < (account, low));
        let to = self.keys.partition_point(|key| *key <= (account, high));
        part(&self.order, count(from), count(to))
    }

    /// Entries of an account, at least one.
    pub(crate) fn of_account(&self, account: u16) -> u32 {
        self.accounts.get(&account).copied().unwrap_or(0).max(1)
    }

    /// log2 of how many entries have this amount by chance, in hundredths of a bit: their number, or less than one for an
    /// amount that occurs once, by how often amounts as round as it repeat in these books.
    pub(crate) fn chance(&self, account: u16, amount: i64) -> Bits {
        match self.equal(account, amount).1.len() {
            0 | 1 => self.single.get(roundness(amount)).copied().unwrap_or(0) - log2(100),
            more => log2(u64::from(count(more))),
        }
    }

    /// The runs of more than `length` equal amounts: where each begins, and its entries.
    pub(crate) fn long_runs(&self, length: usize) -> Vec<(u32, &[Position])> {
        let mut runs = Vec::new();
        let mut from = 0;
        for run in self.keys.chunk_by(|a, b| a == b) {
            let to = from + count(run.len());
            if run.len() > length {
                runs.push((from, part(&self.order, from, to)));
            }
            from = to;
        }
        runs
    }
}

/// Good and Turing's estimate of how many others a value that was seen once would meet: twice the number of values seen
/// twice, by the number seen once. Between 0.03 and 1, and with a pinch of prior for small books.
fn single(keys: &[(u16, i64)]) -> [Bits; ROUNDNESS] {
    let mut once = [0_u64; ROUNDNESS];
    let mut twice = [0_u64; ROUNDNESS];
    for run in keys.chunk_by(|a, b| a == b) {
        let class = run.first().map_or(0, |(_, amount)| roundness(*amount));
        let counter = match run.len() {
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

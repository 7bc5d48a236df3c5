//! What can be known at best: of the pairs whose line says nothing of the other side, one that knows the business's own
//! habits of days can still only guess among the entries of that amount.

use super::World;
use std::collections::{BTreeMap, BTreeSet};

/// A bound for any matcher, from what the generator knows and the files do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Oracle {
    /// True groups.
    pub groups: u64,
    /// Pairs whose line shows neither name nor reference, and for which entries of the same amount compete that could be
    /// told apart from their own.
    pub silent: u64,
    /// Those of them that the likeliest day would choose rightly, in millionths of a group (ties count their share).
    pub guessed_millionths: u64,
    /// Groups of several entries that neither name nor slip ties to their line, and for which other entries of their days
    /// make up the same sum.
    pub piles: u64,
    /// Those of them that a guess among all sums would get right, in millionths of a group.
    pub guessed_piles_millionths: u64,
}

impl Oracle {
    /// Millionths of all groups that can be found at best.
    pub fn recall_millionths(self) -> u64 {
        let guessed = self.guessed_millionths + self.guessed_piles_millionths;
        let lost = ((self.silent + self.piles) * 1_000_000).saturating_sub(guessed);
        1_000_000 - lost / self.groups.max(1)
    }

    pub(super) fn of(world: &World) -> Self {
        let mut sizes: BTreeMap<u32, [usize; 2]> = BTreeMap::new();
        let entries = world.entries.iter().map(|item| (0, item));
        let lines = world.lines.iter().map(|item| (1, item));
        for (side, item) in entries.chain(lines) {
            if let Some(group) = item.group {
                sizes.entry(group).or_default()[side] += 1;
            }
        }
        let pair = |group: Option<u32>| group.filter(|group| sizes.get(group) == Some(&[1, 1]));
        let silent = |item: &super::Item| !item.shows.name && !item.shows.reference;
        let quiet: BTreeMap<u32, usize> = world
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| silent(line))
            .filter_map(|(place, line)| Some((pair(line.group)?, place)))
            .collect();
        // Entries of silent lines, and those that no line has, compete for the silent ones.
        let mut rivals: BTreeMap<(u16, i64), Vec<usize>> = BTreeMap::new();
        let mut days: BTreeMap<i32, u64> = BTreeMap::new();
        for (place, entry) in world.entries.iter().enumerate() {
            let line = entry.group.and_then(|group| quiet.get(&group));
            if let Some(line) = line {
                *days.entry(apart(entry.date, world.lines[*line].date)).or_default() += 1;
            }
            if entry.group.is_none() || line.is_some() {
                rivals.entry((entry.account, entry.amount)).or_default().push(place);
            }
        }
        let likely = |entry: usize, line: usize| {
            days.get(&apart(world.entries[entry].date, world.lines[line].date))
                .copied()
                .unwrap_or(0)
        };
        let mut oracle = Self {
            groups: sizes.len() as u64,
            ..Self::default()
        };
        for (place, entry) in world.entries.iter().enumerate() {
            let Some(line) = entry.group.and_then(|group| quiet.get(&group)) else {
                continue;
            };
            let own = likely(place, *line);
            // Of those that are alike any will do.
            let mut better: BTreeSet<u32> = BTreeSet::new();
            let mut equal: BTreeSet<u32> = BTreeSet::new();
            let at = rivals
                .get(&(entry.account, world.lines[*line].amount))
                .map(Vec::as_slice)
                .unwrap_or_default();
            for rival in near(at, world, world.lines[*line].date) {
                let alike = world.entries[*rival].alike;
                match likely(*rival, *line) {
                    likely if likely > own => better.insert(alike),
                    likely if likely == own => equal.insert(alike),
                    _ => false,
                };
            }
            equal.remove(&entry.alike);
            better.remove(&entry.alike);
            if better.is_empty() && equal.is_empty() {
                continue;
            }
            oracle.silent += 1;
            if better.is_empty() {
                oracle.guessed_millionths += 1_000_000 / (equal.len() as u64 + 1);
            }
        }
        for ways in super::piles::ways(world).into_iter().filter(|ways| *ways > 1) {
            oracle.piles += 1;
            oracle.guessed_piles_millionths += 1_000_000 / u64::from(ways);
        }
        oracle
    }
}

/// Those whose day is near enough to be thought of.
fn near<'a>(at: &'a [usize], world: &World, line: jiff::civil::Date) -> &'a [usize] {
    let from = at.partition_point(|entry| apart(world.entries[*entry].date, line) > 60);
    let to = at.partition_point(|entry| apart(world.entries[*entry].date, line) >= -12);
    &at[from..to.max(from)]
}

/// Days from entry to line.
fn apart(entry: jiff::civil::Date, line: jiff::civil::Date) -> i32 {
    (line - entry).get_days()
}

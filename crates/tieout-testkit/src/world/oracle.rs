//! What can be known at best: of the pairs of which no two words or numbers agree, because the line or the entry lacks them,
//! one that knows the business's own habits of days can still only guess among the entries of that amount that the line
//! does not rule out.

use super::{Item, World};
use std::collections::{BTreeMap, BTreeSet};

/// A bound for any matcher, from what the generator knows and the files do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Oracle {
    /// True groups.
    pub groups: u64,
    /// Those of each shape: of one entry and one line, of several entries and one line, of one entry and several lines, of
    /// several of both. Silent ones are all of the first, piles all of the second; nothing bounds the others.
    pub of_shapes: [u64; 4],
    /// Pairs that neither name nor reference ties together, as one side does not show it, and for which entries of the same
    /// amount compete that could be told apart from their own.
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

    /// Millionths of the groups of each shape that can be found at best.
    pub fn shapes_millionths(self) -> [u64; 4] {
        let lost = [
            (self.silent * 1_000_000).saturating_sub(self.guessed_millionths),
            (self.piles * 1_000_000).saturating_sub(self.guessed_piles_millionths),
            0,
            0,
        ];
        let mut shares = [1_000_000; 4];
        for ((share, lost), groups) in shares.iter_mut().zip(lost).zip(self.of_shapes) {
            *share -= (lost / groups.max(1)).min(1_000_000);
        }
        shares
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
        let entries_of: BTreeMap<u32, usize> = world
            .entries
            .iter()
            .enumerate()
            .filter_map(|(place, entry)| Some((pair(entry.group)?, place)))
            .collect();
        let quiet: BTreeMap<u32, usize> = world
            .lines
            .iter()
            .enumerate()
            .filter_map(|(place, line)| Some((pair(line.group)?, place)))
            .filter(|(group, place)| {
                let entry = entries_of.get(group).and_then(|entry| world.entries.get(*entry));
                entry.is_some_and(|entry| !are_tied(entry, &world.lines[*place]))
            })
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
        for [entries, lines] in sizes.values() {
            oracle.of_shapes[usize::from(*entries > 1) + 2 * usize::from(*lines > 1)] += 1;
        }
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
                let other = &world.entries[*rival];
                if is_ruled_out(other, &world.lines[*line]) {
                    continue;
                }
                let alike = other.alike;
                match likely(*rival, *line) {
                    likely if likely > own || names(other, &world.lines[*line]) => better.insert(alike),
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

/// A name or a reference is on both.
fn are_tied(entry: &Item, line: &Item) -> bool {
    entry.shows.name && line.shows.name || entry.shows.reference && line.shows.reference
}

/// Both name the same.
fn names(entry: &Item, line: &Item) -> bool {
    entry.shows.name && line.shows.name && entry.contact == line.contact
}

/// The line names someone else than an entry that is not its own, or shows another reference.
fn is_ruled_out(entry: &Item, line: &Item) -> bool {
    let is_other = entry.shows.name && line.shows.name && entry.contact != line.contact;
    let is_own = entry.group.is_some() && entry.group == line.group;
    is_other || !is_own && entry.shows.reference && line.shows.reference
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

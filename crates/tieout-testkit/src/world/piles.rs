//! Payments of a pile of entries that show neither slip nor name: in how many ways the entries of their days make up the
//! sum. Where there are two ways or more, nobody can say from the files which one it was.

use super::{Item, World};
use std::collections::BTreeMap;

/// Sums up to here, in minor units, are counted; larger ones are taken to have one way.
const MOST: usize = 4_000_000;
/// Ways beyond this are as many as this.
const MANY: u32 = 1_000_000;

/// Each pile that nothing marks, with the number of ways.
pub(super) fn ways(world: &World) -> Vec<u32> {
    let mut groups: BTreeMap<u32, (Vec<&Item>, Vec<&Item>)> = BTreeMap::new();
    for entry in &world.entries {
        if let Some(group) = entry.group {
            groups.entry(group).or_default().0.push(entry);
        }
    }
    for line in &world.lines {
        if let Some(group) = line.group {
            groups.entry(group).or_default().1.push(line);
        }
    }
    let piles = groups.values().filter_map(|(entries, lines)| match lines.as_slice() {
        [line] if entries.len() > 1 && is_unmarked(entries, line) => Some(ways_of(world, entries, line)),
        _ => None,
    });
    piles.collect()
}

/// Neither does the line say whose the entries are, nor do they share a number.
fn is_unmarked(entries: &[&Item], line: &Item) -> bool {
    !line.shows.name && entries.iter().all(|entry| !is_marked(entry))
}

/// The entry bears the number of its slip or run.
fn is_marked(entry: &Item) -> bool {
    match entry.subtype {
        "bulk_payment" => entry.reference.contains(' '),
        "batch_deposit" => !entry.reference.is_empty(),
        _ => true,
    }
}

/// In how many ways entries of the pile's days and kind make up its sum. Whoever counts knows the days, and which entries
/// belong to what is marked or to a line of its own.
fn ways_of(world: &World, entries: &[&Item], line: &Item) -> u32 {
    let (Some(first), Some(last)) = (
        entries.iter().map(|entry| entry.date).min(),
        entries.iter().map(|entry| entry.date).max(),
    ) else {
        return 1;
    };
    let subtype = entries.first().map_or("", |entry| entry.subtype);
    let from = world.entries.partition_point(|entry| entry.date < first);
    let near = world.entries.iter().skip(from).take_while(|entry| entry.date <= last);
    // Those that are alike stand for each other: how many of them are in the pile is one way.
    let mut pool: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for entry in near.filter(|entry| entry.subtype == subtype && entry.account == line.account && !is_marked(entry)) {
        let amount = usize::try_from(entry.amount.unsigned_abs()).unwrap_or(usize::MAX);
        let (_, count) = pool.entry(entry.alike).or_insert((amount, 0));
        *count += 1;
    }
    let target = usize::try_from(line.amount.unsigned_abs()).unwrap_or(usize::MAX);
    if target > MOST {
        return 1;
    }
    let mut ways = vec![0_u32; target + 1];
    ways[0] = 1;
    for (amount, count) in pool.into_values().filter(|(amount, _)| *amount > 0) {
        for sum in (amount..=target).rev() {
            let more: u32 = (1..=count.min(sum / amount))
                .map(|times| ways[sum - times * amount])
                .sum();
            ways[sum] = (ways[sum] + more).min(MANY);
        }
    }
    ways[target].max(1)
}

#[cfg(test)]
mod tests {
    use super::super::{Configuration, Difficulty, generate};

    #[test]
    fn piles_of_days_of_their_own_have_one_way() {
        let wanted = |difficulty| Configuration {
            business: "practice-us",
            difficulty,
            lines: 2_000,
            seed: 3,
        };
        let ways = |difficulty| super::ways(&generate(&wanted(difficulty)).expect("a business of the list"));
        let clear = |ways: &[u32]| ways.iter().filter(|ways| **ways == 1).count();
        let (clean, nasty) = (ways(Difficulty::Clean), ways(Difficulty::Nasty));
        assert!(!clean.is_empty() && clear(&clean) == clean.len(), "{clean:?}");
        assert!(nasty.len() > 20 && clear(&nasty) < nasty.len() / 2, "{nasty:?}");
    }
}

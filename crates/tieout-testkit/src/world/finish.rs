//! The period's cut, and what cannot be told apart.

use super::making::Making;
use super::{Item, World};
use std::collections::{BTreeMap, HashMap};

/// Cuts the period out, sorts both sides and labels what is alike.
pub(super) fn finish(mut making: Making) -> World {
    cut(&mut making);
    let mut world = World {
        entries: making.entries,
        lines: making.lines,
        open_items: making.open_items,
        currency: making.business.locale.currency,
    };
    for side in [&mut world.entries, &mut world.lines, &mut world.open_items] {
        // A stable order by what can be seen, so that neither order nor ids tell of the pairing.
        side.sort_by(|a, b| {
            let key = |item: &Item| (item.date, item.account, scatter(item));
            key(a).cmp(&key(b)).then_with(|| a.text.cmp(&b.text))
        });
    }
    label(&mut world);
    world
}

fn scatter(item: &Item) -> u64 {
    let start = 0xCBF2_9CE4_8422_2325_u64 ^ item.amount.unsigned_abs();
    item.text.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// What the bank shows before the first day or after the last is not in its file; what the books have after the last day
/// is not in theirs; what belongs to lines outside is in transit or was cleared before.
fn cut(making: &mut Making) {
    let (start, end) = (making.start, making.end());
    let groups = making.groups.len();
    let (mut inside, mut before, mut after, mut unwritten) = (
        vec![0_u32; groups],
        vec![false; groups],
        vec![false; groups],
        vec![false; groups],
    );
    let mut written = vec![0_u32; groups];
    for line in &making.lines {
        let Some(group) = line.group.map(|group| group as usize) else {
            continue;
        };
        before[group] |= line.date < start;
        after[group] |= line.date > end;
        inside[group] += u32::from((start..=end).contains(&line.date));
    }
    for entry in making.entries.iter().chain(&making.open_items) {
        let Some(group) = entry.group.map(|group| group as usize) else {
            continue;
        };
        unwritten[group] |= entry.date > end;
        written[group] += 1;
    }
    let place = |item: &Item| item.group.map(|group| group as usize);
    // Groups that the cut would divide are left out of the world altogether: their truth would be a matter of taste.
    let divided =
        |group: usize| (before[group] || after[group]) && inside[group] > 0 || unwritten[group] && written[group] > 1;
    making
        .lines
        .retain(|line| (start..=end).contains(&line.date) && !place(line).is_some_and(divided));
    for line in &mut making.lines {
        if place(line).is_some_and(|group| unwritten[group]) {
            line.group = None;
            line.exception = "unrecorded";
        }
    }
    for side in [&mut making.entries, &mut making.open_items] {
        side.retain(|entry| {
            let cleared = place(entry).is_some_and(|group| before[group] || divided(group));
            entry.date <= end && !cleared && (entry.group.is_some() || entry.date >= start)
        });
    }
    for entry in &mut making.entries {
        if place(entry).is_some_and(|group| inside[group] == 0) {
            entry.group = None;
            entry.exception = match (entry.subtype, entry.amount > 0) {
                ("check", _) => "outstanding_check",
                (_, true) => "deposit_in_transit",
                (_, false) => "payment_in_transit",
            };
        }
    }
    for item in &mut making.open_items {
        if place(item).is_some_and(|group| inside[group] == 0) {
            item.group = None;
        }
    }
}

/// Labels of what is alike, joined step by step.
struct Labels(Vec<u32>);

impl Labels {
    fn new(count: usize) -> Self {
        Self((0..u32::try_from(count).unwrap_or(u32::MAX)).collect())
    }

    fn find(&mut self, of: usize) -> usize {
        let mut root = of;
        while self.0[root] as usize != root {
            // Half of the way is cut each time, so that ways stay short.
            self.0[root] = self.0[self.0[root] as usize];
            root = self.0[root] as usize;
        }
        root
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        let least = a.min(b);
        self.0[a.max(b)] = u32::try_from(least).unwrap_or(u32::MAX);
    }

    fn join_equal<K: std::hash::Hash + Eq>(&mut self, keys: impl Iterator<Item = (usize, K)>) {
        let mut first: HashMap<K, usize> = HashMap::new();
        for (place, key) in keys {
            let with = *first.entry(key).or_insert(place);
            self.join(with, place);
        }
    }
}

fn label(world: &mut World) {
    let (mut of_entries, mut of_lines) = (Labels::new(world.entries.len()), Labels::new(world.lines.len()));
    // Alike in all that stands in the file.
    of_entries.join_equal(
        world
            .entries
            .iter()
            .enumerate()
            .map(|(place, item)| (place, seen(item))),
    );
    of_lines.join_equal(world.lines.iter().enumerate().map(|(place, item)| (place, seen(item))));
    // Members of one batch with the same amount and day; the same entry made twice.
    let in_batch = world
        .entries
        .iter()
        .enumerate()
        .filter_map(|(place, item)| Some((place, (item.group?, item.date, item.amount))));
    of_entries.join_equal(in_batch);
    let twice = world
        .entries
        .iter()
        .enumerate()
        .filter(|(_, item)| !item.reference.is_empty() && !item.text.is_empty());
    of_entries.join_equal(twice.map(|(place, item)| {
        (
            place,
            (item.account, item.amount, &item.text, &item.name, &item.reference),
        )
    }));
    join_pairs(world, &mut of_entries, &mut of_lines);
    for place in 0..world.entries.len() {
        world.entries[place].alike = u32::try_from(of_entries.find(place)).unwrap_or(u32::MAX);
    }
    for place in 0..world.lines.len() {
        world.lines[place].alike = u32::try_from(of_lines.find(place)).unwrap_or(u32::MAX);
    }
    for (place, item) in world.open_items.iter_mut().enumerate() {
        item.alike = u32::try_from(world.entries.len() + place).unwrap_or(u32::MAX);
    }
}

fn seen(item: &Item) -> impl std::hash::Hash + Eq + use<> {
    let (texts, reference) = (
        (item.text.clone(), item.name.clone()),
        (item.reference.clone(), item.check.clone()),
    );
    (
        item.account,
        item.date,
        item.amount,
        texts,
        reference,
        item.exception == "duplicate_line",
    )
}

/// Pairs of one entry and one line, where the entries have one day and one amount, and the lines say nothing by which one
/// could know whose is whose.
fn join_pairs(world: &World, of_entries: &mut Labels, of_lines: &mut Labels) {
    let mut members: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (place, entry) in world.entries.iter().enumerate() {
        if let Some(group) = entry.group {
            members.entry(group).or_default().0.push(place);
        }
    }
    for (place, line) in world.lines.iter().enumerate() {
        if let Some(group) = line.group {
            members.entry(group).or_default().1.push(place);
        }
    }
    let mut first = HashMap::new();
    let mut of_one: HashMap<OnePayer, Vec<(usize, usize)>> = HashMap::new();
    for (entries, lines) in members.values() {
        let ([entry], [line]) = (entries.as_slice(), lines.as_slice()) else {
            continue;
        };
        let (of, at) = (&world.entries[*entry], &world.lines[*line]);
        if at.shows.reference || !of.exception.is_empty() || !at.exception.is_empty() {
            continue;
        }
        let named = if at.shows.name { at.contact } else { u32::MAX };
        let key = (of.account, of.date, of.amount, named, of.subtype);
        let (other_entry, other_line) = *first.entry(key).or_insert((*entry, *line));
        of_entries.join(other_entry, *entry);
        of_lines.join(other_line, *line);
        if named != u32::MAX {
            let key = (of.account, of.amount, named, of.subtype);
            of_one.entry(key).or_default().push((*entry, *line));
        }
    }
    // One payer's equal payments of a few days: which is which is chance.
    for pairs in of_one.values_mut() {
        pairs.sort_by_key(|(entry, _)| world.entries[*entry].date);
        for near in pairs.windows(2) {
            let [a, b] = near else { continue };
            let apart = (world.entries[b.0].date - world.entries[a.0].date).get_days();
            if apart <= FEW_DAYS {
                of_entries.join(a.0, b.0);
                of_lines.join(a.1, b.1);
            }
        }
    }
}

/// Account, amount, payer, kind of business.
type OnePayer = (u16, i64, u32, &'static str);

/// Entries so near each other that the lags of payments decide which came first.
const FEW_DAYS: i32 = 4;

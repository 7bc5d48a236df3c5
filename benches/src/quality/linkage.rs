//! `tieout-bench linkage ORIGIN DESTINATION`: one-to-one linkage of two lists of payments whose amounts differ by up to 15
//! percent. Columns: `key`, `date`, `amount`, `memo`; the key is the truth and never seen by the engine.

use anyhow::{Context, Result};
use std::time::Instant;
use tieout_core::{Date, Decimal};
use tieout_match::{Input, Items, NewItem, Prior, Settings, Tier};
use tieout_testkit::random::Random;

/// Exchange differences up to this, in per mille.
const LIMIT: u32 = 150;

pub(crate) fn linkage(origin: &str, destination: &str) -> Result<()> {
    let mut input = Input::default();
    let origins = read(origin, &mut input.entries, 1)?;
    let destinations = read(destination, &mut input.lines, 2)?;
    let last = input
        .lines
        .indexes()
        .map(|line| input.lines.date(line))
        .max()
        .unwrap_or(Date::ZERO);
    let mut settings = Settings::new(last);
    settings.max_exchange_per_mille = LIMIT;
    let prior = Prior {
        max_exchange_per_mille: LIMIT,
        ..Prior::default()
    };
    let begin = Instant::now();
    let model = tieout_match::train(&input, &prior);
    let outcome = tieout_match::run(&input, &model, &settings, &mut |_| ());
    let seconds = begin.elapsed().as_secs_f64();
    let (mut used_entries, mut used_lines) = (vec![false; origins.len()], vec![false; destinations.len()]);
    let mut counts = [(0_u64, 0_u64); 2];
    for group in &outcome.groups {
        let ([line], [entry]) = (group.lines.as_slice(), group.entries.as_slice()) else {
            continue;
        };
        let (line, entry) = (line.item as usize, entry.item as usize);
        if used_lines[line] || used_entries[entry] {
            continue;
        }
        (used_lines[line], used_entries[entry]) = (true, true);
        let right = u64::from(destinations[line] == origins[entry]);
        let tiers = if group.tier == Tier::Automatic { 0..2 } else { 1..2 };
        for tier in tiers {
            counts[tier] = (counts[tier].0 + right, counts[tier].1 + 1);
        }
    }
    println!("| one-to-one | precision | recall | asked | seconds | asked |\n|---|--:|--:|--:|--:|--:|");
    for (name, (right, proposed)) in ["automatic", "with suggestions"].into_iter().zip(counts) {
        let (precision, recall) = (
            super::score::ratio(right, proposed),
            super::score::ratio(right, origins.len() as u64),
        );
        println!("| {name} | {precision:.4} | {recall:.4} | .995 / .99 | {seconds:.1} | 10 |");
    }
    Ok(())
}

/// The keys, in the shuffled order in which the items are pushed.
fn read(path: &str, items: &mut Items, seed: u64) -> Result<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.to_owned())?;
    let mut records = reader.records().collect::<Result<Vec<_>, _>>()?;
    let mut dice = Random::new(seed);
    for place in (1..records.len()).rev() {
        let with = usize::try_from(dice.below(place as u64 + 1)).unwrap_or(0);
        records.swap(place, with);
    }
    let mut keys = Vec::new();
    for record in &records {
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let amount: Decimal = cell(2).parse()?;
        items.push(&NewItem {
            date: cell(1).parse()?,
            amount: amount.to_minor(2)?,
            description: cell(3),
            ..NewItem::default()
        })?;
        keys.push(cell(0).to_owned());
    }
    Ok(keys)
}

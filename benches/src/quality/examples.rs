//! Automatic groups that were wrong, with what would have been right: where work on the engine begins.

use super::engine::Case;
use super::score::{Proposal, Score};
use tieout_match::{Field, Items};
use tieout_testkit::world::Configuration;

pub(crate) fn show(wanted: &Configuration, case: &Case, score: &Score, most: usize) {
    for proposal in score.wrong.iter().take(most) {
        println!(
            "\n{} {} seed {}: {} of a million",
            wanted.business,
            wanted.difficulty.name(),
            wanted.seed,
            proposal.ppm
        );
        print(case, proposal, "");
        let lines = proposal
            .lines
            .iter()
            .filter_map(|line| case.truth.lines.get(*line as usize)?.group);
        let entries = proposal
            .entries
            .iter()
            .filter_map(|entry| case.truth.entries.get(*entry as usize)?.group);
        let mut groups: Vec<u32> = lines.chain(entries).collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups.into_iter().take(3) {
            let of = |known: &[super::score::Known]| {
                (0..)
                    .zip(known)
                    .filter(|(_, known)| known.group == Some(group))
                    .map(|(place, _)| place)
                    .collect()
            };
            let (entries, lines) = (of(&case.truth.entries), of(&case.truth.lines));
            print(
                case,
                &Proposal {
                    entries,
                    lines,
                    ppm: 0,
                    automatic: false,
                },
                "  true",
            );
        }
    }
}

fn print(case: &Case, proposal: &Proposal, before: &str) {
    for line in &proposal.lines {
        let known = case.truth.lines.get(*line as usize).cloned().unwrap_or_default();
        println!(
            "{before}  bank  {} [{} {} {}]",
            told(&case.input.lines, *line),
            known.subtype,
            known.exception,
            known.alike
        );
    }
    for entry in proposal.entries.iter().take(8) {
        let known = case.truth.entries.get(*entry as usize).cloned().unwrap_or_default();
        println!(
            "{before}  books {} [{} {} {}]",
            told(&case.input.entries, *entry),
            known.subtype,
            known.exception,
            known.alike
        );
    }
    if proposal.entries.len() > 8 {
        println!("{before}  books … {} more", proposal.entries.len() - 8);
    }
}

fn told(items: &Items, item: u32) -> String {
    let field = |field| items.text(item, field);
    format!(
        "{} {} {} | {} | {} | {} | {}",
        field(Field::Id),
        items.date(item),
        items.amount(item),
        field(Field::Description),
        field(Field::Counterparty),
        field(Field::Reference),
        field(Field::CheckNumber)
    )
}

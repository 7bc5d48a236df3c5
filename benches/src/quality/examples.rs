//! Automatic groups that were wrong, with what would have been right: where work on the engine begins.

use super::engine::Case;
use super::score::{Known, Named, Proposal, Score};
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

/// Items whose exception was named wrongly, or not at all, with what is true of them; one in some, so that all kinds come.
pub(crate) fn misnamed(wanted: &Configuration, case: &Case, named: &[Named], most: usize) {
    if most == 0 {
        return;
    }
    let sides = [
        (false, &case.truth.entries, &case.input.entries),
        (true, &case.truth.lines, &case.input.lines),
    ];
    let mut wrong = Vec::new();
    for (is_line, known, items) in sides {
        let mut said = vec![""; known.len()];
        for name in named.iter().filter(|name| name.is_line == is_line) {
            if let Some(slot) = said.get_mut(name.item as usize) {
                *slot = name.class;
            }
        }
        let differ = |(_, (known, said)): &(u32, (&Known, &&str))| known.exception != **said;
        for (item, (known, said)) in (0..).zip(known.iter().zip(&said)).filter(differ) {
            let (said, meant) = (
                if said.is_empty() { "-" } else { said },
                if known.exception.is_empty() {
                    "-"
                } else {
                    &known.exception
                },
            );
            let place = format!("{} {} seed {}", wanted.business, wanted.difficulty.name(), wanted.seed);
            let what = if known.group.is_some() { "in a group" } else { "alone" };
            wrong.push(format!(
                "{place}: said {said}, is {meant}: {} [{} {what}]",
                told(items, item),
                known.subtype
            ));
        }
    }
    for text in wrong.iter().step_by((wrong.len() / most).max(1)).take(most) {
        println!("{text}");
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

//! What was wrong or missed, with what would have been right: where work on the engine begins.

use super::engine::{Answer, Case};
use super::score::{Known, Named, Proposal, Score};
use tieout_match::{Field, Items};
use tieout_testkit::world::Configuration;

/// Wrong proposals: automatic ones, or the suggestions of one way to find them; one in some, so that all kinds come.
pub(crate) fn show(wanted: &Configuration, case: &Case, score: &Score, (most, way): (usize, &str)) {
    let is_wanted = |proposal: &&Proposal| {
        let found_by = proposal
            .found_by
            .map_or_else(String::new, |reason| format!("{reason:?}"));
        if way.is_empty() {
            proposal.automatic
        } else {
            !proposal.automatic && found_by == way
        }
    };
    let wrong: Vec<&Proposal> = score.wrong.iter().filter(is_wanted).collect();
    for proposal in wrong.iter().step_by((wrong.len() / most.max(1)).max(1)).take(most) {
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
                    computed_ppm: None,
                    found_by: None,
                },
                "  true",
            );
        }
    }
}

/// True groups that were not found, with what was proposed for their items; one in some, so that all kinds come.
pub(crate) fn missed(wanted: &Configuration, case: &Case, answer: &Answer, (most, subtype): (usize, &str)) {
    if most == 0 {
        return;
    }
    let of = |known: &[Known], group: u32| -> Vec<u32> {
        let members = (0..).zip(known).filter(|(_, known)| known.group == Some(group));
        members.map(|(place, _)| place).collect()
    };
    let groups = answer.score.missed.iter().map(|(group, fate)| {
        let (entries, lines) = (of(&case.truth.entries, *group), of(&case.truth.lines, *group));
        (*fate, entries, lines)
    });
    let wanted_subtype = |lines: &[u32]| {
        let known = lines.first().and_then(|line| case.truth.lines.get(*line as usize));
        subtype.is_empty() || known.is_some_and(|known| known.subtype == subtype)
    };
    let groups: Vec<_> = groups.filter(|(_, _, lines)| wanted_subtype(lines)).collect();
    for (fate, entries, lines) in groups.iter().step_by((groups.len() / most).max(1)).take(most) {
        let place = format!("{} {} seed {}", wanted.business, wanted.difficulty.name(), wanted.seed);
        println!("\n{place}: {}", fate.name());
        let truth = Proposal {
            entries: entries.clone(),
            lines: lines.clone(),
            ppm: 0,
            automatic: false,
            computed_ppm: None,
            found_by: None,
        };
        print(case, &truth, "  true");
        let touches = |proposal: &&Proposal| {
            proposal.lines.iter().any(|line| lines.contains(line))
                || proposal.entries.iter().any(|entry| entries.contains(entry))
        };
        for proposal in answer.proposals.iter().filter(touches).take(3) {
            let tier = if proposal.automatic { "automatic" } else { "suggested" };
            println!("  {tier} at {}", proposal.ppm);
            print(case, proposal, "    ");
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

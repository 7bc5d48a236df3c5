//! From worlds and folders to the engine's input and the scorer's truth, and the engine's outcome back.

use super::score::{AtBest, Counted, Known, Named, Proposal, Score, Truth, score};
use anyhow::{Context, Result};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Instant;
use tieout_core::{Date, Decimal};
use tieout_match::{Engine, Input, Items, NewItem, Outcome, Part, Prior, Settings, Side, Tier};
use tieout_testkit::world::{Item, World};

/// What the engine gets, and what is true.
pub(crate) struct Case {
    pub(crate) input: Input,
    pub(crate) truth: Truth,
    oracle: AtBest,
}

/// The engine's answer, scored.
pub(crate) struct Answer {
    pub(crate) score: Score,
    pub(crate) named: Vec<Named>,
    pub(crate) proposals: Vec<Proposal>,
}

impl Case {
    pub(crate) fn of_world(world: &World) -> Result<Self> {
        let oracle = world.oracle();
        let mut case = Self {
            input: Input::default(),
            truth: Truth::default(),
            oracle: AtBest {
                groups: oracle.groups,
                found: oracle.recall_millionths() as f64 / 1e6 * oracle.groups as f64,
                of_shapes: std::array::from_fn(|shape| {
                    let groups = oracle.of_shapes[shape];
                    (groups, oracle.shapes_millionths()[shape] as f64 / 1e6 * groups as f64)
                }),
            },
        };
        for (letter, items) in [("L", &world.entries), ("O", &world.open_items)] {
            for (place, item) in items.iter().enumerate() {
                push(
                    &mut case.input.entries,
                    item,
                    &format!("{letter}{place:06}"),
                    letter == "O",
                )?;
                case.truth.entries.push(known(item));
            }
        }
        for (place, item) in world.lines.iter().enumerate() {
            push(&mut case.input.lines, item, &format!("S{place:06}"), false)?;
            case.truth.lines.push(known(item));
        }
        Ok(case)
    }

    /// A folder with `ledger.csv`, `statement.csv` and `truth.csv`, and perhaps `open_items.csv`.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self> {
        let mut case = Self {
            input: Input::default(),
            truth: Truth::default(),
            oracle: AtBest::default(),
        };
        let mut places = HashMap::new();
        read(&folder.join("statement.csv"), &mut case.input.lines, false, &mut places)?;
        read(&folder.join("ledger.csv"), &mut case.input.entries, false, &mut places)?;
        let open = folder.join("open_items.csv");
        if open.exists() {
            read(&open, &mut case.input.entries, true, &mut places)?;
        }
        case.truth.lines = vec![Known::default(); case.input.lines.len()];
        case.truth.entries = vec![Known::default(); case.input.entries.len()];
        let (mut groups, mut labels) = (HashMap::new(), HashMap::new());
        let mut reader = csv::Reader::from_path(folder.join("truth.csv"))?;
        for record in reader.records() {
            let record = record?;
            let cell = |place: usize| record.get(place).unwrap_or_default();
            let (is_line, id) = (cell(1) == "statement", cell(2));
            let place = *places
                .get(&(is_line, id.to_owned()))
                .with_context(|| format!("truth names {id}, which no file has"))?;
            let number = |of: &mut HashMap<String, u32>, name: &str| {
                let next = u32::try_from(of.len()).unwrap_or(u32::MAX);
                *of.entry(name.to_owned()).or_insert(next)
            };
            let known = Known {
                group: (!cell(0).is_empty()).then(|| number(&mut groups, cell(0))),
                alike: number(&mut labels, cell(6)),
                subtype: cell(4).to_owned(),
                exception: cell(5).to_owned(),
            };
            let side = if is_line {
                &mut case.truth.lines
            } else {
                &mut case.truth.entries
            };
            *side.get_mut(place).context("a place of the side")? = known;
        }
        Ok(case)
    }

    /// Trains on the items themselves and runs, as `tieout reconcile` does.
    pub(crate) fn solve(&self) -> (Outcome, f64) {
        let settings = self.settings();
        let begin = Instant::now();
        let model = tieout_match::train(&self.input, &Prior::default());
        let outcome = tieout_match::run(&self.input, &model, &settings, &mut |_| ());
        (outcome, begin.elapsed().as_secs_f64())
    }

    /// How many of the true pairs are compared at all; items with one label stand for each other.
    pub(crate) fn compared(&self) -> Counted {
        let engine = Engine::new(&self.input);
        let (model, settings) = (engine.train(&Prior::default()), self.settings());
        let label = |known: &[Known], item: u32| known.get(item as usize).map_or(0, |known| known.alike);
        let labels = |line: u32, entry: u32| (label(&self.truth.lines, line), label(&self.truth.entries, entry));
        let candidates: HashSet<(u32, u32)> = engine
            .candidates(&model, &settings)
            .into_iter()
            .map(|(line, entry)| labels(line, entry))
            .collect();
        let mut members: HashMap<u32, (Vec<u32>, Vec<u32>)> = HashMap::new();
        for (place, known) in (0..).zip(&self.truth.lines) {
            if let Some(group) = known.group {
                members.entry(group).or_default().0.push(place);
            }
        }
        for (place, known) in (0..).zip(&self.truth.entries) {
            if let Some(group) = known.group {
                members.entry(group).or_default().1.push(place);
            }
        }
        let mut counted = Counted::default();
        for (lines, entries) in members.values() {
            if let ([line], [entry]) = (lines.as_slice(), entries.as_slice()) {
                counted.actual += 1;
                counted.right += u64::from(candidates.contains(&labels(*line, *entry)));
            }
        }
        counted
    }

    fn settings(&self) -> Settings {
        let days = || self.input.lines.indexes().map(|line| self.input.lines.date(line));
        let mut settings = Settings::new(days().max().unwrap_or(Date::ZERO));
        settings.window_start = days().min();
        settings
    }

    pub(crate) fn answer(&self) -> Answer {
        let (outcome, seconds) = self.solve();
        let named = exceptions(&outcome);
        let proposals = proposals(&outcome);
        let mut score = score(&self.truth, &proposals, &named);
        (score.seconds, score.oracle) = (seconds, self.oracle);
        Answer {
            score,
            named,
            proposals,
        }
    }
}

/// The groups of both sides: those of one side are handed in elsewhere, as `tieout reconcile --csv` does.
pub(crate) fn proposals(outcome: &Outcome) -> Vec<Proposal> {
    let items = |parts: &[Part]| parts.iter().map(|part| part.item).collect();
    let of_both = outcome
        .groups
        .iter()
        .filter(|group| !group.entries.is_empty() && !group.lines.is_empty());
    let groups = of_both.map(|group| Proposal {
        entries: items(&group.entries),
        lines: items(&group.lines),
        ppm: group.confidence_ppm,
        automatic: group.tier == Tier::Automatic,
        computed_ppm: group.proof.held_back.is_none().then_some(group.proof.computed_ppm),
        found_by: Some(group.proof.found_by),
    });
    groups.collect()
}

fn exceptions(outcome: &Outcome) -> Vec<Named> {
    let named = outcome.exceptions.iter().map(|exception| Named {
        is_line: exception.side == Side::Line,
        item: exception.item,
        class: exception.class.code(),
    });
    // The truth has no class for what a person must choose.
    named.filter(|named| named.class != "undecided").collect()
}

fn known(item: &Item) -> Known {
    Known {
        group: item.group,
        alike: item.alike,
        subtype: item.subtype.to_owned(),
        exception: item.exception.to_owned(),
    }
}

pub(crate) fn push(items: &mut Items, item: &Item, id: &str, open_item: bool) -> Result<()> {
    items.push(&NewItem {
        account: item.account,
        date: item.date,
        value_date: item.value_date,
        amount: item.amount,
        open_item,
        id,
        description: &item.text,
        counterparty: &item.name,
        reference: &item.reference,
        check_number: &item.check,
        kind: item.kind,
    })?;
    Ok(())
}

fn read(path: &Path, items: &mut Items, open_item: bool, places: &mut HashMap<(bool, String), usize>) -> Result<()> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let columns: HashMap<String, usize> = reader.headers()?.iter().map(str::to_owned).zip(0..).collect();
    let is_line = columns.contains_key("value_date");
    for record in reader.records() {
        let record = record?;
        let text = |name: &str| {
            columns
                .get(name)
                .and_then(|place| record.get(*place))
                .unwrap_or_default()
        };
        let amount: Decimal = text("amount").parse()?;
        places.insert((is_line, text("id").to_owned()), items.len());
        items.push(&NewItem {
            account: text("account").parse().unwrap_or(0),
            date: text("date").parse()?,
            value_date: text("value_date").parse().ok(),
            amount: amount.to_minor(2)?,
            open_item,
            id: text("id"),
            description: text("description"),
            counterparty: text("counterparty"),
            reference: text(if is_line { "reference" } else { "doc_no" }),
            check_number: text("check_no"),
            kind: text("type"),
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the samples' own scorer prints for the engine's answers, where the samples are at hand.
    #[test]
    fn a_folder_scores_like_the_world_it_was_written_from() {
        use tieout_testkit::world::{Configuration, Difficulty, generate, write};
        let wanted = Configuration {
            business: "contractor-us",
            difficulty: Difficulty::Nasty,
            lines: 300,
            seed: 4,
        };
        let world = generate(&wanted).unwrap();
        let folder = std::env::temp_dir().join(format!("tieout-world-{}", std::process::id()));
        write(&world, &folder).unwrap();
        let (made, read) = (
            Case::of_world(&world).unwrap().answer(),
            Case::of_folder(&folder).unwrap().answer(),
        );
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            (made.score.automatic, made.score.top),
            (read.score.automatic, read.score.top)
        );
        assert_eq!(made.score.classes, read.score.classes);
        assert!(made.score.top.right > 100);
    }
}

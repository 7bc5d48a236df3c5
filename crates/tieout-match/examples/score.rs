//! Matches a folder's `ledger.csv` and `statement.csv` and writes `matches.csv` and `exceptions.csv` beside each other:
//! `cargo run --release -p tieout-match --example score -- <folder> <output folder>`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use tieout_core::{Date, Decimal};
use tieout_match::{Engine, ExceptionClass, Explainer, Input, Items, Model, NewItem, Prior, Settings, Side, Tier};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: score <folder> <output folder>".into());
    };
    let mut input = Input::default();
    read(&Path::new(&folder).join("statement.csv"), &mut input.lines)?;
    read(&Path::new(&folder).join("ledger.csv"), &mut input.entries)?;
    let days = |items: &Items| items.indexes().map(|index| items.date(index)).collect::<Vec<Date>>();
    let lines = days(&input.lines);
    let as_of = lines.iter().max().copied().ok_or("no lines")?;
    let mut settings = Settings::new(as_of);
    settings.window_start = lines.iter().min().copied();

    let start = Instant::now();
    let engine = Engine::new(&input);
    let prepared = start.elapsed();
    let model: Model = engine.train(&Prior::default());
    let trained = start.elapsed();
    let outcome = engine.run(&model, &settings, &mut |_| ());
    eprintln!(
        "{} lines, {} entries: ready in {prepared:.2?}, trained in {trained:.2?}, all in {:.2?}; {} groups; model {:016x}",
        input.lines.len(),
        input.entries.len(),
        start.elapsed(),
        outcome.groups.len(),
        model.hash()
    );
    if std::env::var_os("PROOFS").is_some() {
        let mut explainer = Explainer::new(&engine, &model, &settings);
        for group in &outcome.groups {
            let ids = |items: &Items, parts: &[tieout_match::Part]| {
                parts
                    .iter()
                    .map(|part| items.text(part.item, tieout_match::Field::Id).to_owned())
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            println!(
                "{} = {} {:?} {:?} {} score {} runner-up {:?} {:?}",
                ids(&input.lines, &group.lines),
                ids(&input.entries, &group.entries),
                group.shape,
                group.tier,
                group.confidence_ppm,
                group.proof.score,
                group.proof.runner_up,
                group.proof.found_by
            );
            for piece in explainer.evidence(group) {
                println!("    {:>6} {}", piece.weight, piece.text);
            }
        }
    }
    std::fs::create_dir_all(&out)?;
    write(Path::new(&out), &input, &outcome)
}

fn read(path: &Path, items: &mut Items) -> Result<(), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let columns: BTreeMap<String, usize> = reader
        .headers()?
        .iter()
        .enumerate()
        .map(|(index, name)| (name.to_owned(), index))
        .collect();
    for record in reader.records() {
        let record = record?;
        let text = |name: &str| {
            columns
                .get(name)
                .and_then(|index| record.get(*index))
                .unwrap_or_default()
        };
        let amount: Decimal = text("amount").parse()?;
        let value_date = text("value_date");
        items.push(&NewItem {
            date: text("date").parse()?,
            value_date: if value_date.is_empty() {
                None
            } else {
                Some(value_date.parse()?)
            },
            amount: amount.to_minor(2)?,
            id: text("id"),
            description: text("description"),
            counterparty: text("counterparty"),
            reference: if columns.contains_key("doc_no") {
                text("doc_no")
            } else {
                text("reference")
            },
            check_number: text("check_no"),
            kind: text("type"),
            ..NewItem::default()
        })?;
    }
    Ok(())
}

fn write(out: &Path, input: &Input, outcome: &tieout_match::Outcome) -> Result<(), Box<dyn Error>> {
    let id = |items: &Items, index| items.text(index, tieout_match::Field::Id).to_owned();
    let mut matches = csv::Writer::from_path(out.join("matches.csv"))?;
    matches.write_record(["group_id", "side", "line_id", "confidence", "tier"])?;
    for (number, group) in outcome.groups.iter().enumerate() {
        let confidence = format!(
            "{}.{:06}",
            group.confidence_ppm / 1_000_000,
            group.confidence_ppm % 1_000_000
        );
        let tier = match group.tier {
            Tier::Automatic => "auto",
            Tier::Suggested => "suggested",
        };
        let lines = group
            .lines
            .iter()
            .map(|part| ("statement", id(&input.lines, part.item)));
        let entries = group
            .entries
            .iter()
            .map(|part| ("ledger", id(&input.entries, part.item)));
        for (side, line) in lines.chain(entries) {
            matches.write_record([&format!("M{number}"), side, &line, &confidence, tier])?;
        }
    }
    matches.flush()?;
    let mut exceptions = csv::Writer::from_path(out.join("exceptions.csv"))?;
    exceptions.write_record(["side", "line_id", "class"])?;
    // The file has no class for what a person must choose.
    for exception in outcome
        .exceptions
        .iter()
        .filter(|exception| exception.class != ExceptionClass::Undecided)
    {
        let (side, line) = match exception.side {
            Side::Line => ("statement", id(&input.lines, exception.item)),
            Side::Entry => ("ledger", id(&input.entries, exception.item)),
        };
        exceptions.write_record([side, &line, exception.class.code()])?;
    }
    exceptions.flush()?;
    Ok(())
}

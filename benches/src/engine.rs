//! The engine alone on two CSV files of the generated business: what each of its steps takes, and a hash of what comes
//! out, to see whether a change that should only be faster left the result as it was.

use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hash, Hasher};
use tieout_core::{Date, Decimal};
use tieout_match::{Delta, Engine, Input, Items, NewItem, Outcome, Prior, Settings, State, rerun};

/// Prepares, trains, runs, in one thread as far as the engine lets its caller choose.
pub(crate) fn engine(books: &str, bank: &str) -> Result<()> {
    let mut input = Input::default();
    read(books, &mut input.entries)?;
    read(bank, &mut input.lines)?;
    let items = input.lines.len() + input.entries.len();
    let mut last = all_threads()?;
    let mut took = |step: &str| -> Result<()> {
        let now = all_threads()?;
        println!(
            "{step:>12} {:8.3} s {:8.3} µs an item, peak {:.0} MiB",
            now - last,
            (now - last) * 1e6 / f64::from(u32::try_from(items)?),
            crate::quality::peak_mib()?
        );
        last = now;
        Ok(())
    };
    let engine = Engine::new(&input);
    took("preparing")?;
    let model = engine.train(&Prior::default());
    took("training")?;
    let dates = input.lines.indexes().map(|line| input.lines.date(line));
    let settings = Settings::new(dates.max().unwrap_or(Date::ZERO));
    let mut steps = vec!["pairing"];
    let outcome = {
        let mut failed = Ok(());
        let outcome = engine.run(&model, &settings, &mut |progress| {
            if !steps.contains(&progress.step) {
                failed = took(steps.last().unwrap_or(&"")).and(std::mem::replace(&mut failed, Ok(())));
                steps.push(progress.step);
            }
        });
        failed?;
        outcome
    };
    took(steps.last().unwrap_or(&""))?;
    println!(
        "{} groups, {} exceptions, {:016x}",
        outcome.groups.len(),
        outcome.exceptions.len(),
        fingerprint(&outcome)
    );
    Ok(())
}

/// What a day's lines cost when everything before them was matched already, next to matching everything, by turns in this
/// process. Both must come to the same.
pub(crate) fn rerun_of_a_day(books: &str, bank: &str) -> Result<()> {
    const TURNS: usize = 5;
    let mut input = Input::default();
    read(books, &mut input.entries)?;
    read(bank, &mut input.lines)?;
    let days = || input.lines.indexes().map(|line| input.lines.date(line));
    let last = days().max().unwrap_or(Date::ZERO);
    let (mut before, mut delta) = (Items::default(), Delta::default());
    for line in input.lines.indexes() {
        let of_day = input.lines.date(line) == last;
        let items = if of_day { &mut delta.lines } else { &mut before };
        items.copy(&input.lines, line)?;
    }
    let (model, settings) = (Engine::new(&input).train(&Prior::default()), Settings::new(last));
    println!(
        "{} entries, {} lines, {} of the last day",
        input.entries.len(),
        before.len(),
        delta.lines.len()
    );
    let mut state = State::new(Input {
        lines: before,
        entries: input.entries,
    });
    let mut begin = all_threads()?;
    let mut took = || -> Result<f64> {
        let now = all_threads()?;
        Ok(now - std::mem::replace(&mut begin, now))
    };
    (_, state) = rerun(state, &Delta::default(), &model, &settings, &mut |_| ())?;
    println!(
        "first run, all kept {:8.2} s, peak {:.0} MiB",
        took()?,
        crate::quality::peak_mib()?
    );
    let (mut whole, mut again) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let state = state.clone();
        took()?;
        let (outcome, state) = rerun(state, &delta, &model, &settings, &mut |_| ())?;
        again.push(took()?);
        took()?;
        let expected = tieout_match::run(state.input(), &model, &settings, &mut |_| ());
        whole.push(took()?);
        anyhow::ensure!(outcome == expected, "the two differ");
        if turn == 0 {
            println!(
                "{} groups, {} exceptions, {:016x}",
                outcome.groups.len(),
                outcome.exceptions.len(),
                fingerprint(&outcome)
            );
        }
    }
    let median = |mut seconds: Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        seconds.get(TURNS / 2).copied().unwrap_or_default()
    };
    let (whole, again) = (median(whole), median(again));
    println!(
        "everything {whole:8.2} s, the day alone {again:8.2} s, ratio {:.2}",
        again / whole
    );
    Ok(())
}

/// Processor seconds of the whole process, threads that have ended included.
fn all_threads() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").context("needs Linux")?;
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields
        .iter()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}

fn fingerprint(outcome: &Outcome) -> u64 {
    let mut hash = DefaultHasher::new();
    format!("{:?}", outcome.exceptions).hash(&mut hash);
    for group in &outcome.groups {
        format!("{group:?}").hash(&mut hash);
    }
    hash.finish()
}

fn read(path: &str, items: &mut Items) -> Result<()> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.to_owned())?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header == name);
    let columns = [
        "id",
        "date",
        "amount",
        "description",
        "counterparty",
        "doc_no",
        "reference",
        "check_no",
        "type",
    ]
    .map(column);
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row)? {
        let [
            id,
            date,
            amount,
            description,
            counterparty,
            document,
            reference,
            check_number,
            kind,
        ] = columns.map(|column| column.and_then(|column| row.get(column)).unwrap_or_default());
        items.push(&NewItem {
            date: date.parse()?,
            amount: Decimal::parse(amount)?.to_minor(2)?,
            id,
            description,
            counterparty,
            reference: if document.is_empty() { reference } else { document },
            check_number,
            kind,
            ..NewItem::default()
        })?;
    }
    Ok(())
}

//! `tieout reconcile`: files in, result out, in the order in which things happen.

use crate::cli::{CaseArgs, ReconcileArgs};
use crate::gather::{Gathered, gather};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, clock, deciding, heap, output};
use anyhow::{Result, anyhow, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tieout_books::BooksReading;
use tieout_match::{Engine, Evidence, Explainer, Group, ItemIndex, Model, Settings};
use tieout_reconcile::result::Verdict;
use tieout_reconcile::{ExplainError, ReconcileError, Reconciliation, prepare};
use tieout_report::{FileProblem, Ink, Report, Written, csv, html, json, terminal};
use tieout_rules::{Applied, Rulebook};

/// What a run came to, before anything is shown.
pub(crate) struct Reconciled {
    pub(crate) result: Reconciliation,
    pub(crate) problems: Vec<FileProblem>,
    pub(crate) books: BooksReading,
    /// Files that the ledger file includes.
    pub(crate) included: Vec<PathBuf>,
    /// The rules, and what each did.
    pub(crate) ruled: Option<(Rulebook, Vec<Applied>)>,
    /// What puts evidence into words, where files have a place for it.
    proofs: Option<Proofs>,
}

/// Whether a run is asked why matches are matches: keeping what can tell costs as much memory as the items themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proving {
    Kept,
    Dropped,
}

impl Proving {
    /// Of the files that a run writes, these tell.
    pub(crate) fn of(args: &ReconcileArgs) -> Self {
        if args.report.is_some() || args.json.is_some() {
            Self::Kept
        } else {
            Self::Dropped
        }
    }
}

/// What the matches were made with.
struct Proofs {
    engine: Engine,
    model: Model,
    settings: Settings,
}

impl Reconciled {
    /// Puts the evidence of matches into words; tables are written by two threads, which take turns.
    pub(crate) fn explainer(&self) -> Option<Mutex<Explainer<'_>>> {
        let Proofs {
            engine,
            model,
            settings,
        } = self.proofs.as_ref()?;
        Some(Mutex::new(Explainer::new(engine, model, settings)))
    }
}

/// The evidence of one match.
pub(crate) fn explained(explainer: Option<&Mutex<Explainer<'_>>>, group: &Group) -> Vec<Evidence> {
    match explainer {
        Some(explainer) => explainer.lock().unwrap_or_else(PoisonError::into_inner).evidence(group),
        None => group.proof.evidence.clone(),
    }
}

/// Reconciles, writes the files asked for, prints the summary.
pub(crate) fn run(args: &ReconcileArgs, colour: bool) -> Result<Exit> {
    if !args.pair.is_empty() {
        return super::several::run(args, colour);
    }
    let to_stdout = standard_streams(args)?;
    refuse_overwriting(args, &[])?;
    heap::begin(inputs_of(&args.case));
    let progress = ProgressLine::begin(if args.quiet { Audience::Nobody } else { Audience::Person });
    let reconciled = reconcile(&args.case, Proving::of(args), &progress);
    progress.end();
    let reconciled = reconciled?;
    refuse_overwriting(args, &reconciled.included)?;
    let generated_at = clock::now();
    let explainer = reconciled.explainer();
    let explain = |group: &Group| explained(explainer.as_ref(), group);
    let report = Report::new(&reconciled.result, &reconciled.problems, &generated_at).explained(&explain);
    let written = write_files(args, &report, &reconciled, &BTreeSet::new())?;
    if !args.quiet && to_stdout == Stdout::Summary {
        let ink = if colour { Ink::Coloured } else { Ink::Plain };
        output::print(&terminal(&report, &written, ink))?;
    }
    Ok(match reconciled.result.verdict {
        Verdict::TiedOut => Exit::Success,
        Verdict::NotTiedOut(_) => Exit::NotTiedOut,
    })
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stdout {
    Summary,
    /// A file named `-`.
    File,
}

/// Standard input can be read once, and standard output holds one thing.
fn standard_streams(args: &ReconcileArgs) -> Result<Stdout> {
    let dashes = |paths: &mut dyn Iterator<Item = &Path>| paths.filter(|path| *path == Path::new("-")).count();
    if dashes(&mut inputs_of(&args.case)) > 1 {
        bail!("standard input (`-`) can be only one of the files");
    }
    match dashes(&mut outputs_of(args)) {
        0 => Ok(Stdout::Summary),
        1 => Ok(Stdout::File),
        _ => bail!("standard output (`-`) can take only one of --report, --json and --adjustments"),
    }
}

fn inputs_of(case: &CaseArgs) -> impl Iterator<Item = &Path> {
    let options = [
        &case.open_items,
        &case.reading.mapping,
        &case.ledger_mapping,
        &case.deciding.decisions,
        &case.deciding.rules,
        &case.deciding.calibration,
    ];
    let files = case.statement.iter().chain([&case.ledger]);
    files.chain(options.into_iter().flatten()).map(PathBuf::as_path)
}

fn outputs_of(args: &ReconcileArgs) -> impl Iterator<Item = &Path> {
    let outputs = [&args.report, &args.json, &args.adjustments];
    outputs.into_iter().flatten().map(PathBuf::as_path)
}

/// What is written must not take the place of what is read: of the files named, and of those that the ledger includes.
pub(super) fn refuse_overwriting(args: &ReconcileArgs, included: &[PathBuf]) -> Result<()> {
    let tables: Vec<PathBuf> = match &args.csv {
        Some(folder) => csv::TABLES.iter().map(|(name, _)| folder.join(name)).collect(),
        None => Vec::new(),
    };
    let inputs = inputs_of(&args.case).chain(included.iter().map(PathBuf::as_path));
    output::refuse_overwriting(inputs, outputs_of(args).chain(tables.iter().map(PathBuf::as_path)))
}

/// Sums that do not fit are the input's fault; anything else would be ours.
fn blame(error: ReconcileError) -> anyhow::Error {
    match error {
        ReconcileError::Explain(ExplainError::TooLarge(_)) => {
            anyhow!("the amounts are too large to be added up; check that the decimal mark is read rightly")
        }
        bug => anyhow::Error::new(bug).context("this is a bug in tieout, please report it"),
    }
}

pub(crate) fn reconcile(args: &CaseArgs, proving: Proving, progress: &ProgressLine) -> Result<Reconciled> {
    let Gathered {
        case,
        mut problems,
        books,
        included,
        people,
    } = gather(args, progress)?;
    let currency = case.account.currency;
    let mut prepared = prepare(case)?;
    let notes = deciding::settle(&args.deciding, prepared.settings_mut())?;
    let rules = deciding::rules(&args.deciding, currency)?;
    let people = people
        .map(|people| people.resolve(&prepared, &mut problems))
        .unwrap_or_default();
    prepared.hold(&people.accepted);
    progress.step("learning from the books", 0, 0);
    let decided = deciding::decide(&prepared, &people, rules, progress)?;
    let proofs = (proving == Proving::Kept).then(|| Proofs {
        engine: decided.engine,
        model: decided.model,
        settings: prepared.settings().clone(),
    });
    let mut result = prepared
        .reconcile_with(decided.outcome, decided.decisions)
        .map_err(blame)?;
    result.notes.extend(notes);
    Ok(Reconciled {
        result,
        problems,
        books,
        included,
        ruled: decided.ruled,
        proofs,
    })
}

/// Writes everything asked for; returns what is where. The adjustments of the lines `elsewhere` are written with another account's.
pub(super) fn write_files(
    args: &ReconcileArgs,
    report: &Report<'_>,
    reconciled: &Reconciled,
    elsewhere: &BTreeSet<ItemIndex>,
) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    let mut note = |what: &str, path: &Path, note: String| {
        written.push(Written {
            what: what.to_owned(),
            path: path.display().to_string(),
            note,
        });
    };
    if let Some(path) = &args.report {
        output::to_file(path, |out| html(report, out))?;
        note("report", path, String::new());
    }
    if let Some(path) = &args.json {
        output::to_file(path, |out| json(report, out))?;
        note("result", path, String::new());
    }
    if let Some(folder) = &args.csv {
        write_tables(folder, report)?;
        note("tables", folder, String::new());
    }
    if let Some(path) = &args.adjustments {
        let told = super::adjustments::write(path, &reconciled.result, &reconciled.books, elsewhere)?;
        note("adjustments", path, told);
    }
    Ok(written)
}

/// Writes the tables, two at a time.
fn write_tables(folder: &Path, report: &Report<'_>) -> Result<()> {
    let next = AtomicUsize::new(0);
    let write = || -> Result<()> {
        while let Some((name, table)) = csv::TABLES.get(next.fetch_add(1, Ordering::Relaxed)) {
            output::to_file(&folder.join(name), |out| table(report, out))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(write);
        let own = write();
        let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        own.and(other)
    })
}

//! `tieout reconcile`: files in, result out, in the order in which things happen.

use crate::cli::ReconcileArgs;
use crate::load::{BankAccount, BankFiles, LoadedBooks, choose_account, load_books, load_open_items, load_statements};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, clock, inputs, output};
use anyhow::{Context, Result, anyhow, bail};
use std::path::Path;
use tieout_books::{BooksOptions, BooksReading};
use tieout_core::Currency;
use tieout_core::problem::Severity;
use tieout_formats::ReadOptions;
use tieout_match::Prior;
use tieout_reconcile::result::Verdict;
use tieout_reconcile::statements::{AccountName, Case, SourceFile};
use tieout_reconcile::{Reconciliation, prepare};
use tieout_report::{FileProblem, Ink, Report, Written, csv, html, json, terminal};

/// What a run came to, before anything is shown.
struct Reconciled {
    result: Reconciliation,
    problems: Vec<FileProblem>,
    books: BooksReading,
}

/// Reconciles, writes the files asked for, prints the summary.
pub(crate) fn run(args: &ReconcileArgs, colour: bool) -> Result<Exit> {
    let progress = ProgressLine::begin(if args.quiet { Audience::Nobody } else { Audience::Person });
    let reconciled = reconcile(args, &progress);
    progress.end();
    let reconciled = reconciled?;
    let generated_at = clock::now();
    let report = Report::new(&reconciled.result, &reconciled.problems, &generated_at);
    let written = write_files(args, &report, &reconciled)?;
    let to_stdout = [&args.report, &args.json, &args.adjustments];
    let taken = to_stdout.iter().any(|path| path.as_deref() == Some(Path::new("-")));
    if !args.quiet && !taken {
        let ink = if colour { Ink::Coloured } else { Ink::Plain };
        output::print(&terminal(&report, &written, ink))?;
    }
    Ok(match reconciled.result.verdict {
        Verdict::TiedOut => Exit::Success,
        Verdict::NotTiedOut(_) => Exit::NotTiedOut,
    })
}

fn reconcile(args: &ReconcileArgs, progress: &ProgressLine) -> Result<Reconciled> {
    let options = inputs::read_options(&args.reading)?;
    let BankFiles { mut files, accounts, problems, refused } = read_bank(args, &options, progress)?;
    if refused == files.len() {
        bail!("{}", refusal(&problems, &files));
    }
    let mut problems = problems;
    let mut bank = choose_account(accounts, args.bank_account.as_deref())?;
    progress.step("reading the books", 0, 0);
    let position = u32::try_from(files.len())?;
    let books = read_books(args, position, bank.currency)?;
    let currency = common_currency(&bank, &books)?;
    if bank.currency.is_none() && currency.minor_digits() != Currency::UNKNOWN.minor_digits() {
        // The lines were counted in cents; now that the books say the currency, count them in its units.
        let options = ReadOptions { currency: Some(currency), ..options };
        bank = choose_account(read_bank(args, &options, progress)?.accounts, args.bank_account.as_deref())?;
    }
    files.push(books.file);
    problems.extend(books.problems);
    let open_items = match &args.open_items {
        None => None,
        Some(path) => {
            let position = u32::try_from(files.len())?;
            let (file, items, found) = load_open_items(path, position, currency)?;
            files.push(file);
            problems.extend(found);
            Some(items)
        }
    };
    let case = Case {
        account: AccountName { bank: bank.id, books: books.reading.account.clone().unwrap_or_default(), currency },
        files,
        bank: bank.bank,
        books: books.books,
        open_items,
        as_of: args.as_of,
        age_limits: args.age_limits,
        program: concat!("tieout ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let prepared = prepare(case)?;
    progress.step("learning from the books", 0, 0);
    let model = tieout_match::train(prepared.input(), &Prior::default());
    let outcome = tieout_match::run(prepared.input(), &model, prepared.settings(), &mut |step| {
        progress.step(step.step, step.done, step.total);
    });
    let result = prepared.reconcile(outcome).context("this is a bug in tieout, please report it")?;
    Ok(Reconciled { result, problems, books: books.reading })
}

fn read_bank(args: &ReconcileArgs, options: &ReadOptions, progress: &ProgressLine) -> Result<BankFiles> {
    load_statements(&args.statement, options, progress)
}

fn read_books(args: &ReconcileArgs, position: u32, bank_currency: Option<Currency>) -> Result<LoadedBooks> {
    if let Some(name) = &args.ledger_format
        && !tieout_books::FORMATS.iter().any(|format| format.name() == name)
    {
        let known: Vec<_> = tieout_books::FORMATS.iter().map(|format| format.name()).collect();
        bail!("--ledger-format {name} is not known; there are {}", known.join(", "));
    }
    let options = BooksOptions {
        format: args.ledger_format.clone(),
        account: args.account.clone(),
        date_order: args.ledger_date_order.map(Into::into),
        mapping: args.ledger_mapping.as_deref().map(inputs::mapping).transpose()?,
        ..BooksOptions::default()
    };
    let books = load_books(&args.ledger, position, options.clone(), bank_currency)?;
    if let Some(refusal) = books.refusal() {
        bail!("{}: {}", books.file.name, refusal.problem);
    }
    if let (Some(wanted), true) = (bank_currency, books.books.entries.is_empty()) {
        // Nothing in the bank's currency: what is the account in, then?
        let any = load_books(&args.ledger, position, options, None)?;
        if let Some(held) = any.currency.filter(|held| *held != wanted && !any.books.entries.is_empty()) {
            return Err(other_currency(wanted, held));
        }
    }
    Ok(books)
}

/// Why no statement file can be used: the first error of each file.
fn refusal(problems: &[FileProblem], files: &[SourceFile]) -> String {
    let mut sentences = Vec::new();
    for (position, file) in files.iter().enumerate() {
        let of_file = problems.iter().filter(|found| usize::try_from(found.file).is_ok_and(|place| place == position));
        let worst = of_file.filter(|found| found.problem.severity() == Severity::Error).map(|found| &found.problem).next();
        if let Some(problem) = worst {
            sentences.push(format!("{}: {problem}", file.name));
        }
    }
    sentences.join("\n")
}

/// The currency of both sides.
fn common_currency(bank: &BankAccount, books: &LoadedBooks) -> Result<Currency> {
    match (bank.currency, books.currency) {
        (Some(bank), Some(books)) if bank != books => Err(other_currency(bank, books)),
        (Some(known), _) | (None, Some(known)) => Ok(known),
        (None, None) => Ok(Currency::UNKNOWN),
    }
}

fn other_currency(bank: Currency, books: Currency) -> anyhow::Error {
    anyhow!("the statement is in {bank}, but the account in the books is in {books}; name the right one with --account")
}

/// Writes everything asked for; returns what is where.
fn write_files(args: &ReconcileArgs, report: &Report<'_>, reconciled: &Reconciled) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    let mut note = |what: &str, path: &Path| {
        written.push(Written { what: what.to_owned(), path: path.display().to_string() });
    };
    if let Some(path) = &args.report {
        output::to_file(path, |out| html(report, out))?;
        note("report", path);
    }
    if let Some(path) = &args.json {
        output::to_file(path, |out| json(report, out))?;
        note("result", path);
    }
    if let Some(folder) = &args.csv {
        for (name, table) in csv::TABLES {
            output::to_file(&folder.join(name), |out| table(report, out))?;
        }
        note("tables", folder);
    }
    if let Some(path) = &args.adjustments {
        super::adjustments::write(path, &reconciled.result, &reconciled.books)?;
        note("adjustments", path);
    }
    Ok(written)
}

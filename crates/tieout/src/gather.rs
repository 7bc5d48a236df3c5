//! The files of one case, read into columns: statements, books, open items, decisions.

use crate::cli::CaseArgs;
use crate::inputs;
use crate::load::{
    BankAccount, BankFiles, LoadedBooks, LoadedDecisions, OfxBooks, choose_account, is_of_card, load_books,
    load_decisions, load_open_items, load_statements, statement_as_books,
};
use crate::progress::ProgressLine;
use anyhow::{Result, anyhow, bail};
use std::path::PathBuf;
use tieout_books::{BooksFormat as _, BooksOptions, BooksReading};
use tieout_core::Currency;
use tieout_formats::ReadOptions;
use tieout_reconcile::statements::{AccountName, Case, SourceFile};
use tieout_report::FileProblem;

/// All that was read of the files that a call names.
pub(crate) struct Gathered {
    pub(crate) case: Case,
    pub(crate) problems: Vec<FileProblem>,
    pub(crate) books: BooksReading,
    /// Files that the ledger file includes.
    pub(crate) included: Vec<PathBuf>,
    /// What people decided.
    pub(crate) people: Option<LoadedDecisions>,
}

/// Reads every file, in the order in which results name them.
pub(crate) fn gather(args: &CaseArgs, progress: &ProgressLine) -> Result<Gathered> {
    let Sides {
        mut files,
        mut problems,
        bank,
        books,
        currency,
    } = read_both_sides(args, progress)?;
    if let Some(same) = files
        .iter()
        .find(|file| file.bytes > 0 && file.sha256 == books.file.sha256)
    {
        bail!(
            "{} and {} are the same file, byte for byte: a statement reconciled with itself always ties out; name the books' own \
             export with --ledger",
            same.name,
            books.file.name,
        );
    }
    let included = books.books.provenance.files.iter().skip(1).map(PathBuf::from).collect();
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
    let mut people = None;
    if let Some(path) = &args.deciding.decisions {
        let loaded = load_decisions(path, u32::try_from(files.len())?)?;
        files.push(loaded.file.clone());
        people = Some(loaded);
    }
    let case = Case {
        account: AccountName {
            bank: bank.id,
            books: books.reading.account.clone().unwrap_or_default(),
            currency,
        },
        files,
        bank: bank.bank,
        books: books.books,
        open_items,
        as_of: args.as_of,
        age_limits: args.age_limits,
        program: concat!("tieout ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    Ok(Gathered {
        case,
        problems,
        books: books.reading,
        included,
        people,
    })
}

/// One bank account with its files, and the books.
struct Sides {
    files: Vec<SourceFile>,
    problems: Vec<FileProblem>,
    bank: BankAccount,
    books: LoadedBooks,
    currency: Currency,
}

fn read_both_sides(args: &CaseArgs, progress: &ProgressLine) -> Result<Sides> {
    let options = inputs::read_options(&args.reading)?;
    let read = read_bank(args, &options, progress)?;
    if let Some(refusal) = read.refusal(&args.statement) {
        bail!("{refusal}");
    }
    let BankFiles {
        mut files,
        accounts,
        mut problems,
        ..
    } = read;
    let mut bank = choose_account(accounts, args.bank_account.as_deref())?;
    progress.step("reading the books", 0, 0);
    let position = u32::try_from(files.len())?;
    let books = read_books(args, position, &bank)?;
    let currency = common_currency(&bank, &books)?;
    if bank.currency.is_none() && currency.minor_digits() != Currency::UNKNOWN.minor_digits() {
        // The lines were counted in cents; now that the books say the currency, count them in its units.
        let options = ReadOptions {
            currency: Some(currency),
            ..options
        };
        let again = read_bank(args, &options, progress)?;
        (files, problems) = (again.files, again.problems);
        bank = choose_account(again.accounts, args.bank_account.as_deref())?;
    }
    Ok(Sides {
        files,
        problems,
        bank,
        books,
        currency,
    })
}

fn read_bank(args: &CaseArgs, options: &ReadOptions, progress: &ProgressLine) -> Result<BankFiles> {
    load_statements(&args.statement, options, args.statement_sign, progress)
}

fn read_books(args: &CaseArgs, position: u32, bank: &BankAccount) -> Result<LoadedBooks> {
    let bank_currency = bank.currency;
    let known = || {
        let own = tieout_books::FORMATS.iter().map(|format| format.name());
        own.chain([OfxBooks.name()])
    };
    if let Some(name) = &args.ledger_format
        && !known().any(|known| known == name)
    {
        let known: Vec<_> = known().collect();
        bail!("--ledger-format {name} is not known; there are {}", known.join(", "));
    }
    let options = BooksOptions {
        format: args.ledger_format.clone(),
        account: args.account.clone(),
        owed: bank.owed || is_of_card(&bank.bank.lines),
        date_order: args.ledger_date_order.map(Into::into),
        mapping: args.ledger_mapping.as_deref().map(inputs::mapping).transpose()?,
        ..BooksOptions::default()
    };
    let books = load_books(&args.ledger, position, options.clone(), bank_currency)?;
    if let Some(refusal) = books.refusal() {
        if let Some(mistaken) = statement_as_books(&args.ledger) {
            bail!("{mistaken}");
        }
        bail!("{}: {}", books.file.name, refusal.problem);
    }
    if let (Some(wanted), true) = (bank_currency, books.books.entries.is_empty()) {
        // Nothing in the bank's currency: what is the account in, then?
        let any = load_books(&args.ledger, position, options, None)?;
        if let Some(held) = any
            .currency
            .filter(|held| *held != wanted && !any.books.entries.is_empty())
        {
            return Err(other_currency(wanted, held));
        }
    }
    Ok(books)
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

//! A ledger file into columns, and the list of open items.

use super::{append, books_format, completeness, fingerprint, minor};
use crate::inputs::{self, DiskIncludes};
use anyhow::{Context, Result, bail};
use std::path::Path;
use tieout_books::{BooksOptions, BooksReading, BooksSink, Entry, History, PrintedBalance};
use tieout_core::Currency;
use tieout_core::problem::{Code, Place, Problem, Severity};
use tieout_match::{Items, NewItem};
use tieout_reconcile::statements::{self, Books, Extent, FilePlace, FileRole, OpenItem, Provenance, SourceFile};
use tieout_report::FileProblem;

/// The books of one account.
pub(crate) struct LoadedBooks {
    /// The file.
    pub(crate) file: SourceFile,
    /// What its reader said; its problems are in `problems`.
    pub(crate) reading: BooksReading,
    /// The entries.
    pub(crate) books: Books,
    /// Their currency; `None` if neither file nor user says.
    pub(crate) currency: Option<Currency>,
    /// Everything that is not as it should be.
    pub(crate) problems: Vec<FileProblem>,
}

impl LoadedBooks {
    /// Why the books cannot be used, if they cannot.
    pub(crate) fn refusal(&self) -> Option<&FileProblem> {
        self.problems
            .iter()
            .find(|found| found.problem.severity() == Severity::Error)
    }
}

/// Reads a ledger file; `position` is its place among all files. `bank_currency` is that of the statement: the fallback, and of books with several the one wanted.
///
/// # Errors
/// The file cannot be opened or read; too many entries. What is wrong with the content becomes a problem.
pub(crate) fn load_books(
    path: &Path,
    position: u32,
    options: BooksOptions<'_>,
    bank_currency: Option<Currency>,
) -> Result<LoadedBooks> {
    let name = inputs::name(path);
    let mut input = inputs::open(path)?;
    let (sha256, bytes) = fingerprint(input.as_mut()).with_context(|| format!("in {}", path.display()))?;
    let folder = DiskIncludes;
    let options = BooksOptions {
        path: path.display().to_string(),
        includes: Some(&folder),
        currency: options.currency.or(bank_currency),
        ..options
    };
    let mut loader = Loader {
        currency: options.currency,
        provenance: Provenance {
            files: vec![name.clone()],
            places: Vec::new(),
        },
        ..Loader::default()
    };
    let mut reading = match books_format(input.as_mut(), &options)? {
        Some(format) => tieout_books::read_with(format, input.as_mut(), &options, &mut loader),
        None => tieout_books::read(input.as_mut(), &options, &mut loader),
    }
    .with_context(|| format!("cannot read {}", path.display()))?;
    if loader.full {
        bail!("{name}: too many entries for one run");
    }
    let currency = reading.currency.or(loader.currency);
    let more = reading
        .problems_more
        .iter()
        .map(|(code, count)| Problem::of_file(*code, format!("{count} more like this")));
    let problems: Vec<_> = reading
        .problems
        .iter()
        .cloned()
        .chain(more)
        .chain(loader.problems)
        .collect();
    reading.problems.clear();
    let format = if reading.dialect.is_empty() {
        reading.format.to_owned()
    } else {
        reading.dialect.clone()
    };
    let books = Books {
        entries: loader.entries,
        provenance: loader.provenance,
        extent: extent(&reading, currency.unwrap_or(Currency::UNKNOWN)),
        closing: reading
            .closing
            .and_then(|balance| printed(balance, currency.unwrap_or(Currency::UNKNOWN))),
    };
    Ok(LoadedBooks {
        file: SourceFile {
            name,
            role: FileRole::Books,
            format,
            sha256,
            bytes,
            completeness: completeness(&problems),
        },
        reading,
        books,
        currency,
        problems: problems
            .into_iter()
            .map(|problem| FileProblem {
                file: position,
                problem,
            })
            .collect(),
    })
}

fn extent(reading: &BooksReading, currency: Currency) -> Extent {
    match (reading.history, reading.opening) {
        (History::Complete, _) => Extent::Whole,
        (History::FromZero, _) => Extent::FromZero,
        (_, Some(opening)) => printed(opening, currency).map_or(Extent::Unknown, Extent::From),
        (_, None) => Extent::Unknown,
    }
}

fn printed(balance: PrintedBalance, currency: Currency) -> Option<statements::PrintedBalance> {
    let amount = minor(balance.amount, currency).ok()?;
    Some(statements::PrintedBalance {
        amount,
        date: balance.date,
    })
}

/// Copies entries into the columns.
#[derive(Default)]
struct Loader {
    entries: Items,
    provenance: Provenance,
    /// The included file of the entry before: nearly always that of the next one too.
    included: (String, u32),
    currency: Option<Currency>,
    description: String,
    problems: Vec<Problem>,
    full: bool,
}

impl Loader {
    /// Position of the file that an entry stands in.
    fn file(&mut self, included: &str) -> u32 {
        if included.is_empty() {
            return 0;
        }
        if self.included.0 != included {
            let files = &mut self.provenance.files;
            let known = files.iter().skip(1).position(|file| file == included);
            let position = known.map_or(files.len(), |position| position + 1);
            if known.is_none() {
                files.push(included.to_owned());
            }
            self.included = (included.to_owned(), u32::try_from(position).unwrap_or(0));
        }
        self.included.1
    }
}

impl BooksSink for Loader {
    fn entry(&mut self, entry: &Entry) {
        let place = || Place::line(entry.source_line);
        let currency = *self.currency.get_or_insert(entry.currency.unwrap_or(Currency::UNKNOWN));
        if let Some(other) = entry
            .currency
            .filter(|other| *other != currency && currency != Currency::UNKNOWN)
        {
            let message = format!(
                "an entry of {} {other} was left out; the account is read in {currency}",
                entry.amount
            );
            self.problems.push(Problem::new(Code::MixedCurrency, place(), message));
            return;
        }
        let amount = match minor(entry.amount, currency) {
            Ok(0) => return, // an entry of zero is never an item to reconcile
            Ok(amount) => amount,
            Err(why) => {
                let message = format!("{why}; the entry was left out");
                self.problems.push(Problem::new(Code::BadAmount, place(), message));
                return;
            }
        };
        self.description.clear();
        append(&mut self.description, &entry.description);
        append(&mut self.description, &entry.memo);
        let item = NewItem {
            account: 0,
            date: entry.date,
            value_date: None,
            amount,
            open_item: false,
            id: &entry.id,
            description: &self.description,
            counterparty: &entry.counterparty,
            reference: &entry.document,
            check_number: &entry.check_number,
            kind: &entry.contra,
        };
        if self.entries.push(&item).is_err() {
            self.full = true;
            return;
        }
        let place = FilePlace {
            file: self.file(&entry.source_file),
            line: u32::try_from(entry.source_line).unwrap_or(0),
        };
        self.provenance.places.push(place);
    }
}

/// Reads the list of entries that were open at the cut-off.
///
/// # Errors
/// The file cannot be opened or used.
pub(crate) fn load_open_items(
    path: &Path,
    position: u32,
    currency: Currency,
) -> Result<(SourceFile, Vec<OpenItem>, Vec<FileProblem>)> {
    let name = inputs::name(path);
    let mut input = inputs::open(path)?;
    let (sha256, bytes) = fingerprint(input.as_mut()).with_context(|| format!("in {}", path.display()))?;
    let (listed, found) = tieout_books::open_items(input.as_mut(), &BooksOptions::default())
        .with_context(|| format!("cannot read {}", path.display()))?;
    if let Some(refusal) = found.iter().find(|problem| problem.severity() == Severity::Error) {
        bail!("{name}: {refusal}");
    }
    let mut problems: Vec<_> = found
        .into_iter()
        .map(|problem| FileProblem {
            file: position,
            problem,
        })
        .collect();
    let mut items = Vec::with_capacity(listed.len());
    for item in listed {
        match minor(item.open_amount, currency) {
            Ok(amount) => items.push(OpenItem {
                id: item.number.clone(),
                reference: if item.reference.is_empty() {
                    item.number
                } else {
                    item.reference
                },
                counterparty: item.contact,
                description: item.description,
                check_number: item.check_number,
                date: item.date,
                amount,
            }),
            Err(why) => {
                let problem = Problem::new(Code::BadAmount, Place::line(item.source_line), why);
                problems.push(FileProblem {
                    file: position,
                    problem,
                });
            }
        }
    }
    let completeness = completeness(problems.iter().map(|found| &found.problem));
    let file = SourceFile {
        name,
        role: FileRole::OpenItems,
        format: "open items".into(),
        sha256,
        bytes,
        completeness,
    };
    Ok((file, items, problems))
}

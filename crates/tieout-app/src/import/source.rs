//! Files of books, read whole before any transaction begins.

use super::Finding;
use crate::error::AppError;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, SeekFrom};
use tieout_books::transactions::{WholeAccount, WholeJournal, WholePosting, WholeTransaction};
use tieout_books::{BooksOptions, Entry, read_whole};
use tieout_core::encoding::Input;
use tieout_core::{Code, Problem, Severity};

/// A file of books.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// What people call it.
    pub file_name: String,
    /// What it was read as.
    pub format: String,
    /// Hash of its bytes.
    pub digest: [u8; 32],
    /// Its accounts, commodities and transactions. Of a table: the account that it lists is the first one.
    pub journal: WholeJournal,
    /// Whether it lists one account, with or without the other side of each entry.
    pub is_table: bool,
    /// What its reader says about it.
    pub findings: Vec<Finding>,
}

/// The name of the account that a table lists, as its postings refer to it.
pub(crate) const LISTED: &str = "";
/// The name of the other side where a table says none.
pub(crate) const UNSAID: &str = "\u{0}";

/// Reads a file of books.
///
/// # Errors
/// What keeps the whole file from being used, as a problem of the field `content`.
pub fn read(input: &mut dyn Input, options: &BooksOptions<'_>, file_name: &str) -> Result<Source, AppError> {
    let unreadable = |error: &io::Error| AppError::invalid("content", format!("{file_name}: {error}"));
    let digest = hash(input).map_err(|error| unreadable(&error))?;
    let read = read_whole(input, options).map_err(|error| unreadable(&error))?;
    if let Some(problem) = read.reading.refusal() {
        return Err(AppError::invalid("content", format!("{file_name}: {problem}")));
    }
    let is_table = read.journal.transactions.is_empty() && read.journal.accounts.is_empty();
    Ok(Source {
        findings: read
            .reading
            .problems
            .iter()
            // Whether a transaction balances is checked when it is valued, to the cent.
            .filter(|problem| !problem.message.starts_with("the transaction is off by"))
            .map(|problem| finding(file_name, problem))
            .collect(),
        journal: if is_table {
            from_entries(&read.entries)
        } else {
            read.journal
        },
        file_name: file_name.to_owned(),
        format: read.reading.format.to_owned(),
        digest,
        is_table,
    })
}

pub(crate) fn hash(input: &mut dyn Input) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
    input.seek(SeekFrom::Start(0))?;
    Ok(hash.finalize().into())
}

/// Where a problem is and what it says. What the reader left out is missing from the books: that refuses the import.
pub(crate) fn finding(file_name: &str, problem: &Problem) -> Finding {
    let included = problem.place.path.as_deref().filter(|path| path.contains(['/', '.']));
    let file = included.unwrap_or(file_name);
    let place = match problem.place.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    };
    let is_lost = matches!(
        problem.code,
        Code::BadEntry | Code::BadLine | Code::IncludeMissing | Code::BadAmount
    ) || problem.severity() == Severity::Error;
    Finding {
        place,
        message: format!("{}; {}", problem.message, problem.action()),
        is_refusal: is_lost,
    }
}

/// Each entry as a transaction of two postings.
fn from_entries(entries: &[Entry]) -> WholeJournal {
    let mut journal = WholeJournal::default();
    let mut places = HashMap::<String, usize>::new();
    let mut account = |journal: &mut WholeJournal, name: &str| {
        if let Some(known) = places.get(name) {
            return *known;
        }
        journal.accounts.push(WholeAccount {
            name: name.to_owned(),
            account_type: None,
        });
        places.insert(name.to_owned(), journal.accounts.len() - 1);
        journal.accounts.len() - 1
    };
    let listed = account(&mut journal, LISTED);
    for entry in entries {
        let contra = if entry.contra.trim().is_empty() {
            UNSAID
        } else {
            entry.contra.trim()
        };
        let contra = account(&mut journal, contra);
        let symbol = entry.currency.as_ref().map_or("", |currency| currency.code());
        let known = journal.commodities.iter().position(|commodity| commodity == symbol);
        let commodity = known.unwrap_or_else(|| {
            journal.commodities.push(symbol.to_owned());
            journal.commodities.len() - 1
        });
        let posting = |account, amount| WholePosting {
            account,
            amount,
            commodity,
            weight: None,
            memo: String::new(),
            line: entry.source_line,
        };
        let description = [&entry.description, &entry.memo]
            .into_iter()
            .find(|text| !text.is_empty());
        let document = [&entry.document, &entry.check_number]
            .into_iter()
            .find(|text| !text.is_empty());
        journal.transactions.push(WholeTransaction {
            id: entry.id.clone(),
            date: entry.date,
            counterparty: entry.counterparty.clone(),
            description: description.cloned().unwrap_or_default(),
            document: document.cloned().unwrap_or_default(),
            is_pending: false,
            file: entry.source_file.clone(),
            line: entry.source_line,
            postings: vec![posting(listed, entry.amount), posting(contra, -entry.amount)],
            left_out: 0,
        });
    }
    journal
}

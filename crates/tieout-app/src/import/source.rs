//! Files of books, read whole before any transaction begins.

use super::{Finding, Findings};
use crate::error::AppError;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
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
    pub findings: Findings,
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
        let problem = in_words_of_fields(&problem.to_string());
        let mut message = format!("{file_name}: {problem}");
        // Where every row was left out, the first one says why.
        let lost = read
            .reading
            .problems
            .iter()
            .filter(|problem| problem.place.line.is_some());
        if let Some(first) = lost
            .map(|problem| finding(file_name, problem))
            .find(|found| found.is_refusal)
        {
            let _ = write!(message, "; {}: {}", first.place, first.message);
        }
        return Err(AppError::invalid("content", message));
    }
    must_be_decided(file_name, &read.reading.problems)?;
    if read
        .reading
        .problems_more
        .iter()
        .any(|(code, _)| *code == Code::DateClamped)
    {
        let message = format!(
            "{file_name}: more than a few hundred rows have a day that does not exist; say `date_order`, or correct them"
        );
        return Err(AppError::invalid("content", message));
    }
    let is_table = read.journal.transactions.is_empty() && read.journal.accounts.is_empty();
    // Whether a transaction balances is checked when it is valued, to the cent; what has no currency has the account's.
    let is_left_to_the_books = |problem: &Problem| {
        problem.code == Code::NoCurrency || problem.message.starts_with("the transaction is off by")
    };
    let said = read.reading.problems.iter();
    Ok(Source {
        findings: findings(
            file_name,
            said.filter(|problem| !is_left_to_the_books(problem)),
            &read.reading.problems_more,
        ),
        journal: if is_table {
            from_entries(&read.entries, &impossible_days(&read.reading.problems))
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

/// Posted is final: what can be read in two ways is not booked by a guess.
pub(crate) fn must_be_decided(file_name: &str, problems: &[Problem]) -> Result<(), AppError> {
    let guess = |problem: &&Problem| matches!(problem.code, Code::NumberAmbiguous | Code::DateAmbiguous);
    let Some(problem) = problems.iter().find(guess) else {
        return Ok(());
    };
    Err(if problem.code == Code::NumberAmbiguous {
        let message = "amounts have three digits behind their only mark throughout, which divides thousands or decimals; say \
                       which mark divides decimals: \".\" or \",\"";
        AppError::invalid("decimal_mark", format!("{file_name}: {message}"))
    } else {
        let message = "day and month of its dates can be exchanged; say the order: dmy, mdy or ymd";
        AppError::invalid("date_order", format!("{file_name}: {message}"))
    })
}

/// Lines with a day that does not exist.
pub(crate) fn impossible_days(problems: &[Problem]) -> HashSet<u64> {
    let clamped = problems.iter().filter(|problem| problem.code == Code::DateClamped);
    clamped.filter_map(|problem| problem.place.line).collect()
}

/// Readers name the options of the command line; whoever asks for an import has fields of the same meaning.
pub(crate) fn in_words_of_fields(text: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        (
            "with --date-order dmy, mdy or ymd (of books: --ledger-date-order)",
            "in date_order: dmy, mdy or ymd",
        ),
        (
            "in a mapping file (--mapping; of books: --ledger-mapping)",
            "in mapping",
        ),
        ("with a mapping file (decimal_mark)", "in decimal_mark: \".\" or \",\""),
        ("with --ledger-format", "in format"),
        ("with --currency", "in currency"),
        ("with --account", "in file_account"),
        ("--ledger-account", "file_account"),
    ];
    let replaced = |text: String, (option, field): &(&str, &str)| text.replace(option, field);
    WORDS.iter().fold(text.to_owned(), replaced)
}

/// What a reader names of such a problem is not in the books.
const LOST: &[Code] = &[
    Code::BadEntry,
    Code::BadLine,
    Code::IncludeMissing,
    Code::BadAmount,
    Code::DateClamped,
];

/// What a reader says about a file: the problems that it names, and how many more it had of each kind.
pub(crate) fn findings<'p>(
    file_name: &str,
    named: impl Iterator<Item = &'p Problem>,
    more: &[(Code, u64)],
) -> Findings {
    let lost = more.iter().filter(|(code, _)| LOST.contains(code));
    Findings {
        named: named.map(|problem| finding(file_name, problem)).collect(),
        left_out_more: lost.map(|(_, count)| *count).sum(),
    }
}

/// Where a problem is and what it says. What the reader left out is missing from the books: that refuses the import.
fn finding(file_name: &str, problem: &Problem) -> Finding {
    let included = problem.place.path.as_deref().filter(|path| path.contains(['/', '.']));
    let file = included.unwrap_or(file_name);
    let place = match problem.place.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    };
    let is_lost = LOST.contains(&problem.code) || problem.severity() == Severity::Error;
    let message = if problem.code == Code::DateClamped {
        "the day does not exist; correct it in the file, or say `date_order` if its parts stand in another order"
            .to_owned()
    } else {
        in_words_of_fields(&format!("{}; {}", problem.message, problem.action()))
    };
    Finding {
        place,
        message,
        is_refusal: is_lost,
    }
}

/// Each entry as a transaction of two postings; those of the lines that are left out are not there.
fn from_entries(entries: &[Entry], left_out: &HashSet<u64>) -> WholeJournal {
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
    for entry in entries.iter().filter(|entry| !left_out.contains(&entry.source_line)) {
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

//! `tieout books show`: the accounts of a ledger file, or the entries of one.

use crate::load::books_format;
use crate::{Exit, inputs, output};
use anyhow::Result;
use std::fmt::Write as _;
use std::path::Path;
use tieout_books::account::NAME_THE_ACCOUNT;
use tieout_books::{AccountTotal, Books, BooksOptions, read_all, read_all_with};
use tieout_core::problem::{Code, Severity};

/// Prints what is read: of books that hold several accounts their list, unless one is named.
pub(crate) fn run(file: &Path, account: Option<&str>, mapping: Option<&Path>) -> Result<Exit> {
    let mut input = inputs::open(file)?;
    let folder = inputs::DiskIncludes;
    let options = BooksOptions {
        path: file.display().to_string(),
        account: account.map(str::to_owned),
        mapping: mapping.map(inputs::mapping).transpose()?,
        includes: Some(&folder),
        ..BooksOptions::default()
    };
    let books = match books_format(input.as_mut(), &options)? {
        Some(format) => read_all_with(format, input.as_mut(), &options)?,
        None => read_all(input.as_mut(), &options)?,
    };
    let name = inputs::name(file);
    let listed = account.is_none() && (books.reading.accounts.len() > 1 || books.entries.is_empty());
    let mut exit = Exit::Success;
    for problem in &books.reading.problems {
        // Which account is a question of who reconciles.
        let of_choice = problem.code == Code::AccountNeeded || problem.advice == Some(NAME_THE_ACCOUNT);
        if listed && of_choice {
            continue;
        }
        output::complain(&format!("{name}: {problem}"));
        if problem.severity() == Severity::Error {
            exit = Exit::Unusable;
        }
    }
    let text = if listed {
        list(&books.reading.accounts)
    } else {
        entries(&books)
    };
    output::print(&text)?;
    Ok(exit)
}

fn list(accounts: &[AccountTotal]) -> String {
    let mut text = String::new();
    for account in accounts {
        let balances: Vec<String> = account
            .balances
            .iter()
            .map(|balance| {
                format!("{} {}", balance.amount, balance.commodity)
                    .trim_end()
                    .to_owned()
            })
            .collect();
        let _ = writeln!(
            text,
            "{:>7} entries  {:>18}  {}",
            account.entries,
            balances.join(", "),
            account.label()
        );
    }
    text
}

fn entries(books: &Books) -> String {
    let mut text = String::new();
    let account = books.reading.account.as_deref().unwrap_or("the only account");
    let currency = books
        .reading
        .currency
        .map_or_else(String::new, |currency| format!(" in {currency}"));
    let _ = writeln!(text, "Entries of {account}{currency}");
    if let Some(opening) = books.reading.opening {
        let _ = writeln!(text, "  opening     {:>15}", opening.amount.to_string());
    }
    for entry in &books.entries {
        let words = [
            &entry.counterparty,
            &entry.description,
            &entry.document,
            &entry.check_number,
            &entry.contra,
        ];
        let words: Vec<&str> = words
            .iter()
            .map(|word| word.as_str())
            .filter(|word| !word.is_empty())
            .collect();
        let _ = writeln!(
            text,
            "  {}  {:>15}  {}",
            entry.date,
            entry.amount.to_string(),
            words.join("; ")
        );
    }
    if let Some(closing) = books.reading.closing {
        let _ = writeln!(text, "  closing     {:>15}", closing.amount.to_string());
    }
    let _ = writeln!(
        text,
        "  {} entries, read as {}",
        books.entries.len(),
        books.reading.dialect
    );
    text
}

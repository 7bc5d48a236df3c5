//! From files to the columns that are reconciled: every line and entry is copied once, into one arena.

mod bank;
mod books;
mod card;
mod choose;
mod corrected;
mod decisions;
mod mistaken;
mod ofx_books;

pub(crate) use bank::{BankAccount, BankFiles, load_statements};
pub(crate) use books::{LoadedBooks, load_books, load_open_items};
pub(crate) use card::{has_turned_signs, is_of_card};
pub(crate) use choose::{choose_account, merge_accounts};
pub(crate) use decisions::{LoadedDecisions, load_decisions};
pub(crate) use mistaken::statement_as_books;
pub(crate) use ofx_books::{OfxBooks, books_format};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::SeekFrom;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Problem};
use tieout_core::{Currency, Decimal};
use tieout_reconcile::statements::Completeness;

/// SHA-256 and length of an input, which is at its start again afterwards.
pub(crate) fn fingerprint(input: &mut dyn Input) -> Result<(String, u64)> {
    input.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        let count = input.read(&mut buffer).context("cannot read")?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
        length += u64::try_from(count).unwrap_or(0);
    }
    input.seek(SeekFrom::Start(0))?;
    let mut hex = String::new();
    for byte in hash.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok((hex, length))
}

/// Whether a file was not read at all. Where statements were read beside it, they are of the same archive.
fn is_of_unread_member(code: Code) -> bool {
    matches!(code, Code::UnknownFormat | Code::Encrypted | Code::NoColumns)
}

/// Whether all of a file was read and agrees with itself, by what its readers said.
fn completeness<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Completeness {
    let mut found = Completeness::Whole;
    for problem in problems {
        if problem.code.loses() {
            return Completeness::Partial;
        }
        if problem.code == Code::BooksTotal {
            found = Completeness::Contradictory;
        }
    }
    found
}

/// Minor units, or a sentence why the amount has none.
fn minor(amount: Decimal, currency: Currency) -> Result<i64, String> {
    amount.to_minor(currency.minor_digits()).map_err(|_| {
        let digits = currency.minor_digits();
        if currency == Currency::UNKNOWN {
            return format!(
                "{amount} has more than {digits} decimal places, and no currency is named; say it with --currency"
            );
        }
        format!("{amount} is no amount of {currency}, which has {digits} decimal places")
    })
}

/// Appends a text that is not empty and not there yet, divided by a blank, line ends as blanks.
fn append(to: &mut String, text: &str) {
    let text = text.trim();
    if text.is_empty() || to.contains(text) {
        return;
    }
    if !to.is_empty() {
        to.push(' ');
    }
    if text.contains(|c: char| c.is_control()) {
        to.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    } else {
        to.push_str(text);
    }
}

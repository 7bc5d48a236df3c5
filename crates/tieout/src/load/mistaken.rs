//! A file on the wrong side: books where a statement belongs, a statement where the books belong.

use super::{OfxBooks, books_format};
use crate::inputs;
use std::path::Path;
use tieout_books::{BooksFormat as _, BooksOptions};

/// Formats in which both are kept: what they are cannot be told from their kind.
const OF_BOTH: &[&str] = &["csv", "xlsx", "json", "qif", "zip"];

/// What to say of a file that was refused as a statement: that it is books, if it is.
pub(crate) fn books_as_statement(path: &Path) -> Option<String> {
    let mut input = inputs::open(path).ok()?;
    let format = tieout_books::recognise(input.as_mut(), &path.display().to_string()).ok()??;
    let name = inputs::name(path);
    (!OF_BOTH.contains(&format.name())).then(|| {
        format!(
            "{name}: these are books ({}), not a bank statement; give them with --ledger, and the bank's file with --statement",
            format.name()
        )
    })
}

/// What to say of a file that was refused as books: that it is a statement, if it is.
pub(crate) fn statement_as_books(path: &Path) -> Option<String> {
    let mut input = inputs::open(path).ok()?;
    if books_format(input.as_mut(), &BooksOptions::default()).ok()?.is_some() {
        return None;
    }
    let mut input = inputs::open(path).ok()?;
    let format = tieout_formats::recognise(input.as_mut()).ok()??;
    let name = inputs::name(path);
    (!OF_BOTH.contains(&format.name()) && format.name() != OfxBooks.name()).then(|| {
        format!(
            "{name}: this is a bank statement ({}), not books; give it with --statement, and the books with --ledger",
            format.name()
        )
    })
}

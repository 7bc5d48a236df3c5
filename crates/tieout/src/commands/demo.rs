//! `tieout demo`: a month of a small business that comes with the program.

use crate::cli::{Cli, Command};
use crate::{Exit, commands, output};
use anyhow::Result;
use clap::Parser;
use std::ffi::OsStr;
use std::path::Path;

const STATEMENT: &[u8] = include_bytes!("../../demo/statement.xml");
const BOOKS: &[u8] = include_bytes!("../../demo/books.csv");

/// Writes the demo's files into a folder, reconciles them there, and shows how to do the same with one's own.
pub(crate) fn run(folder: &Path, colour: bool) -> Result<Exit> {
    let statement = folder.join("statement.xml");
    let books = folder.join("books.csv");
    let report = folder.join("report.html");
    let adjustments = folder.join("adjustments.csv");
    output::to_file(&statement, |out| out.write_all(STATEMENT))?;
    output::to_file(&books, |out| out.write_all(BOOKS))?;
    let options: [(&str, &Path); 4] = [
        ("--statement", &statement),
        ("--ledger", &books),
        ("--report", &report),
        ("--adjustments", &adjustments),
    ];
    let words = options
        .iter()
        .flat_map(|(option, path)| [OsStr::new(option), path.as_os_str()]);
    let command = [OsStr::new("tieout"), OsStr::new("reconcile")].into_iter().chain(words);
    let cli = Cli::try_parse_from(command)?;
    if let Command::Reconcile(args) = &cli.command {
        commands::reconcile::run(args, colour)?;
    }
    output::print(&format!(
        "\nThis was Brightwater Print Studio, September 2026; the files are in {}.\nWith yours:\n\n    \
         tieout reconcile --statement BANK_FILE --ledger BOOKS_FILE\n",
        folder.display()
    ))?;
    Ok(Exit::Success)
}

//! What the tests of books share: the fixtures, includes from disk, the independent tools.

use std::env;
use std::fs::{self, File};
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::process::Command;
use tieout_books::{Books, BooksOptions, History, Includes, read_all};
use tieout_core::encoding::Input;
use tieout_core::{Code, Decimal};

/// The folder of the fixtures for books.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/books")
}

/// Included files from disk.
pub(crate) struct Disk;

impl Includes for Disk {
    fn open(&self, path: &str) -> io::Result<Box<dyn Input>> {
        Ok(Box::new(File::open(path)?))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(if folder.is_empty() { "." } else { folder })? {
            let entry = entry?;
            let end = if entry.file_type()?.is_dir() { "/" } else { "" };
            names.push(format!("{}{end}", entry.file_name().to_string_lossy()));
        }
        Ok(names)
    }
}

/// Reads a file from disk, for one account.
pub(crate) fn read_file(path: &Path, account: Option<&str>) -> Books {
    let options = BooksOptions {
        path: path.to_str().expect("fixture names are UTF-8").to_owned(),
        account: account.map(str::to_owned),
        includes: Some(&Disk),
        ..BooksOptions::default()
    };
    let mut file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_all(&mut file, &options).expect("reading a fixture")
}

/// Reads text, for one account.
pub(crate) fn read_text(text: &str, account: Option<&str>) -> Books {
    read_with(
        text,
        &BooksOptions {
            account: account.map(str::to_owned),
            ..BooksOptions::default()
        },
    )
}

/// Reads text with options.
pub(crate) fn read_with(text: &str, options: &BooksOptions<'_>) -> Books {
    read_all(&mut Cursor::new(text.as_bytes().to_vec()), options).expect("memory can be read")
}

/// The codes of the problems, in order.
pub(crate) fn codes(books: &Books) -> Vec<Code> {
    books.reading.problems.iter().map(|problem| problem.code).collect()
}

/// What an independent tool prints. Fails with advice where the tool is missing: its figures are the proof, so these tests
/// never pass without it.
pub(crate) fn run_tool(variable: &str, default: &str, arguments: &[&str]) -> String {
    let program = env::var(variable).unwrap_or_else(|_| default.to_owned());
    let output = Command::new(&program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} cannot be run ({error}): install it and name it in {variable}; ./test does both")
        });
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed:\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("the tools print UTF-8")
}

pub(crate) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Opening, closing, history.
pub(crate) fn frame(books: &Books) -> (Option<Decimal>, Option<Decimal>, History) {
    let reading = &books.reading;
    (
        reading.opening.map(|b| b.amount),
        reading.closing.map(|b| b.amount),
        reading.history,
    )
}

/// No problem but that no currency is said and that an account was chosen.
pub(crate) fn assert_clean(books: &Books) {
    let odd: Vec<_> = books
        .reading
        .problems
        .iter()
        .filter(|p| !matches!(p.code, Code::NoCurrency | Code::Decided))
        .collect();
    assert!(odd.is_empty(), "{odd:#?}");
}

/// The codes but that no currency is said.
pub(crate) fn told(books: &Books) -> Vec<Code> {
    let mut codes = codes(books);
    codes.retain(|code| *code != Code::NoCurrency);
    codes
}

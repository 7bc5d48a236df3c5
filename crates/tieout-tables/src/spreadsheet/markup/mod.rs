//! Sheets that are markup, whatever the file is called: tables of a web page, and XML spreadsheets of 2003.
//!
//! Banks give both as XLS, and spreadsheet programs open them without a word. A web page becomes one sheet, its rows
//! in their order and the text between tables as rows of one cell, as those programs show it.

mod entities;
mod page;
pub(super) mod tags;
mod workbook;

use super::Sheet;
use super::sheet::{Builder, CellKind};
use crate::limits::{MAX_CELL_BYTES, MAX_MARKUP_BYTES};
use std::io::{self, Read as _};
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::{Code, Problem};

/// What kind of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Tables of a web page.
    Page,
    /// An XML spreadsheet of 2003.
    Workbook,
}

/// The kind of markup that a file begins like, if it may hold a table.
pub(crate) fn kind(head: &[u8]) -> Option<Kind> {
    let start = head.get(..4096).unwrap_or(head);
    if !start.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let start = start.to_ascii_lowercase();
    let has = |text: &[u8]| memchr::memmem::find(&start, text).is_some();
    if has(b"<workbook") && has(b"urn:schemas-microsoft-com:office:spreadsheet") {
        return Some(Kind::Workbook);
    }
    (has(b"<html") || has(b"<table") || has(b"<!doctype html")).then_some(Kind::Page)
}

/// Every sheet that holds something.
pub(crate) fn sheets(kind: Kind, input: &mut dyn Input) -> io::Result<Result<Vec<Sheet>, Problem>> {
    let opened = encoding::open(input)?;
    let mut bytes = Vec::new();
    let marked = opened.marked;
    opened.reader.take(MAX_MARKUP_BYTES + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_MARKUP_BYTES {
        let message = format!(
            "the table has more than {} MB; give it in parts",
            MAX_MARKUP_BYTES >> 20
        );
        return Ok(Err(Problem::of_file(Code::TooLarge, message)));
    }
    let mut decoder = Decoder::default();
    if let Some(charset) = declared(&bytes) {
        decoder.declare(charset);
    }
    let text = decoder.decode(encoding::whole_characters(&bytes));
    let charset = (
        marked.map_or_else(|| decoder.found(), str::to_owned),
        decoder.undecodable(),
    );
    let sheets = match kind {
        Kind::Page => page::sheet(&text).map(|sheet| vec![sheet]),
        Kind::Workbook => workbook::sheets(&text),
    };
    Ok(sheets.map(|mut sheets| {
        for sheet in &mut sheets {
            sheet.charset = Some(charset.clone());
        }
        sheets
    }))
}

/// The charset that a page or an XML text names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let start = bytes.get(..4096).unwrap_or(bytes);
    let named = [b"charset=".as_slice(), b"encoding="].into_iter().find_map(|word| {
        let lower = start.to_ascii_lowercase();
        Some(memchr::memmem::find(&lower, word)? + word.len())
    })?;
    let rest = start.get(named..)?.trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or_else(|| rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let length = rest.iter().take_while(|byte| is_name(byte)).count();
    std::str::from_utf8(rest.get(..length)?)
        .ok()
        .filter(|name| !name.is_empty())
}

/// The text of a cell that is being read: runs of blanks are one.
#[derive(Default)]
struct CellText {
    text: String,
    blank: bool,
}

impl CellText {
    /// Adds a text; false if the cell is longer than a cell may be.
    fn add(&mut self, text: &str) -> bool {
        for c in text.chars() {
            if c.is_whitespace() || c == '\u{200B}' || c == '\u{FEFF}' {
                self.blank = true;
                continue;
            }
            if self.blank && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.blank = false;
            self.text.push(c);
        }
        self.text.len() <= MAX_CELL_BYTES
    }

    fn blank(&mut self) {
        self.blank = true;
    }

    fn take(&mut self) -> String {
        self.blank = false;
        std::mem::take(&mut self.text)
    }
}

fn too_large(message: &str) -> Problem {
    Problem::of_file(Code::TooLarge, message)
}

/// Puts a row of texts into a sheet.
fn push_row(builder: &mut Builder, row: u32, cells: &[(usize, String, CellKind)]) -> Result<(), Problem> {
    for (column, text, kind) in cells {
        let column = u32::try_from(*column).unwrap_or(u32::MAX);
        if !builder.push(row, column, text, *kind) {
            return Err(too_large("the table holds more than a sheet may hold"));
        }
    }
    Ok(())
}

//! What of a sheet its workbook does not show. It is read like the rest, which is told: a filter hides rows that are
//! movements all the same.

use super::markup::tags::{Piece, Pieces};
use memchr::memchr;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Rows that are remembered; a sheet has no more.
const MAX_ROWS: usize = 1 << 20;
/// Ranges of columns that are remembered.
const MAX_RANGES: usize = 256;
/// Bytes of a tag that is looked into.
const MAX_TAG_BYTES: usize = 1024;

/// Rows and columns that are hidden, or the sheet itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hidden {
    rows: BTreeSet<u64>,
    columns: Vec<RangeInclusive<usize>>,
    pub(super) sheet: bool,
    /// Hidden rows that hold something.
    row_count: u64,
    /// Hidden columns that hold something, from 0.
    filled_columns: BTreeSet<usize>,
}

impl Hidden {
    /// A row, from 1, is hidden.
    pub(super) fn hide_row(&mut self, row: u64) {
        if self.rows.len() < MAX_ROWS {
            self.rows.insert(row);
        }
    }

    /// Columns, from 0, are hidden.
    pub(super) fn hide_columns(&mut self, columns: RangeInclusive<usize>) {
        if self.columns.len() < MAX_RANGES {
            self.columns.push(columns);
        }
    }

    /// Counts those that hold something and forgets the rest.
    pub(super) fn keep_filled(&mut self, rows: impl Iterator<Item = u64>, columns: impl Iterator<Item = usize>) {
        let hidden_rows = std::mem::take(&mut self.rows);
        if !hidden_rows.is_empty() {
            let count = rows.filter(|row| hidden_rows.contains(row)).count();
            self.row_count = u64::try_from(count).unwrap_or(u64::MAX);
        }
        let ranges = std::mem::take(&mut self.columns);
        if !ranges.is_empty() {
            let is_hidden = |column: &usize| ranges.iter().any(|range| range.contains(column));
            self.filled_columns = columns.filter(is_hidden).collect();
        }
    }

    /// What is hidden and was read all the same, in words; `used` tells whether a column is read.
    pub(crate) fn in_words(&self, used: impl Fn(usize) -> bool) -> Option<String> {
        let mut parts = Vec::new();
        if self.sheet {
            parts.push("the sheet itself".to_owned());
        }
        match self.row_count {
            0 => {}
            1 => parts.push("1 row".to_owned()),
            count => parts.push(format!("{count} rows")),
        }
        let columns: Vec<String> = self
            .filled_columns
            .iter()
            .filter(|column| used(**column))
            .map(|column| letters(*column))
            .collect();
        match columns.as_slice() {
            [] => {}
            [one] => parts.push(format!("column {one}")),
            several => parts.push(format!("columns {}", several.join(", "))),
        }
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}

/// How a spreadsheet calls a column (`AA`), counted from 0.
pub(crate) fn letters(column: usize) -> String {
    let mut name = Vec::new();
    let mut rest = column;
    loop {
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    name.iter().rev().collect()
}

/// Looks through the XML of a sheet, piece by piece, for rows and columns that are hidden.
#[derive(Debug, Default)]
pub(super) struct HiddenScan {
    pub(super) hidden: Hidden,
    /// The beginning of a tag that goes on in the next piece.
    tag: Vec<u8>,
    /// Number of the row that began last.
    row: u64,
}

impl HiddenScan {
    pub(super) fn look(&mut self, mut bytes: &[u8]) {
        if !self.tag.is_empty() {
            let end = memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
            let (rest, behind) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            let mut tag = std::mem::take(&mut self.tag);
            tag.extend_from_slice(rest);
            self.begin_tag(&tag);
            bytes = behind;
        }
        while let Some(at) = memchr(b'<', bytes) {
            bytes = bytes.get(at..).unwrap_or_default();
            let end = memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
            let (tag, behind) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            self.begin_tag(tag);
            bytes = behind;
        }
    }

    /// A tag, or as much of it as is there.
    fn begin_tag(&mut self, tag: &[u8]) {
        let is_whole = tag.ends_with(b">");
        if tag.len() > MAX_TAG_BYTES {
            return;
        }
        let is_ours = tag.starts_with(b"<row") || tag.starts_with(b"<col ");
        if !is_whole {
            let may_be_ours = tag.len() < 5 && (b"<row".starts_with(tag) || b"<col ".starts_with(tag));
            if is_ours || may_be_ours {
                self.tag.extend_from_slice(tag);
            }
            return;
        }
        if is_ours && let Ok(text) = std::str::from_utf8(tag) {
            self.tag_of(text);
        }
    }

    fn tag_of(&mut self, text: &str) {
        let Some(Piece::Open(tag)) = Pieces::of(text).next() else {
            return;
        };
        let number = |name: &str| tag.attribute(name).and_then(|value| value.trim().parse::<u64>().ok());
        let is_hidden = tag
            .attribute("hidden")
            .is_some_and(|value| matches!(&*value, "1" | "true"));
        if tag.is("row") {
            self.row = number("r").unwrap_or(self.row.saturating_add(1));
            if is_hidden {
                self.hidden.hide_row(self.row);
            }
        } else if tag.is("col") && is_hidden {
            let column = |name: &str| usize::try_from(number(name)?.checked_sub(1)?).ok();
            if let (Some(first), Some(last)) = (column("min"), column("max")) {
                self.hidden.hide_columns(first..=last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_spreadsheets_do() {
        let names: Vec<String> = [0, 25, 26, 51, 701, 702, 16_383].into_iter().map(letters).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn hidden_rows_and_columns_are_found_however_the_text_comes() {
        let text = br#"<worksheet><cols><col min="1" max="1" width="9"/><col min="3" max="4" hidden="1"/></cols><sheetData>
            <row r="1"><c r="A1"><v>1</v></c></row><row r="4" hidden="1" ht="0"/><row hidden="true"><c/></row><rows hidden="1"/></sheetData>"#;
        for size in [1, 2, 7, text.len()] {
            let mut scan = HiddenScan::default();
            text.chunks(size).for_each(|piece| scan.look(piece));
            let mut hidden = scan.hidden;
            hidden.keep_filled([1, 4, 5, 9].into_iter(), [0, 2, 3, 4].into_iter());
            assert_eq!(
                hidden.in_words(|_| true).as_deref(),
                Some("2 rows and columns C, D"),
                "{size}"
            );
            assert_eq!(
                hidden.in_words(|column| column == 3).as_deref(),
                Some("2 rows and column D")
            );
        }
    }

    #[test]
    fn what_is_hidden_and_empty_is_not_told() {
        let mut scan = HiddenScan::default();
        scan.look(br#"<cols><col min="9" max="16384" hidden="1"/></cols><row r="7" hidden="1"/>"#);
        let mut hidden = scan.hidden;
        hidden.keep_filled([1, 2].into_iter(), [0, 1].into_iter());
        assert_eq!(hidden.in_words(|_| true), None);
    }
}

//! An XML spreadsheet of 2003 as sheets.

use super::entities::decoded;
use super::tags::{Piece, Pieces, Tag};
use super::{CellText, push_row, too_large};
use crate::limits::{MAX_COLUMNS, MAX_SHEETS};
use crate::spreadsheet::Sheet;
use crate::spreadsheet::number::number_text;
use crate::spreadsheet::sheet::{Builder, CellKind};
use tieout_core::Decimal;
use tieout_core::problem::Problem;

/// Rows of a sheet, as the newest programs have them.
const MAX_ROWS: usize = 1 << 20;

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one element that is open or was met"
)]
struct Workbook {
    sheets: Vec<Sheet>,
    builder: Option<Builder>,
    is_1904: bool,
    row: usize,
    cells: Vec<(usize, String, CellKind)>,
    column: usize,
    /// Columns that the cell takes beside its own.
    across: usize,
    /// The column that the next `Column` describes, if it does not say.
    next_column: usize,
    in_row: bool,
    in_cell: bool,
    /// Within the word that says whether the sheet is shown.
    in_visible: bool,
    /// The type of the value that is being read.
    value: Option<String>,
    text: CellText,
    is_closed: bool,
}

pub(super) fn sheets(text: &str) -> Result<Vec<Sheet>, Problem> {
    let mut workbook = Workbook::default();
    let mut pieces = Pieces::of(text);
    let mut is_cut = false;
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(text) => workbook.text(&decoded(text))?,
            Piece::Plain(text) => workbook.text(text)?,
            // Remarks at cells have texts of the same name.
            Piece::Open(tag) if tag.is("Comment") || tag.is("Styles") => {
                if !tag.is_empty {
                    pieces.skip_to_close(tag.name);
                }
            }
            Piece::Open(tag) => {
                workbook.open(&tag)?;
                if tag.is_empty {
                    workbook.close(tag.name)?;
                }
            }
            Piece::Close(name) => workbook.close(name)?,
            Piece::Cut => is_cut = true,
        }
    }
    workbook.finish(is_cut)
}

impl Workbook {
    fn text(&mut self, text: &str) -> Result<(), Problem> {
        if let Some(builder) = self.builder.as_mut().filter(|_| self.in_visible) {
            builder.hidden().sheet |= matches!(text.trim(), "SheetHidden" | "SheetVeryHidden");
        }
        if self.value.is_none() || self.text.add(text) {
            return Ok(());
        }
        Err(too_large("a cell of the workbook is longer than a cell may be"))
    }

    fn open(&mut self, tag: &Tag<'_>) -> Result<(), Problem> {
        match tag.name.to_ascii_lowercase().as_str() {
            "date1904" => self.is_1904 = true,
            "worksheet" => {
                self.end_sheet()?;
                let name = tag.attribute("Name").unwrap_or_default().into_owned();
                self.builder = Some(Builder::new(name, self.is_1904));
                (self.row, self.next_column) = (0, 0);
            }
            "row" => {
                self.end_row()?;
                self.in_row = true;
                self.row = place(tag, self.row, MAX_ROWS);
                self.column = 0;
                if let Some(builder) = self.builder.as_mut().filter(|_| is_hidden(tag)) {
                    builder
                        .hidden()
                        .hide_row(u64::try_from(self.row).unwrap_or(u64::MAX).saturating_add(1));
                }
            }
            "column" if !self.in_row => {
                let first = place(tag, self.next_column, MAX_COLUMNS);
                let span = tag.attribute("Span").and_then(|span| span.trim().parse().ok());
                let last = first + span.unwrap_or(0_usize).min(MAX_COLUMNS);
                self.next_column = last + 1;
                if let Some(builder) = self.builder.as_mut().filter(|_| is_hidden(tag)) {
                    builder.hidden().hide_columns(first..=last);
                }
            }
            "visible" => self.in_visible = true,
            "cell" if self.in_row => {
                self.in_cell = true;
                self.column = place(tag, self.column, MAX_COLUMNS);
                let across = tag.attribute("MergeAcross").and_then(|count| count.trim().parse().ok());
                self.across = across.unwrap_or(0).min(MAX_COLUMNS);
            }
            "data" if self.in_cell => {
                self.value = Some(tag.attribute("Type").unwrap_or_default().into_owned());
                self.text.take();
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Problem> {
        match name.to_ascii_lowercase().as_str() {
            "workbook" => self.is_closed = true,
            "worksheet" => self.end_sheet()?,
            "visible" => self.in_visible = false,
            "row" => self.end_row()?,
            "cell" if self.in_cell => {
                self.in_cell = false;
                self.column += 1 + self.across;
            }
            "data" => {
                if let Some(kind) = self.value.take() {
                    let (text, kind) = value(&kind, self.text.take());
                    if self.cells.len() < MAX_COLUMNS {
                        self.cells.push((self.column, text, kind));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Problem> {
        if !std::mem::take(&mut self.in_row) {
            return Ok(());
        }
        self.in_cell = false;
        let cells = std::mem::take(&mut self.cells);
        if let Some(builder) = &mut self.builder {
            push_row(builder, u32::try_from(self.row).unwrap_or(u32::MAX), &cells)?;
        }
        self.row += 1;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), Problem> {
        self.end_row()?;
        if let Some(builder) = self.builder.take() {
            let sheet = builder.finish();
            if !sheet.is_empty() {
                if self.sheets.len() >= MAX_SHEETS {
                    return Err(too_large("the workbook holds more sheets than a workbook may hold"));
                }
                self.sheets.push(sheet);
            }
        }
        Ok(())
    }

    fn finish(mut self, is_cut: bool) -> Result<Vec<Sheet>, Problem> {
        let in_row = std::mem::take(&mut self.in_row);
        let cut = if in_row {
            "the workbook ends in the middle of a row, which was left out"
        } else {
            "the workbook ends before it is complete"
        };
        self.cells.clear();
        let is_whole = self.is_closed && !is_cut && !in_row;
        self.end_sheet()?;
        if !is_whole {
            // Which of them is the one with the movements is not known here.
            self.sheets
                .iter_mut()
                .for_each(|sheet| sheet.cut = Some(cut.to_owned()));
        }
        Ok(self.sheets)
    }
}

/// The place that a row or cell names, from 0, or the next one.
fn place(tag: &Tag<'_>, next: usize, end: usize) -> usize {
    let named = tag
        .attribute("Index")
        .and_then(|index| index.trim().parse::<usize>().ok());
    named
        .and_then(|index| index.checked_sub(1))
        .filter(|index| *index < end)
        .unwrap_or(next)
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    tag.attribute("Hidden").is_some_and(|value| value.trim() == "1")
}

/// A typed value as text.
fn value(kind: &str, text: String) -> (String, CellKind) {
    match kind {
        // Moments have no zone; the day counts.
        "DateTime" => (text.get(..10).unwrap_or(&text).to_owned(), CellKind::Text),
        "Number" => {
            let is_plain = text.len() <= 15 && Decimal::parse(&text).is_ok();
            let number = if is_plain { None } else { text.parse::<f64>().ok() };
            match number {
                Some(number) => number_text(number),
                None => (text, CellKind::Number),
            }
        }
        "Error" => (String::new(), CellKind::Text),
        _ => (text, CellKind::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;

    fn rows(sheet: &Sheet) -> Vec<String> {
        let (mut pass, mut row, mut found) = (sheet.rows(), Row::default(), Vec::new());
        while pass.read(&mut row) {
            let cells: Vec<_> = row.cells().map(String::from_utf8_lossy).collect();
            found.push(format!("{} {}", row.line, cells.join("|")));
        }
        found
    }

    const TEXT: &str = r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Empty"><Table/></Worksheet>
<ss:Worksheet ss:Name="A"><ss:Table><ss:Row><ss:Cell ss:MergeAcross="1"><ss:Data ss:Type="String">Title &amp; more</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">c</ss:Data></ss:Cell></ss:Row>
<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="DateTime">2024-06-03T00:00:00.000</Data><Comment><ss:Data>no</ss:Data></Comment></Cell><Cell/><Cell><Data ss:Type="Number">-1200.1700000000001</Data></Cell><Cell><Data ss:Type="Number">1.5E2</Data></Cell></Row></ss:Table></ss:Worksheet></Workbook>"#;

    #[test]
    fn cells_stand_where_they_say() {
        let sheets = sheets(TEXT).unwrap();
        assert_eq!(sheets.len(), 1);
        assert_eq!(sheets[0].name, "A");
        assert_eq!(rows(&sheets[0]), ["1 Title & more||c", "4 |2024-06-03||-1200.17|150"]);
        assert!(sheets[0].cut.is_none());
    }

    #[test]
    fn what_is_hidden_is_known() {
        let text = TEXT
            .replace(
                "<Row ss:Index=\"4\">",
                "<Column ss:Index=\"2\" ss:Span=\"1\" ss:Hidden=\"1\"/><Row ss:Index=\"4\" ss:Hidden=\"1\">",
            )
            .replace(
                "</ss:Table>",
                "</ss:Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>",
            );
        let sheets = sheets(&text).unwrap();
        let hidden = sheets[0].hidden().in_words(|_| true);
        assert_eq!(hidden.as_deref(), Some("the sheet itself and 1 row and columns B, C"));
    }

    #[test]
    fn a_cut_workbook_keeps_the_rows_before_and_says_so() {
        let cut = TEXT.split_once("-1200").unwrap().0;
        let sheets = sheets(cut).unwrap();
        assert_eq!(rows(&sheets[0]), ["1 Title & more||c"]);
        assert!(sheets[0].cut.is_some());
    }
}

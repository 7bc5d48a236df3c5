//! The tables of a web page as one sheet.

use super::entities::decoded;
use super::tags::{Piece, Pieces, Tag};
use super::{CellText, push_row, too_large};
use crate::limits::MAX_COLUMNS;
use crate::spreadsheet::Sheet;
use crate::spreadsheet::sheet::{Builder, CellKind};
use std::collections::BTreeMap;
use tieout_core::problem::{Problem, excerpt};

/// Tables within tables.
const MAX_TABLES: usize = 64;
/// Columns and rows that one cell may span, and columns that cells of rows above may take.
const MAX_SPAN: usize = 256;
/// A text between tables with more characters than this says nothing about an account.
const MAX_TEXT: usize = 400;

/// One table that is open.
#[derive(Default)]
struct Table {
    cells: Vec<(usize, String, CellKind)>,
    /// The next free column.
    column: usize,
    /// Columns that cells of rows above take, and how many rows they do so.
    taken: BTreeMap<usize, usize>,
    text: CellText,
    in_row: bool,
    in_cell: bool,
    span: (usize, usize),
}

struct Page {
    builder: Builder,
    row: u32,
    tables: Vec<Table>,
    /// Text outside of tables.
    between: CellText,
    is_opened: bool,
    is_closed: bool,
    is_torn: bool,
}

pub(super) fn sheet(text: &str) -> Result<Sheet, Problem> {
    let mut page = Page {
        builder: Builder::new("web page".into(), false),
        row: 0,
        tables: Vec::new(),
        between: CellText::default(),
        is_opened: false,
        is_closed: false,
        is_torn: false,
    };
    let mut pieces = Pieces::of(text);
    let mut is_cut = false;
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(text) => page.text(&decoded(text))?,
            Piece::Plain(text) => page.text(text)?,
            Piece::Open(tag) if ["script", "style", "title"].iter().any(|name| tag.is(name)) => {
                if !tag.is_empty {
                    pieces.skip_to_close(tag.name);
                }
            }
            Piece::Open(tag) => page.open(&tag)?,
            Piece::Close(name) => page.close(name)?,
            Piece::Cut => is_cut = true,
        }
    }
    page.finish(is_cut)
}

impl Page {
    fn text(&mut self, text: &str) -> Result<(), Problem> {
        let cell = match self.tables.last_mut() {
            Some(table) if table.in_cell => &mut table.text,
            // What stands in a table but in no cell is no content.
            Some(_) => return Ok(()),
            None => &mut self.between,
        };
        if cell.add(text) {
            Ok(())
        } else {
            Err(too_large("a cell of the table is longer than a cell may be"))
        }
    }

    fn open(&mut self, tag: &Tag<'_>) -> Result<(), Problem> {
        self.is_torn |= tag.is_torn();
        match tag.name.to_ascii_lowercase().as_str() {
            "html" | "body" => self.is_opened = true,
            "table" => {
                // What the row around it holds so far stands above.
                self.end_row()?;
                self.flush_between()?;
                if self.tables.len() >= MAX_TABLES {
                    return Err(too_large("tables are nested deeper than tables may be"));
                }
                self.tables.push(Table::default());
            }
            "tr" => self.begin_row()?,
            "td" | "th" => self.begin_cell(tag)?,
            "p" | "div" | "br" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "dt" | "dd" | "hr" => self.part()?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Problem> {
        match name.to_ascii_lowercase().as_str() {
            "html" | "body" => self.is_closed = true,
            "table" => {
                self.end_row()?;
                self.tables.pop();
            }
            "tr" | "thead" | "tbody" | "tfoot" => self.end_row()?,
            "td" | "th" => self.end_cell(),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "dt" | "dd" => self.part()?,
            _ => {}
        }
        Ok(())
    }

    /// A paragraph or line ends: within a cell a blank, between tables a row.
    fn part(&mut self) -> Result<(), Problem> {
        match self.tables.last_mut() {
            Some(table) => table.text.blank(),
            None => self.flush_between()?,
        }
        Ok(())
    }

    fn flush_between(&mut self) -> Result<(), Problem> {
        let text = self.between.take();
        if !text.is_empty() && text.len() <= MAX_TEXT {
            push_row(&mut self.builder, self.row, &[(0, text, CellKind::Text)])?;
        }
        self.row = self.row.saturating_add(1);
        Ok(())
    }

    fn begin_row(&mut self) -> Result<(), Problem> {
        self.end_row()?;
        if self.tables.is_empty() {
            // Rows without a table: some programs write no more than that.
            self.flush_between()?;
            self.tables.push(Table::default());
        }
        if let Some(table) = self.tables.last_mut() {
            table.in_row = true;
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) -> Result<(), Problem> {
        if self.tables.last().is_none_or(|table| !table.in_row) {
            self.begin_row()?;
        }
        self.end_cell();
        if let Some(table) = self.tables.last_mut() {
            table.in_cell = true;
            table.span = (tag.count("colspan").min(MAX_SPAN), tag.count("rowspan").min(MAX_SPAN));
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.end_cell();
        }
    }

    fn end_row(&mut self) -> Result<(), Problem> {
        let Some(table) = self.tables.last_mut().filter(|table| table.in_row) else {
            return Ok(());
        };
        table.end_cell();
        let cells = table.end_row();
        push_row(&mut self.builder, self.row, &cells)?;
        self.row = self.row.saturating_add(1);
        Ok(())
    }

    fn finish(mut self, is_cut: bool) -> Result<Sheet, Problem> {
        let open = self.tables.iter().rev().find(|table| table.in_row);
        let last = open.map(|table| {
            let cells = table.cells.iter().map(|(_, text, _)| text.as_str());
            let cells: Vec<&str> = cells
                .chain([table.text.text.as_str()])
                .filter(|cell| !cell.is_empty())
                .collect();
            excerpt(&cells.join(" "), 60)
        });
        self.flush_between()?;
        let mut sheet = self.builder.finish();
        sheet.cut = match last {
            Some(row) if !row.is_empty() => Some(format!(
                "the page ends in the middle of a row, which was left out: {row:?}"
            )),
            _ if self.is_torn => {
                Some("a tag of the page is torn, and what follows it is lost up to the next quote".to_owned())
            }
            _ if is_cut || !self.tables.is_empty() || self.is_opened && !self.is_closed => {
                Some("the page ends before its table or itself is closed".to_owned())
            }
            _ => None,
        };
        Ok(sheet)
    }
}

impl Table {
    fn end_cell(&mut self) {
        let text = self.text.take();
        if !std::mem::take(&mut self.in_cell) {
            return;
        }
        while self.taken.contains_key(&self.column) {
            self.column += 1;
        }
        let (columns, rows) = self.span;
        if !text.is_empty() && self.cells.len() < MAX_COLUMNS {
            self.cells.push((self.column, text, CellKind::Text));
        }
        if rows > 1 {
            for column in self.column..self.column + columns {
                if self.taken.len() < MAX_SPAN {
                    // This row counts too: it is taken off when the row ends.
                    self.taken.insert(column, rows);
                }
            }
        }
        self.column += columns;
    }

    fn end_row(&mut self) -> Vec<(usize, String, CellKind)> {
        self.in_row = false;
        self.column = 0;
        self.taken.retain(|_, rows| {
            *rows -= 1;
            *rows > 0
        });
        std::mem::take(&mut self.cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;

    fn rows(text: &str) -> (Vec<String>, Option<String>) {
        let sheet = sheet(text).unwrap();
        let (mut pass, mut row, mut found) = (sheet.rows(), Row::default(), Vec::new());
        while pass.read(&mut row) {
            let cells: Vec<_> = row.cells().map(String::from_utf8_lossy).collect();
            found.push(cells.join("|"));
        }
        (found, sheet.cut)
    }

    #[test]
    fn a_table_is_read_however_its_tags_are_written() {
        for text in [
            "<table><tr><td>1.2.</td><td> a &amp;<br>b\n c</td><td>-1,50</td></tr><tr><td>x</td></tr></table>",
            "<TABLE border=1><TR><TD>1.2.<TD><p>a&nbsp;&amp;</p> <b>b</b> c<TD>-1,50<TR><TD>x</TABLE>",
            "<tr><td>1.2.</td><td>a & b c</td><td>-1,50</td></tr><tr><td>x</td></tr></table>",
        ] {
            assert_eq!(
                rows(text),
                (vec!["1.2.|a & b c|-1,50".to_owned(), "x".to_owned()], None),
                "{text}"
            );
        }
    }

    #[test]
    fn spans_move_what_comes_after_them() {
        let text = "<table><tr><td rowspan=2>a</td><td colspan=2>b</td><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td></tr><tr><td>g</td></tr></table>";
        assert_eq!(rows(text).0, ["a|b||c", "|d|e|f", "g"]);
        let silly = "<table><tr><td colspan=99999999999 rowspan=-1>a</td><td colspan=4000000000 rowspan=4000000000>b</td></tr></table>";
        assert_eq!(rows(silly).0.len(), 1);
    }

    #[test]
    fn texts_and_inner_tables_stand_in_their_order() {
        let text = "<html><head><title>x</title><style>td{a>b}</style></head><body><h1>Account DE89</h1><table><tr><td>above<table><tr><td>1</td><td>2</td></tr></table>below</td></tr></table></body></html>";
        assert_eq!(
            rows(text),
            (["Account DE89", "above", "1|2"].map(str::to_owned).to_vec(), None)
        );
    }

    #[test]
    fn a_cut_page_says_so() {
        let whole = "<html><table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table></html>";
        for at in 13..whole.len() - 1 {
            let (found, cut) = rows(&whole[..at]);
            assert!(cut.is_some(), "{}", &whole[..at]);
            assert!(found.iter().all(|row| row == "1|2" || row == "3|4"), "{}", &whole[..at]);
        }
    }

    #[test]
    fn a_tag_whose_quote_is_lost_is_told() {
        let whole = "<html><table><tr><td class=\"a\">1</td></tr><tr><td class=\"a\">2</td></tr></table></html>";
        assert_eq!(rows(whole).1, None);
        let torn = whole.replacen("\"a\">1", "\"a>1", 1);
        let (found, cut) = rows(&torn);
        assert!(
            cut.is_some_and(|cut| cut.contains("torn")) && found.len() < 2,
            "{found:?}"
        );
        assert_eq!(rows("<table><tr><td title=\"a < b\">1</td></tr></table>").1, None);
    }

    #[test]
    fn nesting_and_long_cells_are_bounded() {
        assert!(sheet(&"<table><tr><td>".repeat(100)).is_err());
        assert!(sheet(&format!("<table><tr><td>{}", "a".repeat(2 << 20))).is_err());
    }
}

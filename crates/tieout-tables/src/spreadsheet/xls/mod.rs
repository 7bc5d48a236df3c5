//! Old workbooks (XLS, BIFF 5 and 8) as sheets.
//!
//! Of the crates that read them, the one below XLSX slices past the ends of damaged records and lays out every sheet as
//! a full rectangle, so that two cells far apart take gigabytes; here nothing is held but the cells that are there.
//! `container` finds the stream in the compound file, `records` cuts it, `cells` reads what stands in them.

mod cells;
mod container;
mod dates;
mod records;

pub(super) use dates::day;

use super::hidden::Hidden;
use super::sheet::{Builder, CellKind, Sheet};
use crate::limits::{MAX_SHEET_CELLS, MAX_SHEET_TEXT_BYTES, MAX_SHEETS};
use cells::Workbook;
use container::Container;
use records::{Record, Records, u16_at, u32_at};
use tieout_core::problem::{Code, Problem};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
const FILE_PASS: u16 = 0x002F;
const ROW: u16 = 0x0208;
const COLUMNS: u16 = 0x007D;

/// Every sheet of the workbook that holds something.
pub(super) fn sheets(file: &[u8]) -> Result<Vec<Sheet>, Problem> {
    let malformed = || Problem::of_file(Code::Malformed, "the old workbook (XLS) is damaged");
    let container = Container::of(file).ok_or_else(malformed)?;
    if container.stream("EncryptedPackage").is_some() {
        return Err(protected());
    }
    let Some(stream) = container.stream("Workbook").or_else(|| container.stream("Book")) else {
        let message = "this is a document of an office program, but no workbook; save the table as XLSX or CSV";
        return Err(Problem::of_file(Code::UnknownFormat, message));
    };
    let mut workbook = Workbook::default();
    let mut places = Vec::new();
    for record in Records::of(&stream) {
        match record.kind {
            FILE_PASS if u16_at(record.data, 0) != Some(0) => return Err(protected()),
            BOUND_SHEET if places.len() < MAX_SHEETS => places.extend(bound_sheet(&workbook, &record)),
            EOF => break,
            _ => {
                if !workbook.globals(&record) {
                    return Err(too_large());
                }
            }
        }
    }
    let mut sheets = Vec::new();
    for place in places {
        let sheet = sheet(&workbook, stream.get(place.start..).unwrap_or_default(), place)?;
        if !sheet.is_empty() {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

fn protected() -> Problem {
    Problem::of_file(Code::Encrypted, "the workbook is protected by a password")
}

fn too_large() -> Problem {
    Problem::of_file(
        Code::TooLarge,
        "a sheet of the workbook holds more than a sheet may hold",
    )
}

/// Where a sheet of cells begins, its name, whether it is shown.
struct SheetPlace {
    start: usize,
    name: String,
    is_hidden: bool,
}

fn bound_sheet(workbook: &Workbook, record: &Record<'_>) -> Option<SheetPlace> {
    let start = usize::try_from(u32_at(record.data, 0)?).ok()?;
    let is_sheet = record.data.get(5) == Some(&0);
    let name = workbook.short_text(record.data.get(6..)?);
    is_sheet.then(|| SheetPlace {
        start,
        name,
        is_hidden: record.data.get(4).is_some_and(|state| state & 3 != 0),
    })
}

/// Notes what a record of a row or of columns hides.
fn hide(hidden: &mut Hidden, record: &Record<'_>) {
    let data = record.data;
    match record.kind {
        ROW => {
            if let (Some(row), Some(flags)) = (u16_at(data, 0), u16_at(data, 12))
                && flags & 0x20 != 0
            {
                hidden.hide_row(u64::from(row) + 1);
            }
        }
        _ => {
            if let (Some(first), Some(last), Some(flags)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 8))
                && flags & 1 != 0
            {
                hidden.hide_columns(usize::from(first)..=usize::from(last));
            }
        }
    }
}

/// One cell with its place; the text stands in an arena.
struct Placed {
    row: u16,
    column: u16,
    text: (usize, usize),
    kind: CellKind,
}

fn sheet(workbook: &Workbook, stream: &[u8], place: SheetPlace) -> Result<Sheet, Problem> {
    let mut text = String::new();
    let mut placed: Vec<Placed> = Vec::new();
    let mut depth = 0_usize;
    let mut is_full = false;
    let mut formula = None;
    let mut hidden = Hidden::default();
    hidden.sheet = place.is_hidden;
    for record in Records::of(stream) {
        // Charts within a sheet are sheets of their own, with cells that are none of this one.
        match record.kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            _ if depth > 1 => {}
            ROW | COLUMNS => hide(&mut hidden, &record),
            _ => workbook.cells(&record, &mut formula, &mut |row, column, value, kind| {
                if placed.len() >= MAX_SHEET_CELLS || text.len() + value.len() > MAX_SHEET_TEXT_BYTES {
                    is_full = true;
                } else if !value.is_empty() {
                    let begin = text.len();
                    text.push_str(value);
                    let text = (begin, text.len());
                    placed.push(Placed {
                        row,
                        column,
                        text,
                        kind,
                    });
                }
            }),
        }
    }
    if is_full {
        return Err(too_large());
    }
    // Programs may write cells in any order. Of two at one place the first counts.
    placed.sort_by_key(|cell| (cell.row, cell.column));
    placed.dedup_by_key(|cell| (cell.row, cell.column));
    let mut builder = Builder::new(place.name, workbook.is_1904());
    *builder.hidden() = hidden;
    for cell in &placed {
        let value = text.get(cell.text.0..cell.text.1).unwrap_or_default();
        if !builder.push(u32::from(cell.row), u32::from(cell.column), value, cell.kind) {
            return Err(too_large());
        }
    }
    Ok(builder.finish())
}

//! Sheets of a workbook (XLSX, XLS, or markup that is called so) as rows of text.
//!
//! Numbers in a workbook are binary fractions. They are never calculated with: a number becomes its shortest decimal
//! text, which is what was typed in unless a formula left noise in the last digits; then it is rounded in decimal. Dates
//! become ISO dates by the workbook's own calendar (1900 or 1904). A workbook is unpacked through a counter first, so
//! that no archive can unpack into more than the limits allow.

mod hidden;
pub(crate) mod markup;
mod number;
mod places;
mod sheet;
mod xls;

pub(crate) use hidden::letters;
pub(crate) use sheet::{RoundedAmounts, Sheet, SheetRows};

use crate::limits::{
    MAX_CELL_BYTES, MAX_OLD_WORKBOOK_BYTES, MAX_SHARED_TEXT_BYTES, MAX_SHEETS, MAX_UNPACKED_BYTES, MAX_WORKBOOK_BYTES,
};
use calamine::{DataRef, Reader, Xlsx};
use hidden::{Hidden, HiddenScan};
use markup::tags::{Piece, Pieces};
use memchr::memchr_iter;
use number::number_text;
use places::Places;
use sheet::{Builder, CellKind};
use std::collections::HashMap;
use std::io::{self, Read, SeekFrom};
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Problem, excerpt};
use zip::ZipArchive;

/// Whether a file begins like a workbook: a zip archive, the container of old spreadsheets, or markup with tables.
pub fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(OLD_CONTAINER) || markup::kind(head).is_some()
}

/// The container of XLS, and of workbooks under a password.
const OLD_CONTAINER: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Every sheet of a workbook that holds something; `head` is its beginning, in UTF-8 if it is text.
pub(crate) fn sheets(head: &[u8], input: &mut dyn Input) -> io::Result<Result<Vec<Sheet>, Problem>> {
    if let Some(kind) = markup::kind(head) {
        return markup::sheets(kind, input);
    }
    let size = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(0))?;
    let mut mark = [0; 4];
    input.read_exact(&mut mark)?;
    input.seek(SeekFrom::Start(0))?;
    if mark == OLD_CONTAINER {
        return old_container(input);
    }
    if size > MAX_WORKBOOK_BYTES {
        return Ok(Err(too_large("the workbook is larger than a workbook may be")));
    }
    let weighed = match weigh(input) {
        Ok(weighed) => weighed,
        Err(problem) => return Ok(Err(problem)),
    };
    input.seek(SeekFrom::Start(0))?;
    Ok(read(input, weighed))
}

fn too_large(message: &str) -> Problem {
    Problem::of_file(Code::TooLarge, message)
}

fn malformed(error: impl std::fmt::Display) -> Problem {
    Problem::of_file(Code::Malformed, format!("the workbook cannot be unpacked: {error}"))
}

/// Old workbooks, and new ones under a password, which are packed into the old container.
fn old_container(input: &mut dyn Input) -> io::Result<Result<Vec<Sheet>, Problem>> {
    let mut file = Vec::new();
    input.take(MAX_OLD_WORKBOOK_BYTES + 1).read_to_end(&mut file)?;
    if u64::try_from(file.len()).unwrap_or(u64::MAX) > MAX_OLD_WORKBOOK_BYTES {
        return Ok(Err(too_large("the workbook is larger than a workbook may be")));
    }
    Ok(xls::sheets(&file))
}

/// What is known of a workbook before its cells are read.
struct Weighed {
    /// Days count from 1904.
    is_1904: bool,
    /// What is hidden, by the name of the sheet.
    hidden: HashMap<String, Hidden>,
}

/// Unpacks every part into nothing and counts: what an archive says about its sizes need not be true. What is hidden is
/// looked for on the way.
fn weigh(input: &mut dyn Input) -> Result<Weighed, Problem> {
    let mut archive = ZipArchive::new(input).map_err(malformed)?;
    // The end of a workbook within this one may be all that is left of it.
    if archive.offset() > 0 {
        return Err(malformed(
            "it begins in the middle of the file, which is cut or damaged",
        ));
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        let first = archive.name_for_index(0).and_then(Result::ok).unwrap_or_default();
        let message = format!(
            "the archive is no XLSX workbook (it holds {:?}); unpack it and read the files in it",
            excerpt(&first, 40)
        );
        return Err(Problem::of_file(Code::UnknownFormat, message));
    }
    let (mut sheets_left, mut others_left) = (MAX_UNPACKED_BYTES, MAX_SHARED_TEXT_BYTES);
    let mut scans: HashMap<String, Hidden> = HashMap::new();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(malformed)?;
        // Sheets are streamed; texts, styles and all else are held in memory by the workbook's reader.
        let sheet = part
            .name()
            .is_ok_and(|name| name.starts_with("xl/worksheets/sheet") && !name.contains("Strings"));
        let left = if sheet { &mut sheets_left } else { &mut others_left };
        let name = part.name().map(|name| name.to_string()).unwrap_or_default();
        let mut look = sheet.then(SheetLook::default);
        let unpacked = weigh_part(part.take(*left + 1), look.as_mut())?;
        if let Some(look) = look.filter(|_| scans.len() < MAX_SHEETS) {
            scans.insert(name, look.hidden.hidden);
        }
        *left = left
            .checked_sub(unpacked)
            .ok_or_else(|| too_large("the workbook unpacks into more than a workbook may hold"))?;
    }
    let mut beginning = |name: &str| {
        let mut start = Vec::new();
        let part = archive.by_name(name).map_err(malformed)?;
        part.take(256 * 1024).read_to_end(&mut start).map_err(malformed)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    let workbook = beginning("xl/workbook.xml")?;
    let relations = beginning("xl/_rels/workbook.xml.rels").unwrap_or_default();
    Ok(Weighed {
        is_1904: workbook.contains("date1904=\"1\"") || workbook.contains("date1904=\"true\""),
        hidden: hidden_by_name(&workbook, &relations, scans),
    })
}

/// What is hidden, by the names of the sheets: the workbook names each sheet's relation, the relations name its part.
fn hidden_by_name(workbook: &str, relations: &str, mut scans: HashMap<String, Hidden>) -> HashMap<String, Hidden> {
    let tags = |text: &'_ str, name: &'static str, fields: [&'static str; 3]| -> Vec<[String; 3]> {
        let tags = Pieces::of(text).filter_map(|piece| match piece {
            Piece::Open(tag) if tag.is(name) => {
                Some(fields.map(|field| tag.attribute(field).unwrap_or_default().into_owned()))
            }
            _ => None,
        });
        tags.take(4 * MAX_SHEETS).collect()
    };
    let targets: HashMap<String, String> = tags(relations, "Relationship", ["Id", "Target", "Type"])
        .into_iter()
        .map(|[id, target, _]| (id, target))
        .collect();
    let mut by_name = HashMap::new();
    for [name, relation, state] in tags(workbook, "sheet", ["name", "id", "state"]) {
        let part = targets.get(&relation).map(|target| {
            let target = target.trim_start_matches('/');
            format!("xl/{}", target.trim_start_matches("xl/"))
        });
        let mut hidden = part.and_then(|part| scans.remove(&part)).unwrap_or_default();
        hidden.sheet = matches!(state.as_str(), "hidden" | "veryHidden");
        by_name.insert(name, hidden);
    }
    by_name
}

/// What is looked for in the XML of a sheet.
#[derive(Default)]
struct SheetLook {
    places: Places,
    hidden: HiddenScan,
}

/// Bytes of a part; no text or tag of it may be longer than a cell may be.
fn weigh_part(mut part: impl Read, mut look: Option<&mut SheetLook>) -> Result<u64, Problem> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut total, mut run) = (0_u64, 0_usize);
    loop {
        let count = part.read(&mut buffer).map_err(malformed)?;
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(total);
        };
        total += u64::try_from(count).unwrap_or(u64::MAX);
        if let Some(look) = &mut look {
            if !look.places.are_possible(bytes) {
                return Err(malformed("a row or cell stands where no sheet has one"));
            }
            look.hidden.look(bytes);
        }
        let mut from = 0;
        for tag in memchr_iter(b'<', bytes) {
            if run + (tag - from) > MAX_CELL_BYTES {
                break;
            }
            (run, from) = (0, tag);
        }
        run += count - from;
        if run > MAX_CELL_BYTES {
            return Err(too_large("a text of the workbook is longer than a cell may be"));
        }
    }
}

fn read(input: &mut dyn Input, mut weighed: Weighed) -> Result<Vec<Sheet>, Problem> {
    let mut workbook: Xlsx<&mut dyn Input> = Xlsx::new(input).map_err(malformed)?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names().into_iter().take(MAX_SHEETS) {
        // Sheets of charts have no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
            continue;
        };
        let hidden = weighed.hidden.remove(&name).unwrap_or_default();
        let mut builder = Builder::new(name, weighed.is_1904);
        *builder.hidden() = hidden;
        while let Some(cell) = cells.next_cell().map_err(malformed)? {
            let (row, column) = cell.get_position();
            let (text, kind) = text(cell.get_value());
            if !builder.push(row, column, &text, kind) {
                return Err(too_large("a sheet of the workbook holds more than a sheet may hold"));
            }
        }
        let sheet = builder.finish();
        if !sheet.is_empty() {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

/// A cell as text.
fn text(value: &DataRef<'_>) -> (String, CellKind) {
    let text = match value {
        DataRef::Int(number) => return (number.to_string(), CellKind::Number),
        DataRef::Float(number) => return number_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(duration) => number_text(duration.as_f64()).0,
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    };
    (text, CellKind::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const WORKBOOK: &str = r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

    const ROOT: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

    /// A workbook of one sheet with these rows, and further parts.
    fn workbook(rows: &str, more: &[(&str, &str)]) -> Vec<u8> {
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        let parts = [
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/worksheets/sheet1.xml", sheet.as_str()),
        ];
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts.iter().chain(more) {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn read_bytes(bytes: Vec<u8>) -> Result<Vec<Sheet>, Code> {
        sheets(&[], &mut Cursor::new(bytes))
            .unwrap()
            .map_err(|problem| problem.code)
    }

    #[test]
    fn cells_of_every_kind_become_text() {
        let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c><c r="C1"><v>12.5</v></c><c r="D1" t="b"><v>1</v></c></row>"#;
        let sheets = read_bytes(workbook(rows, &[])).unwrap();
        let mut row = crate::Row::default();
        assert!(sheets[0].rows().read(&mut row));
        assert_eq!(
            row.cells().collect::<Vec<_>>(),
            [b"text".as_slice(), b"", b"12.5", b"true"]
        );
        assert!(row.is_number(2) && !row.is_number(0));
    }

    #[test]
    fn archives_that_unpack_without_end_are_refused() {
        let bomb = "<si><t>aaaaaaaaaaaaaaaa</t></si>".repeat(5_000_000);
        assert_eq!(
            read_bytes(workbook("", &[("xl/sharedStrings.xml", &bomb)])).unwrap_err(),
            Code::TooLarge
        );
        let long = "a".repeat(2 << 20);
        assert_eq!(
            read_bytes(workbook("", &[("xl/styles.xml", &long)])).unwrap_err(),
            Code::TooLarge
        );
    }

    #[test]
    fn cells_far_away_take_no_memory() {
        let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c><c r="B1048576"><v>3</v></c></row>"#;
        let sheets = read_bytes(workbook(rows, &[])).unwrap();
        assert_eq!(sheets.len(), 1);
        let rows = r#"<row r="4294967295"><c><v>1</v></c></row><row><c r="ZZZZZZ99999999999"><v>2</v></c></row>"#;
        assert_eq!(read_bytes(workbook(rows, &[])).unwrap_err(), Code::Malformed);
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        let mut cut = workbook("<row/>", &[]);
        cut.truncate(cut.len() / 2);
        assert_eq!(read_bytes(cut).unwrap_err(), Code::Malformed);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("statement.xml", SimpleFileOptions::default()).unwrap();
        assert_eq!(
            read_bytes(zip.finish().unwrap().into_inner()).unwrap_err(),
            Code::UnknownFormat
        );
        let old = [OLD_CONTAINER, &[0; 600]].concat();
        assert_eq!(read_bytes(old).unwrap_err(), Code::Malformed);
    }
}

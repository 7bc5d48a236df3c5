//! Workbooks, read by the same table finder as delimited text.

mod common;

use common::{Dates, assert_all_as_expected};
use std::io::{Cursor, Write as _};
use tieout_core::Code;
use tieout_formats::{Import, ReadOptions, read_all};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("xlsx", Dates::Booking, |_, _| ReadOptions::default());
}

/// What is read of a workbook whose only sheet holds these rows below the header Date, Text, Amount.
fn read(rows: &str) -> Import {
    let part = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let text = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = [text("A1", "Date"), text("B1", "Text"), text("C1", "Amount")].concat();
    let sheet = format!("<worksheet><sheetData><row r=\"1\">{header}</row>{rows}</sheetData></worksheet>");
    let workbook = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
                    <sheet name=\"A\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", part("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", workbook.to_owned()),
        ("xl/_rels/workbook.xml.rels", part("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap()
}

fn row(number: u32, date: &str, amount: &str) -> String {
    let date = if date.contains('-') {
        format!("<c r=\"A{number}\" t=\"inlineStr\"><is><t>{date}</t></is></c>")
    } else {
        format!("<c r=\"A{number}\"><v>{date}</v></c>")
    };
    format!("<row r=\"{number}\">{date}<c r=\"C{number}\"><v>{amount}</v></c></row>")
}

fn amounts(import: &Import) -> Vec<String> {
    let lines = import.statements.iter().flat_map(|read| &read.lines);
    lines
        .map(|line| format!("{} {}", line.booking_date.unwrap(), line.amount))
        .collect()
}

#[test]
fn rows_that_repeat_or_go_back_are_read_and_told() {
    for numbers in [[2, 3, 3], [2, 4, 3]] {
        let days = ["2024-06-03", "2024-06-04", "2024-06-05"];
        let rows: String = numbers
            .iter()
            .zip(days)
            .map(|(number, day)| row(*number, day, "1.5"))
            .collect();
        let import = read(&rows);
        assert_eq!(amounts(&import), ["2024-06-03 1.5", "2024-06-04 1.5", "2024-06-05 1.5"]);
        let told = import.reading.problems.iter().filter(|p| p.code == Code::OutOfPlace);
        assert_eq!(told.map(|p| p.place.line).collect::<Vec<_>>(), [Some(3)]);
    }
}

#[test]
fn days_without_a_format_are_days_and_what_is_none_is_told() {
    let import = read(&[row(2, "45446", "10.5"), row(3, "45447", "-1.25")].concat());
    assert_eq!(
        amounts(&import),
        ["2024-06-03 10.5", "2024-06-04 -1.25"],
        "{:?}",
        import.reading.problems
    );
    let import = read(&row(2, "2024-06-03", "NaN"));
    let refusal = import.reading.refusal().expect("nothing was read");
    assert!(refusal.message.starts_with("1 row follows"), "{refusal:?}");
}

#[test]
fn what_is_only_named_like_a_workbook_says_what_it_is() {
    for (text, code, what) in [
        ("", Code::Malformed, "empty"),
        (
            "<html><body><table><tr><td>Date</td></tr></table></body></html>",
            Code::NotAStatement,
            "web page",
        ),
        (
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n",
            Code::UnknownFormat,
            "save it as XLSX",
        ),
    ] {
        let import = read_all(&mut Cursor::new(text), &ReadOptions::default()).unwrap();
        let refusal = import.reading.refusal().expect("it is no statement");
        assert_eq!(refusal.code, code);
        assert!(refusal.message.contains(what), "{refusal:?}");
    }
}

//! Workbooks, read by the same table finder as delimited text.

use crate::common::{Dates, assert_all_as_expected};
use std::fmt::Write as _;
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
    read_as(&[("A", "", "", rows)], &ReadOptions::default())
}

/// The same of several sheets: name, attributes in the workbook, what stands before the rows, rows.
fn read_as(sheets: &[(&str, &str, &str, &str)], options: &ReadOptions) -> Import {
    read_all(&mut Cursor::new(workbook(sheets)), options).unwrap()
}

/// The bytes of a workbook with these sheets.
fn workbook(sheets: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |list: &[(String, &str, String)]| {
        let relation = |(id, kind, target): &(String, &str, String)| {
            format!("<Relationship Id=\"{id}\" Type=\"{MAIN}/{kind}\" Target=\"{target}\"/>")
        };
        let list: String = list.iter().map(relation).collect();
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
        )
    };
    let text = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = [text("A1", "Date"), text("B1", "Text"), text("C1", "Amount")].concat();
    let (mut named, mut parts, mut related) = (String::new(), Vec::new(), Vec::new());
    for (index, (name, attributes, before, rows)) in sheets.iter().enumerate() {
        let _ = write!(
            named,
            "<sheet name=\"{name}\" sheetId=\"{0}\" {attributes} r:id=\"r{0}\"/>",
            index + 1
        );
        related.push((
            format!("r{}", index + 1),
            "worksheet",
            format!("worksheets/sheet{}.xml", index + 1),
        ));
        let header = if rows.contains("<row r=\"1\">") {
            String::new()
        } else {
            format!("<row r=\"1\">{header}</row>")
        };
        let sheet = format!("<worksheet>{before}<sheetData>{header}{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{}.xml", index + 1), sheet));
    }
    let workbook = format!("<workbook xmlns:r=\"{MAIN}\"><sheets>{named}</sheets></workbook>");
    parts.push((
        "_rels/.rels".into(),
        relations(&[("r".into(), "officeDocument", "xl/workbook.xml".into())]),
    ));
    parts.push(("xl/workbook.xml".into(), workbook));
    parts.push(("xl/_rels/workbook.xml.rels".into(), relations(&related)));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook within another one is all that a cut leaves of both.
#[test]
fn a_workbook_that_begins_in_the_middle_of_the_file_is_refused() {
    let mut bytes = b"PK\x03\x04 the first part of another workbook".to_vec();
    bytes.extend(workbook(&[("A", "", "", &row(2, "2026-01-05", "10"))]));
    let import = read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap();
    assert!(import.statements.is_empty());
    assert_eq!(said(&import, Code::Malformed).len(), 1, "{:?}", import.reading.problems);
}

/// The amounts alone.
fn figures(import: &Import) -> Vec<String> {
    amounts(import).iter().map(|line| line[11..].to_owned()).collect()
}

fn said(import: &Import, code: Code) -> Vec<String> {
    let problems = import.reading.problems.iter().filter(|problem| problem.code == code);
    problems
        .map(|problem| format!("{}: {}", problem.place, problem.message))
        .collect()
}

fn in_currency(code: &str) -> ReadOptions {
    ReadOptions {
        currency: Some(code.parse().unwrap()),
        ..ReadOptions::default()
    }
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
fn amounts_with_more_decimals_than_the_currency_are_rounded_and_counted() {
    let rows = [
        row(2, "2024-06-03", "12.3456789"),
        row(3, "2024-06-04", "0.30000000000000004"),
        row(4, "2024-06-05", "-7.125"),
        row(5, "2024-06-06", "579.6800000000001"),
    ]
    .concat();
    let sheets = [("A", "", "", rows.as_str())];
    let import = read_as(&sheets, &in_currency("EUR"));
    assert_eq!(figures(&import), ["12.35", "0.3", "-7.12", "579.68"]);
    assert_eq!(
        said(&import, Code::Rounded),
        [
            "line 2, C: 2 amounts have more decimals than the currency, which has 2, and were rounded: 12.3456789 to 12.35"
        ]
    );
    let import = read_as(&sheets, &in_currency("KWD"));
    assert_eq!(figures(&import), ["12.346", "0.3", "-7.125", "579.68"]);
    // Nobody says the currency: nothing is rounded, and nothing is said, where the decimals are what was typed in.
    let import = read(&rows);
    assert_eq!(amounts(&import)[0], "2024-06-03 12.3456789");
    assert_eq!(said(&import, Code::Rounded), [""; 0]);
    let import = read(&row(2, "2024-06-03", "0.3333333333333333"));
    assert_eq!(amounts(&import), ["2024-06-03 0.333333"]);
    assert_eq!(said(&import, Code::Rounded).len(), 1);
}

#[test]
fn noise_of_calculations_is_taken_off_without_a_word() {
    let rows = [
        row(2, "2024-06-03", "0.30000000000000004"),
        row(3, "2024-06-04", "-1247.0599999999999"),
    ]
    .concat();
    let import = read_as(&[("A", "", "", &rows)], &in_currency("EUR"));
    assert_eq!(amounts(&import), ["2024-06-03 0.3", "2024-06-04 -1247.06"]);
    assert_eq!(said(&import, Code::Rounded), [""; 0]);
}

#[test]
fn what_a_workbook_hides_is_read_and_named() {
    let rows = [
        row(2, "2024-06-03", "1.5"),
        row(3, "2024-06-04", "2.5"),
        row(4, "2024-06-05", "3.5"),
    ]
    .concat();
    let filtered = rows.replace("<row r=\"3\">", "<row r=\"3\" hidden=\"1\">");
    let import = read(&filtered);
    assert_eq!(amounts(&import).len(), 3);
    assert_eq!(
        said(&import, Code::Hidden),
        [": the sheet \"A\" hides what was read like the rest: 1 row"]
    );
    let columns = "<cols><col min=\"3\" max=\"3\" hidden=\"1\"/><col min=\"9\" max=\"99\" hidden=\"1\"/></cols>";
    let import = read_as(&[("A", "state=\"hidden\"", columns, &rows)], &ReadOptions::default());
    assert_eq!(amounts(&import).len(), 3);
    assert_eq!(
        said(&import, Code::Hidden),
        [": the sheet \"A\" hides what was read like the rest: the sheet itself and column C"]
    );
    assert_eq!(said(&read(&rows), Code::Hidden), [""; 0]);
}

/// A sheet of rows with balances: the first day, the amount and how many there are, from an opening balance on.
fn balanced(day: u32, amount: u32, count: u32, opening: u32) -> String {
    let text = |place: &str, text: &str| format!("<c r=\"{place}1\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = [
        text("A", "Date"),
        text("B", "Text"),
        text("C", "Amount"),
        text("D", "Balance"),
    ]
    .concat();
    let rows = (0..count).map(|index| {
        let (number, day, balance) = (index + 2, day + index, opening + amount * (index + 1));
        let date = format!("{}-{:02}-{:02}", 2018 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
        format!(
            "<row r=\"{number}\"><c r=\"A{number}\" t=\"inlineStr\"><is><t>{date}</t></is></c>\
             <c r=\"C{number}\"><v>{amount}</v></c><c r=\"D{number}\"><v>{balance}</v></c></row>"
        )
    });
    format!("<row r=\"1\">{header}</row>{}", rows.collect::<String>())
}

#[test]
fn only_a_sheet_that_goes_on_from_the_balances_of_the_read_one_keeps_it_from_being_proved() {
    let all = balanced(0, 10, 900, 1000);
    let told = |other: &str| {
        let import = read_as(
            &[("All", "", "", &all), ("Other", "", "", other)],
            &ReadOptions::default(),
        );
        let lines: usize = import.statements.iter().map(|read| read.lines.len()).sum();
        (
            lines,
            said(&import, Code::Incomplete).len(),
            said(&import, Code::Unread).len(),
        )
    };
    assert_eq!(told(&balanced(900, 10, 30, 10_000)), (900, 1, 0), "the next month");
    assert_eq!(told(&balanced(1000, 10, 30, 700)), (900, 1, 0), "the month before");
    assert_eq!(told(&balanced(850, 10, 50, 9500)), (900, 0, 1), "rows that are in it");
    assert_eq!(told(&balanced(900, 1, 1, 0)), (900, 0, 1), "an example");
    let scheduled = balanced(900, 10, 2, 10_000);
    let scheduled = scheduled.replace("<v>10010</v>", "").replace("<v>10020</v>", "");
    assert_eq!(told(&scheduled), (900, 0, 1), "what is to come");
}

#[test]
fn sheets_that_were_not_read_are_named_with_their_rows() {
    let one = row(2, "2024-05-03", "9.5");
    let rows = [row(2, "2024-06-03", "1.5"), row(3, "2024-06-04", "2.5")].concat();
    let sheets = [
        ("May", "state=\"hidden\"", "", one.as_str()),
        ("June", "", "", &rows),
        ("Notes", "", "", ""),
    ];
    let import = read_as(&sheets, &ReadOptions::default());
    assert_eq!(amounts(&import), ["2024-06-03 1.5", "2024-06-04 2.5"]);
    assert_eq!(
        said(&import, Code::Incomplete),
        [
            ": the sheet \"May\" was not read, only \"June\"; it is a table with the same header, and holds 1 row with a date and an amount"
        ]
    );
    assert_eq!(said(&import, Code::Hidden), [""; 0]);
    // What is picked out of the sheet is in it.
    let picked = row(2, "2024-06-04", "2.5");
    let import = read_as(
        &[("Picked", "", "", &picked), ("June", "", "", &rows)],
        &ReadOptions::default(),
    );
    assert_eq!(amounts(&import), ["2024-06-03 1.5", "2024-06-04 2.5"]);
    assert_eq!(said(&import, Code::Incomplete), [""; 0]);
    assert_eq!(
        said(&import, Code::Unread),
        [": the sheet \"Picked\" was not read, only \"June\"; it holds 1 row with a date and an amount, too"]
    );
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

//! Old workbooks, read by the same table finder as delimited text.

use crate::common::{Dates, assert_all_as_expected, folder};
use std::fs;
use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{Outcome, ReadOptions, read_all};

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("xls", Dates::Booking, |_, _| ReadOptions::default());
}

#[test]
fn texts_that_go_on_in_further_records_are_whole() {
    let file = fs::read(folder("xls").join("synthetic-1904-long-texts.xls")).unwrap();
    let import = read_all(&mut Cursor::new(file), &ReadOptions::default()).unwrap();
    let long: Vec<_> = import.statements[0]
        .lines
        .iter()
        .filter(|line| line.text.len() > 1_000)
        .collect();
    assert_eq!(long.len(), 7);
    for line in long {
        assert!(
            line.text.ends_with("Rechnung 4711 äöü €"),
            "{:?}",
            &line.text[line.text.len() - 60..]
        );
        assert_eq!(line.text.matches("Rechnung 4711 äöü €").count(), 400);
    }
}

/// A workbook bears no checksum, so a changed byte may change a figure; but no change brings the reader down, and a cut
/// file is never taken for a whole one with other lines.
#[test]
fn damaged_workbooks_are_read_without_a_panic() {
    let whole = fs::read(folder("xls").join("synthetic-typed.xls")).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        let _ = read_all(&mut Cursor::new(damaged), &ReadOptions::default()).unwrap();
    }
    for length in (0..whole.len()).step_by(97) {
        let import = read_all(&mut Cursor::new(&whole[..length]), &ReadOptions::default()).unwrap();
        assert!(import.reading.lines <= 3);
        if import.reading.outcome == Outcome::Ok {
            assert_eq!(import.reading.lines, 3, "cut at {length}");
        }
    }
}

/// Tables of web pages and XML spreadsheets say where they end, so that a cut one keeps its first rows and says so.
#[test]
fn cut_markup_keeps_the_lines_before_and_says_so() {
    for name in ["synthetic-html-page.xls", "synthetic-xml-2003.xls"] {
        let whole = fs::read(folder("xls").join(name)).unwrap();
        let length = whole.trim_ascii_end().len();
        let all = read_all(&mut Cursor::new(&whole), &ReadOptions::default()).unwrap();
        let amounts = |import: &tieout_formats::Import| -> Vec<String> {
            let lines = import.statements.iter().flat_map(|read| &read.lines);
            lines.map(|line| line.amount.to_string()).collect()
        };
        let (all, mut seen) = (amounts(&all), 0);
        for at in (200..length).step_by(7) {
            let import = read_all(&mut Cursor::new(&whole[..at]), &ReadOptions::default()).unwrap();
            let read = amounts(&import);
            assert!(
                all.starts_with(&read) && read.len() >= seen,
                "{name} cut at {at}: {read:?} after {seen}"
            );
            seen = read.len();
            let said = import.reading.problems.iter().any(|problem| problem.code.loses());
            assert!(said, "{name} cut at {at}: {:?}", import.reading.problems);
        }
        assert!(seen + 1 >= all.len(), "{name}");
    }
}

#[test]
fn rows_of_a_web_page_that_run_together_are_told() {
    let row = |day: u32| format!("<tr><td>{day:02}/03/2026</td><td>text {day}</td><td>-{day}.00</td></tr>");
    let rows: String = (11..21).map(row).collect();
    let page = format!("<html><table><tr><th>Date</th><th>Text</th><th>Amount</th></tr>{rows}</table></html>");
    let read = |page: &str| read_all(&mut Cursor::new(page.as_bytes()), &ReadOptions::default()).unwrap();
    let bad_lines = |page: &str| {
        let import = read(page);
        let lines: usize = import.statements.iter().map(|read| read.lines.len()).sum();
        let told = import.reading.problems.iter();
        (lines, told.filter(|problem| problem.code == Code::BadLine).count())
    };
    assert_eq!(bad_lines(&page), (10, 0));
    // A row's end alone may be left out, and its beginning.
    assert_eq!(bad_lines(&page.replacen("</tr><tr><td>14", "<tr><td>14", 1)), (10, 0));
    assert_eq!(bad_lines(&page.replacen("</tr><tr><td>14", "</tr><td>14", 1)), (10, 0));
    assert_eq!(bad_lines(&page.replacen("</tr><tr><td>14", "<td>14", 1)), (8, 1));
    let every_second = (12..21).step_by(2).fold(page.clone(), |page, day| {
        page.replacen(&format!("</tr><tr><td>{day}"), &format!("<td>{day}"), 1)
    });
    assert!(
        !read(&every_second)
            .reading
            .problems
            .iter()
            .all(|problem| !problem.code.loses())
    );
}

#[test]
fn cells_beside_the_columns_of_a_web_page_are_no_second_row() {
    let head = "<html><table><tr><th>Date</th><th>Text</th><th>Amount</th></tr>";
    let read = |more: &dyn Fn(u32) -> &'static str| {
        let row = |day: u32| {
            format!(
                "<tr><td>{day:02}/03/2026</td><td>text {day}</td><td>-{day}.00</td>{}</tr>",
                more(day)
            )
        };
        let page = format!("{head}{}</table></html>", (11..21).map(row).collect::<String>());
        let import = read_all(&mut Cursor::new(page.as_bytes()), &ReadOptions::default()).unwrap();
        let lines: usize = import.statements.iter().map(|read| read.lines.len()).sum();
        let told = import.reading.problems.iter();
        (lines, told.filter(|problem| problem.code == Code::BadLine).count())
    };
    // Columns without a name, often hidden.
    let hidden = "<td>2026-03-11T00:00:00</td><td>-11.00</td><td>EUR</td>";
    assert_eq!(read(&|_| hidden), (10, 0));
    let foreign = |day| {
        if day % 2 == 0 {
            "<td>12/03/2026</td><td>USD</td><td>7.50</td>"
        } else {
            "<td>13/03/2026</td><td>USD</td><td>8.50</td>"
        }
    };
    assert_eq!(read(&foreign), (10, 0));
    // Notes beside the table.
    assert_eq!(
        read(&|day| if day == 13 {
            "<td>11/03/2026</td><td>100.00</td>"
        } else {
            ""
        }),
        (10, 0)
    );
    assert_eq!(
        read(&|day| if day == 13 {
            "<td></td><td>11/03/2026</td><td>1.00</td>"
        } else {
            ""
        }),
        (10, 0)
    );
}

#[test]
fn a_web_page_without_a_table_of_movements_is_refused_with_the_reason() {
    let page = "<!DOCTYPE html><html><body><h1>Session expired</h1><table><tr><td>Please log in again</td></tr></table></body></html>";
    let import = read_all(&mut Cursor::new(page), &ReadOptions::default()).unwrap();
    assert_eq!(import.reading.outcome, Outcome::Refused);
    assert!(import.reading.refusal().unwrap().message.contains("logging in"));
}

#[test]
fn what_an_old_workbook_hides_or_rounds_is_named() {
    let file = fs::read(folder("xls").join("synthetic-hidden-and-rounded.xls")).unwrap();
    let import = read_all(&mut Cursor::new(file), &ReadOptions::default()).unwrap();
    let said: Vec<String> = import
        .reading
        .problems
        .iter()
        .map(|p| format!("{} {}", p.code, p.message))
        .collect();
    for expected in [
        "W_HIDDEN the sheet \"June\" hides what was read like the rest: 1 row and column D",
        "W_ROUNDED 4 amounts have more decimals than the currency, which has 2, and were rounded: -12.3456789 to -12.35",
        "W_UNREAD the sheet \"May\" was not read, only \"June\"; it holds 1 row with a date and an amount, too",
    ] {
        assert!(said.iter().any(|said| said == expected), "{expected}: {said:?}");
    }
}

#[test]
fn the_charset_of_a_web_page_is_that_of_its_file() {
    let page = |charset: &str| {
        format!(
            "<html><head><meta charset={charset}></head><table><tr><td>Date</td><td>Text</td><td>Amount</td></tr>\
         <tr><td>2024-06-03</td><td>Caf\u{e9}</td><td>1.50</td></tr></table></html>"
        )
    };
    let latin1: Vec<u8> = page("iso-8859-1")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for (bytes, charset) in [
        (latin1, "windows-1252"),
        (page("utf-8").into_bytes(), "utf-8"),
        (page("iso-8859-1").replace('\u{e9}', "e").into_bytes(), "ascii"),
    ] {
        let import = read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap();
        assert_eq!(import.reading.encoding, charset);
        assert!(import.statements[0].lines[0].text.starts_with("Caf"));
    }
}

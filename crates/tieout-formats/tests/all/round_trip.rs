//! What is written of any statement reads back as it was: JSON whole, CSV as far as a table has places for it.

use crate::common;
use std::io::{self, Cursor, Write};
use tieout_core::{Code, Date};
use tieout_formats::{Import, Line, Proof, ReadOptions, ReadStatement, Statement, read_all, write};

const KINDS: [&str; 16] = [
    "bai2", "camt", "cfonb120", "cnab240", "coda", "csv", "gpc", "json", "mt940", "norma43", "ofx", "pdf", "qif",
    "xls", "xlsx", "zip",
];

/// Every fixture that holds a statement, read.
fn imports() -> Vec<(String, Import)> {
    let fixtures = KINDS.iter().flat_map(|kind| common::fixtures(kind));
    let read = fixtures.map(|(path, _)| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, common::import(&path, &ReadOptions::default()))
    });
    read.filter(|(_, import)| !import.statements.is_empty()).collect()
}

fn written(write: fn(&mut dyn Write, &[ReadStatement]) -> io::Result<()>, statements: &[ReadStatement]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, statements).expect("a vector takes everything");
    out
}

fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory is readable")
}

/// A statement without where its lines stand, which is said of the file that was read; entries that were turned when they
/// were read are written as they are meant.
fn meant(read: &ReadStatement) -> (Statement, Vec<Line>) {
    let mut statement = read.statement.clone();
    statement.reversals_flipped = false;
    let mut lines = read.lines.clone();
    for line in &mut lines {
        (line.source_line, line.source_bytes) = (0, (0, 0));
    }
    for found in &mut statement.balance_breaks {
        found.source_line = 0;
    }
    (statement, lines)
}

#[test]
fn json_reads_back_as_it_was() {
    for (name, import) in imports() {
        let bytes = written(write::json::write, &import.statements);
        let back = read(&bytes);
        assert_eq!(
            (back.reading.format, back.reading.dialect.as_str()),
            ("json", "JSON, Tieout"),
            "{name}"
        );
        assert_eq!(back.statements.len(), import.statements.len(), "{name}");
        for (was, is) in import.statements.iter().zip(&back.statements) {
            assert_eq!(meant(is), meant(was), "{name}");
        }
        // Written again it is the same but for the places in the file.
        let again = read(&written(write::json::write, &back.statements));
        for (was, is) in back.statements.iter().zip(&again.statements) {
            assert_eq!(meant(is), meant(was), "{name}");
        }
    }
}

/// Balances that do not follow are told of what was written, too.
#[test]
fn json_keeps_what_balances_beside_the_lines_say() {
    for rows in [
        "2025-03-03,Rent,-500.00,500.00\n2025-03-28,Insurance,-75.00,200.00\n",
        "2025-03-03,Rent,-500.00,500.00\n2025-03-08,A,-75.00,200.00\n2025-03-12,B,-7.00,100.00\n2025-03-18,C,-5.00,20.00\n",
    ] {
        let first = read(format!("Date,Description,Amount,Balance\n{rows}").as_bytes());
        let again = read(&written(write::json::write, &first.statements));
        let breaks = |import: &Import| import.statements[0].statement.balance_breaks.len();
        assert!(breaks(&first) > 0);
        assert_eq!(breaks(&first), breaks(&again));
        assert_eq!(first.statements[0].statement.proof, again.statements[0].statement.proof);
    }
}

/// What a table has of a line.
fn in_table(line: &Line) -> (Option<Date>, String, String, String) {
    let text = line.counterparty.name.split_whitespace().collect::<Vec<_>>().join(" ");
    (
        line.booking_date,
        line.amount.to_string(),
        format!("{:?}", line.status),
        text,
    )
}

#[test]
fn csv_reads_back_line_by_line() {
    for (name, import) in imports() {
        let bytes = written(write::csv::write, &import.statements);
        let back = read(&bytes);
        let lines = |import: &Import| {
            let lines = import.statements.iter().flat_map(|read| &read.lines);
            let mut lines: Vec<_> = lines.map(in_table).collect();
            lines.sort();
            lines
        };
        let expected = lines(&import);
        let undated = expected.iter().filter(|line| line.0.is_none()).count();
        if undated > 0 || expected.is_empty() {
            continue;
        }
        assert_eq!(lines(&back), expected, "{name}: {:?}", back.reading.problems);
    }
}

#[test]
fn a_cut_document_keeps_its_first_lines_and_says_so() {
    let path = common::folder("bai2").join("synthetic-bai2-25.txt");
    let whole = common::import(&path, &ReadOptions::default());
    let bytes = written(write::json::write, &whole.statements);
    let all = whole.statements.iter().flat_map(|read| &read.lines).count();
    let mut before = 0;
    let length = bytes.trim_ascii_end().len();
    for at in (60..length).step_by(101).chain([length - 1]) {
        let import = read(&bytes[..at]);
        let count = import.statements.iter().flat_map(|read| &read.lines).count();
        assert!(count >= before && count <= all, "cut at {at}");
        assert!(
            import
                .reading
                .problems
                .iter()
                .any(|problem| problem.code == Code::Malformed),
            "cut at {at}"
        );
        assert!(
            count == all
                || import
                    .statements
                    .iter()
                    .all(|read| read.statement.proof != Proof::Exact)
                || import.statements.len() < whole.statements.len()
        );
        before = count;
    }
    assert_eq!(before, all);
}

#[test]
fn a_document_of_another_version_is_refused() {
    let path = common::folder("json").join("plaid-transactions-sync.json");
    let import = common::import(&path, &ReadOptions::default());
    let text = String::from_utf8(written(write::json::write, &import.statements)).expect("JSON is UTF-8");
    let back = read(text.replace("statements-1\"", "statements-2\"").as_bytes());
    assert_eq!(
        back.reading.refusal().map(|problem| problem.code),
        Some(Code::NotAStatement)
    );
    let lacking = read(text.replace("\"status\":\"booked\",", "\"amount\":\"x\",").as_bytes());
    assert!(
        lacking
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::BadLine),
        "{:?}",
        lacking.reading.problems
    );
}

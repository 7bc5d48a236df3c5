//! Lines without a date before the first day that is named, and more of them than can wait for it.

use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{Import, Proof, ReadOptions, read_all};

fn read(bytes: impl Into<Vec<u8>>) -> Import {
    read_all(&mut Cursor::new(bytes.into()), &ReadOptions::default()).unwrap()
}

/// A Norma 43 statement whose header names no day, of so many movements without one, and one with it behind them.
fn norma43(undated: usize) -> String {
    let mut records = vec!["112081555512345678900000000000002000000000000009783GEN SL".to_owned()];
    let movement = |day: &str| format!("22    5555{day}{day}020072{:014}{:038}", 100, 0);
    records.extend((0..undated).map(|_| movement("000000")));
    records.push(movement("260107"));
    let (count, sum) = (undated + 1, (undated + 1) * 100);
    records.push(format!(
        "33208155551234567890{:05}{:014}{count:05}{sum:014}2{sum:014}978",
        0, 0
    ));
    records.push(format!("88999999999999999999{:06}", records.len() + 1));
    let records: Vec<String> = records.iter().map(|record| format!("{record:<80}")).collect();
    records.join("\r\n")
}

#[test]
fn lines_that_wait_for_the_first_day_are_placed_on_it() {
    let import = read(norma43(1000));
    let day = |index: usize| {
        import.statements[0].lines[index]
            .booking_date
            .map(|date| date.to_string())
    };
    assert_eq!((import.reading.lines, day(0).as_deref()), (1001, Some("2026-01-07")));
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
}

#[test]
fn more_lines_than_can_wait_are_given_in_their_order_and_named_in_one_sentence() {
    let import = read(norma43(1500));
    let lines = &import.statements[0].lines;
    assert_eq!(lines.len(), 1501);
    assert!(lines.is_sorted_by_key(|line| line.source_line));
    assert_eq!(lines.iter().filter(|line| line.booking_date.is_none()).count(), 1500);
    assert_eq!(import.statements[0].statement.proof, Proof::NotPossible);
    let said: Vec<&str> = import
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::BadDate && problem.message.contains("booked lines"))
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "1500 booked lines without a date, on lines 2 to 1501 of the file, stand before the first day that is named: they are \
          given without a day and cannot be reconciled"
        ]
    );
}

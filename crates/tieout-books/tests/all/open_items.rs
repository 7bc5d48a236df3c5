//! Open items at the cut-off.

use crate::common::fixtures;
use std::fs::File;
use std::io::Cursor;
use tieout_books::{BooksOptions, OpenItem, open_items};
use tieout_core::{Code, Problem};

fn read(text: &str) -> (Vec<OpenItem>, Vec<Problem>) {
    open_items(&mut Cursor::new(text.as_bytes().to_vec()), &BooksOptions::default()).unwrap()
}

fn rows(items: &[OpenItem]) -> Vec<String> {
    let date = |date: Option<tieout_core::Date>| date.map_or_else(|| "-".into(), |date| date.to_string());
    items
        .iter()
        .map(|i| {
            format!(
                "{} | {} | {} | {} | {} | {} | {}",
                i.number,
                i.reference,
                date(i.date),
                date(i.due),
                i.contact,
                i.amount,
                i.open_amount
            )
        })
        .collect()
}

#[test]
fn invoices_and_bills_have_their_open_part_and_side() {
    let mut file = File::open(fixtures().join("csv/open-items.csv")).unwrap();
    let (items, problems) = open_items(&mut file, &BooksOptions::default()).unwrap();
    assert_eq!(
        rows(&items),
        [
            "INV-3301 | PO 4711 | 2023-12-12 | 2024-01-11 | Riverside Couriers | 870.00 | 870.00",
            "INV-3302 |  | 2023-12-20 | 2024-01-19 | Riverside Couriers | 1040.00 | 640.00",
            "VP-88190 |  | 2023-12-28 | 2024-01-27 | Velo Parts Inc | -231.15 | -231.15",
        ]
    );
    assert_eq!(problems, []);
}

#[test]
fn entries_that_were_open_need_only_a_date_and_an_amount() {
    let (items, _) = read("number,date,contact,open_amount\n7,2024-01-02,Kestrel,12.50\n8,2024-01-03,Lindner,-3.00\n");
    assert_eq!(
        rows(&items),
        [
            "7 |  | 2024-01-02 | - | Kestrel | 12.50 | 12.50",
            "8 |  | 2024-01-03 | - | Lindner | -3.00 | -3.00"
        ]
    );
}

#[test]
fn texts_and_check_numbers_of_outstanding_checks_are_kept() {
    let told = |text: &str| -> Vec<String> {
        let (items, problems) = read(text);
        assert_eq!(problems, [], "{text}");
        let told = |i: &OpenItem| {
            format!(
                "{} | {} | {} | {}",
                i.check_number, i.description, i.contact, i.open_amount
            )
        };
        items.iter().map(told).collect()
    };
    assert_eq!(
        told("Date,Description,Amount\n2026-02-10,Check 1040 Miller,450.00\n2026-02-12,Rent,-125.01\n"),
        ["1040 | Check 1040 Miller |  | 450.00", " | Rent |  | -125.01"]
    );
    assert_eq!(
        told("Check,Payee,Date,Outstanding\n1041,Old,2026-02-12,125.00\n1040,Miller,2026-02-10,450.00\n"),
        ["1041 |  | Old | 125.00", "1040 |  | Miller | 450.00"]
    );
}

#[test]
fn rows_that_cannot_be_read_are_told() {
    let (items, problems) =
        read("number,date,amount\n7,2024-01-02,12.50\n8,someday,3.00\n9,2024-01-04,many\n10,2024-01-05,1.00\n");
    assert_eq!(items.len(), 2);
    let places: Vec<_> = problems
        .iter()
        .map(|problem| (problem.code, problem.place.to_string()))
        .collect();
    assert_eq!(
        places,
        [
            (Code::BadEntry, "line 3, date".into()),
            (Code::BadEntry, "line 4, amount".into())
        ]
    );
}

#[test]
fn what_is_no_table_is_refused() {
    let (items, problems) = read("nothing here");
    assert!(items.is_empty());
    assert_eq!(problems.first().map(|problem| problem.code), Some(Code::NoColumns));
}

//! Debit and credit in statements whose running balance contradicts what banks mean by them.

use std::io::Cursor;
use tieout_core::Code;
use tieout_tables::{Mapping, Row, RowKind, Table, TableOptions};

/// The amounts, and whether something was decided about them.
fn read(text: &str, mapping: Option<&str>) -> (Vec<String>, bool) {
    let options = TableOptions {
        mapping: mapping.map(|text| Mapping::parse(text).unwrap()),
        ..TableOptions::default()
    };
    let mut input = Cursor::new(text.as_bytes().to_vec());
    let table = Table::survey(&mut input, &options).unwrap().unwrap();
    let mut rows = table.rows(&mut input).unwrap();
    let mut row = Row::default();
    let mut amounts = Vec::new();
    while rows.next(&mut row).unwrap() {
        if let RowKind::Movement(movement) = table.read(&row) {
            amounts.push(movement.amount.to_string());
        }
    }
    let turned = table
        .problems()
        .iter()
        .any(|problem| problem.code == Code::Decided && problem.message.contains("debit as money in"));
    (amounts, turned)
}

const SIDES: &str = "Date,Description,Debit,Credit,Balance\n2026-09-01,a,10.00,,110.00\n2026-09-02,b,,5.00,105.00\n";
const WORDS: &str = "Date,Description,Amount,D/C,Balance\n2026-09-01,a,10.00,D,110.00\n2026-09-02,b,5.00,C,105.00\n";

#[test]
fn debit_is_money_in_where_only_so_the_balance_runs() {
    for text in [
        format!("{SIDES}2026-09-03,c,20.00,,125.00\n"),
        format!("{WORDS}2026-09-03,c,20.00,D,125.00\n"),
    ] {
        let (amounts, turned) = read(&text, None);
        assert_eq!(amounts, ["10.00", "-5.00", "20.00"], "{text}");
        assert!(turned, "{text}");
    }
    let newest_first = "Date,Description,Debit,Credit,Balance\n2026-09-03,c,20.00,,125.00\n2026-09-02,b,,5.00,105.00\n\
        2026-09-01,a,10.00,,110.00\n";
    assert_eq!(
        read(newest_first, None),
        (["20.00", "-5.00", "10.00"].map(String::from).to_vec(), true)
    );
}

#[test]
fn one_row_and_two_rows_prove_nothing() {
    let first = SIDES.lines().take(2).collect::<Vec<_>>().join("\n");
    for (text, amounts) in [
        (first.as_str(), &["-10.00"][..]),
        (SIDES, &["-10.00", "5.00"]),
        (WORDS, &["-10.00", "5.00"]),
    ] {
        let expected: Vec<String> = amounts.iter().map(ToString::to_string).collect();
        assert_eq!(read(text, None), (expected, false), "{text}");
    }
}

#[test]
fn what_contradicts_the_balance_either_way_stays_as_banks_mean_it() {
    for third in ["20.00,,130.00", "20.00,,"] {
        let (amounts, turned) = read(&format!("{SIDES}2026-09-03,c,{third}\n"), None);
        assert_eq!(amounts, ["-10.00", "5.00", "-20.00"], "{third}");
        assert!(!turned, "{third}");
    }
}

#[test]
fn people_words_of_flow_and_cards_are_believed_more_than_the_balance() {
    let turned = format!("{SIDES}2026-09-03,c,20.00,,125.00\n");
    let mapping = "debit = \"Debit\"\ncredit = \"Credit\"\n";
    for (text, mapping) in [
        (turned.clone(), Some(mapping)),
        (turned.replace("Debit,Credit", "Paid out,Paid in"), None),
        (turned.replace(",b,", ",PAYMENT - THANK YOU,"), None),
        (turned.replace("Description", "Card number"), None),
    ] {
        let (amounts, turned) = read(&text, mapping);
        assert_eq!(amounts, ["-10.00", "5.00", "-20.00"], "{text}");
        assert!(!turned, "{text}");
    }
}

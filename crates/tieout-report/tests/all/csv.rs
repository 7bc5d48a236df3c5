//! The tables: the layout that matches are scored by, ids that stay apart, sums that tie out, cells without formulas.

use crate::common;
use std::collections::BTreeSet;
use tieout_core::Decimal;
use tieout_match::{Input, NewItem, Shape};
use tieout_reconcile::Reconciliation;
use tieout_report::csv::{self, Table};
use tieout_report::{Report, json};

fn text(result: &Reconciliation, table: Table) -> String {
    let problems = common::problems();
    let mut out = Vec::new();
    table(&Report::new(result, &problems, common::PRINTED), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn rows(result: &Reconciliation, table: Table) -> Vec<Vec<String>> {
    let text = text(result, table);
    let rows = text.lines().skip(1);
    rows.map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn matches_have_the_layout_that_is_scored() {
    let text = text(&common::sample(), csv::matches);
    assert!(text.starts_with(
        "group_id,side,line_id,confidence,tier\n\
         M1,statement,2026-03a.sta:12,0.999870,auto\n\
         M1,ledger,E-1001,0.999870,auto\n"
    ));
    assert!(text.ends_with(
        "S2,statement,2026-03b.sta:21,0.493000,suggested\n\
         S2,ledger,E-1008,0.493000,suggested\n"
    ));
}

#[test]
fn exceptions_have_the_layout_that_is_scored_and_leave_out_what_is_only_undecided() {
    assert_eq!(
        text(&common::sample(), csv::exceptions),
        "side,line_id,class\n\
         ledger,E-0412,outstanding_check\n\
         statement,2026-03a.sta:24,processor_fee\n\
         ledger,E-1006,duplicate_entry\n\
         statement,2026-03b.sta:15,bank_fee\n\
         ledger,E-1009,amount_transposed\n\
         ledger,E-1010,outstanding_check\n\
         statement,2026-03b.sta:33,interest\n\
         ledger,E-1011,deposit_in_transit\n"
    );
}

#[test]
fn groups_of_one_side_are_offsets_and_no_matches() {
    let mut result = common::sample();
    result.groups[3].lines = tieout_match::Few::default();
    result.groups[3].shape = Shape::OneSided;
    assert_eq!(
        text(&result, csv::offsets),
        "group_id,side,line_id,confidence,tier\nM4,ledger,E-1005,0.990100,auto\n"
    );
    assert!(!text(&result, csv::matches).contains("M4,"));
}

#[test]
fn the_explanation_sums_to_the_difference() {
    let rows = rows(&common::sample(), csv::explanation);
    let amounts = rows.iter().map(|row| Decimal::parse(&row[4]).unwrap());
    let sum = amounts.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap());
    assert_eq!(sum.to_string(), "-1038.15");
}

#[test]
fn adjustments_balance() {
    let rows = rows(&common::sample(), csv::adjustments);
    let sum = |column: usize| {
        let amounts = rows
            .iter()
            .filter(|row| !row[column].is_empty())
            .map(|row| Decimal::parse(&row[column]).unwrap());
        amounts.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap())
    };
    assert_eq!(rows.len(), 6);
    assert_eq!(sum(3), sum(4));
}

#[test]
fn every_item_says_what_became_of_it() {
    let states = |table, column: usize| -> Vec<String> {
        rows(&common::sample(), table)
            .iter()
            .map(|row| row[column].clone())
            .collect()
    };
    let lines = [
        "matched",
        "matched",
        "matched",
        "matched",
        "open",
        "suggested",
        "matched",
        "open",
        "matched",
    ];
    assert_eq!(states(csv::lines, 12), lines);
    let entries = states(csv::entries, 12);
    assert_eq!(
        entries[5..],
        [
            "matched",
            "matched",
            "open",
            "suggested",
            "suggested",
            "matched",
            "matched",
            "outstanding"
        ]
    );
}

/// The sample with these ids on its entries, in order, and none on the rest.
fn with_ids(ids: &[&str]) -> Reconciliation {
    let mut result = common::sample();
    let from = &result.input.entries;
    let mut input = Input {
        lines: result.input.lines.clone(),
        ..Input::default()
    };
    for (position, entry) in from.indexes().enumerate() {
        let item = NewItem {
            date: from.date(entry),
            amount: from.amount(entry),
            id: ids.get(position).copied().unwrap_or(""),
            description: "=HYPERLINK(\"x\")",
            counterparty: "@cmd",
            reference: "-1+1",
            check_number: "-17",
            ..NewItem::default()
        };
        input.entries.push(&item).unwrap();
    }
    result.input = input;
    result
}

#[test]
fn ids_that_occur_twice_are_told_apart() {
    let result = with_ids(&["A", "B", "A", "A~2", "A", ""]);
    let ids: Vec<String> = rows(&result, csv::entries).iter().map(|row| row[0].clone()).collect();
    let different: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    for id in ["A", "B", "A~3", "A~2", "A~4", "books.beancount:30"] {
        assert!(different.contains(id), "{id}");
    }
    assert_eq!(different.len(), ids.len());
}

#[test]
fn lines_of_one_place_are_told_apart() {
    let mut result = common::sample();
    result.line_numbers = vec![1; 9];
    let ids: Vec<String> = rows(&result, csv::lines).iter().map(|row| row[0].clone()).collect();
    assert_eq!(
        ids[..4],
        [
            "2026-03a.sta:1",
            "2026-03a.sta:1~2",
            "2026-03a.sta:1~3",
            "2026-03b.sta:1"
        ]
    );
}

#[test]
fn files_of_one_name_in_two_folders_keep_their_folders() {
    let mut result = common::sample();
    result.identification.files[1].name = "other/2026-03a.sta".into();
    let ids: Vec<String> = rows(&result, csv::lines).iter().map(|row| row[0].clone()).collect();
    assert_eq!(ids[0], "bank/2026-03a.sta:12");
    assert_eq!(ids[3], "other/2026-03a.sta:9");
    assert_eq!(ids[8], "2026-04a.sta:8");
}

#[test]
fn every_form_calls_an_item_the_same() {
    let result = with_ids(&["A", "A", "B"]);
    let problems = common::problems();
    let mut out = Vec::new();
    json(&Report::new(&result, &problems, common::PRINTED), &mut out).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let in_json: Vec<&str> = document["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    let in_csv: Vec<String> = rows(&result, csv::entries).iter().map(|row| row[0].clone()).collect();
    assert_eq!(in_json, in_csv);
}

#[test]
fn no_cell_begins_a_formula() {
    let text = text(&with_ids(&["=1+2", "+3", "@x"]), csv::entries);
    let first = text.lines().find(|row| row.starts_with("'=1+2,")).unwrap();
    assert!(
        first.contains(",\"'=HYPERLINK(\"\"x\"\")\",'@cmd,'-1+1,-17,"),
        "{first}"
    );
}

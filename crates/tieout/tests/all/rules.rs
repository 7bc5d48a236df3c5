//! Rules from the command line: what they settle counts when the rest is named.

use crate::common::Desk;
use std::fmt::Write as _;

/// A month of payments that the engine matches, with more rows behind them.
fn month(lines: &str, entries: &str) -> (String, String) {
    let mut bank = String::from("Date,Text,Amount,Currency\n");
    let mut books = String::from("Date,Payee,Amount,Currency\n");
    for number in 1..=20 {
        let name = ["Alder Stationery", "Birch Telecom", "Cedar Fuels"][number % 3];
        let amount = 1_000 + number * 37;
        let _ = writeln!(bank, "2026-03-{:02},CARD {name},-{amount}.50,EUR", number + 1);
        let _ = writeln!(books, "2026-03-{number:02},{name},-{amount}.50,EUR");
    }
    (bank + lines, books + entries)
}

/// `class of text`, for lines and entries whose text has this word.
fn classes(name: &str, (bank, books): &(String, String), rules: &str, word: &str) -> Vec<String> {
    let desk = Desk::new(name);
    desk.put("bank.csv", bank).put("books.csv", books);
    desk.put("rules.toml", &format!("schema = 'tieout-rules-1'\n{rules}"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --rules rules.toml --json r.json -q");
    assert!(ended.code < 2, "{}", ended.err);
    let result: serde_json::Value = serde_json::from_str(&desk.read("r.json")).unwrap();
    let text_of = |id: &serde_json::Value| {
        let items = ["lines", "entries"].map(|side| result[side].as_array().unwrap());
        let item = items.into_iter().flatten().find(|item| item["id"] == *id).unwrap();
        format!(
            "{} {}",
            item["date"].as_str().unwrap(),
            item["description"].as_str().unwrap()
        )
    };
    let exceptions = result["exceptions"].as_array().unwrap().iter();
    let told = exceptions.map(|exception| format!("{} {}", text_of(&exception["id"]), exception["class"]));
    told.filter(|told| told.contains(word)).collect()
}

#[test]
fn a_line_whose_twin_a_rule_matched_after_the_engine_is_a_duplicate() {
    let papers = month(
        "2026-03-21,GARAGE HILLSIDE 449911,-240.00,EUR\n2026-03-22,GARAGE HILLSIDE 449911,-240.00,EUR\n",
        "2026-03-21,Van repair,-240.00,EUR\n",
    );
    for stage in ["before", "beside", "after"] {
        let rule =
            format!("[[rule]]\nid='garage'\nrun='{stage}'\nwhen.text='garage'\nthen.match.by=['amount', 'date']");
        assert_eq!(
            classes(&format!("rules-twin-{stage}"), &papers, &rule, "GARAGE"),
            ["2026-03-22 GARAGE HILLSIDE 449911 \"duplicate_line\""],
            "{stage}"
        );
    }
}

#[test]
fn a_line_between_whose_entries_a_rule_leaves_the_choice_is_undecided_and_not_proposed_for_booking() {
    let papers = month(
        "2026-03-21,GARAGE HILLSIDE,-240.00,EUR\n",
        "2026-03-02,Van repair,-240.00,EUR\n2026-03-16,Tyres,-240.00,EUR\n",
    );
    let rule = "[[rule]]\nid='garage'\nwhen.text='garage'\nthen.match.by=['amount']";
    assert_eq!(
        classes("rules-choice", &papers, rule, "GARAGE"),
        ["2026-03-21 GARAGE HILLSIDE \"undecided\""]
    );
}

#[test]
fn what_a_rule_books_keeps_its_place_on_the_list() {
    let papers = month("2026-03-21,MONTHLY ACCOUNT FEE,-8.00,EUR\n", "");
    let rule = "[[rule]]\nid='fees'\nwhen.text='account fee'\nthen.code.account='Bank fees'";
    assert_eq!(
        classes("rules-coded", &papers, rule, "FEE"),
        ["2026-03-21 MONTHLY ACCOUNT FEE \"bank_fee\""]
    );
}

#[test]
fn what_a_rule_ignores_is_not_proposed_for_booking() {
    let papers = month(
        "2026-03-21,MONTHLY FEE,-6.00,EUR\n2026-03-22,TRANSFER FEE,-2.50,EUR\n",
        "",
    );
    let desk = Desk::new("rules-ignored");
    desk.put("bank.csv", &papers.0).put("books.csv", &papers.1);
    let rule = "[[rule]]\nid='owner'\nwhen.text='monthly fee'\nthen.ignore='booked by the owner'";
    desk.put("rules.toml", &format!("schema = 'tieout-rules-1'\n{rule}"));
    let run = "reconcile --statement bank.csv --ledger books.csv --adjustments a.csv -q";
    desk.tieout(run);
    assert!(desk.read("a.csv").contains("MONTHLY FEE"), "{}", desk.read("a.csv"));
    desk.tieout(&format!("{run} --rules rules.toml"));
    let ruled = desk.read("a.csv");
    assert!(
        !ruled.contains("MONTHLY FEE") && ruled.contains("TRANSFER FEE"),
        "{ruled}"
    );
}

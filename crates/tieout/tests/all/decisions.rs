//! What people decide about suggestions, from one run to the next.

use crate::common::{Desk, Ended};
use serde_json::Value;
use std::fmt::Write as _;

const LINES: &str = "\
Date,Description,Amount,Balance
2026-03-03,CASH DEPOSIT,200.00,1200.00
2026-03-03,CASH DEPOSIT,200.00,1400.00
2026-03-05,POS 123 TESCO,-45.10,1354.90
2026-03-09,CASH DEPOSIT,200.00,1554.90
2026-03-10,ACME LTD INV 77,800.00,2354.90
2026-03-12,RENT,-500.00,1854.90
";

const BOOKS: &str = "\
Date,Description,Reference,Amount
2026-03-03,Till takings,,200.00
2026-03-03,Till takings,,200.00
2026-03-05,Groceries Tesco,,-45.10
2026-03-09,Till takings,,200.00
2026-03-10,Acme Ltd invoice,INV-77,800.00
2026-03-12,Rent March,,-500.00
";

const RUN: &str = "reconcile --statement bank.csv --ledger books.csv --currency EUR";

fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("bank.csv", LINES).put("books.csv", BOOKS);
    let ended = desk.tieout(&format!("{RUN} --json result.json"));
    assert_eq!(ended.code, 1, "cash deposits are left to a person: {}", ended.out);
    desk
}

/// Ended so, and said these words, wherever the lines were broken.
fn says(ended: &Ended, code: i32, words: &[&str]) {
    let all = format!("{}{}", ended.out, ended.err);
    assert_eq!(ended.code, code, "{all}");
    let flat = all.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(flat.contains(word), "no \u{201c}{word}\u{201d} in\n{all}");
    }
}

fn json(desk: &Desk, name: &str) -> Value {
    serde_json::from_str(&desk.read(name)).unwrap()
}

/// Suggestions of one line and one entry, by their numbers.
fn suggestions(desk: &Desk) -> Vec<String> {
    let result = json(desk, "result.json");
    let groups = result["groups"].as_array().unwrap().iter();
    let suggested = groups.filter(|group| group["tier"] == "suggested");
    suggested
        .map(|group| group["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn accepted_suggestions_tie_the_books_out() {
    let desk = desk("decide-accept");
    let names = suggestions(&desk).join(" ");
    says(
        &desk.tieout(&format!("decide --accept {names}")),
        0,
        &["D1 accept S1", "--decisions decisions.csv"],
    );
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv --json decided.json"));
    says(&ended, 0, &["Tied out", "decisions.csv", "decided by people"]);
    says(
        &desk.tieout("verify decided.json --files ."),
        0,
        &["All 27 checks hold", "those that were read (3)"],
    );
    let decided = json(&desk, "decided.json");
    let by_people = |group: &&Value| group["proof"]["found_by"] == "decision";
    let groups: Vec<&Value> = decided["groups"].as_array().unwrap().iter().filter(by_people).collect();
    assert_eq!(groups.len(), 3);
    assert!(
        groups
            .iter()
            .all(|group| group["confidence"] == 1.0 && group["tier"] == "auto")
    );
    let name = groups[0]["id"].as_str().unwrap();
    let told = desk.tieout(&format!("explain {name} --result decided.json"));
    says(
        &told,
        0,
        &[
            "a person accepted it: D",
            "of decisions.csv",
            "nothing else was weighed",
        ],
    );
}

#[test]
fn what_was_rejected_is_not_matched_again_and_the_last_word_counts() {
    let desk = desk("decide-reject");
    let matched = |result: &Value| -> Vec<(String, String)> {
        let groups = result["groups"].as_array().unwrap().iter();
        let id = |part: &Value| part[0]["id"].as_str().unwrap_or_default().to_owned();
        groups
            .map(|group| (id(&group["lines"]), id(&group["entries"])))
            .collect()
    };
    let before = matched(&json(&desk, "result.json"));
    let wrong = ("bank.csv:6".to_owned(), "books.csv:6".to_owned());
    assert!(before.contains(&wrong), "{before:?}");
    says(
        &desk.tieout("decide --reject M1 --accept S1"),
        0,
        &["D1 accept S1", "D2 reject M1"],
    );
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv --json decided.json"));
    assert_eq!(ended.code, 1);
    let after = matched(&json(&desk, "decided.json"));
    assert!(!after.contains(&wrong), "{after:?}");
    says(&desk.tieout("verify decided.json"), 0, &["All 27 checks hold"]);
    says(&desk.tieout("decide --accept M1"), 0, &["D3 accept M1"]);
    assert!(
        !desk.read("decisions.csv").contains("D2"),
        "the earlier decision about M1 is gone"
    );
    desk.tieout(&format!("{RUN} --decisions decisions.csv --json decided.json"));
    assert!(matched(&json(&desk, "decided.json")).contains(&wrong));
}

#[test]
fn decisions_survive_files_that_grow() {
    let desk = desk("decide-grown");
    says(&desk.tieout("decide --accept S1,S2,S3"), 0, &["D3"]);
    let first = BOOKS.find("2026-03-03").unwrap();
    let (head, rows) = BOOKS.split_at(first);
    desk.put("books.csv", &format!("{head}2026-02-27,Parking,,-3.00\n{rows}"));
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv --json decided.json"));
    assert!(!ended.out.contains("W_DECISION_NOT_APPLIED"), "{}", ended.out);
    let by_people = |name: &str| -> Vec<String> {
        let result = json(&desk, name);
        let groups = result["groups"].as_array().unwrap().iter();
        let by_people = groups.filter(|group| group["proof"]["found_by"] == "decision");
        let mut entries: Vec<String> = by_people.map(|group| group["entries"][0]["id"].to_string()).collect();
        entries.sort();
        entries
    };
    assert_eq!(
        by_people("decided.json"),
        ["books.csv:3", "books.csv:4", "books.csv:6"].map(|id| format!("\"{id}\""))
    );
    // What is gone, and what is now something else, is told; nothing is guessed.
    desk.put(
        "books.csv",
        &BOOKS.replace("09,Till takings,,200.00", "09,Till takings,,210.00"),
    );
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv --json decided.json"));
    says(
        &ended,
        1,
        &[
            "W_DECISION_NOT_APPLIED",
            "is not applied: the entry books.csv:5 is",
            "210.00",
        ],
    );
    assert_eq!(by_people("decided.json").len(), 2);
}

#[test]
fn a_match_of_ones_own_is_written_with_a_spreadsheet() {
    let desk = desk("decide-own");
    desk.put(
        "own.csv",
        "match;side;id;amount\n\
         till;statement;bank.csv:2;\ntill;statement;bank.csv:3;\ntill;statement;bank.csv:5;\n\
         till;ledger;books.csv:2;\ntill;ledger;books.csv:3;\ntill;ledger;books.csv:5;\n\
         rent;statement;bank.csv:7;\nrent;ledger;books.csv:4;\nrent;difference;short_payment;-454,90\n\
         off;statement;bank.csv:4;\noff;ledger;books.csv:7;\n\
         again;statement;bank.csv:2;\nagain;ledger;books.csv:2;\n",
    );
    let ended = desk.tieout(&format!("{RUN} --decisions own.csv --json decided.json"));
    says(
        &ended,
        1,
        &[
            "off is not applied",
            "454.90",
            "again is not applied: bank.csv:2 is in an earlier decision too",
        ],
    );
    says(&desk.tieout("verify decided.json"), 0, &["All 27 checks hold"]);
    let result = json(&desk, "decided.json");
    let of_people = |shape: &str| {
        let groups = result["groups"].as_array().unwrap().iter();
        groups
            .filter(|group| group["proof"]["found_by"] == "decision" && group["shape"] == shape)
            .count()
    };
    assert_eq!((of_people("n:m"), of_people("1:1")), (1, 1));
    let classes: Vec<&Value> = result["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| &of["class"])
        .collect();
    assert!(classes.iter().any(|class| *class == "short_payment"), "{classes:?}");
}

#[test]
fn a_difference_that_was_booked_is_not_proposed_again() {
    let desk = desk("decide-booked");
    desk.put(
        "books.csv",
        &BOOKS.replace("Groceries Tesco,,-45.10", "Groceries Tesco,,-44.10"),
    );
    desk.put(
        "own.csv",
        "match,side,id,amount\nd,statement,bank.csv:4,\nd,ledger,books.csv:4,\nd,difference,short_payment,-1.00\n",
    );
    let run = format!("{RUN} --decisions own.csv --json decided.json --adjustments fix.csv");
    desk.tieout(&run);
    let fix = desk.read("fix.csv");
    assert!(fix.contains("2026-03-05") && fix.contains("-1.00"), "{fix}");
    let books = desk.read("books.csv");
    desk.put(
        "books.csv",
        &format!("{books}{}", fix.lines().find(|row| row.ends_with("-1.00")).unwrap()),
    );
    desk.tieout(&run);
    assert!(!desk.read("fix.csv").contains("-1.00"), "{}", desk.read("fix.csv"));
    let result = json(&desk, "decided.json");
    let mut groups = result["groups"].as_array().unwrap().iter();
    let group = groups.find(|group| group["proof"]["found_by"] == "decision").unwrap();
    assert_eq!(
        (group["entries"].as_array().unwrap().len(), &group["residuals"]),
        (2, &serde_json::json!([]))
    );
}

#[test]
fn what_cannot_be_decided_is_told_and_changes_nothing() {
    let desk = desk("decide-wrong");
    says(&desk.tieout("decide --accept S99"), 2, &["no match or suggestion S99"]);
    says(&desk.tieout("decide"), 2, &["--accept"]);
    says(
        &desk.tieout("decide --accept S1 --reject s1"),
        2,
        &["s1 is both accepted and rejected"],
    );
    assert!(!desk.path("decisions.csv").exists());
    desk.put("decisions.csv", "match,side,id\nD1,bank,x\n");
    says(&desk.tieout("decide --accept S1"), 2, &["is no side"]);
    assert_eq!(desk.read("decisions.csv"), "match,side,id\nD1,bank,x\n");
    says(
        &desk.tieout(&format!("{RUN} --decisions books.csv")),
        2,
        &["the column \u{201c}match\u{201d} is missing"],
    );
    let own = format!("{RUN} --decisions decisions.csv --json decisions.csv");
    says(&desk.tieout(&own), 2, &["it is an input"]);
}

#[test]
fn a_reversal_that_names_what_it_undoes_needs_nobody() {
    let desk = Desk::new("decide-reversal");
    desk.put("bank.csv", LINES);
    let both = "2026-03-06,Halpin Couriers,B8841,-361.20\n2026-03-07,Reversal of Halpin Couriers,B8841,361.20\n";
    desk.put("books.csv", &format!("{BOOKS}{both}"));
    let ended = desk.tieout(&format!("{RUN} --csv out"));
    assert!(!ended.out.contains("Halpin"), "{}", ended.out);
    let offsets = desk.read("out/offsets.csv");
    assert_eq!(
        offsets.lines().filter(|row| row.ends_with(",auto")).count(),
        2,
        "{offsets}"
    );
    // Which of two it means is for a person to say.
    let third = "2026-03-06,Halpin Couriers Galway,B8841,-361.20\n";
    desk.put("books.csv", &format!("{BOOKS}{both}{third}"));
    desk.tieout(&format!("{RUN} --csv out"));
    let offsets = desk.read("out/offsets.csv");
    assert_eq!(
        offsets.lines().filter(|row| row.ends_with(",auto")).count(),
        0,
        "{offsets}"
    );
}

#[test]
fn two_entries_of_one_contact_are_told_apart_also_in_books_of_another_name() {
    let desk = Desk::new("decide-twins");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2026-03-12,BERGMANN,1190.00,6190.00\n2026-03-20,MILLER,-400.00,5790.00\n",
    );
    let books = "Date,Payee,Memo,Amount\n2026-03-10,Bergmann,Invoice 17,1190.00\n\
                 2026-03-10,Bergmann,Invoice 18,1190.00\n2026-03-20,Miller,Rent,-400.00\n";
    desk.put("march.csv", books).put("april.csv", books);
    let run = "reconcile --statement bank.csv --currency EUR";
    desk.tieout(&format!("{run} --ledger march.csv --json result.json"));
    let result = json(&desk, "result.json");
    let groups = result["groups"].as_array().unwrap().iter();
    let of_second = |group: &&Value| group["entries"][0]["id"] == "march.csv:3";
    let group = groups.into_iter().find(of_second).expect("both invoices are suggested");
    desk.tieout(&format!("decide --accept {}", group["id"].as_str().unwrap()));
    assert!(
        desk.read("decisions.csv").contains("Bergmann / Invoice 18"),
        "{}",
        desk.read("decisions.csv")
    );
    let ended = desk.tieout(&format!(
        "{run} --ledger april.csv --decisions decisions.csv --json april.json"
    ));
    says(&ended, 0, &["in 1 automatic match and 1 decided by people"]);
    let april = json(&desk, "april.json");
    let by_people = |group: &&Value| group["proof"]["found_by"] == "decision";
    let accepted: Vec<&Value> = april["groups"].as_array().unwrap().iter().filter(by_people).collect();
    assert_eq!(accepted.len(), 1, "{}", ended.out);
    assert_eq!(accepted[0]["entries"][0]["id"], "april.csv:3");
}

#[test]
fn a_row_without_an_id_is_found_by_date_amount_and_text() {
    let desk = desk("decide-no-id");
    let head = "decision,match,side,id,date,amount,text\n";
    let rows =
        "accept,X1,statement,,2026-03-09,200.00,CASH DEPOSIT\naccept,X1,ledger,,2026-03-09,200.00,Till takings\n";
    desk.put("decisions.csv", &format!("{head}{rows}"));
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv"));
    says(&ended, 1, &["and 1 decided by people"]);
    desk.put("decisions.csv", &format!("{head}{}", rows.replace("takings", "money")));
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv"));
    says(
        &ended,
        1,
        &["X1 is not applied: there is no entry of 2026-03-09 over 200.00 that says \u{201c}Till money\u{201d}"],
    );
    desk.put(
        "decisions.csv",
        &format!("{head}{}", rows.replace(",2026-03-09,200.00,Till", ",,200.00,Till")),
    );
    let ended = desk.tieout(&format!("{RUN} --decisions decisions.csv"));
    says(
        &ended,
        1,
        &["without an id, date, amount and text say which line or entry is meant"],
    );
}

#[test]
fn of_an_entry_paid_in_part_the_rest_is_on_the_list() {
    let mut bank = String::from("Date,Text,Amount,Currency\n");
    let mut books = String::from("Date,Payee,Reference,Amount,Currency\n");
    for day in 1..=25 {
        let amount = 10_000 + day * 731;
        let _ = writeln!(
            bank,
            "2026-03-{:02},TRANSFER ALDER STATIONERY {},-{amount}.00,EUR",
            day + 1,
            700 + day
        );
        let _ = writeln!(
            books,
            "2026-03-{day:02},Alder Stationery,{},-{amount}.00,EUR",
            700 + day
        );
    }
    bank += "2026-03-28,TRANSFER JUNIPER HOTELS INV-4300 PART,1200.00,EUR\n";
    books += "2026-03-10,Juniper Hotels,INV-4300,2000.00,EUR\n";
    let desk = Desk::new("decisions-part");
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let words = "reconcile --statement bank.csv --ledger books.csv --json r.json --report r.html";
    desk.tieout(words);
    desk.tieout("decide --accept S1 --result r.json");
    let ended = desk.tieout(&format!("{words} --decisions decisions.csv"));
    assert!(ended.out.contains("Books      800.00  Juniper Hotels"), "{}", ended.out);
    assert!(desk.read("r.html").contains("the rest of 2,000.00"));
    // What was rejected does not come again.
    desk.tieout(words);
    desk.tieout("decide --reject S1 --result r.json --into rejected.csv");
    desk.tieout("reconcile --statement bank.csv --ledger books.csv --decisions rejected.csv --json again.json");
    let again = json(&desk, "again.json");
    let groups = again["groups"].as_array().unwrap().iter();
    assert_eq!(
        groups.filter(|group| group["tier"] == "suggested").count(),
        0,
        "{again}"
    );
}

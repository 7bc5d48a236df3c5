//! What `explain` says of lines without a match: rules, what came nearest, and nothing that the same result contradicts.

use crate::common::Desk;
use serde_json::Value;
use std::fmt::Write as _;

const BOOKS: &str = "\
Date,Payee,Amount,Currency
2026-03-02,Alder Stationery,-100.50,EUR
2026-03-16,Tyres,-240.00,EUR
2026-03-18,Tyres,-240.00,EUR
";

const LINES: &str = "\
Date,Text,Amount,Currency
2026-03-02,CARD ALDER STATIONERY,-100.50,EUR
2026-03-13,MOBILE TELECOM,-45.00,EUR
2026-03-16,MOBILE TELECOM,45.00,EUR
2026-03-17,GARAGE HILLSIDE,-240.00,EUR
2026-03-30,ACCOUNT FEES MARCH,-9.90,EUR
";

const RULES: &str = "\
schema = 'tieout-rules-1'
[[rule]]
id = 'fees'
when.text = 'account fees'
then.code = { account = 'Expenses:Bank', tax = 'EXEMPT' }
[[rule]]
id = 'phone'
when = { text = 'telecom', direction = 'out' }
then.split = [{ account = 'Drawings', percent = '50' }, { account = 'Device', amount = '5.00' }, { account = 'Phone', rest = true }]
[[rule]]
id = 'return'
when = { text = 'telecom', direction = 'in' }
then.ignore = 'the owner books it'
[[rule]]
id = 'garage'
when.text = 'garage'
then.match.by = ['amount']
";

/// The version of a rule, as the result has it.
fn version<'a>(result: &'a Value, rule: &str) -> &'a str {
    let rulings = result["rulings"].as_array().unwrap();
    let of_rule = rulings.iter().find(|ruling| ruling["rule"]["id"] == rule).unwrap();
    of_rule["rule"]["version"].as_str().unwrap()
}

#[test]
fn what_a_rule_does_with_a_line_is_told_with_rule_and_version() {
    let desk = Desk::new("explained-rules");
    desk.put("bank.csv", LINES)
        .put("books.csv", BOOKS)
        .put("rules.toml", RULES);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --rules rules.toml --json result.json -q");
    assert!(ended.code < 2, "{}", ended.err);
    let result: Value = serde_json::from_str(&desk.read("result.json")).unwrap();
    let lines = result["lines"].as_array().unwrap();
    let told = |text: &str, direction: &str| {
        let is_meant = |line: &&Value| {
            let is_out = line["amount"].as_str().unwrap().starts_with('-');
            line["description"] == text && is_out == (direction == "out")
        };
        let line = lines.iter().find(is_meant).unwrap();
        desk.tieout(&format!("explain {}", line["id"].as_str().unwrap())).out
    };
    let named = |rule: &str| format!("rule \u{201c}{rule}\u{201d} (version {})", version(&result, rule));
    for (text, direction, rule, done) in [
        (
            "ACCOUNT FEES MARCH",
            "out",
            "fees",
            "codes it to Expenses:Bank (tax code EXEMPT), as the adjustments propose",
        ),
        (
            "MOBILE TELECOM",
            "out",
            "phone",
            "splits it between accounts: -22.50 to Drawings, -5.00 to Device, -17.50 to Phone",
        ),
        (
            "MOBILE TELECOM",
            "in",
            "return",
            "leaves it out of the list of what is to be done, not out of the difference: \u{201c}the owner books it\u{201d}",
        ),
        (
            "GARAGE HILLSIDE",
            "out",
            "garage",
            "fits it and leaves it to a person: 2 entries fit, or another line takes them as well",
        ),
    ] {
        let told = told(text, direction);
        let sentence = format!("{} {done}", named(rule));
        assert!(told.contains(&sentence), "no \u{201c}{sentence}\u{201d} in\n{told}");
    }
    let ignored = told("MOBILE TELECOM", "in");
    assert!(
        ignored.contains("nothing is to be done, as a rule leaves it out") && !ignored.contains("record it"),
        "{ignored}"
    );
}

#[test]
fn a_name_that_many_say_is_not_said_to_be_missing() {
    let desk = Desk::new("explained-names");
    let mut lines = String::from("Date,Text,Amount,Currency\n");
    let mut books = String::from("Date,Payee,Amount,Currency\n");
    for day in 1..=6 {
        let _ = writeln!(lines, "2026-03-{day:02},CARD PAYMENT CITY PARKING,-{day}.40,EUR");
        let _ = writeln!(books, "2026-03-{day:02},City Parking,-{day}.40,EUR");
    }
    lines.push_str("2026-03-25,CARD PAYMENT CITY PARKING,-31.00,EUR\n2026-03-28,KIOSK,-77.00,EUR\n");
    books.push_str("2026-03-27,City Parking,-32.00,EUR\n2026-03-27,Journal du Café,-78.00,EUR\n");
    desk.put("bank.csv", &lines).put("books.csv", &books);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --set suggested=0.99 --json result.json -q");
    assert!(ended.code < 2, "{}", ended.err);
    let parking = desk.tieout("explain bank.csv:8").out;
    assert!(
        parking.contains("-32.00") && parking.contains("against it: both say CITY, PARKING, but so do many others"),
        "{parking}"
    );
    let kiosk = desk.tieout("explain bank.csv:9").out;
    assert!(
        kiosk.contains("against it: no word or number of 3 signs or more is in both texts"),
        "{kiosk}"
    );
}

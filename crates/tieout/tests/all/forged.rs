//! Results in which somebody changed a figure and computed the digest anew: `verify` finds what contradicts the rest.

use crate::common::Desk;
use serde_json::Value;
use tieout_report::Record;
use tieout_report::digest::reseal;
use tieout_report::verify::{Check, verify};

const BOOKS: &str = "\
Date,Payee,Amount,Currency
2026-02-20,Old Debtor,-19.00,EUR
2026-03-02,Alder Stationery,-100.50,EUR
2026-03-09,Card sales,100.00,EUR
2026-03-12,Customer on her way,55.00,EUR
2026-03-16,Tyres,-240.00,EUR
2026-03-18,Tyres,-240.00,EUR
2026-03-30,Birch Rent,-600.00,EUR
";

const LINES: &str = "\
Date,Text,Amount,Currency,Balance
2026-03-02,CARD ALDER STATIONERY,-100.50,EUR,899.50
2026-03-10,PAYOUT 77,97.00,EUR,996.50
2026-03-13,MOBILE TELECOM,-45.00,EUR,951.50
2026-03-16,MOBILE TELECOM,45.00,EUR,996.50
2026-03-17,GARAGE HILLSIDE,-240.00,EUR,756.50
2026-03-30,ACCOUNT FEES MARCH,-9.90,EUR,746.60
2026-04-01,BIRCH RENT,-600.00,EUR,146.60
";

const RULES: &str = "\
schema = 'tieout-rules-1'
[[rule]]
id = 'payout'
run = 'before'
when.text = 'payout'
then.match = { by = ['amount'], entry = { text = 'card sales' }, difference = { max = '5.00', as = 'fee' } }
[[rule]]
id = 'fees'
when.text = 'account fees'
then.code.account = 'Expenses:Bank'
[[rule]]
id = 'phone'
when = { text = 'telecom', direction = 'out' }
then.split = [{ account = 'Drawings', percent = '50' }, { account = 'Phone', rest = true }]
[[rule]]
id = 'return'
when = { text = 'telecom', direction = 'in' }
then.ignore = 'the owner books it'
[[rule]]
id = 'garage'
when.text = 'garage'
then.match.by = ['amount']
";

/// A result as of the end of March: rules, an entry cleared later, one that is too old, one that counts as cleared before.
fn with_rules(name: &str) -> Value {
    let desk = Desk::new(name);
    desk.put("bank.csv", LINES)
        .put("books.csv", BOOKS)
        .put("rules.toml", RULES);
    result(
        &desk,
        "--statement bank.csv --ledger books.csv --rules rules.toml --as-of 2026-03-31",
    )
}

/// The demo's result, which has fees that its payouts teach.
fn demo(name: &str) -> Value {
    let desk = Desk::new(name);
    desk.put("statement.xml", include_str!("../../demo/statement.xml"))
        .put("books.csv", include_str!("../../demo/books.csv"));
    result(&desk, "--statement statement.xml --ledger books.csv")
}

/// A result of a statement of which a line could not be read.
fn partial(name: &str) -> Value {
    let desk = Desk::new(name);
    let lines = "Date,Text,Amount,Currency\n2026-03-02,CARD ALDER STATIONERY,-100.50,EUR\n2026-03-xx,WHEN,-1.00,EUR\n";
    desk.put("bank.csv", lines).put("books.csv", BOOKS);
    result(&desk, "--statement bank.csv --ledger books.csv")
}

fn result(desk: &Desk, inputs: &str) -> Value {
    let ended = desk.tieout(&format!("reconcile {inputs} --json result.json -q"));
    assert!(ended.code < 2, "{}", ended.err);
    serde_json::from_str(&desk.read("result.json")).unwrap()
}

/// What `verify` finds in a document with a digest of its own.
fn found(result: &Value) -> Vec<String> {
    let mut result = result.clone();
    result.as_object_mut().unwrap().remove("digest");
    let text = serde_json::to_string_pretty(&result).unwrap();
    let body = text.strip_suffix("\n}").unwrap();
    let document = reseal(&format!("{body},\n  \"digest\": \"sha256:0\"\n}}\n")).unwrap();
    let checks = verify(&Record::read(&document).unwrap());
    let broken = checks.into_iter().filter(|check| !check.holds());
    broken.flat_map(|check: Check| check.findings).collect()
}

/// Each of these changes alone is found, and what is found says so.
fn each_is_found(honest: &Value, forgeries: &[(&str, &str, Value)]) {
    assert_eq!(found(honest), [""; 0], "the result as it was made");
    for (place, words, forged) in forgeries {
        let mut result = honest.clone();
        let leaf = result.pointer_mut(place).unwrap_or_else(|| panic!("no {place}"));
        assert_ne!(leaf, forged, "{place} is no forgery");
        *leaf = forged.clone();
        let findings = found(&result);
        assert!(
            findings.iter().any(|finding| finding.contains(words)),
            "{place}: no \u{201c}{words}\u{201d} in {findings:#?}"
        );
    }
}

/// The place of the first member of a list of which this holds.
fn place(result: &Value, list: &str, is_meant: impl Fn(&Value) -> bool) -> String {
    let members = result[list].as_array().unwrap();
    let place = members
        .iter()
        .position(is_meant)
        .unwrap_or_else(|| panic!("no such {list}"));
    format!("/{list}/{place}")
}

#[test]
fn what_rules_decided_follows_from_matches_and_bookings() {
    let honest = with_rules("forged-rules");
    let of = |kind: &str| place(&honest, "rulings", |ruling| ruling["kind"] == kind);
    let matched = of("matched");
    each_is_found(
        &honest,
        &[
            (
                "/rulings",
                "names rule \u{201c}payout\u{201d}",
                Value::Array(Vec::new()),
            ),
            (
                &format!("{matched}/rule/id"),
                "names rule \u{201c}payout\u{201d}",
                "other".into(),
            ),
            (
                &format!("{matched}/rule/version"),
                "names rule \u{201c}payout\u{201d}",
                "0".into(),
            ),
            (
                &format!("{matched}/kind"),
                "names rule \u{201c}payout\u{201d}",
                "undecided".into(),
            ),
            (
                &format!("{}/kind", of("coded")),
                "its decision is not listed so",
                "ignored".into(),
            ),
            (
                &format!("{}/reason", of("split")),
                "to Drawings, Phone, but",
                "Drawings".into(),
            ),
            (
                &format!("{}/kind", of("ignored")),
                "no booking is proposed",
                "split".into(),
            ),
            (
                &format!("{}/kind", of("ignored")),
                "are listed, but the note",
                "undecided".into(),
            ),
            (
                &format!("{}/kind", of("undecided")),
                "names rule \u{201c}garage\u{201d}",
                "ignored".into(),
            ),
            (&format!("{}/kind", of("undecided")), "is not known", "forgotten".into()),
        ],
    );
}

#[test]
fn a_decision_of_a_rule_that_is_taken_off_the_list_is_missed() {
    let honest = with_rules("forged-removed");
    let rulings = honest["rulings"].as_array().unwrap();
    assert_eq!(rulings.len(), 5);
    for place in 0..rulings.len() {
        let mut result = honest.clone();
        let removed = result["rulings"].as_array_mut().unwrap().remove(place);
        assert!(!found(&result).is_empty(), "{removed}");
    }
}

#[test]
fn exceptions_and_outstanding_entries_say_the_same() {
    let honest = with_rules("forged-findings");
    let exception = place(&honest, "exceptions", |one| one["class"] == "deposit_in_transit");
    let stale = place(&honest, "outstanding", |one| one["state"] == "stale");
    let later = place(&honest, "outstanding", |one| one["state"] == "cleared_later");
    each_is_found(
        &honest,
        &[
            (
                &format!("{exception}/stale"),
                "is too old by the settings",
                false.into(),
            ),
            (&format!("{exception}/action"), "is not known", "forget".into()),
            ("/settings/deposit_days", "is not too old by the settings", 60.into()),
            (
                &format!("{stale}/class"),
                "which neither the entry nor",
                "payment_in_transit".into(),
            ),
            (
                &format!("{stale}/state"),
                "which neither the entry nor",
                "waiting".into(),
            ),
            (
                &format!("{later}/class"),
                "which neither the entry nor",
                "outstanding_check".into(),
            ),
            (
                "/verdict/reasons",
                "entries outstanding for too long",
                Value::Array(Vec::new()),
            ),
        ],
    );
}

#[test]
fn counts_and_days_of_statements_follow_from_their_lines() {
    let honest = with_rules("forged-statements");
    let lines = honest["statements"][0]["lines"].as_u64().unwrap();
    each_is_found(
        &honest,
        &[
            (
                "/counts/assumed_cleared",
                "entries assumed to be cleared: 0, counted 1",
                0.into(),
            ),
            ("/period/first", "but the notes say otherwise", "2026-03-01".into()),
            (
                "/counts/lines_counted_once",
                "lines of the statements, each once",
                1.into(),
            ),
            (
                "/statements/0/lines",
                "lines of bank.csv: 8, counted 7",
                (lines + 1).into(),
            ),
            ("/statements/0/shared", "shares 1 lines", 1.into()),
            (
                "/statements/0/first_day",
                "a day of no statement of its file",
                "2026-03-03".into(),
            ),
            ("/lines/0/date", "before the period begins", "1999-01-01".into()),
            (
                "/lines/0/date",
                "a day of no statement of its file",
                "1999-01-01".into(),
            ),
        ],
    );
}

#[test]
fn a_break_before_lines_that_both_statements_hold_is_no_forgery() {
    let desk = Desk::new("honest-overlap");
    let statement = |rows: &str| format!("Date,Text,Amount,Currency,Balance\n{rows}");
    desk.put("books.csv", BOOKS)
        .put(
            "a.csv",
            &statement(
                "2026-03-02,ALDER,-100.50,EUR,899.50\n2026-03-05,BIRCH,-20.00,EUR,879.50\n\
                 2026-03-06,CEDAR,-30.00,EUR,849.50\n2026-03-07,FJORD,-31.00,EUR,818.50\n",
            ),
        )
        .put(
            "b.csv",
            &statement(
                "2026-03-05,BIRCH,-20.00,EUR,869.50\n2026-03-06,CEDAR,-30.00,EUR,839.50\n\
                 2026-03-07,FJORD,-31.00,EUR,808.50\n2026-03-09,DUNE,-10.00,EUR,798.50\n",
            ),
        );
    let result = result(&desk, "--statement a.csv --statement b.csv --ledger books.csv");
    assert_eq!(
        (&result["breaks"][0]["amount"], &result["statements"][1]["shared"]),
        (&Value::from("-10.00"), &Value::from(3))
    );
    assert_eq!(found(&result), [""; 0]);
}

#[test]
fn fees_keep_to_the_settings() {
    let honest = demo("forged-fees");
    assert_eq!(found(&honest), [""; 0]);
    let mut result = honest;
    for setting in ["max_fee_per_mille", "max_learnt_fee_per_mille"] {
        result["settings"][setting] = 0.into();
    }
    let findings = found(&result);
    assert!(
        findings
            .iter()
            .any(|finding| finding.contains("more than the settings allow")),
        "{findings:#?}"
    );
}

#[test]
fn what_was_not_read_is_in_the_verdict() {
    each_is_found(
        &partial("forged-partial"),
        &[
            ("/files/0/completeness", "but has", "whole".into()),
            ("/files/0/completeness", "is not known", "lost".into()),
            (
                "/files/1/completeness",
                "not read whole: 1, counted 2",
                "partial".into(),
            ),
            ("/files/1/role", "is not known", "paper".into()),
            ("/problems", "but no problem of it is listed", Value::Array(Vec::new())),
            ("/problems/0/file", "none of the files", "other.csv".into()),
            ("/verdict/reasons/0/code", "is not known", "mood".into()),
            (
                "/verdict/reasons",
                "not read whole: 0, counted 1",
                Value::Array(Vec::new()),
            ),
        ],
    );
}

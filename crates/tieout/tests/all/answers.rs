//! Asking about results: `verify`, `explain`, `diff`, `what-if`.

use crate::common::{Desk, Ended};
use serde_json::Value;
use std::fmt::Write as _;
use tieout_report::Record;
use tieout_report::digest::reseal;
use tieout_report::verify::verify;

const STATEMENT: &str = include_str!("../../demo/statement.xml");
const BOOKS: &str = include_str!("../../demo/books.csv");
const INPUTS: &str = "--statement statement.xml --ledger books.csv";

/// A desk with the demo's files and its result.
fn demo(name: &str, options: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("statement.xml", STATEMENT).put("books.csv", BOOKS);
    let ended = desk.tieout(&format!("reconcile {INPUTS} --json result.json --quiet {options}"));
    assert!(ended.code < 2, "{}", ended.err);
    desk
}

fn says(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, code, "{}{}", ended.out, ended.err);
    for word in words {
        assert!(
            ended.out.contains(word) || ended.err.contains(word),
            "no \u{201c}{word}\u{201d} in\n{}{}",
            ended.out,
            ended.err
        );
    }
}

const JOURNAL: &str = "\
2026-02-28 opening balances
    assets:bank    1000.00 EUR
    equity:opening

2026-03-02 Acme GmbH | INV-1001
    assets:bank    250.00 EUR
    income:sales

2026-03-05 Office Supplies | bill 77
    assets:bank    -80.50 EUR
    expenses:office

2026-03-30 Rent April
    assets:bank    -600.00 EUR
    expenses:rent
";

const LINES: &str = "\
Date,Text,Amount,Balance
2026-03-03,ACME GMBH INV-1001,250.00,1250.00
2026-03-06,OFFICE SUPPLIES BILL 77,-80.50,1169.50
2026-03-20,ACCOUNT FEES,-12.90,1156.60
2026-04-02,STANDING ORDER RENT APRIL,-600.00,556.60
2026-04-20,UNKNOWN PAYER,33.00,589.60
";

#[test]
fn every_result_verifies() {
    for (name, options) in [
        ("whole", ""),
        ("as-of", "--as-of 2026-09-15"),
        ("strict", "--set automatic=0.999"),
    ] {
        let desk = demo(&format!("verify-{name}"), options);
        says(
            &desk.tieout("verify result.json --files ."),
            0,
            &["All 27 checks hold", "the files are those"],
        );
    }
    for (name, options) in [
        ("later", "--as-of 2026-03-31"),
        ("all", ""),
        ("half", "--as-of 2026-03-04"),
    ] {
        let desk = Desk::new(&format!("verify-{name}"));
        desk.put("bank.csv", LINES).put("books.journal", JOURNAL);
        let ended = desk.tieout(&format!(
            "reconcile --statement bank.csv --ledger books.journal --account assets:bank --json result.json {options}"
        ));
        assert!(ended.code < 2, "{}", ended.err);
        says(&desk.tieout("verify result.json"), 0, &["All 27 checks hold"]);
    }
}

#[test]
fn results_with_rules_verify() {
    let desk = Desk::new("verify-rules");
    desk.put("bank.csv", LINES).put("books.journal", JOURNAL).put(
        "rules.toml",
        "schema = 'tieout-rules-1'\n\
         [[rule]]\nid='fees'\nwhen.text='fees'\nthen.split=[{account='expenses:bank', percent='50', tax='X'}, {account='expenses:other', rest=true}]\n\
         [[rule]]\nid='bill'\nrun='before'\nwhen.text='bill'\nthen.match.by=['contact']\n\
         [[rule]]\nid='rent'\nrun='beside'\nwhen.text='rent'\nthen.ignore='paid by the owner'\n\
         [[rule]]\nid='unknown'\nwhen.text='payer'\nthen.ignore='asked the bank'\n",
    );
    let words = "reconcile --statement bank.csv --ledger books.journal --account assets:bank --rules rules.toml";
    let ended = desk.tieout(&format!("{words} --json result.json --adjustments fix.journal"));
    says(&ended, 1, &["1 line is ignored by rules"]);
    says(&desk.tieout("verify result.json"), 0, &["All 27 checks hold"]);
    let result: Value = serde_json::from_str(&desk.read("result.json")).unwrap();
    let of_rule: Vec<&Value> = result["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| !group["proof"]["rule"].is_null())
        .collect();
    assert_eq!(of_rule[0]["proof"]["rule"]["id"], "bill");
    let coded = result["adjustments"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "coded")
        .unwrap();
    let amounts: Vec<&str> = coded["postings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["amount"].as_str().unwrap())
        .collect();
    assert_eq!(amounts, ["-12.90", "6.45", "6.45"]);
    assert_eq!(coded["postings"][1]["tax_code"], "X");
    let journal = desk.read("fix.journal");
    assert!(
        journal.contains("expenses:bank") && journal.contains("expenses:other"),
        "{journal}"
    );
    // What is ignored is in the difference all the same, and no longer in the list of what is to do.
    assert!(!ended.out.contains("UNKNOWN PAYER\n"), "{}", ended.out);
    let open = result["explanation"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "open_lines")
        .unwrap();
    let shares: Vec<&str> = open["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["amount"].as_str().unwrap())
        .collect();
    assert!(shares.contains(&"33.00"), "{shares:?}");
    let rule_match = of_rule[0]["id"].as_str().unwrap();
    says(
        &desk.tieout(&format!("explain {rule_match}")),
        0,
        &["made by rule \u{201c}bill\u{201d}", "contact stands in the line"],
    );
}

/// Every place of a document that holds a number, an amount, a date or an id.
fn leaves(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, member)| leaves(member, format!("{path}/{key}"), found)),
        Value::Array(members) => {
            members
                .iter()
                .enumerate()
                .for_each(|(place, member)| leaves(member, format!("{path}/{place}"), found));
        }
        Value::Number(_) => found.push(path),
        Value::String(text) => {
            let figure = text.chars().all(|sign| "-.0123456789".contains(sign)) && !text.is_empty();
            if figure || path.ends_with("/id") {
                found.push(path);
            }
        }
        Value::Bool(_) | Value::Null => {}
    }
}

/// The next amount, date or name.
fn altered(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::from(number.as_f64().unwrap() / 2.0 + 0.25),
        Value::Number(number) => Value::from(number.as_i64().unwrap() + 1),
        Value::String(text) => {
            let last = text.chars().last().unwrap();
            let next = match last {
                '0'..='8' => char::from_u32(u32::from(last) + 1).unwrap(),
                _ => '1',
            };
            Value::from(format!("{}{next}", &text[..text.len() - last.len_utf8()]))
        }
        other => other.clone(),
    }
}

#[test]
fn no_altered_figure_passes() {
    let desk = demo("tampering", "");
    let text = desk.read("result.json");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let mut paths = Vec::new();
    leaves(&whole, String::new(), &mut paths);
    assert!(paths.len() > 1_000, "{}", paths.len());
    // What sums and counts prove is found even where somebody computed the digest anew.
    let proven = |path: &str| {
        let in_list = [
            "/figures/",
            "/counts/",
            "/two_sided/",
            "/explanation/",
            "/parting/days/",
        ];
        let is_sum = in_list.iter().any(|list| path.starts_with(list));
        let of_match = path.starts_with("/groups/")
            && !path.contains("runner_up")
            && !path.contains("alternatives")
            && !path.contains("/rule");
        (is_sum || of_match || path.starts_with("/lines/") && path.ends_with("/amount"))
            && !path.ends_with("/from")
            && !path.ends_with("/date")
    };
    let mut unsealed = 0;
    for (number, path) in paths.iter().enumerate() {
        let mut changed = whole.clone();
        let leaf = changed.pointer_mut(path).unwrap();
        *leaf = altered(leaf);
        // The order of members is that of the file, so that the digest alone would tell.
        let document = serde_json::to_string(&changed).unwrap();
        let found = |document: &str| match Record::read(document) {
            Err(_) => true,
            Ok(record) => verify(&record).iter().any(|check| !check.holds()),
        };
        if number % 7 == 0 {
            assert!(found(&document), "{path} was altered and nobody saw it");
        }
        if number % 5 == 0 && proven(path) {
            let document = reseal_sorted(&document);
            assert!(
                found(&document),
                "{path} was altered, the digest made anew, and nobody saw it"
            );
            unsealed += 1;
        }
    }
    assert!(unsealed > 100, "{unsealed}");
}

/// A document whose members were sorted by its reader, with a digest of its own as its last member.
fn reseal_sorted(document: &str) -> String {
    let mut value: Value = serde_json::from_str(document).unwrap();
    value.as_object_mut().unwrap().remove("digest");
    let text = serde_json::to_string_pretty(&value).unwrap();
    let body = text.strip_suffix("\n}").unwrap();
    reseal(&format!("{body},\n  \"digest\": \"sha256:0\"\n}}\n")).unwrap()
}

#[test]
fn an_altered_text_breaks_the_digest() {
    let desk = demo("altered", "");
    let text = desk.read("result.json").replacen("GALWAY BINDERY", "GALWAY BINDARY", 1);
    desk.put("result.json", &text);
    says(
        &desk.tieout("verify result.json --quiet"),
        1,
        &["something was changed"],
    );
}

#[test]
fn what_is_wrong_is_named_with_its_figures() {
    let desk = demo("named", "");
    let mut value: Value = serde_json::from_str(&desk.read("result.json")).unwrap();
    value["groups"][0]["lines"][0]["amount"] = Value::from("1.00");
    let id = value["groups"][0]["id"].as_str().unwrap().to_owned();
    desk.put("result.json", &reseal_sorted(&value.to_string()));
    says(
        &desk.tieout("verify result.json"),
        1,
        &[&format!("{id}: lines 1.00"), "\u{2717} lines less entries"],
    );
}

#[test]
fn what_is_no_result_is_refused() {
    let desk = Desk::new("no-result");
    desk.put("a.json", "{\"schema\": \"else\"}")
        .put("b.json", "not json")
        .put("c.json", "{\"schema\": \"tieout-result-1\"}");
    says(&desk.tieout("verify a.json"), 2, &["not a result of"]);
    says(&desk.tieout("verify b.json"), 2, &["line 1 column"]);
    says(&desk.tieout("verify c.json"), 2, &["missing field"]);
    says(&desk.tieout("explain M1"), 2, &["result.json"]);
}

#[test]
fn a_match_is_explained_from_its_file_alone() {
    let desk = demo("explained", "");
    let told = desk.tieout("explain M25");
    says(
        &told,
        0,
        &[
            "matched, confidence",
            "GALWAY BINDERY",
            "bits in all",
            "Why it is automatic",
            "digits swapped",
        ],
    );
    says(&desk.tieout("explain m25"), 0, &["M25: "]);
    let result: Value = serde_json::from_str(&desk.read("result.json")).unwrap();
    let entry = result["groups"][24]["entries"][0]["id"].as_str().unwrap();
    says(&desk.tieout(&format!("explain {entry}")), 0, &["M25: "]);
    says(&desk.tieout("explain M999"), 2, &["matches are M1 to M37"]);
    let alone = result["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["class"] == "duplicate_entry")
        .unwrap();
    let alone = alone["id"].as_str().unwrap();
    says(
        &desk.tieout(&format!("explain {alone}")),
        0,
        &[
            "an entry in no match and no suggestion",
            "duplicate entry: remove the duplicate",
            "What came nearest",
            "-361.20",
            "it is matched in M",
        ],
    );
    says(
        &desk.tieout("explain HB260092200030"),
        0,
        &[
            "a bank line in no match and no suggestion",
            "not in the books: record it",
            "nothing: no entry has this amount",
        ],
    );
}

#[test]
fn what_a_setting_would_change_is_shown_before_it_is_changed() {
    let desk = demo("what-if", "");
    says(
        &desk.tieout(&format!("what-if {INPUTS} --with max-fee=0.5%")),
        1,
        &["33 as before, 0 added, 4 removed", "STRIPE PAYMENTS EUROPE"],
    );
    says(
        &desk.tieout(&format!("what-if {INPUTS} --with max-fee=6%")),
        0,
        &["37 as before, 0 added, 0 removed"],
    );
    says(
        &desk.tieout(&format!("what-if {INPUTS} --with fee=6%")),
        2,
        &["fee is no setting; there are automatic"],
    );
    let json = desk.tieout(&format!("what-if {INPUTS} --with max-fee=0.5% --as json"));
    let value: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        (value["kept"].as_i64(), value["changes"].as_array().unwrap().len()),
        (Some(33), 4)
    );
    desk.tieout(&format!(
        "reconcile {INPUTS} --set max-fee=0.5% --json other.json --quiet"
    ));
    says(
        &desk.tieout("diff result.json other.json"),
        1,
        &["33 as before, 0 added, 4 removed"],
    );
    says(&desk.tieout("diff result.json result.json"), 0, &["37 as before"]);
}

#[test]
fn a_promised_error_rate_picks_the_threshold_and_says_why() {
    let desk = demo("error-rate", "");
    let built_in = format!("reconcile {INPUTS} --max-error-rate 0.02");
    says(
        &desk.tieout(&built_in),
        1,
        &["so that at most 2 % are", "held-back matches"],
    );
    let words = format!("reconcile {INPUTS} --max-error-rate 0.001");
    desk.put(
        "table.csv",
        "# tieout-reliability-1 tieout-match 8\nconfidence,matches,wrong\n0.9,1000,20\n0.99,3000,1\n0.999,9000,0\n",
    );
    let ended = desk.tieout(&format!("{words} --calibration table.csv --json result.json"));
    says(
        &ended,
        1,
        &[
            "automatic from a confidence of 99 %",
            "12,000 held-back matches",
            "1 were wrong",
        ],
    );
    let result: Value = serde_json::from_str(&desk.read("result.json")).unwrap();
    assert_eq!(result["settings"]["automatic"], 0.99);
    let impossible = format!("reconcile {INPUTS} --max-error-rate 0.0001 --calibration table.csv");
    says(&desk.tieout(&impossible), 2, &["cannot be promised"]);
    desk.put(
        "table.csv",
        "# tieout-reliability-1 other 7\nconfidence,matches,wrong\n",
    );
    says(
        &desk.tieout(&format!("{words} --calibration table.csv")),
        2,
        &["measured with other 7"],
    );
}

#[test]
fn rules_are_tried_before_they_are_used() {
    let desk = Desk::new("rules-try");
    desk.put("bank.csv", LINES).put("books.journal", JOURNAL).put(
        "rules.toml",
        "schema = 'tieout-rules-1'\n\
         [[rule]]\nid='fees'\nwhen.text='account fees'\nthen.code.account='expenses:bank'\n\
         [[rule]]\nid='never'\nwhen.text='acme'\nthen.never_match.text='acme'\n\
         [[rule]]\nid='idle'\nwhen.text='nobody'\nthen.ignore='x'\n",
    );
    let inputs = "--statement bank.csv --ledger books.journal --account assets:bank";
    let ended = desk.tieout(&format!("rules try rules.toml {inputs}"));
    says(
        &ended,
        1,
        &[
            "Rule \u{201c}fees\u{201d}: 1 line coded",
            "Rule \u{201c}idle\u{201d}: fits no line",
            "0 added, 1 removed",
            "expenses:bank",
        ],
    );
    says(
        &desk.tieout(&format!("rules try rules.toml --against rules.toml {inputs}")),
        0,
        &["0 added, 0 removed"],
    );
    desk.put(
        "rules.toml",
        "schema = 'tieout-rules-1'\n[[rule]]\nid='a'\nwhen={}\nthen={cod={}}\n",
    );
    says(
        &desk.tieout(&format!("rules try rules.toml {inputs}")),
        2,
        &[
            "in rules.toml",
            "line 5, column 7",
            "knows no \u{201c}cod\u{201d}; there are match, code",
        ],
    );
}

#[test]
fn rules_are_proposed_from_history_and_can_be_used_as_they_are() {
    let desk = Desk::new("rules-propose");
    let mut lines = String::from("Date,Text,Amount,Balance\n");
    let mut journal = String::from("2025-12-31 opening balances\n    assets:bank  1000.00 EUR\n    equity:opening\n");
    let mut balance = 100_000_i64;
    for month in 1..=5 {
        let cents = 3_700 + month;
        balance -= cents;
        let decimal = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let _ = writeln!(
            lines,
            "2026-0{month}-10,CARD 44{month} DROPBOX PLAN,-{},{}",
            decimal(cents),
            decimal(balance)
        );
        if month < 5 {
            let _ = writeln!(
                journal,
                "\n2026-0{month}-09 Dropbox plan\n    assets:bank  -{} EUR\n    expenses:software",
                decimal(cents)
            );
        }
    }
    desk.put("bank.csv", &lines).put("books.journal", &journal);
    let words =
        "reconcile --statement bank.csv --ledger books.journal --account assets:bank --json result.json --quiet";
    assert_eq!(desk.tieout(words).code, 1);
    let proposed = desk.tieout("rules propose --result result.json");
    says(
        &proposed,
        0,
        &["booked so 4 times, never otherwise", "expenses:software", "DROPBOX"],
    );
    desk.put("rules.toml", &proposed.out);
    desk.tieout(&format!("{words} --rules rules.toml"));
    let result: Value = serde_json::from_str(&desk.read("result.json")).unwrap();
    assert_eq!(result["adjustments"][0]["kind"], "coded");
    assert_eq!(result["adjustments"][0]["postings"][1]["account"], "expenses:software");
    says(
        &desk.tieout("rules propose --result result.json --least 50"),
        1,
        &["no rule: of 4 lines"],
    );
}

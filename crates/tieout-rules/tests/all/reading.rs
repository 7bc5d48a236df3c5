//! Rule files: every mistake is named where it stands, and what is written reads as the same rules.

use proptest::prelude::*;
use tieout_core::Currency;
use tieout_rules::{Form, Rulebook};

fn euro() -> Currency {
    "EUR".parse().unwrap()
}

fn toml(text: &str) -> Result<Rulebook, String> {
    Rulebook::parse(text, Form::Toml, euro()).map_err(|mistake| mistake.to_string())
}

const WHOLE: &str = r#"
schema = "tieout-rules-1"

[[rule]]
id = "rent"
note = "the office"
run = "before"
when = { text = { words = "rent office" }, direction = "out", amount = { min = "500", max = "1500.00" } }
then = { match = { by = ["contact", "amount"], days_before = 10, entry = { type = "Expenses:Rent" } } }

[[rule]]
id = "fees"
continue = true
[rule.when]
any = [{ type = ["CHG", "fee"] }, { description = { regex = '(?i)service\s+charge' } }]
not = { counterparty = { starts = "Acme" } }
date = { from = 2026-01-01, weekday = ["monday", "friday"], day_of_month = [1, "last"] }
[rule.then.code]
account = "Expenses:Bank fees"
tax = "EXEMPT"

[[rule]]
id = "phone"
run = "beside"
when = { reference = "MOBILE", account = "DE89" }
then.split = [{ account = "Private", percent = "33.3" }, { account = "Fixed", amount = "5.00" }, { account = "Phone", rest = true }]

[[rule]]
id = "own"
when = {}
then.ignore = "moved between own accounts"

[[rule]]
id = "not-them"
when = { text = "ACME" }
then.never_match = { counterparty = "Acme Wireless" }
"#;

#[test]
fn what_is_written_reads_as_the_same_rules() {
    let book = toml(WHOLE).unwrap();
    assert_eq!(book.rules.len(), 5);
    let again = toml(&book.to_toml()).unwrap_or_else(|wrong| panic!("{wrong}\n{}", book.to_toml()));
    assert_eq!(again, book, "{}", book.to_toml());
}

#[test]
fn the_example_of_the_reference_is_a_rule_file() {
    let page = include_str!("../../../../docs/rules.md");
    let example = page
        .split("```")
        .nth(1)
        .and_then(|block| block.strip_prefix("toml"))
        .unwrap();
    assert_eq!(toml(example).unwrap().rules.len(), 5);
}

#[test]
fn json_says_the_same() {
    let text = r#"{"schema": "tieout-rules-1", "rule": [
        {"id": "fees", "when": {"text": "FEE"}, "then": {"code": {"account": "Fees"}}}]}"#;
    let json = Rulebook::parse(text, Form::Json, euro()).unwrap();
    let same = "schema = 'tieout-rules-1'\n[[rule]]\nid = 'fees'\nwhen.text = 'fee'\nthen.code.account = 'Fees'\n";
    assert_eq!(json, toml(same).unwrap());
}

#[test]
fn a_rule_changes_its_version_with_everything_but_its_note() {
    let version = |text: &str| {
        let text = format!("schema = 'tieout-rules-1'\n[[rule]]\nid = 'a'\n{text}");
        toml(&text).unwrap().rules[0].version().version
    };
    let base = version("when.text = 'FEE'\nthen.ignore = 'x'");
    assert_eq!(
        base,
        version("note = 'why'\nwhen = { text = 'fee' }\nthen = { ignore = 'x' }")
    );
    assert_ne!(base, version("when.text = 'FEES'\nthen.ignore = 'x'"));
    assert_ne!(base, version("run = 'before'\nwhen.text = 'FEE'\nthen.ignore = 'x'"));
}

/// A rule with this body, from line 2 on.
fn mistake(body: &str) -> String {
    toml(&format!("schema = 'tieout-rules-1'\n{body}")).unwrap_err()
}

#[test]
fn mistakes_are_named_where_they_stand() {
    let rule = |rest: &str| mistake(&format!("[[rule]]\nid = 'a'\n{rest}"));
    for (told, place, words) in [
        (
            mistake("rules = 3"),
            "line 2, column 1",
            "knows no \u{201c}rules\u{201d}",
        ),
        (rule("whem = {}"), "line 2, column 1", "needs conditions"),
        (
            rule("when = {}\nthen = { ignore = 'x' }\nwhem = 1"),
            "line 6, column 1",
            "knows no \u{201c}whem\u{201d}",
        ),
        (
            rule("when = { txt = 'a' }"),
            "line 4, column 10",
            "there are text, description",
        ),
        (
            rule("when = { text = '--' }"),
            "line 4, column 17",
            "a letter or a digit",
        ),
        (
            rule("when = { text = { regex = '(' } }"),
            "line 4, column 27",
            "not a regular expression",
        ),
        (
            rule("when = { text = { regex = '(a{1000}){1000}' } }"),
            "line 4, column 27",
            "too large",
        ),
        (
            rule("when = { amount = 12.5 }"),
            "line 4, column 19",
            "write it in quotes",
        ),
        (
            rule("when = { amount = '1.005' }"),
            "line 4, column 19",
            "2 digits after the point",
        ),
        (rule("when = { amount = '-5' }"), "line 4, column 19", "direction says"),
        (
            rule("when = { date = { from = '2026-13-01' } }"),
            "line 4, column 26",
            "like 2026-03-31",
        ),
        (
            rule("when = { date = { weekday = 'Montag' } }"),
            "line 4, column 29",
            "in English",
        ),
        (rule("when = {}\nthen = {}"), "line 5, column 8", "one action"),
        (
            rule("when = {}\nthen.split = [{account = 'x', percent = '50'}]"),
            "line 5, column 14",
            "rest = true",
        ),
        (
            rule("when = {}\nthen.match.by = ['amuont']"),
            "line 5, column 18",
            "lists what must agree",
        ),
        (rule("run = 'early'"), "line 4, column 7", "before, beside, after"),
        (rule("when = {"), "line 4, column", ""),
        (
            toml("[[rule]]\n").unwrap_err(),
            "line 1, column 1",
            "must begin with schema",
        ),
    ] {
        assert!(
            told.starts_with(place) && told.contains(words),
            "{told} should be at {place}: {words}"
        );
    }
    let twice = "[[rule]]\nid='a'\nwhen={}\nthen.ignore='x'\n".repeat(2);
    assert!(mistake(&twice).contains("two rules are called"));
    let json = r#"{"schema": "tieout-rules-1",
  "rule": [{"id": "a", "id": "b"}]}"#;
    let told = Rulebook::parse(json, Form::Json, euro()).unwrap_err().to_string();
    assert_eq!(told, "line 2, column 30: \u{201c}id\u{201d} is given twice");
}

#[test]
fn nesting_has_an_end() {
    let deep = format!(
        "[[rule]]\nid='a'\nwhen = {}{}\nthen.ignore='x'",
        "{ not = ".repeat(60),
        "{}".to_owned() + &"}".repeat(60)
    );
    assert!(mistake(&deep).contains("deeper"));
    let json = "[".repeat(5_000);
    assert!(Rulebook::parse(&json, Form::Json, euro()).is_err());
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(cut in 0..WHOLE.len(), with in "[ -~\\n]{0,6}", form in any::<bool>()) {
        let mut text = WHOLE.to_owned();
        text.replace_range(cut..(cut + 3).min(text.len()), &with);
        let _ = Rulebook::parse(&text, if form { Form::Toml } else { Form::Json }, euro());
    }
}

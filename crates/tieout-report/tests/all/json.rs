//! The JSON form: what it says of the sample, and that it keeps to its published schema.
use crate::common;
use crate::schema;
use serde_json::Value;
use tieout_report::{FileProblem, Report, json};

fn document(report: &Report<'_>) -> String {
    let mut out = Vec::new();
    json(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sample_reads_as_reviewed() {
    let (result, problems) = (common::sample(), common::problems());
    insta::assert_snapshot!(document(&Report::new(&result, &problems, common::PRINTED)));
}

#[test]
fn documents_keep_to_the_schema() {
    let schema = schema::published();
    let problems: Vec<FileProblem> = common::problems();
    for result in [common::sample(), common::tied_out()] {
        let text = document(&Report::new(&result, &problems, common::PRINTED));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema::violations(&schema, &value), Vec::<String>::new());
    }
}

#[test]
fn the_schema_names_every_field_that_is_written() {
    let schema = schema::published();
    let (result, problems) = (common::sample(), common::problems());
    let text = document(&Report::new(&result, &problems, common::PRINTED));
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema::unnamed(&schema, &value), Vec::<String>::new());
}

#[test]
fn the_check_itself_finds_violations() {
    let schema = schema::published();
    let (result, problems) = (common::sample(), common::problems());
    let text = document(&Report::new(&result, &problems, common::PRINTED));
    for (right, wrong) in [
        ("\"tier\": \"auto\"", "\"tier\": \"maybe\""),
        ("\"difference\": \"-1038.15\"", "\"difference\": -1038.15"),
        ("\"date\": \"2026-03-02\"", "\"date\": \"02.03.2026\""),
        ("\"tied_out\": false,", ""),
        ("\"confidence\": 0.999870", "\"confidence\": 1.5"),
    ] {
        assert!(text.contains(right), "{right}");
        let value: Value = serde_json::from_str(&text.replace(right, wrong)).unwrap();
        assert!(!schema::violations(&schema, &value).is_empty(), "{wrong} passed");
    }
}

#[test]
fn confidences_are_numbers_of_six_digits() {
    let (result, problems) = (common::sample(), common::problems());
    let text = document(&Report::new(&result, &problems, common::PRINTED));
    assert!(text.contains("\"confidence\": 0.990100,"), "{text}");
}

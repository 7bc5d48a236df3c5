//! What is written reads back as it was.

// Each test file uses its part of what is common to all formats.
use crate::common;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Write};
use std::sync::LazyLock;
use tieout_core::Date;
use tieout_formats::{Import, Line, ReadOptions, ReadStatement, Status, read_all, write};

const KINDS: [&str; 5] = ["ofx", "camt", "mt940", "qif", "csv"];

/// Every fixture of every kind, read, without those that hold no statement.
static IMPORTS: LazyLock<Vec<(String, Import)>> = LazyLock::new(|| {
    let fixtures = KINDS.iter().flat_map(|kind| common::fixtures(kind));
    fixtures
        .map(|(path, _)| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let import = common::import(&path, &ReadOptions::default());
            (name.into_owned(), import)
        })
        .filter(|(_, import)| !import.statements.is_empty())
        .collect()
});

fn written(write: fn(&mut dyn Write, &[ReadStatement]) -> io::Result<()>, statements: &[ReadStatement]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, statements).expect("a vector takes everything");
    out
}

fn as_format(name: &str) -> ReadOptions {
    ReadOptions {
        format: Some(name.to_owned()),
        ..ReadOptions::default()
    }
}

/// What OFX carries of a line, apart from its id.
fn carried(line: &Line) -> (bool, Option<Date>, Option<Date>, String, String) {
    let name = line.counterparty.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let booked = line.booking_date.or(line.value_date);
    let value = line.value_date.filter(|_| line.status == Status::Booked);
    let name = name.chars().take(32).collect::<String>().trim().to_owned();
    (
        line.status == Status::Pending,
        booked,
        value,
        line.amount.to_string(),
        name,
    )
}

#[test]
fn every_fixture_written_as_ofx_reads_back() {
    for (name, import) in &*IMPORTS {
        let bytes = written(write::ofx::write, &import.statements);
        let back = read_all(&mut Cursor::new(&bytes), &as_format("ofx")).expect("memory");
        // OFX has a section for each kind of account, so the order of statements may differ.
        let mut lines: Vec<_> = import.statements.iter().flat_map(|read| &read.lines).collect();
        lines.retain(|line| line.status != Status::Info);
        let mut expected: Vec<_> = lines.iter().map(|line| carried(line)).collect();
        let read: Vec<_> = back.statements.iter().flat_map(|read| &read.lines).collect();
        let mut found: Vec<_> = read.iter().map(|line| carried(line)).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{name}");
        for read in &back.statements {
            let booked = || read.lines.iter().filter(|line| line.status == Status::Booked);
            let ids: BTreeSet<_> = booked().map(|line| &line.ids.bank_id).collect();
            assert_eq!(ids.len(), booked().count(), "{name}: ids are not unique");
        }
    }
}

#[test]
fn ids_accounts_and_balances_of_ofx_stay_as_they_are() {
    for (path, _) in common::fixtures("ofx") {
        let import = common::import(&path, &ReadOptions::default());
        let bytes = written(write::ofx::write, &import.statements);
        let back = read_all(&mut Cursor::new(&bytes), &as_format("ofx")).expect("memory");
        assert_eq!(import.statements.len(), back.statements.len(), "{path:?}");
        for (was, is) in import.statements.iter().zip(&back.statements) {
            let (old, new) = (&was.statement, &is.statement);
            let id = Some(old.account.id.as_str()).filter(|id| !id.is_empty());
            assert_eq!(id.unwrap_or("UNKNOWN"), new.account.id, "{path:?}");
            let amount = |balance: &Option<tieout_formats::Balance>| balance.as_ref().map(|b| b.amount);
            assert_eq!(amount(&old.closing), amount(&new.closing), "{path:?}");
            assert_eq!(amount(&old.available), amount(&new.available), "{path:?}");
            let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
            for line in &was.lines {
                *uses.entry(&line.ids.bank_id).or_default() += 1;
            }
            for (before, after) in was.lines.iter().zip(&is.lines) {
                let id = before.ids.bank_id.as_str();
                if uses[id] == 1 && !id.is_empty() {
                    assert_eq!(id, after.ids.bank_id, "{path:?}");
                }
            }
        }
    }
}

#[test]
fn json_keeps_to_its_schema_and_has_every_line_with_its_exact_amount() {
    let schema = include_str!("../../../../docs/schema/statements-1.json");
    let schema: Value = serde_json::from_str(schema).expect("valid JSON");
    for (name, import) in &*IMPORTS {
        let bytes = written(write::json::write, &import.statements);
        let document: Value = serde_json::from_slice(&bytes).expect("valid JSON");
        assert_eq!(document["schema"], "tieout-statements-1");
        assert_eq!(violations(&schema, &schema, &document), [""; 0], "{name}");
        let statements = document["statements"].as_array().expect("a list");
        assert_eq!(statements.len(), import.statements.len(), "{name}");
        for (json, read) in statements.iter().zip(&import.statements) {
            let lines = json["lines"].as_array().expect("a list");
            assert_eq!(lines.len(), read.lines.len(), "{name}");
            let account = json["account"]["id"].as_str().unwrap_or_default();
            assert_eq!(account, read.statement.account.id, "{name}");
            for (json, line) in lines.iter().zip(&read.lines) {
                assert_eq!(json["amount"], line.amount.to_string(), "{name}");
                assert_eq!(json["text"].as_str().unwrap_or_default(), line.text, "{name}");
                let date = line.booking_date.map(|date| date.to_string());
                assert_eq!(json["booking_date"].as_str(), date.as_deref(), "{name}");
                let id = json["ids"]["bank_id"].as_str().unwrap_or_default();
                assert_eq!(id, line.ids.bank_id, "{name}");
            }
        }
    }
}

/// Where a value has a field that the schema does not name, lacks one that it requires, or is of
/// another type.
fn violations(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let definition = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        return violations(root, definition, value);
    }
    let right = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("integer") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("string") => value.as_str().is_some_and(|text| keeps_to(&schema["pattern"], text)),
        _ => {
            let words = schema["enum"].as_array().cloned();
            words.unwrap_or_else(|| vec![schema["const"].clone()]).contains(value)
        }
    };
    let mut found = if right { Vec::new() } else { vec![value.to_string()] };
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().expect("a name")).is_none() {
            found.push(format!("no {name} in {value}"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(rule) => found.extend(violations(root, rule, member)),
            None => found.push(format!("{name} is not in the schema")),
        }
    }
    let members = value.as_array().into_iter().flatten();
    found.extend(members.flat_map(|member| violations(root, &schema["items"], member)));
    found
}

fn keeps_to(pattern: &Value, text: &str) -> bool {
    match pattern.as_str() {
        None => true,
        Some("^-?[0-9]+(\\.[0-9]+)?$") => text.parse::<tieout_core::Decimal>().is_ok() && !text.contains('+'),
        Some("^[A-Z]{3}$") => tieout_core::Currency::try_new(text).is_ok(),
        Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") => text.parse::<Date>().is_ok(),
        Some(other) => panic!("a pattern that the test does not know: {other}"),
    }
}

#[test]
fn csv_has_a_row_for_each_line() {
    for (name, import) in &*IMPORTS {
        let bytes = written(write::csv::write, &import.statements);
        let mut table = csv::Reader::from_reader(bytes.as_slice());
        let rows: Vec<_> = table
            .records()
            .map(|row| row.expect("as many cells as the header"))
            .collect();
        let lines: Vec<_> = import.statements.iter().flat_map(|read| &read.lines).collect();
        assert_eq!(rows.len(), lines.len(), "{name}");
        for (row, line) in rows.iter().zip(lines) {
            assert_eq!(&row[5], line.amount.to_string(), "{name}");
            for cell in row.iter().take(5).chain(row.iter().skip(6)) {
                let number = cell.parse::<tieout_core::Decimal>().is_ok();
                assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{name}: {cell:?}");
            }
        }
    }
}

#[test]
fn writing_is_the_same_every_time() {
    for (name, import) in &*IMPORTS {
        for write in [write::ofx::write, write::json::write, write::csv::write] {
            let bytes = written(write, &import.statements);
            assert_eq!(bytes, written(write, &import.statements), "{name}");
        }
    }
}

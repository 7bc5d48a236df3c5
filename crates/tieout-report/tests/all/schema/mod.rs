//! A check against a JSON schema, of the few keywords that ours uses. Any other keyword ends the test: the check never
//! pretends to have checked it.

use serde_json::Value;

/// The published schema.
pub(crate) fn published() -> Value {
    let text = include_str!("../../../../../docs/schema/result-1.json");
    serde_json::from_str(text).unwrap()
}

/// Every place where the value does not keep to the schema.
pub(crate) fn violations(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

/// Every field of the value that no part of the schema names.
pub(crate) fn unnamed(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    names(schema, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (keyword, rule) in schema.as_object().unwrap() {
        let kept = match keyword.as_str() {
            "$schema" | "$id" | "$comment" | "$defs" | "title" | "description" => true,
            "$ref" => {
                check(root, resolve(root, rule), value, at, found);
                true
            }
            "type" => is_of_type(value, rule.as_str().unwrap()),
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                value
                    .as_object()
                    .is_none_or(|members| names.clone().all(|name| members.contains_key(name)))
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(member) = value.get(name) {
                        check(root, rule, member, &format!("{at}.{name}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    check(root, rule, member, &format!("{at}.{name}"), found);
                }
                true
            }
            "items" => {
                for (number, member) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, member, &format!("{at}[{number}]"), found);
                }
                true
            }
            "anyOf" => rule.as_array().unwrap().iter().any(|rule| {
                let mut inner = Vec::new();
                check(root, rule, value, at, &mut inner);
                inner.is_empty()
            }),
            other => panic!("the check does not know {other}"),
        };
        if !kept {
            found.push(format!("{at}: {keyword} {rule}: {value}"));
        }
    }
}

fn names(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = schema.get("$ref").map_or(schema, |rule| resolve(root, rule));
    for rule in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        if !value.is_null() && rule.get("type") != Some(&Value::from("null")) {
            names(root, rule, value, at, found);
        }
    }
    if let (Some(members), Some(rules)) = (value.as_object(), schema.get("properties").and_then(Value::as_object)) {
        for (name, member) in members {
            let at = format!("{at}.{name}");
            match rules.get(name) {
                Some(rule) => names(root, rule, member, &at, found),
                None => found.push(at),
            }
        }
    }
    if let (Some(members), Some(rule)) = (value.as_array(), schema.get("items")) {
        for member in members {
            names(root, rule, member, at, found);
        }
    }
}

fn resolve<'a>(root: &'a Value, reference: &Value) -> &'a Value {
    let path = reference.as_str().unwrap().strip_prefix('#').unwrap();
    root.pointer(path).unwrap()
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}

/// The patterns of our schema, by hand.
fn matches(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match pattern {
        "^-?[0-9]+(\\.[0-9]+)?$" => {
            let plain = text.strip_prefix('-').unwrap_or(text);
            plain
                .split_once('.')
                .map_or(digits(plain), |(whole, part)| digits(whole) && digits(part))
        }
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
        "^([A-Z]{3})?$" => text.is_empty() || text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        "^sha256:[0-9a-f]{64}$" => text
            .strip_prefix("sha256:")
            .is_some_and(|hash| hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))),
        other => panic!("the check does not know the pattern {other}"),
    }
}

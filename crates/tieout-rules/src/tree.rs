//! Rule files as trees of values that know where they stand: TOML and JSON alike.

use crate::limits;
use crate::parse::Mistake;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value and the byte at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) value: Value,
}

/// A value of a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Whole(i64),
    Truth(bool),
    List(Vec<Node>),
    /// Key, where it stands, value; in the order of the keys.
    Table(Vec<(String, usize, Node)>),
    /// Something that no rule uses, by what it is called.
    Other(&'static str),
}

impl Value {
    /// What it is called in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Whole(_) => "a whole number",
            Self::Truth(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// Reads TOML.
pub(crate) fn toml(source: &str) -> Result<Node, Mistake> {
    let table = DeTable::parse(source).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Mistake::at(source, at, error.message().to_owned())
    })?;
    let span = table.span();
    of_table(source, table.into_inner(), &span, 0)
}

fn of_table(source: &str, table: DeTable<'_>, span: &Range<usize>, depth: usize) -> Result<Node, Mistake> {
    check_depth(source, span.start, depth)?;
    let mut members = Vec::new();
    for (key, value) in table {
        let at = key.span().start;
        let value_at = value.span();
        members.push((
            key.into_inner().into_owned(),
            at,
            of_toml(source, value.into_inner(), &value_at, depth + 1)?,
        ));
    }
    // In the order of the file, so that the first mistake is reported.
    members.sort_by_key(|(_, at, _)| *at);
    Ok(Node {
        at: span.start,
        value: Value::Table(members),
    })
}

fn of_toml(source: &str, value: DeValue<'_>, span: &Range<usize>, depth: usize) -> Result<Node, Mistake> {
    check_depth(source, span.start, depth)?;
    let value = match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Whole(number),
            Err(_) => Value::Other("a number that is too large"),
        },
        DeValue::Boolean(truth) => Value::Truth(truth),
        // Dates may be written without quotes.
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Float(_) => Value::Other("a number with a point, which is not exact: write it in quotes"),
        DeValue::Array(list) => {
            let nodes = list.into_iter().map(|member| {
                let span = member.span();
                of_toml(source, member.into_inner(), &span, depth + 1)
            });
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => return of_table(source, table, span, depth),
    };
    Ok(Node { at: span.start, value })
}

/// Reads JSON.
pub(crate) fn json(source: &str) -> Result<Node, Mistake> {
    let raw: &RawValue = serde_json::from_str(source).map_err(|error| broken(source, 0, source, &error))?;
    of_json(source, raw.get(), 0)
}

fn broken(source: &str, base: usize, text: &str, error: &serde_json::Error) -> Mistake {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = base + line_start + error.column().saturating_sub(1);
    let told = error.to_string();
    let message = told.split(" at line ").next().unwrap_or_default().to_owned();
    Mistake::at(source, at, message)
}

/// `text` is a part of `source`; where it begins is told by their addresses.
fn of_json(source: &str, text: &str, depth: usize) -> Result<Node, Mistake> {
    let at = text.as_ptr().addr().saturating_sub(source.as_ptr().addr());
    check_depth(source, at, depth)?;
    let wrong = |error: serde_json::Error| broken(source, at, text, &error);
    let value = match text.bytes().next() {
        Some(b'"') => Value::Text(serde_json::from_str(text).map_err(wrong)?),
        Some(b't' | b'f') => Value::Truth(serde_json::from_str(text).map_err(wrong)?),
        Some(b'n') => Value::Other("null"),
        Some(b'[') => {
            let members: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
            let nodes = members
                .into_iter()
                .map(|member| of_json(source, member.get(), depth + 1));
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let Members(members) = serde_json::from_str(text).map_err(wrong)?;
            let mut nodes: Vec<(String, usize, Node)> = Vec::with_capacity(members.len());
            for (key, value) in members {
                let node = of_json(source, value.get(), depth + 1)?;
                if nodes.iter().any(|(known, _, _)| *known == key) {
                    return Err(Mistake::at(
                        source,
                        node.at,
                        format!("\u{201c}{key}\u{201d} is given twice"),
                    ));
                }
                nodes.push((key, node.at, node));
            }
            Value::Table(nodes)
        }
        _ => match text.parse() {
            Ok(number) => Value::Whole(number),
            Err(_) => Value::Other("a number with a point, which is not exact: write it in quotes"),
        },
    };
    Ok(Node { at, value })
}

fn check_depth(source: &str, at: usize, depth: usize) -> Result<(), Mistake> {
    // A rule stands two levels below the file.
    if depth > limits::DEPTH + 4 {
        let message = format!("nested deeper than {} levels", limits::DEPTH);
        return Err(Mistake::at(source, at, message));
    }
    Ok(())
}

/// Members of a JSON object in their order, doubles included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor(PhantomData))
    }
}

struct MembersVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for MembersVisitor<'a> {
    type Value = Members<'a>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

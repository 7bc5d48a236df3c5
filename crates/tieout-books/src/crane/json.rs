//! JSON values where they stand in the text: members by name, numbers as they are written, lines counted.

use serde_json::value::RawValue;
use std::collections::BTreeMap;
use tieout_core::Decimal;
use tieout_core::problem::{Code, Place};

/// The members of an object; those that are `null` are not there. Of members with one name the last one counts.
#[derive(Debug, Default)]
pub(super) struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    /// The members; `None` if the value is something else.
    pub(super) fn of(value: &'a RawValue) -> Option<Self> {
        let members: BTreeMap<String, &'a RawValue> = serde_json::from_str(value.get()).ok()?;
        Some(Self(
            members.into_iter().filter(|(_, value)| value.get() != "null").collect(),
        ))
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a RawValue> {
        self.0.get(key).copied()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Every member, by name.
    pub(super) fn members(&self) -> impl Iterator<Item = &'a RawValue> + '_ {
        self.0.values().copied()
    }

    /// A text or a number, as text; empty if there is none.
    pub(super) fn text(&self, key: &str) -> String {
        self.value(key).map(text).unwrap_or_default()
    }

    /// The first of these members that says something.
    pub(super) fn first_text(&self, keys: &[&str]) -> String {
        let mut texts = keys.iter().map(|key| self.text(key));
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// A decimal text, or a number exactly as it is written; `None` for anything else.
    pub(super) fn amount(&self, key: &str) -> Option<Decimal> {
        Decimal::parse(&self.text(key)).ok()
    }

    /// The elements of a list; `None` if the member is none.
    pub(super) fn list(&self, key: &str) -> Option<Vec<&'a RawValue>> {
        list(self.value(key)?)
    }
}

/// The elements of a list; `None` if the value is something else.
pub(super) fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

fn text(value: &RawValue) -> String {
    let raw = value.get();
    match raw.bytes().next() {
        Some(b'"') => serde_json::from_str::<String>(raw)
            .unwrap_or_default()
            .trim()
            .to_owned(),
        Some(b'-' | b'0'..=b'9') => raw.to_owned(),
        _ => String::new(),
    }
}

/// Counts the lines before values that are asked about in the order of the text.
pub(super) struct Lines<'a> {
    text: &'a str,
    counted: (usize, u64),
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, counted: (0, 1) }
    }

    /// The line that a value of the text begins on, from 1.
    pub(super) fn line(&mut self, value: &RawValue) -> u64 {
        let offset = value.get().as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        let at = offset.unwrap_or(0).min(self.text.len());
        let (before, line) = if at < self.counted.0 { (0, 1) } else { self.counted };
        let between = self.text.as_bytes().get(before..at).unwrap_or_default();
        let ends = u64::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or(0);
        self.counted = (at, line + ends);
        self.counted.1
    }
}

/// Every value of a text that holds one, or several behind each other (JSON Lines). What stops the reading is told.
pub(super) fn values(text: &str, mut tell: impl FnMut(Code, Place, &str)) -> Vec<&RawValue> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        match value {
            Ok(value) => values.push(value),
            Err(error) => {
                let place = Place {
                    line: u64::try_from(error.line()).ok(),
                    column: u64::try_from(error.column()).ok(),
                    path: None,
                };
                let what = if error.is_eof() {
                    "the JSON ends before it is complete"
                } else {
                    "this is no JSON"
                };
                tell(Code::Malformed, place, what);
                break;
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_digits_and_their_lines() {
        let text = "{\"a\": 9007199254740993.07,\n \"b\": \" x\\n\", \"c\": null,\n\"d\": [\n1]}\n[2]";
        let values = values(text, |_, _, what| panic!("{what}"));
        let object = Object::of(values[0]).unwrap();
        assert_eq!(object.amount("a").unwrap().to_string(), "9007199254740993.07");
        assert_eq!(object.text("b"), "x");
        assert!(!object.has("c"));
        let mut lines = Lines::of(text);
        assert_eq!(lines.line(object.list("d").unwrap()[0]), 4);
        assert_eq!(lines.line(values[1]), 5);
        assert_eq!(lines.line(values[0]), 1);
    }

    #[test]
    fn what_is_before_the_broken_part_is_kept() {
        let mut told = Vec::new();
        let kept = values("{\"a\":1}\n{\"b\":", |code, place, _| told.push((code, place.line)));
        assert_eq!((kept.len(), told), (1, vec![(Code::Malformed, Some(2))]));
    }
}

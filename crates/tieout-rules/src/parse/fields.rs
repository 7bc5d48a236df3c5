//! The members of a table: each is taken once, by its kind; what is left is a mistake.

use super::{Mistake, Reader};
use crate::tree::{Node, Value};
use tieout_core::Date;

/// Members that are still to be taken.
pub(super) struct Fields<'a> {
    reader: Reader<'a>,
    /// Where the table begins.
    pub(super) at: usize,
    what: &'static str,
    members: Vec<(String, usize, Node)>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(reader: Reader<'a>, at: usize, what: &'static str, members: Vec<(String, usize, Node)>) -> Self {
        Self {
            reader,
            at,
            what,
            members,
            known: Vec::new(),
        }
    }

    /// A member and where its key stands.
    pub(super) fn take(&mut self, key: &'static str) -> Option<(Node, usize)> {
        self.known.push(key);
        let place = self.members.iter().position(|(name, _, _)| name == key)?;
        let (_, at, node) = self.members.remove(place);
        Some((node, at))
    }

    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<(String, usize)>, Mistake> {
        self.of_kind(key, "a text in quotes", |value| match value {
            Value::Text(text) => Ok(text),
            other => Err(other),
        })
    }

    pub(super) fn truth(&mut self, key: &'static str) -> Result<Option<bool>, Mistake> {
        let found = self.of_kind(key, "true or false", |value| match value {
            Value::Truth(truth) => Ok(truth),
            other => Err(other),
        })?;
        Ok(found.map(|(truth, _)| truth))
    }

    pub(super) fn list(&mut self, key: &'static str) -> Result<Option<(Vec<Node>, usize)>, Mistake> {
        self.of_kind(key, "a list", |value| match value {
            Value::List(list) => Ok(list),
            other => Err(other),
        })
    }

    /// A whole number from 0 to a bound.
    pub(super) fn number(&mut self, key: &'static str, most: i32) -> Result<Option<i32>, Mistake> {
        let found = self.of_kind(key, "a whole number", |value| match value {
            Value::Whole(number) => Ok(number),
            other => Err(other),
        })?;
        found
            .map(|(number, at)| {
                let fits = i32::try_from(number).ok().filter(|number| (0..=most).contains(number));
                fits.ok_or_else(|| self.reader.wrong(at, format!("{key} is from 0 to {most}")))
            })
            .transpose()
    }

    /// One of some words.
    pub(super) fn word(&mut self, key: &'static str, words: &[&'static str]) -> Result<Option<&'static str>, Mistake> {
        let Some((text, at)) = self.text(key)? else {
            return Ok(None);
        };
        let found = words.iter().find(|word| **word == text);
        match found {
            Some(word) => Ok(Some(word)),
            None => Err(self.reader.wrong(at, format!("{key} is one of {}", words.join(", ")))),
        }
    }

    /// An amount without sign, in minor units.
    pub(super) fn amount(&mut self, key: &'static str) -> Result<Option<i64>, Mistake> {
        let Some((node, _)) = self.take(key) else {
            return Ok(None);
        };
        self.reader.amount(&node).map(Some)
    }

    pub(super) fn date(&mut self, key: &'static str) -> Result<Option<Date>, Mistake> {
        let Some((text, at)) = self.text(key)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| self.reader.wrong(at, format!("{key} is a date like 2026-03-31")))
    }

    /// Ends the table.
    ///
    /// # Errors
    /// A member that nobody took.
    pub(super) fn end(self) -> Result<(), Mistake> {
        let Some((name, at, _)) = self.members.first() else {
            return Ok(());
        };
        let known = self.known.join(", ");
        let message = format!("{} knows no \u{201c}{name}\u{201d}; there are {known}", self.what);
        Err(self.reader.wrong(*at, message))
    }

    fn of_kind<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        convert: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<Option<(T, usize)>, Mistake> {
        let Some((node, _)) = self.take(key) else {
            return Ok(None);
        };
        match convert(node.value) {
            Ok(value) => Ok(Some((value, node.at))),
            Err(other) => {
                let message = format!("{key} is {wanted}, not {}", other.kind());
                Err(self.reader.wrong(node.at, message))
            }
        }
    }
}

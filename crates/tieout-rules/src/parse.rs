//! Rule files into rules; every mistake with line and column, and no key that is not understood.

mod actions;
mod fields;

use crate::limits;
use crate::rule::{Next, Rule, Rulebook, Stage};
use crate::tree::{self, Node, Value};
use crate::write;
use fields::Fields;
use std::collections::BTreeSet;
use std::fmt;
use tieout_core::Currency;

/// How a rule file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// TOML.
    Toml,
    /// JSON with the same keys.
    Json,
}

/// Something in a rule file that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Mistake {
    /// A mistake at a byte of the file.
    pub(crate) fn at(source: &str, at: usize, message: impl Into<String>) -> Self {
        let mut end = at.min(source.len());
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let before = source.get(..end).unwrap_or_default();
        let last = before.rfind('\n').map_or(0, |found| found + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(last..).unwrap_or_default().chars().count() + 1,
            message: message.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for Mistake {}

/// The first key of a rule file.
pub(crate) const SCHEMA: &str = "tieout-rules-1";

impl Rulebook {
    /// Reads a rule file for accounts of one currency.
    ///
    /// # Errors
    /// The first [`Mistake`].
    pub fn parse(source: &str, form: Form, currency: Currency) -> Result<Self, Mistake> {
        if source.len() > limits::FILE_BYTES {
            return Err(Mistake::at(source, 0, "the rule file is larger than 4 MiB"));
        }
        let root = match form {
            Form::Toml => tree::toml(source)?,
            Form::Json => tree::json(source)?,
        };
        let reader = Reader {
            source,
            digits: currency.minor_digits(),
        };
        let mut fields = reader.fields(root, "the file")?;
        match fields.text("schema")? {
            Some((schema, _)) if schema == SCHEMA => {}
            Some((schema, at)) => {
                let message = format!("\u{201c}{schema}\u{201d} is not known here; this program reads {SCHEMA}");
                return Err(reader.wrong(at, message));
            }
            None => return Err(reader.wrong(0, format!("the file must begin with schema = \"{SCHEMA}\""))),
        }
        let mut rules = Vec::new();
        let mut ids = BTreeSet::new();
        if let Some((list, at)) = fields.list("rule")? {
            if list.len() > limits::RULES {
                return Err(reader.wrong(at, format!("more than {} rules", limits::RULES)));
            }
            for node in list {
                let at = node.at;
                let rule = reader.rule(node)?;
                if !ids.insert(rule.id.clone()) {
                    return Err(reader.wrong(at, format!("two rules are called \u{201c}{}\u{201d}", rule.id)));
                }
                rules.push(rule);
            }
        }
        fields.end()?;
        Ok(Self {
            digits: reader.digits,
            rules,
        })
    }
}

/// Reads one file.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    source: &'a str,
    digits: u8,
}

impl<'a> Reader<'a> {
    fn wrong(&self, at: usize, message: impl Into<String>) -> Mistake {
        Mistake::at(self.source, at, message)
    }

    /// The members of a table; `what` it is, for messages.
    fn fields(&self, node: Node, what: &'static str) -> Result<Fields<'a>, Mistake> {
        match node.value {
            Value::Table(members) => Ok(Fields::new(*self, node.at, what, members)),
            other => Err(self.wrong(node.at, format!("{what} must be a table, not {}", other.kind()))),
        }
    }

    fn rule(&self, node: Node) -> Result<Rule, Mistake> {
        let at = node.at;
        let mut fields = self.fields(node, "a rule")?;
        let Some((id, id_at)) = fields.text("id")? else {
            return Err(self.wrong(at, "a rule needs an id: id = \"bank-fees\""));
        };
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_.".contains(sign);
        if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
            return Err(self.wrong(
                id_at,
                "an id is 1 to 60 of the letters a to z, digits, hyphens, points and underscores",
            ));
        }
        let note = fields.text("note")?.map_or(String::new(), |(note, _)| note);
        let stage = match fields.word("run", &["before", "beside", "after"])? {
            Some("before") => Stage::Before,
            Some("beside") => Stage::Beside,
            _ => Stage::After,
        };
        let then_what = match fields.truth("continue")? {
            Some(true) => Next::Continue,
            _ => Next::Stop,
        };
        let when = match fields.take("when") {
            Some((node, _)) => self.condition(node, 0)?,
            None => return Err(self.wrong(at, "a rule needs conditions: when = { ... }; when = {} fits every line")),
        };
        let action = match fields.take("then") {
            Some((node, _)) => self.action(node)?,
            None => return Err(self.wrong(at, "a rule needs an action: then = { ... }")),
        };
        fields.end()?;
        let mut rule = Rule {
            id,
            note,
            stage,
            then_what,
            when,
            action,
            version: String::new(),
        };
        rule.version = write::version(&rule, self.digits);
        Ok(rule)
    }
}

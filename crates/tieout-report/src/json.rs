//! The result as JSON, for programs: `docs/schema/result-1.json` describes it and is part of the interface.
//!
//! Amounts are decimal strings at the currency's scale (never numbers: a reader would make floats of them), dates are
//! ISO 8601, confidences and weights are numbers with fixed digits. Texts are the file's own, unchanged. Written item by
//! item: a million lines need no memory for the document.
//!
//! The last member is a digest over all before it, see `digest.rs`.
//!
//! Fields are added within version 1; none is renamed, removed or given another meaning.

mod chain;
mod lists;
mod summary;

use crate::digest::Sealing;
use crate::report::{FileProblem, Report};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use std::cell::Cell;
use std::io::{self, Write};
use tieout_reconcile::result::Share;

/// The version of the document, also in its first field.
pub const SCHEMA: &str = "tieout-result-1";

/// Writes the result as one JSON document, with a line end after it.
///
/// # Errors
/// Those of `out`.
pub fn json(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut sealed = Sealing::new(out);
    serde_json::to_writer_pretty(&mut sealed, &summary::document(report))?;
    sealed.seal()
}

/// A list whose members are made one by one while they are written.
struct List<I>(Cell<Option<I>>);

impl<I> List<I> {
    fn of(members: I) -> Self {
        Self(Cell::new(Some(members)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for List<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.0.take();
        let mut list = serializer.serialize_seq(None)?;
        for member in members.into_iter().flatten() {
            list.serialize_element(&member)?;
        }
        list.end()
    }
}

/// A decimal with as many digits after the point as asked for: 990 100 with 6 digits is the number `0.990100`.
fn number(value: i64, digits: u8) -> Box<RawValue> {
    let text = tieout_core::Decimal::from_minor(value, digits).to_string();
    RawValue::from_string(text).expect("a decimal is a JSON number")
}

/// What an amount is due to, and the amount.
#[derive(serde::Serialize)]
struct ShareWire {
    subject: SubjectWire,
    amount: String,
}

/// A reference: the kind of thing, and its id in the list of that kind.
#[derive(serde::Serialize)]
struct SubjectWire {
    kind: &'static str,
    id: String,
}

impl SubjectWire {
    fn of(report: &Report<'_>, subject: tieout_reconcile::result::Subject) -> Self {
        use tieout_reconcile::result::Subject;
        let kind = match subject {
            Subject::Line(_) => "line",
            Subject::Entry(_) => "entry",
            Subject::Group(_) => "group",
            Subject::Break(_) => "break",
            Subject::Statement(_) => "statement",
            Subject::Opening => "opening",
        };
        Self {
            kind,
            id: report.ids.subject(subject).into_owned(),
        }
    }
}

fn shares(report: &Report<'_>, shares: &[Share]) -> Vec<ShareWire> {
    shares
        .iter()
        .map(|share| ShareWire {
            subject: SubjectWire::of(report, share.subject),
            amount: report.decimal(share.amount),
        })
        .collect()
}

/// A problem of a file.
#[derive(serde::Serialize)]
struct ProblemWire<'a> {
    file: &'a str,
    code: &'static str,
    severity: &'static str,
    line: Option<u64>,
    column: Option<u64>,
    path: Option<&'a str>,
    message: &'a str,
    action: &'static str,
}

impl<'a> ProblemWire<'a> {
    fn of(report: &Report<'a>, found: &'a FileProblem) -> Self {
        use crate::words::Word;
        let problem = &found.problem;
        Self {
            file: report.file_name(found.file),
            code: problem.code.as_str(),
            severity: problem.severity().code(),
            line: problem.place.line,
            column: problem.place.column,
            path: problem.place.path.as_deref(),
            message: &problem.message,
            action: problem.action(),
        }
    }
}

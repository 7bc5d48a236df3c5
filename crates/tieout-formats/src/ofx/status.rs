//! What the bank says about its own answer: `STATUS{CODE, SEVERITY, MESSAGE}`.

use super::element::Element;
use super::tags::Tags;
use super::values::Values;
use crate::read::Emitter;
use std::io::Read;
use tieout_core::problem::{Code, Place, excerpt};

/// Collects the answers of a file and its kinds of message.
#[derive(Debug, Default)]
pub(super) struct Answers {
    code: String,
    severity: String,
    message: String,
    line: u64,
    last: String,
    kinds: Vec<&'static str>,
}

impl Answers {
    /// A `STATUS` begins.
    pub(super) fn begin(&mut self, line: u64) {
        self.code.clear();
        self.severity.clear();
        self.message.clear();
        self.line = line;
    }

    /// An element of it.
    pub(super) fn element<R: Read>(&mut self, element: Element, tags: &Tags<R>, values: &mut Values) {
        match element {
            Element::StatusCode => values.set(tags, &mut self.code),
            Element::Severity => values.set(tags, &mut self.severity),
            Element::Message => values.set(tags, &mut self.message),
            _ => {}
        }
    }

    /// It ends; an error becomes a problem.
    pub(super) fn end(&mut self, out: &mut Emitter<'_>) {
        let said = format!("{} {}", excerpt(&self.code, 10), excerpt(&self.message, 200));
        said.trim().clone_into(&mut self.last);
        if self.severity.eq_ignore_ascii_case("ERROR") {
            let message = format!("the bank answered with error {}", self.last);
            out.report(Code::BankError, Place::field(self.line, "STATUS"), message);
        }
    }

    /// The file has a message of this kind.
    pub(super) fn note_kind(&mut self, kind: &'static str) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    /// Why a file has no statement.
    pub(super) fn without_statement(&self) -> String {
        let mut message = match self.kinds.as_slice() {
            [] => "this OFX file holds no account statement".to_owned(),
            kinds => format!("this OFX file holds no account statement, but {}", kinds.join(" and ")),
        };
        if !self.last.is_empty() {
            message.push_str("; the bank says: ");
            message.push_str(&self.last);
        }
        message
    }
}

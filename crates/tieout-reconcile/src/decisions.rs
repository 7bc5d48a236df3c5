//! What rules decided about bank lines beside matching them: the accounts on the other side, and what is set aside from
//! the list of what is to be done. None of it removes anything from the difference.

use crate::result::Ruling;
use tieout_match::{ItemIndex, RuleVersion};

/// What rules decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Lines and the accounts on their other side; each line at most once.
    pub codings: Vec<Coding>,
    /// Lines that are set aside from the list.
    pub ignored: Vec<Ignored>,
    /// Everything that rules decided, for the record.
    pub rulings: Vec<Ruling>,
}

/// The other side of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    /// The line.
    pub line: ItemIndex,
    /// Accounts and what each takes of the line, signed like it; they sum to the line.
    pub parts: Vec<CodedPart>,
    /// Text of the booking; empty: that of the line.
    pub text: String,
    /// The rule that says so.
    pub rule: RuleVersion,
}

/// An account on the other side, and what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedPart {
    /// The account as the books call it.
    pub account: String,
    /// Its tax code, or empty.
    pub tax_code: String,
    /// Minor units, signed like the line.
    pub amount: i64,
}

/// A line that is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The line.
    pub line: ItemIndex,
    /// Why.
    pub reason: String,
    /// The rule that says so.
    pub rule: RuleVersion,
}

//! What is decided beside the engine.
//!
//! Rules decide about bank lines beside matching them: the accounts on the other side, and what is set aside from the
//! list of what is to be done. None of it removes anything from the difference. People accept and reject matches.

use crate::result::Ruling;
use tieout_match::{ItemIndex, Residual, RuleVersion};

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

/// A match that a person decided on, by accepting it or by booking its correction: whole lines and whole entries that no other accepted match holds, but
/// for what stays open of one, with Σ lines − (Σ entries − what stays open) − Σ residuals = 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What the proof says (`a person accepted it: D3 of decisions.csv`).
    pub grounds: String,
    /// Bank lines; empty if entries cancel each other.
    pub lines: Vec<ItemIndex>,
    /// Entries; empty if lines cancel each other.
    pub entries: Vec<ItemIndex>,
    /// Differences, with the reasons that the person accepted with the match.
    pub residuals: Vec<Residual>,
    /// What a part payment leaves open of the last entry, signed like it; 0 if all of it is matched.
    pub stays_open: i64,
}

/// What a person ruled out: none of the lines belongs to any of the entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Bank lines.
    pub lines: Vec<ItemIndex>,
    /// Entries.
    pub entries: Vec<ItemIndex>,
}

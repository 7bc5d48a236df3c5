//! What people decided about suggestions, as a table that a spreadsheet can open and an auditor can read.
//!
//! `decision,match,side,id,date,amount,text`, one row for each part. Rows with the same `match` are one decision: its
//! lines (side `statement`), its entries (`ledger`) and its differences (`difference`, whose id is the reason: `fee`,
//! `exchange`, `rounding`, `short_payment`, `correction`), and what a part payment leaves open of its entry (`open`).
//! `accept` makes a match of them; `reject` says that none of the lines belongs to any of the entries; an empty decision
//! is `accept`. Date, amount and text say which line or entry was meant, should its id lead to another one by then. The columns of `matches.csv` do as well (`group_id`, `line_id`).
//!
//! [`Suggestions`] takes decisions from a result file, [`supersede`] puts them behind earlier ones, [`write()`] and
//! [`read()`] keep them, [`resolve()`] finds their lines and entries again among those of the next run.

mod resolve;
mod suggestions;
mod table;

pub use resolve::{Resolved, resolve};
pub use suggestions::Suggestions;
pub use table::{NotDecisions, read, write};

use std::collections::{BTreeMap, BTreeSet};
use tieout_core::{Date, Decimal};
use tieout_match::{ResidualKind, Side};

/// What a person decided about some lines and entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Unique in its file: `D3`.
    pub name: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Lines and entries.
    pub parts: Vec<Part>,
    /// Differences of an accepted match.
    pub differences: Vec<(ResidualKind, Decimal)>,
    /// What stays open of the entry, of which the lines pay a part; signed like it.
    pub stays_open: Option<Decimal>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The lines and the entries belong together.
    Accepted,
    /// None of the lines belongs to any of the entries.
    Rejected,
}

impl Verdict {
    /// In files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accept",
            Self::Rejected => "reject",
        }
    }
}

/// A line or an entry, and what it was when it was decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its side.
    pub side: Side,
    /// What reports call it.
    pub id: String,
    /// Its date, if it was noted.
    pub date: Option<Date>,
    /// Its amount, if it was noted.
    pub amount: Option<Decimal>,
    /// Its text, or empty.
    pub text: String,
    /// Its row in the file, from 1; 0 if it is not from one.
    pub row: u64,
}

/// A match that a result file does not hold, or that cannot be decided about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecidable {
    /// There is none of that name.
    #[error("the result has no match or suggestion {0}; they are called like S3 and M29")]
    Unknown(String),
    /// Rejecting what has one side only would rule nothing out.
    #[error("{0} has one side only; it can be accepted, or left as it is")]
    NothingToReject(String),
    /// The file holds an amount or a reason that this program does not write.
    #[error("{0} is not as this program writes it; reconcile again")]
    Malformed(String),
}

impl Decision {
    /// It is about the same lines and entries as another.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.subject() == other.subject()
    }

    /// What it is about.
    fn subject(&self) -> BTreeSet<(Side, &str)> {
        self.parts.iter().map(|part| (part.side, part.id.as_str())).collect()
    }
}

/// Puts new decisions behind earlier ones. Who changes their mind means the latter: of those about the same lines and entries
/// the last one stays.
pub fn supersede(earlier: Vec<Decision>, new: Vec<Decision>) -> Vec<Decision> {
    let last: BTreeMap<_, usize> = new.iter().map(Decision::subject).zip(0..).collect();
    let is_kept: Vec<bool> = earlier
        .iter()
        .map(|decision| !last.contains_key(&decision.subject()))
        .chain(
            (0..)
                .zip(&new)
                .map(|(place, decision)| last.get(&decision.subject()) == Some(&place)),
        )
        .collect();
    let all = earlier.into_iter().chain(new).zip(is_kept);
    all.filter_map(|(decision, is_kept)| is_kept.then_some(decision))
        .collect()
}

/// Contact, description and reference, as far as they say something else: one of them alone is often that of several
/// entries. The order is part of the file format.
fn whole_text(texts: [&str; 3]) -> String {
    let mut whole = String::new();
    for text in texts.map(str::trim) {
        if !text.is_empty() && !whole.contains(text) {
            if !whole.is_empty() {
                whole.push_str(" / ");
            }
            whole.push_str(text);
        }
    }
    whole
}

//! What people decided about suggestions, as a table that a spreadsheet can open and an auditor can read.
//!
//! `decision,match,side,id,date,amount,text`, one row for each part. Rows with the same `match` are one decision: its
//! lines (side `statement`), its entries (`ledger`) and its differences (`difference`, whose id is the reason: `fee`,
//! `exchange`, `rounding`, `short_payment`, `correction`), and what a part payment leaves open of its entry (`open`). `accept` makes a match of them; `reject` says that none of
//! the lines belongs to any of the entries; an empty decision is `accept`. Date, amount and text say which line or entry
//! was meant, should its id lead to another one by then. The columns of `matches.csv` do as well (`group_id`, `line_id`).
//!
//! [`Decision::of`] takes a decision from a result file, [`write()`] and [`read()`] keep it, [`resolve()`] finds its lines and
//! entries again among those of the next run.

mod resolve;
mod table;

pub use resolve::{Resolved, resolve};
pub use table::{NotDecisions, read, write};

use crate::record::{Group, Item, Record};
use crate::words::FromCode as _;
use std::collections::BTreeSet;
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
    /// The decision about a match or a suggestion of a result.
    ///
    /// # Errors
    /// See [`Undecidable`].
    pub fn of(record: &Record, group: &str, verdict: Verdict, name: String) -> Result<Self, Undecidable> {
        let found = record.groups.iter().find(|of| of.id.eq_ignore_ascii_case(group));
        let found = found.ok_or_else(|| Undecidable::Unknown(group.to_owned()))?;
        if verdict == Verdict::Rejected && (found.lines.is_empty() || found.entries.is_empty()) {
            return Err(Undecidable::NothingToReject(found.id.clone()));
        }
        let malformed = || Undecidable::Malformed(found.id.clone());
        let differences = if verdict == Verdict::Accepted {
            differences(record, found).ok_or_else(malformed)?
        } else {
            Vec::new()
        };
        Ok(Self {
            name,
            verdict,
            parts: parts(record, found).ok_or_else(malformed)?,
            differences,
            stays_open: if verdict == Verdict::Accepted {
                stays_open(record, found)
            } else {
                None
            },
        })
    }

    /// It is about the same lines and entries as another.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        let ids = |of: &Self| -> BTreeSet<(Side, String)> {
            let parts = of.parts.iter();
            parts.map(|part| (part.side, part.id.clone())).collect()
        };
        ids(self) == ids(other)
    }
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

fn differences(record: &Record, group: &Group) -> Option<Vec<(ResidualKind, Decimal)>> {
    let digits = record.account.minor_digits;
    let of = group.residuals.iter().map(|residual| {
        let amount = Decimal::from_minor(residual.amount.minor(digits)?, digits);
        Some((ResidualKind::from_code(&residual.kind)?, amount))
    });
    of.collect()
}

/// What a match leaves open of the only entry that it takes a part of.
fn stays_open(record: &Record, group: &Group) -> Option<Decimal> {
    let digits = record.account.minor_digits;
    let rest = |part: &crate::record::Part| {
        let item = record.entries.iter().find(|item| item.id == part.id)?;
        let rest = item.amount.minor(digits)?.checked_sub(part.amount.minor(digits)?)?;
        (rest != 0).then(|| Decimal::from_minor(rest, digits))
    };
    match group.entries.as_slice() {
        [part] => rest(part),
        _ => None,
    }
}

fn parts(record: &Record, group: &Group) -> Option<Vec<Part>> {
    let digits = record.account.minor_digits;
    let sides = [
        (Side::Line, &group.lines, &record.lines),
        (Side::Entry, &group.entries, &record.entries),
    ];
    let mut parts = Vec::new();
    for (side, of_side, items) in sides {
        for part in of_side {
            let item: &Item = items.iter().find(|item| item.id == part.id)?;
            parts.push(Part {
                side,
                id: part.id.clone(),
                date: Some(item.date),
                amount: Some(Decimal::from_minor(item.amount.minor(digits)?, digits)),
                text: whole_text([&item.counterparty, &item.description, &item.reference]),
                row: 0,
            });
        }
    }
    Some(parts)
}

//! What people decided about suggestions, as a table that a spreadsheet can open and an auditor can read.
//!
//! `decision,match,side,id,date,amount,text`, one row for each part. Rows with the same `match` are one decision: its
//! lines (side `statement`), its entries (`ledger`) and its differences (`difference`, whose id is the reason: `fee`,
//! `exchange`, `rounding`, `short_payment`, `correction`), and what a part payment leaves open of its entry (`open`). `accept` makes a match of them; `reject` says that none of
//! the lines belongs to any of the entries; an empty decision is `accept`. Date, amount and text say which line or entry
//! was meant, should its id lead to another one by then. The columns of `matches.csv` do as well (`group_id`, `line_id`).
//!
//! [`Decision::of`] takes a decision from a result file, [`Suggestions`] many of them, [`supersede`] puts them behind earlier
//! ones, [`write()`] and [`read()`] keep them, [`resolve()`] finds their lines and entries again among those of the next run.

mod resolve;
mod suggestions;
mod table;

pub use resolve::{Resolved, resolve};
pub use suggestions::Suggestions;
pub use table::{NotDecisions, read, write};

use crate::record::{Group, Item, Record};
use crate::words::FromCode as _;
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

/// Digits of the amounts, and what finds an item by side and name.
type Lookup<'l, 'r> = (u8, &'l dyn Fn(Side, &str) -> Option<&'r Item>);

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
    /// The decision about a match or a suggestion of a result. It looks through the whole result: for many decisions about
    /// one, see [`Suggestions`].
    ///
    /// # Errors
    /// See [`Undecidable`].
    pub fn of(record: &Record, group: &str, verdict: Verdict, name: String) -> Result<Self, Undecidable> {
        let found = record.groups.iter().find(|of| of.id.eq_ignore_ascii_case(group));
        let found = found.ok_or_else(|| Undecidable::Unknown(group.to_owned()))?;
        let item = |side: Side, id: &str| {
            let items = match side {
                Side::Line => &record.lines,
                Side::Entry => &record.entries,
            };
            items.iter().find(|item| item.id == id)
        };
        Self::about(found, verdict, name, (record.account.minor_digits, &item))
    }

    /// The decision about this match, whose items are looked up so.
    fn about(
        found: &Group,
        verdict: Verdict,
        name: String,
        (digits, item): Lookup<'_, '_>,
    ) -> Result<Self, Undecidable> {
        if verdict == Verdict::Rejected && (found.lines.is_empty() || found.entries.is_empty()) {
            return Err(Undecidable::NothingToReject(found.id.clone()));
        }
        let malformed = || Undecidable::Malformed(found.id.clone());
        let differences = if verdict == Verdict::Accepted {
            differences(found, digits).ok_or_else(malformed)?
        } else {
            Vec::new()
        };
        Ok(Self {
            name,
            verdict,
            parts: parts(found, (digits, item)).ok_or_else(malformed)?,
            differences,
            stays_open: if verdict == Verdict::Accepted {
                stays_open(found, (digits, item))
            } else {
                None
            },
        })
    }

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

fn differences(group: &Group, digits: u8) -> Option<Vec<(ResidualKind, Decimal)>> {
    let of = group.residuals.iter().map(|residual| {
        let amount = Decimal::from_minor(residual.amount.minor(digits)?, digits);
        Some((ResidualKind::from_code(&residual.kind)?, amount))
    });
    of.collect()
}

/// What a match leaves open of the only entry that it takes a part of.
fn stays_open(group: &Group, (digits, item): Lookup<'_, '_>) -> Option<Decimal> {
    let [part] = group.entries.as_slice() else { return None };
    let whole = item(Side::Entry, &part.id)?.amount.minor(digits)?;
    let rest = whole.checked_sub(part.amount.minor(digits)?)?;
    (rest != 0).then(|| Decimal::from_minor(rest, digits))
}

fn parts(group: &Group, (digits, item): Lookup<'_, '_>) -> Option<Vec<Part>> {
    let lines = group.lines.iter().map(|part| (Side::Line, part));
    let entries = group.entries.iter().map(|part| (Side::Entry, part));
    let of = lines.chain(entries).map(|(side, part)| {
        let item = item(side, &part.id)?;
        Some(Part {
            side,
            id: part.id.clone(),
            date: Some(item.date),
            amount: Some(Decimal::from_minor(item.amount.minor(digits)?, digits)),
            text: whole_text([&item.counterparty, &item.description, &item.reference]),
            row: 0,
        })
    });
    of.collect()
}

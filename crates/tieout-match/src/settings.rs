//! What a person or an organization sets for a run.

use crate::items::ItemIndex;
use crate::outcome::Side;
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;

/// Largest fixed amount of a learnt fee for each sale, in minor units.
pub const MOST_FIXED_FEE: i64 = 500;

/// Settings of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Reconciled as of this day: what is dated later may match, and explains what is outstanding.
    pub as_of: Date,
    /// First day of the bank's lines; entries before it are candidates that may have been cleared earlier.
    pub window_start: Option<Date>,
    /// A match at or above this confidence (parts per million) is automatic.
    pub automatic_ppm: u32,
    /// A match at or above this confidence (parts per million) is suggested.
    pub suggested_ppm: u32,
    /// Largest processor or bank fee taken out of a payment, in per mille of it.
    pub max_fee_per_mille: u32,
    /// Largest share of a processor's fee that payouts have taught to the cent, in per mille: delivery services and
    /// marketplaces keep up to a third.
    pub max_learnt_fee_per_mille: u32,
    /// Largest exchange difference, in per mille.
    pub max_exchange_per_mille: u32,
    /// Most days an entry may lie before its line, and after it.
    pub max_days_before: i32,
    /// See `max_days_before`.
    pub max_days_after: i32,
    /// How long an entry may stay outstanding before it is stale.
    pub age_limits: AgeLimits,
    /// Lines and entries that never belong together.
    pub never: NeverMatch,
    /// Entries before `window_start` that somebody says were still open then.
    pub known_open: BTreeSet<ItemIndex>,
}

/// Lines and entries that never belong together, as classes: no line of a class matches an entry of the same class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeverMatch {
    lines: BTreeMap<ItemIndex, Vec<u32>>,
    entries: BTreeMap<ItemIndex, Vec<u32>>,
}

impl NeverMatch {
    /// Puts a line or an entry into a class.
    pub fn add(&mut self, class: u32, side: Side, item: ItemIndex) {
        let classes = match side {
            Side::Line => &mut self.lines,
            Side::Entry => &mut self.entries,
        };
        classes.entry(item).or_default().push(class);
    }

    /// Nothing is ruled out.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() || self.entries.is_empty()
    }

    /// The two are in a class together.
    pub fn forbids(&self, line: ItemIndex, entry: ItemIndex) -> bool {
        match (self.lines.get(&line), self.entries.get(&entry)) {
            (Some(of_line), Some(of_entry)) => of_line.iter().any(|class| of_entry.contains(class)),
            _ => false,
        }
    }
}

impl Settings {
    /// The defaults, as of a day.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            window_start: None,
            automatic_ppm: 990_000,
            suggested_ppm: 300_000,
            max_fee_per_mille: 60,
            max_learnt_fee_per_mille: 350,
            max_exchange_per_mille: 30,
            max_days_before: 190,
            max_days_after: 60,
            age_limits: AgeLimits::default(),
            never: NeverMatch::default(),
            known_open: BTreeSet::new(),
        }
    }
}

/// Days after which an outstanding entry is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeLimits {
    /// Checks (banks may refuse them after six months).
    pub check_days: i32,
    /// Deposits.
    pub deposit_days: i32,
    /// Other payments.
    pub payment_days: i32,
}

impl Default for AgeLimits {
    fn default() -> Self {
        Self {
            check_days: 180,
            deposit_days: 10,
            payment_days: 10,
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, for people: `indexing`, `pairing`, `assigning`, `grouping`, `classifying`.
    pub step: &'static str,
    /// Done so far.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

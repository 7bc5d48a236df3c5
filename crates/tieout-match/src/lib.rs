//! The matching engine: bank lines and entries in, groups with confidence and proof out.
//!
//! Pure and deterministic: the same items give the same bytes, whatever their order, the thread count or the platform.
//! Floats hold scores only and never decide a sum; no std transcendental function is called.
//! **Never knows** files, formats, ledgers, databases, the clock.
//!
//! Begin reading at [`items`] (what goes in) and [`outcome`] (what comes out), then [`run`].
#![cfg_attr(
    not(test),
    deny(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing)
)]

pub mod accounts;
pub mod difference;
mod documents;
mod doubt;
pub mod error_rate;
pub mod items;
pub mod model;
mod namesakes;
pub mod outcome;
pub mod replay;
pub mod rerun;
pub mod settings;
pub mod transfers;

mod abroad;
mod affixes;
mod again;
mod agreeing;
mod aliases;
mod amounts;
mod arith;
mod assign;
mod books;
mod calibrate;
mod carried;
mod changes;
mod classify;
mod columns;
mod contacts;
mod contracts;
mod contradictions;
mod days_shown;
mod engine;
mod evidence;
mod explain;
mod facing;
mod few;
mod fold;
mod forbidden;
mod found;
mod groups;
mod hashing;
mod index;
mod indistinct;
mod lags;
mod lexicon;
mod limits;
mod links;
mod memo;
mod normalise;
mod offsets;
mod openings;
mod pairs;
mod posterior;
mod recall;
mod recurrence;
mod remains;
mod residuals;
mod roll;
mod same_number;
mod sample;
mod settle;
mod twins;
mod vocabulary;
mod waiting;

pub use engine::{Engine, run, train};
pub use explain::Explainer;
pub use few::Few;
pub use fold::fold;
pub use replay::replay;
pub use rerun::{Delta, State, Taken, rerun};
pub use residuals::exception_of;

pub use items::{Field, ItemIndex, Items, ItemsError, NewItem};
pub use model::{Model, Prior};
pub use outcome::{
    Action, Evidence, EvidenceKind, Exception, ExceptionClass, Group, HeldBack, Outcome, Part, Proof, Reason, Residual,
    ResidualKind, RuleVersion, Shape, Side, Tier,
};
pub use settings::{AgeLimits, MOST_FIXED_FEE, NeverMatch, Progress, Settings};

/// Both sides of one account (or of several, each item says which).
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// What the bank says.
    pub lines: Items,
    /// What the books say: entries, and open items marked as such.
    pub entries: Items,
}

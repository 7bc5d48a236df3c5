//! Rules on bank lines: conditions, and what follows: match so, code to that account, split, ignore, never match.
//!
//! A rule file is TOML or JSON (`docs/rules.md` is its reference); [`Rulebook::parse`] reads it and names every mistake
//! by line and column. [`run()`] carries the rules out before, beside and after the matching engine. [`propose()`] finds
//! rules in what was decided again and again.
//!
//! Pure and deterministic. **Never knows** files, databases, the clock, nor how a result is shown. Begin reading at
//! [`rule`] (what a rule is), then [`mod@run`].
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

mod apply;
mod conditions;
mod final_state;
mod find;
pub mod limits;
mod merge;
mod parse;
pub mod propose;
pub mod rule;
pub mod run;
mod split;
mod tree;
mod write;

pub use parse::{Form, Mistake};
pub use propose::{Decided, Proposal, propose};
pub use rule::{Rule, Rulebook};
pub use run::{Applied, Before, Ruled, What, run};

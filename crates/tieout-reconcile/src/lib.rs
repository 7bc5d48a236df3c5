//! Bank and books of one account, reconciled: statements joined, the difference explained to the cent, where both part,
//! the classic two-sided statement, exceptions, adjustments and a verdict.
//!
//! Pure and deterministic. **Never knows** files, formats, databases, the clock, nor how a result is shown.
//!
//! Begin reading at [`statements`] (what goes in) and [`result`] (what comes out), then [`mod@reconcile`] (the way from
//! one to the other); the header of `explain.rs` defines every word of the explanation.
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

mod adjust;
mod balance;
mod booked;
mod chain;
pub mod corrections;
mod counts;
mod dated;
pub mod decisions;
mod details;
mod explain;
mod findings;
mod gaps;
pub mod join;
mod lacking;
pub mod listed;
mod misstated;
mod notes;
mod opening;
mod order;
mod part;
pub mod reconcile;
pub mod result;
pub mod runs;
mod scope;
mod signs;
pub mod statements;
mod ties;
pub mod transfers;
mod two_sided;
mod verdict;
mod words;

pub use booked::books_difference;
pub use decisions::Decisions;
pub use explain::ExplainError;
pub use reconcile::{CaseError, Prepared, ReconcileError, prepare};
pub use result::Reconciliation;
pub use scope::OutcomeError;
pub use statements::Case;

//! Bank and books of one account, reconciled: statements joined, the difference explained to the cent, where both part,
//! the classic two-sided statement, exceptions, adjustments and a verdict.
//!
//! Pure and deterministic. **Never knows** files, formats, databases, the clock, nor how a result is shown.
//!
//! Begin reading at [`statements`] (what goes in) and [`result`] (what comes out), then [`explain`](mod@explain), whose
//! header defines every word of the explanation.
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

pub mod result;
pub mod statements;

pub use result::Reconciliation;
pub use statements::Case;

//! The words every other crate of Tieout speaks: money, currency, exact decimals, civil dates, text and problems.
//!
//! **Never knows** what a statement, a ledger or a match is; no clock, no randomness, no files, no network. Amounts are
//! integers: no floating point anywhere in here.
//!
//! Begin reading at [`decimal`] (what a file prints) and [`money`] (what we count with), then [`problem`] (what a reader
//! says when a file is not as it should be).
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

pub mod block;
mod code_page;
pub mod cp437;
mod cp850;
mod cp852;
pub mod currency;
pub mod decimal;
pub mod digits;
pub mod encoding;
pub mod id;
pub mod lines;
pub mod money;
pub mod problem;

pub use currency::Currency;
pub use decimal::Decimal;
pub use id::Id;
pub use jiff::civil::Date;
pub use money::Money;
pub use problem::{Code, Place, Problem, Severity};

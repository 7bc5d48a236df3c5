//! Double entry: accounts with their natural side, balanced transactions, periods, and the arithmetic of a reconciliation.
//!
//! Pure. **Never knows** files, formats, databases, the clock, nor what a match is.
//!
//! Begin reading at [`transaction`], then [`reconciliation`].
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

pub mod account;
pub mod journal;
pub mod period;
pub mod reconciliation;
pub mod status;
pub mod tax;
pub mod transaction;

pub use account::{Account, AccountKind};
pub use period::Period;
pub use transaction::{Posting, Transaction, TransactionError};

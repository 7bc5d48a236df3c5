//! Delimited text and spreadsheets as typed tables: encoding, delimiter, preamble, header, column roles, date order and
//! decimal mark, decided once per column over all values.
//!
//! Shared by the readers of statements and of books. **Never knows** what a statement or a ledger is.
//!
//! Begin reading at [`dates`] and [`amounts`] (what people and banks print), then [`mapping`].
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

pub mod amounts;
pub mod dates;
pub mod fold;
pub mod mapping;

pub use dates::DateOrder;

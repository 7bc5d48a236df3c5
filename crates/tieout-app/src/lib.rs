//! What people and programs may do with the books: use cases, permissions, the audit chain.
//!
//! The only crate that begins a transaction. **Never knows** HTTP, JSON shapes of a face, or SQL; clock and randomness are
//! passed in through [`World`].
//!
//! Begin reading at [`App::run`] (what surrounds every command), then any command: `posting.rs`,
//! `reconciliation/mod.rs`.
#![cfg_attr(
    not(test),
    deny(clippy::as_conversions, clippy::unwrap_used, clippy::float_arithmetic)
)]

pub mod access;
pub mod account;
pub mod amounts;
pub mod audit;
mod books_check;
pub mod chain;
pub mod chain_file;
pub mod chart;
pub mod command;
pub mod contact;
pub mod draft;
pub mod error;
pub mod event;
pub mod import;
pub mod job;
pub mod key;
pub mod memory;
pub mod open_item;
pub mod organization;
pub mod posting;
pub mod rate;
pub mod reconciliation;
mod records_check;
pub mod report;
pub mod revaluation;
pub mod setup;
pub mod signing;
pub mod tax_code;
pub mod time_zone;
mod totals_check;
pub mod transaction;
pub mod transfer;
pub mod world;

pub use access::{Action, Caller, Permission, Permissions, Resource};
pub use command::{App, Command, Context, Done, Once};
pub use error::AppError;
pub use tieout_store as store;

/// What faces say about files of books.
pub mod books {
    pub use tieout_books::{BooksOptions, DateOrder, DecimalMark, Includes, Mapping};
}
pub use tieout_store::Page;
pub use world::World;

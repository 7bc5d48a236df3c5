//! Bank statement files of every kind, read into one model.
//!
//! Bytes in, [`Statement`]s, [`Line`]s and problems out, one line at a time: the memory of a reader does not grow with
//! the file. **Never knows** the ledger, matching, the disk or the clock.
//!
//! Begin reading at [`model`] (what is read), then [`read`](mod@read) (how a file goes through: recognise, read, prove),
//! then any format's module. To add a format: one file with a [`Format`], one line in [`FORMATS`].
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_arithmetic
    )
)]

mod account_number;
pub mod bai2;
pub mod camt;
pub mod cfonb120;
pub mod cnab240;
pub mod coda;
pub mod collect;
mod covered;
pub mod delimited;
mod fixed;
mod foreign;
pub mod gpc;
pub mod json;
pub mod limits;
mod looking_ahead;
pub mod model;
pub mod mt940;
pub mod norma43;
pub mod ofx;
pub mod pages;
pub mod pdf;
pub mod prove;
pub mod qif;
pub mod read;
mod running;
mod seen_ids;
mod undated;
pub mod write;
pub mod zip;

pub use collect::{Import, ReadStatement, read_all};
pub use model::{
    Account, AccountKind, AccountScheme, Balance, BalanceKind, Child, Control, Counterparty, Fee, Ids, Line, Original,
    Proof, Statement, Status, TypeCode,
};
pub use pages::merge_pages;
pub use read::{Emitter, Format, Outcome, ReadOptions, Reading, Sink, read, recognise};

/// Every statement format, in the order in which they are asked whether a file is theirs: specific first. Archives come before
/// all, because what they hold unpacked can be seen in them.
pub static FORMATS: &[&dyn Format] = &[
    &zip::Zip,
    &ofx::Ofx,
    &camt::Camt,
    &bai2::Bai2,
    &coda::Coda,
    &norma43::Norma43,
    &cfonb120::Cfonb120,
    &gpc::Gpc,
    &cnab240::Cnab240,
    &mt940::Mt940,
    &qif::Qif,
    &json::Json,
    &pdf::Pdf,
    &delimited::Delimited,
];

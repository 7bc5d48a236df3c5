//! Ledger files ("books") of every kind, read into the entries of one account, and proposed entries written back in the
//! books' own format.
//!
//! Bytes in, [`Entry`]s and problems out. **Never knows** bank statements, matching, the disk or the clock: included files
//! come through [`Includes`].
//!
//! Begin reading at [`model`] (what is read), then [`read`](mod@read) (how a file goes through: recognise, read, choose the
//! account), then [`journal`] (what plain-text journals share). To add a kind of books: one file with a
//! [`BooksFormat`], one line in [`FORMATS`].
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
pub mod beancount;
mod chart;
pub mod chart_table;
pub mod check_number;
pub mod collect;
mod commodity;
pub mod crane;
pub mod datev;
mod delimited;
pub mod fec;
mod general;
pub mod gnucash;
pub mod hledger;
pub mod iif;
pub mod import;
pub mod includes;
pub mod journal;
pub mod jpk;
pub mod limits;
pub mod model;
pub mod qif;
pub mod read;
pub mod reversal;
pub mod saft;
pub mod sie;
pub mod table;
pub mod transactions;
mod whole;
pub mod write;
mod written;
mod written_as;
mod xml;

pub use account::AccountType;
pub use chart_table::{ChartRow, read_chart};
pub use check_number::check_number_in;
pub use collect::{Books, read_all, read_all_with};
pub use includes::Includes;
pub use model::{AccountTotal, BooksReading, Clearing, CommodityAmount, Entry, History, PrintedBalance};
pub use read::{BooksFormat, BooksOptions, BooksSink, Emitter, read, read_with, recognise};
pub use reversal::{EntryRow, Originals};
pub use table::open_items::{OpenItem, open_items};
pub use tieout_tables::{DateOrder, DecimalMark, Mapping};
pub use transactions::{WholeBooks, WholeJournal, read_whole};
pub use write::{Layout, ProposedEntry, WriteError, write_entries};
pub use written_as::WrittenAs;

/// Every kind of books, in the order in which they are asked whether a file is theirs: specific first.
pub static FORMATS: &[&dyn BooksFormat] = &[
    &gnucash::Gnucash,
    &crane::Crane,
    &sie::Sie,
    &sie::Sie5,
    &datev::Datev,
    &fec::Fec,
    &saft::Saft,
    &jpk::Jpk,
    &iif::Iif,
    &qif::Qif,
    &beancount::Beancount,
    &hledger::Hledger,
    &table::Xlsx,
    &table::Csv,
];

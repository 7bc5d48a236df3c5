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
mod another;
mod assign;
pub mod balances;
mod bare;
mod buddhist;
mod by_chance;
mod by_currency;
pub mod chain;
mod charset;
pub mod columns;
mod completion;
mod currencies;
pub mod dates;
mod decide;
pub mod directions;
mod evidence;
pub mod fold;
mod frame;
mod gnucash;
mod held;
mod layout;
pub mod limits;
pub mod mapping;
mod net;
mod notes;
pub mod preamble;
mod profile;
mod ragged;
mod reading;
pub mod records;
pub mod row;
mod scripts;
mod settled;
mod sheets;
mod sides;
pub mod sniff;
mod source;
mod spans;
mod spelt;
mod spreadsheet;
mod standing;
mod stray;
mod summary;
mod survey;
pub mod table;
mod transfers;
mod unnamed;
mod unread;
mod words;

pub use amounts::DecimalMark;
pub use another::Another;
pub use assign::{Perspective, currency_in};
pub use charset::sense_of;
pub use columns::{AmountLayout, Column, Role};
pub use dates::DateOrder;
pub use decide::OWN_COLUMNS;
pub use evidence::Group;
pub use mapping::Mapping;
pub use preamble::Preamble;
pub use profile::is_iban;
pub use reading::{BalanceRow, Movement, RowKind, Unreadable};
pub use row::Row;
pub use spreadsheet::is_workbook;
pub use summary::SummaryPlaces;
pub use table::{BadDate, NoMovement, NoTable, Rows, Table, TableOptions};
pub use words::header_role;

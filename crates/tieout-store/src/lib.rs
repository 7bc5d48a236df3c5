//! Migrations and all SQL, on SQLite and on PostgreSQL.
//!
//! **Knows** tables, statements, the two engines. **Never knows** what a request is, who may do what, or what a change
//! means: rules are in `tieout-ledger` and `tieout-app`.
//!
//! Begin reading at [`dialect`] (the two engines behind one face), then any entity's file: its row, its statements as
//! named constants, one function for each. `migrations/` has the tables.
#![cfg_attr(
    not(test),
    deny(clippy::as_conversions, clippy::unwrap_used, clippy::float_arithmetic)
)]
// `Row::int` is no function of every row's lifetime, as a decoder must be; a closure is.
#![allow(clippy::redundant_closure_for_method_calls)]

/// Statements of one file: each `NAME = "SQL";` becomes a constant, and `ALL` lists them for the test that prepares every
/// statement on both engines.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: &str = $sql;)*
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// Arguments of a statement, each converted to [`dialect::Arg`].
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::dialect::Arg::from($value)),*] };
}

pub mod account;
pub mod api_key;
pub mod as_of;
pub mod balance;
pub mod book_import;
pub mod contact;
pub mod dialect;
pub mod draft;
pub mod error;
pub mod event;
pub mod job;
pub mod migrate;
pub mod open_item;
pub mod organization;
pub mod page;
pub mod rate;
pub mod reconciliation;
pub mod repeated;
pub mod revaluation;
pub mod scope;
pub mod signing;
pub mod tax_code;
pub mod transaction;
pub mod transfer;

pub use dialect::{BoxFuture, Database, Hold, Pace, Retry, Tx, day_number};
pub use error::StoreError;
pub use page::Page;

/// Every statement and every insertion of the store, by the file it belongs to.
pub fn registered() -> (Vec<(&'static str, &'static str)>, Vec<&'static dialect::Insert>) {
    let statements = [
        account::ALL,
        api_key::ALL,
        as_of::ALL,
        balance::ALL,
        book_import::ALL,
        contact::ALL,
        draft::ALL,
        event::ALL,
        job::ALL,
        migrate::ALL,
        open_item::ALL,
        organization::ALL,
        rate::ALL,
        reconciliation::ALL,
        repeated::ALL,
        revaluation::ALL,
        scope::ALL,
        signing::ALL,
        tax_code::ALL,
        transaction::ALL,
        transfer::ALL,
    ];
    let inserts = vec![
        &balance::ADD,
        &book_import::INSERT_IMPORTED,
        &scope::CARRY,
        &tax_code::INSERT_RATES,
        &transaction::INSERT_ENTRIES,
        &transaction::INSERT_MANY,
    ];
    (statements.concat(), inserts)
}

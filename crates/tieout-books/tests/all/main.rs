//! Every kind of books, as they are read and written.

mod accounts;
mod common;
mod crane;
mod fuzz_corpus;
mod general;
mod gnucash;
mod independent;
mod journals;
mod lettered;
mod numbered;
mod open_items;
mod qif;
mod reversals;
mod robustness;
mod signs;
mod tables;
mod totals;
mod whole;
mod writing;

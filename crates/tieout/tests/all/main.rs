//! The program as its users run it.

mod adjustments;
mod answers;
mod booked;
mod books;
mod browser;
mod caution;
mod commands;
mod common;
mod corrected;
mod decisions;
mod explained;
mod forged;
mod formats;
mod import;
mod missing_rows;
mod reconcile;
mod refusals;
mod rules;
mod server;
mod several;
mod signs;
mod sources;

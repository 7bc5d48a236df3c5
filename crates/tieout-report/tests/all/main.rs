//! What a person and a program read of a reconciliation.

mod common;
mod csv;
mod decisions;
mod html;
mod json;
mod schema;
mod terminal;

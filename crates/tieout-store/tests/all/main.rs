//! The store, on both engines.

mod connections;
mod statements;
mod upgrade;

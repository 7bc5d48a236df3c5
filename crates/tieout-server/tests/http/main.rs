//! The server as its clients see it, on both engines.

mod access;
mod books;
mod client;
mod documents;
mod histories;
mod reconciliations;
mod seed;

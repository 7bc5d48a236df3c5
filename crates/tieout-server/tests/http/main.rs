//! The server as its clients see it, on both engines.

// Throws of dice are small.
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

mod access;
mod as_of;
mod at_once;
mod books;
mod client;
mod documents;
mod double;
mod guards;
mod histories;
mod imports;
mod jobs;
mod late;
mod open_items;
mod parked;
mod places;
mod proofs;
mod races;
mod reconciliations;
mod refusals;
mod request_bodies;
mod revaluations;
mod seed;
mod taxes;
mod transactions;
mod years;

//! The matching engine, asked as its users ask it.

mod abroad;
mod banks_own;
mod contracts;
mod exceptions;
mod items;
mod names;
mod payouts;
mod properties;
mod rents;
mod replaying;
mod rerunning;
mod transfers;

//! Files of any length, the same for the same arguments.

pub mod business;
pub mod camt;
pub mod mt940;

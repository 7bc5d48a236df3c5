//! Files of any length, the same for the same arguments.

pub mod business;
pub mod camt;
pub mod csv;
pub mod mt940;
pub mod ofx;
pub mod qif;

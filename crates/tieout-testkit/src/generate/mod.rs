//! Files of any length, the same for the same arguments.

pub mod bai2;
mod bank;
pub mod business;
pub mod camt;
pub mod cfonb120;
pub mod cnab240;
pub mod coda;
pub mod csv;
pub mod gpc;
pub mod mt940;
pub mod norma43;
pub mod ofx;
pub mod qif;

//! Writes statements in formats that other software reads.

pub mod camt;

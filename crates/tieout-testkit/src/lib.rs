//! Stub while the house is laid out.

pub mod generate;

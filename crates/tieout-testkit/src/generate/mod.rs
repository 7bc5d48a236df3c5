//! Large files of any size, the same on every run: for measurements and for tests of memory and speed.

pub mod camt;

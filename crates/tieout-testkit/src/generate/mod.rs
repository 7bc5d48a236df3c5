//! Statement files of any size, the same ones every time: for measuring, and for tests of memory.

pub mod ofx;

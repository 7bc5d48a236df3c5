//! Statements written out again for other software, each format in a file of its own and with the same
//! function: `write(out, statements)`.
//!
//! What the model says and a format cannot carry is left out, never bent; each file's header says
//! what that is. The same statements give the same bytes: no clock, no chance.

pub mod camt;
pub mod csv;
pub mod json;
pub mod ofx;

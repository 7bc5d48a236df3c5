//! Reconciliations, from the papers on the desk to the difference explained.

mod common;
mod explaining;
mod joining;
mod openings;
mod parting;
mod properties;

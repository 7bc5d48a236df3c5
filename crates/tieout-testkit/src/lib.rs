//! What tests and benches need and users never see: deterministic generators of statement files and business books, and a
//! real browser.
//!
//! **Never** part of the binary. Begin reading at [`random`], then [`generate`]; for pages at [`browser`].

pub mod browser;
pub mod corpus;
pub mod generate;
pub mod random;
pub mod world;

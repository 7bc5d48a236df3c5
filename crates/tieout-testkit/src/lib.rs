//! What tests and benches need and users never see: deterministic generators of statement files and business books.
//!
//! **Never** part of the binary. Begin reading at [`random`], then [`generate`].

pub mod corpus;
pub mod generate;
pub mod random;
pub mod world;

//! What the tests and measurements of every crate share: generated files. For development only.
//!
//! **Never knows** a format's reader, the clock or chance: what it makes follows from its arguments alone.

pub mod generate;

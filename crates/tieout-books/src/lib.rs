//! Stub while the house is laid out.

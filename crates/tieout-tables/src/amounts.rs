//! Amounts as people and banks print them.

//! A page of a list.

/// Which part of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// At most this many rows.
    pub limit: i64,
    /// After this many rows.
    pub offset: i64,
}

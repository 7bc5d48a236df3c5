//! What the reader has begun and not ended: a field that may go on, a line that waits for its details.

use super::tags::Tag;

/// Value of the open field, other than a line's details; lines divided by `\n`.
#[derive(Debug, Default)]
pub(super) struct Value {
    pub(super) bytes: Vec<u8>,
    /// It has several lines.
    pub(super) goes_on: bool,
    /// Something in it may be no ASCII.
    pub(super) high: bool,
}

/// A field that may go on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) tag: Tag,
    /// `:86:` of the line before it, not of the statement.
    pub(super) of_line: bool,
    pub(super) number: u64,
    pub(super) offset: u64,
}

/// The statement line that waits for its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    None,
    Line,
    /// It could not be read; its details go with it.
    Unreadable,
}

//! Lines and entries with where they come from: what they can be named by, before they are matched and after.

use crate::result::Chain;
use crate::statements::{Provenance, SourceFile};
use tieout_match::Input;

/// Lines, each once, and entries, and the files they stand in.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// Lines and entries.
    pub input: &'a Input,
    /// The files, in the user's order.
    pub files: &'a [SourceFile],
    /// The statements, and which lines each contains.
    pub chain: &'a Chain,
    /// Where each line stands in the file of the statement that brought it: number of its first text line, 0 if not known.
    pub line_numbers: &'a [u32],
    /// Where each entry stands in the books.
    pub provenance: &'a Provenance,
}

//! An explicit mapping of columns, from a file a person wrote.

/// Which column is what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {}

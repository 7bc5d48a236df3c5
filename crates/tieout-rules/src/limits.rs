//! What a rule file may cost.

/// Largest rule file.
pub const FILE_BYTES: usize = 4 << 20;
/// Most rules in it.
pub const RULES: usize = 5_000;
/// How deep conditions may be nested.
pub const DEPTH: usize = 16;
/// Memory for one compiled pattern.
pub const PATTERN_BYTES: usize = 1 << 20;
/// Most entries that are looked at for one line and one rule; with more the rule is too wide and leaves the line alone.
pub const CANDIDATES: usize = 2_000;
/// Most suggestions that are made where several entries fit a line.
pub const SUGGESTIONS: usize = 5;

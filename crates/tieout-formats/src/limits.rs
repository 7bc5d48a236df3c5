//! Hard limits of the readers; beyond them a file gives [`Code::TooLarge`](tieout_core::Code::TooLarge), never
//! unbounded memory.

/// Nesting depth of elements (XML, SGML).
pub const MAX_DEPTH: usize = 64;
/// Bytes of one value (a memo, an amount); the rest is dropped with a problem.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;
/// Bytes of text kept for one line of a statement, over all its fields.
pub const MAX_LINE_TEXT_BYTES: usize = 256 * 1024;
/// Parts kept of one batch line; further ones are counted and their sum checked, but not kept.
pub const MAX_CHILDREN: usize = 100_000;
/// Lines of all statements of one file.
pub const MAX_LINES: u64 = 50_000_000;
/// Statements in one file.
pub const MAX_STATEMENTS: usize = 100_000;
/// Problems kept of each code for one file; further ones are counted.
pub const MAX_PROBLEMS_PER_CODE: usize = 200;
/// Bytes of text kept for all parts of one batch line.
pub const MAX_CHILDREN_TEXT_BYTES: usize = 32 * 1024 * 1024;
/// Charges kept of one line.
pub const MAX_FEES: usize = 1_000;
/// Balances kept of one statement.
pub const MAX_BALANCES: usize = 10_000;
/// Bytes of a JSON feed, which is held in memory: its pages tell accounts and corrections before or after the lines.
pub const MAX_FEED_BYTES: u64 = 64 << 20;
/// Archives within archives.
pub const MAX_ARCHIVE_DEPTH: usize = 3;
/// Members of one archive that are looked at.
pub const MAX_MEMBERS: usize = 10_000;
/// Bytes of all members of an archive, unpacked, those of archives in it included.
pub const MAX_UNPACKED_BYTES: u64 = 2 << 30;
/// Bytes that each byte of an archive may stand for in what it holds. Real statements were seen to pack to a thirtieth.
pub const MAX_PACKING: u64 = 200;
/// Bytes that a small archive may unpack to all the same.
pub const MIN_UNPACKED_BYTES: u64 = 16 << 20;
/// Bytes of a member that must be held in memory, because its reader jumps about in it: a workbook, an archive, a PDF.
pub const MAX_HELD_BYTES: u64 = 128 << 20;
/// Bytes of a PDF, which is held in memory.
pub const MAX_PAPER_BYTES: u64 = 64 << 20;
/// Work that a PDF may take, in bytes looked at one by one; about 25 ns each.
pub const MAX_PAPER_WORK: u64 = 64 << 20;
/// Bytes that all streams of a PDF that are looked at may hold, unpacked; what [`MAX_PACKING`] allows a smaller one is less.
pub const MAX_PAPER_CONTENT: u64 = 64 << 20;

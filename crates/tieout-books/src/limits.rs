//! Hard limits of the readers; beyond them a file gives [`Code::TooLarge`](tieout_core::Code::TooLarge), never unbounded
//! memory.

/// Files of one journal, the first one included.
pub const MAX_FILES: usize = 5_000;
/// Files that include each other, one within the other.
pub const MAX_INCLUDE_DEPTH: usize = 32;
/// Folders looked into for one include pattern.
pub const MAX_INCLUDE_FOLDERS: usize = 1_000;
/// Bytes of all files of a journal; journals are held in memory because assertions depend on date order.
pub const MAX_JOURNAL_BYTES: usize = 512 * 1024 * 1024;
/// Bytes that each byte of a packed file may stand for. Books of `GnuCash` were seen to pack to a twentieth.
pub const MAX_PACKING: u64 = 100;
/// Bytes that a small packed file may unpack to all the same.
pub const MIN_UNPACKED_BYTES: u64 = 16 << 20;
/// Postings of one transaction.
pub const MAX_POSTINGS_OF_TRANSACTION: usize = 100_000;
/// Rows of an entry that a reversal mirrors; entries of more are batches.
pub const MAX_MIRRORED_ROWS: usize = 500;
/// Days between two entries of which one may be the other entered again; matching looks less far.
pub const DUPLICATE_DAYS: i32 = 31;
/// Lots of one commodity held in one account at once; a sale looks at all of them.
pub const MAX_LOTS: usize = 20_000;
/// Nested brackets of an arithmetic expression.
pub const MAX_EXPRESSION_DEPTH: usize = 32;
/// Accounts in one file of books; a chart of accounts is far smaller, random bytes are not.
pub const MAX_ACCOUNTS: usize = 200_000;
/// Aliases and alias patterns of one journal.
pub const MAX_ALIASES: usize = 1_000;
/// Bytes of an alias pattern.
pub const MAX_PATTERN_BYTES: usize = 1_000;
/// Problems kept of each code for one file; further ones are counted.
pub const MAX_PROBLEMS_PER_CODE: usize = 200;
/// Accounts named in one message.
pub const MAX_ACCOUNTS_IN_MESSAGE: usize = 12;

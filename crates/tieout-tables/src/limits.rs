//! Hard limits of the table reader; beyond them a row is cut and marked, or the file refused, never unbounded memory.

/// Bytes of one row, quoted line ends included.
pub const MAX_ROW_BYTES: usize = 1 << 20;
/// Cells of one row.
pub const MAX_COLUMNS: usize = 4096;
/// Rows that are looked at to find the table and its columns.
pub const SAMPLE_ROWS: usize = 400;
/// Bytes of the rows that are looked at.
pub const SAMPLE_BYTES: usize = 256 * 1024;
/// Bytes of a spreadsheet file.
pub const MAX_WORKBOOK_BYTES: u64 = 128 << 20;
/// Bytes of all parts of a spreadsheet, unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 768 << 20;
/// Bytes of all texts shared by the cells of a spreadsheet.
pub const MAX_SHARED_TEXT_BYTES: u64 = 128 << 20;
/// Bytes of all cells of one sheet, as text.
pub const MAX_SHEET_TEXT_BYTES: usize = 256 << 20;
/// Cells of one sheet that hold something.
pub const MAX_SHEET_CELLS: usize = 20_000_000;
/// Sheets of one workbook that are looked at.
pub const MAX_SHEETS: usize = 64;
/// Bytes of one text or tag in a workbook; a cell holds at most 32,767 characters.
pub const MAX_CELL_BYTES: usize = 1 << 20;
/// Groups (account and currency) of one table that are told apart; rows of further ones are not read, which is said.
pub const MAX_GROUPS: usize = 256;
/// Bytes of an old workbook (XLS), which is held in memory twice; its rows end at 65,536 in each sheet.
pub const MAX_OLD_WORKBOOK_BYTES: u64 = 64 << 20;
/// Bytes of a table that is markup (HTML, XML spreadsheets of 2003), which is held in memory.
pub const MAX_MARKUP_BYTES: u64 = 64 << 20;

//! The columns of ABO's records.

use crate::fixed::{Column, column};

/// Both records.
pub(super) const ACCOUNT: Column = column("account", 4, 19);

/// Record 074.
pub(super) const NAME: Column = column("name", 20, 39);
pub(super) const OLD_DATE: Column = column("date of the old balance", 40, 45);
pub(super) const OLD: Column = column("old balance", 46, 59);
pub(super) const OLD_SIGN: usize = 60;
pub(super) const NEW: Column = column("new balance", 61, 74);
pub(super) const NEW_SIGN: usize = 75;
pub(super) const DEBITS: Column = column("debit turnover", 76, 89);
pub(super) const DEBITS_SIGN: usize = 90;
pub(super) const CREDITS: Column = column("credit turnover", 91, 104);
pub(super) const CREDITS_SIGN: usize = 105;
pub(super) const NUMBER: Column = column("statement number", 106, 108);
pub(super) const DATE: Column = column("date", 109, 114);

/// Record 075.
pub(super) const OTHER_ACCOUNT: Column = column("account of the other party", 20, 35);
pub(super) const DOCUMENT: Column = column("document number", 36, 48);
pub(super) const AMOUNT: Column = column("amount", 49, 60);
pub(super) const CODE: Column = column("posting code", 61, 61);
pub(super) const VARIABLE_SYMBOL: Column = column("variable symbol", 62, 71);
pub(super) const OTHER_BANK: Column = column("bank of the other party", 74, 77);
pub(super) const CONSTANT_SYMBOL: Column = column("constant symbol", 78, 81);
pub(super) const SPECIFIC_SYMBOL: Column = column("specific symbol", 82, 91);
pub(super) const VALUE_DATE: Column = column("value date", 92, 97);
pub(super) const TEXT: Column = column("name or text", 98, 117);
pub(super) const CURRENCY: Column = column("currency", 119, 122);
pub(super) const POSTING_DATE: Column = column("posting date", 123, 128);

/// Records 076, 078, 079.
pub(super) const MORE_TEXT: Column = column("text", 4, 128);

/// Decimal places of every amount.
pub(super) const SCALE: u8 = 2;

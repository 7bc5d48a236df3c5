//! The columns of CODA's records, numbered as the banks' standard numbers them.

use crate::fixed::{Column, column};

pub(super) const VERSION: usize = 128;
pub(super) const DUPLICATE: usize = 17;
pub(super) const HEADER_BIC: Column = column("BIC", 61, 71);

/// Record 1, and 8 shifted.
pub(super) const STRUCTURE: usize = 2;
pub(super) const OLD_NUMBER: Column = column("statement number", 3, 5);
pub(super) const OLD_ACCOUNT: Column = column("account and currency", 6, 42);
pub(super) const OLD_SIGN: usize = 43;
pub(super) const OLD_AMOUNT: Column = column("old balance", 44, 58);
pub(super) const OLD_DATE: Column = column("date of the old balance", 59, 64);
pub(super) const OLD_OWNER: Column = column("name of the holder", 65, 90);
pub(super) const OLD_NAME: Column = column("name of the account", 91, 125);

/// Record 8.
pub(super) const NEW_SIGN: usize = 42;
pub(super) const NEW_AMOUNT: Column = column("new balance", 43, 57);
pub(super) const NEW_DATE: Column = column("date of the new balance", 58, 63);

/// Record 21.
pub(super) const SEQUENCE: Column = column("sequence number", 3, 6);
pub(super) const DETAIL: Column = column("detail number", 7, 10);
pub(super) const REFERENCE: Column = column("reference of the bank", 11, 31);
pub(super) const SIGN: usize = 32;
pub(super) const AMOUNT: Column = column("amount", 33, 47);
pub(super) const VALUE_DATE: Column = column("value date", 48, 53);
pub(super) const CODE: Column = column("transaction code", 54, 61);
pub(super) const STRUCTURED: usize = 62;
pub(super) const TEXT_21: Column = column("communication", 63, 115);
pub(super) const ENTRY_DATE: Column = column("entry date", 116, 121);

/// Record 22.
pub(super) const TEXT_22: Column = column("communication", 11, 63);
pub(super) const CUSTOMER: Column = column("customer reference", 64, 98);
pub(super) const OTHER_BIC: Column = column("BIC of the other party", 99, 109);
pub(super) const RETURN_REASON: Column = column("reason of the return", 114, 117);
pub(super) const PURPOSE: Column = column("purpose", 122, 125);

/// Record 23.
pub(super) const OTHER_ACCOUNT: Column = column("account of the other party", 11, 47);
pub(super) const OTHER_NAME: Column = column("name of the other party", 48, 82);
pub(super) const TEXT_23: Column = column("communication", 83, 125);

/// Records 31, 32, 33.
pub(super) const KIND_31: usize = 40;
pub(super) const TEXT_31: Column = column("information", 41, 113);
pub(super) const TEXT_32: Column = column("information", 11, 115);
pub(super) const TEXT_33: Column = column("information", 11, 100);

/// Record 4.
pub(super) const MESSAGE: Column = column("free message", 33, 112);

/// Record 9.
pub(super) const RECORDS: Column = column("number of records", 17, 22);
pub(super) const DEBITS: Column = column("sum of debits", 23, 37);
pub(super) const CREDITS: Column = column("sum of credits", 38, 52);

/// Decimal places of every amount.
pub(super) const SCALE: u8 = 3;

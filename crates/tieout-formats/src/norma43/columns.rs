//! The columns of Norma 43's records.

use crate::fixed::{Column, column};

/// Record 11.
pub(super) const ACCOUNT: Column = column("bank, branch and account", 3, 20);
pub(super) const BANK: Column = column("bank", 3, 6);
pub(super) const BRANCH: Column = column("branch", 7, 10);
pub(super) const FROM: Column = column("first date", 21, 26);
pub(super) const TO: Column = column("last date", 27, 32);
pub(super) const OPENING_SIGN: usize = 33;
pub(super) const OPENING: Column = column("opening balance", 34, 47);
pub(super) const CURRENCY: Column = column("currency", 48, 50);
pub(super) const NAME: Column = column("name", 52, 77);

/// Record 22.
pub(super) const OPERATION_DATE: Column = column("operation date", 11, 16);
pub(super) const VALUE_DATE: Column = column("value date", 17, 22);
pub(super) const COMMON_CONCEPT: Column = column("common concept", 23, 24);
pub(super) const OWN_CONCEPT: Column = column("own concept", 25, 27);
pub(super) const SIGN: usize = 28;
pub(super) const AMOUNT: Column = column("amount", 29, 42);
pub(super) const DOCUMENT: Column = column("document number", 43, 52);
pub(super) const FIRST_REFERENCE: Column = column("reference 1", 53, 64);
pub(super) const SECOND_REFERENCE: Column = column("reference 2", 65, 80);

/// Record 23.
pub(super) const FIRST_TEXT: Column = column("first concept", 5, 42);
pub(super) const SECOND_TEXT: Column = column("second concept", 43, 80);

/// Record 24.
pub(super) const OTHER_CURRENCY: Column = column("original currency", 5, 7);
pub(super) const OTHER_AMOUNT: Column = column("original amount", 8, 21);

/// Record 33.
pub(super) const DEBIT_COUNT: Column = column("number of debits", 21, 25);
pub(super) const DEBITS: Column = column("sum of debits", 26, 39);
pub(super) const CREDIT_COUNT: Column = column("number of credits", 40, 44);
pub(super) const CREDITS: Column = column("sum of credits", 45, 58);
pub(super) const CLOSING_SIGN: usize = 59;
pub(super) const CLOSING: Column = column("closing balance", 60, 73);

/// Record 88.
pub(super) const RECORDS: Column = column("number of records", 21, 26);

/// Decimal places of every amount.
pub(super) const SCALE: u8 = 2;

//! The columns of CNAB 240's records of account statements, as FEBRABAN numbers them.

use crate::fixed::{Column, column};

/// All records.
pub(super) const BANK: Column = column("bank", 1, 3);
pub(super) const KIND: usize = 8;

/// Batch header (1).
pub(super) const OPERATION: usize = 9;
pub(super) const SERVICE: Column = column("service", 10, 11);
pub(super) const BRANCH: Column = column("branch", 53, 57);
pub(super) const ACCOUNT: Column = column("account", 59, 70);
pub(super) const ACCOUNT_DIGIT: Column = column("check digit of the account", 71, 71);
pub(super) const OWNER: Column = column("name of the company", 73, 102);
pub(super) const OPENING_DATE: Column = column("date of the opening balance", 143, 150);
pub(super) const OPENING: Column = column("opening balance", 151, 168);
pub(super) const OPENING_SIDE: Column = column("side of the opening balance", 169, 169);
pub(super) const CURRENCY: Column = column("currency", 171, 173);
pub(super) const NUMBER: Column = column("statement number", 174, 178);

/// Detail (3), segment E.
pub(super) const SEGMENT: usize = 14;
pub(super) const COMPLEMENT_KIND: Column = column("kind of the complement", 112, 113);
pub(super) const OTHER_BANK: Column = column("bank of the other party", 114, 116);
pub(super) const OTHER_ACCOUNT: Column = column("account of the other party", 122, 133);
pub(super) const ACCOUNTING_DATE: Column = column("accounting date", 135, 142);
pub(super) const ENTRY_DATE: Column = column("entry date", 143, 150);
pub(super) const AMOUNT: Column = column("amount", 151, 168);
pub(super) const SIDE: Column = column("side", 169, 169);
pub(super) const CATEGORY: Column = column("category", 170, 172);
pub(super) const HISTORY: Column = column("history code of the bank", 173, 176);
pub(super) const TEXT: Column = column("history", 177, 201);
pub(super) const DOCUMENT: Column = column("document", 202, 240);

/// Batch trailer (5).
pub(super) const CLOSING_DATE: Column = column("date of the closing balance", 143, 150);
pub(super) const CLOSING: Column = column("closing balance", 151, 168);
pub(super) const CLOSING_SIDE: Column = column("side of the closing balance", 169, 169);
pub(super) const BATCH_RECORDS: Column = column("number of records in the batch", 171, 176);
pub(super) const DEBITS: Column = column("sum of debits", 177, 194);
pub(super) const CREDITS: Column = column("sum of credits", 195, 212);

/// File trailer (9).
pub(super) const BATCHES: Column = column("number of batches", 18, 23);
pub(super) const RECORDS: Column = column("number of records", 24, 29);

/// Decimal places of every amount.
pub(super) const SCALE: u8 = 2;

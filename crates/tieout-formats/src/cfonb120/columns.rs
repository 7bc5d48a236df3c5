//! The columns of CFONB 120's records.

use crate::fixed::{Column, column};

/// All records.
pub(super) const BANK: Column = column("bank", 3, 7);
pub(super) const OWN_CODE: Column = column("operation code of the bank", 8, 11);
pub(super) const BRANCH: Column = column("branch", 12, 16);
pub(super) const CURRENCY: Column = column("currency", 17, 19);
pub(super) const DECIMALS: Column = column("number of decimals", 20, 20);
pub(super) const ACCOUNT: Column = column("account", 22, 32);
pub(super) const OPERATION: Column = column("operation code", 33, 34);
pub(super) const DATE: Column = column("date", 35, 40);
pub(super) const AMOUNT: Column = column("amount", 91, 104);

/// Record 04.
pub(super) const REJECTION: Column = column("rejection code", 41, 42);
pub(super) const VALUE_DATE: Column = column("value date", 43, 48);
pub(super) const LABEL: Column = column("label", 49, 79);
pub(super) const ENTRY: Column = column("entry number", 82, 88);
pub(super) const REFERENCE: Column = column("reference", 105, 120);

/// Record 05.
pub(super) const QUALIFIER: Column = column("qualifier", 46, 48);
pub(super) const TEXT: Column = column("text", 49, 118);
pub(super) const FIRST_HALF: Column = column("first half of the text", 49, 83);
pub(super) const SECOND_HALF: Column = column("second half of the text", 84, 118);
pub(super) const TEXT_CURRENCY: Column = column("original currency", 49, 51);
pub(super) const TEXT_DECIMALS: Column = column("decimals of the original amount", 52, 52);
pub(super) const TEXT_AMOUNT: Column = column("original amount", 53, 66);

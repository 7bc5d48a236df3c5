//! Proposed entries as journal entries of hledger and Ledger.

use super::style::Style;

/// What a journal uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HledgerLayout {
    account: String,
    symbol: String,
    style: Style,
    date_separator: char,
}

impl HledgerLayout {
    pub(crate) fn new(account: &str, symbol: &str, style: Style, date_separator: char) -> Self {
        Self {
            account: account.to_owned(),
            symbol: symbol.to_owned(),
            style,
            date_separator,
        }
    }
}

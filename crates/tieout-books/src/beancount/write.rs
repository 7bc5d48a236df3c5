//! Proposed entries as Beancount directives.

use std::collections::BTreeSet;

/// What a Beancount file uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BeancountLayout {
    account: String,
    commodity: String,
    opened: BTreeSet<String>,
}

impl BeancountLayout {
    pub(crate) fn new(account: &str, commodity: &str, opened: BTreeSet<String>) -> Self {
        Self {
            account: account.to_owned(),
            commodity: commodity.to_owned(),
            opened,
        }
    }
}

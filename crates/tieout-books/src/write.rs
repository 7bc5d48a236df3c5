//! Proposed entries written in the books' own format, so that appending them keeps the books readable.

use crate::beancount::write::BeancountLayout;
use crate::hledger::write::HledgerLayout;

/// How entries look in the file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// Beancount directives.
    Beancount(BeancountLayout),
    /// Journal entries of hledger and Ledger.
    Hledger(HledgerLayout),
}

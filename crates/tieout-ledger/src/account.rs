//! Accounts: a name and a kind.

/// A node of the chart of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// Name or number, as the books write it.
    pub name: String,
    /// Its kind.
    pub kind: AccountKind,
}

/// The five kinds of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// What is owned.
    Asset,
    /// What is owed.
    Liability,
    /// The owners' share.
    Equity,
    /// What is earned.
    Revenue,
    /// What is spent.
    Expense,
}

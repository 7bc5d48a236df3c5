//! Accounts: a name and a kind, and by the kind the side on which they grow.

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

/// The side on which an account grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NaturalSide {
    /// Debits raise it.
    Debit,
    /// Credits raise it.
    Credit,
}

impl AccountKind {
    /// The side on which accounts of this kind grow.
    pub fn natural_side(self) -> NaturalSide {
        match self {
            Self::Asset | Self::Expense => NaturalSide::Debit,
            Self::Liability | Self::Equity | Self::Revenue => NaturalSide::Credit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_and_expenses_grow_by_debits() {
        for (kind, side) in [
            (AccountKind::Asset, NaturalSide::Debit),
            (AccountKind::Liability, NaturalSide::Credit),
            (AccountKind::Equity, NaturalSide::Credit),
            (AccountKind::Revenue, NaturalSide::Credit),
            (AccountKind::Expense, NaturalSide::Debit),
        ] {
            assert_eq!(kind.natural_side(), side, "{kind:?}");
        }
    }
}

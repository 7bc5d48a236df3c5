//! Transactions: dated, described, and balanced in every currency they touch.

use crate::account::Account;
use std::collections::BTreeMap;
use std::sync::Arc;
use tieout_core::{Currency, Date, Money};

/// A balanced transaction. There is no other: the one constructor checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    date: Date,
    description: String,
    postings: Vec<Posting>,
}

/// One side of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The account.
    pub account: Arc<Account>,
    /// Debit +, credit −.
    pub amount: Money,
}

/// Why postings make no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// Fewer than two postings.
    #[error("a transaction needs at least two postings")]
    TooFew,
    /// Debits and credits differ by this in one currency.
    #[error("debits and credits differ by {0}")]
    Unbalanced(Money),
    /// The sum in one currency does not fit.
    #[error("the amounts in {0} are too large")]
    Overflow(Currency),
}

impl Transaction {
    /// A transaction of these postings.
    ///
    /// # Errors
    /// See [`TransactionError`]; currencies are checked in the order of their codes.
    pub fn try_new(date: Date, description: String, postings: Vec<Posting>) -> Result<Self, TransactionError> {
        if postings.len() < 2 {
            return Err(TransactionError::TooFew);
        }
        let mut sums = BTreeMap::<Currency, i128>::new();
        for posting in &postings {
            *sums.entry(posting.amount.currency()).or_default() += i128::from(posting.amount.minor());
        }
        for (currency, sum) in sums {
            if sum != 0 {
                let off = i64::try_from(sum).map_err(|_| TransactionError::Overflow(currency))?;
                return Err(TransactionError::Unbalanced(Money::new(off, currency)));
            }
        }
        Ok(Self {
            date,
            description,
            postings,
        })
    }

    /// Its day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// What it is about.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Its postings, in the order given.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountKind;
    use jiff::civil::date;

    fn posting(amount: i64, currency: &str) -> Posting {
        Posting {
            account: Arc::new(Account {
                name: "a".into(),
                kind: AccountKind::Asset,
            }),
            amount: Money::new(amount, Currency::try_new(currency).unwrap()),
        }
    }

    fn post(postings: Vec<Posting>) -> Result<Transaction, TransactionError> {
        Transaction::try_new(date(2026, 3, 14), "test".into(), postings)
    }

    #[test]
    fn debits_equal_credits_in_every_currency() {
        assert!(post(vec![posting(100, "EUR"), posting(-100, "EUR")]).is_ok());
        let mixed = vec![
            posting(100, "EUR"),
            posting(-100, "EUR"),
            posting(7, "USD"),
            posting(-7, "USD"),
        ];
        assert!(post(mixed).is_ok());
    }

    #[test]
    fn what_does_not_balance_is_no_transaction() {
        let eur = Currency::try_new("EUR").unwrap();
        assert_eq!(post(vec![]), Err(TransactionError::TooFew));
        assert_eq!(post(vec![posting(0, "EUR")]), Err(TransactionError::TooFew));
        assert_eq!(
            post(vec![posting(100, "EUR"), posting(-99, "EUR")]),
            Err(TransactionError::Unbalanced(Money::new(1, eur)))
        );
        assert_eq!(
            post(vec![posting(5, "EUR"), posting(-5, "USD")]),
            Err(TransactionError::Unbalanced(Money::new(5, eur)))
        );
        assert_eq!(
            post(vec![posting(i64::MAX, "EUR"), posting(i64::MAX, "EUR")]),
            Err(TransactionError::Overflow(eur))
        );
    }
}

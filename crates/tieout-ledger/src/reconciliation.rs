//! The arithmetic of a reconciliation, and nothing else: what the difference is, and whether it is explained.

/// An amount does not fit 64 bits of minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount is too large")]
pub struct TooLarge;

/// The components do not sum to the difference. Never the user's fault: the arithmetic that made them is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the explanation is off by {off} minor units")]
pub struct NotExplained {
    /// Difference − Σ of the components, in minor units.
    pub off: i128,
}

/// `statement balance − ledger balance`, in minor units.
///
/// # Errors
/// [`TooLarge`] if it does not fit.
pub fn difference(statement_balance: i64, ledger_balance: i64) -> Result<i64, TooLarge> {
    statement_balance.checked_sub(ledger_balance).ok_or(TooLarge)
}

/// Adds up amounts in minor units; the order does not matter, since nothing overflows on the way.
///
/// # Errors
/// [`TooLarge`] if the sum does not fit.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> Result<i64, TooLarge> {
    let wide: i128 = amounts.into_iter().map(i128::from).sum();
    i64::try_from(wide).map_err(|_| TooLarge)
}

/// Whether the components explain the difference to the cent.
///
/// # Errors
/// [`NotExplained`] with what is missing.
pub fn check_explained(difference: i64, components: impl IntoIterator<Item = i64>) -> Result<(), NotExplained> {
    let explained: i128 = components.into_iter().map(i128::from).sum();
    match i128::from(difference) - explained {
        0 => Ok(()),
        off => Err(NotExplained { off }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_explained_to_the_cent_or_not_at_all() {
        let difference = difference(10_000, 9_750).unwrap();
        assert_eq!(difference, 250);
        assert_eq!(check_explained(difference, [300, -50]), Ok(()));
        assert_eq!(check_explained(difference, [300, -49]), Err(NotExplained { off: -1 }));
    }

    #[test]
    fn sums_pass_the_limit_on_the_way_but_not_at_the_end() {
        assert_eq!(sum([i64::MAX, 1, -1]), Ok(i64::MAX));
        assert_eq!(sum([i64::MAX, 1]), Err(TooLarge));
        assert_eq!(difference(i64::MIN, 1), Err(TooLarge));
    }
}

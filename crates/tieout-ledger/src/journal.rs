//! Journal lines in several currencies: what they come to in base currency, and whether they balance.

use tieout_core::Currency;

/// Rates have eight places: this many units are one.
pub const RATE_SCALE: i64 = 100_000_000;

/// A line as it is given: debit +, credit −, in minor units of its own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalLine {
    /// The amount.
    pub amount: i64,
    /// Its currency.
    pub currency: Currency,
    /// How to come to base currency.
    pub base: Base,
}

/// How an amount comes to base currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// It is in base currency.
    Same,
    /// Somebody says how much it is, signed like the amount.
    Given(i64),
    /// At this rate: base units for one unit, times [`RATE_SCALE`].
    Rate(i64),
}

/// Why lines are no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Fewer than two lines.
    #[error("a transaction needs at least two entries")]
    TooFew,
    /// Debits and credits differ, in minor units of this currency.
    #[error("debits and credits differ")]
    Unbalanced {
        /// The currency the sums are in.
        currency: Currency,
        /// Sum of the debits.
        debits: i64,
        /// Sum of the credits.
        credits: i64,
    },
    /// A sum or a product does not fit.
    #[error("an amount is too large")]
    TooLarge,
}

/// What each line is in base currency; the lines balance.
///
/// Lines of one foreign currency balance in that currency; what rounding each by the rate leaves over goes to the largest
/// of them, the first of equals. Lines of several currencies must balance in base currency as they stand.
///
/// # Errors
/// See [`JournalError`].
pub fn base_amounts(lines: &[JournalLine], base: Currency) -> Result<Vec<i64>, JournalError> {
    if lines.len() < 2 {
        return Err(JournalError::TooFew);
    }
    let shared = lines.first().map(|line| line.currency);
    let is_single = lines.iter().all(|line| Some(line.currency) == shared);
    if let Some(currency) = shared.filter(|_| is_single) {
        check_balance(lines.iter().map(|line| line.amount), currency)?;
    }
    let mut amounts = Vec::with_capacity(lines.len());
    for line in lines {
        amounts.push(in_base(*line, base)?);
    }
    let off: i128 = amounts.iter().copied().map(i128::from).sum();
    let is_rounded = lines.iter().any(|line| matches!(line.base, Base::Rate(_)));
    if is_single && is_rounded && off != 0 {
        let off = i64::try_from(off).map_err(|_| JournalError::TooLarge)?;
        let largest = amounts.iter_mut().rev().max_by_key(|amount| amount.unsigned_abs());
        if let Some(amount) = largest {
            *amount = amount.checked_sub(off).ok_or(JournalError::TooLarge)?;
        }
    }
    check_balance(amounts.iter().copied(), base)?;
    Ok(amounts)
}

/// Sums of debits and of credits, equal.
fn check_balance(amounts: impl Iterator<Item = i64>, currency: Currency) -> Result<(), JournalError> {
    let (mut debits, mut credits) = (0_i128, 0_i128);
    for amount in amounts {
        let wide = i128::from(amount);
        if wide > 0 {
            debits += wide;
        } else {
            credits -= wide;
        }
    }
    let debits = i64::try_from(debits).map_err(|_| JournalError::TooLarge)?;
    let credits = i64::try_from(credits).map_err(|_| JournalError::TooLarge)?;
    if debits == credits {
        Ok(())
    } else {
        Err(JournalError::Unbalanced {
            currency,
            debits,
            credits,
        })
    }
}

fn in_base(line: JournalLine, base: Currency) -> Result<i64, JournalError> {
    match line.base {
        Base::Same => Ok(line.amount),
        Base::Given(amount) => Ok(amount),
        Base::Rate(rate) => convert(line.amount, line.currency, rate, base).ok_or(JournalError::TooLarge),
    }
}

/// An amount at a rate, rounded to the nearest minor unit, halves away from zero.
pub fn convert(amount: i64, from: Currency, rate: i64, to: Currency) -> Option<i64> {
    let power = |digits: u8| 10_i128.checked_pow(u32::from(digits));
    let product = i128::from(amount)
        .checked_mul(i128::from(rate))?
        .checked_mul(power(to.minor_digits())?)?;
    let divisor = i128::from(RATE_SCALE).checked_mul(power(from.minor_digits())?)?;
    let half = divisor / 2;
    let rounded = if product < 0 {
        product.checked_sub(half)?
    } else {
        product.checked_add(half)?
    } / divisor;
    i64::try_from(rounded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::try_new(code).unwrap()
    }

    fn line(amount: i64, code: &str, base: Base) -> JournalLine {
        JournalLine {
            amount,
            currency: currency(code),
            base,
        }
    }

    #[test]
    fn a_rate_is_applied_and_rounded_to_the_nearest_cent() {
        for (amount, from, rate, to, expected) in [
            (10_000, "USD", 92_000_000, "EUR", 9_200),
            (-1, "USD", 50_000_000, "EUR", -1),
            (1, "USD", 49_999_999, "EUR", 0),
            (150, "JPY", 620_000, "EUR", 93),
            (1_000, "KWD", 300_000_000, "EUR", 300),
        ] {
            assert_eq!(
                convert(amount, currency(from), rate, currency(to)),
                Some(expected),
                "{amount} {from}"
            );
        }
    }

    #[test]
    fn currencies_may_mix_when_they_balance_in_base() {
        let mixed = [line(10_000, "USD", Base::Given(9_200)), line(-9_200, "EUR", Base::Same)];
        assert_eq!(base_amounts(&mixed, currency("EUR")), Ok(vec![9_200, -9_200]));
        let off = [line(10_000, "USD", Base::Given(9_201)), line(-9_200, "EUR", Base::Same)];
        assert!(matches!(
            base_amounts(&off, currency("EUR")),
            Err(JournalError::Unbalanced {
                debits: 9_201,
                credits: 9_200,
                ..
            })
        ));
    }

    #[test]
    fn a_foreign_currency_balances_in_itself_first() {
        let off = [
            line(10_000, "USD", Base::Given(9_200)),
            line(-9_999, "USD", Base::Given(-9_200)),
        ];
        assert!(base_amounts(&off, currency("EUR")).is_err());
    }

    proptest! {
        #[test]
        fn lines_of_one_foreign_currency_always_balance_in_base(
            parts in prop::collection::vec(1_i64..1_000_000_000, 1..12),
            rate in 1_i64..10_000_000_000,
        ) {
            let total: i64 = parts.iter().sum();
            let mut lines: Vec<_> = parts.iter().map(|part| line(*part, "USD", Base::Rate(rate))).collect();
            lines.push(line(-total, "USD", Base::Rate(rate)));
            let amounts = base_amounts(&lines, currency("EUR")).unwrap();
            prop_assert_eq!(amounts.iter().sum::<i64>(), 0);
        }
    }
}
